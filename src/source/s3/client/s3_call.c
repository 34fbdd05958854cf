/*
 * s3_call.c
 *		One request of the client: what to ask, whether the answer is the
 *		answer to it, and how it ended.
 *
 * A part of a body is never taken for the whole of it: the bytes must be as
 * many as the listing or Content-Range says, and of the version asked for.
 */
#include "source/s3/client/s3_call_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/base/threads.h"

#define URL_SIZE 1280

static bool Accept(S3Call *call, const HttpAnswer *answer, const char *url);
static bool AcceptPart(S3Call *call, const HttpAnswer *answer, const char *url);
static bool AcceptWhole(S3Call *call, const HttpAnswer *answer, const char *url);
static bool AcceptVersion(S3Call *call, const HttpAnswer *answer, const char *url);
static bool MakeRoom(S3Call *call, size_t length);
static bool Refuse(S3Call *call, const char *url, const char *why);
static S3Verdict JudgeAnswer(S3Call *call, const HttpAnswer *answer, const char *url,
							 const Credentials *secrets, char region[AWS_REGION_SIZE]);
static S3Verdict JudgeTransport(S3Call *call, const HttpAnswer *answer, const char *url);
static bool SameVersion(const char *one, const char *other);
static void PrintUrl(const S3Call *call, const char *bucket, char url[URL_SIZE]);

S3Call *
S3CallMake(const char *key, const char *query, const char *etag)
{
	S3Call *call = calloc(1, sizeof(*call));

	if (call == NULL)
		return NULL;

	call->work = calloc(1, sizeof(*call->work));
	if (call->work != NULL)
		ConditionInit(&call->work->ready);
	call->key = key != NULL ? strdup(key) : NULL;
	call->query = strdup(query);
	call->etag = etag != NULL ? strdup(etag) : NULL;

	/* -1: not known yet */
	call->length = call->total = -1;
	FailureInit(&call->failure);
	if (call->work == NULL || call->query == NULL || (key != NULL && call->key == NULL) ||
		(etag != NULL && call->etag == NULL))
	{
		S3CallFree(call);
		return NULL;
	}

	return call;
}

void
S3CallFree(S3Call *call)
{
	if (call->work != NULL)
	{
		pthread_cond_destroy(&call->work->ready);
		free(call->work->error_body);
	}

	free(call->work);
	free(call->key);
	free(call->query);
	free(call->etag);
	free(call->body);
	free(call->payload);
	free(call);
}

/* Asks for what is still missing. */
void
S3CallAsk(S3Call *call, AwsAsk *ask)
{
	S3CallWork *work = call->work;

	work->offset = call->start + (int64_t)call->filled;
	work->accepted = work->refused = false;
	work->error_length = 0;
	*ask = (AwsAsk){.method = call->method,
					.key = call->key,
					.query = call->query,
					.sha256 = call->payload != NULL ? call->payload_sha256 : NULL,
					.first = -1,
					.last = -1,
					.etag = call->etag,
					.region = work->region};
	if (call->method != NULL)
		ask->etag = NULL; /* that of what it has written */
	if (call->key == NULL || call->method != NULL || (!call->ranged && call->filled == 0))
		return;

	ask->first = work->offset;
	if (call->length >= 0)
		ask->last = call->start + call->length - 1;
	else if (call->ranged)
		ask->last = call->start + (int64_t)call->limit - 1;
}

/* Takes bytes of a body, or of the document that says why there is none. */
bool
S3CallTake(S3Call *call, const HttpAnswer *answer, const char *bucket, const char *bytes,
		   size_t length)
{
	S3CallWork *work = call->work;
	char url[URL_SIZE];

	if (call->method != NULL)
		return S3ChangeTake(call, bytes, length);
	if (answer->status != 200 && answer->status != 206)
		return S3CallKeepError(work, bytes, length);

	/* the first bytes: by now the head is there */
	if (!work->accepted)
	{
		PrintUrl(call, bucket, url);
		work->accepted = Accept(call, answer, url);
		work->refused = !work->accepted;
		if (work->refused)
			return false;
	}

	if ((call->length >= 0 && length > (size_t)call->length - call->filled) ||
		!MakeRoom(call, length))
	{
		PrintUrl(call, bucket, url);
		work->refused = true;
		return Refuse(call, url, "it is longer than it says");
	}

	memcpy(call->body + call->filled, bytes, length);
	call->filled += length;

	return true;
}

/* Judges an attempt that has ended. */
S3Verdict
S3CallJudge(S3Call *call, const HttpAnswer *answer, const char *bucket, const Credentials *secrets,
			char region[AWS_REGION_SIZE])
{
	S3CallWork *work = call->work;
	char url[URL_SIZE];

	PrintUrl(call, bucket, url);

	/*
	 * The bytes were refused while they came, and the failure says why. What may have been cut
	 * short on the way is worth another try.
	 */
	if (work->refused)
		return call->failure.code == FAILURE_NETWORK ? S3_VERDICT_RETRY : S3_VERDICT_FAILED;

	/* changes have their own ideas of success */
	if (answer->result == HTTP_ANSWERED && call->method != NULL)
		return S3ChangeJudge(call, answer, url, secrets, region);
	if (answer->result == HTTP_ANSWERED)
		return JudgeAnswer(call, answer, url, secrets, region);

	/* every byte that was asked for is there: what else should have come doesn't matter */
	if (work->accepted && answer->result != HTTP_NO_MEMORY && call->length >= 0 &&
		call->filled == (size_t)call->length)
		return S3_VERDICT_DONE;

	return JudgeTransport(call, answer, url);
}

/* Checks the head of an answer against what was asked. */
static bool
Accept(S3Call *call, const HttpAnswer *answer, const char *url)
{
	if (call->key == NULL)
		return true;
	if (!AcceptVersion(call, answer, url))
		return false;
	return answer->status == 206 ? AcceptPart(call, answer, url) : AcceptWhole(call, answer, url);
}

/* Checks that a part is the one asked for; learns the object's size from it. */
static bool
AcceptPart(S3Call *call, const HttpAnswer *answer, const char *url)
{
	char value[128];
	int64_t first, last, total;

	/* without the range, nobody could tell where the bytes belong */
	if (!HttpAnswerHeader(answer, "Content-Range", value, sizeof(value)) ||
		sscanf(value, "bytes %" SCNd64 "-%" SCNd64 "/%" SCNd64, &first, &last, &total) != 3)
		return Refuse(call, url, "it is a part without a readable Content-Range");

	/* a cache in between may answer with another part */
	if (first != call->work->offset || last < first || last >= total)
		return Refuse(call, url, "it is not the range asked for");

	/* the listing's size holds: another one means another version */
	if (call->total >= 0 && call->total != total)
		return Refuse(call, url, "its size is not the one listed");
	if (answer->content_length >= 0 && answer->content_length != last - first + 1)
		return Refuse(call, url, "its Content-Length is not that of the range");

	/* first heard of: the call now knows how much there is to come */
	call->total = total;
	if (call->length < 0)
	{
		call->length = total - call->start;
		if (call->ranged && call->length > (int64_t)call->limit)
			call->length = (int64_t)call->limit;
	}

	/* a shorter part would leave a gap that nobody would notice */
	if (last != call->start + call->length - 1)
		return Refuse(call, url, "it is not the range asked for");

	return true;
}

/* Checks that a whole object is one that was asked for. */
static bool
AcceptWhole(S3Call *call, const HttpAnswer *answer, const char *url)
{
	char encoding[64];

	/* a whole object in the place of a part would be too much, or the wrong bytes */
	if (call->work->offset > 0 || (call->ranged && call->total > call->length) ||
		(call->ranged && answer->content_length > (int64_t)call->limit))
	{
		FailureInit(&call->failure);
		FailureSet(&call->failure, FAILURE_STORE,
				   "the store does not give ranges of an object: \"%s\"", url);
		return false;
	}

	/* without a length, only chunks tell an end from a broken connection */
	if (answer->content_length >= 0)
	{
		if (call->total >= 0 && answer->content_length != call->total)
			return Refuse(call, url, "its Content-Length is not the size listed");
		call->total = call->length = answer->content_length;
	}
	else if (call->total < 0 &&
			 !HttpAnswerHeader(answer, "Transfer-Encoding", encoding, sizeof(encoding)))
		return Refuse(call, url, "it has no length");
	return true;
}

/* Checks that the object is the version asked for, or notes which one it is. */
static bool
AcceptVersion(S3Call *call, const HttpAnswer *answer, const char *url)
{
	char etag[256];

	if (!HttpAnswerHeader(answer, "ETag", etag, sizeof(etag)))
		return true;
	if (call->etag == NULL)
	{
		call->etag = strdup(etag);
		return true;
	}

	if (SameVersion(call->etag, etag))
		return true;

	FailureInit(&call->failure);
	FailureSet(&call->failure, FAILURE_STORE, "object changed while it was read: \"%s\"", url);
	FailureHint(&call->failure, "Load again, when nobody is writing to the object.");

	return false;
}

/* Makes room for more bytes: all at once where the length is known. */
static bool
MakeRoom(S3Call *call, size_t length)
{
	S3CallWork *work = call->work;
	size_t want = call->filled + length;
	char *body;

	if (call->key != NULL && call->length >= 0)
		want = (size_t)call->length;
	else if (want > call->limit)
		return false;
	if (call->body != NULL && want <= work->capacity)
		return true;

	/* twice as much each time, so that a page in many pieces is copied a few times only */
	if (call->length < 0 && want < 2 * work->capacity)
		want = 2 * work->capacity;
	body = realloc(call->body, want);
	if (body == NULL)
		return false;

	call->body = body;
	work->capacity = want;

	return true;
}

/* Says that an answer is not to be believed, this time. */
static bool
Refuse(S3Call *call, const char *url, const char *why)
{
	FailureInit(&call->failure);
	FailureSet(&call->failure, FAILURE_NETWORK, "the store's answer for \"%s\" is damaged", url);
	FailureDetail(&call->failure, "What came is no good: %s.", why);
	return false;
}

/* Judges an answer that came whole. */
static S3Verdict
JudgeAnswer(S3Call *call, const HttpAnswer *answer, const char *url, const Credentials *secrets,
			char region[AWS_REGION_SIZE])
{
	if (answer->status == 416 && call->start == 0 && call->total < 0)
	{
		call->total = call->length = 0; /* no range of an empty object can be had */
		return S3_VERDICT_DONE;
	}

	if (answer->status != 200 && answer->status != 206)
		return S3CallJudgeError(call, answer, url, secrets, region);

	/* an empty body never came to the callback that accepts */
	if (!call->work->accepted && !Accept(call, answer, url))
		return call->failure.code == FAILURE_NETWORK ? S3_VERDICT_RETRY : S3_VERDICT_FAILED;

	/* chunks have no length: what came is the whole */
	if (call->length < 0)
		call->length = (int64_t)call->filled;
	if (call->total < 0)
		call->total = call->length;
	if (call->filled == (size_t)call->length)
		return S3_VERDICT_DONE;

	/* the connection closed early; another try may be luckier */
	Refuse(call, url, "it ends before its end");

	return S3_VERDICT_RETRY;
}

/* Judges an exchange that brought no whole answer. */
static S3Verdict
JudgeTransport(S3Call *call, const HttpAnswer *answer, const char *url)
{
	Failure *failure = &call->failure;

	FailureInit(failure);
	switch (answer->result)
	{
		/* what a retry can't mend */
		case HTTP_UNTRUSTED:
			FailureSet(failure, FAILURE_NETWORK,
					   "the store's certificate is not to be trusted: \"%s\"", url);
			FailureDetail(failure, "%s.", answer->error);
			FailureHint(failure, "Set the store's option ca_bundle if its certificate is signed by "
								 "an authority of your own.");
			return S3_VERDICT_FAILED;
		case HTTP_FORBIDDEN:
			FailureSet(failure, FAILURE_CONFIG,
					   "the store's host has an address of instance metadata: \"%s\"", url);
			FailureDetail(failure, "Machines keep their own credentials at such addresses.");
			return S3_VERDICT_FAILED;
		case HTTP_NO_MEMORY:
			(void)FailureNoMemoryFor(failure, "the request for \"%s\"", url);
			return S3_VERDICT_FAILED;

		/* the network may be back in a moment */
		case HTTP_UNREACHABLE:
			FailureSet(failure, FAILURE_NETWORK, "could not reach the store of \"%s\"", url);
			FailureHint(failure, "Check the store's endpoint and region, and the network.");
			break;
		case HTTP_TIMEOUT:
			FailureSet(failure, FAILURE_NETWORK, "the store went silent in the request for \"%s\"",
					   url);
			break;
		default:
			FailureSet(failure, FAILURE_NETWORK, "the connection broke in the request for \"%s\"",
					   url);
	}

	if (answer->error[0] != '\0')
		FailureDetail(failure, "%s.", answer->error);
	return S3_VERDICT_RETRY;
}

/* Compares ETags, with or without quotes and weakness. */
static bool
SameVersion(const char *one, const char *other)
{
	size_t one_length, other_length;

	one += strncmp(one, "W/", 2) == 0 ? 2 : 0;
	other += strncmp(other, "W/", 2) == 0 ? 2 : 0;
	one += one[0] == '"';
	other += other[0] == '"';
	one_length = strcspn(one, "\"");
	other_length = strcspn(other, "\"");

	return one_length == other_length && strncmp(one, other, one_length) == 0;
}

/* Names the object, or the bucket, for messages. */
static void
PrintUrl(const S3Call *call, const char *bucket, char url[URL_SIZE])
{
	snprintf(url, URL_SIZE, "s3://%s/%s", bucket, call->key != NULL ? call->key : "");
}
