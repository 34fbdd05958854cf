/*
 * float_text.c
 *		Decimal text and doubles.
 *
 * Parsing: a mantissa below 2^53 and a power of ten up to 22 are both exact
 * doubles, so one division or multiplication rounds once, correctly (Clinger,
 * "How to read floating point numbers accurately"); strtod does the rest.
 *
 * Printing: below 10^17 and from 10^-4 on, the fraction times a power of ten
 * fits in 128 bits, so seventeen digits come out of one exact multiplication;
 * snprintf does the rest.
 */
#include "source/convert/float_text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/base/digits.h"

#define EXACT_POWERS 22
#define EXACT_MANTISSA (UINT64_C(1) << 53)
#define MANTISSA_DIGITS 19 /* always fit in 64 bits */
#define PLAIN_DIGITS 15	   /* always fit in a double */
#define PRINTED_DIGITS 17

typedef unsigned __int128 uint128;

/* A number as it is written: mantissa * 10^exponent, where inexact says that digits were dropped. */
typedef struct Decimal
{
	bool negative;
	bool inexact;
	uint64_t mantissa;
	int digits; /* of the mantissa */
	int64_t exponent;
} Decimal;

static const double powers_of_ten[EXACT_POWERS + 1] = {
	1e0,  1e1,	1e2,  1e3,	1e4,  1e5,	1e6,  1e7,	1e8,  1e9,	1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* The powers of ten that fit in 64 bits. */
static const uint64_t whole_powers[] = {
	1u,
	10u,
	100u,
	1000u,
	10000u,
	100000u,
	1000000u,
	10000000u,
	100000000u,
	1000000000u,
	10000000000u,
	100000000000u,
	1000000000000u,
	10000000000000u,
	100000000000000u,
	1000000000000000u,
	10000000000000000u,
	100000000000000000u,
	1000000000000000000u,
	10000000000000000000u,
};

static bool ParsePlain(const char *data, size_t length, double *value);
static size_t ScanDecimal(const char *data, size_t length, Decimal *decimal);
static const char *ScanDigits(const char *at, const char *end, Decimal *decimal, bool fraction);
static const char *ScanExponent(const char *at, const char *end, int64_t *exponent);
static FloatStatus ParseSlowly(FloatText *text, const char *data, size_t length, double *value);
static size_t PrintFraction(uint64_t mantissa, int shift, char *out);
static size_t PrintInteger(uint64_t value, char *out);
static size_t PrintSlowly(FloatText *text, double value, char *out);

/* Makes the C locale at hand. */
bool
FloatTextInit(FloatText *text)
{
	*text = (FloatText){.c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0)};
	return text->c_locale != (locale_t)0;
}

/* Releases what Init and the slow ways took; idempotent. */
void
FloatTextClear(FloatText *text)
{
	if (text->c_locale != (locale_t)0)
		freelocale(text->c_locale);
	free(text->buffer);
	*text = (FloatText){0};
}

/* Parses a number; see the header for the contract. */
FloatStatus
FloatParse(FloatText *text, const char *data, size_t length, double *value, size_t *where)
{
	Decimal decimal;
	double result;

	/* most numbers of data are short; they need none of what follows */
	if (ParsePlain(data, length, value))
		return FLOAT_OK;

	*where = ScanDecimal(data, length, &decimal);
	if (*where < length || decimal.digits < 0)
		return FLOAT_BAD;

	/*
	 * Within these bounds mantissa and power are exact doubles, so one operation rounds once,
	 * correctly (Clinger). Everything else is left to the C library.
	 */
	if (decimal.inexact || decimal.mantissa > EXACT_MANTISSA || decimal.exponent > EXACT_POWERS ||
		decimal.exponent < -EXACT_POWERS)
		return ParseSlowly(text, data, length, value);

	result = (double)decimal.mantissa;
	if (decimal.exponent < 0)
		result /= powers_of_ten[-decimal.exponent];
	else
		result *= powers_of_ten[decimal.exponent];
	*value = decimal.negative ? -result : result;
	return FLOAT_OK;
}

/* Prints seventeen significant digits without trailing zeros. */
size_t
FloatPrint17(FloatText *text, double value, char *out)
{
	double magnitude = fabs(value);
	size_t sign = 0;
	uint64_t bits;
	int exponent;

	memcpy(&bits, &value, sizeof(bits));
	exponent = (int)(bits >> 52 & 0x7FF) - 1075; /* of the mantissa's last bit */
	if (!(magnitude < 1e17 && (magnitude >= 1e-4 || magnitude == 0)))
		return PrintSlowly(text, value, out);
	if (bits >> 63)
		out[sign++] = '-';
	if (magnitude == (double)(uint64_t)magnitude)
		return sign + PrintInteger((uint64_t)magnitude, out + sign);

	return sign + PrintFraction((bits & ((UINT64_C(1) << 52) - 1)) | (UINT64_C(1) << 52), -exponent,
								out + sign);
}

/* Parses the common case: fifteen digits at most, maybe with a point among them. */
static bool
ParsePlain(const char *data, size_t length, double *value)
{
	size_t sign = length > 0 && data[0] == '-';
	uint64_t whole;
	uint64_t fraction = 0;
	size_t count;
	size_t places = 0;

	if (length - sign > PLAIN_DIGITS + 1)
		return false;

	count = DigitsRead(data + sign, length - sign, &whole);
	if (count == 0)
		return false;
	if (sign + count < length)
	{
		size_t begin = sign + count + 1;

		if (data[begin - 1] != '.')
			return false;
		places = DigitsRead(data + begin, length - begin, &fraction);
		if (begin + places < length)
			return false;
	}

	if (count + places > PLAIN_DIGITS)
		return false;

	*value = (double)(whole * whole_powers[places] + fraction) / powers_of_ten[places];
	if (sign)
		*value = -*value;
	return true;
}

/*
 * Takes a number apart and returns the offset where it ends; digits is -1
 * when there is none, or when an exponent has none.
 */
static size_t
ScanDecimal(const char *data, size_t length, Decimal *decimal)
{
	const char *end = data + length;
	const char *at = data;
	const char *digits;
	bool any;

	/* point and exponent may be missing, but not all digits */
	*decimal = (Decimal){0};
	if (at < end && (*at == '-' || *at == '+'))
		decimal->negative = *at++ == '-';
	digits = at;
	at = ScanDigits(at, end, decimal, false);
	any = at > digits;
	if (at < end && *at == '.')
	{
		digits = ++at;
		at = ScanDigits(at, end, decimal, true);
		any = any || at > digits;
	}

	/* an e without digits before it is a letter, not an exponent */
	if (any && at < end && (*at == 'e' || *at == 'E'))
	{
		const char *exponent = ScanExponent(at + 1, end, &decimal->exponent);

		any = exponent != NULL;

		/*
		 * The caller asks where the number ends: an exponent without digits leaves nothing to go
		 * on with.
		 */
		at = any ? exponent : end;
	}

	if (!any)
		decimal->digits = -1;
	return (size_t)(at - data);
}

/* Adds digits to the mantissa as long as they fit, and keeps the exponent in step. */
static const char *
ScanDigits(const char *at, const char *end, Decimal *decimal, bool fraction)
{
	uint64_t mantissa = decimal->mantissa;
	int digits = decimal->digits;

	for (; at < end; at++)
	{
		unsigned digit = (unsigned)(unsigned char)*at - '0';

		if (digit > 9)
			break;
		if (digits >= MANTISSA_DIGITS)
		{
			decimal->inexact = true;
			decimal->exponent += !fraction;
			continue;
		}

		mantissa = mantissa * 10 + digit;
		digits += mantissa != 0;
		decimal->exponent -= fraction;
	}

	decimal->mantissa = mantissa;
	decimal->digits = digits;

	return at;
}

/* Adds a written exponent; NULL when it has no digits.  A huge one saturates. */
static const char *
ScanExponent(const char *at, const char *end, int64_t *exponent)
{
	const char *digits;
	bool negative = false;
	int64_t written = 0;

	if (at < end && (*at == '-' || *at == '+'))
		negative = *at++ == '-';
	for (digits = at; at < end && *at >= '0' && *at <= '9'; at++)
		/* saturates instead of overflowing: the number is zero or infinite by then */
		if (written < INT32_MAX)
			written = written * 10 + (*at - '0');
	*exponent += negative ? -written : written;
	return at > digits ? at : NULL;
}

/* Parses what was checked already with the C library, which wants it terminated. */
static FloatStatus
ParseSlowly(FloatText *text, const char *data, size_t length, double *value)
{
	locale_t before;

	if (text->size <= length)
	{
		char *larger = realloc(text->buffer, length + 256);

		if (larger == NULL)
			return FLOAT_MEMORY;
		text->buffer = larger;
		text->size = length + 256;
	}

	memcpy(text->buffer, data, length);
	text->buffer[length] = '\0';
	before = uselocale(text->c_locale);
	*value = strtod(text->buffer, NULL);
	uselocale(before);

	return isinf(*value) ? FLOAT_RANGE : FLOAT_OK;
}

/* Prints mantissa / 2^shift, which is no integer and at least 10^-4. */
static size_t
PrintFraction(uint64_t mantissa, int shift, char *out)
{
	uint128 unit = (uint128)1 << shift;
	uint64_t integer = shift < 64 ? mantissa >> shift : 0;
	uint128 scaled = (uint128)mantissa & (unit - 1);
	size_t length = PrintInteger(integer, out);
	int places = integer > 0 ? PRINTED_DIGITS - (int)length : PRINTED_DIGITS;
	uint128 rest;
	uint64_t digits;

	/* zeros after the point are printed, but are none of the digits that count */
	if (integer == 0)
		for (uint128 probe = scaled * 10; probe < unit; probe *= 10)
			places++; /* zeros after the point don't count */
	/* the table ends at 10^19, the last power that 64 bits hold */
	scaled *= whole_powers[places < 19 ? places : 19];
	if (places > 19)
		scaled *= 10; /* twenty places at most: the value is at least 10^-4 */
	/* all arithmetic is exact, so that half is half and goes to the even digit, as in strtod */
	digits = (uint64_t)(scaled >> shift);
	rest = scaled & (unit - 1);
	if (rest > unit / 2 || (rest == unit / 2 && (digits & 1)))
		digits++;

	if (digits == 0)
		return length;

	/* trailing zeros aren't printed */
	for (; digits % 10 == 0 && places > 0; places--)
		digits /= 10;
	if (places == 0) /* rounded up to the next integer, the last digit included */
		return PrintInteger(integer + digits, out);

	out[length++] = '.';
	for (int i = places; i-- > 0; digits /= 10)
		out[length + (size_t)i] = (char)('0' + digits % 10);
	return length + (size_t)places;
}

/* Prints a positive integer or 0. */
static size_t
PrintInteger(uint64_t value, char *out)
{
	char reversed[20];
	size_t length = 0;

	do
		reversed[length++] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	for (size_t i = 0; i < length; i++)
		out[i] = reversed[length - 1 - i];
	return length;
}

/* Prints with the C library, in its C locale whatever the process's is. */
static size_t
PrintSlowly(FloatText *text, double value, char *out)
{
	locale_t before = uselocale(text->c_locale);
	int length = snprintf(out, FLOAT_TEXT_MAX, "%.17g", value);

	uselocale(before);
	return (size_t)length;
}
