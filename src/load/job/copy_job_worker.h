/*
 * copy_job_worker.h
 *		Background workers that run the automatic COPY JOBs.
 *
 *	launcher (preloaded server) -> a scheduler for each database with automatic jobs
 *	JOB CREATE ... AUTO ON      ->   -> a worker for each job in turn, connected as its owner
 */
#ifndef SPARKIFY_COPY_JOB_WORKER_H
#define SPARKIFY_COPY_JOB_WORKER_H

#include "postgres.h"
#include "fmgr.h"

/* Setting sparkify_dwh.copy_job_interval, in seconds. */
extern int copy_job_interval;

/* Registers the launcher; to be called while the server preloads libraries. */
extern void CopyJobWorkerInstall(void);

/* Asks for a scheduler of a database once this transaction commits; says so when there is none to be had. */
extern void CopyJobWorkerStart(Oid database);

extern PGDLLEXPORT void CopyJobLauncherMain(Datum main_arg);
extern PGDLLEXPORT void CopyJobSchedulerMain(Datum main_arg);
extern PGDLLEXPORT void CopyJobRunnerMain(Datum main_arg);

#endif /* SPARKIFY_COPY_JOB_WORKER_H */
