/*
 * convert_internal.h
 *		What the converters of the column kinds share: the state of a
 *		conversion, a field's text, and ways to say what became of a value.
 *
 * Private to convert.c and convert_*.c.
 */
#ifndef SPARKIFY_CONVERT_INTERNAL_H
#define SPARKIFY_CONVERT_INTERNAL_H

#include "source/convert/convert.h"
#include "source/convert/datetime_format.h"
#include "source/convert/float_text.h"
#include "source/row/tuple.h"

/* What became of a value. */
typedef enum CellStatus
{
	CELL_VALUE, /* packed */
	CELL_NULL,	/* SQL NULL */
	CELL_REJECTED,
	CELL_FULL /* no room in the batch */
} CellStatus;

typedef struct ColumnSlot ColumnSlot;
typedef CellStatus (*ConvertCell)(RowConverter *converter, const ColumnSlot *slot,
								  const Field *field);

/* A column of the plan, made ready. */
struct ColumnSlot
{
	const ColumnTarget *target;
	ConvertCell convert;
	int column; /* its number in the load */
	int attribute;
	int length;			/* of the attribute: bytes, or -1 */
	size_t alignment;	/* likewise */
	bool packable;		/* takes a one-byte varlena header */
	bool quick_text;	/* ASCII strings go in as they are */
	uint32_t max_bytes; /* the length limit, UINT32_MAX for none */
};

struct RowConverter
{
	/* parameters */
	const RowPlan *plan;
	ConvertOptions options;
	TupleLayout layout;
	ColumnSlot *slots;	 /* one for each column, in the order of the attributes */
	int *slot_of_column; /* the other way round */
	int nslots;
	DatetimeFormats datetime;

	/* working state of a record */
	TupleWriter writer;
	Record *record;
	int *replaced_columns; /* where ACCEPTINVCHARS replaced something; room for all columns */
	int nreplaced;
	char number[FLOAT_TEXT_MAX]; /* the text of a JSON fraction */

	/* memory that grows with the values that need it */
	FloatText float_text;
	char *scratch;
	size_t scratch_size;

	/* accounting */
	int rows_listed; /* rows whose replacements are in a batch's list */
};

/* A value's text: what Redshift makes of it before any type sees it. */
typedef struct CellText
{
	const char *data;
	size_t length;
	bool ascii;
} CellText;

/* The field's text; valid until the next field's. */
extern CellText CellTextOf(RowConverter *converter, const Field *field, FractionText fraction);

/* Fills in the record's error; returns CELL_REJECTED. */
extern CellStatus CellReject(RowConverter *converter, const ColumnSlot *slot, LoadErrorCode code,
							 size_t position, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Rejects a character that is no digit, in Redshift's words. */
extern CellStatus CellRejectDigit(RowConverter *converter, const ColumnSlot *slot, CellText text,
								  size_t position, LoadErrorCode code, const char *type);

/* Remembers that characters of the column were replaced. */
extern void CellReplaced(RowConverter *converter, const ColumnSlot *slot);

/* A buffer of at least so many bytes, kept between values; NULL when there is no memory. */
extern char *CellScratch(RowConverter *converter, size_t size);

/* Whether a byte is white space, in any locale. */
static inline bool
CellIsSpace(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Drops white space at both ends. */
static inline CellText
CellTextTrim(CellText text)
{
	while (text.length > 0 && CellIsSpace(text.data[text.length - 1]))
		text.length--;
	while (text.length > 0 && CellIsSpace(text.data[0]))
	{
		text.data++;
		text.length--;
	}

	return text;
}

/* The cell status of a packing attempt. */
static inline CellStatus
CellPacked(bool packed)
{
	return packed ? CELL_VALUE : CELL_FULL;
}

/* The converters of the column kinds. */
extern CellStatus ConvertBoolean(RowConverter *, const ColumnSlot *, const Field *);
extern CellStatus ConvertInteger(RowConverter *, const ColumnSlot *, const Field *);
extern CellStatus ConvertFloat(RowConverter *, const ColumnSlot *, const Field *);
extern CellStatus ConvertDecimal(RowConverter *, const ColumnSlot *, const Field *);
extern CellStatus ConvertChar(RowConverter *, const ColumnSlot *, const Field *);
extern CellStatus ConvertVarchar(RowConverter *, const ColumnSlot *, const Field *);
extern CellStatus ConvertVarbyte(RowConverter *, const ColumnSlot *, const Field *);
extern CellStatus ConvertServer(RowConverter *, const ColumnSlot *, const Field *);
extern CellStatus ConvertSuper(RowConverter *, const ColumnSlot *, const Field *);
extern CellStatus ConvertDate(RowConverter *, const ColumnSlot *, const Field *);
extern CellStatus ConvertTime(RowConverter *, const ColumnSlot *, const Field *);
extern CellStatus ConvertTimestamp(RowConverter *, const ColumnSlot *, const Field *);

#endif /* SPARKIFY_CONVERT_INTERNAL_H */
