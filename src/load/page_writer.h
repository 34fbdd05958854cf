/*
 * page_writer.h
 *		Rows into whole new pages of a heap, past the buffer cache.
 */
#ifndef SPARKIFY_PAGE_WRITER_H
#define SPARKIFY_PAGE_WRITER_H

#include "postgres.h"
#include "access/htup.h"
#include "access/tupdesc.h"
#include "utils/rel.h"

typedef struct PageWriter PageWriter;

/*
 * Whether the relation's new rows may be written so: a table of the database's own, whose changes nobody decodes, and
 * without free space that would stay unused for good.  Indexes and triggers are the caller's to look at.
 */
extern bool PageWriterServes(Relation relation);

/*
 * Begins writing; frozen rows are visible to everybody at once.  Everything lives in the current memory context.  A
 * parallel worker may write, too, when its leader has a transaction id and has used the command's.
 */
extern PageWriter *PageWriterBegin(Relation relation, CommandId command, bool frozen);

/* Whether the tuple fits without TOAST. */
extern bool PageWriterTakes(const HeapTupleData *tuple);

/* Copies the tuple into the page under way, writing full ones. */
extern void PageWriterAdd(PageWriter *writer, HeapTuple tuple);

/*
 * Makes a tuple of the values in the page under way, writing full ones.  Returns its length, or 0 when it has to go
 * through the heap, because of TOAST.
 */
extern Size PageWriterAddValues(PageWriter *writer, Datum *values, bool *isnull);

/* Writes what is under way, the last page as full as it is. */
extern void PageWriterFlush(PageWriter *writer);

/* The rows written so far, which are the caller's to report to the statistics: a worker's are its leader's. */
extern uint64 PageWriterRows(const PageWriter *writer);

#endif /* SPARKIFY_PAGE_WRITER_H */
