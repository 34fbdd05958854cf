/*
 * first_rows_keys.h
 *		What the table of first rows hashes and compares by.
 */
#ifndef SPARKIFY_FIRST_ROWS_KEYS_H
#define SPARKIFY_FIRST_ROWS_KEYS_H

#include "fmgr.h"
#include "nodes/execnodes.h"
#include "utils/sortsupport.h"

/* What tells partitions apart. */
typedef struct HashKey
{
	AttrNumber column;
	FmgrInfo hash;
	FmgrInfo equal;
	Oid collation;
	int16 length;
	bool by_value;
} HashKey;

/* What decides which of two rows is kept. */
typedef struct OrderKey
{
	AttrNumber column;
	ExprState *expression; /* instead of a column */
	SortSupportData sort;
	int16 length;
	bool by_value;
} OrderKey;

/* From the FirstRowsKeys of a list, as many. */
extern HashKey *HashKeysBegin(TupleDesc desc, const List *keys);

/* Likewise; a key without a column takes the expression at its place in the other list. */
extern OrderKey *OrderKeysBegin(TupleDesc desc, const List *keys, const List *expressions,
								PlanState *node);

#endif /* SPARKIFY_FIRST_ROWS_KEYS_H */
