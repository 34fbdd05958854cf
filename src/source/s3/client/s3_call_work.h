/*
 * s3_call_work.h
 *		The client's side of a call: what it remembers of it, checking what comes
 *		back, and judging how it ended.  For s3_turn.c, which holds the client's
 *		lock around everything here.
 */
#ifndef SPARKIFY_S3_CALL_WORK_H
#define SPARKIFY_S3_CALL_WORK_H

#include <pthread.h>

#include "source/aws/access_keys.h"
#include "source/aws/aws_request.h"
#include "source/aws/http.h"
#include "source/s3/client/s3_call.h"

#define S3_ERROR_BODY_MAX 65536

typedef enum S3CallState
{
	S3_CALL_QUEUED,
	S3_CALL_RUNNING,
	S3_CALL_ENDED
} S3CallState;

/* What the client remembers about a call besides what its owner sees. */
typedef struct S3CallWork
{
	struct S3Client *client;
	S3CallState state;
	S3Call *next;			/* in the queue */
	pthread_cond_t ready;	/* something has happened to it */
	bool wanted;			/* somebody waits for the body's next byte */
	size_t consumed;		/* bytes the reader has taken; they can't be asked for again */
	HttpExchange *exchange; /* while it is on the wire */
	S3Call *previous_running;
	S3Call *next_running;
	bool abandoned; /* the owner is gone */
	bool redirected;
	size_t charge;	 /* what its body counts against the budget; 0: not started yet */
	size_t capacity; /* what its body has room for */
	int attempts;
	int64_t not_before;
	int64_t begun_at; /* the first attempt */

	/* the attempt */
	char region[AWS_REGION_SIZE]; /* it is signed for */
	int64_t offset;				  /* in the object, of the first byte asked for */
	bool accepted;				  /* the head of the answer is that of what we asked for */
	bool refused;				  /* it is not; the failure says why */
	char *error_body;
	size_t error_length;
} S3CallWork;

/* What an attempt came to. */
typedef enum S3Verdict
{
	S3_VERDICT_DONE,
	S3_VERDICT_RETRY,	 /* the failure says why */
	S3_VERDICT_REDIRECT, /* region is filled in */
	S3_VERDICT_FAILED
} S3Verdict;

/* s3_call_change.c: S3CallTake and S3CallJudge of a request that changes something */
extern bool S3ChangeTake(S3Call *call, const char *bytes, size_t length);
extern S3Verdict S3ChangeJudge(S3Call *call, const HttpAnswer *answer, const char *url,
							   const Credentials *secrets, char region[AWS_REGION_SIZE]);

/* s3_call_error.c: judges an error that the store answered, and keeps the beginning of its document. */
extern S3Verdict S3CallJudgeError(S3Call *call, const HttpAnswer *answer, const char *url,
								  const Credentials *secrets, char region[AWS_REGION_SIZE]);
extern bool S3CallKeepError(S3CallWork *work, const char *bytes, size_t length);

/* The range and version to ask for in the next attempt, going on where the last one stopped. */
extern void S3CallAsk(S3Call *call, AwsAsk *ask);

/* Takes bytes of the answer; false ends the exchange. */
extern bool S3CallTake(S3Call *call, const HttpAnswer *answer, const char *bucket,
					   const char *bytes, size_t length);

/* Judges the end of an attempt; no message repeats the secrets. */
extern S3Verdict S3CallJudge(S3Call *call, const HttpAnswer *answer, const char *bucket,
							 const Credentials *secrets, char region[AWS_REGION_SIZE]);

/* Releases a call that is in no list. */
extern void S3CallFree(S3Call *call);

#endif /* SPARKIFY_S3_CALL_WORK_H */
