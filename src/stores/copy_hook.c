/*
 * copy_hook.c
 *		Hands COPY statements over objects to who runs them.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "tcop/utility.h"

#include "hooks/utility.h"
#include "stores/copy_hook.h"

static ProcessUtility_hook_type next_utility_hook = NULL;
static const CopyHandler *copy_handlers;
static int copy_handlers_count;

static void CopyUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
						ProcessUtilityContext context, ParamListInfo parameters,
						QueryEnvironment *environment, DestReceiver *destination,
						QueryCompletion *completion);
static const CopyHandler *HandlerOf(const Node *statement);
static void RunCopy(const CopyHandler *handler, const Utility *utility);

void
CopyHookInstall(const CopyHandler *handlers, int count)
{
	copy_handlers = handlers;
	copy_handlers_count = count;
	next_utility_hook = ProcessUtility_hook;
	ProcessUtility_hook = CopyUtility;
}

/* Runs a utility statement: COPY over objects by its handler, any other by whoever comes next. */
static void
CopyUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
			ProcessUtilityContext context, ParamListInfo parameters, QueryEnvironment *environment,
			DestReceiver *destination, QueryCompletion *completion)
{
	const Utility utility = {planned,	 query,		  read_only_tree, context,
							 parameters, environment, destination,	  completion};
	const CopyHandler *handler = HandlerOf(planned->utilityStmt);

	if (handler != NULL)
		RunCopy(handler, &utility);
	else
		UtilityPass(&utility, next_utility_hook);
}

/* Who runs a statement; NULL for one that is no COPY over objects. */
static const CopyHandler *
HandlerOf(const Node *statement)
{
	for (int i = 0; i < copy_handlers_count && IsA(statement, CopyStmt); i++)
		if (copy_handlers[i].takes((const CopyStmt *)statement))
			return &copy_handlers[i];
	return NULL;
}

/* Runs a statement and completes it as COPY does. */
static void
RunCopy(const CopyHandler *handler, const Utility *utility)
{
	ParseState *pstate = make_parsestate(NULL);
	uint64 rows;

	check_stack_depth();
	pstate->p_sourcetext = utility->query;
	pstate->p_queryEnv = utility->environment;
	rows = handler->execute(pstate, castNode(CopyStmt, utility->planned->utilityStmt));
	if (utility->completion != NULL)
		SetQueryCompletion(utility->completion, CMDTAG_COPY, rows);
	free_parsestate(pstate);
}
