/*
 * packing.h
 *		The other way round than COPY goes: text into another encoding, bytes
 *		into a packed object.
 */
#ifndef SPARKIFY_PACKING_H
#define SPARKIFY_PACKING_H

#include <bzlib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "source/codec/inflate.h"
#include "source/codec/transcode.h"

/* Bytes in memory of their own. */
typedef struct Packed
{
	char *data;
	size_t size;
} Packed;

/* Packs the bytes, with a window of 2^window_log bytes for zstd (0: its own choice). */
static inline Packed
Pack(Compression compression, const char *data, size_t size, int window_log)
{
	size_t room = size + size / 64 + 1024;
	Packed packed = {malloc(room), size};

	if (compression == COMPRESSION_GZIP)
	{
		z_stream stream = {.next_in = (Bytef *)data,
						   .avail_in = (unsigned int)size,
						   .next_out = (Bytef *)packed.data,
						   .avail_out = (unsigned int)room};

		deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 1, Z_DEFAULT_STRATEGY);
		deflate(&stream, Z_FINISH);
		packed.size = stream.total_out;
		deflateEnd(&stream);
	}
	else if (compression == COMPRESSION_BZIP2)
	{
		unsigned int length = (unsigned int)room;

		BZ2_bzBuffToBuffCompress(packed.data, &length, (char *)data, (unsigned int)size, 1, 0, 0);
		packed.size = length;
	}
	else if (compression == COMPRESSION_ZSTD)
	{
		ZSTD_CCtx *context = ZSTD_createCCtx();

		ZSTD_inBuffer in = {data, size, 0};
		ZSTD_outBuffer out = {packed.data, room, 0};

		ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1);
		ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
		/* a size that is known would make the window smaller */
		if (window_log > 0)
			ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
		ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
		packed.size = out.pos;
		ZSTD_freeCCtx(context);
	}
	else
		memcpy(packed.data, data, size);
	return packed;
}

/* The bytes as code units of 16 bits, a mark before them if the encoding needs one; else as they are. */
static inline Packed
Encode(Encoding encoding, const char *data, size_t size)
{
	bool wide = encoding != ENCODING_UTF8 && encoding != ENCODING_ISO88591;
	size_t at = 0;
	Packed encoded = {malloc(2 * size + 3), 0};

	if (!wide)
	{
		memcpy(encoded.data, data, size);
		encoded.size = size;
		return encoded;
	}
	if (encoding == ENCODING_UTF16)
	{
		memcpy(encoded.data, "\xFF\xFE", 2);
		at = 2;
	}
	for (size_t i = 0; i < size; i++, at += 2)
	{
		encoded.data[at] = encoding == ENCODING_UTF16BE ? '\0' : data[i];
		encoded.data[at + 1] = encoding == ENCODING_UTF16BE ? data[i] : '\0';
	}
	encoded.size = at;
	return encoded;
}

#endif /* SPARKIFY_PACKING_H */
