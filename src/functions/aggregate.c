/*
 * aggregate.c
 *		Aggregates whose results differ from PostgreSQL's: LISTAGG, with DISTINCT
 *		as a window function too, AVG of integers.
 */
#include "postgres.h"

#include "common/int.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "compat.h"
#include "dialect/text/name_map.h"

PG_FUNCTION_INFO_V1(redshift_listagg_step);
PG_FUNCTION_INFO_V1(redshift_listagg_distinct_step);
PG_FUNCTION_INFO_V1(redshift_listagg_final);
PG_FUNCTION_INFO_V1(redshift_avg_step);
PG_FUNCTION_INFO_V1(redshift_avg_step_int4);
PG_FUNCTION_INFO_V1(redshift_avg_final);

/* What LISTAGG may return at most, in bytes. */
#define LISTAGG_LIMIT 65535

/* LISTAGG(DISTINCT x): the list, which the function at the end looks for, and what is in it. */
typedef struct DistinctState
{
	StringInfoData list;
	NameMap *seen;
} DistinctState;

typedef struct AvgState
{
	int64 sum;
	int64 count;
} AvgState;

static void ListAppend(FunctionCallInfo fcinfo, StringInfo list);

/* Adds a value to LISTAGG; NULL and '' are left out. */
Datum
redshift_listagg_step(PG_FUNCTION_ARGS)
{
	StringInfo state = PG_ARGISNULL(0) ? NULL : (StringInfo)PG_GETARG_POINTER(0);
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "listagg called outside an aggregate");

	/* left out before there is a state: of nothing but NULLs the list is NULL */
	if (!PG_ARGISNULL(1) && VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(1)) > 0)
	{
		if (state == NULL)
		{
			/* the state lives as long as the aggregate, longer than this call */
			MemoryContext old = MemoryContextSwitchTo(context);

			state = makeStringInfo();
			MemoryContextSwitchTo(old);
		}

		ListAppend(fcinfo, state);
	}

	if (state == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(state);
}

/* Adds the value, and the delimiter before it unless it is the first. */
static void
ListAppend(FunctionCallInfo fcinfo, StringInfo list)
{
	text *value = PG_GETARG_TEXT_PP(1);

	if (list->len > 0 && PG_NARGS() > 2 && !PG_ARGISNULL(2))
	{
		text *delimiter = PG_GETARG_TEXT_PP(2);

		appendBinaryStringInfo(list, VARDATA_ANY(delimiter), VARSIZE_ANY_EXHDR(delimiter));
	}

	appendBinaryStringInfo(list, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	if (list->len > LISTAGG_LIMIT)
		ereport(ERROR, (errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
						errmsg("Result size exceeds LISTAGG limit"),
						errdetail("LISTAGG returns at most %d bytes.", LISTAGG_LIMIT)));
}

/*
 * Adds a value to LISTAGG(DISTINCT ...) OVER unless it is there; blanks at its end make no difference (AWS:
 * r_LISTAGG).
 */
Datum
redshift_listagg_distinct_step(PG_FUNCTION_ARGS)
{
	DistinctState *state = PG_ARGISNULL(0) ? NULL : (DistinctState *)PG_GETARG_POINTER(0);
	MemoryContext context;
	MemoryContext old;
	char *value;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "listagg called outside an aggregate");

	/* the state lives as long as the aggregate, longer than this call */
	old = MemoryContextSwitchTo(context);
	if (state == NULL)
	{
		state = palloc(sizeof(DistinctState));
		initStringInfo(&state->list);
		state->seen = NameMapMake();
	}

	/* NULL and '' add nothing (AWS: r_LISTAGG) */
	if (!PG_ARGISNULL(1) && VARSIZE_ANY_EXHDR(PG_GETARG_TEXT_PP(1)) > 0)
	{
		value = text_to_cstring(PG_GETARG_TEXT_PP(1));
		for (int length = strlen(value); length > 0 && value[length - 1] == ' '; length--)
			value[length - 1] = '\0';

		/* only the first of equal values goes into the list, in the form it had there */
		if (NameMapFind(state->seen, value) == NULL)
		{
			NameMapAdd(state->seen, value, state);
			ListAppend(fcinfo, &state->list);
		}
		else
			pfree(value);
	}

	MemoryContextSwitchTo(old);
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
	if (state->len == 0)
		PG_RETURN_NULL();
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

	/* counted among neither: NULLs don't pull an average down */
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
