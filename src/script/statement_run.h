/*
 * statement_run.h
 *		Runs the text of one PostgreSQL statement.
 */
#ifndef SPARKIFY_STATEMENT_RUN_H
#define SPARKIFY_STATEMENT_RUN_H

#include "postgres.h"
#include "nodes/nodes.h"

/* Told of every parsed statement before it runs, when it may raise an error, and once it has run. */
typedef void (*StatementObserver)(const Node *statement, bool has_run);

/*
 * Runs it in the current transaction and returns the number of rows it
 * processed; rows of a SELECT are thrown away.  Errors of the parser and the
 * planner carry their position in sql, as at the top level.  observe may be NULL.
 */
extern uint64 StatementRun(const char *sql, bool truncate, StatementObserver observe);

#endif /* SPARKIFY_STATEMENT_RUN_H */
