/*
 * insert_plan.c
 *		The plan of the SELECT of an INSERT ... SELECT.
 *
 * PostgreSQL's planner makes every plan here.  A long statement is planned in
 * several ways, by the planner's own settings, and the cheapest plan is taken,
 * by the planner's own costs but for three things that it counts otherwise
 * than they measure here:
 *
 * - A row that each process writes itself need not be passed to another.
 * - Groups in a hash table cost their memory, which has to be touched first.
 *   A DISTINCT that leaves nearly every row is better sorted, and in PostgreSQL
 *   15 a parallel one is taken for smaller than it is.
 * - Where a sort and a hash table cost the same, because few rows are expected,
 *   a hash table bears more rows better than a sort by many columns does.
 */
#include "postgres.h"

#include <unistd.h>

#include "access/xact.h"
#include "nodes/pathnodes.h"
#include "optimizer/cost.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"

#include "compat.h"
#include "plan/insert_node.h"
#include "plan/insert_plan.h"

/* A plan of less cost isn't worth a second one. */
#define LONG_COST 10000

/* What a group costs beyond what the planner counts. */
#define GROUP_COST 0.05

/* How much dearer a plan without sorts may be. */
#define SORTLESS_FAVOUR 0.99

/* A way to plan. */
typedef struct Way
{
	bool shared; /* only a plan whose every process writes */
	const char *parallel_tuple_cost;
	const char *enable_sort;
	const char *enable_hashagg;
} Way;

/* In this order; ways that aren't shared are tried when none that is has given a plan. */
static const Way Ways[] = {
	{true, "0", "on", "on"},	  {true, "0", "off", "on"},		{false, "0.02", "on", "on"},
	{false, "0.02", "off", "on"}, {false, "0.02", "on", "off"},
};

static PlannedStmt *PlanLong(Query *select, const char *sql);
static PlannedStmt *PlanBy(const Way *way, Query *select, const char *sql);
static Cost CostOf(const PlannedStmt *plan, const Way *way);
static Cost GroupCosts(const Plan *plan);
static void SetForNow(const char *name, const char *value);

PlannedStmt *
InsertPlan(Query *select, const char *sql, bool by_node)
{
	int level = NewGUCNestLevel();
	int workers = Max(1, (int)sysconf(_SC_NPROCESSORS_ONLN) - 1);
	PlannedStmt *plan;

	/* the leader takes part: more processes than processors only get into each other's way */
	if (workers < max_parallel_workers_per_gather)
		SetForNow("max_parallel_workers_per_gather", psprintf("%d", workers));
	plan = pg_plan_query(by_node ? copyObject(select) : select, sql, CURSOR_OPT_PARALLEL_OK, NULL);
	if (by_node && plan->planTree->total_cost >= LONG_COST)
		plan = PlanLong(select, sql);
	AtEOXact_GUC(true, level);

	return plan;
}

/* The cheapest plan of all ways. */
static PlannedStmt *
PlanLong(Query *select, const char *sql)
{
	PlannedStmt *best = NULL;
	Cost best_cost = 0;

	/* each process would compile for itself, and for as long as it saves */
	SetForNow("jit", "off");
	for (int i = 0; i < (int)lengthof(Ways); i++)
	{
		const Way *way = &Ways[i];
		PlannedStmt *plan;
		Cost cost;

		/*
		 * A plan that several processes share has been found: the ways of one process needn't be
		 * tried.
		 */
		if (best != NULL && !way->shared && InsertNodeShares(best))
			break;

		/* the planner writes into its query, so each way gets its own */
		plan = PlanBy(way, copyObject(select), sql);
		cost = CostOf(plan, way);

		/* a way that is meant to be shared and isn't says nothing about sharing */
		if ((best == NULL || cost < best_cost) && (!way->shared || InsertNodeShares(plan)))
		{
			best = plan;
			best_cost = cost;
		}
	}

	return best;
}

/* Plans in one way. */
static PlannedStmt *
PlanBy(const Way *way, Query *select, const char *sql)
{
	int level = NewGUCNestLevel();
	PlannedStmt *plan;

	SetForNow("parallel_tuple_cost", way->parallel_tuple_cost);
	if (strcmp(way->enable_sort, "off") == 0)
		SetForNow("enable_sort", "off");
	if (strcmp(way->enable_hashagg, "off") == 0)
		SetForNow("enable_hashagg", "off");
	plan = pg_plan_query(select, sql, CURSOR_OPT_PARALLEL_OK, NULL);
	AtEOXact_GUC(true, level);

	return plan;
}

/* What a plan costs, by what the planner doesn't count as well. */
static Cost
CostOf(const PlannedStmt *plan, const Way *way)
{
	Cost cost = plan->planTree->total_cost + GroupCosts(plan->planTree);
	ListCell *cell;

	foreach (cell, plan->subplans)
		cost += GroupCosts(lfirst(cell));
	if (strcmp(way->enable_sort, "off") == 0)
		cost *= SORTLESS_FAVOUR;

	/* what is switched off and yet there is there for want of another way */
	return CompatPlanDisabled(plan->planTree) ? disable_cost + cost : cost;
}

/* What the groups in the hash tables of a plan cost, in those nodes that make up a SELECT of few tables. */
static Cost
GroupCosts(const Plan *plan)
{
	Cost cost;

	if (plan == NULL)
		return 0;

	cost = GroupCosts(outerPlan(plan)) + GroupCosts(innerPlan(plan));
	if (IsA(plan, SubqueryScan))
		cost += GroupCosts(((const SubqueryScan *)plan)->subplan);
	if (IsA(plan, Agg) && ((const Agg *)plan)->aggstrategy == AGG_HASHED)
		cost += GROUP_COST * plan->plan_rows;
	return cost;
}

/* Sets a server setting until the GUC level ends. */
static void
SetForNow(const char *name, const char *value)
{
	(void)set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							false);
}
