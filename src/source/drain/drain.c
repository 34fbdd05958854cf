/*
 * drain.c
 *		The threads of an unload, the blocks between them and the caller, and
 *		the end, at which all objects appear.
 */
#include "source/drain/drain.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "source/base/threads.h"
#include "source/base/wake_up.h"
#include "source/drain/manifest_text.h"
#include "source/drain/publisher.h"
#include "source/drain/slice.h"

#define BLOCK_BYTES ((size_t)256 * 1024)
#define SMALLEST_BLOCK ((size_t)16 * 1024)
#define BLOCKS_A_SLICE 4 /* under way: being filled, waiting, being written */

typedef struct DrainWorker
{
	Drain *drain;
	Slice *slice;
	RowBlock *first; /* blocks to be written, in order */
	RowBlock *last;
	pthread_t thread;
	bool running;
} DrainWorker;

struct Drain
{
	DrainConfig config;
	WritePermit permit;
	size_t block_bytes;
	DrainWorker *workers;
	int nworkers;
	bool threaded;
	bool kept;
	Publisher *publisher;

	/* under the lock */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	RowBlock *free;
	int nblocks; /* that exist */
	uint64_t sequence;
	bool finishing; /* there are no more blocks */
	int unfinished; /* workers */
	bool asked;		/* for a permit */
	bool stop;
	DrainStatus status;
	Failure failure;
	WakeUp wake_up; /* of the caller */
};

static bool Prepare(Drain *drain, Failure *failure);
static bool StartThreads(Drain *drain, Failure *failure);
static void *WorkerMain(void *argument);
static RowBlock *NextBlock(DrainWorker *worker);
static void Recycle(Drain *drain, RowBlock *block);
static bool FinishWorker(DrainWorker *worker, Failure *failure);
static bool LeaveLast(Drain *drain);
static void Settle(Drain *drain, DrainStatus status, const Failure *failure);
static bool AskPermit(void *context, Failure *failure);
static bool TakeBack(Drain *drain, int deadline_ms);

/* Begins the threads. */
Drain *
DrainBegin(const DrainConfig *config, Failure *failure)
{
	Drain *drain = calloc(1, sizeof(*drain));

	if (drain == NULL)
	{
		(void)FailureNoMemory(failure);
		return NULL;
	}

	drain->config = *config;
	drain->wake_up = WAKE_UP_CLOSED;
	pthread_mutex_init(&drain->lock, NULL);
	pthread_cond_init(&drain->changed, NULL);
	FailureInit(&drain->failure);
	if (!Prepare(drain, failure) || (config->slices > 0 && !StartThreads(drain, failure)))
	{
		(void)DrainEnd(drain, 0);
		return NULL;
	}

	return drain;
}

/* Hands out an empty block, if one may be had now. */
RowBlock *
DrainTakeBlock(Drain *drain)
{
	RowBlock *block = NULL;
	bool make;

	pthread_mutex_lock(&drain->lock);
	WakeUpTake(&drain->wake_up);
	block = drain->free;
	if (block != NULL)
		drain->free = block->next;

	/* a new one is made without the lock, but counted under it */
	make = block == NULL && drain->nblocks < BLOCKS_A_SLICE * drain->nworkers;
	drain->nblocks += make;
	WakeUpExpect(&drain->wake_up, block == NULL && !make);
	pthread_mutex_unlock(&drain->lock);
	if (make)
	{
		block = RowBlockCreate(drain->block_bytes);
		if (block == NULL)
		{
			Failure failure;

			FailureInit(&failure);
			(void)FailureNoMemoryFor(&failure, "a block of rows");
			Settle(drain, DRAIN_FAILED, &failure);
		}
	}
	else if (block != NULL)
		block->next = NULL;
	return block;
}

/* The size of a block. */
size_t
DrainBlockBytes(const Drain *drain)
{
	return drain->block_bytes;
}

/* Hands a block to its slice. */
void
DrainPut(Drain *drain, RowBlock *block)
{
	DrainWorker *worker;
	Failure failure;

	pthread_mutex_lock(&drain->lock);
	block->sequence = drain->sequence++;
	worker = &drain->workers[block->sequence % (uint64_t)drain->nworkers];
	if (drain->threaded)
	{
		if (worker->last != NULL)
			worker->last->next = block;
		else
			worker->first = block;
		worker->last = block;
		pthread_cond_broadcast(&drain->changed);
		pthread_mutex_unlock(&drain->lock);
		return;
	}

	pthread_mutex_unlock(&drain->lock);
	FailureInit(&failure);
	if (drain->status == DRAIN_WORKING && !SliceTake(worker->slice, block, &failure))
		Settle(drain, DRAIN_FAILED, &failure);
	Recycle(drain, block);
}

/* Ends the input. */
void
DrainFinish(Drain *drain)
{
	Failure failure;

	pthread_mutex_lock(&drain->lock);
	drain->finishing = true;
	pthread_cond_broadcast(&drain->changed);
	pthread_mutex_unlock(&drain->lock);
	if (drain->threaded || drain->status != DRAIN_WORKING)
		return;

	FailureInit(&failure);
	Settle(drain, FinishWorker(&drain->workers[0], &failure) ? DRAIN_DONE : DRAIN_FAILED, &failure);
}

/* Tells how it stands. */
DrainStatus
DrainPoll(Drain *drain, Failure *failure)
{
	DrainStatus status;

	pthread_mutex_lock(&drain->lock);
	WakeUpTake(&drain->wake_up);
	status = drain->status;
	if (status == DRAIN_FAILED)
		*failure = drain->failure;
	else if (status == DRAIN_WORKING && drain->asked && !drain->config.permitted)
		status = DRAIN_ASKS;
	WakeUpExpect(&drain->wake_up, status == DRAIN_WORKING);
	pthread_mutex_unlock(&drain->lock);

	return status;
}

/* Lets slices leave in the store what they must. */
void
DrainPermit(Drain *drain)
{
	pthread_mutex_lock(&drain->lock);
	drain->config.permitted = true;
	pthread_cond_broadcast(&drain->changed);
	pthread_mutex_unlock(&drain->lock);
}

/* Lets what has appeared stay. */
void
DrainKeep(Drain *drain)
{
	drain->kept = true;
}

/* What to wait for. */
int
DrainWaitFd(const Drain *drain)
{
	return drain->wake_up.wait_fd;
}

/* The objects in the order of their keys. */
int
DrainObjects(const Drain *drain, const DrainedObject **objects)
{
	return PublisherObjects(drain->publisher, objects);
}

/* Ends the drain. */
bool
DrainEnd(Drain *drain, int deadline_ms)
{
	bool clean = true;

	if (drain == NULL)
		return true;

	pthread_mutex_lock(&drain->lock);
	drain->stop = true;
	pthread_cond_broadcast(&drain->changed);
	pthread_mutex_unlock(&drain->lock);

	/* a thread may be waiting for the store */
	if (!drain->kept)
		ObjectStoreInterrupt(drain->config.store);
	for (int i = 0; i < drain->nworkers; i++)
		if (drain->workers[i].running)
			pthread_join(drain->workers[i].thread, NULL);

	/* nobody writes any more: what is there can be taken back */
	if (!drain->kept)
		clean = TakeBack(drain, deadline_ms);
	PublisherEnd(drain->publisher);
	for (int i = 0; i < drain->nworkers; i++)
	{
		DrainWorker *worker = &drain->workers[i];

		SliceEnd(worker->slice);
		while (worker->first != NULL)
		{
			RowBlock *block = worker->first;

			worker->first = block->next;
			RowBlockFree(block);
		}
	}

	while (drain->free != NULL)
	{
		RowBlock *block = drain->free;

		drain->free = block->next;
		RowBlockFree(block);
	}

	WakeUpClose(&drain->wake_up);
	free(drain->workers);
	pthread_cond_destroy(&drain->changed);
	pthread_mutex_destroy(&drain->lock);
	free(drain);

	return clean;
}

/* Makes the slices and what goes between the threads. */
static bool
Prepare(Drain *drain, Failure *failure)
{
	int wanted = drain->config.slices > 0 ? drain->config.slices : 1;

	drain->block_bytes = BLOCK_BYTES;
	while (drain->block_bytes > SMALLEST_BLOCK &&
		   drain->block_bytes * BLOCKS_A_SLICE * (size_t)wanted > drain->config.memory_limit / 4)
		drain->block_bytes /= 2;
	drain->permit = (WritePermit){.ask = AskPermit, .context = drain};
	drain->workers = calloc((size_t)wanted, sizeof(DrainWorker));
	drain->publisher = PublisherBegin(&drain->config, &drain->permit);
	if (drain->workers == NULL || drain->publisher == NULL || !WakeUpOpen(&drain->wake_up))
	{
		FailureSet(failure, FAILURE_MEMORY, "out of memory or descriptors");
		return false;
	}

	while (drain->nworkers < wanted)
	{
		DrainWorker *worker = &drain->workers[drain->nworkers];

		worker->drain = drain;
		worker->slice = SliceBegin(&drain->config, drain->nworkers, &drain->permit, failure);
		if (worker->slice == NULL)
			return false;
		drain->nworkers++;
	}

	drain->unfinished = wanted;

	return true;
}

/*
 * Starts a thread for each slice.  The names of the objects depend on their
 * number, so all must start.
 */
static bool
StartThreads(Drain *drain, Failure *failure)
{
	int error = 0;

	for (int i = 0; i < drain->nworkers && error == 0; i++)
	{
		error = ThreadStart(&drain->workers[i].thread, WorkerMain, &drain->workers[i]);
		drain->workers[i].running = error == 0;
	}

	drain->threaded = true;
	if (error != 0)
	{
		FailureSet(failure, FAILURE_MEMORY, "could not start a thread: %s", strerror(error));
		FailureHint(failure, "With sparkify_dwh.workers = 0 an unload needs none.");
	}

	return error == 0;
}

/* A slice's thread: block after block; the last one to end publishes. */
static void *
WorkerMain(void *argument)
{
	DrainWorker *worker = argument;
	Drain *drain = worker->drain;
	RowBlock *block;
	Failure failure;

	FailureInit(&failure);
	while (!Failed(&failure) && (block = NextBlock(worker)) != NULL)
	{
		(void)SliceTake(worker->slice, block, &failure);

		/* taken or refused, the block is free for the backend again */
		Recycle(drain, block);
	}

	if (!Failed(&failure) && FinishWorker(worker, &failure))
		Settle(drain, DRAIN_DONE, &failure);
	if (Failed(&failure))
		Settle(drain, DRAIN_FAILED, &failure);
	return NULL;
}

/* Waits for the next block of a slice; NULL when there are no more, or at a stop. */
static RowBlock *
NextBlock(DrainWorker *worker)
{
	Drain *drain = worker->drain;
	RowBlock *block = NULL;

	pthread_mutex_lock(&drain->lock);

	/* stop comes first: what is waiting then is thrown away */
	while (worker->first == NULL && !drain->finishing && !drain->stop)
		pthread_cond_wait(&drain->changed, &drain->lock);
	if (!drain->stop && worker->first != NULL)
	{
		block = worker->first;
		worker->first = block->next;
		if (worker->first == NULL)
			worker->last = NULL;
	}

	pthread_mutex_unlock(&drain->lock);

	return block;
}

/* Gives a block back to the caller. */
static void
Recycle(Drain *drain, RowBlock *block)
{
	RowBlockReset(block, drain->block_bytes);
	pthread_mutex_lock(&drain->lock);
	block->next = drain->free;
	drain->free = block;
	WakeUpSend(&drain->wake_up);
	pthread_mutex_unlock(&drain->lock);
}

/* Ends a slice; the last one makes all objects appear.  True when they have. */
static bool
FinishWorker(DrainWorker *worker, Failure *failure)
{
	Drain *drain = worker->drain;
	bool no_rows, stopped;

	pthread_mutex_lock(&drain->lock);

	/* without rows the first slice writes one empty object, as UNLOAD does */
	no_rows = drain->sequence == 0 && worker == &drain->workers[0];
	stopped = drain->stop;
	pthread_mutex_unlock(&drain->lock);
	if (stopped)
		return false;
	if (!SliceFinish(worker->slice, no_rows && !drain->config.partitioned, failure) ||
		!LeaveLast(drain))
		return false;

	/* the last one: all slices have ended, so their objects may be looked at without the lock */
	for (int i = 0; i < drain->nworkers; i++)
	{
		const SliceObject *objects;
		int count = SliceObjects(drain->workers[i].slice, &objects);

		if (!PublisherAdd(drain->publisher, i, objects, count, failure))
			return false;
	}

	return PublisherRun(drain->publisher, failure);
}

/* Whether all slices have ended with this one, none of them in vain. */
static bool
LeaveLast(Drain *drain)
{
	bool last;

	pthread_mutex_lock(&drain->lock);
	last = --drain->unfinished == 0 && !drain->stop && drain->status == DRAIN_WORKING;
	pthread_mutex_unlock(&drain->lock);
	return last;
}

/* Notes how the drain ends, the first to say so counts, and tells the caller. */
static void
Settle(Drain *drain, DrainStatus status, const Failure *failure)
{
	pthread_mutex_lock(&drain->lock);
	if (drain->status == DRAIN_WORKING)
	{
		drain->status = status;
		drain->failure = *failure;
	}

	WakeUpSend(&drain->wake_up);
	pthread_mutex_unlock(&drain->lock);
}

/* Waits until the caller permits to leave something in the store. */
static bool
AskPermit(void *context, Failure *failure)
{
	Drain *drain = context;
	bool permitted;

	pthread_mutex_lock(&drain->lock);
	drain->asked = true;

	/* the backend decides, and sleeps until it is told */
	if (!drain->config.permitted)
		WakeUpSend(&drain->wake_up);

	/* without threads nobody could answer, so it is refused */
	while (!drain->config.permitted && !drain->stop && drain->threaded)
		pthread_cond_wait(&drain->changed, &drain->lock);
	permitted = drain->config.permitted;
	pthread_mutex_unlock(&drain->lock);
	if (!permitted)
		FailureSet(failure, FAILURE_CANCELLED, "the unload was cancelled");
	return permitted;
}

/* Takes back what the slices have written; whether all of it is gone. */
static bool
TakeBack(Drain *drain, int deadline_ms)
{
	int count = 0;
	ObjectWriter **writers;
	bool clean;

	/* counted first: the list is made once */
	for (int i = 0; i < drain->nworkers; i++)
	{
		const SliceObject *objects;

		count += SliceObjects(drain->workers[i].slice, &objects);
	}

	writers = malloc((size_t)(count + 1) * sizeof(*writers));
	if (writers == NULL)
		return false;

	count = 0;
	for (int i = 0; i < drain->nworkers; i++)
	{
		const SliceObject *objects;
		int n = SliceObjects(drain->workers[i].slice, &objects);

		for (int j = 0; j < n; j++)
			writers[count++] = objects[j].writer;
	}

	/* the manifest is an object of its own, of no slice */
	if (PublisherManifest(drain->publisher) != NULL)
		writers[count++] = PublisherManifest(drain->publisher);
	clean = count == 0 || ObjectStoreDiscard(drain->config.store, writers, count, deadline_ms);
	free(writers);

	return clean;
}
