/*
 * value_text.h
 *		Values as text, the way Redshift prints them; ISO dates whatever the
 *		session's settings are.
 *
 * Each function writes at out, which has room for VALUE_TEXT_MAX bytes, and
 * returns how many it wrote; nothing is terminated.
 */
#ifndef SPARKIFY_VALUE_TEXT_H
#define SPARKIFY_VALUE_TEXT_H

#include "source/convert/float_text.h"
#include "source/write/output_plan.h"

/* Room for every value of a fixed size. */
#define VALUE_TEXT_MAX 64

extern size_t IntegerText(int64_t value, char *out);

/* The shortest of the texts with 15, 16 and 17 digits that gives the value back. */
extern size_t DoubleText(FloatText *text, double value, char *out);

/* The shortest text with 6 to 9 digits that gives the value back. */
extern size_t FloatText4(FloatText *text, float value, char *out);

extern size_t DateText(int64_t days, char *out);
extern size_t TimeText(int64_t microseconds, char *out);
extern size_t TimestampText(int64_t microseconds, char *out);
extern size_t TimeZonedText(const ZonedTime *time, char *out);
extern size_t TimestampZonedText(const ZonedTime *time, char *out);

/* The text of PostgreSQL's numeric, of 40 digits at most, from its bytes behind the length word. */
extern size_t NumericText(const char *bytes, size_t length, char *out);

#endif /* SPARKIFY_VALUE_TEXT_H */
