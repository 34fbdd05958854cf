/*
 * utf8.c
 *		Checking UTF-8: ASCII eight bytes at a time, the rest by the book.
 */
#include "source/base/utf8.h"

#include <stdint.h>
#include <string.h>

#define EVERY_BYTE UINT64_C(0x0101010101010101)
#define HIGH_BITS (EVERY_BYTE * 0x80)

static size_t SkipAscii(const char *data, size_t length, size_t from);
static bool SequenceIsBad(const unsigned char *data, size_t left, bool noncharacters,
						  Utf8Problem *problem, int *size);
static int ContinuationsOf(unsigned char lead);
static int DecodedError(unsigned codepoint, int size, bool noncharacters);

/* Finds the first bad sequence; see the header for the contract. */
bool
Utf8FindProblem(const char *data, size_t length, size_t from, bool noncharacters,
				Utf8Problem *problem)
{
	size_t at = from;

	for (;;)
	{
		int size;

		at = SkipAscii(data, length, at);
		if (at >= length)
			return false;
		if (SequenceIsBad((const unsigned char *)data + at, length - at, noncharacters, problem,
						  &size))
		{
			problem->offset = at;
			return true;
		}

		at += (size_t)size;
	}
}

/* Steps back from max to the beginning of a character. */
size_t
Utf8Clip(const char *data, size_t length, size_t max)
{
	size_t at = max;

	if (length <= max)
		return length;

	/* a character has four bytes at most: what goes on longer is none, and may be cut anywhere */
	while (at > 0 && max - at < 4 && Utf8IsContinuation(data[at]))
		at--;
	return Utf8IsContinuation(data[at]) ? max : at;
}

/* Whether every byte is between 1 and 127. */
bool
Utf8IsAscii(const char *data, size_t length)
{
	return SkipAscii(data, length, 0) == length;
}

/* Leaves out the beginning of a character whose end is missing. */
size_t
Utf8Whole(const char *data, size_t length)
{
	size_t lead = length;

	while (lead > 0 && Utf8IsContinuation(data[lead - 1]))
		lead--;
	if (lead == 0 || length - lead == (size_t)ContinuationsOf((unsigned char)data[lead - 1]))
		return length;

	return lead - 1;
}

/* The offset of the first byte that is NUL or not ASCII, or the length. */
static size_t
SkipAscii(const char *data, size_t length, size_t from)
{
	while (length - from >= sizeof(uint64_t))
	{
		uint64_t word;

		memcpy(&word, data + from, sizeof(word));
		/* a NUL borrows its high bit when one is taken from each byte */
		if (((word - EVERY_BYTE) | word) & HIGH_BITS)
			break;
		from += sizeof(word);
	}

	while (from < length && data[from] != '\0' && ((unsigned char)data[from] & 0x80) == 0)
		from++;
	return from;
}

/* Judges the sequence at data, which begins with NUL or a byte past 127. */
static bool
SequenceIsBad(const unsigned char *data, size_t left, bool noncharacters, Utf8Problem *problem,
			  int *size)
{
	int wanted = ContinuationsOf(data[0]);
	unsigned codepoint;
	int have = 0;
	int error;

	problem->length = problem->shown = 1;
	problem->error = UTF8_BAD_LEAD;

	/* a continuation byte, or one that begins nothing */
	if (wanted == 0)
		return true;

	/* the more bytes follow, the fewer bits the first one has */
	codepoint = data[0] & (0x3Fu >> wanted);
	while (have < wanted && (size_t)have + 1 < left && Utf8IsContinuation((char)data[have + 1]))
	{
		have++;
		codepoint = (codepoint << 6) | (data[have] & 0x3Fu);
	}

	*size = problem->length = problem->shown = have + 1;

	/* five and six bytes were UTF-8 once; Redshift counts them as too long */
	if (wanted > 3)
		error = UTF8_TOO_LONG;
	else if (have < wanted)
		/* broken off inside, or at the end of what there is: two different reasons */
		error = (size_t)have + 1 < left ? UTF8_BAD_TRAIL : UTF8_INCOMPLETE;
	else
		error = DecodedError(codepoint, have + 1, noncharacters);

	/* the byte that doesn't belong is shown with the rest */
	if (error == UTF8_BAD_TRAIL)
		problem->shown++;
	if (error < 0)
		return false;

	problem->error = (Utf8Error)error;

	return true;
}

/* How many continuation bytes a lead byte asks for; 0: it is no lead byte. */
static int
ContinuationsOf(unsigned char lead)
{
	if (lead < 0xC0 || lead > 0xFD)
		return 0;
	return lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : lead < 0xF8 ? 3 : lead < 0xFC ? 4 : 5;
}

/* What is wrong with a decoded character, as a Utf8Error; -1: nothing. */
static int
DecodedError(unsigned codepoint, int size, bool noncharacters)
{
	static const unsigned smallest[] = {0, 0, 0x80, 0x800, 0x10000};

	if (codepoint < smallest[size])
		return UTF8_OVERLONG;
	if (codepoint >= 0xD800 && codepoint <= 0xDFFF)
		return UTF8_SURROGATE;
	if (codepoint > 0x10FFFF)
		return UTF8_BEYOND;
	if (noncharacters &&
		((codepoint >= 0xFDD0 && codepoint <= 0xFDEF) || (codepoint & 0xFFFE) == 0xFFFE))
		return UTF8_NONCHARACTER;

	return -1;
}
