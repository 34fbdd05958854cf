/*
 * access_keys.h
 *		The keys that requests are signed with.  Where they come from is
 *		credentials/'s.
 */
#ifndef SPARKIFY_ACCESS_KEYS_H
#define SPARKIFY_ACCESS_KEYS_H

#include <stdbool.h>
#include <time.h>

typedef struct Credentials
{
	char *access_key_id;
	char *secret_access_key;
	char *session_token; /* or NULL */
	time_t expires;		 /* 0: never */
} Credentials;

/*
 * Fills in copies of the texts, of which token may be NULL or empty; what was
 * there before is wiped.  False when memory ran out.
 */
extern bool CredentialsSet(Credentials *credentials, const char *access_key_id,
						   const char *secret_access_key, const char *session_token);

/* Wipes and releases the texts; idempotent. */
extern void CredentialsClear(Credentials *credentials);

/* Whether a text can be a key or a token, which become parts of headers: no control characters. */
extern bool CredentialTextIsValid(const char *text);

#endif /* SPARKIFY_ACCESS_KEYS_H */
