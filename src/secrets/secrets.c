/*
 * secrets.c
 *		Finds credentials in a text.
 *
 * Two things give one away: a name that Redshift or AWS gives to a secret,
 * with a value behind it (SECRET_ACCESS_KEY 'x', aws_secret_access_key=x), and
 * a shape: an AWS access key id, a password in a URL, a private key.  It is a
 * net with narrow meshes: a text that only talks of such names is caught, too,
 * when a value seems to follow.
 */
#include "postgres.h"

#include <ctype.h>

#include "secrets/secrets.h"

/* A part of a text; length 0 is "none". */
typedef struct Span
{
	size_t offset;
	size_t length;
} Span;

static const char *const secret_names[] = {
	"aws_access_key_id", "aws_secret_access_key", "access_key_id", "secret_access_key",
	"session_token",	 "master_symmetric_key",  "password",	   "token",
	"x-amz-signature",	 "x-amz-security-token",  "client_secret",
};

/* What the name of a setting ends with that is a secret. */
static const char *const secret_endings[] = {"access_key_id", "access_key",	  "secret_key",
											 "secret",		  "password",	  "passwd",
											 "token",		  "symmetric_key"};

/* How the ids of AWS begin: of keys that stay, and of temporary ones. */
static const char *const key_prefixes[] = {"AKIA", "ASIA"};

static void Refuse(const char *what);
static Span NextSecret(const char *text, size_t from);
static Span SecretOfName(const char *text, size_t at);
static const char *SkipToValue(const char *at, bool *assigned);
static const char *SkipOpeningQuote(const char *at, bool *quoted);
static Span SecretOfShape(const char *text, size_t at);
static Span AccessKeyId(const char *text, size_t at);
static Span UrlPassword(const char *text, size_t at);
static Span PrivateKey(const char *text, size_t at);

void
SecretsRefuse(const char *text, const char *what)
{
	if (text != NULL && NextSecret(text, 0).length > 0)
		Refuse(what);
}

void
SecretsRefuseNamed(const char *name, const char *value, const char *what)
{
	for (int i = 0; i < (int)lengthof(secret_endings) && value != NULL; i++)
	{
		size_t length = strlen(name), ending = strlen(secret_endings[i]);

		if (length >= ending && strcmp(name + length - ending, secret_endings[i]) == 0 &&
			(length == ending || name[length - ending - 1] == '_'))
			Refuse(what);
	}
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
		bool assigned = false, quoted = false;

		if (pg_strncasecmp(text + at, secret_names[i], length) != 0 || IsWord(*value))
			continue;
		/* "aws_secret_access_key": "x", as JSON has it */
		if (*value == '"' && value[1 + strspn(value + 1, " \t\r\n")] == ':')
			value += 2 + strspn(value + 1, " \t\r\n");
		value = SkipToValue(value, &assigned);
		value = SkipOpeningQuote(value, &quoted);
		/* Bare words behind a blank are prose: "the password is kept elsewhere". */
		if (!quoted && !assigned)
			continue;
		span.offset = value - text;
		span.length = strcspn(value, "'\";, \t\r\n");
		if (span.length > 0 && strspn(value, "*") < span.length)
			return span;
		span.length = 0;
	}
	return span;
}

/* What comes behind blanks, comments, '=' and AS; whether the sign was among them. */
static const char *
SkipToValue(const char *at, bool *assigned)
{
	for (;;)
	{
		if (isspace((unsigned char)*at))
			at++;
		else if (*at == '=')
		{
			*assigned = true;
			at++;
		}
		else if (at[0] == '-' && at[1] == '-')
			at += strcspn(at, "\n");
		else if (at[0] == '/' && at[1] == '*' && strstr(at + 2, "*/") != NULL)
			at = strstr(at + 2, "*/") + 2;
		else if (pg_strncasecmp(at, "as", 2) == 0 && !IsWord(at[2]))
			at += 2;
		else
			return at;
	}
}

/* What is behind the quote that opens a value: 'x', "x", E'x', U&'x', $$x$$, $tag$x$tag$. */
static const char *
SkipOpeningQuote(const char *at, bool *quoted)
{
	const char *mark = at;

	if (*mark == '$')
	{
		for (mark++; IsWord(*mark);)
			mark++;
		*quoted = *mark == '$';
		return *quoted ? mark + 1 : at;
	}
	if ((*mark == 'e' || *mark == 'E') && mark[1] == '\'')
		mark++;
	else if ((*mark == 'u' || *mark == 'U') && mark[1] == '&' && mark[2] == '\'')
		mark += 2;
	*quoted = *mark == '\'' || *mark == '"';
	return *quoted ? mark + 1 : at;
}

/* What is a secret by its shape at an offset. */
static Span
SecretOfShape(const char *text, size_t at)
{
	Span span = AccessKeyId(text, at);

	if (span.length == 0)
		span = UrlPassword(text, at);
	if (span.length == 0)
		span = PrivateKey(text, at);
	return span;
}

/* An access key id of AWS at an offset. */
static Span
AccessKeyId(const char *text, size_t at)
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

/* The password of a URL at an offset: scheme://user:password@host. */
static Span
UrlPassword(const char *text, size_t at)
{
	Span span = {0};
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+";
	bool inside = at > 0 && strchr(letters, text[at - 1]) != NULL;
	size_t scheme = inside ? 0 : strspn(text + at, letters);
	const char *user = text + at + scheme + 3;
	size_t length;

	if (scheme == 0 || strncmp(user - 3, "://", 3) != 0)
		return span;
	length = strcspn(user, ":/@'\" \t\r\n");
	if (user[length] != ':')
		return span;
	span.offset = user + length + 1 - text;
	span.length = strcspn(text + span.offset, "/@'\" \t\r\n");
	if (text[span.offset + span.length] != '@' || strspn(text + span.offset, "*") == span.length)
		span.length = 0;
	return span;
}

/* A private key in its armour, from an offset to the end of the text or of the key. */
static Span
PrivateKey(const char *text, size_t at)
{
	static const char head[] = "-----BEGIN ", tail[] = "PRIVATE KEY-----";
	Span span = {0};
	const char *body, *end;

	if (strncmp(text + at, head, strlen(head)) != 0)
		return span;
	body = text + at + strlen(head);
	body += strspn(body, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ");
	/* the span stops at PRIVATE KEY, which the words above are the end of */
	if (strncmp(body, "-----", 5) != 0 || strncmp(body + 5 - strlen(tail), tail, strlen(tail)) != 0)
		return span;
	body += 5;
	end = strstr(body, "-----END ");
	span.offset = body - text;
	span.length = end ? (size_t)(end - body) : strlen(body);
	if (strspn(body, "*") >= span.length)
		span.length = 0;
	return span;
}
