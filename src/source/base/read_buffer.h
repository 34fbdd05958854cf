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

#include "source/base/byte_source.h"

#define READ_BUFFER_PAD 64

typedef struct ReadBuffer
{
	ByteSource *source; /* not owned */
	char *data;
	size_t capacity; /* without the pad */
	const char *next;
	const char *end;
	uint64_t offset; /* of data within the stream */
	uint64_t line;	 /* of next, from 1 */
	bool line_open;	 /* next is not at the beginning of a line */
	bool begun;		 /* ReadBufferBegin has done its work */
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

/*
 * Skips what comes before the first record: a byte order mark and the lines of
 * IGNOREHEADER.  False on a failure.
 */
extern bool ReadBufferBegin(ReadBuffer *buffer, uint64_t skip_lines, Failure *failure);

/* Goes on behind a place after next, with so many newlines on the way. */
static inline void
ReadBufferMove(ReadBuffer *buffer, const char *place, uint64_t newlines)
{
	buffer->line += newlines;
	buffer->line_open = place[-1] != '\n';
	buffer->next = place;
}

/* How many lines end before next, the last with or without a newline. */
static inline uint64_t
ReadBufferLines(const ReadBuffer *buffer)
{
	return buffer->line - (buffer->line_open ? 0 : 1);
}

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
