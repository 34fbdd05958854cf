/*
 * mirror_internal.h
 *		What mirror_store.c, mirror_listing.c and mirror_writer.c share, and
 *		nobody else.
 */
#ifndef SPARKIFY_MIRROR_INTERNAL_H
#define SPARKIFY_MIRROR_INTERNAL_H

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "source/store/object_store.h"

typedef struct MirrorStore
{
	ObjectStore base;
	char *bucket;
	char *directory;	 /* for messages */
	char *key_prefix;	 /* what all keys begin with: empty, or ends in '/' */
	int root;			 /* descriptor of the directory */
	int thread_after_ms; /* when a listing starts a thread; -1: never */
	atomic_bool interrupted;

	/* writing: a directory of this store's own below MIRROR_STAGING, once something is written */
	pthread_mutex_t lock; /* over staging */
	int staging;		  /* its descriptor, locked as long as this store lives; or -1 */
	char staging_name[64];
	atomic_uint written; /* files so far, which numbers them */
} MirrorStore;

/* The directory of what is staged, which the listing passes over. */
#define MIRROR_STAGING ".sparkify_unload"

extern ObjectListing *MirrorListingBegin(MirrorStore *mirror, const char *prefix, Failure *failure);

/* mirror_writer.c */
extern ObjectWriter *MirrorCreate(ObjectStore *store, const char *key, const WritePermit *permit,
								  Failure *failure);
extern bool MirrorPublish(ObjectStore *store, ObjectWriter *const *writers, int count,
						  Failure *failure);
extern bool MirrorDiscard(ObjectStore *store, ObjectWriter *const *writers, int count,
						  int deadline_ms);
extern bool MirrorRemove(ObjectStore *store, char *const *keys, int count, Failure *failure);
extern bool MirrorSweep(ObjectStore *store, const char *prefix, Failure *failure);
extern void MirrorStagingEnd(MirrorStore *mirror);

/* The path of a key below the directory, or NULL where it can't name a file there. */
extern const char *MirrorPathOfKey(const MirrorStore *mirror, const char *key);

/* Whether the store is interrupted; then the failure is filled in. */
extern bool MirrorInterrupted(MirrorStore *mirror, Failure *failure);

/* When a file was modified, as ObjectInfo has it. */
static inline int64_t
MirrorModified(const struct stat *status)
{
	return (int64_t)status->st_mtim.tv_sec * 1000000 + status->st_mtim.tv_nsec / 1000;
}

/* Fills in the failure for an object from an errno. */
extern void MirrorFailure(const MirrorStore *mirror, const char *key, int error, Failure *failure);

#endif /* SPARKIFY_MIRROR_INTERNAL_H */
