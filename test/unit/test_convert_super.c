/*
 * test_convert_super.c
 *		SUPER columns hold exactly what jsonb's input will take.
 */
#include "convert_fixture.h"

#include "source/read/json/json_check.h"

static const ConvertOptions none;

static const char *
Super(FieldKind kind, const char *text)
{
	return Converted((ColumnTarget){.kind = COLUMN_SUPER}, none, FixtureField(kind, text));
}

TEST(JsonValuesStayWhatTheyAre)
{
	CHECK_STR(Super(FIELD_OBJECT, "{\"a\": [1, 2.50, {}], \"b\":null}"),
			  "{\"a\": [1, 2.50, {}], \"b\":null}");
	CHECK_STR(Super(FIELD_ARRAY, "[]"), "[]");
	CHECK_STR(Super(FIELD_FRACTION, "250.8273"), "250.8273");
	CHECK_STR(Super(FIELD_INTEGER, "7"), "7");
	CHECK_STR(Super(FIELD_TRUE, ""), "true");
	CHECK_STR(Super(FIELD_NULL, ""), "NULL");
}

TEST(StringsAreQuotedAgain)
{
	CHECK_STR(Super(FIELD_STRING, "a\"b\\c\n\x01/\xc3\xa9"),
			  "\"a\\\"b\\\\c\\u000a\\u0001/\xc3\xa9\"");
	CHECK_STR(Super(FIELD_STRING, ""), "\"\"");
	CHECK_STR(Super(FIELD_STRING, "\xed\xa0\x80"),
			  "1224: Invalid JSON value for SUPER: invalid UTF-8 or NUL, Pos 0");
}

TEST(TextFieldsHaveToBeJson)
{
	CHECK_STR(Super(FIELD_TEXT, " {\"a\":1} "), " {\"a\":1} ");
	CHECK_STR(Super(FIELD_TEXT, "\"x\""), "\"x\"");
	CHECK_STR(Super(FIELD_TEXT, ""), "NULL");
	CHECK_STR(Super(FIELD_TEXT, "abc"),
			  "1224: Invalid JSON value for SUPER: an invalid value, Pos 0");
}

TEST(JsonIsAccepted)
{
	static const char *const right[] = {"0",
										"-0",
										"-1.5e+10",
										"1E-5",
										"null",
										"[1,[2,[]]]",
										"{\"\":{}}",
										"\"\\u0041\"",
										"\"\\ud83d\\ude00\"",
										"\"\\b\\f\\n\\r\\t\\/\"",
										"[{\"a\":[{\"b\":{}}]}]",
										"1e131071",
										"1e-16383"};
	size_t where;
	const char *why;

	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		if (!JsonCheck(right[i], strlen(right[i]), &where, &why))
			CHECK_STR(why, right[i]);
}

TEST(WhatJsonbRefusesIsRefused)
{
	static const char *const wrong[] = {"",
										"{",
										"[1,]",
										"[1 2]",
										"{\"a\"}",
										"{\"a\":}",
										"{a:1}",
										"{\"a\":1,}",
										"01",
										"1.",
										".5",
										"+1",
										"1e",
										"tru",
										"nul",
										"NaN",
										"'a'",
										"\"a",
										"\"\t\"",
										"\"\\x41\"",
										"\"\\u00\"",
										"\"\\u0000\"",
										"\"\\ud800\"",
										"\"\\udc00\"",
										"\"\\ud800\\u0041\"",
										"\"\\ud800\\ud800\"",
										"[1}",
										"{\"a\":1]",
										"1 2",
										"]",
										"1e131072",
										"1e-16384",
										"1e99999999999999",
										"--1",
										"\"\xff\""};
	size_t where;
	const char *why;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (JsonCheck(wrong[i], strlen(wrong[i]), &where, &why))
			CHECK_STR("accepted", wrong[i]);
		else
			CHECK(where <= strlen(wrong[i]) && why != NULL);
}

TEST(DepthIsLimitedAndCostsNoStack)
{
	char text[2 * JSON_CHECK_MAX_DEPTH + 2];
	size_t where;
	const char *why;

	memset(text, '[', JSON_CHECK_MAX_DEPTH);
	memset(text + JSON_CHECK_MAX_DEPTH, ']', JSON_CHECK_MAX_DEPTH);
	CHECK(JsonCheck(text, 2 * JSON_CHECK_MAX_DEPTH, &where, &why));
	memset(text, '[', JSON_CHECK_MAX_DEPTH + 1);
	memset(text + JSON_CHECK_MAX_DEPTH + 1, ']', JSON_CHECK_MAX_DEPTH + 1);
	CHECK(!JsonCheck(text, 2 * JSON_CHECK_MAX_DEPTH + 2, &where, &why));
	CHECK_INT(where, JSON_CHECK_MAX_DEPTH);
}

int
main(void)
{
	RUN(JsonValuesStayWhatTheyAre);
	RUN(StringsAreQuotedAgain);
	RUN(TextFieldsHaveToBeJson);
	RUN(JsonIsAccepted);
	RUN(WhatJsonbRefusesIsRefused);
	RUN(DepthIsLimitedAndCostsNoStack);
	return UnitDone();
}
