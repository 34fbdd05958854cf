/*
 * page_writer.c
 *		Rows into whole new pages of a heap, past the buffer cache.
 *
 *	tuples -> pages in private memory -> one write each behind the end of the file
 *
 * A page that goes through the buffer cache is written twice by a load: as
 * zeros when the file grows, and full when the ring of buffers comes round.
 * Here it is written once.
 *
 * A logged page must not reach the disk before its WAL does.  So the images of
 * many pages are put into the WAL, as when an index is built, the WAL is
 * flushed, and then the pages are written.  A checkpoint that begins meanwhile
 * waits until they are: its redo would not see the images, nor its sync the
 * file.
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
#include "access/xlog.h"
#include "access/xloginsert.h"
#include "catalog/catalog.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/freespace.h"
#include "storage/lmgr.h"
#include "storage/predicate.h"
#include "storage/proc.h"
#include "storage/smgr.h"
#include "utils/memutils.h"

#include "compat.h"
#include "load/page_writer.h"

/* How many pages are written under one lock; logged ones cost a flush of the WAL each time. */
#define PAGES 64
#define LOGGED_PAGES 512

/* Direct I/O, where it is on, wants pages at such addresses. */
#define PAGE_ALIGN 4096

/* A page with so many free bytes is one to fill before the file grows. */
#define FREE_BYTES (BLCKSZ / 2)

struct PageWriter
{
	/* parameters */
	Relation relation;
	TransactionId transaction;
	CommandId command;
	bool frozen;
	bool logged;
	Size spare; /* bytes of each page that the fillfactor leaves free */

	/* working state */
	char *pages;
	int capacity;
	int npages; /* under way, the last one not full */
	int64 rows; /* in them */
	uint64 written;
};

static Page PageAt(PageWriter *writer, int number);
static Page PageFor(PageWriter *writer, Size length);
static void StartPage(PageWriter *writer);
static void Stamp(const PageWriter *writer, HeapTupleHeader header);
static void SetPlaces(Page page, BlockNumber block);
static void WriteLogged(PageWriter *writer, BlockNumber first);
static void LogPages(PageWriter *writer, BlockNumber first);
static void WritePages(PageWriter *writer, BlockNumber first);

bool
PageWriterServes(Relation relation)
{
	return relation->rd_rel->relkind == RELKIND_RELATION && !RelationUsesLocalBuffers(relation) &&
		   !IsCatalogRelation(relation) && !RelationIsLogicallyLogged(relation) &&
		   GetPageWithFreeSpace(relation, FREE_BYTES) == InvalidBlockNumber;
}

PageWriter *
PageWriterBegin(Relation relation, CommandId command, bool frozen)
{
	PageWriter *writer = palloc0(sizeof(PageWriter));

	writer->relation = relation;
	writer->transaction = GetCurrentTransactionId();
	writer->command = command;
	writer->frozen = frozen;
	writer->logged = RelationNeedsWAL(relation);
	writer->spare = RelationGetTargetPageFreeSpace(relation, HEAP_DEFAULT_FILLFACTOR);
	writer->capacity = writer->logged ? LOGGED_PAGES : PAGES;
	writer->pages =
		(char *)TYPEALIGN(PAGE_ALIGN, palloc((Size)writer->capacity * BLCKSZ + PAGE_ALIGN));
	return writer;
}

bool
PageWriterTakes(const HeapTupleData *tuple)
{
	return tuple->t_len <= TOAST_TUPLE_THRESHOLD && !HeapTupleHasExternal(tuple);
}

void
PageWriterAdd(PageWriter *writer, HeapTuple tuple)
{
	Page page = PageFor(writer, tuple->t_len);

	Stamp(writer, tuple->t_data);
	if (PageAddItem(page, (Item)tuple->t_data, tuple->t_len, InvalidOffsetNumber, false, true) ==
		InvalidOffsetNumber)
		elog(ERROR, "failed to add a tuple to a new page");
	writer->rows++;
}

/* As heap_form_tuple() does it, but in the page, whose bytes are zero where nothing is yet. */
Size
PageWriterAddValues(PageWriter *writer, Datum *values, bool *isnull)
{
	TupleDesc desc = RelationGetDescr(writer->relation);
	bool has_nulls = memchr(isnull, true, desc->natts) != NULL;
	Size start = MAXALIGN(SizeofHeapTupleHeader + (has_nulls ? BITMAPLEN((Size)desc->natts) : 0));
	Size data = heap_compute_data_size(desc, values, isnull);
	Size length = start + data;
	HeapTupleHeader header;
	PageHeader page;

	if (length > TOAST_TUPLE_THRESHOLD)
		return 0;

	page = (PageHeader)PageFor(writer, length);
	header = (HeapTupleHeader)((char *)page + page->pd_upper - MAXALIGN(length));
	HeapTupleHeaderSetNatts(header, desc->natts);
	header->t_hoff = start;
	heap_fill_tuple(desc, values, isnull, (char *)header + start, data, &header->t_infomask,
					has_nulls ? header->t_bits : NULL);

	/* it isn't in the page before the page says so: what was made here is made over by the next row */
	if ((header->t_infomask & HEAP_HASEXTERNAL) != 0)
	{
		memset(header, 0, length);
		return 0;
	}

	Stamp(writer, header);
	page->pd_upper -= MAXALIGN(length);
	ItemIdSetNormal((ItemId)((char *)page + page->pd_lower), page->pd_upper, length);
	page->pd_lower += sizeof(ItemIdData);
	writer->rows++;

	return length;
}

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
		SetPlaces(PageAt(writer, i), first + i);
	if (writer->logged)
		WriteLogged(writer, first);
	else
		WritePages(writer, first);
	UnlockRelationForExtension(relation, ExclusiveLock);
	writer->written += writer->rows;
	writer->npages = 0;
	writer->rows = 0;
}

uint64
PageWriterRows(const PageWriter *writer)
{
	return writer->written;
}

static Page
PageAt(PageWriter *writer, int number)
{
	return (Page)(writer->pages + (size_t)number * BLCKSZ);
}

/* The page that a tuple of this length goes into. */
static Page
PageFor(PageWriter *writer, Size length)
{
	if (writer->npages == 0 ||
		MAXALIGN(length) + writer->spare > PageGetHeapFreeSpace(PageAt(writer, writer->npages - 1)))
		StartPage(writer);
	return PageAt(writer, writer->npages - 1);
}

/* Begins the next page, having written the others when all are full. */
static void
StartPage(PageWriter *writer)
{
	if (writer->npages == writer->capacity)
		PageWriterFlush(writer);
	PageInit(PageAt(writer, writer->npages), BLCKSZ, 0);
	if (writer->frozen)
		PageSetAllVisible(PageAt(writer, writer->npages));
	writer->npages++;
}

/* Says in a tuple who has made it, as heap_insert() does. */
static void
Stamp(const PageWriter *writer, HeapTupleHeader header)
{
	header->t_infomask &= ~HEAP_XACT_MASK;
	header->t_infomask2 &= ~HEAP2_XACT_MASK;
	header->t_infomask |= HEAP_XMAX_INVALID;
	HeapTupleHeaderSetXmin(header, writer->transaction);
	HeapTupleHeaderSetCmin(header, writer->command);
	HeapTupleHeaderSetXmax(header, InvalidTransactionId);
	if (writer->frozen)
		HeapTupleHeaderSetXminFrozen(header);
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

/* Writes the pages, their WAL first. */
static void
WriteLogged(PageWriter *writer, BlockNumber first)
{
	PG_TRY();
	{
		MyProc->delayChkptFlags |= DELAY_CHKPT_START;
		LogPages(writer, first);
		WritePages(writer, first);
	}
	PG_FINALLY();
	{
		MyProc->delayChkptFlags &= ~DELAY_CHKPT_START;
	}
	PG_END_TRY();
}

/* Puts the pages' images into the WAL and waits until they are safe there. */
static void
LogPages(PageWriter *writer, BlockNumber first)
{
	BlockNumber blocks[LOGGED_PAGES];
	Page pages[LOGGED_PAGES];

	for (int i = 0; i < writer->npages; i++)
	{
		blocks[i] = first + i;
		pages[i] = PageAt(writer, i);
	}

	log_newpages(CompatRelationFile(writer->relation), MAIN_FORKNUM, writer->npages, blocks, pages,
				 true);
	XLogFlush(PageGetLSN(pages[writer->npages - 1]));
}

/* Writes the pages behind the end of the file, which has first as its next block. */
static void
WritePages(PageWriter *writer, BlockNumber first)
{
	for (int i = 0; i < writer->npages; i++)
	{
		Page page = PageAt(writer, i);
		BlockNumber block = first + i;
		bool last = i + 1 == writer->npages || (block + 1) % RELSEG_SIZE == 0;

		PageSetChecksumInplace(page, block);
		/*
		 * the last block asks the checkpointer to sync its file for all of them; the first, in case of an
		 * error between
		 */
		smgrextend(RelationGetSmgr(writer->relation), MAIN_FORKNUM, block, page, i > 0 && !last);
	}
}
