/*
 * first_rows.c
 *		Offers the planner paths with Sparkify First Rows in them.
 *
 * The planner has made its own paths for the window functions of a query. One
 * of them is copied, from its window functions down to what they are fed
 * with, and fed with the sorted rows of the node instead.  Which path is
 * cheaper the planner decides.
 *
 * Served are queries whose window functions all have the same PARTITION BY: one
 * ROW_NUMBER, of which the query around it wants nothing but 1 (the planner
 * knows that as a run condition), and aggregates like MAX over the whole
 * partition.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_aggregate.h"
#include "miscadmin.h"
#include "nodes/extensible.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planner.h"
#include "optimizer/tlist.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/syscache.h"

#include "compat.h"
#include "plan/first_rows.h"
#include "plan/first_rows_node.h"

bool FirstRowsEnabled = true;

/* What the windows of a query want. */
typedef struct Windows
{
	List *partition;   /* SortGroupClauses */
	List *order;	   /* those of the ROW_NUMBER, behind the partition's */
	List *extremes;	   /* Expr, what MAX and its like are asked of */
	List *operators;   /* of order, for each */
	bool first_wanted; /* ROW_NUMBER() = 1, and no other */
} Windows;

static create_upper_paths_hook_type next_upper_paths = NULL;

static void AddPaths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input,
					 RelOptInfo *output, void *extra);
static bool LearnWindows(PlannerInfo *root, const WindowAggPath *model, Windows *windows);
static bool LearnFunction(const WindowFunc *function, const WindowAggPath *window,
						  Windows *windows);
static bool OnlyFirst(const WindowFunc *function, const List *conditions);
static bool IsTrueOf(const OpExpr *condition, int64 number);
static bool WholePartition(const WindowClause *window);
static Oid ExtremeOperator(Oid aggregate);
static bool MakeKeys(const Windows *windows, const PathTarget *target, FirstRowsKeys *keys);
static FirstRowsKey *MakeKey(const SortGroupClause *clause, const PathTarget *target,
							 bool of_partition);
static List *AddPath(List *paths, PlannerInfo *root, RelOptInfo *input, const WindowAggPath *model,
					 Path *child, const Windows *windows);
static CustomPath *MakePath(PlannerInfo *root, Path *child, const Windows *windows);
static double CountPartitions(PlannerInfo *root, const Path *child, const Windows *windows);
static Path *CopyWindows(const WindowAggPath *model, Path *bottom);
static Plan *MakePlan(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *columns,
					  List *clauses, List *children);

static const CustomPathMethods PathMethods = {
	.CustomName = "Sparkify First Rows",
	.PlanCustomPath = MakePlan,
};

void
FirstRowsInstall(void)
{
	FirstRowsNodeInstall();
	next_upper_paths = create_upper_paths_hook;
	create_upper_paths_hook = AddPaths;
}

/* Called by the planner when it has made its own paths for the window functions. */
static void
AddPaths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output,
		 void *extra)
{
	Windows windows = {0};
	const WindowAggPath *model;
	List *paths = NIL;
	ListCell *cell;

	if (next_upper_paths != NULL)
		next_upper_paths(root, stage, input, output, extra);
	if (stage != UPPERREL_WINDOW || !FirstRowsEnabled || output->pathlist == NIL ||
		!IsA(linitial(output->pathlist), WindowAggPath))
		return;

	model = linitial(output->pathlist);
	if (!LearnWindows(root, model, &windows))
		return;

	paths = AddPath(paths, root, input, model, input->cheapest_total_path, &windows);
	if (input->consider_parallel && input->partial_pathlist != NIL &&
		is_parallel_safe(root, (Node *)windows.extremes))
		paths = AddPath(paths, root, input, model, linitial(input->partial_pathlist), &windows);

	/* not before: what is added may free the model */
	foreach (cell, paths)
		add_path(output, lfirst(cell));
}

/* Learns what the windows want; false: more than the node keeps. */
static bool
LearnWindows(PlannerInfo *root, const WindowAggPath *model, Windows *windows)
{
	WindowFuncLists *functions = find_window_functions((Node *)root->processed_tlist,
													   list_length(root->parse->windowClause));
	int left = functions->numWindowFuncs;
	const Path *path = &model->path;

	windows->partition = model->winclause->partitionClause;
	for (; IsA(path, WindowAggPath); path = ((const WindowAggPath *)path)->subpath)
	{
		const WindowAggPath *window = (const WindowAggPath *)path;
		ListCell *cell;

		if (!equal(window->winclause->partitionClause, windows->partition))
			return false;
		foreach (cell, functions->windowFuncs[window->winclause->winref])
		{
			if (!LearnFunction(lfirst(cell), window, windows))
				return false;
			left--;
		}
	}

	/* some are below a sort of their own */
	return windows->first_wanted && left == 0;
}

/* Learns what one function wants of its window. */
static bool
LearnFunction(const WindowFunc *function, const WindowAggPath *window, Windows *windows)
{
	Oid opno;

	if (function->winfnoid == F_ROW_NUMBER)
	{
		if (windows->first_wanted || !OnlyFirst(function, CompatRunCondition(window)))
			return false;
		windows->order = window->winclause->orderClause;
		windows->first_wanted = true;
		return true;
	}

	if (!function->winagg || function->aggfilter != NULL || list_length(function->args) != 1 ||
		!WholePartition(window->winclause) || contain_volatile_functions((Node *)function->args) ||
		contain_subplans((Node *)function->args))
		return false;
	opno = ExtremeOperator(function->winfnoid);
	if (!OidIsValid(opno))
		return false;
	windows->extremes = lappend(windows->extremes, linitial(function->args));
	windows->operators = lappend_oid(windows->operators, opno);

	return true;
}

/* Whether rows are wanted only where the function is 1. */
static bool
OnlyFirst(const WindowFunc *function, const List *conditions)
{
	ListCell *cell;

	foreach (cell, conditions)
	{
		const OpExpr *condition = lfirst(cell);

		if (IsA(condition, OpExpr) && list_length(condition->args) == 2 &&
			equal(linitial(condition->args), function) && IsTrueOf(condition, 1) &&
			!IsTrueOf(condition, 2))
			return true;
	}

	return false;
}

/* Whether a condition of the form "function operator constant" is true of the number. */
static bool
IsTrueOf(const OpExpr *condition, int64 number)
{
	const Const *constant = lsecond(condition->args);

	if (!IsA(constant, Const) || constant->constisnull)
		return false;
	switch (constant->consttype)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
			return DatumGetBool(OidFunctionCall2(get_opcode(condition->opno), Int64GetDatum(number),
												 constant->constvalue));
		default:
			return false;
	}
}

/* Whether an aggregate over the window is one over the partition for each of its rows. */
static bool
WholePartition(const WindowClause *window)
{
	int options = window->frameOptions;

	if ((options & FRAMEOPTION_EXCLUSION) != 0 ||
		(options & FRAMEOPTION_START_UNBOUNDED_PRECEDING) == 0)
		return false;

	/* without an order all rows are peers of the current one */
	return (options & FRAMEOPTION_END_UNBOUNDED_FOLLOWING) != 0 ||
		   (window->orderClause == NIL && (options & FRAMEOPTION_RANGE) != 0 &&
			(options & FRAMEOPTION_END_CURRENT_ROW) != 0);
}

/* The operator by which the aggregate's result is the first of its arguments, as for MAX and MIN; or none. */
static Oid
ExtremeOperator(Oid aggregate)
{
	HeapTuple tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(aggregate));
	Oid opno;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	opno = ((Form_pg_aggregate)GETSTRUCT(tuple))->aggsortop;
	ReleaseSysCache(tuple);

	return opno;
}

/* Finds the windows' columns among the child's; false: they can't be used. */
static bool
MakeKeys(const Windows *windows, const PathTarget *target, FirstRowsKeys *keys)
{
	ListCell *cell, *opno;

	foreach (cell, windows->partition)
		keys->partition = lappend(keys->partition, MakeKey(lfirst(cell), target, true));
	foreach (cell, windows->order)
		keys->order = lappend(keys->order, MakeKey(lfirst(cell), target, false));
	if (list_length(keys->partition) > FIRST_ROWS_PARTITION_KEYS ||
		list_member_ptr(keys->partition, NULL) || list_member_ptr(keys->order, NULL))
		return false;

	forboth(cell, windows->extremes, opno, windows->operators)
	{
		FirstRowsKey *key = palloc0(sizeof(FirstRowsKey));

		key->opno = lfirst_oid(opno);
		key->collation = exprCollation(lfirst(cell));
		keys->extremes = lappend(keys->extremes, key);
	}

	return true;
}

/* The column that a window sorts or partitions by; NULL if it isn't there, or can't be hashed and has to be. */
static FirstRowsKey *
MakeKey(const SortGroupClause *clause, const PathTarget *target, bool of_partition)
{
	ListCell *cell;

	if (target->sortgrouprefs == NULL || (of_partition && !clause->hashable))
		return NULL;

	foreach (cell, target->exprs)
	{
		int place = foreach_current_index(cell);
		FirstRowsKey *key;

		if (target->sortgrouprefs[place] != clause->tleSortGroupRef)
			continue;
		key = palloc0(sizeof(FirstRowsKey));
		key->column = place + 1;
		key->opno = of_partition ? clause->eqop : clause->sortop;
		key->collation = exprCollation(lfirst(cell));
		key->nulls_first = clause->nulls_first;
		return key;
	}

	return NULL;
}

/* Adds the path that is the model, but for the node below it, to the list. */
static List *
AddPath(List *paths, PlannerInfo *root, RelOptInfo *input, const WindowAggPath *model, Path *child,
		const Windows *windows)
{
	CustomPath *first = MakePath(root, child, windows);
	Path *path;

	if (first == NULL)
		return paths;

	path = &first->path;
	if (path->parallel_workers > 0)
	{
		double rows = path->rows * (path->parallel_workers + 1);

		path = (Path *)create_gather_path(root, input, path, path->pathtarget, NULL, &rows);
	}
	path = (Path *)create_sort_path(root, input, path, root->window_pathkeys, -1.0);
	return lappend(paths, CopyWindows(model, path));
}

/* Makes the node's path over the child; NULL if it would leave out few rows. */
static CustomPath *
MakePath(PlannerInfo *root, Path *child, const Windows *windows)
{
	CustomPath *custom = makeNode(CustomPath);
	Path *path = &custom->path;
	FirstRowsKeys keys = {0};
	int kept = 1 + list_length(windows->extremes);
	int compared = list_length(windows->partition) + kept;

	path->rows = clamp_row_est(CountPartitions(root, child, windows) * kept);
	if (path->rows * 2 > child->rows || !MakeKeys(windows, child->pathtarget, &keys) ||
		path->rows * (child->pathtarget->width + SizeofHeapTupleHeader) > get_hash_memory_limit())
		return NULL;

	path->pathtype = T_CustomScan;
	path->parent = child->parent;
	path->pathtarget = child->pathtarget;
	path->param_info = child->param_info;
	path->parallel_safe = child->parallel_safe;
	path->parallel_workers = child->parallel_workers;
	path->startup_cost = child->total_cost + cpu_operator_cost * compared * child->rows;
	path->total_cost = path->startup_cost + cpu_tuple_cost * path->rows;
	CompatInheritDisabled(path, child);
	custom->custom_paths = list_make1(child);
	custom->custom_private = list_make2(FirstRowsPack(&keys), windows->extremes);
	custom->methods = &PathMethods;

	return custom;
}

/* How many partitions the child's rows are likely to be of. */
static double
CountPartitions(PlannerInfo *root, const Path *child, const Windows *windows)
{
	List *columns = NIL;
	ListCell *cell;

	foreach (cell, windows->partition)
	{
		const FirstRowsKey *key = MakeKey(lfirst(cell), child->pathtarget, true);

		if (key != NULL)
			columns = lappend(columns, list_nth(child->pathtarget->exprs, key->column - 1));
	}

	return columns == NIL ? 1 : estimate_num_groups(root, columns, child->rows, NULL, NULL);
}

/* The model's window functions, fed with other rows. */
static Path *
CopyWindows(const WindowAggPath *model, Path *bottom)
{
	WindowAggPath *copy = makeNode(WindowAggPath);
	const Path *below = model->subpath;
	Cost row_cost = (model->path.total_cost - below->total_cost) / Max(below->rows, 1);

	*copy = *model;
	copy->subpath =
		IsA(below, WindowAggPath) ? CopyWindows((const WindowAggPath *)below, bottom) : bottom;
	copy->path.rows = copy->subpath->rows;
	copy->path.startup_cost = copy->subpath->startup_cost;
	copy->path.total_cost = copy->subpath->total_cost + row_cost * copy->subpath->rows;
	copy->path.pathkeys = copy->subpath->pathkeys;
	CompatInheritDisabled(&copy->path, copy->subpath);

	return &copy->path;
}

/* Makes the plan of the node's path. */
static Plan *
MakePlan(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *columns, List *clauses,
		 List *children)
{
	return FirstRowsNodeMake(linitial(children), columns, linitial(path->custom_private),
							 copyObject(lsecond_node(List, path->custom_private)));
}
