/*
 * page_writer.h
 *		Rows into whole new pages of a heap, past the buffer cache.
 */
#ifndef SPARKIFY_PAGE_WRITER_H
#define SPARKIFY_PAGE_WRITER_H

#include "postgres.h"
#include "access/htup.h"
#include "utils/rel.h"

typedef struct PageWriter PageWriter;

/* Whether the relation's new pages may be written so: its changes need no WAL, and it is no temporary table. */
extern bool PageWriterServes(Relation relation);

/* Begins writing; frozen rows are visible to everybody at once. Everything lives in the current memory context. */
extern PageWriter *PageWriterBegin(Relation relation, CommandId command, bool frozen);

/* Whether the tuple fits without TOAST. */
extern bool PageWriterTakes(const HeapTupleData *tuple);

/* Copies the tuple into the page under way, writing full ones. */
extern void PageWriterAdd(PageWriter *writer, HeapTuple tuple);

/* Writes what is under way, the last page as full as it is. */
extern void PageWriterFlush(PageWriter *writer);

#endif /* SPARKIFY_PAGE_WRITER_H */
