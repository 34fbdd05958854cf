/*
 * super_cast.c
 *		Casts of SUPER: what can't be cast is NULL where a VARCHAR would raise
 *		an error (AWS: query-super, "Lax semantics").
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "functions/super/super_value.h"

PG_FUNCTION_INFO_V1(redshift_super_number);
PG_FUNCTION_INFO_V1(redshift_super_integer);
PG_FUNCTION_INFO_V1(redshift_super_decimal);
PG_FUNCTION_INFO_V1(redshift_super_timestamp);
PG_FUNCTION_INFO_V1(redshift_super_timestamptz);

/* A longer exponent is no number's of Redshift. */
#define MAX_EXPONENT_DIGITS 3

static const char *
SkipDigits(const char *text)
{
	while (isdigit((unsigned char)*text))
		text++;
	return text;
}

/* Whether a string is a number such as -1.5e3, blanks around it allowed. */
static bool
ReadsAsNumber(const char *text)
{
	const char *digits;
	const char *end;
	int count;

	while (isspace((unsigned char)*text))
		text++;
	digits = text + (*text == '-' || *text == '+');
	end = SkipDigits(digits);
	count = (int)(end - digits);
	if (*end == '.')
	{
		digits = end + 1;
		end = SkipDigits(digits);
		count += (int)(end - digits);
	}

	if (count == 0)
		return false;
	if (*end == 'e' || *end == 'E')
	{
		digits = end + 1 + (end[1] == '-' || end[1] == '+');
		end = SkipDigits(digits);
		if (end == digits || end - digits > MAX_EXPONENT_DIGITS)
			return false;
	}

	while (isspace((unsigned char)*end))
		end++;
	return *end == '\0';
}

/* The number that a SUPER is, or that its string reads as; NULL: none. */
static Numeric
NumberOf(Jsonb *super)
{
	JsonbValue value;
	char *text;

	switch (SuperRead(super, &value))
	{
		case SUPER_NUMBER:
			return DatumGetNumericCopy(NumericGetDatum(value.val.numeric));
		case SUPER_BOOLEAN:
			return int64_to_numeric(value.val.boolean ? 1 : 0);
		case SUPER_STRING:
			text = pnstrdup(value.val.string.val, value.val.string.len);
			if (!ReadsAsNumber(text))
				return NULL;
			return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text),
													   ObjectIdGetDatum(InvalidOid),
													   Int32GetDatum(-1)));
		default:
			return NULL;
	}
}

/* super_number(super) */
Datum
redshift_super_number(PG_FUNCTION_ARGS)
{
	Numeric number = NumberOf(PG_GETARG_JSONB_P(0));

	if (number == NULL)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(number);
}

/* super_integer(super, maximum): rounded; NULL above the maximum of the type and below its minimum, ~maximum. */
Datum
redshift_super_integer(PG_FUNCTION_ARGS)
{
	Numeric number = NumberOf(PG_GETARG_JSONB_P(0));
	int64 maximum = PG_GETARG_INT64(1);
	Datum rounded;

	if (number == NULL)
		PG_RETURN_NULL();

	rounded = DirectFunctionCall2(numeric_round, NumericGetDatum(number), Int32GetDatum(0));
	if (DatumGetBool(
			DirectFunctionCall2(numeric_gt, rounded, NumericGetDatum(int64_to_numeric(maximum)))) ||
		DatumGetBool(
			DirectFunctionCall2(numeric_lt, rounded, NumericGetDatum(int64_to_numeric(~maximum)))))
		PG_RETURN_NULL();
	return DirectFunctionCall1(numeric_int8, rounded);
}

/* super_decimal(super, digits): NULL where more digits stand before the point. */
Datum
redshift_super_decimal(PG_FUNCTION_ARGS)
{
	Numeric number = NumberOf(PG_GETARG_JSONB_P(0));
	Datum limit;

	if (number == NULL)
		PG_RETURN_NULL();

	limit = DirectFunctionCall2(numeric_power, NumericGetDatum(int64_to_numeric(10)),
								NumericGetDatum(int64_to_numeric(PG_GETARG_INT32(1))));
	if (DatumGetBool(DirectFunctionCall2(
			numeric_ge, DirectFunctionCall1(numeric_abs, NumericGetDatum(number)), limit)))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(number);
}

/* Reads the point in time that a SUPER's string says; false when it says none.  zoned: its zone counts. */
static bool
TimestampOf(Jsonb *super, bool zoned, Timestamp *timestamp)
{
	char *fields[MAXDATEFIELDS];
	int types[MAXDATEFIELDS];
	char work[MAXDATELEN + MAXDATEFIELDS];
	struct pg_tm tm;
	fsec_t fraction;
	JsonbValue value;
	int count;
	int kind;
	int zone;

	if (SuperRead(super, &value) != SUPER_STRING)
		return false;
	if (ParseDateTime(pnstrdup(value.val.string.val, value.val.string.len), work, sizeof(work),
					  fields, types, MAXDATEFIELDS, &count) != 0 ||
		CompatDecodeDateTime(fields, types, count, &kind, &tm, &fraction, &zone) != 0 ||
		kind != DTK_DATE)
		return false;

	return tm2timestamp(&tm, fraction, zoned ? &zone : NULL, timestamp) == 0;
}

/* super_timestamp(super) */
Datum
redshift_super_timestamp(PG_FUNCTION_ARGS)
{
	Timestamp timestamp;

	if (!TimestampOf(PG_GETARG_JSONB_P(0), false, &timestamp))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMP(timestamp);
}

/* super_timestamptz(super): in the session's time zone where it names none. */
Datum
redshift_super_timestamptz(PG_FUNCTION_ARGS)
{
	Timestamp timestamp;

	if (!TimestampOf(PG_GETARG_JSONB_P(0), true, &timestamp))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(timestamp);
}
