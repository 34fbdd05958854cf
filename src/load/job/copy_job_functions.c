/*
 * copy_job_functions.c
 *		COPY JOBs as SQL functions: what the dialect makes of COPY ... JOB CREATE and of
 *		COPY JOB RUN, ALTER and DROP.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"

#include "copy_options/copy_options.h"
#include "load/job/copy_job.h"
#include "load/job/copy_job_catalog.h"
#include "load/job/copy_job_worker.h"
#include "record/log_table.h"
#include "stores/store_listing.h"

PG_FUNCTION_INFO_V1(sparkify_copy_job_create);
PG_FUNCTION_INFO_V1(sparkify_copy_job_run);
PG_FUNCTION_INFO_V1(sparkify_copy_job_alter);
PG_FUNCTION_INFO_V1(sparkify_copy_job_drop);

static void CheckOptions(const CopyStmt *stmt);
static CopyJob *FindOwn(const char *name);

/* Creates a job: (name, is_auto, COPY in PostgreSQL's spelling). */
Datum
sparkify_copy_job_create(PG_FUNCTION_ARGS)
{
	CopyJob job = {.name = text_to_cstring(PG_GETARG_TEXT_PP(0)),
				   .owner = GetUserId(),
				   .copy = text_to_cstring(PG_GETARG_TEXT_PP(2)),
				   .is_auto = PG_GETARG_BOOL(1)};
	CopyStmt *stmt = CopyJobParse(job.copy);
	CopyOptions *options = CopyOptionsFromList(stmt->options);
	AclResult right;
	StoreListing there;

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
	there = (StoreListing){.url = stmt->filename,
						   .region = options->region,
						   .iam_role = options->iam_role,
						   .limit = INT_MAX};
	StoreListObjects(&there);
	JobCatalogAddObjects(job.id, there.objects, JOB_OBJECT_BEFORE, NULL);
	if (there.learned != NULL)
		JobCatalogSetDirectories(job.id, there.learned);
	if (job.is_auto)
		CopyJobWorkerStart(MyDatabaseId);
	PG_RETURN_VOID();
}

/* Runs a job: (name); returns the rows. */
Datum
sparkify_copy_job_run(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(CopyJobRun(FindOwn(text_to_cstring(PG_GETARG_TEXT_PP(0))), NULL));
}

/* Makes a job automatic, or not: (name, is_auto). */
Datum
sparkify_copy_job_alter(PG_FUNCTION_ARGS)
{
	CopyJob *job = FindOwn(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	bool is_auto = PG_GETARG_BOOL(1);

	CopyJobSetAuto(job, is_auto);
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
