/*
 * catalog_plan.c
 *		Keeps queries that read the catalog alone from being compiled.
 *
 * Redshift's system views are wide queries over small catalogs.  The planner
 * takes their many sub-selects for much work and has them compiled (jit), which
 * takes a hundred times as long as to run them.
 */
#include "postgres.h"

#include "catalog/catalog_plan.h"

#include "access/transam.h"
#include "catalog/pg_class.h"
#include "jit/jit.h"
#include "nodes/plannodes.h"
#include "optimizer/planner.h"

#include "record/extension.h"

static planner_hook_type next_planner = NULL;

static PlannedStmt *PlanQuery(Query *query, const char *sql, int cursor_options,
							  ParamListInfo parameters);
static bool ReadsCatalog(const PlannedStmt *plan);

void
CatalogPlanInstall(void)
{
	next_planner = planner_hook;
	planner_hook = PlanQuery;
}

/* Plans a query; costs nothing where nothing is to be compiled. */
static PlannedStmt *
PlanQuery(Query *query, const char *sql, int cursor_options, ParamListInfo parameters)
{
	PlannedStmt *plan = next_planner != NULL
							? next_planner(query, sql, cursor_options, parameters)
							: standard_planner(query, sql, cursor_options, parameters);

	if (plan->jitFlags != PGJIT_NONE && ReadsCatalog(plan))
		plan->jitFlags = PGJIT_NONE;
	return plan;
}

/* Whether a plan reads relations of PostgreSQL's and of the extension only, and one at least. */
static bool
ReadsCatalog(const PlannedStmt *plan)
{
	bool reads = false;
	ListCell *cell;

	foreach (cell, plan->rtable)
	{
		const RangeTblEntry *entry = lfirst(cell);

		/* what a view reads is listed itself, so a view of anybody's over the catalog is the catalog */
		if (entry->rtekind != RTE_RELATION || entry->relkind == RELKIND_VIEW)
			continue;
		reads = true;
		if (entry->relid >= FirstNormalObjectId && !ExtensionOwns(RelationRelationId, entry->relid))
			return false;
	}

	return reads;
}
