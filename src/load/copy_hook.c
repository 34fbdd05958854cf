/*
 * copy_hook.c
 *		Runs COPY statements over objects; everything else passes on.
 */
#include "postgres.h"

#include "load/copy_hook.h"

#include "load/copy.h"
#include "stores/stores.h"
#include "miscadmin.h"
#include "parser/parse_node.h"
#include "tcop/utility.h"

static ProcessUtility_hook_type next_utility_hook = NULL;

static void CopyUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
						ProcessUtilityContext context, ParamListInfo parameters,
						QueryEnvironment *environment, DestReceiver *destination,
						QueryCompletion *completion);
static void RunObjectCopy(PlannedStmt *planned, const char *query, QueryEnvironment *environment,
						  QueryCompletion *completion);
static void RefuseUnload(const CopyStmt *stmt);

/* Takes its place before ProcessUtility. */
void
CopyHookInstall(void)
{
	next_utility_hook = ProcessUtility_hook;
	ProcessUtility_hook = CopyUtility;
}

/* Runs a utility statement: COPY over objects here, any other by whoever comes next. */
static void
CopyUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
			ProcessUtilityContext context, ParamListInfo parameters, QueryEnvironment *environment,
			DestReceiver *destination, QueryCompletion *completion)
{
	if (IsA(planned->utilityStmt, CopyStmt))
	{
		CopyStmt *stmt = castNode(CopyStmt, planned->utilityStmt);

		RefuseUnload(stmt);
		if (IsObjectCopy(stmt))
		{
			RunObjectCopy(planned, query, environment, completion);
			return;
		}
	}
	if (next_utility_hook != NULL)
		next_utility_hook(planned, query, read_only_tree, context, parameters, environment,
						  destination, completion);
	else
		standard_ProcessUtility(planned, query, read_only_tree, context, parameters, environment,
								destination, completion);
}

/* Runs a load and completes the statement as COPY does. */
static void
RunObjectCopy(PlannedStmt *planned, const char *query, QueryEnvironment *environment,
			  QueryCompletion *completion)
{
	ParseState *pstate = make_parsestate(NULL);
	uint64 rows;

	check_stack_depth();
	pstate->p_sourcetext = query;
	pstate->p_queryEnv = environment;
	rows = ExecuteObjectCopy(pstate, castNode(CopyStmt, planned->utilityStmt));
	if (completion != NULL)
		SetQueryCompletion(completion, CMDTAG_COPY, rows);
	free_parsestate(pstate);
}

/* Raises an error for COPY ... TO 's3://...': PostgreSQL would take it for a file's name. */
static void
RefuseUnload(const CopyStmt *stmt)
{
	if (!stmt->is_from && !stmt->is_program && stmt->filename != NULL && IsStoreUrl(stmt->filename))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("COPY TO an object is not supported"),
				errhint("sparkify_dwh reads objects; it has no UNLOAD."));
}
