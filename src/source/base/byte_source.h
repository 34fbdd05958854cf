/*
 * byte_source.h
 *		A stream of bytes that is read once, from front to back.
 *
 * Streams are composed by wrapping: GunzipOpen(ObjectStoreOpen(...)).  Closing
 * the outer stream closes the inner one.
 */
#ifndef SPARKIFY_BYTE_SOURCE_H
#define SPARKIFY_BYTE_SOURCE_H

#include <stddef.h>
#include <sys/types.h>

#include "source/base/failure.h"

typedef struct ByteSource ByteSource;

struct ByteSource
{
	ssize_t (*read)(ByteSource *source, char *buffer, size_t size, Failure *failure);
	void (*close)(ByteSource *source);
};

/*
 * Reads up to size bytes, waiting for at least one.  Returns how many, 0 at
 * the end and at every call after it, -1 with the failure filled in.  Who asks for no
 * bytes could wait for ever, and gets a failure.
 */
static inline ssize_t
ByteSourceRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	if (size == 0)
	{
		FailureSet(failure, FAILURE_DATA, "a stream was asked for no bytes");
		return -1;
	}

	return source->read(source, buffer, size, failure);
}

/* Releases the stream and everything it wraps; NULL is fine. */
static inline void
ByteSourceClose(ByteSource *source)
{
	if (source != NULL)
		source->close(source);
}

#endif /* SPARKIFY_BYTE_SOURCE_H */
