/*
 * object_store.h
 *		Where objects come from: one bucket of S3, or a directory that stands
 *		in for it.
 *
 * A store is bound to one bucket.  Listing and opening may happen in
 * different threads at the same time; one listing and one stream belong to
 * one thread at a time.
 */
#ifndef SPARKIFY_OBJECT_STORE_H
#define SPARKIFY_OBJECT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "source/base/byte_source.h"
#include "source/base/failure.h"

typedef struct ObjectStore ObjectStore;
typedef struct ObjectListing ObjectListing;

/* An object as a listing or a manifest names it. */
typedef struct ObjectInfo
{
	char *key;			/* without the bucket; freed by ObjectInfoClear */
	int64_t size;		/* bytes, or -1 when nobody told yet */
	char *etag;			/* as the store gave it, or NULL; freed likewise */
	ObjectStore *store; /* the store to open it from; not owned */
	bool mandatory;		/* a missing object fails the load (else it is skipped) */
} ObjectInfo;

struct ObjectStore
{
	const char *bucket; /* for messages: s3://bucket/key */

	/*
	 * How many objects are worth opening ahead of the one that is read: 1 for
	 * a disk, many where every request costs a round trip.
	 */
	int window;

	ObjectListing *(*list)(ObjectStore *store, const char *prefix, Failure *failure);
	ByteSource *(*open)(ObjectStore *store, const ObjectInfo *object, Failure *failure);
	void (*interrupt)(ObjectStore *store);
	void (*close)(ObjectStore *store);
};

struct ObjectListing
{
	ObjectStore *store; /* the store whose interrupt ends a wait in next; NULL: next never waits */
	bool (*next)(ObjectListing *listing, ObjectInfo *object, Failure *failure);
	void (*end)(ObjectListing *listing);
};

/*
 * Begins a listing of the objects whose key begins with the prefix, in the
 * order of their keys' bytes.  A prefix is no folder: "a" matches "a/b" and
 * "ab" (AWS: copy-parameters-data-source-s3).
 */
static inline ObjectListing *
ObjectStoreList(ObjectStore *store, const char *prefix, Failure *failure)
{
	ObjectListing *listing = store->list(store, prefix, failure);

	if (listing != NULL)
		listing->store = store;
	return listing;
}

/*
 * Opens an object.  Returns at once where the store works in the background:
 * what goes wrong with the request is then told by the first read.
 */
static inline ByteSource *
ObjectStoreOpen(ObjectStore *store, const ObjectInfo *object, Failure *failure)
{
	return store->open(store, object, failure);
}

/* Makes every call that waits, in whatever thread, fail with FAILURE_CANCELLED soon. */
static inline void
ObjectStoreInterrupt(ObjectStore *store)
{
	store->interrupt(store);
}

/* Releases the store; its streams and listings must be closed before.  NULL is fine. */
static inline void
ObjectStoreClose(ObjectStore *store)
{
	if (store != NULL)
		store->close(store);
}

/* Fills in the next object and returns true; false at the end or with the failure filled in. */
static inline bool
ObjectListingNext(ObjectListing *listing, ObjectInfo *object, Failure *failure)
{
	return listing->next(listing, object, failure);
}

static inline void
ObjectListingEnd(ObjectListing *listing)
{
	if (listing != NULL)
		listing->end(listing);
}

extern void ObjectInfoClear(ObjectInfo *object);

/* A listing of given objects, such as a manifest's; takes over the array and its texts. */
extern ObjectListing *ObjectListingOf(ObjectInfo *objects, int count, Failure *failure);

#endif /* SPARKIFY_OBJECT_STORE_H */
