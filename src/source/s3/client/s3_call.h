/*
 * s3_call.h
 *		One request to a bucket and its answer.
 *
 *	S3CallMake, fill in what to ask -> S3ClientSubmit -> S3ClientAwait or S3ClientRead
 *	        -> look at the answer -> S3ClientRelease
 *
 * From S3ClientSubmit until it has ended a call is the client's: its owner
 * reads nothing of it but through S3ClientRead.
 */
#ifndef SPARKIFY_S3_CALL_H
#define SPARKIFY_S3_CALL_H

#include <stddef.h>
#include <stdint.h>

#include "source/aws/sigv4.h"
#include "source/base/failure.h"

typedef struct S3Call
{
	/* what to ask */
	char *key;			/* NULL: the bucket */
	char *query;		/* canonical */
	const char *method; /* NULL: GET; any other changes something, see s3_change.h */
	char *payload;		/* its body, or NULL */
	size_t payload_length;
	char payload_sha256[SIGV4_HEX_SIZE];
	int64_t start;
	int64_t length;	 /* bytes wanted; -1: until told, at most limit */
	int64_t total;	 /* of the object; -1: not known */
	bool ranged;	 /* less than the object is wanted */
	char *etag;		 /* the version wanted; NULL: any, and then the one that came */
	size_t limit;	 /* of the body */
	uint64_t ticket; /* lower ones go first */

	/* the answer, once it has ended */
	Failure failure; /* set when it has ended badly */
	char *body;
	size_t filled;
	bool gone;	   /* what was to be changed isn't there */
	bool repeated; /* an earlier attempt may have been heard */

	struct S3CallWork *work; /* the client's own */
	struct S3Call *later;	 /* free for the owner */
} S3Call;

/* Makes a call for the given key (NULL: the bucket) of copies of the texts.  NULL: out of memory. */
extern S3Call *S3CallMake(const char *key, const char *query, const char *etag);

#endif /* SPARKIFY_S3_CALL_H */
