/*
 * first_rows_node.h
 *		The executor's side of Sparkify First Rows, as the planner's side sees it.
 */
#ifndef SPARKIFY_FIRST_ROWS_NODE_H
#define SPARKIFY_FIRST_ROWS_NODE_H

#include "postgres.h"
#include "nodes/pg_list.h"
#include "nodes/plannodes.h"
#include "plan/first_rows_table.h"

/* Registers the node. */
extern void FirstRowsNodeInstall(void);

/* The keys as paths and plans carry them. */
extern List *FirstRowsPack(const FirstRowsKeys *keys);

/* Makes the node over its child; the expressions are those of the extremes, over the child's columns. */
extern Plan *FirstRowsNodeMake(Plan *child, List *columns, List *packed, List *expressions);

#endif /* SPARKIFY_FIRST_ROWS_NODE_H */
