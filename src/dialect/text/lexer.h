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

typedef struct Lexeme
{
	LexemeKind kind;
	int start; /* byte offsets in the script; end is exclusive */
	int end;
	char *text;	   /* folded word, decoded string, variable's name, or as written */
	bool quoted;   /* "word" */
	bool keyword;  /* of PostgreSQL's */
	bool reserved; /* a word that PostgreSQL doesn't take as a name */
	char quote;	   /* variable: '\'', '"' or 0 */
	int match;	   /* index of the matching parenthesis or bracket, else -1 */
} Lexeme;

typedef struct LexemeList
{
	const char *script; /* palloc'd copy */
	Lexeme *lexemes;	/* ends with LEXEME_END */
	int count;			/* without LEXEME_END */
} LexemeList;

/* Scans a script; raises the scanner's own errors (an unterminated string ...). */
extern LexemeList *LexerScan(const char *script);

/* lexer_escapes.c: makes '' of \' in a copy of the script, in the plain strings that come next from a byte on */
extern void LexerDoubleQuotes(const char *script, char *copy, int next);

/* Whether a lexeme is this unquoted word (lower case), operator or punctuation. */
extern bool LexemeIs(const Lexeme *lexeme, const char *text);

/* How many lexemes these words are, separated by one space, that stand at a place; 0: they don't. */
extern int LexemesAre(const LexemeList *list, int first, int end, const char *words);

/* Whether a lexeme can name a table or a column. */
extern bool LexemeIsName(const Lexeme *lexeme);

/* A name with ASCII capitals folded, as Redshift folds quoted names too (AWS: r_names). */
extern char *LexemeFold(const char *name);

/* Sets an error's position to a byte offset of the script, which errposition counts in characters. */
extern int LexerErrorPosition(const char *script, int offset);

#endif /* SPARKIFY_LEXER_H */
