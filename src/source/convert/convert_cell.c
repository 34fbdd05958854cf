/*
 * convert_cell.c
 *		What the converters of all kinds need: a field's text, and ways to say
 *		what became of a value.
 */
#include "source/convert/convert_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "source/base/utf8.h"

/*
 * Whether a fraction is written as up to fifteen digits, a point and zeros,
 * as the seconds and milliseconds of many programs are: then seventeen digits
 * of it are the digits before the point, and the length is theirs.
 */
static bool
IsWholeFraction(const Field *field, size_t *length)
{
	size_t at = field->length;

	while (at > 0 && field->data[at - 1] == '0')
		at--;
	if (at == 0 || at > 16 || field->data[at - 1] != '.')
		return false;

	*length = at - 1;
	return true;
}

/* The text Redshift's type conversions start from. */
CellText
CellTextOf(RowConverter *converter, const Field *field, FractionText fraction)
{
	CellText text = {field->data, field->length, field->ascii};
	double value;
	size_t where;

	switch (field->kind)
	{
		case FIELD_TRUE:
			return (CellText){"true", 4, true};
		case FIELD_FALSE:
			return (CellText){"false", 5, true};
		case FIELD_FRACTION:
			text.ascii = true;
			if (fraction == FRACTION_17_DIGITS && IsWholeFraction(field, &text.length))
				return text;
			if (fraction == FRACTION_17_DIGITS &&
				FloatParse(&converter->float_text, text.data, text.length, &value, &where) ==
					FLOAT_OK)
			{
				text.length = FloatPrint17(&converter->float_text, value, converter->number);
				text.data = converter->number;
			}

			return text;
		case FIELD_INTEGER:
			text.ascii = true;
			return text;
		default:
			return text;
	}
}

/* Says why the record is refused. */
CellStatus
CellReject(RowConverter *converter, const ColumnSlot *slot, LoadErrorCode code, size_t position,
		   const char *format, ...)
{
	RecordError *error = &converter->record->error;
	va_list arguments;

	error->code = code;
	error->column = slot->column;
	error->position = (int)position;
	va_start(arguments, format);
	vsnprintf(error->reason, sizeof(error->reason), format, arguments);
	va_end(arguments);

	return CELL_REJECTED;
}

/* Says which character is no digit; one that can't be shown becomes '?'. */
CellStatus
CellRejectDigit(RowConverter *converter, const ColumnSlot *slot, CellText text, size_t position,
				LoadErrorCode code, const char *type)
{
	const char *at = text.data + position;
	int shown = 0;
	Utf8Problem problem;

	if (position < text.length)
	{
		shown = (int)(Utf8Next(at, text.data + text.length) - at);
		if (Utf8FindProblem(at, (size_t)shown, 0, false, &problem))
		{
			at = "?";
			shown = 1;
		}
	}

	return CellReject(converter, slot, code, position,
					  "Invalid digit, Value '%.*s', Pos %zu, Type: %s", shown, at, position, type);
}

/* Remembers that characters of the column were replaced. */
void
CellReplaced(RowConverter *converter, const ColumnSlot *slot)
{
	converter->replaced_columns[converter->nreplaced++] = slot->column;
}

/* Makes the scratch buffer large enough. */
char *
CellScratch(RowConverter *converter, size_t size)
{
	if (converter->scratch_size < size)
	{
		char *larger = realloc(converter->scratch, size + size / 2);

		if (larger == NULL)
			return NULL;
		converter->scratch = larger;
		converter->scratch_size = size + size / 2;
	}

	return converter->scratch;
}
