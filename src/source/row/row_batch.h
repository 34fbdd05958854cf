/*
 * row_batch.h
 *		Rows, rejected records and finished objects on their way from a worker
 *		to the backend.
 *
 * A batch is one arena: tuples, texts and lists all live in it, so recycling
 * it is one assignment and its memory is what it was created with.
 */
#ifndef SPARKIFY_ROW_BATCH_H
#define SPARKIFY_ROW_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/read/record.h"

/*
 * A heap tuple, complete from its (zeroed) header on, 8-byte aligned in the
 * batch: t_infomask2, t_infomask, t_hoff and the null bitmap are filled in,
 * the rest of the header is zero.
 */
typedef struct PackedRow
{
	char *tuple;
	uint32_t length; /* bytes, header included */
	uint32_t object; /* number of the object it came from, from 0 */
	uint64_t line;
} PackedRow;

/* The text of a field, for stl_loaderror_detail; data NULL is SQL NULL. */
typedef struct RejectedField
{
	const char *data;
	uint32_t length;
} RejectedField;

typedef struct RejectedRecord
{
	RecordError error;
	uint32_t object;
	uint64_t line;
	uint64_t offset;
	const char *raw; /* clipped to LOAD_RAW_MAX bytes at a character boundary */
	uint32_t raw_length;
	const char *value; /* the offending field's text, clipped likewise; NULL where there is none */
	uint32_t value_length;
	RejectedField *fields; /* the fields up to and with the failing one, or NULL */
	int nfields;
	uint32_t before_row; /* how many rows of this batch come before it */
} RejectedRecord;

#define LOAD_RAW_MAX 1024

/* A value in which ACCEPTINVCHARS replaced characters. */
typedef struct Replacement
{
	uint32_t object;
	uint64_t line;
	int column;
	const char *raw;
	uint32_t raw_length;
} Replacement;

/* An object that was read to its end, or was not there and need not be. */
typedef struct FinishedObject
{
	uint32_t object;
	const char *url;  /* s3://bucket/key, terminated */
	const char *etag; /* as the listing has it, terminated; NULL: it has none */
	int64_t modified; /* likewise; 0: nobody told */
	uint64_t lines;
	uint64_t bytes;		   /* uncompressed */
	uint64_t stored_bytes; /* as stored */
	uint32_t rejected;
	bool missing;
} FinishedObject;

typedef struct RowBatch
{
	PackedRow *rows;
	int nrows;
	RejectedRecord *rejected;
	int nrejected;
	Replacement *replacements;
	int nreplacements;
	uint64_t replaced_rows; /* rows with a replacement, listed or not */
	FinishedObject *finished;
	int nfinished;
	const char **urls; /* of the objects first_object, first_object + 1, ... named in this batch */
	uint32_t first_object;
	int nurls;
	uint64_t bytes; /* read from objects for this batch, for the progress report */

	/* private to row_batch.c */
	struct RowBatchArena *arena;
} RowBatch;

/* Makes an empty batch; NULL when there is no memory. */
extern RowBatch *RowBatchCreate(size_t bytes);
extern void RowBatchReset(RowBatch *batch);
extern void RowBatchFree(RowBatch *batch);

/*
 * Room for size bytes, 8-byte aligned, or NULL when the batch is full; an
 * empty batch grows for a single row larger than itself.
 */
extern char *RowBatchReserve(RowBatch *batch, size_t size);

/* Copies bytes into the batch; NULL when it is full. */
extern char *RowBatchCopy(RowBatch *batch, const char *data, size_t size);

/*
 * The free rest of the batch, 8-byte aligned, not claimed: a tuple may be
 * packed there, and RowBatchAddRow claims it.
 */
extern char *RowBatchTail(RowBatch *batch, size_t *room);

/*
 * Append an entry; false when the batch is full, with no entry added.  URLs
 * are copied; the other texts have to be in the batch (RowBatchCopy).
 */
extern bool RowBatchAddRow(RowBatch *batch, const PackedRow *row);
extern bool RowBatchAddRejected(RowBatch *batch, const RejectedRecord *rejected);
extern bool RowBatchAddReplacement(RowBatch *batch, const Replacement *replacement);
extern bool RowBatchAddFinished(RowBatch *batch, const FinishedObject *finished);
extern bool RowBatchAddUrl(RowBatch *batch, uint32_t object, const char *url);

#endif /* SPARKIFY_ROW_BATCH_H */
