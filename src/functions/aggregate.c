/*
 * aggregate.c
 *		Aggregates whose results differ from PostgreSQL's: LISTAGG, AVG of integers.
 */
#include "postgres.h"

#include "common/int.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(redshift_listagg_step);
PG_FUNCTION_INFO_V1(redshift_listagg_final);
PG_FUNCTION_INFO_V1(redshift_avg_step);
PG_FUNCTION_INFO_V1(redshift_avg_step_int4);
PG_FUNCTION_INFO_V1(redshift_avg_final);

/* What LISTAGG may return at most, in bytes. */
#define LISTAGG_LIMIT 65535

typedef struct AvgState
{
	int64 sum;
	int64 count;
} AvgState;

/* Adds a value to LISTAGG; NULL and '' are left out. */
Datum
redshift_listagg_step(PG_FUNCTION_ARGS)
{
	StringInfo state = PG_ARGISNULL(0) ? NULL : (StringInfo)PG_GETARG_POINTER(0);
	MemoryContext context;
	text *value;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "listagg called outside an aggregate");
	if (!PG_ARGISNULL(1) && VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(1)) > 0)
	{
		value = PG_GETARG_TEXT_PP(1);
		if (state == NULL)
		{
			MemoryContext old = MemoryContextSwitchTo(context);

			state = makeStringInfo();
			MemoryContextSwitchTo(old);
		}
		else if (PG_NARGS() > 2 && !PG_ARGISNULL(2))
		{
			text *delimiter = PG_GETARG_TEXT_PP(2);

			appendBinaryStringInfo(state, VARDATA_ANY(delimiter), VARSIZE_ANY_EXHDR(delimiter));
		}
		appendBinaryStringInfo(state, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
		if (state->len > LISTAGG_LIMIT)
			ereport(ERROR, (errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
							errmsg("Result size exceeds LISTAGG limit"),
							errdetail("LISTAGG returns at most %d bytes.", LISTAGG_LIMIT)));
	}
	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

/* The list LISTAGG has made; NULL when it is empty. */
Datum
redshift_listagg_final(PG_FUNCTION_ARGS)
{
	StringInfo state;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (StringInfo)PG_GETARG_POINTER(0);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(state->data, state->len));
}

/* Adds a value to the average of integers, which the first one begins. */
static AvgState *
AvgAdd(FunctionCallInfo fcinfo, int64 value)
{
	AvgState *state = PG_ARGISNULL(0) ? NULL : (AvgState *)PG_GETARG_POINTER(0);
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "avg called outside an aggregate");
	if (state == NULL)
		state = MemoryContextAllocZero(context, sizeof(AvgState));
	if (PG_ARGISNULL(1))
		return state;
	if (pg_add_s64_overflow(state->sum, value, &state->sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("bigint out of range")));
	state->count++;
	return state;
}

/* Adds a BIGINT to the average of integers. */
Datum
redshift_avg_step(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(AvgAdd(fcinfo, PG_ARGISNULL(1) ? 0 : PG_GETARG_INT64(1)));
}

/* Adds an INTEGER to the average of integers. */
Datum
redshift_avg_step_int4(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(AvgAdd(fcinfo, PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1)));
}

/* The average of integers, its fraction cut off. */
Datum
redshift_avg_final(PG_FUNCTION_ARGS)
{
	AvgState *state = PG_ARGISNULL(0) ? NULL : (AvgState *)PG_GETARG_POINTER(0);

	if (state == NULL || state->count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(state->sum / state->count);
}
