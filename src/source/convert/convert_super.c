/*
 * convert_super.c
 *		SUPER: the JSON text of a value, checked so well that the server's
 *		jsonb input can't refuse it.
 */
#include "source/convert/convert_internal.h"

#include "source/read/json/json_check.h"
#include "source/base/utf8.h"

static size_t QuotedLength(const char *data, size_t length);
static void Quote(const char *data, size_t length, char *out);
static CellStatus PutString(RowConverter *converter, const ColumnSlot *slot, const Field *field);
static CellStatus Reject(RowConverter *converter, const ColumnSlot *slot, size_t where,
						 const char *why);

/* Converts into SUPER: a JSON value stays what it is, a text field has to be JSON. */
CellStatus
ConvertSuper(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	CellText text = CellTextOf(converter, field, FRACTION_SOURCE);
	size_t where;
	const char *why;

	if (field->kind == FIELD_STRING)
		return PutString(converter, slot, field);
	if (CellTextTrim(text).length == 0)
		return CELL_NULL;
	if (!JsonCheck(text.data, text.length, &where, &why))
		return Reject(converter, slot, where, why);

	return CellPacked(TuplePutVarlena(&converter->writer, slot->packable, text.data, text.length));
}

/* Packs a string, quoted again. */
static CellStatus
PutString(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	Utf8Problem problem;
	char *room;

	if (!field->ascii && Utf8FindProblem(field->data, field->length, 0, false, &problem))
		return Reject(converter, slot, problem.offset, "invalid UTF-8 or NUL");
	if (field->length > JSON_CHECK_MAX_STRING)
		return Reject(converter, slot, JSON_CHECK_MAX_STRING, JSON_CHECK_LONG_STRING);

	room = TupleOpenVarlena(&converter->writer, slot->packable,
							QuotedLength(field->data, field->length));
	if (room == NULL)
		return CELL_FULL;

	Quote(field->data, field->length, room);

	return CELL_VALUE;
}

/* The length of the string's JSON form. */
static size_t
QuotedLength(const char *data, size_t length)
{
	size_t quoted = length + 2;

	for (size_t i = 0; i < length; i++)
	{
		if (data[i] == '"' || data[i] == '\\')
			quoted++;
		else if ((unsigned char)data[i] < ' ')
			quoted += 5;
	}

	return quoted;
}

/* Writes the string's JSON form. */
static void
Quote(const char *data, size_t length, char *out)
{
	static const char hex[] = "0123456789abcdef";

	*out++ = '"';
	for (size_t i = 0; i < length; i++)
	{
		unsigned char byte = (unsigned char)data[i];

		if (byte < ' ')
		{
			memcpy(out, "\\u00", 4);
			out[4] = hex[byte >> 4];
			out[5] = hex[byte & 0xF];
			out += 6;
			continue;
		}

		if (byte == '"' || byte == '\\')
			*out++ = '\\';
		*out++ = (char)byte;
	}

	*out = '"';
}

/* Rejects what jsonb couldn't hold. */
static CellStatus
Reject(RowConverter *converter, const ColumnSlot *slot, size_t where, const char *why)
{
	return CellReject(converter, slot, LOAD_ERROR_SUPER, where,
					  "Invalid JSON value for SUPER: %s, Pos %zu", why, where);
}
