/*
 * log_writer.c
 *		Keeps the record of loads that reject something, also when they roll back.
 *
 *	 backend                                     background worker
 *	   minimal tuples -> shared memory queue ->    heap and indexes
 *	   (end)          <- "" or an error      <-    COMMIT, then old loads go
 *
 * When the backend goes away without an end (the load raised, the session was
 * terminated) the worker commits what it has: rejected rows are never lost.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "storage/shm_mq.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"

#include "compat.h"
#include "record/log_prune.h"
#include "record/log_worker.h"
#include "record/log_writer.h"

#define QUEUE_BYTES 65536

/* What a message is, besides rows of a table. */
#define END_OF_LOG 0xFF
#define EPITAPH 0xFE /* and above it the table */
#define SAVE 0xFD
#define FORGET 0xFC

/* How long a load waits for a free background worker, and how often it asks, in ms. */
#define WAIT_FOR_WORKER 5000
#define ASK_FOR_WORKER 50

/* What the worker finds at the start of the shared memory; the two queues follow. */
typedef struct LogSharedState
{
	Oid database;
	LogLimits limits;
} LogSharedState;

/* The head of a message; tuples follow, aligned. */
typedef struct LogMessage
{
	uint64 kind;
	char data[FLEXIBLE_ARRAY_MEMBER];
} LogMessage;

struct LogWriter
{
	dsm_segment *segment;
	BackgroundWorkerHandle *worker;
	shm_mq_handle *rows;
	shm_mq_handle *done;
	const char *failure; /* why nothing is written, or NULL */
};

static const char *const ended_early =
	"The background worker that writes it ended early; the server's log says why.";

StaticAssertDecl(offsetof(LogMessage, data) % MAXIMUM_ALIGNOF == 0,
				 "tuples of a message are aligned");

static shm_mq *QueueAt(dsm_segment *segment, int number);
static const char *AwaitAnswer(LogWriter *writer, uint64 kind);
static bool SendRows(LogWriter *writer, uint64 kind, const StringInfo rows);
static LogWriter *Abandon(LogWriter *writer, const char *reason);
static BackgroundWorkerHandle *AskForWorker(dsm_handle segment);
static void WriteUntilEnd(shm_mq_handle *rows, shm_mq_handle *done);
static bool TakeMessages(shm_mq_handle *rows, shm_mq_handle *done);
static void BeginWriting(void);
static void EndWriting(void);
static void WriteEpitaph(LogTable table, const StringInfo row, int64 recorded);
static void SendAnswer(shm_mq_handle *done, const char *answer);

LogWriter *
LogWriterStart(void)
{
	LogWriter *writer = palloc0(sizeof(LogWriter));
	LogSharedState *state;

	writer->segment = dsm_create(MAXALIGN(sizeof(LogSharedState)) + 2 * QUEUE_BYTES,
								 DSM_CREATE_NULL_IF_MAXSEGMENTS);
	if (writer->segment == NULL)
		return Abandon(writer, "The server has no segment of shared memory left.");

	state = dsm_segment_address(writer->segment);
	state->database = MyDatabaseId;
	state->limits = LogLimitsNow();
	for (int i = 0; i < 2; i++)
		shm_mq_create(QueueAt(writer->segment, i), QUEUE_BYTES);
	shm_mq_set_sender(QueueAt(writer->segment, 0), MyProc);
	shm_mq_set_receiver(QueueAt(writer->segment, 1), MyProc);

	writer->worker = AskForWorker(dsm_segment_handle(writer->segment));
	if (writer->worker == NULL)
		return Abandon(writer, "No background worker was free; see max_worker_processes.");

	writer->rows = shm_mq_attach(QueueAt(writer->segment, 0), writer->segment, writer->worker);
	writer->done = shm_mq_attach(QueueAt(writer->segment, 1), writer->segment, writer->worker);

	/* Should the load raise before the worker is up, the memory would be gone, and the rows in it. */
	if (shm_mq_wait_for_attach(writer->rows) != SHM_MQ_SUCCESS)
		return Abandon(writer, ended_early);

	return writer;
}

const char *
LogWriterFailure(const LogWriter *writer)
{
	return writer->failure;
}

bool
LogWriterSend(LogWriter *writer, LogTable table, const StringInfo rows)
{
	return SendRows(writer, table, rows);
}

bool
LogWriterSendEpitaph(LogWriter *writer, LogTable table, const StringInfo row)
{
	return SendRows(writer, EPITAPH | (uint64)table << 8, row);
}

const char *
LogWriterSave(LogWriter *writer)
{
	return AwaitAnswer(writer, SAVE);
}

bool
LogWriterForget(LogWriter *writer, int64 query_id)
{
	StringInfoData id = {.data = (char *)&query_id, .len = sizeof(query_id)};

	return SendRows(writer, FORGET, &id);
}

const char *
LogWriterCommit(LogWriter *writer)
{
	if (writer->segment == NULL)
		return writer->failure;

	writer->failure = AwaitAnswer(writer, END_OF_LOG);
	dsm_detach(writer->segment);
	writer->segment = NULL;
	return writer->failure;
}

/* Leaves a writer that could not be started, with the reason. */
static LogWriter *
Abandon(LogWriter *writer, const char *reason)
{
	if (writer->segment != NULL)
		dsm_detach(writer->segment);
	writer->segment = NULL;
	writer->failure = reason;
	return writer;
}

/* Sends a message without rows and waits for the answer to it; NULL when all is well. */
static const char *
AwaitAnswer(LogWriter *writer, uint64 kind)
{
	const StringInfoData nothing = {.data = ""};
	Size length;
	void *answer;

	/* A worker that has met an error takes no more rows, but has said what it was. */
	(void)SendRows(writer, kind, (StringInfo)&nothing);
	if (shm_mq_receive(writer->done, &length, &answer, false) != SHM_MQ_SUCCESS)
		return ended_early;

	return length > 0 ? pnstrdup(answer, length) : NULL;
}

/* Sends one message: what it is, and rows. */
static bool
SendRows(LogWriter *writer, uint64 kind, const StringInfo rows)
{
	shm_mq_iovec parts[2] = {{(char *)&kind, sizeof(kind)}, {rows->data, rows->len}};

	return shm_mq_sendv(writer->rows, parts, 2, false, true) == SHM_MQ_SUCCESS;
}

/* The n-th queue of the shared memory: 0 brings rows to the worker, 1 its answer back. */
static shm_mq *
QueueAt(dsm_segment *segment, int number)
{
	char *base = dsm_segment_address(segment);

	return (shm_mq *)(base + MAXALIGN(sizeof(LogSharedState)) + number * QUEUE_BYTES);
}

/* Asks for a worker again and again, because those of other loads are done soon; NULL when none becomes free. */
static BackgroundWorkerHandle *
AskForWorker(dsm_handle segment)
{
	const LogWorkerConfig config = {
		.name = "sparkify_dwh load log",
		.function = "LogWriterMain",
		.start = BgWorkerStart_ConsistentState,
		.argument = UInt32GetDatum(segment),
	};

	for (int waited = 0;; waited += ASK_FOR_WORKER)
	{
		BackgroundWorkerHandle *worker = LogWorkerAsk(&config);

		if (worker != NULL || waited >= WAIT_FOR_WORKER || max_worker_processes == 0)
			return worker;
		(void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, ASK_FOR_WORKER,
						PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

/* The worker: writes what comes through the queue, commits, answers; then old loads go. */
void
LogWriterMain(Datum main_arg)
{
	dsm_segment *segment;
	LogSharedState *state;
	LogLimits limits;
	shm_mq *rows;
	shm_mq *done;

	segment = dsm_attach(DatumGetUInt32(main_arg));
	if (segment == NULL)
		proc_exit(0); /* the session was gone before we came up */
	dsm_pin_mapping(segment);
	state = dsm_segment_address(segment);
	limits = state->limits;
	rows = QueueAt(segment, 0);
	done = QueueAt(segment, 1);
	shm_mq_set_receiver(rows, MyProc);
	shm_mq_set_sender(done, MyProc);
	LogWorkerConnect(state->database);
	WriteUntilEnd(shm_mq_attach(rows, segment, NULL), shm_mq_attach(done, segment, NULL));

	/* The load doesn't wait for this. */
	dsm_detach(segment);
	LogPrune(&limits);
	proc_exit(0);
}

/* Writes until the end is told or the session has gone, commits, and answers; an error is an answer, too. */
static void
WriteUntilEnd(shm_mq_handle *rows, shm_mq_handle *done)
{
	MemoryContext caller = CurrentMemoryContext;

	PG_TRY();
	{
		bool told;

		BeginWriting();
		told = TakeMessages(rows, done);
		EndWriting();
		if (told)
			SendAnswer(done, "");
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		EmitErrorReport();
		FlushErrorState();
		SendAnswer(done, error->message);
		proc_exit(1); /* which aborts the transaction */
	}
	PG_END_TRY();
}

/* Begins a transaction of the worker's. */
static void
BeginWriting(void)
{
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	pgstat_report_activity(STATE_RUNNING, "writing the record of a load");
}

/* Commits it. */
static void
EndWriting(void)
{
	PopActiveSnapshot();
	CommitTransactionCommand();
	pgstat_report_activity(STATE_IDLE, NULL);
}

/* Takes messages until the end is told (true) or the session has gone (false). */
static bool
TakeMessages(shm_mq_handle *rows, shm_mq_handle *done)
{
	MemoryContext caller = TopMemoryContext; /* outlives a transaction that SAVE ends */
	MemoryContext context =
		AllocSetContextCreate(caller, "rows of a load's record", ALLOCSET_DEFAULT_SIZES);
	StringInfoData epitaph;
	LogTable epitaph_table = LOG_LOAD;
	int64 recorded = 0;
	Size length;
	void *received;

	MemoryContextSwitchTo(caller);
	initStringInfo(&epitaph);
	while (shm_mq_receive(rows, &length, &received, false) == SHM_MQ_SUCCESS)
	{
		LogMessage *message;

		MemoryContextSwitchTo(context);
		MemoryContextReset(context);
		message = palloc(length);
		memcpy(message, received, length);
		length -= offsetof(LogMessage, data);
		if (message->kind == END_OF_LOG)
		{
			MemoryContextSwitchTo(caller);
			return true;
		}

		if (message->kind == SAVE)
		{
			EndWriting();
			SendAnswer(done, "");
			BeginWriting();
		}
		else if (message->kind == FORGET)
		{
			/* its row may have been written in this very transaction */
			CommandCounterIncrement();
			UpdateActiveSnapshotCommandId();
			LogTableDelete(LOG_UNLOAD_OPEN, *(int64 *)message->data);
		}
		else if ((message->kind & 0xFF) == EPITAPH)
		{
			resetStringInfo(&epitaph);
			appendBinaryStringInfo(&epitaph, message->data, length);
			epitaph_table = (LogTable)(message->kind >> 8);
		}
		else
			recorded += LogTableInsert((LogTable)message->kind, message->data, length);
		MemoryContextSwitchTo(caller);
	}

	if (epitaph.len > 0)
		WriteEpitaph(epitaph_table, &epitaph, recorded);
	return false;
}

/* Writes the row of a load that ended without a word, with what of it was recorded. */
static void
WriteEpitaph(LogTable table, const StringInfo row, int64 recorded)
{
	Relation relation = LogTableOpen(table, RowExclusiveLock);
	TupleDesc desc = RelationGetDescr(relation);
	HeapTuple tuple = heap_tuple_from_minimal_tuple((MinimalTuple)row->data);
	Datum *values = palloc0(desc->natts * sizeof(Datum));
	bool *nulls = palloc0(desc->natts * sizeof(bool));
	bool *replace = palloc0(desc->natts * sizeof(bool));
	AttrNumber column = LogColumn(desc, "recorded_rows");
	MinimalTuple written;

	values[column - 1] = Int64GetDatum(recorded);
	replace[column - 1] = true;
	tuple = heap_modify_tuple(tuple, desc, values, nulls, replace);
	written = CompatMinimalTuple(tuple);
	(void)LogTableInsert(table, (char *)written, written->t_len);
	table_close(relation, RowExclusiveLock);
}

/* Tells the session: nothing when all is well, else what went wrong. */
static void
SendAnswer(shm_mq_handle *done, const char *answer)
{
	(void)shm_mq_send(done, strlen(answer), answer, false, true);
}
