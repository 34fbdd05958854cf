/*
 * copy_hook.h
 *		COPY from and to objects as statements of PostgreSQL's own:
 *		COPY t FROM 's3://...', COPY (query) TO 's3://...'.
 */
#ifndef SPARKIFY_COPY_HOOK_H
#define SPARKIFY_COPY_HOOK_H

#include "postgres.h"
#include "nodes/parsenodes.h"
#include "parser/parse_node.h"

/* One who runs COPY statements. */
typedef struct CopyHandler
{
	bool (*takes)(const CopyStmt *stmt);
	uint64 (*execute)(ParseState *pstate, const CopyStmt *stmt); /* returns the rows */
} CopyHandler;

/* Takes its place before ProcessUtility; what no handler takes passes on. */
extern void CopyHookInstall(const CopyHandler *handlers, int count);

#endif /* SPARKIFY_COPY_HOOK_H */
