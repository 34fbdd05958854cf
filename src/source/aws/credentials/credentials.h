/*
 * credentials.h
 *		Access keys, from wherever a data engineer's machine already has them.
 */
#ifndef SPARKIFY_CREDENTIALS_H
#define SPARKIFY_CREDENTIALS_H

#include <stdatomic.h>
#include <stdbool.h>

#include "source/aws/access_keys.h"
#include "source/base/failure.h"

/* Where to look, in this order: given keys, then (allow_environment) the AWS order. */
typedef struct CredentialChainConfig
{
	const char *access_key_id; /* COPY's own or the user mapping's; NULL: look further */
	const char *secret_access_key;
	const char *session_token;
	const char *profile;		  /* of the shared files; NULL: AWS_PROFILE or "default" */
	bool allow_environment;		  /* environment, shared files, web identity, container, instance */
	bool allow_process;			  /* credential_process may run a program */
	const char *assume_role_arns; /* comma-separated chain to assume through STS, or NULL */
	const char *sts_endpoint;	  /* NULL: AWS's of the region */
	const char *region;
	const char *ca_bundle;
	const char *advice;		   /* what to say where there are none; NULL: of a user mapping */
	bool (*interrupted)(void); /* asked while waiting: whether to give up; or NULL */
} CredentialChainConfig;

typedef struct CredentialChain CredentialChain;

extern CredentialChain *CredentialChainCreate(const CredentialChainConfig *config,
											  Failure *failure);

/*
 * Copies the credentials that hold now, fetching or renewing them when they
 * expire soon.  Safe to call from several threads.  Clear the copy with
 * CredentialsClear, which wipes the secrets.
 */
extern bool CredentialChainGet(CredentialChain *chain, Credentials *credentials, Failure *failure);

/* The same, but gives up with FAILURE_CANCELLED when stop becomes true; NULL is never. */
extern bool CredentialChainGetUnless(CredentialChain *chain, const atomic_bool *stop,
									 Credentials *credentials, Failure *failure);

/*
 * A chain that has done its work may do it again for the same configuration:
 * as long as it Lasts (its credentials expire, but not soon, and no store has
 * turned them down) and Suits.  Reuse says who is asked from then on whether
 * to give up.
 */
extern bool CredentialChainLasts(const CredentialChain *chain);
extern bool CredentialChainSuits(const CredentialChain *chain, const CredentialChainConfig *config);
extern void CredentialChainReuse(CredentialChain *chain, bool (*interrupted)(void));

/* Notes that a store has turned the credentials down. */
extern void CredentialChainDoubt(CredentialChain *chain);

extern void CredentialChainFree(CredentialChain *chain);

#endif /* SPARKIFY_CREDENTIALS_H */
