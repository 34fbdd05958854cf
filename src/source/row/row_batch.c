/*
 * row_batch.c
 *		The arena behind a batch.
 *
 *	base [ tuples, texts, lists ... used | tail: the next tuple is packed here ]
 *	large -> blocks of their own for what a batch without rows has no room for
 *
 * A list that is full moves to twice the room further back; what it leaves
 * behind is lost until the batch is recycled, which costs at most as much as
 * the list itself.
 */
#include "source/row/row_batch.h"

#include <stdlib.h>
#include <string.h>

#define SMALLEST_ARENA ((size_t)16 * 1024)
#define FIRST_ROWS 64
#define FIRST_ENTRIES 8

typedef struct LargeBlock
{
	struct LargeBlock *next;
	uint64_t data[];
} LargeBlock;

struct RowBatchArena
{
	char *base;
	size_t size; /* a multiple of 8, as used is */
	size_t used;
	LargeBlock *large;

	/* entries the lists have room for */
	int rows;
	int rejected;
	int replacements;
	int finished;
	int urls;
};

static size_t
Align8(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

static char *ReserveLarge(RowBatch *batch, size_t size);
static void FreeLarge(struct RowBatchArena *arena);
static void *GrowList(RowBatch *batch, void *list, int count, int *capacity, size_t entry_size);
static const char *OwnText(RowBatch *batch, const char *text);

/* Makes an empty batch of so many bytes; NULL when there is no memory. */
RowBatch *
RowBatchCreate(size_t bytes)
{
	RowBatch *batch = calloc(1, sizeof(RowBatch));
	struct RowBatchArena *arena = calloc(1, sizeof(struct RowBatchArena));

	if (batch != NULL && arena != NULL)
	{
		arena->size = Align8(bytes < SMALLEST_ARENA ? SMALLEST_ARENA : bytes);
		arena->base = malloc(arena->size);
	}

	if (batch == NULL || arena == NULL || arena->base == NULL)
	{
		free(batch);
		free(arena);
		return NULL;
	}

	batch->arena = arena;
	RowBatchReset(batch);

	return batch;
}

/* Empties the batch; what pointed into it is void. */
void
RowBatchReset(RowBatch *batch)
{
	struct RowBatchArena *arena = batch->arena;

	FreeLarge(arena);
	*arena = (struct RowBatchArena){.base = arena->base, .size = arena->size, .rows = FIRST_ROWS};
	*batch = (RowBatch){.arena = arena, .rows = (PackedRow *)arena->base};
	arena->used = Align8(FIRST_ROWS * sizeof(PackedRow));
}

/* Releases the batch; NULL is fine. */
void
RowBatchFree(RowBatch *batch)
{
	if (batch == NULL)
		return;

	FreeLarge(batch->arena);
	free(batch->arena->base);
	free(batch->arena);
	free(batch);
}

/* Claims room; a batch without rows and rejected records always finds some. */
char *
RowBatchReserve(RowBatch *batch, size_t size)
{
	struct RowBatchArena *arena = batch->arena;
	char *room = arena->base + arena->used;

	if (size > arena->size - arena->used)
		return batch->nrows == 0 && batch->nrejected == 0 ? ReserveLarge(batch, size) : NULL;

	arena->used += Align8(size);
	return room;
}

/* Copies bytes into the batch. */
char *
RowBatchCopy(RowBatch *batch, const char *data, size_t size)
{
	char *copy = RowBatchReserve(batch, size);

	if (copy != NULL && size > 0)
		memcpy(copy, data, size);
	return copy;
}

/* Shows the free rest of the batch without claiming it. */
char *
RowBatchTail(RowBatch *batch, size_t *room)
{
	*room = batch->arena->size - batch->arena->used;
	return batch->arena->base + batch->arena->used;
}

/* Appends a row; a tuple that lies in the tail is claimed. */
bool
RowBatchAddRow(RowBatch *batch, const PackedRow *row)
{
	struct RowBatchArena *arena = batch->arena;
	size_t used = arena->used;

	if (row->tuple >= arena->base + used && row->tuple < arena->base + arena->size)
		arena->used = Align8((size_t)(row->tuple - arena->base) + row->length);
	if (batch->nrows >= arena->rows)
	{
		void *rows = GrowList(batch, batch->rows, batch->nrows, &arena->rows, sizeof(PackedRow));

		if (rows == NULL)
		{
			arena->used = used;
			return false;
		}

		batch->rows = rows;
	}

	batch->rows[batch->nrows++] = *row;

	return true;
}

/* Appends a rejected record; its texts have to be in the batch already. */
bool
RowBatchAddRejected(RowBatch *batch, const RejectedRecord *rejected)
{
	RejectedRecord *list = GrowList(batch, batch->rejected, batch->nrejected,
									&batch->arena->rejected, sizeof(RejectedRecord));

	if (list == NULL)
		return false;

	batch->rejected = list;
	list[batch->nrejected++] = *rejected;

	return true;
}

/* Appends a replacement; its text has to be in the batch already. */
bool
RowBatchAddReplacement(RowBatch *batch, const Replacement *replacement)
{
	Replacement *list = GrowList(batch, batch->replacements, batch->nreplacements,
								 &batch->arena->replacements, sizeof(Replacement));

	if (list == NULL)
		return false;

	batch->replacements = list;
	list[batch->nreplacements++] = *replacement;

	return true;
}

/* Appends a finished object; its texts are copied. */
bool
RowBatchAddFinished(RowBatch *batch, const FinishedObject *finished)
{
	const char *url = OwnText(batch, finished->url);
	const char *etag = finished->etag != NULL ? OwnText(batch, finished->etag) : NULL;
	FinishedObject *list = url == NULL ? NULL
									   : GrowList(batch, batch->finished, batch->nfinished,
												  &batch->arena->finished, sizeof(FinishedObject));

	if (list == NULL || (finished->etag != NULL && etag == NULL))
		return false;

	batch->finished = list;
	list[batch->nfinished] = *finished;
	list[batch->nfinished].url = url;
	list[batch->nfinished++].etag = etag;

	return true;
}

/*
 * Names an object, copying the URL.  Objects come in order; naming one twice
 * does nothing, and one that is skipped stays without a name.
 */
bool
RowBatchAddUrl(RowBatch *batch, uint32_t object, const char *url)
{
	const char *copy;

	if (batch->nurls == 0)
		batch->first_object = object;
	else if (object < batch->first_object + (uint32_t)batch->nurls)
		return true;
	copy = OwnText(batch, url);
	if (copy == NULL)
		return false;

	for (;;)
	{
		const char **list =
			GrowList(batch, batch->urls, batch->nurls, &batch->arena->urls, sizeof(const char *));
		bool reached = batch->first_object + (uint32_t)batch->nurls == object;

		if (list == NULL)
			return false;
		batch->urls = list;
		list[batch->nurls++] = reached ? copy : NULL;
		if (reached)
			return true;
	}
}

/* Gives a batch without rows a block of its own for something large. */
static char *
ReserveLarge(RowBatch *batch, size_t size)
{
	LargeBlock *block = malloc(sizeof(LargeBlock) + Align8(size));

	if (block == NULL)
		return NULL;

	block->next = batch->arena->large;
	batch->arena->large = block;
	return (char *)block->data;
}

/* Releases the large blocks. */
static void
FreeLarge(struct RowBatchArena *arena)
{
	while (arena->large != NULL)
	{
		LargeBlock *block = arena->large;

		arena->large = block->next;
		free(block);
	}
}

/* Makes room for one more entry: the list itself, a larger copy of it, or NULL. */
static void *
GrowList(RowBatch *batch, void *list, int count, int *capacity, size_t entry_size)
{
	int larger = *capacity > 0 ? *capacity * 2 : FIRST_ENTRIES;
	void *copy;

	if (count < *capacity)
		return list;

	copy = RowBatchReserve(batch, (size_t)larger * entry_size);
	if (copy == NULL)
		return NULL;
	if (count > 0)
		memcpy(copy, list, (size_t)count * entry_size);
	*capacity = larger;
	return copy;
}

/* A copy of a terminated text in the batch. */
static const char *
OwnText(RowBatch *batch, const char *text)
{
	return RowBatchCopy(batch, text, strlen(text) + 1);
}
