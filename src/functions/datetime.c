/*
 * datetime.c
 *		Redshift's date functions whose rules PostgreSQL's don't share.
 *
 * DATEADD on years is the one that surprises: 29 February plus a year is
 * 1 March, while plus 12 months is 28 February.
 */
#include "postgres.h"

#include <math.h>

#include "common/int.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "dialect/text/date_parts.h"

PG_FUNCTION_INFO_V1(redshift_dateadd);
PG_FUNCTION_INFO_V1(redshift_datediff);
PG_FUNCTION_INFO_V1(redshift_extract);
PG_FUNCTION_INFO_V1(redshift_part_name);

/* The part that a call of EXTRACT asks for, and what it is of the day asked for last. */
typedef struct PartOfDay
{
	DatePart part;
	bool known; /* the two below */
	int64 day;
	int64 value;
} PartOfDay;

static DatePart PartArgument(text *part);
static PartOfDay PartOfCall(FunctionCallInfo fcinfo);
static void RememberDay(FunctionCallInfo fcinfo, PartOfDay *call, int64 day, int64 value);
static int64 CalendarPart(DatePart part, Timestamp timestamp);
static int64 RarePart(DatePart part, Timestamp timestamp);
static int64 MonthsOf(DatePart part);
static int64 MicrosecondsOf(DatePart part);
static Timestamp AddMonths(Timestamp timestamp, int64 months, bool years);
static int64 Boundary(DatePart part, Timestamp timestamp);
static int64 FloorDivide(int64 dividend, int64 divisor);

/* The date part a text means; raises an error when it means none. */
static DatePart
PartArgument(text *part)
{
	DatePart found = DatePartFromText(VARDATA_ANY(part), VARSIZE_ANY_EXHDR(part));

	if (found == DATE_PART_UNKNOWN)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("date part \"%s\" is not known",
							   pnstrdup(VARDATA_ANY(part),
										pg_mbcliplen(VARDATA_ANY(part), VARSIZE_ANY_EXHDR(part),
													 NAMEDATALEN - 1)))));
	return found;
}

/* How many months a part is, 0 when it isn't made of months. */
static int64
MonthsOf(DatePart part)
{
	switch (part)
	{
		case DATE_PART_MILLENNIUM:
			return 12000;
		case DATE_PART_CENTURY:
			return 1200;
		case DATE_PART_DECADE:
			return 120;
		case DATE_PART_YEAR:
			return 12;
		case DATE_PART_QUARTER:
			return 3;
		case DATE_PART_MONTH:
			return 1;
		default:
			return 0;
	}
}

/* How many microseconds a part is, 0 when it has no fixed length or isn't a length at all. */
static int64
MicrosecondsOf(DatePart part)
{
	switch (part)
	{
		case DATE_PART_WEEK:
			return 7 * USECS_PER_DAY;
		case DATE_PART_DAY:
		case DATE_PART_DAYOFYEAR:
		case DATE_PART_DAYOFWEEK:
			return USECS_PER_DAY;
		case DATE_PART_HOUR:
			return USECS_PER_HOUR;
		case DATE_PART_MINUTE:
			return USECS_PER_MINUTE;
		case DATE_PART_SECOND:
			return USECS_PER_SEC;
		case DATE_PART_MILLISECOND:
			return 1000;
		case DATE_PART_MICROSECOND:
			return 1;
		default:
			return 0;
	}
}

/* Adds months; the day is kept or clamped to the month's last, but for years it runs over. */
static Timestamp
AddMonths(Timestamp timestamp, int64 months, bool years)
{
	struct pg_tm tm;
	fsec_t fsec;
	int64 month;
	int last;

	/* the limits are far beyond any timestamp, and keep what follows within 64 bits */
	if (timestamp2tm(timestamp, NULL, &tm, &fsec, NULL, NULL) != 0 || months > 12 * 300000 ||
		months < -12 * 300000)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));

	/* months are counted through, so that a year's end needs no case of its own */
	month = (int64)tm.tm_year * 12 + tm.tm_mon - 1 + months;
	tm.tm_year = (int)FloorDivide(month, 12);
	tm.tm_mon = (int)(month - (int64)tm.tm_year * 12) + 1;
	last = day_tab[isleap(tm.tm_year)][tm.tm_mon - 1];

	/*
	 * The 29th of February: DATEADD of years goes on to the 1st of March, of months back to the
	 * last day.
	 */
	if (tm.tm_mday > last)
	{
		tm.tm_mday = years ? 1 : last;
		tm.tm_mon += years ? 1 : 0;
	}

	if (tm2timestamp(&tm, fsec, NULL, &timestamp) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
	return timestamp;
}

/* dateadd(part, n, timestamp): n parts later. */
Datum
redshift_dateadd(PG_FUNCTION_ARGS)
{
	DatePart part = PartArgument(PG_GETARG_TEXT_PP(0));
	int64 number = PG_GETARG_INT64(1);
	Timestamp timestamp = PG_GETARG_TIMESTAMP(2);
	int64 amount;

	/* infinity stays what it is */
	if (TIMESTAMP_NOT_FINITE(timestamp))
		PG_RETURN_TIMESTAMP(timestamp);
	if (MonthsOf(part) != 0)
	{
		if (pg_mul_s64_overflow(number, MonthsOf(part), &amount))
			/* too much either way: AddMonths refuses it */
			amount = PG_INT64_MAX;
		PG_RETURN_TIMESTAMP(AddMonths(timestamp, amount, MonthsOf(part) >= 12));
	}

	if (MicrosecondsOf(part) == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("date part \"%s\" cannot be added", DatePartName(part))));
	if (pg_mul_s64_overflow(number, MicrosecondsOf(part), &amount) ||
		pg_add_s64_overflow(timestamp, amount, &timestamp) || !IS_VALID_TIMESTAMP(timestamp))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
	PG_RETURN_TIMESTAMP(timestamp);
}

/* Division that rounds towards minus infinity. */
static int64
FloorDivide(int64 dividend, int64 divisor)
{
	int64 quotient = dividend / divisor;

	return quotient * divisor > dividend ? quotient - 1 : quotient;
}

/* The number of part boundaries before a timestamp, counted from a fixed one. */
static int64
Boundary(DatePart part, Timestamp timestamp)
{
	struct pg_tm tm;
	fsec_t fsec;

	if (MonthsOf(part) != 0)
	{
		if (timestamp2tm(timestamp, NULL, &tm, &fsec, NULL, NULL) != 0)
			ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
							errmsg("timestamp out of range")));
		if (part == DATE_PART_CENTURY || part == DATE_PART_MILLENNIUM)
			tm.tm_year--; /* they begin with a year 1 */
		return FloorDivide((int64)tm.tm_year * 12 + tm.tm_mon - 1, MonthsOf(part));
	}

	/* 2000-01-01, the origin, was a Saturday; that weeks begin on Sunday is not documented by AWS, and not verified */
	if (part == DATE_PART_WEEK)
		timestamp -= USECS_PER_DAY;
	return FloorDivide(timestamp, MicrosecondsOf(part));
}

/* datediff(part, a, b): how many boundaries of the part lie between two timestamps. */
Datum
redshift_datediff(PG_FUNCTION_ARGS)
{
	DatePart part = PartArgument(PG_GETARG_TEXT_PP(0));
	Timestamp from = PG_GETARG_TIMESTAMP(1);
	Timestamp to = PG_GETARG_TIMESTAMP(2);

	if (MonthsOf(part) == 0 && MicrosecondsOf(part) == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("date part \"%s\" cannot be counted", DatePartName(part))));
	if (TIMESTAMP_NOT_FINITE(from) || TIMESTAMP_NOT_FINITE(to))
		PG_RETURN_NULL();
	PG_RETURN_INT64(Boundary(part, to) - Boundary(part, from));
}

/* PostgreSQL's word for a date part, so that SQL functions take every spelling. */
Datum
redshift_part_name(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(DatePartName(PartArgument(PG_GETARG_TEXT_PP(0)))));
}

/* A part by itself, as EXTRACT gives it: no fraction, no higher part; a decade counts from 1. */
Datum
redshift_extract(PG_FUNCTION_ARGS)
{
	PartOfDay call = PartOfCall(fcinfo);
	Timestamp timestamp = PG_GETARG_TIMESTAMP(1);
	int64 day, clock;

	/* infinity has no parts */
	if (TIMESTAMP_NOT_FINITE(timestamp))
		PG_RETURN_NULL();

	/* floor, not truncation: days before 2000 count downwards */
	day = FloorDivide(timestamp, USECS_PER_DAY);
	clock = timestamp - day * USECS_PER_DAY;
	switch (call.part)
	{
		case DATE_PART_YEAR:
		case DATE_PART_MONTH:
		case DATE_PART_WEEK:
		case DATE_PART_DAY:
			/*
			 * Rows that follow each other mostly have the same day, and the calendar is the
			 * costly part.
			 */
			if (!call.known || call.day != day)
				RememberDay(fcinfo, &call, day, CalendarPart(call.part, timestamp));
			PG_RETURN_INT64(call.value);
		case DATE_PART_HOUR:
			PG_RETURN_INT64(clock / USECS_PER_HOUR);
		case DATE_PART_MINUTE:
			PG_RETURN_INT64(clock / USECS_PER_MINUTE % MINS_PER_HOUR);
		case DATE_PART_SECOND:
			PG_RETURN_INT64(clock / USECS_PER_SEC % SECS_PER_MINUTE);
		case DATE_PART_MILLISECOND:
			PG_RETURN_INT64(clock % USECS_PER_SEC / 1000);
		case DATE_PART_MICROSECOND:
			PG_RETURN_INT64(clock % USECS_PER_SEC);
		default:
			/* quarters, centuries and the like are asked for seldom */
			PG_RETURN_INT64(RarePart(call.part, timestamp));
	}
}

/* A part of the day that a timestamp is of. */
static int64
CalendarPart(DatePart part, Timestamp timestamp)
{
	struct pg_tm tm;
	fsec_t fsec;

	if (timestamp2tm(timestamp, NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR, errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				errmsg("timestamp out of range"));
	switch (part)
	{
		case DATE_PART_YEAR:
			return tm.tm_year > 0 ? tm.tm_year : tm.tm_year - 1; /* no year 0 */
		case DATE_PART_MONTH:
			return tm.tm_mon;
		case DATE_PART_WEEK:
			return date2isoweek(tm.tm_year, tm.tm_mon, tm.tm_mday);
		default:
			return tm.tm_mday;
	}
}

/* A part as PostgreSQL's date_part() gives it, but for the decade. */
static int64
RarePart(DatePart part, Timestamp timestamp)
{
	text *name = cstring_to_text(DatePartName(part));
	double value = DatumGetFloat8(
		DirectFunctionCall2(timestamp_part, PointerGetDatum(name), TimestampGetDatum(timestamp)));

	return (int64)floor(value) + (part == DATE_PART_DECADE ? 1 : 0);
}

/* The date part of a call, looked up once where the query names it as a constant, as EXTRACT does. */
static PartOfDay
PartOfCall(FunctionCallInfo fcinfo)
{
	PartOfDay *known = fcinfo->flinfo->fn_extra;

	if (known == NULL)
	{
		PartOfDay found = {.part = PartArgument(PG_GETARG_TEXT_PP(0))};

		if (!get_fn_expr_arg_stable(fcinfo->flinfo, 0))
			return found;
		known = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(PartOfDay));
		*known = found;
		fcinfo->flinfo->fn_extra = known;
	}

	return *known;
}

/* Sets the part of a day, for the next row as well: rows of one day mostly follow each other. */
static void
RememberDay(FunctionCallInfo fcinfo, PartOfDay *call, int64 day, int64 value)
{
	call->known = true;
	call->day = day;
	call->value = value;
	if (fcinfo->flinfo->fn_extra != NULL)
		*(PartOfDay *)fcinfo->flinfo->fn_extra = *call;
}
