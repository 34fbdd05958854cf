/*
 * text_fields.h
 *		Where a record of delimited, CSV or fixed-width text ends, and what its
 *		fields are.
 */
#ifndef SPARKIFY_TEXT_FIELDS_H
#define SPARKIFY_TEXT_FIELDS_H

#include "source/read/text_reader.h"

/* What fields are put into. */
typedef struct TextFields
{
	const TextReaderOptions *options;
	size_t delimiter_length;
	Field *fields;
	char *decoded; /* room for as many bytes as the record has */
	bool ascii;	   /* the record is ASCII without NUL */
} TextFields;

/*
 * Finds the newline that ends the record, or the end of the text if it is
 * final; NULL when more text is needed.
 */
extern const char *TextRecordEnd(const TextFields *fields, const char *start, const char *end,
								 bool final);

/* The end of what a line holds, without the CR of its CR LF. */
extern const char *TextTrimReturn(const TextFields *fields, const char *start, const char *newline);

/* Splits a record, without its line end, into fields; false with the error filled in. */
extern bool TextSplit(TextFields *fields, const char *start, const char *end, RecordError *error);

#endif /* SPARKIFY_TEXT_FIELDS_H */
