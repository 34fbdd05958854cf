/*
 * format_text.c
 *		Delimited text, CSV and fixed width (AWS: r_UNLOAD).
 *
 *	delimited	1|Phoenix, AZ			ADDQUOTES: "1"|"Phoenix, AZ", ESCAPE: a\|b
 *	CSV			1,"Phoenix, AZ"			quotes where a value needs them
 *	fixed width	1  Phoenix, AZ			blanks up to each column's width
 */
#include <string.h>

#include "source/base/utf8.h"
#include "source/write/format_internal.h"

static char *BeginLine(RowFormatter *formatter, char *out);
static char *EndLine(RowFormatter *formatter, char *out);
static char *CsvValue(RowFormatter *formatter, const ValueView *value, char *out, Failure *failure);
static char *DelimitedValue(RowFormatter *formatter, const ValueView *value, char *out,
							Failure *failure);
static char *FixedValue(RowFormatter *formatter, const ValueView *value, char *out,
						Failure *failure);
static char *PutDelimiter(const RowFormatter *formatter, const ValueView *value, char *out);
static char *PutBytes(const char *bytes, size_t length, char *out);
static char *PutQuoted(const char *bytes, size_t length, char *out);
static char *PutEscaped(const RowFormatter *formatter, const ValueView *value, char *out);
static bool IsNullText(const RowFormatter *formatter, const ValueView *value);
static size_t CountCharacters(const char *text, size_t length);

const FormatRules csv_rules = {2, BeginLine, CsvValue, EndLine};
const FormatRules delimited_rules = {2, BeginLine, DelimitedValue, EndLine};
const FormatRules fixedwidth_rules = {2, BeginLine, FixedValue, EndLine};

/* A line begins with its first value. */
static char *
BeginLine(RowFormatter *formatter, char *out)
{
	return out;
}

/* Ends a line. */
static char *
EndLine(RowFormatter *formatter, char *out)
{
	*out = '\n';
	return out + 1;
}

/*
 * Writes a value of CSV, in quotes if it has a delimiter, a quote or a line
 * end in it; also if it would be taken for NULL.
 */
static char *
CsvValue(RowFormatter *formatter, const ValueView *value, char *out, Failure *failure)
{
	char *end;

	out = PutDelimiter(formatter, value, out);
	if (value->null)
		return PutBytes(formatter->plan->null_as, formatter->null_length, out);
	if (FormatIsText(value->column->kind))
		return SpecialBytesIn(&formatter->special, value->bytes, value->length) ||
					   IsNullText(formatter, value)
				   ? PutQuoted(value->bytes, value->length, out)
				   : PutBytes(value->bytes, value->length, out);

	/* a date has a '-' in it, which may be the delimiter */
	end = FormatPlainValue(formatter, value, out);
	if (!formatter->plain_delimiter ||
		memchr(out, formatter->plan->delimiter, (size_t)(end - out)) == NULL)
		return end;

	memmove(out + 1, out, (size_t)(end - out));
	out[0] = end[1] = '"';

	return end + 2;
}

/* Writes a value of delimited text; NULL stands without quotes, so that it can be told from its text. */
static char *
DelimitedValue(RowFormatter *formatter, const ValueView *value, char *out, Failure *failure)
{
	const OutputPlan *plan = formatter->plan;

	out = PutDelimiter(formatter, value, out);
	if (value->null)
		return PutBytes(plan->null_as, formatter->null_length, out);
	if (plan->add_quotes)
		*out++ = '"';
	if (!FormatIsText(value->column->kind))
		out = FormatPlainValue(formatter, value, out);
	else if (plan->escape)
		out = PutEscaped(formatter, value, out);
	else
		out = PutBytes(value->bytes, value->length, out);
	if (plan->add_quotes)
		*out++ = '"';
	return out;
}

/*
 * Writes a value of fixed width, blanks behind it.  A text for NULL that is
 * too long leaves other columns than those of characters empty.
 */
static char *
FixedValue(RowFormatter *formatter, const ValueView *value, char *out, Failure *failure)
{
	const OutputColumn *column = value->column;
	size_t width = (size_t)column->width, count;
	char *end;

	if (value->null)
		end = PutBytes(formatter->plan->null_as, formatter->null_length, out);
	else if (FormatIsText(column->kind))
		end = PutBytes(value->bytes, value->length, out);
	else
		end = FormatPlainValue(formatter, value, out);
	count = CountCharacters(out, (size_t)(end - out));
	if (count > width && value->null && !FormatIsText(column->kind))
	{
		end = out;
		count = 0;
	}

	if (count > width)
	{
		FailureSet(failure, FAILURE_DATA, "a value of column \"%s\" is longer than its width of %d",
				   column->name, column->width);
		FailureDetail(failure, "It has %zu characters; FIXEDWIDTH doesn't truncate data.", count);
		return NULL;
	}

	memset(end, ' ', width - count);

	return end + (width - count);
}

/* Writes what stands before a value. */
static char *
PutDelimiter(const RowFormatter *formatter, const ValueView *value, char *out)
{
	*out = formatter->plan->delimiter;
	return out + (value->number > 0);
}

/* Writes bytes as they are. */
static char *
PutBytes(const char *bytes, size_t length, char *out)
{
	memcpy(out, bytes, length);
	return out + length;
}

/* Writes a text in quotes, its own doubled. */
static char *
PutQuoted(const char *bytes, size_t length, char *out)
{
	*out++ = '"';
	for (size_t i = 0; i < length; i++)
	{
		if (bytes[i] == '"')
			*out++ = '"';
		*out++ = bytes[i];
	}

	*out++ = '"';
	return out;
}

/* Writes a text with a backslash before what has a meaning; also before one that would be NULL. */
static char *
PutEscaped(const RowFormatter *formatter, const ValueView *value, char *out)
{
	const SpecialBytes *special = &formatter->special;

	if (!SpecialBytesIn(special, value->bytes, value->length))
	{
		if (value->length > 0 && IsNullText(formatter, value))
			*out++ = '\\';
		return PutBytes(value->bytes, value->length, out);
	}

	for (size_t i = 0; i < value->length; i++)
	{
		if (special->is_special[(unsigned char)value->bytes[i]])
			*out++ = '\\';
		*out++ = value->bytes[i];
	}

	return out;
}

/* Whether a value is the text that stands for NULL; an empty one can't be told from it in any way. */
static bool
IsNullText(const RowFormatter *formatter, const ValueView *value)
{
	return value->length == formatter->null_length && value->length > 0 &&
		   memcmp(value->bytes, formatter->plan->null_as, value->length) == 0;
}

/* Counts the characters of UTF-8. */
static size_t
CountCharacters(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += !Utf8IsContinuation(text[i]);
	return count;
}
