/*
 * copy_job.h
 *		COPY JOBs: COPYs that remember which objects they have loaded (AWS: r_COPY-JOB).
 *
 *	copy_job         name, owner, table, the COPY itself, automatic or not
 *	copy_job_object  every object that the job must not load: loaded, or there before the job
 *	copy_job_directories  of a mirror: where there is nothing else, as long as they don't change
 *
 * What a run has loaded is noted in the transaction of the load: both are there, or neither.
 */
#ifndef SPARKIFY_COPY_JOB_H
#define SPARKIFY_COPY_JOB_H

#include "postgres.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"

#include "load/copy.h"

/* A job as the catalog has it; palloc'd. */
typedef struct CopyJob
{
	int64 id;
	char *name;
	Oid owner;
	Oid table;
	char *copy; /* COPY in PostgreSQL's spelling */
	bool is_auto;
} CopyJob;

/* Finds a job by its name, NULL when there is none. */
extern CopyJob *CopyJobFind(const char *name);

/*
 * Runs a job as the current user, who needs the rights of its owner; returns the rows that it has
 * loaded.  Another run of the same job waits until this transaction ends.  An automatic run
 * passes over what failed before, and tells by failed which object made it fail; one by hand (NULL)
 * tries everything again.
 */
extern uint64 CopyJobRun(const CopyJob *job, FailedObject *failed);

/* Notes an object that automatic runs pass over from now on, and why. */
extern void CopyJobPassOver(const CopyJob *job, const char *url, const char *message);

/* Makes a job automatic, or not; the current user needs the rights of its owner. */
extern void CopyJobSetAuto(const CopyJob *job, bool is_auto);

/* Drops a job and what it remembers; the current user needs the rights of its owner. */
extern void CopyJobDrop(const CopyJob *job);

/* The automatic jobs of this database, a list of CopyJob. */
extern List *CopyJobsAuto(void);

/* The one COPY of a job's text; anything else is a syntax error. */
extern CopyStmt *CopyJobParse(const char *copy);

#endif /* SPARKIFY_COPY_JOB_H */
