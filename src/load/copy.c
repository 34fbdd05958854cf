/*
 * copy.c
 *		Runs a load from start to end.
 *
 *	source (feed) -> batch -> rows     -> [server conversion] -> bulk loader -> table
 *	                       -> rejected -> load log, up to MAXERROR
 *	                       -> objects  -> load log, progress
 *
 * All of a load lives in one memory context; what holds threads, files or
 * connections lives in a child of it that goes first, also after an error.
 */
#include "load/copy.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "compat.h"
#include "executor/spi.h"
#include "load/bulk_loader.h"
#include "load/column_plan.h"
#include "load/convert_server.h"
#include "stores/failure_report.h"
#include "record/extension.h"
#include "record/load_log.h"
#include "load/progress.h"
#include "stores/stores.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "portability/instr_time.h"
#include "copy_options/copy_options.h"
#include "storage/latch.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rls.h"
#include "utils/wait_event.h"

/* How much of a value an error context shows, in bytes. */
#define CONTEXT_VALUE_MAX 100

int LoadFractionText = FRACTION_17_DIGITS;
int LoadErrorView = LOAD_ERROR_VIEW_STL;

typedef struct Load
{
	/* parameters */
	Relation relation;
	const char *url;
	CopyOptions *options;
	ColumnPlan *plan;

	/* working state */
	LoadSource *source; /* in a context of its own */
	Feed *feed;			/* the source's */
	BulkLoader *loader;
	ServerConverter *converter;
	LoadLog *log;
	LoadSummary summary;
	int64 missing; /* objects of a manifest that are not there */
	int64 replaced_rows;
	instr_time start;

	LoadJob *job; /* NULL: none */

	/* for error messages */
	const RowBatch *batch; /* or NULL */
	const PackedRow *row;  /* that is being converted, or NULL */
} Load;

static LoadSummary last_load;

static void CheckStatement(const CopyStmt *stmt);
static Load *PrepareLoad(ParseState *pstate, const CopyStmt *stmt);
static void CheckTarget(Relation relation, const CopyStmt *stmt);
static void CheckRights(Relation relation, List *attnums);
static void BeginLoad(Load *load, MemoryContext sources);
static void RunLoad(Load *load);
static void WaitForFeed(Load *load);
static void TakeBatch(Load *load, const RowBatch *batch);
static void TakeRow(Load *load, const PackedRow *row);
static void RejectRow(Load *load, const PackedRow *row);
static void Reject(Load *load, const RejectedRecord *rejected);
static void TakeObjects(Load *load, const RowBatch *batch);
static void NoteLoaded(LoadJob *job, const FinishedObject *object);
static const char *ObjectUrl(const RowBatch *batch, uint32 object);
static void ShowProgress(Load *load);
static void CheckObjectsFound(Load *load);
static void FailLoad(Load *load, const Failure *failure);
static _Noreturn void FailRejected(Load *load);
static uint64 FinishLoad(Load *load);
static void ReportLoad(const Load *load);
static void AnalyzeTable(Relation relation);
static const char *ErrorViewName(void);
static void LoadErrorContext(void *arg);

/* Whether the statement is a load of ours: FROM 's3://...', not a program, not STDIN. */
bool
IsObjectCopy(const CopyStmt *stmt)
{
	return stmt->is_from && !stmt->is_program && stmt->filename != NULL &&
		   (IsStoreUrl(stmt->filename) || CopySourceRefused(stmt->filename) != NULL);
}

/* Runs the load; returns the number of rows. */
uint64
ExecuteObjectCopy(ParseState *pstate, const CopyStmt *stmt)
{
	return ExecuteJobCopy(pstate, stmt, NULL);
}

uint64
ExecuteJobCopy(ParseState *pstate, const CopyStmt *stmt, LoadJob *job)
{
	MemoryContext caller = CurrentMemoryContext, context, sources;
	volatile uint64 rows = 0;
	Load *load;

	CheckStatement(stmt);
	context = AllocSetContextCreate(caller, "load", ALLOCSET_DEFAULT_SIZES);
	sources = AllocSetContextCreate(context, "sources of a load", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		load = PrepareLoad(pstate, stmt);
		load->job = job;
		BeginLoad(load, sources);
		RunLoad(load);
		rows = FinishLoad(load);
	}
	PG_FINALLY();
	{
		/* no thread outlives the statement, however it ends */
		MemoryContextDelete(sources);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);

	return rows;
}

/* Returns what the last load of this session did; NULL when there was none. */
const LoadSummary *
LastLoad(void)
{
	return last_load.query_id != 0 ? &last_load : NULL;
}

/* Raises an error for what makes no sense before the table is looked at. */
static void
CheckStatement(const CopyStmt *stmt)
{
	PreventCommandDuringRecovery("COPY FROM");
	PreventCommandIfParallelMode("COPY FROM");
	if (CopySourceRefused(stmt->filename) != NULL)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("COPY from \"%s\" is not supported", CopySourceRefused(stmt->filename)),
				errhint(COPY_SOURCE_HINT));
	ExtensionRequire();
	if (GetDatabaseEncoding() != PG_UTF8)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("COPY from objects needs a database with encoding UTF8"));
	if (stmt->relation == NULL)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR), errmsg("COPY from objects needs a table"));
	if (stmt->whereClause != NULL)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("COPY from objects has no WHERE"),
				errhint("Load into a staging table and filter with INSERT ... SELECT."));
}

/* Opens and checks the table, reads the options and makes the plan. */
static Load *
PrepareLoad(ParseState *pstate, const CopyStmt *stmt)
{
	Load *load = palloc0(sizeof(Load));

	INSTR_TIME_SET_CURRENT(load->start);
	load->url = stmt->filename;
	load->options = CopyOptionsFromList(stmt->options);
	load->relation = table_openrv(stmt->relation, RowExclusiveLock);
	CheckTarget(load->relation, stmt);
	load->plan = ColumnPlanMake(load->relation, stmt->attlist, load->options, LoadFractionText);
	CheckRights(load->relation, load->plan->attnums);

	return load;
}

/* Raises an error unless COPY can write to this kind of relation. */
static void
CheckTarget(Relation relation, const CopyStmt *stmt)
{
	const char *name = RelationGetRelationName(relation);
	char kind = relation->rd_rel->relkind;

	/* temporary tables too: the record of the load is none */
	PreventCommandIfReadOnly("COPY FROM");
	if (kind == RELKIND_VIEW)
	{
		if (relation->trigdesc == NULL || !relation->trigdesc->trig_insert_instead_row)
			ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
					errmsg("cannot copy to view \"%s\"", name),
					errhint("To enable copying to a view, provide an INSTEAD OF INSERT trigger."));
	}
	else if (kind == RELKIND_FOREIGN_TABLE)
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("cannot copy objects to foreign table \"%s\"", name),
				errhint("Load into a table and use INSERT ... SELECT."));
	else if (kind == RELKIND_MATVIEW)
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("cannot copy to materialized view \"%s\"", name));
	else if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("cannot copy to non-table relation \"%s\"", name));
}

/* Raises an error unless the user may insert into the columns; refuses row-level security as COPY does. */
static void
CheckRights(Relation relation, List *attnums)
{
	ParseState *pstate = make_parsestate(NULL);

	CompatAddInsertTarget(pstate, relation, attnums);
	CompatCheckRangeTableRights(pstate);
	free_parsestate(pstate);
	if (check_enable_rls(RelationGetRelid(relation), InvalidOid, false) == RLS_ENABLED)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("COPY FROM not supported with row-level security"),
				errhint("Use INSERT statements instead."));
}

/* Opens the source, the record of the load and the table. */
static void
BeginLoad(Load *load, MemoryContext sources)
{
	static const char *const formats[] = {
		[FORMAT_DELIMITED] = "Text",
		[FORMAT_CSV] = "CSV",
		[FORMAT_FIXEDWIDTH] = "Text",
		[FORMAT_JSON] = "JSON",
	};
	MemoryContext caller = MemoryContextSwitchTo(sources);
	LoadLogConfig config = {.relation = load->relation,
							.plan = &load->plan->row,
							.source = load->url,
							.file_format = formats[load->options->format],
							.job_id = load->job != NULL ? load->job->id : 0};

	load->source = LoadSourceBegin(load->url, load->options, load->plan,
								   load->job != NULL ? &load->job->known : NULL);
	load->feed = LoadSourceFeed(load->source);
	MemoryContextSwitchTo(caller);
	load->log = LoadLogBegin(&config);
	load->loader = BulkLoaderBegin(load->relation, load->plan->attnums, load->plan->wire_is_table,
								   load->options->noload);
	if (!BulkLoaderTakesTuples(load->loader))
		load->converter = ServerConverterBegin(load->relation, load->plan);
	load->summary.query_id = LoadLogQueryId(load->log);
	load->summary.relid = RelationGetRelid(load->relation);
	ProgressBegin(load->summary.relid);
}

/* Takes batch after batch until the feed ends. */
static void
RunLoad(Load *load)
{
	ErrorContextCallback context = {
		.previous = error_context_stack, .callback = LoadErrorContext, .arg = load};
	FeedStatus status;
	Failure failure;
	RowBatch *batch;

	FailureInit(&failure);
	error_context_stack = &context;
	while ((status = FeedNext(load->feed, &batch, &failure)) != FEED_END)
	{
		if (status == FEED_FAILED)
			FailLoad(load, &failure);
		else if (status == FEED_WAIT)
			WaitForFeed(load);
		else
		{
			TakeBatch(load, batch);
			FeedRecycle(load->feed, batch);
		}

		CHECK_FOR_INTERRUPTS();
	}

	error_context_stack = context.previous;
	CheckObjectsFound(load);
}

/* Waits until the feed has something, or somebody wants us to stop. */
static void
WaitForFeed(Load *load)
{
	ShowProgress(load);
	(void)WaitLatchOrSocket(MyLatch, WL_LATCH_SET | WL_SOCKET_READABLE | WL_EXIT_ON_PM_DEATH,
							FeedWaitFd(load->feed), -1, PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
}

/* Takes a batch: its rows and rejected records in the order of the objects, then what became of those. */
static void
TakeBatch(Load *load, const RowBatch *batch)
{
	int next = 0;

	load->batch = batch;

	/* one more round than there are rows: records may be rejected behind the last one */
	for (int i = 0; i <= batch->nrows; i++)
	{
		while (next < batch->nrejected && (int)batch->rejected[next].before_row <= i)
			Reject(load, &batch->rejected[next++]);
		if (i < batch->nrows)
			TakeRow(load, &batch->rows[i]);
	}

	/* what is said to come before a row that isn't in this batch */
	while (next < batch->nrejected)
		Reject(load, &batch->rejected[next++]);

	/* before the batch goes back to the feed: the rows still lie in it */
	BulkLoaderFlush(load->loader);
	TakeObjects(load, batch);
	load->batch = NULL;
	ShowProgress(load);
}

/* Hands a row to the bulk loader, as it is or converted by the server. */
static void
TakeRow(Load *load, const PackedRow *row)
{
	TupleTableSlot *slot;
	MemoryContext caller;
	bool converted;

	if (load->converter == NULL)
	{
		BulkLoaderAddTuple(load->loader, row);
		return;
	}

	load->row = row;
	slot = BulkLoaderNextSlot(load->loader);
	caller = MemoryContextSwitchTo(BulkLoaderRowContext(load->loader));
	converted = ServerConverterConvert(load->converter, row, slot);
	MemoryContextSwitchTo(caller);
	if (converted)
		BulkLoaderAddSlot(load->loader, row);
	else
		RejectRow(load, row);
	load->row = NULL;
}

/* Rejects a row that a type's input function refused. */
static void
RejectRow(Load *load, const PackedRow *row)
{
	const ServerConversion *state = ServerConverterState(load->converter);
	bool super = load->plan->row.columns[state->column].kind == COLUMN_SUPER;
	RejectedRecord rejected = {
		.error = {.code = super ? LOAD_ERROR_SUPER : LOAD_ERROR_TYPE, .column = state->column},
		.object = row->object,
		.line = row->line,
		.raw = state->value,
		.raw_length = pg_mbcliplen(state->value, strlen(state->value), LOAD_RAW_MAX),
	};

	rejected.value = rejected.raw;
	rejected.value_length = rejected.raw_length;
	strlcpy(rejected.error.reason, state->reason, LOAD_REASON_MAX);
	Reject(load, &rejected);
}

/* Records a rejected record; the load fails when that was one too many. */
static void
Reject(Load *load, const RejectedRecord *rejected)
{
	LoadLogRejected(load->log, rejected, ObjectUrl(load->batch, rejected->object));
	if (load->options->ignore_all_errors ||
		LoadLogErrorCount(load->log) < Max(1, load->options->max_error))
		return;

	if (load->job != NULL && load->job->failed != NULL)
		load->job->failed->url = MemoryContextStrdup(load->job->failed->memory,
													 ObjectUrl(load->batch, rejected->object));
	FailRejected(load);
}

/* Records replaced characters and finished objects. */
static void
TakeObjects(Load *load, const RowBatch *batch)
{
	for (int i = 0; i < batch->nreplacements; i++)
		LoadLogReplacement(load->log, &batch->replacements[i],
						   ObjectUrl(batch, batch->replacements[i].object));
	for (int i = 0; i < batch->nfinished; i++)
	{
		LoadLogObject(load->log, &batch->finished[i]);
		if (load->job != NULL)
			NoteLoaded(load->job, &batch->finished[i]);
		load->missing += batch->finished[i].missing;
		load->summary.objects += !batch->finished[i].missing;
		load->summary.bytes += batch->finished[i].stored_bytes;
	}

	load->replaced_rows += batch->replaced_rows;
}

/* Notes what a COPY JOB has loaded, where it outlives the load. */
static void
NoteLoaded(LoadJob *job, const FinishedObject *object)
{
	MemoryContext caller = MemoryContextSwitchTo(job->memory);
	LoadedObject *loaded = palloc(sizeof(LoadedObject));

	loaded->url = pstrdup(object->url);
	loaded->etag = object->etag != NULL ? pstrdup(object->etag) : NULL;
	loaded->size = (int64)object->stored_bytes;
	loaded->modified = object->modified;
	job->loaded = lappend(job->loaded, loaded);
	MemoryContextSwitchTo(caller);
}

/* Returns the URL of an object that the batch names. */
static const char *
ObjectUrl(const RowBatch *batch, uint32 object)
{
	if (object < batch->first_object || object - batch->first_object >= (uint32)batch->nurls)
		return "";
	return batch->urls[object - batch->first_object];
}

/* Shows how far the load is. */
static void
ShowProgress(Load *load)
{
	uint64_t objects, bytes;
	bool complete;

	FeedTotals(load->feed, &objects, &bytes, &complete);
	ProgressUpdate(load->summary.bytes, bytes, BulkLoaderRows(load->loader),
				   LoadLogErrorCount(load->log));
}

/* Fails the load when there was no object at all. */
static void
CheckObjectsFound(Load *load)
{
	uint64_t objects, bytes;
	bool complete;

	FeedTotals(load->feed, &objects, &bytes, &complete);
	if (objects > (uint64_t)load->missing || load->job != NULL)
		return;

	LoadLogFail(load->log);
	if (load->options->manifest)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_FILE),
				errmsg("none of the objects of the manifest '%s' exists", load->url));
	ereport(ERROR, errcode(ERRCODE_UNDEFINED_FILE),
			errmsg("The specified S3 prefix '%s' does not exist",
				   load->url + strcspn(load->url + strlen("s3://"), "/") + strlen("s3://") +
					   (strchr(load->url + strlen("s3://"), '/') != NULL ? 1 : 0)),
			errdetail("No object's key begins with it: \"%s\".", load->url));
}

/* Fails the load because its objects can't be read. */
static void
FailLoad(Load *load, const Failure *failure)
{
	CHECK_FOR_INTERRUPTS();
	LoadLogFail(load->log);
	if (load->options->manifest && failure->code == FAILURE_NOT_FOUND)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_FILE),
				errmsg("Mandatory url is not present in manifest file"),
				errdetail("%s.", failure->message));
	ReportFailure(failure);
}

/* Fails the load because of its rejected records, in Redshift's words. */
static void
FailRejected(Load *load)
{
	char *detail = LoadLogFirstErrorDetail(load->log);

	load->row = NULL;
	load->batch = NULL;
	LoadLogFail(load->log);
	ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR),
			errmsg("Load into table '%s' failed.  Check '%s' system table for details.",
				   RelationGetRelationName(load->relation), ErrorViewName()),
			detail != NULL ? errdetail_internal("%s", detail) : 0);
}

/* Ends a load that has read everything: indexes and triggers, messages, record. */
static uint64
FinishLoad(Load *load)
{
	uint64 rows = BulkLoaderEnd(load->loader);
	instr_time now;

	if (load->options->noload)
		rows = 0;
	if (load->job != NULL && !load->job->known.is_listed)
		load->job->learned = LoadSourceLearned(load->source, load->job->memory);
	load->summary.rows = rows;
	load->summary.rejected = LoadLogErrorCount(load->log);
	ProgressEnd();
	if (load->options->stat_update == COPY_SWITCH_ON && !load->options->noload)
		AnalyzeTable(load->relation);
	LoadLogComplete(load->log, rows);
	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, load->start);
	load->summary.elapsed_us = INSTR_TIME_GET_MICROSEC(now);
	last_load = load->summary;
	ReportLoad(load);
	table_close(load->relation, NoLock);

	return rows;
}

/* Says what the load did, in Redshift's words (AWS: r_COPY_command_examples). */
static void
ReportLoad(const Load *load)
{
	const char *name = RelationGetRelationName(load->relation);

	ereport(INFO, errmsg("Load into table '%s' completed, %lld record(s) loaded successfully.",
						 name, (long long)load->summary.rows));
	if (load->summary.rejected > 0)
		ereport(INFO, errmsg("Load into table '%s' completed, %lld record(s) could not be loaded.  "
							 "Check '%s' system table for details.",
							 name, (long long)load->summary.rejected, ErrorViewName()));
	if (load->replaced_rows > 0)
		ereport(INFO, errmsg("Load into table '%s' completed, %lld record(s) were loaded with "
							 "replacements made for ACCEPTINVCHARS.  "
							 "Check 'stl_replacements' system table for details.",
							 name, (long long)load->replaced_rows));
	if (load->options->noload)
		ereport(NOTICE, errmsg("NOLOAD: %lld record(s) would have been loaded",
							   (long long)BulkLoaderRows(load->loader)));
}

/* Collects statistics of the table (STATUPDATE ON), with the rights of the user. */
static void
AnalyzeTable(Relation relation)
{
	char *schema = get_namespace_name(RelationGetNamespace(relation));

	CommandCounterIncrement();
	SPI_connect();
	if (SPI_execute(psprintf("ANALYZE %s",
							 quote_qualified_identifier(schema, RelationGetRelationName(relation))),
					false, 0) < 0)
		elog(ERROR, "could not analyze relation \"%s\"", RelationGetRelationName(relation));
	SPI_finish();
}

/* Returns the name of the view that the messages send the user to. */
static const char *
ErrorViewName(void)
{
	return LoadErrorView == LOAD_ERROR_VIEW_SYS ? "sys_load_error_detail" : "stl_load_errors";
}

/* Says which row an error belongs to. */
static void
LoadErrorContext(void *arg)
{
	const Load *load = arg;
	const PackedRow *row = load->row != NULL ? load->row : BulkLoaderCurrentRow(load->loader);
	const ServerConversion *state =
		load->converter != NULL ? ServerConverterState(load->converter) : NULL;
	const char *table = RelationGetRelationName(load->relation);

	/* between batches there is no row that an error could belong to */
	if (row == NULL || load->batch == NULL)
		return;

	/* no value at hand, as while an index is filled */
	if (state == NULL || state->column < 0)
		errcontext("COPY %s, object \"%s\", line %llu", table, ObjectUrl(load->batch, row->object),
				   (unsigned long long)row->line);
	else if (state->value == NULL)
		errcontext("COPY %s, object \"%s\", line %llu, column \"%s\"", table,
				   ObjectUrl(load->batch, row->object), (unsigned long long)row->line,
				   load->plan->names[state->column]);
	else
		errcontext("COPY %s, object \"%s\", line %llu, column \"%s\": \"%.*s\"", table,
				   ObjectUrl(load->batch, row->object), (unsigned long long)row->line,
				   load->plan->names[state->column],
				   pg_mbcliplen(state->value, strlen(state->value), CONTEXT_VALUE_MAX),
				   state->value);
}
