/*
 * s3_upload.h
 *		The texts of multipart uploads: queries, and what the store answers
 *		(AWS: AmazonS3/latest/userguide/mpuoverview).
 */
#ifndef SPARKIFY_S3_UPLOAD_H
#define SPARKIFY_S3_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "source/base/failure.h"

/* Queries, canonical, for free(); NULL when memory ran out. */
extern char *S3UploadBeginQuery(void);
extern char *S3UploadPartQuery(int part, const char *upload_id);
extern char *S3UploadQuery(const char *upload_id);
extern char *S3UploadListQuery(const char *prefix, const char *key_marker, const char *id_marker);

/* The id of an upload that was begun; NULL where the answer has none. */
extern char *S3UploadReadId(const char *xml, size_t length);

/* The document that completes an upload of parts 1, 2 ...; NULL when memory ran out. */
extern char *S3UploadCompletion(char *const *etags, int count, size_t *length);

/* An upload that somebody has begun. */
typedef struct S3OpenUpload
{
	char *key;
	char *id;
} S3OpenUpload;

typedef struct S3OpenUploads
{
	S3OpenUpload *uploads;
	int count;
	char *next_key; /* of the next page; NULL: this was the last */
	char *next_id;
} S3OpenUploads;

extern bool S3UploadReadList(S3OpenUploads *list, const char *xml, size_t length);
extern void S3UploadClearList(S3OpenUploads *list);

/*
 * Whether a key is one that an unload to this prefix makes: folders of
 * partitions, and a slice and part, a number, or "manifest" at the end.
 */
extern bool S3UploadIsOurs(const char *key, const char *prefix);

#endif /* SPARKIFY_S3_UPLOAD_H */
