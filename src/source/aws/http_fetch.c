/*
 * http_fetch.c
 *		One small exchange from beginning to end, on a pump of its own: what the
 *		credential services are asked with.
 */
#include "source/aws/http.h"

#include <stdlib.h>
#include <string.h>

#define FETCH_BODY_MAX (1024 * 1024)
#define POLL_MAX_MS 100

typedef struct FetchState
{
	HttpFetchAnswer *answer;
	size_t capacity;
	bool done;
	bool no_memory;
} FetchState;

static bool FetchBytes(void *context, const HttpAnswer *answer, const char *bytes, size_t length);
static void FetchDone(void *context, const HttpAnswer *answer);

/* Makes the exchange, looking for an interrupt all the while. */
bool
HttpFetch(const HttpFetchRequest *fetch, HttpFetchAnswer *answer, Failure *failure)
{
	FetchState state = {.answer = answer};
	HttpRequest request = fetch->request;
	HttpPump *pump = HttpPumpBegin(&fetch->pump, failure);
	int64_t deadline = HttpNow() + fetch->deadline_ms;

	memset(answer, 0, sizeof(*answer));
	if (pump == NULL)
		return false;

	request.bytes = FetchBytes;
	request.done = FetchDone;
	request.context = &state;

	/* the pump owns the exchange; state outlives it, because the pump ends below */
	if (HttpPumpStart(pump, &request) == NULL)
		state.no_memory = true;
	while (!state.done && !state.no_memory)
	{
		/* the deadline is for all of it; the pump's own limits are for its stages */
		int64_t left = deadline - HttpNow();

		/*
		 * Looked at before each wait, and no wait is longer than POLL_MAX_MS: a cancel takes
		 * effect in that time.
		 */
		if ((fetch->interrupted != NULL && fetch->interrupted()) ||
			(fetch->stop != NULL && atomic_load(fetch->stop)))
		{
			FailureSet(failure, FAILURE_CANCELLED, "the request was cancelled");
			break;
		}

		if (left <= 0)
		{
			answer->result = HTTP_TIMEOUT;
			strcpy(answer->error, "no answer in time");
			break;
		}

		/* short waits, or an interrupt would go unseen */
		HttpPumpRun(pump, left < POLL_MAX_MS ? (int)left : POLL_MAX_MS);
	}

	HttpPumpEnd(pump);
	if (state.no_memory)
		(void)FailureNoMemoryFor(failure, "an HTTP request");

	/* an answer without a body gets an empty one: callers read it as a text */
	if (answer->body == NULL && !Failed(failure) && (answer->body = strdup("")) == NULL)
		(void)FailureNoMemoryFor(failure, "an HTTP request");
	if (Failed(failure))
		HttpFetchAnswerClear(answer);
	return !Failed(failure);
}

/* Wipes and releases the body: answers of credential services are secrets. */
void
HttpFetchAnswerClear(HttpFetchAnswer *answer)
{
	if (answer->body != NULL)
	{
		memset(answer->body, 0, answer->length);
		__asm__ __volatile__("" : : "r"(answer->body) : "memory");
	}

	free(answer->body);
	answer->body = NULL;
	answer->length = 0;
}

/* Collects a fetched body, up to a size no credential service comes near. */
static bool
FetchBytes(void *context, const HttpAnswer *answer, const char *bytes, size_t length)
{
	FetchState *state = context;
	HttpFetchAnswer *fetched = state->answer;

	if (fetched->length + length > FETCH_BODY_MAX)
		return false;
	if (fetched->length + length + 1 > state->capacity)
	{
		size_t capacity = (fetched->length + length + 1) * 2;
		char *body = malloc(capacity);

		if (body == NULL)
		{
			state->no_memory = true;
			return false;
		}

		if (fetched->body != NULL)
			memcpy(body, fetched->body, fetched->length);
		size_t kept = fetched->length;
		HttpFetchAnswerClear(fetched);
		fetched->length = kept;
		fetched->body = body;
		state->capacity = capacity;
	}

	memcpy(fetched->body + fetched->length, bytes, length);
	fetched->length += length;
	fetched->body[fetched->length] = '\0';

	return true;
}

/* Notes how the fetch ended. */
static void
FetchDone(void *context, const HttpAnswer *answer)
{
	FetchState *state = context;

	state->done = true;
	state->answer->result = answer->result;
	state->answer->status = answer->status;
	strncat(state->answer->error, answer->error, sizeof(state->answer->error) - 1);
}
