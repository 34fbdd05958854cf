/*
 * deflate.c
 *		gzip, bzip2 and zstd, packed while they are written.
 *
 *	bytes -> codec -> output buffer -> take
 *
 * The levels are each codec's fast one: an unload is bound by the packing, and
 * the next level costs twice the time for some percent.
 */
#include "source/codec/deflate.h"

#include <bzlib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define OUTPUT_SIZE ((size_t)256 * 1024)
#define GZIP_LEVEL 1
#define GZIP_WINDOW (15 + 16) /* 16: with gzip's header */
#define GZIP_MEMORY 8
#define BZIP2_BLOCK 9
#define ZSTD_LEVEL 1

typedef union PackState
{
	z_stream gzip;
	bz_stream bzip2;
	ZSTD_CCtx *zstd;
} PackState;

/* What a step read and wrote. */
typedef struct PackSpan
{
	const char *input;
	size_t input_left;
	char *output;
	size_t output_left;
} PackSpan;

typedef enum PackResult
{
	PACK_MORE,
	PACK_DONE, /* finishing, and everything is out */
	PACK_FAILED
} PackResult;

typedef struct Packer
{
	const char *suffix;
	bool (*begin)(PackState *state);
	PackResult (*step)(PackState *state, PackSpan *span, bool finish);
	void (*end)(PackState *state);
} Packer;

struct Deflater
{
	const Packer *packer; /* NULL: nothing is packed */
	DeflateTake take;
	void *context;
	PackState state;
	bool open; /* a member is under way */
	char output[OUTPUT_SIZE];
};

static bool GzipBegin(PackState *state);
static PackResult GzipStep(PackState *state, PackSpan *span, bool finish);
static void GzipEnd(PackState *state);
static bool Bzip2Begin(PackState *state);
static PackResult Bzip2Step(PackState *state, PackSpan *span, bool finish);
static void Bzip2End(PackState *state);
static bool ZstdBegin(PackState *state);
static PackResult ZstdStep(PackState *state, PackSpan *span, bool finish);
static void ZstdEnd(PackState *state);
static bool Pack(Deflater *deflater, const char *bytes, size_t length, bool finish,
				 Failure *failure);

static const Packer packers[] = {
	[COMPRESSION_NONE] = {"", NULL, NULL, NULL},
	[COMPRESSION_GZIP] = {".gz", GzipBegin, GzipStep, GzipEnd},
	[COMPRESSION_BZIP2] = {".bz2", Bzip2Begin, Bzip2Step, Bzip2End},
	[COMPRESSION_ZSTD] = {".zst", ZstdBegin, ZstdStep, ZstdEnd},
};

/* Begins to pack. */
Deflater *
DeflaterBegin(Compression compression, DeflateTake take, void *context, Failure *failure)
{
	Deflater *deflater = calloc(1, sizeof(*deflater));

	if (deflater == NULL)
	{
		(void)FailureNoMemory(failure);
		return NULL;
	}

	deflater->packer = compression != COMPRESSION_NONE ? &packers[compression] : NULL;
	deflater->take = take;
	deflater->context = context;

	return deflater;
}

/* Packs more bytes. */
bool
DeflaterWrite(Deflater *deflater, const char *bytes, size_t length, Failure *failure)
{
	if (deflater->packer == NULL)
		return deflater->take(deflater->context, bytes, length, failure);
	return Pack(deflater, bytes, length, false, failure);
}

/* Ends the member; one without bytes is a member too. */
bool
DeflaterFinish(Deflater *deflater, Failure *failure)
{
	if (deflater->packer == NULL)
		return true;
	if (!Pack(deflater, "", 0, true, failure))
		return false;

	deflater->packer->end(&deflater->state);
	deflater->open = false;
	return true;
}

/* Releases the packer; NULL is fine. */
void
DeflaterEnd(Deflater *deflater)
{
	if (deflater != NULL && deflater->open)
		deflater->packer->end(&deflater->state);
	free(deflater);
}

/* The suffix of a compression. */
const char *
DeflateSuffix(Compression compression)
{
	return packers[compression].suffix;
}

/* Has the codec take all bytes, and give all it has when it is to finish. */
static bool
Pack(Deflater *deflater, const char *bytes, size_t length, bool finish, Failure *failure)
{
	PackSpan span = {.input = bytes, .input_left = length};
	PackResult result = PACK_MORE;

	if (!deflater->open)
	{
		if (!deflater->packer->begin(&deflater->state))
			return FailureNoMemoryFor(failure, "a compressor");

		deflater->open = true;
	}

	while (finish ? result != PACK_DONE : span.input_left > 0)
	{
		span.output = deflater->output;
		span.output_left = OUTPUT_SIZE;
		result = deflater->packer->step(&deflater->state, &span, finish);
		if (result == PACK_FAILED)
		{
			FailureSet(failure, FAILURE_MEMORY, "could not compress");
			return false;
		}

		if (span.output_left < OUTPUT_SIZE &&
			!deflater->take(deflater->context, deflater->output, OUTPUT_SIZE - span.output_left,
							failure))
			return false;
	}

	return true;
}

static bool
GzipBegin(PackState *state)
{
	memset(state, 0, sizeof(*state));
	return deflateInit2(&state->gzip, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
						Z_DEFAULT_STRATEGY) == Z_OK;
}

static PackResult
GzipStep(PackState *state, PackSpan *span, bool finish)
{
	z_stream *gzip = &state->gzip;
	uInt given = span->input_left < UINT32_MAX / 2 ? (uInt)span->input_left : UINT32_MAX / 2;
	int result;

	gzip->next_in = (Bytef *)span->input;
	gzip->avail_in = given;
	gzip->next_out = (Bytef *)span->output;
	gzip->avail_out = (uInt)span->output_left;
	result = deflate(gzip, finish ? Z_FINISH : Z_NO_FLUSH);
	span->input += given - gzip->avail_in;
	span->input_left -= given - gzip->avail_in;
	span->output_left = gzip->avail_out;
	if (result == Z_STREAM_END)
		return PACK_DONE;

	return result == Z_OK || result == Z_BUF_ERROR ? PACK_MORE : PACK_FAILED;
}

static void
GzipEnd(PackState *state)
{
	deflateEnd(&state->gzip);
}

static bool
Bzip2Begin(PackState *state)
{
	memset(state, 0, sizeof(*state));
	return BZ2_bzCompressInit(&state->bzip2, BZIP2_BLOCK, 0, 0) == BZ_OK;
}

static PackResult
Bzip2Step(PackState *state, PackSpan *span, bool finish)
{
	bz_stream *bzip2 = &state->bzip2;
	unsigned int given =
		span->input_left < UINT32_MAX / 2 ? (unsigned int)span->input_left : UINT32_MAX / 2;
	int result;

	bzip2->next_in = (char *)span->input;
	bzip2->avail_in = given;
	bzip2->next_out = span->output;
	bzip2->avail_out = (unsigned int)span->output_left;
	result = BZ2_bzCompress(bzip2, finish ? BZ_FINISH : BZ_RUN);
	span->input += given - bzip2->avail_in;
	span->input_left -= given - bzip2->avail_in;
	span->output_left = bzip2->avail_out;
	if (result == BZ_STREAM_END)
		return PACK_DONE;

	return result == BZ_RUN_OK || result == BZ_FINISH_OK ? PACK_MORE : PACK_FAILED;
}

static void
Bzip2End(PackState *state)
{
	BZ2_bzCompressEnd(&state->bzip2);
}

static bool
ZstdBegin(PackState *state)
{
	state->zstd = ZSTD_createCCtx();
	return state->zstd != NULL &&
		   !ZSTD_isError(ZSTD_CCtx_setParameter(state->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL));
}

static PackResult
ZstdStep(PackState *state, PackSpan *span, bool finish)
{
	ZSTD_inBuffer input = {span->input, span->input_left, 0};
	ZSTD_outBuffer output = {span->output, span->output_left, 0};
	size_t left =
		ZSTD_compressStream2(state->zstd, &output, &input, finish ? ZSTD_e_end : ZSTD_e_continue);

	span->input += input.pos;
	span->input_left -= input.pos;
	span->output_left -= output.pos;
	if (ZSTD_isError(left))
		return PACK_FAILED;

	return finish && left == 0 ? PACK_DONE : PACK_MORE;
}

static void
ZstdEnd(PackState *state)
{
	ZSTD_freeCCtx(state->zstd);
}
