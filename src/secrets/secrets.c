/*
 * secrets.c
 *		Keeps credentials where they belong: refuses a text that holds one, or
 *		masks it.
 *
 * What a secret is, the finder says.  It is a net with narrow meshes: a text
 * that only talks of a name is caught, too, when a value seems to follow.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "secrets/secret_finder.h"
#include "secrets/secret_mask.h"
#include "secrets/secret_words.h"
#include "secrets/secrets.h"

/* How many secrets of a statement are looked for in its messages, and how long they are at least. */
#define KNOWN_MAX 32
#define KNOWN_MIN 4

/* A copy of a text that grows span by span. */
typedef struct Masking
{
	const char *text;
	StringInfoData copy;
	size_t done; /* of the text */
	int *position;
	int before; /* the position in the text */
	int characters;
} Masking;

static void Refuse(const char *what);
static void MaskBegin(Masking *masking, const char *text, int *position);
static void MaskSpan(Masking *masking, SecretSpan span);
static char *MaskEnd(Masking *masking);

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
	return SecretsMaskAt(text, NULL);
}

char *
SecretsMaskAt(const char *text, int *position)
{
	char *painted = pstrdup(text);
	SecretSpan span = SecretFind(painted, 0);
	Masking masking;

	MaskBegin(&masking, text, position);
	while (span.length > 0)
	{
		MaskSpan(&masking, span);

		/* the next one is looked for behind stars: the end of this one begins no word */
		memset(painted + span.offset, '*', span.length);
		span = SecretFind(painted, span.offset + span.length);
	}

	pfree(painted);

	return MaskEnd(&masking);
}

char *
SecretsMaskKnown(const char *text, const char *other, int *position)
{
	char *copy = pstrdup(text);
	SecretSpan span = SecretFind(other, 0);

	for (int i = 0; i < KNOWN_MAX && span.length > 0; i++)
	{
		char *secret = pnstrdup(other + span.offset, span.length);
		Masking masking;

		/* what is short may be any word */
		MaskBegin(&masking, copy, position);
		for (const char *at = copy; span.length >= KNOWN_MIN && (at = strstr(at, secret)) != NULL;
			 at += span.length)
			MaskSpan(&masking, (SecretSpan){.offset = at - copy, .length = span.length});
		copy = MaskEnd(&masking);
		span = SecretFind(other, span.offset + span.length);
	}

	return copy;
}

/* Begins a masked copy of a text. */
static void
MaskBegin(Masking *masking, const char *text, int *position)
{
	*masking = (Masking){.text = text, .position = position};
	masking->before = position != NULL ? *position : 0;
	initStringInfo(&masking->copy);
}

/* Copies what stands before a span, and the mask for it; spans come in order. */
static void
MaskSpan(Masking *masking, SecretSpan span)
{
	const char *secret = masking->text + span.offset;
	int length;

	appendBinaryStringInfo(&masking->copy, masking->text + masking->done,
						   span.offset - masking->done);
	appendStringInfoString(&masking->copy, SECRET_MASK);
	if (masking->position != NULL)
	{
		masking->characters +=
			pg_mbstrlen_with_len(masking->text + masking->done, span.offset - masking->done);
		length = pg_mbstrlen_with_len(secret, span.length);

		/* behind the secret it moves by the difference, within it to the mask's beginning */
		if (masking->before > masking->characters + length)
			*masking->position += (int)strlen(SECRET_MASK) - length;
		else if (masking->before > masking->characters)
			*masking->position -= masking->before - masking->characters - 1;
		masking->characters += length;
	}

	masking->done = span.offset + span.length;
}

/* The finished copy. */
static char *
MaskEnd(Masking *masking)
{
	appendStringInfoString(&masking->copy, masking->text + masking->done);
	return masking->copy.data;
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
