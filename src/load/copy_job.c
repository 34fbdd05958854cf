/*
 * copy_job.c
 *		COPY JOBs as SQL functions: what the dialect makes of COPY ... JOB CREATE and of
 *		COPY JOB RUN, ALTER and DROP.
 *
 * As documented by AWS (r_COPY-JOB): an object is known by its name and loaded once; what was there
 * before the job isn't loaded; MAXERROR, IGNOREALLERRORS, MANIFEST and access keys don't go with a
 * job; its name has no hyphen.  Not documented, chosen because a half-done run can't be told from
 * a whole one: a run loads all new objects or none, and the next one tries again.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "copy_options/copy_options.h"
#include "load/copy.h"
#include "load/copy_job.h"
#include "load/copy_job_catalog.h"
#include "load/copy_job_worker.h"
#include "record/log_table.h"
#include "stores/stores.h"

PG_FUNCTION_INFO_V1(sparkify_copy_job_create);
PG_FUNCTION_INFO_V1(sparkify_copy_job_run);
PG_FUNCTION_INFO_V1(sparkify_copy_job_alter);
PG_FUNCTION_INFO_V1(sparkify_copy_job_drop);

static CopyStmt *ParseCopyText(const char *copy);
static void CheckOptions(const CopyStmt *stmt);
static CopyJob *FindOwn(const char *name);
static void LockJob(int64 id);
static int64 RunCopy(const CopyStmt *stmt, LoadJob *run);

/* Creates a job: (name, is_auto, COPY in PostgreSQL's spelling). */
Datum
sparkify_copy_job_create(PG_FUNCTION_ARGS)
{
	CopyJob job = {.name = text_to_cstring(PG_GETARG_TEXT_PP(0)),
				   .owner = GetUserId(),
				   .copy = text_to_cstring(PG_GETARG_TEXT_PP(2)),
				   .is_auto = PG_GETARG_BOOL(1)};
	CopyStmt *stmt = ParseCopyText(job.copy);
	CopyOptions *options = CopyOptionsFromList(stmt->options);
	AclResult right;

	CheckOptions(stmt);
	if (CopyJobFind(job.name) != NULL)
		ereport(ERROR, errcode(ERRCODE_DUPLICATE_OBJECT),
				errmsg("copy job \"%s\" already exists", job.name));
	job.table = RangeVarGetRelid(stmt->relation, AccessShareLock, false);
	right = pg_class_aclcheck(job.table, GetUserId(), ACL_INSERT);
	if (right != ACLCHECK_OK)
		aclcheck_error(right, OBJECT_TABLE, get_rel_name(job.table));

	/* What is there now is not the job's to load. */
	job.id = LogNextQueryId();
	JobCatalogInsert(&job, stmt->filename, options->iam_role);
	JobCatalogAddObjects(
		job.id, StoreListObjects(stmt->filename, options->region, options->iam_role), false, 0);
	if (job.is_auto)
		CopyJobWorkerStart(MyDatabaseId);
	PG_RETURN_VOID();
}

/* Runs a job: (name); returns the rows. */
Datum
sparkify_copy_job_run(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(CopyJobRun(FindOwn(text_to_cstring(PG_GETARG_TEXT_PP(0)))));
}

/* Makes a job automatic, or not: (name, is_auto). */
Datum
sparkify_copy_job_alter(PG_FUNCTION_ARGS)
{
	CopyJob *job = FindOwn(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	bool is_auto = PG_GETARG_BOOL(1);

	LockJob(job->id);
	JobCatalogSetAuto(job, is_auto);
	if (is_auto)
		CopyJobWorkerStart(MyDatabaseId);
	PG_RETURN_VOID();
}

/* Drops a job: (name). */
Datum
sparkify_copy_job_drop(PG_FUNCTION_ARGS)
{
	CopyJobDrop(FindOwn(text_to_cstring(PG_GETARG_TEXT_PP(0))));
	PG_RETURN_VOID();
}

CopyJob *
CopyJobFind(const char *name)
{
	ListCell *cell;

	foreach (cell, JobCatalogRead())
		if (strcmp(((CopyJob *)lfirst(cell))->name, name) == 0)
			return lfirst(cell);
	return NULL;
}

uint64
CopyJobRun(const CopyJob *job)
{
	CopyStmt *stmt = ParseCopyText(job->copy);
	char *table = get_rel_name(job->table);
	LoadJob run = {.id = job->id, .memory = CurrentMemoryContext};
	int64 query_id;

	if (table == NULL)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("the table of copy job \"%s\" does not exist", job->name),
				errhint("Drop the job: COPY JOB DROP %s.", quote_identifier(job->name)));

	/* The table is the one that the job was made for, whatever the search_path is now. */
	stmt->relation = makeRangeVar(get_namespace_name(get_rel_namespace(job->table)), table, -1);
	LockJob(job->id);
	run.known = JobCatalogObjects(job->id, &run.nknown);
	query_id = RunCopy(stmt, &run);
	JobCatalogAddObjects(job->id, run.loaded, true, query_id);
	return run.rows;
}

void
CopyJobDrop(const CopyJob *job)
{
	LockJob(job->id);
	JobCatalogDelete(job);
}

List *
CopyJobsAuto(void)
{
	List *jobs = NIL;
	ListCell *cell;

	foreach (cell, JobCatalogRead())
		if (((CopyJob *)lfirst(cell))->is_auto)
			jobs = lappend(jobs, lfirst(cell));
	return jobs;
}

/* The one COPY of a text. */
static CopyStmt *
ParseCopyText(const char *copy)
{
	List *parsed = pg_parse_query(copy);

	if (list_length(parsed) != 1 || !IsA(linitial_node(RawStmt, parsed)->stmt, CopyStmt) ||
		!IsObjectCopy((CopyStmt *)linitial_node(RawStmt, parsed)->stmt))
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("a copy job takes one COPY from an object store"));
	return (CopyStmt *)linitial_node(RawStmt, parsed)->stmt;
}

/* Raises an error for options that AWS doesn't let go with a job. */
static void
CheckOptions(const CopyStmt *stmt)
{
	static const char *const refused[] = {"maxerror",	  "ignoreallerrors", "manifest",
										  "credentials",  "access_key_id",	 "secret_access_key",
										  "session_token"};
	CopyOptions *options = CopyOptionsFromList(stmt->options);
	ListCell *cell;

	foreach (cell, stmt->options)
		for (int i = 0; i < (int)lengthof(refused); i++)
			if (strcmp(lfirst_node(DefElem, cell)->defname, refused[i]) == 0)
				ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("COPY JOB does not support the option %s",
							   asc_toupper(refused[i], strlen(refused[i]))));
	if (options->iam_role == NULL || strcmp(options->iam_role, "default") == 0)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("COPY JOB needs an IAM role by its ARN"),
				errhint("Write IAM_ROLE 'arn:aws:iam::123456789012:role/name'."));
}

/* A job of the current user's. */
static CopyJob *
FindOwn(const char *name)
{
	CopyJob *job = CopyJobFind(name);

	if (job == NULL)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("copy job \"%s\" does not exist", name));
	if (!has_privs_of_role(GetUserId(), job->owner))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("permission denied for copy job \"%s\"", name));
	return job;
}

/* Keeps others from running or changing the job until the transaction ends. */
static void
LockJob(int64 id)
{
	LOCKTAG tag;

	/* As pg_advisory_xact_lock() of one key in the extension's own class. */
	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32)(id >> 32) ^ ExtensionRelationId, (uint32)id,
						 2);
	(void)LockAcquire(&tag, ExclusiveLock, false, false);
}

/* Loads what is new; returns the id of the load. */
static int64
RunCopy(const CopyStmt *stmt, LoadJob *run)
{
	ParseState *pstate = make_parsestate(NULL);

	run->rows = ExecuteJobCopy(pstate, stmt, run);
	free_parsestate(pstate);
	return LastLoad()->query_id;
}
