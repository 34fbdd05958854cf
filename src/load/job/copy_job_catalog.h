/*
 * copy_job_catalog.h
 *		The tables behind COPY JOBs, read and written without SQL (see record/log_table.h:
 *		whoever creates a job has no right on them).
 */
#ifndef SPARKIFY_COPY_JOB_CATALOG_H
#define SPARKIFY_COPY_JOB_CATALOG_H

#include "postgres.h"

#include "load/job/copy_job.h"

/* Adds a job. */
extern void JobCatalogInsert(const CopyJob *job, const char *source, const char *iam_role);

/* Changes whether a job is automatic. */
extern void JobCatalogSetAuto(const CopyJob *job, bool is_auto);

/* Removes a job and its objects. */
extern void JobCatalogDelete(const CopyJob *job);

/* All jobs, a list of CopyJob. */
extern List *JobCatalogRead(void);

/* Notes objects that a job must not load any more; urls is a list of texts. */
extern void JobCatalogAddObjects(int64 job_id, List *urls, bool loaded, int64 query_id);

/* The URLs that a job must not load, in strcmp's order; sets their number. */
extern const char **JobCatalogObjects(int64 job_id, int *count);

#endif /* SPARKIFY_COPY_JOB_CATALOG_H */
