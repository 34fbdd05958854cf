/*
 * column_plan.h
 *		Which columns a load fills, what their types ask of a value, and how
 *		the rows are laid out.
 *
 * The catalog's side of source/row/row_plan.h: made once from the table, the
 * column list and COPY's options.
 */
#ifndef SPARKIFY_COLUMN_PLAN_H
#define SPARKIFY_COLUMN_PLAN_H

#include "postgres.h"
#include "access/tupdesc.h"
#include "nodes/pg_list.h"
#include "copy_options/copy_options.h"
#include "source/row/row_plan.h"
#include "utils/rel.h"

typedef struct ColumnPlan
{
	RowPlan row;		/* for source/ */
	List *attnums;		/* of the columns of the load, in the order of row.columns */
	const char **names; /* of the same */
	TupleDesc wire;		/* what the packed tuples look like */
	bool wire_is_table; /* the packed tuples are rows of the table as they are */
} ColumnPlan;

/*
 * Makes the plan; everything lives in the current memory context.  Raises
 * what is wrong with the column list.
 */
extern ColumnPlan *ColumnPlanMake(Relation relation, List *column_list, const CopyOptions *options,
								  FractionText fraction_text);

#endif /* SPARKIFY_COLUMN_PLAN_H */
