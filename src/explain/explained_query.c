/*
 * explained_query.c
 *		From a script to plans, their rows counted.
 *
 *		script -> DialectParse -> PostgreSQL's parser -> the query that reads
 *			-> planner, with what Redshift's doesn't have switched off
 *			-> PlanTreeBuild -> CountRows
 */
#include "postgres.h"

#include "explain/explained_query.h"

#include "commands/explain.h"
#include "executor/executor.h"
#include "executor/instrument.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "optimizer/planner.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "tcop/dest.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "dialect/text/dialect.h"
#include "script/script.h"
#include "secrets/secrets.h"

/* Redshift has no indexes, and hashes rather than sorts. */
static const char *const planner_settings[][2] = {
	{"enable_indexscan", "off"},
	{"enable_indexonlyscan", "off"},
	{"enable_bitmapscan", "off"},
	{"enable_tidscan", "off"},
	{"enable_nestloop", "off"},
	{"enable_mergejoin", "off"},
	{"enable_sort", "off"},
	{"enable_incremental_sort", "off"},
	{"enable_memoize", "off"},
	{"enable_material", "off"},
	{"jit", "off"},
	{"max_parallel_workers_per_gather", "0"},
};

/* A statement and what PostgreSQL is told, for error messages. */
typedef struct Translation
{
	const DialectStatement *statement;
	const char *script;
	DialectText text;
} Translation;

/* What is to be counted. */
typedef struct Counting
{
	CountScope scope;
	int slices;
} Counting;

static ExplainedQuery *ExplainStatement(const DialectStatement *statement, const char *script,
										const Counting *counting);
static void LocateError(void *arg);
static ExplainedQuery *ExplainRaw(RawStmt *raw, const char *sql, const Counting *counting);
static Query *ReadingQuery(Query *query, const char *sql, ExplainedQuery *explained, bool *run);
static Query *FillingQuery(Query *insert, ExplainedQuery *explained);
static Query *RewriteOne(Query *query);
static void PlanAndCount(Query *query, const char *sql, ExplainedQuery *explained,
						 const Counting *counting, bool run);

List *
ExplainScript(const char *script, CountScope scope, int slices)
{
	const Counting counting = {scope, slices};
	List *statements = DialectParse(script);
	List *queries = NIL;
	ListCell *cell;

	foreach (cell, statements)
	{
		const DialectStatement *statement = lfirst(cell);
		ExplainedQuery *explained = ExplainStatement(statement, script, &counting);

		if (explained != NULL)
			queries = lappend(queries, explained);
		else if (list_length(statements) == 1)
			ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("cannot explain %s", DialectTag(statement)),
					errhint("EXPLAIN takes SELECT, INSERT, UPDATE, DELETE, CREATE TABLE AS and "
							"CREATE VIEW."));
	}

	return queries;
}

/* Explains a statement; NULL when it reads nothing. */
static ExplainedQuery *
ExplainStatement(const DialectStatement *statement, const char *script, const Counting *counting)
{
	static const char *const tags[] = {"SELECT",	  "INSERT",		 "UPDATE",
									   "DELETE",	  "WITH",		 "CREATE TABLE AS",
									   "SELECT INTO", "CREATE VIEW", "CREATE MATERIALIZED VIEW",
									   "EXPLAIN"};
	DialectContext context;
	Translation translation = {statement, script, {NULL, NULL}};
	ErrorContextCallback callback = {error_context_stack, LocateError, &translation};
	ExplainedQuery *explained = NULL;
	List *parsed;

	for (size_t i = 0; i < lengthof(tags); i++)
		if (strcmp(DialectTag(statement), tags[i]) == 0)
		{
			ScriptContext(&context, (ScriptVariables){NULL, NULL});
			translation.text = DialectDeparse(statement, DIALECT_POSTGRES, &context);
			if (translation.text.sql == NULL)
				return NULL;
			error_context_stack = &callback;
			parsed = pg_parse_query(translation.text.sql);
			if (list_length(parsed) == 1)
				explained =
					ExplainRaw(linitial_node(RawStmt, parsed), translation.text.sql, counting);
			error_context_stack = callback.previous;
		}
	return explained;
}

/* Turns the position of an error in PostgreSQL's text into one in the script. */
static void
LocateError(void *arg)
{
	const Translation *translation = arg;
	int position = geterrposition();
	const char *at = translation->text.sql;

	if (position <= 0)
		return;

	for (int i = 1; i < position && *at != '\0'; i++)
		at += pg_mblen(at);
	position =
		DialectPosition(translation->statement, &translation->text, at - translation->text.sql);
	errposition(0);
	position = pg_mbstrlen_with_len(translation->script, position) + 1;
	internalerrquery(SecretsMaskAt(translation->script, &position));
	internalerrposition(position);
}

/* Explains a parsed statement. */
static ExplainedQuery *
ExplainRaw(RawStmt *raw, const char *sql, const Counting *counting)
{
	ExplainedQuery *explained = palloc0(sizeof(ExplainedQuery));
	bool run = counting->scope != COUNT_NOTHING;
	List *queries;
	Query *query;

	PushActiveSnapshot(GetTransactionSnapshot());
	if (IsA(raw->stmt, ViewStmt))
	{
		RawStmt *select = makeNode(RawStmt);

		select->stmt = castNode(ViewStmt, raw->stmt)->query;
		raw = select;
	}

	queries = pg_analyze_and_rewrite_fixedparams(raw, sql, NULL, 0, NULL);
	query = list_length(queries) == 1 ? linitial_node(Query, queries) : NULL;
	if (query != NULL)
		query = ReadingQuery(query, sql, explained, &run);
	if (query != NULL)
		PlanAndCount(query, sql, explained, counting, run);
	PopActiveSnapshot();

	return query != NULL ? explained : NULL;
}

/* The query whose plan is explained; *run becomes false where running it would change something. */
static Query *
ReadingQuery(Query *query, const char *sql, ExplainedQuery *explained, bool *run)
{
	/* EXPLAIN must not change anything, so what would isn't run: its rows are estimates */
	*run &= !query->hasModifyingCTE && query->rowMarks == NIL;
	switch (query->commandType)
	{
		case CMD_SELECT:
			return query;
		case CMD_INSERT:
			return FillingQuery(query, explained);
		case CMD_UPDATE:
		case CMD_DELETE:
			*run = false;
			return query;
		default:
			break;
	}

	/* CREATE TABLE AS is explained as the query that fills it */
	if (query->utilityStmt != NULL && IsA(query->utilityStmt, CreateTableAsStmt))
		return RewriteOne(castNode(Query, castNode(CreateTableAsStmt, query->utilityStmt)->query));
	if (query->utilityStmt != NULL && IsA(query->utilityStmt, ExplainStmt))
	{
		Query *inner =
			RewriteOne(castNode(Query, castNode(ExplainStmt, query->utilityStmt)->query));

		return inner != NULL ? ReadingQuery(inner, sql, explained, run) : NULL;
	}

	return NULL;
}

/* The SELECT of an INSERT, and what of it each column of the target is filled with. */
static Query *
FillingQuery(Query *insert, ExplainedQuery *explained)
{
	const RangeTblEntry *target = rt_fetch(insert->resultRelation, insert->rtable);
	const RangeTblRef *source =
		list_length(insert->jointree->fromlist) == 1 ? linitial(insert->jointree->fromlist) : NULL;
	ListCell *cell;

	if (source == NULL || !IsA(source, RangeTblRef) ||
		rt_fetch(source->rtindex, insert->rtable)->rtekind != RTE_SUBQUERY)
		return NULL;

	explained->target = target->relid;
	explained->sources = palloc0((MaxHeapAttributeNumber + 1) * sizeof(AttrNumber));
	foreach (cell, insert->targetList)
	{
		const TargetEntry *entry = lfirst_node(TargetEntry, cell);
		const Node *expression = (const Node *)entry->expr;

		/* casts keep a value on its slice only where they keep its bytes */
		while (IsA(expression, RelabelType))
			expression = (const Node *)((const RelabelType *)expression)->arg;
		if (IsA(expression, Var) && ((const Var *)expression)->varno == source->rtindex)
			explained->sources[entry->resno - 1] = ((const Var *)expression)->varattno;
	}

	return copyObject(rt_fetch(source->rtindex, insert->rtable)->subquery);
}

/* A query after its views were put in; NULL when rules made several of it. */
static Query *
RewriteOne(Query *query)
{
	List *rewritten = QueryRewrite(copyObject(query));

	return list_length(rewritten) == 1 ? linitial_node(Query, rewritten) : NULL;
}

/* Plans a query as Redshift would, reads the plan, and counts: rows only when it may run. */
static void
PlanAndCount(Query *query, const char *sql, ExplainedQuery *explained, const Counting *counting,
			 bool run)
{
	int nest = NewGUCNestLevel();
	QueryDesc *desc;

	for (size_t i = 0; i < lengthof(planner_settings); i++)
		(void)set_config_option(planner_settings[i][0], planner_settings[i][1], PGC_USERSET,
								PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	explained->planned = pg_plan_query(query, sql, 0, NULL);
	AtEOXact_GUC(true, nest);

	desc = CreateQueryDesc(explained->planned, sql, GetActiveSnapshot(), InvalidSnapshot,
						   None_Receiver, NULL, NULL, run ? INSTRUMENT_ROWS : 0);
	ExecutorStart(desc, run ? 0 : EXEC_FLAG_EXPLAIN_ONLY);
	explained->root = PlanTreeBuild(desc->planstate);
	if (run)
	{
		CountJob job = {explained->root, OidIsValid(explained->target), counting->slices,
						counting->scope};

		explained->facts = CountRows(&job);
		ExecutorFinish(desc);
	}
	else if (counting->scope != COUNT_NOTHING)
		explained->facts = CountTables(explained->root, counting->slices);
	ExecutorEnd(desc);
	FreeQueryDesc(desc);
}
