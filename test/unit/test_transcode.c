/*
 * test_transcode.c
 *		Text of other encodings comes out as UTF-8, however it is cut into reads.
 */
#include "source/codec/transcode.h"

#include <stdbool.h>

#include "unit.h"

/* A stream over bytes in memory that gives at most step bytes at a time. */
typedef struct MemorySource
{
	ByteSource base;
	const char *data;
	size_t left;
	size_t step;
} MemorySource;

static ssize_t
MemoryRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	MemorySource *memory = (MemorySource *)source;
	size_t take = memory->left < memory->step ? memory->left : memory->step;

	(void)failure;
	if (take > size)
		take = size;
	memcpy(buffer, memory->data, take);
	memory->data += take;
	memory->left -= take;
	return (ssize_t)take;
}

static void
MemoryClose(ByteSource *source)
{
	free(source);
}

/* Whether the bytes come out as expected, in reads of in_step and out_step bytes; NULL: as FAILURE_ENCODING. */
static bool
Gives(Encoding encoding, const char *data, size_t size, size_t step, const char *expected,
	  size_t expected_size)
{
	MemorySource *memory = calloc(1, sizeof(MemorySource));
	ByteSource *source;
	Failure failure;
	char out[256];
	size_t total = 0;
	ssize_t got;

	*memory = (MemorySource){{MemoryRead, MemoryClose}, data, size, step};
	FailureInit(&failure);
	source = TranscodeOpen(encoding, &memory->base, &failure);
	while ((got = ByteSourceRead(source, out + total, step, &failure)) > 0)
		total += (size_t)got;
	if (got == 0)
		got = ByteSourceRead(source, out + total, step, &failure);
	ByteSourceClose(source);
	if (expected == NULL)
		return got == -1 && failure.code == FAILURE_ENCODING;
	return got == 0 && total == expected_size && memcmp(out, expected, total) == 0;
}

#define GIVES(encoding, data, expected)                                                            \
	(Gives(encoding, data, sizeof(data) - 1, 1, expected, sizeof(expected) - 1) &&                 \
	 Gives(encoding, data, sizeof(data) - 1, 3, expected, sizeof(expected) - 1) &&                 \
	 Gives(encoding, data, sizeof(data) - 1, 64, expected, sizeof(expected) - 1))
#define REFUSES(encoding, data)                                                                    \
	(Gives(encoding, data, sizeof(data) - 1, 1, NULL, 0) &&                                        \
	 Gives(encoding, data, sizeof(data) - 1, 64, NULL, 0))

TEST(WhatFailedOnceFailsAgain)
{
	static char plain[200000], out[65536];
	MemorySource *memory = calloc(1, sizeof(MemorySource));
	ByteSource *source;
	Failure failure;

	/* More than fits into a buffer, and no byte order mark: nothing of it is ever used up. */
	memset(plain, 'x', sizeof(plain));
	*memory = (MemorySource){{MemoryRead, MemoryClose}, plain, sizeof(plain), sizeof(plain)};
	FailureInit(&failure);
	source = TranscodeOpen(ENCODING_UTF16, &memory->base, &failure);
	for (int i = 0; i < 3; i++)
	{
		FailureInit(&failure);
		CHECK_INT(ByteSourceRead(source, out, sizeof(out), &failure), -1);
		CHECK_INT(failure.code, FAILURE_ENCODING);
	}
	FailureInit(&failure);
	CHECK_INT(ByteSourceRead(source, out, 0, &failure), -1);
	CHECK(Failed(&failure));
	ByteSourceClose(source);
}

TEST(Utf16InBothOrdersBecomesUtf8)
{
	CHECK(GIVES(ENCODING_UTF16,
				"\xFF\xFE"
				"a\0\xE9\0\xAC\x20\x3D\xD8\x00\xDE",
				"\xEF\xBB\xBF"
				"a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
	CHECK(GIVES(ENCODING_UTF16, "\xFE\xFF\0a\0\xE9\x20\xAC\xD8\x3D\xDE\x00",
				"\xEF\xBB\xBF"
				"a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
	CHECK(GIVES(ENCODING_UTF16LE, "a\0\xE9\0", "a\xC3\xA9"));
	CHECK(GIVES(ENCODING_UTF16BE, "\0a\0\xE9", "a\xC3\xA9"));
}

TEST(Latin1BecomesUtf8AndUtf8PassesThrough)
{
	CHECK(GIVES(ENCODING_ISO88591, "a\x80\xE9\xFF", "a\xC2\x80\xC3\xA9\xC3\xBF"));
	CHECK(GIVES(ENCODING_UTF8, "a\xE9\xC3\xA9", "a\xE9\xC3\xA9"));
}

TEST(HalfCharactersComeOutAsInvalidBytes)
{
	CHECK(GIVES(ENCODING_UTF16LE, "\x3D\xD8x\0", "\xED\xA0\xBDx"));
	CHECK(GIVES(ENCODING_UTF16LE, "\x3D\xD8\x3D\xD8\x00\xDE", "\xED\xA0\xBD\xF0\x9F\x98\x80"));
	CHECK(GIVES(ENCODING_UTF16LE, "\x00\xDEx\0", "\xED\xB8\x80x"));
	CHECK(GIVES(ENCODING_UTF16LE, "x\0\x3D\xD8", "x\xED\xA0\xBD"));
	CHECK(GIVES(ENCODING_UTF16LE, "x\0y", "x\xFF"));
}

TEST(AnotherEncodingIsRefusedAtOnce)
{
	CHECK(REFUSES(ENCODING_UTF16, "{\"a\":1}"));
	CHECK(REFUSES(ENCODING_UTF16, "{"));
	CHECK(REFUSES(ENCODING_UTF16LE, "\xFE\xFF\0a"));
	CHECK(REFUSES(ENCODING_UTF16BE, "\xFF\xFE"
									"a\0"));
}

TEST(AnEmptyObjectNeedsNoMark)
{
	CHECK(GIVES(ENCODING_UTF16, "", ""));
	CHECK(GIVES(ENCODING_ISO88591, "", ""));
}

int
main(void)
{
	RUN(WhatFailedOnceFailsAgain);
	RUN(Utf16InBothOrdersBecomesUtf8);
	RUN(Latin1BecomesUtf8AndUtf8PassesThrough);
	RUN(HalfCharactersComeOutAsInvalidBytes);
	RUN(AnotherEncodingIsRefusedAtOnce);
	RUN(AnEmptyObjectNeedsNoMark);
	return UnitDone();
}
