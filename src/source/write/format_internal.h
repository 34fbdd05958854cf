/*
 * format_internal.h
 *		What row_format.c and the formats share, and nobody else.
 */
#ifndef SPARKIFY_FORMAT_INTERNAL_H
#define SPARKIFY_FORMAT_INTERNAL_H

#include "source/convert/float_text.h"
#include "source/write/row_format.h"
#include "source/write/special_bytes.h"

/* A value of a row as it stands in the block. */
typedef struct ValueView
{
	const OutputColumn *column;
	int number; /* of the column, from 0 */
	bool null;
	const char *bytes;
	size_t length;
} ValueView;

struct RowFormatter
{
	/* parameters */
	const OutputPlan *plan;
	const struct FormatRules *rules;
	SpecialBytes special; /* bytes that make a text more than a copy */
	bool plain_delimiter; /* CSV: numbers and dates may have the delimiter in them */
	size_t null_length;
	size_t row_room; /* what a row takes at most besides its texts */
	char **names;
	char **keys; /* JSON: ,"name": */
	size_t *key_lengths;

	/* working state */
	FloatText floats;
};

/* What a format does.  room is what a value needs at most besides its bytes; all write at out. */
typedef struct FormatRules
{
	size_t growth; /* a byte of text becomes so many at most */
	char *(*begin)(RowFormatter *formatter, char *out);
	char *(*value)(RowFormatter *formatter, const ValueView *value, char *out, Failure *failure);
	char *(*end)(RowFormatter *formatter, char *out);
} FormatRules;

extern const FormatRules csv_rules;
extern const FormatRules delimited_rules;
extern const FormatRules fixedwidth_rules;
extern const FormatRules json_rules;

/* Writes what is no text of characters: numbers, times, BOOLEAN, VARBYTE. */
extern char *FormatPlainValue(RowFormatter *formatter, const ValueView *value, char *out);

/* Whether a value is a text of characters, which formats treat. */
static inline bool
FormatIsText(ValueKind kind)
{
	return kind >= VALUE_CHAR;
}

#endif /* SPARKIFY_FORMAT_INTERNAL_H */
