/*
 * test_inflate.c
 *		Packed streams come out whole, or say why not.
 */
#include "source/codec/inflate.h"

#include <stdbool.h>

#include <bzlib.h>
#include <zlib.h>
#include <zstd.h>

#include "unit.h"

#define TEXT_SIZE 700000

/* A stream over bytes in memory that gives at most step bytes at a time. */
typedef struct MemorySource
{
	ByteSource base;
	const char *data;
	size_t left;
	size_t step;
	bool *closed;
} MemorySource;

static const struct
{
	Compression compression;
	const char *name;
} formats[] = {
	{COMPRESSION_GZIP, "gzip"}, {COMPRESSION_BZIP2, "bzip2"}, {COMPRESSION_ZSTD, "zstd"}};

static char text[TEXT_SIZE];
static char packed[3][2 * TEXT_SIZE];
static size_t packed_size[3];

static ssize_t
MemoryRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	MemorySource *memory = (MemorySource *)source;
	size_t take = memory->left;

	if (take > size)
		take = size;
	if (take > memory->step)
		take = memory->step;
	memcpy(buffer, memory->data, take);
	memory->data += take;
	memory->left -= take;
	return (ssize_t)take;
}

static void
MemoryClose(ByteSource *source)
{
	*((MemorySource *)source)->closed = true;
	free(source);
}

/* Unpacks; returns the bytes read before the end or the failure, and checks that all is closed. */
static size_t
Unpack(Compression compression, const char *data, size_t size, size_t step, size_t room, char *out,
	   Failure *failure)
{
	MemorySource *memory = malloc(sizeof(MemorySource));
	bool closed = false;
	ByteSource *source;
	size_t total = 0;
	ssize_t got;

	*memory = (MemorySource){{MemoryRead, MemoryClose}, data, size, step, &closed};
	FailureInit(failure);
	source = InflateOpen(compression, 0, &memory->base, failure);
	while ((got = ByteSourceRead(source, out + total, room, failure)) > 0)
		total += (size_t)got;
	if (got == 0)
		CHECK_INT(ByteSourceRead(source, out + total, room, failure), 0);
	ByteSourceClose(source);
	CHECK(closed);
	return total;
}

/* Fills the text with lines that pack well but not to nothing, and packs it each way. */
static void
Prepare(void)
{
	unsigned int seed = 7, n;
	z_stream stream = {0};

	for (int i = 0; i < TEXT_SIZE; i++)
	{
		seed = seed * 1103515245 + 12345;
		text[i] = i % 40 == 39 ? '\n' : "abcdefgh\"{}:, 01"[(seed >> 16) % 16];
	}
	deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
	stream.next_in = (Bytef *)text;
	stream.avail_in = TEXT_SIZE;
	stream.next_out = (Bytef *)packed[0];
	stream.avail_out = sizeof(packed[0]);
	deflate(&stream, Z_FINISH);
	packed_size[0] = stream.total_out;
	deflateEnd(&stream);
	n = sizeof(packed[1]);
	BZ2_bzBuffToBuffCompress(packed[1], &n, text, TEXT_SIZE, 9, 0, 0);
	packed_size[1] = n;
	packed_size[2] = ZSTD_compress(packed[2], sizeof(packed[2]), text, TEXT_SIZE, 3);
}

TEST(EveryFormatUnpacksAtAnyReadSize)
{
	static const size_t steps[] = {1, 7, 4096, 1 << 20}, rooms[] = {1, 13, 65536, TEXT_SIZE};
	static char out[TEXT_SIZE + 65536];
	Failure failure;

	for (int f = 0; f < 3; f++)
		for (int s = 0; s < 4; s++)
			for (int r = 0; r < 4; r++)
			{
				size_t got = Unpack(formats[f].compression, packed[f], packed_size[f], steps[s],
									rooms[r], out, &failure);

				CHECK_INT(got, TEXT_SIZE);
				CHECK(memcmp(out, text, TEXT_SIZE) == 0);
				CHECK(!Failed(&failure));
			}
}

TEST(SeveralMembersAreOneStream)
{
	static char twice[4 * TEXT_SIZE], out[2 * TEXT_SIZE + 65536];
	Failure failure;

	for (int f = 0; f < 3; f++)
	{
		memcpy(twice, packed[f], packed_size[f]);
		memcpy(twice + packed_size[f], packed[f], packed_size[f]);
		CHECK_INT(
			Unpack(formats[f].compression, twice, 2 * packed_size[f], 4096, 65536, out, &failure),
			2 * TEXT_SIZE);
		CHECK(memcmp(out + TEXT_SIZE, text, TEXT_SIZE) == 0);
		CHECK(!Failed(&failure));
	}
}

TEST(ATruncatedMemberFailsWhereverItEnds)
{
	static char out[TEXT_SIZE + 65536];
	Failure failure;
	char want[64];

	for (int f = 0; f < 3; f++)
		for (size_t cut = 1; cut < packed_size[f]; cut += cut < 64 ? 1 : packed_size[f] / 31)
		{
			size_t got = Unpack(formats[f].compression, packed[f], cut, 4096, 65536, out, &failure);

			snprintf(want, sizeof(want), "the %s data is cut off", formats[f].name);
			CHECK_INT(failure.code, FAILURE_DATA);
			CHECK_STR(failure.message, want);
			CHECK(memcmp(out, text, got) == 0);
		}
	for (int f = 0; f < 3; f++)
	{
		Unpack(formats[f].compression, packed[f], packed_size[f] - 1, 1 << 20, 1 << 20, out,
			   &failure);
		CHECK_INT(failure.code, FAILURE_DATA);
	}
}

TEST(BytesBehindTheLastMemberFailAfterItsData)
{
	static char more[2 * TEXT_SIZE + 16], out[TEXT_SIZE + 65536];
	Failure failure;
	char want[80];

	for (int f = 0; f < 3; f++)
	{
		memcpy(more, packed[f], packed_size[f]);
		memcpy(more + packed_size[f], "garbage!", 8);
		CHECK_INT(
			Unpack(formats[f].compression, more, packed_size[f] + 8, 4096, 65536, out, &failure),
			TEXT_SIZE);
		snprintf(want, sizeof(want), "bytes that are not %s data follow the %s data",
				 formats[f].name, formats[f].name);
		CHECK_STR(failure.message, want);
	}
}

TEST(PlainBytesAreNotPackedData)
{
	static char out[65536];
	Failure failure;
	char want[64];

	for (int f = 0; f < 3; f++)
	{
		CHECK_INT(Unpack(formats[f].compression, "{\"a\": 1}\n{\"a\": 2}\n", 18, 4096, 65536, out,
						 &failure),
				  0);
		snprintf(want, sizeof(want), "the object is not %s data", formats[f].name);
		CHECK_INT(failure.code, FAILURE_DATA);
		CHECK_STR(failure.message, want);
		CHECK(failure.hint[0] != '\0');
	}
}

TEST(DamagedDataFailsTheChecksum)
{
	static char bad[2 * TEXT_SIZE], out[TEXT_SIZE + 65536];
	Failure failure;

	for (int f = 0; f < 2; f++) /* ZSTD_compress writes no checksum */
	{
		memcpy(bad, packed[f], packed_size[f]);
		bad[packed_size[f] / 2] ^= 0x10;
		Unpack(formats[f].compression, bad, packed_size[f], 4096, 65536, out, &failure);
		CHECK_INT(failure.code, FAILURE_DATA);
	}
}

TEST(AnObjectWithoutBytesIsAnEmptyStream)
{
	char out[64];
	Failure failure;

	for (int f = 0; f < 3; f++)
	{
		CHECK_INT(Unpack(formats[f].compression, "", 0, 4096, sizeof(out), out, &failure), 0);
		CHECK(!Failed(&failure));
	}
}

TEST(NoCompressionIsTheInnerStreamItself)
{
	ByteSource inner;
	Failure failure;

	FailureInit(&failure);
	CHECK(InflateOpen(COMPRESSION_NONE, 0, &inner, &failure) == &inner);
}

int
main(void)
{
	Prepare();
	RUN(EveryFormatUnpacksAtAnyReadSize);
	RUN(SeveralMembersAreOneStream);
	RUN(ATruncatedMemberFailsWhereverItEnds);
	RUN(BytesBehindTheLastMemberFailAfterItsData);
	RUN(PlainBytesAreNotPackedData);
	RUN(DamagedDataFailsTheChecksum);
	RUN(AnObjectWithoutBytesIsAnEmptyStream);
	RUN(NoCompressionIsTheInnerStreamItself);
	return UnitDone();
}
