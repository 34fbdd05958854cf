/*
 * counted_rows.h
 *		Counts the rows that what moves is worked out from, and the facts of the
 *		tables that are scanned.
 */
#ifndef SPARKIFY_COUNTED_ROWS_H
#define SPARKIFY_COUNTED_ROWS_H

#include "postgres.h"

#include "explain/plan_node.h"
#include "explain/table_facts.h"

/* Which rows are to be known. */
typedef enum CountScope
{
	COUNT_NOTHING, /* the plan is all that is asked for */
	COUNT_MOVED,   /* those that move under the designs that the tables have */
	COUNT_SIDES	   /* those of both sides of each join, as other designs would move others */
} CountScope;

/* A plan that was started and not run. */
typedef struct CountJob
{
	PlanNode *root;
	bool is_filling; /* it fills a table, so its rows are to be known */
	int slices;
	CountScope scope;
} CountJob;

/* A scan, and what was counted of its table. */
typedef struct ScanFacts
{
	const PlanNode *scan;
	RowSpread spread;
	FactRequest request; /* the blocks that its conditions leave to read; the rows that pass them */
} ScanFacts;

/* Counts what the scope says, and settles the plan.  A list of ScanFacts, one a scan. */
extern List *CountRows(const CountJob *job);

/* The same list, of a plan whose rows stay estimated. */
extern List *CountTables(PlanNode *root, int slices);

/* The facts of one of a table's scans; NULL when it isn't scanned. */
extern const ScanFacts *FactsOfTable(List *facts, Oid relid);

#endif /* SPARKIFY_COUNTED_ROWS_H */
