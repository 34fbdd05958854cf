/*
 * text_fields.c
 *		The rules of delimited, CSV and fixed-width text (AWS:
 *		copy-parameters-data-format, copy-parameters-data-conversion).
 *
 * A delimiter behind the last column is no further column: dbgen and dsdgen
 * write it, and Redshift loads their files.
 */
#include "source/read/text_fields.h"

#include <string.h>

#include "source/base/utf8.h"

static const char *EndAtNul(const TextReaderOptions *options, const char *start, const char *end);
static bool NulIsNull(const TextReaderOptions *options);
static bool IsAscii(const char *p, const char *end);
static const char *DelimitedEnd(const char *start, const char *end, bool final);
static const char *CsvEnd(const TextFields *fields, const char *start, const char *end, bool final);
static bool SplitDelimited(TextFields *fields, const char *start, const char *end,
						   RecordError *error);
static bool SplitCsv(TextFields *fields, const char *start, const char *end, RecordError *error);
static bool SplitFixed(TextFields *fields, const char *start, const char *end, RecordError *error);
static const char *TakeEscaped(TextFields *fields, const char *p, const char *end, Field *field);
static const char *TakeUnquoted(TextFields *fields, const char *p, const char *end, Field *field);
static const char *TakeQuoted(TextFields *fields, const char *p, const char *end, Field *field);
static bool TakeNull(const TextFields *fields, int column, const char *p, const char *end,
					 RecordError *error);
static bool IsText(const char *p, const char *end, const char *text, size_t length);
static bool FillRecord(TextFields *fields, int from, RecordError *error);
static const char *SkipBlanks(const TextFields *fields, const char *p, const char *end);
static const char *FindDelimiter(const TextFields *fields, const char *p, const char *end);
static bool AtDelimiter(const TextFields *fields, const char *p, const char *end);
static bool Refuse(RecordError *error, int code, int column, size_t position, const char *reason);

/* Finds the end of a record. */
const char *
TextRecordEnd(const TextFields *fields, const char *start, const char *end, bool final)
{
	const TextReaderOptions *options = fields->options;
	const char *newline;

	if (options->format == TEXT_DELIMITED && options->escape)
		return DelimitedEnd(start, end, final);

	newline = memchr(start, '\n', (size_t)(end - start));
	if (newline == NULL && final)
		newline = end;
	if (options->format == TEXT_CSV &&
		memchr(start, options->quote, (size_t)((newline != NULL ? newline : end) - start)) != NULL)
		return CsvEnd(fields, start, end, final);

	return newline;
}

/*
 * Leaves the CR of a line's CR LF out.  One behind a backslash belongs to the
 * value: with ESCAPE it is the one character that follows that counts (AWS: copy-parameters-data-conversion), and
 * UNLOAD writes a value's own CR so.
 */
const char *
TextTrimReturn(const TextFields *fields, const char *start, const char *newline)
{
	const char *backslash = newline - 1;

	if (newline == start || newline[-1] != '\r')
		return newline;
	if (fields->options->format == TEXT_DELIMITED && fields->options->escape)
		while (backslash > start && backslash[-1] == '\\')
			backslash--;
	return (newline - 1 - backslash) % 2 == 0 ? newline - 1 : newline;
}

/* Splits a record. */
bool
TextSplit(TextFields *fields, const char *start, const char *end, RecordError *error)
{
	end = EndAtNul(fields->options, start, end);
	fields->ascii = IsAscii(start, end);
	memset(fields->fields, 0, (size_t)fields->options->ncolumns * sizeof(Field));
	if (start == end && fields->options->ncolumns > 1 && !fields->options->fill_record)
		return Refuse(error, LOAD_ERROR_EMPTY_LINE, -1, 0, "Input data line contained no data");

	switch (fields->options->format)
	{
		case TEXT_CSV:
			return SplitCsv(fields, start, end, error);
		case TEXT_FIXEDWIDTH:
			return SplitFixed(fields, start, end, error);
		default:
			return SplitDelimited(fields, start, end, error);
	}
}

/*
 * The end of a record: with ESCAPE a NUL ends it, and what follows is lost
 * (AWS: copy-parameters-data-conversion), unless NULL AS gives NUL a meaning.
 */
static const char *
EndAtNul(const TextReaderOptions *options, const char *start, const char *end)
{
	const char *nul = NULL;

	if (options->format == TEXT_DELIMITED && options->escape && !NulIsNull(options))
		nul = memchr(start, '\0', (size_t)(end - start));
	return nul != NULL ? nul : end;
}

/* Whether NULL AS '\0' is given. */
static bool
NulIsNull(const TextReaderOptions *options)
{
	return options->null_as != NULL && options->null_as_length == 1 && options->null_as[0] == '\0';
}

/* Whether text is 7-bit without NUL. */
static bool
IsAscii(const char *p, const char *end)
{
	uint64_t bits = 0, word;

	if (memchr(p, '\0', (size_t)(end - p)) != NULL)
		return false;

	for (; end - p >= 8; p += 8)
	{
		memcpy(&word, p, 8);
		bits |= word;
	}

	for (; p < end; p++)
		bits |= (unsigned char)*p;
	return (bits & UINT64_C(0x8080808080808080)) == 0;
}

/* Finds the first newline that has no backslash before it (ESCAPE). */
static const char *
DelimitedEnd(const char *start, const char *end, bool final)
{
	const char *p;

	for (p = start; p < end && *p != '\n'; p++)
		if (*p == '\\')
			p++;
	if (p >= end)
		return final ? end : NULL;

	return p;
}

/* Finds the first newline outside of quotes. */
static const char *
CsvEnd(const TextFields *fields, const char *start, const char *end, bool final)
{
	char quote = fields->options->quote;
	const char *p = start;

	for (;;)
	{
		/* at the beginning of a field */
		p = SkipBlanks(fields, p, end);
		if (p < end && *p == quote)
		{
			/* a doubled quote stands for one of them, so the field ends at a single one */
			for (p++; p < end; p++)
			{
				p = memchr(p, quote, (size_t)(end - p));
				if (p == NULL)
					/* the quote may be closed by what is still to come, but for the object's end */
					return final ? end : NULL;
				if (p + 1 == end || *++p != quote)
					break;
			}
		}

		/*
		 * Behind the closing quote there should be nothing; what is there is judged when the line
		 * is split.
		 */
		while (p < end && *p != '\n' && !AtDelimiter(fields, p, end))
			p++;
		if (p >= end)
			return final ? end : NULL;
		if (*p == '\n')
			return p;
		p += fields->delimiter_length;
	}
}

/* Splits delimited text. */
static bool
SplitDelimited(TextFields *fields, const char *start, const char *end, RecordError *error)
{
	const TextReaderOptions *options = fields->options;
	const char *p = start;

	/* the loop ends inside: only the text knows how many columns it has */
	for (int column = 0;; column++)
	{
		Field *field = &fields->fields[column];
		const char *next;

		/* all columns are filled; a delimiter behind the last one is one column too many */
		if (column == options->ncolumns)
			return p == end || Refuse(error, LOAD_ERROR_EXTRA_COLUMNS, -1, (size_t)(p - start),
									  "Extra column(s) found");
		if (options->remove_quotes && p < end && (*p == '"' || *p == '\''))
		{
			next = TakeUnquoted(fields, p, end, field);
			if (next == NULL)
				return Refuse(error, LOAD_ERROR_LINE, column, (size_t)(p - start),
							  "Closing quotation mark not found");
		}
		else
		{
			/*
			 * NULL AS is compared with the field as it is written, before its escapes are taken
			 * out.
			 */
			next = options->escape ? TakeEscaped(fields, p, end, field)
								   : FindDelimiter(fields, p, end);
			if (!options->escape)
				*field = (Field){p, (uint32_t)(next - p), FIELD_TEXT, fields->ascii};
			if (!TakeNull(fields, column, p, next, error))
				return false;
		}

		/* the last column is reached by the text's end, which has no delimiter */
		if (next == end)
			return FillRecord(fields, column + 1, error);
		p = next + fields->delimiter_length;
	}
}

/* Splits CSV. */
static bool
SplitCsv(TextFields *fields, const char *start, const char *end, RecordError *error)
{
	const TextReaderOptions *options = fields->options;
	const char *p = start;

	for (int column = 0;; column++)
	{
		Field *field = &fields->fields[column];
		const char *next = SkipBlanks(fields, p, end);

		if (column == options->ncolumns)
			return p == end || Refuse(error, LOAD_ERROR_EXTRA_COLUMNS, -1, (size_t)(p - start),
									  "Extra column(s) found");
		if (next < end && *next == options->quote)
		{
			next = TakeQuoted(fields, next + 1, end, field);
			if (next == NULL)
				return Refuse(error, LOAD_ERROR_LINE, column, (size_t)(p - start),
							  "Invalid quote formatting for CSV");
		}
		else
		{
			next = FindDelimiter(fields, p, end);
			*field = (Field){p, (uint32_t)(next - p), FIELD_TEXT, fields->ascii};
			if (!TakeNull(fields, column, p, next, error))
				return false;
		}

		if (next == end)
			return FillRecord(fields, column + 1, error);
		p = next + fields->delimiter_length;
	}
}

/* Cuts a line into columns of so many characters, without the blanks at their ends. */
static bool
SplitFixed(TextFields *fields, const char *start, const char *end, RecordError *error)
{
	const TextReaderOptions *options = fields->options;
	const char *p = start;

	for (int column = 0; column < options->ncolumns; column++)
	{
		Field *field = &fields->fields[column];
		const char *next = p, *last;

		/*
		 * A line may be shorter than the columns; those that are missing are filled in by
		 * FILLRECORD.
		 */
		if (p == end && column > 0)
			return FillRecord(fields, column, error);

		/* widths count characters, not bytes (AWS: copy-parameters-data-format) */
		for (int i = 0; i < options->widths[column] && next < end; i++)
			next = Utf8Next(next, end);
		for (last = next; last > p && last[-1] == ' ';)
			last--;
		*field = (Field){p, (uint32_t)(last - p), FIELD_TEXT, fields->ascii};
		if (!TakeNull(fields, column, p, last, error))
			return false;
		p = next;
	}

	/* blanks behind the last column are padding, everything else is data that nobody asked for */
	while (p < end && *p == ' ')
		p++;
	return p == end || Refuse(error, LOAD_ERROR_EXTRA_COLUMNS, -1, (size_t)(p - start),
							  "Extra column(s) found");
}

/* Takes a field in which a backslash makes the next character an ordinary one; returns its end. */
static const char *
TakeEscaped(TextFields *fields, const char *p, const char *end, Field *field)
{
	const char *start = p;
	char *out = NULL; /* once there was a backslash */

	while (p < end && !AtDelimiter(fields, p, end))
	{
		if (*p == '\\' && p + 1 < end)
		{
			if (out == NULL)
			{
				out = fields->decoded;
				memcpy(out, start, (size_t)(p - start));
				field->data = out;
				out += p - start;
			}

			p++;
		}

		if (out != NULL)
			*out++ = *p;
		p++;
	}

	if (out == NULL)
		*field = (Field){start, (uint32_t)(p - start), FIELD_TEXT, fields->ascii};
	else
	{
		*field = (Field){field->data, (uint32_t)(out - field->data), FIELD_TEXT, fields->ascii};
		fields->decoded = out;
	}

	return p;
}

/* Takes a field in quotes and drops these (REMOVEQUOTES); returns its end, or NULL. */
static const char *
TakeUnquoted(TextFields *fields, const char *p, const char *end, Field *field)
{
	char quote = *p++;
	char *out = fields->decoded;
	bool escape = fields->options->escape;

	for (; p < end; p++)
	{
		if (*p == quote && (p + 1 == end || AtDelimiter(fields, p + 1, end)))
		{
			*field = (Field){fields->decoded, (uint32_t)(out - fields->decoded), FIELD_TEXT,
							 fields->ascii};
			fields->decoded = out;
			return p + 1;
		}

		if (escape && *p == '\\' && p + 1 < end)
			p++;
		*out++ = *p;
	}

	return NULL;
}

/* Takes a field of CSV from behind its opening quote; returns its end, or NULL. */
static const char *
TakeQuoted(TextFields *fields, const char *p, const char *end, Field *field)
{
	char quote = fields->options->quote;
	const char *start = p;
	char *out = fields->decoded;
	bool doubled = false;

	for (;;)
	{
		const char *close = memchr(p, quote, (size_t)(end - p));

		if (close == NULL)
			return NULL;
		if (close + 1 < end && close[1] == quote)
		{
			doubled = true;
			memcpy(out, p, (size_t)(close + 1 - p));
			out += close + 1 - p;
			p = close + 2;
			continue;
		}

		if (doubled)
		{
			memcpy(out, p, (size_t)(close - p));
			out += close - p;
			*field = (Field){fields->decoded, (uint32_t)(out - fields->decoded), FIELD_TEXT,
							 fields->ascii};
			fields->decoded = out;
		}
		else
			*field = (Field){start, (uint32_t)(close - start), FIELD_TEXT, fields->ascii};
		p = SkipBlanks(fields, close + 1, end);
		return p == end || AtDelimiter(fields, p, end) ? p : NULL;
	}
}

/*
 * Makes a field NULL if its source text is that of NULL AS; false with the
 * error filled in.  The default \N may itself be escaped (AWS: copy-parameters-data-conversion).
 */
static bool
TakeNull(const TextFields *fields, int column, const char *p, const char *end, RecordError *error)
{
	const TextReaderOptions *options = fields->options;

	if (options->null_as == NULL)
		return true;
	if (IsText(p, end, options->null_as, options->null_as_length) ||
		(options->escape && options->null_by_default && IsText(p, end, "\\\\N", 3)))
		fields->fields[column].kind = FIELD_NULL;
	else if (NulIsNull(options) && p < end && *p == '\0')
		return Refuse(error, LOAD_ERROR_NULL_AS, column, 0,
					  "NULL AS '\\0' field is longer than one byte");
	return true;
}

/* Whether the bytes up to an end are those of a text. */
static bool
IsText(const char *p, const char *end, const char *text, size_t length)
{
	return (size_t)(end - p) == length && memcmp(p, text, length) == 0;
}

/* Ends a record whose columns from one on are missing: empty with FILLRECORD, else an error. */
static bool
FillRecord(TextFields *fields, int from, RecordError *error)
{
	if (from < fields->options->ncolumns && !fields->options->fill_record)
		return Refuse(error, LOAD_ERROR_NO_DELIMITER, from - 1, 0, "Delimiter not found");
	for (int column = from; column < fields->options->ncolumns; column++)
		fields->fields[column] = (Field){"", 0, FIELD_TEXT, true};
	return true;
}

/* Skips white space that is no delimiter. */
static const char *
SkipBlanks(const TextFields *fields, const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t') && !AtDelimiter(fields, p, end))
		p++;
	return p;
}

/* The next delimiter, or the end. */
static const char *
FindDelimiter(const TextFields *fields, const char *p, const char *end)
{
	while (p < end && (p = memchr(p, fields->options->delimiter[0], (size_t)(end - p))) != NULL)
	{
		if (AtDelimiter(fields, p, end))
			return p;
		p++;
	}

	return end;
}

/* Whether there is a delimiter at p. */
static bool
AtDelimiter(const TextFields *fields, const char *p, const char *end)
{
	const char *delimiter = fields->options->delimiter;

	return *p == delimiter[0] &&
		   (fields->delimiter_length == 1 || ((size_t)(end - p) >= fields->delimiter_length &&
											  memcmp(p, delimiter, fields->delimiter_length) == 0));
}

/* Says why a record is refused; always false. */
static bool
Refuse(RecordError *error, int code, int column, size_t position, const char *reason)
{
	error->code = code;
	error->column = column;
	error->position = (int)position;
	strcpy(error->reason, reason);
	return false;
}
