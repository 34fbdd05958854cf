/*
 * sql_scan.h
 *		Walks over SQL without understanding it: where literals and comments
 *		end, which names are mentioned.
 *
 * Questions about the meaning of a statement go to the dialect.
 */
#ifndef SPARKIFY_SQL_SCAN_H
#define SPARKIFY_SQL_SCAN_H

#include "postgres.h"

/* Whether the text mentions a relation, in any case, outside of literals and comments. */
extern bool SqlMentions(const char *sql, const char *relation);

/* The statement with a semicolon behind, also where it ends in a comment. */
extern char *SqlTerminated(const char *sql);

#endif /* SPARKIFY_SQL_SCAN_H */
