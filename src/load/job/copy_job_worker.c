/*
 * copy_job_worker.c
 *		Background workers that run the automatic COPY JOBs.
 *
 * No worker runs anybody's SQL with rights that aren't theirs: the launcher and the scheduler
 * read catalogs only, and a runner is connected as the owner of its job.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "catalog/pg_extension.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"

#include "load/job/copy_job.h"
#include "load/job/copy_job_worker.h"
#include "record/extension.h"

int copy_job_interval = 10;

/* The scheduler that a transaction asked for; started when it commits. */
static Oid wanted_database = InvalidOid;

/* What a runner is told, in bgw_extra. */
typedef struct RunnerTask
{
	Oid database;
	Oid owner;
	int64 job_id;
} RunnerTask;

StaticAssertDecl(sizeof(RunnerTask) <= BGW_EXTRALEN, "a runner's task fits");

static BackgroundWorker MakeWorker(const char *name, const char *function, Datum argument);
static void StartWhenCommitted(XactEvent event, void *arg);
static List *Databases(void);
static bool IsOnlyScheduler(void);
static List *DueJobs(bool *installed);
static bool RunJob(const CopyJob *job);
static bool TryJob(int64 id, FailedObject *failed);
static void RunOnce(int64 id, FailedObject *failed);
static void PassOver(int64 id, const FailedObject *failed, const char *message);
static void Sleep(int seconds);

void
CopyJobWorkerInstall(void)
{
	BackgroundWorker worker =
		MakeWorker("sparkify_dwh copy job launcher", "CopyJobLauncherMain", (Datum)0);

	worker.bgw_restart_time = 60;
	RegisterBackgroundWorker(&worker);
}

void
CopyJobWorkerStart(Oid database)
{
	static bool registered = false;

	if (!registered)
		RegisterXactCallback(StartWhenCommitted, NULL);
	registered = true;
	wanted_database = database;
}

/* Starts the scheduler of a database once its job is there to be seen. */
static void
StartWhenCommitted(XactEvent event, void *arg)
{
	BackgroundWorker worker = MakeWorker("sparkify_dwh copy jobs", "CopyJobSchedulerMain",
										 ObjectIdGetDatum(wanted_database));
	BackgroundWorkerHandle *handle;

	if (event == XACT_EVENT_COMMIT && OidIsValid(wanted_database) &&
		!RegisterDynamicBackgroundWorker(&worker, &handle))
		ereport(WARNING, errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				errmsg("no background worker is free to run copy jobs"),
				errhint("See max_worker_processes; until then use COPY JOB RUN."));
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT)
		wanted_database = InvalidOid;
}

static BackgroundWorker
MakeWorker(const char *name, const char *function, Datum argument)
{
	BackgroundWorker worker = {
		.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION,
		.bgw_start_time = BgWorkerStart_RecoveryFinished,
		.bgw_restart_time = BGW_NEVER_RESTART,
		.bgw_main_arg = argument,
		.bgw_notify_pid = MyProcPid,
	};

	/* A scheduler that an error has ended is to come back. */
	if (strcmp(function, "CopyJobSchedulerMain") == 0)
		worker.bgw_restart_time = 10;
	strlcpy(worker.bgw_name, name, BGW_MAXLEN);
	strlcpy(worker.bgw_type, name, BGW_MAXLEN);
	strlcpy(worker.bgw_library_name, "sparkify_dwh", BGW_MAXLEN);
	strlcpy(worker.bgw_function_name, function, BGW_MAXLEN);

	return worker;
}

/* The launcher: a scheduler for each database, which ends at once where there is nothing for it. */
void
CopyJobLauncherMain(Datum main_arg)
{
	ListCell *cell;

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	foreach (cell, Databases())
	{
		BackgroundWorker worker = MakeWorker("sparkify_dwh copy jobs", "CopyJobSchedulerMain",
											 ObjectIdGetDatum(lfirst_oid(cell)));
		BackgroundWorkerHandle *handle;
		pid_t pid;

		/* One after the other, so that a server of many databases needs few workers. */
		if (RegisterDynamicBackgroundWorker(&worker, &handle))
			(void)WaitForBackgroundWorkerStartup(handle, &pid);
		CHECK_FOR_INTERRUPTS();
	}

	/* It stays, idle: who has ended well isn't started again when the server restarts after a crash. */
	for (;;)
		Sleep(3600);
}

/* The databases that take connections. */
static List *
Databases(void)
{
	MemoryContext caller = CurrentMemoryContext;
	List *databases = NIL;
	Relation relation;
	SysScanDesc scan;
	HeapTuple tuple;

	StartTransactionCommand();
	relation = table_open(DatabaseRelationId, AccessShareLock);
	scan = systable_beginscan(relation, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_database database = (Form_pg_database)GETSTRUCT(tuple);
		MemoryContext here = MemoryContextSwitchTo(caller);

		if (database->datallowconn && !database->datistemplate)
			databases = lappend_oid(databases, database->oid);
		MemoryContextSwitchTo(here);
	}

	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	CommitTransactionCommand();

	return databases;
}

/* The scheduler of a database: runs its automatic jobs in turn as long as there are any. */
void
CopyJobSchedulerMain(Datum main_arg)
{
	bool installed = true;

	pqsignal(SIGTERM, die);
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(DatumGetObjectId(main_arg), InvalidOid, 0);
	SetConfigOption("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_OVERRIDE);
	if (!IsOnlyScheduler())
		proc_exit(0);
	for (;;)
	{
		List *jobs = DueJobs(&installed);
		ListCell *cell;

		if (jobs == NIL)
			break;
		foreach (cell, jobs)
			(void)RunJob(lfirst(cell));
		list_free_deep(jobs);
		Sleep(copy_job_interval);
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}
	}

	proc_exit(0);
}

/* Whether this database has no other scheduler: a lock of the session's says so. */
static bool
IsOnlyScheduler(void)
{
	LOCKTAG tag;
	bool only;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, ExtensionRelationId, 0x6A6F62, 2);
	StartTransactionCommand();
	only = LockAcquire(&tag, ExclusiveLock, true, true) != LOCKACQUIRE_NOT_AVAIL;
	CommitTransactionCommand();

	return only;
}

/* The automatic jobs; none where the extension isn't installed. */
static List *
DueJobs(bool *installed)
{
	MemoryContext caller = CurrentMemoryContext;
	List *jobs = NIL;
	ListCell *cell;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	*installed = OidIsValid(ExtensionOid());
	if (*installed)
		foreach (cell, CopyJobsAuto())
		{
			MemoryContext here = MemoryContextSwitchTo(caller);
			CopyJob *job = palloc(sizeof(CopyJob));

			*job = *(CopyJob *)lfirst(cell);
			jobs = lappend(jobs, job);
			MemoryContextSwitchTo(here);
		}
	PopActiveSnapshot();
	CommitTransactionCommand();

	return jobs;
}

/* Has a job run by a worker that is connected as its owner, and waits for it. */
static bool
RunJob(const CopyJob *job)
{
	const RunnerTask task = {.database = MyDatabaseId, .owner = job->owner, .job_id = job->id};
	BackgroundWorker worker = MakeWorker("sparkify_dwh copy job", "CopyJobRunnerMain", (Datum)0);
	BackgroundWorkerHandle *handle;

	memcpy(worker.bgw_extra, &task, sizeof(task));
	return RegisterDynamicBackgroundWorker(&worker, &handle) &&
		   WaitForBackgroundWorkerShutdown(handle) == BGWH_STOPPED;
}

/*
 * The runner: runs one job until it has loaded all new objects but those to blame for a failure, or
 * has failed for another reason; its errors go into the log.
 */
void
CopyJobRunnerMain(Datum main_arg)
{
	RunnerTask task;
	FailedObject failed = {.memory = TopMemoryContext};

	memcpy(&task, MyBgworkerEntry->bgw_extra, sizeof(task));
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(task.database, task.owner, 0);
	pgstat_report_activity(STATE_RUNNING, "COPY JOB RUN");
	while (!TryJob(task.job_id, &failed) && failed.url != NULL)
		CHECK_FOR_INTERRUPTS();
	proc_exit(0);
}

/* Whether a run went well; an object that made it fail is noted, and named in failed. */
static bool
TryJob(int64 id, FailedObject *failed)
{
	volatile bool well = false;

	failed->url = NULL;
	PG_TRY();
	{
		RunOnce(id, failed);
		well = true;
	}
	PG_CATCH();
	{
		ErrorData *error;

		/* As any client's error, it is reported and ends its transaction; the worker goes on after both. */
		MemoryContextSwitchTo(failed->memory);
		error = CopyErrorData();
		EmitErrorReport();
		FlushErrorState();
		AbortCurrentTransaction();
		if (failed->url != NULL)
			PassOver(id, failed, error->detail != NULL ? error->detail : error->message);
	}
	PG_END_TRY();

	return well;
}

/* One run in a transaction of its own. */
static void
RunOnce(int64 id, FailedObject *failed)
{
	ListCell *cell;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	foreach (cell, CopyJobsAuto())
		if (((CopyJob *)lfirst(cell))->id == id)
			(void)CopyJobRun(lfirst(cell), failed);
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* Notes in a transaction of its own what later runs pass over. */
static void
PassOver(int64 id, const FailedObject *failed, const char *message)
{
	ListCell *cell;

	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	foreach (cell, CopyJobsAuto())
		if (((CopyJob *)lfirst(cell))->id == id)
			CopyJobPassOver(lfirst(cell), failed->url, message);
	PopActiveSnapshot();
	CommitTransactionCommand();
}

/* Waits, but not for who wants it to end. */
static void
Sleep(int seconds)
{
	(void)WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, seconds * 1000L,
					PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}
