/*
 * datetime_auto.h
 *		DATEFORMAT 'auto' and TIMEFORMAT 'auto': dates and times as they come
 *		(AWS: automatic-recognition).  Never an epoch.
 */
#ifndef SPARKIFY_DATETIME_AUTO_H
#define SPARKIFY_DATETIME_AUTO_H

#include "source/convert/datetime.h"

/* Reads the whole text; false when it isn't understood.  Values are checked by DatetimeDays and its kin. */
extern bool DatetimeAutoParse(const char *data, size_t length, DatetimeParts *parts);

/* Likewise for a time of day: bare digits are a time, not a date. */
extern bool DatetimeAutoParseTime(const char *data, size_t length, DatetimeParts *parts);

#endif /* SPARKIFY_DATETIME_AUTO_H */
