/*
 * deparse_statement.c
 *		A statement by its kind: CREATE TABLE and COPY have printers of their
 *		own, the rest stays as it is but for its replacements and its query.
 */
#include "postgres.h"

#include "parser/scansup.h"
#include "utils/builtins.h"

#include "dialect/print/deparse.h"
#include "dialect/text/variables.h"

static void DeparsePostgres(Deparser *deparser);
static QueryResult ResultOf(const Deparser *deparser);
static void DeparseLateBinding(Deparser *deparser);
static char *SourceOf(const Deparser *deparser, const LexemeRange *range);
static bool KeepsText(const Deparser *deparser);
static int CommentStart(const DialectStatement *statement);
static bool IsBlank(const char *text, int start, int end);

/* Prints for PostgreSQL, or refuses what it can't run. */
void
DeparseStatement(Deparser *deparser)
{
	const DialectStatement *statement = deparser->statement;

	if (statement->refusal != NULL)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("%s", statement->refusal),
						errhint("%s", statement->refusal_hint),
						LexerErrorPosition(statement->list->script, DialectOffset(statement))));
	DeparsePostgres(deparser);
}

/* Prints for PostgreSQL. */
static void
DeparsePostgres(Deparser *deparser)
{
	const DialectStatement *statement = deparser->statement;
	const LexemeRange *query = &statement->query;

	if (statement->create != NULL)
		DeparseCreateTable(deparser);
	else if (statement->copy != NULL)
		DeparseCopy(deparser);
	else if (statement->unload != NULL)
		DeparseUnload(deparser);
	else if (statement->late_binding.first >= 0)
		DeparseLateBinding(deparser);
	else if (strcmp(statement->tag, "CALL") == 0 && statement->end > statement->first + 1)
	{
		/* the arguments are expressions like any other */
		DeparseRange(deparser, statement->first, statement->first);
		TextAddSource(&deparser->text, statement->list->lexemes[statement->first].end,
					  DeparsePlace(deparser, statement->first + 1));
		DeparseExpression(deparser, statement->first + 1, statement->end - 1);
	}
	else if (query->first < 0)
		/* no query in it: only the edits of the parser are applied */
		DeparseRange(deparser, statement->first, statement->end - 1);
	else
	{
		/* what stands in front, as CREATE VIEW ... AS */
		if (query->first > statement->first)
		{
			DeparseRange(deparser, statement->first, query->first - 1);
			TextAddSource(&deparser->text, statement->list->lexemes[query->first - 1].end,
						  statement->list->lexemes[query->first].start);
		}

		deparser->result = ResultOf(deparser);
		DeparseQuery(deparser, query->first, query->last);

		/* and what stands behind it, as WITH NO SCHEMA BINDING */
		if (query->last < statement->end - 1)
		{
			TextAddString(&deparser->text, DeparsePlace(deparser, query->last + 1), " ");
			DeparseRange(deparser, query->last + 1, statement->end - 1);
		}
	}
}

/* What becomes of a statement's query; only what the client gets as rows is shown as Redshift shows it. */
static QueryResult
ResultOf(const Deparser *deparser)
{
	static const char *const shown[] = {"SELECT", "DECLARE", "PREPARE"};
	const char *tag = deparser->statement->tag;

	if (strcmp(tag, "CREATE VIEW") == 0 || strcmp(tag, "CREATE MATERIALIZED VIEW") == 0)
		return RESULT_KEPT;
	if (!deparser->context->shows_result || deparser->body)
		return RESULT_USED;

	for (size_t i = 0; i < lengthof(shown); i++)
		if (strcmp(tag, shown[i]) == 0)
			return RESULT_SHOWN;
	return RESULT_USED;
}

/*
 * A view WITH NO SCHEMA BINDING: what follows its name is kept as Redshift's
 * text, in an option that the module takes (late_binding/late_view_hook.c).
 */
static void
DeparseLateBinding(Deparser *deparser)
{
	const DialectStatement *statement = deparser->statement;
	const LexemeRange *range = &statement->late_binding;

	DeparseRange(deparser, statement->first, range->first - 1);
	TextAdd(&deparser->text, DeparsePlace(deparser, range->first),
			" WITH (sparkify_dwh.no_schema_binding = %s) AS SELECT",
			quote_literal_cstr(SourceOf(deparser, range)));
}

/* What is written in a range of lexemes, with the values of its variables. */
static char *
SourceOf(const Deparser *deparser, const LexemeRange *range)
{
	const LexemeList *list = deparser->statement->list;
	StringInfoData source;

	initStringInfo(&source);
	for (int i = range->first; i <= range->last; i++)
	{
		const Lexeme *lexeme = &list->lexemes[i];

		/* the space in front, where comments are */
		if (i > range->first)
			appendBinaryStringInfo(&source, list->script + lexeme[-1].end,
								   lexeme->start - lexeme[-1].end);
		if (VariableAt(list, i))
			appendStringInfoString(&source, VariableQuoted(lexeme, DeparseVariable(deparser, i)));
		else
			appendBinaryStringInfo(&source, list->script + lexeme->start,
								   lexeme->end - lexeme->start);
	}

	return source.data;
}

/* Prints for Redshift. */
void
DeparseForRedshift(Deparser *deparser)
{
	const DialectStatement *statement = deparser->statement;

	if (statement->create != NULL && !KeepsText(deparser))
		DeparseCreateTable(deparser);
	else if (statement->copy != NULL && !KeepsText(deparser))
		DeparseCopy(deparser);
	else if (statement->unload != NULL && statement->unload->postgres)
		DeparseUnload(deparser);
	else
	{
		int start = CommentStart(statement);

		/* word for word, comments included: it is Redshift's own text already */
		TextAddSource(&deparser->text, start, DialectOffset(statement));
		for (int i = statement->first; i < statement->end; i++)
		{
			const Lexeme *lexeme = &statement->list->lexemes[i];
			const char *secret = VariableForSecret(statement, i);

			/* the space in front, where comments are */
			if (i > statement->first)
				TextAddSource(&deparser->text, lexeme[-1].end, lexeme->start);
			if (secret != NULL)
				TextAdd(&deparser->text, lexeme->start, ":'%s'", secret);
			else
				TextAddSource(&deparser->text, lexeme->start, lexeme->end);
		}
	}
}

/* Whether a statement has comments in or before it: it stays as its author laid it out. */
static bool
KeepsText(const Deparser *deparser)
{
	const DialectStatement *statement = deparser->statement;
	const Lexeme *lexemes = statement->list->lexemes;

	if (CommentStart(statement) < DialectOffset(statement))
		return true;

	for (int i = statement->first + 1; i < statement->end; i++)
		if (!IsBlank(statement->list->script, lexemes[i - 1].end, lexemes[i].start))
			return true;
	return false;
}

/* Where the comments in front of a statement begin: what ends the line of the one before is its own. */
static int
CommentStart(const DialectStatement *statement)
{
	const char *script = statement->list->script;
	int start = statement->first > 0 ? statement->list->lexemes[statement->first - 1].end : 0;
	int end = DialectOffset(statement);

	if (statement->first > 0)
	{
		const char *line_end = memchr(script + start, '\n', end - start);

		if (line_end == NULL)
			return end;
		start = line_end - script;
	}

	while (start < end && scanner_isspace(script[start]))
		start++;
	/* a backslash command of psql's is no comment */
	return start < end && script[start] == '\\' ? end : start;
}

/* Whether there is nothing but white space in a part of the script. */
static bool
IsBlank(const char *text, int start, int end)
{
	for (; start < end; start++)
		if (!scanner_isspace(text[start]))
			return false;
	return true;
}
