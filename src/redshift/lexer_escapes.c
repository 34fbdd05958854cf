/*
 * lexer_escapes.c
 *		Quotes behind a backslash, before PostgreSQL's scanner sees the script.
 *
 * Redshift reads 'it\'s' as PostgreSQL reads 'it''s', which is as long: so the
 * one becomes the other in the scanner's own copy, and no offset changes.  What
 * other escapes stand for is left to PostgreSQL (deparse.c makes E'...' of the
 * string); the options of COPY have a way of their own with them.
 */
#include "postgres.h"

#include <ctype.h>

#include "redshift/lexer.h"

static char *StringEnd(char *text, bool escapes, bool plain);
static char *CommentEnd(char *text);
static char *DollarEnd(char *text);
static char *LineEnd(char *text);
static bool InName(char c);

/* Makes '' of every \' in the plain strings of a script. */
void
LexerDoubleQuotes(char *script)
{
	char *text = script;

	if (strstr(script, "\\'") == NULL)
		return;
	while (*text != '\0')
	{
		char before = text > script ? text[-1] : ' ';

		if (*text == '\'')
			text = StringEnd(text + 1, before == 'e' || before == 'E' || !InName(before),
							 !InName(before) && before != '&');
		else if (*text == '"')
			text = text + 1 + strcspn(text + 1, "\"") + (strchr(text + 1, '"') != NULL);
		else if (text[0] == '-' && text[1] == '-')
			text = LineEnd(text);
		else if (text[0] == '/' && text[1] == '*')
			text = CommentEnd(text + 2);
		else if (text[0] == '\\' && isalpha((unsigned char)text[1]))
			text = LineEnd(text);
		else if (text[0] == '$' && !InName(before))
			text = DollarEnd(text);
		else
			text++;
	}
}

/* The end of a string from its first character; in a plain one escaped quotes are doubled. */
static char *
StringEnd(char *text, bool escapes, bool plain)
{
	for (; *text != '\0'; text++)
	{
		if (text[0] == '\\' && escapes && text[1] != '\0')
		{
			if (plain && text[1] == '\'')
				*text = '\'';
			text++;
		}
		else if (text[0] == '\'' && text[1] != '\'')
			return text + 1;
		else if (text[0] == '\'')
			text++;
	}
	return text;
}

/* The end of a comment, which may hold others. */
static char *
CommentEnd(char *text)
{
	for (int depth = 1; *text != '\0' && depth > 0; text++)
	{
		bool opens = text[0] == '/' && text[1] == '*';

		if (!opens && !(text[0] == '*' && text[1] == '/'))
			continue;
		depth += opens ? 1 : -1;
		text++;
	}
	return text;
}

/* The end of a string between dollar quotes; behind the dollar where it begins none. */
static char *
DollarEnd(char *text)
{
	char *tag_end = text + 1;
	char *tag;
	char *end;

	while (InName(*tag_end))
		tag_end++;
	if (*tag_end != '$' || isdigit((unsigned char)text[1]))
		return text + 1;
	tag = pnstrdup(text, tag_end + 1 - text);
	end = strstr(tag_end + 1, tag);
	text = end == NULL ? tag_end + 1 + strlen(tag_end + 1) : end + strlen(tag);
	pfree(tag);
	return text;
}

/* The end of a line. */
static char *
LineEnd(char *text)
{
	return text + strcspn(text, "\n");
}

/* Whether a character can stand in a name without quotes. */
static bool
InName(char c)
{
	return isalnum((unsigned char)c) || c == '_' || ((unsigned char)c & 0x80) != 0;
}
