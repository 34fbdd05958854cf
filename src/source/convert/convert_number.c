/*
 * convert_number.c
 *		Integers, floats and booleans.
 *
 * Empty and blank values are NULL, always (AWS: copy-parameters-data-conversion,
 * EMPTYASNULL and BLANKSASNULL).
 */
#include "source/convert/convert_internal.h"

#include <math.h>
#include <strings.h>

#include "source/base/digits.h"

/* Whole numbers of so many digits are exact doubles: "x.0" needs no look at the double. */
#define EXACT_DIGITS 15

/* What an integer kind can hold, and what Redshift calls it. */
typedef struct IntegerInfo
{
	const char *type;
	int64_t smallest;
	int64_t largest;
} IntegerInfo;

static const IntegerInfo integers[] = {
	[COLUMN_INT2] = {"Short", INT16_MIN, INT16_MAX},
	[COLUMN_INT4] = {"Integer", INT32_MIN, INT32_MAX},
	[COLUMN_INT8] = {"Long", INT64_MIN, INT64_MAX},
};

static const struct
{
	const char *word;
	bool value;
} booleans[] = {{"t", true},  {"true", true},	{"y", true},  {"yes", true}, {"1", true},
				{"f", false}, {"false", false}, {"n", false}, {"no", false}, {"0", false}};

static bool ParsePlain(const Field *field, int64_t *value);
static bool ParseInteger(CellText text, int64_t *value, bool *overflow, size_t *where);
static CellStatus PutInteger(RowConverter *converter, const ColumnSlot *slot, int64_t value);
static CellStatus RejectOverflow(RowConverter *converter, const ColumnSlot *slot, const char *type);
static bool FloatName(CellText text, double *value);

/* Converts into SMALLINT, INTEGER or BIGINT; a JSON fraction counts by its 17-digit text. */
CellStatus
ConvertInteger(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	const IntegerInfo *info = &integers[slot->target->kind];
	CellText whole;
	CellText text;
	int64_t value;
	bool overflow;
	size_t where;

	if (ParsePlain(field, &value) && value >= info->smallest && value <= info->largest)
		return PutInteger(converter, slot, value);

	whole = CellTextOf(converter, field, FRACTION_17_DIGITS);
	text = CellTextTrim(whole);
	if (text.length == 0)
		return CELL_NULL;
	if (!ParseInteger(text, &value, &overflow, &where))
		return CellRejectDigit(converter, slot, whole, where + (size_t)(text.data - whole.data),
							   LOAD_ERROR_DIGIT, info->type);
	if (overflow || value < info->smallest || value > info->largest)
		return RejectOverflow(converter, slot, info->type);

	return PutInteger(converter, slot, value);
}

/* Converts into REAL or DOUBLE PRECISION. */
CellStatus
ConvertFloat(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	bool single = slot->target->kind == COLUMN_FLOAT4;
	const char *type = single ? "Real" : "Double";
	CellText whole = CellTextOf(converter, field, FRACTION_SOURCE);
	CellText text = field->kind == FIELD_FRACTION ? whole : CellTextTrim(whole);
	double value;
	float narrow;
	size_t where;

	if (text.length == 0)
		return CELL_NULL;

	switch (FloatParse(&converter->float_text, text.data, text.length, &value, &where))
	{
		case FLOAT_OK:
			break;
		case FLOAT_BAD:
			/* Infinity and NaN are no digits, but they are numbers */
			if (FloatName(text, &value))
				break;
			return CellRejectDigit(converter, slot, whole, where + (size_t)(text.data - whole.data),
								   LOAD_ERROR_FLOAT, type);
		default:
			return RejectOverflow(converter, slot, type);
	}

	/* a float of eight bytes is stored as it was read */
	if (!single)
		return CellPacked(TuplePutFixed(&converter->writer, slot->alignment, &value, 8));

	narrow = (float)value;

	/* infinite only since it was narrowed: an overflow, unlike the text Infinity */
	if (isinf(narrow) && !isinf(value))
		return RejectOverflow(converter, slot, type);

	return CellPacked(TuplePutFixed(&converter->writer, slot->alignment, &narrow, 4));
}

/* Converts the words and digits that Redshift takes for a truth value, in any case. */
CellStatus
ConvertBoolean(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	CellText text = CellTextTrim(CellTextOf(converter, field, FRACTION_17_DIGITS));

	if (text.length == 0)
		return CELL_NULL;

	for (size_t i = 0; i < sizeof(booleans) / sizeof(booleans[0]); i++)
		if (strlen(booleans[i].word) == text.length &&
			strncasecmp(booleans[i].word, text.data, text.length) == 0)
			return CellPacked(TuplePutFixed(&converter->writer, 1, &booleans[i].value, 1));
	return CellReject(converter, slot, LOAD_ERROR_BOOLEAN, 0, "Unknown boolean format");
}

/* Parses the common case: nothing but digits, or digits and a fraction of zeros in JSON. */
static bool
ParsePlain(const Field *field, int64_t *value)
{
	uint64_t digits;
	size_t count;

	/* longer texts may overflow, and true and false are no digits */
	if (field->length > DIGITS_MAX || field->kind == FIELD_TRUE || field->kind == FIELD_FALSE)
		return false;

	count = DigitsRead(field->data, field->length, &digits);
	*value = (int64_t)digits;
	if (count == field->length)
		return count > 0;

	/* 1.0 is an integer, but only as far as a double would have it exactly */
	if (field->kind != FIELD_FRACTION || count > EXACT_DIGITS || field->data[count] != '.')
		return false;

	while (++count < field->length)
		if (field->data[count] != '0')
			return false;
	return true;
}

/* Parses an optional sign and digits; false with where the first other byte is. */
static bool
ParseInteger(CellText text, int64_t *value, bool *overflow, size_t *where)
{
	size_t at = text.data[0] == '-' || text.data[0] == '+';
	bool negative = text.data[0] == '-';
	uint64_t magnitude = 0;

	*overflow = false;
	for (*where = 0; at < text.length; at++)
	{
		unsigned digit = (unsigned)(unsigned char)text.data[at] - '0';

		if (digit > 9)
		{
			*where = at;
			return false;
		}

		/* reading goes on after an overflow: a letter later on is the more helpful error */
		if (magnitude > (UINT64_MAX - 9) / 10)
			*overflow = true;
		magnitude = magnitude * 10 + digit;
	}

	if (text.length == 1 && (text.data[0] == '-' || text.data[0] == '+'))
		return false;

	/* the smallest number has a magnitude one larger than the largest */
	if (magnitude > (uint64_t)INT64_MAX + negative)
		*overflow = true;

	/* negated without a sign: the smallest number has no positive counterpart */
	*value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	return true;
}

/* Packs an integer that is in range in the attribute's width. */
static CellStatus
PutInteger(RowConverter *converter, const ColumnSlot *slot, int64_t value)
{
	int16_t two = (int16_t)value;
	int32_t four = (int32_t)value;
	TupleWriter *writer = &converter->writer;

	if (slot->length == 8)
		return CellPacked(TuplePutFixed(writer, slot->alignment, &value, 8));
	if (slot->length == 4)
		return CellPacked(TuplePutFixed(writer, slot->alignment, &four, 4));

	return CellPacked(TuplePutFixed(writer, slot->alignment, &two, 2));
}

/* Rejects a number that is too large for its type. */
static CellStatus
RejectOverflow(RowConverter *converter, const ColumnSlot *slot, const char *type)
{
	LoadErrorCode code =
		slot->target->kind <= COLUMN_INT8 ? LOAD_ERROR_INTEGER_OVERFLOW : LOAD_ERROR_RANGE;

	return CellReject(converter, slot, code, 0, "Overflow, Column type: %s", type);
}

/* Knows the names of what is no number but a float. */
static bool
FloatName(CellText text, double *value)
{
	static const struct
	{
		const char *name;
		double value;
	} names[] = {{"nan", NAN},
				 {"inf", INFINITY},
				 {"infinity", INFINITY},
				 {"+inf", INFINITY},
				 {"+infinity", INFINITY},
				 {"-inf", -INFINITY},
				 {"-infinity", -INFINITY}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == text.length &&
			strncasecmp(names[i].name, text.data, text.length) == 0)
		{
			*value = names[i].value;
			return true;
		}
	return false;
}
