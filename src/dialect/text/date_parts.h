/*
 * date_parts.h
 *		Redshift's date parts in all their spellings.
 */
#ifndef SPARKIFY_DATE_PARTS_H
#define SPARKIFY_DATE_PARTS_H

#include "postgres.h"

typedef enum DatePart
{
	DATE_PART_MILLENNIUM,
	DATE_PART_CENTURY,
	DATE_PART_DECADE,
	DATE_PART_EPOCH,
	DATE_PART_YEAR,
	DATE_PART_QUARTER,
	DATE_PART_MONTH,
	DATE_PART_WEEK,
	DATE_PART_DAYOFWEEK,
	DATE_PART_DAYOFYEAR,
	DATE_PART_DAY,
	DATE_PART_HOUR,
	DATE_PART_MINUTE,
	DATE_PART_SECOND,
	DATE_PART_MILLISECOND,
	DATE_PART_MICROSECOND,
	DATE_PART_TIMEZONE,
	DATE_PART_TIMEZONE_HOUR,
	DATE_PART_TIMEZONE_MINUTE,
	DATE_PART_ISODOW,  /* not documented, but seen in scripts */
	DATE_PART_ISOYEAR, /* likewise */
	DATE_PART_UNKNOWN
} DatePart;

/* The part that a word of some length means, in any case; DATE_PART_UNKNOWN when it means none. */
extern DatePart DatePartFromText(const char *text, int length);

/* PostgreSQL's word for a part. */
extern const char *DatePartName(DatePart part);

/*
 * Redshift's interval text ("1w, 2 qtr, 3h") in PostgreSQL's words; NULL when
 * PostgreSQL reads it as it is, or when it isn't of that form.
 */
extern char *IntervalFromRedshift(const char *text);

#endif /* SPARKIFY_DATE_PARTS_H */
