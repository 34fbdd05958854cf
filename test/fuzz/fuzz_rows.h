/*
 * fuzz_rows.h
 *		What the fuzz targets share: a stream over bytes in pieces, and a load
 *		with a column of every kind.
 */
#ifndef SPARKIFY_FUZZ_ROWS_H
#define SPARKIFY_FUZZ_ROWS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/base/byte_source.h"
#include "source/convert/convert.h"

#define FUZZ_COLUMNS 17
#define FUZZ_BATCH 65536

/* Ends the run: a rule that always holds didn't. */
#define FUZZ_CHECK(condition)                                                                      \
	do                                                                                             \
	{                                                                                              \
		if (!(condition))                                                                          \
		{                                                                                          \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
			abort();                                                                               \
		}                                                                                          \
	} while (0)

typedef struct FuzzSource
{
	ByteSource source;
	const uint8_t *data;
	size_t left;
	size_t piece;
} FuzzSource;

static const ColumnTarget fuzz_columns[FUZZ_COLUMNS] = {
	{"a", "bool", "0", COLUMN_BOOLEAN, 0, 0, 0, 0, false},
	{"b", "int2", "0", COLUMN_INT2, 1, 0, 0, 0, false},
	{"c", "int4", "0", COLUMN_INT4, 2, 0, 0, 0, false},
	{"d", "int8", "0", COLUMN_INT8, 3, 0, 0, 0, false},
	{"e", "float4", "0", COLUMN_FLOAT4, 4, 0, 0, 0, false},
	{"f", "float8", "0", COLUMN_FLOAT8, 5, 0, 0, 0, false},
	{"g", "numeric", "18, 4", COLUMN_NUMERIC, 6, 0, 18, 4, false},
	{"h", "char", "8", COLUMN_CHAR, 7, 8, 0, 0, false},
	{"i", "varchar", "16", COLUMN_VARCHAR, 8, 16, 0, 0, false},
	{"j", "date", "0", COLUMN_DATE, 9, 0, 0, 0, false},
	{"k", "time", "0", COLUMN_TIME, 10, 0, 0, 0, false},
	{"l", "timetz", "0", COLUMN_TIMETZ, 11, 0, 0, 0, false},
	{"m", "timestamp", "0", COLUMN_TIMESTAMP, 12, 0, 0, 0, false},
	{"n", "timestamptz", "0", COLUMN_TIMESTAMPTZ, 13, 0, 0, 0, false},
	{"o", "varbyte", "32", COLUMN_VARBYTE, 14, 32, 0, 0, false},
	{"p", "super", "0", COLUMN_SUPER, 15, 0, 0, 0, false},
	{"q", "inet", "0", COLUMN_SERVER, 16, 0, 0, 0, false},
};

static const TupleAttribute fuzz_attributes[FUZZ_COLUMNS] = {
	{1, 'c', false},  {2, 's', false},	{4, 'i', false},  {8, 'd', false},	{4, 'i', false},
	{8, 'd', false},  {-1, 'i', false}, {-1, 'i', false}, {-1, 'i', false}, {4, 'i', false},
	{8, 'd', false},  {12, 'd', false}, {8, 'd', false},  {8, 'd', false},	{-1, 'i', false},
	{-1, 'i', false}, {-1, 'i', false},
};

/* Hands out the bytes, at most a piece at a time. */
static ssize_t
FuzzRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	FuzzSource *fuzz = (FuzzSource *)source;
	size_t got = fuzz->left < fuzz->piece ? fuzz->left : fuzz->piece;

	if (got > size)
		got = size;
	memcpy(buffer, fuzz->data, got);
	fuzz->data += got;
	fuzz->left -= got;
	return (ssize_t)got;
}

/* Has nothing to release. */
static void
FuzzClose(ByteSource *source)
{
}

/* One of several sets of conversion options. */
static ConvertOptions
FuzzOptions(unsigned choice)
{
	static const char *const dates[] = {NULL, "auto", "DD.MM.YYYY", "MON DD, YY"};
	static const char *const times[] = {NULL, "auto", "epochmillisecs", "MM/DD/YYYY HH12:MI:SS AM"};

	return (ConvertOptions){.truncate_columns = choice & 1,
							.trim_blanks = choice & 2,
							.blanks_as_null = choice & 2,
							.empty_as_null = choice & 4,
							.accept_any_date = choice & 4,
							.round_decimals = choice & 1,
							.invalid_char = choice & 8 ? '?' : '\0',
							.date_format = dates[choice >> 4 & 3],
							.time_format = times[choice >> 4 & 3],
							.fraction_text = choice & 8 ? FRACTION_SOURCE : FRACTION_17_DIGITS};
}

/* A converter for a set of options; made once and kept. */
static RowConverter *
FuzzConverter(unsigned choice)
{
	static RowConverter *converters[64];
	static RowPlan plans[64];
	Failure failure;

	choice %= 64;
	if (converters[choice] == NULL)
	{
		plans[choice] = (RowPlan){fuzz_columns, FUZZ_COLUMNS, fuzz_attributes, FUZZ_COLUMNS,
								  FuzzOptions(choice)};
		FailureInit(&failure);
		converters[choice] = RowConverterBegin(&plans[choice], &failure);
		FUZZ_CHECK(converters[choice] != NULL);
	}
	return converters[choice];
}

/* Reads all of a source and converts every record, checking what readers promise. */
static void
FuzzLoad(RecordReader *reader, const uint8_t *data, size_t size, size_t piece, unsigned choice)
{
	static RowBatch *batch;
	FuzzSource source = {{FuzzRead, FuzzClose}, data, size, piece};
	RowConverter *converter = FuzzConverter(choice);
	Record record = {0};
	Failure failure;
	ReadStatus status;
	uint64_t before = 0, line = 0, records = 0;

	if (batch == NULL)
		batch = RowBatchCreate(FUZZ_BATCH);
	FailureInit(&failure);
	RecordReaderStart(reader, &source.source);
	while ((status = RecordReaderNext(reader, &record, &failure)) == READ_RECORD ||
		   status == READ_BAD_RECORD)
	{
		/* records don't overlap, lines don't go back, raw is what stands in the object */
		FUZZ_CHECK(record.offset >= before && record.line >= line);
		FUZZ_CHECK(record.offset + record.raw_length <= size);
		FUZZ_CHECK(memcmp(record.raw, data + record.offset, record.raw_length) == 0);
		FUZZ_CHECK(++records <= size + 1);
		before = record.offset + record.raw_length;
		line = record.line;
		if (status == READ_BAD_RECORD)
		{
			FUZZ_CHECK(record.error.code != 0 && record.error.reason[0] != '\0');
			continue;
		}
		for (int i = 0; i < record.nfields; i++)
			for (uint32_t at = 0; record.fields[i].ascii && at < record.fields[i].length; at++)
				FUZZ_CHECK(record.fields[i].kind < FIELD_STRING || (record.fields[i].data[at] > 0));
		if (RowConverterConvert(converter, &record, 0, batch) == CONVERT_BATCH_FULL)
		{
			RowBatchReset(batch);
			FUZZ_CHECK(RowConverterConvert(converter, &record, 0, batch) != CONVERT_BATCH_FULL);
		}
	}
	FUZZ_CHECK(status == READ_END);
	RowBatchReset(batch);
}

#endif /* SPARKIFY_FUZZ_ROWS_H */
