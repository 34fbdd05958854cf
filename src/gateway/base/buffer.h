/*
 * buffer.h
 *		Bytes on their way: added at the end, consumed from the front.
 */
#ifndef SPARKIFY_GATEWAY_BUFFER_H
#define SPARKIFY_GATEWAY_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Buffer
{
	char *data;
	size_t start; /* what is before it is consumed */
	size_t end;
	size_t size;
} Buffer;

/* Makes room for more bytes behind the end; ends the process when there is no memory. */
extern void BufferReserve(Buffer *buffer, size_t more);

extern void BufferAdd(Buffer *buffer, const void *bytes, size_t length);
extern void BufferAddByte(Buffer *buffer, uint8_t byte);
extern void BufferAddInt16(Buffer *buffer, uint16_t number);
extern void BufferAddInt32(Buffer *buffer, uint32_t number);
/* With its final zero. */
extern void BufferAddString(Buffer *buffer, const char *string);

extern size_t BufferUsed(const Buffer *buffer);
extern char *BufferStart(const Buffer *buffer);
extern void BufferConsume(Buffer *buffer, size_t length);
/*
 * Moves bytes from the front of one to the end of another: nothing is copied where that is all of one and the
 * other is empty.
 */
extern void BufferMove(Buffer *to, Buffer *from, size_t length);
/* Gives the memory of a large and empty buffer back. */
extern void BufferTrim(Buffer *buffer);
extern void BufferFree(Buffer *buffer);

/* A message: type 0 has none; BufferEndMessage writes the length that BufferBeginMessage has left open. */
extern size_t BufferBeginMessage(Buffer *buffer, char type);
extern void BufferEndMessage(Buffer *buffer, size_t message);

/* A number in network order. */
extern uint32_t ReadInt32(const char *bytes);

#endif /* SPARKIFY_GATEWAY_BUFFER_H */
