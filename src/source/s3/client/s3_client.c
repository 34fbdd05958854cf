/*
 * s3_client.c
 *		What the owners of requests to one bucket see: a client begins, takes
 *		calls, hands out what has come, and ends.
 *
 * Moving bytes is s3_turn's, the order of calls s3_queue's.
 */
#include "source/s3/client/s3_client_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/base/threads.h"

#define DEFAULT_REGION "us-east-1"
#define DEFAULT_BUFFER_LIMIT ((size_t)64 * 1024 * 1024)
#define WAIT_MS 100	 /* between looks at the interrupt flag */
#define IDLE_MS 1000 /* the thread's sleep when nothing is to do; it is woken for work */

static bool InitConfig(S3Client *client, const S3StoreConfig *config, Failure *failure);
static bool StartThread(S3Client *client, Failure *failure);
static bool Wait(S3Client *client, S3Call *call, Failure *failure);
static void *ThreadMain(void *context);

/* Begins a client. */
S3Client *
S3ClientBegin(const S3StoreConfig *config, Failure *failure)
{
	S3Client *client = calloc(1, sizeof(*client));
	HttpPumpConfig pump;

	if (client == NULL)
	{
		(void)FailureNoMemory(failure);
		return NULL;
	}

	/* End needs the lock, whatever else is there */
	pthread_mutex_init(&client->lock, NULL);
	if (!InitConfig(client, config, failure))
	{
		S3ClientEnd(client);
		return NULL;
	}

	pump = (HttpPumpConfig){.ca_bundle = config->ca_bundle,
							.connect_timeout_ms = config->connect_timeout_ms,
							.transfer_timeout_ms = config->transfer_timeout_ms,
							.connections = client->config.window};
	client->pump = HttpPumpBegin(&pump, failure);

	/* the thread comes last: from then on all of it is shared */
	if (client->pump == NULL || (config->threaded && !StartThread(client, failure)))
	{
		S3ClientEnd(client);
		return NULL;
	}

	return client;
}

/* Makes every wait fail. */
void
S3ClientInterrupt(S3Client *client)
{
	atomic_store(&client->interrupted, true);
	S3ClientLock(client);
	for (S3Call *call = client->queue; call != NULL; call = call->work->next)
		pthread_cond_broadcast(&call->work->ready);

	/* those that were abandoned have no owner who waits */
	for (S3Call *call = client->running; call != NULL; call = call->work->next_running)
		if (!call->work->abandoned)
			pthread_cond_broadcast(&call->work->ready);
	S3ClientUnlock(client);
	HttpPumpWake(client->pump);
}

/* Takes an interrupt back. */
void
S3ClientResume(S3Client *client)
{
	S3ClientLock(client);
	client->config.interrupted = NULL;
	atomic_store(&client->interrupted, false);
	S3ClientUnlock(client);
}

/* Stops everything and releases it; NULL is fine. */
void
S3ClientEnd(S3Client *client)
{
	if (client == NULL)
		return;

	atomic_store(&client->stopping, true);
	atomic_store(&client->interrupted, true);
	if (client->has_thread)
	{
		HttpPumpWake(client->pump);
		pthread_join(client->thread, NULL);
	}

	HttpPumpEnd(client->pump);
	while (client->running != NULL)
	{
		S3Call *call = client->running;

		S3QueueStop(client, call);
		S3QueueDrop(client, call);
	}

	pthread_mutex_destroy(&client->lock);
	CredentialsClear(&client->used);
	AwsSiteClear(&client->site);
	free(client);
}

/* Gives out the next ticket. */
uint64_t
S3ClientTicket(S3Client *client)
{
	uint64_t ticket;

	S3ClientLock(client);
	ticket = ++client->tickets;
	S3ClientUnlock(client);
	return ticket;
}

/* Puts a call into the queue. */
void
S3ClientSubmit(S3Client *client, S3Call *call)
{
	S3ClientLock(client);
	call->work->client = client;
	call->work->state = S3_CALL_QUEUED;
	S3QueueAdd(client, call);
	S3ClientUnlock(client);
	if (client->has_thread)
		HttpPumpWake(client->pump);
}

/* Lets an inline client send what is queued, without waiting for anything. */
void
S3ClientKick(S3Client *client)
{
	if (!client->has_thread && !S3ClientInterrupted(client))
		S3TurnRun(client, 0);
}

/* Waits for the end of a call. */
bool
S3ClientAwait(S3Client *client, S3Call *call, int64_t deadline, Failure *failure)
{
	bool ok = true;

	S3ClientLock(client);
	while (ok && call->work->state != S3_CALL_ENDED)
	{
		/* Wait looks for interrupts, so a cancel ends this too */
		ok = Wait(client, call, failure);
		if (ok && deadline > 0 && HttpNow() >= deadline)
		{
			FailureSet(failure, FAILURE_NETWORK, "the store did not answer in time");
			ok = false;
		}
	}

	S3ClientUnlock(client);

	return ok;
}

/* Reads what has come of a body, waiting for some of it. */
ssize_t
S3ClientRead(S3Client *client, S3Call *call, char *buffer, size_t size, Failure *failure)
{
	S3CallWork *work = call->work;
	ssize_t result = -1;

	S3ClientLock(client);
	while (call->filled == work->consumed && work->state != S3_CALL_ENDED)
		if (!Wait(client, call, failure))
			break;

	/* what has come is handed out first, also of a call that failed behind it */
	if (call->filled > work->consumed)
	{
		size_t ready = call->filled - work->consumed;

		result = (ssize_t)(ready < size ? ready : size);
		memcpy(buffer, call->body + work->consumed, (size_t)result);
		work->consumed += (size_t)result;
	}
	else if (work->state == S3_CALL_ENDED && !Failed(&call->failure))
		result = 0;
	else if (work->state == S3_CALL_ENDED)
		*failure = call->failure;
	S3ClientUnlock(client);

	return result;
}

/* Releases a call; the wire's end of it is left to the one who moves bytes. */
void
S3ClientRelease(S3Client *client, S3Call *call)
{
	bool wake;

	if (call == NULL)
		return;

	S3ClientLock(client);
	wake = client->has_thread;
	if (call->work->state == S3_CALL_RUNNING)
		call->work->abandoned = client->abandoned = true;
	else
	{
		if (call->work->state == S3_CALL_QUEUED && call->work->client != NULL)
			S3QueueTake(client, call);
		S3QueueDrop(client, call);
		wake = wake && client->queue != NULL; /* there is room now */
	}

	S3ClientUnlock(client);
	if (wake)
		HttpPumpWake(client->pump);
}

/* Copies the configuration and fills in what it leaves open. */
static bool
InitConfig(S3Client *client, const S3StoreConfig *config, Failure *failure)
{
	const char *region = config->region != NULL ? config->region : DEFAULT_REGION;

	client->config = *config;
	if (!AwsRegionIsValid(region))
	{
		FailureSet(failure, FAILURE_CONFIG, "\"%s\" is not a region", region);
		FailureHint(failure, "A region is a name like us-west-2.");
		return false;
	}

	snprintf(client->region, sizeof(client->region), "%s", region);
	if (!AwsSiteInit(&client->site, config->bucket, config->endpoint, config->path_style, failure))
		return false;

	client->site.anonymous = config->anonymous;
	client->site.requester_pays = config->requester_pays;
	if (!config->anonymous && config->credentials == NULL)
	{
		FailureSet(failure, FAILURE_CONFIG, "no credentials for the store of s3://%s",
				   config->bucket);
		return false;
	}

	if (client->config.window <= 0)
		client->config.window = S3_WINDOW;
	if (client->config.buffer_limit == 0)
		client->config.buffer_limit = DEFAULT_BUFFER_LIMIT;
	if (client->config.deadline_ms <= 0)
		client->config.deadline_ms = S3_DEADLINE_S * 1000;
	client->seed = (unsigned int)HttpNow() ^ (unsigned int)(uintptr_t)client;

	return true;
}

/* Starts the thread that moves bytes. */
static bool
StartThread(S3Client *client, Failure *failure)
{
	int error = ThreadStart(&client->thread, ThreadMain, client);

	client->has_thread = error == 0;
	if (error != 0)
		FailureSet(failure, FAILURE_MEMORY, "could not start a thread: %s", strerror(error));
	return error == 0;
}

/* Waits a moment, with the lock held, for something to happen to the call; false when cancelled. */
static bool
Wait(S3Client *client, S3Call *call, Failure *failure)
{
	if (!S3ClientInterrupted(client))
	{
		bool asked = call->work->wanted;

		call->work->wanted = true;
		if (client->has_thread)
		{
			/* a call that somebody wants may start beyond the budget */
			if (!asked)
				HttpPumpWake(client->pump);
			ConditionWait(&call->work->ready, &client->lock, WAIT_MS);
		}
		else
		{
			S3ClientUnlock(client);
			S3TurnRun(client, WAIT_MS);
			S3ClientLock(client);
		}
	}

	if (!S3ClientInterrupted(client))
		return true;

	FailureSet(failure, FAILURE_CANCELLED, "the request to s3://%s was cancelled",
			   client->site.bucket);
	return false;
}

/* Moves bytes until the client ends. */
static void *
ThreadMain(void *context)
{
	S3Client *client = context;

	while (!atomic_load(&client->stopping))
		S3TurnRun(client, IDLE_MS);
	return NULL;
}
