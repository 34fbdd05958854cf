/*
 * test_convert_decimal.c
 *		DECIMAL: what is cut, what is rounded, what overflows, and the stored form.
 */
#include "convert_fixture.h"

static const ConvertOptions none;
static const ConvertOptions roundec = {.round_decimals = true};

static const char *
Decimal(int precision, int scale, ConvertOptions options, FieldKind kind, const char *text)
{
	return Converted((ColumnTarget){.kind = COLUMN_NUMERIC, .precision = precision, .scale = scale},
					 options, FixtureField(kind, text));
}

/* Traps 3 and 4. */
TEST(DigitsPastTheScaleAreCutUnlessRoundec)
{
	CHECK_STR(Decimal(18, 0, none, FIELD_FRACTION, "166.94812"), "166");
	CHECK_STR(Decimal(18, 0, none, FIELD_FRACTION, "40.82624"), "40");
	CHECK_STR(Decimal(18, 0, roundec, FIELD_FRACTION, "166.94812"), "167");
	CHECK_STR(Decimal(5, 2, none, FIELD_STRING, "1.999"), "1.99");
	CHECK_STR(Decimal(5, 2, none, FIELD_STRING, "-1.999"), "-1.99");
	CHECK_STR(Decimal(5, 2, roundec, FIELD_STRING, "-1.995"), "-2.00");
	CHECK_STR(Decimal(5, 2, roundec, FIELD_STRING, "0.005"), "0.01");
	CHECK_STR(Decimal(5, 2, roundec, FIELD_STRING, "0.0049"), "0.00");
	CHECK_STR(Decimal(5, 2, none, FIELD_STRING, "-0.009"), "0.00");
	CHECK_STR(Decimal(5, 2, roundec, FIELD_STRING, "99.995"), "100.00");
}

/* The 17-digit text is what is cut. */
TEST(JsonFractionsCountByTheirSeventeenDigitText)
{
	CHECK_STR(Decimal(10, 5, none, FIELD_FRACTION, "331.44118"), "331.44117");
	CHECK_STR(Decimal(8, 2, none, FIELD_FRACTION, "2.3"), "2.29");
	CHECK_STR(Decimal(8, 2, roundec, FIELD_FRACTION, "2.3"), "2.30");
	CHECK_STR(Decimal(8, 2, none, FIELD_STRING, "2.3"), "2.30");
	CHECK_STR(
		Decimal(8, 2, (ConvertOptions){.fraction_text = FRACTION_SOURCE}, FIELD_FRACTION, "2.3"),
		"2.30");
}

TEST(WrittenFormsAreUnderstood)
{
	CHECK_STR(Decimal(10, 3, none, FIELD_STRING, " +12.5 "), "12.500");
	CHECK_STR(Decimal(10, 3, none, FIELD_STRING, ".5"), "0.500");
	CHECK_STR(Decimal(10, 3, none, FIELD_STRING, "5."), "5.000");
	CHECK_STR(Decimal(10, 3, none, FIELD_STRING, "1.25e2"), "125.000");
	CHECK_STR(Decimal(10, 3, none, FIELD_STRING, "125E-2"), "1.250");
	CHECK_STR(Decimal(10, 3, none, FIELD_STRING, "0e999999999999"), "0.000");
	CHECK_STR(Decimal(10, 3, none, FIELD_STRING, "1e-999999999999"), "0.000");
	CHECK_STR(Decimal(10, 3, none, FIELD_INTEGER, "0001234567"), "1234567.000");
	CHECK_STR(Decimal(10, 0, none, FIELD_INTEGER, "-0"), "0");
}

TEST(PlacesOfTheGroupsAreRight)
{
	static const char *const values[] = {
		"1",		   "10000",		  "9999",
		"12345678",	   "0.1",		  "0.0001",
		"0.00001",	   "0.000012345", "1000000000",
		"100000000.1", "12345.6789",  "1234567890123456789012345678.9012345678",
		"0.00000000",  "-10000.0001", "20000000000000000"};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
	{
		const char *point = strchr(values[i], '.');

		CHECK_STR(
			Decimal(38, point == NULL ? 0 : (int)strlen(point + 1), none, FIELD_STRING, values[i]),
			values[i]);
		CHECK_STR(Decimal(0, 0, none, FIELD_STRING, values[i]), values[i]);
	}
}

TEST(TooManyDigitsOverflow)
{
	CHECK_STR(Decimal(5, 2, none, FIELD_INTEGER, "1000"), "1204: Overflow for NUMERIC(5,2)");
	CHECK_STR(Decimal(5, 2, none, FIELD_STRING, "999.999"), "999.99");
	CHECK_STR(Decimal(5, 2, roundec, FIELD_STRING, "999.999"), "1204: Overflow for NUMERIC(5,2)");
	CHECK_STR(Decimal(18, 0, none, FIELD_STRING, "1e18"), "1204: Overflow for NUMERIC(18,0)");
	CHECK_STR(Decimal(38, 0, none, FIELD_STRING, "1e999999999999"),
			  "1204: Overflow for NUMERIC(38,0)");
	CHECK_STR(Decimal(3, 3, none, FIELD_STRING, "1"), "1204: Overflow for NUMERIC(3,3)");
	CHECK_STR(Decimal(0, 0, none, FIELD_STRING, "1e131072"), "1204: Overflow for NUMERIC");
	CHECK_STR(Decimal(0, 0, none, FIELD_STRING, "1e-16384"), "1204: Overflow for NUMERIC");
}

TEST(PostgresScalesOutsideOfThePrecisionWork)
{
	CHECK_STR(Decimal(3, -2, none, FIELD_STRING, "12399"), "12300");
	CHECK_STR(Decimal(3, -2, roundec, FIELD_STRING, "12350"), "12400");
	CHECK_STR(Decimal(3, -2, none, FIELD_STRING, "123456"), "1204: Overflow for NUMERIC(3,-2)");
	CHECK_STR(Decimal(2, 5, none, FIELD_STRING, "0.000129"), "0.00012");
	CHECK_STR(Decimal(2, 5, none, FIELD_STRING, "0.00100"), "1204: Overflow for NUMERIC(2,5)");
}

TEST(WhatIsNoNumberIsRejected)
{
	CHECK_STR(Decimal(5, 2, none, FIELD_STRING, "1a"),
			  "1207: Invalid digit, Value 'a', Pos 1, Type: Decimal");
	CHECK_STR(Decimal(5, 2, none, FIELD_STRING, "NaN"),
			  "1207: Invalid digit, Value 'N', Pos 0, Type: Decimal");
	CHECK_STR(Decimal(0, 0, none, FIELD_STRING, "Infinity"),
			  "1207: Invalid digit, Value 'I', Pos 0, Type: Decimal");
	CHECK_STR(Decimal(5, 2, none, FIELD_STRING, "1.2.3"),
			  "1207: Invalid digit, Value '.', Pos 3, Type: Decimal");
	CHECK_STR(Decimal(5, 2, none, FIELD_STRING, "-"),
			  "1207: Invalid digit, Value '-', Pos 0, Type: Decimal");
	CHECK(strncmp(Decimal(5, 2, none, FIELD_STRING, "1e"), "1207", 4) == 0);
	CHECK(strncmp(Decimal(5, 2, none, FIELD_STRING, "."), "1207", 4) == 0);
}

TEST(LongNumbersTakeTheLongForm)
{
	char text[400] = "0.";
	char *at = text + 2;

	for (int i = 0; i < 300; i++)
		*at++ = (char)('1' + i % 9);
	*at = '\0';
	CHECK_STR(Decimal(0, 0, none, FIELD_STRING, text), text);
	memmove(text + 1, text + 2, 301); /* 0123... without its point */
	CHECK_STR(Decimal(0, 0, none, FIELD_STRING, text), text + 1);
	memset(text, '9', 300);
	text[300] = '\0';
	CHECK_STR(Decimal(305, 5, roundec, FIELD_STRING, text), strcat(text, ".00000"));
}

/* A pseudo-random number, the same in every run. */
static uint64_t
Random(void)
{
	static uint64_t state = 1234567891234567u;

	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

TEST(CuttingAgreesWithIntegerArithmetic)
{
	static const int64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

	for (int i = 0; i < 20000; i++)
	{
		int64_t value = (int64_t)(Random() >> (2 + Random() % 60));
		int places = (int)(Random() % 9);
		int scale = (int)(Random() % (uint64_t)(places + 1));
		bool rounded = Random() % 2;
		int64_t kept = value / powers[places - scale];
		char text[64], want[64];

		if (rounded && places > scale && value / powers[places - scale - 1] % 10 >= 5)
			kept++;
		snprintf(text, sizeof(text), "%" PRId64 ".%0*" PRId64, value / powers[places], places,
				 value % powers[places]);
		if (places == 0)
			*strchr(text, '.') = '\0';
		snprintf(want, sizeof(want), scale ? "%" PRId64 ".%0*" PRId64 : "%" PRId64,
				 kept / powers[scale], scale, kept % powers[scale]);
		if (strcmp(Decimal(38, scale, rounded ? roundec : none, FIELD_STRING, text), want) != 0)
			CHECK_STR(fixture_text, want);
	}
}

int
main(void)
{
	RUN(DigitsPastTheScaleAreCutUnlessRoundec);
	RUN(JsonFractionsCountByTheirSeventeenDigitText);
	RUN(WrittenFormsAreUnderstood);
	RUN(PlacesOfTheGroupsAreRight);
	RUN(TooManyDigitsOverflow);
	RUN(PostgresScalesOutsideOfThePrecisionWork);
	RUN(WhatIsNoNumberIsRejected);
	RUN(LongNumbersTakeTheLongForm);
	RUN(CuttingAgreesWithIntegerArithmetic);
	return UnitDone();
}
