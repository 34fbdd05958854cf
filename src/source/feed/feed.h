/*
 * feed.h
 *		Objects in, batches of packed rows out, in object order.
 *
 *	listing -> window of open objects -> workers: inflate, read, convert, pack
 *	        -> batches, handed out in the order of the objects
 *
 * With no workers the caller's thread does the same work inside FeedNext.
 * Memory is bounded by memory_limit whatever the number and size of the
 * objects.  All threads block every signal, call nothing of PostgreSQL, and
 * are joined by FeedEnd.
 */
#ifndef SPARKIFY_FEED_H
#define SPARKIFY_FEED_H

#include "source/codec/inflate.h"
#include "source/read/json/json_reader.h"
#include "source/store/object_store.h"
#include "source/row/row_batch.h"
#include "source/row/row_plan.h"
#include "source/read/text_reader.h"
#include "source/codec/transcode.h"

typedef struct FeedConfig
{
	/* what to read */
	ObjectListing *objects; /* taken over by FeedBegin, also when it fails */
	Compression compression;
	Encoding encoding;			   /* of what is unpacked */
	const JsonReaderOptions *json; /* one of json and text */
	const TextReaderOptions *text;

	/* what to make of it */
	const RowPlan *plan;

	/* how */
	int workers;			   /* 0: inline */
	size_t memory_limit;	   /* bytes for batches and read buffers */
	size_t window_limit;	   /* bytes for the window of one compressed object; 0: any */
	int window;				   /* objects open ahead; 0: as the stores wish */
	bool (*interrupted)(void); /* inline work asks it at every read, and stops; or NULL */
} FeedConfig;

typedef enum FeedStatus
{
	FEED_BATCH,
	FEED_WAIT, /* nothing ready: wait until FeedWaitFd is readable */
	FEED_END,
	FEED_FAILED
} FeedStatus;

typedef struct Feed Feed;

/* Everything the config points to must outlive the feed. */
extern Feed *FeedBegin(const FeedConfig *config, Failure *failure);

/*
 * Hands out the next batch; it is the caller's until FeedRecycle or FeedEnd, one at a time.  Never blocks when
 * there are workers.
 */
extern FeedStatus FeedNext(Feed *feed, RowBatch **batch, Failure *failure);
extern void FeedRecycle(Feed *feed, RowBatch *batch);

/* A descriptor that is readable when FeedNext may have something; -1 when inline. */
extern int FeedWaitFd(const Feed *feed);

/* What the listing has told so far: objects, and their stored bytes (unknown sizes left out). */
extern void FeedTotals(const Feed *feed, uint64_t *objects, uint64_t *bytes, bool *complete);

/* Stops and joins all threads, releases everything; idempotent through NULL. */
extern void FeedEnd(Feed *feed);

#endif /* SPARKIFY_FEED_H */
