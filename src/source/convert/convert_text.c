/*
 * convert_text.c
 *		CHAR, VARCHAR and VARBYTE, and text for the server to convert.
 *
 * Lengths are bytes, as Redshift counts them.  Every text that leaves here is
 * valid UTF-8 without NUL.
 */
#include "source/convert/convert_internal.h"

#include <stdio.h>
#include <strings.h>

#include "source/base/utf8.h"

static bool IsNullText(const RowConverter *converter, CellText text);
static bool IsBlank(CellText text);
static CellStatus CheckUtf8(RowConverter *converter, const ColumnSlot *slot, CellText *text);
static CellStatus ReplaceInvalid(RowConverter *converter, const ColumnSlot *slot, CellText *text);
static CellStatus RejectUtf8(RowConverter *converter, const ColumnSlot *slot, CellText text,
							 const Utf8Problem *problem);
static CellStatus RejectMultibyte(RowConverter *converter, const ColumnSlot *slot, CellText text);
static void PrintHex(const char *data, int count, char *out);
static int HexDigit(char byte);

/* Converts into VARCHAR: at most max_bytes bytes of UTF-8. */
CellStatus
ConvertVarchar(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	const ConvertOptions *options = &converter->options;
	CellText text = CellTextOf(converter, field, options->fraction_text);
	CellStatus status;

	if (IsNullText(converter, text))
		return CELL_NULL;
	if (options->trim_blanks)
		while (text.length > 0 && CellIsSpace(text.data[text.length - 1]))
			text.length--;
	if (!text.ascii && (status = CheckUtf8(converter, slot, &text)) != CELL_VALUE)
		return status;
	if (text.length > slot->max_bytes)
	{
		if (!options->truncate_columns)
			return CellReject(converter, slot, LOAD_ERROR_RANGE, 0,
							  "String length exceeds DDL length");
		text.length = Utf8Clip(text.data, text.length, slot->max_bytes);
	}

	return CellPacked(TuplePutVarlena(&converter->writer, slot->packable, text.data, text.length));
}

/* Converts into CHAR: ASCII, padded with blanks. */
CellStatus
ConvertChar(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	CellText text = CellTextOf(converter, field, converter->options.fraction_text);
	size_t padded;
	char *room;

	if (IsNullText(converter, text))
		return CELL_NULL;
	if (!text.ascii && !Utf8IsAscii(text.data, text.length))
		return RejectMultibyte(converter, slot, text);
	if (text.length > slot->max_bytes)
	{
		if (!converter->options.truncate_columns)
			return CellReject(converter, slot, LOAD_ERROR_RANGE, 0,
							  "Char length exceeds DDL length");
		text.length = slot->max_bytes;
	}

	padded = slot->target->max_bytes > 0 ? (size_t)slot->target->max_bytes : text.length;
	room = TupleOpenVarlena(&converter->writer, slot->packable, padded);
	if (room == NULL)
		return CELL_FULL;

	memcpy(room, text.data, text.length);
	memset(room + text.length, ' ', padded - text.length);

	return CELL_VALUE;
}

/* Converts hexadecimal digits into VARBYTE. */
CellStatus
ConvertVarbyte(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	CellText text = CellTextTrim(CellTextOf(converter, field, FRACTION_SOURCE));
	char *room;

	if (text.length == 0)
		return CELL_NULL;

	for (size_t i = 0; i < text.length; i++)
		if (HexDigit(text.data[i]) < 0)
			return CellReject(converter, slot, LOAD_ERROR_HEX, i,
							  "Invalid hexadecimal digit, Pos %zu", i);
	if (text.length % 2 != 0)
		return CellReject(converter, slot, LOAD_ERROR_HEX, text.length,
						  "Odd number of hexadecimal digits");
	if (text.length / 2 > slot->max_bytes)
		return CellReject(converter, slot, LOAD_ERROR_RANGE, 0,
						  "Varbyte length exceeds DDL length");
	room = TupleOpenVarlena(&converter->writer, slot->packable, text.length / 2);
	if (room == NULL)
		return CELL_FULL;

	for (size_t i = 0; i < text.length; i += 2)
		*room++ = (char)(HexDigit(text.data[i]) << 4 | HexDigit(text.data[i + 1]));
	return CELL_VALUE;
}

/* Passes the text on for the type's input function; empty and blank are NULL. */
CellStatus
ConvertServer(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	CellText text = CellTextOf(converter, field, converter->options.fraction_text);
	Utf8Problem problem;

	if (CellTextTrim(text).length == 0)
		return CELL_NULL;
	if (!text.ascii && Utf8FindProblem(text.data, text.length, 0, false, &problem))
		return RejectUtf8(converter, slot, text, &problem);

	return CellPacked(TuplePutVarlena(&converter->writer, slot->packable, text.data, text.length));
}

/* Whether EMPTYASNULL or BLANKSASNULL make a character value NULL. */
static bool
IsNullText(const RowConverter *converter, CellText text)
{
	if (text.length == 0)
		return converter->options.empty_as_null;
	return converter->options.blanks_as_null && IsBlank(text);
}

/* Whether the text is white space only. */
static bool
IsBlank(CellText text)
{
	return CellTextTrim(text).length == 0;
}

/* Checks UTF-8, replacing what is invalid where ACCEPTINVCHARS allows it. */
static CellStatus
CheckUtf8(RowConverter *converter, const ColumnSlot *slot, CellText *text)
{
	bool accept = converter->options.invalid_char != 0;
	Utf8Problem problem;

	if (!Utf8FindProblem(text->data, text->length, 0, accept, &problem))
		return CELL_VALUE;
	if (accept)
		return ReplaceInvalid(converter, slot, text);

	return RejectUtf8(converter, slot, *text, &problem);
}

/* Makes a copy in which each invalid character is as many replacement bytes. */
static CellStatus
ReplaceInvalid(RowConverter *converter, const ColumnSlot *slot, CellText *text)
{
	char *copy = CellScratch(converter, text->length);
	size_t at = 0;
	Utf8Problem problem;

	if (copy == NULL)
		return CellReject(converter, slot, LOAD_ERROR_PARSE, 0, "Not enough memory");

	memcpy(copy, text->data, text->length);
	while (Utf8FindProblem(copy, text->length, at, true, &problem))
	{
		memset(copy + problem.offset, converter->options.invalid_char, (size_t)problem.length);
		at = problem.offset + (size_t)problem.length;
	}

	text->data = copy;
	CellReplaced(converter, slot);

	return CELL_VALUE;
}

/* Rejects invalid UTF-8 in Redshift's words (AWS: multi-byte-character-load-errors). */
static CellStatus
RejectUtf8(RowConverter *converter, const ColumnSlot *slot, CellText text,
		   const Utf8Problem *problem)
{
	char hex[32];

	PrintHex(text.data + problem->offset, problem->shown, hex);
	return CellReject(converter, slot, LOAD_ERROR_UTF8, problem->offset,
					  "String contains invalid or unsupported UTF8 codepoints. "
					  "Bad UTF8 hex sequence: %s (error %d)",
					  hex, (int)problem->error);
}

/* Rejects a character of CHAR that is not ASCII; NUL is invalid everywhere. */
static CellStatus
RejectMultibyte(RowConverter *converter, const ColumnSlot *slot, CellText text)
{
	Utf8Problem problem;
	size_t at = 0;
	int count = 1;
	char hex[32];

	while ((unsigned char)(text.data[at] - 1) < 0x7F)
		at++;
	if (text.data[at] == '\0')
	{
		Utf8FindProblem(text.data, text.length, at, false, &problem);
		return RejectUtf8(converter, slot, text, &problem);
	}

	while (count < 4 && at + (size_t)count < text.length &&
		   Utf8IsContinuation(text.data[at + (size_t)count]))
		count++;
	PrintHex(text.data + at, count, hex);
	return CellReject(converter, slot, LOAD_ERROR_UTF8, at,
					  "Multibyte character not supported for CHAR "
					  "(Hint: Try using VARCHAR). Invalid char: %s",
					  hex);
}

/* Prints bytes as "e0 a1 a4"; out has room for ten. */
static void
PrintHex(const char *data, int count, char *out)
{
	for (int i = 0; i < count; i++)
		out += sprintf(out, i > 0 ? " %02x" : "%02x", (unsigned)(unsigned char)data[i]);
}

/* The value of a hexadecimal digit, or -1. */
static int
HexDigit(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}
