/*
 * lexer.h
 *		A script as an array of PostgreSQL's own tokens, with what psql and
 *		Redshift add: variables, #temporary names, backslash commands.
 *
 * Comments are not lexemes: they are what stands between two of them.
 */
#ifndef SPARKIFY_LEXER_H
#define SPARKIFY_LEXER_H

#include "postgres.h"
#include "nodes/pg_list.h"

typedef enum LexemeKind
{
	LEXEME_WORD,	 /* keyword or name, "quoted" or #temporary */
	LEXEME_STRING,	 /* 'text', E'text', $$text$$ */
	LEXEME_NUMBER,	 /* 1, 1.5e3 */
	LEXEME_CONSTANT, /* B'1', X'1F', U&'text', $1 */
	LEXEME_VARIABLE, /* :name, :'name', :"name" */
	LEXEME_OPERATOR, /* also punctuation */
	LEXEME_END		 /* of the script */
} LexemeKind;

/* A script of literals has one every four bytes, so it is kept small. */
typedef struct Lexeme
{
	const char *text; /* folded word, decoded string, variable's name, or as written */
	int start;		  /* byte offsets in the script; end is exclusive */
	int end;
	int match;	   /* index of the matching parenthesis or bracket, else -1 */
	int past_open; /* index of the first lexeme from here on that is no opening parenthesis */
	int16 keyword; /* index in ScanKeywords, else -1 */
	LexemeKind kind : 8;
	bool quoted;   /* "word" */
	bool reserved; /* a word that PostgreSQL doesn't take as a name */
	char quote;	   /* variable: '\'', '"' or 0 */
} Lexeme;

typedef struct LexemeList
{
	const char *script; /* palloc'd copy */
	Lexeme *lexemes;	/* ends with LEXEME_END */
	int count;			/* without LEXEME_END */
	int allocated;
} LexemeList;

/* Scans a script; raises the scanner's own errors (an unterminated string ...). */
extern LexemeList *LexerScan(const char *script);

/* Likewise what psql doesn't see, a routine's body: no variables, no backslash commands. */
extern LexemeList *LexerScanPlain(const char *sql);

/* A list made of lexemes of others: begin, append each, end once the text they stand in is complete. */
extern LexemeList *LexemeListBegin(int expected);
extern void LexemeListGrow(LexemeList *list);
extern void LexemeListEnd(LexemeList *list, const char *text);

static inline void
LexemeListAppend(LexemeList *list, const Lexeme *lexeme)
{
	if (list->count == list->allocated)
		LexemeListGrow(list);
	list->lexemes[list->count++] = *lexeme;
}

/*
 * lexer_escapes.c: makes '' of \' in a copy of the script, in the plain strings that come next from a byte on;
 * returns where they end
 */
extern int LexerDoubleQuotes(const char *script, char *copy, int next);
extern int LexerSkipBlanks(const char *script, int next);

/*
 * lexer_glued.c: the byte of the first keyword right behind a digit from a byte
 * on, -1 when there is none; the keyword that a byte begins, a constant in lower
 * case, and its end, NULL when there is none; whether the next token from a byte
 * on is a number that ends there
 */
extern int LexerFindGlued(const char *script, int from);
extern const char *LexerKeywordAt(const char *script, int start, int *end);
extern bool LexerNumberEnds(const char *script, int from, int end);

/* Whether a lexeme is this unquoted word (lower case), operator or punctuation. */
static inline bool
LexemeIs(const Lexeme *lexeme, const char *text)
{
	/* most lexemes that are asked for differ in their first letter */
	return lexeme->text[0] == text[0] &&
		   (lexeme->kind == LEXEME_OPERATOR || (lexeme->kind == LEXEME_WORD && !lexeme->quoted)) &&
		   strcmp(lexeme->text, text) == 0;
}

/* lexeme_list.c: LexemesAre once the first letter is right */
extern int LexemesMatch(const LexemeList *list, int first, int end, const char *words);

/*
 * How many lexemes these words are, separated by one space, that stand at a place; 0: they don't.
 * Inline, because each statement is held against whole tables of beginnings: the first letter sorts
 * nearly all of them out.
 */
static inline int
LexemesAre(const LexemeList *list, int first, int end, const char *words)
{
	return first < end && list->lexemes[first].text[0] == words[0]
			   ? LexemesMatch(list, first, end, words)
			   : 0;
}

/* Whether a lexeme can name a table or a column. */
extern bool LexemeIsName(const Lexeme *lexeme);

/* A lexeme by its index; beyond the last is the end. */
static inline const Lexeme *
LexemeAt(const LexemeList *list, int index)
{
	return &list->lexemes[Max(0, Min(index, list->count))];
}

/* Inline, for a long list is asked for each of its lexemes: the compiler knows the text then. */
static inline bool
LexemeIsAt(const LexemeList *list, int index, const char *text)
{
	return index >= 0 && index < list->count && LexemeIs(&list->lexemes[index], text);
}

/* lexeme_list.c: steps over a lexeme if it is this one */
extern bool LexemeAccept(const LexemeList *list, int *next, const char *text);

/* Whether a lexeme is a word that isn't reserved: it can name a column, table or function. */
extern bool LexemeIsAnyName(const LexemeList *list, int index);

/* Steps over a lexeme, or over everything in its parentheses. */
extern void LexemeSkip(const LexemeList *list, int *next);

/* The names (char *) in a list in parentheses, types behind them left out; NIL when there is no such list. */
extern List *LexemeNames(const LexemeList *list, int open);

/* A name with ASCII capitals folded, as Redshift folds quoted names too (AWS: r_names). */
extern char *LexemeFold(const char *name);

/* Sets an error's position to a byte offset of the script, which errposition counts in characters. */
extern int LexerErrorPosition(const char *script, int offset);

#endif /* SPARKIFY_LEXER_H */
