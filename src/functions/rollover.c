/*
 * rollover.c
 *		TO_DATE and TO_TIMESTAMP of days and times beyond their range.
 *
 * Without is_strict Redshift carries over what is too much: '20010631' is
 * 2001-07-01, '24:38:15' the next day's 00:38:15 (AWS: r_TO_DATE_function,
 * r_TO_TIMESTAMP).  PostgreSQL's parser raises an error there and can't be
 * told otherwise.  This is no second parser: it looks for fields beyond their
 * range, and whatever it doesn't understand or finds in range is PostgreSQL's.
 */
#include "postgres.h"

#include <ctype.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

PG_FUNCTION_INFO_V1(redshift_rolled_over);

typedef enum Field
{
	FIELD_YEAR,
	FIELD_MONTH,
	FIELD_MONTH_NAME,
	FIELD_DAY,
	FIELD_HOUR,
	FIELD_MINUTE,
	FIELD_SECOND,
	FIELD_COUNT
} Field;

/* Longer names first. */
static const struct
{
	const char *name;
	Field field;
	int digits;
} templates[] = {
	{"YYYY", FIELD_YEAR, 4}, {"MONTH", FIELD_MONTH_NAME, 0}, {"MON", FIELD_MONTH_NAME, 0},
	{"MM", FIELD_MONTH, 2},	 {"MI", FIELD_MINUTE, 2},		 {"DD", FIELD_DAY, 2},
	{"HH24", FIELD_HOUR, 2}, {"SS", FIELD_SECOND, 2},
};

typedef struct Reading
{
	const char *format;
	const char *input;
	int values[FIELD_COUNT];
} Reading;

static bool ReadFields(Reading *reading);
static bool ReadField(Reading *reading, Field field, int digits);
static bool ReadMonthName(Reading *reading);
static bool IsBeyond(const Reading *reading);

/* rolled_over(string, format): the time a string stands for when a field of it is beyond its range, else NULL. */
Datum
redshift_rolled_over(PG_FUNCTION_ARGS)
{
	Reading reading = {.format = text_to_cstring(PG_GETARG_TEXT_PP(1)),
					   .input = text_to_cstring(PG_GETARG_TEXT_PP(0)),
					   .values = {[FIELD_MONTH] = 1, [FIELD_DAY] = 1}};
	int64 days;
	int64 seconds;

	if (!ReadFields(&reading) || !IsBeyond(&reading))
		PG_RETURN_NULL();

	/*
	 * the Julian day's formula carries months and days by itself, each month taken for 30.6 days; real
	 * clusters give what it gives
	 */
	days =
		date2j(reading.values[FIELD_YEAR], reading.values[FIELD_MONTH], reading.values[FIELD_DAY]) -
		POSTGRES_EPOCH_JDATE;
	seconds = days * SECS_PER_DAY + reading.values[FIELD_HOUR] * SECS_PER_HOUR +
			  reading.values[FIELD_MINUTE] * SECS_PER_MINUTE + reading.values[FIELD_SECOND];
	PG_RETURN_TIMESTAMP(seconds * USECS_PER_SEC);
}

/* Reads the fields that the format names; false when it names others, or the string is none of its kind. */
static bool
ReadFields(Reading *reading)
{
	while (*reading->format != '\0')
	{
		size_t i;

		/* the table has longer names before those they begin with */
		for (i = 0; i < lengthof(templates); i++)
			if (pg_strncasecmp(reading->format, templates[i].name, strlen(templates[i].name)) == 0)
				break;
		if (i < lengthof(templates))
		{
			reading->format += strlen(templates[i].name);
			if (!ReadField(reading, templates[i].field, templates[i].digits))
				return false;
		}
		else if (isalnum((unsigned char)*reading->format) || *reading->format == '"' ||
				 IS_HIGHBIT_SET(*reading->format))

			/* a field that isn't in the table: the caller leaves the format to PostgreSQL */
			return false;
		else
		{
			/* a separator in the format takes any one of the text's, or none */
			reading->format++;
			if (*reading->input != '\0' && !isalnum((unsigned char)*reading->input))
				reading->input++;
		}
	}

	/* blanks at the end are allowed, more isn't */
	return reading->input[strspn(reading->input, " ")] == '\0';
}

/* Reads one field, perhaps behind blanks; a number has all its digits unless something ends it. */
static bool
ReadField(Reading *reading, Field field, int digits)
{
	bool packed = isalnum((unsigned char)*reading->format); /* another field follows at once */
	int value = 0;
	int count;

	if (field == FIELD_MONTH_NAME)
		return ReadMonthName(reading);

	reading->input += strspn(reading->input, " ");
	for (count = 0; count < digits && isdigit((unsigned char)*reading->input); count++)
		value = value * 10 + *reading->input++ - '0';
	/* month 0 and day 0 are the first, in PostgreSQL as well */
	reading->values[field] = field == FIELD_MONTH || field == FIELD_DAY ? Max(value, 1) : value;

	return count == digits || (count > 0 && !packed);
}

/* Reads a month's name, whole or its first three letters. */
static bool
ReadMonthName(Reading *reading)
{
	static const char *const names[] = {"january",	 "february", "march",	 "april",
										"may",		 "june",	 "july",	 "august",
										"september", "october",	 "november", "december"};

	for (int i = 0; i < (int)lengthof(names); i++)
	{
		int length = (int)strlen(names[i]);

		if (pg_strncasecmp(reading->input, names[i], 3) != 0)
			continue;
		reading->input += pg_strncasecmp(reading->input, names[i], length) == 0 ? length : 3;
		reading->values[FIELD_MONTH] = i + 1;
		return true;
	}

	return false;
}

/* Whether a month, a day or a time is beyond its range. */
static bool
IsBeyond(const Reading *reading)
{
	int year = reading->values[FIELD_YEAR];
	int month = reading->values[FIELD_MONTH];
	int day = reading->values[FIELD_DAY];

	if (year < 1)
		return false;

	return month > MONTHS_PER_YEAR || day > day_tab[isleap(year)][month - 1] ||
		   reading->values[FIELD_HOUR] > 23 || reading->values[FIELD_MINUTE] > 59 ||
		   reading->values[FIELD_SECOND] > 59;
}
