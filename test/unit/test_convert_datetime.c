/*
 * test_convert_datetime.c
 *		Dates and times in every format that COPY knows.
 */
#include "convert_fixture.h"

typedef struct Case
{
	const char *format; /* NULL: the default */
	const char *text;
	const char *want;
} Case;

static const char *
Date(const char *format, const char *text)
{
	return Converted((ColumnTarget){.kind = COLUMN_DATE}, (ConvertOptions){.date_format = format},
					 FixtureField(FIELD_STRING, text));
}

static const char *
Stamp(ColumnKind kind, const char *format, FieldKind field, const char *text)
{
	return Converted((ColumnTarget){.kind = kind}, (ConvertOptions){.time_format = format},
					 FixtureField(field, text));
}

TEST(DatesFollowTheirFormat)
{
	static const Case cases[] = {
		{NULL, "2018-11-01", "2018-11-01"},
		{NULL, " 2018-11-01 ", "2018-11-01"},
		{NULL, "2018-11-01 20:57:10", "2018-11-01"},
		{NULL, "2018-11-01T20:57:10", "2018-11-01"},
		{NULL, "2000-02-29", "2000-02-29"},
		{NULL, "0001-01-01", "0001-01-01"},
		{NULL, "9999-12-31", "9999-12-31"},
		{NULL, "1900-02-29", "1205: Invalid date format or value [YYYY-MM-DD]"},
		{NULL, "2018-13-01", "1205: Invalid date format or value [YYYY-MM-DD]"},
		{NULL, "0000-01-01", "1205: Invalid date format or value [YYYY-MM-DD]"},
		{NULL, "2018-11-011", "1205: Invalid date format or value [YYYY-MM-DD]"},
		{NULL, "11/01/2018", "1205: Invalid date format or value [YYYY-MM-DD]"},
		{NULL, "2018-11-1", "1205: Invalid Date Format - length must be 10 or more"},
		{NULL, "20181101", "1205: Invalid Date Format - length must be 10 or more"},
		{"MM/DD/YYYY", "11/01/2018", "2018-11-01"},
		{"MM/DD/YYYY", "1/2/2018", "2018-01-02"},
		{"mm/dd/yy", "11/01/69", "2069-11-01"},
		{"MM/DD/YY", "11/01/70", "1970-11-01"},
		{"DD.MM.YYYY", "01.11.2018", "2018-11-01"},
		{"YYYYMMDD", "20181101", "2018-11-01"},
		{"DD-MON-YYYY", "01-Nov-2018", "2018-11-01"},
		{"DD MON YYYY", "1 september 2018", "2018-09-01"},
		{"MM/DD/YYYY", "11/01/2018 10:00", "2018-11-01"},
		{"MM/DD/YYYY", "2018-11-01", "1205: Invalid date format or value [MM/DD/YYYY]"},
		{"YYYYMMDD", "2018111", "1205: Invalid date format or value [YYYYMMDD]"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_STR(Date(cases[i].format, cases[i].text), cases[i].want);
}

TEST(TimestampsFollowTheirFormat)
{
	static const Case cases[] = {
		{NULL, "2018-11-01 20:57:10", "2018-11-01 20:57:10"},
		{NULL, "2018-11-01 20:57:10.796", "2018-11-01 20:57:10.796000"},
		{NULL, "2018-11-01 20:57:10.1234567", "2018-11-01 20:57:10.123457"},
		{NULL, "2018-11-01", "2018-11-01 00:00:00"},
		{NULL, "1969-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999"},
		{NULL, "2018-11-01T20:57:10",
		 "1206: Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"},
		{NULL, "1541105830796", "1206: Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"},
		{NULL, "2018-11-01 25:00:00",
		 "1206: Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"},
		{NULL, "2018-11-01 20:57:10+01",
		 "1206: Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"},
		{"YYYY-MM-DDTHH:MI:SS", "2018-11-01T20:57:10.5", "2018-11-01 20:57:10.500000"},
		{"YYYY-MM-DDTHH:MI:SSZ", "2018-11-01T20:57:10Z", "2018-11-01 20:57:10"},
		{"YYYY-MM-DD HH:MI:SS.SSS", "2018-11-01 20:57:10.796", "2018-11-01 20:57:10.796000"},
		{"MM.DD.YYYY HH:MI:SS", "11.01.2018 20:57:10", "2018-11-01 20:57:10"},
		{"MM/DD/YYYY HH12:MI AM", "11/01/2018 12:05 am", "2018-11-01 00:05:00"},
		{"MM/DD/YYYY HH:MI PM", "11/01/2018 08:05 PM", "2018-11-01 20:05:00"},
		{"MM/DD/YYYY HH12:MI", "11/01/2018 13:05",
		 "1206: Invalid timestamp format or value [MM/DD/YYYY HH12:MI]"},
		{"MM/DD/YYYY HH:MI AM", "11/01/2018 13:05 PM",
		 "1206: Invalid timestamp format or value [MM/DD/YYYY HH:MI AM]"},
		{"YYYYMMDD HHMISS", "20181101 205710", "2018-11-01 20:57:10"},
		{"YYYYMMDD HHMISS", "20181101 205710x",
		 "1206: Invalid timestamp format or value [YYYYMMDD HHMISS]"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_STR(Stamp(COLUMN_TIMESTAMP, cases[i].format, FIELD_STRING, cases[i].text),
				  cases[i].want);
}

/* AWS: automatic-recognition, and what of PostgreSQL's forms Redshift kept. */
TEST(AutoRecognisesWhatAwsLists)
{
	static const Case cases[] = {
		{"auto", "J2451187", "1999-01-08 00:00:00"},
		{"auto", "January 8, 95 BC", "-094-01-08 00:00:00"},
		{"auto", "19960108 040809", "1996-01-08 04:08:09"},
		{"auto", "960108 040809", "1996-01-08 04:08:09"},
		{"auto", "1996.008", "1996-01-08 00:00:00"},
		{"auto", "1996-01-08 04:05:06.789", "1996-01-08 04:05:06.789000"},
		{"auto", "17 Dec 07:37:16 1997 PST", "1997-12-17 07:37:16"},
		{"auto", "12/17/1997 07:37:16.00 PST", "1997-12-17 07:37:16"},
		{"auto", "1997-12-17 07:37:16-08", "1997-12-17 07:37:16"},
		{"auto", "12.17.1997 07:37:16.00 PST", "1997-12-17 07:37:16"},
		{"auto", "17.12.1997 07:37:16.00 PST", "1997-12-17 07:37:16"},
		{"auto", "2019-02-11T05:09:12.195Z", "2019-02-11 05:09:12.195000"},
		{"auto", "2019-02-11t05:09:12+01:00", "2019-02-11 05:09:12"},
		{"auto", "Wed Dec 17 07:37:16 1997", "1997-12-17 07:37:16"},
		{"auto", "Jan 08, 1999", "1999-01-08 00:00:00"},
		{"auto", "1999-Jan-08", "1999-01-08 00:00:00"},
		{"auto", "08-Jan-99", "1999-01-08 00:00:00"},
		{"auto", "Jan-08-1999", "1999-01-08 00:00:00"},
		{"auto", "1/8/1999", "1999-01-08 00:00:00"},
		{"auto", "01/02/03", "2003-01-02 00:00:00"},
		{"auto", "19990108", "1999-01-08 00:00:00"},
		{"auto", "990108", "1999-01-08 00:00:00"},
		{"auto", "19990108T040506", "1999-01-08 04:05:06"},
		{"auto", "1999-01-08 4:05 PM", "1999-01-08 16:05:00"},
		{"auto", "1999-01-08 24:00:00", "1999-01-09 00:00:00"},
		{"auto", "294276-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_STR(Stamp(COLUMN_TIMESTAMP, "auto", FIELD_STRING, cases[i].text), cases[i].want);
}

/* Epochs load with their own formats only (AWS: r_DATEFORMAT_and_TIMEFORMAT_strings). */
TEST(AutoRefusesEpochsAndNonsense)
{
	static const char *const wrong[] = {"1541105830796",
										"1541105830",
										"yesterday",
										"2018-11",
										"2018-02-30",
										"12:30:00",
										"2018-11-01 25:00",
										"2018-11-01 20:57:10 XXX",
										"1999.367",
										"J",
										"2018-11-01T",
										"13/13/2018",
										"Jan 8",
										"00/00/0000",
										"4715-01-01 BC",
										"294277-01-01",
										"2018-11-01-01",
										"2018-11-01 20:57:10:10",
										"1.2",
										"Jan Feb 1999",
										"2018-11-01 1 2",
										"-",
										"2018-11-01 20:57:10-99",
										"\xc3\xa9",
										"J99999999999"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		CHECK_STR(Stamp(COLUMN_TIMESTAMP, "auto", FIELD_STRING, wrong[i]),
				  "1206: Invalid timestamp format or value [auto]");
	CHECK_STR(Date("auto", "1541105830796"), "1205: Invalid date format or value [auto]");
}

TEST(AutoDatesCutTheTime)
{
	CHECK_STR(Date("auto", "2019-02-11T05:09:12.195Z"), "2019-02-11");
	CHECK_STR(Date("auto", "J0"), "-4713-11-24");
	CHECK_STR(Date("auto", "12/17/1997"), "1997-12-17");
}

TEST(EpochsCountFrom1970)
{
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "epochmillisecs", FIELD_INTEGER, "1541105830796"),
			  "2018-11-01 20:57:10.796000");
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "epochmillisecs", FIELD_FRACTION, "1541105830796.0"),
			  "2018-11-01 20:57:10.796000");
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "epochmillisecs", FIELD_STRING, "1541105830796.5"),
			  "2018-11-01 20:57:10.796500");
	CHECK_STR(Stamp(COLUMN_TIMESTAMPTZ, "epochsecs", FIELD_INTEGER, "1541105830"),
			  "2018-11-01 20:57:10Z");
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "epochsecs", FIELD_STRING, "1541105830.7964567"),
			  "2018-11-01 20:57:10.796456");
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "epochsecs", FIELD_STRING, "-1.5"),
			  "1969-12-31 23:59:58.500000");
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "epochsecs", FIELD_STRING, "2018-11-01"),
			  "1206: Invalid timestamp format or value [epochsecs]");
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "epochmillisecs", FIELD_INTEGER, "99999999999999999999"),
			  "1206: Invalid timestamp format or value [epochmillisecs]");
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "epochsecs", FIELD_INTEGER, "9224318015999"),
			  "294276-12-31 23:59:59");
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "epochsecs", FIELD_INTEGER, "9224318016000"),
			  "1206: Invalid timestamp format or value [epochsecs]");
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "EPOCHSECS", FIELD_INTEGER, "1"),
			  "failed: TIMEFORMAT 'EPOCHSECS' is not a valid format");
}

TEST(ZonedTimestampsAreKeptInUtc)
{
	static const Case cases[] = {
		{NULL, "2018-11-01 20:57:10-08", "2018-11-02 04:57:10Z"},
		{NULL, "2018-11-01 20:57:10+05:30", "2018-11-01 15:27:10Z"},
		{NULL, "2018-11-01 20:57:10 +0530", "2018-11-01 15:27:10Z"},
		{NULL, "2018-11-01 20:57:10 PST", "2018-11-02 04:57:10Z"},
		{NULL, "2018-11-01 20:57:10 utc", "2018-11-01 20:57:10Z"},
		{"auto", "2018-11-01T20:57:10Z", "2018-11-01 20:57:10Z"},
		{"auto", "17 Dec 07:37:16 1997 EST", "1997-12-17 12:37:16Z"},
		{"YYYYMMDD HH:MI", "20181101 20:57+01", "2018-11-01 19:57:00Z"},
		{NULL, "2018-11-01 20:57:10 NOWHERE",
		 "1206: Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]"},
		{"auto", "294276-12-31 23:59:59 PST", "1206: Invalid timestamp format or value [auto]"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_STR(Stamp(COLUMN_TIMESTAMPTZ, cases[i].format, FIELD_STRING, cases[i].text),
				  cases[i].want);
	CHECK_STR(Converted((ColumnTarget){.kind = COLUMN_TIMESTAMPTZ},
						(ConvertOptions){.timezone_offset = 3600},
						FixtureField(FIELD_STRING, "2018-11-01 20:57:10")),
			  "2018-11-01 19:57:10Z");
}

TEST(TimesOfDayWithAndWithoutZone)
{
	static const Case cases[] = {
		{NULL, "20:57:10", "20:57:10"},
		{NULL, "20:57:10.796", "20:57:10.796000"},
		{NULL, "205710", "20:57:10"},
		{NULL, "8:57 PM", "20:57:00"},
		{NULL, "24:00:00", "24:00:00"},
		{NULL, "2018-11-01 20:57:10", "20:57:10"},
		{NULL, "2018-11-01T20:57:10Z", "20:57:10"},
		{NULL, "25:00", "1206: Invalid time format or value [HH24:MI:SS]"},
		{NULL, "24:00:01", "1206: Invalid time format or value [HH24:MI:SS]"},
		{NULL, "noon", "1206: Invalid time format or value [HH24:MI:SS]"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_STR(Stamp(COLUMN_TIME, NULL, FIELD_STRING, cases[i].text), cases[i].want);
	CHECK_STR(Stamp(COLUMN_TIMETZ, NULL, FIELD_STRING, "20:57:10-08"), "20:57:10-28800");
	CHECK_STR(Stamp(COLUMN_TIMETZ, NULL, FIELD_STRING, "20:57:10 CET"), "20:57:10+3600");
	CHECK_STR(Stamp(COLUMN_TIMETZ, NULL, FIELD_STRING, "20:57:10"), "20:57:10+0");
}

TEST(AcceptAnyDateMakesBadDatesNull)
{
	ConvertOptions any = {.accept_any_date = true};

	CHECK_STR(Converted((ColumnTarget){.kind = COLUMN_DATE}, any, FixtureField(FIELD_STRING, "x")),
			  "NULL");
	CHECK_STR(
		Converted((ColumnTarget){.kind = COLUMN_TIMESTAMP}, any, FixtureField(FIELD_STRING, "x")),
		"NULL");
	CHECK_STR(Converted((ColumnTarget){.kind = COLUMN_DATE, .not_null = true}, any,
						FixtureField(FIELD_STRING, "0000-00-00")),
			  "1213: Missing data for not-null field");
}

TEST(FormatsThatAreNoneAreRefusedAtOnce)
{
	CHECK_STR(Date("foo", "x"), "failed: DATEFORMAT 'foo' is not a valid format");
	CHECK_STR(Date("", "x"), "failed: DATEFORMAT '' is not a valid format");
	CHECK_STR(Date("epochsecs", "x"), "failed: DATEFORMAT 'epochsecs' is not a valid format");
	CHECK_STR(Date("AUTO", "x"), "failed: DATEFORMAT 'AUTO' is not a valid format");
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "YYYY-MM-DD HH:MI:SSOF", FIELD_STRING, "x"),
			  "failed: TIMEFORMAT 'YYYY-MM-DD HH:MI:SSOF' is not a valid format");
	CHECK_STR(Stamp(COLUMN_TIMESTAMP, "-", FIELD_STRING, "x"),
			  "failed: TIMEFORMAT '-' is not a valid format");
}

/* Every day of PostgreSQL's range that the C library's calendar reaches by a stride. */
TEST(CalendarAgreesWithTheCLibrary)
{
	for (int64_t day = -2451545; day < 106751990; day += 9973)
	{
		time_t epoch = (time_t)((day + 10957) * 86400);
		struct tm tm;
		char text[64];
		int year;

		gmtime_r(&epoch, &tm);
		year = tm.tm_year + 1900;
		snprintf(text, sizeof(text), "%s %d, %04d%s",
				 ((const char *[]){"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
								   "Oct", "Nov", "Dec"})[tm.tm_mon],
				 tm.tm_mday, year > 0 ? year : 1 - year, year > 0 ? "" : " BC");
		Date("auto", text);
		FixturePrint((int)strlen(fixture_text), "|%04d-%02d-%02d", year, tm.tm_mon + 1, tm.tm_mday);
		CHECK(strncmp(fixture_text, strchr(fixture_text, '|') + 1, strcspn(fixture_text, "|")) ==
			  0);
	}
}

int
main(void)
{
	RUN(DatesFollowTheirFormat);
	RUN(TimestampsFollowTheirFormat);
	RUN(AutoRecognisesWhatAwsLists);
	RUN(AutoRefusesEpochsAndNonsense);
	RUN(AutoDatesCutTheTime);
	RUN(EpochsCountFrom1970);
	RUN(ZonedTimestampsAreKeptInUtc);
	RUN(TimesOfDayWithAndWithoutZone);
	RUN(AcceptAnyDateMakesBadDatesNull);
	RUN(FormatsThatAreNoneAreRefusedAtOnce);
	RUN(CalendarAgreesWithTheCLibrary);
	return UnitDone();
}
