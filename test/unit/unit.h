/*
 * unit.h
 *		The few macros the unit tests need: a test is a function named for the
 *		claim it proves, and prints one TAP line.
 *
 *	TEST(GunzipReadsSeveralMembersAsOneStream) { CHECK(...); CHECK_STR(got, "want"); }
 *	int main(void) { RUN(GunzipReadsSeveralMembersAsOneStream); return UnitDone(); }
 */
#ifndef SPARKIFY_UNIT_H
#define SPARKIFY_UNIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int unit_tests;
static int unit_failed_tests;
static int unit_failures;

#define TEST(name) static void name(void)

#define CHECK(condition)                                                                           \
	do                                                                                             \
	{                                                                                              \
		if (!(condition))                                                                          \
		{                                                                                          \
			unit_failures++;                                                                       \
			printf("# %s:%d: %s\n", __FILE__, __LINE__, #condition);                               \
		}                                                                                          \
	} while (0)

#define CHECK_INT(got, want)                                                                       \
	do                                                                                             \
	{                                                                                              \
		long long got_ = (long long)(got), want_ = (long long)(want);                              \
		if (got_ != want_)                                                                         \
		{                                                                                          \
			unit_failures++;                                                                       \
			printf("# %s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, got_, want_);      \
		}                                                                                          \
	} while (0)

#define CHECK_STR(got, want)                                                                       \
	do                                                                                             \
	{                                                                                              \
		const char *got_ = (got), *want_ = (want);                                                 \
		if (got_ == NULL || strcmp(got_, want_) != 0)                                              \
		{                                                                                          \
			unit_failures++;                                                                       \
			printf("# %s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__, #got,                \
				   got_ ? got_ : "(null)", want_);                                                 \
		}                                                                                          \
	} while (0)

#define RUN(name)                                                                                  \
	do                                                                                             \
	{                                                                                              \
		unit_failures = 0;                                                                         \
		name();                                                                                    \
		unit_tests++;                                                                              \
		if (unit_failures > 0)                                                                     \
			unit_failed_tests++;                                                                   \
		printf("%sok %d - %s\n", unit_failures > 0 ? "not " : "", unit_tests, #name);              \
		fflush(stdout);                                                                            \
	} while (0)

/* Prints the plan; the result is for main to return. */
static inline int
UnitDone(void)
{
	printf("1..%d\n", unit_tests);
	return unit_failed_tests > 0;
}

#endif /* SPARKIFY_UNIT_H */
