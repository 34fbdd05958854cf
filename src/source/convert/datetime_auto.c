/*
 * datetime_auto.c
 *		Recognises dates and times without being told their format.
 *
 * The text is read token by token; what a number means follows from its
 * length, from what stands next to it and from what is known already:
 *
 *	2018-11-01T20:57:10.796Z    20181101 205710    181101 205710
 *	17 Dec 07:37:16 1997 PST    12/17/1997 07:37   17.12.1997
 *	January 8, 95 BC            1999.008           J2451187
 */
#include "source/convert/datetime_auto.h"

#include <string.h>
#include <strings.h>

#define MAX_YEAR_DIGITS 6

typedef struct AutoState
{
	const char *at;
	const char *end;
	DatetimeParts *parts;

	/* what is known of the date */
	bool year;
	bool month;
	bool day;
	bool short_year; /* two digits: of this or the last century */
	int before_christ;
	int meridiem; /* 0: none, 1: AM, 2: PM */
	bool time_only;
} AutoState;

/* A field of a date such as 17-Dec-1997. */
typedef struct DateField
{
	size_t digits; /* 0: a name */
	int number;	   /* the month's where it is a name */
} DateField;

static bool Parse(AutoState *state);
static bool ReadToken(AutoState *state);
static bool ReadWord(AutoState *state);
static bool ReadJulian(AutoState *state);
static bool ReadNumber(AutoState *state);
static bool ReadClock(AutoState *state);
static bool ReadFraction(AutoState *state);
static bool ReadCompositeDate(AutoState *state);
static bool ReadDateField(AutoState *state, DateField *field);
static bool AssignFields(AutoState *state, const DateField fields[3]);
static bool ReadDayOfYear(AutoState *state, int year);
static bool ReadCompact(AutoState *state, size_t digits);
static bool ReadCompactTime(AutoState *state, size_t digits);
static bool ReadLoneNumber(AutoState *state, size_t digits);
static bool SetMonth(AutoState *state, int month);
static bool SetDay(AutoState *state, int day);
static bool SetYear(AutoState *state, int year, size_t digits);
static bool Finish(AutoState *state);
static size_t Letters(const AutoState *state);
static size_t Digits(const char *at, const char *end);
static void ReadFixed(const char **at, int digits, int *number);

/* Reads a date, with a time or without. */
bool
DatetimeAutoParse(const char *data, size_t length, DatetimeParts *parts)
{
	AutoState state = {.at = data, .end = data + length, .parts = parts};

	return Parse(&state) && parts->has_date;
}

/* Reads a time, with a date before it or without. */
bool
DatetimeAutoParseTime(const char *data, size_t length, DatetimeParts *parts)
{
	AutoState state = {.at = data, .end = data + length, .parts = parts, .time_only = true};

	return Parse(&state) && parts->has_time;
}

/* Reads tokens up to the end and puts together what they said. */
static bool
Parse(AutoState *state)
{
	memset(state->parts, 0, sizeof(*state->parts));
	for (;;)
	{
		while (state->at < state->end && (*state->at == ' ' || *state->at == ','))
			state->at++;
		if (state->at == state->end)
			return Finish(state);
		if (!ReadToken(state))
			return false;
	}
}

/* Reads what begins here. */
static bool
ReadToken(AutoState *state)
{
	DatetimeParts *parts = state->parts;

	if (*state->at >= '0' && *state->at <= '9')
		return ReadNumber(state);
	if (Letters(state) > 0)
		return ReadWord(state);
	if (parts->has_time && !parts->has_zone)
	{
		size_t zone = DatetimeReadZone(state->at, (size_t)(state->end - state->at), &parts->zone);

		state->at += zone;
		parts->has_zone = zone > 0;
		return zone > 0;
	}

	return false;
}

/* Reads a word: month, weekday, AM, BC, zone, the T of ISO 8601, a Julian day. */
static bool
ReadWord(AutoState *state)
{
	DatetimeParts *parts = state->parts;
	const char *word = state->at;
	size_t length = Letters(state);
	int month = DatetimeMonthNamed(word, length);

	/* J and digits are a day number, whatever else the text has */
	if (length == 1 && (*word | 0x20) == 'j')
		return ReadJulian(state);
	if (month > 0 && !state->month)
	{
		const char *next = word + length;

		/*
		 * Jan-08-1999: the separators join it with what follows, and the month must not be taken
		 * alone.
		 */
		if (next + 1 < state->end && (*next == '-' || *next == '/'))
			return ReadCompositeDate(state);
		state->at = next + (next < state->end && *next == '.');
		return SetMonth(state, month);
	}

	/* what is left stands by itself, so all of its letters are taken */
	state->at += length;

	/* the T of ISO 8601 stands between a date and a time, nowhere else */
	if (length == 1 && (*word | 0x20) == 't')
		return (state->year || state->time_only) && !parts->has_time && state->at < state->end;

	/* a weekday is understood and means nothing: the date decides */
	if (DatetimeIsWeekday(word, length))
		return true;
	if (length == 2 && (word[1] | 0x20) == 'm' && ((*word | 0x20) == 'a' || (*word | 0x20) == 'p'))
	{
		state->meridiem = (*word | 0x20) == 'a' ? 1 : 2;
		return true;
	}

	if (length == 2 && (strncasecmp(word, "bc", 2) == 0 || strncasecmp(word, "ad", 2) == 0))
	{
		state->before_christ = (*word | 0x20) == 'b';
		return true;
	}

	/* whatever is left can only be a zone's name, and there is one of them */
	if (parts->has_zone || DatetimeReadZone(word, length, &parts->zone) != length)
		return false;

	parts->has_zone = true;

	return true;
}

/* Reads J2451187. */
static bool
ReadJulian(AutoState *state)
{
	size_t digits = Digits(state->at + 1, state->end);
	int julian;

	if (digits == 0 || digits > 9 || state->year || state->month || state->day)
		return false;

	DatetimeReadNumber(state->at + 1, digits, digits, &julian);
	state->at += 1 + digits;
	state->year = state->month = state->day = true;

	return DatetimeFromJulian(julian, state->parts);
}

/* Reads what a number begins: a time, a date of three fields, or the number itself. */
static bool
ReadNumber(AutoState *state)
{
	size_t digits = Digits(state->at, state->end);
	const char *next = state->at + digits;
	char after = next + 1 < state->end ? *next : '\0';
	bool joined = after == '-' || after == '/' || after == '.';
	bool dated = state->year && state->month && state->day;

	/* the colon shows a time, before anything is tried as a date */
	if (after == ':')
		return ReadClock(state);

	/* once the date is complete, digits can only be a time */
	if (dated || (state->time_only && !joined))
		return ReadCompactTime(state, digits);

	/* a separator joins three fields, unless a month's name has come before */
	if (joined && !state->month && !state->day && !state->year)
		return ReadCompositeDate(state);

	return ReadCompact(state, digits);
}

/* Reads hh:mi[:ss[.fraction]]. */
static bool
ReadClock(AutoState *state)
{
	DatetimeParts *parts = state->parts;
	size_t left = (size_t)(state->end - state->at);
	size_t at = DatetimeReadNumber(state->at, left, 2, &parts->hour);
	size_t read;

	if (parts->has_time || at >= left || state->at[at] != ':')
		return false;

	at++;
	read = DatetimeReadNumber(state->at + at, left - at, 2, &parts->minute);
	if (read == 0)
		return false;

	at += read;
	parts->has_time = true;
	if (at < left && state->at[at] == ':')
	{
		at++;
		read = DatetimeReadNumber(state->at + at, left - at, 2, &parts->second);
		if (read == 0)
			return false;
		at += read;
	}

	state->at += at;

	return ReadFraction(state);
}

/* Reads the fraction of a second, if there is one; a digit can't follow seconds otherwise. */
static bool
ReadFraction(AutoState *state)
{
	if (state->at < state->end && (*state->at == '.' || *state->at == ','))
	{
		size_t read = DatetimeReadFraction(state->at + 1, (size_t)(state->end - state->at - 1),
										   &state->parts->microsecond);

		if (read > 0)
			state->at += 1 + read;
	}

	return state->at == state->end || *state->at < '0' || *state->at > '9';
}

/* Reads three fields joined by the same separator, or a year and a day of the year. */
static bool
ReadCompositeDate(AutoState *state)
{
	DateField fields[3];
	char separator;

	if (!ReadDateField(state, &fields[0]))
		return false;

	separator = *state->at++;

	/* YYYY.DDD and YYYY-DDD: three digits behind a year of four are a day of the year */
	if (fields[0].digits == 4 && (separator == '.' || separator == '-') &&
		Digits(state->at, state->end) == 3)
		return ReadDayOfYear(state, fields[0].number);

	/* one separator for all of the date: 1999-01/08 is no date */
	if (!ReadDateField(state, &fields[1]) || state->at == state->end || *state->at != separator)
		return false;

	/* the separator */
	state->at++;

	return ReadDateField(state, &fields[2]) && AssignFields(state, fields);
}

/* Reads a number or the name of a month. */
static bool
ReadDateField(AutoState *state, DateField *field)
{
	size_t letters = Letters(state);

	if (letters > 0)
	{
		*field = (DateField){0, DatetimeMonthNamed(state->at, letters)};
		state->at += letters;
		return field->number > 0;
	}

	field->digits = DatetimeReadNumber(state->at, (size_t)(state->end - state->at), MAX_YEAR_DIGITS,
									   &field->number);
	state->at += field->digits;

	return field->digits > 0;
}

/*
 * Decides which field is which: a long first number is the year; otherwise the
 * month comes first (Redshift's DateStyle is MDY), unless it is past twelve.
 */
static bool
AssignFields(AutoState *state, const DateField fields[3])
{
	int year = 2;
	int month = 0;
	int day = 1;

	if (fields[2].digits == 0)
		return false;

	/*
	 * A month's name in the middle leaves day and year in two places; the longer or larger one is
	 * the year.
	 */
	if (fields[1].digits == 0)
	{
		month = 1;
		day = fields[0].digits > 2 || fields[0].number > 31 ? 2 : 0;
		year = 2 - day;
	}
	else if (fields[0].digits > 2)
	{
		year = 0;
		month = 1;
		day = 2;
	}
	else if (fields[0].digits > 0 && fields[0].number > 12)
	{
		month = 1;
		day = 0;
	}

	/* each setter refuses what was set already or can't be */
	return SetMonth(state, fields[month].number) && SetDay(state, fields[day].number) &&
		   SetYear(state, fields[year].number, fields[year].digits);
}

/* Reads the day of a year, 001 to 366. */
static bool
ReadDayOfYear(AutoState *state, int year)
{
	DatetimeParts first = {.year = year, .month = 1, .day = 1};
	DatetimeParts *parts = state->parts;
	int32_t days;
	int day;

	state->at += DatetimeReadNumber(state->at, 3, 3, &day);
	state->year = state->month = state->day = true;
	return year > 0 && day > 0 && DatetimeDays(&first, &days) &&
		   DatetimeFromJulian(days + (int64_t)2451545 + day - 1, parts) && parts->year == year;
}

/* Reads digits without separators: YYYYMMDD, YYMMDD, with HHMISS behind, or one lone number. */
static bool
ReadCompact(AutoState *state, size_t digits)
{
	DatetimeParts *parts = state->parts;
	bool fresh = !state->year && !state->month && !state->day;
	int year_digits = digits == 8 || digits == 14 ? 4 : 2;
	int year;

	/* with a part of the date known, a number is one of the parts that are missing */
	if (!fresh || (digits != 6 && digits != 8 && digits != 14))
		return ReadLoneNumber(state, digits);

	ReadFixed(&state->at, year_digits, &year);
	ReadFixed(&state->at, 2, &parts->month);
	ReadFixed(&state->at, 2, &parts->day);
	state->month = state->day = true;

	/* a year of two digits gets its century at the end, when an era may have been read */
	if (!SetYear(state, year, (size_t)year_digits))
		return false;

	/* fourteen digits are a date and a time */
	return digits < 14 || ReadCompactTime(state, 6);
}

/* Reads HHMISS[.fraction] or HHMI. */
static bool
ReadCompactTime(AutoState *state, size_t digits)
{
	DatetimeParts *parts = state->parts;

	if (parts->has_time || (digits != 4 && digits != 6))
		return false;

	ReadFixed(&state->at, 2, &parts->hour);
	ReadFixed(&state->at, 2, &parts->minute);
	parts->has_time = true;
	if (digits == 4)
		return true;

	ReadFixed(&state->at, 2, &parts->second);

	return ReadFraction(state);
}

/* Takes a number next to a month's name for the day or the year. */
static bool
ReadLoneNumber(AutoState *state, size_t digits)
{
	int number;

	if (digits > MAX_YEAR_DIGITS)
		return false;

	DatetimeReadNumber(state->at, digits, digits, &number);
	state->at += digits;
	if (digits <= 2 && !state->day)
		return SetDay(state, number);

	return state->month && SetYear(state, number, digits);
}

/* Sets the month, once. */
static bool
SetMonth(AutoState *state, int month)
{
	if (state->month)
		return false;
	state->month = true;
	state->parts->month = month;
	return true;
}

/* Sets the day, once. */
static bool
SetDay(AutoState *state, int day)
{
	if (state->day)
		return false;
	state->day = true;
	state->parts->day = day;
	return true;
}

/* Sets the year, once; there is no year 0. */
static bool
SetYear(AutoState *state, int year, size_t digits)
{
	if (state->year || (year == 0 && digits > 2))
		return false;

	state->year = true;
	state->short_year = digits <= 2;
	state->parts->year = year;
	return true;
}

/* Puts era, century and half day where they belong. */
static bool
Finish(AutoState *state)
{
	DatetimeParts *parts = state->parts;

	if (state->year || state->month || state->day)
	{
		/* a part of a date is no date: nothing is guessed */
		if (!state->year || !state->month || !state->day)
			return false;
		parts->has_date = true;
	}

	/* 0 is 1 BC; a year of two digits is never before Christ */
	if (state->before_christ)
	{
		if (!parts->has_date || parts->year <= 0)
			return false;
		parts->year = 1 - parts->year;
	}
	else if (state->short_year)
		parts->year = DatetimeFullYear(parts->year);

	/* with AM and PM, 12 is the first hour of its half */
	if (state->meridiem == 0)
		return true;
	if (!parts->has_time || parts->hour < 1 || parts->hour > 12)
		return false;

	parts->hour = parts->hour % 12 + (state->meridiem == 2 ? 12 : 0);

	return true;
}

/* How many letters begin here. */
static size_t
Letters(const AutoState *state)
{
	size_t count = 0;

	while (state->at + count < state->end && (state->at[count] | 0x20) >= 'a' &&
		   (state->at[count] | 0x20) <= 'z')
		count++;
	return count;
}

/* How many digits begin here. */
static size_t
Digits(const char *at, const char *end)
{
	size_t count = 0;

	while (at + count < end && at[count] >= '0' && at[count] <= '9')
		count++;
	return count;
}

/* Reads exactly so many digits, known to be there. */
static void
ReadFixed(const char **at, int digits, int *number)
{
	*at += DatetimeReadNumber(*at, (size_t)digits, (size_t)digits, number);
}
