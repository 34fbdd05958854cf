/*
 * date_parts.c
 *		Redshift's date parts in all their spellings.
 *
 * The spellings are those of the page "Date parts for date or timestamp
 * functions"; "m" is a minute.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "dialect/text/date_parts.h"

typedef struct Spelling
{
	const char *word;
	DatePart part;
} Spelling;

static const Spelling spellings[] = {
	{"millennium", DATE_PART_MILLENNIUM},
	{"millenniums", DATE_PART_MILLENNIUM},
	{"millennia", DATE_PART_MILLENNIUM},
	{"mil", DATE_PART_MILLENNIUM},
	{"mils", DATE_PART_MILLENNIUM},
	{"century", DATE_PART_CENTURY},
	{"centuries", DATE_PART_CENTURY},
	{"c", DATE_PART_CENTURY},
	{"cent", DATE_PART_CENTURY},
	{"cents", DATE_PART_CENTURY},
	{"decade", DATE_PART_DECADE},
	{"decades", DATE_PART_DECADE},
	{"dec", DATE_PART_DECADE},
	{"decs", DATE_PART_DECADE},
	{"epoch", DATE_PART_EPOCH},
	{"year", DATE_PART_YEAR},
	{"years", DATE_PART_YEAR},
	{"y", DATE_PART_YEAR},
	{"yr", DATE_PART_YEAR},
	{"yrs", DATE_PART_YEAR},
	{"quarter", DATE_PART_QUARTER},
	{"quarters", DATE_PART_QUARTER},
	{"qtr", DATE_PART_QUARTER},
	{"qtrs", DATE_PART_QUARTER},
	{"month", DATE_PART_MONTH},
	{"months", DATE_PART_MONTH},
	{"mon", DATE_PART_MONTH},
	{"mons", DATE_PART_MONTH},
	{"week", DATE_PART_WEEK},
	{"weeks", DATE_PART_WEEK},
	{"w", DATE_PART_WEEK},
	{"dayofweek", DATE_PART_DAYOFWEEK},
	{"dow", DATE_PART_DAYOFWEEK},
	{"dw", DATE_PART_DAYOFWEEK},
	{"weekday", DATE_PART_DAYOFWEEK},
	{"dayofyear", DATE_PART_DAYOFYEAR},
	{"doy", DATE_PART_DAYOFYEAR},
	{"dy", DATE_PART_DAYOFYEAR},
	{"yearday", DATE_PART_DAYOFYEAR},
	{"day", DATE_PART_DAY},
	{"days", DATE_PART_DAY},
	{"d", DATE_PART_DAY},
	{"hour", DATE_PART_HOUR},
	{"hours", DATE_PART_HOUR},
	{"h", DATE_PART_HOUR},
	{"hr", DATE_PART_HOUR},
	{"hrs", DATE_PART_HOUR},
	{"minute", DATE_PART_MINUTE},
	{"minutes", DATE_PART_MINUTE},
	{"m", DATE_PART_MINUTE},
	{"min", DATE_PART_MINUTE},
	{"mins", DATE_PART_MINUTE},
	{"second", DATE_PART_SECOND},
	{"seconds", DATE_PART_SECOND},
	{"s", DATE_PART_SECOND},
	{"sec", DATE_PART_SECOND},
	{"secs", DATE_PART_SECOND},
	{"millisecond", DATE_PART_MILLISECOND},
	{"milliseconds", DATE_PART_MILLISECOND},
	{"ms", DATE_PART_MILLISECOND},
	{"msec", DATE_PART_MILLISECOND},
	{"msecs", DATE_PART_MILLISECOND},
	{"msecond", DATE_PART_MILLISECOND},
	{"mseconds", DATE_PART_MILLISECOND},
	{"millisec", DATE_PART_MILLISECOND},
	{"millisecs", DATE_PART_MILLISECOND},
	{"millisecon", DATE_PART_MILLISECOND},
	{"microsecond", DATE_PART_MICROSECOND},
	{"microseconds", DATE_PART_MICROSECOND},
	{"microsec", DATE_PART_MICROSECOND},
	{"microsecs", DATE_PART_MICROSECOND},
	{"usecond", DATE_PART_MICROSECOND},
	{"useconds", DATE_PART_MICROSECOND},
	{"us", DATE_PART_MICROSECOND},
	{"usec", DATE_PART_MICROSECOND},
	{"usecs", DATE_PART_MICROSECOND},
	{"timezone", DATE_PART_TIMEZONE},
	{"timezone_hour", DATE_PART_TIMEZONE_HOUR},
	{"timezone_minute", DATE_PART_TIMEZONE_MINUTE},
	{"isodow", DATE_PART_ISODOW},
	{"isoyear", DATE_PART_ISOYEAR},
};

static const char *const names[] = {
	[DATE_PART_MILLENNIUM] = "millennium",
	[DATE_PART_CENTURY] = "century",
	[DATE_PART_DECADE] = "decade",
	[DATE_PART_EPOCH] = "epoch",
	[DATE_PART_YEAR] = "year",
	[DATE_PART_QUARTER] = "quarter",
	[DATE_PART_MONTH] = "month",
	[DATE_PART_WEEK] = "week",
	[DATE_PART_DAYOFWEEK] = "dow",
	[DATE_PART_DAYOFYEAR] = "doy",
	[DATE_PART_DAY] = "day",
	[DATE_PART_HOUR] = "hour",
	[DATE_PART_MINUTE] = "minute",
	[DATE_PART_SECOND] = "second",
	[DATE_PART_MILLISECOND] = "milliseconds",
	[DATE_PART_MICROSECOND] = "microseconds",
	[DATE_PART_TIMEZONE] = "timezone",
	[DATE_PART_TIMEZONE_HOUR] = "timezone_hour",
	[DATE_PART_TIMEZONE_MINUTE] = "timezone_minute",
	[DATE_PART_ISODOW] = "isodow",
	[DATE_PART_ISOYEAR] = "isoyear",
};

/* The part that a word means. */
DatePart
DatePartFromText(const char *text, int length)
{
	for (int i = 0; i < (int)lengthof(spellings); i++)
	{
		if ((int)strlen(spellings[i].word) == length &&
			pg_strncasecmp(spellings[i].word, text, length) == 0)
			return spellings[i].part;
	}

	return DATE_PART_UNKNOWN;
}

/* PostgreSQL's word for a part. */
const char *
DatePartName(DatePart part)
{
	return part < DATE_PART_UNKNOWN ? names[part] : NULL;
}

/* Redshift's interval text in PostgreSQL's words. */
char *
IntervalFromRedshift(const char *text)
{
	StringInfoData words;
	bool changed = false;

	initStringInfo(&words);
	while (*text != '\0')
	{
		int blanks = (int)strspn(text, " ,");
		int number = (int)strspn(text + blanks, "+-0123456789.");
		const char *unit = text + blanks + number + strspn(text + blanks + number, " ");
		int letters = (int)strspn(unit, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
		DatePart part = DatePartFromText(unit, letters);

		/* blanks at the end */
		if (text[blanks] == '\0')
			break;

		/* what isn't a number and a part is left to PostgreSQL, which says what is wrong */
		if (number == 0 || (letters > 0 && part == DATE_PART_UNKNOWN) ||
			(unit[letters] != '\0' && strchr(" ,+-0123456789", unit[letters]) == NULL))
			return NULL;

		/* most intervals are the same in both, and stay as they were written */
		changed |= memchr(text, ',', blanks) != NULL || part == DATE_PART_QUARTER;

		/* PostgreSQL has no quarters in an interval */
		if (part == DATE_PART_QUARTER)
			appendStringInfo(&words, "%g month ", 3 * strtod(text + blanks, NULL));
		else
			appendStringInfo(&words, "%.*s %s ", number, text + blanks,
							 letters == 0 ? "second" : DatePartName(part));
		text = unit + letters;
	}

	if (words.len > 0)
		words.data[words.len - 1] = '\0';
	return changed ? words.data : NULL;
}
