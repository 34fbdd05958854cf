/*
 * s3_object.h
 *		An object of S3 as a stream of bytes.
 */
#ifndef SPARKIFY_S3_OBJECT_H
#define SPARKIFY_S3_OBJECT_H

#include "source/store/object_store.h"
#include "source/s3/client/s3_client.h"

typedef struct S3ObjectConfig
{
	size_t range_size; /* larger objects are fetched in ranges of so many bytes */
	int ranges;		   /* so many of which may be on their way at once */
} S3ObjectConfig;

/* Opens an object and queues its first requests. */
extern ByteSource *S3ObjectOpen(S3Client *client, const S3ObjectConfig *config,
								const ObjectInfo *info, Failure *failure);

#endif /* SPARKIFY_S3_OBJECT_H */
