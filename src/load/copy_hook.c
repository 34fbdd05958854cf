/*
 * copy_hook.c
 *		Runs COPY statements over objects; everything else passes on.
 */
#include "postgres.h"

#include "load/copy_hook.h"

#include "load/copy.h"
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
	if (IsA(planned->utilityStmt, CopyStmt) &&
		IsObjectCopy(castNode(CopyStmt, planned->utilityStmt)))
		RunObjectCopy(planned, query, environment, completion);
	else if (next_utility_hook != NULL)
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
