/*
 * rewrite.h
 *		Queries and expressions of Redshift's dialect into PostgreSQL's, as
 *		edits of the source text.
 */
#ifndef SPARKIFY_REWRITE_H
#define SPARKIFY_REWRITE_H

#include "dialect/text/dialect.h"
#include "dialect/text/edits.h"

/*
 * What has to change in a query, DML statement, CTAS or view for PostgreSQL
 * to run it as Redshift would.  The lexemes are those of one statement without psql variables.
 * is_result says that what a query returns is shown to a client.
 */
extern LexemeEdits *RewriteQuery(const LexemeList *lexemes, const DialectContext *context,
								 bool is_result);

#endif /* SPARKIFY_REWRITE_H */
