/*
 * listing_ahead.h
 *		A listing in parts: where it takes long, a second thread lists some while the caller is at
 *		those before.
 *
 *	caller    0   1   -   3   -   5 ...   takes a part that it comes to unless the thread has it
 *	thread      2     4     6     7 ...   leaves one part to the caller; what it finds waits until that is there
 *
 * The objects come in the order of the parts, whoever has listed them.  Few of them wait at a
 * time, so memory stays bounded: this pays where most of what is looked at is passed over.
 */
#ifndef SPARKIFY_LISTING_AHEAD_H
#define SPARKIFY_LISTING_AHEAD_H

#include "source/store/object_store.h"

/* How one thread lists parts, one after the other. */
typedef struct PartLister
{
	void (*begin)(void *lister, int part);
	bool (*next)(void *lister, ObjectInfo *object,
				 Failure *failure); /* false: the part's end, or a failure */

	/* called by another thread: next is to fail soon */
	void (*stop)(void *lister);

	/* asked by the caller: whether a thread pays by now, and whether to give up waiting for it */
	bool (*is_long)(void *lister);
	bool (*must_stop)(void *lister);
} PartLister;

typedef struct ListingAhead ListingAhead;

/*
 * Begins with part 0.  own is the caller's lister, other the thread's, and both stay the caller's;
 * without a thread to be had own lists all.
 */
extern ListingAhead *ListingAheadBegin(int parts, const PartLister *methods, void *own, void *other,
									   Failure *failure);

/* The next object; false at the end, or with a failure. */
extern bool ListingAheadNext(ListingAhead *ahead, ObjectInfo *object, Failure *failure);

/* Ends the thread; NULL is nothing to end. */
extern void ListingAheadEnd(ListingAhead *ahead);

#endif /* SPARKIFY_LISTING_AHEAD_H */
