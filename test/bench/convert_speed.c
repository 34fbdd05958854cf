/*
 * convert_speed.c
 *		How fast one core parses, converts and packs events, without a server.
 *
 *	convert_speed [RUNS] FILE
 *
 * Reads FILE into memory once, then runs over it RUNS times with each set of
 * column types; counts CPU time, so that a busy machine matters less.  Build:
 * see test/bench/convert_speed.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "source/base/byte_source.h"
#include "source/convert/convert.h"
#include "source/read/json/json_reader.h"

#define COLUMNS 18
#define BATCH_BYTES (1024 * 1024)

static const char *const names[COLUMNS] = {
	"artist",	 "auth",  "firstName", "gender", "itemInSession", "lastName",
	"length",	 "level", "location",  "method", "page",		  "registration",
	"sessionId", "song",  "status",	   "ts",	 "userAgent",	  "userId"};

/* v: varchar, c: char(1), i: int, l: bigint, f: double, d: decimal(10,5), t: timestamp */
static const struct
{
	const char *title;
	const char *types;
} tables[] = {{"numbers as numbers", "vvvcivfvvvvlivilvi"},
			  {"decimal and timestamp", "vvvcivdvvvvlivitvi"},
			  {"all varchar", "vvvvvvvvvvvvvvvvvv"}};

typedef struct MemorySource
{
	ByteSource source;
	const char *data;
	size_t left;
} MemorySource;

/* Hands out the text as a stream. */
static ssize_t
MemoryRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	MemorySource *memory = (MemorySource *)source;
	size_t got = memory->left < size ? memory->left : size;

	memcpy(buffer, memory->data, got);
	memory->data += got;
	memory->left -= got;
	return (ssize_t)got;
}

/* Has nothing to release. */
static void
MemoryClose(ByteSource *source)
{
}

/* Reads a whole file, or exits. */
static char *
ReadFile(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *data;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
	{
		perror(path);
		exit(1);
	}
	*length = (size_t)ftell(file);
	rewind(file);
	data = malloc(*length + 1);
	if (data == NULL || fread(data, 1, *length, file) != *length)
	{
		perror(path);
		exit(1);
	}
	fclose(file);
	return data;
}

/* Makes the columns of a table from its letters. */
static void
MakeColumns(const char *types, ColumnTarget *columns, TupleAttribute *attributes)
{
	for (int i = 0; i < COLUMNS; i++)
	{
		columns[i] = (ColumnTarget){.name = names[i], .attribute = i};
		attributes[i] = (TupleAttribute){-1, 'i', false};
		switch (types[i])
		{
			case 'i':
				columns[i].kind = COLUMN_INT4;
				attributes[i].length = 4;
				continue;
			case 'd':
				columns[i].kind = COLUMN_NUMERIC;
				columns[i].precision = 10;
				columns[i].scale = 5;
				continue;
			case 'v':
			case 'c':
				columns[i].kind = types[i] == 'c' ? COLUMN_CHAR : COLUMN_VARCHAR;
				columns[i].max_bytes = types[i] == 'c' ? 1 : 256;
				continue;
		}
		columns[i].kind = types[i] == 'l'	? COLUMN_INT8
						  : types[i] == 'f' ? COLUMN_FLOAT8
											: COLUMN_TIMESTAMP;
		attributes[i] = (TupleAttribute){8, 'd', false};
	}
}

/* Runs once over the data; prints how fast. */
static void
Run(RecordReader *reader, RowConverter *converter, RowBatch *batch, const char *data, size_t length)
{
	MemorySource source = {{MemoryRead, MemoryClose}, data, length};
	unsigned long long rows = 0, rejected = 0, bytes = 0;
	struct timespec begin, end;
	Failure failure;
	Record record;
	double seconds;

	FailureInit(&failure);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	RecordReaderStart(reader, &source.source);
	while (RecordReaderNext(reader, &record, &failure) == READ_RECORD)
	{
		ConvertStatus status = RowConverterConvert(converter, &record, 0, batch);

		if (status == CONVERT_BATCH_FULL)
		{
			RowBatchReset(batch);
			status = RowConverterConvert(converter, &record, 0, batch);
		}
		if (status == CONVERT_ROW)
		{
			rows++;
			bytes += batch->rows[batch->nrows - 1].length;
		}
		else if (rejected++ == 0)
			printf("  column %d: %s\n", record.error.column, record.error.reason);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	seconds = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	printf("  %.0f MB/s, %.2f million rows/s: %llu rows, %llu rejected, %.0f bytes a row\n",
		   (double)length / seconds / 1e6, (double)rows / seconds / 1e6, rows, rejected,
		   rows > 0 ? (double)bytes / (double)rows : 0.0);
}

int
main(int argc, char **argv)
{
	ColumnTarget columns[COLUMNS];
	TupleAttribute attributes[COLUMNS];
	RowPlan plan = {columns, COLUMNS, attributes, COLUMNS, {.truncate_columns = true}};
	int runs = argc > 2 ? atoi(argv[1]) : 5;
	RowBatch *batch = RowBatchCreate(BATCH_BYTES);
	JsonReaderOptions json = {0};
	JsonMapping *mapping;
	RecordReader *reader;
	Failure failure;
	size_t length;
	char *data;

	if (argc < 2)
	{
		fprintf(stderr, "usage: convert_speed [RUNS] FILE\n");
		return 2;
	}
	data = ReadFile(argv[argc - 1], &length);
	FailureInit(&failure);
	json.mapping = mapping = JsonMappingAuto(names, COLUMNS, false, &failure);
	reader = mapping == NULL ? NULL : JsonReaderOpen(&json, &failure);
	plan.options.time_format = "epochmillisecs";
	for (size_t i = 0; reader != NULL && i < sizeof(tables) / sizeof(tables[0]); i++)
	{
		RowConverter *converter;

		MakeColumns(tables[i].types, columns, attributes);
		converter = RowConverterBegin(&plan, &failure);
		if (converter == NULL)
			break;
		printf("%s\n", tables[i].title);
		for (int run = 0; run < runs; run++)
			Run(reader, converter, batch, data, length);
		RowConverterEnd(converter);
	}
	RecordReaderClose(reader);
	JsonMappingFree(mapping);
	RowBatchFree(batch);
	free(data);
	if (Failed(&failure))
		fprintf(stderr, "%s\n", failure.message);
	return Failed(&failure);
}
