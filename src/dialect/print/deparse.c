/*
 * deparse.c
 *		A statement as text for either server.
 *
 * For PostgreSQL only what has to change is changed, so comments and layout
 * survive.  For Redshift the text stays as its author wrote it, but for CREATE
 * TABLE and COPY, which are laid out for review, for an unload that is written
 * the way PostgreSQL has it, and for secrets, in whose place come psql
 * variables.
 */
#include "postgres.h"

#include "parser/scansup.h"

#include "dialect/print/deparse.h"

static void DeparseAddedColumn(Deparser *deparser, const ColumnDefinition *column);

static const PrinterParts parts = {
	.column = DeparseAddedColumn, .body = DeparseBody, .statement = DialectDeparse};

/* The statement as text for a target, without a final semicolon. */
DialectText
DialectDeparse(const DialectStatement *statement, DialectTarget target,
			   const DialectContext *context)
{
	static const DialectContext nothing_known;
	ErrorContextCallback callback = {error_context_stack, DialectErrorCallback,
									 (void *)statement->list->script};
	Deparser deparser = {statement, target, context != NULL ? context : &nothing_known, &parts};
	DialectText text = {NULL, NULL};

	/* nothing to run: the reason is told by the caller */
	if (target == DIALECT_POSTGRES && statement->skip_reason != NULL)
		return text;

	error_context_stack = &callback;
	TextBuilderInit(&deparser.text, statement->list->script);
	if (target == DIALECT_REDSHIFT)
		DeparseForRedshift(&deparser);
	else
		DeparseStatement(&deparser);
	error_context_stack = callback.previous;

	/* an edit at the end may leave blanks */
	while (deparser.text.text.len > 0 &&
		   scanner_isspace(deparser.text.text.data[deparser.text.text.len - 1]))
		deparser.text.text.data[--deparser.text.text.len] = '\0';
	text.sql = deparser.text.text.data;
	text.map = deparser.text.map;

	return text;
}

/* The byte offset in the script that a byte offset in the deparsed text stands for. */
int
DialectPosition(const DialectStatement *statement, const DialectText *text, int position)
{
	if (text->map == NULL || text->map->count == 0)
		return DialectOffset(statement);
	return TextSource(text->map, position);
}

/* Adds the column of an ALTER TABLE, which is no part of a primary key. */
static void
DeparseAddedColumn(Deparser *deparser, const ColumnDefinition *column)
{
	DeparseColumn(deparser, column, false);
}
