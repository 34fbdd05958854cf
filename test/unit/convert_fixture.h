/*
 * convert_fixture.h
 *		One value through the converter, and back out of the tuple as text.
 *
 * The tuple is taken apart here by what PostgreSQL's headers say, not by the
 * code under test; the calendar is the C library's.
 */
#ifndef SPARKIFY_CONVERT_FIXTURE_H
#define SPARKIFY_CONVERT_FIXTURE_H

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <time.h>

#include "source/convert/convert.h"
#include "unit.h"

typedef struct FixtureValue
{
	bool null;
	const char *data; /* behind the varlena header */
	size_t length;
} FixtureValue;

static char fixture_text[1 << 16];

/* The attribute a kind of column is stored in. */
static inline TupleAttribute
FixtureAttribute(ColumnKind kind)
{
	switch (kind)
	{
		case COLUMN_BOOLEAN:
			return (TupleAttribute){1, 'c', false};
		case COLUMN_INT2:
			return (TupleAttribute){2, 's', false};
		case COLUMN_INT4:
		case COLUMN_FLOAT4:
		case COLUMN_DATE:
			return (TupleAttribute){4, 'i', false};
		case COLUMN_INT8:
		case COLUMN_FLOAT8:
		case COLUMN_TIME:
		case COLUMN_TIMESTAMP:
		case COLUMN_TIMESTAMPTZ:
			return (TupleAttribute){8, 'd', false};
		case COLUMN_TIMETZ:
			return (TupleAttribute){12, 'd', false};
		default:
			return (TupleAttribute){-1, 'i', false};
	}
}

static inline Field
FixtureField(FieldKind kind, const char *text)
{
	Field field = {.data = text, .length = (uint32_t)strlen(text), .kind = (uint8_t)kind};

	field.ascii = kind != FIELD_OBJECT && kind != FIELD_ARRAY;
	for (const char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c > 127)
			field.ascii = false;
	return field;
}

static inline size_t
FixtureAlign(size_t offset, char align)
{
	size_t to = align == 'd' ? 8 : align == 'i' ? 4 : align == 's' ? 2 : 1;

	return (offset + to - 1) / to * to;
}

/* Takes the tuple apart, as heap_deform_tuple would; checks lengths on the way. */
static inline void
FixtureDeform(const PackedRow *row, const TupleAttribute *attributes, int natts,
			  FixtureValue *values)
{
	const unsigned char *tuple = (const unsigned char *)row->tuple;
	uint16_t infomask2, infomask;
	size_t at = tuple[22];

	memcpy(&infomask2, tuple + 18, 2);
	memcpy(&infomask, tuple + 20, 2);
	CHECK_INT(infomask2 & 0x07FF, natts);
	CHECK_INT(at, (23 + ((infomask & 1) ? (natts + 7) / 8 : 0) + 7) / 8 * 8);
	CHECK_INT((uintptr_t)tuple % 8, 0);
	for (int i = 0; i < natts; i++)
	{
		FixtureValue *value = &values[i];

		*value = (FixtureValue){.null = (infomask & 1) && !(tuple[23 + i / 8] >> (i % 8) & 1)};
		if (value->null)
			continue;
		if (attributes[i].length >= 0)
		{
			at = FixtureAlign(at, attributes[i].align);
			value->length = (size_t)attributes[i].length;
			value->data = (const char *)tuple + at;
			at += value->length;
			continue;
		}
		if (tuple[at] == 0) /* padding before a four-byte header */
			at = FixtureAlign(at, attributes[i].align);
		if (tuple[at] & 1)
		{
			value->length = (size_t)(tuple[at] >> 1) - 1;
			value->data = (const char *)tuple + at + 1;
			at += value->length + 1;
		}
		else
		{
			uint32_t header;

			CHECK_INT(at % 4, 0);
			memcpy(&header, tuple + at, 4);
			CHECK_INT(header & 3, 0);
			value->length = (header >> 2) - 4;
			value->data = (const char *)tuple + at + 4;
			at += value->length + 4;
		}
	}
	CHECK_INT(at, row->length);
}

/* Appends to the text that is shown. */
static inline __attribute__((format(printf, 2, 3))) int
FixturePrint(int at, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	at += vsnprintf(fixture_text + at, sizeof(fixture_text) - (size_t)at, format, arguments);
	va_end(arguments);
	return at;
}

/* Shows a numeric as numeric_out would. */
static inline void
FixtureShowNumeric(const FixtureValue *value)
{
	uint16_t header, digits[1000];
	int16_t weight;
	int scale, count, at = 0;
	bool negative;
	size_t skip = 2;

	memcpy(&header, value->data, 2);
	if (header & 0x8000)
	{
		CHECK((header & 0xC000) == 0x8000);
		negative = header & 0x2000;
		scale = (header >> 7) & 0x3F;
		weight = (int16_t)((header & 0x40 ? ~0x3F : 0) | (header & 0x3F));
	}
	else
	{
		negative = header & 0x4000;
		scale = header & 0x3FFF;
		memcpy(&weight, value->data + 2, 2);
		skip = 4;
	}
	count = (int)(value->length - skip) / 2;
	memcpy(digits, value->data + skip, (size_t)count * 2);
	if (count > 0)
		CHECK(digits[0] != 0 && digits[count - 1] != 0); /* stripped at both ends */
	else
		CHECK(weight == 0 && !negative);
	at = FixturePrint(at, negative ? "-" : "");
	if (weight < 0)
		at = FixturePrint(at, "0");
	for (int i = 0; i <= weight; i++)
		at = FixturePrint(at, i == 0 ? "%d" : "%04d", i < count ? digits[i] : 0);
	if (scale == 0)
		return;
	at = FixturePrint(at, ".");
	{
		int point = at;

		for (int i = weight + 1; at - point < scale; i++)
			at = FixturePrint(at, "%04d", i >= 0 && i < count ? digits[i] : 0);
		for (int i = weight + 1 + (scale + 3) / 4; i < count; i++)
			CHECK(i < 0); /* no digits past the scale */
		for (int i = point + scale; i < at; i++)
			CHECK_INT(fixture_text[i], '0');
		fixture_text[point + scale] = '\0';
	}
}

/* Shows microseconds since 2000 with the C library's calendar. */
static inline void
FixtureShowStamp(int64_t micros, const char *suffix)
{
	int64_t seconds = micros / 1000000 - (micros % 1000000 < 0);
	time_t epoch = (time_t)(seconds + 946684800);
	struct tm tm;
	int at;

	gmtime_r(&epoch, &tm);
	at = FixturePrint(0, "%04d-%02d-%02d %02d:%02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1,
					  tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	if (micros != seconds * 1000000)
		at = FixturePrint(at, ".%06d", (int)(micros - seconds * 1000000));
	FixturePrint(at, "%s", suffix);
}

/* Shows microseconds of a day. */
static inline int
FixtureShowTime(int64_t micros)
{
	int at = FixturePrint(0, "%02d:%02d:%02d", (int)(micros / 3600000000),
						  (int)(micros / 60000000 % 60), (int)(micros / 1000000 % 60));

	return micros % 1000000 ? FixturePrint(at, ".%06d", (int)(micros % 1000000)) : at;
}

/* Shows a value. */
static inline const char *
FixtureShow(ColumnKind kind, const FixtureValue *value)
{
	int16_t i2;
	int32_t i4;
	int64_t i8;
	float f4;
	double f8;

	if (value->null)
		return "NULL";
	memcpy(&i2, value->data, value->length < 2 ? 0 : 2);
	memcpy(&i4, value->data, value->length < 4 ? 0 : 4);
	memcpy(&i8, value->data, value->length < 8 ? 0 : 8);
	memcpy(&f4, value->data, value->length < 4 ? 0 : 4);
	memcpy(&f8, value->data, value->length < 8 ? 0 : 8);
	fixture_text[0] = '\0';
	switch (kind)
	{
		case COLUMN_BOOLEAN:
			return value->data[0] == 1 ? "t" : value->data[0] == 0 ? "f" : "no boolean";
		case COLUMN_INT2:
			FixturePrint(0, "%d", i2);
			break;
		case COLUMN_INT4:
			FixturePrint(0, "%d", i4);
			break;
		case COLUMN_INT8:
			FixturePrint(0, "%" PRId64, i8);
			break;
		case COLUMN_FLOAT4:
			FixturePrint(0, "%.9g", f4);
			break;
		case COLUMN_FLOAT8:
			FixturePrint(0, "%.17g", f8);
			break;
		case COLUMN_NUMERIC:
			FixtureShowNumeric(value);
			break;
		case COLUMN_DATE:
			FixtureShowStamp((int64_t)i4 * 86400000000, "");
			*strchr(fixture_text, ' ') = '\0';
			break;
		case COLUMN_TIME:
			FixtureShowTime(i8);
			break;
		case COLUMN_TIMETZ:
		{
			int32_t west;
			int at = FixtureShowTime(i8);

			memcpy(&west, value->data + 8, 4);
			FixturePrint(at, "%+d", -west);
			break;
		}
		case COLUMN_TIMESTAMP:
			FixtureShowStamp(i8, "");
			break;
		case COLUMN_TIMESTAMPTZ:
			FixtureShowStamp(i8, "Z");
			break;
		case COLUMN_VARBYTE:
			for (size_t i = 0; i < value->length; i++)
				FixturePrint((int)i * 2, "%02x", (unsigned char)value->data[i]);
			break;
		default:
			FixturePrint(0, "%.*s", (int)value->length, value->data);
	}
	return fixture_text;
}

/*
 * Converts a field into a column alone in its table: the value as text, or
 * "CODE: reason" when the row is rejected.
 */
static inline const char *
Converted(ColumnTarget target, ConvertOptions options, Field field)
{
	TupleAttribute attribute = FixtureAttribute(target.kind);
	RowPlan plan = {&target, 1, &attribute, 1, options};
	Record record = {.fields = &field, .nfields = 1, .raw = "{}", .raw_length = 2, .line = 1};
	RowBatch *batch = RowBatchCreate(0);
	FixtureValue value;
	Failure failure;
	RowConverter *converter;
	const char *shown = fixture_text;

	if (target.name == NULL)
		target.name = "c";
	FailureInit(&failure);
	converter = RowConverterBegin(&plan, &failure);
	if (converter == NULL)
		FixturePrint(0, "failed: %s", failure.message);
	else
		switch (RowConverterConvert(converter, &record, 0, batch))
		{
			case CONVERT_ROW:
				CHECK_INT(batch->nrows, 1);
				FixtureDeform(&batch->rows[0], &attribute, 1, &value);
				shown = FixtureShow(target.kind, &value);
				break;
			case CONVERT_REJECTED:
				CHECK_INT(batch->nrows, 0);
				CHECK_INT(record.error.column, 0);
				FixturePrint(0, "%d: %s", record.error.code, record.error.reason);
				break;
			default:
				FixturePrint(0, "batch full");
		}
	RowConverterEnd(converter);
	if (shown != fixture_text)
		shown = strcpy(fixture_text, shown);
	RowBatchFree(batch);
	return shown;
}

#endif /* SPARKIFY_CONVERT_FIXTURE_H */
