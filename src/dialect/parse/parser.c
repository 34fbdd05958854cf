/*
 * parser.c
 *		What the parsers of the single statements share: a cursor over a
 *		statement's lexemes, and its replacements.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "dialect/parse/parse.h"

static int CompareEdits(const ListCell *one, const ListCell *other);

/* Asks for other text in the place of lexemes; last < first inserts before first. */
void
StatementEdit(DialectStatement *statement, int first, int last, const char *text)
{
	StatementAddEdit(statement, first, last)->text = text;
}

/* Adds an empty replacement. */
LexemeEdit *
StatementAddEdit(DialectStatement *statement, int first, int last)
{
	LexemeEdit *edit = palloc0(sizeof(LexemeEdit));

	edit->first = first;
	edit->last = last;
	statement->edits = lappend(statement->edits, edit);
	return edit;
}

/* Puts the replacements in the order of their places, which the printer wants. */
void
StatementOrderEdits(DialectStatement *statement)
{
	list_sort(statement->edits, CompareEdits);
}

/* Orders replacements by place; what inserts comes before what replaces. */
static int
CompareEdits(const ListCell *one, const ListCell *other)
{
	const LexemeEdit *left = lfirst(one);
	const LexemeEdit *right = lfirst(other);

	return left->first != right->first ? left->first - right->first : left->last - right->last;
}

/* A lexeme ahead of the cursor; at and past the end of the statement, the one that ends it. */
const Lexeme *
ParserPeek(const Parser *parser, int ahead)
{
	return &parser->list->lexemes[Min(parser->next + ahead, parser->end)];
}

/* Whether the next lexeme is this word or punctuation. */
bool
ParserIs(const Parser *parser, const char *text)
{
	return ParserIsAt(parser, 0, text);
}

/* Whether a lexeme ahead is this word or punctuation. */
bool
ParserIsAt(const Parser *parser, int ahead, const char *text)
{
	return parser->next + ahead < parser->end && LexemeIs(ParserPeek(parser, ahead), text);
}

/* Steps over the next lexeme if it is this one. */
bool
ParserTake(Parser *parser, const char *text)
{
	if (!ParserIs(parser, text))
		return false;
	parser->next++;
	return true;
}

/* Steps over words separated by one space, if all of them come next. */
bool
ParserTakeWords(Parser *parser, const char *words)
{
	int count = LexemesAre(parser->list, parser->next, parser->end, words);

	parser->next += count;
	return count > 0;
}

/* Steps over the next lexeme, which has to be this one. */
void
ParserExpect(Parser *parser, const char *text)
{
	if (!ParserTake(parser, text))
		ParserFail(parser);
}

/* Reads a name that a column or table can have. */
const char *
ParserName(Parser *parser)
{
	if (parser->next >= parser->end || !LexemeIsName(ParserPeek(parser, 0)))
		ParserFail(parser);
	return LexemeFold(parser->list->lexemes[parser->next++].text);
}

/* Reads any unquoted word. */
const char *
ParserWord(Parser *parser)
{
	const Lexeme *lexeme = ParserPeek(parser, 0);

	if (parser->next >= parser->end || lexeme->kind != LEXEME_WORD || lexeme->quoted)
		ParserFail(parser);
	parser->next++;
	return lexeme->text;
}

/* Reads (name, name ...) into a list of char *. */
List *
ParserNameList(Parser *parser)
{
	List *names = NIL;

	ParserExpect(parser, "(");
	do
	{
		names = lappend(names, (void *)ParserName(parser));
	} while (ParserTake(parser, ","));
	ParserExpect(parser, ")");

	return names;
}

/* Steps over a parenthesised part and returns its last lexeme. */
int
ParserSkipParentheses(Parser *parser)
{
	int match = ParserPeek(parser, 0)->match;

	if (!ParserIs(parser, "(") || match < 0 || match >= parser->end)
		ParserFail(parser);
	parser->next = match + 1;
	return match;
}

/* Whether a relation's name comes next. */
bool
ParserAtRelation(const Parser *parser)
{
	return parser->next < parser->end && LexemeIsName(ParserPeek(parser, 0));
}

/* Reads [[database.]schema.]name. */
void
ParserRelation(Parser *parser, RelationName *relation)
{
	relation->first = parser->next;
	relation->schema = NULL;
	relation->name = ParserName(parser);
	for (int i = 0; i < 2 && ParserIs(parser, "."); i++)
	{
		parser->next++;
		if (parser->next >= parser->end || ParserPeek(parser, 0)->kind != LEXEME_WORD)
			ParserFail(parser);
		relation->schema = relation->name;
		relation->name = LexemeFold(ParserPeek(parser, 0)->text);
		parser->next++;
	}

	relation->last = parser->next - 1;
}

/* Raises the syntax error at the next lexeme, a word that was probably meant to be another; near may be NULL. */
void
ParserFailNear(const Parser *parser, const char *near)
{
	ParserFailHint(parser, near == NULL ? NULL : psprintf("Do you mean %s?", near));
}

/* Raises the syntax error at the next lexeme. */
void
ParserFail(const Parser *parser)
{
	ParserFailHint(parser, NULL);
}

/* Likewise, with a hint that may be NULL. */
void
ParserFailHint(const Parser *parser, const char *hint)
{
	const Lexeme *lexeme = ParserPeek(parser, 0);
	const char *script = parser->list->script;

	if (parser->next >= parser->end)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("syntax error at end of statement"),
						LexerErrorPosition(script, lexeme->start)));
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("syntax error at or near \"%.*s\"",
					pg_mbcliplen(script + lexeme->start, lexeme->end - lexeme->start, 64),
					script + lexeme->start),
			 hint != NULL ? errhint("%s", hint) : 0, LexerErrorPosition(script, lexeme->start)));
}

/* Requires that the statement ends here. */
void
ParserEnd(const Parser *parser)
{
	if (parser->next < parser->end)
		ParserFail(parser);
}
