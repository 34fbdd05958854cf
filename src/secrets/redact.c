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

#include "tcop/tcopprot.h"
#include "utils/elog.h"

#include "secrets/redact.h"
#include "secrets/secrets.h"

static emit_log_hook_type previous_hook = NULL;

static void RedactLog(ErrorData *error);
static char *Redact(ErrorData *error, char *text, const char *statement, int *position);

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
	char **const parts[] = {&error->message, &error->detail,  &error->detail_log,
							&error->hint,	 &error->context, &error->internalquery};
	bool held = SecretsHeld(debug_query_string);

	for (int i = 0; i < (int)lengthof(parts); i++)
		*parts[i] = Redact(error, *parts[i], held ? debug_query_string : NULL,
						   parts[i] == &error->internalquery ? &error->internalpos : NULL);
	if (held)
		error->hide_stmt = true;
	if (previous_hook != NULL)
		previous_hook(error);
}

/*
 * The text itself, or a copy of it with its secrets masked, and what is a
 * secret in the statement: a message may quote it without its name.  A position
 * in the text moves along.
 */
static char *
Redact(ErrorData *error, char *text, const char *statement, int *position)
{
	MemoryContext caller;

	if (text == NULL || (statement == NULL && !SecretsHeld(text)))
		return text;

	caller = MemoryContextSwitchTo(error->assoc_context);
	if (statement != NULL)
		text = SecretsMaskKnown(text, statement, position);
	text = SecretsMaskAt(text, position);
	MemoryContextSwitchTo(caller);

	return text;
}
