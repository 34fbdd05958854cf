/*
 * value_text.c
 *		Integers, floats, dates and times as text.
 *
 * How many digits of a float UNLOAD prints is not documented by AWS beyond
 * "you might encounter loss of precision" (r_UNLOAD); here they are as many as
 * it takes to load the same value again.
 */
#include "source/write/value_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/convert/datetime.h"

#define DAYS_TO_EPOCH INT64_C(730425) /* from 0000-03-01 to 2000-01-01 */
#define DAYS_OF_400_YEARS INT64_C(146097)

static const char digit_pairs[] = "00010203040506070809"
								  "10111213141516171819"
								  "20212223242526272829"
								  "30313233343536373839"
								  "40414243444546474849"
								  "50515253545556575859"
								  "60616263646566676869"
								  "70717273747576777879"
								  "80818283848586878889"
								  "90919293949596979899";

static size_t SpecialFloat(double value, char *out);
static size_t RoundText(const char *exact, size_t length, int digits, char *out);
static size_t CutPlace(const char *exact, size_t mantissa, int digits);
static void CarryUp(char *out, size_t end);
static size_t PutPair(unsigned value, char *out);
static size_t PutYear(int64_t year, char *out);
static size_t PutFraction(int64_t microseconds, char *out);
static size_t PutZone(int64_t zone, char *out);
static size_t PutInfinity(bool negative, char *out);
static size_t PutDay(int64_t days, char *out, bool *before_christ);
static int64_t FloorDivide(int64_t value, int64_t by);

/* Prints an integer, two digits at a time. */
size_t
IntegerText(int64_t value, char *out)
{
	char reversed[20];
	uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
	size_t at = sizeof(reversed), length = 0;

	while (rest >= 100)
	{
		at -= 2;
		memcpy(reversed + at, digit_pairs + 2 * (rest % 100), 2);
		rest /= 100;
	}

	if (rest >= 10)
	{
		at -= 2;
		memcpy(reversed + at, digit_pairs + 2 * rest, 2);
	}
	else
		reversed[--at] = (char)('0' + rest);
	if (value < 0)
		out[length++] = '-';
	memcpy(out + length, reversed + at, sizeof(reversed) - at);

	return length + sizeof(reversed) - at;
}

/* Prints a double. */
size_t
DoubleText(FloatText *text, double value, char *out)
{
	char exact[FLOAT_TEXT_MAX];
	size_t length, shorter, where;
	double again;

	if (!isfinite(value))
		return SpecialFloat(value, out);

	length = FloatPrint17(text, value, exact);
	for (int digits = 15; digits < 17; digits++)
	{
		shorter = RoundText(exact, length, digits, out);
		if (shorter == 0) /* it has no more digits than these */
			break;
		if (FloatParse(text, out, shorter, &again, &where) == FLOAT_OK && again == value)
			return shorter;
	}

	memcpy(out, exact, length);

	return length;
}

/* Prints a float of four bytes. */
size_t
FloatText4(FloatText *text, float value, char *out)
{
	char exact[FLOAT_TEXT_MAX];
	size_t length, shorter, where;
	double again;

	if (!isfinite(value))
		return SpecialFloat(value, out);

	length = FloatPrint17(text, (double)value, exact);
	for (int digits = 6; digits < 10; digits++)
	{
		shorter = RoundText(exact, length, digits, out);
		if (shorter == 0)
			break;
		if (FloatParse(text, out, shorter, &again, &where) == FLOAT_OK && (float)again == value)
			return shorter;
	}

	memcpy(out, exact, length);

	return length;
}

/* Prints what is no number, as PostgreSQL and Redshift do. */
static size_t
SpecialFloat(double value, char *out)
{
	const char *name = isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";

	memcpy(out, name, strlen(name));
	return strlen(name);
}

/*
 * Rounds a printed number to so many significant digits, without trailing
 * zeros behind the point.  Returns 0 when it has no more of them.
 */
static size_t
RoundText(const char *exact, size_t length, int digits, char *out)
{
	size_t mantissa = 0, cut, end, used = 0;
	bool point = false;

	/* the exponent is kept apart: only digits are rounded */
	while (mantissa < length && exact[mantissa] != 'e')
		mantissa++;
	cut = CutPlace(exact, mantissa, digits);

	/* short enough already */
	if (cut == 0)
		return 0;

	/* a leading zero, in case the carry goes all the way */
	if (exact[0] == '-')
		out[used++] = '-';
	out[used++] = '0';
	memcpy(out + used, exact + (exact[0] == '-'), cut - (exact[0] == '-'));
	end = used + cut - (exact[0] == '-');
	for (size_t i = used; i < end; i++)
		point = point || out[i] == '.';

	/* the digits are those of the exact value, so the first one cut off decides */
	if (exact[cut] >= '5')
		CarryUp(out, end);
	for (size_t i = cut; i < mantissa && !point; i++)
	{
		if (exact[i] == '.')
			break;
		out[end++] = '0'; /* digits before the point keep their places */
	}

	/* zeros behind the point say nothing, and a point with nothing behind it goes, too */
	while (point && (out[end - 1] == '0' || out[end - 1] == '.'))
		if (out[--end] == '.')
			break;

	/* the zero in front was for a carry that never came */
	if (out[used - 1] == '0' && end > used && out[used] != '.')
	{
		memmove(out + used - 1, out + used, end - used);
		end--;
	}

	memcpy(out + end, exact + mantissa, length - mantissa);

	return end + length - mantissa;
}

/* Where the digit behind so many significant ones stands; 0 when there is none. */
static size_t
CutPlace(const char *exact, size_t mantissa, int digits)
{
	int seen = 0;

	for (size_t i = 0; i < mantissa; i++)
	{
		if (exact[i] < '0' || exact[i] > '9')
			continue;

		/* zeros in front are no significant digits */
		seen += seen > 0 || exact[i] != '0';
		if (seen == digits + 1)
			return i;
	}

	return 0;
}

/* Adds one to the last digit of a number, which has a digit to spare in front. */
static void
CarryUp(char *out, size_t end)
{
	while (end-- > 0)
	{
		if (out[end] == '.')
			continue;

		/* the carry ends at the first digit that isn't a nine */
		if (out[end] != '9')
		{
			out[end]++;
			return;
		}

		out[end] = '0';
	}
}

/* Prints a day. */
size_t
DateText(int64_t days, char *out)
{
	bool before_christ;
	size_t length;

	if (days == INT32_MIN || days == INT32_MAX)
		return PutInfinity(days < 0, out);

	length = PutDay(days, out, &before_christ);
	if (before_christ)
	{
		memcpy(out + length, " BC", 3);
		length += 3;
	}

	return length;
}

/* Prints a time of the day. */
size_t
TimeText(int64_t microseconds, char *out)
{
	unsigned seconds = (unsigned)(microseconds / MICROSECONDS);
	size_t length = PutPair(seconds / 3600, out);

	out[length++] = ':';
	length += PutPair(seconds / 60 % 60, out + length);
	out[length++] = ':';
	length += PutPair(seconds % 60, out + length);

	return length + PutFraction(microseconds % MICROSECONDS, out + length);
}

/* Prints a time of the day with its zone. */
size_t
TimeZonedText(const ZonedTime *time, char *out)
{
	size_t length = TimeText(time->microseconds, out);

	return length + PutZone(time->zone, out + length);
}

/* Prints a timestamp. */
size_t
TimestampText(int64_t microseconds, char *out)
{
	return TimestampZonedText(&(ZonedTime){microseconds, INT64_MIN}, out);
}

/* Prints a timestamp as its zone shows it; a zone of INT64_MIN is none. */
size_t
TimestampZonedText(const ZonedTime *time, char *out)
{
	bool zoned = time->zone != INT64_MIN, before_christ;
	int64_t days, local;
	size_t length;

	if (time->microseconds == INT64_MIN || time->microseconds == INT64_MAX)
		return PutInfinity(time->microseconds < 0, out);

	local = time->microseconds + (zoned ? time->zone * MICROSECONDS : 0);
	days = FloorDivide(local, MICROSECONDS_A_DAY);
	length = PutDay(days, out, &before_christ);
	out[length++] = ' ';
	length += TimeText(local - days * MICROSECONDS_A_DAY, out + length);
	if (zoned)
		length += PutZone(time->zone, out + length);
	if (before_christ)
	{
		memcpy(out + length, " BC", 3);
		length += 3;
	}

	return length;
}

/* Writes two digits. */
static size_t
PutPair(unsigned value, char *out)
{
	memcpy(out, digit_pairs + 2 * (value % 100), 2);
	return 2;
}

/* Writes a year with four digits or more. */
static size_t
PutYear(int64_t year, char *out)
{
	if (year > 9999)
		return IntegerText(year, out);
	PutPair((unsigned)(year / 100), out);
	return 2 + PutPair((unsigned)(year % 100), out + 2);
}

/*
 * Writes year, month and day of a day since 2000-01-01 in the Gregorian
 * calendar.  Years are counted from March, so that a leap day is their last.
 */
static size_t
PutDay(int64_t days, char *out, bool *before_christ)
{
	int64_t since = days + DAYS_TO_EPOCH, era = FloorDivide(since, DAYS_OF_400_YEARS), year;
	unsigned day = (unsigned)(since - era * DAYS_OF_400_YEARS), month, years;
	size_t length;

	years = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	day -= 365 * years + years / 4 - years / 100;
	month = (5 * day + 2) / 153;
	day -= (153 * month + 2) / 5;
	year = era * 400 + years + (month >= 10);

	*before_christ = year <= 0;
	length = PutYear(year > 0 ? year : 1 - year, out);
	out[length++] = '-';
	length += PutPair(month < 10 ? month + 3 : month - 9, out + length);
	out[length++] = '-';

	return length + PutPair(day + 1, out + length);
}

/* Writes a fraction of a second, without trailing zeros; nothing for none. */
static size_t
PutFraction(int64_t microseconds, char *out)
{
	size_t length = 7;

	if (microseconds == 0)
		return 0;

	out[0] = '.';
	PutPair((unsigned)(microseconds / 10000), out + 1);
	PutPair((unsigned)(microseconds / 100 % 100), out + 3);
	PutPair((unsigned)(microseconds % 100), out + 5);
	while (out[length - 1] == '0')
		length--;
	return length;
}

/* Writes a zone: +hh[:mm[:ss]]. */
static size_t
PutZone(int64_t zone, char *out)
{
	unsigned seconds = (unsigned)(zone < 0 ? -zone : zone);
	size_t length = 1;

	out[0] = zone < 0 ? '-' : '+';
	length += PutPair(seconds / 3600, out + length);
	if (seconds % 3600 != 0)
	{
		out[length++] = ':';
		length += PutPair(seconds / 60 % 60, out + length);
	}

	if (seconds % 60 != 0)
	{
		out[length++] = ':';
		length += PutPair(seconds % 60, out + length);
	}

	return length;
}

/* Writes a time before or after all others. */
static size_t
PutInfinity(bool negative, char *out)
{
	const char *name = negative ? "-infinity" : "infinity";

	memcpy(out, name, strlen(name));
	return strlen(name);
}

/* Divides rounding down. */
static int64_t
FloorDivide(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}
