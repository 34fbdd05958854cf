/*
 * statement_run.h
 *		Runs the text of one PostgreSQL statement.
 */
#ifndef SPARKIFY_STATEMENT_RUN_H
#define SPARKIFY_STATEMENT_RUN_H

#include "postgres.h"

/*
 * Runs it in the current transaction and returns the number of rows it
 * processed; rows of a SELECT are thrown away.  Errors of the parser and the
 * planner carry their position in sql, as at the top level.
 */
extern uint64 StatementRun(const char *sql, bool truncate);

#endif /* SPARKIFY_STATEMENT_RUN_H */
