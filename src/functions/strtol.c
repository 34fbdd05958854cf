/*
 * strtol.c
 *		Redshift's STRTOL: the number that digits of a base stand for.
 *
 * Blanks and a sign may stand in front, and "0x" where the base is 16; no digits are 0
 * (https://docs.aws.amazon.com/redshift/latest/dg/r_STRTOL.html).  What else AWS leaves open is an
 * error here: a wrong number would be worse.
 */
#include "postgres.h"

#include <ctype.h>

#include "common/int.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "compat.h"

#define BASE_MIN 2
#define BASE_MAX 36

PG_FUNCTION_INFO_V1(redshift_strtol);

static int DigitOf(char letter);

/* strtol(digits, base): a BIGINT. */
Datum
redshift_strtol(PG_FUNCTION_ARGS)
{
	text *input = PG_GETARG_TEXT_PP(0);
	int base = PG_GETARG_INT32(1);
	const char *at = VARDATA_ANY(input), *end = at + VARSIZE_ANY_EXHDR(input);
	bool negative = false;
	int64 number = 0;

	/* the bases that C's strtol has */
	if (base < BASE_MIN || base > BASE_MAX)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("base %d is not between %d and %d", base, BASE_MIN, BASE_MAX));

	/* blanks around it, as C's strtol passes over */
	while (at < end && isspace((unsigned char)*at))
		at++;
	while (end > at && isspace((unsigned char)end[-1]))
		end--;
	if (at < end && (*at == '-' || *at == '+'))
		negative = *at++ == '-';

	/* 0x is allowed for base 16 only */
	if (base == 16 && end - at >= 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X'))
		at += 2;

	/* the number grows downwards when it is negative: the least has no opposite */
	for (; at < end; at++)
	{
		int digit = DigitOf(*at);

		if (digit >= base)
			ereport(ERROR, errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					errmsg("\"%s\" is no digit of base %d",
						   pnstrdup(at, Min(pg_mblen(at), end - at)), base));
		if (pg_mul_s64_overflow(number, base, &number) ||
			(negative ? pg_sub_s64_overflow(number, digit, &number)
					  : pg_add_s64_overflow(number, digit, &number)))
			ereport(ERROR, errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					errmsg("bigint out of range"));
	}

	PG_RETURN_INT64(number);
}

/* The value of a digit, in either case; of what is none, one that no base has. */
static int
DigitOf(char letter)
{
	if (letter >= '0' && letter <= '9')
		return letter - '0';
	letter = pg_ascii_tolower((unsigned char)letter);
	return letter >= 'a' && letter <= 'z' ? letter - 'a' + 10 : BASE_MAX;
}
