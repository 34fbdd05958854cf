/*
 * utility.h
 *		A utility statement on its way through the hooks of ProcessUtility.
 */
#ifndef SPARKIFY_UTILITY_H
#define SPARKIFY_UTILITY_H

#include "postgres.h"
#include "tcop/utility.h"

/* What ProcessUtility is given, in its order. */
typedef struct Utility
{
	PlannedStmt *planned;
	const char *query;
	bool read_only_tree;
	ProcessUtilityContext context;
	ParamListInfo parameters;
	QueryEnvironment *environment;
	DestReceiver *destination;
	QueryCompletion *completion;
} Utility;

/* Hands a statement to the hook that was there before, or to PostgreSQL where there was none (NULL). */
static inline void
UtilityPass(const Utility *utility, ProcessUtility_hook_type next)
{
	if (next == NULL)
		next = standard_ProcessUtility;

	next(utility->planned, utility->query, utility->read_only_tree, utility->context,
		 utility->parameters, utility->environment, utility->destination, utility->completion);
}

/* Makes the tree one that may be changed: a cached plan's must not lose its options. */
static inline void
UtilityOwnTree(Utility *utility)
{
	if (utility->read_only_tree)
		utility->planned = copyObject(utility->planned);
	utility->read_only_tree = false;
}

#endif /* SPARKIFY_UTILITY_H */
