/*
 * to_char.c
 *		TO_CHAR of a TIMESTAMP.
 *
 * PostgreSQL's own writes the text, but for TZ, which is UTC here: a Redshift
 * TIMESTAMP has no zone.  A text that says something of the day only is kept
 * for the next row, because rows of one day mostly follow each other.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(redshift_to_char);

/* The format of a call, and what it made of the day asked for last. */
typedef struct DayText
{
	text *format; /* PostgreSQL's */
	bool of_day;  /* it asks for nothing of the clock */
	bool known;	  /* the two below */
	int64 day;
	text *value;
} DayText;

/* Patterns that look at the day alone; one that begins with another stands before it. */
static const char *const DayPatterns[] = {
	"YYYY", "yyyy", "MONTH", "Month", "month", "MON", "Mon", "mon", "MM", "mm",
	"DAY",	"Day",	"day",	 "DDD",	  "ddd",   "DD",  "dd",	 "DY",	"Dy", "dy",
	"ID",	"id",	"IW",	 "iw",	  "WW",	   "ww",  "Q",	 "q",	"D",  "d"};

static DayText *FormatOfCall(FunctionCallInfo fcinfo);
static text *FormatForServer(const char *format);
static bool LooksAtDayOnly(const char *format);
static size_t DayPatternAt(const char *format);

/* TO_CHAR(timestamp, format): NULL where the format is empty or the timestamp isn't finite, as PostgreSQL's. */
Datum
redshift_to_char(PG_FUNCTION_ARGS)
{
	DayText *call = fcinfo->flinfo->fn_extra;
	Timestamp timestamp = PG_GETARG_TIMESTAMP(0);
	int64 day = timestamp / USECS_PER_DAY - (timestamp % USECS_PER_DAY < 0);
	Datum value;

	if (call == NULL)
		call = FormatOfCall(fcinfo);
	if (TIMESTAMP_NOT_FINITE(timestamp) || VARSIZE_ANY_EXHDR(call->format) == 0)
		PG_RETURN_NULL();
	if (call->known && call->day == day)
		PG_RETURN_DATUM(datumCopy(PointerGetDatum(call->value), false, -1));

	value = DirectFunctionCall2Coll(timestamp_to_char, PG_GET_COLLATION(),
									TimestampGetDatum(timestamp), PointerGetDatum(call->format));
	if (call->of_day && fcinfo->flinfo->fn_extra != NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		if (call->known)
			pfree(call->value);
		call->value = (text *)DatumGetPointer(datumCopy(value, false, -1));
		call->day = day;
		call->known = true;
		MemoryContextSwitchTo(caller);
	}
	PG_RETURN_DATUM(value);
}

/* Reads the format of a call: once, where the query gives it as a constant. */
static DayText *
FormatOfCall(FunctionCallInfo fcinfo)
{
	bool stable = get_fn_expr_arg_stable(fcinfo->flinfo, 1);
	MemoryContext caller =
		MemoryContextSwitchTo(stable ? fcinfo->flinfo->fn_mcxt : CurrentMemoryContext);
	char *format = text_to_cstring(PG_GETARG_TEXT_PP(1));
	DayText *call = palloc0(sizeof(DayText));

	call->format = FormatForServer(format);
	call->of_day = LooksAtDayOnly(format);
	if (stable)
		fcinfo->flinfo->fn_extra = call;
	MemoryContextSwitchTo(caller);
	return call;
}

/* The format with UTC for TZ. */
static text *
FormatForServer(const char *format)
{
	StringInfoData out;

	initStringInfo(&out);
	for (const char *at = format; *at != '\0'; at++)
	{
		bool upper = strncmp(at, "TZ", 2) == 0;

		if (!upper && strncmp(at, "tz", 2) != 0)
		{
			appendStringInfoChar(&out, *at);
			continue;
		}
		appendStringInfoString(&out, upper ? "\"UTC\"" : "\"utc\"");
		at++;
	}
	return cstring_to_text_with_len(out.data, out.len);
}

/* Whether a format has only such patterns, with blanks and signs between them. */
static bool
LooksAtDayOnly(const char *format)
{
	while (*format != '\0')
	{
		size_t length = DayPatternAt(format);

		if (length == 0 && strchr(" -/.,", *format) == NULL)
			return false;
		format += Max(length, 1);
	}
	return true;
}

/* The length of the pattern of a day that the format begins with, or 0. */
static size_t
DayPatternAt(const char *format)
{
	for (int i = 0; i < (int)lengthof(DayPatterns); i++)
	{
		size_t length = strlen(DayPatterns[i]);

		if (strncmp(format, DayPatterns[i], length) == 0)
			return length;
	}
	return 0;
}
