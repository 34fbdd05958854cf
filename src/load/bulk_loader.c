/*
 * bulk_loader.c
 *		Rows into a table, many at a time.
 *
 *	packed tuple --------------------------------> buffer -> heap -> indexes -> AFTER triggers
 *	slot -> defaults -> generated -> constraints ----^
 *	slot -> [partition] -> BEFORE triggers -> ... -> heap, one row at a time
 *
 * A long load into a table that needs no index entries has its pages written
 * by page_writer instead of the heap.
 *
 * What a table asks is learned in bulk_target; what is done to one row is
 * bulk_row.  All three are PostgreSQL's CopyFrom, in the same order; after an
 * error everything here is released by PostgreSQL's own owners of resources.
 */
#include "load/bulk_loader_internal.h"

#include "access/heaptoast.h"
#include "access/tableam.h"
#include "compat.h"
#include "pgstat.h"
#include "utils/memutils.h"

/* How many rows, and how many bytes of them, are written at once. */
#define BUFFER_ROWS 1000
#define BUFFER_BYTES (1024 * 1024)

/* A load of so many rows is a long one: shorter ones fill up pages that are there already. */
#define LONG_LOAD_ROWS 10000

/* Slots over tuples that live in a batch: like heap slots, but never copied for keeping. */
static TupleTableSlotOps PackedSlotOps;

static void BeginPages(BulkLoader *loader);
static void WritePages(BulkLoader *loader);
static void WriteToasted(BulkLoader *loader, HeapTuple tuple);
static void InitPackedSlotOps(void);
static void KeepWithoutCopy(TupleTableSlot *slot);
static void MakeBuffer(BulkLoader *loader);
static void BufferSlot(BulkLoader *loader, const PackedRow *row, size_t bytes);
static void FinishBufferedRow(BulkLoader *loader, TupleTableSlot *slot);

/* Begins loading columns attnums into the relation. */
BulkLoader *
BulkLoaderBegin(Relation relation, List *attnums, bool packed, bool noload)
{
	BulkLoader *loader = palloc0(sizeof(BulkLoader));

	loader->relation = relation;
	loader->attnums = attnums;
	loader->packed = packed;
	loader->noload = noload;
	loader->flush_context =
		AllocSetContextCreate(CurrentMemoryContext, "rows being written", ALLOCSET_DEFAULT_SIZES);
	BulkTargetOpen(loader);
	BulkTargetLearn(loader);
	if (!loader->index_later)
		ExecOpenIndices(loader->target, false);
	MakeBuffer(loader);
	if (!noload)
		BulkTargetBeginStatement(loader);
	return loader;
}

/* Whether tuples may come packed. */
bool
BulkLoaderTakesTuples(const BulkLoader *loader)
{
	return loader->takes_tuples;
}

/* Adds a packed tuple; it must stay until BulkLoaderFlush. */
void
BulkLoaderAddTuple(BulkLoader *loader, const PackedRow *row)
{
	HeapTupleTableSlot *slot;

	Assert(loader->takes_tuples);
	loader->rows++;
	if (loader->noload)
		return;

	slot = (HeapTupleTableSlot *)loader->slots[loader->nslots];
	slot->tupdata.t_len = row->length;
	slot->tupdata.t_tableOid = RelationGetRelid(loader->relation);
	slot->tupdata.t_data = (HeapTupleHeader)row->tuple;
	ItemPointerSetInvalid(&slot->tupdata.t_self);
	slot->tuple = &slot->tupdata;
	slot->off = 0;
	slot->base.tts_nvalid = 0;
	slot->base.tts_flags &= ~(TTS_FLAG_EMPTY | TTS_FLAG_SHOULDFREE);
	slot->base.tts_tableOid = RelationGetRelid(loader->relation);
	loader->current = row;
	if (loader->constraints)
	{
		ResetPerTupleExprContext(loader->estate);
		ExecConstraints(loader->target, &slot->base, loader->estate);
	}

	BufferSlot(loader, row, row->length);
}

/* Returns the next free slot, cleared. */
TupleTableSlot *
BulkLoaderNextSlot(BulkLoader *loader)
{
	TupleTableSlot *slot = loader->one_by_one ? loader->single : loader->slots[loader->nslots];

	ResetPerTupleExprContext(loader->estate);
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, slot->tts_tupleDescriptor->natts * sizeof(bool));
	return slot;
}

/* Returns where the values of the slot may live: it is reset with the next slot. */
MemoryContext
BulkLoaderRowContext(const BulkLoader *loader)
{
	return GetPerTupleMemoryContext(loader->estate);
}

/* Adds the row in the slot of BulkLoaderNextSlot. */
void
BulkLoaderAddSlot(BulkLoader *loader, const PackedRow *row)
{
	TupleTableSlot *slot = loader->one_by_one ? loader->single : loader->slots[loader->nslots];

	Assert(!loader->takes_tuples);
	loader->current = row;
	if (loader->noload)
	{
		loader->rows++;
		return;
	}

	BulkRowComputeDefaults(loader, slot);
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(loader->relation);
	if (loader->one_by_one)
		BulkRowInsert(loader, slot);
	else
	{
		BulkRowComplete(loader, loader->target, slot);
		ExecMaterializeSlot(slot);
		loader->rows++;
		BufferSlot(loader, row, row->length);
	}
}

/*
 * Learns that other processes write pages of the table until the load ends.
 * PostgreSQL extends a table that this transaction has made without the lock,
 * for it knows of nobody else: a page of theirs would be overwritten.  So all
 * rows of such a table are written as pages, under the lock.
 */
void
BulkLoaderShare(BulkLoader *loader)
{
	if (loader->relation->rd_createSubid != InvalidSubTransactionId &&
		BulkTargetMayWritePages(loader))
		BeginPages(loader);
}

/* Writes what is buffered: rows, then their index entries and AFTER triggers. */
void
BulkLoaderFlush(BulkLoader *loader)
{
	MemoryContext caller;

	if (loader->nslots == 0)
		return;

	/* an error from here on belongs to no single row */
	loader->current = NULL;

	/* its own context: what the table's access method leaves behind goes after each flush */
	caller = MemoryContextSwitchTo(loader->flush_context);
	if (loader->pages != NULL)
		WritePages(loader);
	else
		table_multi_insert(loader->relation, loader->slots, loader->nslots, loader->command,
						   loader->insert_options, loader->bulk);
	MemoryContextSwitchTo(caller);

	/*
	 * The load turns out to be long: pages are written whole from here on, where nobody else can
	 * see them.
	 */
	if (loader->pages == NULL && loader->rows >= LONG_LOAD_ROWS && BulkTargetMayWritePages(loader))
		BeginPages(loader);

	for (int i = 0; i < loader->nslots; i++)
	{
		/* an index or a trigger may refuse the row: the error must name where it came from */
		loader->current = loader->origins[i];
		if (loader->target->ri_NumIndices > 0 || loader->after_rows)
			FinishBufferedRow(loader, loader->slots[i]);
		ExecClearTuple(loader->slots[i]);
	}

	loader->current = NULL;
	loader->nslots = 0;
	loader->bytes = 0;
	MemoryContextReset(loader->flush_context);
}

/* Begins to write pages. */
static void
BeginPages(BulkLoader *loader)
{
	/* the writer lives as long as the loader, not as long as a flush */
	MemoryContext caller = MemoryContextSwitchTo(GetMemoryChunkContext(loader));

	loader->pages = PageWriterBegin(loader->relation, loader->command,
									loader->insert_options & TABLE_INSERT_FROZEN);
	MemoryContextSwitchTo(caller);
}

/* Writes what is buffered as pages. */
static void
WritePages(BulkLoader *loader)
{
	for (int i = 0; i < loader->nslots; i++)
	{
		bool should_free;
		HeapTuple tuple = ExecFetchSlotHeapTuple(loader->slots[i], true, &should_free);

		if (PageWriterTakes(tuple))
			PageWriterAdd(loader->pages, tuple);
		else
			WriteToasted(loader, tuple);

		if (should_free)
			heap_freetuple(tuple);
	}
}

/* Puts what is long of a row out of line and writes the rest into a page, as heap_insert() does it. */
static void
WriteToasted(BulkLoader *loader, HeapTuple tuple)
{
	HeapTuple toasted =
		heap_toast_insert_or_update(loader->relation, tuple, NULL, loader->insert_options);

	if (MAXALIGN(toasted->t_len) > MaxHeapTupleSize)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("row is too big: size %zu, maximum size %zu", (Size)toasted->t_len,
					   (Size)MaxHeapTupleSize));
	PageWriterAdd(loader->pages, toasted);
}

/* Returns the row that is being inserted just now, or NULL. */
const PackedRow *
BulkLoaderCurrentRow(const BulkLoader *loader)
{
	return loader->current;
}

/* Returns how many rows were inserted or buffered. */
uint64
BulkLoaderRows(const BulkLoader *loader)
{
	return loader->rows;
}

/* Finishes the load and returns the number of rows. */
uint64
BulkLoaderEnd(BulkLoader *loader)
{
	EState *estate = loader->estate;

	BulkLoaderFlush(loader);

	/* NOLOAD reads and converts, and touches no table */
	if (!loader->noload)
	{
		if (loader->pages != NULL)
		{
			PageWriterFlush(loader->pages);
			pgstat_count_heap_insert(loader->relation, PageWriterRows(loader->pages));
		}

		if (loader->bulk != NULL)
			FreeBulkInsertState(loader->bulk);

		/* once for all rows: the indexes were left out until here */
		if (loader->index_later)
			CompatReindexRelation(RelationGetRelid(loader->relation));

		/* AFTER triggers of the statement see all of its rows */
		ExecASInsertTriggers(estate, loader->target, loader->transition);
		AfterTriggerEndQuery(estate);
		table_finish_bulk_insert(loader->relation, loader->insert_options);
	}

	ExecResetTupleTable(estate->es_tupleTable, false);
	if (loader->routing != NULL)
		ExecCleanupTupleRouting(loader->mtstate, loader->routing);
	ExecCloseResultRelations(estate);
	ExecCloseRangeTableRelations(estate);
	FreeExecutorState(estate);

	return loader->rows;
}

/* Makes the slots. */
static void
MakeBuffer(BulkLoader *loader)
{
	TupleDesc table = RelationGetDescr(loader->relation);
	int count = loader->one_by_one ? 0 : BUFFER_ROWS;
	List **slot_list = &loader->estate->es_tupleTable;

	InitPackedSlotOps();
	loader->slots = palloc((count + 1) * sizeof(TupleTableSlot *));
	loader->origins = palloc((count + 1) * sizeof(PackedRow *));
	for (int i = 0; i < count; i++)
		loader->slots[i] = loader->takes_tuples
							   ? ExecAllocTableSlot(slot_list, table, &PackedSlotOps)
							   : table_slot_create(loader->relation, slot_list);
	loader->single = ExecAllocTableSlot(slot_list, table, table_slot_callbacks(loader->relation));
}

/* Fills in the operations of packed slots, once. */
static void
InitPackedSlotOps(void)
{
	PackedSlotOps = TTSOpsHeapTuple;
	PackedSlotOps.materialize = KeepWithoutCopy;
}

/* Makes a packed slot independent of what it was made from: nothing to do, its tuple stays until the flush. */
static void
KeepWithoutCopy(TupleTableSlot *slot)
{
}

/* Counts the next slot as filled; writes the buffer when it is full. */
static void
BufferSlot(BulkLoader *loader, const PackedRow *row, size_t bytes)
{
	loader->origins[loader->nslots++] = row;
	loader->bytes += bytes;
	loader->current = NULL;

	/* at LONG_LOAD_ROWS to the row, so that the same load always makes the same pages */
	if (loader->nslots == BUFFER_ROWS || loader->bytes >= BUFFER_BYTES ||
		loader->rows == LONG_LOAD_ROWS)
		BulkLoaderFlush(loader);
}

/* Does for a row that was written with others what comes after: index entries, AFTER triggers. */
static void
FinishBufferedRow(BulkLoader *loader, TupleTableSlot *slot)
{
	List *recheck = NIL;

	ResetPerTupleExprContext(loader->estate);
	if (loader->target->ri_NumIndices > 0)
		recheck = CompatInsertIndexTuples(loader->target, slot, loader->estate);
	if (loader->after_rows)
		ExecARInsertTriggers(loader->estate, loader->target, slot, recheck, loader->transition);
	list_free(recheck);
}
