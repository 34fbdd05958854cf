/*
 * format_json.c
 *		One JSON object a row and line (AWS: r_UNLOAD).
 *
 * BOOLEAN is "t" or "f" (AWS: "unloaded as t or f"), in quotes, without which
 * no other tool could read it.  NaN and infinities, which are no JSON, are
 * texts too.
 */
#include <string.h>

#include "source/write/format_internal.h"

static char *BeginObject(RowFormatter *formatter, char *out);
static char *EndObject(RowFormatter *formatter, char *out);
static char *JsonValue(RowFormatter *formatter, const ValueView *value, char *out,
					   Failure *failure);
static char *PutPlain(RowFormatter *formatter, const ValueView *value, char *out);
static bool IsNumber(ValueKind kind);
static char *PutString(const RowFormatter *formatter, const ValueView *value, char *out);
static char *PutEscape(unsigned char byte, char *out);

const FormatRules json_rules = {6, BeginObject, JsonValue, EndObject};

/* The first key brings the brace. */
static char *
BeginObject(RowFormatter *formatter, char *out)
{
	return out;
}

/* Ends an object. */
static char *
EndObject(RowFormatter *formatter, char *out)
{
	out[0] = '}';
	out[1] = '\n';
	return out + 2;
}

/* Writes a key and its value; a value of no column (number -1) has no key. */
static char *
JsonValue(RowFormatter *formatter, const ValueView *value, char *out, Failure *failure)
{
	if (value->number >= 0)
	{
		memcpy(out, formatter->keys[value->number], formatter->key_lengths[value->number]);
		out += formatter->key_lengths[value->number];
	}

	if (value->null)
	{
		memcpy(out, "null", 4);
		return out + 4;
	}

	if (value->column->kind == VALUE_SUPER)
	{
		memcpy(out, value->bytes, value->length);
		return out + value->length;
	}

	return FormatIsText(value->column->kind) ? PutString(formatter, value, out)
											 : PutPlain(formatter, value, out);
}

/* Writes a number as it is, anything else in quotes. */
static char *
PutPlain(RowFormatter *formatter, const ValueView *value, char *out)
{
	char *end = FormatPlainValue(formatter, value, out);

	/* NaN, Infinity and -Infinity have a letter where numbers have digits */
	if (IsNumber(value->column->kind) && end[-1] >= '0' && end[-1] <= '9')
		return end;

	memmove(out + 1, out, (size_t)(end - out));
	out[0] = end[1] = '"';

	return end + 2;
}

/* Whether values of the kind are JSON's numbers. */
static bool
IsNumber(ValueKind kind)
{
	return kind == VALUE_INTEGER || kind == VALUE_FLOAT4 || kind == VALUE_FLOAT8 ||
		   kind == VALUE_NUMERIC || kind == VALUE_NUMBER;
}

/* Writes a text as a string. */
static char *
PutString(const RowFormatter *formatter, const ValueView *value, char *out)
{
	const SpecialBytes *special = &formatter->special;

	*out++ = '"';
	if (!SpecialBytesIn(special, value->bytes, value->length))
	{
		memcpy(out, value->bytes, value->length);
		out += value->length;
	}
	else
		for (size_t i = 0; i < value->length; i++)
		{
			unsigned char byte = (unsigned char)value->bytes[i];

			if (special->is_special[byte])
				out = PutEscape(byte, out);
			else
				*out++ = (char)byte;
		}
	*out++ = '"';
	return out;
}

/* Writes a byte that can't stand in a string as it is (RFC 8259, section 7). */
static char *
PutEscape(unsigned char byte, char *out)
{
	static const char digits[] = "0123456789abcdef";
	static const char letters[32] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};

	*out++ = '\\';
	if (byte >= ' ')
		*out++ = (char)byte;
	else if (letters[byte] != '\0')
		*out++ = letters[byte];
	else
	{
		memcpy(out, "u00", 3);
		out[3] = digits[byte >> 4];
		out[4] = digits[byte & 0xF];
		out += 5;
	}

	return out;
}
