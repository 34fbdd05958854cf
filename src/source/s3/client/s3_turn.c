/*
 * s3_turn.c
 *		One turn of whoever moves bytes, the client's thread or the owner who
 *		waits: what may start is signed and put on the wire, what comes is
 *		handed to its call, and what ends is judged.
 *
 *	queue -> [ window, budget, back-off ] -> wire -> done | failed
 *	  ^------------- again, or in another region -----+
 */
#include "source/s3/client/s3_client_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BACKOFF_FIRST_MS 100
#define BACKOFF_MAX_MS 5000

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

/* Starts what may start, moves what can be moved, and waits if nothing came of it. */
void
S3TurnRun(S3Client *client, int wait_ms)
{
	S3Call *starting;

	S3ClientLock(client);
	if (client->abandoned)
		CutAbandoned(client);
	starting = TakeStartable(client, &wait_ms);
	S3ClientUnlock(client);
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
		S3QueueStop(client, call);
		S3QueueDrop(client, call);
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

	for (S3Call *call = client->queue; call != NULL && !S3ClientInterrupted(client); call = next)
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
		S3QueueTake(client, call);
		call->work->state = S3_CALL_RUNNING;
		S3QueueRun(client, call);
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
	S3ClientLock(client);
	memcpy(call->work->region, client->region, sizeof(call->work->region));
	S3CallAsk(call, &ask);
	S3ClientUnlock(client);
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

	(void)FailureNoMemoryFor(&failure, "a request to s3://%s", client->site.bucket);
	FailStart(client, call, &failure);

	return false;
}

/* Takes over the credentials of a request, which its answer may repeat. */
static void
Remember(S3Client *client, Credentials *credentials)
{
	S3ClientLock(client);
	CredentialsClear(&client->used);
	client->used = *credentials;
	S3ClientUnlock(client);
}

/* Fails a call that could not be put on the wire. */
static void
FailStart(S3Client *client, S3Call *call, const Failure *failure)
{
	S3ClientLock(client);
	call->failure = *failure;
	EndCall(client, call);
	S3ClientUnlock(client);
}

/* Takes bytes from the wire and wakes the reader. */
static bool
OnBytes(void *context, const HttpAnswer *answer, const char *bytes, size_t length)
{
	S3Call *call = context;
	S3Client *client = call->work->client;
	bool go_on;

	S3ClientLock(client);
	go_on = !call->work->abandoned && S3CallTake(call, answer, client->site.bucket, bytes, length);
	if (go_on && call->work->wanted)
		pthread_cond_signal(&call->work->ready);
	S3ClientUnlock(client);

	return go_on;
}

/* Judges an attempt that ended on the wire. */
static void
OnDone(void *context, const HttpAnswer *answer)
{
	S3Call *call = context;
	S3Client *client = call->work->client;
	char region[AWS_REGION_SIZE] = "";

	S3ClientLock(client);
	call->work->exchange = NULL;
	if (call->work->abandoned)
	{
		S3QueueStop(client, call);
		S3QueueDrop(client, call);
	}
	else
		Settle(client, call, S3CallJudge(call, answer, client->site.bucket, &client->used, region),
			   region);
	S3ClientUnlock(client);
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
			S3QueueStop(client, call);
			call->work->state = S3_CALL_QUEUED;
			S3QueueAdd(client, call);
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
	S3QueueStop(client, call);
	call->work->state = S3_CALL_QUEUED;
	S3QueueAdd(client, call);

	return true;
}

/* Ends a call, well if its failure is not set, and wakes its owner. */
static void
EndCall(S3Client *client, S3Call *call)
{
	S3QueueStop(client, call);
	if (call->work->abandoned)
	{
		S3QueueDrop(client, call);
		return;
	}

	call->work->state = S3_CALL_ENDED;
	pthread_cond_signal(&call->work->ready);
}
