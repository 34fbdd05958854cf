/*
 * deparse.c
 *		A statement as text for either server.
 *
 *		lexemes -> replacements, values of variables, names -> RewriteQuery on
 *		the part that is a query -> text, with the way back to the script
 *
 * For PostgreSQL only what has to change is changed, so comments and layout
 * survive.  For Redshift the text stays as its author wrote it, but for CREATE
 * TABLE and COPY, which are laid out for review, for an unload that is written
 * the way PostgreSQL has it, and for secrets, in whose
 * place come psql variables.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "parser/scansup.h"
#include "utils/builtins.h"

#include "dialect/print/deparse.h"
#include "dialect/rewrite/rewrite.h"
#include "dialect/text/variables.h"

static void DeparsePostgres(Deparser *deparser);
static void DeparseRedshift(Deparser *deparser);
static bool HasEscapes(const Deparser *deparser, const Lexeme *lexeme);
static bool IsGlued(const Deparser *deparser, int index);
static void CopyRange(Deparser *deparser, TextBuilder *text, int first, int last);
static void AddEdit(Deparser *deparser, TextBuilder *text, const LexemeEdit *edit);
static void AddBody(Deparser *deparser, int index);
static void AddVariable(const Deparser *deparser, TextBuilder *text, int lexeme);
static void AddRewritten(Deparser *deparser, const TextBuilder *text, int skip, int tail);
static void QueryErrorCallback(void *arg);
static int LeadingComment(const DialectStatement *statement);
static bool IsBlank(const char *text, int start, int end);

/* The statement as text for a target, without a final semicolon. */
DialectText
DialectDeparse(const DialectStatement *statement, DialectTarget target,
			   const DialectContext *context)
{
	static const DialectContext nothing_known;
	ErrorContextCallback callback = {error_context_stack, DialectErrorCallback,
									 (void *)statement->list->script};
	Deparser deparser = {statement, target, context != NULL ? context : &nothing_known};
	DialectText text = {NULL, NULL};

	if (target == DIALECT_POSTGRES && statement->skip_reason != NULL)
		return text;
	error_context_stack = &callback;
	TextBuilderInit(&deparser.text, statement->list->script);
	if (target == DIALECT_REDSHIFT)
		DeparseRedshift(&deparser);
	else
		DeparseStatement(&deparser);
	error_context_stack = callback.previous;
	while (deparser.text.text.len > 0 &&
		   scanner_isspace(deparser.text.text.data[deparser.text.text.len - 1]))
		deparser.text.text.data[--deparser.text.text.len] = '\0';
	text.sql = deparser.text.text.data;
	text.edits = deparser.text.edits;
	return text;
}

/* The byte offset in the script that a byte offset in the deparsed text stands for. */
int
DialectPosition(const DialectStatement *statement, const DialectText *text, int position)
{
	if (text->edits == NULL || text->edits->count == 0)
		return DialectOffset(statement);
	return TextSource(text->edits, position);
}

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
	else if (strcmp(statement->tag, "CALL") == 0 && statement->end > statement->first + 1)
	{
		/* the arguments are expressions like any other */
		DeparseRange(deparser, statement->first, statement->first);
		TextAddSource(&deparser->text, statement->list->lexemes[statement->first].end,
					  DeparsePlace(deparser, statement->first + 1));
		DeparseExpression(deparser, statement->first + 1, statement->end - 1);
	}
	else if (query->first < 0)
		DeparseRange(deparser, statement->first, statement->end - 1);
	else
	{
		if (query->first > statement->first)
		{
			DeparseRange(deparser, statement->first, query->first - 1);
			TextAddSource(&deparser->text, statement->list->lexemes[query->first - 1].end,
						  statement->list->lexemes[query->first].start);
		}
		DeparseQuery(deparser, query->first, query->last);
		if (query->last < statement->end - 1)
		{
			TextAddString(&deparser->text, DeparsePlace(deparser, query->last + 1), " ");
			DeparseRange(deparser, query->last + 1, statement->end - 1);
		}
	}
}

/* Prints for Redshift. */
static void
DeparseRedshift(Deparser *deparser)
{
	const DialectStatement *statement = deparser->statement;

	if (statement->create != NULL && !DeparseKeepsText(deparser))
		DeparseCreateTable(deparser);
	else if (statement->copy != NULL && !DeparseKeepsText(deparser))
		DeparseCopy(deparser);
	else if (statement->unload != NULL && statement->unload->postgres)
		DeparseUnload(deparser);
	else
	{
		int start = LeadingComment(statement);

		TextAddSource(&deparser->text, start, DialectOffset(statement));
		for (int i = statement->first; i < statement->end; i++)
		{
			const Lexeme *lexeme = &statement->list->lexemes[i];
			const char *secret = VariableForSecret(statement, i);

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
bool
DeparseKeepsText(const Deparser *deparser)
{
	const DialectStatement *statement = deparser->statement;
	const Lexeme *lexemes = statement->list->lexemes;

	if (LeadingComment(statement) < DialectOffset(statement))
		return true;
	for (int i = statement->first + 1; i < statement->end; i++)
		if (!IsBlank(statement->list->script, lexemes[i - 1].end, lexemes[i].start))
			return true;
	return false;
}

/* Where the comments in front of a statement begin: what ends the line of the one before is its own. */
static int
LeadingComment(const DialectStatement *statement)
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

/* The byte of the script at which a lexeme stands. */
int
DeparsePlace(const Deparser *deparser, int lexeme)
{
	return deparser->statement->list->lexemes[lexeme].start;
}

/* Adds lexemes first..last: as PostgreSQL takes them, and for Redshift as they stand. */
void
DeparseRange(Deparser *deparser, int first, int last)
{
	if (deparser->target == DIALECT_REDSHIFT)
		TextAddSource(&deparser->text, DeparsePlace(deparser, first),
					  deparser->statement->list->lexemes[last].end);
	else
		CopyRange(deparser, &deparser->text, first, last);
}

/* Adds one lexeme as PostgreSQL takes it. */
void
DeparseLexeme(Deparser *deparser, TextBuilder *text, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];

	if (lexeme->kind == LEXEME_VARIABLE && !deparser->body)
		AddVariable(deparser, text, index);
	else if (lexeme->kind == LEXEME_WORD && !lexeme->quoted && lexeme->text[0] == '#')
		TextAdd(text, lexeme->start, "\"%s\"", lexeme->text);
	else if (lexeme->kind == LEXEME_WORD && lexeme->quoted &&
			 strcmp(LexemeFold(lexeme->text), lexeme->text) != 0)
		TextAddString(text, lexeme->start, quote_identifier(LexemeFold(lexeme->text)));
	else
	{
		if (HasEscapes(deparser, lexeme))
			TextAddString(text, lexeme->start, IsGlued(deparser, index) ? " E" : "E");
		TextAddSource(text, lexeme->start, lexeme->end);
	}
}

/* Whether a lexeme is a string with a backslash, which escapes in every string of Redshift's. */
static bool
HasEscapes(const Deparser *deparser, const Lexeme *lexeme)
{
	const char *source = deparser->statement->list->script + lexeme->start;

	return lexeme->kind == LEXEME_STRING && source[0] == '\'' &&
		   memchr(source, '\\', lexeme->end - lexeme->start) != NULL;
}

/* Whether a lexeme stands right behind a word: LIKE'x'. */
static bool
IsGlued(const Deparser *deparser, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];

	return index > 0 && lexeme[-1].kind == LEXEME_WORD && lexeme[-1].end == lexeme->start;
}

/* Copies lexemes with their replacements and with the space and comments between them. */
static void
CopyRange(Deparser *deparser, TextBuilder *text, int first, int last)
{
	const DialectStatement *statement = deparser->statement;
	ListCell *cell = list_head(statement->edits);
	int index = first;

	while (cell != NULL && ((LexemeEdit *)lfirst(cell))->first < first)
		cell = lnext(statement->edits, cell);
	while (index <= last)
	{
		const LexemeEdit *edit = cell != NULL ? lfirst(cell) : NULL;

		if (index > first)
			TextAddSource(text, statement->list->lexemes[index - 1].end,
						  DeparsePlace(deparser, index));
		while (edit != NULL && edit->first == index)
		{
			AddEdit(deparser, text, edit);
			cell = lnext(statement->edits, cell);
			if (edit->last >= index)
				break;
			edit = cell != NULL ? lfirst(cell) : NULL;
		}
		if (edit != NULL && edit->first == index && edit->last >= index)
			index = edit->last + 1;
		else if (statement->body != NULL && statement->body->lexeme == index && !deparser->body)
			AddBody(deparser, index++);
		else
			DeparseLexeme(deparser, text, index++);
		/* replacements that overlap what was replaced: the first one wins */
		while (cell != NULL && ((LexemeEdit *)lfirst(cell))->first < index)
			cell = lnext(statement->edits, cell);
	}
}

/* Adds what replaces lexemes. */
static void
AddEdit(Deparser *deparser, TextBuilder *text, const LexemeEdit *edit)
{
	int place = DeparsePlace(deparser, edit->first);

	if (edit->column != NULL)
	{
		DeparseColumn(deparser, edit->column, false);
		if (edit->text != NULL)
			TextAddString(text, place, edit->text);
	}
	else if (edit->type != NULL)
		TextAddString(text, place, TypePostgres(deparser->statement->list, edit->type));
	else
		TextAddString(text, place, edit->text);
}

/* Adds the body of a routine between its quotes. */
static void
AddBody(Deparser *deparser, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];
	const RoutineBody *body = deparser->statement->body;

	TextAddSource(&deparser->text, lexeme->start, body->start);
	DeparseBody(deparser, body->start, body->length, body->plpgsql);
	TextAddSource(&deparser->text, body->start + body->length, lexeme->end);
}

/* The value of a variable; an unset one is an error. */
const char *
DeparseVariable(const Deparser *deparser, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];
	const DialectContext *context = deparser->context;
	const char *value =
		context->variable != NULL ? context->variable(context->state, lexeme->text) : NULL;

	if (value == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("variable \"%s\" is not set", lexeme->text),
						errhint("Set it in sparkify_setting."),
						LexerErrorPosition(deparser->statement->list->script, lexeme->start)));
	return value;
}

/* Adds a variable's value; an array's bound stays. */
static void
AddVariable(const Deparser *deparser, TextBuilder *text, int index)
{
	const LexemeList *list = deparser->statement->list;
	const Lexeme *lexeme = &list->lexemes[index];

	if (VariableAt(list, index))
		TextAddString(text, lexeme->start,
					  VariableQuoted(lexeme, DeparseVariable(deparser, index)));
	else
		TextAddSource(text, lexeme->start, lexeme->end);
}

/* A name for the target, quoted where it has to be. */
char *
DeparseName(const Deparser *deparser, const char *name)
{
	if (deparser->target == DIALECT_REDSHIFT && name[0] == '#')
		return (char *)name;
	return (char *)quote_identifier(LexemeFold(name));
}

/* Adds the name of a relation. */
void
DeparseRelation(Deparser *deparser, const RelationName *relation)
{
	int place = DeparsePlace(deparser, relation->first);

	if (deparser->target == DIALECT_REDSHIFT)
		TextAddSource(&deparser->text, place,
					  deparser->statement->list->lexemes[relation->last].end);
	else
	{
		if (relation->schema != NULL)
			TextAdd(&deparser->text, place, "%s.", DeparseName(deparser, relation->schema));
		TextAddString(&deparser->text, place, DeparseName(deparser, relation->name));
	}
}

/* Adds a query, rewritten for PostgreSQL. */
void
DeparseQuery(Deparser *deparser, int first, int last)
{
	TextBuilder text;

	TextBuilderInit(&text, deparser->statement->list->script);
	CopyRange(deparser, &text, first, last);
	AddRewritten(deparser, &text, 0, 0);
}

/* Adds an expression, rewritten for PostgreSQL. */
void
DeparseExpression(Deparser *deparser, int first, int last)
{
	/* in parentheses, or it would be given a name: SYSDATE AS sysdate */
	static const char select[] = "SELECT (";
	TextBuilder text;

	TextBuilderInit(&text, deparser->statement->list->script);
	TextAddString(&text, DeparsePlace(deparser, first), select);
	CopyRange(deparser, &text, first, last);
	TextAddString(&text, DeparsePlace(deparser, last), ")");
	AddRewritten(deparser, &text, strlen(select), 1);
}

/* Adds what RewriteQuery makes of a text, without its first skip and its last tail bytes. */
static void
AddRewritten(Deparser *deparser, const TextBuilder *text, int skip, int tail)
{
	ErrorContextCallback callback = {error_context_stack, QueryErrorCallback, (void *)text};
	List *edits;
	ListCell *cell;
	int offset = skip;

	error_context_stack = &callback;
	edits = RewriteQuery(text->text.data, deparser->context);
	error_context_stack = callback.previous;
	foreach (cell, edits)
	{
		const Edit *edit = lfirst(cell);

		TextAddText(&deparser->text, text, offset, edit->offset);
		TextAddString(&deparser->text, TextSource(text->edits, edit->offset), edit->text);
		offset = Max(offset, edit->offset + edit->length);
	}
	TextAddText(&deparser->text, text, offset, text->text.len - tail);
}

/* Lets an error in a part of a statement name its place in the script. */
static void
QueryErrorCallback(void *arg)
{
	const TextBuilder *text = arg;
	const char *place = text->text.data;
	int position = geterrposition();

	if (position <= 0)
		return;
	for (int i = 1; i < position && *place != '\0'; i++)
		place += pg_mblen(place);
	LexerErrorPosition(text->script, TextSource(text->edits, place - text->text.data));
}
