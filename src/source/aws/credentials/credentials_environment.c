/*
 * credentials_environment.c
 *		The process's environment, as it was when the chain was made, and the
 *		keys that stand in it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "source/aws/credentials/credentials_source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/base/text_buffer.h"

/* Takes the keys that stand in the environment. */
CredentialStatus
CredentialsFromEnvironment(const CredentialLookup *lookup, Credentials *credentials,
						   Failure *failure)
{
	const char *id = CredentialsEnv(lookup, "AWS_ACCESS_KEY_ID");
	const char *secret = CredentialsEnv(lookup, "AWS_SECRET_ACCESS_KEY");

	if (lookup->config->profile != NULL || (id == NULL && secret == NULL))
		return CREDENTIALS_ABSENT; /* a profile that was asked for by name goes first */
	if (id == NULL || secret == NULL)
	{
		FailureSet(failure, FAILURE_CONFIG,
				   "the environment has only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
		return CREDENTIALS_FAILED;
	}

	if (CredentialsSet(credentials, id, secret, CredentialsEnv(lookup, "AWS_SESSION_TOKEN")))
		return CREDENTIALS_FOUND;

	(void)FailureNoMemory(failure);

	return CREDENTIALS_FAILED;
}

/* Copies AWS's variables and HOME. */
char **
CredentialsEnvCopy(void)
{
	char **copy;
	size_t count = 0, copied = 0;

	while (environ[count] != NULL)
		count++;
	copy = calloc(count + 1, sizeof(char *));
	for (size_t i = 0; i < count && copy != NULL; i++)
	{
		if (strncmp(environ[i], "AWS_", 4) != 0 && strncmp(environ[i], "HOME=", 5) != 0)
			continue;
		copy[copied] = strdup(environ[i]);
		if (copy[copied++] != NULL)
			continue;
		CredentialsEnvFree(copy);
		return NULL;
	}

	return copy;
}

/* Wipes and releases a copy; NULL is fine. */
void
CredentialsEnvFree(char **environment)
{
	for (char **entry = environment; entry != NULL && *entry != NULL; entry++)
		TextWipeAndFree(*entry);
	free(environment);
}

/* Finds a variable; an empty one counts as unset. */
const char *
CredentialsEnv(const CredentialLookup *lookup, const char *name)
{
	size_t length = strlen(name);

	for (char *const *entry = lookup->environment; *entry != NULL; entry++)
		if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
			return (*entry)[length + 1] != '\0' ? *entry + length + 1 : NULL;
	return NULL;
}
