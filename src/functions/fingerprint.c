/*
 * fingerprint.c
 *		FARMFINGERPRINT64 and MURMUR3_32_HASH: published hashes of bytes.
 *
 * The first is FarmHash's Fingerprint64, whose results never change; the
 * second is Murmur3A of 32 bits over the bytes that Iceberg's specification
 * gives each type (AWS: r_FARMFINGERPRINT64, MURMUR3_32_HASH).
 */
#include "postgres.h"

#include "fmgr.h"
#include "port/pg_bitutils.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(redshift_farmfingerprint64);
PG_FUNCTION_INFO_V1(redshift_murmur3_32);

#define K0 UINT64CONST(0xc3a5c85c97cb3127)
#define K1 UINT64CONST(0xb492b66fbe98f273)
#define K2 UINT64CONST(0x9ae16a3b2f90404f)

/* Two words that are mixed side by side. */
typedef struct Pair
{
	uint64 first;
	uint64 second;
} Pair;

/* What more than 64 bytes are mixed into. */
typedef struct Mixture
{
	uint64 x;
	uint64 y;
	uint64 z;
	Pair v;
	Pair w;
} Mixture;

static uint64 HashShort(const uint8 *bytes, size_t length);
static uint64 HashTo32(const uint8 *bytes, size_t length);
static uint64 HashTo64(const uint8 *bytes, size_t length);
static uint64 HashLong(const uint8 *bytes, size_t length);
static void MixBlock(Mixture *m, const uint8 *bytes, uint64 factor, uint64 weight);
static uint64 Fetch64(const uint8 *bytes);
static uint32 Fetch32(const uint8 *bytes);
static uint64 Rotate(uint64 value, int shift);
static uint64 Fold(uint64 value);
static uint64 HashPair(uint64 u, uint64 v, uint64 factor);
static Pair WeakHash(const uint8 *bytes, uint64 a, uint64 b);
static uint32 MurmurWord(uint32 word);

/* farmfingerprint64(bytes): a hash of 64 bits. */
Datum
redshift_farmfingerprint64(PG_FUNCTION_ARGS)
{
	bytea *input = PG_GETARG_BYTEA_PP(0);
	const uint8 *bytes = (const uint8 *)VARDATA_ANY(input);
	size_t length = VARSIZE_ANY_EXHDR(input);
	uint64 hash;

	if (length <= 16)
		hash = HashShort(bytes, length);
	else if (length <= 32)
		hash = HashTo32(bytes, length);
	else if (length <= 64)
		hash = HashTo64(bytes, length);
	else
		hash = HashLong(bytes, length);
	PG_RETURN_INT64((int64)hash);
}

/* Up to 16 bytes: two words that overlap, or what few bytes there are. */
static uint64
HashShort(const uint8 *bytes, size_t length)
{
	uint64 factor = K2 + length * 2;

	if (length >= 8)
	{
		uint64 a = Fetch64(bytes) + K2;
		uint64 b = Fetch64(bytes + length - 8);

		return HashPair(Rotate(b, 37) * factor + a, (Rotate(a, 25) + b) * factor, factor);
	}

	if (length >= 4)
		return HashPair(length + ((uint64)Fetch32(bytes) << 3), Fetch32(bytes + length - 4),
						factor);
	if (length > 0)
	{
		uint32 y = (uint32)bytes[0] + ((uint32)bytes[length >> 1] << 8);
		uint32 z = (uint32)length + ((uint32)bytes[length - 1] << 2);

		return Fold(y * K2 ^ z * K0) * K2;
	}

	return K2;
}

/* 17 to 32 bytes. */
static uint64
HashTo32(const uint8 *bytes, size_t length)
{
	uint64 factor = K2 + length * 2;
	uint64 a = Fetch64(bytes) * K1;
	uint64 b = Fetch64(bytes + 8);
	uint64 c = Fetch64(bytes + length - 8) * factor;
	uint64 d = Fetch64(bytes + length - 16) * K2;

	return HashPair(Rotate(a + b, 43) + Rotate(c, 30) + d, a + Rotate(b + K2, 18) + c, factor);
}

/* 33 to 64 bytes. */
static uint64
HashTo64(const uint8 *bytes, size_t length)
{
	uint64 factor = K2 + length * 2;
	uint64 a = Fetch64(bytes) * K2;
	uint64 b = Fetch64(bytes + 8);
	uint64 c = Fetch64(bytes + length - 8) * factor;
	uint64 d = Fetch64(bytes + length - 16) * K2;
	uint64 y = Rotate(a + b, 43) + Rotate(c, 30) + d;
	uint64 z = HashPair(y, a + Rotate(b + K2, 18) + c, factor);
	uint64 e = Fetch64(bytes + 16) * factor;
	uint64 f = Fetch64(bytes + 24);
	uint64 g = (y + Fetch64(bytes + length - 32)) * factor;
	uint64 h = (z + Fetch64(bytes + length - 24)) * factor;

	return HashPair(Rotate(e + f, 43) + Rotate(g, 30) + h, e + Rotate(f + a, 18) + g, factor);
}

/* More than 64 bytes: blocks of 64, then the last 64 once more, however many of them have been mixed. */
static uint64
HashLong(const uint8 *bytes, size_t length)
{
	const uint8 *end = bytes + (length - 1) / 64 * 64;
	size_t rest = (length - 1) & 63;
	Mixture m = {.x = 81 * K2 + Fetch64(bytes), .y = 81 * K1 + 113};
	uint64 factor;

	m.z = Fold(m.y * K2 + 113) * K2;
	for (; bytes != end; bytes += 64)
		MixBlock(&m, bytes, K1, 1);

	factor = K1 + ((m.z & 0xff) << 1);
	m.w.first += rest;
	m.v.first += m.w.first;
	m.w.first += m.v.first;
	MixBlock(&m, end + rest - 63, factor, 9);
	return HashPair(HashPair(m.v.first, m.w.first, factor) + Fold(m.y) * K0 + m.z,
					HashPair(m.v.second, m.w.second, factor) + m.x, factor);
}

/* Mixes 64 bytes in. */
static void
MixBlock(Mixture *m, const uint8 *bytes, uint64 factor, uint64 weight)
{
	uint64 x = Rotate(m->x + m->y + m->v.first + Fetch64(bytes + 8), 37) * factor;

	m->y = Rotate(m->y + m->v.second + Fetch64(bytes + 48), 42) * factor;
	x ^= m->w.second * weight;
	m->y += m->v.first * weight + Fetch64(bytes + 40);
	m->x = Rotate(m->z + m->w.first, 33) * factor;
	m->v = WeakHash(bytes, m->v.second * factor, x + m->w.first);
	m->w = WeakHash(bytes + 32, m->x + m->w.second, m->y + Fetch64(bytes + 16));
	m->z = x;
}

/* A hash of 32 bytes and two words. */
static Pair
WeakHash(const uint8 *bytes, uint64 a, uint64 b)
{
	uint64 last = Fetch64(bytes + 24);
	uint64 c = a + Fetch64(bytes);

	a = c + Fetch64(bytes + 8) + Fetch64(bytes + 16);
	return (Pair){a + last, Rotate(b + c + last, 21) + Rotate(a, 44) + c};
}

/* A hash of two words. */
static uint64
HashPair(uint64 u, uint64 v, uint64 factor)
{
	return Fold((v ^ Fold((u ^ v) * factor)) * factor) * factor;
}

/* A word whose high bits are mixed into its low ones. */
static uint64
Fold(uint64 value)
{
	return value ^ (value >> 47);
}

/* A word turned to the right. */
static uint64
Rotate(uint64 value, int shift)
{
	return value >> shift | value << (64 - shift);
}

/* Eight bytes as a little-endian number. */
static uint64
Fetch64(const uint8 *bytes)
{
	uint64 value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | bytes[i];
	return value;
}

/* Four bytes as a little-endian number. */
static uint32
Fetch32(const uint8 *bytes)
{
	uint32 value = 0;

	for (int i = 3; i >= 0; i--)
		value = value << 8 | bytes[i];
	return value;
}

/* murmur3_32(bytes, seed): a hash of 32 bits. */
Datum
redshift_murmur3_32(PG_FUNCTION_ARGS)
{
	bytea *input = PG_GETARG_BYTEA_PP(0);
	const uint8 *bytes = (const uint8 *)VARDATA_ANY(input);
	uint32 length = (uint32)VARSIZE_ANY_EXHDR(input);
	uint32 hash = (uint32)PG_GETARG_INT32(1);
	uint32 rest = 0;

	for (uint32 i = 0; i + 4 <= length; i += 4)
	{
		hash = pg_rotate_left32(hash ^ MurmurWord(Fetch32(bytes + i)), 13);
		hash = hash * 5 + 0xe6546b64;
	}

	/* up to three bytes are left */
	for (uint32 i = length; i > (length & ~(uint32)3); i--)
		rest = rest << 8 | bytes[i - 1];
	hash ^= MurmurWord(rest) ^ length;
	hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
	hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
	PG_RETURN_INT32((int32)(hash ^ (hash >> 16)));
}

/* A word as Murmur3 scrambles it. */
static uint32
MurmurWord(uint32 word)
{
	return pg_rotate_left32(word * 0xcc9e2d51, 15) * 0x1b873593;
}
