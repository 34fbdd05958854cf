/*
 * batch_queue.h
 *		Batches on their way from the workers to the caller, in the order of
 *		their runs, and the pool that they come from.
 *
 * The number of batches is limited.  The last few are kept for the run that is
 * being handed out, so it can always go on, and the queue never locks up.
 */
#ifndef SPARKIFY_BATCH_QUEUE_H
#define SPARKIFY_BATCH_QUEUE_H

#include "source/feed/feed.h"

typedef struct BatchQueue BatchQueue;

/* Batches that a caller may hold while it asks for another one. */
#define BATCH_QUEUE_HELD_MAX 2

extern BatchQueue *BatchQueueCreate(size_t batch_bytes, int max_batches, Failure *failure);

/* Workers: an empty batch, waiting for one; NULL when the queue is halted or with the failure filled in. */
extern RowBatch *BatchQueueGet(BatchQueue *queue, uint64_t run, Failure *failure);

/* Workers: hand a batch over; false with the failure filled in. */
extern bool BatchQueuePut(BatchQueue *queue, uint64_t run, RowBatch *batch, Failure *failure);

/* Workers: no more batches of this run; why, when it failed. */
extern void BatchQueueRunDone(BatchQueue *queue, uint64_t run, const Failure *failure);

/* The lister: there are so many runs, and then comes the end or a failure. */
extern void BatchQueueClose(BatchQueue *queue, uint64_t runs, const Failure *failure);

/* The caller's side, as in feed.h. */
extern FeedStatus BatchQueueNext(BatchQueue *queue, RowBatch **batch, Failure *failure);
extern void BatchQueueRecycle(BatchQueue *queue, RowBatch *batch);
extern int BatchQueueWaitFd(const BatchQueue *queue);

/* The caller's side without workers: an empty batch at once. */
extern RowBatch *BatchQueueGetInline(BatchQueue *queue, Failure *failure);

extern void BatchQueueHalt(BatchQueue *queue);
extern void BatchQueueFree(BatchQueue *queue);

#endif /* SPARKIFY_BATCH_QUEUE_H */
