/*
 * aws_error.h
 *		What a service answered in place of what was asked for: the error documents of S3 and STS
 *		as Failures.
 */
#ifndef SPARKIFY_AWS_ERROR_H
#define SPARKIFY_AWS_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "source/aws/access_keys.h"
#include "source/base/failure.h"

/* The parts of <Error> that we use; clipped, empty when not told. */
typedef struct AwsError
{
	int status;
	char code[64];
	char message[512];
	char request_id[128];
	char region[64];
} AwsError;

/* Reads an error document; what is no such document leaves everything but the status empty. */
extern void AwsErrorRead(AwsError *error, int status, const char *body, size_t length);

/* Takes secrets out of what a store said, should it repeat what it was sent. */
extern void AwsErrorRedact(AwsError *error, const Credentials *secrets);

/* Whether the same request may well succeed a moment later. */
extern bool AwsErrorIsTransient(const AwsError *error);

/* Whether the store may be saying that the bucket is in another region: which one tells. */
extern bool AwsErrorIsRedirect(const AwsError *error);

/* Says what failed, why, and what to do; url is s3://bucket/key. */
extern void AwsErrorReport(const AwsError *error, const char *url, Failure *failure);

#endif /* SPARKIFY_AWS_ERROR_H */
