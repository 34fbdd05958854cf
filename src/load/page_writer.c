/*
 * page_writer.c
 *		Rows into whole new pages of a heap, past the buffer cache.
 *
 *	tuples -> pages in private memory -> one write each behind the end of the file
 *
 * A page that goes through the buffer cache is written twice by a load: as
 * zeros when the file grows, and full when the ring of buffers comes round.
 * Here it is written once.  That is right only where a change needs no WAL
 * (an unlogged table, or one created in this transaction under wal_level
 * minimal): a logged page must not reach the disk before its WAL does.
 *
 * Other sessions never see half a page: they learn the size of the file, in
 * whole blocks, only after the block was written, and its rows are those of a
 * transaction that has not committed, or frozen ones of a table whose new
 * storage that transaction made.  New blocks are claimed under the lock
 * for extending the relation, as everybody's are.  A page that was written is
 * not touched again.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/heaptoast.h"
#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/lmgr.h"
#include "storage/predicate.h"
#include "storage/smgr.h"
#include "utils/memutils.h"

#include "load/page_writer.h"

/* How many pages are written under one lock. */
#define PAGES 64

/* Direct I/O, where it is on, wants pages at such addresses. */
#define PAGE_ALIGN 4096

struct PageWriter
{
	/* parameters */
	Relation relation;
	TransactionId transaction;
	CommandId command;
	bool frozen;
	Size spare; /* bytes of each page that the fillfactor leaves free */

	/* working state */
	char *pages;
	int npages; /* under way, the last one not full */
	int64 rows; /* in them */
};

static Page PageAt(PageWriter *writer, int number);
static void StartPage(PageWriter *writer);
static void SetPlaces(Page page, BlockNumber block);

/* Whether the relation's new pages may be written so. */
bool
PageWriterServes(Relation relation)
{
	return relation->rd_rel->relkind == RELKIND_RELATION && !RelationNeedsWAL(relation) &&
		   !RelationUsesLocalBuffers(relation) && !IsCatalogRelation(relation);
}

/* Begins writing; everything lives in the current memory context. */
PageWriter *
PageWriterBegin(Relation relation, CommandId command, bool frozen)
{
	PageWriter *writer = palloc0(sizeof(PageWriter));

	writer->relation = relation;
	writer->transaction = GetCurrentTransactionId();
	writer->command = command;
	writer->frozen = frozen;
	writer->spare = RelationGetTargetPageFreeSpace(relation, HEAP_DEFAULT_FILLFACTOR);
	writer->pages = (char *)TYPEALIGN(PAGE_ALIGN, palloc(PAGES * BLCKSZ + PAGE_ALIGN));
	return writer;
}

/* Whether the tuple fits without TOAST. */
bool
PageWriterTakes(const HeapTupleData *tuple)
{
	return tuple->t_len <= TOAST_TUPLE_THRESHOLD && !HeapTupleHasExternal(tuple);
}

/* Copies the tuple into the page under way, writing full ones. */
void
PageWriterAdd(PageWriter *writer, HeapTuple tuple)
{
	HeapTupleHeader header = tuple->t_data;

	/* as heap_insert prepares a tuple */
	header->t_infomask &= ~HEAP_XACT_MASK;
	header->t_infomask2 &= ~HEAP2_XACT_MASK;
	header->t_infomask |= HEAP_XMAX_INVALID;
	HeapTupleHeaderSetXmin(header, writer->transaction);
	HeapTupleHeaderSetCmin(header, writer->command);
	HeapTupleHeaderSetXmax(header, InvalidTransactionId);
	if (writer->frozen)
		HeapTupleHeaderSetXminFrozen(header);

	if (writer->npages == 0 || MAXALIGN(tuple->t_len) + writer->spare >
								   PageGetHeapFreeSpace(PageAt(writer, writer->npages - 1)))
		StartPage(writer);
	if (PageAddItem(PageAt(writer, writer->npages - 1), (Item)header, tuple->t_len,
					InvalidOffsetNumber, false, true) == InvalidOffsetNumber)
		elog(ERROR, "failed to add a tuple to a new page");
	writer->rows++;
}

/* Writes what is under way, the last page as full as it is. */
void
PageWriterFlush(PageWriter *writer)
{
	Relation relation = writer->relation;
	BlockNumber first;

	if (writer->npages == 0)
		return;
	CheckForSerializableConflictIn(relation, NULL, InvalidBlockNumber);
	LockRelationForExtension(relation, ExclusiveLock);
	first = RelationGetNumberOfBlocks(relation);
	for (int i = 0; i < writer->npages; i++)
	{
		Page page = PageAt(writer, i);
		BlockNumber block = first + i;
		bool last = i + 1 == writer->npages || (block + 1) % RELSEG_SIZE == 0;

		SetPlaces(page, block);
		PageSetChecksumInplace(page, block);
		/* the last block asks the checkpointer to sync its file for all of them */
		smgrextend(RelationGetSmgr(relation), MAIN_FORKNUM, block, page, !last);
	}
	UnlockRelationForExtension(relation, ExclusiveLock);
	pgstat_count_heap_insert(relation, writer->rows);
	writer->npages = 0;
	writer->rows = 0;
}

static Page
PageAt(PageWriter *writer, int number)
{
	return (Page)(writer->pages + (size_t)number * BLCKSZ);
}

/* Begins the next page, having written the others when all are full. */
static void
StartPage(PageWriter *writer)
{
	if (writer->npages == PAGES)
		PageWriterFlush(writer);
	PageInit(PageAt(writer, writer->npages), BLCKSZ, 0);
	if (writer->frozen)
		PageSetAllVisible(PageAt(writer, writer->npages));
	writer->npages++;
}

/* Tells each tuple of the page where it is, now that the block's number is known. */
static void
SetPlaces(Page page, BlockNumber block)
{
	OffsetNumber last = PageGetMaxOffsetNumber(page);

	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		HeapTupleHeader header = (HeapTupleHeader)PageGetItem(page, PageGetItemId(page, offset));

		ItemPointerSet(&header->t_ctid, block, offset);
	}
}
