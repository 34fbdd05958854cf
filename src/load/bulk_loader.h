/*
 * bulk_loader.h
 *		Rows into a table, many at a time, with everything PostgreSQL's COPY
 *		does on the way: defaults, constraints, generated columns, triggers,
 *		partitions, indexes.
 *
 * Packed tuples of the table's own layout go in as they are where the table
 * allows it; otherwise rows come as slots.  Each comes with the row of the
 * batch it was made from, which tells where an error belongs to.
 */
#ifndef SPARKIFY_BULK_LOADER_H
#define SPARKIFY_BULK_LOADER_H

#include "postgres.h"
#include "executor/tuptable.h"
#include "source/row/row_batch.h"
#include "utils/rel.h"

typedef struct BulkLoader BulkLoader;

/*
 * Begins loading columns attnums into a relation that is open and locked
 * (RowExclusiveLock), rights already checked.  packed: the rows at hand are
 * tuples of the table's own layout.  With noload everything is taken and
 * nothing written.
 */
extern BulkLoader *BulkLoaderBegin(Relation relation, List *attnums, bool packed, bool noload);

/* Whether tuples are wanted packed: nothing before the insert needs to change or route a row. */
extern bool BulkLoaderTakesTuples(const BulkLoader *loader);

/* Adds a packed tuple; it must stay until BulkLoaderFlush. */
extern void BulkLoaderAddTuple(BulkLoader *loader, const PackedRow *row);

/*
 * The next free slot, of the relation's row type, cleared.  Fill in the values
 * of the load's columns (in the per-row context, BulkLoaderRowContext) and
 * call BulkLoaderAddSlot; all other columns are taken care of.
 */
extern TupleTableSlot *BulkLoaderNextSlot(BulkLoader *loader);
extern MemoryContext BulkLoaderRowContext(const BulkLoader *loader);
extern void BulkLoaderAddSlot(BulkLoader *loader, const PackedRow *row);

/* Learns that other processes write pages of the table until the load ends. */
extern void BulkLoaderShare(BulkLoader *loader);

/* Writes what is buffered. */
extern void BulkLoaderFlush(BulkLoader *loader);

/* The row that is being inserted just now, for the error context; or NULL. */
extern const PackedRow *BulkLoaderCurrentRow(const BulkLoader *loader);

/* Rows inserted or buffered so far. */
extern uint64 BulkLoaderRows(const BulkLoader *loader);

/* Finishes: AFTER triggers, all resources.  Returns the number of rows inserted. */
extern uint64 BulkLoaderEnd(BulkLoader *loader);

#endif /* SPARKIFY_BULK_LOADER_H */
