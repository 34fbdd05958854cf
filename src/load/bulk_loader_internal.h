/*
 * bulk_loader_internal.h
 *		The state of a load, and what its three files ask of each other:
 *
 *	bulk_loader   takes rows, buffers them and writes them together
 *	bulk_target   what the table asks, learned before the first row
 *	bulk_row      what happens to one row
 */
#ifndef SPARKIFY_BULK_LOADER_INTERNAL_H
#define SPARKIFY_BULK_LOADER_INTERNAL_H

#include "load/bulk_loader.h"

#include "access/heapam.h"
#include "commands/trigger.h"
#include "executor/execPartition.h"
#include "executor/nodeModifyTable.h"
#include "load/page_writer.h"

/* A column that the load leaves to its DEFAULT. */
typedef struct DefaultColumn
{
	int attribute; /* 0-based */
	ExprState *expression;
} DefaultColumn;

struct BulkLoader
{
	/* parameters */
	Relation relation;
	List *attnums;
	bool packed; /* rows come as tuples of the table's own layout */
	bool noload;

	/* what the table asks for */
	bool takes_tuples;
	bool one_by_one;  /* a row is inserted before the next one is looked at */
	bool constraints; /* CHECK, or NOT NULL of a column that the load leaves out */
	bool after_rows;  /* AFTER ROW triggers or a transition table */
	bool before_rows; /* BEFORE ROW triggers, of the partition when there are some */
	bool index_later; /* the indexes are built when all rows are in */
	DefaultColumn *defaults;
	int ndefaults;

	/* executor state */
	EState *estate;
	ResultRelInfo *target;
	ModifyTableState *mtstate;
	PartitionTupleRouting *routing; /* NULL: not partitioned */
	ResultRelInfo *last_partition;
	TransitionCaptureState *transition;
	CommandId command;
	int insert_options;
	BulkInsertState bulk;
	PageWriter *pages; /* NULL: rows go through the heap */

	/* the buffer */
	TupleTableSlot **slots;
	const PackedRow **origins; /* of the rows in the slots */
	int nslots;				   /* in use */
	size_t bytes;
	TupleTableSlot *single; /* where the next row is put that isn't buffered */
	const PackedRow *current;
	MemoryContext flush_context; /* reset after each flush */
	uint64 rows;
};

/* Makes the executor's state around the relation, as for an INSERT. */
extern void BulkTargetOpen(BulkLoader *loader);

/* Works out by which way rows go in. */
extern void BulkTargetLearn(BulkLoader *loader);

/* Begins the statement for triggers, and the state of the inserts; not for NOLOAD. */
extern void BulkTargetBeginStatement(BulkLoader *loader);

/* Whether nothing but the heap needs to know of a row, so that its page may be written whole. */
extern bool BulkTargetMayWritePages(const BulkLoader *loader);

/* Computes the columns that the load leaves to their DEFAULT. */
extern void BulkRowComputeDefaults(BulkLoader *loader, TupleTableSlot *slot);

/* Computes generated columns and checks the row against the table's constraints. */
extern void BulkRowComplete(BulkLoader *loader, ResultRelInfo *target, TupleTableSlot *slot);

/* Inserts one row, unless a trigger refuses it: into its partition, or through a view's triggers. */
extern void BulkRowInsert(BulkLoader *loader, TupleTableSlot *slot);

/* Whether rows go through the INSTEAD OF triggers of a view. */
static inline bool
BulkLoaderIsView(const BulkLoader *loader)
{
	return loader->relation->rd_rel->relkind == RELKIND_VIEW;
}

#endif /* SPARKIFY_BULK_LOADER_INTERNAL_H */
