/*
 * copy_job_catalog.c
 *		The tables behind COPY JOBs.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "load/job/copy_job_catalog.h"
#include "record/log_table.h"
#include "stores/store_listing.h"

/* The columns of copy_job, in order. */
enum
{
	JOB_ID,
	JOB_NAME,
	JOB_OWNER,
	JOB_TABLE,
	JOB_SOURCE,
	JOB_ROLE,
	JOB_TEXT,
	JOB_AUTO,
	JOB_CREATED,
	JOB_HAS_FAILED,
	JOB_COLUMNS
};

/* The columns of copy_job_object, in order. */
enum
{
	OBJECT_JOB,
	OBJECT_URL,
	OBJECT_STATUS,
	OBJECT_QUERY,
	OBJECT_NOTED,
	OBJECT_MESSAGE,
	OBJECT_SIZE,
	OBJECT_ETAG,
	OBJECT_MODIFIED,
	OBJECT_COLUMNS
};

/* The columns of copy_job_directories, in order. */
enum
{
	DIRECTORIES_JOB,
	DIRECTORIES_MARKS,
	DIRECTORIES_COLUMNS
};

/* Microseconds from 1970, where times of stores begin, to 2000, where PostgreSQL's do. */
#define UNIX_TO_POSTGRES ((int64)(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

/* Rows of copy_job_object being written: what is the same of all stands in values. */
typedef struct ObjectWriting
{
	Relation relation;
	CatalogIndexState indexes;
	Datum values[OBJECT_COLUMNS];
	bool nulls[OBJECT_COLUMNS];
} ObjectWriting;

static void SetFlag(int64 job_id, int column, bool value);
static ObjectWriting BeginObjects(int64 job_id, JobObjectStatus status);
static void WriteObject(ObjectWriting *writing, const char *url);
static void EndObjects(ObjectWriting *writing);
static CopyJob *ReadJob(HeapTuple tuple, TupleDesc desc);
static HeapTuple FindTuple(Relation relation, int64 id, SysScanDesc *scan);
static JobObjectStatus StatusOf(HeapTuple tuple, TupleDesc desc);

void
JobCatalogInsert(const CopyJob *job, const char *source, const char *iam_role)
{
	Relation relation = LogTableOpen(LOG_COPY_JOB, RowExclusiveLock);
	Datum values[JOB_COLUMNS] = {0};
	bool nulls[JOB_COLUMNS] = {0};

	values[JOB_ID] = Int64GetDatum(job->id);
	values[JOB_NAME] = CStringGetTextDatum(job->name);
	values[JOB_OWNER] = ObjectIdGetDatum(job->owner);
	values[JOB_TABLE] = ObjectIdGetDatum(job->table);
	values[JOB_SOURCE] = CStringGetTextDatum(source);
	values[JOB_ROLE] = CStringGetTextDatum(iam_role);
	values[JOB_TEXT] = CStringGetTextDatum(job->copy);
	values[JOB_AUTO] = BoolGetDatum(job->is_auto);
	values[JOB_CREATED] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[JOB_HAS_FAILED] = BoolGetDatum(false);
	CatalogTupleInsert(relation, heap_form_tuple(RelationGetDescr(relation), values, nulls));
	table_close(relation, RowExclusiveLock);
	CommandCounterIncrement();
}

void
JobCatalogSetAuto(const CopyJob *job, bool is_auto)
{
	SetFlag(job->id, JOB_AUTO, is_auto);
}

bool
JobCatalogHasFailed(int64 job_id)
{
	Relation relation = LogTableOpen(LOG_COPY_JOB, AccessShareLock);
	SysScanDesc scan;
	HeapTuple tuple = FindTuple(relation, job_id, &scan);
	bool isnull, has_failed = false;

	if (HeapTupleIsValid(tuple))
		has_failed = DatumGetBool(
			heap_getattr(tuple, JOB_HAS_FAILED + 1, RelationGetDescr(relation), &isnull));
	systable_endscan(scan);
	table_close(relation, AccessShareLock);

	return has_failed;
}

void
JobCatalogDelete(const CopyJob *job)
{
	static const LogTable tables[] = {LOG_COPY_JOB_DIRECTORIES, LOG_COPY_JOB_OBJECT, LOG_COPY_JOB};

	for (int i = 0; i < (int)lengthof(tables); i++)
	{
		Relation relation = LogTableOpen(tables[i], RowExclusiveLock);
		SysScanDesc scan;
		HeapTuple tuple = FindTuple(relation, job->id, &scan);

		for (; HeapTupleIsValid(tuple); tuple = systable_getnext(scan))
		{
			CatalogTupleDelete(relation, &tuple->t_self);
			CHECK_FOR_INTERRUPTS();
		}

		systable_endscan(scan);
		table_close(relation, RowExclusiveLock);
	}

	CommandCounterIncrement();
}

List *
JobCatalogRead(void)
{
	Relation relation = LogTableOpen(LOG_COPY_JOB, AccessShareLock);
	SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, NULL, 0, NULL);
	List *jobs = NIL;
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		jobs = lappend(jobs, ReadJob(tuple, RelationGetDescr(relation)));
	systable_endscan(scan);
	table_close(relation, AccessShareLock);

	return jobs;
}

void
JobCatalogAddLoaded(int64 job_id, List *objects, int64 query_id)
{
	ObjectWriting writing = BeginObjects(job_id, JOB_OBJECT_LOADED);
	ListCell *cell;

	writing.values[OBJECT_QUERY] = Int64GetDatum(query_id);
	foreach (cell, objects)
	{
		const LoadedObject *object = lfirst(cell);
		int length = object->etag != NULL ? strlen(object->etag) : 0;
		bool is_quoted = length > 1 && object->etag[0] == '"' && object->etag[length - 1] == '"';

		/* HTTP's quotes are no part of what S3 and AWS's view call an ETag */
		writing.values[OBJECT_SIZE] = Int64GetDatum(object->size);
		writing.values[OBJECT_ETAG] =
			object->etag == NULL
				? (Datum)0
				: PointerGetDatum(cstring_to_text_with_len(object->etag + (is_quoted ? 1 : 0),
														   length - (is_quoted ? 2 : 0)));
		writing.nulls[OBJECT_QUERY] = writing.nulls[OBJECT_SIZE] = false;
		writing.nulls[OBJECT_ETAG] = object->etag == NULL;
		writing.values[OBJECT_MODIFIED] = TimestampTzGetDatum(object->modified - UNIX_TO_POSTGRES);
		writing.nulls[OBJECT_MODIFIED] = object->modified == 0;
		WriteObject(&writing, object->url);
	}

	EndObjects(&writing);
}

void
JobCatalogAddObjects(int64 job_id, List *objects, JobObjectStatus status, const char *message)
{
	ObjectWriting writing = BeginObjects(job_id, status);
	ListCell *cell;

	if (message != NULL)
		writing.values[OBJECT_MESSAGE] = CStringGetTextDatum(message);
	writing.nulls[OBJECT_MESSAGE] = message == NULL;
	foreach (cell, objects)
		WriteObject(&writing, ((const StoredObject *)lfirst(cell))->url);
	EndObjects(&writing);
	if (status == JOB_OBJECT_FAILED)
		SetFlag(job_id, JOB_HAS_FAILED, true);
}

void
JobCatalogForgetFailed(int64 job_id)
{
	Relation relation = LogTableOpen(LOG_COPY_JOB_OBJECT, RowExclusiveLock);
	TupleDesc desc = RelationGetDescr(relation);
	SysScanDesc scan;
	HeapTuple tuple = FindTuple(relation, job_id, &scan);

	for (; HeapTupleIsValid(tuple); tuple = systable_getnext(scan))
	{
		if (StatusOf(tuple, desc) == JOB_OBJECT_FAILED)
			CatalogTupleDelete(relation, &tuple->t_self);
		CHECK_FOR_INTERRUPTS();
	}

	systable_endscan(scan);
	table_close(relation, RowExclusiveLock);
	SetFlag(job_id, JOB_HAS_FAILED, false);
}

/* The index has them in the order of their bytes, which saves sorting a long history every night. */
JobObjects
JobCatalogObjects(int64 job_id, bool and_failed)
{
	Relation relation = LogTableOpen(LOG_COPY_JOB_OBJECT, AccessShareLock);
	Relation index = index_open(LogIndexOn(relation, "job_id"), AccessShareLock);
	TupleDesc desc = RelationGetDescr(relation);
	int room = 1024;
	JobObjects objects = {.urls = palloc(room * sizeof(char *))};
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(job_id));
	scan = systable_beginscan_ordered(relation, index, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext_ordered(scan, ForwardScanDirection)))
	{
		bool isnull;
		Datum url = heap_getattr(tuple, OBJECT_URL + 1, desc, &isnull);

		CHECK_FOR_INTERRUPTS();
		if (!and_failed && StatusOf(tuple, desc) == JOB_OBJECT_FAILED)
			continue;
		if (objects.count == room)
		{
			room *= 2;
			objects.urls = repalloc_huge(objects.urls, (Size)room * sizeof(char *));
		}

		objects.urls[objects.count++] = TextDatumGetCString(url);
	}

	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	table_close(relation, AccessShareLock);

	return objects;
}

List *
JobCatalogUnknown(int64 job_id, List *objects)
{
	Relation relation = LogTableOpen(LOG_COPY_JOB_OBJECT, AccessShareLock);
	Oid index = LogIndexOn(relation, "job_id");
	List *unknown = NIL;
	ListCell *cell;

	foreach (cell, objects)
	{
		StoredObject *object = lfirst(cell);
		ScanKeyData keys[2];
		SysScanDesc scan;

		CHECK_FOR_INTERRUPTS();
		ScanKeyInit(&keys[0], OBJECT_JOB + 1, BTEqualStrategyNumber, F_INT8EQ,
					Int64GetDatum(job_id));
		ScanKeyInit(&keys[1], OBJECT_URL + 1, BTEqualStrategyNumber, F_TEXTEQ,
					CStringGetTextDatum(object->url));
		scan = systable_beginscan(relation, index, true, NULL, lengthof(keys), keys);
		if (!HeapTupleIsValid(systable_getnext(scan)))
			unknown = lappend(unknown, object);
		systable_endscan(scan);
	}

	table_close(relation, AccessShareLock);

	return unknown;
}

bytea *
JobCatalogDirectories(int64 job_id)
{
	Relation relation = LogTableOpen(LOG_COPY_JOB_DIRECTORIES, AccessShareLock);
	SysScanDesc scan;
	HeapTuple tuple = FindTuple(relation, job_id, &scan);
	bytea *directories = NULL;

	if (HeapTupleIsValid(tuple))
	{
		bool isnull;
		Datum marks =
			heap_getattr(tuple, DIRECTORIES_MARKS + 1, RelationGetDescr(relation), &isnull);

		directories = DatumGetByteaPCopy(marks);
	}

	systable_endscan(scan);
	table_close(relation, AccessShareLock);

	return directories;
}

void
JobCatalogSetDirectories(int64 job_id, bytea *directories)
{
	Relation relation = LogTableOpen(LOG_COPY_JOB_DIRECTORIES, RowExclusiveLock);
	Datum values[DIRECTORIES_COLUMNS] = {[DIRECTORIES_JOB] = Int64GetDatum(job_id),
										 [DIRECTORIES_MARKS] = PointerGetDatum(directories)};
	bool nulls[DIRECTORIES_COLUMNS] = {0};
	SysScanDesc scan;
	HeapTuple old = FindTuple(relation, job_id, &scan);
	HeapTuple tuple = heap_form_tuple(RelationGetDescr(relation), values, nulls);

	if (HeapTupleIsValid(old))
		CatalogTupleUpdate(relation, &old->t_self, tuple);
	else
		CatalogTupleInsert(relation, tuple);
	systable_endscan(scan);
	table_close(relation, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Changes a column of a job that is true or false. */
static void
SetFlag(int64 job_id, int column, bool value)
{
	Relation relation = LogTableOpen(LOG_COPY_JOB, RowExclusiveLock);
	Datum values[JOB_COLUMNS] = {0};
	bool nulls[JOB_COLUMNS] = {0}, replace[JOB_COLUMNS] = {0};
	SysScanDesc scan;
	HeapTuple tuple = FindTuple(relation, job_id, &scan);

	values[column] = BoolGetDatum(value);
	replace[column] = true;
	if (HeapTupleIsValid(tuple))
	{
		HeapTuple changed =
			heap_modify_tuple(tuple, RelationGetDescr(relation), values, nulls, replace);

		CatalogTupleUpdate(relation, &changed->t_self, changed);
	}

	systable_endscan(scan);
	table_close(relation, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Opens the table of objects for rows of one status. */
static ObjectWriting
BeginObjects(int64 job_id, JobObjectStatus status)
{
	ObjectWriting writing = {.relation = LogTableOpen(LOG_COPY_JOB_OBJECT, RowExclusiveLock)};

	writing.indexes = CatalogOpenIndexes(writing.relation);
	writing.values[OBJECT_JOB] = Int64GetDatum(job_id);
	writing.values[OBJECT_STATUS] = CharGetDatum((char)status);
	writing.values[OBJECT_NOTED] = TimestampTzGetDatum(GetCurrentTimestamp());

	/* what isn't told of each object */
	writing.nulls[OBJECT_QUERY] = writing.nulls[OBJECT_MESSAGE] = true;
	writing.nulls[OBJECT_SIZE] = writing.nulls[OBJECT_ETAG] = true;
	writing.nulls[OBJECT_MODIFIED] = true;

	return writing;
}

/* Writes an object's row. */
static void
WriteObject(ObjectWriting *writing, const char *url)
{
	HeapTuple tuple;

	writing->values[OBJECT_URL] = CStringGetTextDatum(url);
	tuple = heap_form_tuple(RelationGetDescr(writing->relation), writing->values, writing->nulls);
	CatalogTupleInsertWithInfo(writing->relation, tuple, writing->indexes);
	heap_freetuple(tuple);
	pfree(DatumGetPointer(writing->values[OBJECT_URL]));
	CHECK_FOR_INTERRUPTS();
}

/* Closes the table; what was written can be seen. */
static void
EndObjects(ObjectWriting *writing)
{
	CatalogCloseIndexes(writing->indexes);
	table_close(writing->relation, RowExclusiveLock);
	CommandCounterIncrement();
}

/* A row of copy_job. */
static CopyJob *
ReadJob(HeapTuple tuple, TupleDesc desc)
{
	CopyJob *job = palloc(sizeof(CopyJob));
	Datum values[JOB_COLUMNS];
	bool nulls[JOB_COLUMNS];

	Assert(desc->natts == JOB_COLUMNS);
	heap_deform_tuple(tuple, desc, values, nulls);
	job->id = DatumGetInt64(values[JOB_ID]);
	job->name = TextDatumGetCString(values[JOB_NAME]);
	job->owner = DatumGetObjectId(values[JOB_OWNER]);
	job->table = DatumGetObjectId(values[JOB_TABLE]);
	job->copy = TextDatumGetCString(values[JOB_TEXT]);
	job->is_auto = DatumGetBool(values[JOB_AUTO]);

	return job;
}

/* The first row of a job in either table, of which its id is the first column; the scan is the caller's. */
static HeapTuple
FindTuple(Relation relation, int64 id, SysScanDesc *scan)
{
	ScanKeyData key;

	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(id));
	*scan = systable_beginscan(relation, LogIndexOn(relation, "job_id"), true, NULL, 1, &key);
	return systable_getnext(*scan);
}

/* What a job knows of the object of a row. */
static JobObjectStatus
StatusOf(HeapTuple tuple, TupleDesc desc)
{
	bool isnull;

	return DatumGetChar(heap_getattr(tuple, OBJECT_STATUS + 1, desc, &isnull));
}
