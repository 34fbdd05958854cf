/*
 * table_facts.h
 *		What a table's rows say of a design: how they would spread over the
 *		slices, and which blocks a condition would read.
 */
#ifndef SPARKIFY_TABLE_FACTS_H
#define SPARKIFY_TABLE_FACTS_H

#include "postgres.h"

#include "catalog/design.h"
#include "nodes/pg_list.h"

/* Rows a slice. */
typedef struct RowSpread
{
	int64 rows;
	int64 fewest;
	int64 most;
} RowSpread;

/* A column compared with a constant: which of its values match. */
typedef struct ColumnRange
{
	AttrNumber attnum;
	const char *operator; /* <, <=, =, >=, > */
	const char *constant; /* as SQL */
} ColumnRange;

/* 1 MB blocks of a column. */
typedef struct BlockCount
{
	AttrNumber attnum; /* whose blocks; 0: there was no range */
	int64 read;
	int64 all;
} BlockCount;

/* Counts the rows of each slice. */
extern RowSpread TableSpread(Oid relid, const TableDesign *design, int slices);

/*
 * Counts the blocks that remain when the zone maps (least and greatest value of
 * a block) have excluded the others, for the ranges of one column: that of the
 * sort key's first column when there is one, else of the first in the list.
 */
extern BlockCount TableBlocks(Oid relid, const TableDesign *design, int slices, List *ranges);

/* The rows of a table, counted, and the bytes of one, as ANALYZE found. */
extern double TableRows(Oid relid);
extern int TableWidth(Oid relid);

/* The ranges among the conditions on a table: a list of ColumnRange. */
extern List *ColumnRanges(List *conditions, Index scan, Oid relid);

#endif /* SPARKIFY_TABLE_FACTS_H */
