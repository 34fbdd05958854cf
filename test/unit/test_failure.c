/*
 * test_failure.c
 *		A Failure keeps the first thing said and never cuts a character in two.
 */
#include "source/base/failure.h"

#include "unit.h"

TEST(TheFirstFailureWins)
{
	Failure failure;

	FailureInit(&failure);
	CHECK(!Failed(&failure));
	FailureSet(&failure, FAILURE_IO, "disk %d", 1);
	FailureHint(&failure, "Look at the disk.");
	FailureSet(&failure, FAILURE_DATA, "something later");
	FailureHint(&failure, "Look elsewhere.");
	CHECK_INT(failure.code, FAILURE_IO);
	CHECK_STR(failure.message, "disk 1");
	CHECK_STR(failure.hint, "Look at the disk.");
	CHECK_STR(failure.detail, "");
}

TEST(LongTextsEndAtACharacter)
{
	char text[2 * FAILURE_MESSAGE_MAX + 1];
	Failure failure;

	for (size_t i = 0; i < sizeof(text) - 1; i += 2)
		memcpy(text + i, "\xC3\xA9", 2);
	text[sizeof(text) - 1] = '\0';
	FailureInit(&failure);
	FailureSet(&failure, FAILURE_IO, "%s", text);
	CHECK_INT(strlen(failure.message), FAILURE_MESSAGE_MAX - 2);
	CHECK_INT((unsigned char)failure.message[FAILURE_MESSAGE_MAX - 3], 0xA9);
}

int
main(void)
{
	RUN(TheFirstFailureWins);
	RUN(LongTextsEndAtACharacter);
	return UnitDone();
}
