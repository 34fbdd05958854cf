/*
 * copy_job.c
 *		COPY JOBs: finding, running and dropping them.
 *
 * As documented by AWS (r_COPY-JOB): an object is known by its name and loaded once; what was there
 * before the job isn't loaded; MAXERROR, IGNOREALLERRORS, MANIFEST and access keys don't go with a
 * job; its name has no hyphen.  An object that an automatic run could not load is skipped by later
 * automatic runs (SYS_COPY_JOB_DETAIL); COPY JOB RUN tries it again.  Not documented, chosen because
 * a half-done run can't be told from a whole one: a run loads all new objects or none.
 */
#include "postgres.h"

#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "load/copy.h"
#include "load/job/copy_job.h"
#include "load/job/copy_job_catalog.h"
#include "stores/known_directories.h"
#include "stores/store_listing.h"

/* So many names are read in the time of a look-up. */
#define NAMES_A_LOOK_UP 8

static void LockJob(int64 id);
static bool ListNew(const CopyStmt *stmt, LoadJob *run);
static int64 RunCopy(const CopyStmt *stmt, LoadJob *run);

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
CopyJobRun(const CopyJob *job, FailedObject *failed)
{
	CopyStmt *stmt = CopyJobParse(job->copy);
	char *table = get_rel_name(job->table);
	bool has_failed;
	LoadJob run = {.id = job->id, .failed = failed, .memory = CurrentMemoryContext};
	int64 query_id;

	if (table == NULL)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("the table of copy job \"%s\" does not exist", job->name),
				errhint("Drop the job: COPY JOB DROP %s.", quote_identifier(job->name)));

	/* The table is the one that the job was made for, whatever the search_path is now. */
	stmt->relation = makeRangeVar(get_namespace_name(get_rel_namespace(job->table)), table, -1);
	LockJob(job->id);
	has_failed = JobCatalogHasFailed(job->id);

	/* by hand, what failed before is looked for again, and where it lies */
	if (failed != NULL || !has_failed)
		run.known.directories = JobCatalogDirectories(job->id);
	if (!ListNew(stmt, &run))
	{
		JobObjects known = JobCatalogObjects(job->id, failed != NULL);

		run.known.urls = known.urls;
		run.known.nurls = known.count;
	}

	query_id = RunCopy(stmt, &run);

	/* What failed before is loaded now, or gone. */
	if (failed == NULL && has_failed)
		JobCatalogForgetFailed(job->id);
	JobCatalogAddLoaded(job->id, run.loaded, query_id);
	if (run.learned != NULL)
		JobCatalogSetDirectories(job->id, run.learned);

	return run.rows;
}

void
CopyJobPassOver(const CopyJob *job, const char *url, const char *message)
{
	StoredObject object = {.url = (char *)url};

	LockJob(job->id);
	JobCatalogAddObjects(job->id, list_make1(&object), JOB_OBJECT_FAILED, message);
}

void
CopyJobSetAuto(const CopyJob *job, bool is_auto)
{
	LockJob(job->id);
	JobCatalogSetAuto(job, is_auto);
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
CopyStmt *
CopyJobParse(const char *copy)
{
	List *parsed = pg_parse_query(copy);

	if (list_length(parsed) != 1 || !IsA(linitial_node(RawStmt, parsed)->stmt, CopyStmt) ||
		!IsObjectCopy((CopyStmt *)linitial_node(RawStmt, parsed)->stmt))
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("a copy job takes one COPY from an object store"));
	return (CopyStmt *)linitial_node(RawStmt, parsed)->stmt;
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

/*
 * Lists what is new, where most directories are known and the rest has few objects: to look each
 * of them up is cheaper then than to read all names that the job knows.  False where it isn't.
 */
static bool
ListNew(const CopyStmt *stmt, LoadJob *run)
{
	const CopyOptions *options = CopyOptionsFromList(stmt->options);
	const bytea *known = run->known.directories;
	StoreListing listing = {
		.url = stmt->filename,
		.region = options->region,
		.iam_role = options->iam_role,
		.known = known,
	};

	/* there is at least a name in each of the directories */
	listing.limit = known != NULL ? KnownDirectoriesCount(known) / NAMES_A_LOOK_UP : 0;
	if (listing.limit == 0)
		return false;

	StoreListObjects(&listing);
	if (!listing.is_whole)
		return false;

	run->known.is_listed = true;
	run->known.objects = JobCatalogUnknown(run->id, listing.objects);
	run->learned = listing.learned;

	return true;
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
