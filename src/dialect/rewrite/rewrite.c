/*
 * rewrite.c
 *		Queries and expressions of Redshift's dialect into PostgreSQL's, as
 *		edits of the source text.
 *
 *   lexemes -> tree -> notes of what to change -> edits
 *              tree/   rewrite_*.c                rewrite_edits.c
 *
 * Nothing is printed anew that need not change: comments and layout survive,
 * and an error position in the result leads back to the source.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "dialect/rewrite/rewrite_work.h"

/* What has to change in a statement for PostgreSQL to run it as Redshift would. */
List *
RewriteQuery(const LexemeList *lexemes, const DialectContext *context)
{
	Rewriting work = {.list = lexemes, .context = context};

	RewriteStatement(&work);
	return EditList(&work);
}

/* The text with the edits made. */
char *
ApplyEdits(const char *sql, List *edits)
{
	StringInfoData text;
	int position = 0;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, edits)
	{
		const Edit *edit = lfirst(cell);

		appendBinaryStringInfo(&text, sql + position, edit->offset - position);
		appendStringInfoString(&text, edit->text);
		position = edit->offset + edit->length;
	}
	appendStringInfoString(&text, sql + position);
	return text.data;
}
