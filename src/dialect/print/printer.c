/*
 * printer.c
 *		What every printer of a statement is made of: lexemes, names, variables,
 *		queries and expressions.
 *
 *		lexemes -> replacements, values of variables, names -> RewriteQuery on
 *		the part that is a query -> text, with the way back to the script
 *
 * A query is scanned once, with its script: what goes to RewriteQuery are the
 * script's own lexemes, moved to where they stand in the text.  Only what
 * comes in their place (a variable's value, E'...') is scanned by itself.
 */
#include "postgres.h"

#include <ctype.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "dialect/print/printer.h"
#include "dialect/rewrite/rewrite.h"
#include "dialect/text/variables.h"

/* Where lexemes are copied to. */
typedef struct Copy
{
	TextBuilder *text;
	LexemeList *lexemes; /* what is copied, for RewriteQuery; NULL: nobody asks */
} Copy;

/* A text that is scanned by itself, for the place of an error in it. */
typedef struct Piece
{
	const char *script;
	const char *text;
	int source; /* byte of the script it stands for */
	int copied; /* from this byte on it is the script's own text; -1: nowhere */
} Piece;

static void CopyRange(Deparser *deparser, Copy copy, int first, int last);
static bool IsCopied(const Deparser *deparser, int index);
static int CopyRun(Deparser *deparser, Copy copy, int index, int last);
static void CopyLexeme(Deparser *deparser, Copy copy, int lexeme);
static bool CopyAsPiece(Deparser *deparser, Copy copy, int index);
static const char *FoldedName(const Deparser *deparser, int index);
static bool NamesPrepared(const Deparser *deparser, int index);
static bool HasEscapes(const Deparser *deparser, const Lexeme *lexeme);
static bool IsGlued(const Deparser *deparser, int index);
static void CopyEscaped(Deparser *deparser, Copy copy, int index);
static void AddEdit(Deparser *deparser, Copy copy, const LexemeEdit *edit);
static void AddPiece(Deparser *deparser, Copy copy, int source, const char *text);
static void ScanPiece(Copy copy, int offset, const Piece *piece);
static void PieceErrorCallback(void *arg);
static void AddBody(Deparser *deparser, int index);
static void AddPlainBody(Deparser *deparser, const Lexeme *lexeme, const RoutineBody *body);
static void PlainBodyErrorCallback(void *arg);
static void AddRewritten(Deparser *deparser, const TextBuilder *text, const LexemeList *lexemes,
						 int first, int last);
static void QueryErrorCallback(void *arg);

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
		CopyRange(deparser, (Copy){&deparser->text, NULL}, first, last);
}

/* Copies lexemes with their replacements and with the space and comments between them. */
static void
CopyRange(Deparser *deparser, Copy copy, int first, int last)
{
	const DialectStatement *statement = deparser->statement;
	ListCell *cell = list_head(statement->edits);
	int index = first;

	/* replacements are in order, so one pass over both lists is enough */
	while (cell != NULL && ((LexemeEdit *)lfirst(cell))->first < first)
		cell = lnext(statement->edits, cell);
	while (index <= last)
	{
		const LexemeEdit *edit = cell != NULL ? lfirst(cell) : NULL;

		CHECK_FOR_INTERRUPTS();
		if (index > first)
			TextAddSource(copy.text, statement->list->lexemes[index - 1].end,
						  DeparsePlace(deparser, index));

		/* several insertions may stand at one lexeme, then a replacement */
		while (edit != NULL && edit->first == index)
		{
			AddEdit(deparser, copy, edit);
			cell = lnext(statement->edits, cell);
			if (edit->last >= index)
				break;
			edit = cell != NULL ? lfirst(cell) : NULL;
		}

		if (edit != NULL && edit->first == index && edit->last >= index)
			index = edit->last + 1;
		else if (statement->body != NULL && statement->body->lexeme == index &&
				 deparser->body < DEPARSE_MAX_BODIES)
			AddBody(deparser, index++);
		else if (IsCopied(deparser, index))
			/* runs without anything to change are copied at once: most of a long VALUES list */
			index =
				CopyRun(deparser, copy, index,
						cell != NULL ? Min(last, ((LexemeEdit *)lfirst(cell))->first - 1) : last);
		else
			CopyLexeme(deparser, copy, index++);
		/* replacements that overlap what was replaced: the first one wins */
		while (cell != NULL && ((LexemeEdit *)lfirst(cell))->first < index)
			cell = lnext(statement->edits, cell);
	}
}

/* Whether PostgreSQL takes a lexeme as it stands; CopyLexeme sees to the others. */
static bool
IsCopied(const Deparser *deparser, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];
	const RoutineBody *body = deparser->statement->body;

	switch (lexeme->kind)
	{
		case LEXEME_WORD:
			return !lexeme->quoted && lexeme->text[0] != '#' && !IsGlued(deparser, index);
		case LEXEME_STRING:
			return !HasEscapes(deparser, lexeme) && (body == NULL || body->lexeme != index);
		case LEXEME_VARIABLE:
			return false;
		default:
			return true;
	}
}

/* Copies lexemes from one on that may be copied, up to the last, in one piece; returns the one behind. */
static int
CopyRun(Deparser *deparser, Copy copy, int index, int last)
{
	const Lexeme *lexemes = deparser->statement->list->lexemes;
	int start = lexemes[index].start;
	int shift = copy.text->text.len - start;
	int next = index;

	do
	{
		if (copy.lexemes != NULL)
		{
			Lexeme moved = lexemes[next];

			moved.start += shift;
			moved.end += shift;
			LexemeListAppend(copy.lexemes, &moved);
		}

		next++;
	} while (next <= last && IsCopied(deparser, next));
	TextAddSource(copy.text, start, lexemes[next - 1].end);

	return next;
}

/* Copies one lexeme as PostgreSQL takes it. */
static void
CopyLexeme(Deparser *deparser, Copy copy, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];
	Lexeme moved = *lexeme;
	int offset = copy.text->text.len;

	if (CopyAsPiece(deparser, copy, index))
		return;

	/* 1THEN is two lexemes to Redshift, and junk after a number to PostgreSQL */
	if (lexeme->kind == LEXEME_WORD && IsGlued(deparser, index))
	{
		TextAddString(copy.text, lexeme->start, " ");
		offset++;
	}

	/* no name of PostgreSQL's begins with #, unless it is quoted */
	if (lexeme->kind == LEXEME_WORD && !lexeme->quoted && lexeme->text[0] == '#')
	{
		TextAdd(copy.text, lexeme->start, "\"%s\"", lexeme->text);
		moved.quoted = true;
	}
	else
		TextAddSource(copy.text, lexeme->start, lexeme->end);

	/* nobody will rewrite what has been copied: the lexemes aren't needed */
	if (copy.lexemes == NULL)
		return;

	/* the bound of an array's slice is no variable here, though psql's scanner sees one */
	if (lexeme->kind == LEXEME_VARIABLE)
	{
		Piece piece = {copy.text->script, copy.text->text.data + offset, lexeme->start, 0};

		ScanPiece(copy, offset, &piece);
		return;
	}

	/* the same lexeme, at its place in the copy: so it needn't be scanned again */
	moved.start = offset;
	moved.end = copy.text->text.len;
	LexemeListAppend(copy.lexemes, &moved);
}

/* Copies a lexeme that PostgreSQL must be given in other words; false where it takes it as it stands. */
static bool
CopyAsPiece(Deparser *deparser, Copy copy, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];

	/* its value takes the variable's place, quoted as the colon asks for it */
	if (lexeme->kind == LEXEME_VARIABLE && VariableAt(deparser->statement->list, index))
	{
		const char *value = DeparseVariable(deparser, index);

		AddPiece(deparser, copy, lexeme->start, VariableQuoted(lexeme, value));
		return true;
	}

	/* Redshift folds quoted names, too, unless the session says otherwise (AWS: r_names) */
	if (lexeme->kind == LEXEME_WORD && lexeme->quoted && !NamesPrepared(deparser, index) &&
		!deparser->context->case_sensitive_identifier &&
		strcmp(LexemeFold(lexeme->text), lexeme->text) != 0)
	{
		AddPiece(deparser, copy, lexeme->start, FoldedName(deparser, index));
		return true;
	}

	if (HasEscapes(deparser, lexeme))
	{
		CopyEscaped(deparser, copy, index);
		return true;
	}

	return false;
}

/* A quoted name in small letters.  It keeps its quotes where only they part it from its neighbours: "A"FROM t. */
static const char *
FoldedName(const Deparser *deparser, int index)
{
	const LexemeList *list = deparser->statement->list;
	const Lexeme *lexeme = &list->lexemes[index];
	const char *folded = LexemeFold(lexeme->text);
	const char *spelled = quote_identifier(folded);
	bool touches =
		(index > 0 && lexeme[-1].kind != LEXEME_OPERATOR && lexeme[-1].end == lexeme->start) ||
		(index + 1 < list->count && lexeme[1].kind != LEXEME_OPERATOR &&
		 lexeme[1].start == lexeme->end);

	return spelled == folded && touches ? psprintf("\"%s\"", folded) : spelled;
}

/*
 * Whether a lexeme is the name of a prepared statement.  Drivers make those by
 * messages, which keep the case of a name, and drop them by DEALLOCATE.
 */
static bool
NamesPrepared(const Deparser *deparser, int index)
{
	const LexemeList *list = deparser->statement->list;
	int first = deparser->statement->first;

	if (LexemeIsAt(list, first, "deallocate"))
		return true;

	return index == first + 1 &&
		   (LexemeIsAt(list, first, "prepare") || LexemeIsAt(list, first, "execute"));
}

/* Copies a string with a backslash in it. */
static void
CopyEscaped(Deparser *deparser, Copy copy, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];
	Piece piece = {copy.text->script, NULL, lexeme->start, 1};
	int offset;

	if (IsGlued(deparser, index))
		TextAddString(copy.text, lexeme->start, " ");
	offset = copy.text->text.len;
	TextAddString(copy.text, lexeme->start, "E");
	TextAddSource(copy.text, lexeme->start, lexeme->end);
	piece.text = copy.text->text.data + offset;
	if (copy.lexemes != NULL)
		ScanPiece(copy, offset, &piece);
}

/* Whether a lexeme is a string with a backslash, which escapes in every string of Redshift's. */
static bool
HasEscapes(const Deparser *deparser, const Lexeme *lexeme)
{
	const char *source = deparser->statement->list->script + lexeme->start;

	return lexeme->kind == LEXEME_STRING && source[0] == '\'' &&
		   memchr(source, '\\', lexeme->end - lexeme->start) != NULL;
}

/* Whether a string stands right behind a word (LIKE'x'), or a keyword right behind a number or $1 (4WHEN). */
static bool
IsGlued(const Deparser *deparser, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];
	LexemeKind before = index > 0 ? lexeme[-1].kind : LEXEME_END;

	if (index == 0 || lexeme[-1].end != lexeme->start)
		return false;

	/* $1, too, and U&'x' for which the blank does no harm */
	return lexeme->kind == LEXEME_WORD ? before == LEXEME_NUMBER || before == LEXEME_CONSTANT
									   : before == LEXEME_WORD;
}

/* Adds what replaces lexemes. */
static void
AddEdit(Deparser *deparser, Copy copy, const LexemeEdit *edit)
{
	const LexemeList *list = deparser->statement->list;
	int place = DeparsePlace(deparser, edit->first);

	/* 1MINUS: a word that stands for the keyword is no part of the number either */
	if (edit->text != NULL && isalpha((unsigned char)edit->text[0]) && edit->first < list->count &&
		list->lexemes[edit->first].kind == LEXEME_WORD && IsGlued(deparser, edit->first))
		TextAddString(copy.text, place, " ");

	if (edit->column != NULL)
	{
		deparser->parts->column(deparser, edit->column);
		if (edit->text != NULL)
			TextAddString(copy.text, place, edit->text);
	}
	else if (edit->type != NULL)
		AddPiece(deparser, copy, place, TypePostgres(deparser->statement->list, edit->type));
	else
		AddPiece(deparser, copy, place, edit->text);
}

/* Adds a text of our own that stands for one place in the script. */
static void
AddPiece(Deparser *deparser, Copy copy, int source, const char *text)
{
	Piece piece = {copy.text->script, text, source, -1};
	int offset = copy.text->text.len;

	TextAddString(copy.text, source, text);
	if (copy.lexemes != NULL && *text != '\0')
		ScanPiece(copy, offset, &piece);
}

/* Scans a piece that has been added to the text at an offset. */
static void
ScanPiece(Copy copy, int offset, const Piece *piece)
{
	ErrorContextCallback callback = {error_context_stack, PieceErrorCallback, (void *)piece};
	LexemeList *list;

	error_context_stack = &callback;
	list = LexerScanPlain(piece->text);
	error_context_stack = callback.previous;
	for (int i = 0; i < list->count; i++)
	{
		Lexeme moved = list->lexemes[i];

		moved.start += offset;
		moved.end += offset;
		LexemeListAppend(copy.lexemes, &moved);
	}
}

/* Lets an error in a piece name its place in the script. */
static void
PieceErrorCallback(void *arg)
{
	const Piece *piece = arg;
	int position = geterrposition();
	const char *place = piece->text;

	if (position <= 0)
		return;

	for (int i = 1; i < position && *place != '\0'; i++)
		place += pg_mblen(place);
	if (piece->copied >= 0)
		LexerErrorPosition(piece->script,
						   piece->source + Max(place - piece->text - piece->copied, 0));
	else
		LexerErrorPosition(piece->script, piece->source);
}

/* Adds the body of a routine between its quotes. */
static void
AddBody(Deparser *deparser, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];
	const RoutineBody *body = deparser->statement->body;

	if (body->plain)
	{
		AddPlainBody(deparser, lexeme, body);
		return;
	}

	TextAddSource(&deparser->text, lexeme->start, body->start);
	deparser->parts->body(deparser, body);
	TextAddSource(&deparser->text, body->start + body->length, lexeme->end);
}

/* Adds a body between plain quotes: what they mean is rewritten, and put between quotes again. */
static void
AddPlainBody(Deparser *deparser, const Lexeme *lexeme, const RoutineBody *body)
{
	ErrorContextCallback callback = {error_context_stack, PlainBodyErrorCallback, NULL};
	Piece place = {.script = deparser->statement->list->script, .source = lexeme->start};
	RoutineBody meant = *body;
	Deparser inner = *deparser;

	meant.start = 0;
	meant.length = strlen(lexeme->text);
	TextBuilderInit(&inner.text, lexeme->text);
	callback.arg = &place;
	error_context_stack = &callback;
	inner.parts->body(&inner, &meant);
	error_context_stack = callback.previous;
	TextAddString(&deparser->text, lexeme->start, quote_literal_cstr(inner.text.text.data));
	TextBuilderFree(&inner.text);
}

/* An error in a body between plain quotes is shown at its first quote: places in it are none of the script's. */
static void
PlainBodyErrorCallback(void *arg)
{
	const Piece *piece = arg;

	if (geterrposition() > 0)
		LexerErrorPosition(piece->script, piece->source);
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

/* A name for the target, quoted where it has to be. */
char *
DeparseName(const Deparser *deparser, const char *name)
{
	if (deparser->target == DIALECT_REDSHIFT && name[0] == '#')
		return (char *)name;
	if (deparser->context->case_sensitive_identifier)
		return (char *)quote_identifier(name);
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
	LexemeList *lexemes = LexemeListBegin(last - first + 1);
	TextBuilder text;

	TextBuilderInit(&text, deparser->statement->list->script);
	CopyRange(deparser, (Copy){&text, lexemes}, first, last);
	LexemeListEnd(lexemes, text.text.data);
	AddRewritten(deparser, &text, lexemes, 0, lexemes->count - 1);
	TextBuilderFree(&text);
}

/* Adds an expression, rewritten for PostgreSQL. */
void
DeparseExpression(Deparser *deparser, int first, int last)
{
	/* in parentheses, or it would be given a name: SYSDATE AS sysdate */
	static const char select[] = "SELECT (";
	LexemeList *lexemes = LexemeListBegin(last - first + 4);
	TextBuilder text;
	Copy copy = {&text, lexemes};

	TextBuilderInit(&text, deparser->statement->list->script);
	AddPiece(deparser, copy, DeparsePlace(deparser, first), select);
	CopyRange(deparser, copy, first, last);
	AddPiece(deparser, copy, DeparsePlace(deparser, last), ")");
	LexemeListEnd(lexemes, text.text.data);
	AddRewritten(deparser, &text, lexemes, 2, lexemes->count - 2);
	TextBuilderFree(&text);
}

/* Adds what RewriteQuery makes of lexemes first..last of a text. */
static void
AddRewritten(Deparser *deparser, const TextBuilder *text, const LexemeList *lexemes, int first,
			 int last)
{
	ErrorContextCallback callback = {error_context_stack, QueryErrorCallback, (void *)text};
	TextBuilder rewritten;
	LexemeEdits *edits;

	error_context_stack = &callback;
	edits = RewriteQuery(lexemes, deparser->context, deparser->result);
	error_context_stack = callback.previous;
	TextBuilderInit(&rewritten, text->text.data);
	EditsPrint(edits, first, last, &rewritten);
	TextAddThrough(&deparser->text, &rewritten, text);
	TextBuilderFree(&rewritten);
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
	LexerErrorPosition(text->script, TextSource(text->map, place - text->text.data));
}
