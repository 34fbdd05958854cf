/*
 * text_buffer.h
 *		A text that grows, for building requests: no size to guess, one check
 *		at the end.
 *
 * Running out of memory sticks: later appends do nothing, and TextBufferOk
 * says so.
 */
#ifndef SPARKIFY_TEXT_BUFFER_H
#define SPARKIFY_TEXT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct TextBuffer
{
	char *data; /* terminated; NULL while empty */
	size_t length;
	size_t capacity;
	bool failed;
} TextBuffer;

extern void TextBufferInit(TextBuffer *buffer);
extern void TextBufferAppend(TextBuffer *buffer, const char *text);
extern void TextBufferAppendBytes(TextBuffer *buffer, const char *bytes, size_t length);
extern void TextBufferPrint(TextBuffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
extern bool TextBufferOk(const TextBuffer *buffer);

/* Hands the text over to the caller, who frees it; NULL when memory ran out. */
extern char *TextBufferTake(TextBuffer *buffer);

/* Wipes and releases the text. */
extern void TextBufferFree(TextBuffer *buffer);

/* A printed text of its own, for the caller to free; NULL when memory ran out. */
extern char *TextPrint(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Overwrites a secret before it is freed, in a way the compiler keeps; NULL is fine. */
extern void TextWipeAndFree(char *text);

#endif /* SPARKIFY_TEXT_BUFFER_H */
