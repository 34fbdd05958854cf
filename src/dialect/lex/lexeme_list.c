/*
 * lexeme_list.c
 *		Lists of lexemes: made, asked and stepped through, whatever they were scanned from.
 */
#include "postgres.h"

#include "common/keywords.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "dialect/lex/lexer.h"

static void MatchBrackets(LexemeList *list);

/* An empty list with room for the lexemes that are expected. */
LexemeList *
LexemeListBegin(int expected)
{
	LexemeList *list = palloc0(sizeof(LexemeList));

	list->allocated = expected + 16;
	list->lexemes = palloc_extended(sizeof(Lexeme) * list->allocated, MCXT_ALLOC_HUGE);
	return list;
}

/* Makes room for as many lexemes again. */
void
LexemeListGrow(LexemeList *list)
{
	list->allocated *= 2;
	list->lexemes = repalloc_huge(list->lexemes, sizeof(Lexeme) * list->allocated);
}

/* Adds the end, and finds what belongs together. */
void
LexemeListEnd(LexemeList *list, const char *text)
{
	Lexeme end = {.kind = LEXEME_END, .text = "", .keyword = -1, .match = -1};

	end.start = end.end = strlen(text);
	LexemeListAppend(list, &end);
	list->count--;
	list->script = text;
	MatchBrackets(list);
	for (int i = list->count; i >= 0; i--)
		list->lexemes[i].past_open =
			LexemeIs(&list->lexemes[i], "(") ? list->lexemes[i + 1].past_open : i;
}

/* Points every parenthesis and bracket to its partner; those without one stay at -1. */
static void
MatchBrackets(LexemeList *list)
{
	/* as many as there are lexemes, at worst; of a script that may be very long */
	int *open = palloc_extended(sizeof(int) * (list->count + 1), MCXT_ALLOC_HUGE);
	int depth = 0;

	for (int i = 0; i < list->count; i++)
	{
		const Lexeme *lexeme = &list->lexemes[i];

		/* half of a long list are values */
		if (lexeme->kind != LEXEME_OPERATOR)
			continue;

		/* a statement that isn't closed ends all the same */
		if (LexemeIs(lexeme, ";"))
			depth = 0;
		else if (LexemeIs(lexeme, "(") || LexemeIs(lexeme, "["))
			open[depth++] = i;
		else if (depth > 0 && (LexemeIs(lexeme, ")") || LexemeIs(lexeme, "]")) &&
				 LexemeIs(&list->lexemes[open[depth - 1]], lexeme->text[0] == ')' ? "(" : "["))
		{
			/* a bracket that closes another kind's is an error, and left to PostgreSQL */
			list->lexemes[i].match = open[--depth];
			list->lexemes[open[depth]].match = i;
		}
	}

	pfree(open);
}

/* How many lexemes these words are that stand at a place; 0: they don't. */
int
LexemesMatch(const LexemeList *list, int first, int end, const char *words)
{
	int place = first;

	while (*words != '\0')
	{
		const Lexeme *lexeme = &list->lexemes[place];
		size_t length;

		if (place++ >= end || lexeme->text[0] != words[0] || lexeme->quoted ||
			(lexeme->kind != LEXEME_WORD && lexeme->kind != LEXEME_OPERATOR))
			return 0;
		length = strlen(lexeme->text);

		/* a whole word, not the beginning of one */
		if (strncmp(lexeme->text, words, length) != 0 ||
			(words[length] != ' ' && words[length] != '\0'))
			return 0;
		words += length + (words[length] == ' ');
	}

	return place - first;
}

/* Whether a lexeme can name a table or a column. */
bool
LexemeIsName(const Lexeme *lexeme)
{
	return lexeme->kind == LEXEME_WORD && (lexeme->quoted || !lexeme->reserved);
}

/* A name with ASCII capitals folded, as Redshift folds quoted names too (AWS: r_names). */
char *
LexemeFold(const char *name)
{
	char *folded = pstrdup(name);

	for (char *c = folded; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	return folded;
}

/* Sets an error's position to a byte offset of the script, which errposition counts in characters. */
int
LexerErrorPosition(const char *script, int offset)
{
	return errposition(pg_mbstrlen_with_len(script, offset) + 1);
}

/* Whether a lexeme is a word that isn't reserved. */
bool
LexemeIsAnyName(const LexemeList *list, int index)
{
	const Lexeme *lexeme = LexemeAt(list, index);

	if (index < 0 || lexeme->kind != LEXEME_WORD)
		return false;
	return lexeme->keyword < 0 || ScanKeywordCategories[lexeme->keyword] != RESERVED_KEYWORD;
}

/* Whether a lexeme is this one; steps over it if so. */
bool
LexemeAccept(const LexemeList *list, int *next, const char *text)
{
	if (!LexemeIsAt(list, *next, text))
		return false;
	(*next)++;
	return true;
}

/* Steps over a lexeme, or over everything in its parentheses. */
void
LexemeSkip(const LexemeList *list, int *next)
{
	int match = LexemeAt(list, *next)->match;

	*next = match > *next ? match + 1 : *next + 1;
}

/* The names (char *) in a list in parentheses, types behind them left out; NIL when there is no such list. */
List *
LexemeNames(const LexemeList *list, int open)
{
	int close = LexemeAt(list, open)->match;
	List *names = NIL;

	if (!LexemeIsAt(list, open, "("))
		return NIL;

	for (int i = open + 1; i < close; i++)
	{
		if (i == open + 1 || LexemeIsAt(list, i - 1, ","))
			names = lappend(names, unconstify(char *, LexemeAt(list, i)->text));
		i = Max(i, LexemeAt(list, i)->match);
	}

	return names;
}
