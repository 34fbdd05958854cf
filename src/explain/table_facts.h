/*
 * table_facts.h
 *		What a table's rows say of a design: how they would spread over the
 *		slices, and which blocks a condition would read.
 */
#ifndef SPARKIFY_TABLE_FACTS_H
#define SPARKIFY_TABLE_FACTS_H

#include "postgres.h"

#include "catalog/design.h"
#include "explain/column_ranges.h"
#include "nodes/pg_list.h"

/* Rows a slice. */
typedef struct RowSpread
{
	int64 rows;
	int64 fewest;
	int64 most;
} RowSpread;

/* 1 MB blocks of a column. */
typedef struct BlockCount
{
	AttrNumber attnum; /* whose blocks; 0: there was no range */
	int64 read;
	int64 all;
} BlockCount;

/* What is counted of a table beside the rows of each slice. */
typedef struct FactRequest
{
	/* asked: ranges of columns (NIL: no blocks), and a condition on rows, as SQL (NULL: none) */
	List *ranges;
	const char *condition;
	bool is_ranges; /* the condition says nothing but the ranges */

	/* answered */
	BlockCount blocks;
	int64 matching; /* rows for which the condition is true */
} FactRequest;

/*
 * Counts the rows of each slice, and answers the requests, in one pass over the
 * table.  Blocks are those that remain when the zone maps (least and greatest
 * value of a block) have excluded the others, for the ranges of one column: that
 * of the sort key's first column when there is one, else of the first in the
 * list.  Rows are sorted, in a pass of its own, only where the blocks of another
 * column are asked for and the sort key's first column doesn't tell rows apart.
 */
extern RowSpread TableCount(Oid relid, const TableDesign *design, int slices, List *requests);

/* The bytes of a row, as ANALYZE found. */
extern int TableWidth(Oid relid);

#endif /* SPARKIFY_TABLE_FACTS_H */
