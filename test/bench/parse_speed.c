/*
 * parse_speed.c
 *		How fast the readers find records and fields, alone on one core.
 *
 *	parse_speed [--text DELIMITER COLUMNS | --csv COLUMNS] [--columns a,b,c] [--ignorecase] [RUNS] FILE
 *
 * Reads FILE into memory once and then runs over it RUNS times, without
 * converting anything.  Build: see test/bench/parse_speed.sh.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "source/base/byte_source.h"
#include "source/read/json/json_reader.h"
#include "source/read/text_reader.h"

#define EVENT_COLUMNS                                                                              \
	"artist,auth,firstName,gender,itemInSession,lastName,length,level,location,method,page,"       \
	"registration,sessionId,song,status,ts,userAgent,userId"

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

/* Runs once over the data; prints what was found and how fast. */
static void
Run(RecordReader *reader, const char *data, size_t length)
{
	MemorySource source = {{MemoryRead, MemoryClose}, data, length};
	struct timespec begin, end;
	unsigned long long counts[4] = {0}, bytes = 0;
	Failure failure;
	Record record;
	ReadStatus status;
	double seconds;

	FailureInit(&failure);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	RecordReaderStart(reader, &source.source);
	do
	{
		status = RecordReaderNext(reader, &record, &failure);
		counts[status]++;
		if (status == READ_RECORD)
			for (int i = 0; i < record.nfields; i++)
				bytes += record.fields[i].length;
	} while (status == READ_RECORD || status == READ_BAD_RECORD);
	clock_gettime(CLOCK_MONOTONIC, &end);
	seconds = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	printf("%.0f MB/s, %.2f million records/s: %llu records, %llu bad, %llu bytes in fields%s%s\n",
		   (double)length / seconds / 1e6, (double)counts[READ_RECORD] / seconds / 1e6,
		   counts[READ_RECORD], counts[READ_BAD_RECORD], bytes, Failed(&failure) ? ": " : "",
		   failure.message);
}

/* Splits a list at its commas, in place. */
static int
Split(char *list, const char **names, int most)
{
	int count = 0;

	for (char *name = strtok(list, ","); name != NULL && count < most; name = strtok(NULL, ","))
		names[count++] = name;
	return count;
}

int
main(int argc, char **argv)
{
	char events[] = EVENT_COLUMNS;
	const char *names[1600];
	int ncolumns = Split(events, names, 1600), runs = 5, i = 1;
	bool ignore_case = false, is_text = false;
	TextReaderOptions text = {.null_as = "\\N", .null_as_length = 2};
	JsonReaderOptions json = {0};
	JsonMapping *mapping = NULL;
	RecordReader *reader;
	Failure failure;
	size_t length;
	char *data;

	for (; i < argc - 1; i++)
		if (strcmp(argv[i], "--columns") == 0)
			ncolumns = Split(argv[++i], names, 1600);
		else if (strcmp(argv[i], "--ignorecase") == 0)
			ignore_case = true;
		else if (strcmp(argv[i], "--text") == 0 && i + 2 < argc)
		{
			is_text = true;
			text.delimiter = argv[++i];
			text.ncolumns = atoi(argv[++i]);
		}
		else if (strcmp(argv[i], "--csv") == 0)
		{
			is_text = true;
			text.format = TEXT_CSV;
			text.ncolumns = atoi(argv[++i]);
		}
		else
			runs = atoi(argv[i]);
	if (i >= argc)
	{
		fprintf(stderr, "usage: parse_speed [OPTION...] [RUNS] FILE\n");
		return 2;
	}
	data = ReadFile(argv[i], &length);
	FailureInit(&failure);
	json.mapping = mapping = JsonMappingAuto(names, ncolumns, ignore_case, &failure);
	reader = is_text ? TextReaderOpen(&text, &failure) : JsonReaderOpen(&json, &failure);
	if (mapping == NULL || reader == NULL)
	{
		fprintf(stderr, "%s\n", failure.message);
		return 1;
	}
	while (runs-- > 0)
		Run(reader, data, length);
	RecordReaderClose(reader);
	JsonMappingFree(mapping);
	free(data);
	return 0;
}
