/*
 * test_utf8.c
 *		UTF-8: where a text may be cut, and how a code point is written.
 */
#include "source/base/utf8.h"

#include <string.h>

#include "unit.h"

/* A clipped text ends with a whole character; what is no UTF-8 is clipped all the same. */
TEST(ClippingKeepsCharactersWhole)
{
	const char *text = "aé€𝄞"; /* 1, 2, 3 and 4 bytes */
	const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
	char garbage[64];

	for (size_t max = 0; max <= 10; max++)
		CHECK_INT(Utf8Clip(text, 10, max), expected[max]);
	memset(garbage, 0x80, sizeof(garbage));
	CHECK_INT(Utf8Clip(garbage, sizeof(garbage), 20), 20);
}

/* The beginning of a character without its end is left out, a whole one stays. */
TEST(CutTextsLoseTheirLastPart)
{
	const char *text = "aé€𝄞";
	const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};

	for (size_t length = 0; length <= 10; length++)
		CHECK_INT(Utf8Whole(text, length), expected[length]);
}

/* Each length of a character is written as it is read. */
TEST(CodePointsAreWritten)
{
	const struct
	{
		unsigned code;
		const char *text;
	} cases[] = {{'a', "a"}, {0xE9, "é"}, {0x20AC, "€"}, {0x1D11E, "𝄞"}, {0xD800, "\xED\xA0\x80"}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		char out[5] = "";
		int length = Utf8Encode(cases[i].code, out);

		CHECK_INT(length, strlen(cases[i].text));
		CHECK_STR(out, cases[i].text);
		CHECK(Utf8Next(out, out + 4) == out + length);
	}
}

int
main(void)
{
	RUN(ClippingKeepsCharactersWhole);
	RUN(CutTextsLoseTheirLastPart);
	RUN(CodePointsAreWritten);
	return UnitDone();
}
