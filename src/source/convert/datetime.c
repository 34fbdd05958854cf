/*
 * datetime.c
 *		The proleptic Gregorian calendar in PostgreSQL's range, and the small
 *		readers that all date formats share.
 */
#include "source/convert/datetime.h"

#include <string.h>
#include <strings.h>

/* 4714-11-24 BC to 294276-12-31: what DATE and TIMESTAMP have in common. */
#define FIRST_DAY (-DATETIME_JULIAN_OF_2000)
#define FIRST_YEAR (-4713)
#define LAST_YEAR 294276

/* Abbreviations as in PostgreSQL's Default set, which Redshift shares; hours east. */
static const struct
{
	const char *name;
	double hours;
} zones[] = {
	{"z", 0},	   {"utc", 0},	  {"gmt", 0},	{"ut", 0},		{"zulu", 0},  {"wet", 0},
	{"west", 1},   {"bst", 1},	  {"cet", 1},	{"cest", 2},	{"met", 1},	  {"mest", 2},
	{"eet", 2},	   {"eest", 3},	  {"sast", 2},	{"ist", 2},		{"idt", 3},	  {"msk", 3},
	{"msd", 4},	   {"hkt", 8},	  {"sgt", 8},	{"awst", 8},	{"jst", 9},	  {"kst", 9},
	{"acst", 9.5}, {"aest", 10},  {"aedt", 11}, {"acdt", 10.5}, {"nzst", 12}, {"nzdt", 13},
	{"nst", -3.5}, {"ndt", -2.5}, {"ast", -4},	{"adt", -3},	{"est", -5},  {"edt", -4},
	{"cst", -6},   {"cdt", -5},	  {"mst", -7},	{"mdt", -6},	{"pst", -8},  {"pdt", -7},
	{"akst", -9},  {"akdt", -8},  {"hst", -10}, {"brt", -3},	{"art", -3},
};

static const char *const months[] = {"january",	  "february", "march",	  "april",
									 "may",		  "june",	  "july",	  "august",
									 "september", "october",  "november", "december"};
static const char *const weekdays[] = {"sunday",   "monday", "tuesday", "wednesday",
									   "thursday", "friday", "saturday"};

static int DaysInMonth(int year, int month);
static int64_t DaysOfCivil(int64_t year, int month, int day);
static bool Names(const char *name, size_t length, const char *full);
static size_t ReadDisplacement(const char *data, size_t length, int *zone);
static bool IsLetter(char byte);

/* Computes the day number. */
bool
DatetimeDays(const DatetimeParts *parts, int32_t *days)
{
	int64_t result;

	if (parts->year < FIRST_YEAR || parts->year > LAST_YEAR || parts->month < 1 ||
		parts->month > 12 || parts->day < 1 || parts->day > DaysInMonth(parts->year, parts->month))
		return false;

	result = DaysOfCivil(parts->year, parts->month, parts->day);
	if (result < FIRST_DAY)
		return false;

	*days = (int32_t)result;
	return true;
}

/* Computes the time of day; a leap second or 24:00:00 is the next second, as in PostgreSQL. */
bool
DatetimeOfDay(const DatetimeParts *parts, int64_t *microseconds)
{
	if (parts->hour < 0 || parts->hour > 24 || parts->minute < 0 || parts->minute > 59 ||
		parts->second < 0 || parts->second > 60)
		return false;

	*microseconds =
		((parts->hour * 60 + parts->minute) * INT64_C(60) + parts->second) * MICROSECONDS +
		parts->microsecond;
	return *microseconds <= MICROSECONDS_A_DAY;
}

/* Computes the microseconds of date and time together. */
bool
DatetimeStamp(const DatetimeParts *parts, int64_t *microseconds)
{
	int32_t days;
	int64_t time;

	if (!DatetimeDays(parts, &days) || !DatetimeOfDay(parts, &time) ||
		__builtin_mul_overflow((int64_t)days, MICROSECONDS_A_DAY, microseconds) ||
		__builtin_add_overflow(*microseconds, time, microseconds))
		return false;

	return DatetimeStampInRange(*microseconds);
}

/* Whether a timestamp of PostgreSQL can have this value. */
bool
DatetimeStampInRange(int64_t microseconds)
{
	return microseconds >= DATETIME_FIRST_STAMP && microseconds < DATETIME_END_STAMP;
}

/* Finds the civil date of a Julian day (the era arithmetic of 400 years at a time). */
bool
DatetimeFromJulian(int64_t julian, DatetimeParts *parts)
{
	int64_t days = julian - DATETIME_JULIAN_OF_2000 + 730425; /* since 0000-03-01 */
	int64_t era;
	int64_t day_of_era;
	int64_t year_of_era;
	int64_t day_of_year;
	int64_t month;

	if (julian < 0 || julian > 200000000)
		return false;

	era = (days >= 0 ? days : days - 146096) / 146097;
	day_of_era = days - era * 146097;
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	month = (5 * day_of_year + 2) / 153;
	parts->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	parts->month = (int)(month < 10 ? month + 3 : month - 9);
	parts->year = (int)(year_of_era + era * 400 + (parts->month <= 2));

	return true;
}

/* Expands a two-digit year. */
int
DatetimeFullYear(int year)
{
	return year + (year < 70 ? 2000 : 1900);
}

/* Finds a month by its name or its first three letters. */
int
DatetimeMonthNamed(const char *name, size_t length)
{
	for (int i = 0; i < 12; i++)
		if (Names(name, length, months[i]))
			return i + 1;
	return length == 4 && strncasecmp(name, "sept", 4) == 0 ? 9 : 0;
}

/* Whether the word is a day of the week. */
bool
DatetimeIsWeekday(const char *name, size_t length)
{
	for (int i = 0; i < 7; i++)
		if (Names(name, length, weekdays[i]))
			return true;
	return false;
}

/* Reads a zone. */
size_t
DatetimeReadZone(const char *data, size_t length, int *zone)
{
	size_t letters = 0;

	if (length > 0 && (data[0] == '+' || data[0] == '-'))
		return ReadDisplacement(data, length, zone);

	while (letters < length && IsLetter(data[letters]))
		letters++;
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (strlen(zones[i].name) == letters && strncasecmp(data, zones[i].name, letters) == 0)
		{
			*zone = (int)(zones[i].hours * 3600);
			return letters;
		}
	return 0;
}

/* Reads the digits behind the point; the seventh rounds, the rest is dropped. */
size_t
DatetimeReadFraction(const char *data, size_t length, int *microsecond)
{
	size_t at = 0;
	int value = 0;

	for (; at < length && data[at] >= '0' && data[at] <= '9'; at++)
	{
		if (at < 6)
			value = value * 10 + (data[at] - '0');
		else if (at == 6 && data[at] >= '5')
			value++;
	}

	for (size_t i = at; i < 6; i++)
		value *= 10;
	*microsecond = value;
	return at;
}

/* Reads digits. */
size_t
DatetimeReadNumber(const char *data, size_t length, size_t max, int *number)
{
	size_t at = 0;

	for (*number = 0; at < length && at < max && data[at] >= '0' && data[at] <= '9'; at++)
		*number = *number * 10 + (data[at] - '0');
	return at;
}

/* The days of a month. */
static int
DaysInMonth(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Days since 2000-01-01 of a date that exists; years begin in March here. */
static int64_t
DaysOfCivil(int64_t year, int month, int day)
{
	int64_t era;
	int64_t year_of_era;
	int64_t day_of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	year_of_era = year - era * 400;
	day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
		   730425;
}

/* Whether a word is the full name or its first three letters. */
static bool
Names(const char *name, size_t length, const char *full)
{
	return (length == 3 || length == strlen(full)) && strncasecmp(name, full, length) == 0;
}

/* Reads a displacement: hours, or hours and minutes, or seconds too. */
static size_t
ReadDisplacement(const char *data, size_t length, int *zone)
{
	int hours;
	int minutes = 0;
	int seconds = 0;
	size_t at = 1;
	size_t digits = DatetimeReadNumber(data + at, length - at, 4, &hours);

	at += digits;
	if (digits == 0)
		return 0;

	/* HHMM without a colon */
	if (digits > 2)
	{
		minutes = hours % 100;
		hours /= 100;
	}
	else if (at + 2 < length && data[at] == ':' &&
			 DatetimeReadNumber(data + at + 1, length - at - 1, 2, &minutes) == 2)
	{
		at += 3;
		if (at + 2 < length && data[at] == ':' &&
			DatetimeReadNumber(data + at + 1, length - at - 1, 2, &seconds) == 2)
			at += 3;
	}

	/* a number that looks like minutes but can't be any makes all of it no displacement */
	if (minutes > 59 || seconds > 59)
		return 0;

	*zone = hours * 3600 + minutes * 60 + seconds;

	/* the server's own limit: it could not print what goes beyond */
	if (*zone >= DATETIME_ZONE_LIMIT)
		return 0;
	if (data[0] == '-')
		*zone = -*zone;
	return at;
}

/* Whether a byte is an ASCII letter. */
static bool
IsLetter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}
