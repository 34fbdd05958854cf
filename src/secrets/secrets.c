/*
 * secrets.c
 *		Keeps credentials where they belong: refuses a text that holds one, or
 *		masks it.
 *
 * What a secret is, the finder says.  It is a net with narrow meshes: a text
 * that only talks of a name is caught, too, when a value seems to follow.
 */
#include "postgres.h"

#include "secrets/secret_finder.h"
#include "secrets/secret_words.h"
#include "secrets/secrets.h"

/* How many secrets of a statement are looked for in its messages, and how long they are at least. */
#define KNOWN_MAX 32
#define KNOWN_MIN 4

static void Refuse(const char *what);

void
SecretsRefuse(const char *text, const char *what)
{
	if (SecretsHeld(text))
		Refuse(what);
}

void
SecretsRefuseNamed(const char *name, const char *value, const char *what)
{
	const SecretWord *word = SecretWordOf(name, strlen(name));

	if (word != NULL && value != NULL && SecretWordHolds(word, value, strlen(value)))
		Refuse(what);
}

/* Raises the error. */
static void
Refuse(const char *what)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s holds a credential", what),
					errdetail("Settings and definitions go into the exported script."),
					errhint("Name an IAM role there; keys for this server belong to a user "
							"mapping of the store.")));
}

bool
SecretsHeld(const char *text)
{
	return text != NULL && SecretFind(text, 0).length > 0;
}

char *
SecretsMask(const char *text)
{
	char *masked = pstrdup(text);
	SecretSpan span = SecretFind(masked, 0);

	while (span.length > 0)
	{
		memset(masked + span.offset, '*', span.length);
		span = SecretFind(masked, span.offset + span.length);
	}
	return masked;
}

void
SecretsMaskKnown(char *text, const char *other)
{
	size_t length = strlen(text);
	SecretSpan span = SecretFind(other, 0);

	for (int i = 0; i < KNOWN_MAX && span.length > 0; i++)
	{
		const char *secret = other + span.offset;

		/* what is short may be any word */
		for (size_t at = 0; span.length >= KNOWN_MIN && at + span.length <= length; at++)
			if (text[at] == *secret && memcmp(text + at, secret, span.length) == 0)
				memset(text + at, '*', span.length);
		span = SecretFind(other, span.offset + span.length);
	}
}

const char *
SecretsOption(const char *option, const char *value)
{
	const SecretWord *word = SecretWordOf(option, strlen(option));

	if (word == NULL || !word->option || pg_strcasecmp(word->name, option) != 0 ||
		!SecretWordHolds(word, value, strlen(value)))
		return NULL;
	return word->name;
}
