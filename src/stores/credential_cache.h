/*
 * credential_cache.h
 *		Credentials that expire, kept from one load of a session to the next.
 */
#ifndef SPARKIFY_CREDENTIAL_CACHE_H
#define SPARKIFY_CREDENTIAL_CACHE_H

#include "source/aws/credentials/credentials.h"

/*
 * Returns a chain for the configuration, one that has credentials already if there is one; NULL with the
 * failure filled in.
 */
extern CredentialChain *CredentialCacheTake(const CredentialChainConfig *config, Failure *failure);

/* Takes a chain back that nobody uses any more, and keeps or releases it; NULL is fine. */
extern void CredentialCacheGive(CredentialChain *chain);

#endif /* SPARKIFY_CREDENTIAL_CACHE_H */
