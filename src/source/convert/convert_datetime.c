/*
 * convert_datetime.c
 *		DATE, TIME and TIMESTAMP, with and without a zone, under COPY's
 *		DATEFORMAT and TIMEFORMAT.
 *
 * Stored as PostgreSQL has them: days or microseconds since 2000-01-01, in
 * UTC for TIMESTAMPTZ; TIMETZ with its zone, counted westwards.
 */
#include "source/convert/convert_internal.h"

#include "source/convert/datetime_auto.h"
#include "source/base/digits.h"

/* Seconds from 1970-01-01 to 2000-01-01. */
#define EPOCH_OF_2000 INT64_C(946684800)

#define DEFAULT_DATE_LENGTH 10

static bool ReadDate(const DatetimeFormat *format, CellText text, DatetimeParts *parts);
static bool ReadDefaultDate(CellText text, DatetimeParts *parts);
static bool ReadStamp(const DatetimeFormat *format, CellText text, bool zoned,
					  DatetimeParts *parts);
static bool ReadRest(CellText text, size_t at, bool zoned, DatetimeParts *parts);
static bool ReadEpoch(CellText text, int decimals, int64_t *microseconds);
static CellStatus RejectStamp(RowConverter *converter, const ColumnSlot *slot);
static CellStatus PutInt64(RowConverter *converter, const ColumnSlot *slot, int64_t value);

/* Converts into DATE; a time behind the date is ignored. */
CellStatus
ConvertDate(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	const DatetimeFormat *format = &converter->datetime.date;
	CellText text = CellTextTrim(CellTextOf(converter, field, FRACTION_17_DIGITS));
	DatetimeParts parts;
	int32_t days;

	if (text.length == 0)
		return CELL_NULL;
	if (ReadDate(format, text, &parts) && DatetimeDays(&parts, &days))
		return CellPacked(TuplePutFixed(&converter->writer, slot->alignment, &days, sizeof(days)));
	if (converter->options.accept_any_date)
		return CELL_NULL;
	if (format->mode == DATETIME_DEFAULT && text.length < DEFAULT_DATE_LENGTH)
		return CellReject(converter, slot, LOAD_ERROR_DATE, 0,
						  "Invalid Date Format - length must be 10 or more");
	return CellReject(converter, slot, LOAD_ERROR_DATE, 0, "Invalid date format or value [%.64s]",
					  format->text);
}

/* Converts into TIMESTAMP or TIMESTAMPTZ. */
CellStatus
ConvertTimestamp(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	const DatetimeFormat *format = &converter->datetime.time;
	bool zoned = slot->target->kind == COLUMN_TIMESTAMPTZ;
	CellText text = CellTextTrim(CellTextOf(converter, field, FRACTION_17_DIGITS));
	DatetimeParts parts;
	int64_t stamp;

	if (text.length == 0)
		return CELL_NULL;

	/* an epoch has no zone: it counts from 1970 in UTC */
	if (format->mode >= DATETIME_EPOCH_SECONDS)
	{
		if (ReadEpoch(text, format->mode == DATETIME_EPOCH_SECONDS ? 6 : 3, &stamp))
			return PutInt64(converter, slot, stamp);
		return RejectStamp(converter, slot);
	}

	if (!ReadStamp(format, text, zoned, &parts) || !DatetimeStamp(&parts, &stamp))
		return RejectStamp(converter, slot);

	/* the format has no zone of its own: without one in the text, the session's counts */
	if (zoned)
	{
		int zone = parts.has_zone ? parts.zone : converter->options.timezone_offset;

		stamp -= zone * MICROSECONDS; /* far from the limits of 64 bits */
		if (!DatetimeStampInRange(stamp))
			return RejectStamp(converter, slot);
	}

	return PutInt64(converter, slot, stamp);
}

/* Converts into TIME or TIMETZ; TIMEFORMAT is about timestamps and doesn't matter here. */
CellStatus
ConvertTime(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	CellText text = CellTextTrim(CellTextOf(converter, field, FRACTION_17_DIGITS));
	DatetimeParts parts;
	int64_t time;
	char packed[12];
	int32_t west;

	if (text.length == 0)
		return CELL_NULL;
	if (!DatetimeAutoParseTime(text.data, text.length, &parts) || !DatetimeOfDay(&parts, &time))
		return CellReject(converter, slot, LOAD_ERROR_TIMESTAMP, 0,
						  "Invalid time format or value [HH24:MI:SS]");
	if (slot->target->kind == COLUMN_TIME)
		return PutInt64(converter, slot, time);

	west = -(parts.has_zone ? parts.zone : converter->options.timezone_offset);
	memcpy(packed, &time, 8);
	memcpy(packed + 8, &west, 4);

	return CellPacked(TuplePutFixed(&converter->writer, slot->alignment, packed, sizeof(packed)));
}

/* Reads a date by its format. */
static bool
ReadDate(const DatetimeFormat *format, CellText text, DatetimeParts *parts)
{
	size_t end;

	if (format->mode == DATETIME_AUTO)
		return DatetimeAutoParse(text.data, text.length, parts);
	if (format->mode == DATETIME_DEFAULT && ReadDefaultDate(text, parts))
		end = DEFAULT_DATE_LENGTH;
	else
		end = DatetimePatternMatch(format->pattern, text.data, text.length, parts);
	if (end == 0 || (format->mode == DATETIME_DEFAULT && text.length < DEFAULT_DATE_LENGTH))
		return false;

	return end == text.length || CellIsSpace(text.data[end]) || text.data[end] == 'T';
}

/* Reads YYYY-MM-DD at the front of the text: the common case, without the pattern. */
static bool
ReadDefaultDate(CellText text, DatetimeParts *parts)
{
	const char *at = text.data;

	*parts = (DatetimeParts){0};
	return text.length >= DEFAULT_DATE_LENGTH && DatetimeReadNumber(at, 4, 4, &parts->year) == 4 &&
		   parts->year > 0 && at[4] == '-' &&
		   DatetimeReadNumber(at + 5, 2, 2, &parts->month) == 2 && at[7] == '-' &&
		   DatetimeReadNumber(at + 8, 2, 2, &parts->day) == 2;
}

/* Reads a timestamp by its format; the default one also takes a date alone. */
static bool
ReadStamp(const DatetimeFormat *format, CellText text, bool zoned, DatetimeParts *parts)
{
	size_t end;

	if (format->mode == DATETIME_AUTO)
		return DatetimeAutoParse(text.data, text.length, parts);
	if (format->mode == DATETIME_DEFAULT && text.length == DEFAULT_DATE_LENGTH)
		return ReadDefaultDate(text, parts);

	end = DatetimePatternMatch(format->pattern, text.data, text.length, parts);

	return end > 0 && ReadRest(text, end, zoned, parts);
}

/* Whether nothing follows the format's last part, but a zone where the type has one. */
static bool
ReadRest(CellText text, size_t at, bool zoned, DatetimeParts *parts)
{
	size_t zone;

	if (at == text.length || !zoned)
		return at == text.length;

	while (at < text.length && text.data[at] == ' ')
		at++;
	zone = DatetimeReadZone(text.data + at, text.length - at, &parts->zone);
	parts->has_zone = zone > 0;

	return zone > 0 && at + zone == text.length;
}

/*
 * Reads a number of seconds or milliseconds since 1970; decimals is how many
 * digits of its fraction are microseconds, and what is finer is dropped.
 */
static bool
ReadEpoch(CellText text, int decimals, int64_t *microseconds)
{
	size_t at = text.data[0] == '-' || text.data[0] == '+';
	int places = -1; /* of the fraction; -1: still before the point */
	__int128 value = 0;
	bool any = false;
	uint64_t plain;

	/* most numbers are digits and nothing else, and read eight at a time */
	if (DigitsRead(text.data, text.length, &plain) == text.length)
	{
		value = plain;
		any = true;
		at = text.length;
	}

	for (; at < text.length; at++)
	{
		char byte = text.data[at];

		/* the second point is no digit and ends the loop below */
		if (byte == '.' && places < 0)
		{
			places = 0;
			continue;
		}

		if (byte < '0' || byte > '9')
			return false;
		any = true;

		/* finer than a microsecond: dropped, not rounded */
		if (places >= decimals)
			continue;
		places += places >= 0;
		value = value * 10 + (byte - '0');

		/* checked at each digit, so that 128 bits hold one more digit and the scaling to come */
		if (value > INT64_MAX)
			return false;
	}

	/* digits of the fraction that aren't written are zeros */
	for (int i = places < 0 ? 0 : places; i < decimals; i++)
		value *= 10;
	value = (text.data[0] == '-' ? -value : value) - EPOCH_OF_2000 * MICROSECONDS;
	*microseconds = (int64_t)value;

	/* what doesn't fit 64 bits, or isn't a time of PostgreSQL's, is refused here and not wrapped */
	return any && value == *microseconds && DatetimeStampInRange(*microseconds);
}

/* Rejects a timestamp, or makes it NULL where ACCEPTANYDATE says so. */
static CellStatus
RejectStamp(RowConverter *converter, const ColumnSlot *slot)
{
	if (converter->options.accept_any_date)
		return CELL_NULL;
	return CellReject(converter, slot, LOAD_ERROR_TIMESTAMP, 0,
					  "Invalid timestamp format or value [%.64s]", converter->datetime.time.text);
}

/* Packs eight bytes. */
static CellStatus
PutInt64(RowConverter *converter, const ColumnSlot *slot, int64_t value)
{
	return CellPacked(TuplePutFixed(&converter->writer, slot->alignment, &value, sizeof(value)));
}
