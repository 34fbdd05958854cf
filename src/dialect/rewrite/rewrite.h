/*
 * rewrite.h
 *		Queries and expressions of Redshift's dialect into PostgreSQL's, as
 *		edits of the source text.
 */
#ifndef SPARKIFY_REWRITE_H
#define SPARKIFY_REWRITE_H

#include "dialect/text/dialect.h"
#include "dialect/text/lexer.h"

/* Replace length bytes at offset of the source by text (palloc'd). */
typedef struct Edit
{
	int offset;
	int length;
	char *text;
} Edit;

/*
 * What has to change in a query, DML statement, CTAS or view for PostgreSQL
 * to run it as Redshift would: a list of Edit, in order of offset, not
 * overlapping.  The lexemes are those of one statement without psql variables.
 */
extern List *RewriteQuery(const LexemeList *lexemes, const DialectContext *context);

/* The text with the edits made. */
extern char *ApplyEdits(const char *sql, List *edits);

#endif /* SPARKIFY_REWRITE_H */
