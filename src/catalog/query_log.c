/*
 * query_log.c
 *		Recording queries, and the function that the system views read.
 *
 *		QueryLogEnd -> buffer of this session -> query_log_file -> query_log()
 *
 * The buffer goes to the file with the first query after a pause, so that a
 * person at work sees each at once and a program that sends thousands a second
 * pays for few writes; and when the session reads the record, or ends.
 */
#include "postgres.h"

#include "catalog/query_log.h"

#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "catalog/query_log_file.h"
#include "record/extension.h"
#include "record/log_table.h"
#include "secrets/secrets.h"

#define BUFFER_SIZE (32 * 1024)

/* The buffer is written when the last write is longer ago, in microseconds. */
#define WRITE_PAUSE INT64CONST(50000)

#define QUERY_LOG_COLUMNS 12

bool QueryLogEnabled = true;
int QueryLogSize = 8 * 1024;

/* What this session has recorded and not yet written. */
static struct
{
	char bytes[BUFFER_SIZE];
	size_t length;
	TimestampTz written; /* when it was, the last time */
	int last_id;
	bool exit_set; /* it is written when the session ends */
} buffer = {.last_id = -1};

PG_FUNCTION_INFO_V1(sparkify_query_log);
PG_FUNCTION_INFO_V1(sparkify_last_query_id);

static Oid FindSequence(void);
static char *FormRecord(const QueryLogEntry *entry, int64 rows, const char *error, uint32 *size);
static char *PutText(char *at, const char *text);
static void PutRecord(const char *record, size_t size);
static void WriteBuffer(void);
static void WriteAtExit(int code, Datum arg);
static const char *NextRecord(const char *at, const char *end);
static void PutRow(ReturnSetInfo *result, const char *record);

void
QueryLogBegin(QueryLogEntry *entry, const char *tag, const char *text, int length)
{
	QueryLogBeginAs(entry, QueryLogNextId(), tag, text, length);
}

void
QueryLogBeginAs(QueryLogEntry *entry, int query_id, const char *tag, const char *text, int length)
{
	static const char *const queries[] = {"SELECT", "INSERT",		   "UPDATE",	 "DELETE",
										  "MERGE",	"CREATE TABLE AS", "SELECT INTO"};

	*entry = (QueryLogEntry){.tag = tag, .text = text, .text_length = length, .query_id = query_id};
	if (query_id < 0)
		return;

	for (int i = 0; i < (int)lengthof(queries); i++)
		entry->is_query = entry->is_query || strcmp(tag, queries[i]) == 0;
	entry->transaction_id = (int64)U64FromFullTransactionId(GetTopFullTransactionIdIfAny());
	entry->start = GetCurrentTimestamp();
}

void
QueryLogEnd(const QueryLogEntry *entry, int64 rows, const char *error)
{
	TimestampTz now;
	uint32 size;
	char *record;

	if (entry->query_id < 0)
		return;
	if (!buffer.exit_set)
		before_shmem_exit(WriteAtExit, 0);
	buffer.exit_set = true;
	if (entry->is_query)
		buffer.last_id = entry->query_id;
	record = FormRecord(entry, rows, error, &size);
	now = ((QueryLogHeader *)record)->end;
	PutRecord(record, size);
	pfree(record);
	if (now - buffer.written > WRITE_PAUSE)
	{
		WriteBuffer();
		buffer.written = now;
	}
}

/* The id is of the sequence that numbers loads as well. */
int
QueryLogNextId(void)
{
	Oid sequence = FindSequence();
	bool read_only = XactReadOnly;
	volatile int id = -1;

	if (!QueryLogEnabled || !OidIsValid(sequence) || RecoveryInProgress() || IsInParallelMode())
		return -1;

	/* A number is no change of data: queries of a read-only transaction are recorded too. */
	XactReadOnly = false;
	PG_TRY();
	{
		id = (int)LogTakeQueryId(sequence);
	}
	PG_FINALLY();
	{
		XactReadOnly = read_only;
	}
	PG_END_TRY();

	return id;
}

/* The sequence of the ids, looked up once for an extension; InvalidOid where there is none. */
static Oid
FindSequence(void)
{
	static struct
	{
		Oid extension;
		Oid sequence;
	} known;
	Oid extension = ExtensionOid();

	if (extension != known.extension || !OidIsValid(known.sequence))
	{
		Oid schema = get_namespace_oid("sparkify_internal", true);

		known.extension = extension;
		known.sequence = OidIsValid(schema) ? get_relname_relid("query_id", schema) : InvalidOid;
	}

	return OidIsValid(extension) ? known.sequence : InvalidOid;
}

char *
QueryLogText(const char *text, int length)
{
	char *masked;

	length = pg_mbcliplen(text, length, QUERY_LOG_MAX_TEXT);
	masked = SecretsMask(pnstrdup(text, length));

	/* a mask may be longer than its secret */
	masked[pg_mbcliplen(masked, strlen(masked), QUERY_LOG_MAX_TEXT)] = '\0';

	return masked;
}

/* A record in one piece. */
static char *
FormRecord(const QueryLogEntry *entry, int64 rows, const char *error, uint32 *size)
{
	const char *label = GetConfigOption("redshift.query_group", true, false);
	char *text = entry->is_masked ? pnstrdup(entry->text, entry->text_length)
								  : QueryLogText(entry->text, entry->text_length);
	char *message = error != NULL ? QueryLogText(error, strlen(error)) : pstrdup("");
	QueryLogHeader *header;
	char *at;

	/* as Redshift shows a session without a query group */
	if (label == NULL || *label == '\0')
		label = "default";
	*size = sizeof(QueryLogHeader) + strlen(entry->tag) + strlen(text) + strlen(message) +
			strlen(label) + 4;

	/* records follow each other, each aligned for its header */
	*size = MAXALIGN(*size);
	header = palloc0(*size);
	*header = (QueryLogHeader){.magic = QUERY_LOG_MAGIC,
							   .size = *size,
							   .query_id = entry->query_id,
							   .user_id = GetUserId(),
							   .session_id = MyProcPid,
							   .transaction_id = entry->transaction_id,
							   .start = entry->start,
							   .end = entry->end != 0 ? entry->end : GetCurrentTimestamp(),
							   .rows = rows,
							   .failed = error != NULL};

	/* known by now, where it wasn't when the statement began */
	if (header->transaction_id == 0 && IsTransactionState())
		header->transaction_id = (int64)U64FromFullTransactionId(GetTopFullTransactionIdIfAny());
	at = PutText((char *)(header + 1), entry->tag);
	at = PutText(at, text);
	at = PutText(at, message);
	PutText(at, label);
	pfree(text);
	pfree(message);

	return (char *)header;
}

/* Copies a text with its final zero byte; returns what is behind it. */
static char *
PutText(char *at, const char *text)
{
	size_t length = strlen(text) + 1;

	memcpy(at, text, length);
	return at + length;
}

/* Adds a record to the buffer, or writes it by itself when it is too large. */
static void
PutRecord(const char *record, size_t size)
{
	if (buffer.length + size > BUFFER_SIZE)
		WriteBuffer();
	if (size > BUFFER_SIZE)
	{
		(void)QueryLogAppend(record, size, (size_t)QueryLogSize * 1024);
		return;
	}

	memcpy(buffer.bytes + buffer.length, record, size);
	buffer.length += size;
}

/* Writes the buffer.  A disk that is full loses the record, not the query. */
static void
WriteBuffer(void)
{
	if (buffer.length > 0)
		(void)QueryLogAppend(buffer.bytes, buffer.length, (size_t)QueryLogSize * 1024);
	buffer.length = 0;
}

/* Writes the buffer when the session ends. */
static void
WriteAtExit(int code, Datum arg)
{
	WriteBuffer();
}

/*
 * query_log(): a row for each recorded query that the caller may see: their
 * own, or all for superusers and members of pg_read_all_stats.
 */
Datum
sparkify_query_log(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	bool sees_all = has_privs_of_role(GetUserId(), ROLE_PG_READ_ALL_STATS);
	const char *record;
	const char *end;
	size_t length;

	InitMaterializedSRF(fcinfo, 0);
	WriteBuffer();
	record = QueryLogRead(&length);
	end = record + length;
	while ((record = NextRecord(record, end)) != NULL)
	{
		const QueryLogHeader *header = (const QueryLogHeader *)record;

		CHECK_FOR_INTERRUPTS();
		if (sees_all || header->user_id == GetUserId())
			PutRow(result, record);
		record += header->size;
	}

	return (Datum)0;
}

/* The next whole record at a place or behind it; NULL when there is none. */
static const char *
NextRecord(const char *at, const char *end)
{
	for (; at != NULL && end - at >= (ptrdiff_t)sizeof(QueryLogHeader); at += MAXIMUM_ALIGNOF)
	{
		QueryLogHeader header;

		memcpy(&header, at, sizeof(header));
		if (header.magic == QUERY_LOG_MAGIC && header.size >= sizeof(QueryLogHeader) + 4 &&
			header.size == MAXALIGN(header.size) && header.size <= (size_t)(end - at) &&
			at[header.size - 1] == '\0')
			return at;
	}

	return NULL;
}

/* Adds a record to the function's result. */
static void
PutRow(ReturnSetInfo *result, const char *record)
{
	const QueryLogHeader *header = (const QueryLogHeader *)record;
	const char *tag = record + sizeof(QueryLogHeader);
	const char *text = tag + strlen(tag) + 1;
	const char *error = text + strlen(text) + 1;
	Datum values[QUERY_LOG_COLUMNS] = {
		Int32GetDatum(header->query_id),
		ObjectIdGetDatum(header->user_id),
		Int64GetDatum(header->transaction_id),
		Int32GetDatum(header->session_id),
		TimestampTzGetDatum(header->start),
		TimestampTzGetDatum(header->end),
		Int64GetDatum(header->rows),
		BoolGetDatum(header->failed),
		CStringGetTextDatum(tag),
		CStringGetTextDatum(text),
	};
	bool nulls[QUERY_LOG_COLUMNS] = {false};

	nulls[2] = header->transaction_id == 0;
	nulls[10] = !header->failed;
	if (header->failed)
		values[10] = CStringGetTextDatum(error);
	values[11] = CStringGetTextDatum(error + strlen(error) + 1);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* pg_last_query_id(): of this session, loads included. */
Datum
sparkify_last_query_id(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(buffer.last_id);
}
