/*
 * json_scan.h
 *		The lexical level of JSON (RFC 8259): where a string, a number, a value
 *		ends, and whether it is well-formed.
 *
 * Text to scan is followed by JSON_SCAN_PAD zero bytes.  A zero byte is legal
 * nowhere in JSON, so nothing here compares with the end of the text until it
 * has met one: then running out of text (more may come) is told from an error.
 */
#ifndef SPARKIFY_JSON_SCAN_H
#define SPARKIFY_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "source/read/record.h"

#define JSON_SCAN_PAD 64
#define JSON_DEFAULT_DEPTH 1024

typedef enum JsonScanError
{
	JSON_SCAN_OK,
	JSON_SCAN_MORE, /* ran out of text */
	JSON_SCAN_VALUE,
	JSON_SCAN_LITERAL,
	JSON_SCAN_NUMBER,
	JSON_SCAN_CONTROL,
	JSON_SCAN_ESCAPE,
	JSON_SCAN_HEX,
	JSON_SCAN_KEY,
	JSON_SCAN_COLON,
	JSON_SCAN_OBJECT_END,
	JSON_SCAN_ARRAY_END,
	JSON_SCAN_DEPTH
} JsonScanError;

typedef struct JsonScan
{
	const char *end;	 /* of the text */
	JsonScanError error; /* why the last scan returned NULL */
	const char *stopped; /* and where */
	uint64_t newlines;	 /* met between tokens since the caller last looked */
	int max_depth;
	uint64_t *nesting; /* a bit a level: set for objects */
} JsonScan;

typedef enum JsonStringFlags
{
	JSON_STRING_ESCAPED = 1,
	JSON_STRING_NOT_ASCII = 2
} JsonStringFlags;

/* A value: the text of a string is between its quotes, still with its escapes. */
typedef struct JsonValue
{
	const char *start;
	const char *end;
	FieldKind kind;
	unsigned flags; /* JsonStringFlags, of strings */
} JsonValue;

extern bool JsonScanInit(JsonScan *scan, int max_depth);
extern void JsonScanFree(JsonScan *scan);

/* What an error is called in a load error's reason. */
extern const char *JsonScanReason(JsonScanError error);

/*
 * Scans one value whose first byte is at p, of containers everything in them,
 * at the given depth of nesting.  Returns what follows it; NULL on an error.
 */
extern const char *JsonScanValue(JsonScan *scan, const char *p, int depth, JsonValue *value);

/* What the inline functions below leave to be called: more white space, and an escape. */
extern const char *JsonScanSpaceOn(JsonScan *scan, const char *p);
extern const char *JsonScanEscape(JsonScan *scan, const char *p);

/* A decoder may write so much behind what it returns, and read behind its source likewise. */
#define JSON_DECODE_SPARE 16

/*
 * Writes the decoded text of a well-formed string; out has room for the
 * length of the source and JSON_DECODE_SPARE.  Returns the end.  A surrogate
 * without its other half becomes the three bytes that would encode it: invalid
 * UTF-8, which is what Redshift calls it.  Makes ascii false if an escape stands
 * for anything but ASCII, or for NUL; what stands for itself is not looked at.
 */
extern char *JsonDecodeString(const char *source, const char *end, char *out, bool *ascii);

/* Stops a scan: by an error, or by the end of the text if that is what p is at. */
static inline const char *
JsonScanStop(JsonScan *scan, const char *p, JsonScanError error)
{
	scan->error = p >= scan->end ? JSON_SCAN_MORE : error;
	scan->stopped = p;
	return NULL;
}

/* Skips white space. */
static inline const char *
JsonScanSpace(JsonScan *scan, const char *p)
{
	if ((unsigned char)*p > ' ')
		return p;
	if (*p == ' ' && (unsigned char)p[1] > ' ')
		return p + 1;
	return JsonScanSpaceOn(scan, p);
}

/* Skips what stands for itself in a string. */
static inline const char *
JsonScanPlain(const char *p, unsigned *flags)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i control = _mm_set1_epi8(0x1F);

	for (;; p += 16)
	{
		__m128i bytes = _mm_loadu_si128((const __m128i *)p);
		__m128i stop = _mm_or_si128(
			_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
			_mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
		unsigned stops = (unsigned)_mm_movemask_epi8(stop);
		unsigned high = (unsigned)_mm_movemask_epi8(bytes);

		/* of the high bits, those before the first stop */
		if ((high & (stops - 1) & ~stops) != 0)
			*flags |= JSON_STRING_NOT_ASCII;
		if (stops != 0)
			return p + __builtin_ctz(stops);
	}
#else
	while ((unsigned char)*p >= ' ' && *p != '"' && *p != '\\')
		*flags |= (unsigned char)*p++ >= 0x80 ? JSON_STRING_NOT_ASCII : 0;
	return p;
#endif
}

/*
 * Scans a string from behind its opening quote.  Returns its closing quote,
 * or NULL; sets flags, which must be 0 before.
 */
static inline const char *
JsonScanString(JsonScan *scan, const char *p, unsigned *flags)
{
	for (;;)
	{
		p = JsonScanPlain(p, flags);
		if (*p == '"')
			return p;
		if (*p != '\\')
			return JsonScanStop(scan, p, JSON_SCAN_CONTROL);
		*flags |= JSON_STRING_ESCAPED;
		p = JsonScanEscape(scan, p);
		if (p == NULL)
			return NULL;
	}
}

#endif /* SPARKIFY_JSON_SCAN_H */
