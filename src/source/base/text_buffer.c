/*
 * text_buffer.c
 *		A text that grows.
 */
#include "source/base/text_buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool Reserve(TextBuffer *buffer, size_t more);
static void Wipe(void *bytes, size_t length);

/* Makes an empty text. */
void
TextBufferInit(TextBuffer *buffer)
{
	memset(buffer, 0, sizeof(*buffer));
}

/* Appends a terminated text. */
void
TextBufferAppend(TextBuffer *buffer, const char *text)
{
	TextBufferAppendBytes(buffer, text, strlen(text));
}

/* Appends bytes. */
void
TextBufferAppendBytes(TextBuffer *buffer, const char *bytes, size_t length)
{
	if (!Reserve(buffer, length))
		return;
	memcpy(buffer->data + buffer->length, bytes, length);
	buffer->length += length;
	buffer->data[buffer->length] = '\0';
}

/* Appends what printf would print. */
void
TextBufferPrint(TextBuffer *buffer, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0 || !Reserve(buffer, (size_t)length))
		return;

	va_start(arguments, format);
	vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, arguments);
	va_end(arguments);
	buffer->length += (size_t)length;
}

/* Tells whether all appends so far were kept. */
bool
TextBufferOk(const TextBuffer *buffer)
{
	return !buffer->failed;
}

/* Hands the text over and leaves the buffer empty. */
char *
TextBufferTake(TextBuffer *buffer)
{
	char *text;

	Reserve(buffer, 0);
	if (buffer->failed)
	{
		TextBufferFree(buffer);
		return NULL;
	}

	text = buffer->data;
	TextBufferInit(buffer);

	return text;
}

/* Wipes and releases the text; the buffer is empty again. */
void
TextBufferFree(TextBuffer *buffer)
{
	if (buffer->data != NULL)
		Wipe(buffer->data, buffer->capacity);
	free(buffer->data);
	TextBufferInit(buffer);
}

/* Prints into a text of its own. */
char *
TextPrint(const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0 || (text = malloc((size_t)length + 1)) == NULL)
		return NULL;

	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);

	return text;
}

/* Overwrites and frees a text that may be a secret. */
void
TextWipeAndFree(char *text)
{
	if (text != NULL)
		Wipe(text, strlen(text));
	free(text);
}

/*
 * Makes room for more bytes and a terminator.  Moves by hand instead of with
 * realloc, so that no copy of a secret stays behind.
 */
static bool
Reserve(TextBuffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity > 0 ? buffer->capacity : 256;
	char *data;

	if (buffer->failed)
		return false;
	if (buffer->data != NULL && more < buffer->capacity - buffer->length)
		return true;

	while (capacity - buffer->length <= more && capacity < ((size_t)1 << 40))
		capacity *= 2;
	data = malloc(capacity);
	if (data == NULL)
	{
		buffer->failed = true;
		return false;
	}

	if (buffer->data != NULL)
	{
		memcpy(data, buffer->data, buffer->length + 1);
		Wipe(buffer->data, buffer->capacity);
		free(buffer->data);
	}
	else
		data[0] = '\0';
	buffer->data = data;
	buffer->capacity = capacity;

	return true;
}

/* Zeroes bytes in a way the compiler does not drop. */
static void
Wipe(void *bytes, size_t length)
{
	memset(bytes, 0, length);
	__asm__ __volatile__("" : : "r"(bytes) : "memory");
}
