/*
 * explained_query.h
 *		A statement of Redshift SQL, planned and run far enough to explain it.
 */
#ifndef SPARKIFY_EXPLAINED_QUERY_H
#define SPARKIFY_EXPLAINED_QUERY_H

#include "postgres.h"

#include "explain/plan_node.h"

typedef struct ExplainedQuery
{
	PlannedStmt *planned;
	PlanNode *root;
	/* the table that an INSERT fills, and for each of its columns the output column it is filled with */
	Oid target; /* InvalidOid: none */
	AttrNumber *sources;
} ExplainedQuery;

/*
 * Explains the statements of a script that read: SELECT, INSERT ... SELECT,
 * CREATE TABLE AS, CREATE VIEW; UPDATE and DELETE by their estimates.  With
 * run, what they select is selected, to count the rows; nothing is changed.
 * Others are left out, or are an error when the script is that one statement.
 * A list of ExplainedQuery.
 */
extern List *ExplainScript(const char *script, bool run);

#endif /* SPARKIFY_EXPLAINED_QUERY_H */
