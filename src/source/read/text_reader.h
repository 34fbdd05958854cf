/*
 * text_reader.h
 *		Finds the records of delimited, CSV and fixed-width text.
 */
#ifndef SPARKIFY_TEXT_READER_H
#define SPARKIFY_TEXT_READER_H

#include "source/read/record.h"

typedef enum TextFormat
{
	TEXT_DELIMITED,
	TEXT_CSV,
	TEXT_FIXEDWIDTH
} TextFormat;

typedef struct TextReaderOptions
{
	TextFormat format;
	int ncolumns;
	const char *delimiter; /* one or more bytes */
	char quote;			   /* CSV */
	bool escape;
	bool remove_quotes;
	bool fill_record;
	bool ignore_blank_lines;
	const char *null_as; /* bytes that stand for NULL */
	size_t null_as_length;
	bool null_by_default; /* they are \N because nothing else was said */
	const int *widths;	  /* FIXEDWIDTH: characters of each column */
	uint64_t skip_lines;  /* IGNOREHEADER */
} TextReaderOptions;

/* The options and what they point to stay the caller's and must outlive the reader. */
extern RecordReader *TextReaderOpen(const TextReaderOptions *options, Failure *failure);

#endif /* SPARKIFY_TEXT_READER_H */
