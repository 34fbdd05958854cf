/*
 * buffer.c
 *		Bytes on their way: added at the end, consumed from the front.
 */
#include "gateway/base/buffer.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/base/memory.h"

#define KEPT_SIZE (128 * 1024)

void
BufferReserve(Buffer *buffer, size_t more)
{
	size_t used = buffer->end - buffer->start;

	if (buffer->size - buffer->end >= more)
		return;

	/* what has been consumed makes room first: a relay's buffer then needn't grow */
	if (buffer->start > 0)
	{
		memmove(buffer->data, buffer->data + buffer->start, used);
		buffer->start = 0;
		buffer->end = used;
	}

	if (buffer->size - buffer->end < more)
	{
		size_t size = buffer->size * 2 > used + more ? buffer->size * 2 : used + more;

		buffer->data = Allocated(realloc(buffer->data, size));
		buffer->size = size;
	}
}

void
BufferAdd(Buffer *buffer, const void *bytes, size_t length)
{
	if (length == 0)
		return;
	BufferReserve(buffer, length);
	memcpy(buffer->data + buffer->end, bytes, length);
	buffer->end += length;
}

void
BufferAddByte(Buffer *buffer, uint8_t byte)
{
	BufferAdd(buffer, &byte, 1);
}

void
BufferAddInt16(Buffer *buffer, uint16_t number)
{
	number = htons(number);
	BufferAdd(buffer, &number, sizeof(number));
}

void
BufferAddInt32(Buffer *buffer, uint32_t number)
{
	number = htonl(number);
	BufferAdd(buffer, &number, sizeof(number));
}

void
BufferAddString(Buffer *buffer, const char *string)
{
	BufferAdd(buffer, string, strlen(string) + 1);
}

size_t
BufferUsed(const Buffer *buffer)
{
	return buffer->end - buffer->start;
}

char *
BufferStart(const Buffer *buffer)
{
	return buffer->data + buffer->start;
}

void
BufferConsume(Buffer *buffer, size_t length)
{
	buffer->start += length;
	if (buffer->start == buffer->end)
		buffer->start = buffer->end = 0;
}

void
BufferMove(Buffer *to, Buffer *from, size_t length)
{
	if (BufferUsed(to) == 0 && BufferUsed(from) == length)
	{
		Buffer empty = *to;

		*to = *from;
		*from = empty;
		from->start = from->end = 0;
		return;
	}
	BufferAdd(to, BufferStart(from), length);
	BufferConsume(from, length);
}

void
BufferTrim(Buffer *buffer)
{
	if (BufferUsed(buffer) == 0 && buffer->size > KEPT_SIZE)
		BufferFree(buffer);
}

void
BufferFree(Buffer *buffer)
{
	free(buffer->data);
	memset(buffer, 0, sizeof(*buffer));
}

size_t
BufferBeginMessage(Buffer *buffer, char type)
{
	if (type != 0)
		BufferAddByte(buffer, type);
	BufferAddInt32(buffer, 0);
	return BufferUsed(buffer) - sizeof(uint32_t);
}

void
BufferEndMessage(Buffer *buffer, size_t message)
{
	uint32_t length = htonl((uint32_t)(BufferUsed(buffer) - message));

	memcpy(BufferStart(buffer) + message, &length, sizeof(length));
}

uint32_t
ReadInt32(const char *bytes)
{
	uint32_t number;

	memcpy(&number, bytes, sizeof(number));
	return ntohl(number);
}
