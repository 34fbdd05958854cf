/*
 * mirror_listing.c
 *		The files of a mirror directory as the listing of a bucket.
 *
 *	song_data/  ->  [ A/  B/  C/ ... ]     the first level of several directories is listed in
 *	                  ^   ^                parts, some of them by a second thread
 *
 * One thread's way is mirror_walk.c, how two take turns listing_ahead.c.  Most of
 * the time of a listing is the kernel's, which works for both at once.
 */
#include <stdlib.h>
#include <time.h>

#include "source/store/listing_ahead.h"
#include "source/store/mirror_walk.h"

/* A level of fewer directories is listed by one thread. */
#define SPLIT_DIRECTORIES 8

/* How many parts a level has at most. */
#define SPLIT_PARTS 64

typedef struct MirrorListing MirrorListing;

/* A thread's share of the parts. */
typedef struct Lister
{
	MirrorWalk *walk;
	const MirrorListing *listing;
} Lister;

struct MirrorListing
{
	ObjectListing base;
	int thread_after_ms;
	bool started;
	struct timespec start;
	Lister own;
	Lister other;		   /* its walk is NULL where one thread lists all */
	ListingAhead *ahead;   /* NULL likewise */
	int ends[SPLIT_PARTS]; /* before which entry each part ends */
};

static bool MirrorListingNext(ObjectListing *base, ObjectInfo *object, Failure *failure);
static void MirrorListingEnd(ObjectListing *base);
static bool Start(MirrorListing *listing, Failure *failure);
static bool Split(MirrorListing *listing, Failure *failure);
static void BeginPart(void *lister, int part);
static bool NextOfPart(void *lister, ObjectInfo *object, Failure *failure);
static void StopPart(void *lister);
static bool IsLong(void *lister);
static bool MustStop(void *lister);

static const PartLister PartMethods = {BeginPart, NextOfPart, StopPart, IsLong, MustStop};

/* Begins a listing of the keys that begin with the prefix; nothing is read yet. */
ObjectListing *
MirrorListingBegin(MirrorStore *mirror, const char *prefix, Failure *failure)
{
	MirrorListing *listing = calloc(1, sizeof(MirrorListing));

	if (listing == NULL)
	{
		(void)FailureNoMemory(failure);
		return NULL;
	}

	listing->base = (ObjectListing){.next = MirrorListingNext, .end = MirrorListingEnd};
	listing->own.walk = MirrorWalkBegin(mirror, &listing->base, prefix, failure);
	listing->thread_after_ms = mirror->thread_after_ms;
	if (mirror->thread_after_ms >= 0)
		listing->other.walk = MirrorWalkBegin(mirror, &listing->base, prefix, failure);
	if (Failed(failure))
	{
		MirrorListingEnd(&listing->base);
		return NULL;
	}

	return &listing->base;
}

/* Finds the next file. */
static bool
MirrorListingNext(ObjectListing *base, ObjectInfo *object, Failure *failure)
{
	MirrorListing *listing = (MirrorListing *)base;

	if (!listing->started && !Start(listing, failure))
		return false;
	return listing->ahead != NULL ? ListingAheadNext(listing->ahead, object, failure)
								  : MirrorWalkNext(listing->own.walk, object, failure);
}

/* Releases the listing wherever it stands. */
static void
MirrorListingEnd(ObjectListing *base)
{
	MirrorListing *listing = (MirrorListing *)base;

	ListingAheadEnd(listing->ahead);
	MirrorWalkEnd(listing->other.walk);
	MirrorWalkEnd(listing->own.walk);
	free(listing);
}

/* Reads directories down to the first one in which two threads find something to do. */
static bool
Start(MirrorListing *listing, Failure *failure)
{
	listing->started = true;
	clock_gettime(CLOCK_MONOTONIC, &listing->start);
	return MirrorWalkEnter(listing->own.walk, failure) &&
		   (listing->other.walk == NULL ||
			(MirrorWalkEnterSingle(listing->own.walk, failure) && Split(listing, failure)));
}

/* Lets a second thread list parts of the current level, where that has several directories. */
static bool
Split(MirrorListing *listing, Failure *failure)
{
	int parts = MirrorWalkCut(listing->own.walk, SPLIT_DIRECTORIES, SPLIT_PARTS, listing->ends);

	if (parts == 0)
		return true;
	if (!MirrorWalkShare(listing->own.walk, listing->other.walk, failure))
		return false;

	listing->own.listing = listing->other.listing = listing;
	listing->ahead =
		ListingAheadBegin(parts, &PartMethods, &listing->own, &listing->other, failure);

	return listing->ahead != NULL;
}

/* Begins a part of the level that both threads share. */
static void
BeginPart(void *lister, int part)
{
	const Lister *own = lister;
	const int *ends = own->listing->ends;

	MirrorWalkLimit(own->walk, part > 0 ? ends[part - 1] : 0, ends[part]);
}

/* The next object of the part. */
static bool
NextOfPart(void *lister, ObjectInfo *object, Failure *failure)
{
	return MirrorWalkNext(((const Lister *)lister)->walk, object, failure);
}

/* Has a thread look for no more objects. */
static void
StopPart(void *lister)
{
	MirrorWalkStop(((const Lister *)lister)->walk);
}

/* Whether the caller has listed for so long that a thread pays. */
static bool
IsLong(void *lister)
{
	const Lister *own = lister;
	const struct timespec *start = &own->listing->start;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);

	return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000 >=
		   own->listing->thread_after_ms;
}

/* Whether whoever waits for an object no longer wants it. */
static bool
MustStop(void *lister)
{
	const ObjectListing *base = &((const Lister *)lister)->listing->base;

	return base->must_stop != NULL && base->must_stop();
}
