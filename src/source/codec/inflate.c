/*
 * inflate.c
 *		gzip, bzip2 and zstd streams, unpacked while they are read.
 *
 *	inner stream -> input buffer -> codec -> the reader's buffer
 *
 * What the three formats have in common lives here: members follow each other
 * and make one stream, an object without any bytes is an empty stream, and
 * anything else that ends early or does not continue with a member is an
 * error.  A codec only knows how to begin, continue and end one member.
 */
#include "source/codec/inflate.h"

#include <bzlib.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

/* What libzstd keeps for those who link it statically (zstd.h); its format doesn't change. */
#ifndef ZSTD_WINDOWLOG_ABSOLUTEMIN
#define ZSTD_WINDOWLOG_ABSOLUTEMIN 10
#endif
#ifndef ZSTD_WINDOWLOG_LIMIT_DEFAULT
#define ZSTD_WINDOWLOG_LIMIT_DEFAULT 27
#endif

/* Small enough that a stream of empty members, each made and ended, is no long wait. */
#define INPUT_SIZE ((size_t)64 * 1024)

/* What stands before the codec and what it may write. */
typedef struct Span
{
	const char *input;
	size_t input_left;
	char *output;
	size_t output_left;
} Span;

typedef enum StepResult
{
	STEP_MORE, /* needs input or room */
	STEP_MEMBER_END,
	STEP_MEMORY,
	STEP_BAD
} StepResult;

typedef union CodecState
{
	z_stream gzip;
	bz_stream bzip2;
	ZSTD_DStream *zstd;
} CodecState;

typedef struct Codec
{
	const char *name;
	bool (*begin)(CodecState *state, size_t window_limit);
	StepResult (*step)(CodecState *state, Span *span);
	void (*end)(CodecState *state);
} Codec;

typedef struct Inflater
{
	ByteSource base;
	ByteSource *inner;
	const Codec *codec;
	size_t window_limit;

	/* working state */
	CodecState state;
	bool in_member;
	bool wrote;			/* the member has given bytes */
	bool filled_output; /* the last step used all the room it had */
	bool any_member;
	bool ended;
	Failure ending; /* why there will be no more bytes: what failed once fails again */
	const char *input;
	size_t input_left;
	char buffer[INPUT_SIZE];
} Inflater;

static ssize_t InflaterRead(ByteSource *source, char *buffer, size_t size, Failure *failure);
static void InflaterClose(ByteSource *source);
static bool FillInput(Inflater *inflater, Failure *failure);
static bool BeginMember(Inflater *inflater, Failure *failure);
static bool InflateSome(Inflater *inflater, Span *span, Failure *failure);
static void EndMember(Inflater *inflater);
static bool GzipBegin(CodecState *state, size_t window_limit);
static StepResult GzipStep(CodecState *state, Span *span);
static void GzipEnd(CodecState *state);
static bool Bzip2Begin(CodecState *state, size_t window_limit);
static StepResult Bzip2Step(CodecState *state, Span *span);
static void Bzip2End(CodecState *state);
static bool ZstdBegin(CodecState *state, size_t window_limit);
static StepResult ZstdStep(CodecState *state, Span *span);
static void ZstdEnd(CodecState *state);

static const Codec codecs[] = {
	[COMPRESSION_GZIP] = {"gzip", GzipBegin, GzipStep, GzipEnd},
	[COMPRESSION_BZIP2] = {"bzip2", Bzip2Begin, Bzip2Step, Bzip2End},
	[COMPRESSION_ZSTD] = {"zstd", ZstdBegin, ZstdStep, ZstdEnd},
};

/* Wraps a stream in one that unpacks it. */
ByteSource *
InflateOpen(Compression compression, size_t window_limit, ByteSource *inner, Failure *failure)
{
	Inflater *inflater;

	if (compression == COMPRESSION_NONE || inner == NULL)
		return inner;

	inflater = malloc(sizeof(Inflater));
	if (inflater == NULL)
	{
		(void)FailureNoMemory(failure);
		ByteSourceClose(inner);
		return NULL;
	}

	memset(inflater, 0, offsetof(Inflater, buffer));
	FailureInit(&inflater->ending);
	inflater->base = (ByteSource){.read = InflaterRead, .close = InflaterClose};
	inflater->inner = inner;
	inflater->codec = &codecs[compression];
	inflater->window_limit = window_limit;

	return &inflater->base;
}

/* Reads unpacked bytes: at least one, or 0 at the end of the last member. */
static ssize_t
InflaterRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	Inflater *inflater = (Inflater *)source;
	Span span = {.output = buffer, .output_left = size};

	/* one call of the codec may give nothing: it read a header, or wants more input */
	while (span.output_left == size && !inflater->ended && !Failed(&inflater->ending))
	{
		/* A codec that stopped for want of room may hold bytes that need no more input. */
		if (inflater->input_left == 0 && !inflater->filled_output)
		{
			if (!FillInput(inflater, &inflater->ending) || inflater->ended)
				break;
		}

		/* members may follow each other, each with a state of its own */
		if (!BeginMember(inflater, &inflater->ending))
			break;
		(void)InflateSome(inflater, &span, &inflater->ending);
	}

	/* What was unpacked before the failure is handed out first. */
	if (span.output_left < size || !Failed(&inflater->ending))
		return (ssize_t)(size - span.output_left);

	*failure = inflater->ending;
	return -1;
}

/* Releases the codec's state and the inner stream. */
static void
InflaterClose(ByteSource *source)
{
	Inflater *inflater = (Inflater *)source;

	EndMember(inflater);
	ByteSourceClose(inflater->inner);
	free(inflater);
}

/* Reads the next packed bytes, or finds the end of the stream, which must not lie within a member. */
static bool
FillInput(Inflater *inflater, Failure *failure)
{
	ssize_t got = ByteSourceRead(inflater->inner, inflater->buffer, INPUT_SIZE, failure);

	if (got < 0)
		return false;

	inflater->input = inflater->buffer;
	inflater->input_left = (size_t)got;
	inflater->ended = got == 0;
	if (inflater->ended && inflater->in_member)
	{
		FailureSet(failure, FAILURE_DATA, "the %s data is cut off", inflater->codec->name);
		return false;
	}

	return true;
}

/* Begins a member unless one is under way. */
static bool
BeginMember(Inflater *inflater, Failure *failure)
{
	if (inflater->in_member)
		return true;
	if (!inflater->codec->begin(&inflater->state, inflater->window_limit))
		return FailureNoMemoryFor(failure, "unpacking %s data", inflater->codec->name);

	inflater->in_member = true;
	inflater->wrote = false;

	return true;
}

/* Runs the codec once over the input at hand. */
static bool
InflateSome(Inflater *inflater, Span *span, Failure *failure)
{
	size_t room = span->output_left, input_left = inflater->input_left;
	StepResult result;

	span->input = inflater->input;
	span->input_left = inflater->input_left;
	result = inflater->codec->step(&inflater->state, span);
	inflater->input = span->input;
	inflater->input_left = span->input_left;
	inflater->wrote |= span->output_left < room;
	inflater->filled_output = span->output_left == 0 && result == STEP_MORE;

	/* With input and room at hand every step goes on, or none ever will. */
	if (result == STEP_MORE && span->input_left == input_left && span->output_left == room &&
		input_left > 0)
		result = STEP_BAD;
	switch (result)
	{
		case STEP_MORE:
			return true;
		case STEP_MEMBER_END:
			EndMember(inflater);

			/* several members in a row are one stream, as in gzip's own format */
			inflater->any_member = true;
			return true;
		case STEP_MEMORY:
			FailureSet(failure, FAILURE_MEMORY, "the %s data needs too much memory to unpack",
					   inflater->codec->name);
			FailureHint(failure, "Raise sparkify_dwh.memory_limit, lower sparkify_dwh.workers, or "
								 "compress with a smaller window.");
			return false;
		case STEP_BAD:
			break;
	}

	/*
	 * Where the damage is tells what to say: in the data, behind it, or there is none of this
	 * kind.
	 */
	if (inflater->wrote)
		FailureSet(failure, FAILURE_DATA, "the %s data is damaged", inflater->codec->name);
	else if (inflater->any_member)
		FailureSet(failure, FAILURE_DATA, "bytes that are not %s data follow the %s data",
				   inflater->codec->name, inflater->codec->name);
	else
	{
		FailureSet(failure, FAILURE_DATA, "the object is not %s data", inflater->codec->name);
		FailureHint(failure, "The compression that COPY names holds for every object it reads.");
	}

	return false;
}

/* Ends the member that is under way, if any. */
static void
EndMember(Inflater *inflater)
{
	if (inflater->in_member)
		inflater->codec->end(&inflater->state);
	inflater->in_member = false;
}

/* The libraries count in 32 bits. */
static unsigned int
Clamp(size_t size)
{
	return size > UINT_MAX ? UINT_MAX : (unsigned int)size;
}

/* Prepares zlib for a gzip member (RFC 1952), not for bare zlib or deflate data. */
static bool
GzipBegin(CodecState *state, size_t window_limit)
{
	(void)window_limit; /* its window is 32 kB */
	memset(&state->gzip, 0, sizeof(state->gzip));
	return inflateInit2(&state->gzip, 16 + MAX_WBITS) == Z_OK;
}

static StepResult
GzipStep(CodecState *state, Span *span)
{
	z_stream *stream = &state->gzip;
	unsigned int in = Clamp(span->input_left), out = Clamp(span->output_left);
	int result;

	stream->next_in = (Bytef *)(uintptr_t)span->input;
	stream->avail_in = in;
	stream->next_out = (Bytef *)span->output;
	stream->avail_out = out;
	result = inflate(stream, Z_NO_FLUSH);
	span->input += in - stream->avail_in;
	span->input_left -= in - stream->avail_in;
	span->output += out - stream->avail_out;
	span->output_left -= out - stream->avail_out;
	if (result == Z_STREAM_END)
		return STEP_MEMBER_END;
	if (result == Z_MEM_ERROR)
		return STEP_MEMORY;

	return result == Z_OK || result == Z_BUF_ERROR ? STEP_MORE : STEP_BAD;
}

static void
GzipEnd(CodecState *state)
{
	inflateEnd(&state->gzip);
}

/* Prepares libbz2 for a stream. */
static bool
Bzip2Begin(CodecState *state, size_t window_limit)
{
	(void)window_limit; /* a block is 900 kB at most */
	memset(&state->bzip2, 0, sizeof(state->bzip2));
	return BZ2_bzDecompressInit(&state->bzip2, 0, 0) == BZ_OK;
}

static StepResult
Bzip2Step(CodecState *state, Span *span)
{
	bz_stream *stream = &state->bzip2;
	unsigned int in = Clamp(span->input_left), out = Clamp(span->output_left);
	int result;

	stream->next_in = (char *)(uintptr_t)span->input;
	stream->avail_in = in;
	stream->next_out = span->output;
	stream->avail_out = out;
	result = BZ2_bzDecompress(stream);
	span->input += in - stream->avail_in;
	span->input_left -= in - stream->avail_in;
	span->output += out - stream->avail_out;
	span->output_left -= out - stream->avail_out;
	if (result == BZ_STREAM_END)
		return STEP_MEMBER_END;
	if (result == BZ_MEM_ERROR)
		return STEP_MEMORY;

	return result == BZ_OK ? STEP_MORE : STEP_BAD;
}

static void
Bzip2End(CodecState *state)
{
	BZ2_bzDecompressEnd(&state->bzip2);
}

/* Prepares libzstd for a frame; a window larger than the limit is refused before it is allocated. */
static bool
ZstdBegin(CodecState *state, size_t window_limit)
{
	int log = ZSTD_WINDOWLOG_ABSOLUTEMIN;

	state->zstd = ZSTD_createDStream();
	if (state->zstd == NULL || window_limit == 0)
		return state->zstd != NULL;

	while (log < ZSTD_WINDOWLOG_LIMIT_DEFAULT && (size_t)2 << log <= window_limit)
		log++;
	(void)ZSTD_DCtx_setParameter(state->zstd, ZSTD_d_windowLogMax, log);

	return true;
}

static StepResult
ZstdStep(CodecState *state, Span *span)
{
	ZSTD_inBuffer in = {.src = span->input, .size = span->input_left};
	ZSTD_outBuffer out = {.dst = span->output, .size = span->output_left};
	size_t result = ZSTD_decompressStream(state->zstd, &out, &in);

	span->input += in.pos;
	span->input_left -= in.pos;
	span->output += out.pos;
	span->output_left -= out.pos;
	if (ZSTD_isError(result))
	{
		/* Error numbers are no stable interface of older releases, their texts are. */
		return strstr(ZSTD_getErrorName(result), "memory") != NULL ? STEP_MEMORY : STEP_BAD;
	}

	return result == 0 ? STEP_MEMBER_END : STEP_MORE;
}

static void
ZstdEnd(CodecState *state)
{
	ZSTD_freeDStream(state->zstd);
}
