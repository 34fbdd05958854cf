/*
 * insert_node.h
 *		A plan node that writes the rows of its child into a table, in whatever
 *		process it runs: EXPLAIN shows it as Custom Scan (Sparkify Insert).
 *
 * What it doesn't write it returns, for the caller to insert: the first rows,
 * because few rows shall fill up pages that are there already; rows that are
 * too wide for a page, or that break a NOT NULL.
 */
#ifndef SPARKIFY_INSERT_NODE_H
#define SPARKIFY_INSERT_NODE_H

#include "postgres.h"
#include "nodes/execnodes.h"
#include "nodes/plannodes.h"
#include "port/atomics.h"
#include "utils/rel.h"

/* What all processes of one INSERT count together. */
typedef struct InsertCounts
{
	pg_atomic_uint64 identity; /* the next value of the IDENTITY column */
	pg_atomic_uint64 rows;	   /* written by the nodes */
} InsertCounts;

/* The columns of the rows. */
typedef struct InsertColumns
{
	Oid relation;
	List *attnums;		 /* where each column of the child goes */
	AttrNumber identity; /* 0: none */
	Oid identity_type;
	int64 step, min, max; /* of its values */
} InsertColumns;

/* Makes the node known to this process. */
extern void InsertNodeInstall(void);

/* Whether a table is one that the node may write: nothing but the heap needs to know of a row. */
extern bool InsertNodeServes(Relation relation);

/*
 * Puts the node into a plan: under the Gather that the plan begins with, or on
 * top.  The transaction needs an id, and a command's that is used.
 */
extern void InsertNodeAdd(PlannedStmt *plan, const InsertColumns *columns);

/* Whether all processes of a plan would write: it begins with a Gather, so that each makes its share of the rows. */
extern bool InsertNodeShares(const PlannedStmt *plan);

/*
 * The node of a plan that was started; it counts in what is given, which has
 * to be begun with the first value of the IDENTITY column, except while other
 * processes count, too.
 */
extern PlanState *InsertNodeFind(PlanState *top, InsertCounts *counts);

/* Where the node counts at this moment. */
extern InsertCounts *InsertNodeCounts(PlanState *node);

/* Begins to count. */
extern void InsertCountsInit(InsertCounts *counts, int64 identity);

/* Takes the next value of the IDENTITY column; false: there is none left. */
extern bool InsertNextIdentity(InsertCounts *counts, const InsertColumns *columns, Datum *value);

#endif /* SPARKIFY_INSERT_NODE_H */
