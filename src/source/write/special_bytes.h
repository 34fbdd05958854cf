/*
 * special_bytes.h
 *		Whether a text has bytes that a format must treat, sixteen at a time:
 *		most values have none and are copied as they are.
 */
#ifndef SPARKIFY_SPECIAL_BYTES_H
#define SPARKIFY_SPECIAL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SPECIAL_MAX 6
#define SPECIAL_PAD 16

typedef unsigned char ByteVector __attribute__((vector_size(16)));

typedef struct SpecialBytes
{
	ByteVector bytes[SPECIAL_MAX]; /* each sixteen times; what is not used repeats the first */
	ByteVector controls;		   /* below which every byte is special: 32 or 0 */
	bool is_special[256];
} SpecialBytes;

/* Fills in the set of the bytes of a text, and of all control characters if they count. */
extern void SpecialBytesInit(SpecialBytes *set, const char *bytes, size_t count, bool controls);

/* Whether any of the first count of sixteen bytes is special. */
static inline bool
SpecialInVector(const SpecialBytes *set, const char *at, size_t count)
{
	static const unsigned char window[2 * sizeof(ByteVector)] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
																 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
																 0xFF, 0xFF, 0xFF, 0xFF};
	ByteVector v, hit, counted;
	uint64_t halves[2];

	memcpy(&v, at, sizeof(v));
	memcpy(&counted, window + sizeof(ByteVector) - count, sizeof(counted));
	hit = (ByteVector)(v == set->bytes[0]) | (ByteVector)(v == set->bytes[1]) |
		  (ByteVector)(v == set->bytes[2]) | (ByteVector)(v == set->bytes[3]) |
		  (ByteVector)(v == set->bytes[4]) | (ByteVector)(v == set->bytes[5]) |
		  (ByteVector)(v < set->controls);
	hit &= counted;
	memcpy(halves, &hit, sizeof(halves));

	return (halves[0] | halves[1]) != 0;
}

/* Whether the text has a special byte.  SPECIAL_PAD bytes behind it must be there to be read. */
static inline bool
SpecialBytesIn(const SpecialBytes *set, const char *text, size_t length)
{
	for (; length > sizeof(ByteVector); length -= sizeof(ByteVector), text += sizeof(ByteVector))
		if (SpecialInVector(set, text, sizeof(ByteVector)))
			return true;
	return SpecialInVector(set, text, length);
}

#endif /* SPARKIFY_SPECIAL_BYTES_H */
