/*
 * credentials.c
 *		The chain of places where access keys may be, and the keys it found
 *		last.
 *
 *	given keys | environment -> profile -> web identity -> container -> instance
 *	        -> roles to assume, one with the other's keys -> kept until shortly before they expire
 */
#include "source/aws/credentials/credentials.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "source/aws/credentials/credentials_source.h"
#include "source/base/text_buffer.h"
#include "source/base/threads.h"

#define RENEW_BEFORE_S 300
#define WAIT_MS 100 /* between looks at the stop flags */

struct CredentialChain
{
	CredentialChainConfig config; /* its texts are the chain's */
	char **environment;			  /* as it was at the beginning */

	/* under the lock */
	pthread_mutex_t lock;
	pthread_cond_t fetched;
	bool doubted;  /* a store has turned the current ones down */
	bool fetching; /* some thread asks the sources; the others wait */
	Credentials current;
	time_t renew_at; /* 0: never */
};

/* In the order of AWS's own tools (AWS: sdkref/latest/guide/standardized-credentials). */
static const CredentialSource sources[] = {
	CredentialsFromEnvironment, CredentialsFromProfile,	 CredentialsFromWebIdentity,
	CredentialsFromContainer,	CredentialsFromInstance,
};

/* Where the configuration's texts are. */
static const size_t config_texts[] = {
	offsetof(CredentialChainConfig, access_key_id),
	offsetof(CredentialChainConfig, secret_access_key),
	offsetof(CredentialChainConfig, session_token),
	offsetof(CredentialChainConfig, profile),
	offsetof(CredentialChainConfig, assume_role_arns),
	offsetof(CredentialChainConfig, sts_endpoint),
	offsetof(CredentialChainConfig, region),
	offsetof(CredentialChainConfig, ca_bundle),
	offsetof(CredentialChainConfig, advice),
};

static const char *const *ConfigText(const CredentialChainConfig *config, size_t i);
static bool CopyConfig(CredentialChain *chain, const CredentialChainConfig *config);
static bool Fresh(const CredentialChain *chain);
static bool Stopped(const CredentialChain *chain, const atomic_bool *stop);
static bool Fetch(CredentialChain *chain, const atomic_bool *stop, Credentials *found,
				  Failure *failure);
static bool Find(const CredentialLookup *lookup, Credentials *found, Failure *failure);
static bool CheckFound(const Credentials *found, Failure *failure);
static bool AssumeChain(const CredentialLookup *lookup, Credentials *found, Failure *failure);
static void Keep(CredentialChain *chain, Credentials *found);

/* Makes a chain; nothing is asked yet. */
CredentialChain *
CredentialChainCreate(const CredentialChainConfig *config, Failure *failure)
{
	CredentialChain *chain;

	if ((config->access_key_id == NULL) != (config->secret_access_key == NULL))
	{
		FailureSet(failure, FAILURE_CONFIG, "an access key id and a secret access key go together");
		return NULL;
	}

	chain = calloc(1, sizeof(*chain));
	if (chain == NULL)
	{
		(void)FailureNoMemory(failure);
		return NULL;
	}

	pthread_mutex_init(&chain->lock, NULL);
	ConditionInit(&chain->fetched);
	chain->environment = CredentialsEnvCopy();
	if (!CopyConfig(chain, config) || chain->environment == NULL)
	{
		(void)FailureNoMemory(failure);
		CredentialChainFree(chain);
		return NULL;
	}

	return chain;
}

/* Copies the credentials that hold now. */
bool
CredentialChainGet(CredentialChain *chain, Credentials *credentials, Failure *failure)
{
	return CredentialChainGetUnless(chain, NULL, credentials, failure);
}

/* Copies the credentials that hold now; one thread at a time asks for new ones. */
bool
CredentialChainGetUnless(CredentialChain *chain, const atomic_bool *stop, Credentials *credentials,
						 Failure *failure)
{
	bool ok = true;

	/* so that the caller can clear it, whatever happens */
	memset(credentials, 0, sizeof(*credentials));
	pthread_mutex_lock(&chain->lock);

	/* one asks the sources, the others wait for what comes of it */
	while (chain->fetching && !Fresh(chain) && !Stopped(chain, stop))
		ConditionWait(&chain->fetched, &chain->lock, WAIT_MS);

	/* cancelled, which is no failure of the sources */
	if (Stopped(chain, stop))
	{
		FailureSet(failure, FAILURE_CANCELLED, "waiting for credentials was cancelled");
		ok = false;
	}
	else if (!Fresh(chain))
	{
		Credentials found = {0};

		/* without the lock: it may take seconds, and those whose credentials hold need not wait */
		chain->fetching = true;
		pthread_mutex_unlock(&chain->lock);
		ok = Fetch(chain, stop, &found, failure);
		pthread_mutex_lock(&chain->lock);
		chain->fetching = false;
		if (ok)
			Keep(chain, &found);
		else if (chain->current.expires > time(NULL) && failure->code != FAILURE_CANCELLED)
		{
			FailureInit(failure); /* the old ones still hold for a while */
			ok = true;
		}

		/* found or not, those who wait look again */
		pthread_cond_broadcast(&chain->fetched);
	}

	/* a copy, because the chain's own may be replaced as soon as the lock is let go */
	if (ok && !CredentialsSet(credentials, chain->current.access_key_id,
							  chain->current.secret_access_key, chain->current.session_token))
	{
		(void)FailureNoMemory(failure);
		ok = false;
	}

	credentials->expires = chain->current.expires;
	pthread_mutex_unlock(&chain->lock);

	return ok;
}

/* Wipes and releases everything; NULL is fine. */
void
CredentialChainFree(CredentialChain *chain)
{
	if (chain == NULL)
		return;

	for (size_t i = 0; i < sizeof(config_texts) / sizeof(config_texts[0]); i++)
		TextWipeAndFree((char *)*ConfigText(&chain->config, i));
	CredentialsClear(&chain->current);
	CredentialsEnvFree(chain->environment);
	pthread_cond_destroy(&chain->fetched);
	pthread_mutex_destroy(&chain->lock);
	free(chain);
}

/* Tells whether the credentials can serve another load. */
bool
CredentialChainLasts(const CredentialChain *chain)
{
	return chain->current.expires != 0 && !chain->doubted && Fresh(chain);
}

/* Tells whether the configuration is the chain's own; interrupted does not count. */
bool
CredentialChainSuits(const CredentialChain *chain, const CredentialChainConfig *config)
{
	const CredentialChainConfig *own = &chain->config;
	bool suits = own->allow_environment == config->allow_environment &&
				 own->allow_process == config->allow_process;

	for (size_t i = 0; i < sizeof(config_texts) / sizeof(config_texts[0]) && suits; i++)
	{
		const char *one = *ConfigText(own, i), *other = *ConfigText(config, i);

		suits = one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
	}

	return suits;
}

/* Begins another use. */
void
CredentialChainReuse(CredentialChain *chain, bool (*interrupted)(void))
{
	chain->config.interrupted = interrupted;
}

/* Notes that the credentials may be no good. */
void
CredentialChainDoubt(CredentialChain *chain)
{
	pthread_mutex_lock(&chain->lock);
	chain->doubted = true;
	pthread_mutex_unlock(&chain->lock);
}

/* The place of one of the configuration's texts. */
static const char *const *
ConfigText(const CredentialChainConfig *config, size_t i)
{
	return (const char *const *)((const char *)config + config_texts[i]);
}

/* Copies the configuration's texts. */
static bool
CopyConfig(CredentialChain *chain, const CredentialChainConfig *config)
{
	bool ok = true;

	chain->config = *config;
	for (size_t i = 0; i < sizeof(config_texts) / sizeof(config_texts[0]); i++)
	{
		const char **text = (const char **)ConfigText(&chain->config, i);

		if (*text == NULL)
			continue;
		*text = strdup(*text);
		ok = ok && *text != NULL;
	}

	return ok;
}

/* Tells whether the kept credentials need no renewal. */
static bool
Fresh(const CredentialChain *chain)
{
	return chain->current.access_key_id != NULL &&
		   (chain->renew_at == 0 || time(NULL) < chain->renew_at);
}

/* Tells whether somebody wants us to stop. */
static bool
Stopped(const CredentialChain *chain, const atomic_bool *stop)
{
	return (stop != NULL && atomic_load(stop)) ||
		   (chain->config.interrupted != NULL && chain->config.interrupted());
}

/* Finds credentials and assumes the roles that are asked for. */
static bool
Fetch(CredentialChain *chain, const atomic_bool *stop, Credentials *found, Failure *failure)
{
	CredentialLookup lookup = {
		.config = &chain->config, .environment = chain->environment, .stop = stop};

	if (Find(&lookup, found, failure) && CheckFound(found, failure) &&
		AssumeChain(&lookup, found, failure) && CheckFound(found, failure))
		return true;

	CredentialsClear(found);

	return false;
}

/* Asks the places in order. */
static bool
Find(const CredentialLookup *lookup, Credentials *found, Failure *failure)
{
	const CredentialChainConfig *config = lookup->config;

	if (config->access_key_id != NULL)
	{
		if (CredentialsSet(found, config->access_key_id, config->secret_access_key,
						   config->session_token))
			return true;
		return FailureNoMemory(failure);
	}

	for (size_t i = 0; config->allow_environment && i < sizeof(sources) / sizeof(sources[0]); i++)
	{
		CredentialStatus status = sources[i](lookup, found, failure);

		if (status != CREDENTIALS_ABSENT)
			return status == CREDENTIALS_FOUND;
	}

	FailureSet(failure, FAILURE_DENIED, "no credentials for the store");
	if (config->allow_environment)
		FailureDetail(failure, "Looked in the server's environment, its shared AWS files, web "
							   "identity, container and instance metadata.");
	FailureHint(failure, "%s",
				config->advice != NULL
					? config->advice
					: "Create a user mapping with access_key_id and secret_access_key, or set "
					  "the store's option anonymous 'on' for a public bucket.");
	return false;
}

/* Refuses keys that would be more than a part of a header. */
static bool
CheckFound(const Credentials *found, Failure *failure)
{
	if (CredentialTextIsValid(found->access_key_id) &&
		CredentialTextIsValid(found->secret_access_key) &&
		(found->session_token == NULL || CredentialTextIsValid(found->session_token)))
		return true;

	FailureSet(failure, FAILURE_CONFIG, "an access key or session token has control characters");
	return false;
}

/* Assumes the roles of a chain "arn,arn", each with the credentials of the one before. */
static bool
AssumeChain(const CredentialLookup *lookup, Credentials *found, Failure *failure)
{
	const char *rest = lookup->config->assume_role_arns;

	while (rest != NULL && *rest != '\0')
	{
		size_t length = strcspn(rest, ",");
		char *arn = TextPrint("%.*s", (int)length, rest);
		AssumedRole role = {.arn = arn};
		bool ok = false;

		if (arn == NULL)
			(void)FailureNoMemory(failure);
		else
			ok = CredentialsAssumeRole(lookup, &role, found, failure);
		free(arn);
		if (!ok)
			return false;
		rest += length + (rest[length] == ',');
	}

	return true;
}

/* Keeps new credentials and plans their renewal. */
static void
Keep(CredentialChain *chain, Credentials *found)
{
	time_t left = found->expires - time(NULL);

	CredentialsClear(&chain->current);
	chain->current = *found;
	chain->doubted = false;
	chain->renew_at = 0;

	/* short-lived ones are renewed in their last quarter, not at once again */
	if (found->expires != 0)
		chain->renew_at = found->expires - (left / 4 < RENEW_BEFORE_S ? left / 4 : RENEW_BEFORE_S);
}
