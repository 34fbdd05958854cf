/*
 * plan_tree.c
 *		Reads PostgreSQL's plan: which nodes, and how many rows it expects of them.
 *
 * What is PostgreSQL's own way of running a plan (Gather, the ModifyTable of an
 * INSERT) has no node of its own.
 */
#include "postgres.h"

#include "explain/plan_node.h"

#include "executor/executor.h"
#include "miscadmin.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"

/* Nodes by PostgreSQL's tag, and their names in Redshift's EXPLAIN (r_EXPLAIN). */
static const struct
{
	NodeTag tag;
	NodeKind kind;
	const char *name;
} kinds[] = {
	{T_SeqScan, NODE_SCAN, "Seq Scan"},
	{T_HashJoin, NODE_HASH_JOIN, "Hash"},
	{T_MergeJoin, NODE_HASH_JOIN, "Hash"},
	{T_NestLoop, NODE_NESTED_LOOP, "Nested Loop"},
	{T_Hash, NODE_HASH, "Hash"},
	{T_Agg, NODE_AGGREGATE, "Aggregate"},
	{T_Group, NODE_AGGREGATE, "GroupAggregate"},
	{T_Sort, NODE_SORT, "Sort"},
	{T_IncrementalSort, NODE_SORT, "Sort"},
	{T_WindowAgg, NODE_WINDOW, "Window"},
	{T_Limit, NODE_LIMIT, "Limit"},
	{T_Unique, NODE_UNIQUE, "Unique"},
	{T_SubqueryScan, NODE_OTHER, "Subquery Scan"},
	{T_CteScan, NODE_OTHER, "Subquery Scan"},
	{T_FunctionScan, NODE_OTHER, "Function Scan"},
	{T_ValuesScan, NODE_OTHER, "Values Scan"},
	{T_Append, NODE_OTHER, "Append"},
	{T_MergeAppend, NODE_OTHER, "Append"},
	{T_SetOp, NODE_OTHER, "SetOp"},
	{T_Material, NODE_OTHER, "Materialize"},
	{T_Result, NODE_OTHER, "Result"},
	{T_ProjectSet, NODE_OTHER, "Result"},
};

static PlanState *Visible(PlanState *state);
static void ReadKind(PlanNode *node, const Plan *plan);
static void AddChildren(PlanNode *node, PlanState *state);
static void AddChild(PlanNode *node, PlanState *state);
static void AddSubPlans(PlanNode *node, List *subplans);

PlanNode *
PlanTreeBuild(PlanState *state)
{
	PlanNode *node = palloc0(sizeof(PlanNode));

	check_stack_depth();
	state = Visible(state);
	node->plan = state->plan;
	node->state = state;
	node->estimated_rows = node->rows = clamp_row_est(state->plan->plan_rows);
	node->width = state->plan->plan_width;
	ReadKind(node, state->plan);
	if (node->kind == NODE_SCAN)
	{
		node->scan = ((const Scan *)state->plan)->scanrelid;
		node->relid = exec_rt_fetch(node->scan, state->state)->relid;
	}
	AddChildren(node, state);
	return node;
}

/* Goes down past the nodes that Redshift's plans don't have. */
static PlanState *
Visible(PlanState *state)
{
	while (IsA(state->plan, Gather) || IsA(state->plan, GatherMerge) ||
		   IsA(state->plan, ModifyTable) || IsA(state->plan, LockRows) || IsA(state->plan, Memoize))
		state = outerPlanState(state);
	return state;
}

/* Sets what kind of node it is. */
static void
ReadKind(PlanNode *node, const Plan *plan)
{
	node->kind = NODE_OTHER;
	node->name = "Scan";
	for (size_t i = 0; i < lengthof(kinds); i++)
		/* no break: a node's tag stands in the table once */
		if (kinds[i].tag == nodeTag(plan))
		{
			node->kind = kinds[i].kind;
			node->name = kinds[i].name;
		}
	if (node->kind == NODE_HASH_JOIN || node->kind == NODE_NESTED_LOOP)
		node->join_type = ((const Join *)plan)->jointype;

	/* sorted groups and hashed ones have names of their own, as on Redshift */
	if (IsA(plan, Agg) && ((const Agg *)plan)->aggstrategy == AGG_SORTED)
		node->name = "GroupAggregate";
	else if (IsA(plan, Agg) && ((const Agg *)plan)->aggstrategy != AGG_PLAIN)
		node->name = "HashAggregate";
}

/* Adds the nodes below; subqueries of expressions last, so that a join's sides are its first two. */
static void
AddChildren(PlanNode *node, PlanState *state)
{
	if (outerPlanState(state) != NULL)
		AddChild(node, outerPlanState(state));
	if (innerPlanState(state) != NULL)
		AddChild(node, innerPlanState(state));

	/* these keep what is below them in places of their own */
	if (IsA(state, AppendState))
		for (int i = 0; i < ((AppendState *)state)->as_nplans; i++)
			AddChild(node, ((AppendState *)state)->appendplans[i]);
	if (IsA(state, MergeAppendState))
		for (int i = 0; i < ((MergeAppendState *)state)->ms_nplans; i++)
			AddChild(node, ((MergeAppendState *)state)->mergeplans[i]);
	if (IsA(state, SubqueryScanState))
		AddChild(node, ((SubqueryScanState *)state)->subplan);
	if (IsA(state, CteScanState))
		AddChild(node, ((CteScanState *)state)->cteplanstate);

	/* whoever looks for a join's sides takes the first two */
	AddSubPlans(node, state->initPlan);
	AddSubPlans(node, state->subPlan);
}

/* Adds a node below. */
static void
AddChild(PlanNode *node, PlanState *state)
{
	node->children = lappend(node->children, PlanTreeBuild(state));
}

/* Adds subqueries of expressions; those of WITH stand where they are read. */
static void
AddSubPlans(PlanNode *node, List *subplans)
{
	ListCell *cell;

	foreach (cell, subplans)
	{
		SubPlanState *state = lfirst_node(SubPlanState, cell);
		PlanNode *child;

		if (state->subplan->subLinkType == CTE_SUBLINK)
			continue;
		child = PlanTreeBuild(state->planstate);
		child->is_subplan = true;
		node->children = lappend(node->children, child);
	}
}

List *
PlanScans(PlanNode *node)
{
	List *scans = node->kind == NODE_SCAN ? list_make1(node) : NIL;
	ListCell *cell;

	foreach (cell, node->children)
		scans = list_concat(scans, PlanScans(lfirst(cell)));
	return scans;
}

List *
PlanJoins(PlanNode *node)
{
	List *joins = NIL;
	ListCell *cell;

	foreach (cell, node->children)
		joins = list_concat(joins, PlanJoins(lfirst(cell)));
	if (node->kind == NODE_HASH_JOIN || node->kind == NODE_NESTED_LOOP)
		joins = lappend(joins, node);
	return joins;
}
