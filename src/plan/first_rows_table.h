/*
 * first_rows_table.h
 *		The rows that windows need, of those that are added: for each
 *		partition its first row, and one for each extreme.
 */
#ifndef SPARKIFY_FIRST_ROWS_TABLE_H
#define SPARKIFY_FIRST_ROWS_TABLE_H

#include "postgres.h"
#include "access/attnum.h"
#include "access/htup.h"
#include "executor/tuptable.h"
#include "nodes/execnodes.h"
#include "nodes/pg_list.h"

/* A column of the rows by which they are told apart or compared, or an expression over their columns. */
typedef struct FirstRowsKey
{
	AttrNumber column; /* 0: an expression */
	Oid opno;		   /* of equality, or of order */
	Oid collation;
	bool nulls_first;
} FirstRowsKey;

/* What is kept: lists of FirstRowsKey. */
typedef struct FirstRowsKeys
{
	List *partition; /* by equality, which can be hashed */
	List *order;	 /* of the rows in a partition: its first is kept */
	List *extremes;	 /* expressions: a row is kept for each, whose value comes first */
} FirstRowsKeys;

/* The most columns that partitions are told apart by. */
#define FIRST_ROWS_PARTITION_KEYS 16

typedef struct FirstRowsTable FirstRowsTable;

/*
 * Makes an empty table for rows of the kind given.  The expressions are those
 * of the extremes, in their order; the node evaluates them.
 */
extern FirstRowsTable *FirstRowsTableBegin(TupleDesc desc, const FirstRowsKeys *keys,
										   const List *expressions, PlanState *node);

/*
 * Adds a row.  Returns false when the table has as much memory as a hash
 * table may have: its rows are to be taken out then, before the next is added.
 */
extern bool FirstRowsTableAdd(FirstRowsTable *table, TupleTableSlot *row);

/* Ends adding: the rows that are kept are taken out from now on. */
extern void FirstRowsTableFinish(FirstRowsTable *table);

/* The next row that was kept, or NULL; it stays until the table is emptied. */
extern MinimalTuple FirstRowsTableNext(FirstRowsTable *table);

/* Whether it has left out few of the rows that were added. */
extern bool FirstRowsTableNoUse(const FirstRowsTable *table);

/* Forgets all rows. */
extern void FirstRowsTableEmpty(FirstRowsTable *table);

#endif /* SPARKIFY_FIRST_ROWS_TABLE_H */
