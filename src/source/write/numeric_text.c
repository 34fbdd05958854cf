/*
 * numeric_text.c
 *		PostgreSQL's numeric as text, from its bytes in a tuple.
 *
 * The bytes are one or two words of header and groups of four decimal digits
 * (the form that convert_decimal.c packs):
 *
 *	short	10sSSSSSSwwwwwww	s: sign, S: scale, w: weight with sign
 *	long	ssSSSSSSSSSSSSSS, weight		ss: 00 plus, 01 minus
 *	special	11nn...				NaN, +Infinity, -Infinity
 */
#include <string.h>

#include "source/write/value_text.h"

#define GROUP_DIGITS 4
#define FLAG_MASK 0xC000
#define FLAG_SHORT 0x8000
#define FLAG_SPECIAL 0xC000
#define FLAG_NEGATIVE 0x4000
#define SPECIAL_MASK 0xF000
#define SPECIAL_INFINITY 0xD000
#define SPECIAL_MINUS_INFINITY 0xF000

typedef struct NumericParts
{
	bool negative;
	int scale;
	int weight; /* of the first group, in groups */
	const char *groups;
	int ngroups;
} NumericParts;

static uint16_t WordAt(const char *bytes, size_t index);
static void TakeApart(const char *bytes, size_t length, NumericParts *parts);
static unsigned GroupAt(const NumericParts *parts, int index);
static size_t PutGroup(unsigned group, char *out);

/* Prints the number with all the digits of its scale. */
size_t
NumericText(const char *bytes, size_t length, char *out)
{
	NumericParts parts;
	size_t used = 0, begin;

	/* infinities and NaN have a header and no digits */
	if ((WordAt(bytes, 0) & FLAG_MASK) == FLAG_SPECIAL)
	{
		uint16_t flags = WordAt(bytes, 0) & SPECIAL_MASK;
		const char *name = flags == SPECIAL_INFINITY		 ? "Infinity"
						   : flags == SPECIAL_MINUS_INFINITY ? "-Infinity"
															 : "NaN";

		memcpy(out, name, strlen(name));
		return strlen(name);
	}

	TakeApart(bytes, length, &parts);
	if (parts.negative)
		out[used++] = '-';
	begin = used;
	for (int i = 0; i <= parts.weight; i++)
		used += PutGroup(GroupAt(&parts, i), out + used);

	/* groups have four digits, and the first one may have zeros in front */
	if (used > begin)
	{
		size_t zeros = 0;

		while (zeros < used - begin - 1 && out[begin + zeros] == '0')
			zeros++;
		memmove(out + begin, out + begin + zeros, used - begin - zeros);
		used -= zeros;
	}
	else
		/* below one: the zero before the point is written all the same */
		out[used++] = '0';
	if (parts.scale == 0)
		return used;

	/* the last group may go beyond the scale; what is too much is cut by the length */
	out[used++] = '.';
	for (int i = 0; i * GROUP_DIGITS < parts.scale; i++)
		PutGroup(GroupAt(&parts, parts.weight + 1 + i), out + used + (size_t)i * GROUP_DIGITS);
	return used + (size_t)parts.scale;
}

/* The header's n-th word. */
static uint16_t
WordAt(const char *bytes, size_t index)
{
	uint16_t word;

	memcpy(&word, bytes + 2 * index, sizeof(word));
	return word;
}

/* Reads the header. */
static void
TakeApart(const char *bytes, size_t length, NumericParts *parts)
{
	uint16_t head = WordAt(bytes, 0);
	size_t header = 2;

	if ((head & FLAG_MASK) == FLAG_SHORT)
	{
		parts->negative = (head & 0x2000) != 0;
		parts->scale = head >> 7 & 0x3F;
		parts->weight = (head & 0x3F) - (head & 0x40);
	}
	else
	{
		header = 4;
		parts->negative = (head & FLAG_MASK) == FLAG_NEGATIVE;
		parts->scale = head & 0x3FFF;
		parts->weight = (int16_t)WordAt(bytes, 1);
	}

	parts->groups = bytes + header;
	parts->ngroups = (int)((length - header) / 2);
}

/* The n-th group, from the first that is stored; what isn't stored is zero. */
static unsigned
GroupAt(const NumericParts *parts, int index)
{
	uint16_t group;

	if (index < 0 || index >= parts->ngroups)
		return 0;

	memcpy(&group, parts->groups + 2 * index, sizeof(group));
	return group;
}

/* Writes four digits. */
static size_t
PutGroup(unsigned group, char *out)
{
	out[0] = (char)('0' + group / 1000);
	out[1] = (char)('0' + group / 100 % 10);
	out[2] = (char)('0' + group / 10 % 10);
	out[3] = (char)('0' + group % 10);
	return GROUP_DIGITS;
}
