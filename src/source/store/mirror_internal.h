/*
 * mirror_internal.h
 *		What mirror_store.c and mirror_listing.c share, and nobody else.
 */
#ifndef SPARKIFY_MIRROR_INTERNAL_H
#define SPARKIFY_MIRROR_INTERNAL_H

#include <limits.h>
#include <stdatomic.h>

#include "source/store/object_store.h"

typedef struct MirrorStore
{
	ObjectStore base;
	char *bucket;
	char *directory;  /* for messages */
	char *key_prefix; /* what all keys begin with: empty, or ends in '/' */
	int root;		  /* descriptor of the directory */
	atomic_bool interrupted;
} MirrorStore;

extern ObjectListing *MirrorListingBegin(MirrorStore *mirror, const char *prefix, Failure *failure);

/* Whether the store is interrupted; then the failure is filled in. */
extern bool MirrorInterrupted(MirrorStore *mirror, Failure *failure);

/* Fills in the failure for an object from an errno. */
extern void MirrorFailure(const MirrorStore *mirror, const char *key, int error, Failure *failure);

#endif /* SPARKIFY_MIRROR_INTERNAL_H */
