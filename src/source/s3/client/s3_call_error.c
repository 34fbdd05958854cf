/*
 * s3_call_error.c
 *		What the store answers when it doesn't answer what was asked for.
 */
#include "source/s3/client/s3_call_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/aws/aws_error.h"

/* Keeps the beginning of an error document. */
bool
S3CallKeepError(S3CallWork *work, const char *bytes, size_t length)
{
	if (work->error_body == NULL && (work->error_body = malloc(S3_ERROR_BODY_MAX)) == NULL)
		return true;
	if (length > S3_ERROR_BODY_MAX - work->error_length)
		length = S3_ERROR_BODY_MAX - work->error_length;
	memcpy(work->error_body + work->error_length, bytes, length);
	work->error_length += length;
	return true;
}

/* Judges an error that the store answered. */
S3Verdict
S3CallJudgeError(S3Call *call, const HttpAnswer *answer, const char *url,
				 const Credentials *secrets, char region[AWS_REGION_SIZE])
{
	S3CallWork *work = call->work;
	AwsError error;

	AwsErrorRead(&error, answer->status, work->error_body, work->error_length);

	/* HEAD has no body, and some services leave the id out of it */
	if (error.request_id[0] == '\0')
		HttpAnswerHeader(answer, "x-amz-request-id", error.request_id, sizeof(error.request_id));

	/* some services repeat the request, keys included, in their errors */
	AwsErrorRedact(&error, secrets);
	FailureInit(&call->failure);
	AwsErrorReport(&error, url, &call->failure);

	/* once: two regions that name each other would go on for ever */
	if (AwsErrorIsRedirect(&error) && !work->redirected)
	{
		if (!HttpAnswerHeader(answer, "x-amz-bucket-region", region, AWS_REGION_SIZE))
			snprintf(region, AWS_REGION_SIZE, "%s", error.region);
		if (AwsRegionIsValid(region) && strcmp(region, work->region) != 0)
			return S3_VERDICT_REDIRECT;
	}

	return AwsErrorIsTransient(&error) ? S3_VERDICT_RETRY : S3_VERDICT_FAILED;
}
