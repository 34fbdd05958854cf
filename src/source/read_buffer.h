/*
 * read_buffer.h
 *		The part of a stream that a reader is looking at, in one piece.
 *
 *	data            next                     end
 *	 | already used | still to be looked at   | READ_BUFFER_PAD zero bytes
 *
 * ReadBufferMore drops what is before next and reads on behind end, so all
 * pointers into the buffer are void after it, but those the buffer holds.
 */
#ifndef SPARKIFY_READ_BUFFER_H
#define SPARKIFY_READ_BUFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "source/byte_source.h"

#define READ_BUFFER_PAD 64

typedef struct ReadBuffer
{
	ByteSource *source; /* not owned */
	char *data;
	size_t capacity; /* without the pad */
	const char *next;
	const char *end;
	uint64_t offset; /* of data within the stream */
	bool at_end;	 /* the stream has ended at end */
} ReadBuffer;

extern bool ReadBufferInit(ReadBuffer *buffer, Failure *failure);
extern void ReadBufferStart(ReadBuffer *buffer, ByteSource *source);

/*
 * Reads on, as much as fits; doubles the buffer when most of it is still to be
 * looked at, so looking at all of it again after each call stays linear.
 * False at the end of the stream, or with the failure filled in.
 */
extern bool ReadBufferMore(ReadBuffer *buffer, Failure *failure);
extern void ReadBufferFree(ReadBuffer *buffer);

/* How many bytes are still to be looked at. */
static inline size_t
ReadBufferLeft(const ReadBuffer *buffer)
{
	return (size_t)(buffer->end - buffer->next);
}

/* Where in the stream a place in the buffer is. */
static inline uint64_t
ReadBufferOffset(const ReadBuffer *buffer, const char *place)
{
	return buffer->offset + (uint64_t)(place - buffer->data);
}

#endif /* SPARKIFY_READ_BUFFER_H */
