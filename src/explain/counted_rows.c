/*
 * counted_rows.c
 *		Counts rows without running more of a plan than it must.
 *
 *		scans -> one pass over each table, with workers: their rows, the table's facts
 *		what fills a table, sides of joins that move
 *			-> their rows follow from nodes below, down to a scan, or from keys
 *				that are all different
 *			-> or else that part of the plan runs, and its nodes count
 *
 * What moves depends on what goes into a join, seldom on what comes out, and a
 * join that finds its rows together moves nothing, however many there are.
 */
#include "postgres.h"

#include "explain/counted_rows.h"

#include "executor/executor.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"

#include "explain/unique_keys.h"

/* What a node's rows follow from. */
typedef enum RowSource
{
	ROWS_OF_TABLE,	  /* a scan: they were counted in the pass over the table */
	ROWS_OF_CHILD,	  /* as many as the first node below */
	ROWS_OF_CHILDREN, /* as many as all nodes below */
	ROWS_IF_UNIQUE, /* as many as the first node below, if the other one's keys are all different */
	ROWS_ONE,
	ROWS_OF_RUN /* only from running it */
} RowSource;

static bool LearnSides(const CountJob *job, List *joins);
static void Learn(PlanNode *node);
static void SetRows(PlanNode *node, double rows);
static RowSource SourceOf(const PlanNode *node);
static bool HasForeignValue(Node *node, void *context);
static void LearnByKeys(PlanNode *join);
static void Run(PlanNode *node);
static void RunAndSee(PlanNode *node, UniqueKeys *keys);
static void ReadCounts(PlanNode *node, bool is_repeated);
static List *CountScans(PlanNode *root, bool with_rows, int slices);
static void CountTable(Oid relid, List *facts, int slices);
static char *ConditionAsSql(const PlanNode *scan);

List *
CountRows(const CountJob *job)
{
	List *joins = PlanJoins(job->root);
	bool is_any = joins != NIL || job->is_filling;
	List *facts = CountScans(job->root, is_any, job->slices);

	/* subqueries of expressions and of WITH run as often as the plan asks for them, so it is the plan that runs */
	if (is_any && job->root->state->state->es_plannedstmt->subplans != NIL)
		Run(job->root);
	if (job->is_filling)
		Learn(job->root);

	/* what is learnt may change which join moves what */
	do
		DistributionSettle(job->root, job->slices, NULL);
	while (LearnSides(job, joins));
	return facts;
}

List *
CountTables(PlanNode *root, int slices)
{
	return CountScans(root, false, slices);
}

const ScanFacts *
FactsOfTable(List *facts, Oid relid)
{
	ListCell *cell;

	foreach (cell, facts)
		if (((const ScanFacts *)lfirst(cell))->scan->relid == relid)
			return lfirst(cell);
	return NULL;
}

/* Learns the rows of the sides of joins that are to be known; false when they were. */
static bool
LearnSides(const CountJob *job, List *joins)
{
	bool has_learnt = false;

	/* from above: a join that runs counts those below it as well */
	for (int i = list_length(joins) - 1; i >= 0; i--)
	{
		PlanNode *join = list_nth(joins, i);
		PlanNode *outer = linitial(join->children);
		PlanNode *inner = lsecond(join->children);
		bool moves_nothing = join->label == DS_DIST_NONE || join->label == DS_DIST_ALL_NONE;

		if ((moves_nothing && job->scope == COUNT_MOVED) ||
			(outer->is_counted && inner->is_counted))
			continue;
		/* an inner side that takes values from the outer one can't run alone */
		if (IsA(join->plan, NestLoop) && ((const NestLoop *)join->plan)->nestParams != NIL)
			Run(join);
		Learn(outer);
		Learn(inner);
		has_learnt = true;
	}
	return has_learnt;
}

/* Learns the rows of a node, from those below or by running it. */
static void
Learn(PlanNode *node)
{
	double rows = 0;
	ListCell *cell;

	if (node->is_counted)
		return;
	switch (SourceOf(node))
	{
		case ROWS_OF_CHILD:
			Learn(linitial(node->children));
			SetRows(node, ((const PlanNode *)linitial(node->children))->rows);
			break;
		case ROWS_OF_CHILDREN:
			foreach (cell, node->children)
			{
				Learn(lfirst(cell));
				rows += ((const PlanNode *)lfirst(cell))->rows;
			}
			SetRows(node, rows);
			break;
		case ROWS_IF_UNIQUE:
			LearnByKeys(node);
			break;
		case ROWS_ONE:
			SetRows(node, 1);
			break;
		case ROWS_OF_TABLE:
		case ROWS_OF_RUN:
			Run(node);
			break;
	}
}

/* Learns the rows of a join that keeps each outer row: without running it, unless an inner key comes twice. */
static void
LearnByKeys(PlanNode *join)
{
	PlanNode *outer = linitial(join->children);
	UniqueKeys *keys = UniqueKeysBegin(castNode(HashJoinState, join->state));

	if (keys != NULL)
		RunAndSee(lsecond(join->children), keys);
	if (keys == NULL || !UniqueKeysEnd(keys))
	{
		Run(join);
		return;
	}
	Learn(outer);
	SetRows(join, outer->rows);
}

static void
SetRows(PlanNode *node, double rows)
{
	node->rows = rows;
	node->is_counted = true;
}

/* Says what a node's rows follow from. */
static RowSource
SourceOf(const PlanNode *node)
{
	const Plan *plan = node->plan;
	const Join *join = (const Join *)plan;

	/* a condition with another scan's value can't be part of a pass over this table alone */
	if (node->kind == NODE_SCAN)
		return HasForeignValue((Node *)plan->qual, NULL) ? ROWS_OF_RUN : ROWS_OF_TABLE;

	/* HAVING, or what of a join's condition stays behind: only running tells how many pass */
	if (plan->qual != NIL)
		return ROWS_OF_RUN;

	switch (nodeTag(plan))
	{
		case T_HashJoin:
			/* each outer row comes out exactly once where it has one match at most, as it is kept without */
			if (join->jointype != JOIN_LEFT)
				return ROWS_OF_RUN;
			return join->inner_unique ? ROWS_OF_CHILD : ROWS_IF_UNIQUE;
		case T_Hash:
		case T_Sort:
		case T_IncrementalSort:
		case T_Material:
		case T_SubqueryScan:
			return ROWS_OF_CHILD;
		case T_WindowAgg:
			/* a window adds columns, unless it may stop early */
			return ((const WindowAgg *)plan)->runCondition == NIL ? ROWS_OF_CHILD : ROWS_OF_RUN;
		case T_Agg:
			/* without groups there is one row, even of none */
			return ((const Agg *)plan)->aggstrategy == AGG_PLAIN ? ROWS_ONE : ROWS_OF_RUN;
		case T_Append:
			return ROWS_OF_CHILDREN;
		default:
			return ROWS_OF_RUN;
	}
}

/* Whether an expression has a value that comes from elsewhere in the plan. */
static bool
HasForeignValue(Node *node, void *context)
{
	if (node == NULL)
		return false;
	return IsA(node, Param) || IsA(node, SubPlan) || IsA(node, AlternativeSubPlan) ||
		   expression_tree_walker(node, HasForeignValue, context);
}

/* Runs a part of the plan, and takes over what its nodes counted. */
static void
Run(PlanNode *node)
{
	RunAndSee(node, NULL);
}

/* The same; keys, unless it is NULL, sees the rows. */
static void
RunAndSee(PlanNode *node, UniqueKeys *keys)
{
	PlanState *state = node->state;
	MemoryContext previous = MemoryContextSwitchTo(state->state->es_query_cxt);
	TupleTableSlot *slot;

	/* a hash table is filled by the join that it is for */
	while (IsA(state, HashState))
		state = outerPlanState(state);
	do
	{
		CHECK_FOR_INTERRUPTS();
		slot = ExecProcNode(state);
		if (keys != NULL && !TupIsNull(slot))
			UniqueKeysSee(keys, slot);
	} while (!TupIsNull(slot));
	ReadCounts(node, false);

	/* a join above may have to run as well */
	ExecReScan(state);
	MemoryContextSwitchTo(previous);
}

/*
 * Takes over what a node that ran and those below counted, but for what was
 * known; is_repeated: it ran once for each row of another.
 */
static void
ReadCounts(PlanNode *node, bool is_repeated)
{
	Instrumentation *counted = node->state->instrument;
	ListCell *cell;

	foreach (cell, node->children)
	{
		PlanNode *child = lfirst(cell);
		bool is_inner = node->kind == NODE_NESTED_LOOP && child == lsecond(node->children);

		ReadCounts(child, !child->is_subplan && (is_repeated || is_inner));
	}
	if (node->is_counted)
		return;

	/* the last loop isn't added yet */
	InstrEndLoop(counted);
	/* the node below a hash table's may have run in its stead */
	if (node->kind == NODE_HASH)
		SetRows(node, ((const PlanNode *)linitial(node->children))->rows);
	else
		SetRows(node, is_repeated ? counted->ntuples / Max(1, counted->nloops) : counted->ntuples);
}

/* Passes over each table once: the facts of its scans, and with_rows the rows that pass their conditions. */
static List *
CountScans(PlanNode *root, bool with_rows, int slices)
{
	List *tables = NIL;
	List *facts = NIL;
	ListCell *cell;

	foreach (cell, PlanScans(root))
	{
		PlanNode *scan = lfirst(cell);
		ScanFacts *of_scan = palloc0(sizeof(ScanFacts));

		of_scan->scan = scan;
		of_scan->request.ranges = ColumnRanges(scan->plan->qual, scan->scan, scan->relid);

		/* what the pass can't answer is counted by running the scan, later and only if it is asked for */
		if (with_rows && SourceOf(scan) == ROWS_OF_TABLE)
			of_scan->request.condition = ConditionAsSql(scan);
		of_scan->request.is_ranges =
			list_length(of_scan->request.ranges) == list_length(scan->plan->qual);
		facts = lappend(facts, of_scan);
		tables = list_append_unique_oid(tables, scan->relid);
	}

	/* a table that is scanned five times is still read once */
	foreach (cell, tables)
		CountTable(lfirst_oid(cell), facts, slices);

	foreach (cell, facts)
	{
		const ScanFacts *of_scan = lfirst(cell);

		if (of_scan->request.condition != NULL)
			SetRows((PlanNode *)of_scan->scan, of_scan->request.matching);
	}
	return facts;
}

/* Passes over a table, for all of its scans. */
static void
CountTable(Oid relid, List *facts, int slices)
{
	List *of_table = NIL;
	List *requests = NIL;
	RowSpread spread;
	ListCell *cell;

	foreach (cell, facts)
	{
		ScanFacts *of_scan = lfirst(cell);

		if (of_scan->scan->relid != relid)
			continue;
		of_table = lappend(of_table, of_scan);
		requests = lappend(requests, &of_scan->request);
	}
	spread = TableCount(relid, DesignRead(relid), slices, requests);
	foreach (cell, of_table)
		((ScanFacts *)lfirst(cell))->spread = spread;
}

/* The conditions of a scan as SQL over its table. */
static char *
ConditionAsSql(const PlanNode *scan)
{
	List *conditions = copyObject(scan->plan->qual);

	if (conditions == NIL)
		return pstrdup("true");
	ChangeVarNodes((Node *)conditions, scan->scan, 1, 0);
	return deparse_expression((Node *)make_ands_explicit(conditions),
							  deparse_context_for(get_rel_name(scan->relid), scan->relid), false,
							  false);
}
