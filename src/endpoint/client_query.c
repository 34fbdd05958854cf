/*
 * client_query.c
 *		A client's query, translated where PostgreSQL analyses it.
 *
 *		SELECT sparkify_internal.endpoint_run(E'a query of Redshift''s')
 *		    -> analysis -> hook: translation, its analysis -> takes the place of the SELECT
 *
 * The gateway sends a query that stands alone in this wrapper: to ask first how
 * to say it would take another round trip.  What comes of it is what
 * PostgreSQL plans and runs, in the protocol's cycle and the transaction of the
 * SELECT.  Everything that isn't a SELECT, INSERT, UPDATE or DELETE is asked
 * about, because the command's tag is that of the wrapper.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "nodes/parsenodes.h"
#include "nodes/primnodes.h"
#include "parser/analyze.h"
#include "pgstat.h"
#include "tcop/tcopprot.h"
#include "utils/backend_status.h"
#include "utils/builtins.h"

#include "endpoint/answer.h"
#include "endpoint/client_query.h"
#include "endpoint/first_statement.h"
#include "endpoint/statement_log.h"

PG_FUNCTION_INFO_V1(endpoint_run);

static post_parse_analyze_hook_type next_analyze = NULL;

static void Analyze(ParseState *pstate, Query *query, JumbleState *jumble);
static const Const *ClientText(const ParseState *pstate, const Query *query);
static void Replace(const char *wrapper, Query *query, const char *script);
static Query *AnalyzeTranslated(FirstStatement *first);
static void OriginOfError(void *arg);

void
ClientQueryInstall(void)
{
	next_analyze = post_parse_analyze_hook;
	post_parse_analyze_hook = Analyze;
}

Datum
endpoint_run(PG_FUNCTION_ARGS)
{
	ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			errmsg("endpoint_run() stands for a client's query and can't be called"));
}

/* Others that look at queries see the client's, not its wrapper. */
static void
Analyze(ParseState *pstate, Query *query, JumbleState *jumble)
{
	const Const *literal = ClientText(pstate, query);

	if (literal != NULL)
		Replace(pstate->p_sourcetext, query, TextDatumGetCString(literal->constvalue));
	else if (next_analyze != NULL)
		next_analyze(pstate, query, jumble);
}

/* The text of a client's query where one has come in its wrapper; else NULL. */
static const Const *
ClientText(const ParseState *pstate, const Query *query)
{
	const char *sql = pstate->p_sourcetext;
	const TargetEntry *target;
	const FuncExpr *call;
	const Const *literal;

	/* only what has come from the client itself, and nothing within it */
	if (sql == NULL || sql != debug_query_string || pstate->parentParseState != NULL ||
		strncmp(sql, ENDPOINT_RUN_BEGIN, strlen(ENDPOINT_RUN_BEGIN)) != 0)
		return NULL;
	if (query->commandType != CMD_SELECT || query->rtable != NIL ||
		list_length(query->targetList) != 1)
		return NULL;
	target = linitial(query->targetList);
	call = (const FuncExpr *)target->expr;
	if (!IsA(call, FuncExpr) || list_length(call->args) != 1)
		return NULL;
	literal = linitial(call->args);
	return IsA(literal, Const) && !literal->constisnull ? literal : NULL;
}

/* Puts the client's query in the place of its wrapper. */
static void
Replace(const char *wrapper, Query *query, const char *script)
{
	int nothing_before = 0;
	ErrorContextCallback callback = {
		.callback = FirstStatementPlace, .arg = &nothing_before, .previous = error_context_stack};
	List *statements;
	FirstStatement first;
	Query *own;
	int start;

	/* the server's log, and whoever looks at its activity, see what the client has sent */
	debug_query_string = script;
	pgstat_report_activity(STATE_RUNNING, script);
	StatementLogAsked();

	error_context_stack = &callback;
	statements = DialectParsePlain(script);
	if (list_length(statements) != 1)
		ereport(ERROR, errcode(ERRCODE_PROTOCOL_VIOLATION),
				errmsg("endpoint_run() stands for one query"));
	first = FirstStatementTranslate(script, statements);

	/* what is refused is on record, too, with what was said about it */
	start = DialectOffset(first.statement);
	StatementLogRemember(wrapper, DialectTag(first.statement), script + start,
						 DialectEnd(first.statement) - start);
	FirstStatementRefuse(&first);
	error_context_stack = callback.previous;
	own = AnalyzeTranslated(&first);

	/* its places are of a text that others don't see */
	own->stmt_location = 0;
	own->stmt_len = 0;
	*query = *own;
}

/* Parses and analyses PostgreSQL's text; an error has its place in the client's. */
static Query *
AnalyzeTranslated(FirstStatement *first)
{
	ErrorContextCallback callback = {
		.callback = OriginOfError, .arg = first, .previous = error_context_stack};
	const char *sql = first->text.sql;
	List *parsed;
	Query *query;

	error_context_stack = &callback;
	parsed = sql != NULL ? pg_parse_query(sql) : NIL;
	if (list_length(parsed) != 1)
		ereport(ERROR, errcode(ERRCODE_PROTOCOL_VIOLATION),
				errmsg("endpoint_run() stands for one query"));
	query = parse_analyze_fixedparams(linitial_node(RawStmt, parsed), sql, NULL, 0, NULL);
	error_context_stack = callback.previous;
	return query;
}

/* Turns an error's place in PostgreSQL's text into one in the client's. */
static void
OriginOfError(void *arg)
{
	const FirstStatement *first = arg;
	const char *sql = first->text.sql;
	int position = geterrposition();
	int byte;

	if (position <= 0)
		return;
	byte = pg_mbcharcliplen(sql, strlen(sql), position - 1);
	byte = DialectPosition(first->statement, &first->text, byte);
	errposition(pg_mbstrlen_with_len(first->script, byte) + 1);
}
