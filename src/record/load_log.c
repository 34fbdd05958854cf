/*
 * load_log.c
 *		The record of a load: collects what happened, as rows for the tables
 *		behind stl_load_errors, stl_load_commits, sys_load_history ...
 *
 * The rows gather in memory; they go to the background worker as soon as a
 * record is rejected or there are many, and are written by the load's own
 * transaction otherwise (see log_writer.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "record/load_log.h"
#include "record/log_prune.h"
#include "record/log_writer.h"
#include "source/base/utf8.h"

#define FLUSH_BYTES 32768

/* How many rejected records go to the worker at once, not when many have gathered. */
#define PROMPT_ERRORS 100

/* How much of an offending value the DETAIL line shows, in bytes. */
#define DETAIL_VALUE_MAX 100

/* How many rejected records have all their fields kept (AWS: r_STL_LOADERROR_DETAIL). */
#define DETAILED_ERRORS 20

/* A row in the making. */
typedef struct LogRow
{
	LogTable table;
	Datum *values;
	bool *nulls;
} LogRow;

struct LoadLog
{
	/* parameters */
	const RowPlan *plan;
	TupleDesc descs[LOG_TABLES]; /* of the record's tables */
	char *table_name;
	Oid table_id;
	char *source;
	char *file_format;
	int64 job_id;

	/* working state */
	int64 query_id;
	TimestampTz start;
	StringInfoData rows[LOG_TABLES]; /* minimal tuples, aligned */
	int64 recorded;					 /* rows so far, without that of the load itself */
	LogRow row;
	LogWriter *writer; /* NULL as long as this session can do it */
	bool lost;		   /* the worker could not be had, or went away */
	int64 errors;
	int64 objects;
	int64 lines;
	int64 bytes;
	int64 stored_bytes;
	char *first_error;
	MemoryContext memory;
	MemoryContext row_memory;
};

static int64 last_copy_id = -1;
static int64 last_copy_count = 0;

static void BeginRow(LoadLog *log, LogTable table);
static void EndRow(LoadLog *log);
static void AppendRow(LoadLog *log, StringInfo rows);
static void AddValue(LoadLog *log, const char *key, Datum value);
static void AddText(LoadLog *log, const char *key, const char *value);
static void AddBytes(LoadLog *log, const char *key, const char *data, size_t length);
static void AppendAscii(StringInfo text, const char *data, size_t length);
static void AppendPrintable(StringInfo text, const char *data, size_t length);
static void AddNumber(LoadLog *log, const char *key, int64 value);
static void AddTime(LoadLog *log, const char *key, TimestampTz value);
static void AddColumn(LoadLog *log, int column);
static void AddFields(LoadLog *log, const RejectedRecord *rejected, const char *url);
static void AddHistory(LoadLog *log, const char *status, int64 rows);
static void AppendHistory(LoadLog *log, StringInfo row, const char *status, int64 rows);
static void FinishWriter(LoadLog *log);
static void WarnLost(const LoadLog *log, const char *reason);
static void FlushTable(LoadLog *log, LogTable table);
static void StartWriter(LoadLog *log);
static char *DescribeError(LoadLog *log, const RejectedRecord *rejected, const char *url);

PG_FUNCTION_INFO_V1(pg_last_copy_id);
PG_FUNCTION_INFO_V1(pg_last_copy_count);

/* Begins the record of a load; from here on pg_last_copy_id() is its id. */
LoadLog *
LoadLogBegin(const LoadLogConfig *config)
{
	LoadLog *log = palloc0(sizeof(LoadLog));

	log->plan = config->plan;
	log->table_name = pstrdup(RelationGetRelationName(config->relation));
	log->table_id = RelationGetRelid(config->relation);
	log->source = pstrdup(config->source);
	log->file_format = pstrdup(config->file_format);
	log->job_id = config->job_id;
	log->memory = CurrentMemoryContext;
	log->start = GetCurrentTimestamp();
	log->row_memory =
		AllocSetContextCreate(CurrentMemoryContext, "row of a load's record", ALLOCSET_SMALL_SIZES);
	for (int i = 0; i < LOG_TABLES; i++)
	{
		Relation relation = LogTableOpen(i, AccessShareLock);

		log->descs[i] = CreateTupleDescCopy(RelationGetDescr(relation));
		table_close(relation, AccessShareLock);
		initStringInfo(&log->rows[i]);
	}

	log->query_id = LogNextQueryId();
	last_copy_id = log->query_id;
	last_copy_count = 0;

	return log;
}

/* The id under which the load is recorded. */
int64
LoadLogQueryId(const LoadLog *log)
{
	return log->query_id;
}

/* Records a rejected record: stl_load_errors, and its fields for the first of them. */
void
LoadLogRejected(LoadLog *log, const RejectedRecord *rejected, const char *url)
{
	BeginRow(log, LOG_ERROR);
	AddText(log, "filename", url);
	AddNumber(log, "line_number", rejected->line);
	AddNumber(log, "start_offset", rejected->offset);
	AddColumn(log, rejected->error.column);
	AddNumber(log, "position", rejected->error.position);
	AddBytes(log, "raw_line", rejected->raw, rejected->raw_length);
	AddBytes(log, "raw_field_value", rejected->value, rejected->value_length);
	AddNumber(log, "err_code", rejected->error.code);
	AddText(log, "err_reason", rejected->error.reason);
	EndRow(log);
	if (log->errors++ == 0)
		log->first_error = DescribeError(log, rejected, url);
	if (log->errors <= DETAILED_ERRORS)
		AddFields(log, rejected, url);
	StartWriter(log);
	if (log->errors <= PROMPT_ERRORS)
	{
		FlushTable(log, LOG_ERROR);
		FlushTable(log, LOG_ERROR_FIELD);
	}
}

/* Records a value in which ACCEPTINVCHARS replaced characters: stl_replacements. */
void
LoadLogReplacement(LoadLog *log, const Replacement *replacement, const char *url)
{
	BeginRow(log, LOG_REPLACEMENT);
	AddText(log, "filename", url);
	AddNumber(log, "line_number", replacement->line);
	AddText(log, "colname", log->plan->columns[replacement->column].name);
	AddBytes(log, "raw_line", replacement->raw, replacement->raw_length);
	EndRow(log);
}

/* Records an object that was read to its end: stl_load_commits. */
void
LoadLogObject(LoadLog *log, const FinishedObject *object)
{
	if (object->missing)
		return;

	BeginRow(log, LOG_OBJECT);
	AddText(log, "filename", object->url);
	AddNumber(log, "lines_scanned", object->lines);
	AddNumber(log, "bytes", object->bytes);
	AddNumber(log, "errors", object->rejected);
	AddTime(log, "curtime", GetCurrentTimestamp());
	EndRow(log);
	log->objects++;
	log->lines += object->lines;
	log->bytes += object->bytes;
	log->stored_bytes += object->stored_bytes;
}

/* How many records were rejected so far. */
int64
LoadLogErrorCount(const LoadLog *log)
{
	return log->errors;
}

/* The first rejected record in words, for the DETAIL line; NULL when there is none. */
char *
LoadLogFirstErrorDetail(const LoadLog *log)
{
	return log->first_error;
}

/* Ends the record of a load that succeeded. */
void
LoadLogComplete(LoadLog *log, int64 rows)
{
	last_copy_count = rows;
	AddHistory(log, "completed", rows);
	if (log->writer == NULL && !log->lost)
	{
		for (int i = 0; i < LOG_TABLES; i++)
			(void)LogTableInsert(i, log->rows[i].data, log->rows[i].len);
		LogPruneLater(log->recorded);
		return;
	}

	FinishWriter(log);
}

/*
 * Ends the record of a load that failed.  Returns only after it is committed,
 * so that the error that follows can send its reader to stl_load_errors.
 */
void
LoadLogFail(LoadLog *log)
{
	last_copy_count = 0;
	StartWriter(log);
	AddHistory(log, "aborted", 0);
	FinishWriter(log);
}

/* Sends what is left to the worker and waits for its commit; says when something was lost. */
static void
FinishWriter(LoadLog *log)
{
	const char *failure;

	if (load_history_rows > 0 && log->recorded >= load_history_rows)
		ereport(NOTICE,
				errmsg("the record of load %lld ends with its first %d rows",
					   (long long)log->query_id, load_history_rows),
				errhint("See sparkify_dwh.load_history_rows."));
	for (int i = 0; i < LOG_TABLES; i++)
		FlushTable(log, i);
	if (log->lost)
		return; /* which StartWriter or FlushTable said */
	failure = LogWriterCommit(log->writer);
	if (failure != NULL)
		WarnLost(log, failure);
}

/* Says that the record is not kept, and why: once, and as soon as it is known. */
static void
WarnLost(const LoadLog *log, const char *reason)
{
	ereport(WARNING, errcode(ERRCODE_INSUFFICIENT_RESOURCES),
			errmsg("the record of load %lld was not kept", (long long)log->query_id),
			errdetail("%s", reason));
}

Datum
pg_last_copy_id(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32((int32)last_copy_id);
}

Datum
pg_last_copy_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(last_copy_count);
}

/* Starts a row with what every table of the record has. */
static void
BeginRow(LoadLog *log, LogTable table)
{
	MemoryContext caller;
	TupleDesc desc = log->descs[table];

	MemoryContextReset(log->row_memory);
	caller = MemoryContextSwitchTo(log->row_memory);
	log->row.table = table;
	log->row.values = palloc0(desc->natts * sizeof(Datum));
	log->row.nulls = palloc(desc->natts * sizeof(bool));
	memset(log->row.nulls, true, desc->natts * sizeof(bool));
	MemoryContextSwitchTo(caller);
	AddNumber(log, "query_id", log->query_id);
}

/*
 * Ends a row; many rows go to the worker.  A load that has recorded as much as the
 * history may hold records no more: its counts go on.
 */
static void
EndRow(LoadLog *log)
{
	LogTable table = log->row.table;

	/* the load's own row is always written: it says how many there were */
	if (table != LOG_LOAD && load_history_rows > 0 && log->recorded >= load_history_rows)
		return;

	AppendRow(log, &log->rows[table]);
	if (table != LOG_LOAD)
		log->recorded++;

	/* a row at a time would be a message at a time */
	if (log->rows[table].len < FLUSH_BYTES)
		return;

	StartWriter(log);
	FlushTable(log, table);
}

/* Appends the row as a minimal tuple, at a multiple of the alignment. */
static void
AppendRow(LoadLog *log, StringInfo rows)
{
	MemoryContext caller = MemoryContextSwitchTo(log->row_memory);
	MinimalTuple tuple =
		CompatFormMinimalTuple(log->descs[log->row.table], log->row.values, log->row.nulls);

	MemoryContextSwitchTo(caller);
	appendBinaryStringInfo(rows, (char *)tuple, tuple->t_len);
	for (Size i = tuple->t_len; i < MAXALIGN(tuple->t_len); i++)
		appendStringInfoChar(rows, 0);
}

/* Gives a column of the row its value. */
static void
AddValue(LoadLog *log, const char *key, Datum value)
{
	AttrNumber column = LogColumn(log->descs[log->row.table], key);

	log->row.values[column - 1] = value;
	log->row.nulls[column - 1] = false;
}

static void
AddText(LoadLog *log, const char *key, const char *value)
{
	MemoryContext caller;

	if (value == NULL)
		return;

	caller = MemoryContextSwitchTo(log->row_memory);
	AddValue(log, key, CStringGetTextDatum(value));
	MemoryContextSwitchTo(caller);
}

/* Adds bytes of an object; what is no ASCII character becomes '.' (AWS: r_STL_LOAD_ERRORS). */
static void
AddBytes(LoadLog *log, const char *key, const char *data, size_t length)
{
	StringInfoData text;

	if (data == NULL)
		return;

	initStringInfo(&text);
	AppendAscii(&text, data, length);
	AddText(log, key, text.data);
	pfree(text.data);
}

/* Appends bytes with '.' for each character that is not ASCII, and for NUL. */
static void
AppendAscii(StringInfo text, const char *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
	{
		unsigned char byte = data[i];

		/* one sign for a character of several bytes */
		if (Utf8IsContinuation(data[i]))
			continue;
		appendStringInfoChar(text, byte == 0 || byte >= 0x80 ? '.' : byte);
	}
}

/* Appends bytes as they are where the server's encoding can hold them. */
static void
AppendPrintable(StringInfo text, const char *data, size_t length)
{
	if (pg_verifymbstr(data, length, true))
		appendBinaryStringInfo(text, data, length);
	else
		AppendAscii(text, data, length);
}

/* A number, as wide as its column. */
static void
AddNumber(LoadLog *log, const char *key, int64 value)
{
	TupleDesc desc = log->descs[log->row.table];
	Oid type = TupleDescAttr(desc, LogColumn(desc, key) - 1)->atttypid;

	AddValue(log, key,
			 type == INT8OID  ? Int64GetDatum(value)
			 : type == OIDOID ? ObjectIdGetDatum((Oid)value)
							  : Int32GetDatum((int32)value));
}

static void
AddTime(LoadLog *log, const char *key, TimestampTz value)
{
	AddValue(log, key, TimestampTzGetDatum(value));
}

/* Adds the column that failed, with its type; nothing where the whole record did. */
static void
AddColumn(LoadLog *log, int column)
{
	if (column < 0 || column >= log->plan->ncolumns)
		return;
	AddText(log, "colname", log->plan->columns[column].name);
	AddText(log, "type", log->plan->columns[column].type_name);
	AddText(log, "col_length", log->plan->columns[column].type_length);
}

/* Adds the fields of a rejected record up to the failing one: stl_loaderror_detail. */
static void
AddFields(LoadLog *log, const RejectedRecord *rejected, const char *url)
{
	for (int i = 0; i < rejected->nfields && i < log->plan->ncolumns; i++)
	{
		BeginRow(log, LOG_ERROR_FIELD);
		AddText(log, "filename", url);
		AddNumber(log, "line_number", rejected->line);
		AddNumber(log, "field", i);
		AddColumn(log, i);
		AddBytes(log, "value", rejected->fields[i].data, rejected->fields[i].length);
		AddNumber(log, "is_null", rejected->fields[i].data == NULL);
		EndRow(log);
	}
}

/* Adds the load itself: sys_load_history. */
static void
AddHistory(LoadLog *log, const char *status, int64 rows)
{
	AppendHistory(log, &log->rows[LOG_LOAD], status, rows);
}

/* Appends the row of the load itself. */
static void
AppendHistory(LoadLog *log, StringInfo row, const char *status, int64 rows)
{
	BeginRow(log, LOG_LOAD);
	AddNumber(log, "user_id", GetUserId());
	AddNumber(log, "transaction_id", GetTopTransactionIdIfAny());
	AddNumber(log, "session_id", MyProcPid);
	AddText(log, "database_name", get_database_name(MyDatabaseId));
	AddNumber(log, "table_id", log->table_id);
	AddText(log, "table_name", log->table_name);
	AddText(log, "status", status);
	AddTime(log, "start_time", log->start);
	AddTime(log, "end_time", GetCurrentTimestamp());
	AddText(log, "data_source", log->source);
	AddText(log, "file_format", log->file_format);
	AddNumber(log, "loaded_rows", rows);
	AddNumber(log, "loaded_bytes", log->bytes);
	AddNumber(log, "source_file_count", log->objects);
	AddNumber(log, "source_file_bytes", log->stored_bytes);
	AddNumber(log, "error_count", log->errors);
	AddNumber(log, "recorded_rows", log->recorded);
	AddNumber(log, "copy_job_id", log->job_id);
	AppendRow(log, row);
}

/* Hands the rows of a table to the worker, if there is one; what is lost is not kept in memory either. */
static void
FlushTable(LoadLog *log, LogTable table)
{
	StringInfo rows = &log->rows[table];

	if (rows->len == 0 || (log->writer == NULL && !log->lost))
		return;
	if (!log->lost && !LogWriterSend(log->writer, table, rows))
	{
		log->lost = true;
		WarnLost(log, LogWriterCommit(log->writer));
	}

	resetStringInfo(rows);
}

/*
 * Makes sure there is a worker, or that we know there is none to be had.  It
 * is told at once how to record the load should it hear nothing more: that is
 * how a load ends that is cancelled, or that PostgreSQL itself stops.
 */
static void
StartWriter(LoadLog *log)
{
	MemoryContext caller;
	StringInfoData aborted;

	if (log->writer != NULL || log->lost)
		return;

	caller = MemoryContextSwitchTo(log->memory);
	log->writer = LogWriterStart();
	log->lost = LogWriterFailure(log->writer) != NULL;
	if (!log->lost)
	{
		initStringInfo(&aborted);
		AppendHistory(log, &aborted, "aborted", 0);
		log->lost = !LogWriterSendEpitaph(log->writer, LOG_LOAD, &aborted);
	}

	if (log->lost)
		WarnLost(log, LogWriterCommit(log->writer));
	MemoryContextSwitchTo(caller);
}

/* The object, line, column, value and reason of an error, in one sentence. */
static char *
DescribeError(LoadLog *log, const RejectedRecord *rejected, const char *url)
{
	StringInfoData text;
	MemoryContext caller = MemoryContextSwitchTo(log->memory);

	initStringInfo(&text);
	appendStringInfo(&text, "Object \"%s\", line " UINT64_FORMAT, url, (uint64)rejected->line);
	if (rejected->error.column >= 0 && rejected->error.column < log->plan->ncolumns)
	{
		const ColumnTarget *column = &log->plan->columns[rejected->error.column];

		appendStringInfo(&text, ", column \"%s\" (%s %s)", column->name, column->type_name,
						 column->type_length);
	}

	if (rejected->value != NULL)
	{
		StringInfoData value;
		int length;

		initStringInfo(&value);
		AppendPrintable(&value, rejected->value, rejected->value_length);
		length = pg_mbcliplen(value.data, value.len, DETAIL_VALUE_MAX);
		appendStringInfo(&text, ", value \"%.*s%s\"", length, value.data,
						 length < value.len ? "..." : "");
	}

	appendStringInfo(&text, ": %s (error %d).", rejected->error.reason, rejected->error.code);
	MemoryContextSwitchTo(caller);

	return text.data;
}
