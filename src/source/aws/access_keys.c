/*
 * access_keys.c
 *		Keys, copied and wiped.
 */
#include "source/aws/access_keys.h"

#include <string.h>

#include "source/base/text_buffer.h"

/* Fills in copies; the credentials before are wiped. */
bool
CredentialsSet(Credentials *credentials, const char *access_key_id, const char *secret_access_key,
			   const char *session_token)
{
	bool token = session_token != NULL && session_token[0] != '\0';
	Credentials copies = {.access_key_id = strdup(access_key_id),
						  .secret_access_key = strdup(secret_access_key),
						  .session_token = token ? strdup(session_token) : NULL};

	CredentialsClear(credentials);
	*credentials = copies;
	if (copies.access_key_id != NULL && copies.secret_access_key != NULL &&
		(!token || copies.session_token != NULL))
		return true;

	CredentialsClear(credentials);

	return false;
}

/* Wipes and releases the texts; idempotent. */
void
CredentialsClear(Credentials *credentials)
{
	TextWipeAndFree(credentials->access_key_id);
	TextWipeAndFree(credentials->secret_access_key);
	TextWipeAndFree(credentials->session_token);
	memset(credentials, 0, sizeof(*credentials));
}

/* Tells whether a text can go into a header as it stands. */
bool
CredentialTextIsValid(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7F)
			return false;
	return true;
}
