/*
 * datetime.h
 *		Points in time: the parts a text has, and PostgreSQL's numbers for them.
 */
#ifndef SPARKIFY_DATETIME_H
#define SPARKIFY_DATETIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MICROSECONDS INT64_C(1000000)
#define MICROSECONDS_A_DAY (86400 * MICROSECONDS)

/* PostgreSQL's, which load/layout_check.c compares. */
#define DATETIME_JULIAN_OF_2000 2451545
#define DATETIME_FIRST_STAMP INT64_C(-211813488000000000)
#define DATETIME_END_STAMP INT64_C(9223371331200000000)
#define DATETIME_ZONE_LIMIT (16 * 3600) /* exclusive */

/* What was read; what has_date, has_time and has_zone don't announce is zero. */
typedef struct DatetimeParts
{
	int year; /* 0 is 1 BC */
	int month;
	int day;
	int hour;
	int minute;
	int second;
	int microsecond; /* up to a million: rounded up */
	int zone;		 /* seconds east of UTC */
	bool has_date;
	bool has_time;
	bool has_zone;
} DatetimeParts;

/* Days since 2000-01-01; false when there is no such day in PostgreSQL's range. */
extern bool DatetimeDays(const DatetimeParts *parts, int32_t *days);

/* Microseconds since midnight, up to a whole day; false when there is no such time. */
extern bool DatetimeOfDay(const DatetimeParts *parts, int64_t *microseconds);

/* Microseconds since 2000-01-01, zone not regarded; false likewise. */
extern bool DatetimeStamp(const DatetimeParts *parts, int64_t *microseconds);

/* Whether PostgreSQL takes these microseconds for a timestamp. */
extern bool DatetimeStampInRange(int64_t microseconds);

/* Sets year, month and day from a Julian day number. */
extern bool DatetimeFromJulian(int64_t julian, DatetimeParts *parts);

/* The full year a two-digit one means, as PostgreSQL sees it: 1970 to 2069. */
extern int DatetimeFullYear(int year);

/* The number of the month (1 to 12) named so, short or long; 0: none. */
extern int DatetimeMonthNamed(const char *name, size_t length);
extern bool DatetimeIsWeekday(const char *name, size_t length);

/* Reads a zone, "+hh[[:]mm[:ss]]", "Z" or an abbreviation; returns its bytes, 0 when it is none. */
extern size_t DatetimeReadZone(const char *data, size_t length, int *zone);

/* Reads a fraction of a second behind the point, to microseconds; returns its bytes. */
extern size_t DatetimeReadFraction(const char *data, size_t length, int *microsecond);

/* Reads up to max digits; returns how many there were. */
extern size_t DatetimeReadNumber(const char *data, size_t length, size_t max, int *number);

#endif /* SPARKIFY_DATETIME_H */
