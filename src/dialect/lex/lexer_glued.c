/*
 * lexer_glued.c
 *		Keywords that stand right behind a number: CASE WHEN a = 1THEN 2ELSE 3END.
 *
 * Redshift reads a number up to its last digit and goes on from there, as
 * PostgreSQL did before 15 (not documented by AWS; chosen because its examples
 * are written so).  Names are left to the scanner, which refuses them.
 */
#include "postgres.h"

#include <ctype.h>

#include "common/keywords.h"

#include "dialect/lex/lexer.h"

/* Longer than every keyword. */
#define KEYWORD_MAX_BYTES 32

/* The byte of the first keyword right behind a digit; that the digit ends a number is seen to later. */
int
LexerFindGlued(const char *script, int from)
{
	for (const char *c = script + from; *c != '\0'; c++)
	{
		int end;

		if (*c <= '9' && *c >= '0' && isalpha((unsigned char)c[1]) &&
			LexerKeywordAt(script, c + 1 - script, &end) >= 0)
			return c + 1 - script;
	}

	return -1;
}

/* The keyword that a byte begins, as the scanner numbers them; -1: there is none. */
int
LexerKeywordAt(const char *script, int start, int *end)
{
	char word[KEYWORD_MAX_BYTES];
	int length = 0;

	while (isalnum((unsigned char)script[start + length]) || script[start + length] == '_' ||
		   script[start + length] == '$' || (script[start + length] & 0x80) != 0)
	{
		if (length == KEYWORD_MAX_BYTES - 1)
			return -1;
		word[length] = tolower((unsigned char)script[start + length]);
		length++;
	}

	word[length] = '\0';
	*end = start + length;
	return ScanKeywordLookup(word, &ScanKeywords);
}

/* Whether the next token from a byte on is a number whose last digit stands before another byte. */
bool
LexerNumberEnds(const char *script, int from, int end)
{
	int next = LexerSkipBlanks(script, from);

	if (next >= end)
		return false;

	/* one number, as PostgreSQL's scanner would take it */
	next += strspn(script + next, "0123456789");

	/* two dots are a range in plpgsql: 1..10 */
	if (script[next] == '.' && script[next + 1] != '.')
		next += 1 + strspn(script + next + 1, "0123456789");

	/* an exponent is part of the number only if this is none of those words */
	if (next < end && (script[next] == 'e' || script[next] == 'E'))
	{
		next += script[next + 1] == '+' || script[next + 1] == '-' ? 2 : 1;
		next += strspn(script + next, "0123456789");
	}

	return next == end;
}
