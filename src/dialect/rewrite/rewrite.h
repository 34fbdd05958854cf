/*
 * rewrite.h
 *		Queries and expressions of Redshift's dialect into PostgreSQL's, as
 *		edits of the source text.
 */
#ifndef SPARKIFY_REWRITE_H
#define SPARKIFY_REWRITE_H

#include "dialect/text/dialect.h"
#include "dialect/text/edits.h"
#include "dialect/text/result.h"

/*
 * What has to change in a query, DML statement, CTAS or view for PostgreSQL
 * to run it as Redshift would.  The lexemes are those of one statement without psql variables.
 * result says what becomes of the rows of a query.
 */
extern LexemeEdits *RewriteQuery(const LexemeList *lexemes, const DialectContext *context,
								 QueryResult result);

#endif /* SPARKIFY_REWRITE_H */
