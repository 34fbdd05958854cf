/*
 * super_arithmetic.c
 *		Arithmetic of SUPER: of numbers, else NULL; + joins two strings (AWS:
 *		operators-functions).
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "functions/decimal.h"
#include "functions/super/super_value.h"

PG_FUNCTION_INFO_V1(redshift_super_add);
PG_FUNCTION_INFO_V1(redshift_super_subtract);
PG_FUNCTION_INFO_V1(redshift_super_multiply);
PG_FUNCTION_INFO_V1(redshift_super_divide);
PG_FUNCTION_INFO_V1(redshift_super_modulo);
PG_FUNCTION_INFO_V1(redshift_super_plus);
PG_FUNCTION_INFO_V1(redshift_super_minus);
PG_FUNCTION_INFO_V1(redshift_super_abs);
PG_FUNCTION_INFO_V1(redshift_super_ceil);
PG_FUNCTION_INFO_V1(redshift_super_floor);
PG_FUNCTION_INFO_V1(redshift_super_round);
PG_FUNCTION_INFO_V1(redshift_super_trunc);
PG_FUNCTION_INFO_V1(redshift_super_sum);
PG_FUNCTION_INFO_V1(redshift_super_of_number);

/* The digits behind the point that a quotient has at least (AWS: r_numeric_computations201). */
#define SUPER_QUOTIENT_SCALE 4

static Datum
SuperOfNumber(Datum number)
{
	JsonbValue value = {.type = jbvNumeric, .val.numeric = DatumGetNumeric(number)};

	return JsonbPGetDatum(JsonbValueToJsonb(&value));
}

/* super_of_number(numeric): the last step of SUM. */
Datum
redshift_super_of_number(PG_FUNCTION_ARGS)
{
	return SuperOfNumber(PG_GETARG_DATUM(0));
}

/* super_sum(sum, super): adds a number; what is none counts for nothing. */
Datum
redshift_super_sum(PG_FUNCTION_ARGS)
{
	JsonbValue value;

	if (PG_ARGISNULL(1) || SuperRead(PG_GETARG_JSONB_P(1), &value) != SUPER_NUMBER)
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}

	if (PG_ARGISNULL(0))
		PG_RETURN_NUMERIC(DatumGetNumericCopy(NumericGetDatum(value.val.numeric)));
	return DirectFunctionCall2(numeric_add, PG_GETARG_DATUM(0), NumericGetDatum(value.val.numeric));
}

/* Applies an operator of numeric to two numbers; NULL unless both are. */
static Datum
Calculate(FunctionCallInfo fcinfo, PGFunction function)
{
	JsonbValue a;
	JsonbValue b;

	if (SuperRead(PG_GETARG_JSONB_P(0), &a) != SUPER_NUMBER ||
		SuperRead(PG_GETARG_JSONB_P(1), &b) != SUPER_NUMBER)
		PG_RETURN_NULL();
	return SuperOfNumber(DirectFunctionCall2(function, NumericGetDatum(a.val.numeric),
											 NumericGetDatum(b.val.numeric)));
}

/* super_add(super, super) */
Datum
redshift_super_add(PG_FUNCTION_ARGS)
{
	JsonbValue a;
	JsonbValue b;
	JsonbValue joined = {.type = jbvString};

	if (SuperRead(PG_GETARG_JSONB_P(0), &a) != SUPER_STRING ||
		SuperRead(PG_GETARG_JSONB_P(1), &b) != SUPER_STRING)
		return Calculate(fcinfo, numeric_add);

	joined.val.string.len = a.val.string.len + b.val.string.len;
	joined.val.string.val = palloc(joined.val.string.len + 1);
	memcpy(joined.val.string.val, a.val.string.val, a.val.string.len);
	memcpy(joined.val.string.val + a.val.string.len, b.val.string.val, b.val.string.len);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(&joined));
}

/* super_subtract(super, super) */
Datum
redshift_super_subtract(PG_FUNCTION_ARGS)
{
	return Calculate(fcinfo, numeric_sub);
}

/* super_multiply(super, super) */
Datum
redshift_super_multiply(PG_FUNCTION_ARGS)
{
	return Calculate(fcinfo, numeric_mul);
}

/* As the quotient of two DECIMALs of which nothing but the values is known. */
static Datum
QuotientOfNumbers(PG_FUNCTION_ARGS)
{
	int scale = DatumGetInt32(DirectFunctionCall1(numeric_scale, PG_GETARG_DATUM(0)));

	return DirectFunctionCall3(
		redshift_quotient, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1),
		Int32GetDatum(Min(Max(scale, SUPER_QUOTIENT_SCALE), DECIMAL_MAX_SCALE)));
}

/* super_divide(super, super) */
Datum
redshift_super_divide(PG_FUNCTION_ARGS)
{
	return Calculate(fcinfo, QuotientOfNumbers);
}

/* super_modulo(super, super) */
Datum
redshift_super_modulo(PG_FUNCTION_ARGS)
{
	return Calculate(fcinfo, numeric_mod);
}

/* Applies a function of numeric to a number; NULL unless it is one. */
static Datum
Apply(FunctionCallInfo fcinfo, PGFunction function)
{
	JsonbValue value;

	if (SuperRead(PG_GETARG_JSONB_P(0), &value) != SUPER_NUMBER)
		PG_RETURN_NULL();
	return SuperOfNumber(DirectFunctionCall1(function, NumericGetDatum(value.val.numeric)));
}

/* super_plus(super): the sign +. */
Datum
redshift_super_plus(PG_FUNCTION_ARGS)
{
	return Apply(fcinfo, numeric_uplus);
}

/* super_minus(super): the sign -. */
Datum
redshift_super_minus(PG_FUNCTION_ARGS)
{
	return Apply(fcinfo, numeric_uminus);
}

Datum
redshift_super_abs(PG_FUNCTION_ARGS)
{
	return Apply(fcinfo, numeric_abs);
}

Datum
redshift_super_ceil(PG_FUNCTION_ARGS)
{
	return Apply(fcinfo, numeric_ceil);
}

Datum
redshift_super_floor(PG_FUNCTION_ARGS)
{
	return Apply(fcinfo, numeric_floor);
}

/* Applies ROUND or TRUNC with the digits that were asked for, none without. */
static Datum
ApplyDigits(FunctionCallInfo fcinfo, PGFunction function)
{
	Datum digits = PG_NARGS() > 1 ? PG_GETARG_DATUM(1) : Int32GetDatum(0);
	JsonbValue value;

	if (SuperRead(PG_GETARG_JSONB_P(0), &value) != SUPER_NUMBER)
		PG_RETURN_NULL();
	return SuperOfNumber(DirectFunctionCall2(function, NumericGetDatum(value.val.numeric), digits));
}

/* round(super [, digits]) */
Datum
redshift_super_round(PG_FUNCTION_ARGS)
{
	return ApplyDigits(fcinfo, numeric_round);
}

/* trunc(super [, digits]) */
Datum
redshift_super_trunc(PG_FUNCTION_ARGS)
{
	return ApplyDigits(fcinfo, numeric_trunc);
}
