/*
 * decimal.c
 *		Division and AVG of DECIMAL with a given scale, the rest cut off.
 *
 * That AVG cuts and doesn't round is not documented by AWS; chosen because AVG
 * of integers does (r_AVG).
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "functions/decimal.h"

PG_FUNCTION_INFO_V1(redshift_quotient);
PG_FUNCTION_INFO_V1(redshift_avg_decimal_step);
PG_FUNCTION_INFO_V1(redshift_avg_decimal_final);

typedef struct DecimalAvg
{
	Numeric sum;
	int64 count;
	int32 scale;
} DecimalAvg;

/* dividend / divisor with scale digits behind the point, those behind them cut off. */
static Datum
Quotient(Datum dividend, Datum divisor, int scale)
{
	Datum unit;
	Datum units;

	if (scale < 0 || scale > DECIMAL_MAX_SCALE)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("scale %d is not between 0 and %d", scale, DECIMAL_MAX_SCALE)));
	unit = NumericGetDatum(int64_div_fast_to_numeric(1, scale));
	units = DirectFunctionCall2(numeric_div_trunc, dividend,
								DirectFunctionCall2(numeric_mul, divisor, unit));
	return DirectFunctionCall2(numeric_mul, units, unit);
}

/* quotient(dividend, divisor, scale): what Redshift's / makes of two DECIMALs. */
Datum
redshift_quotient(PG_FUNCTION_ARGS)
{
	return Quotient(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1), PG_GETARG_INT32(2));
}

/* Adds a value to the average of DECIMALs. */
Datum
redshift_avg_decimal_step(PG_FUNCTION_ARGS)
{
	DecimalAvg *state = PG_ARGISNULL(0) ? NULL : (DecimalAvg *)PG_GETARG_POINTER(0);
	MemoryContext context;
	MemoryContext old;
	Numeric sum;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "avg called outside an aggregate");
	if (state == NULL)
		state = MemoryContextAllocZero(context, sizeof(DecimalAvg));
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_POINTER(state);

	/* the sum lives as long as the aggregate, longer than this call */
	old = MemoryContextSwitchTo(context);
	sum = state->sum == NULL ? PG_GETARG_NUMERIC_COPY(1)
							 : DatumGetNumeric(DirectFunctionCall2(
								   numeric_add, NumericGetDatum(state->sum), PG_GETARG_DATUM(1)));
	MemoryContextSwitchTo(old);
	if (state->sum != NULL)
		pfree(state->sum);
	state->sum = sum;

	/* the column's scale, the same for every row: the result is printed with it */
	state->scale = PG_GETARG_INT32(2);
	state->count++;
	PG_RETURN_POINTER(state);
}

/* The average of DECIMALs with their scale. */
Datum
redshift_avg_decimal_final(PG_FUNCTION_ARGS)
{
	DecimalAvg *state = PG_ARGISNULL(0) ? NULL : (DecimalAvg *)PG_GETARG_POINTER(0);

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	return Quotient(NumericGetDatum(state->sum), NumericGetDatum(int64_to_numeric(state->count)),
					state->scale);
}
