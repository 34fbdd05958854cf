/*
 * lexer_escapes.c
 *		Quotes behind a backslash, before PostgreSQL's scanner sees them.
 *
 * Redshift reads 'it\'s' as PostgreSQL reads 'it''s', which is as long: so the
 * one becomes the other in the scanner's own buffer, and no offset changes.
 * Only the scanner knows where a token begins; so this looks no further than
 * the strings that may be its next token.  What other escapes stand for is left
 * to PostgreSQL (deparse.c makes E'...' of the string); the options of COPY
 * have a way of their own with them.
 */
#include "postgres.h"

#include "parser/scansup.h"

#include "dialect/lex/lexer.h"

static int SkipComment(const char *script, int next);
static int DoubleInString(const char *script, char *copy, int next);

/* Goes on while plain strings follow: parts of one may stand on lines of their own. */
int
LexerDoubleQuotes(const char *script, char *copy, int next)
{
	next = LexerSkipBlanks(script, next);
	while (script[next] == '\'')
	{
		next = DoubleInString(script, copy, next + 1);
		next = LexerSkipBlanks(script, next);
	}

	return next;
}

/* Steps over comments and what this server's scanner takes for blanks: a vertical tab is one since PostgreSQL 16. */
int
LexerSkipBlanks(const char *script, int next)
{
	for (;;)
	{
		while (scanner_isspace(script[next]))
			next++;
		if (script[next] == '-' && script[next + 1] == '-')
			next += strcspn(script + next, "\n\r");
		else if (script[next] == '/' && script[next + 1] == '*')
			next = SkipComment(script, next + 2);
		else
			return next;
	}
}

/* Steps over the rest of a comment, which may hold others. */
static int
SkipComment(const char *script, int next)
{
	for (int depth = 1; script[next] != '\0' && depth > 0; next++)
	{
		bool opens = script[next] == '/' && script[next + 1] == '*';

		if (!opens && !(script[next] == '*' && script[next + 1] == '/'))
			continue;
		depth += opens ? 1 : -1;
		next++;
	}

	return next;
}

/* Doubles the escaped quotes of a string from its first character on; returns what is behind it. */
static int
DoubleInString(const char *script, char *copy, int next)
{
	for (; script[next] != '\0'; next++)
	{
		/* a backslash takes the next character with it, whatever it is */
		if (script[next] == '\\' && script[next + 1] != '\0')
		{
			next++;
			if (script[next] == '\'')
				copy[next - 1] = '\'';
		}
		else if (script[next] == '\'' && script[next + 1] != '\'')
			return next + 1;
		else if (script[next] == '\'')
			next++;
	}

	return next;
}
