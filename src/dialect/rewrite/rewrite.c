/*
 * rewrite.c
 *		Queries and expressions of Redshift's dialect into PostgreSQL's, as
 *		edits of the source text.
 *
 *		lexemes -> tree -> edits
 *		           tree/   rewrite_*.c
 *
 * Nothing is printed anew that need not change: comments and layout survive,
 * and an error position in the result leads back to the source.
 */
#include "postgres.h"

#include "dialect/rewrite/rewrite.h"
#include "dialect/rewrite/rewrite_work.h"

/* What has to change in a statement for PostgreSQL to run it as Redshift would. */
LexemeEdits *
RewriteQuery(const LexemeList *lexemes, const DialectContext *context, QueryResult result)
{
	Rewriting work = {
		.list = lexemes, .context = context, .result = result, .edits = EditsMake(lexemes)};

	RewriteStatement(&work);
	return work.edits;
}
