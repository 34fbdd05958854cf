/*
 * mirror_walk.h
 *		One thread's way through a mirror directory, in the order in which S3 lists keys.
 *
 *	Begin, Enter, Next, Next ... End             one thread lists all
 *	Begin, Enter, EnterSingle; Share with other   each lists parts of the level that both share:
 *	                                             Limit, Next, Next ...; Limit ...
 */
#ifndef SPARKIFY_MIRROR_WALK_H
#define SPARKIFY_MIRROR_WALK_H

#include "source/store/mirror_internal.h"

typedef struct MirrorWalk MirrorWalk;

/* Begins a walk to the keys that begin with the prefix; nothing is read yet. */
extern MirrorWalk *MirrorWalkBegin(MirrorStore *mirror, const ObjectListing *listing,
								   const char *prefix, Failure *failure);

/* Reads the first directory, unless no key below it can have the prefix. */
extern bool MirrorWalkEnter(MirrorWalk *walk, Failure *failure);

/* Enters directories that stand alone in theirs; nothing is left to list above them. */
extern bool MirrorWalkEnterSingle(MirrorWalk *walk, Failure *failure);

/*
 * Cuts the current directory into so many parts at most, with as many directories in each: sets
 * before which entry each of them ends, and returns how many there are.  No part for a directory
 * in which there are fewer than least.
 */
extern int MirrorWalkCut(const MirrorWalk *walk, int least, int parts, int *ends);

/* Has both stay in the current directory of walk, which must live longer than other. */
extern bool MirrorWalkShare(MirrorWalk *walk, MirrorWalk *other, Failure *failure);

/* Gives the walk a part of the directory that it stays in: entries from first on, up to end. */
extern void MirrorWalkLimit(MirrorWalk *walk, int first, int end);

/* Finds the next file; false at the end (of the part), or with a failure. */
extern bool MirrorWalkNext(MirrorWalk *walk, ObjectInfo *object, Failure *failure);

/* Makes Next fail soon; any thread may call it. */
extern void MirrorWalkStop(MirrorWalk *walk);

/* Releases the walk wherever it stands; NULL is none. */
extern void MirrorWalkEnd(MirrorWalk *walk);

#endif /* SPARKIFY_MIRROR_WALK_H */
