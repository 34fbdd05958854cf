/*
 * failure.c
 *		Setting a Failure: the first one wins, texts are clipped.
 */
#include "source/base/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "source/base/utf8.h"

#define OUT_OF_MEMORY "out of memory"

static void FormatClipped(char *buffer, size_t size, const char *format, va_list arguments)
	__attribute__((format(printf, 3, 0)));

/* Makes a failure that says nothing has failed. */
void
FailureInit(Failure *failure)
{
	failure->code = FAILURE_NONE;
	failure->message[0] = failure->detail[0] = failure->hint[0] = '\0';
}

/* Says what failed, unless something had failed before; detail and hint start empty. */
void
FailureSet(Failure *failure, FailureCode code, const char *format, ...)
{
	va_list arguments;

	if (Failed(failure))
		return;

	failure->code = code;
	failure->detail[0] = failure->hint[0] = '\0';
	va_start(arguments, format);
	FormatClipped(failure->message, sizeof(failure->message), format, arguments);
	va_end(arguments);
}

/* Says that memory ran out. */
bool
FailureNoMemory(Failure *failure)
{
	FailureSet(failure, FAILURE_MEMORY, OUT_OF_MEMORY);
	return false;
}

/* Says that memory ran out, and for what. */
bool
FailureNoMemoryFor(Failure *failure, const char *format, ...)
{
	char what[FAILURE_MESSAGE_MAX];
	va_list arguments;

	va_start(arguments, format);
	FormatClipped(what, sizeof(what), format, arguments);
	va_end(arguments);
	FailureSet(failure, FAILURE_MEMORY, OUT_OF_MEMORY " for %s", what);

	return false;
}

/* Adds the detail, unless there is one. */
void
FailureDetail(Failure *failure, const char *format, ...)
{
	va_list arguments;

	if (failure->detail[0] != '\0')
		return;

	va_start(arguments, format);
	FormatClipped(failure->detail, sizeof(failure->detail), format, arguments);
	va_end(arguments);
}

/* Adds the hint, unless there is one. */
void
FailureHint(Failure *failure, const char *format, ...)
{
	va_list arguments;

	if (failure->hint[0] != '\0')
		return;

	va_start(arguments, format);
	FormatClipped(failure->hint, sizeof(failure->hint), format, arguments);
	va_end(arguments);
}

/* Formats into the buffer; what is too long ends before the UTF-8 character that doesn't fit. */
static void
FormatClipped(char *buffer, size_t size, const char *format, va_list arguments)
{
	if (vsnprintf(buffer, size, format, arguments) >= (int)size)
		buffer[Utf8Whole(buffer, strlen(buffer))] = '\0';
}
