/*
 * log_writer.c
 *		Keeps the record of loads, also of those that roll back.
 *
 *	 backend                                   background worker
 *	   rows of JSON  -> shared memory queue ->   INSERT
 *	   (end)         <- one byte when done  <-   COMMIT
 *
 * When the backend goes away without an end (the load raised, the session was
 * terminated) the worker commits what it has: rejected rows are never lost.
 * A session's own transaction does the writing where nothing was rejected and
 * the rows are few: that costs no process.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "storage/shm_mq.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "record/log_writer.h"

#define QUEUE_BYTES 65536
#define END_OF_LOG 0xFF
#define EPITAPH 0xFE

int load_history_days = 7;

/* What the worker finds at the start of the shared memory; the two queues follow. */
typedef struct LogSharedState
{
	Oid database;
	int history_days;
	char schema[NAMEDATALEN];
} LogSharedState;

struct LogWriter
{
	dsm_segment *segment;
	BackgroundWorkerHandle *worker;
	shm_mq_handle *rows;
	shm_mq_handle *done;
};

static const char *const log_tables[] = {
	[LOG_LOAD] = "sparkify_load",
	[LOG_OBJECT] = "sparkify_load_object",
	[LOG_ERROR] = "sparkify_load_error",
	[LOG_ERROR_FIELD] = "sparkify_load_error_field",
	[LOG_REPLACEMENT] = "sparkify_load_replacement",
};

static shm_mq *QueueAt(dsm_segment *segment, int number);
static bool SendRows(LogWriter *writer, uint8 kind, StringInfo rows);
static bool StartWorker(LogWriter *writer);
static void InsertRows(const char *schema, LogTable table, const char *rows, int length);
static void PruneRows(const char *schema, int days);
static void WriteUntilEnd(LogSharedState *state, shm_mq_handle *rows, shm_mq_handle *done);

/* Starts a background worker that writes until it is told to commit; NULL when none can be had. */
LogWriter *
LogWriterStart(const char *schema)
{
	LogWriter *writer = palloc0(sizeof(LogWriter));
	LogSharedState *state;

	writer->segment = dsm_create(MAXALIGN(sizeof(LogSharedState)) + 2 * QUEUE_BYTES,
								 DSM_CREATE_NULL_IF_MAXSEGMENTS);
	if (writer->segment == NULL)
		return NULL;
	state = dsm_segment_address(writer->segment);
	state->database = MyDatabaseId;
	state->history_days = load_history_days;
	strlcpy(state->schema, schema, NAMEDATALEN);
	for (int i = 0; i < 2; i++)
		shm_mq_create(QueueAt(writer->segment, i), QUEUE_BYTES);
	shm_mq_set_sender(QueueAt(writer->segment, 0), MyProc);
	shm_mq_set_receiver(QueueAt(writer->segment, 1), MyProc);
	if (!StartWorker(writer))
	{
		dsm_detach(writer->segment);
		return NULL;
	}
	writer->rows = shm_mq_attach(QueueAt(writer->segment, 0), writer->segment, writer->worker);
	writer->done = shm_mq_attach(QueueAt(writer->segment, 1), writer->segment, writer->worker);

	/* Should the load raise before the worker is up, the memory would be gone, and the rows in it. */
	if (shm_mq_wait_for_attach(writer->rows) != SHM_MQ_SUCCESS)
	{
		dsm_detach(writer->segment);
		return NULL;
	}
	return writer;
}

/* Sends it rows of a table, as a JSON array of objects; false when it has gone. */
bool
LogWriterSend(LogWriter *writer, LogTable table, StringInfo rows)
{
	return SendRows(writer, table, rows);
}

/* Tells it the row of sparkify_load to write if this session goes away without a word. */
bool
LogWriterSendEpitaph(LogWriter *writer, StringInfo row)
{
	return SendRows(writer, EPITAPH, row);
}

/* Waits until all of it is committed; false when it is not. */
bool
LogWriterCommit(LogWriter *writer)
{
	uint8 kind = END_OF_LOG;
	shm_mq_iovec end = {(char *)&kind, 1};
	Size length;
	void *answer;
	bool committed;

	committed = shm_mq_sendv(writer->rows, &end, 1, false, true) == SHM_MQ_SUCCESS &&
				shm_mq_receive(writer->done, &length, &answer, false) == SHM_MQ_SUCCESS;
	dsm_detach(writer->segment);
	writer->segment = NULL;
	return committed;
}

/* Writes rows in this session's own transaction, with the rights of the tables' owner. */
void
LogWriteDirectly(const char *schema, LogTable table, StringInfo rows)
{
	InsertRows(schema, table, rows->data, rows->len);
}

/* Removes the record of loads older than the setting, in this session's transaction. */
void
LogPrune(const char *schema)
{
	PruneRows(schema, load_history_days);
}

/* Sends one message: what it is, and rows. */
static bool
SendRows(LogWriter *writer, uint8 kind, StringInfo rows)
{
	shm_mq_iovec parts[2] = {{(char *)&kind, 1}, {rows->data, rows->len}};

	return shm_mq_sendv(writer->rows, parts, 2, false, true) == SHM_MQ_SUCCESS;
}

/* The n-th queue of the shared memory: 0 brings rows to the worker, 1 its answer back. */
static shm_mq *
QueueAt(dsm_segment *segment, int number)
{
	char *base = dsm_segment_address(segment);

	return (shm_mq *)(base + MAXALIGN(sizeof(LogSharedState)) + number * QUEUE_BYTES);
}

/* Registers the worker with the postmaster. */
static bool
StartWorker(LogWriter *writer)
{
	BackgroundWorker worker = {
		.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		.bgw_start_time = BgWorkerStart_ConsistentState,
		.bgw_restart_time = BGW_NEVER_RESTART,
		.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(writer->segment)),
		.bgw_notify_pid = MyProcPid,
	};

	strlcpy(worker.bgw_name, "sparkify_dwh load log", BGW_MAXLEN);
	strlcpy(worker.bgw_type, "sparkify_dwh load log", BGW_MAXLEN);
	strlcpy(worker.bgw_library_name, "sparkify_dwh", BGW_MAXLEN);
	strlcpy(worker.bgw_function_name, "LogWriterMain", BGW_MAXLEN);
	return RegisterDynamicBackgroundWorker(&worker, &writer->worker);
}

/* The worker: inserts what comes through the queue, commits, answers. */
void
LogWriterMain(Datum main_arg)
{
	dsm_segment *segment;
	LogSharedState *state;
	shm_mq *rows;
	shm_mq *done;

	BackgroundWorkerUnblockSignals();
	segment = dsm_attach(DatumGetUInt32(main_arg));
	if (segment == NULL)
		proc_exit(0); /* the session was gone before we came up */
	dsm_pin_mapping(segment);
	state = dsm_segment_address(segment);
	rows = QueueAt(segment, 0);
	done = QueueAt(segment, 1);
	shm_mq_set_receiver(rows, MyProc);
	shm_mq_set_sender(done, MyProc);
	BackgroundWorkerInitializeConnectionByOid(state->database, InvalidOid, 0);

	/* The loading session may hold a lock that we would wait for while it waits for us. */
	SetConfigOption("lock_timeout", "5s", PGC_USERSET, PGC_S_OVERRIDE);
	SetConfigOption("statement_timeout", "0", PGC_USERSET, PGC_S_OVERRIDE);
	SetConfigOption("synchronous_commit", "off", PGC_USERSET, PGC_S_OVERRIDE);
	WriteUntilEnd(state, shm_mq_attach(rows, segment, NULL), shm_mq_attach(done, segment, NULL));
	proc_exit(0);
}

/* Inserts until the end is told or the session has gone, commits, and answers if somebody listens. */
static void
WriteUntilEnd(LogSharedState *state, shm_mq_handle *rows, shm_mq_handle *done)
{
	Size length;
	void *message;
	uint8 answer = 1;
	bool told = false;
	StringInfoData epitaph;

	initStringInfo(&epitaph);
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	pgstat_report_activity(STATE_RUNNING, "writing the record of a load");
	while (!told && shm_mq_receive(rows, &length, &message, false) == SHM_MQ_SUCCESS)
	{
		uint8 kind = *(uint8 *)message;

		if (kind == END_OF_LOG)
			told = true;
		else if (kind == EPITAPH)
			appendBinaryStringInfo(&epitaph, (char *)message + 1, length - 1);
		else
			InsertRows(state->schema, kind, (char *)message + 1, length - 1);
	}
	if (!told && epitaph.len > 0)
		InsertRows(state->schema, LOG_LOAD, epitaph.data, epitaph.len);
	PruneRows(state->schema, state->history_days);
	PopActiveSnapshot();
	CommitTransactionCommand();
	pgstat_report_activity(STATE_IDLE, NULL);
	if (told)
		shm_mq_send(done, 1, &answer, true, true);
}

/*
 * Runs a statement of ours with the rights of the record's owner, so that a
 * user who may load needs no rights on the record.
 */
static void
RunAsOwner(const char *schema, const char *sql, Oid type, Datum value)
{
	Oid relation = get_relname_relid(log_tables[LOG_LOAD], get_namespace_oid(schema, false));
	HeapTuple entry = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid owner;
	Oid user;
	int context;

	if (!HeapTupleIsValid(entry))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("the record of loads is not in schema \"%s\"", schema),
						errhint("Is the extension sparkify_dwh created in this database?")));
	owner = ((Form_pg_class)GETSTRUCT(entry))->relowner;
	ReleaseSysCache(entry);
	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(owner,
						   context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	SPI_connect();
	if (SPI_execute_with_args(sql, 1, &type, &value, NULL, false, 0) < 0)
		elog(ERROR, "SPI refused the record of a load");
	SPI_finish();
	SetUserIdAndSecContext(user, context);
}

/* Inserts a JSON array of objects, whose keys are the table's columns. */
static void
InsertRows(const char *schema, LogTable table, const char *rows, int length)
{
	const char *place = quote_qualified_identifier(schema, log_tables[table]);
	text *json = cstring_to_text_with_len(rows, length);

	RunAsOwner(schema,
			   psprintf("INSERT INTO %s SELECT * FROM "
						"pg_catalog.json_populate_recordset(NULL::%s, $1::pg_catalog.json)",
						place, place),
			   TEXTOID, PointerGetDatum(json));
}

/* Deletes what is older than so many days; rows another session is deleting are left to it. */
static void
PruneRows(const char *schema, int days)
{
	StringInfoData sql;
	const char *in = quote_identifier(schema);

	if (days <= 0)
		return;
	initStringInfo(&sql);
	appendStringInfo(
		&sql,
		"WITH old AS (DELETE FROM %s.sparkify_load WHERE query_id = ANY (ARRAY("
		"SELECT query_id FROM %s.sparkify_load WHERE start_time OPERATOR(pg_catalog.<) "
		"(pg_catalog.now() OPERATOR(pg_catalog.-) pg_catalog.make_interval(days => $1)) "
		"FOR UPDATE SKIP LOCKED)) RETURNING query_id)",
		in, in);
	for (int i = LOG_OBJECT; i <= LOG_REPLACEMENT; i++)
		appendStringInfo(&sql,
						 ", old_%d AS (DELETE FROM %s.%s t USING old WHERE t.query_id "
						 "OPERATOR(pg_catalog.=) old.query_id)",
						 i, in, log_tables[i]);
	appendStringInfoString(&sql, " SELECT FROM old");
	RunAsOwner(schema, sql.data, INT4OID, Int32GetDatum(days));
}
