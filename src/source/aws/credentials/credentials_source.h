/*
 * credentials_source.h
 *		The places credentials come from; for credentials.c, which asks them in
 *		order and keeps what they say.
 */
#ifndef SPARKIFY_CREDENTIALS_SOURCE_H
#define SPARKIFY_CREDENTIALS_SOURCE_H

#include <stddef.h>

#include "source/aws/credentials/credentials.h"
#include "source/aws/http.h"

typedef enum CredentialStatus
{
	CREDENTIALS_FOUND,
	CREDENTIALS_ABSENT, /* this place has none: ask the next */
	CREDENTIALS_FAILED	/* it should have had some; the failure says why not */
} CredentialStatus;

/* One look-up: the chain's configuration and what may stop it. */
typedef struct CredentialLookup
{
	const CredentialChainConfig *config;
	char *const *environment; /* see CredentialsEnvCopy */
	const atomic_bool *stop;
	int depth; /* of profiles that lead to profiles */
} CredentialLookup;

typedef CredentialStatus (*CredentialSource)(const CredentialLookup *lookup,
											 Credentials *credentials, Failure *failure);

/* credentials_environment.c */
extern CredentialStatus CredentialsFromEnvironment(const CredentialLookup *lookup,
												   Credentials *credentials, Failure *failure);

/* credentials_file.c */
extern CredentialStatus CredentialsFromProfile(const CredentialLookup *lookup,
											   Credentials *credentials, Failure *failure);

/* credentials_process.c */
extern CredentialStatus CredentialsFromProcess(const CredentialLookup *lookup, const char *command,
											   Credentials *credentials, Failure *failure);

/* credentials_metadata.c */
extern CredentialStatus CredentialsFromContainer(const CredentialLookup *lookup,
												 Credentials *credentials, Failure *failure);
extern CredentialStatus CredentialsFromInstance(const CredentialLookup *lookup,
												Credentials *credentials, Failure *failure);

/*
 * Whether plain http may carry a container's credentials to this host (AWS:
 * sdkref/latest/guide/feature-container-credentials).
 */
extern bool CredentialsContainerHostIsAllowed(const char *url);

/* credentials_sts.c */
typedef struct AssumedRole
{
	const char *arn;
	const char *session_name; /* NULL: ours */
	const char *external_id;  /* or NULL */
	const char *token_file;	  /* of a web identity, or NULL */
	int seconds;			  /* 0: an hour */
} AssumedRole;

extern CredentialStatus CredentialsFromWebIdentity(const CredentialLookup *lookup,
												   Credentials *credentials, Failure *failure);

/* Replaces the credentials by those of a role, which they or the role's token file open. */
extern bool CredentialsAssumeRole(const CredentialLookup *lookup, const AssumedRole *role,
								  Credentials *credentials, Failure *failure);

/* credentials_text.c: what services answer */
extern bool CredentialsFromJson(const char *text, size_t length, const char *token_name,
								Credentials *credentials);
extern bool CredentialsParseTime(const char *text, time_t *time);

/* Reads a file of at most limit bytes: NULL with errno set when it can't; terminated, blanks at the end cut. */
extern char *CredentialsReadFile(const char *path, size_t limit);

/*
 * Copies what of the environment matters here: other threads read it later,
 * when the process may be changing its own.  NULL when memory ran out.
 */
extern char **CredentialsEnvCopy(void);
extern void CredentialsEnvFree(char **environment);

/* The value of a variable that is set and not empty, or NULL. */
extern const char *CredentialsEnv(const CredentialLookup *lookup, const char *name);

#endif /* SPARKIFY_CREDENTIALS_SOURCE_H */
