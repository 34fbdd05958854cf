/*
 * s3_call_change.c
 *		Answers to requests that change something.
 *
 * Each may be sent again: a part is written over itself, what is gone already
 * can't be removed again and is as it should be.  CompleteMultipartUpload may
 * answer 200 and an error (AWS: AmazonS3/latest/API/API_CompleteMultipartUpload), and an answer
 * that got lost makes it say that there is no such upload: who asked looks
 * whether the object is there.
 */
#include "source/s3/client/s3_call_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/aws/aws_error.h"

static S3Verdict KeepAnswer(S3Call *call, const HttpAnswer *answer);
static void SayWhatItTakes(S3Call *call, const AwsError *error);

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

	/* what was to be deleted and isn't there is as it should be; a bucket that isn't there is a mistake */
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
