/*
 * s3_writer.h
 *		Objects written to a bucket.
 */
#ifndef SPARKIFY_S3_WRITER_H
#define SPARKIFY_S3_WRITER_H

#include <stdatomic.h>

#include "source/s3/client/s3_client.h"
#include "source/store/object_store.h"

/* What the writers of a store share. */
typedef struct S3WriteConfig
{
	S3Client *client;
	const char *bucket;
	size_t part_size;
	size_t hold_limit;	/* bytes of small objects that wait in memory for their publication */
	atomic_size_t held; /* of them */
	ObjectStore *store; /* to look with */
} S3WriteConfig;

extern ObjectWriter *S3WriterCreate(S3WriteConfig *config, const char *key,
									const WritePermit *permit, Failure *failure);
extern bool S3WritersPublish(S3WriteConfig *config, ObjectWriter *const *writers, int count,
							 Failure *failure);
extern bool S3WritersDiscard(S3WriteConfig *config, ObjectWriter *const *writers, int count,
							 int deadline_ms);
extern bool S3KeysRemove(S3WriteConfig *config, char *const *keys, int count, Failure *failure);

/* Aborts the uploads that an unload to this prefix has left open. */
extern bool S3UploadsSweep(S3WriteConfig *config, const char *prefix, int64_t deadline,
						   Failure *failure);

#endif /* SPARKIFY_S3_WRITER_H */
