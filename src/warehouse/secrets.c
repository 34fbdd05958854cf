/*
 * secrets.c
 *		Finds credentials in a text.
 *
 * Two things give one away: a name that Redshift or AWS gives to a secret,
 * with a value behind it (SECRET_ACCESS_KEY 'x', aws_secret_access_key=x), and
 * the shape of an AWS access key id.  It is a net with narrow meshes: a text
 * that only talks of such names is caught, too, when a value seems to follow.
 */
#include "postgres.h"

#include <ctype.h>

#include "warehouse/secrets.h"

/* A part of a text; length 0 is "none". */
typedef struct Span
{
	size_t offset;
	size_t length;
} Span;

static const char *const secret_names[] = {
	"aws_access_key_id", "aws_secret_access_key", "access_key_id", "secret_access_key",
	"session_token",	 "master_symmetric_key",  "password",	   "token",
};

/* How the ids of AWS begin: of keys that stay, and of temporary ones. */
static const char *const key_prefixes[] = {"AKIA", "ASIA"};

static Span NextSecret(const char *text, size_t from);
static Span SecretOfName(const char *text, size_t at);
static Span SecretOfShape(const char *text, size_t at);

void
SecretsRefuse(const char *text, const char *what)
{
	if (text != NULL && NextSecret(text, 0).length > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s holds a credential", what),
				 errdetail("Settings and definitions go into the exported script."),
				 errhint("Name an IAM role there; keys for this server belong to a user "
						 "mapping of the store.")));
}

char *
SecretsMask(const char *text)
{
	char *masked = pstrdup(text);
	Span span = NextSecret(masked, 0);

	while (span.length > 0)
	{
		memset(masked + span.offset, '*', span.length);
		span = NextSecret(masked, span.offset + span.length);
	}
	return masked;
}

/* Whether a character may be part of a name or of an unquoted secret. */
static bool
IsWord(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The first secret at or behind an offset. */
static Span
NextSecret(const char *text, size_t from)
{
	Span none = {0};

	for (size_t at = from; text[at] != '\0'; at++)
	{
		Span span;

		if (at > 0 && IsWord(text[at - 1]))
			continue;
		span = SecretOfName(text, at);
		if (span.length == 0)
			span = SecretOfShape(text, at);
		if (span.length > 0)
			return span;
	}
	return none;
}

/* The value behind the name of a secret at an offset: after '=', 'AS' or blanks, quoted or bare. */
static Span
SecretOfName(const char *text, size_t at)
{
	Span span = {0};

	for (int i = 0; i < (int)lengthof(secret_names); i++)
	{
		size_t length = strlen(secret_names[i]);
		const char *value = text + at + length;
		bool assigned = false;

		if (pg_strncasecmp(text + at, secret_names[i], length) != 0 || IsWord(*value))
			continue;
		while (isspace((unsigned char)*value) || *value == '=')
			assigned |= *value++ == '=';
		if (pg_strncasecmp(value, "as", 2) == 0 && isspace((unsigned char)value[2]))
			for (value += 2; isspace((unsigned char)*value);)
				value++;
		/* Bare words behind a blank are prose: "the password is kept elsewhere". */
		if (*value != '\'' && *value != '"' && !assigned)
			continue;
		if (*value == '\'' || *value == '"')
			value++;
		span.offset = value - text;
		span.length = strcspn(value, "'\";, \t\r\n");
		if (span.length > 0 && strspn(value, "*") < span.length)
			return span;
		span.length = 0;
	}
	return span;
}

/* An access key id of AWS at an offset. */
static Span
SecretOfShape(const char *text, size_t at)
{
	Span span = {.offset = at};

	for (int i = 0; i < (int)lengthof(key_prefixes); i++)
	{
		size_t length = strlen(key_prefixes[i]);

		if (strncmp(text + at, key_prefixes[i], length) != 0)
			continue;
		while (isupper((unsigned char)text[at + length]) ||
			   isdigit((unsigned char)text[at + length]))
			length++;
		if (length >= 16 && !IsWord(text[at + length]))
			span.length = length;
	}
	return span;
}
