/*
 * row_block.h
 *		Rows on their way from the backend to the threads that format them.
 *
 *	row:	bytes behind this word | a bit a column, set for NULL | values
 *	value:	8 bytes (INTEGER, FLOAT8 ...), 16 (ZonedTime), or a length and bytes
 *
 * Nothing is aligned; values are copied in and out.  The backend fills a block
 * with the functions here, which call nothing of PostgreSQL's and allocate
 * only when a row is larger than what is left.
 */
#ifndef SPARKIFY_ROW_BLOCK_H
#define SPARKIFY_ROW_BLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What may be read behind the last byte of a block (special_bytes.h reads so far). */
#define ROW_BLOCK_PAD 16

typedef struct RowBlock
{
	char *data;
	size_t used;
	size_t capacity; /* without the pad */
	size_t row;		 /* where the row that is being added begins */
	int64_t nrows;
	uint64_t sequence; /* of the block within the unload */
	char *partition;   /* "year=2018/month=11/", or NULL */
	struct RowBlock *next;
} RowBlock;

extern RowBlock *RowBlockCreate(size_t bytes);
extern void RowBlockFree(RowBlock *block);

/* Empties the block, and gives memory back that only a huge row needed. */
extern void RowBlockReset(RowBlock *block, size_t bytes);

/* Makes room for so many more bytes; false when memory ran out. */
extern bool RowBlockGrow(RowBlock *block, size_t bytes);

static inline bool
RowBlockReserve(RowBlock *block, size_t bytes)
{
	return block->capacity - block->used >= bytes || RowBlockGrow(block, bytes);
}

/* Begins a row of so many columns, all not NULL; room must be reserved, as for all below. */
static inline void
RowBlockBeginRow(RowBlock *block, int ncolumns)
{
	size_t bitmap = ((size_t)ncolumns + 7) / 8;

	block->row = block->used;
	memset(block->data + block->used + sizeof(uint32_t), 0, bitmap);
	block->used += sizeof(uint32_t) + bitmap;
}

static inline void
RowBlockAddNull(RowBlock *block, int column)
{
	block->data[block->row + sizeof(uint32_t) + (size_t)(column >> 3)] |= (char)(1 << (column & 7));
}

static inline void
RowBlockAddFixed(RowBlock *block, const void *value, size_t size)
{
	memcpy(block->data + block->used, value, size);
	block->used += size;
}

static inline void
RowBlockAddBytes(RowBlock *block, const char *bytes, uint32_t length)
{
	memcpy(block->data + block->used, &length, sizeof(length));
	memcpy(block->data + block->used + sizeof(length), bytes, length);
	block->used += sizeof(length) + length;
}

static inline void
RowBlockEndRow(RowBlock *block)
{
	uint32_t length = (uint32_t)(block->used - block->row - sizeof(uint32_t));

	memcpy(block->data + block->row, &length, sizeof(length));
	block->nrows++;
}

/* Forgets a row that was begun. */
static inline void
RowBlockDropRow(RowBlock *block)
{
	block->used = block->row;
}

#endif /* SPARKIFY_ROW_BLOCK_H */
