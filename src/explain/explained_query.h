/*
 * explained_query.h
 *		A statement of Redshift SQL, planned and run as far as explaining it needs.
 */
#ifndef SPARKIFY_EXPLAINED_QUERY_H
#define SPARKIFY_EXPLAINED_QUERY_H

#include "postgres.h"

#include "explain/counted_rows.h"
#include "explain/plan_node.h"

typedef struct ExplainedQuery
{
	PlannedStmt *planned;
	PlanNode *root;
	/* the table that an INSERT fills, and for each of its columns the output column it is filled with */
	Oid target; /* InvalidOid: none */
	AttrNumber *sources;
	List *facts; /* ScanFacts *, when rows were counted */
} ExplainedQuery;

/*
 * Explains the statements of a script that read: SELECT, INSERT ... SELECT,
 * CREATE TABLE AS, CREATE VIEW; UPDATE and DELETE by their estimates.  What the
 * scope says is counted, for a number of slices; nothing is changed.  Others are
 * left out, or are an error when the script is that one statement.
 * A list of ExplainedQuery.
 */
extern List *ExplainScript(const char *script, CountScope scope, int slices);

#endif /* SPARKIFY_EXPLAINED_QUERY_H */
