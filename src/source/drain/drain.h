/*
 * drain.h
 *		Blocks of rows in, objects in a store out.
 *
 *	caller: fills blocks -> slice 0: format, compress -> 0000_part_00, 0000_part_01 ...
 *	                     -> slice 1: format, compress -> 0001_part_00 ...
 *	at the end: the manifest, and everything appears at once
 *
 * Each slice is a thread.  Which block goes to which slice follows from its
 * number, so the same rows make the same objects.  Memory is bounded by
 * memory_limit whatever the number of rows.  All threads block every signal,
 * call nothing of PostgreSQL, and are joined by DrainEnd.  Without threads the
 * caller does the same work inside DrainPut and DrainFinish.
 */
#ifndef SPARKIFY_DRAIN_H
#define SPARKIFY_DRAIN_H

#include "source/codec/deflate.h"
#include "source/store/object_store.h"
#include "source/write/output_plan.h"
#include "source/write/row_block.h"

typedef struct DrainConfig
{
	/* where to */
	ObjectStore *store; /* not owned */
	const char *prefix; /* of all keys */
	const char *suffix; /* of the objects' keys: ".gz", ".csv" or empty */
	bool parallel;		/* names have a slice and a part; else a number */
	bool partitioned;	/* without rows there is no object */

	/* what */
	const OutputPlan *plan;
	Compression compression;
	int64_t object_limit;  /* bytes of an object */
	bool manifest;		   /* PREFIXmanifest lists the objects */
	const char *schema;	   /* of a verbose manifest: JSON; NULL: not verbose */
	char *const *old_keys; /* objects to be removed once the new ones are there (CLEANPATH) */
	int nold;

	/* how */
	int slices; /* 0: without threads */
	size_t memory_limit;
	bool permitted; /* what would stay if this process died may be begun; see DRAIN_ASKS */
} DrainConfig;

typedef enum DrainStatus
{
	DRAIN_WORKING,
	DRAIN_ASKS, /* a slice waits for DrainPermit before it leaves anything in the store */
	DRAIN_DONE,
	DRAIN_FAILED
} DrainStatus;

/* An object that was unloaded. */
typedef struct DrainedObject
{
	const char *key;
	int slice;
	int64_t rows; /* the header's line included */
	int64_t bytes;
} DrainedObject;

typedef struct Drain Drain;

/* Begins; the config's texts and what it points to must outlive the drain. */
extern Drain *DrainBegin(const DrainConfig *config, Failure *failure);

/* An empty block to fill; NULL: wait until DrainWaitFd is readable, and look at DrainPoll. */
extern RowBlock *DrainTakeBlock(Drain *drain);

/* How many bytes a block should hold. */
extern size_t DrainBlockBytes(const Drain *drain);

/* Hands a block over. */
extern void DrainPut(Drain *drain, RowBlock *block);

/* Says that there is no more; DRAIN_DONE follows when everything has appeared. */
extern void DrainFinish(Drain *drain);

/* How it stands; never blocks. */
extern DrainStatus DrainPoll(Drain *drain, Failure *failure);
extern void DrainPermit(Drain *drain);
extern int DrainWaitFd(const Drain *drain);

/* The objects, once done; in the order of their keys. */
extern int DrainObjects(const Drain *drain, const DrainedObject **objects);

/* After DRAIN_DONE: what has appeared stays. */
extern void DrainKeep(Drain *drain);

/*
 * Stops wherever it stands and joins the threads.  Unless it is to be kept,
 * everything is taken back, as far as so many milliseconds allow.  Whether
 * nothing is left that should not be there; NULL is fine.
 */
extern bool DrainEnd(Drain *drain, int deadline_ms);

#endif /* SPARKIFY_DRAIN_H */
