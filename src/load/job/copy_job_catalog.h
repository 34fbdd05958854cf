/*
 * copy_job_catalog.h
 *		The tables behind COPY JOBs, read and written without SQL (see record/log_table.h:
 *		whoever creates a job has no right on them).
 */
#ifndef SPARKIFY_COPY_JOB_CATALOG_H
#define SPARKIFY_COPY_JOB_CATALOG_H

#include "postgres.h"

#include "load/job/copy_job.h"

/* What a job knows of an object, as copy_job_object has it. */
typedef enum JobObjectStatus
{
	JOB_OBJECT_BEFORE = 'B', /* it was there before the job */
	JOB_OBJECT_LOADED = 'I', /* ingested */
	JOB_OBJECT_FAILED = 'E'	 /* an automatic run could not load it */
} JobObjectStatus;

/* Adds a job. */
extern void JobCatalogInsert(const CopyJob *job, const char *source, const char *iam_role);

/* Changes whether a job is automatic. */
extern void JobCatalogSetAuto(const CopyJob *job, bool is_auto);

/* Removes a job and its objects. */
extern void JobCatalogDelete(const CopyJob *job);

/* All jobs, a list of CopyJob. */
extern List *JobCatalogRead(void);

/* Notes the objects of a load, a list of LoadedObject. */
extern void JobCatalogAddLoaded(int64 job_id, List *objects, int64 query_id);

/* Notes a list of StoredObject of another status, and what went wrong with them, or NULL. */
extern void JobCatalogAddObjects(int64 job_id, List *objects, JobObjectStatus status,
								 const char *message);

/* Whether there are objects that could not be loaded. */
extern bool JobCatalogHasFailed(int64 job_id);

/* Removes them. */
extern void JobCatalogForgetFailed(int64 job_id);

/* The objects that a run must not load. */
typedef struct JobObjects
{
	const char **urls; /* in strcmp's order */
	int count;
} JobObjects;

/* Reads them, those that failed included or not. */
extern JobObjects JobCatalogObjects(int64 job_id, bool and_failed);

/* Those of a list of StoredObject that a job knows nothing of. */
extern List *JobCatalogUnknown(int64 job_id, List *objects);

/* The directories that need no look (see directory_memory.h); NULL: none. */
extern bytea *JobCatalogDirectories(int64 job_id);

/* Replaces them. */
extern void JobCatalogSetDirectories(int64 job_id, bytea *directories);

#endif /* SPARKIFY_COPY_JOB_CATALOG_H */
