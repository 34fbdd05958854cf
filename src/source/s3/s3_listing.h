/*
 * s3_listing.h
 *		The objects of a bucket below a prefix (ListObjectsV2).
 */
#ifndef SPARKIFY_S3_LISTING_H
#define SPARKIFY_S3_LISTING_H

#include "source/store/object_store.h"
#include "source/s3/client/s3_client.h"

/* A page of a listing. */
typedef struct S3Page
{
	ObjectInfo *objects; /* their store is not filled in */
	int count;
	char *continuation; /* the next page's token; NULL: this was the last */
} S3Page;

/* Begins a listing and queues the request for its first page; page_keys 0: as many as the store gives. */
extern ObjectListing *S3ListingBegin(S3Client *client, ObjectStore *store, const char *prefix,
									 int page_keys, Failure *failure);

/* Reads a page; url names the bucket in messages. */
extern bool S3PageRead(S3Page *page, const char *xml, size_t length, const char *url,
					   Failure *failure);
extern void S3PageClear(S3Page *page);

/* Decodes a text in place as a form's: '+' is a space, %XX a byte; false on a bad or a zero byte. */
extern bool S3FormDecode(char *text);

/* The query of a page, canonical; NULL when memory ran out. */
extern char *S3ListingQuery(const char *prefix, int page_keys, const char *continuation);

#endif /* SPARKIFY_S3_LISTING_H */
