/*
 * convert_decimal.c
 *		DECIMAL and NUMERIC, packed as PostgreSQL's numeric.c stores them:
 *		groups of four digits around the point, after a short or long header.
 *
 * Digits past the scale are cut off, not rounded, unless ROUNDEC says so
 * (AWS: copy-parameters-data-conversion).
 */
#include "source/convert/convert_internal.h"

#define GROUP_DIGITS 4

/* numeric.c's NUMERIC_SHORT_* and the limits of its long form. */
#define SHORT_MAX_SCALE 63
#define SHORT_MAX_WEIGHT 63
#define SHORT_MIN_WEIGHT (-64)
#define LONG_MAX_SCALE 16383
#define MAX_WHOLE_DIGITS 131072

/* An exponent past this is clamped: the number is zero or overflows anyway. */
#define EXPONENT_CLAMP 1000000

/* Values with fewer digits need no allocation. */
#define FEW_DIGITS 128

/* The greatest number of 64 bits, and how many digits it has. */
#define LONG_MAX_DIGITS "9223372036854775807"
#define LONG_PRECISION ((int)sizeof(LONG_MAX_DIGITS) - 1)

/*
 * A decimal number: digits[0..count), of which the first point ones (maybe
 * negative, maybe past count) stand before the point.  No leading zeros; zero
 * has no digits.
 */
typedef struct Decimal
{
	char *digits; /* with a byte to spare before them, for a carry */
	int64_t count;
	int64_t point;
	bool negative;
	int64_t scale; /* digits after the point, as they are displayed */
} Decimal;

static bool ParseDecimal(CellText text, Decimal *decimal, size_t *where);
static size_t TakeDigits(CellText text, size_t at, Decimal *decimal, bool whole);
static bool TakeExponent(CellText text, size_t *at, int64_t *exponent);
static void Shorten(Decimal *decimal, int64_t scale, bool rounded);
static void RoundUp(Decimal *decimal);
static bool Fits(const Decimal *decimal, const ColumnTarget *target);
static bool FitsLong(const Decimal *decimal, int64_t scale);
static CellStatus PutDecimal(RowConverter *converter, const ColumnSlot *slot,
							 const Decimal *decimal);
static size_t PackHeader(bool negative, uint16_t scale, int64_t weight, char *out);
static uint16_t Group(const char *digits, int64_t count, int64_t from);

/* Converts into DECIMAL; a JSON fraction counts by its 17-digit text. */
CellStatus
ConvertDecimal(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	const ColumnTarget *target = slot->target;
	CellText whole = CellTextOf(converter, field, converter->options.fraction_text);
	CellText text = CellTextTrim(whole);
	char few[FEW_DIGITS + 1];
	Decimal decimal = {.digits = few + 1};
	size_t where;

	if (text.length == 0)
		return CELL_NULL;
	if (text.length > FEW_DIGITS)
	{
		decimal.digits = CellScratch(converter, text.length + 1);
		if (decimal.digits == NULL)
			return CellReject(converter, slot, LOAD_ERROR_PARSE, 0, "Not enough memory");
		decimal.digits++;
	}

	if (!ParseDecimal(text, &decimal, &where))
		return CellRejectDigit(converter, slot, whole, where + (size_t)(text.data - whole.data),
							   LOAD_ERROR_DIGIT, "Decimal");
	if (target->precision > 0)
	{
		Shorten(&decimal, target->scale, converter->options.round_decimals);
		decimal.scale = target->scale > 0 ? target->scale : 0;
	}

	if (Fits(&decimal, target))
		return PutDecimal(converter, slot, &decimal);
	if (target->precision > 0)
		return CellReject(converter, slot, LOAD_ERROR_RANGE, 0, "Overflow for NUMERIC(%d,%d)",
						  target->precision, target->scale);
	return CellReject(converter, slot, LOAD_ERROR_RANGE, 0, "Overflow for NUMERIC");
}

/* Takes the text apart; false with the offset of the first byte that can't be. */
static bool
ParseDecimal(CellText text, Decimal *decimal, size_t *where)
{
	size_t at = text.data[0] == '-' || text.data[0] == '+';
	size_t begin = at;
	size_t digits;
	int64_t exponent = 0;

	decimal->negative = text.data[0] == '-';

	/* zeros in front count as written digits, but take no place in the number */
	at = TakeDigits(text, at, decimal, true);
	digits = at - begin;
	if (at < text.length && text.data[at] == '.')
	{
		begin = at + 1;
		at = TakeDigits(text, begin, decimal, false);
		digits += at - begin;
		decimal->scale = (int64_t)(at - begin);
	}

	/* an exponent without digits spoils the number; where is then at the letter */
	if (digits > 0 && at < text.length && (text.data[at] | 0x20) == 'e' &&
		!TakeExponent(text, &at, &exponent))
		digits = 0;

	/* 0 says that the whole text is no number, rather than one byte of it */
	*where = at < text.length ? at : 0;
	if (digits == 0 || at < text.length)
		return false;

	decimal->point += exponent;

	/* a positive exponent moves the point over written decimals */
	decimal->scale = decimal->scale > exponent ? decimal->scale - exponent : 0;

	return true;
}

/* Appends digits, without zeros before the first other one. */
static size_t
TakeDigits(CellText text, size_t at, Decimal *decimal, bool whole)
{
	for (; at < text.length; at++)
	{
		char digit = text.data[at];

		if (digit < '0' || digit > '9')
			break;
		if (digit != '0' || decimal->count > 0)
		{
			decimal->digits[decimal->count++] = digit;
			decimal->point += whole;
		}
		else
			decimal->point -= !whole;
	}

	return at;
}

/* Reads an exponent at 'e'; false when it has no digits. */
static bool
TakeExponent(CellText text, size_t *at, int64_t *exponent)
{
	size_t next = *at + 1;
	size_t begin;
	bool negative = false;

	if (next < text.length && (text.data[next] == '-' || text.data[next] == '+'))
		negative = text.data[next++] == '-';
	for (begin = next; next < text.length; next++)
	{
		char digit = text.data[next];

		if (digit < '0' || digit > '9')
			break;

		/*
		 * Clamped, because a long exponent would overflow; far beyond any range already, it stays
		 * wrong.
		 */
		if (*exponent < EXPONENT_CLAMP)
			*exponent = *exponent * 10 + (digit - '0');
	}

	if (next == begin)
		return false;
	if (negative)
		*exponent = -*exponent;

	/* moved only now: a caller's error position is that of the letter */
	*at = next;
	return true;
}

/* Cuts, or rounds, to so many digits after the point; fewer than none cut before it. */
static void
Shorten(Decimal *decimal, int64_t scale, bool rounded)
{
	int64_t keep = decimal->point + scale;

	if (keep >= decimal->count)
		return;
	if (keep < 0)
	{
		decimal->count = 0;
		return;
	}

	decimal->count = keep;
	if (rounded && decimal->digits[keep] >= '5')
		RoundUp(decimal);
}

/* Adds one to the last digit; of no digits at all, makes a one before the first. */
static void
RoundUp(Decimal *decimal)
{
	int64_t at = decimal->count;

	while (at > 0 && decimal->digits[at - 1] == '9')
		decimal->digits[--at] = '0';
	if (at > 0)
	{
		decimal->digits[at - 1]++;
		return;
	}

	decimal->digits--;
	decimal->digits[0] = '1';
	decimal->count++;
	decimal->point++;
}

/* Whether the number is within its type. */
static bool
Fits(const Decimal *decimal, const ColumnTarget *target)
{
	if (decimal->count == 0)
		return decimal->scale <= LONG_MAX_SCALE;
	if (target->precision > 0)
		return decimal->point <= target->precision - target->scale &&
			   (target->precision != LONG_PRECISION || FitsLong(decimal, target->scale));
	return decimal->point <= MAX_WHOLE_DIGITS && decimal->scale <= LONG_MAX_SCALE;
}

/*
 * Whether the digits down to the scale are within 64 bits: Redshift stores
 * DECIMAL(19,s) in these (AWS: r_Numeric_types201), so not all of 19 nines fit.
 */
static bool
FitsLong(const Decimal *decimal, int64_t scale)
{
	int64_t used = decimal->point + scale; /* at most the precision; further digits are cut off */

	if (used < LONG_PRECISION)
		return true;

	for (int64_t i = 0; i < used; i++)
	{
		char digit = i < decimal->count ? decimal->digits[i] : '0';

		if (digit != LONG_MAX_DIGITS[i])
			return digit < LONG_MAX_DIGITS[i];
	}

	return true;
}

/* Packs the number: header, then groups without zero groups at either end. */
static CellStatus
PutDecimal(RowConverter *converter, const ColumnSlot *slot, const Decimal *decimal)
{
	int64_t count = decimal->count;
	int64_t weight = 0;
	int64_t first = 0; /* where the first group begins: at or before the first digit */
	int64_t groups;
	char header[4];
	size_t header_bytes;
	char *room;

	while (count > 0 && decimal->digits[count - 1] == '0')
		count--;
	if (count > 0)
	{
		/* floor((point - 1) / 4) for a point of either sign */
		weight = (decimal->point - 1 + 4 * (int64_t)EXPONENT_CLAMP) / 4 - EXPONENT_CLAMP;
		first = decimal->point - (weight + 1) * GROUP_DIGITS;
	}

	groups = count > 0 ? (count - first + GROUP_DIGITS - 1) / GROUP_DIGITS : 0;

	header_bytes =
		PackHeader(decimal->negative && count > 0, (uint16_t)decimal->scale, weight, header);
	room = TupleOpenVarlena(&converter->writer, slot->packable, header_bytes + 2 * (size_t)groups);
	if (room == NULL)
		return CELL_FULL;

	memcpy(room, header, header_bytes);
	room += header_bytes;
	for (int64_t i = 0; i < groups; i++, room += 2)
	{
		uint16_t group = Group(decimal->digits, count, first + i * GROUP_DIGITS);

		memcpy(room, &group, sizeof(group));
	}

	return CELL_VALUE;
}

/* Writes the short header where it can hold the number, else the long one. */
static size_t
PackHeader(bool negative, uint16_t scale, int64_t weight, char *out)
{
	uint16_t words[2];

	if (scale <= SHORT_MAX_SCALE && weight <= SHORT_MAX_WEIGHT && weight >= SHORT_MIN_WEIGHT)
	{
		words[0] = (uint16_t)(0x8000 | (negative ? 0x2000 : 0) | (scale << 7) |
							  (weight < 0 ? 0x40 : 0) | (weight & 0x3F));
		memcpy(out, words, 2);
		return 2;
	}

	words[0] = (uint16_t)((negative ? 0x4000 : 0) | scale);
	words[1] = (uint16_t)(int16_t)weight;
	memcpy(out, words, 4);

	return 4;
}

/* The four digits from an offset on, which may be before the first or past the last one. */
static uint16_t
Group(const char *digits, int64_t count, int64_t from)
{
	unsigned group = 0;

	for (int64_t i = from; i < from + GROUP_DIGITS; i++)
	{
		group *= 10;
		if (i >= 0 && i < count)
			group += (unsigned)(digits[i] - '0');
	}

	return (uint16_t)group;
}
