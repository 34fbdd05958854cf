/*
 * test_row_format.c
 *		Values as text, rows in every format, and packed again.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/codec/deflate.h"
#include "source/write/row_format.h"
#include "source/write/special_bytes.h"
#include "source/write/value_text.h"
#include "unit.h"

_Static_assert(ROW_BLOCK_PAD >= SPECIAL_PAD, "a block may be read as far as needed");

/* Compares what a printer wrote with a text. */
static void
Prints(size_t length, const char *out, const char *want)
{
	if (length != strlen(want) || memcmp(out, want, length) != 0)
		printf("# got \"%.*s\", want \"%s\"\n", (int)length, out, want);
	CHECK(length == strlen(want) && memcmp(out, want, length) == 0);
}

/* Integers and dates at the ends of their ranges. */
TEST(IntegersAndTimesAtTheEndsOfTheirRanges)
{
	char out[VALUE_TEXT_MAX];

	Prints(IntegerText(0, out), out, "0");
	Prints(IntegerText(-1, out), out, "-1");
	Prints(IntegerText(100, out), out, "100");
	Prints(IntegerText(INT64_MAX, out), out, "9223372036854775807");
	Prints(IntegerText(INT64_MIN, out), out, "-9223372036854775808");
	Prints(DateText(0, out), out, "2000-01-01");
	Prints(DateText(59, out), out, "2000-02-29");
	Prints(DateText(-1, out), out, "1999-12-31");
	Prints(DateText(-730119, out), out, "0001-01-01");
	Prints(DateText(-730120, out), out, "0001-12-31 BC");
	Prints(DateText(2921939, out), out, "9999-12-31");
	Prints(DateText(2921940, out), out, "10000-01-01");
	Prints(DateText(INT32_MAX, out), out, "infinity");
	Prints(TimeText(86399999999, out), out, "23:59:59.999999");
	Prints(TimeText(100000, out), out, "00:00:00.1");
	Prints(TimestampText(-1, out), out, "1999-12-31 23:59:59.999999");
	Prints(TimestampText(INT64_MIN, out), out, "-infinity");
	Prints(TimestampZonedText(&(ZonedTime){0, 19800}, out), out, "2000-01-01 05:30:00+05:30");
	Prints(TimeZonedText(&(ZonedTime){0, -3661}, out), out, "00:00:00-01:01:01");
}

/* Floats: the shortest text that comes back, for chosen and for random ones. */
TEST(EveryFloatComesBackFromItsText)
{
	static const struct
	{
		double value;
		const char *text;
	} cases[] = {{0, "0"},
				 {-0.0, "-0"},
				 {0.1, "0.1"},
				 {1.0 / 3, "0.3333333333333333"},
				 {1e22, "1e+22"},
				 {1.7976931348623157e308, "1.7976931348623157e+308"},
				 {5e-324, "4.94065645841247e-324"},
				 {123456789012345680, "1.2345678901234568e+17"},
				 {99999999999999990, "99999999999999980"},
				 {0.99999999999999999, "1"},
				 {9.9999999999999995e-5, "9.999999999999999e-05"},
				 {-273.15, "-273.15"},
				 {100, "100"},
				 {1e15, "1000000000000000"}};
	char out[VALUE_TEXT_MAX + 1];
	FloatText text;
	uint64_t bits = 88172645463325252u;
	size_t where, length;
	int wrong = 0, wrong4 = 0;

	FloatTextInit(&text);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		Prints(DoubleText(&text, cases[i].value, out), out, cases[i].text);
	Prints(FloatText4(&text, 0.1f, out), out, "0.1");
	Prints(FloatText4(&text, 16777216.0f, out), out, "16777216");
	Prints(FloatText4(&text, 3.4028235e38f, out), out, "3.4028235e+38");
	Prints(DoubleText(&text, NAN, out), out, "NaN");
	Prints(DoubleText(&text, -INFINITY, out), out, "-Infinity");
	for (int i = 0; i < 300000; i++)
	{
		double value, again;
		float value4;

		bits ^= bits << 13;
		bits ^= bits >> 7;
		bits ^= bits << 17;
		memcpy(&value, &bits, sizeof(value));
		if (i % 2 == 0)
			value = (double)(int64_t)(bits >> 40) / 1000; /* as data has them */
		memcpy(&value4, &bits, sizeof(value4));
		length = isfinite(value) ? DoubleText(&text, value, out) : 0;
		if (isfinite(value) &&
			(FloatParse(&text, out, length, &again, &where) != FLOAT_OK || again != value))
			wrong++;
		length = isfinite(value4) ? FloatText4(&text, value4, out) : 0;
		if (isfinite(value4) &&
			(FloatParse(&text, out, length, &again, &where) != FLOAT_OK || (float)again != value4))
			wrong4++;
	}
	CHECK_INT(wrong, 0);
	CHECK_INT(wrong4, 0);
	FloatTextClear(&text);
}

/* Numerics from their groups of digits. */
TEST(NumericsFromTheirGroups)
{
	char out[VALUE_TEXT_MAX];
	static const uint16_t half[] = {0x8000 | 1 << 7 | 0x7F, 5000};
	static const uint16_t million[] = {0x8000 | 2 << 7 | 1, 100};
	static const uint16_t mixed[] = {0x8000 | 0x2000 | 3 << 7 | 1, 1, 2345, 6780};
	static const uint16_t small[] = {0x8000 | 6 << 7 | 0x7E, 1200};
	static const uint16_t nan[] = {0xC000};
	static const uint16_t minus_infinity[] = {0xF000};
	static const uint16_t zero[] = {0x8000 | 2 << 7};

	Prints(NumericText((const char *)half, sizeof(half), out), out, "0.5");
	Prints(NumericText((const char *)million, sizeof(million), out), out, "1000000.00");
	Prints(NumericText((const char *)mixed, sizeof(mixed), out), out, "-12345.678");
	Prints(NumericText((const char *)small, sizeof(small), out), out, "0.000012");
	Prints(NumericText((const char *)nan, sizeof(nan), out), out, "NaN");
	Prints(NumericText((const char *)minus_infinity, sizeof(minus_infinity), out), out,
		   "-Infinity");
	Prints(NumericText((const char *)zero, sizeof(zero), out), out, "0.00");
}

/* The set of special bytes finds what a byte by byte look finds, at every place and length. */
TEST(SpecialBytesAreFoundWhereTheyAreAndNowhereElse)
{
	SpecialBytes set;
	char text[64 + SPECIAL_PAD];
	int wrong = 0;

	SpecialBytesInit(&set, "\"\\", 2, true);
	for (size_t length = 0; length <= 50; length++)
		for (size_t place = 0; place <= length; place++)
		{
			memset(text, '"', sizeof(text)); /* behind the text, where nothing counts */
			memset(text, 'x', length);
			if (place < length)
				text[place] = place % 3 == 0 ? '\\' : place % 3 == 1 ? '"' : '\x1f';
			wrong += SpecialBytesIn(&set, text, length) != (place < length);
		}
	CHECK_INT(wrong, 0);
	memset(text, '\xff', sizeof(text));
	CHECK(!SpecialBytesIn(&set, text, 40));
}

/* Formats one row of an integer, a text and a NULL. */
static void
Formats(const OutputPlan *form, const char *text, const char *want)
{
	OutputColumn columns[] = {
		{"n", VALUE_INTEGER, 3}, {"t\"", VALUE_TEXT, 8}, {"x", VALUE_DATE, 4}};
	OutputPlan plan = *form;
	RowBlock *block = RowBlockCreate(64);
	OutputBuffer out = {0};
	RowFormatter *formatter;
	const char *row;
	int64_t number = 42;
	Failure failure;

	FailureInit(&failure);
	plan.columns = columns;
	plan.ncolumns = 3;
	RowBlockReserve(block, 64 + strlen(text));
	RowBlockBeginRow(block, 3);
	RowBlockAddFixed(block, &number, sizeof(number));
	RowBlockAddBytes(block, text, (uint32_t)strlen(text));
	RowBlockAddNull(block, 2);
	RowBlockEndRow(block);
	formatter = RowFormatterBegin(&plan, &failure);
	row = block->data;
	if (plan.header)
		RowFormatterHeader(formatter, &out, &failure);
	if (!RowFormatterRow(formatter, &row, &out, &failure))
		CHECK(strstr(failure.message, want) != NULL);
	else
	{
		CHECK(row == block->data + block->used);
		Prints(out.length, out.data, want);
	}
	RowFormatterEnd(formatter);
	OutputBufferFree(&out);
	RowBlockFree(block);
}

/* Each format's rules. */
TEST(EachFormatHasItsRules)
{
	OutputPlan csv = {.format = FORMAT_CSV, .delimiter = ',', .null_as = ""};
	OutputPlan text = {.format = FORMAT_DELIMITED, .delimiter = '|', .null_as = "\\N"};
	OutputPlan json = {.format = FORMAT_JSON, .null_as = ""};
	OutputPlan fixed = {.format = FORMAT_FIXEDWIDTH, .null_as = ""};

	Formats(&csv, "plain", "42,plain,\n");
	Formats(&csv, "a,\"b\"\r\n", "42,\"a,\"\"b\"\"\r\n\",\n");
	csv.header = true;
	csv.delimiter = '4';
	csv.null_as = "NULL";
	Formats(&csv, "NULL", "n4\"t\"\"\"4x\n\"42\"4\"NULL\"4NULL\n");
	Formats(&text, "a|b\\", "42|a|b\\|\\N\n");
	text.escape = true;
	Formats(&text, "a|b\\\n'\"", "42|a\\|b\\\\\\\n'\"|\\N\n");
	text.add_quotes = true;
	Formats(&text, "it's \"x\"", "\"42\"|\"it\\'s \\\"x\\\"\"|\\N\n");
	Formats(&json, "\x01\"\\/\n\t\xc3\xbc",
			"{\"n\":42,\"t\\\"\":\"\\u0001\\\"\\\\/\\n\\t\xc3\xbc\",\"x\":null}\n");
	Formats(&fixed, "\xc3\xbc", "42 \xc3\xbc           \n");
	Formats(&fixed, "123456789", "longer than its width");
}

/* A growing text for packed bytes. */
static bool
Take(void *context, const char *bytes, size_t length, Failure *failure)
{
	OutputBuffer *out = context;

	if (!OutputBufferReserve(out, length, failure))
		return false;
	memcpy(out->data + out->length, bytes, length);
	out->length += length;
	return true;
}

typedef struct BufferSource
{
	ByteSource base;
	OutputBuffer *buffer;
	size_t next;
} BufferSource;

static ssize_t
ReadBuffered(ByteSource *base, char *buffer, size_t size, Failure *failure)
{
	BufferSource *source = (BufferSource *)base;
	size_t left = source->buffer->length - source->next, now = left < size ? left : size;

	memcpy(buffer, source->buffer->data + source->next, now);
	source->next += now;
	return (ssize_t)now;
}

static void
CloseBuffered(ByteSource *base)
{
}

/* What is packed unpacks to the same, member after member, an empty one too. */
TEST(WhatIsPackedUnpacksToTheSame)
{
	static const Compression all[] = {COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_BZIP2,
									  COMPRESSION_ZSTD};
	size_t size = 3000000;
	char *text = malloc(size), *again = malloc(2 * size + 1);

	for (size_t i = 0; i < size; i++)
		text[i] = (char)(i * i / 97 % 251);
	for (int c = 0; c < 4; c++)
	{
		OutputBuffer packed = {0};
		Failure failure;
		Deflater *deflater;
		BufferSource source = {{ReadBuffered, CloseBuffered}, &packed, 0};
		ByteSource *inflated;
		size_t length = 0;
		ssize_t got;

		FailureInit(&failure);
		deflater = DeflaterBegin(all[c], Take, &packed, &failure);
		for (size_t i = 0; i < size; i += 100003)
			DeflaterWrite(deflater, text + i, size - i < 100003 ? size - i : 100003, &failure);
		DeflaterFinish(deflater, &failure);
		DeflaterFinish(deflater, &failure);
		DeflaterWrite(deflater, text, size, &failure);
		DeflaterFinish(deflater, &failure);
		DeflaterEnd(deflater);
		inflated = InflateOpen(all[c], 0, &source.base, &failure);
		while ((got = ByteSourceRead(inflated, again + length, 2 * size + 1 - length, &failure)) >
			   0)
			length += (size_t)got;
		CHECK(!Failed(&failure));
		CHECK_INT(length, 2 * size);
		CHECK(memcmp(again, text, size) == 0 && memcmp(again + size, text, size) == 0);
		ByteSourceClose(inflated);
		OutputBufferFree(&packed);
	}
	free(text);
	free(again);
}

int
main(void)
{
	RUN(IntegersAndTimesAtTheEndsOfTheirRanges);
	RUN(EveryFloatComesBackFromItsText);
	RUN(NumericsFromTheirGroups);
	RUN(SpecialBytesAreFoundWhereTheyAreAndNowhereElse);
	RUN(EachFormatHasItsRules);
	RUN(WhatIsPackedUnpacksToTheSame);
	return UnitDone();
}
