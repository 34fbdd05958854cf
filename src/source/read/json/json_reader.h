/*
 * json_reader.h
 *		Finds the records of a stream of JSON values and the fields that the
 *		columns want, without building a tree.
 */
#ifndef SPARKIFY_JSON_READER_H
#define SPARKIFY_JSON_READER_H

#include "source/read/json/jsonpaths.h"
#include "source/read/record.h"

/* How an object or array becomes the text of a character column. */
typedef enum NestedText
{
	NESTED_SOURCE,	/* the bytes as they stand in the object */
	NESTED_REDSHIFT /* compact, the way Redshift is thought to print it */
} NestedText;

typedef struct JsonReaderOptions
{
	const JsonMapping *mapping; /* stays the caller's */
	uint64_t skip_lines;		/* IGNOREHEADER */
	NestedText nested_text;
	const bool *keep_source; /* columns (SUPER) whose nested values stay as they stand, or NULL */
	int max_depth;			 /* 0: the default */
} JsonReaderOptions;

extern RecordReader *JsonReaderOpen(const JsonReaderOptions *options, Failure *failure);

#endif /* SPARKIFY_JSON_READER_H */
