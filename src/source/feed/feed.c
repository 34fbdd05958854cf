/*
 * feed.c
 *		The work of a load outside PostgreSQL, inline or on threads.
 *
 *	            lister thread: object_window <- listing
 *	                              | runs
 *	            worker threads: run_reader, run_reader, ...
 *	                              | batches
 *	caller:     FeedNext    <- batch_queue
 *
 * Inline, FeedNext lists and reads by itself whenever it is called.  Without
 * threads (the system has none left) a load goes on inline.
 */
#include "source/feed/feed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "source/base/threads.h"
#include "source/feed/batch_queue.h"
#include "source/feed/object_window.h"
#include "source/feed/run_reader.h"

/* Large enough that handing it over costs nothing, small enough for the processor's caches. */
#define BATCH_BYTES ((size_t)512 * 1024)
#define SMALLEST_BATCH ((size_t)32 * 1024)

/* What a worker needs beside its batches, for ordinary records. */
#define READ_BUFFER_BYTES ((size_t)1024 * 1024)

typedef struct FeedWorker
{
	struct Feed *feed;
	RunReader *reader;
	pthread_t thread;
} FeedWorker;

struct Feed
{
	FeedConfig config;
	ObjectWindow *window;
	BatchQueue *queue;
	atomic_bool stop;
	int detailed; /* rejected records handed out with their fields */

	/* threads */
	FeedWorker *workers;
	int nworkers; /* with a reader each; one of them works inline when no thread runs */
	int nthreads;
	pthread_t lister;
	bool has_lister;
	pthread_mutex_t gate; /* over admitted */
	bool admitted;

	/* inline work */
	ObjectRun *run;
	FeedStatus ending;		 /* FEED_BATCH until there is nothing more to read */
	Failure failure;		 /* of FEED_FAILED */
	Failure listing_failure; /* comes after the runs before it */
};

static bool MakeQueue(Feed *feed, Failure *failure);
static bool MakeReaders(Feed *feed, Failure *failure);
static void StartThreads(Feed *feed);
static void StopThreads(Feed *feed);
static bool PassGate(Feed *feed);
static void *ListerMain(void *argument);
static void *WorkerMain(void *argument);
static void ReadRun(FeedWorker *worker, ObjectRun *run);
static FeedStatus NextInline(Feed *feed, RowBatch **batch, Failure *failure);
static void FillInline(Feed *feed, RowBatch *batch);
static bool TakeInline(Feed *feed);
static bool HoldsAnything(const RowBatch *batch);
static void LimitDetails(Feed *feed, RowBatch *batch);

/* Begins to read; with workers, in the background and at once. */
Feed *
FeedBegin(const FeedConfig *config, Failure *failure)
{
	Feed *feed = calloc(1, sizeof(Feed));

	if (feed == NULL)
	{
		(void)FailureNoMemory(failure);

		/* the listing is the feed's in any case */
		ObjectListingEnd(config->objects);
		return NULL;
	}

	feed->config = *config;
	if (feed->config.workers < 0)
		feed->config.workers = 0;
	FailureInit(&feed->failure);
	FailureInit(&feed->listing_failure);
	pthread_mutex_init(&feed->gate, NULL);
	feed->window = ObjectWindowCreate(config->objects, config->window, failure);
	if (feed->window == NULL || !MakeQueue(feed, failure) || !MakeReaders(feed, failure))
	{
		FeedEnd(feed);
		return NULL;
	}

	/* without a thread, inline work takes over */
	if (feed->config.workers > 0)
		StartThreads(feed);
	if (feed->nthreads == 0)
		feed->config.workers = 0;
	return feed;
}

/* Hands out the next batch in the order of the objects. */
FeedStatus
FeedNext(Feed *feed, RowBatch **batch, Failure *failure)
{
	FeedStatus status;

	if (feed->nthreads == 0)
		status = NextInline(feed, batch, failure);
	else
	{
		status = BatchQueueNext(feed->queue, batch, failure);
		if (status == FEED_END || status == FEED_FAILED)
			feed->ending = status;
	}

	if (status == FEED_BATCH)
		LimitDetails(feed, *batch);
	return status;
}

/* Takes a batch back. */
void
FeedRecycle(Feed *feed, RowBatch *batch)
{
	BatchQueueRecycle(feed->queue, batch);
}

/* What to wait for. */
int
FeedWaitFd(const Feed *feed)
{
	return feed->nthreads == 0 ? -1 : BatchQueueWaitFd(feed->queue);
}

/* What the listing has told so far. */
void
FeedTotals(const Feed *feed, uint64_t *objects, uint64_t *bytes, bool *complete)
{
	ObjectWindowTotals(feed->window, objects, bytes, complete);
}

/* Ends the feed wherever it stands. */
void
FeedEnd(Feed *feed)
{
	if (feed == NULL)
		return;

	StopThreads(feed);
	for (int i = 0; i < feed->nworkers; i++)
		RunReaderEnd(feed->workers[i].reader);
	free(feed->workers);
	ObjectWindowFree(feed->window);
	BatchQueueFree(feed->queue);
	pthread_mutex_destroy(&feed->gate);
	free(feed);
}

/* Divides the memory into batches. */
static bool
MakeQueue(Feed *feed, Failure *failure)
{
	size_t readers = (size_t)(feed->config.workers > 0 ? feed->config.workers : 1);
	size_t limit = feed->config.memory_limit, bytes = BATCH_BYTES;

	limit =
		limit > 2 * readers * READ_BUFFER_BYTES ? limit - readers * READ_BUFFER_BYTES : limit / 2;
	/* At least eight batches and two for each worker, if need be smaller ones. */
	while (bytes > SMALLEST_BATCH && limit / bytes < 8 + 2 * readers)
		bytes /= 2;
	feed->queue =
		BatchQueueCreate(bytes, (int)(limit / bytes > 4096 ? 4096 : limit / bytes), failure);
	return feed->queue != NULL;
}

/* Makes the readers here, so that bad options fail before any thread is made. */
static bool
MakeReaders(Feed *feed, Failure *failure)
{
	int wanted = feed->config.workers > 0 ? feed->config.workers : 1;

	feed->workers = calloc((size_t)wanted, sizeof(FeedWorker));
	if (feed->workers == NULL)
		return FailureNoMemory(failure);

	while (feed->nworkers < wanted)
	{
		FeedWorker *worker = &feed->workers[feed->nworkers];

		worker->feed = feed;
		worker->reader = RunReaderBegin(&feed->config, feed->window, &feed->stop, failure);
		if (worker->reader == NULL)
			return false;
		feed->nworkers++;
	}

	return true;
}

/*
 * Starts as many workers as the system allows.  Until it is known whether there is a lister and a worker,
 * the new threads wait at the gate, so that inline work can still take over.
 */
static void
StartThreads(Feed *feed)
{
	int started = 0;

	pthread_mutex_lock(&feed->gate);
	feed->has_lister = ThreadStart(&feed->lister, ListerMain, feed) == 0;
	while (feed->has_lister && started < feed->nworkers &&
		   ThreadStart(&feed->workers[started].thread, WorkerMain, &feed->workers[started]) == 0)
		started++;
	feed->nthreads = started;
	feed->admitted = started > 0;
	pthread_mutex_unlock(&feed->gate);

	/* a lister without workers would fill the window for nobody */
	if (feed->has_lister && started == 0)
	{
		pthread_join(feed->lister, NULL);
		feed->has_lister = false;
	}
}

/* Makes all threads leave what they are doing, and joins them. */
static void
StopThreads(Feed *feed)
{
	atomic_store(&feed->stop, true);
	if (!feed->has_lister)
		return;

	/* At a good end nobody waits for a store, and it may be used again. */
	ObjectWindowHalt(feed->window, feed->ending != FEED_END);
	BatchQueueHalt(feed->queue);
	for (int i = 0; i < feed->nthreads; i++)
		pthread_join(feed->workers[i].thread, NULL);
	pthread_join(feed->lister, NULL);
	feed->has_lister = false;
	feed->nthreads = 0;
}

/* Waits until the threads' number is known; whether to work at all. */
static bool
PassGate(Feed *feed)
{
	bool admitted;

	pthread_mutex_lock(&feed->gate);
	admitted = feed->admitted;
	pthread_mutex_unlock(&feed->gate);
	return admitted;
}

/* The lister: runs of objects, until there are no more. */
static void *
ListerMain(void *argument)
{
	Feed *feed = argument;
	Failure failure;

	if (!PassGate(feed))
		return NULL;

	FailureInit(&failure);
	while (ObjectWindowList(feed->window, &failure))
		;
	ObjectWindowListed(feed->window);
	BatchQueueClose(feed->queue, ObjectWindowRuns(feed->window), &failure);

	return NULL;
}

/* A worker: one run after another, until there are no more. */
static void *
WorkerMain(void *argument)
{
	FeedWorker *worker = argument;
	ObjectRun *run;

	if (!PassGate(worker->feed))
		return NULL;

	while ((run = ObjectWindowTake(worker->feed->window)) != NULL)
		ReadRun(worker, run);
	return NULL;
}

/* Reads a run into as many batches as it takes. */
static void
ReadRun(FeedWorker *worker, ObjectRun *run)
{
	Feed *feed = worker->feed;
	RunStatus status = RUN_BATCH_FULL;
	Failure failure;

	FailureInit(&failure);
	RunReaderStart(worker->reader, run);
	while (status == RUN_BATCH_FULL)
	{
		RowBatch *batch = BatchQueueGet(feed->queue, run->sequence, &failure);

		if (batch == NULL)
			break;
		status = RunReaderFill(worker->reader, batch, &failure);
		if (!HoldsAnything(batch))
			BatchQueueRecycle(feed->queue, batch);
		else if (!BatchQueuePut(feed->queue, run->sequence, batch, &failure))
			break;
	}

	/* What comes after a failure is never asked for. */
	if (Failed(&failure))
		ObjectWindowHalt(feed->window, false);
	BatchQueueRunDone(feed->queue, run->sequence, &failure);
	RunReaderStop(worker->reader);
	ObjectWindowEndRun(feed->window, run);
}

/* Lists and reads here and now until a batch is full or all is read. */
static FeedStatus
NextInline(Feed *feed, RowBatch **batch, Failure *failure)
{
	*batch = NULL;
	if (feed->ending == FEED_BATCH)
	{
		RowBatch *filled = BatchQueueGetInline(feed->queue, failure);

		if (filled == NULL)
			return FEED_FAILED;
		FillInline(feed, filled);
		if (HoldsAnything(filled))
		{
			*batch = filled;
			return FEED_BATCH;
		}

		BatchQueueRecycle(feed->queue, filled);
	}

	if (feed->ending == FEED_FAILED)
		*failure = feed->failure;
	return feed->ending;
}

/* Fills a batch, from run to run; sets how the feed ends when it does. */
static void
FillInline(Feed *feed, RowBatch *batch)
{
	RunReader *reader = feed->workers[0].reader;

	for (;;)
	{
		RunStatus status;

		/* the listing has ended, or failed, which is set already */
		if (feed->run == NULL && !TakeInline(feed))
			return;
		status = RunReaderFill(reader, batch, &feed->failure);

		/* the run goes on in the next batch */
		if (status == RUN_BATCH_FULL)
			return;
		RunReaderStop(reader);
		ObjectWindowEndRun(feed->window, feed->run);
		feed->run = NULL;
		if (status == RUN_FAILED)
		{
			feed->ending = FEED_FAILED;
			return;
		}
	}
}

/* Takes the next run after listing enough of them; at the end of all, sets how the feed ends. */
static bool
TakeInline(Feed *feed)
{
	while (ObjectWindowWantsRuns(feed->window))
		if (!ObjectWindowList(feed->window, &feed->listing_failure))
			ObjectWindowListed(feed->window);
	feed->run = ObjectWindowTake(feed->window);
	if (feed->run != NULL)
	{
		RunReaderStart(feed->workers[0].reader, feed->run);
		return true;
	}

	feed->failure = feed->listing_failure;
	feed->ending = Failed(&feed->failure) ? FEED_FAILED : FEED_END;

	return false;
}

/* Whether a batch tells the caller anything. */
static bool
HoldsAnything(const RowBatch *batch)
{
	return batch->nrows > 0 || batch->nrejected > 0 || batch->nreplacements > 0 ||
		   batch->nfinished > 0;
}

/* Leaves their fields to the first rejected records of the load only, whoever read them. */
static void
LimitDetails(Feed *feed, RowBatch *batch)
{
	for (int i = 0; i < batch->nrejected; i++)
		if (feed->detailed++ >= REJECTED_WITH_FIELDS)
		{
			batch->rejected[i].fields = NULL;
			batch->rejected[i].nfields = 0;
		}
}
