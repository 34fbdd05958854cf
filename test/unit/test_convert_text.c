/*
 * test_convert_text.c
 *		CHAR, VARCHAR and VARBYTE: lengths in bytes, UTF-8, the character options.
 */
#include "convert_fixture.h"

#include "source/base/utf8.h"

static const ConvertOptions none;

static const char *
Varchar(int bytes, FieldKind kind, const char *text)
{
	return Converted((ColumnTarget){.kind = COLUMN_VARCHAR, .max_bytes = bytes}, none,
					 FixtureField(kind, text));
}

static const char *
Char(int bytes, ConvertOptions options, const char *text)
{
	return Converted((ColumnTarget){.kind = COLUMN_CHAR, .max_bytes = bytes}, options,
					 FixtureField(FIELD_STRING, text));
}

static const char *
With(ConvertOptions options, const char *text)
{
	return Converted((ColumnTarget){.kind = COLUMN_VARCHAR, .max_bytes = 8}, options,
					 FixtureField(FIELD_STRING, text));
}

/* Fractions become 17 digits, as clusters were seen to load them. */
TEST(JsonFractionIntoVarcharIsItsSeventeenDigitText)
{
	static const char *const observed[][2] = {{"250.8273", "250.82730000000001"},
											  {"331.44118", "331.44117999999997"},
											  {"268.87791", "268.87790999999999"},
											  {"39.95227", "39.952269999999999"},
											  {"241.8673", "241.8673"},
											  {"1540472624796.0", "1540472624796"},
											  {"-0.5", "-0.5"},
											  {"1e2", "100"},
											  {"1E-7", "9.9999999999999995e-08"},
											  {"1e400", "1e400"}};

	for (size_t i = 0; i < sizeof(observed) / sizeof(observed[0]); i++)
		CHECK_STR(Varchar(64, FIELD_FRACTION, observed[i][0]), observed[i][1]);
	CHECK_STR(Converted((ColumnTarget){.kind = COLUMN_VARCHAR},
						(ConvertOptions){.fraction_text = FRACTION_SOURCE},
						FixtureField(FIELD_FRACTION, "250.8273")),
			  "250.8273");
	CHECK_STR(Varchar(64, FIELD_INTEGER, "1541207073796"), "1541207073796");
}

TEST(OtherJsonValuesIntoVarcharAreTheirText)
{
	CHECK_STR(Varchar(64, FIELD_TRUE, ""), "true");
	CHECK_STR(Varchar(64, FIELD_FALSE, ""), "false");
	CHECK_STR(Varchar(64, FIELD_OBJECT, "{\"id\": 1}"), "{\"id\": 1}");
	CHECK_STR(Varchar(64, FIELD_ARRAY, "[\"nisi\",\"culpa\"]"), "[\"nisi\",\"culpa\"]");
	CHECK_STR(Varchar(64, FIELD_MISSING, ""), "NULL");
	CHECK_STR(Varchar(64, FIELD_NULL, ""), "NULL");
}

/* AWS: copy-parameters-data-conversion, EMPTYASNULL. */
TEST(EmptyVarcharStaysEmptyUnlessEmptyAsNull)
{
	CHECK_STR(Varchar(8, FIELD_STRING, ""), "");
	CHECK_STR(With((ConvertOptions){.empty_as_null = true}, ""), "NULL");
	CHECK_STR(With((ConvertOptions){.empty_as_null = true}, " "), " ");
	CHECK_STR(With((ConvertOptions){.blanks_as_null = true}, ""), "");
	CHECK_STR(With((ConvertOptions){.blanks_as_null = true}, " \t\n"), "NULL");
	CHECK_STR(With((ConvertOptions){.blanks_as_null = true}, " x"), " x");
	CHECK_STR(Char(3, (ConvertOptions){.empty_as_null = true}, ""), "NULL");
	CHECK_STR(Char(3, (ConvertOptions){.blanks_as_null = true}, "  "), "NULL");
	CHECK_STR(Char(3, none, ""), "   ");
}

TEST(TrimBlanksCutsTrailingWhiteSpaceOfVarcharOnly)
{
	ConvertOptions trim = {.trim_blanks = true};

	CHECK_STR(With(trim, " a b \t\n"), " a b");
	CHECK_STR(With(trim, "12345678   "), "12345678");
	CHECK_STR(With(trim, "   "), "");
	CHECK_STR(Char(2, trim, "a  "), "1204: Char length exceeds DDL length");
}

/* AWS: r_Character_types. */
TEST(LengthsAreBytes)
{
	char text[258];

	memset(text, 'x', 257);
	text[257] = '\0';
	CHECK_STR(Varchar(256, FIELD_STRING, text), "1204: String length exceeds DDL length");
	CHECK_STR(Varchar(257, FIELD_STRING, text), text);
	CHECK_STR(Varchar(0, FIELD_STRING, text), text);
	CHECK_STR(Varchar(5, FIELD_STRING, "\xc3\xa9\xc3\xa9\xc3\xa9"),
			  "1204: String length exceeds DDL length");
	CHECK_STR(Varchar(6, FIELD_STRING, "\xc3\xa9\xc3\xa9\xc3\xa9"), "\xc3\xa9\xc3\xa9\xc3\xa9");
	CHECK_STR(Varchar(2, FIELD_STRING, "ab "), "1204: String length exceeds DDL length");
	CHECK_STR(Char(2, none, "abc"), "1204: Char length exceeds DDL length");
}

TEST(TruncateColumnsCutsAtACharacterBoundary)
{
	ConvertOptions cut = {.truncate_columns = true};

	CHECK_STR(With(cut, "123456789"), "12345678");
	CHECK_STR(With(cut, "1234567\xc3\xa9"), "1234567");
	CHECK_STR(With(cut, "123456\xc3\xa9z"), "123456\xc3\xa9");
	CHECK_STR(With(cut, "1234\xf0\x9f\x98\x80\xf0\x9f\x98\x80"), "1234\xf0\x9f\x98\x80");
	CHECK_STR(With(cut, "12345\xf0\x9f\x98\x80"), "12345");
	CHECK_STR(Char(2, cut, "abc"), "ab");
}

TEST(CharIsPaddedAndTakesAsciiOnly)
{
	CHECK_STR(Char(4, none, "M"), "M   ");
	CHECK_STR(Char(0, none, "any"), "any");
	CHECK_STR(Char(200, none, "x") + 190, "          ");
	CHECK_STR(Char(4, none, "a\xe0\xa1\xa4"),
			  "1220: Multibyte character not supported for CHAR (Hint: Try using VARCHAR). "
			  "Invalid char: e0 a1 a4");
	CHECK_STR(Char(4, (ConvertOptions){.invalid_char = '?'}, "\x84"),
			  "1220: Multibyte character not supported for CHAR (Hint: Try using VARCHAR). "
			  "Invalid char: 84");
}

/* A.6: the error numbers of the sequences. */
TEST(InvalidUtf8SaysItsBytesAndItsNumber)
{
	static const char *const wrong[][2] = {{"a\xa4", "a4 (error 3)"},
										   {"\xfe", "fe (error 3)"},
										   {"\xf8\x88\x80\x80\x80", "f8 88 80 80 80 (error 1)"},
										   {"x\xe2\x82", "e2 82 (error 2)"},
										   {"\xc3", "c3 (error 2)"},
										   {"\xe2(\xa1", "e2 28 (error 4)"},
										   {"\xed\xa0\x80", "ed a0 80 (error 5)"},
										   {"\xf4\x90\x80\x80", "f4 90 80 80 (error 6)"},
										   {"\xf7\xbf\xbf\xbf", "f7 bf bf bf (error 6)"},
										   {"\xc0\xaf", "c0 af (error 7)"},
										   {"\xe0\x80\xaf", "e0 80 af (error 7)"}};
	char want[200];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
	{
		snprintf(want, sizeof(want),
				 "1220: String contains invalid or unsupported UTF8 codepoints. "
				 "Bad UTF8 hex sequence: %s",
				 wrong[i][1]);
		CHECK_STR(Varchar(64, FIELD_STRING, wrong[i][0]), want);
		CHECK_STR(Converted((ColumnTarget){.kind = COLUMN_SERVER}, none,
							FixtureField(FIELD_STRING, wrong[i][0])),
				  want);
	}
}

TEST(NulIsNoCharacterAnywhere)
{
	Field field = {.data = "a\0b", .length = 3, .kind = FIELD_STRING};
	static const ColumnKind kinds[] = {COLUMN_VARCHAR, COLUMN_CHAR, COLUMN_SERVER};

	for (int i = 0; i < 3; i++)
		CHECK_STR(Converted((ColumnTarget){.kind = kinds[i]}, none, field),
				  "1220: String contains invalid or unsupported UTF8 codepoints. "
				  "Bad UTF8 hex sequence: 00 (error 3)");
	CHECK_STR(Converted((ColumnTarget){.kind = COLUMN_VARCHAR},
						(ConvertOptions){.invalid_char = '^'}, field),
			  "a^b");
}

TEST(AcceptInvCharsReplacesByteForByte)
{
	ConvertOptions accept = {.invalid_char = '?'};

	CHECK_STR(With(accept, "a\xed\xa0\x80z"), "a???z");
	CHECK_STR(With(accept, "\xe2(\xa1"), "?(?");
	CHECK_STR(With(accept, "\xf8\x88\x80\x80\x80."), "?????.");
	CHECK_STR(With(accept, "ok\xe2\x82"), "ok??");
	CHECK_STR(With(accept, "\xef\xbf\xbf"), "???");	  /* U+FFFF */
	CHECK_STR(With(accept, "\xef\xb7\x90."), "???."); /* U+FDD0 */
	CHECK_STR(With(none, "\xef\xbf\xbf"), "\xef\xbf\xbf");
	CHECK_STR(With(accept, "\xc3\xa9"), "\xc3\xa9");
	CHECK_STR(With((ConvertOptions){.invalid_char = '^', .truncate_columns = true},
				   "123456\xf8\x88\x80\x80\x80"),
			  "123456^^");
}

TEST(VarbyteTakesHexadecimalText)
{
	ColumnTarget target = {.kind = COLUMN_VARBYTE, .max_bytes = 3};

	CHECK_STR(Converted(target, none, FixtureField(FIELD_STRING, "00fFa1")), "00ffa1");
	CHECK_STR(Converted(target, none, FixtureField(FIELD_STRING, "0g")),
			  "1219: Invalid hexadecimal digit, Pos 1");
	CHECK_STR(Converted(target, none, FixtureField(FIELD_STRING, "123")),
			  "1219: Odd number of hexadecimal digits");
	CHECK_STR(Converted(target, none, FixtureField(FIELD_STRING, "00112233")),
			  "1204: Varbyte length exceeds DDL length");
}

TEST(ServerColumnsGetTheirTextAsItIs)
{
	ColumnTarget target = {.kind = COLUMN_SERVER};

	CHECK_STR(Converted(target, none, FixtureField(FIELD_STRING, " {1,2} ")), " {1,2} ");
	CHECK_STR(Converted(target, none, FixtureField(FIELD_FRACTION, "2.5")), "2.5");
	CHECK_STR(Converted(target, none, FixtureField(FIELD_NULL, "")), "NULL");
}

TEST(CodePointsEncodeAndCheckBack)
{
	static const unsigned points[] = {1,	  0x7F,	  0x80,	  0x7FF,   0x800,
									  0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
	Utf8Problem problem;
	char out[4];

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		CHECK(!Utf8FindProblem(out, (size_t)Utf8Encode(points[i], out), 0, false, &problem));
	CHECK(Utf8FindProblem(out, (size_t)Utf8Encode(0xD800, out), 0, false, &problem));
	CHECK_INT(problem.error, UTF8_SURROGATE);
}

int
main(void)
{
	RUN(JsonFractionIntoVarcharIsItsSeventeenDigitText);
	RUN(OtherJsonValuesIntoVarcharAreTheirText);
	RUN(EmptyVarcharStaysEmptyUnlessEmptyAsNull);
	RUN(TrimBlanksCutsTrailingWhiteSpaceOfVarcharOnly);
	RUN(LengthsAreBytes);
	RUN(TruncateColumnsCutsAtACharacterBoundary);
	RUN(CharIsPaddedAndTakesAsciiOnly);
	RUN(InvalidUtf8SaysItsBytesAndItsNumber);
	RUN(NulIsNoCharacterAnywhere);
	RUN(AcceptInvCharsReplacesByteForByte);
	RUN(VarbyteTakesHexadecimalText);
	RUN(ServerColumnsGetTheirTextAsItIs);
	RUN(CodePointsEncodeAndCheckBack);
	return UnitDone();
}
