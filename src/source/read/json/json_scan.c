/*
 * json_scan.c
 *		The lexical level of JSON: strict RFC 8259, without recursion.
 *
 * What no column wants passes through here too, so a record is either
 * well-formed as a whole or refused as a whole.  UTF-8 is not checked: that is
 * the converter's, which knows the column and ACCEPTINVCHARS.
 */
#include "source/read/json/json_scan.h"

#include <ctype.h>
#include <stdlib.h>

#include "source/base/utf8.h"

static const char *ScanContainer(JsonScan *scan, const char *p, int depth);
static const char *ScanNumber(JsonScan *scan, const char *p, JsonValue *value);
static const char *ScanLiteral(JsonScan *scan, const char *p, const char *word, JsonValue *value,
							   FieldKind kind);
static const char *ScanKey(JsonScan *scan, const char *p);
static inline const char *CopyPlain(const char *source, const char *end, char **out);
static unsigned DecodeHex(const char *digits);

static const char *const reasons[] = {
	[JSON_SCAN_OK] = "",
	[JSON_SCAN_MORE] = "Invalid JSON: the object or array does not end",
	[JSON_SCAN_VALUE] = "Invalid JSON: a value is expected",
	[JSON_SCAN_LITERAL] = "Invalid JSON: a value is expected",
	[JSON_SCAN_NUMBER] = "Invalid JSON: malformed number",
	[JSON_SCAN_CONTROL] = "Invalid JSON: control character in a string",
	[JSON_SCAN_ESCAPE] = "Invalid JSON: unknown escape in a string",
	[JSON_SCAN_HEX] = "Invalid JSON: \\u needs four hexadecimal digits",
	[JSON_SCAN_KEY] = "Invalid JSON: a key in double quotes is expected",
	[JSON_SCAN_COLON] = "Invalid JSON: ':' is expected after a key",
	[JSON_SCAN_OBJECT_END] = "Invalid JSON: ',' or '}' is expected",
	[JSON_SCAN_ARRAY_END] = "Invalid JSON: ',' or ']' is expected",
	[JSON_SCAN_DEPTH] = "Invalid JSON: too many levels of nesting",
};

/* Prepares a scan; false when memory ran out. */
bool
JsonScanInit(JsonScan *scan, int max_depth)
{
	memset(scan, 0, sizeof(*scan));
	scan->max_depth = max_depth > 0 ? max_depth : JSON_DEFAULT_DEPTH;
	scan->nesting = calloc((size_t)scan->max_depth / 64 + 1, sizeof(uint64_t));
	return scan->nesting != NULL;
}

/* Releases what JsonScanInit took. */
void
JsonScanFree(JsonScan *scan)
{
	free(scan->nesting);
	scan->nesting = NULL;
}

/* Says what an error is. */
const char *
JsonScanReason(JsonScanError error)
{
	return reasons[error];
}

/* Scans a value, to its end and no further. */
const char *
JsonScanValue(JsonScan *scan, const char *p, int depth, JsonValue *value)
{
	const char *close;

	value->flags = 0;
	value->start = p;
	switch (*p)
	{
		case '"':
			value->start = p + 1;
			close = JsonScanString(scan, p + 1, &value->flags);
			value->kind = FIELD_STRING;
			value->end = close;
			return close == NULL ? NULL : close + 1;
		case '{':
		case '[':
			value->kind = *p == '{' ? FIELD_OBJECT : FIELD_ARRAY;
			return value->end = ScanContainer(scan, p, depth);
		case 't':
			return ScanLiteral(scan, p, "true", value, FIELD_TRUE);
		case 'f':
			return ScanLiteral(scan, p, "false", value, FIELD_FALSE);
		case 'n':
			return ScanLiteral(scan, p, "null", value, FIELD_NULL);
		default:
			return ScanNumber(scan, p, value);
	}
}

/* Skips white space and counts the lines that end in it. */
const char *
JsonScanSpaceOn(JsonScan *scan, const char *p)
{
	for (;; p++)
	{
		if (*p == '\n')
			scan->newlines++;
		else if (*p != ' ' && *p != '\t' && *p != '\r')
			return p;
	}
}

/* Scans an escape of a string; returns what follows it. */
const char *
JsonScanEscape(JsonScan *scan, const char *p)
{
	switch (p[1])
	{
		case '"':
		case '\\':
		case '/':
		case 'b':
		case 'f':
		case 'n':
		case 'r':
		case 't':
			return p + 2;
		case 'u':
			/* The text ends with a byte that is no hex digit, so this loop stops there. */
			for (int digit = 2; digit < 6; digit++)
				if (!isxdigit((unsigned char)p[digit]))
					return JsonScanStop(scan, p + digit, JSON_SCAN_HEX);
			return p + 6;
		default:
			return JsonScanStop(scan, p + 1, JSON_SCAN_ESCAPE);
	}
}

/* Decodes the escapes of a string that JsonScanString has passed. */
char *
JsonDecodeString(const char *source, const char *end, char *out, bool *ascii)
{
	static const char values[128] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',	['b'] = '\b',
									 ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};

	for (;;)
	{
		unsigned code;

		/* bytes between escapes are copied at once: most strings have none */
		source = CopyPlain(source, end, &out);
		if (source >= end)
			return out;
		source += 2;
		if (source[-1] != 'u')
		{
			/* the 127 keeps a byte in the table's range */
			*out++ = values[source[-1] & 127];
			continue;
		}

		code = DecodeHex(source);
		source += 4;

		/*
		 * Two escapes may be one character (RFC 8259, section 7); an unpaired half is encoded as
		 * it stands.
		 */
		if (code >= 0xD800 && code < 0xDC00 && end - source >= 6 && source[0] == '\\' &&
			source[1] == 'u' && DecodeHex(source + 2) >= 0xDC00 && DecodeHex(source + 2) < 0xE000)
		{
			code = 0x10000 + ((code - 0xD800) << 10) + (DecodeHex(source + 2) - 0xDC00);
			source += 6;
		}

		/* a zero is ASCII, but no text of the server's may hold it: it has to be looked at again */
		if (code == 0 || code >= 0x80)
			*ascii = false;
		out += Utf8Encode(code, out);
	}
}

/* Copies what stands before the next backslash; returns that, or the end. */
static inline const char *
CopyPlain(const char *source, const char *end, char **out)
{
#ifdef __SSE2__
	for (;; source += 16, *out += 16)
	{
		__m128i bytes = _mm_loadu_si128((const __m128i *)source);
		unsigned stops = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
		ptrdiff_t plain = stops != 0 ? __builtin_ctz(stops) : 16;

		_mm_storeu_si128((__m128i *)*out, bytes);
		if (plain > end - source)
			plain = end - source;
		if (plain < 16)
		{
			*out += plain;
			return source + plain;
		}
	}
#else
	while (source < end && *source != '\\')
		*(*out)++ = *source++;
	return source;
#endif
}

/*
 * Scans an object or array with all that is in it.  Levels are bits of
 * scan->nesting, so depth costs no stack.
 */
static const char *
ScanContainer(JsonScan *scan, const char *p, int depth)
{
	int outside = depth;
	JsonValue value;

	for (;;)
	{
		/* at the first byte of a value */
		if (*p == '{' || *p == '[')
		{
			bool object = *p == '{';

			/* a bit for each level says what it is; there are so many bits and no more */
			if (depth >= scan->max_depth)
				return JsonScanStop(scan, p, JSON_SCAN_DEPTH);

			/* written for arrays, too: an earlier container at this level left its own bit */
			if (object)
				scan->nesting[depth / 64] |= UINT64_C(1) << (depth % 64);
			else
				scan->nesting[depth / 64] &= ~(UINT64_C(1) << (depth % 64));
			depth++;
			p = JsonScanSpace(scan, p + 1);
			if (*p != (object ? '}' : ']'))
			{
				if (object && (p = ScanKey(scan, p)) == NULL)
					return NULL;
				continue;
			}
		}
		else if ((p = JsonScanValue(scan, p, depth, &value)) == NULL)
			return NULL;
		else
			p = JsonScanSpace(scan, p);

		/* behind a value, or at the end of an empty container */
		for (;;)
		{
			int level = depth - 1;
			bool object = (scan->nesting[level / 64] >> (level % 64)) & 1;

			if (*p == ',')
			{
				p = JsonScanSpace(scan, p + 1);
				if (object && (p = ScanKey(scan, p)) == NULL)
					return NULL;
				break;
			}

			if (*p != (object ? '}' : ']'))
				return JsonScanStop(scan, p, object ? JSON_SCAN_OBJECT_END : JSON_SCAN_ARRAY_END);

			/* one bracket may follow another: all are closed before the next member */
			p++;
			if (--depth == outside)
				return p;
			p = JsonScanSpace(scan, p);
		}
	}
}

/* Scans a key and its colon; returns the value behind them. */
static const char *
ScanKey(JsonScan *scan, const char *p)
{
	unsigned flags = 0;

	if (*p != '"')
		return JsonScanStop(scan, p, JSON_SCAN_KEY);

	p = JsonScanString(scan, p + 1, &flags);
	if (p == NULL)
		return NULL;

	p = JsonScanSpace(scan, p + 1);
	if (*p != ':')
		return JsonScanStop(scan, p, JSON_SCAN_COLON);

	return JsonScanSpace(scan, p + 1);
}

/* Scans a number. */
static const char *
ScanNumber(JsonScan *scan, const char *p, JsonValue *value)
{
	const char *start = p;

	/* no end is looked for: the byte behind the text is no part of a number */
	value->kind = FIELD_INTEGER;
	if (*p == '-')
		p++;

	/* a zero stands alone before the point: 01 is no number (RFC 8259, section 6) */
	if (*p == '0')
		p++;
	else if (*p >= '1' && *p <= '9')
		while (*p >= '0' && *p <= '9')
			p++;
	else
		return JsonScanStop(scan, p, p == start ? JSON_SCAN_VALUE : JSON_SCAN_NUMBER);
	if (*p == '.')
	{
		value->kind = FIELD_FRACTION;
		if (*++p < '0' || *p > '9')
			return JsonScanStop(scan, p, JSON_SCAN_NUMBER);
		while (*p >= '0' && *p <= '9')
			p++;
	}

	/* a number with an exponent may be whole, but it isn't written as an integer */
	if (*p == 'e' || *p == 'E')
	{
		value->kind = FIELD_FRACTION;
		p++;
		if (*p == '+' || *p == '-')
			p++;
		if (*p < '0' || *p > '9')
			return JsonScanStop(scan, p, JSON_SCAN_NUMBER);
		while (*p >= '0' && *p <= '9')
			p++;
	}

	/* not NULL: the caller reads the end as the sign of success */
	return value->end = p;
}

/* Scans true, false or null. */
static const char *
ScanLiteral(JsonScan *scan, const char *p, const char *word, JsonValue *value, FieldKind kind)
{
	while (*word != '\0')
		if (*p++ != *word++)
			return JsonScanStop(scan, p - 1, JSON_SCAN_LITERAL);
	value->kind = kind;
	return value->end = p;
}

/* The number that four hexadecimal digits are. */
static unsigned
DecodeHex(const char *digits)
{
	unsigned code = 0;

	for (int i = 0; i < 4; i++)
	{
		unsigned char c = (unsigned char)digits[i];

		code = code << 4 | (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}

	return code;
}
