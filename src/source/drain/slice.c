/*
 * slice.c
 *		A slice of an unload.
 *
 *	block -> rows -> text -> packed -> object, the next one when it is full
 *
 * MAXFILESIZE counts the bytes of the object.  What a compressor still holds
 * isn't known, so a packed object ends with room to spare for it.
 */
#include "source/drain/slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/base/text_buffer.h"
#include "source/write/row_format.h"

/* So much text goes to the compressor or the store at once. */
#define CHUNK_BYTES ((size_t)128 * 1024)

/* What a compressor may hold back: bzip2's block is the largest. */
#define PACKED_MARGIN (1024 * 1024)

struct Slice
{
	/* parameters */
	const DrainConfig *config;
	int number;
	const WritePermit *permit;

	/* working state */
	RowFormatter *formatter;
	Deflater *deflater;
	OutputBuffer text;
	char *partition; /* of the object under way, or NULL */
	int part;		 /* number of the next object */
	ObjectWriter *writer;
	int64_t fed; /* bytes of text since packed ones came out */

	SliceObject *objects;
	int nobjects;
	int room;
};

static bool TakePacked(void *context, const char *bytes, size_t length, Failure *failure);
static bool ChangePartition(Slice *slice, const char *partition, Failure *failure);
static bool TakeRow(Slice *slice, const char **row, Failure *failure);
static bool IsFull(const Slice *slice);
static bool BeginObject(Slice *slice, Failure *failure);
static bool AddObject(Slice *slice, ObjectWriter *writer, Failure *failure);
static char *NameObject(const Slice *slice);
static bool Flush(Slice *slice, size_t length, Failure *failure);
static bool FinishObject(Slice *slice, Failure *failure);

/* Begins a slice. */
Slice *
SliceBegin(const DrainConfig *config, int number, const WritePermit *permit, Failure *failure)
{
	Slice *slice = calloc(1, sizeof(*slice));

	if (slice == NULL)
	{
		(void)FailureNoMemory(failure);
		return NULL;
	}

	slice->config = config;
	slice->number = number;
	slice->permit = permit;
	slice->formatter = RowFormatterBegin(config->plan, failure);
	slice->deflater = DeflaterBegin(config->compression, TakePacked, slice, failure);
	if (slice->formatter == NULL || slice->deflater == NULL)
	{
		SliceEnd(slice);
		return NULL;
	}

	return slice;
}

/* Writes rows. */
bool
SliceTake(Slice *slice, const RowBlock *block, Failure *failure)
{
	const char *row = block->data, *end = block->data + block->used;

	if (block->partition != NULL && !ChangePartition(slice, block->partition, failure))
		return false;

	while (row < end)
		if (!TakeRow(slice, &row, failure))
			return false;
	return true;
}

/* Ends the slice's work. */
bool
SliceFinish(Slice *slice, bool at_least_one, Failure *failure)
{
	if (at_least_one && slice->nobjects == 0 && !BeginObject(slice, failure))
		return false;
	return FinishObject(slice, failure);
}

/* Hands out the objects. */
int
SliceObjects(const Slice *slice, const SliceObject **objects)
{
	*objects = slice->objects;
	return slice->nobjects;
}

/* Releases everything; NULL is fine. */
void
SliceEnd(Slice *slice)
{
	if (slice == NULL)
		return;

	for (int i = 0; i < slice->nobjects; i++)
		ObjectWriterClose(slice->objects[i].writer);
	RowFormatterEnd(slice->formatter);
	DeflaterEnd(slice->deflater);
	OutputBufferFree(&slice->text);
	free(slice->objects);
	free(slice->partition);
	free(slice);
}

/* Takes bytes from the compressor. */
static bool
TakePacked(void *context, const char *bytes, size_t length, Failure *failure)
{
	Slice *slice = context;

	slice->fed = 0;
	slice->objects[slice->nobjects - 1].bytes += (int64_t)length;
	return ObjectWriterWrite(slice->writer, bytes, length, failure);
}

/* Ends the object of another partition; numbers begin anew in each. */
static bool
ChangePartition(Slice *slice, const char *partition, Failure *failure)
{
	if (slice->partition != NULL && strcmp(slice->partition, partition) == 0)
		return true;
	if (!FinishObject(slice, failure))
		return false;

	free(slice->partition);
	slice->partition = strdup(partition);
	slice->part = 0;
	if (slice->partition == NULL)
		(void)FailureNoMemory(failure);
	return slice->partition != NULL;
}

/* Writes a row, to the next object if this one is full with it. */
static bool
TakeRow(Slice *slice, const char **row, Failure *failure)
{
	size_t begin;

	/* no object before its first row: a slice without rows makes none */
	if (slice->writer == NULL && !BeginObject(slice, failure))
		return false;

	begin = slice->text.length;
	if (!RowFormatterRow(slice->formatter, row, &slice->text, failure))
		return false;

	/* an object holds one row at least, whatever its size; without that nothing would ever fit */
	if (IsFull(slice) &&
		slice->objects[slice->nobjects - 1].rows > (slice->config->plan->header ? 1 : 0))
	{
		/* the size of a row is known only when it has been written, so it is moved afterwards */
		OutputBuffer last = {0};
		size_t length = slice->text.length - begin;

		/* the row itself goes behind the next object's header */
		if (!OutputBufferReserve(&last, length, failure))
			return false;
		memcpy(last.data, slice->text.data + begin, length);
		slice->text.length = begin;
		if (!FinishObject(slice, failure) || !BeginObject(slice, failure) ||
			!OutputBufferReserve(&slice->text, length, failure))
		{
			OutputBufferFree(&last);
			return false;
		}

		memcpy(slice->text.data + slice->text.length, last.data, length);
		slice->text.length += length;
		OutputBufferFree(&last);
	}

	slice->objects[slice->nobjects - 1].rows++;

	/* larger chunks spare calls of the compressor */
	return slice->text.length < CHUNK_BYTES || Flush(slice, slice->text.length, failure);
}

/* Whether the object with all text at hand may be larger than it should. */
static bool
IsFull(const Slice *slice)
{
	int64_t bytes = slice->objects[slice->nobjects - 1].bytes + (int64_t)slice->text.length;

	if (slice->config->compression != COMPRESSION_NONE)
		bytes += slice->fed + PACKED_MARGIN;
	return bytes > slice->config->object_limit;
}

/* Begins an object, with its header. */
static bool
BeginObject(Slice *slice, Failure *failure)
{
	char *key = NameObject(slice);
	ObjectWriter *writer;

	if (key == NULL)
		return FailureNoMemory(failure);

	writer = ObjectStoreCreate(slice->config->store, key, slice->permit, failure);
	free(key);
	if (writer == NULL || !AddObject(slice, writer, failure))
		return false;

	slice->writer = writer;
	slice->part++;
	slice->fed = 0;
	if (!slice->config->plan->header)
		return true;

	slice->objects[slice->nobjects - 1].rows++;

	return RowFormatterHeader(slice->formatter, &slice->text, failure);
}

/* Notes an object; takes the writer over, also when it fails. */
static bool
AddObject(Slice *slice, ObjectWriter *writer, Failure *failure)
{
	if (slice->nobjects == slice->room)
	{
		int room = slice->room > 0 ? 2 * slice->room : 16;
		SliceObject *objects = realloc(slice->objects, (size_t)room * sizeof(*objects));

		if (objects == NULL)
		{
			(void)FailureNoMemory(failure);
			ObjectWriterClose(writer);
			return false;
		}

		slice->objects = objects;
		slice->room = room;
	}

	slice->objects[slice->nobjects++] = (SliceObject){.writer = writer};

	return true;
}

/* The key of the next object (AWS: r_UNLOAD, the TO clause and PARALLEL). */
static char *
NameObject(const Slice *slice)
{
	const DrainConfig *config = slice->config;
	const char *partition = slice->partition != NULL ? slice->partition : "";

	if (!config->parallel)
		return TextPrint("%s%s%03d%s", config->prefix, partition, slice->part, config->suffix);

	return TextPrint("%s%s%04d_part_%02d%s", config->prefix, partition, slice->number, slice->part,
					 config->suffix);
}

/* Hands the text so far to the compressor. */
static bool
Flush(Slice *slice, size_t length, Failure *failure)
{
	slice->text.length = 0;
	slice->fed += (int64_t)length;
	return DeflaterWrite(slice->deflater, slice->text.data, length, failure);
}

/* Ends the object under way, if there is one. */
static bool
FinishObject(Slice *slice, Failure *failure)
{
	ObjectWriter *writer = slice->writer;

	if (writer == NULL)
		return true;
	if ((slice->text.length > 0 && !Flush(slice, slice->text.length, failure)) ||
		!DeflaterFinish(slice->deflater, failure))
		return false;

	slice->writer = NULL;

	return ObjectWriterStage(writer, failure);
}
