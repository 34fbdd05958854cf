/*
 * s3_change.c
 *		Requests that change something in a bucket.
 */
#include "source/s3/s3_change.h"

#include <stdlib.h>

/* Changes under way at once: enough to hide a round trip, few enough for any store. */
#define CHANGES_WINDOW 16

static void Start(S3Client *client, const S3Changes *changes, int index, S3Call **call);
static bool Finish(S3Client *client, const S3Changes *changes, int index, S3Call *call,
				   Failure *failure);

/* Makes a call with its body's hash. */
S3Call *
S3ChangeMake(const char *method, const char *key, char *query, char *payload, size_t length)
{
	S3Call *call = query != NULL ? S3CallMake(key, query, NULL) : NULL;

	free(query);
	if (call == NULL)
	{
		free(payload);
		return NULL;
	}

	call->method = method;
	call->payload = payload;
	call->payload_length = length;
	if (payload != NULL)
		SigV4Hash(payload, length, call->payload_sha256);
	return call;
}

/* Waits for a call that must go well. */
bool
S3ChangeAwait(S3Client *client, S3Call *call, Failure *failure)
{
	if (!S3ClientAwait(client, call, 0, failure))
		return false;
	if (Failed(&call->failure) && !Failed(failure))
		*failure = call->failure;
	return !Failed(&call->failure);
}

/* Keeps a window of changes under way. */
bool
S3ChangesRun(S3Client *client, const S3Changes *changes, Failure *failure)
{
	S3Call *calls[CHANGES_WINDOW] = {NULL};
	bool ok = true;

	for (int i = 0; i < changes->count + CHANGES_WINDOW && ok; i++)
	{
		S3Call **slot = &calls[i % CHANGES_WINDOW];

		/* the one that had the place before */
		if (*slot != NULL)
			ok = Finish(client, changes, i - CHANGES_WINDOW, *slot, failure);
		if (ok)
			*slot = NULL;
		if (ok && i < changes->count)
			Start(client, changes, i, slot);
	}

	for (int i = 0; i < CHANGES_WINDOW; i++)
		S3ClientRelease(client, calls[i]);
	return ok;
}

/* Begins a change, if there is one. */
static void
Start(S3Client *client, const S3Changes *changes, int index, S3Call **call)
{
	*call = changes->make(changes->context, index);
	if (*call == NULL)
		return;

	(*call)->ticket = S3ClientTicket(client);
	S3ClientSubmit(client, *call);
	S3ClientKick(client);
}

/* Waits for a change, up to the deadline of all. */
static bool
Finish(S3Client *client, const S3Changes *changes, int index, S3Call *call, Failure *failure)
{
	if (!S3ClientAwait(client, call, changes->deadline, failure))
		return false;
	if (Failed(&call->failure) &&
		(changes->forgive == NULL || !changes->forgive(changes->context, index, call)))
	{
		*failure = call->failure;
		return false;
	}

	changes->done(changes->context, index, call);
	S3ClientRelease(client, call);

	return true;
}
