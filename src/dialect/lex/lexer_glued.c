/*
 * lexer_glued.c
 *		Keywords that stand right behind a number: CASE WHEN a = 1THEN 2ELSE 3END.
 *
 * Redshift reads a number up to its last digit and goes on from there, as
 * PostgreSQL did before 15 (not documented by AWS; chosen because its examples
 * are written so).  Its own words are keywords here too.  Names are left to the
 * scanner, which refuses them.
 */
#include "postgres.h"

#include <ctype.h>

#include "common/keywords.h"
#include "miscadmin.h"

#include "dialect/lex/lexer.h"

/* Longer than every keyword. */
#define KEYWORD_MAX_BYTES 32

/* Cancelling is looked for once in so many bytes. */
#define INTERRUPT_BYTES (1 << 20)

/* Words of Redshift's that may come behind a number and are none of PostgreSQL's keywords. */
static const char *const redshift_words[] = {"distkey", "diststyle", "encode",
											 "minus",	"qualify",	 "sortkey"};

static const char *FindKeyword(const char *word);

/* The byte of the first keyword right behind a digit; that the digit ends a number is seen to later. */
int
LexerFindGlued(const char *script, int from)
{
	for (const char *c = script + from; *c != '\0'; c++)
	{
		int end;

		if ((c - script) % INTERRUPT_BYTES == 0)
			CHECK_FOR_INTERRUPTS();

		/* 1.AND: a point may be the number's last character */
		bool last = isdigit((unsigned char)*c) ||
					(*c == '.' && c > script && isdigit((unsigned char)c[-1]));

		if (last && isalpha((unsigned char)c[1]) &&
			LexerKeywordAt(script, c + 1 - script, &end) != NULL)
			return c + 1 - script;
	}

	return -1;
}

/* The keyword that a byte begins, in lower case; NULL: there is none. */
const char *
LexerKeywordAt(const char *script, int start, int *end)
{
	char word[KEYWORD_MAX_BYTES];
	int length = 0;

	while (isalnum((unsigned char)script[start + length]) || script[start + length] == '_' ||
		   script[start + length] == '$' || (script[start + length] & 0x80) != 0)
	{
		if (length == KEYWORD_MAX_BYTES - 1)
			return NULL;
		word[length] = tolower((unsigned char)script[start + length]);
		length++;
	}

	word[length] = '\0';
	*end = start + length;

	return FindKeyword(word);
}

/* Whether the next token from a byte on is a number, or $1, whose last character stands before another byte. */
bool
LexerNumberEnds(const char *script, int from, int end)
{
	int next = LexerSkipBlanks(script, from);
	int whole;
	int fraction = 0;

	if (next >= end)
		return false;
	if (script[next] == '$')
		return next + 1 + (int)strspn(script + next + 1, "0123456789") == end;

	/* one number, as PostgreSQL's scanner would take it */
	whole = strspn(script + next, "0123456789");
	next += whole;

	/* two dots are a range in plpgsql: 1..10 */
	if (script[next] == '.' && script[next + 1] != '.')
	{
		fraction = strspn(script + next + 1, "0123456789");
		next += 1 + fraction;
	}

	/* without a digit it is a name: E-2AS, e1and */
	if (whole + fraction == 0)
		return false;

	/* an exponent is part of the number only if this is none of those words */
	if (next < end && (script[next] == 'e' || script[next] == 'E'))
	{
		next += script[next + 1] == '+' || script[next + 1] == '-' ? 2 : 1;
		next += strspn(script + next, "0123456789");
	}

	return next == end;
}

/* The keyword of PostgreSQL's or Redshift's that a word is, as a constant; NULL: it is none. */
static const char *
FindKeyword(const char *word)
{
	int keyword = ScanKeywordLookup(word, &ScanKeywords);

	if (keyword >= 0)
		return GetScanKeyword(keyword, &ScanKeywords);
	for (int i = 0; i < (int)lengthof(redshift_words); i++)
		if (strcmp(word, redshift_words[i]) == 0)
			return redshift_words[i];

	return NULL;
}
