/*
 * plan_print.c
 *		A plan as Redshift's EXPLAIN prints it
 *		(https://docs.aws.amazon.com/redshift/latest/dg/c-the-query-plan.html).
 *
 * Costs are relative there and here.  Their formulas are PostgreSQL 8's, from
 * which Redshift descends, and what the labels add; they give the numbers of
 * the plans in AWS's pages, up to the constants of a join.
 */
#include "postgres.h"

#include "explain/plan_node.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "compat.h"

#define ROW_COST 0.01
#define OPERATOR_COST 0.0025
#define HASH_JOIN_ROW_COST 0.0225
#define MERGE_JOIN_ROW_COST 0.0072
/* a byte that is broadcast; one that is redistributed costs this divided by the slices */
#define BROADCAST_COST 10000.0
#define SORT_COST 1e12

/* What printing carries along. */
typedef struct Printer
{
	const PlannedStmt *planned;
	List *context; /* for ruleutils.c */
	List *names;   /* of the range table */
	List *lines;   /* char * */
} Printer;

static void Print(Printer *printer, PlanNode *node, int depth, bool is_top);
static void PrintSorted(Printer *printer, PlanNode *node, int depth);
static void PrintHash(Printer *printer, PlanNode *child, int depth);
static void AddLine(Printer *printer, const PlanNode *node, const char *name, int depth);
static void AddDetail(Printer *printer, int depth, const char *label, const char *text);
static char *NodeName(Printer *printer, const PlanNode *node);
static char *JoinName(const PlanNode *node);
static void AddDetails(Printer *printer, const PlanNode *node, int depth);
static char *JoinCondition(Printer *printer, const PlanNode *node);
static char *Condition(Printer *printer, const PlanNode *node, List *clauses);
static char *Columns(Printer *printer, const Plan *plan, int count, const AttrNumber *columns);
static char *Deparse(Printer *printer, const Plan *plan, Node *expression, bool prefix);
static PlanNode *Unhashed(PlanNode *node);
static PlanNode *Side(const PlanNode *node, bool outer);
static void SetCost(PlanNode *node);
static void SetJoinCost(PlanNode *node);
static double TableRows(const PlanNode *node);

List *
PlanPrint(PlanNode *node, const PlannedStmt *planned)
{
	Printer printer = {.planned = planned};
	Bitmapset *used = NULL;

	for (int i = 1; i <= list_length(planned->rtable); i++)
		used = bms_add_member(used, i);
	printer.names = select_rtable_names_for_explain(planned->rtable, used);
	printer.context = deparse_context_for_plan_tree((PlannedStmt *)planned, printer.names);
	SetCost(node);
	Print(&printer, node, 0, true);

	return printer.lines;
}

/* Prints a node and what is below it. */
static void
Print(Printer *printer, PlanNode *node, int depth, bool is_top)
{
	ListCell *cell;

	check_stack_depth();

	/* the last sort of a query runs on the slices, and the leader merges: Merge, Network, Sort */
	if (is_top && node->kind == NODE_SORT)
	{
		PrintSorted(printer, node, depth);
		return;
	}

	AddLine(printer, node, NodeName(printer, node), depth);
	AddDetails(printer, node, depth);

	/* a join shows its sides only: PostgreSQL's Hash and Sort below it are made anew, Redshift's way */
	if (node->label != DS_NO_JOIN)
	{
		Print(printer, Side(node, true), depth + 1, false);
		if (node->kind == NODE_HASH_JOIN && !node->is_merge)
			PrintHash(printer, Side(node, false), depth + 1);
		else
			Print(printer, Side(node, false), depth + 1, false);
		return;
	}

	/* below a LIMIT a sort is still the query's last */
	foreach (cell, node->children)
		Print(printer, lfirst(cell), depth + 1, is_top && node->kind == NODE_LIMIT);
}

/* The last sort runs on every slice; the leader merges what they send. */
static void
PrintSorted(Printer *printer, PlanNode *node, int depth)
{
	const Sort *sort = (const Sort *)node->plan;
	char *key = Columns(printer, node->plan, sort->numCols, sort->sortColIdx);

	AddLine(printer, node, "Merge", depth);
	AddDetail(printer, depth, "Merge Key: ", key);
	AddLine(printer, node, "Network", depth + 1);
	AddDetail(printer, depth + 1, "Send to leader", "");
	Print(printer, node, depth + 2, false);
}

/* The hash table of a join's inner side. */
static void
PrintHash(Printer *printer, PlanNode *child, int depth)
{
	PlanNode hash = *child;

	hash.startup_cost = child->total_cost;
	AddLine(printer, &hash, "Hash", depth);
	Print(printer, child, depth + 1, false);
}

/* Adds the line of a node. */
static void
AddLine(Printer *printer, const PlanNode *node, const char *name, int depth)
{
	int indent = depth > 0 ? depth * 6 - 4 : 0;

	printer->lines =
		lappend(printer->lines,
				psprintf("%*s%s%sXN %s  (cost=%.2f..%.2f rows=%.0f width=%d)", indent, "",
						 depth > 0 ? "->  " : "", node->is_subplan ? "SubPlan " : "", name,
						 node->startup_cost, node->total_cost, node->estimated_rows, node->width));
}

/* Adds a line below that of a node; nothing where there is no text to print. */
static void
AddDetail(Printer *printer, int depth, const char *label, const char *text)
{
	int indent = depth > 0 ? depth * 6 - 4 + 6 : 2;

	if (text != NULL)
		printer->lines = lappend(printer->lines, psprintf("%*s%s%s", indent, "", label, text));
}

/* What a node is called. */
static char *
NodeName(Printer *printer, const PlanNode *node)
{
	const char *alias;
	const char *name;

	if (node->label != DS_NO_JOIN)
		return psprintf("%s %s", JoinName(node), JoinLabelName(node->label));
	if (node->kind == NODE_SCAN)
	{
		/* the alias is said only where it differs, as EXPLAIN does */
		name = get_rel_name(node->relid);
		alias = list_nth(printer->names, node->scan - 1);
		return strcmp(name, alias) == 0 ? psprintf("%s on %s", node->name, name)
										: psprintf("%s on %s %s", node->name, name, alias);
	}

	if (IsA(node->plan, SubqueryScan) || IsA(node->plan, CteScan) ||
		IsA(node->plan, FunctionScan) || IsA(node->plan, ValuesScan))
		return psprintf(
			"%s %s", node->name,
			(char *)list_nth(printer->names, ((const Scan *)node->plan)->scanrelid - 1));
	return pstrdup(node->name);
}

/* The kind of a join. */
static char *
JoinName(const PlanNode *node)
{
	JoinType type = node->join_type;
	const char *outer = "";

	/* the sides are printed as they were swapped, so the name is that of the other side */
	if (node->is_swapped && (type == JOIN_LEFT || type == JOIN_RIGHT))
		type = type == JOIN_LEFT ? JOIN_RIGHT : JOIN_LEFT;
	if (type == JOIN_LEFT)
		outer = " Left";
	else if (type == JOIN_RIGHT)
		outer = " Right";
	else if (type == JOIN_FULL)
		outer = " Full";
	else if (CompatJoinIsSemi(type))
		/* Redshift's names for semi- and anti-joins */
		outer = " IN";
	else if (type != JOIN_INNER)
		outer = " NOT IN";
	if (node->kind == NODE_NESTED_LOOP)
		return type == JOIN_INNER ? pstrdup("Nested Loop") : psprintf("Nested Loop%s Join", outer);

	return psprintf("%s%s Join", node->is_merge ? "Merge" : "Hash", outer);
}

/* Adds what stands below a node's line. */
static void
AddDetails(Printer *printer, const PlanNode *node, int depth)
{
	const Plan *plan = node->plan;

	if (node->kind == NODE_HASH_JOIN)
	{
		AddDetail(printer, depth,
				  node->is_merge ? "Merge Cond: " : "Hash Cond: ", JoinCondition(printer, node));
		AddDetail(printer, depth,
				  "Join Filter: ", Condition(printer, node, ((const Join *)plan)->joinqual));
	}
	else if (node->kind == NODE_NESTED_LOOP)
		AddDetail(printer, depth,
				  "Join Filter: ", Condition(printer, node, ((const Join *)plan)->joinqual));
	else if (node->kind == NODE_SORT)
		AddDetail(printer, depth, "Sort Key: ",
				  Columns(printer, plan, ((const Sort *)plan)->numCols,
						  ((const Sort *)plan)->sortColIdx));
	else if (node->kind == NODE_WINDOW)
	{
		const WindowAgg *window = (const WindowAgg *)plan;
		const Plan *below = outerPlan(plan);

		AddDetail(printer, depth,
				  "Partition: ", Columns(printer, below, window->partNumCols, window->partColIdx));
		AddDetail(printer, depth,
				  "Order: ", Columns(printer, below, window->ordNumCols, window->ordColIdx));
	}

	AddDetail(printer, depth, "Filter: ", Condition(printer, node, plan->qual));
}

/* (("outer".a = "inner".a) AND ...). */
static char *
JoinCondition(Printer *printer, const PlanNode *node)
{
	List *clauses = IsA(node->plan, HashJoin) ? ((const HashJoin *)node->plan)->hashclauses
											  : ((const MergeJoin *)node->plan)->mergeclauses;
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, clauses)
	{
		const OpExpr *clause = lfirst(cell);
		/* Redshift's outer side may be PostgreSQL's inner one */
		Node *outer = node->is_swapped ? lsecond(clause->args) : linitial(clause->args);
		Node *inner = node->is_swapped ? linitial(clause->args) : lsecond(clause->args);

		appendStringInfo(&text, "%s(\"outer\".%s = \"inner\".%s)", text.len > 0 ? " AND " : "",
						 Deparse(printer, node->plan, outer, false),
						 Deparse(printer, node->plan, inner, false));
	}

	return list_length(clauses) > 1 ? psprintf("(%s)", text.data) : text.data;
}

/* A list of conditions as one; NULL when there is none. */
static char *
Condition(Printer *printer, const PlanNode *node, List *clauses)
{
	if (clauses == NIL)
		return NULL;
	return Deparse(printer, node->plan, (Node *)make_ands_explicit(clauses),
				   node->label != DS_NO_JOIN);
}

/* Columns by their place in what is below; NULL when there is none. */
static char *
Columns(Printer *printer, const Plan *plan, int count, const AttrNumber *columns)
{
	StringInfoData text;

	if (count == 0)
		return NULL;

	initStringInfo(&text);
	for (int i = 0; i < count; i++)
	{
		TargetEntry *entry = list_nth(plan->targetlist, columns[i] - 1);

		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "",
						 Deparse(printer, plan, (Node *)entry->expr, true));
	}

	return text.data;
}

/* An expression of a node as SQL. */
static char *
Deparse(Printer *printer, const Plan *plan, Node *expression, bool prefix)
{
	List *context = set_deparse_context_plan(printer->context, (Plan *)plan, NIL);

	while (IsA(expression, RelabelType))
		expression = (Node *)((RelabelType *)expression)->arg;
	return deparse_expression(expression, context,
							  prefix && list_length(printer->planned->rtable) > 1, false);
}

/* What a Hash is made of. */
static PlanNode *
Unhashed(PlanNode *node)
{
	return node->kind == NODE_HASH ? linitial(node->children) : node;
}

/* A side of a join as it is settled. */
static PlanNode *
Side(const PlanNode *node, bool outer)
{
	return Unhashed(outer != node->is_swapped ? linitial(node->children) : lsecond(node->children));
}

/* Sets the costs of a node and of those below. */
static void
SetCost(PlanNode *node)
{
	double rows = node->estimated_rows;
	PlanNode *child = NULL;
	ListCell *cell;

	node->startup_cost = node->total_cost = 0;
	foreach (cell, node->children)
	{
		SetCost(lfirst(cell));
		node->total_cost += ((PlanNode *)lfirst(cell))->total_cost;
		node->startup_cost = ((PlanNode *)lfirst(cell))->startup_cost;
	}

	child = node->children != NIL ? linitial(node->children) : NULL;
	if (node->label != DS_NO_JOIN)
		SetJoinCost(node);
	else if (node->kind == NODE_SCAN)
		node->total_cost = TableRows(node) * ROW_COST;
	else if (node->kind == NODE_AGGREGATE && child != NULL && IsA(node->plan, Agg))
	{
		const Agg *agg = (const Agg *)node->plan;
		/* one operator for each column of the group and each aggregate, as far as the list shows them */
		int operators = Max(1, list_length(agg->plan.targetlist));

		node->startup_cost = child->total_cost + child->estimated_rows * OPERATOR_COST * operators;
		node->total_cost = node->startup_cost + rows * OPERATOR_COST;
	}
	else if (node->kind == NODE_SORT && child != NULL)
	{
		double depth = log2(Max(child->estimated_rows, 2));

		node->startup_cost =
			fmod(child->total_cost, SORT_COST) + SORT_COST + rows * depth * 2 * OPERATOR_COST;
		node->total_cost = node->startup_cost + rows * OPERATOR_COST;
	}
	else if (node->kind == NODE_LIMIT && child != NULL)
		node->total_cost = node->startup_cost + (child->total_cost - node->startup_cost) * rows /
													Max(child->estimated_rows, 1);
	else if (node->kind == NODE_WINDOW || node->kind == NODE_UNIQUE)
		node->total_cost += rows * OPERATOR_COST;
}

/* Sets the cost of a join: the hash table, the rows, and what moves. */
static void
SetJoinCost(PlanNode *node)
{
	PlanNode *outer = Side(node, true);
	PlanNode *inner = Side(node, false);
	double outer_bytes = outer->estimated_rows * INTALIGN(outer->width + 8);
	double inner_bytes = inner->estimated_rows * INTALIGN(inner->width + 8);
	double moved = 0;

	/* a broadcast sends all of a side to each slice, a redistribution each slice its share */
	if (node->label == DS_BCAST_INNER || node->label == DS_DIST_ALL_INNER)
		moved = inner_bytes;
	else if (node->label == DS_DIST_INNER)
		moved = inner_bytes / node->slices;
	else if (node->label == DS_DIST_OUTER)
		moved = outer_bytes / node->slices;
	else if (node->label == DS_DIST_BOTH)
		moved = (outer_bytes + inner_bytes) / node->slices;

	node->startup_cost = 0;
	node->total_cost = outer->total_cost + inner->total_cost + moved * BROADCAST_COST;
	if (node->is_merge)
		node->total_cost += (outer->estimated_rows + inner->estimated_rows) * MERGE_JOIN_ROW_COST;
	else if (node->kind == NODE_HASH_JOIN)
	{
		/* no row comes out before the table of the inner side is complete */
		node->startup_cost = inner->total_cost + inner->estimated_rows * OPERATOR_COST;
		node->total_cost += outer->estimated_rows * HASH_JOIN_ROW_COST;
	}
	else
		node->total_cost += outer->estimated_rows * inner->estimated_rows * ROW_COST;
}

/* The rows of a scanned table, as ANALYZE found. */
static double
TableRows(const PlanNode *node)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(node->relid));
	double rows = node->estimated_rows;

	if (HeapTupleIsValid(tuple))
	{
		rows = Max(rows, ((Form_pg_class)GETSTRUCT(tuple))->reltuples);
		ReleaseSysCache(tuple);
	}

	return rows;
}
