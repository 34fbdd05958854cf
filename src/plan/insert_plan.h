/*
 * insert_plan.h
 *		The plan of the SELECT of an INSERT ... SELECT.
 */
#ifndef SPARKIFY_INSERT_PLAN_H
#define SPARKIFY_INSERT_PLAN_H

#include "postgres.h"
#include "nodes/parsenodes.h"
#include "nodes/plannodes.h"

/*
 * Plans the SELECT, to be run from end to end.  by_node: an insert node will
 * be added, which writes the rows in the process that makes them.
 */
extern PlannedStmt *InsertPlan(Query *select, const char *sql, bool by_node);

#endif /* SPARKIFY_INSERT_PLAN_H */
