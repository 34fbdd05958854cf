/*
 * object_window.h
 *		The objects of a load: listed lazily, numbered in the listing's order,
 *		cut into runs for the workers, and opened ahead of their readers.
 *
 *	listing -> [run 0: objects 0..255] [run 1: object 256] [run 2 ...
 *	                    ^ taken by a worker      ^ opened ahead
 *
 * A run is one large object or several small ones that follow each other, so
 * that thousands of objects with one row each share batches.  How far the
 * listing and the opening run ahead is bounded, and so is the memory.
 *
 * One thread at a time lists; runs may be taken and read by several.
 */
#ifndef SPARKIFY_OBJECT_WINDOW_H
#define SPARKIFY_OBJECT_WINDOW_H

#include "source/store/object_store.h"

typedef struct ObjectWindow ObjectWindow;
typedef struct FeedObject FeedObject;

typedef struct ObjectRun
{
	uint64_t sequence; /* from 0, without gaps */
	uint32_t first;	   /* number of its first object */
	int count;

	/* private to object_window.c */
	FeedObject *objects;
	struct ObjectRun *previous;
	struct ObjectRun *next;
} ObjectRun;

/* Takes the listing over, also when it fails.  ahead: objects opened ahead, 0 as their stores wish. */
extern ObjectWindow *ObjectWindowCreate(ObjectListing *listing, int ahead, Failure *failure);

/*
 * Lists objects until a run is complete and may be taken, waiting first while
 * enough of them are.  False at the end of the listing, after a halt, or with
 * the failure filled in.
 */
extern bool ObjectWindowList(ObjectWindow *window, Failure *failure);

/* Says that no more runs will come, so that nobody waits for them. */
extern void ObjectWindowListed(ObjectWindow *window);

/* How many runs were made. */
extern uint64_t ObjectWindowRuns(ObjectWindow *window);

/* Whether fewer runs are ready than keep the opening ahead busy: for who lists and reads in turn. */
extern bool ObjectWindowWantsRuns(ObjectWindow *window);

/* Takes the next run, waiting for it; NULL when there is none left or the window is halted. */
extern ObjectRun *ObjectWindowTake(ObjectWindow *window);

/* Gives the stream of an object of a run, each once; the caller closes it. */
extern ByteSource *ObjectWindowOpen(ObjectWindow *window, ObjectRun *run, int index,
									Failure *failure);
extern const ObjectInfo *ObjectRunInfo(const ObjectRun *run, int index);

/* Releases a run that is read, or given up. */
extern void ObjectWindowEndRun(ObjectWindow *window, ObjectRun *run);

/* Hands out no more runs; with interrupt, whatever waits for a store fails soon. */
extern void ObjectWindowHalt(ObjectWindow *window, bool interrupt);
extern void ObjectWindowTotals(ObjectWindow *window, uint64_t *objects, uint64_t *bytes,
							   bool *complete);
extern void ObjectWindowFree(ObjectWindow *window);

#endif /* SPARKIFY_OBJECT_WINDOW_H */
