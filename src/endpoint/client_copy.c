/*
 * client_copy.c
 *		Where a COPY between server and client ends to be Redshift's SQL.
 *
 * The scanner of the dialect can't be asked: to it ESCAPE '\' is a string
 * without an end.
 */
#include "postgres.h"

#include "parser/scansup.h"

#include "endpoint/client_copy.h"

static int HeadLength(const char *sql);
static int OptionsLength(const char *options);
static int StatementLength(const char *sql);
static const char *SkipBody(const char *text);
static const char *SkipQuoted(const char *text, bool escapes);
static bool IsWord(const char *text, const char *word);
static bool IsWordCharacter(char c);

bool
ClientCopyFind(const char *sql, ClientCopy *copy)
{
	const char *at = sql;
	int head;

	while ((head = HeadLength(at)) == 0)
	{
		/* most texts are one statement */
		if (strchr(at, ';') == NULL)
			return false;
		at += StatementLength(at);
		if (*at == '\0')
			return false;
		at++;
	}
	copy->start = at - sql;
	copy->head = copy->start + head;
	copy->end = copy->head + OptionsLength(sql + copy->head);
	return true;
}

/* Finds COPY ... FROM STDIN or TO STDOUT, the words outside of parentheses. */
static int
HeadLength(const char *sql)
{
	const char *at = sql;
	const char *before = ""; /* the last word */
	bool begun = false;
	int depth = 0;

	while (*at != '\0' && *at != ';')
	{
		const char *next = SkipQuoted(at, true);

		/* FROM (query) has words of its own, which are no part of the head */
		if (next == at && !IsWordCharacter(*at))
		{
			depth += (*at == '(') - (*at == ')');
			at++;
			continue;
		}

		if (next > at)
		{
			at = next;
			continue;
		}

		while (IsWordCharacter(*next))
			next++;

		/* the first word decides, after comments */
		if (!begun && !IsWord(at, "copy"))
			return 0;
		begun = true;

		/* STDIN and STDOUT count only behind their preposition */
		if (depth == 0 && ((IsWord(before, "from") && IsWord(at, "stdin")) ||
						   (IsWord(before, "to") && IsWord(at, "stdout"))))
			return next - sql;
		before = at;
		at = next;
	}

	return 0;
}

/* Bytes up to the semicolon behind the options, or to the end. */
static int
OptionsLength(const char *options)
{
	const char *at = options;

	while (*at != '\0' && *at != ';')
	{
		const char *next = SkipQuoted(at, false);

		at = next > at ? next : at + 1;
	}

	return at - options;
}

/* Bytes up to the semicolon behind a statement of Redshift's, or to the end. */
static int
StatementLength(const char *sql)
{
	const char *at = sql;

	while (*at != '\0' && *at != ';')
	{
		const char *next = *at == '$' ? SkipBody(at) : SkipQuoted(at, true);

		at = next > at ? next : at + 1;
	}
	return at - sql;
}

/* Skips $tag$ ... $tag$; returns its begin where there is none. */
static const char *
SkipBody(const char *text)
{
	const char *end = text + 1;
	char *quote;

	while (*end != '$' && IsWordCharacter(*end))
		end++;
	if (*end != '$')
		return text;
	quote = pnstrdup(text, end + 1 - text);
	end = strstr(end + 1, quote);
	return end != NULL ? end + strlen(quote) : text + strlen(text);
}

/* Skips a string, a quoted name or a comment; returns its begin where there is none. */
static const char *
SkipQuoted(const char *text, bool escapes)
{
	char quote = *text;

	if (text[0] == '-' && text[1] == '-')
		return text + strcspn(text, "\r\n");
	if (text[0] == '/' && text[1] == '*')
	{
		/* not nested: what PostgreSQL refuses anyway need not be found */
		const char *end = strstr(text + 2, "*/");

		return end != NULL ? end + 2 : text + strlen(text);
	}

	/* E'...' too: its letter is read as a word */
	if (quote != '\'' && quote != '"')
		return text;

	for (text++; *text != '\0' && *text != quote; text++)
		if (escapes && quote == '\'' && text[0] == '\\' && text[1] != '\0')
			text++;
	return *text != '\0' ? text + 1 : text;
}

/* Whether a text begins with a word, in any case. */
static bool
IsWord(const char *text, const char *word)
{
	return pg_strncasecmp(text, word, strlen(word)) == 0 && !IsWordCharacter(text[strlen(word)]);
}

static bool
IsWordCharacter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
		   c == '$' || (c & 0x80) != 0;
}
