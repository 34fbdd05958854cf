/*
 * column_ranges.h
 *		Conditions that compare a column with a constant: what zone maps and sort
 *		keys can use of a query, and the same again as SQL.
 */
#ifndef SPARKIFY_COLUMN_RANGES_H
#define SPARKIFY_COLUMN_RANGES_H

#include "postgres.h"

#include "access/attnum.h"
#include "nodes/pg_list.h"

/* A column compared with a constant: which of its values match. */
typedef struct ColumnRange
{
	AttrNumber attnum;
	const char *operator; /* <, <=, =, >=, > */
	const char *constant; /* as SQL */
} ColumnRange;

/* Which of a column's ranges: an equality is a bound from both sides. */
typedef enum RangeSide
{
	RANGE_BELOW, /* upper bounds */
	RANGE_ABOVE, /* lower bounds */
	RANGE_BOTH
} RangeSide;

/* The ranges among the conditions on a table: a list of ColumnRange. */
extern List *ColumnRanges(List *conditions, Index scan, Oid relid);

/* The ranges of one column as a condition on a row; "true" when there is none. */
extern char *RangeCondition(Oid relid, List *ranges, AttrNumber attnum, RangeSide side);

/* A relation, and a column as it is and as it is compared: Redshift compares texts by their bytes. */
extern char *RelationAsSql(Oid relid);
extern char *ColumnAsSql(Oid relid, AttrNumber attnum);
extern char *ComparedAsSql(Oid relid, AttrNumber attnum);

#endif /* SPARKIFY_COLUMN_RANGES_H */
