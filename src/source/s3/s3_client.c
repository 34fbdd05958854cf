/*
 * s3_client.c
 *		The queue of requests to one bucket, the window of those on the wire,
 *		and what happens when one of them ends.
 */
#include "source/s3/s3_client.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "source/aws/http.h"
#include "source/base/threads.h"
#include "source/s3/s3_call_work.h"

#define DEFAULT_REGION "us-east-1"
#define DEFAULT_BUFFER_LIMIT ((size_t)64 * 1024 * 1024)
#define WAIT_MS 100	 /* between looks at the interrupt flag */
#define IDLE_MS 1000 /* the thread's sleep when nothing is to do; it is woken for work */
#define BACKOFF_FIRST_MS 100
#define BACKOFF_MAX_MS 5000

struct S3Client
{
	/* parameters */
	S3StoreConfig config;
	AwsSite site;

	/* working state, under the lock */
	pthread_mutex_t lock;
	char region[AWS_REGION_SIZE];
	S3Call *queue; /* ordered by ticket */
	S3Call *queue_tail;
	S3Call *running;
	int nrunning;
	size_t held; /* bytes of bodies */
	uint64_t tickets;
	unsigned int seed; /* of the jitter */
	bool abandoned;	   /* some running call is */
	Credentials used;  /* last; so that no message repeats them */

	/* the one who moves bytes */
	HttpPump *pump;
	pthread_t thread;
	bool has_thread;
	atomic_bool stopping;
	atomic_bool interrupted;
};

static bool InitConfig(S3Client *client, const S3StoreConfig *config, Failure *failure);
static bool StartThread(S3Client *client, Failure *failure);
static void Lock(S3Client *client);
static void Unlock(S3Client *client);
static bool Wait(S3Client *client, S3Call *call, Failure *failure);
static void *ThreadMain(void *context);
static void Turn(S3Client *client, int wait_ms);
static void CutAbandoned(S3Client *client);
static S3Call *TakeStartable(S3Client *client, int *wait_ms);
static bool Affordable(S3Client *client, S3Call *call, bool *starved);
static bool StartCall(S3Client *client, S3Call *call);
static void Remember(S3Client *client, Credentials *credentials);
static void FailStart(S3Client *client, S3Call *call, const Failure *failure);
static bool OnBytes(void *context, const HttpAnswer *answer, const char *bytes, size_t length);
static void OnDone(void *context, const HttpAnswer *answer);
static void Settle(S3Client *client, S3Call *call, S3Verdict verdict, const char *region);
static bool Again(S3Client *client, S3Call *call);
static void EndCall(S3Client *client, S3Call *call);
static void Enqueue(S3Client *client, S3Call *call);
static void Dequeue(S3Client *client, S3Call *call);
static void LinkRunning(S3Client *client, S3Call *call);
static void UnlinkRunning(S3Client *client, S3Call *call);
static void DropCall(S3Client *client, S3Call *call);
static bool Interrupted(const S3Client *client);

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
	Lock(client);
	for (S3Call *call = client->queue; call != NULL; call = call->work->next)
		pthread_cond_broadcast(&call->work->ready);

	/* those that were abandoned have no owner who waits */
	for (S3Call *call = client->running; call != NULL; call = call->work->next_running)
		if (!call->work->abandoned)
			pthread_cond_broadcast(&call->work->ready);
	Unlock(client);
	HttpPumpWake(client->pump);
}

/* Takes an interrupt back. */
void
S3ClientResume(S3Client *client)
{
	Lock(client);
	client->config.interrupted = NULL;
	atomic_store(&client->interrupted, false);
	Unlock(client);
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

		UnlinkRunning(client, call);
		DropCall(client, call);
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

	Lock(client);
	ticket = ++client->tickets;
	Unlock(client);
	return ticket;
}

/* Puts a call into the queue. */
void
S3ClientSubmit(S3Client *client, S3Call *call)
{
	Lock(client);
	call->work->client = client;
	call->work->state = S3_CALL_QUEUED;
	Enqueue(client, call);
	Unlock(client);
	if (client->has_thread)
		HttpPumpWake(client->pump);
}

/* Lets an inline client send what is queued, without waiting for anything. */
void
S3ClientKick(S3Client *client)
{
	if (!client->has_thread && !Interrupted(client))
		Turn(client, 0);
}

/* Waits for the end of a call. */
bool
S3ClientAwait(S3Client *client, S3Call *call, int64_t deadline, Failure *failure)
{
	bool ok = true;

	Lock(client);
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

	Unlock(client);

	return ok;
}

/* Reads what has come of a body, waiting for some of it. */
ssize_t
S3ClientRead(S3Client *client, S3Call *call, char *buffer, size_t size, Failure *failure)
{
	S3CallWork *work = call->work;
	ssize_t result = -1;

	Lock(client);
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
	Unlock(client);

	return result;
}

/* Releases a call; the wire's end of it is left to the one who moves bytes. */
void
S3ClientRelease(S3Client *client, S3Call *call)
{
	bool wake;

	if (call == NULL)
		return;

	Lock(client);
	wake = client->has_thread;
	if (call->work->state == S3_CALL_RUNNING)
		call->work->abandoned = client->abandoned = true;
	else
	{
		if (call->work->state == S3_CALL_QUEUED && call->work->client != NULL)
			Dequeue(client, call);
		DropCall(client, call);
		wake = wake && client->queue != NULL; /* there is room now */
	}

	Unlock(client);
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

/* Takes the client's lock. */
static void
Lock(S3Client *client)
{
	pthread_mutex_lock(&client->lock);
}

/* Gives the client's lock back. */
static void
Unlock(S3Client *client)
{
	pthread_mutex_unlock(&client->lock);
}

/* Waits a moment, with the lock held, for something to happen to the call; false when cancelled. */
static bool
Wait(S3Client *client, S3Call *call, Failure *failure)
{
	if (!Interrupted(client))
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
			Unlock(client);
			Turn(client, WAIT_MS);
			Lock(client);
		}
	}

	if (!Interrupted(client))
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
		Turn(client, IDLE_MS);
	return NULL;
}

/* Starts what may start, moves what can be moved, and waits if nothing came of it. */
static void
Turn(S3Client *client, int wait_ms)
{
	S3Call *starting;

	Lock(client);
	if (client->abandoned)
		CutAbandoned(client);
	starting = TakeStartable(client, &wait_ms);
	Unlock(client);
	while (starting != NULL)
	{
		S3Call *next = starting->work->next;

		starting->work->next = NULL;
		if (!StartCall(client, starting))
			wait_ms = 0; /* its reader should hear of it now */
		starting = next;
	}

	HttpPumpRun(client->pump, wait_ms);
}

/* Takes calls that nobody wants any more off the wire. */
static void
CutAbandoned(S3Client *client)
{
	S3Call *next;

	for (S3Call *call = client->running; call != NULL; call = next)
	{
		next = call->work->next_running;
		if (!call->work->abandoned)
			continue;
		HttpPumpCancel(client->pump, call->work->exchange);
		UnlinkRunning(client, call);
		DropCall(client, call);
	}

	client->abandoned = false;
}

/* Takes the calls off the queue that window, budget and back-off let start; shortens the wait. */
static S3Call *
TakeStartable(S3Client *client, int *wait_ms)
{
	S3Call *first = NULL, **end = &first, *next;
	int64_t now = HttpNow();
	bool starved = false;

	for (S3Call *call = client->queue; call != NULL && !Interrupted(client); call = next)
	{
		int64_t pause = call->work->not_before - now;

		next = call->work->next;
		if (client->nrunning >= client->config.window)
			break;

		/* one that pauses lets others pass */
		if (pause > 0)
		{
			if (pause < *wait_ms)
				*wait_ms = (int)pause;
			continue;
		}

		if (!Affordable(client, call, &starved))
			continue;
		Dequeue(client, call);
		call->work->state = S3_CALL_RUNNING;
		LinkRunning(client, call);
		*end = call;
		end = &call->work->next;
	}

	return first;
}

/* Charges a call to the budget, unless the budget has no room and nobody waits. */
static bool
Affordable(S3Client *client, S3Call *call, bool *starved)
{
	size_t charge;

	/* pages and changes are small, and what was begun has been charged */
	if (call->key == NULL || call->method != NULL || call->work->charge > 0)
		return true;

	/* when nothing is held, even one that is larger than the budget goes: else it never would */
	charge = call->length >= 0 ? (size_t)call->length : call->limit;
	if ((*starved || charge > client->config.buffer_limit ||
		 client->held > client->config.buffer_limit - charge) &&
		!call->work->wanted && client->held > 0)
	{
		*starved = true; /* the queue's order holds: no smaller one slips past */
		return false;
	}

	call->work->charge = charge;
	client->held += charge;

	return true;
}

/* Signs a call and puts it on the wire; without the lock, for credentials may take a while. */
static bool
StartCall(S3Client *client, S3Call *call)
{
	Credentials credentials = {0};
	Failure failure;
	AwsRequest request;
	AwsAsk ask;
	HttpRequest http = {.method = call->method != NULL ? call->method : "GET",
						.body = call->payload,
						.body_length = call->payload_length,
						.bytes = OnBytes,
						.done = OnDone,
						.context = call};

	FailureInit(&failure);
	if (call->work->begun_at == 0)
		call->work->begun_at = HttpNow();
	call->work->attempts++;

	/* the head of the answer must be there by the deadline of all attempts */
	http.head_timeout_ms = client->config.deadline_ms - (HttpNow() - call->work->begun_at);
	if (http.head_timeout_ms <= 0)
		http.head_timeout_ms = 1;

	/* a redirect may have changed the region since */
	Lock(client);
	memcpy(call->work->region, client->region, sizeof(call->work->region));
	S3CallAsk(call, &ask);
	Unlock(client);
	if (!client->site.anonymous &&
		!CredentialChainGetUnless(client->config.credentials, &client->interrupted, &credentials,
								  &failure))
	{
		FailStart(client, call, &failure);
		return false;
	}

	if (AwsRequestMake(&client->site, &ask, &credentials, time(NULL), &request))
	{
		http.url = request.url;
		http.headers = (const char *const *)request.headers;
		call->work->exchange = HttpPumpStart(client->pump, &http);
		AwsRequestClear(&request);
	}

	Remember(client, &credentials);
	if (call->work->exchange != NULL)
		return true;

	FailureSet(&failure, FAILURE_MEMORY, "out of memory in a request to s3://%s",
			   client->site.bucket);
	FailStart(client, call, &failure);

	return false;
}

/* Takes over the credentials of a request, which its answer may repeat. */
static void
Remember(S3Client *client, Credentials *credentials)
{
	Lock(client);
	CredentialsClear(&client->used);
	client->used = *credentials;
	Unlock(client);
}

/* Fails a call that could not be put on the wire. */
static void
FailStart(S3Client *client, S3Call *call, const Failure *failure)
{
	Lock(client);
	call->failure = *failure;
	EndCall(client, call);
	Unlock(client);
}

/* Takes bytes from the wire and wakes the reader. */
static bool
OnBytes(void *context, const HttpAnswer *answer, const char *bytes, size_t length)
{
	S3Call *call = context;
	S3Client *client = call->work->client;
	bool go_on;

	Lock(client);
	go_on = !call->work->abandoned && S3CallTake(call, answer, client->site.bucket, bytes, length);
	if (go_on && call->work->wanted)
		pthread_cond_signal(&call->work->ready);
	Unlock(client);

	return go_on;
}

/* Judges an attempt that ended on the wire. */
static void
OnDone(void *context, const HttpAnswer *answer)
{
	S3Call *call = context;
	S3Client *client = call->work->client;
	char region[AWS_REGION_SIZE] = "";

	Lock(client);
	call->work->exchange = NULL;
	if (call->work->abandoned)
	{
		UnlinkRunning(client, call);
		DropCall(client, call);
	}
	else
		Settle(client, call, S3CallJudge(call, answer, client->site.bucket, &client->used, region),
			   region);
	Unlock(client);
}

/* Does what the verdict says. */
static void
Settle(S3Client *client, S3Call *call, S3Verdict verdict, const char *region)
{
	switch (verdict)
	{
		case S3_VERDICT_DONE:
			FailureInit(&call->failure); /* an attempt before may have failed */
			EndCall(client, call);
			break;
		case S3_VERDICT_REDIRECT:
			/* once a call; the store keeps what it was told */
			snprintf(client->region, sizeof(client->region), "%s", region);
			call->work->redirected = true;
			UnlinkRunning(client, call);
			call->work->state = S3_CALL_QUEUED;
			Enqueue(client, call);
			break;
		case S3_VERDICT_RETRY:
			if (Again(client, call))
				break;
			/* fall through */
		case S3_VERDICT_FAILED:
			if (call->failure.code == FAILURE_DENIED && !client->site.anonymous)
				CredentialChainDoubt(client->config.credentials);
			EndCall(client, call);
			break;
	}
}

/* Queues a call once more, after a pause with jitter; false when it has had its chances. */
static bool
Again(S3Client *client, S3Call *call)
{
	S3CallWork *work = call->work;
	int64_t now = HttpNow(), pause = BACKOFF_FIRST_MS;
	size_t end = strlen(call->failure.detail);

	/* twice as long each time; half of it by chance, so that many don't come back at once */
	for (int i = 1; i < work->attempts && pause < BACKOFF_MAX_MS; i++)
		pause *= 2;
	pause = pause / 2 + rand_r(&client->seed) % (pause / 2 + 1);

	/* bytes that were handed out can't be taken back if another version comes */
	if (work->attempts > client->config.retries ||
		now + pause - work->begun_at > client->config.deadline_ms ||
		(call->etag == NULL && call->work->consumed > 0))
	{
		if (work->attempts > 1)
			snprintf(call->failure.detail + end, sizeof(call->failure.detail) - end,
					 "%sTried %d times in %.1f s.", end > 0 ? " " : "", work->attempts,
					 (double)(now - work->begun_at) / 1000);
		return false;
	}

	/* from here on a change may find its own work done */
	call->repeated = true;
	if (call->key == NULL || call->etag == NULL)
		call->filled = 0; /* what came can't be told to belong to what will come */
	work->not_before = now + pause;

	/* its connection goes to the others during the pause */
	UnlinkRunning(client, call);
	call->work->state = S3_CALL_QUEUED;
	Enqueue(client, call);

	return true;
}

/* Ends a call, well if its failure is not set, and wakes its owner. */
static void
EndCall(S3Client *client, S3Call *call)
{
	UnlinkRunning(client, call);
	if (call->work->abandoned)
	{
		DropCall(client, call);
		return;
	}

	call->work->state = S3_CALL_ENDED;
	pthread_cond_signal(&call->work->ready);
}

/* Puts a call into the queue, behind those with its ticket. */
static void
Enqueue(S3Client *client, S3Call *call)
{
	S3Call **link = &client->queue;

	/* almost always the newest ticket: the tail spares the walk */
	if (client->queue_tail != NULL &&
		(client->queue_tail->ticket < call->ticket ||
		 (client->queue_tail->ticket == call->ticket && client->queue_tail->start < call->start)))
		link = &client->queue_tail->work->next;
	else
		/* a repeated call goes back to its place, so that a load's order isn't held up by it */
		while (*link != NULL && ((*link)->ticket < call->ticket ||
								 ((*link)->ticket == call->ticket && (*link)->start < call->start)))
			link = &(*link)->work->next;
	call->work->next = *link;
	*link = call;
	if (call->work->next == NULL)
		client->queue_tail = call;
}

/* Takes a call out of the queue. */
static void
Dequeue(S3Client *client, S3Call *call)
{
	S3Call *previous = NULL;

	for (S3Call **link = &client->queue; *link != NULL; link = &(*link)->work->next)
	{
		if (*link == call)
		{
			*link = call->work->next;
			if (client->queue_tail == call)
				client->queue_tail = previous;
			break;
		}

		previous = *link;
	}

	call->work->next = NULL;
}

/* Notes a call as being on the wire. */
static void
LinkRunning(S3Client *client, S3Call *call)
{
	call->work->previous_running = NULL;
	call->work->next_running = client->running;
	if (client->running != NULL)
		client->running->work->previous_running = call;
	client->running = call;
	client->nrunning++;
}

/* Notes a call as being off the wire. */
static void
UnlinkRunning(S3Client *client, S3Call *call)
{
	S3CallWork *work = call->work;

	if (work->previous_running != NULL)
		work->previous_running->work->next_running = work->next_running;
	else
		client->running = work->next_running;
	if (work->next_running != NULL)
		work->next_running->work->previous_running = work->previous_running;
	client->nrunning--;
}

/* Releases a call that is in no list, and gives its bytes back to the budget. */
static void
DropCall(S3Client *client, S3Call *call)
{
	client->held -= call->work->charge;
	S3CallFree(call);
}

/* Tells whether somebody wants everything to stop. */
static bool
Interrupted(const S3Client *client)
{
	return atomic_load(&client->interrupted) ||
		   (client->config.interrupted != NULL && client->config.interrupted());
}
