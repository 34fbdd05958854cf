/*
 * excerpt.c
 *		What an error shows of a script.
 *
 * The scanner may be what failed, so the statement around a place is found by
 * the semicolons outside of strings, names and comments alone.
 */
#include "postgres.h"

#include <ctype.h>

#include "mb/pg_wchar.h"

#include "dialect/text/dialect.h"
#include "secrets/secrets.h"

/* A script longer than that isn't shown as a whole. */
#define SHOWN_BYTES 1000

static int ByteAt(const char *script, int position);
static void FindStatement(const char *script, int byte, int *start, int *end);
static bool IsComment(const char *text);
static int SkipPiece(const char *script, int at);
static int SkipTo(const char *script, int at, const char *ending);
static int DollarTag(const char *script, int at);

char *
DialectExcerpt(const char *script, int *position)
{
	int start = 0;
	int end = strlen(script);
	char *shown;

	if (end > SHOWN_BYTES)
	{
		int byte = ByteAt(script, *position);

		FindStatement(script, byte, &start, &end);
		/* one that is long itself, or a string that never ends, is cut behind the place */
		if (end - start > SHOWN_BYTES && byte < start + SHOWN_BYTES)
			end = start + pg_mbcliplen(script + start, end - start, SHOWN_BYTES);
		*position -= pg_mbstrlen_with_len(script, start);
	}
	shown = pnstrdup(script + start, end - start);
	return SecretsMaskAt(shown, position);
}

/* The byte of a character that is counted from 1. */
static int
ByteAt(const char *script, int position)
{
	int byte = 0;

	while (--position > 0 && script[byte] != '\0')
		byte += pg_mblen(script + byte);
	return byte;
}

/* Where the statement around a byte begins and ends. */
static void
FindStatement(const char *script, int byte, int *start, int *end)
{
	int at = 0;

	*start = 0;
	while (script[at] != '\0' && !(script[at] == ';' && at >= byte))
	{
		if (script[at] == ';')
			*start = at + 1;
		at = SkipPiece(script, at);
	}
	*end = at;

	/* a comment behind the statement before is none of its own */
	while (*start < byte && (isspace((unsigned char)script[*start]) || IsComment(script + *start)))
		*start = SkipPiece(script, *start);
}

static bool
IsComment(const char *text)
{
	return strncmp(text, "--", 2) == 0 || strncmp(text, "/*", 2) == 0;
}

/* The byte behind a string, a name in quotes, a comment, or else one byte. */
static int
SkipPiece(const char *script, int at)
{
	int tag;

	if (strncmp(script + at, "--", 2) == 0)
		return SkipTo(script, at + 2, "\n");
	if (strncmp(script + at, "/*", 2) == 0)
		return SkipTo(script, at + 2, "*/");
	if (script[at] == '"')
		return SkipTo(script, at + 1, "\"");
	if (script[at] == '\'')
	{
		for (at++; script[at] != '\0' && script[at] != '\''; at++)
			if (script[at] == '\\' && script[at + 1] != '\0')
				at++;
		return script[at] == '\0' ? at : at + 1;
	}
	tag = DollarTag(script, at);
	return tag > 0 ? SkipTo(script, at + tag, pnstrdup(script + at, tag)) : at + 1;
}

/* The byte behind an ending, or the end of the script. */
static int
SkipTo(const char *script, int at, const char *ending)
{
	const char *found = strstr(script + at, ending);

	return found == NULL ? at + (int)strlen(script + at) : (int)(found - script + strlen(ending));
}

/* The length of the $tag$ that begins a string there; 0: none does. */
static int
DollarTag(const char *script, int at)
{
	int length = 1;

	if (script[at] != '$' || (at > 0 && isalnum((unsigned char)script[at - 1])))
		return 0;
	while (isalnum((unsigned char)script[at + length]) || script[at + length] == '_')
		length++;
	return script[at + length] == '$' ? length + 1 : 0;
}
