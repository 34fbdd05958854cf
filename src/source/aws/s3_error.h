/*
 * s3_error.h
 *		What a store answered when it answered no object: S3's error documents
 *		as Failures.
 */
#ifndef SPARKIFY_S3_ERROR_H
#define SPARKIFY_S3_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "source/aws/credentials.h"
#include "source/base/failure.h"

/* The parts of <Error> that we use; clipped, empty when not told. */
typedef struct S3Error
{
	int status;
	char code[64];
	char message[512];
	char request_id[128];
	char region[64];
} S3Error;

/* Reads an error document; what is no such document leaves everything but the status empty. */
extern void S3ErrorRead(S3Error *error, int status, const char *body, size_t length);

/* Takes secrets out of what a store said, should it repeat what it was sent. */
extern void S3ErrorRedact(S3Error *error, const Credentials *secrets);

/* Whether the same request may well succeed a moment later. */
extern bool S3ErrorIsTransient(const S3Error *error);

/* Whether the store may be saying that the bucket is in another region: which one tells. */
extern bool S3ErrorIsRedirect(const S3Error *error);

/* Says what failed, why, and what to do; url is s3://bucket/key. */
extern void S3ErrorReport(const S3Error *error, const char *url, Failure *failure);

#endif /* SPARKIFY_S3_ERROR_H */
