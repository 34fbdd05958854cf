/*
 * redact.c
 *		Keeps access keys out of the server's log and out of error contexts.
 *
 * A COPY may carry its keys (CREDENTIALS '...', SECRET_ACCESS_KEY '...'), and
 * PostgreSQL logs statements: as such, behind an error, and as the context of
 * a nested one.  Before a message goes out, the literals behind the words that
 * introduce a secret are masked, and the STATEMENT line, which can't be edited
 * here, is left out.  The session's own pg_stat_activity text is the user's.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "tcop/tcopprot.h"
#include "utils/elog.h"

#include "secrets/redact.h"

#define MASK "********"
#define BLANKS " \t\r\n"

/* What stands before a secret, in lower case; any of =, quotes and blanks may come between. */
static const char *const secret_words[] = {"secret_access_key", "session_token", "credentials",
										   "access_key_id", "token="};

static emit_log_hook_type previous_hook = NULL;

static void RedactLog(ErrorData *error);
static char *Redact(ErrorData *error, char *text);
static bool HasSecret(const char *text);
static const char *NextSecret(const char *text, size_t *length);
static const char *SecretBehind(const char *text, bool assigned);
static const char *SkipBlanks(const char *text);
static size_t SecretLength(const char *text);

/* Installs the hook; called once, when the module is loaded. */
void
RedactInstall(void)
{
	previous_hook = emit_log_hook;
	emit_log_hook = RedactLog;
}

/* Masks the secrets of every part of a message. */
static void
RedactLog(ErrorData *error)
{
	error->message = Redact(error, error->message);
	error->detail = Redact(error, error->detail);
	error->detail_log = Redact(error, error->detail_log);
	error->context = Redact(error, error->context);
	error->internalquery = Redact(error, error->internalquery);
	if (debug_query_string != NULL && HasSecret(debug_query_string))
		error->hide_stmt = true;
	if (previous_hook != NULL)
		previous_hook(error);
}

/* The text itself, or a copy of it with its secrets masked. */
static char *
Redact(ErrorData *error, char *text)
{
	StringInfoData masked;
	const char *rest = text;
	const char *secret;
	size_t length;
	MemoryContext caller;

	if (text == NULL || !HasSecret(text))
		return text;
	caller = MemoryContextSwitchTo(error->assoc_context);
	initStringInfo(&masked);
	while ((secret = NextSecret(rest, &length)) != NULL)
	{
		appendBinaryStringInfo(&masked, rest, secret - rest);
		appendStringInfoString(&masked, MASK);
		rest = secret + length;
	}
	appendStringInfoString(&masked, rest);
	MemoryContextSwitchTo(caller);
	return masked.data;
}

/* Whether there is a secret in the text. */
static bool
HasSecret(const char *text)
{
	size_t length;

	return NextSecret(text, &length) != NULL;
}

/* The first secret in the text and its length; NULL when there is none. */
static const char *
NextSecret(const char *text, size_t *length)
{
	for (; *text != '\0'; text++)
		for (size_t i = 0; i < lengthof(secret_words); i++)
		{
			size_t word = strlen(secret_words[i]);
			const char *secret;

			if (pg_strncasecmp(text, secret_words[i], word) != 0)
				continue;
			secret = SecretBehind(text + word, secret_words[i][word - 1] == '=');
			if (secret == NULL || strncmp(secret, MASK, strlen(MASK)) == 0)
				continue;
			*length = SecretLength(secret);
			if (*length > 0)
				return secret;
		}
	return NULL;
}

/*
 * Where the secret begins behind its word: after = or inside a literal.  NULL
 * where neither follows, as in a message that only names the option.
 */
static const char *
SecretBehind(const char *text, bool assigned)
{
	static const char node[] = ":arg "; /* as debug_print_parse shows an option */

	if (*text == '"')
		text++;
	text = SkipBlanks(text);
	if (strncmp(text, node, strlen(node)) == 0)
		text += strlen(node);
	if (pg_strncasecmp(text, "as", 2) == 0)
		text = SkipBlanks(text + 2);
	if (*text == '=')
	{
		assigned = true;
		text = SkipBlanks(text + 1);
	}
	/* the letters before a literal: E'..', N'..', U&'..'; a literal inside of one: \'..\' */
	if (*text != '\0' && text[strspn(text, "eEnNbBxXuU&\\")] == '\'')
		text += strspn(text, "eEnNbBxXuU&\\");
	if (*text == '\0' || (!assigned && strchr("'\"$", *text) == NULL))
		return NULL;
	if (*text == '$')
	{
		size_t tag = 1 + strcspn(text + 1, "$'\" \t\r\n");

		if (text[tag] == '$')
			text += tag + 1;
	}
	return text + strspn(text, "'\"$\\");
}

/* What comes behind blanks and comments. */
static const char *
SkipBlanks(const char *text)
{
	for (;;)
	{
		const char *end = NULL;

		text += strspn(text, BLANKS);
		if (strncmp(text, "/*", 2) == 0)
			end = strstr(text + 2, "*/");
		else if (strncmp(text, "--", 2) == 0)
			end = text + strcspn(text, "\n") - 2;
		if (end == NULL)
			return text;
		text = end + 2;
	}
}

/*
 * A secret reaches to the end of its literal: behind a quote it goes on when
 * the quote was a doubled or an escaped one, or when another part of the
 * literal follows on the next line.
 */
static size_t
SecretLength(const char *text)
{
	const char *ends = strchr("'\"$", text[-1]) != NULL ? "'\"$" : "'\"$\r\n)";
	size_t length = strcspn(text, ends);

	for (;;)
	{
		const char *behind = text + length, *next;

		behind += strspn(behind, "'\"$");
		next = behind + strspn(behind, BLANKS);
		if (behind > text + length && *next == '\'' && memchr(behind, '\n', next - behind) != NULL)
			behind = next + 1;
		else if (behind == text + length || *behind == '\0' ||
				 strchr(BLANKS ",;)}\\", *behind) != NULL)
			return length;
		length = behind - text + strcspn(behind, ends);
	}
}
