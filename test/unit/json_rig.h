/*
 * json_rig.h
 *		Reads JSON texts, in pieces of several sizes, into a line a record.
 */
#ifndef SPARKIFY_JSON_RIG_H
#define SPARKIFY_JSON_RIG_H

#include "source/read/json/json_reader.h"

#include "reader_rig.h"

/* What to read with; reset by each use. */
static JsonReaderOptions options;
static const char *const abc[] = {"a", "b", "c"};

/* Reads a text with a mapping, which it frees. */
static inline char *
ReadLength(JsonMapping *mapping, const char *text, size_t length, bool raw)
{
	Failure failure;
	RecordReader *reader;
	char *result;

	FailureInit(&failure);
	CHECK(mapping != NULL);
	options.mapping = mapping;
	reader = JsonReaderOpen(&options, &failure);
	CHECK(reader != NULL);
	result = RigRunAll(reader, text, length, raw);
	RecordReaderClose(reader);
	JsonMappingFree(mapping);
	memset(&options, 0, sizeof(options));
	return result;
}

static inline JsonMapping *
Auto(int ncolumns, bool ignore_case)
{
	Failure failure;

	FailureInit(&failure);
	return JsonMappingAuto(abc, ncolumns, ignore_case, &failure);
}

static inline JsonMapping *
Paths(int ncolumns, const char *document)
{
	Failure failure;
	JsonMapping *mapping;

	FailureInit(&failure);
	mapping =
		JsonMappingFromDocument(document, strlen(document), "s3://b/p", abc, ncolumns, &failure);
	if (mapping == NULL)
		printf("# %s (%s)\n", failure.message, failure.detail);
	return mapping;
}

#define READS(mapping, text, want)                                                                 \
	do                                                                                             \
	{                                                                                              \
		char *read_ = ReadLength(mapping, text, sizeof(text) - 1, false);                          \
		CHECK_STR(read_, want);                                                                    \
		free(read_);                                                                               \
	} while (0)

#define READS_RAW(mapping, text, want)                                                             \
	do                                                                                             \
	{                                                                                              \
		char *read_ = ReadLength(mapping, text, sizeof(text) - 1, true);                           \
		CHECK_STR(read_, want);                                                                    \
		free(read_);                                                                               \
	} while (0)

#endif /* SPARKIFY_JSON_RIG_H */
