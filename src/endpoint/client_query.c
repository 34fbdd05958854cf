/*
 * client_query.c
 *		A client's query, translated where PostgreSQL analyses it.
 *
 *		SELECT (comment) E'a query of Redshift''s'
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
#include "endpoint/same_text.h"
#include "endpoint/statement_log.h"

static post_parse_analyze_hook_type next_analyze = NULL;

static void Analyze(ParseState *pstate, Query *query, JumbleState *jumble);
static const Const *ClientText(const ParseState *pstate, const Query *query);
static void Replace(const char *wrapper, Query *query, const char *script);
static Query *Translate(const char *wrapper, const char *script, const DialectContext *context);
static Query *AnalyzeTranslated(FirstStatement *first);
static Query *AnalyzeText(const char *sql);
static void OriginOfError(void *arg);

void
ClientQueryInstall(void)
{
	next_analyze = post_parse_analyze_hook;
	post_parse_analyze_hook = Analyze;
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
	const Const *literal;

	/* only what has come from the client itself, and nothing within it */
	if (sql == NULL || sql != debug_query_string || pstate->parentParseState != NULL ||
		strncmp(sql, ENDPOINT_RUN_BEGIN, strlen(ENDPOINT_RUN_BEGIN)) != 0)
		return NULL;
	if (query->commandType != CMD_SELECT || query->rtable != NIL ||
		list_length(query->targetList) != 1)
		return NULL;

	literal = (const Const *)linitial_node(TargetEntry, query->targetList)->expr;
	return IsA(literal, Const) && !literal->constisnull ? literal : NULL;
}

/* Puts the client's query in the place of its wrapper. */
static void
Replace(const char *wrapper, Query *query, const char *script)
{
	DialectContext context;
	const char *tag;
	Query *own;

	/* the server's log, and whoever looks at its activity, see what the client has sent */
	debug_query_string = script;
	pgstat_report_activity(STATE_RUNNING, script);
	StatementLogAsked();

	context = FirstStatementContext();
	tag = SameTextFind(script, &context);
	if (tag != NULL)
	{
		StatementLogRemember(wrapper, tag, script, SameTextLength(script));
		own = AnalyzeText(script);
	}
	else
		own = Translate(wrapper, script, &context);

	/* its places are of a text that others don't see */
	own->stmt_location = 0;
	own->stmt_len = 0;
	*query = *own;
}

/* Translates the client's query, and analyses what it has become. */
static Query *
Translate(const char *wrapper, const char *script, const DialectContext *context)
{
	int nothing_before = 0;
	ErrorContextCallback callback = {
		.callback = FirstStatementPlace, .arg = &nothing_before, .previous = error_context_stack};
	List *statements;
	FirstStatement first;
	Query *query;
	int start;
	int length;

	error_context_stack = &callback;
	statements = DialectParsePlain(script);
	if (list_length(statements) != 1)
		ereport(ERROR, errcode(ERRCODE_PROTOCOL_VIOLATION),
				errmsg("the endpoint's wrapper holds one query"));
	first = FirstStatementTranslate(script, statements, context);

	/* what is refused is on record, too, with what was said about it */
	start = DialectOffset(first.statement);
	length = DialectEnd(first.statement) - start;
	StatementLogRemember(wrapper, DialectTag(first.statement), script + start, length);
	FirstStatementRefuse(&first);
	error_context_stack = callback.previous;
	query = AnalyzeTranslated(&first);

	/* only now: what has an error may be without one at another time */
	if (first.findings == NIL && start == 0 && length == SameTextLength(script) &&
		strncmp(first.text.sql, script, length) == 0 && first.text.sql[length] == '\0')
		SameTextKeep(script, context, DialectTag(first.statement));

	return query;
}

/* Analyses PostgreSQL's text; an error has its place in the client's. */
static Query *
AnalyzeTranslated(FirstStatement *first)
{
	ErrorContextCallback callback = {
		.callback = OriginOfError, .arg = first, .previous = error_context_stack};
	Query *query;

	error_context_stack = &callback;
	query = AnalyzeText(first->text.sql);
	error_context_stack = callback.previous;
	return query;
}

/* Parses and analyses a query of PostgreSQL's; NULL is none. */
static Query *
AnalyzeText(const char *sql)
{
	List *parsed = sql != NULL ? pg_parse_query(sql) : NIL;

	if (list_length(parsed) != 1)
		ereport(ERROR, errcode(ERRCODE_PROTOCOL_VIOLATION),
				errmsg("the endpoint's wrapper holds one query"));
	return parse_analyze_fixedparams(linitial_node(RawStmt, parsed), sql, NULL, 0, NULL);
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
