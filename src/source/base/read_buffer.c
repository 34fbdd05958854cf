/*
 * read_buffer.c
 *		A refillable buffer over a ByteSource.
 */
#include "source/base/read_buffer.h"

#include <stdlib.h>
#include <string.h>

/* Small enough to stay in the second-level cache between reading and parsing; fuzzers make it grow with less. */
#ifndef READ_BUFFER_CAPACITY
#define READ_BUFFER_CAPACITY ((size_t)256 * 1024)
#endif

static bool MakeRoom(ReadBuffer *buffer, Failure *failure);
static bool SkipLine(ReadBuffer *buffer, Failure *failure);

/* Makes an empty buffer. */
bool
ReadBufferInit(ReadBuffer *buffer, Failure *failure)
{
	memset(buffer, 0, sizeof(*buffer));
	buffer->data = calloc(1, READ_BUFFER_CAPACITY + READ_BUFFER_PAD);
	if (buffer->data == NULL)
		return FailureNoMemoryFor(failure, "a read buffer");

	buffer->capacity = READ_BUFFER_CAPACITY;
	ReadBufferStart(buffer, NULL);

	return true;
}

/* Empties the buffer and turns it to another stream. */
void
ReadBufferStart(ReadBuffer *buffer, ByteSource *source)
{
	buffer->source = source;
	buffer->next = buffer->end = buffer->data;
	buffer->offset = 0;
	buffer->line = 1;
	buffer->line_open = buffer->begun = false;
	buffer->at_end = source == NULL;
	memset(buffer->data, 0, READ_BUFFER_PAD);
}

/* Drops what was looked at and fills the room behind the rest. */
bool
ReadBufferMore(ReadBuffer *buffer, Failure *failure)
{
	size_t length, before;

	if (buffer->at_end || !MakeRoom(buffer, failure))
		return false;

	before = length = ReadBufferLeft(buffer);
	while (length < buffer->capacity)
	{
		ssize_t got = ByteSourceRead(buffer->source, buffer->data + length,
									 buffer->capacity - length, failure);

		if (got < 0)
			return false;
		if (got == 0)
		{
			buffer->at_end = true;
			break;
		}

		length += (size_t)got;
	}

	buffer->end = buffer->data + length;
	memset(buffer->data + length, 0, READ_BUFFER_PAD);

	return length > before;
}

/* Skips a byte order mark and header lines. */
bool
ReadBufferBegin(ReadBuffer *buffer, uint64_t skip_lines, Failure *failure)
{
	if (buffer->begun)
		return true;
	if (ReadBufferLeft(buffer) < 3)
		ReadBufferMore(buffer, failure);
	if (Failed(failure))
		return false;
	if (ReadBufferLeft(buffer) >= 3 && memcmp(buffer->next, "\xEF\xBB\xBF", 3) == 0)
		buffer->next += 3;
	buffer->begun = true;
	while (skip_lines-- > 0 && SkipLine(buffer, failure))
		;
	return !Failed(failure);
}

/* Releases the buffer's memory; the stream stays the caller's. */
void
ReadBufferFree(ReadBuffer *buffer)
{
	free(buffer->data);
	buffer->data = NULL;
}

/* Moves what is still to be looked at to the front, of a larger buffer if it is much. */
static bool
MakeRoom(ReadBuffer *buffer, Failure *failure)
{
	size_t left = ReadBufferLeft(buffer);
	char *data = buffer->data;

	buffer->offset += (uint64_t)(buffer->next - buffer->data);
	if (left > buffer->capacity / 2)
	{
		data = malloc(2 * buffer->capacity + READ_BUFFER_PAD);
		if (data == NULL)
			return FailureNoMemoryFor(failure, "a read buffer");

		memcpy(data, buffer->next, left);
		free(buffer->data);
		buffer->capacity *= 2;
	}
	else
		memmove(data, buffer->next, left);
	buffer->data = data;
	buffer->next = data;
	buffer->end = data + left;

	return true;
}

/* Skips a line of any length; false at the end or on a failure. */
static bool
SkipLine(ReadBuffer *buffer, Failure *failure)
{
	for (;;)
	{
		const char *newline = memchr(buffer->next, '\n', ReadBufferLeft(buffer));

		if (newline != NULL)
		{
			ReadBufferMove(buffer, newline + 1, 1);
			return true;
		}

		if (ReadBufferLeft(buffer) > 0)
			ReadBufferMove(buffer, buffer->end, 0);
		if (!ReadBufferMore(buffer, failure))
			return false;
	}
}
