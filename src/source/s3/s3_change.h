/*
 * s3_change.h
 *		Requests that change something in a bucket: PUT, POST and DELETE, one or
 *		many at once.
 */
#ifndef SPARKIFY_S3_CHANGE_H
#define SPARKIFY_S3_CHANGE_H

#include "source/s3/client/s3_client.h"

/*
 * Makes a call; the query is taken over, NULL is memory that ran out, and so is
 * a payload of malloc's, if there is one.  NULL: out of memory.
 */
extern S3Call *S3ChangeMake(const char *method, const char *key, char *query, char *payload,
							size_t length);

/* Waits until a call that was submitted has ended; false with the failure filled in. */
extern bool S3ChangeAwait(S3Client *client, S3Call *call, Failure *failure);

/* Submits calls, which have no condition of their own, all at once. */
typedef struct S3Changes
{
	int count;
	S3Call *(*make)(void *context, int index); /* NULL: there is nothing to do for this one */
	void (*done)(void *context, int index, S3Call *call); /* it has ended well */
	bool (*forgive)(void *context, int index,
					S3Call *call); /* it has failed, but that is well; or NULL */
	void *context;
	int64_t deadline; /* of HttpNow, when to give up; 0: never */
} S3Changes;

/* Makes changes, a window of them at a time; the first failure ends it. */
extern bool S3ChangesRun(S3Client *client, const S3Changes *changes, Failure *failure);

#endif /* SPARKIFY_S3_CHANGE_H */
