/*
 * datetime_format.h
 *		DATEFORMAT and TIMEFORMAT: how the load's dates and times are written
 *		(AWS: r_DATEFORMAT_and_TIMEFORMAT_strings).
 */
#ifndef SPARKIFY_DATETIME_FORMAT_H
#define SPARKIFY_DATETIME_FORMAT_H

#include "source/convert/datetime.h"
#include "source/base/failure.h"
#include "source/row/row_plan.h"

typedef enum DatetimeMode
{
	DATETIME_DEFAULT,
	DATETIME_PATTERN, /* a format string of the user's */
	DATETIME_AUTO,
	DATETIME_EPOCH_SECONDS,
	DATETIME_EPOCH_MILLISECONDS
} DatetimeMode;

typedef struct DatetimePattern DatetimePattern;

typedef struct DatetimeFormat
{
	DatetimeMode mode;
	DatetimePattern *pattern;
	const char *text; /* as an error message shows it; not owned */
} DatetimeFormat;

typedef struct DatetimeFormats
{
	DatetimeFormat date;
	DatetimeFormat time;
} DatetimeFormats;

/* Compiles the options' formats; End is right also after a failure, and idempotent. */
extern bool DatetimeFormatsBegin(DatetimeFormats *formats, const ConvertOptions *options,
								 Failure *failure);
extern void DatetimeFormatsEnd(DatetimeFormats *formats);

/*
 * Reads what the pattern asks for from the front of the text; returns how many
 * bytes that took, 0 when the text doesn't match.  Values aren't checked here.
 */
extern size_t DatetimePatternMatch(const DatetimePattern *pattern, const char *data, size_t length,
								   DatetimeParts *parts);

#endif /* SPARKIFY_DATETIME_FORMAT_H */
