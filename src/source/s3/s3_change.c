/*
 * s3_change.c
 *		Requests that change something in a bucket.
 *
 * Each may be sent again: a part is written over itself, what is gone already
 * can't be removed again and is as it should be.  CompleteMultipartUpload may
 * answer 200 and an error (AWS: API_CompleteMultipartUpload), and an answer
 * that got lost makes it say that there is no such upload: who asked looks
 * whether the object is there.
 */
#include "source/s3/s3_change.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "source/aws/aws_error.h"
#include "source/s3/s3_call.h"

/* Changes under way at once: enough to hide a round trip, few enough for any store. */
#define CHANGES_WINDOW 16

static S3Verdict KeepAnswer(S3Call *call, const HttpAnswer *answer);
static void SayWhatItTakes(S3Call *call, const AwsError *error);
static bool Start(S3Client *client, const S3Changes *changes, int index, pthread_cond_t *ready,
				  S3Call **call, Failure *failure);
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

/* Waits for a call. */
bool
S3ChangeAwait(S3Client *client, S3Call *call, Failure *failure)
{
	bool ok = true;

	S3ClientLock(client);
	while (ok && call->state != S3_CALL_DONE && call->state != S3_CALL_FAILED)
		ok = S3ClientWait(client, call, failure);
	if (ok && call->state == S3_CALL_FAILED)
	{
		if (!Failed(failure))
			*failure = call->failure;
		ok = false;
	}
	S3ClientUnlock(client);
	return ok;
}

/* Keeps a window of changes under way. */
bool
S3ChangesRun(S3Client *client, const S3Changes *changes, Failure *failure)
{
	S3Call *calls[CHANGES_WINDOW] = {NULL};
	pthread_cond_t ready;
	pthread_condattr_t monotonic;
	bool ok = true;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&ready, &monotonic);
	pthread_condattr_destroy(&monotonic);
	for (int i = 0; i < changes->count + CHANGES_WINDOW && ok; i++)
	{
		S3Call **slot = &calls[i % CHANGES_WINDOW];

		/* the one that had the place before */
		if (*slot != NULL)
			ok = Finish(client, changes, i - CHANGES_WINDOW, *slot, failure);
		if (ok)
			*slot = NULL;
		if (ok && i < changes->count)
			ok = Start(client, changes, i, &ready, slot, failure);
	}
	S3ClientLock(client);
	for (int i = 0; i < CHANGES_WINDOW; i++)
		S3ClientRelease(client, calls[i]);
	S3ClientUnlock(client);
	pthread_cond_destroy(&ready);
	return ok;
}

/* Keeps what an answer says. */
bool
S3ChangeTake(S3Call *call, const char *bytes, size_t length)
{
	return S3CallKeepError(call->work, bytes, length);
}

/* Judges an answer. */
S3Verdict
S3ChangeJudge(S3Call *call, const HttpAnswer *answer, const char *url, const Credentials *secrets,
			  char region[AWS_REGION_SIZE])
{
	bool done = answer->status == 200 || answer->status == 204;
	S3Verdict verdict;
	AwsError error;

	AwsErrorRead(&error, answer->status, call->work->error_body, call->work->error_length);
	if (done && error.code[0] == '\0')
		return KeepAnswer(call, answer);
	call->gone = answer->status == 404;
	if (call->gone && strcmp(call->method, "DELETE") == 0 &&
		strcmp(error.code, "NoSuchBucket") != 0)
		return S3_VERDICT_DONE;
	verdict = S3CallJudgeError(call, answer, url, secrets, region);
	SayWhatItTakes(call, &error);
	return verdict;
}

/* Hands the answer's document and the version of what was written to the caller. */
static S3Verdict
KeepAnswer(S3Call *call, const HttpAnswer *answer)
{
	char etag[256];

	free(call->etag);
	call->etag = HttpAnswerHeader(answer, "ETag", etag, sizeof(etag)) ? strdup(etag) : NULL;
	free(call->body);
	call->body = call->work->error_body;
	call->filled = call->work->error_length;
	call->work->error_body = NULL;
	call->work->error_length = 0;
	return S3_VERDICT_DONE;
}

/* Says which rights writing takes: the table of errors knows of reading. */
static void
SayWhatItTakes(S3Call *call, const AwsError *error)
{
	if (call->failure.code == FAILURE_DENIED &&
		(strcmp(error->code, "AccessDenied") == 0 || error->code[0] == '\0'))
		snprintf(call->failure.hint, sizeof(call->failure.hint),
				 "The credentials need s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload, "
				 "s3:ListBucketMultipartUploads and s3:ListBucket.");
}

/* Begins a change, if there is one. */
static bool
Start(S3Client *client, const S3Changes *changes, int index, pthread_cond_t *ready, S3Call **call,
	  Failure *failure)
{
	*call = changes->make(changes->context, index);
	if (*call == NULL)
		return true;
	(*call)->ready = ready;
	S3ClientLock(client);
	(*call)->ticket = S3ClientTicket(client);
	S3ClientSubmit(client, *call);
	S3ClientUnlock(client);
	S3ClientKick(client);
	return true;
}

/* Waits for a change, up to the deadline of all. */
static bool
Finish(S3Client *client, const S3Changes *changes, int index, S3Call *call, Failure *failure)
{
	S3CallState state;
	bool ok = true;

	S3ClientLock(client);
	while (ok && call->state != S3_CALL_DONE && call->state != S3_CALL_FAILED)
	{
		ok = S3ClientWait(client, call, failure);
		if (ok && changes->deadline > 0 && HttpNow() >= changes->deadline)
		{
			FailureSet(failure, FAILURE_NETWORK, "the store did not answer in time");
			ok = false;
		}
	}
	state = call->state;
	S3ClientUnlock(client);
	if (!ok)
		return false;
	if (state == S3_CALL_FAILED &&
		(changes->forgive == NULL || !changes->forgive(changes->context, index, call)))
	{
		*failure = call->failure;
		return false;
	}
	changes->done(changes->context, index, call);
	S3ClientLock(client);
	S3ClientRelease(client, call);
	S3ClientUnlock(client);
	return true;
}
