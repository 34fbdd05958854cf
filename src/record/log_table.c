/*
 * log_table.c
 *		The tables of the record of loads, read and written without SQL.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "record/extension.h"
#include "record/log_table.h"

#define RECORD_SCHEMA "sparkify_internal"

/*
 * The ids that a value of the sequence stands for, as the sequence's own increment has it, and how long, in
 * microseconds.
 */
#define RANGE_SIZE 32
#define RANGE_LIFE INT64CONST(50000)

static const char *const table_names[] = {
	[LOG_LOAD] = "load",
	[LOG_OBJECT] = "load_object",
	[LOG_ERROR] = "load_error",
	[LOG_ERROR_FIELD] = "load_error_field",
	[LOG_REPLACEMENT] = "load_replacement",
	[LOG_UNLOAD] = "unload",
	[LOG_UNLOAD_OBJECT] = "unload_object",
	[LOG_UNLOAD_OPEN] = "unload_open",
	[LOG_COPY_JOB] = "copy_job",
	[LOG_COPY_JOB_OBJECT] = "copy_job_object",
	[LOG_COPY_JOB_DIRECTORIES] = "copy_job_directories",
};

static Oid FindRelation(const char *name);

Relation
LogTableOpen(LogTable table, LOCKMODE mode)
{
	return table_open(FindRelation(table_names[table]), mode);
}

int64
LogTableInsert(LogTable table, const char *tuples, Size length)
{
	Relation relation = LogTableOpen(table, RowExclusiveLock);
	CatalogIndexState indexes = CatalogOpenIndexes(relation);
	int64 rows = 0;

	for (Size offset = 0; offset < length;)
	{
		MinimalTuple minimal = (MinimalTuple)(tuples + offset);
		HeapTuple tuple = heap_tuple_from_minimal_tuple(minimal);

		CatalogTupleInsertWithInfo(relation, tuple, indexes);
		heap_freetuple(tuple);
		offset += MAXALIGN(minimal->t_len);
		rows++;
		CHECK_FOR_INTERRUPTS();
	}

	CatalogCloseIndexes(indexes);
	table_close(relation, RowExclusiveLock);

	return rows;
}

void
LogTableDelete(LogTable table, int64 query_id)
{
	Relation relation = LogTableOpen(table, RowExclusiveLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, LogColumn(RelationGetDescr(relation), "query_id"), BTEqualStrategyNumber,
				F_INT8EQ, Int64GetDatum(query_id));
	scan = systable_beginscan(relation, LogIndexOn(relation, "query_id"), true, GetActiveSnapshot(),
							  1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		CatalogTupleDelete(relation, &tuple->t_self);
		CHECK_FOR_INTERRUPTS();
	}

	systable_endscan(scan);
	table_close(relation, RowExclusiveLock);
}

int64
LogNextQueryId(void)
{
	return LogTakeQueryId(FindRelation("query_id"));
}

int64
LogTakeQueryId(Oid sequence)
{
	static struct
	{
		Oid sequence;
		int64 next;
		int left;
		TimestampTz drawn;
	} range;
	TimestampTz now = GetCurrentTimestamp();

	if (range.sequence != sequence || range.left == 0 || now - range.drawn > RANGE_LIFE)
	{
		range.next = nextval_internal(sequence, false);
		range.sequence = sequence;
		range.left = RANGE_SIZE;
		range.drawn = now;
	}
	range.left--;
	return range.next++;
}

AttrNumber
LogColumn(TupleDesc desc, const char *name)
{
	for (int i = 0; i < desc->natts; i++)
		if (strcmp(NameStr(TupleDescAttr(desc, i)->attname), name) == 0)
			return (AttrNumber)(i + 1);
	elog(ERROR, "the record of loads has no column \"%s\"", name);
}

Oid
LogIndexOn(Relation relation, const char *column)
{
	ListCell *cell;

	foreach (cell, RelationGetIndexList(relation))
		if (get_attnum(lfirst_oid(cell), column) == 1)
			return lfirst_oid(cell);
	elog(ERROR, "the record of loads has no index on \"%s\"", column);
}

/* A relation of the record; another's of the same name is none. */
static Oid
FindRelation(const char *name)
{
	Oid schema = get_namespace_oid(RECORD_SCHEMA, true);
	Oid relation = OidIsValid(schema) ? get_relname_relid(name, schema) : InvalidOid;

	ExtensionRequire();
	if (!OidIsValid(relation) || !ExtensionOwns(RelationRelationId, relation))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("relation \"%s.%s\" of the extension does not exist", RECORD_SCHEMA, name),
				errhint("Drop and create the extension sparkify_dwh; its tables are not for others "
						"to change."));
	return relation;
}
