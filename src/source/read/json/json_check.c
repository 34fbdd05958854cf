/*
 * json_check.c
 *		A JSON validator that is as strict as jsonb's input function, without
 *		recursion and without building anything.
 */
#include "source/read/json/json_check.h"

#include <stdint.h>
#include <string.h>

#include "source/base/utf8.h"

/* numeric.c: digits before the point, and behind it. */
#define NUMBER_MAX_WHOLE 131072
#define NUMBER_MAX_SCALE 16383
#define EXPONENT_CLAMP 1000000

typedef struct JsonScan
{
	const char *begin;
	const char *at;
	const char *end;
	const char *why;
	int depth;
	unsigned char in_object[(JSON_CHECK_MAX_DEPTH + 8) / 8]; /* a bit a level */
} JsonScan;

static bool Fail(JsonScan *scan, const char *why);
static void SkipSpace(JsonScan *scan);
static bool ScanValue(JsonScan *scan);
static bool ScanScalar(JsonScan *scan);
static bool Open(JsonScan *scan, bool object, bool *empty);
static bool ScanKey(JsonScan *scan);
static bool CloseOrContinue(JsonScan *scan, bool *done);
static bool ScanString(JsonScan *scan);
static bool ScanEscape(JsonScan *scan, size_t *length);
static bool ReadHex4(JsonScan *scan, unsigned *value);
static bool ScanNumber(JsonScan *scan);
static int64_t SkipDigits(JsonScan *scan);
static bool ScanExponent(JsonScan *scan, int64_t *exponent);
static bool ScanWord(JsonScan *scan, const char *word);

/* Checks a whole text; see the header for the contract. */
bool
JsonCheck(const char *data, size_t length, size_t *where, const char **why)
{
	JsonScan scan = {.begin = data, .at = data, .end = data + length};
	Utf8Problem problem;

	*why = "invalid UTF-8 or NUL";
	if (Utf8FindProblem(data, length, 0, false, &problem))
	{
		*where = problem.offset;
		return false;
	}

	if (ScanValue(&scan))
	{
		SkipSpace(&scan);
		if (scan.at == scan.end)
			return true;
		Fail(&scan, "text after the value");
	}

	*where = (size_t)(scan.at - scan.begin);
	*why = scan.why;
	return false;
}

/* Remembers what is wrong at the scan's place. */
static bool
Fail(JsonScan *scan, const char *why)
{
	scan->why = why;
	return false;
}

/* Skips JSON's white space. */
static void
SkipSpace(JsonScan *scan)
{
	while (scan->at < scan->end &&
		   (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\t' || *scan->at == '\r'))
		scan->at++;
}

/* Scans one value with all that is in it; levels are counted, not called. */
static bool
ScanValue(JsonScan *scan)
{
	for (;;)
	{
		bool done = false;

		SkipSpace(scan);
		if (scan->at < scan->end && (*scan->at == '{' || *scan->at == '['))
		{
			bool empty;

			if (!Open(scan, *scan->at == '{', &empty))
				return false;
			if (!empty)
				continue;
		}
		else if (!ScanScalar(scan))
			return false;

		/*
		 * A value is complete: it may end the containers around it, and the text with the
		 * outermost one.
		 */
		if (!CloseOrContinue(scan, &done))
			return false;
		if (done)
			return true;
	}
}

/* Scans a value that has no others in it. */
static bool
ScanScalar(JsonScan *scan)
{
	if (scan->at == scan->end)
		return Fail(scan, "a value is missing");

	switch (*scan->at)
	{
		case '"':
			return ScanString(scan);
		case 't':
			return ScanWord(scan, "true");
		case 'f':
			return ScanWord(scan, "false");
		case 'n':
			return ScanWord(scan, "null");
		default:
			return ScanNumber(scan);
	}
}

/* Goes a level down; an object's first key is scanned, an empty level is closed by the caller. */
static bool
Open(JsonScan *scan, bool object, bool *empty)
{
	if (scan->depth >= JSON_CHECK_MAX_DEPTH)
		return Fail(scan, "nested too deeply");
	if (object)
		scan->in_object[scan->depth / 8] |= (unsigned char)(1 << (scan->depth % 8));
	else
		scan->in_object[scan->depth / 8] &= (unsigned char)~(1 << (scan->depth % 8));
	scan->depth++;
	scan->at++;
	SkipSpace(scan);
	*empty = scan->at < scan->end && *scan->at == (object ? '}' : ']');
	return *empty || !object || ScanKey(scan);
}

/* Scans a key and its colon. */
static bool
ScanKey(JsonScan *scan)
{
	SkipSpace(scan);
	if (scan->at == scan->end || *scan->at != '"')
		return Fail(scan, "a key is missing");
	if (!ScanString(scan))
		return false;

	SkipSpace(scan);
	if (scan->at == scan->end || *scan->at != ':')
		return Fail(scan, "a colon is missing");

	scan->at++;

	return true;
}

/* After a value: closes levels that end here, up to the outermost or to a comma. */
static bool
CloseOrContinue(JsonScan *scan, bool *done)
{
	while (scan->depth > 0)
	{
		int level = scan->depth - 1;
		bool object = (scan->in_object[level / 8] >> (level % 8)) & 1;

		SkipSpace(scan);
		if (scan->at < scan->end && *scan->at == ',')
		{
			scan->at++;
			return !object || ScanKey(scan);
		}

		if (scan->at == scan->end || *scan->at != (object ? '}' : ']'))
			return Fail(scan, "a comma or bracket is missing");
		scan->at++;
		scan->depth--;
	}

	*done = true;
	return true;
}

/* Scans a string, quotes included, that decodes to no more bytes than SUPER takes. */
static bool
ScanString(JsonScan *scan)
{
	size_t length = 0; /* decoded */

	for (scan->at++; scan->at < scan->end;)
	{
		unsigned char byte = (unsigned char)*scan->at;

		if (byte == '"')
		{
			if (length > JSON_CHECK_MAX_STRING)
				return Fail(scan, JSON_CHECK_LONG_STRING);
			scan->at++;
			return true;
		}

		if (byte < ' ')
			return Fail(scan, "a control character in a string");
		if (byte != '\\')
		{
			scan->at++;
			length++;
		}
		else if (!ScanEscape(scan, &length))
			return false;
	}

	return Fail(scan, "a string without end");
}

/* Scans an escape and adds the bytes it stands for; a high surrogate takes its low one along. */
static bool
ScanEscape(JsonScan *scan, size_t *length)
{
	unsigned code;
	unsigned low;

	if (scan->end - scan->at < 2 || strchr("\"\\/bfnrtu", scan->at[1]) == NULL)
		return Fail(scan, "an invalid escape");
	if (scan->at[1] != 'u')
	{
		/* one byte, whichever it is: the length is what matters here */
		scan->at += 2;
		*length += 1;
		return true;
	}

	if (!ReadHex4(scan, &code))
		return false;

	/* the server's jsonb has no place for a zero byte */
	if (code == 0)
		return Fail(scan, "\\u0000 in a string");

	/* what is no surrogate stands for itself */
	if (code < 0xD800 || code > 0xDFFF)
	{
		*length += code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
		return true;
	}

	/* a high surrogate has to be followed by a low one: alone it is no character */
	if (code > 0xDBFF || scan->end - scan->at < 2 || scan->at[0] != '\\' || scan->at[1] != 'u')
		return Fail(scan, "a lone surrogate");
	if (!ReadHex4(scan, &low))
		return false;

	/* a pair is beyond the first plane: four bytes */
	*length += 4;
	return low >= 0xDC00 && low <= 0xDFFF ? true : Fail(scan, "a lone surrogate");
}

/* Reads \uXXXX. */
static bool
ReadHex4(JsonScan *scan, unsigned *value)
{
	if (scan->end - scan->at < 6)
		return Fail(scan, "an invalid escape");

	*value = 0;
	for (int i = 2; i < 6; i++)
	{
		char byte = scan->at[i];
		char lower = (char)(byte | 0x20);

		*value <<= 4;
		if (byte >= '0' && byte <= '9')
			*value |= (unsigned)(byte - '0');
		else if (lower >= 'a' && lower <= 'f')
			*value |= (unsigned)(lower - 'a' + 10);
		else
			return Fail(scan, "an invalid escape");
	}

	scan->at += 6;

	return true;
}

/* Scans a number that numeric can hold. */
static bool
ScanNumber(JsonScan *scan)
{
	int64_t whole;
	int64_t fraction = 0;
	int64_t exponent = 0;
	const char *first;

	if (*scan->at == '-')
		scan->at++;

	/* a zero stands alone before the point: 01 is no number (RFC 8259, section 6) */
	first = scan->at;
	whole = SkipDigits(scan);
	if (whole == 0 || (*first == '0' && whole > 1))
		return Fail(scan, "an invalid value");
	if (scan->at < scan->end && *scan->at == '.')
	{
		scan->at++;
		fraction = SkipDigits(scan);
		if (fraction == 0)
			return Fail(scan, "an invalid number");
	}

	if (!ScanExponent(scan, &exponent))
		return Fail(scan, "an invalid number");

	/*
	 * numeric's own limits: what passes here must not fail in the server, where it would end the
	 * load
	 */
	if (whole + exponent > NUMBER_MAX_WHOLE || fraction - exponent > NUMBER_MAX_SCALE)
		return Fail(scan, "a number out of range");

	return true;
}

/* Skips digits; returns how many. */
static int64_t
SkipDigits(JsonScan *scan)
{
	const char *first = scan->at;

	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
		scan->at++;
	return scan->at - first;
}

/* Scans an exponent if there is one; false when it has no digits. */
static bool
ScanExponent(JsonScan *scan, int64_t *exponent)
{
	bool negative = false;
	const char *first;

	if (scan->at == scan->end || (*scan->at | 0x20) != 'e')
		return true;

	scan->at++;
	if (scan->at < scan->end && (*scan->at == '-' || *scan->at == '+'))
		negative = *scan->at++ == '-';

	/* past the clamp the number is out of range whatever follows; adding on would overflow */
	for (first = scan->at; scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9'; scan->at++)
		if (*exponent < EXPONENT_CLAMP)
			*exponent = *exponent * 10 + (*scan->at - '0');
	if (negative)
		*exponent = -*exponent;
	return scan->at > first;
}

/* Scans true, false or null. */
static bool
ScanWord(JsonScan *scan, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
		return Fail(scan, "an invalid value");

	scan->at += length;
	return true;
}
