/*
 * first_statement.c
 *		The first statement of what a client has sent, for PostgreSQL.
 *
 * Those behind it may depend on what it does: they aren't looked at yet.
 */
#include "postgres.h"

#include "access/xact.h"
#include "mb/pg_wchar.h"
#include "utils/guc.h"

#include "endpoint/catalog_query.h"
#include "endpoint/first_statement.h"
#include "script/catalog.h"
#include "script/varchar_plan.h"

static void RefuseInTransaction(const DialectStatement *statement);
static List *Findings(const char *script, const List *statements, int *start,
					  const DialectContext *context);

DialectContext
FirstStatementContext(void)
{
	DialectContext context = CatalogContext();

	VarcharPlanForSession();
	context.shows_result = true;
	return context;
}

FirstStatement
FirstStatementTranslate(const char *script, const List *statements, const DialectContext *context)
{
	FirstStatement first = {.script = script, .statement = linitial(statements)};

	first.findings = Findings(script, statements, &first.findings_start, context);
	first.text = DialectDeparse(first.statement, DIALECT_POSTGRES, context);

	return first;
}

/*
 * Raises an error for what would fail on Redshift, or a warning where
 * sparkify_dwh.strict is off.  Queries of the catalog alone are let through:
 * clients ask PostgreSQL's catalog in PostgreSQL's words.  So is what Redshift
 * lacks but a driver offers as its own: COPY between server and client, and
 * savepoints, which ODBC sets around every statement and which pass unasked
 * wherever they stand alone.
 */
void
FirstStatementRefuse(const FirstStatement *first)
{
	bool is_strict;
	bool copies;
	ListCell *cell;

	if (IsTransactionBlock())
		RefuseInTransaction(first->statement);

	/* most have none: what follows is asked of the others only */
	if (first->findings == NIL)
		return;

	is_strict = strcmp(GetConfigOption("sparkify_dwh.strict", false, false), "on") == 0;
	copies = DialectIsClientCopy(first->statement);
	foreach (cell, first->findings)
	{
		const DialectFinding *finding = lfirst(cell);

		/* characters, as clients count, not bytes */
		int position =
			pg_mbstrlen_with_len(first->script, first->findings_start + finding->position) + 1;

		/* what Redshift lacks, but its drivers offer */
		if (!finding->fatal || (copies && strcmp(finding->rule, "copy-source") == 0) ||
			strcmp(finding->rule, "savepoint") == 0)
			continue;

		/* asked last, because it parses the text */
		if (first->text.sql != NULL && ReadsCatalogOnly(first->text.sql))
			return;
		ereport(is_strict ? ERROR : WARNING,
				errcode(strcmp(finding->rule, LINT_UNKNOWN_COLUMN) == 0
							? ERRCODE_UNDEFINED_COLUMN
							: ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("%s", finding->message), finding->hint ? errhint("%s", finding->hint) : 0,
				errposition(position));
	}
}

void
FirstStatementPlace(void *arg)
{
	int position = getinternalerrposition();

	if (position <= 0)
		return;
	errposition(*(const int *)arg + position);
	internalerrposition(0);
	internalerrquery(NULL);
}

/* Raises an error for what can't run between BEGIN and COMMIT, whether PostgreSQL could run it there or not. */
static void
RefuseInTransaction(const DialectStatement *statement)
{
	const char *name = DialectNotInTransaction(statement);

	if (name != NULL)
		ereport(ERROR, errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				errmsg("%s cannot run inside a transaction block", name));
}

/*
 * What the check has to say about the first statement; *start is the byte of
 * the script that its places count from.
 */
static List *
Findings(const char *script, const List *statements, int *start, const DialectContext *context)
{
	const DialectStatement *first = linitial(statements);
	char *own;

	*start = 0;
	if (list_length(statements) == 1)
		return DialectCheckParsed(script, statements, context);

	*start = DialectOffset(first);
	own = pnstrdup(script + *start, DialectEnd(first) - *start);

	return DialectCheckParsed(own, DialectParsePlain(own), context);
}
