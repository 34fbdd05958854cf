/*
 * copy.h
 *		COPY t FROM 's3://...' WITH (...): runs a load from start to end.
 */
#ifndef SPARKIFY_COPY_H
#define SPARKIFY_COPY_H

#include "postgres.h"
#include "nodes/parsenodes.h"
#include "parser/parse_node.h"

#include "load/load_source.h"

/* Settings: sparkify_dwh.fraction_text (FractionText), .load_error_view (LoadErrorViewKind) */
typedef enum LoadErrorViewKind
{
	LOAD_ERROR_VIEW_STL,
	LOAD_ERROR_VIEW_SYS
} LoadErrorViewKind;

extern int LoadFractionText;
extern int LoadErrorView;

/* What the last COPY of this session did; sparkify_stage() reports it. */
typedef struct LoadSummary
{
	int64 query_id; /* pg_last_copy_id() */
	Oid relid;
	int64 objects;
	int64 bytes; /* as stored */
	int64 rows;
	int64 rejected;
	int64 elapsed_us;
} LoadSummary;

/* Whether the statement is a load of ours: FROM 's3://...', not a program, not STDIN. */
extern bool IsObjectCopy(const CopyStmt *stmt);

/* Runs it; returns the number of rows loaded.  Raises Redshift's own message when the load fails. */
extern uint64 ExecuteObjectCopy(ParseState *pstate, const CopyStmt *stmt);

/* The object whose record was one too many; its URL is in memory. */
typedef struct FailedObject
{
	MemoryContext memory;
	char *url; /* NULL: no object is to blame */
} FailedObject;

/* An object that has been loaded. */
typedef struct LoadedObject
{
	char *url;
	char *etag; /* NULL: its store has none */
	int64 size;
	int64 modified; /* microseconds since 1970; 0: nobody told */
} LoadedObject;

/* A run of a COPY JOB: what it must not load, and what it has loaded. */
typedef struct LoadJob
{
	int64 id;
	FailedObject *failed; /* NULL: nobody asks */
	KnownSource known;
	List *loaded;	/* LoadedObject *; in memory */
	bytea *learned; /* directories for the next run; in memory; NULL: those that are known */
	uint64 rows;
	MemoryContext memory;
} LoadJob;

/* The same for a COPY JOB; that there is nothing to load is no error then. */
extern uint64 ExecuteJobCopy(ParseState *pstate, const CopyStmt *stmt, LoadJob *job);

/* NULL when this session has loaded nothing yet. */
extern const LoadSummary *LastLoad(void);

#endif /* SPARKIFY_COPY_H */
