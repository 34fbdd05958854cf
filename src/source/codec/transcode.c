/*
 * transcode.c
 *		UTF-16 and ISO 8859-1 into UTF-8.
 *
 *	inner -> in (whole code units are used, the rest waits) -> out -> the caller
 */
#include "source/codec/transcode.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/base/utf8.h"

#define IN_SIZE 16384
#define OUT_SIZE (2 * IN_SIZE + 16) /* ISO 8859-1 doubles at most, UTF-16 grows by half */

typedef struct Transcoder
{
	ByteSource base;
	ByteSource *inner;
	Encoding encoding;

	/* working state */
	bool big_endian;
	bool begun; /* the first code unit was looked at */
	bool at_end;
	Failure ending; /* why there will be no more bytes: what failed once fails again */
	uint32_t high;	/* a high surrogate that waits for its other half, or 0 */
	size_t in_length;
	size_t out_next;
	size_t out_length;
	unsigned char in[IN_SIZE];
	unsigned char out[OUT_SIZE];
} Transcoder;

static ssize_t TranscodeRead(ByteSource *source, char *buffer, size_t size, Failure *failure);
static void TranscodeClose(ByteSource *source);
static bool Fill(Transcoder *transcoder, Failure *failure);
static bool CheckBeginning(Transcoder *transcoder, Failure *failure);
static void TakeUtf16(Transcoder *transcoder);
static void TakeUnit(Transcoder *transcoder, uint32_t unit);
static void TakeLatin1(Transcoder *transcoder);
static void TakeEnd(Transcoder *transcoder);
static void Put(Transcoder *transcoder, uint32_t code);
static void PutByte(Transcoder *transcoder, uint32_t byte);

/* Wraps a stream. */
ByteSource *
TranscodeOpen(Encoding encoding, ByteSource *inner, Failure *failure)
{
	Transcoder *transcoder;

	if (encoding == ENCODING_UTF8 || inner == NULL)
		return inner;

	transcoder = malloc(sizeof(Transcoder));
	if (transcoder == NULL)
	{
		(void)FailureNoMemory(failure);
		ByteSourceClose(inner);
		return NULL;
	}

	memset(transcoder, 0, offsetof(Transcoder, in));
	FailureInit(&transcoder->ending);
	transcoder->base = (ByteSource){TranscodeRead, TranscodeClose};
	transcoder->inner = inner;
	transcoder->encoding = encoding;
	transcoder->big_endian = encoding == ENCODING_UTF16BE;

	return &transcoder->base;
}

/* Hands out what is transcoded, after transcoding more when nothing is left. */
static ssize_t
TranscodeRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	Transcoder *transcoder = (Transcoder *)source;
	size_t left;

	while (transcoder->out_next == transcoder->out_length)
	{
		if (transcoder->at_end)
			return 0;
		if (!Failed(&transcoder->ending) && Fill(transcoder, &transcoder->ending))
			continue;
		*failure = transcoder->ending;
		return -1;
	}

	left = transcoder->out_length - transcoder->out_next;
	if (left > size)
		left = size;
	memcpy(buffer, transcoder->out + transcoder->out_next, left);
	transcoder->out_next += left;

	return (ssize_t)left;
}

/* Closes the inner stream too. */
static void
TranscodeClose(ByteSource *source)
{
	ByteSourceClose(((Transcoder *)source)->inner);
	free(source);
}

/* Reads once and transcodes the whole code units; false on a failure. */
static bool
Fill(Transcoder *transcoder, Failure *failure)
{
	ssize_t got = ByteSourceRead(transcoder->inner, (char *)transcoder->in + transcoder->in_length,
								 IN_SIZE - transcoder->in_length, failure);

	if (got < 0)
		return false;

	transcoder->in_length += (size_t)got;
	transcoder->at_end = got == 0;
	transcoder->out_next = transcoder->out_length = 0;
	if (transcoder->encoding == ENCODING_ISO88591)
	{
		TakeLatin1(transcoder);
		return true;
	}

	if (!transcoder->begun && !CheckBeginning(transcoder, failure))
		return false;

	TakeUtf16(transcoder);
	if (transcoder->at_end)
		TakeEnd(transcoder);
	return true;
}

/* Looks at the byte order mark; it is passed on, the readers skip it.  An empty object needs none. */
static bool
CheckBeginning(Transcoder *transcoder, Failure *failure)
{
	bool little, big;

	/* two bytes make a mark; with fewer, and more to come, there is nothing to judge yet */
	if (transcoder->in_length < 2 && !(transcoder->at_end && transcoder->in_length == 1))
		return true;

	transcoder->begun = true;
	little = transcoder->in_length >= 2 && memcmp(transcoder->in, "\xFF\xFE", 2) == 0;
	big = transcoder->in_length >= 2 && memcmp(transcoder->in, "\xFE\xFF", 2) == 0;

	/* UTF16 without a named order has to have the mark: nothing else says which order it is */
	if (transcoder->encoding == ENCODING_UTF16)
	{
		transcoder->big_endian = big;
		if (little || big)
			return true;
		FailureSet(failure, FAILURE_ENCODING,
				   "File encoding is not UTF16: it has no byte order mark");
		return false;
	}

	/* a named order may go without a mark, but not with the other's */
	if (transcoder->big_endian ? !little : !big)
		return true;

	FailureSet(failure, FAILURE_ENCODING,
			   "File encoding is not UTF16%s: its byte order is the other",
			   transcoder->big_endian ? "BE" : "LE");
	return false;
}

/* Transcodes the whole code units of UTF-16; an odd byte waits for the next read. */
static void
TakeUtf16(Transcoder *transcoder)
{
	const unsigned char *in = transcoder->in;
	size_t whole = transcoder->begun ? transcoder->in_length & ~(size_t)1 : 0;

	for (size_t i = 0; i < whole; i += 2)
		TakeUnit(transcoder, transcoder->big_endian ? (uint32_t)in[i] << 8 | in[i + 1]
													: (uint32_t)in[i + 1] << 8 | in[i]);
	transcoder->in_length -= whole;
	memmove(transcoder->in, in + whole, transcoder->in_length);
}

/* Adds a code unit: surrogates are joined; one that is alone keeps its value, which is not valid in UTF-8. */
static void
TakeUnit(Transcoder *transcoder, uint32_t unit)
{
	uint32_t high = transcoder->high;

	transcoder->high = 0;
	if (high != 0 && unit >= 0xDC00 && unit <= 0xDFFF)
	{
		Put(transcoder, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
		return;
	}

	if (high != 0)
		Put(transcoder, high);
	if (unit >= 0xD800 && unit <= 0xDBFF)
		transcoder->high = unit;
	else
		Put(transcoder, unit);
}

/* Transcodes ISO 8859-1: its bytes are the first 256 code points. */
static void
TakeLatin1(Transcoder *transcoder)
{
	for (size_t i = 0; i < transcoder->in_length; i++)
		Put(transcoder, transcoder->in[i]);
	transcoder->in_length = 0;
}

/* Passes on what is left at the end: half a pair, half a code unit as a byte that no UTF-8 has. */
static void
TakeEnd(Transcoder *transcoder)
{
	if (transcoder->high != 0)
		Put(transcoder, transcoder->high);
	if (transcoder->in_length > 0)
		PutByte(transcoder, 0xFF);
	transcoder->high = 0;
	transcoder->in_length = 0;
}

/* Adds a code point in UTF-8's form, surrogates too. */
static void
Put(Transcoder *transcoder, uint32_t code)
{
	transcoder->out_length +=
		(size_t)Utf8Encode(code, (char *)transcoder->out + transcoder->out_length);
}

/* Adds a byte. */
static void
PutByte(Transcoder *transcoder, uint32_t byte)
{
	transcoder->out[transcoder->out_length++] = (unsigned char)byte;
}
