/*
 * row_block.c
 *		The memory of row blocks.
 */
#include "source/write/row_block.h"

#include <stdlib.h>

static bool Resize(RowBlock *block, size_t capacity);

/* Makes an empty block; NULL when memory ran out. */
RowBlock *
RowBlockCreate(size_t bytes)
{
	RowBlock *block = calloc(1, sizeof(*block));

	if (block != NULL && !Resize(block, bytes))
	{
		free(block);
		return NULL;
	}

	return block;
}

/* Releases a block; NULL is fine. */
void
RowBlockFree(RowBlock *block)
{
	if (block == NULL)
		return;
	free(block->data);
	free(block->partition);
	free(block);
}

/* Empties the block. */
void
RowBlockReset(RowBlock *block, size_t bytes)
{
	free(block->partition);
	block->partition = NULL;
	block->used = block->row = 0;
	block->nrows = 0;
	block->next = NULL;
	if (block->capacity > 2 * bytes)
		(void)Resize(block, bytes);
}

/* Makes room for so many more bytes. */
bool
RowBlockGrow(RowBlock *block, size_t bytes)
{
	size_t capacity = block->capacity * 2;

	if (capacity < block->used + bytes)
		capacity = block->used + bytes;
	return Resize(block, capacity);
}

/* Gives the block so much room. */
static bool
Resize(RowBlock *block, size_t capacity)
{
	char *data = realloc(block->data, capacity + ROW_BLOCK_PAD);

	if (data == NULL)
		return false;

	block->data = data;
	block->capacity = capacity;
	return true;
}
