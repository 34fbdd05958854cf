/*
 * test_convert_number.c
 *		Integers, floats and booleans, and the 17-digit text they come from.
 */
#include "convert_fixture.h"

#include "source/convert/float_text.h"

static const ConvertOptions none;

static const char *
Into(ColumnKind kind, FieldKind field, const char *text)
{
	return Converted((ColumnTarget){.kind = kind}, none, FixtureField(field, text));
}

TEST(IntegersLoadFromNumbersAndStrings)
{
	CHECK_STR(Into(COLUMN_INT4, FIELD_INTEGER, "8"), "8");
	CHECK_STR(Into(COLUMN_INT8, FIELD_INTEGER, "1541207073796"), "1541207073796");
	CHECK_STR(Into(COLUMN_INT2, FIELD_STRING, "-32768"), "-32768");
	CHECK_STR(Into(COLUMN_INT4, FIELD_STRING, "  +42 "), "42");
	CHECK_STR(Into(COLUMN_INT4, FIELD_TEXT, "007"), "7");
	CHECK_STR(Into(COLUMN_INT8, FIELD_INTEGER, "-9223372036854775808"), "-9223372036854775808");
	CHECK_STR(Into(COLUMN_INT8, FIELD_STRING, "00000000000000000000000000009"), "9");
}

TEST(EmptyAndBlankValuesOfNonCharacterTypesAreNull)
{
	CHECK_STR(Into(COLUMN_INT4, FIELD_STRING, ""), "NULL");
	CHECK_STR(Into(COLUMN_INT8, FIELD_STRING, "  \t"), "NULL");
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_TEXT, ""), "NULL");
	CHECK_STR(Into(COLUMN_BOOLEAN, FIELD_STRING, " "), "NULL");
	CHECK_STR(Into(COLUMN_NUMERIC, FIELD_STRING, ""), "NULL");
	CHECK_STR(Into(COLUMN_DATE, FIELD_STRING, " "), "NULL");
	CHECK_STR(Into(COLUMN_TIMESTAMP, FIELD_STRING, ""), "NULL");
	CHECK_STR(Into(COLUMN_SERVER, FIELD_STRING, " "), "NULL");
	CHECK_STR(Into(COLUMN_VARBYTE, FIELD_STRING, ""), "NULL");
}

TEST(FractionOfZeroLoadsIntoIntegers)
{
	CHECK_STR(Into(COLUMN_INT8, FIELD_FRACTION, "1540472624796.0"), "1540472624796");
	CHECK_STR(Into(COLUMN_INT4, FIELD_FRACTION, "1e3"), "1000");
	CHECK_STR(Into(COLUMN_INT4, FIELD_FRACTION, "-12.00"), "-12");
	CHECK_STR(Into(COLUMN_INT4, FIELD_FRACTION, "-0.0"), "0");
}

TEST(OtherFractionsAreInvalidDigits)
{
	CHECK_STR(Into(COLUMN_INT4, FIELD_FRACTION, "12.5"),
			  "1207: Invalid digit, Value '.', Pos 2, Type: Integer");
	CHECK_STR(Into(COLUMN_INT4, FIELD_STRING, "12.0"),
			  "1207: Invalid digit, Value '.', Pos 2, Type: Integer");
	CHECK_STR(Into(COLUMN_INT8, FIELD_FRACTION, "1e20"),
			  "1207: Invalid digit, Value 'e', Pos 1, Type: Long");
	CHECK_STR(Into(COLUMN_INT2, FIELD_TRUE, ""),
			  "1207: Invalid digit, Value 't', Pos 0, Type: Short");
}

TEST(WrongDigitsSayWhichAndWhere)
{
	CHECK_STR(Into(COLUMN_INT4, FIELD_STRING, "C"),
			  "1207: Invalid digit, Value 'C', Pos 0, Type: Integer");
	CHECK_STR(Into(COLUMN_INT4, FIELD_STRING, " 1x"),
			  "1207: Invalid digit, Value 'x', Pos 2, Type: Integer");
	CHECK_STR(Into(COLUMN_INT4, FIELD_STRING, "1\xc3\xa9"),
			  "1207: Invalid digit, Value '\xc3\xa9', Pos 1, Type: Integer");
	CHECK_STR(Into(COLUMN_INT4, FIELD_STRING, "1\xff"),
			  "1207: Invalid digit, Value '?', Pos 1, Type: Integer");
	CHECK_STR(Into(COLUMN_INT4, FIELD_STRING, "-"),
			  "1207: Invalid digit, Value '-', Pos 0, Type: Integer");
	CHECK_STR(Into(COLUMN_INT4, FIELD_OBJECT, "{}"),
			  "1207: Invalid digit, Value '{', Pos 0, Type: Integer");
}

TEST(IntegersOutOfRangeOverflow)
{
	CHECK_STR(Into(COLUMN_INT2, FIELD_INTEGER, "32768"), "1222: Overflow, Column type: Short");
	CHECK_STR(Into(COLUMN_INT4, FIELD_INTEGER, "1541207073796"),
			  "1222: Overflow, Column type: Integer");
	CHECK_STR(Into(COLUMN_INT4, FIELD_INTEGER, "-2147483649"),
			  "1222: Overflow, Column type: Integer");
	CHECK_STR(Into(COLUMN_INT8, FIELD_INTEGER, "9223372036854775808"),
			  "1222: Overflow, Column type: Long");
	CHECK_STR(Into(COLUMN_INT8, FIELD_STRING, "99999999999999999999999999999999999999999"),
			  "1222: Overflow, Column type: Long");
	CHECK_STR(Into(COLUMN_INT8, FIELD_STRING, "18446744073709551617"),
			  "1222: Overflow, Column type: Long");
}

TEST(FloatsAreTheNearestDoubles)
{
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_FRACTION, "250.8273"), "250.82730000000001");
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_STRING, " -1.5e3 "), "-1500");
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_STRING, ".5"), "0.5");
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_STRING, "5."), "5");
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_INTEGER, "12345678901234567890"), "1.2345678901234567e+19");
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_STRING, "1e-400"), "0");
	CHECK_STR(Into(COLUMN_FLOAT4, FIELD_FRACTION, "0.1"), "0.100000001");
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_STRING, "NaN"), "nan");
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_STRING, "-Infinity"), "-inf");
}

TEST(WrongFloatsAreRejected)
{
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_STRING, "1.2.3"),
			  "1208: Invalid digit, Value '.', Pos 3, Type: Double");
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_STRING, "abc"),
			  "1208: Invalid digit, Value 'a', Pos 0, Type: Double");
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_STRING, "0x1p3"),
			  "1208: Invalid digit, Value 'x', Pos 1, Type: Double");
	CHECK(strncmp(Into(COLUMN_FLOAT8, FIELD_STRING, "1e"), "1208", 4) == 0);
	CHECK(strncmp(Into(COLUMN_FLOAT8, FIELD_STRING, "."), "1208", 4) == 0);
	CHECK(strncmp(Into(COLUMN_FLOAT8, FIELD_STRING, "1,5"), "1208", 4) == 0);
	CHECK_STR(Into(COLUMN_FLOAT8, FIELD_FRACTION, "1e400"), "1204: Overflow, Column type: Double");
	CHECK_STR(Into(COLUMN_FLOAT4, FIELD_FRACTION, "1e39"), "1204: Overflow, Column type: Real");
}

TEST(BooleansTakeTheirWordsInAnyCase)
{
	static const char *const yes[] = {"t", "TRUE", "y", "Yes", "1"};
	static const char *const no[] = {"F", "false", "n", "NO", "0"};

	for (int i = 0; i < 5; i++)
	{
		CHECK_STR(Into(COLUMN_BOOLEAN, FIELD_STRING, yes[i]), "t");
		CHECK_STR(Into(COLUMN_BOOLEAN, FIELD_TEXT, no[i]), "f");
	}
	CHECK_STR(Into(COLUMN_BOOLEAN, FIELD_TRUE, ""), "t");
	CHECK_STR(Into(COLUMN_BOOLEAN, FIELD_FALSE, ""), "f");
	CHECK_STR(Into(COLUMN_BOOLEAN, FIELD_INTEGER, "1"), "t");
	CHECK_STR(Into(COLUMN_BOOLEAN, FIELD_STRING, "on"), "1210: Unknown boolean format");
	CHECK_STR(Into(COLUMN_BOOLEAN, FIELD_INTEGER, "2"), "1210: Unknown boolean format");
}

/* A pseudo-random number, the same in every run. */
static uint64_t
Random(void)
{
	static uint64_t state = 88172645463325252u;

	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

static int
ComparePrinted(FloatText *text, double value)
{
	char want[64], got[FLOAT_TEXT_MAX + 1];

	snprintf(want, sizeof(want), "%.17g", value);
	got[FloatPrint17(text, value, got)] = '\0';
	if (strcmp(want, got) == 0)
		return 0;
	CHECK_STR(got, want);
	return 1;
}

TEST(PrintedDoublesEqualPrintf)
{
	static const double edges[] = {0.0,
								   -0.0,
								   1e16,
								   1e17,
								   99999999999999984.0,
								   1e-4,
								   9.9e-5,
								   0.1,
								   0.3,
								   0.99999999999999989,
								   1.5,
								   2.5,
								   1e-5,
								   4.9e-324,
								   1.7976931348623157e308,
								   9.5,
								   0.5,
								   0.0625,
								   0.000244140625,
								   1234567890123456.5,
								   250.8273,
								   331.44118,
								   39.95227,
								   9.9999999999999982,
								   1e22};
	FloatText text;
	int wrong = 0;

	CHECK(FloatTextInit(&text));
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		wrong += ComparePrinted(&text, edges[i]) + ComparePrinted(&text, -edges[i]);
	for (int i = 0; i < 300000 && wrong < 5; i++)
	{
		uint64_t bits = Random();
		double value;

		if (i % 3 != 0) /* mostly between 2^-20 and 2^60 */
			bits = (bits & ~(UINT64_C(0x7FF) << 52)) | (uint64_t)(1003 + Random() % 80) << 52;
		memcpy(&value, &bits, sizeof(value));
		if (isfinite(value))
			wrong += ComparePrinted(&text, value);
		/* exact ties at the seventeenth digit */
		wrong += ComparePrinted(&text, (double)(Random() >> 11) / (1 << (i % 30)));
	}
	FloatTextClear(&text);
}

TEST(ParsedDoublesEqualStrtod)
{
	FloatText text;
	int wrong = 0;

	CHECK(FloatTextInit(&text));
	for (int i = 0; i < 200000 && wrong < 5; i++)
	{
		char number[80];
		double value = NAN, want;
		size_t where;
		int whole = (int)(Random() % 12);
		int exponent = (int)(Random() % 60) - 30;

		if (i % 2)
			snprintf(number, sizeof(number), "%.*f", (int)(Random() % 9),
					 (double)(int64_t)Random() / pow(10, whole));
		else
			snprintf(number, sizeof(number), "%s%" PRIu64 ".%0*d%s%d", i % 4 ? "-" : "",
					 Random() >> (Random() % 64), 1 + whole, (int)(Random() % 10), "e", exponent);
		want = strtod(number, NULL);
		if (FloatParse(&text, number, strlen(number), &value, &where) != FLOAT_OK ||
			memcmp(&value, &want, sizeof(value)) != 0)
		{
			wrong++;
			CHECK_STR("", number);
		}
	}
	FloatTextClear(&text);
}

int
main(void)
{
	RUN(IntegersLoadFromNumbersAndStrings);
	RUN(EmptyAndBlankValuesOfNonCharacterTypesAreNull);
	RUN(FractionOfZeroLoadsIntoIntegers);
	RUN(OtherFractionsAreInvalidDigits);
	RUN(WrongDigitsSayWhichAndWhere);
	RUN(IntegersOutOfRangeOverflow);
	RUN(FloatsAreTheNearestDoubles);
	RUN(WrongFloatsAreRejected);
	RUN(BooleansTakeTheirWordsInAnyCase);
	RUN(PrintedDoublesEqualPrintf);
	RUN(ParsedDoublesEqualStrtod);
	return UnitDone();
}
