/*
 * batch_queue.c
 *		The meeting point of the workers and the caller.
 *
 *	run 7 (handed out now)  batch batch      <- worker 1
 *	run 8                   batch batch done
 *	run 9                   batch            <- worker 2
 *
 * The caller never waits here: it sleeps on a descriptor, which becomes
 * readable when the caller was told to wait and there is something for it.
 */
#include "source/feed/batch_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "source/base/wake_up.h"

/* Kept for the run that is being handed out: those the caller holds, one being filled, one ready. */
#define RESERVED_BATCHES (BATCH_QUEUE_HELD_MAX + 2)

typedef struct QueuedBatch
{
	struct QueuedBatch *next;
	RowBatch *batch;
} QueuedBatch;

/* What a run has brought and the caller has not had yet. */
typedef struct RunOutput
{
	struct RunOutput *next; /* of a later run */
	uint64_t run;
	QueuedBatch *first;
	QueuedBatch *last;
	bool done;
	Failure *failure;
} RunOutput;

struct BatchQueue
{
	/* parameters */
	size_t batch_bytes;
	int max_batches;

	pthread_mutex_t lock;
	pthread_cond_t changed; /* a batch came back, the current run changed, or halt */

	/* the pool: owns every batch, also one that the caller never gave back */
	RowBatch **batches;
	int nbatches;
	RowBatch **free; /* what was used last is used first, while it is in the caches */
	int nfree;
	int in_use;

	/* the order */
	RunOutput *outputs; /* by run */
	uint64_t current;	/* the run that is handed out */
	uint64_t runs;		/* how many there are, once closed */
	bool closed;
	bool halted;
	Failure failure; /* that comes after the last run */

	WakeUp wake_up; /* of the caller */
};

static RowBatch *TakeBatch(BatchQueue *queue, Failure *failure);
static bool GrowList(RowBatch ***list, int count);
static RunOutput *OutputOf(BatchQueue *queue, uint64_t run);
static RowBatch *PopBatch(RunOutput *output);
static void FreeOutput(RunOutput *output);

/* Makes a queue with an empty pool. */
BatchQueue *
BatchQueueCreate(size_t batch_bytes, int max_batches, Failure *failure)
{
	BatchQueue *queue = calloc(1, sizeof(BatchQueue));

	if (queue == NULL || !WakeUpOpen(&queue->wake_up))
	{
		FailureSet(failure, queue == NULL ? FAILURE_MEMORY : FAILURE_IO,
				   "could not prepare the load: %s", strerror(errno));
		free(queue);
		return NULL;
	}

	queue->batch_bytes = batch_bytes;
	queue->max_batches = max_batches < RESERVED_BATCHES + 1 ? RESERVED_BATCHES + 1 : max_batches;
	FailureInit(&queue->failure);
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->changed, NULL);

	return queue;
}

/* Waits until the run may have a batch: the current run always, others above the reserve. */
RowBatch *
BatchQueueGet(BatchQueue *queue, uint64_t run, Failure *failure)
{
	RowBatch *batch = NULL;

	/* the run that is handed out may never wait for later ones, which hold what they have until it is their turn */
	pthread_mutex_lock(&queue->lock);
	while (!queue->halted &&
		   queue->in_use >= queue->max_batches - (run == queue->current ? 0 : RESERVED_BATCHES))
		pthread_cond_wait(&queue->changed, &queue->lock);
	if (!queue->halted)
		batch = TakeBatch(queue, failure);
	pthread_mutex_unlock(&queue->lock);

	return batch;
}

/* Gives a batch whatever the number in use: without workers that is the caller's own doing. */
RowBatch *
BatchQueueGetInline(BatchQueue *queue, Failure *failure)
{
	RowBatch *batch;

	pthread_mutex_lock(&queue->lock);
	batch = TakeBatch(queue, failure);
	pthread_mutex_unlock(&queue->lock);
	return batch;
}

/* Appends a batch to its run. */
bool
BatchQueuePut(BatchQueue *queue, uint64_t run, RowBatch *batch, Failure *failure)
{
	QueuedBatch *entry = malloc(sizeof(QueuedBatch));
	RunOutput *output = NULL;

	pthread_mutex_lock(&queue->lock);
	if (entry != NULL)
		/* the run's place in the order, though others before it may not have delivered */
		output = OutputOf(queue, run);
	if (output != NULL)
	{
		*entry = (QueuedBatch){.batch = batch};
		if (output->last != NULL)
			output->last->next = entry;
		else
			output->first = entry;
		output->last = entry;

		/* only the run that the backend is at can wake it */
		if (run == queue->current)
			WakeUpSend(&queue->wake_up);
	}

	pthread_mutex_unlock(&queue->lock);

	/* the batch goes back, or the pool would be short of it */
	if (output == NULL)
	{
		(void)FailureNoMemory(failure);
		free(entry);
		BatchQueueRecycle(queue, batch);
	}

	return output != NULL;
}

/* Marks a run as complete. */
void
BatchQueueRunDone(BatchQueue *queue, uint64_t run, const Failure *failure)
{
	RunOutput *output;

	pthread_mutex_lock(&queue->lock);
	output = OutputOf(queue, run);
	if (output != NULL)
	{
		output->done = true;
		if (Failed(failure) && (output->failure = malloc(sizeof(Failure))) != NULL)
			*output->failure = *failure;
	}

	if (output == NULL || (Failed(failure) && output->failure == NULL))
	{
		/* Not even room to say so: nothing after this may look complete. */
		queue->closed = true;
		queue->runs = queue->current;
		(void)FailureNoMemory(&queue->failure);
	}

	if (run == queue->current || queue->closed)
		WakeUpSend(&queue->wake_up);
	pthread_mutex_unlock(&queue->lock);
}

/* Tells where the order ends, unless that is known already. */
void
BatchQueueClose(BatchQueue *queue, uint64_t runs, const Failure *failure)
{
	pthread_mutex_lock(&queue->lock);
	if (!queue->closed)
	{
		queue->closed = true;
		queue->runs = runs;
		queue->failure = *failure;
	}

	WakeUpSend(&queue->wake_up);
	pthread_mutex_unlock(&queue->lock);
}

/* Hands out what is next in order, if it is there. */
FeedStatus
BatchQueueNext(BatchQueue *queue, RowBatch **batch, Failure *failure)
{
	FeedStatus status = FEED_WAIT;

	/* nothing, unless there is something */
	*batch = NULL;
	pthread_mutex_lock(&queue->lock);
	WakeUpTake(&queue->wake_up);
	while (status == FEED_WAIT)
	{
		RunOutput *output = queue->outputs;

		/*
		 * Closed, and all that was made has been handed out: only then does a failure of the
		 * whole count.
		 */
		if (queue->closed && queue->current >= queue->runs)
		{
			status = Failed(&queue->failure) ? FEED_FAILED : FEED_END;
			*failure = Failed(&queue->failure) ? queue->failure : *failure;
		}
		else if (output == NULL || output->run != queue->current)
			/* the next run hasn't begun to deliver: order comes before speed */
			break;
		else if (output->first != NULL)
		{
			/* batches of a run come before its failure, as they would without threads */
			*batch = PopBatch(output);
			status = FEED_BATCH;
		}
		else if (output->failure != NULL)
		{
			*failure = *output->failure;
			status = FEED_FAILED;
		}
		else if (output->done)
		{
			/* on to the next run, whose worker may now have the reserve */
			queue->outputs = output->next;
			queue->current++;
			FreeOutput(output);
			pthread_cond_broadcast(&queue->changed);
		}
		else
			break;
	}

	/* told under the lock: a worker that adds the batch afterwards will wake the backend */
	WakeUpExpect(&queue->wake_up, status == FEED_WAIT);
	pthread_mutex_unlock(&queue->lock);

	return status;
}

/* Takes a batch back. */
void
BatchQueueRecycle(BatchQueue *queue, RowBatch *batch)
{
	RowBatchReset(batch);
	pthread_mutex_lock(&queue->lock);
	queue->in_use--;
	queue->free[queue->nfree++] = batch;
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->lock);
}

/* The descriptor to wait for. */
int
BatchQueueWaitFd(const BatchQueue *queue)
{
	return queue->wake_up.wait_fd;
}

/* Lets workers that wait for a batch go. */
void
BatchQueueHalt(BatchQueue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->halted = true;
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->lock);
}

/* Releases the queue and all batches in it; no worker may be left. */
void
BatchQueueFree(BatchQueue *queue)
{
	if (queue == NULL)
		return;

	while (queue->outputs != NULL)
	{
		RunOutput *output = queue->outputs;

		queue->outputs = output->next;
		FreeOutput(output);
	}

	for (int i = 0; i < queue->nbatches; i++)
		RowBatchFree(queue->batches[i]);
	free(queue->batches);
	free(queue->free);
	WakeUpClose(&queue->wake_up);
	pthread_cond_destroy(&queue->changed);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}

/* A batch from the pool, or a new one. */
static RowBatch *
TakeBatch(BatchQueue *queue, Failure *failure)
{
	RowBatch *batch = NULL;

	if (queue->nfree > 0)
		batch = queue->free[--queue->nfree];
	else if (GrowList(&queue->batches, queue->nbatches + 1) &&
			 GrowList(&queue->free, queue->nbatches + 1))
	{
		/* both lists can hold all batches, so that giving one back never needs memory */
		batch = RowBatchCreate(queue->batch_bytes);
		if (batch != NULL)
			queue->batches[queue->nbatches++] = batch;
	}

	if (batch != NULL)
		queue->in_use++;
	else
		(void)FailureNoMemoryFor(failure, "a batch of rows");
	return batch;
}

/* Makes room for so many batches in a list; false when there is no memory. */
static bool
GrowList(RowBatch ***list, int count)
{
	RowBatch **larger = realloc(*list, (size_t)count * sizeof(RowBatch *));

	if (larger != NULL)
		*list = larger;
	return larger != NULL;
}

/* The entry of a run in the order, made when it is not there; NULL when there is no memory. */
static RunOutput *
OutputOf(BatchQueue *queue, uint64_t run)
{
	RunOutput **place = &queue->outputs;
	RunOutput *output;

	/* runs are few at a time, and mostly the last one */
	while (*place != NULL && (*place)->run < run)
		place = &(*place)->next;
	if (*place != NULL && (*place)->run == run)
		return *place;

	output = calloc(1, sizeof(RunOutput));
	if (output != NULL)
	{
		output->run = run;
		output->next = *place;
		*place = output;
	}

	return output;
}

/* Takes the first batch of a run. */
static RowBatch *
PopBatch(RunOutput *output)
{
	QueuedBatch *entry = output->first;
	RowBatch *batch = entry->batch;

	output->first = entry->next;
	if (output->first == NULL)
		output->last = NULL;
	free(entry);

	return batch;
}

/* Frees a run's entry; the batches still in it are the pool's. */
static void
FreeOutput(RunOutput *output)
{
	while (output->first != NULL)
		PopBatch(output);
	free(output->failure);
	free(output);
}
