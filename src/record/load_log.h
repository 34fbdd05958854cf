/*
 * load_log.h
 *		The record of every load: stl_load_errors, stl_load_commits,
 *		sys_load_history and their kin.
 *
 * What a failed load rejected must be there after its rollback, for every
 * session: it is written by a background worker in a transaction of its own.
 * What a successful load did is written by the worker too when it has rejected
 * records, and by the load's own transaction otherwise.
 */
#ifndef SPARKIFY_LOAD_LOG_H
#define SPARKIFY_LOAD_LOG_H

#include "postgres.h"
#include "source/row/row_batch.h"
#include "source/row/row_plan.h"
#include "utils/rel.h"

typedef struct LoadLog LoadLog;

typedef struct LoadLogConfig
{
	Relation relation;
	const RowPlan *plan;	 /* names and types of the columns */
	const char *source;		 /* the URL of the COPY */
	const char *file_format; /* "JSON", "Text", "CSV" as stl_load_commits has it */
	int64 job_id;			 /* of a COPY JOB; 0: none */
} LoadLogConfig;

/* Begins the record of a load; from here on pg_last_copy_id() is its id.  Lives in the current memory context. */
extern LoadLog *LoadLogBegin(const LoadLogConfig *config);
extern int64 LoadLogQueryId(const LoadLog *log);

/* Record what a batch brings; urls are those of the objects. */
extern void LoadLogRejected(LoadLog *log, const RejectedRecord *rejected, const char *url);
extern void LoadLogReplacement(LoadLog *log, const Replacement *replacement, const char *url);
extern void LoadLogObject(LoadLog *log, const FinishedObject *object);

/* How many were rejected so far, and the first of them for the DETAIL line (NULL when none). */
extern int64 LoadLogErrorCount(const LoadLog *log);
extern char *LoadLogFirstErrorDetail(const LoadLog *log);

/*
 * End the record.  LoadLogFail returns only after the rejected rows are
 * committed by the background worker; it does not raise (a WARNING says when
 * they could not be kept), so that the load's own error can follow.
 */
extern void LoadLogComplete(LoadLog *log, int64 rows);
extern void LoadLogFail(LoadLog *log);

#endif /* SPARKIFY_LOAD_LOG_H */
