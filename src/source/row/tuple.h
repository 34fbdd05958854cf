/*
 * tuple.h
 *		Packing a heap tuple, attribute by attribute, exactly as PostgreSQL's
 *		heap_form_tuple would (htup_details.h, heaptuple.c, varatt.h).
 *
 *	room -> | (8 spare) | header, bitmap | data ...        |
 *	                      ^ header_nulls ^ data begins here, whatever comes
 *
 * Whether a tuple has a NULL, and so a bitmap, shows only when it is packed.
 * Both headers end on an 8-byte boundary, so the data stays where it is and
 * the tuple begins as many bytes before it as its header needs.
 *
 * The room must be 8-byte aligned.  Inline, because it runs once a value.
 */
#ifndef SPARKIFY_TUPLE_H
#define SPARKIFY_TUPLE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "source/base/failure.h"
#include "source/row/row_plan.h"

/* HeapTupleHeaderData; load/layout_check.c compares all these with the server's own. */
#define TUPLE_INFOMASK2_AT 18
#define TUPLE_INFOMASK_AT 20
#define TUPLE_HOFF_AT 22
#define TUPLE_HEADER_BYTES 23 /* up to t_bits */
#define TUPLE_HAS_NULLS 0x0001
#define TUPLE_HAS_VARLENA 0x0002
#define TUPLE_ALIGNMENT 8
#define TUPLE_MAX_ATTRIBUTES 1600

/* The longest data that a one-byte varlena header can announce. */
#define TUPLE_SHORT_MAX 126

/* The largest varlena, header included (1 GB less a byte). */
#define TUPLE_VARLENA_MAX 0x3FFFFFFF

typedef struct TupleLayout
{
	int nattributes;
	int header_plain; /* bytes of the header without and with a null bitmap */
	int header_nulls;
	bool always_nulls; /* some attribute has no column */
	uint8_t bits[(TUPLE_MAX_ATTRIBUTES + 7) /
				 8]; /* the bitmap of a row whose columns all have values */
} TupleLayout;

typedef struct TupleWriter
{
	char *data;	  /* where the data begins */
	char *cursor; /* where the next byte goes */
	char *limit;  /* the end of the room */
	bool nulls;
	bool varlena; /* the tuple has a value of variable length */
} TupleWriter;

/* Computes the layout of a plan's tuples. */
extern bool TupleLayoutInit(TupleLayout *layout, const RowPlan *plan, Failure *failure);

/* Begins a tuple; false when there isn't even room for its header. */
static inline bool
TupleBegin(TupleWriter *writer, const TupleLayout *layout, char *room, size_t size)
{
	if (size < (size_t)layout->header_nulls)
		return false;

	writer->data = writer->cursor = room + layout->header_nulls;
	writer->limit = room + size;
	writer->varlena = false;
	writer->nulls = layout->always_nulls;
	if (writer->nulls)
		memcpy(room + TUPLE_HEADER_BYTES, layout->bits,
			   (size_t)(layout->header_nulls - TUPLE_HEADER_BYTES));
	return true;
}

/* Makes an attribute (0-based) NULL. */
static inline void
TupleNull(TupleWriter *writer, const TupleLayout *layout, int attribute)
{
	char *bits = writer->data - layout->header_nulls + TUPLE_HEADER_BYTES;

	if (!writer->nulls)
	{
		memcpy(bits, layout->bits, (size_t)(layout->header_nulls - TUPLE_HEADER_BYTES));
		writer->nulls = true;
	}

	bits[attribute >> 3] &= (char)~(1 << (attribute & 7));
}

/* Writes zeros up to the alignment, a power of two up to 8; false when there is no room. */
static inline bool
TupleAlign(TupleWriter *writer, size_t alignment)
{
	size_t padding = (size_t)(-(uintptr_t)writer->cursor & (alignment - 1));

	if ((size_t)(writer->limit - writer->cursor) >= 8)
	{
		memset(writer->cursor, 0, 8); /* one store, where a loop would be mispredicted */
		writer->cursor += padding;
		return true;
	}

	if ((size_t)(writer->limit - writer->cursor) < padding)
		return false;

	while (padding-- > 0)
		*writer->cursor++ = 0;
	return true;
}

/* Adds a value of fixed length; false when there is no room. */
static inline bool
TuplePutFixed(TupleWriter *writer, size_t alignment, const void *value, size_t length)
{
	if (!TupleAlign(writer, alignment) || (size_t)(writer->limit - writer->cursor) < length)
		return false;
	memcpy(writer->cursor, value, length);
	writer->cursor += length;
	return true;
}

/* Copies a few dozen bytes at most, without a call and without reading past them. */
static inline void
TupleCopyShort(char *to, const char *from, size_t length)
{
	if (length >= 16)
	{
		size_t at = 0;

		for (; at + 16 <= length; at += 16)
			memcpy(to + at, from + at, 16);
		memcpy(to + length - 16, from + length - 16, 16);
	}
	else if (length >= 8)
	{
		memcpy(to, from, 8);
		memcpy(to + length - 8, from + length - 8, 8);
	}
	else if (length >= 4)
	{
		memcpy(to, from, 4);
		memcpy(to + length - 4, from + length - 4, 4);
	}
	else
		for (size_t at = 0; at < length; at++)
			to[at] = from[at];
}

/* Writes a one-byte varlena header: the total length, header included. */
static inline void
TupleShortHeader(char *at, size_t total)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	*at = (char)((total << 1) | 1);
#else
	*at = (char)(total | 0x80);
#endif
}

/* Writes a four-byte varlena header. */
static inline void
TupleLongHeader(char *at, size_t total)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	uint32_t header = (uint32_t)total << 2;
#else
	uint32_t header = (uint32_t)total;
#endif

	memcpy(at, &header, sizeof(header));
}

/*
 * Opens room for a varlena of exactly so many bytes of data, header and
 * alignment done, and returns where they go; NULL when there is none.
 */
static inline char *
TupleOpenVarlena(TupleWriter *writer, bool packable, size_t length)
{
	char *at;

	if (packable && length <= TUPLE_SHORT_MAX)
	{
		if ((size_t)(writer->limit - writer->cursor) < length + 1)
			return NULL;
		TupleShortHeader(writer->cursor, length + 1);
		at = writer->cursor + 1;
	}
	else
	{
		if (!TupleAlign(writer, 4) || (size_t)(writer->limit - writer->cursor) < length + 4)
			return NULL;
		TupleLongHeader(writer->cursor, length + 4);
		at = writer->cursor + 4;
	}

	writer->cursor = at + length;
	writer->varlena = true;

	return at;
}

/* Adds a varlena; false when there is no room. */
static inline bool
TuplePutVarlena(TupleWriter *writer, bool packable, const char *data, size_t length)
{
	char *at = TupleOpenVarlena(writer, packable, length);

	if (at == NULL)
		return false;
	if (length <= TUPLE_SHORT_MAX)
		TupleCopyShort(at, data, length);
	else
		memcpy(at, data, length);
	return true;
}

/* Completes the header; returns the tuple and its length. */
static inline char *
TupleEnd(TupleWriter *writer, const TupleLayout *layout, uint32_t *length)
{
	int header = writer->nulls ? layout->header_nulls : layout->header_plain;
	char *tuple = writer->data - header;
	uint16_t infomask2 = (uint16_t)layout->nattributes;
	uint16_t infomask = (uint16_t)((writer->nulls ? TUPLE_HAS_NULLS : 0) |
								   (writer->varlena ? TUPLE_HAS_VARLENA : 0));

	/* who inserts the tuple fills in what is before the masks */
	memset(tuple, 0, TUPLE_INFOMASK2_AT);
	memcpy(tuple + TUPLE_INFOMASK2_AT, &infomask2, sizeof(infomask2));
	memcpy(tuple + TUPLE_INFOMASK_AT, &infomask, sizeof(infomask));
	tuple[TUPLE_HOFF_AT] = (char)header;
	if (!writer->nulls)
		tuple[TUPLE_HEADER_BYTES] = 0;
	*length = (uint32_t)(writer->cursor - tuple);
	return tuple;
}

#endif /* SPARKIFY_TUPLE_H */
