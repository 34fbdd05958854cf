/*
 * datetime_format.c
 *		Format strings of dates and times, compiled into a list of parts.
 *
 *	"MM/DD/YYYY HH:MI AM" -> MM '/' DD '/' YYYY ' ' HH24 ':' MI ' ' AM
 */
#include "source/convert/datetime_format.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef enum PartKind
{
	PART_LITERAL,
	PART_YEAR4,
	PART_YEAR2,
	PART_MONTH,
	PART_MONTH_NAME,
	PART_DAY,
	PART_HOUR24,
	PART_HOUR12,
	PART_MINUTE,
	PART_SECOND,
	PART_MERIDIEM,
	PART_FRACTION, /* ".SSS": read already behind the seconds */
	PART_ZONE	   /* refused */
} PartKind;

/* Longer names first where one begins another.  HH is HH24 in COPY. */
static const struct
{
	const char *name;
	PartKind kind;
} part_names[] = {
	{"YYYY", PART_YEAR4},	  {"YY", PART_YEAR2},		  {"MONTH", PART_MONTH_NAME},
	{"MON", PART_MONTH_NAME}, {"MM", PART_MONTH},		  {"MI", PART_MINUTE},
	{"DD", PART_DAY},		  {"HH24", PART_HOUR24},	  {"HH12", PART_HOUR12},
	{"HH", PART_HOUR24},	  {".SSSSSS", PART_FRACTION}, {".SSS", PART_FRACTION},
	{".SS", PART_FRACTION},	  {".US", PART_FRACTION},	  {".MS", PART_FRACTION},
	{"SS", PART_SECOND},	  {"AM", PART_MERIDIEM},	  {"PM", PART_MERIDIEM},
	{"OF", PART_ZONE},		  {"TZ", PART_ZONE},
};

typedef struct Part
{
	PartKind kind;
	char literal;
	bool adjoins; /* no separator on one side: it has all its digits */
} Part;

struct DatetimePattern
{
	int count;
	Part parts[];
};

/* What a match has gathered besides the parts. */
typedef struct MatchState
{
	const char *data;
	size_t length;
	size_t at;
	DatetimeParts *parts;
	int meridiem; /* 0: none, 1: AM, 2: PM */
} MatchState;

static bool CompileOption(DatetimeFormat *format, const char *option, const char *value,
						  Failure *failure);
static DatetimePattern *CompilePattern(const char *text, const char *option, Failure *failure);
static size_t CompilePart(const char *text, Part *part);
static bool IsSeparator(char byte);
static bool MatchPart(const Part *part, MatchState *state);
static bool MatchNumber(const Part *part, MatchState *state, size_t digits, int *number);
static bool MatchMonthName(MatchState *state);
static bool MatchSecond(const Part *part, MatchState *state);
static bool MatchMeridiem(MatchState *state);
static bool ApplyMeridiem(MatchState *state);

/* Compiles both options. */
bool
DatetimeFormatsBegin(DatetimeFormats *formats, const ConvertOptions *options, Failure *failure)
{
	*formats = (DatetimeFormats){.date = {.text = "YYYY-MM-DD"},
								 .time = {.text = "YYYY-MM-DD HH24:MI:SS"}};
	if (options->time_format != NULL && strcmp(options->time_format, "epochsecs") == 0)
		formats->time = (DatetimeFormat){DATETIME_EPOCH_SECONDS, NULL, "epochsecs"};
	else if (options->time_format != NULL && strcmp(options->time_format, "epochmillisecs") == 0)
		formats->time = (DatetimeFormat){DATETIME_EPOCH_MILLISECONDS, NULL, "epochmillisecs"};
	else if (!CompileOption(&formats->time, "TIMEFORMAT", options->time_format, failure))
		return false;
	return CompileOption(&formats->date, "DATEFORMAT", options->date_format, failure);
}

/* Releases the patterns. */
void
DatetimeFormatsEnd(DatetimeFormats *formats)
{
	free(formats->date.pattern);
	free(formats->time.pattern);
	formats->date.pattern = formats->time.pattern = NULL;
}

/* Matches part by part. */
size_t
DatetimePatternMatch(const DatetimePattern *pattern, const char *data, size_t length,
					 DatetimeParts *parts)
{
	MatchState state = {.data = data, .length = length, .parts = parts};

	*parts = (DatetimeParts){.year = 2000, .month = 1, .day = 1};
	for (int i = 0; i < pattern->count; i++)
		if (!MatchPart(&pattern->parts[i], &state))
			return 0;
	return ApplyMeridiem(&state) ? state.at : 0;
}

/* Compiles one option: absent, 'auto' or a pattern; keywords are in lower case only. */
static bool
CompileOption(DatetimeFormat *format, const char *option, const char *value, Failure *failure)
{
	const char *pattern = value;

	if (value == NULL)
		pattern = format->text;
	else if (strcmp(value, "auto") == 0)
	{
		*format = (DatetimeFormat){DATETIME_AUTO, NULL, value};
		return true;
	}
	else
		*format = (DatetimeFormat){DATETIME_PATTERN, NULL, value};
	format->pattern = CompilePattern(pattern, option, failure);

	return format->pattern != NULL;
}

/* Compiles a format string; a failure says what in it is no format. */
static DatetimePattern *
CompilePattern(const char *text, const char *option, Failure *failure)
{
	DatetimePattern *pattern =
		calloc(1, sizeof(DatetimePattern) + (strlen(text) + 1) * sizeof(Part));
	bool any = false;

	if (pattern == NULL)
		(void)FailureNoMemory(failure);

	/* one part for each character is room enough: no part is shorter */
	for (const char *at = text; pattern != NULL && *at != '\0';)
	{
		Part *part = &pattern->parts[pattern->count];
		size_t taken = CompilePart(at, part);

		if (taken == 0 || part->kind == PART_ZONE)
		{
			FailureSet(failure, FAILURE_CONFIG, "%s '%s' is not a valid format", option, text);

			/*
			 * At is where the format stopped making sense, which the writer of a long format
			 * needs to see.
			 */
			FailureDetail(failure,
						  part->kind == PART_ZONE ? "Zones (OF, TZ) can't be part of a format."
												  : "It can't be understood from \"%s\" on.",
						  at);
			free(pattern);
			return NULL;
		}

		if (part->kind != PART_LITERAL)
		{
			/*
			 * Parts without anything between them have to be of fixed length, or nobody could
			 * tell them apart.
			 */
			if (pattern->count > 0 && part[-1].kind != PART_LITERAL)
				part[-1].adjoins = part->adjoins = true;
			any = true;
		}

		pattern->count++;
		at += taken;
	}

	/* a format of nothing but literals would match and say no date */
	if (pattern != NULL && !any)
	{
		FailureSet(failure, FAILURE_CONFIG, "%s '%s' is not a valid format", option, text);
		free(pattern);
		return NULL;
	}

	return pattern;
}

/* Compiles the part that the text begins with; returns its bytes, 0 when it is none. */
static size_t
CompilePart(const char *text, Part *part)
{
	*part = (Part){PART_LITERAL};
	for (size_t i = 0; i < sizeof(part_names) / sizeof(part_names[0]); i++)
		if (strncasecmp(text, part_names[i].name, strlen(part_names[i].name)) == 0)
		{
			part->kind = part_names[i].kind;
			return strlen(part_names[i].name);
		}
	part->literal = *text;

	/* T and Z are no parts of Redshift's, but stand in ISO 8601 times */
	return IsSeparator(*text) || *text == 'T' || *text == 'Z' ? 1 : 0;
}

/* The separators a format may have. */
static bool
IsSeparator(char byte)
{
	return byte != '\0' && strchr("-/:., ;_", byte) != NULL;
}

/* Matches one part. */
static bool
MatchPart(const Part *part, MatchState *state)
{
	DatetimeParts *parts = state->parts;
	bool matched = true;

	switch (part->kind)
	{
		case PART_LITERAL:
			return state->at < state->length && state->data[state->at++] == part->literal;
		case PART_YEAR4:
			/* Years always take all their digits; a part that adjoins another does just that. */
			return MatchNumber(&(Part){.adjoins = true}, state, 4, &parts->year) && parts->year > 0;
		case PART_YEAR2:
			matched = MatchNumber(&(Part){.adjoins = true}, state, 2, &parts->year);

			/* before the result is known: a mismatch throws the year away */
			parts->year = DatetimeFullYear(parts->year);
			return matched;
		case PART_MONTH:
			return MatchNumber(part, state, 2, &parts->month);
		case PART_MONTH_NAME:
			return MatchMonthName(state);
		case PART_DAY:
			return MatchNumber(part, state, 2, &parts->day);
		case PART_HOUR24:
			return MatchNumber(part, state, 2, &parts->hour);
		case PART_HOUR12:
			/* twelve hours have no zero (the meridiem is applied at the end, when it is known) */
			return MatchNumber(part, state, 2, &parts->hour) && parts->hour >= 1 &&
				   parts->hour <= 12;
		case PART_MINUTE:
			return MatchNumber(part, state, 2, &parts->minute);
		case PART_SECOND:
			return MatchSecond(part, state);
		case PART_MERIDIEM:
			return MatchMeridiem(state);
		default:
			return true;
	}
}

/* Matches a number of so many digits; fewer will do where something else follows. */
static bool
MatchNumber(const Part *part, MatchState *state, size_t digits, int *number)
{
	size_t read =
		DatetimeReadNumber(state->data + state->at, state->length - state->at, digits, number);

	state->at += read;
	return read == digits || (read > 0 && !part->adjoins);
}

/* Matches the name of a month, short or long. */
static bool
MatchMonthName(MatchState *state)
{
	const char *name = state->data + state->at;
	size_t length = 0;

	while (state->at + length < state->length && ((name[length] | 0x20) >= 'a') &&
		   ((name[length] | 0x20) <= 'z'))
		length++;
	state->parts->month = DatetimeMonthNamed(name, length);
	if (state->parts->month == 0 && length > 3)
	{
		length = 3; /* "NOVT" and the like: the short name, then a literal */
		state->parts->month = DatetimeMonthNamed(name, length);
	}

	state->at += length;

	return state->parts->month > 0;
}

/* Matches seconds, with a fraction where the data has one. */
static bool
MatchSecond(const Part *part, MatchState *state)
{
	if (!MatchNumber(part, state, 2, &state->parts->second))
		return false;
	if (state->at + 1 < state->length && state->data[state->at] == '.' &&
		state->data[state->at + 1] >= '0' && state->data[state->at + 1] <= '9')
		state->at +=
			1 + DatetimeReadFraction(state->data + state->at + 1, state->length - state->at - 1,
									 &state->parts->microsecond);
	return true;
}

/* Matches AM or PM. */
static bool
MatchMeridiem(MatchState *state)
{
	if (state->length - state->at < 2)
		return false;
	if (strncasecmp(state->data + state->at, "AM", 2) == 0)
		state->meridiem = 1;
	else if (strncasecmp(state->data + state->at, "PM", 2) == 0)
		state->meridiem = 2;
	state->at += 2;

	return state->meridiem > 0;
}

/* Turns an hour of the half day into one of the day. */
static bool
ApplyMeridiem(MatchState *state)
{
	DatetimeParts *parts = state->parts;

	if (state->meridiem == 0)
		return true;
	if (parts->hour < 1 || parts->hour > 12)
		return false;

	parts->hour = parts->hour % 12 + (state->meridiem == 2 ? 12 : 0);

	return true;
}
