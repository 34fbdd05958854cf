/*
 * run_reader.h
 *		Reads the objects of a run into batches: a worker's work, without its
 *		thread.
 *
 *	object's stream -> count -> inflate -> count -> RecordReader -> RowConverter -> batch
 *
 * It stops when a batch is full and goes on with the next one at the same
 * record.
 */
#ifndef SPARKIFY_RUN_READER_H
#define SPARKIFY_RUN_READER_H

#include <stdatomic.h>

#include "source/feed/feed.h"
#include "source/feed/object_window.h"

typedef struct RunReader RunReader;

/* Rejected records of a run that are recorded with their fields. */
#define REJECTED_WITH_FIELDS 20

typedef enum RunStatus
{
	RUN_BATCH_FULL, /* call again with an empty batch */
	RUN_END,		/* the run is read; the batch may hold its last rows */
	RUN_FAILED		/* likewise, with the failure filled in */
} RunStatus;

/* The reader stops with FAILURE_CANCELLED soon after stop is set. */
extern RunReader *RunReaderBegin(const FeedConfig *config, ObjectWindow *window,
								 const atomic_bool *stop, Failure *failure);
extern void RunReaderStart(RunReader *reader, ObjectRun *run);
extern RunStatus RunReaderFill(RunReader *reader, RowBatch *batch, Failure *failure);
/* Closes what is open of the run; needed before the run is ended. */
extern void RunReaderStop(RunReader *reader);
extern void RunReaderEnd(RunReader *reader);

#endif /* SPARKIFY_RUN_READER_H */
