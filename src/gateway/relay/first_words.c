/*
 * first_words.c
 *		What the gateway can tell of a text by its first words.
 */
#include "gateway/relay/first_words.h"

#include <string.h>
#include <strings.h>

#define WORD_SIZE 20

static const struct
{
	const char *first;
	const char *second; /* NULL: any */
	const char *third;
	bool ends;
} commands[] = {
	{"begin", NULL, NULL, false},		 {"start", "transaction", NULL, false},
	{"commit", NULL, NULL, true},		 {"end", NULL, NULL, true},
	{"rollback", NULL, NULL, true},		 {"abort", NULL, NULL, true},
	{"savepoint", NULL, NULL, false},	 {"release", NULL, NULL, false},
	{"set", "transaction", NULL, false}, {"set", "session", "characteristics", false},
};

static int Find(const char *text);
static bool HasWord(const char *text, const char *word);
static const char *NextWord(const char *text, char *word);
static const char *SkipBlanks(const char *text);
static bool IsLetter(char c);

bool
IsTransactionCommand(const char *text)
{
	/* of several statements, the others may need translation */
	return Find(text) >= 0 && IsBlank(text + StatementLength(text));
}

bool
IsBlank(const char *text)
{
	text = SkipBlanks(text);
	while (*text == ';')
		text = SkipBlanks(text + 1);
	return *text == '\0';
}

size_t
StatementLength(const char *text)
{
	const char *at = SkipBlanks(text);

	while (*at != '\0' && *at != ';')
	{
		const char *end = *at == '\'' || *at == '"' ? strchr(at + 1, *at) : at;

		at = end != NULL ? SkipBlanks(end + 1) : at + strlen(at);
	}

	return at - text;
}

bool
IsOneQuery(const char *text)
{
	/* INTO of a SELECT makes a table, whose tag is another */
	static const struct
	{
		const char *first;
		bool may_have_into;
	} queries[] = {
		{"select", false}, {"with", false}, {"insert", true}, {"update", true}, {"delete", true}};
	const char *semicolon = strchr(text, ';');
	char first[WORD_SIZE];

	if (semicolon != NULL && !IsBlank(semicolon))
		return false;
	NextWord(text, first);
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		if (strcasecmp(queries[i].first, first) == 0)
			return queries[i].may_have_into || !HasWord(text, "into");
	return false;
}

uint32_t
CharacterCount(const char *text, size_t length)
{
	uint32_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

bool
EndsTransaction(const char *text)
{
	int command = Find(text);

	return command >= 0 && commands[command].ends;
}

/* Index of the command that a text begins with; -1: none. */
static int
Find(const char *text)
{
	char first[WORD_SIZE];
	char second[WORD_SIZE];
	char third[WORD_SIZE];

	NextWord(NextWord(NextWord(text, first), second), third);
	for (int i = 0; i < (int)(sizeof(commands) / sizeof(commands[0])); i++)
		if (strcasecmp(commands[i].first, first) == 0 &&
			(commands[i].second == NULL || strcasecmp(commands[i].second, second) == 0) &&
			(commands[i].third == NULL || strcasecmp(commands[i].third, third) == 0))
			return i;
	return -1;
}

/* Whether a word is anywhere in a text, be it in a literal or a comment. */
static bool
HasWord(const char *text, const char *word)
{
	size_t length = strlen(word);
	bool inside = false; /* a word */

	for (; *text != '\0'; text++)
	{
		if (!inside && strncasecmp(text, word, length) == 0 && !IsLetter(text[length]))
			return true;
		inside = IsLetter(*text);
	}
	return false;
}

/* Copies a word, "" where there is none or it is too long; returns what follows it. */
static const char *
NextWord(const char *text, char *word)
{
	size_t length = 0;

	text = SkipBlanks(text);
	while (IsLetter(text[length]))
		length++;
	*word = '\0';
	if (length < WORD_SIZE)
	{
		memcpy(word, text, length);
		word[length] = '\0';
	}

	return text + length;
}

/* Skips blanks and comments; a comment may hold others. */
static const char *
SkipBlanks(const char *text)
{
	for (;;)
	{
		if (*text != '\0' && strchr(" \t\r\n\f\v", *text) != NULL)
			text++;
		else if (text[0] == '-' && text[1] == '-')
			text += strcspn(text, "\r\n");
		else if (text[0] == '/' && text[1] == '*')
		{
			int depth = 0;

			do
			{
				if (text[0] == '/' && text[1] == '*')
					depth++, text += 2;
				else if (text[0] == '*' && text[1] == '/')
					depth--, text += 2;
				else
					text++;
			} while (depth > 0 && *text != '\0');
		}
		else
			return text;
	}
}

static bool
IsLetter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}
