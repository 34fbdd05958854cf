/*
 * load_errors.c
 *		The record of a load: collects what happened, as rows for the tables
 *		behind stl_load_errors, stl_load_commits, sys_load_history ...
 *
 * The rows gather in memory; they go to the background worker as soon as a
 * record is rejected or there are many, and are written by the load's own
 * transaction otherwise (see log_writer.c).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_extension.h"
#include "commands/dbcommands.h"
#include "commands/extension.h"
#include "commands/sequence.h"
#include "catalog/namespace.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "record/load_errors.h"
#include "record/log_writer.h"

#define NTABLES (LOG_REPLACEMENT + 1)
#define FLUSH_BYTES 32768

/* How many rejected records go to the worker at once, not when many have gathered. */
#define PROMPT_ERRORS 100

/* How much of an offending value the DETAIL line shows, in bytes. */
#define DETAIL_VALUE_MAX 100

/* How many rejected records have all their fields kept (AWS: r_STL_LOADERROR_DETAIL). */
#define DETAILED_ERRORS 20

struct LoadLog
{
	/* parameters */
	const RowPlan *plan;
	char *schema; /* of the record's tables */
	char *table_name;
	Oid table_id;
	char *source;
	char *file_format;

	/* working state */
	int64 query_id;
	TimestampTz start;
	StringInfoData rows[NTABLES];
	LogWriter *writer; /* NULL as long as this session can do it */
	bool lost;		   /* the worker could not be had, or went away */
	int64 errors;
	int64 objects;
	int64 lines;
	int64 bytes;
	int64 stored_bytes;
	char *first_error;
	MemoryContext memory;
};

static int64 last_copy_id = -1;
static int64 last_copy_count = 0;

static char *ExtensionSchema(void);
static int64 NextQueryId(const char *schema);
static StringInfo BeginRow(LoadLog *log, LogTable table);
static void EndRow(LoadLog *log, LogTable table);
static void AddText(StringInfo row, const char *key, const char *value);
static void AddBytes(StringInfo row, const char *key, const char *data, size_t length);
static void AppendAscii(StringInfo text, const char *data, size_t length);
static void AppendPrintable(StringInfo text, const char *data, size_t length);
static void AddNumber(StringInfo row, const char *key, int64 value);
static void AddTime(StringInfo row, const char *key, TimestampTz value);
static void AddColumn(LoadLog *log, StringInfo row, int column);
static void AddFields(LoadLog *log, const RejectedRecord *rejected, const char *url);
static void AddHistory(LoadLog *log, const char *status, int64 rows);
static void AppendHistory(LoadLog *log, StringInfo row, const char *status, int64 rows);
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
	log->schema = ExtensionSchema();
	log->table_name = pstrdup(RelationGetRelationName(config->relation));
	log->table_id = RelationGetRelid(config->relation);
	log->source = pstrdup(config->source);
	log->file_format = pstrdup(config->file_format);
	log->memory = CurrentMemoryContext;
	log->start = GetCurrentTimestamp();
	for (int i = 0; i < NTABLES; i++)
		initStringInfo(&log->rows[i]);
	log->query_id = NextQueryId(log->schema);
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
	StringInfo row = BeginRow(log, LOG_ERROR);

	AddText(row, "filename", url);
	AddNumber(row, "line_number", rejected->line);
	AddNumber(row, "start_offset", rejected->offset);
	AddColumn(log, row, rejected->error.column);
	AddNumber(row, "position", rejected->error.position);
	AddBytes(row, "raw_line", rejected->raw, rejected->raw_length);
	AddBytes(row, "raw_field_value", rejected->value, rejected->value_length);
	AddNumber(row, "err_code", rejected->error.code);
	AddText(row, "err_reason", rejected->error.reason);
	EndRow(log, LOG_ERROR);
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
	StringInfo row = BeginRow(log, LOG_REPLACEMENT);

	AddText(row, "filename", url);
	AddNumber(row, "line_number", replacement->line);
	AddText(row, "colname", log->plan->columns[replacement->column].name);
	AddBytes(row, "raw_line", replacement->raw, replacement->raw_length);
	EndRow(log, LOG_REPLACEMENT);
}

/* Records an object that was read to its end: stl_load_commits. */
void
LoadLogObject(LoadLog *log, const FinishedObject *object)
{
	StringInfo row;

	if (object->missing)
		return;
	row = BeginRow(log, LOG_OBJECT);
	AddText(row, "filename", object->url);
	AddNumber(row, "lines_scanned", object->lines);
	AddNumber(row, "bytes", object->bytes);
	AddNumber(row, "errors", object->rejected);
	AddTime(row, "curtime", GetCurrentTimestamp());
	EndRow(log, LOG_OBJECT);
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
	for (int i = 0; i < NTABLES; i++)
		FlushTable(log, i);
	if (log->writer == NULL)
	{
		if (!log->lost)
		{
			for (int i = 0; i < NTABLES; i++)
				if (log->rows[i].len > 0)
					LogWriteDirectly(log->schema, i, &log->rows[i]);
			LogPrune(log->schema);
		}
	}
	else if (!LogWriterCommit(log->writer))
		log->lost = true;
	if (log->lost)
		ereport(WARNING, (errcode(ERRCODE_INSUFFICIENT_RESOURCES),
						  errmsg("the record of load %lld was not kept", (long long)log->query_id),
						  errhint("Is there a free background worker? See max_worker_processes.")));
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
	for (int i = 0; i < NTABLES; i++)
		FlushTable(log, i);
	if (log->lost || !LogWriterCommit(log->writer))
		ereport(WARNING,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("the rejected rows of load %lld were not kept", (long long)log->query_id),
				 errhint("Is there a free background worker? See max_worker_processes.")));
}

/* The id of this session's last load; -1 when there was none. */
int64
LastCopyId(void)
{
	return last_copy_id;
}

/* The rows of this session's last load; 0 after one that failed. */
int64
LastCopyCount(void)
{
	return last_copy_count;
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

/* The schema that holds the extension's own objects. */
static char *
ExtensionSchema(void)
{
	Relation extensions = table_open(ExtensionRelationId, AccessShareLock);
	Oid schema = InvalidOid;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum("sparkify_dwh"));
	scan = systable_beginscan(extensions, ExtensionNameIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		schema = ((Form_pg_extension)GETSTRUCT(tuple))->extnamespace;
	systable_endscan(scan);
	table_close(extensions, AccessShareLock);
	if (!OidIsValid(schema))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("extension \"sparkify_dwh\" is not installed in this database"),
						errhint("Run CREATE EXTENSION sparkify_dwh first.")));
	return get_namespace_name(schema);
}

/* Draws the next id; no right on the sequence is asked of the user. */
static int64
NextQueryId(const char *schema)
{
	Oid sequence = get_relname_relid("sparkify_query_id", get_namespace_oid(schema, false));

	if (!OidIsValid(sequence))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("sequence \"%s.sparkify_query_id\" does not exist", schema)));
	return nextval_internal(sequence, false);
}

/* Starts a row with what every table of the record has. */
static StringInfo
BeginRow(LoadLog *log, LogTable table)
{
	StringInfo row = &log->rows[table];

	appendStringInfo(row, "%c{\"query_id\":" INT64_FORMAT, row->len == 0 ? '[' : ',',
					 log->query_id);
	return row;
}

/* Ends a row; many rows, or a rejected one, go to the worker. */
static void
EndRow(LoadLog *log, LogTable table)
{
	appendStringInfoChar(&log->rows[table], '}');
	if (log->rows[table].len < FLUSH_BYTES)
		return;
	StartWriter(log);
	FlushTable(log, table);
}

static void
AddText(StringInfo row, const char *key, const char *value)
{
	appendStringInfo(row, ",\"%s\":", key);
	if (value == NULL)
		appendStringInfoString(row, "null");
	else
		escape_json(row, value);
}

/* Adds bytes of an object; what is no ASCII character becomes '.' (AWS: r_STL_LOAD_ERRORS). */
static void
AddBytes(StringInfo row, const char *key, const char *data, size_t length)
{
	StringInfoData text;

	if (data == NULL)
	{
		AddText(row, key, NULL);
		return;
	}
	initStringInfo(&text);
	AppendAscii(&text, data, length);
	AddText(row, key, text.data);
	pfree(text.data);
}

/* Appends bytes with '.' for each character that is not ASCII, and for NUL. */
static void
AppendAscii(StringInfo text, const char *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
	{
		unsigned char byte = data[i];

		if (byte >= 0x80 && byte < 0xC0)
			continue; /* the rest of a multi-byte character */
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

static void
AddNumber(StringInfo row, const char *key, int64 value)
{
	appendStringInfo(row, ",\"%s\":" INT64_FORMAT, key, value);
}

static void
AddTime(StringInfo row, const char *key, TimestampTz value)
{
	appendStringInfo(row, ",\"%s\":\"%s\"", key, timestamptz_to_str(value));
}

/* Adds the column that failed, with its type; nothing where the whole record did. */
static void
AddColumn(LoadLog *log, StringInfo row, int column)
{
	if (column < 0 || column >= log->plan->ncolumns)
		return;
	AddText(row, "colname", log->plan->columns[column].name);
	AddText(row, "type", log->plan->columns[column].type_name);
	AddText(row, "col_length", log->plan->columns[column].type_length);
}

/* Adds the fields of a rejected record up to the failing one: stl_loaderror_detail. */
static void
AddFields(LoadLog *log, const RejectedRecord *rejected, const char *url)
{
	for (int i = 0; i < rejected->nfields && i < log->plan->ncolumns; i++)
	{
		StringInfo row = BeginRow(log, LOG_ERROR_FIELD);

		AddText(row, "filename", url);
		AddNumber(row, "line_number", rejected->line);
		AddNumber(row, "field", i);
		AddColumn(log, row, i);
		AddBytes(row, "value", rejected->fields[i].data, rejected->fields[i].length);
		AddNumber(row, "is_null", rejected->fields[i].data == NULL);
		EndRow(log, LOG_ERROR_FIELD);
	}
}

/* Adds the load itself: sys_load_history. */
static void
AddHistory(LoadLog *log, const char *status, int64 rows)
{
	AppendHistory(log, &log->rows[LOG_LOAD], status, rows);
	EndRow(log, LOG_LOAD);
}

/* Appends the row of the load itself, open at its end. */
static void
AppendHistory(LoadLog *log, StringInfo row, const char *status, int64 rows)
{
	appendStringInfo(row, "[{\"query_id\":" INT64_FORMAT, log->query_id);
	AddNumber(row, "user_id", GetUserId());
	AddNumber(row, "transaction_id", GetTopTransactionIdIfAny());
	AddNumber(row, "session_id", MyProcPid);
	AddText(row, "database_name", get_database_name(MyDatabaseId));
	AddNumber(row, "table_id", log->table_id);
	AddText(row, "table_name", log->table_name);
	AddText(row, "status", status);
	AddTime(row, "start_time", log->start);
	AddTime(row, "end_time", GetCurrentTimestamp());
	AddText(row, "data_source", log->source);
	AddText(row, "file_format", log->file_format);
	AddNumber(row, "loaded_rows", rows);
	AddNumber(row, "loaded_bytes", log->bytes);
	AddNumber(row, "source_file_count", log->objects);
	AddNumber(row, "source_file_bytes", log->stored_bytes);
	AddNumber(row, "error_count", log->errors);
}

/* Closes the table's JSON array and hands it to the worker, if there is one. */
static void
FlushTable(LoadLog *log, LogTable table)
{
	StringInfo rows = &log->rows[table];

	if (rows->len == 0)
		return;
	if (log->writer == NULL && log->lost)
	{
		resetStringInfo(rows);
		return;
	}
	appendStringInfoChar(rows, ']');
	if (log->writer == NULL)
		return;
	if (!log->lost && !LogWriterSend(log->writer, table, rows))
		log->lost = true;
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
	log->writer = LogWriterStart(log->schema);
	log->lost = log->writer == NULL;
	if (!log->lost)
	{
		initStringInfo(&aborted);
		AppendHistory(log, &aborted, "aborted", 0);
		appendStringInfoString(&aborted, "}]");
		log->lost = !LogWriterSendEpitaph(log->writer, &aborted);
	}
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
