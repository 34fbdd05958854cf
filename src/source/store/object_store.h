/*
 * object_store.h
 *		Where objects come from and go to: one bucket of S3, or a directory that
 *		stands in for it.
 *
 * A store is bound to one bucket.  Listing, opening and writing may happen in
 * different threads at the same time; one listing, one stream and one writer
 * belong to one thread at a time.
 *
 * Writing: create -> write, write ... -> stage -> publish.  What is staged is
 * kept out of sight; publishing makes it an object, whole, and is quick.  So
 * all objects of an unload appear at its end, or none.
 */
#ifndef SPARKIFY_OBJECT_STORE_H
#define SPARKIFY_OBJECT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "source/base/byte_source.h"
#include "source/base/failure.h"

typedef struct ObjectStore ObjectStore;
typedef struct ObjectListing ObjectListing;
typedef struct ObjectWriter ObjectWriter;

/* An object as a listing or a manifest names it. */
typedef struct ObjectInfo
{
	char *key;			/* without the bucket; freed by ObjectInfoClear */
	int64_t size;		/* bytes, or -1 when nobody told yet */
	char *etag;			/* as the store gave it, or NULL; freed likewise */
	int64_t modified;	/* microseconds since 1970 (UTC), or 0 when nobody told */
	ObjectStore *store; /* the store to open it from; not owned */
	bool mandatory;		/* a missing object fails the load (else it is skipped) */
} ObjectInfo;

/*
 * Asked before something is left in a store that would stay there if this
 * process died: false, with the failure filled in, forbids it.
 */
typedef struct WritePermit
{
	bool (*ask)(void *context, Failure *failure);
	void *context;
} WritePermit;

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
	ObjectWriter *(*create)(ObjectStore *store, const char *key, const WritePermit *permit,
							Failure *failure);
	bool (*publish)(ObjectStore *store, ObjectWriter *const *writers, int count, Failure *failure);
	bool (*discard)(ObjectStore *store, ObjectWriter *const *writers, int count, int deadline_ms);
	bool (*remove)(ObjectStore *store, char *const *keys, int count, Failure *failure);
	bool (*sweep)(ObjectStore *store, const char *prefix, Failure *failure);
	void (*interrupt)(ObjectStore *store);
	void (*close)(ObjectStore *store);
};

struct ObjectWriter
{
	const char *key;
	bool (*write)(ObjectWriter *writer, const char *bytes, size_t length, Failure *failure);
	bool (*stage)(ObjectWriter *writer, Failure *failure);
	void (*close)(ObjectWriter *writer);
};

struct ObjectListing
{
	ObjectStore *store; /* the store whose interrupt ends a wait in next; NULL: next never waits */
	bool (*next)(ObjectListing *listing, ObjectInfo *object, Failure *failure);
	void (*end)(ObjectListing *listing);

	/*
	 * What needn't be looked at, where a look costs something; a listing may
	 * return it all the same.  Each thread that asks has a place of its own, 0
	 * at first, from where keys in order are found at once.  NULL: nothing.
	 */
	bool (*passes_over)(void *context, const char *key, size_t *place);
	void *passes_over_context;

	/* Directories of which nothing is wanted, and where more of them are noted; not owned; NULL: none. */
	struct DirectoryMemory *memory;

	/* Asked by the thread that lists, where a listing may take long; true makes next fail soon.  NULL: nobody. */
	bool (*must_stop)(void);
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

/* Begins an object; permit stays the caller's.  Nothing of it can be seen before it is published. */
static inline ObjectWriter *
ObjectStoreCreate(ObjectStore *store, const char *key, const WritePermit *permit, Failure *failure)
{
	return store->create(store, key, permit, failure);
}

/* Writes bytes behind those before; may wait for the store to take some. */
static inline bool
ObjectWriterWrite(ObjectWriter *writer, const char *bytes, size_t length, Failure *failure)
{
	return writer->write(writer, bytes, length, failure);
}

/* Says that these were all bytes; true when they are where publishing can't fail for want of room. */
static inline bool
ObjectWriterStage(ObjectWriter *writer, Failure *failure)
{
	return writer->stage(writer, failure);
}

/* Makes staged objects appear, each whole, in the place of what had its key; many at once. */
static inline bool
ObjectStorePublish(ObjectStore *store, ObjectWriter *const *writers, int count, Failure *failure)
{
	return store->publish(store, writers, count, failure);
}

/*
 * Takes back what was written, staged or published, as far as it can be done
 * in so many milliseconds, also when the store is interrupted; no other thread
 * may use the store any more.  Whether nothing is left.
 */
static inline bool
ObjectStoreDiscard(ObjectStore *store, ObjectWriter *const *writers, int count, int deadline_ms)
{
	return store->discard(store, writers, count, deadline_ms);
}

/* Removes objects; one that is not there is fine. */
static inline bool
ObjectStoreRemove(ObjectStore *store, char *const *keys, int count, Failure *failure)
{
	return store->remove(store, keys, count, failure);
}

/* Removes what a process that died has left out of sight below the prefix. */
static inline bool
ObjectStoreSweep(ObjectStore *store, const char *prefix, Failure *failure)
{
	return store->sweep(store, prefix, failure);
}

/* Releases the writer; NULL is fine. */
static inline void
ObjectWriterClose(ObjectWriter *writer)
{
	if (writer != NULL)
		writer->close(writer);
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
