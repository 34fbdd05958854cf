/*
 * format_plain.c
 *		Values that are no texts of characters, which all formats write alike.
 */
#include "source/write/format_internal.h"

#include <string.h>

#include "source/write/value_text.h"

static char *PutHex(const char *bytes, size_t length, char *out);

/* Writes a value that isn't a text of characters. */
char *
FormatPlainValue(RowFormatter *formatter, const ValueView *value, char *out)
{
	union
	{
		int64_t integer;
		float float4;
		double float8;
		ZonedTime zoned;
	} fixed;

	if (value->column->kind == VALUE_NUMERIC)
		return out + NumericText(value->bytes, value->length, out);
	if (value->column->kind == VALUE_BYTES)
		return PutHex(value->bytes, value->length, out);
	if (value->column->kind == VALUE_NUMBER)
	{
		memcpy(out, value->bytes, value->length);
		return out + value->length;
	}

	/* copied, because the packed bytes are not aligned */
	memcpy(&fixed, value->bytes, value->length);
	switch (value->column->kind)
	{
		case VALUE_BOOLEAN:
			*out = fixed.integer != 0 ? 't' : 'f';
			return out + 1;
		case VALUE_INTEGER:
			return out + IntegerText(fixed.integer, out);
		case VALUE_FLOAT4:
			return out + FloatText4(&formatter->floats, fixed.float4, out);
		case VALUE_FLOAT8:
			return out + DoubleText(&formatter->floats, fixed.float8, out);
		case VALUE_DATE:
			return out + DateText(fixed.integer, out);
		case VALUE_TIME:
			return out + TimeText(fixed.integer, out);
		case VALUE_TIMETZ:
			return out + TimeZonedText(&fixed.zoned, out);
		case VALUE_TIMESTAMP:
			return out + TimestampText(fixed.integer, out);
		default:
			return out + TimestampZonedText(&fixed.zoned, out);
	}
}

/* Writes each byte as two hexadecimal digits, as Redshift shows VARBYTE. */
static char *
PutHex(const char *bytes, size_t length, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < length; i++)
	{
		*out++ = digits[(unsigned char)bytes[i] >> 4];
		*out++ = digits[bytes[i] & 0xF];
	}

	return out;
}
