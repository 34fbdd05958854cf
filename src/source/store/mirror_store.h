/*
 * mirror_store.h
 *		A directory that stands in for a bucket: the object s3://BUCKET/KEY is
 *		the file DIRECTORY/KEY.
 */
#ifndef SPARKIFY_MIRROR_STORE_H
#define SPARKIFY_MIRROR_STORE_H

#include "source/store/object_store.h"

/*
 * directory holds the objects whose keys begin with key_prefix (which may be
 * empty, or end in '/'): key "prefix/x" is the file "directory/x".  Nothing
 * outside the directory is ever read: no "..", no symbolic link that leaves it.
 * Listing a wide tree starts a thread when it has taken so long; -1: never.
 */
extern ObjectStore *MirrorStoreOpen(const char *bucket, const char *directory,
									const char *key_prefix, int thread_after_ms, Failure *failure);

#endif /* SPARKIFY_MIRROR_STORE_H */
