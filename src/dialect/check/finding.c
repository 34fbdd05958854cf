/*
 * finding.c
 *		What the check has found, with the line it stands in.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "dialect/check/lint.h"

/* The line of a place in the statement: counted on from the last place, for most findings come in order. */
static int
LineOf(Lint *lint, int position)
{
	if (lint->line == 0 || lint->counted < DialectOffset(lint->statement) ||
		lint->counted > position)
	{
		lint->counted = DialectOffset(lint->statement);
		lint->line = DialectLine(lint->statement);
	}

	for (; lint->counted < position; lint->counted++)
		lint->line += lint->list->script[lint->counted] == '\n';
	return lint->line;
}

/* Adds a finding at a lexeme; hint may be NULL. */
void
LintAdd(Lint *lint, int place, const char *rule, bool fatal, const char *hint, const char *format,
		...)
{
	DialectFinding *finding = palloc0(sizeof(DialectFinding));
	StringInfoData message;

	initStringInfo(&message);
	for (;;)
	{
		va_list arguments;
		int missing;

		va_start(arguments, format);
		missing = appendStringInfoVA(&message, format, arguments);
		va_end(arguments);
		if (missing == 0)
			break;
		enlargeStringInfo(&message, missing);
	}

	finding->position = lint->list->lexemes[place].start;
	finding->line = LineOf(lint, finding->position);
	finding->statement = lint->number;
	finding->rule = rule;
	finding->fatal = fatal;
	finding->message = message.data;
	finding->hint = hint != NULL ? pstrdup(hint) : NULL;
	lint->findings = lappend(lint->findings, finding);
}
