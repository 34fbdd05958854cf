/*
 * unload.h
 *		COPY (query) TO 's3://...' WITH (...): runs an unload from start to end.
 */
#ifndef SPARKIFY_UNLOAD_H
#define SPARKIFY_UNLOAD_H

#include "postgres.h"
#include "nodes/parsenodes.h"
#include "parser/parse_node.h"

/* Whether the statement is an unload of ours: TO 's3://...', not a program, not STDOUT. */
extern bool IsUnload(const CopyStmt *stmt);

/* Runs it; returns the number of rows. */
extern uint64 ExecuteUnload(ParseState *pstate, const CopyStmt *stmt);

#endif /* SPARKIFY_UNLOAD_H */
