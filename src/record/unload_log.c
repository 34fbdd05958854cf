/*
 * unload_log.c
 *		The record of an unload.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "record/log_writer.h"
#include "record/unload_log.h"

#define FLUSH_BYTES 32768

struct UnloadLog
{
	/* parameters */
	UnloadLogConfig config;
	TupleDesc descs[LOG_UNLOAD_OPEN + 1]; /* of the tables of unloads */

	/* working state */
	char *database_name;
	int64 query_id;
	TimestampTz start;
	LogWriter *writer; /* NULL: there is none to be had */
	bool open;		   /* the store may hold something */
	StringInfoData objects;
	int64 count;
	int64 bytes;
	MemoryContext memory;
};

/* A row in the making. */
typedef struct LogRow
{
	TupleDesc desc;
	Datum *values;
	bool *nulls;
} LogRow;

static int64 last_unload_id = -1;
static int64 last_unload_count = 0;

static LogRow BeginRow(const UnloadLog *log, LogTable table);
static void AddValue(LogRow *row, const char *column, Datum value);
static void AddText(LogRow *row, const char *column, const char *value);
static void AddNumber(LogRow *row, const char *column, int64 value);
static void AppendRow(StringInfo rows, const LogRow *row);
static void AppendHistory(const UnloadLog *log, StringInfo rows, const char *status, int64 count,
						  const char *message);
static void WarnLost(const UnloadLog *log, const char *reason);
static bool IsRunning(int32 session);

PG_FUNCTION_INFO_V1(pg_last_unload_id);
PG_FUNCTION_INFO_V1(pg_last_unload_count);

/* Begins the record, and tells the worker how it ends should nothing more be heard. */
UnloadLog *
UnloadLogBegin(const UnloadLogConfig *config)
{
	UnloadLog *log = palloc0(sizeof(UnloadLog));
	StringInfoData aborted;

	log->config = *config;
	log->memory = CurrentMemoryContext;
	log->start = GetCurrentTimestamp();
	log->database_name = get_database_name(MyDatabaseId);
	for (int table = LOG_UNLOAD; table <= LOG_UNLOAD_OPEN; table++)
	{
		Relation relation = LogTableOpen(table, AccessShareLock);

		log->descs[table] = CreateTupleDescCopy(RelationGetDescr(relation));
		table_close(relation, AccessShareLock);
	}

	log->query_id = LogNextQueryId();
	initStringInfo(&log->objects);
	initStringInfo(&aborted);
	log->writer = LogWriterStart();
	AppendHistory(log, &aborted, "aborted", 0, NULL);
	if (LogWriterFailure(log->writer) != NULL ||
		!LogWriterSendEpitaph(log->writer, LOG_UNLOAD, &aborted))
	{
		WarnLost(log, LogWriterCommit(log->writer));
		log->writer = NULL;
	}

	return log;
}

/* Notes that something may be left. */
void
UnloadLogOpen(UnloadLog *log)
{
	LogRow row = BeginRow(log, LOG_UNLOAD_OPEN);
	StringInfoData rows;
	const char *failure;

	log->open = true;
	if (log->writer == NULL)
		return;

	AddNumber(&row, "user_id", GetUserId());
	AddNumber(&row, "session_id", MyProcPid);
	AddValue(&row, "start_time", TimestampTzGetDatum(log->start));
	AddText(&row, "location", log->config.location);
	initStringInfo(&rows);
	AppendRow(&rows, &row);
	(void)LogWriterSend(log->writer, LOG_UNLOAD_OPEN, &rows);
	failure = LogWriterSave(log->writer);
	if (failure != NULL)
		WarnLost(log, failure);
}

/* Notes that nothing is left. */
void
UnloadLogCleared(UnloadLog *log)
{
	if (log->open && log->writer != NULL)
		(void)LogWriterForget(log->writer, log->query_id);
	log->open = false;
}

/* Records an object. */
void
UnloadLogObject(UnloadLog *log, const char *url, int slice, int64 rows, int64 bytes)
{
	LogRow row = BeginRow(log, LOG_UNLOAD_OBJECT);

	AddText(&row, "path", url);
	AddNumber(&row, "slice", slice);
	AddNumber(&row, "line_count", rows);
	AddNumber(&row, "transfer_size", bytes);
	AddValue(&row, "end_time", TimestampTzGetDatum(GetCurrentTimestamp()));
	AppendRow(&log->objects, &row);
	log->count++;
	log->bytes += bytes;
	if (log->objects.len < FLUSH_BYTES || log->writer == NULL)
		return;

	(void)LogWriterSend(log->writer, LOG_UNLOAD_OBJECT, &log->objects);
	resetStringInfo(&log->objects);
}

/* Commits the record. */
void
UnloadLogComplete(UnloadLog *log, int64 rows)
{
	StringInfoData history;
	const char *failure;

	last_unload_id = log->query_id;
	last_unload_count = rows;
	UnloadLogCleared(log);
	if (log->writer == NULL)
		return;

	initStringInfo(&history);
	AppendHistory(log, &history, "completed", rows, NULL);
	if (log->objects.len > 0)
		(void)LogWriterSend(log->writer, LOG_UNLOAD_OBJECT, &log->objects);
	(void)LogWriterSend(log->writer, LOG_UNLOAD, &history);
	failure = LogWriterCommit(log->writer);
	log->writer = NULL;
	if (failure != NULL)
		WarnLost(log, failure);
}

/* Tells the worker a better end than the one it knows. */
void
UnloadLogFailed(UnloadLog *log, const char *message)
{
	MemoryContext caller = MemoryContextSwitchTo(log->memory);
	StringInfoData aborted;

	initStringInfo(&aborted);
	AppendHistory(log, &aborted, "aborted", 0, message);
	if (log->writer != NULL)
		(void)LogWriterSendEpitaph(log->writer, LOG_UNLOAD, &aborted);
	MemoryContextSwitchTo(caller);
}

/* Reads the unloads that have left something. */
List *
UnloadLogDead(void)
{
	Relation relation = LogTableOpen(LOG_UNLOAD_OPEN, AccessShareLock);
	TupleDesc desc = RelationGetDescr(relation);
	SysScanDesc scan =
		systable_beginscan(relation, InvalidOid, false, GetActiveSnapshot(), 0, NULL);
	List *dead = NIL;
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		bool isnull;
		Oid user = DatumGetObjectId(heap_getattr(tuple, LogColumn(desc, "user_id"), desc, &isnull));
		int32 session =
			DatumGetInt32(heap_getattr(tuple, LogColumn(desc, "session_id"), desc, &isnull));
		OpenUnload *unload;

		if (user != GetUserId() || IsRunning(session))
			continue;
		unload = palloc(sizeof(OpenUnload));
		unload->query_id =
			DatumGetInt64(heap_getattr(tuple, LogColumn(desc, "query_id"), desc, &isnull));
		unload->location =
			TextDatumGetCString(heap_getattr(tuple, LogColumn(desc, "location"), desc, &isnull));
		dead = lappend(dead, unload);
	}

	systable_endscan(scan);
	table_close(relation, AccessShareLock);

	return dead;
}

/* Deletes one of them, in this session's transaction. */
void
UnloadLogForget(int64 query_id)
{
	LogTableDelete(LOG_UNLOAD_OPEN, query_id);
}

/*
 * Whether another session may still be at an unload: its process is there.
 * One that has its number by chance ends some time, too.
 */
static bool
IsRunning(int32 session)
{
	return session != MyProcPid && BackendPidGetProc(session) != NULL;
}

/* The id of this session's last unload that has completed; -1 when there was none. */
Datum
pg_last_unload_id(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32((int32)last_unload_id);
}

/* Its rows. */
Datum
pg_last_unload_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(last_unload_count);
}

/* Begins a row with its id. */
static LogRow
BeginRow(const UnloadLog *log, LogTable table)
{
	LogRow row = {.desc = log->descs[table]};

	row.values = palloc0(row.desc->natts * sizeof(Datum));
	row.nulls = palloc(row.desc->natts * sizeof(bool));
	memset(row.nulls, true, row.desc->natts * sizeof(bool));
	AddNumber(&row, "query_id", log->query_id);
	return row;
}

/* Gives a column its value. */
static void
AddValue(LogRow *row, const char *column, Datum value)
{
	AttrNumber number = LogColumn(row->desc, column);

	row->values[number - 1] = value;
	row->nulls[number - 1] = false;
}

/* Gives a column a text; NULL leaves it. */
static void
AddText(LogRow *row, const char *column, const char *value)
{
	if (value != NULL)
		AddValue(row, column, CStringGetTextDatum(value));
}

/* Gives a column a number, as wide as it is. */
static void
AddNumber(LogRow *row, const char *column, int64 value)
{
	Oid type = TupleDescAttr(row->desc, LogColumn(row->desc, column) - 1)->atttypid;

	AddValue(row, column,
			 type == INT8OID  ? Int64GetDatum(value)
			 : type == OIDOID ? ObjectIdGetDatum((Oid)value)
							  : Int32GetDatum((int32)value));
}

/* Appends the row as a minimal tuple, at a multiple of the alignment. */
static void
AppendRow(StringInfo rows, const LogRow *row)
{
	MinimalTuple tuple = CompatFormMinimalTuple(row->desc, row->values, row->nulls);

	appendBinaryStringInfo(rows, (char *)tuple, tuple->t_len);
	for (Size i = tuple->t_len; i < MAXALIGN(tuple->t_len); i++)
		appendStringInfoChar(rows, 0);
	pfree(tuple);
}

/* Appends the row of the unload itself. */
static void
AppendHistory(const UnloadLog *log, StringInfo rows, const char *status, int64 count,
			  const char *message)
{
	LogRow row = BeginRow(log, LOG_UNLOAD);

	AddNumber(&row, "user_id", GetUserId());
	AddNumber(&row, "transaction_id", GetTopTransactionIdIfAny());
	AddNumber(&row, "session_id", MyProcPid);
	AddText(&row, "database_name", log->database_name);
	AddText(&row, "status", status);
	AddValue(&row, "start_time", TimestampTzGetDatum(log->start));
	AddValue(&row, "end_time", TimestampTzGetDatum(GetCurrentTimestamp()));
	AddText(&row, "location", log->config.location);
	AddText(&row, "file_format", log->config.file_format);
	AddText(&row, "compression", log->config.compression);
	AddNumber(&row, "unloaded_rows", count);
	AddNumber(&row, "object_count", log->count);
	AddNumber(&row, "object_bytes", log->bytes);
	AddText(&row, "error_message", message);
	AddNumber(&row, "recorded_rows", log->count);
	AppendRow(rows, &row);
}

/* Says that the record is not kept, and why. */
static void
WarnLost(const UnloadLog *log, const char *reason)
{
	ereport(WARNING, errcode(ERRCODE_INSUFFICIENT_RESOURCES),
			errmsg("the record of unload %lld was not kept", (long long)log->query_id),
			errdetail("%s", reason));
}
