/*
 * credential_cache.c
 *		Credentials that expire, kept from one load of a session to the next.
 *
 * A role costs a request to STS, an instance's keys three, a process a second:
 * a COPY with jsonpaths would pay twice, a script of COPYs for each.  Only
 * chains that nobody uses are here, so each has one user at a time.  They hold
 * for the configuration they were made for and nothing else, which includes
 * what the user may.  Keys that don't expire are read anew for every load, for
 * they may have been replaced where they stand.
 */
#include "postgres.h"

#include "stores/credential_cache.h"

#define KEPT_MAX 8

/* The latest first. */
static CredentialChain *kept[KEPT_MAX];

static CredentialChain *Remove(int i);

/* Finds or makes a chain. */
CredentialChain *
CredentialCacheTake(const CredentialChainConfig *config, Failure *failure)
{
	for (int i = 0; i < KEPT_MAX && kept[i] != NULL; i++)
	{
		CredentialChain *chain;

		if (!CredentialChainSuits(kept[i], config))
			continue;
		chain = Remove(i);
		if (CredentialChainLasts(chain))
		{
			CredentialChainReuse(chain, config->interrupted);
			return chain;
		}

		CredentialChainFree(chain);
		break;
	}

	return CredentialChainCreate(config, failure);
}

/* Keeps a chain in front of the others, if it is worth it. */
void
CredentialCacheGive(CredentialChain *chain)
{
	if (chain == NULL || !CredentialChainLasts(chain))
	{
		CredentialChainFree(chain);
		return;
	}

	CredentialChainFree(kept[KEPT_MAX - 1]);
	memmove(&kept[1], &kept[0], (KEPT_MAX - 1) * sizeof(kept[0]));
	kept[0] = chain;
}

/* Takes a chain out of those that are kept. */
static CredentialChain *
Remove(int i)
{
	CredentialChain *chain = kept[i];

	memmove(&kept[i], &kept[i + 1], (KEPT_MAX - 1 - i) * sizeof(kept[0]));
	kept[KEPT_MAX - 1] = NULL;
	return chain;
}
