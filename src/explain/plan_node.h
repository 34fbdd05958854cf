/*
 * plan_node.h
 *		A query's plan as a cluster would run it.
 *
 *		Plan of PostgreSQL -> PlanTreeBuild -> PlanNode tree -> CountRows
 *			-> DistributionSettle -> labels, what moves -> PlanPrint
 *
 * PostgreSQL decides the order of the joins and counts the rows; where rows lie
 * and how they get to a join follows from the tables' physical design.
 */
#ifndef SPARKIFY_PLAN_NODE_H
#define SPARKIFY_PLAN_NODE_H

#include "postgres.h"

#include "nodes/bitmapset.h"
#include "nodes/execnodes.h"
#include "nodes/plannodes.h"

#include "catalog/design.h"

/* How a join gets its rows together (https://docs.aws.amazon.com/redshift/latest/dg/c_data_redistribution.html). */
typedef enum JoinLabel
{
	DS_NO_JOIN,
	DS_DIST_NONE,
	DS_DIST_ALL_NONE,
	DS_DIST_INNER,
	DS_DIST_OUTER,
	DS_BCAST_INNER,
	DS_DIST_ALL_INNER,
	DS_DIST_BOTH
} JoinLabel;

/* Where the rows of a node lie. */
typedef enum RowPlace
{
	ROWS_EVEN, /* on any slice */
	ROWS_KEY,  /* on the slice of a column's hash */
	ROWS_ALL   /* on every node */
} RowPlace;

typedef enum NodeKind
{
	NODE_SCAN,		/* of a table */
	NODE_HASH_JOIN, /* or, when settled, a merge join */
	NODE_NESTED_LOOP,
	NODE_HASH,
	NODE_AGGREGATE,
	NODE_SORT,
	NODE_WINDOW,
	NODE_LIMIT,
	NODE_UNIQUE,
	NODE_OTHER
} NodeKind;

typedef struct PlanNode
{
	/* what PostgreSQL planned; the state is there until the plan is ended */
	NodeKind kind;
	const Plan *plan;
	PlanState *state;
	const char *name; /* as Redshift's EXPLAIN has it, joins without their kind */
	JoinType join_type;
	Oid relid;		/* of a scan */
	Index scan;		/* its place in the range table */
	List *children; /* PlanNode *; of a join: outer, inner */
	bool is_subplan;

	/* rows it gives: estimated until they are counted; bytes of one */
	double estimated_rows;
	double rows;
	bool is_counted;
	int width;

	/* what follows from the design */
	RowPlace place;
	Bitmapset *keys;   /* output columns, from 1, that say on which slice a row lies */
	Bitmapset *sorted; /* output columns that the rows of a slice are sorted by */
	JoinLabel label;
	bool is_swapped; /* outer and inner are the other way round than PostgreSQL has them */
	bool is_merge;
	int slices;
	double moved_rows;
	double moved_bytes;
	List *moved; /* PlanNode *: the sides that move */

	/* cost, relative */
	double startup_cost;
	double total_cost;
} PlanNode;

/* A design that a table would have, in place of the one it has. */
typedef struct DesignChange
{
	Oid relid;
	const TableDesign *design;
} DesignChange;

/* The tree below a plan's state. */
extern PlanNode *PlanTreeBuild(PlanState *state);

/* Settles where the rows of each node lie and what moves; change may be NULL. */
extern void DistributionSettle(PlanNode *node, int slices, const DesignChange *change);

/* The name of a label, as EXPLAIN prints it. */
extern const char *JoinLabelName(JoinLabel label);

/* The rows that a target needs from elsewhere when it is filled with a node's rows. */
extern double DistributionFill(const PlanNode *node, const TableDesign *target,
							   const AttrNumber *sources, int slices);

/* The style a table has: AUTO is ALL for a small table and EVEN for a large one. */
extern DistStyle DistributionStyle(Oid relid, const TableDesign *design);

/* The plan as lines of text. */
extern List *PlanPrint(PlanNode *node, const PlannedStmt *planned);

/* All scans of tables below a node. */
extern List *PlanScans(PlanNode *node);

/* All joins below a node. */
extern List *PlanJoins(PlanNode *node);

#endif /* SPARKIFY_PLAN_NODE_H */
