/*
 * unload_hook.c
 *		Runs COPY ... TO 's3://...'; everything else passes on.
 */
#include "postgres.h"

#include "unload/unload_hook.h"

#include "miscadmin.h"
#include "parser/parse_node.h"
#include "tcop/utility.h"
#include "unload/unload.h"

static ProcessUtility_hook_type next_utility_hook = NULL;

static void UnloadUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
						  ProcessUtilityContext context, ParamListInfo parameters,
						  QueryEnvironment *environment, DestReceiver *destination,
						  QueryCompletion *completion);
static void RunUnload(PlannedStmt *planned, const char *query, QueryEnvironment *environment,
					  QueryCompletion *completion);

/* Takes its place before ProcessUtility. */
void
UnloadHookInstall(void)
{
	next_utility_hook = ProcessUtility_hook;
	ProcessUtility_hook = UnloadUtility;
}

/* Runs a utility statement: an unload here, any other by whoever comes next. */
static void
UnloadUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
			  ProcessUtilityContext context, ParamListInfo parameters,
			  QueryEnvironment *environment, DestReceiver *destination, QueryCompletion *completion)
{
	if (IsA(planned->utilityStmt, CopyStmt) && IsUnload(castNode(CopyStmt, planned->utilityStmt)))
		RunUnload(planned, query, environment, completion);
	else if (next_utility_hook != NULL)
		next_utility_hook(planned, query, read_only_tree, context, parameters, environment,
						  destination, completion);
	else
		standard_ProcessUtility(planned, query, read_only_tree, context, parameters, environment,
								destination, completion);
}

/* Runs an unload and completes the statement as COPY does. */
static void
RunUnload(PlannedStmt *planned, const char *query, QueryEnvironment *environment,
		  QueryCompletion *completion)
{
	ParseState *pstate = make_parsestate(NULL);
	uint64 rows;

	check_stack_depth();
	pstate->p_sourcetext = query;
	pstate->p_queryEnv = environment;
	rows = ExecuteUnload(pstate, castNode(CopyStmt, planned->utilityStmt));
	if (completion != NULL)
		SetQueryCompletion(completion, CMDTAG_COPY, rows);
	free_parsestate(pstate);
}
