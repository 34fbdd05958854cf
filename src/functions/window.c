/*
 * window.c
 *		FIRST_VALUE, LAST_VALUE, NTH_VALUE, LAG and LEAD with IGNORE NULLS,
 *		which PostgreSQL's namesakes don't know.
 *
 * They walk from the row where their namesake looks until they have met as
 * many values as it takes.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "windowapi.h"

PG_FUNCTION_INFO_V1(redshift_first_value);
PG_FUNCTION_INFO_V1(redshift_last_value);
PG_FUNCTION_INFO_V1(redshift_nth_value);
PG_FUNCTION_INFO_V1(redshift_lag);
PG_FUNCTION_INFO_V1(redshift_lead);

/* The number-th value of the frame that isn't NULL, from its head or its tail. */
static Datum
ValueInFrame(FunctionCallInfo fcinfo, int64 number, int seek)
{
	WindowObject window = PG_WINDOW_OBJECT();
	int step = seek == WINDOW_SEEK_HEAD ? 1 : -1;

	for (int row = 0;; row += step)
	{
		bool null;
		bool outside;
		Datum value = WinGetFuncArgInFrame(window, 0, row, seek, false, &null, &outside);

		CHECK_FOR_INTERRUPTS();
		if (outside)
			PG_RETURN_NULL();
		if (!null && --number == 0)
			return value;
	}
}

/* The number-th value of the partition that isn't NULL, before or behind the current row. */
static Datum
ValueFromRow(FunctionCallInfo fcinfo, int step)
{
	WindowObject window = PG_WINDOW_OBJECT();
	int32 number = 1;
	bool null;

	/* LAG and LEAD without an offset look one row away */
	if (PG_NARGS() > 1)
	{
		number = DatumGetInt32(WinGetFuncArgCurrent(window, 1, &null));
		if (null)
			PG_RETURN_NULL();
		if (number < 0)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("offset must not be negative")));
	}

	/* the row itself, NULL or not */
	if (number == 0)
	{
		Datum value = WinGetFuncArgCurrent(window, 0, &null);

		if (null)
			PG_RETURN_NULL();
		return value;
	}

	/* NULLs are passed over here, which PostgreSQL's own LAG doesn't offer (AWS: r_WF_LAG) */
	for (int row = step;; row += step)
	{
		bool outside;
		Datum value =
			WinGetFuncArgInPartition(window, 0, row, WINDOW_SEEK_CURRENT, false, &null, &outside);

		CHECK_FOR_INTERRUPTS();
		if (outside)
			PG_RETURN_NULL();
		if (!null && --number == 0)
			return value;
	}
}

/* first_value(x) IGNORE NULLS: the first value of the frame. */
Datum
redshift_first_value(PG_FUNCTION_ARGS)
{
	return ValueInFrame(fcinfo, 1, WINDOW_SEEK_HEAD);
}

/* last_value(x) IGNORE NULLS: the last value of the frame. */
Datum
redshift_last_value(PG_FUNCTION_ARGS)
{
	return ValueInFrame(fcinfo, 1, WINDOW_SEEK_TAIL);
}

/* nth_value(x, n) IGNORE NULLS: the n-th value of the frame. */
Datum
redshift_nth_value(PG_FUNCTION_ARGS)
{
	bool null;
	int64 number = DatumGetInt32(WinGetFuncArgCurrent(PG_WINDOW_OBJECT(), 1, &null));

	if (null)
		PG_RETURN_NULL();
	if (number <= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_ARGUMENT_FOR_NTH_VALUE),
						errmsg("argument of nth_value must be greater than zero")));
	return ValueInFrame(fcinfo, number, WINDOW_SEEK_HEAD);
}

/* lag(x [, n]) IGNORE NULLS: the n-th value before the current row. */
Datum
redshift_lag(PG_FUNCTION_ARGS)
{
	return ValueFromRow(fcinfo, -1);
}

/* lead(x [, n]) IGNORE NULLS: the n-th value behind the current row. */
Datum
redshift_lead(PG_FUNCTION_ARGS)
{
	return ValueFromRow(fcinfo, 1);
}
