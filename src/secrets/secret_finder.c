/*
 * secret_finder.c
 *		Where in a text a secret stands: the one finder.
 *
 * The text is no statement for certain: a script, a configuration file in a
 * literal, a literal in a literal, a node tree, a message, cut off anywhere.
 * So it is not parsed.  Two things give a secret away: a name of the table
 * (secret_words.c) with a value behind it, and a shape (secret_shapes.c).
 *
 *	name  [blanks, comments, = : => := AS ||]  [E U& N]  quote  value  quote
 *
 * A value in quotes ends with the quotes that it began with: '..', ''..''
 * inside of a literal, \'..\' inside of E'..', $tag$..$tag$.  A bare value
 * counts behind a sign, or where it looks like a key.  In doubt more is taken.
 *
 * How far is looked for a value is bounded, so the time is linear in the text.
 */
#include "postgres.h"

#include <ctype.h>

#include "secrets/secret_finder.h"
#include "secrets/secret_shapes.h"
#include "secrets/secret_words.h"

/* How far behind its name a value may begin, comments included, and how often a comment's end is guessed. */
#define REACH_MAX 2048
#define GUESSES_MAX 8

/* What a key's bare value is no shorter than. */
#define BARE_KEY_MIN 8

/* What stands between a name and its value. */
typedef struct Gap
{
	bool assigned; /* a sign, or AS */
	bool at_line;  /* the name begins a line, as in a configuration file */
	bool escapes;  /* the value is of the form E'..' */
} Gap;

static SecretSpan SecretOfName(const char *text, size_t at, size_t length);
static bool BeginsLine(const char *text, size_t at);
static const char *FindValue(const char *at, const char *limit, Gap *gap, int guesses);
static size_t BlankAt(const char *at);
static const char *SkipSign(const char *at, Gap *gap);
static const char *SkipQuoteEnd(const char *at, Gap *gap);
static const char *SkipPrefix(const char *at, Gap *gap);
static SecretSpan QuotedValue(const char *text, const char *at, const Gap *gap);
static SecretSpan DollarValue(const char *text, const char *at);
static size_t QuotedLength(const char *value, char quote, size_t quotes, size_t backslashes,
						   bool escapes);
static SecretSpan BareValue(const char *text, const char *at, const Gap *gap);
static size_t LineLength(const char *value);
static bool LooksLikeAKey(const char *value, size_t length);
static bool Ends(char c);

/* Whether a character may be part of a name. */
static bool
IsWord(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

/* Looks at each word and each shape in turn. */
SecretSpan
SecretFind(const char *text, size_t from)
{
	SecretSpan span = {0};

	for (size_t at = from; text[at] != '\0'; at++)
	{
		size_t length = 0;
		bool escape = at > 0 && text[at - 1] == '\\' && strchr("nrt", text[at]) != NULL;

		/* names are tried from their first letter: the end of another is no name */
		if (at > 0 && IsWord(text[at - 1]))
			continue;
		while (IsWord(text[at + length]))
			length++;
		/* the n of an escaped line end is no letter of a name, unless there is no name without it */
		if (escape && length > 1)
			span = SecretOfName(text, at + 1, length - 1);
		if (span.length == 0)
			span = SecretOfName(text, at, length);
		if (span.length == 0)
			span = SecretOfShape(text, at);

		/* what is masked already is passed over, or masking twice would not end */
		if (span.length > 0 && strspn(text + span.offset, "*") < span.length)
			return span;
		span.length = 0;
		/* on to the last letter of the word: no other begins within it, but behind a comment's dashes */
		if (length > 1 && memchr(text + at, '-', length) == NULL)
			at += length - 1;
	}

	return (SecretSpan){0};
}

/* The value behind a name at an offset, if the name is one of a secret. */
static SecretSpan
SecretOfName(const char *text, size_t at, size_t length)
{
	/* the name says that a secret follows, and of what kind */
	const SecretWord *word = SecretWordOf(text + at, length);
	Gap gap = {0};
	SecretSpan span = {0};
	const char *value, *name_end = text + at + length;

	if (word == NULL)
		return span;

	gap.at_line = BeginsLine(text, at);
	value = FindValue(name_end, name_end + REACH_MAX, &gap, GUESSES_MAX);
	if (value == NULL)
		return span;

	value = SkipPrefix(value, &gap);

	/* each kind of quoting has an end of its own */
	if (*value == '$')
		span = DollarValue(text, value);
	else if (value[strspn(value, "\\")] == '\'' || value[strspn(value, "\\")] == '"')
		span = QuotedValue(text, value, &gap);

	/* no quote, or one that holds nothing: the value goes to the next blank or sign */
	if (span.length == 0 && strchr("'\"$\\", *value) == NULL)
		span = BareValue(text, value, &gap);

	/* words like "password" are followed by much that is no secret */
	if (span.length > 0 && !SecretWordHolds(word, text + span.offset, span.length))
		span.length = 0;
	return span;
}

/* Whether nothing but blanks stands before an offset on its line, or a literal begins there. */
static bool
BeginsLine(const char *text, size_t at)
{
	while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t'))
		at--;
	return at == 0 || strchr("\r\n'$", text[at - 1]) != NULL ||
		   (at >= 2 && text[at - 2] == '\\' && strchr("nr", text[at - 1]) != NULL);
}

/*
 * Where the value behind a name begins, after blanks, comments and signs; NULL
 * when there is none before the limit.  Inside of E'..' a comment ends at an
 * escaped line end, elsewhere at a real one: both are tried.
 */
static const char *
FindValue(const char *at, const char *limit, Gap *gap, int guesses)
{
	at = SkipQuoteEnd(at, gap);

	/* a limited reach: a name is followed by its value soon, or it is no such name */
	while (at < limit && *at != '\0')
	{
		const char *next = at + BlankAt(at);

		if (next == at)
			next = SkipSign(at, gap);
		if (next == at && at[0] == '/' && at[1] == '*')
		{
			for (next = at + 2; next < limit && *next != '\0' && strncmp(next, "*/", 2) != 0;)
				next++;
			next += *next == '*' ? 2 : 0;
		}
		else if (next == at && at[0] == '-' && at[1] == '-')
		{
			for (next = at + 2; next < limit && *next != '\0' && *next != '\n'; next++)
			{
				/*
				 * The comment may end here, if this is inside of a literal: tried with a copy,
				 * kept if a value follows.
				 */
				Gap guess = *gap;
				const char *value;

				if (next[0] != '\\' || strchr("nr", next[1]) == NULL || guesses-- <= 0)
					continue;

				/* no guesses within a guess: their number would grow with the power of the depth */
				value = FindValue(next + 2, limit, &guess, 0);
				if (value != NULL && SkipPrefix(value, &guess)[0] != '\0' &&
					strchr("'\"$\\", *SkipPrefix(value, &guess)) != NULL)
				{
					*gap = guess;
					return value;
				}
			}
		}
		else if (next == at)
			/* neither blank nor sign nor comment: here is the value */
			return at;
		at = next;
	}

	return NULL;
}

/* The length of a blank, as it is or as an escape in a literal; 0 when there is none. */
static size_t
BlankAt(const char *at)
{
	if (isspace((unsigned char)*at))
		return 1;
	return at[0] == '\\' && at[1] != '\0' && strchr("nrt", at[1]) != NULL ? 2 : 0;
}

/* What comes behind a sign between a name and its value. */
static const char *
SkipSign(const char *at, Gap *gap)
{
	static const char *const signs[] = {"=>", ":=", "=", "||", ":arg "};

	for (int i = 0; i < (int)lengthof(signs); i++)
		if (strncmp(at, signs[i], strlen(signs[i])) == 0)
		{
			gap->assigned = true;
			return at + strlen(signs[i]);
		}
	if (pg_strncasecmp(at, "as", 2) == 0 && !IsWord(at[2]))
		return at + 2;

	/* the end of a literal whose continuation is the value: 'secret=' || 'x' */
	if (gap->assigned && *at == '\'')
	{
		const char *next = at + 1 + strspn(at + 1, " \t\r\n");

		if (strncmp(next, "||", 2) == 0)
			return next + 2;
	}

	return at;
}

/* What comes behind a name's own closing quote, and the colon of JSON or of a configuration file. */
static const char *
SkipQuoteEnd(const char *at, Gap *gap)
{
	const char *next = at + strspn(at, "\\");
	bool quoted = *next == '"' || *next == '\'';

	/* a quote that opens the value: password'x' */
	if (quoted && next[1] != '\0' && strchr(" \t\r\n:=,", next[1]) == NULL)
		return at;

	/* password"='x' and "password":'x': the quote belongs to the name */
	if (quoted)
		next++;
	else
		next = at;

	/* :: is a cast, and no colon of JSON */
	if (next[strspn(next, " ")] == ':' && (quoted || *next == ':') &&
		next[strspn(next, " ") + 1] != ':')
	{
		next += strspn(next, " ") + 1;
		gap->assigned = quoted || gap->at_line || strchr("'\"", *next) != NULL;
	}

	return next;
}

/* What comes behind the letters before a literal: E'..', N'..', U&'..'. */
static const char *
SkipPrefix(const char *at, Gap *gap)
{
	const char *quote = at + strspn(at, "eEnNbBxXuU&");

	if (quote - at > 2 || quote[strspn(quote, "\\")] != '\'')
		return at;

	gap->escapes = *at == 'e' || *at == 'E';
	return quote;
}

/* The content of a literal in quotes. */
static SecretSpan
QuotedValue(const char *text, const char *at, const Gap *gap)
{
	size_t backslashes = strspn(at, "\\"), run;
	char quote = at[backslashes];
	const char *value = at + backslashes;
	SecretSpan span = {0};

	for (run = 0; value[run] == quote;)
		run++;
	/* two quotes are nothing, or one inside of a literal; three are one and an escaped one */
	if (run == 2 && Ends(value[2]))
		return span;
	if (run != 2 && run != 4)
		run = 1;
	value += run;

	/* a message says: Token "x" is invalid */
	if (quote == '"' && !gap->assigned && !LooksLikeAKey(value, strcspn(value, "\"")))
		return span;

	span.offset = value - text;
	span.length = QuotedLength(value, quote, run, backslashes, gap->escapes);

	return span;
}

/* How long a literal's content is, its continuations on further lines included. */
static size_t
QuotedLength(const char *value, char quote, size_t quotes, size_t backslashes, bool escapes)
{
	const char *at = value;

	while (*at != '\0')
	{
		size_t before = strspn(at, "\\"), run = 0;
		const char *next;

		/* quotes in a row: doubled ones are content, the one left closes */
		while (at[before + run] == quote)
			run++;
		if (run == 0)
		{
			at += before > 0 ? before : 1;
			continue;
		}

		/* an escaped quote is content; without E'..' it is only where the literal goes on behind it */
		if (before > backslashes && (escapes || backslashes > 0 || !Ends(at[before + run])) &&
			(before - backslashes) % 2 == 1)
		{
			at += before + 1;
			continue;
		}

		/* an escaped quote doubled: \'\' is one quote of the text within */
		if (backslashes > 0 && before == backslashes && run == 1 &&
			strspn(at + before + 1, "\\") == backslashes && at[2 * before + 1] == quote)
		{
			at += 2 * before + 2;
			continue;
		}

		/* all of them in pairs: the literal goes on */
		if (run % (2 * quotes) == 0)
		{
			at += before + run;
			continue;
		}

		/* pairs are content, what is left closes */
		next = at + before + run;
		run -= run % (2 * quotes);
		at += (before > backslashes ? before - backslashes : 0) + run;
		while (BlankAt(next) > 0)
			next += BlankAt(next);

		/*
		 * A literal goes on behind a line end (SQL's continuation); on the same line, another one
		 * begins.
		 */
		if (*next != quote || memchr(at, '\n', next - at) == NULL || quotes > 1)
			return at - value;
		at = next + 1;
	}

	return at - value;
}

/* The content of $$..$$ or $tag$..$tag$. */
static SecretSpan
DollarValue(const char *text, const char *at)
{
	size_t tag = 1;
	const char *value;
	SecretSpan span = {0};

	while (IsWord(at[tag]) && tag < NAMEDATALEN)
		tag++;

	/* $1 is a parameter, and no text */
	if (at[tag] != '$')
		return span;

	tag++;
	value = at + tag;
	span.offset = value - text;

	/* one that never closes goes to the end: better too much than too little */
	while (value[span.length] != '\0' && strncmp(value + span.length, at, tag) != 0)
		span.length++;
	return span;
}

/* A value without quotes: behind a sign, or one that looks like a key. */
static SecretSpan
BareValue(const char *text, const char *at, const Gap *gap)
{
	SecretSpan span = {.offset = at - text};

	/* a variable of psql's or a parameter takes the secret's place */
	if (*at == ':' || *at == '$' || *at == '<')
		return span;

	span.length = strcspn(at, "'\"`;,&(){}[]<> \t\r\n\\");
	if (gap->assigned && gap->at_line)
		span.length = LineLength(at);
	else if (!gap->assigned && !LooksLikeAKey(at, span.length))
		span.length = 0;
	return span;
}

/* The rest of a line of a configuration file, which may stand in a literal. */
static size_t
LineLength(const char *value)
{
	size_t length = 0;

	for (; value[length] != '\0' && value[length] != '\r' && value[length] != '\n'; length++)
	{
		/* a doubled quote is one of the value's */
		if (value[length] == '\'' && value[length + 1] == '\'')
			length++;
		else if ((value[length] == '\'' || value[length] == '"') && Ends(value[length + 1]))
			break;
		else if (value[length] == '\\' && strchr("nr", value[length + 1]) != NULL &&
				 value[length + 1] != '\0')
		{
			/* an escaped line end, if what follows is another line of such a file */
			const char *next = value + length + 2;

			next += strspn(next, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_ ");
			if (*next == '\0' || strchr("=:[#;'\\\n", *next) != NULL)
				break;
		}
		else if (value[length] == ';' && strchr(value + length, '=') != NULL)
		{
			/* aws_access_key_id=..;aws_secret_access_key=.. */
			size_t name = length + 1;

			while (IsWord(value[name]))
				name++;
			if (value[name] == '=')
				break;
		}
	}

	while (length > 0 && value[length - 1] == ' ')
		length--;
	return length;
}

/* Whether a bare word is no word of a language: letters and digits, or letters of both cases, mixed. */
static bool
LooksLikeAKey(const char *value, size_t length)
{
	int digits = 0, upper = 0, lower = 0;

	for (size_t i = 0; i < length; i++)
	{
		digits += isdigit((unsigned char)value[i]) != 0;
		upper += isupper((unsigned char)value[i]) != 0;
		lower += islower((unsigned char)value[i]) != 0;
	}

	/* a name with dots is a path or a function */
	if (length < BARE_KEY_MIN || memchr(value, '.', length) != NULL)
		return false;

	return (digits > 0 && upper + lower > 0) ||
		   (length >= 2 * BARE_KEY_MIN && upper > 1 && lower > 1);
}

/* Whether a character may follow the end of a literal. */
static bool
Ends(char c)
{
	return c == '\0' || strchr(" \t\r\n,;)}]:\\'\"|=$", c) != NULL;
}
