/*
 * row_format.h
 *		Rows of a block as text: delimited, CSV, fixed width or JSON.
 *
 * One formatter belongs to one thread.  Rules: AWS, r_UNLOAD.
 */
#ifndef SPARKIFY_ROW_FORMAT_H
#define SPARKIFY_ROW_FORMAT_H

#include "source/base/failure.h"
#include "source/write/output_plan.h"
#include "source/write/row_block.h"

/* A text that grows at its end. */
typedef struct OutputBuffer
{
	char *data;
	size_t length;
	size_t capacity;
} OutputBuffer;

typedef struct RowFormatter RowFormatter;

/* Begins; keeps the plan. */
extern RowFormatter *RowFormatterBegin(const OutputPlan *plan, Failure *failure);
extern void RowFormatterEnd(RowFormatter *formatter);

/* Appends the line of column names that HEADER asks for. */
extern bool RowFormatterHeader(RowFormatter *formatter, OutputBuffer *out, Failure *failure);

/*
 * Appends the row at *row, with its newline, and moves *row behind it.  False
 * with the failure filled in: memory, or a value that FIXEDWIDTH has no room for.
 */
extern bool RowFormatterRow(RowFormatter *formatter, const char **row, OutputBuffer *out,
							Failure *failure);

/* Makes room for so many more bytes. */
extern bool OutputBufferReserve(OutputBuffer *out, size_t bytes, Failure *failure);
extern void OutputBufferFree(OutputBuffer *out);

#endif /* SPARKIFY_ROW_FORMAT_H */
