/*
 * sql_scan.h
 *		Walks over SQL without understanding it: where literals and comments
 *		end, which names are mentioned, where psql variables stand.
 *
 * Questions about the meaning of a statement go to the dialect.
 */
#ifndef SPARKIFY_SQL_SCAN_H
#define SPARKIFY_SQL_SCAN_H

#include "postgres.h"

/* Whether the text mentions a relation, in any case, outside of literals and comments. */
extern bool SqlMentions(const char *sql, const char *relation);

/* Gives the value of a psql variable; NULL leaves the variable as it is. */
typedef const char *(*SqlVariable)(void *state, const char *name);

/* The text with :'name' and :"name" replaced by the quoted values of the variables. */
extern char *SqlSubstitute(const char *sql, SqlVariable variable, void *state);

/* The statement with a semicolon behind, also where it ends in a comment. */
extern char *SqlTerminated(const char *sql);

#endif /* SPARKIFY_SQL_SCAN_H */
