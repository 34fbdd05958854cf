/*
 * sql_scan.c
 *		Walks over SQL without understanding it.
 */
#include "postgres.h"

#include <ctype.h>

#include "warehouse/sql_scan.h"

static const char *SkipQuoted(const char *at);
static const char *SkipDollar(const char *at);
static const char *SkipComment(const char *at);

/* Whether a character may be part of a name. */
static bool
IsWord(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$' || IS_HIGHBIT_SET(c);
}

/* The end of the literal or comment that begins here, or the place itself when none does. */
static const char *
SkipOpaque(const char *at)
{
	if (*at == '\'')
		return SkipQuoted(at);
	if (*at == '$')
		return SkipDollar(at);
	return SkipComment(at);
}

/* The end of what a quote opens; a doubled quote is part of it. */
static const char *
SkipQuoted(const char *at)
{
	char quote = *at++;

	for (; *at != '\0'; at++)
	{
		if (*at != quote)
			continue;
		if (at[1] != quote)
			return at + 1;
		at++;
	}

	return at;
}

/* The end of a dollar-quoted literal, or the place itself. */
static const char *
SkipDollar(const char *at)
{
	const char *mark = at + 1;
	const char *end;
	char *tag;

	while (isalnum((unsigned char)*mark) || *mark == '_')
		mark++;

	/* $1 is a parameter */
	if (*mark != '$' || isdigit((unsigned char)at[1]))
		return at;

	tag = pnstrdup(at, mark + 1 - at);
	end = strstr(mark + 1, tag);

	/* one that never closes goes to the end */
	return end ? end + strlen(tag) : mark + strlen(mark);
}

/* The end of a comment, or the place itself. */
static const char *
SkipComment(const char *at)
{
	int depth = 0;

	if (at[0] == '-' && at[1] == '-')
		return at + strcspn(at, "\n");
	if (at[0] != '/' || at[1] != '*')
		return at;

	/* comments nest, as in PostgreSQL */
	do
	{
		if (at[0] == '/' && at[1] == '*')
			depth++;
		else if (at[0] == '*' && at[1] == '/')
			depth--;
		else
		{
			at++;
			continue;
		}

		at += 2;
	} while (depth > 0 && *at != '\0');

	return at;
}

SqlWord
SqlNextWord(const char **at)
{
	const char *end;

	for (; **at != '\0'; *at = Max(end, *at + 1))
	{
		SqlWord word = {.start = *at};

		end = SkipOpaque(*at);
		if (end != *at)
			continue;
		while (IsWord(end[0]))
			end++;
		word.length = end - *at;
		if (word.length == 0)
			continue;
		*at = end;
		return word;
	}

	return (SqlWord){0};
}

char *
SqlTerminated(const char *sql)
{
	size_t length = strlen(sql);
	const char *code, *end; /* code: where the last of it ends */

	/* blanks at the end say nothing */
	while (length > 0 && isspace((unsigned char)sql[length - 1]))
		length--;
	code = sql = pnstrdup(sql, length);
	for (const char *at = sql; *at != '\0'; at = end)
	{
		/* a comment is no code: a semicolon within it ends nothing */
		end = SkipComment(at);
		if (end != at)
			continue;
		end = SkipOpaque(at);
		if (end == at)
			end = *at == '"' ? SkipQuoted(at) : at + 1;

		/* code is where the last thing ends that isn't a blank */
		if (!isspace((unsigned char)*at))
			code = end;
	}

	if (code > sql && code[-1] == ';')
		return (char *)sql;

	/* a line of its own, where a comment would swallow the semicolon */
	return psprintf("%s%s;", sql, *code == '\0' ? "" : "\n");
}
