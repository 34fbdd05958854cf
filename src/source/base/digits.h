/*
 * digits.h
 *		Runs of decimal digits, eight at a time.
 */
#ifndef SPARKIFY_DIGITS_H
#define SPARKIFY_DIGITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* So many digits always fit in 64 bits, signed too. */
#define DIGITS_MAX 18

/*
 * Reads the digits the text begins with, DIGITS_MAX at most; returns how many.
 * Eight bytes are digits when each high nibble is 3, also after adding 6; they
 * are then summed up in pairs, fours and eights.
 */
static inline size_t
DigitsRead(const char *data, size_t length, uint64_t *value)
{
	size_t at = 0;
	uint64_t sum = 0;

	if (length > DIGITS_MAX)
		length = DIGITS_MAX;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	while (at + 8 <= length)
	{
		const uint64_t nibbles = UINT64_C(0xF0F0F0F0F0F0F0F0);
		const uint64_t threes = UINT64_C(0x3030303030303030);
		const uint64_t lanes = UINT64_C(0x000000FF000000FF);
		uint64_t word;

		memcpy(&word, data + at, sizeof(word));
		if ((word & nibbles) != threes ||
			((word + UINT64_C(0x0606060606060606)) & nibbles) != threes)
			break;
		word -= threes;
		word = word * 10 + (word >> 8);
		word = ((word & lanes) * UINT64_C(0x000F424000000064) +
				((word >> 16) & lanes) * UINT64_C(0x0000271000000001)) >>
			   32;
		sum = sum * 100000000 + word;
		at += 8;
	}
#endif
	for (; at < length; at++)
	{
		unsigned digit = (unsigned)(unsigned char)data[at] - '0';

		if (digit > 9)
			break;
		sum = sum * 10 + digit;
	}

	*value = sum;
	return at;
}

#endif /* SPARKIFY_DIGITS_H */
