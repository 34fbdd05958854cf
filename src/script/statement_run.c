/*
 * statement_run.c
 *		Runs the text of one PostgreSQL statement.
 *
 * Not SPI: that would put the text into the context of every error, and the
 * text of a COPY may hold a key; and it would hide whether an error position
 * is one in the text.  This is what CREATE EXTENSION does with its script.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/tablecmds.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "tcop/dest.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "script/create_as.h"
#include "script/insert_select.h"
#include "script/statement_run.h"

static uint64 RunParsed(RawStmt *parsed, const char *sql);
static uint64 RunQuery(Query *parsed, const char *sql);
static bool DeletesAll(const RawStmt *parsed, RangeVar **target);
static bool MayTruncate(RangeVar *target);
static void Truncate(RangeVar *target);

uint64
StatementRun(const char *sql, bool truncate, StatementObserver observe)
{
	List *parsed = pg_parse_query(sql);
	uint64 rows = 0;
	ListCell *cell;

	foreach (cell, parsed)
	{
		RawStmt *raw = lfirst_node(RawStmt, cell);
		RangeVar *target;

		Node *observed = NULL;

		CHECK_FOR_INTERRUPTS();
		CommandCounterIncrement();

		/* Parse analysis takes the INTO out of a SELECT: the observer gets a tree of its own. */
		if (observe != NULL)
		{
			observed = copyObject(raw->stmt);
			observe(observed, false);
		}

		if (truncate && DeletesAll(raw, &target) && MayTruncate(target))
			Truncate(target);
		else
			rows += RunParsed(raw, sql);
		if (observe != NULL)
		{
			CommandCounterIncrement();
			observe(observed, true);
		}
	}

	CommandCounterIncrement();

	return rows;
}

/* Analyses, plans and runs a parsed statement. */
static uint64
RunParsed(RawStmt *parsed, const char *sql)
{
	List *queries;
	Query *fill;
	uint64 rows = 0;
	ListCell *cell;

	PushActiveSnapshot(GetTransactionSnapshot());
	queries = pg_analyze_and_rewrite_fixedparams(parsed, sql, NULL, 0, NULL);
	PopActiveSnapshot();
	CommandCounterIncrement();

	/* the table is made, and then filled in the way of the next statement */
	fill = list_length(queries) == 1 ? CreateAsTakeRows(linitial(queries)) : NULL;
	if (fill != NULL)
	{
		(void)RunQuery(linitial(queries), sql);
		CommandCounterIncrement();
		CreateAsAim(fill, linitial(queries));
		queries = list_make1(fill);
	}

	if (list_length(queries) == 1 && InsertSelectRun(linitial(queries), sql, &rows))
		return rows;

	foreach (cell, queries)
	{
		Query *query = lfirst_node(Query, cell);
		uint64 processed = RunQuery(query, sql);

		if (query->canSetTag)
			rows += processed;
	}

	return rows;
}

/* Plans and runs a query under a snapshot of its own. */
static uint64
RunQuery(Query *parsed, const char *sql)
{
	PlannedStmt *plan;
	uint64 rows;

	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	plan = linitial_node(PlannedStmt,
						 pg_plan_queries(list_make1(parsed), sql, CURSOR_OPT_PARALLEL_OK, NULL));
	if (plan->utilityStmt != NULL)
	{
		QueryCompletion completion;

		InitializeQueryCompletion(&completion);
		ProcessUtility(plan, sql, false, PROCESS_UTILITY_QUERY, NULL, NULL, None_Receiver,
					   &completion);
		rows = completion.commandTag == CMDTAG_UNKNOWN ? 0 : completion.nprocessed;
	}
	else
	{
		QueryDesc *query = CreateQueryDesc(plan, sql, GetActiveSnapshot(), InvalidSnapshot,
										   None_Receiver, NULL, NULL, 0);

		ExecutorStart(query, 0);
		CompatExecutorRun(query);
		rows = query->estate->es_processed;
		ExecutorFinish(query);
		ExecutorEnd(query);
		FreeQueryDesc(query);
	}

	/* A utility statement may have popped it. */
	if (ActiveSnapshotSet())
		PopActiveSnapshot();
	return rows;
}

/* Whether a statement is DELETE FROM t and nothing more. */
static bool
DeletesAll(const RawStmt *parsed, RangeVar **target)
{
	const DeleteStmt *statement;

	if (!IsA(parsed->stmt, DeleteStmt))
		return false;

	statement = castNode(DeleteStmt, parsed->stmt);
	*target = statement->relation;
	return statement->usingClause == NIL && statement->whereClause == NULL &&
		   CompatDeleteReturnsNothing(statement) && statement->withClause == NULL;
}

/*
 * Whether nobody can tell a TRUNCATE of the table from a DELETE, but for its
 * speed: an unlogged table (its readers expect no old version after a crash
 * either), without triggers, keys that refer to it, policies and children.
 */
static bool
MayTruncate(RangeVar *target)
{
	Oid relid = RangeVarGetRelid(target, NoLock, true);
	Relation relation;
	bool may;

	/* TRUNCATE asks for a right of its own, and who may only delete must not need it */
	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_RELATION ||
		pg_class_aclcheck(relid, GetUserId(), ACL_TRUNCATE) != ACLCHECK_OK ||
		pg_class_aclcheck(relid, GetUserId(), ACL_DELETE) != ACLCHECK_OK)
		return false;

	/* a light lock: the statement itself takes the one that it needs */
	relation = table_open(relid, AccessShareLock);
	may = relation->rd_rel->relpersistence != RELPERSISTENCE_PERMANENT &&
		  !relation->rd_rel->relhastriggers && !relation->rd_rel->relrowsecurity &&
		  !relation->rd_rel->relhassubclass;
	table_close(relation, AccessShareLock);

	return may;
}

/* Empties a table. */
static void
Truncate(RangeVar *target)
{
	TruncateStmt *statement = makeNode(TruncateStmt);

	statement->relations = list_make1(target);
	statement->behavior = DROP_RESTRICT;
	ExecuteTruncate(statement);
}
