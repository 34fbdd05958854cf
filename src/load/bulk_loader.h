/*
 * bulk_loader.h
 *		Rows into a table, many at a time, with everything PostgreSQL's COPY
 *		does on the way: defaults, constraints, generated columns, triggers,
 *		partitions, indexes.
 *
 * Packed tuples of the table's own layout go in as they are where the table
 * allows it; otherwise rows come as slots.
 */
#ifndef SPARKIFY_BULK_LOADER_H
#define SPARKIFY_BULK_LOADER_H

#include "postgres.h"
#include "executor/tuptable.h"
#include "utils/rel.h"

typedef struct BulkLoader BulkLoader;

/* Begins loading into a relation that is open and locked (RowExclusiveLock), rights already checked. */
extern BulkLoader *BulkLoaderBegin(Relation relation, List *attnums, bool noload);

/* Whether tuples may come packed: nothing of the table needs to look at their values. */
extern bool BulkLoaderTakesTuples(const BulkLoader *loader);

/* The tuple starts with a heap tuple header; it must stay until BulkLoaderFlush. */
extern void BulkLoaderAddTuple(BulkLoader *loader, HeapTupleHeader tuple, uint32 length);

/* The next free slot, of the relation's row type, cleared; fill it and call BulkLoaderAddSlot. */
extern TupleTableSlot *BulkLoaderNextSlot(BulkLoader *loader);
extern void BulkLoaderAddSlot(BulkLoader *loader);

/* Writes what is buffered. */
extern void BulkLoaderFlush(BulkLoader *loader);

/* Finishes: indexes, AFTER triggers.  Returns the number of rows inserted. */
extern uint64 BulkLoaderEnd(BulkLoader *loader);

#endif /* SPARKIFY_BULK_LOADER_H */
