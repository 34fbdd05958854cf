/*
 * json_keys.h
 *		The keys that objects of one kind have, and what is wanted of them.
 *
 * Objects of one file mostly have the same keys in the same order.  So a key
 * is first compared, as raw bytes, with the one that followed last time; then
 * looked up among the keys seen before; and only then decoded and looked up
 * among the wanted ones.
 */
#ifndef SPARKIFY_JSON_KEYS_H
#define SPARKIFY_JSON_KEYS_H

#include "source/read/json/json_scan.h"

#define KEY_HEAD 16

/* A key as it stands in the text, with its closing quote. */
typedef struct JsonKey
{
	char head[KEY_HEAD]; /* its first bytes, zeros behind a shorter key */
	unsigned head_mask;	 /* a bit for each of them */
	uint32_t length;
	int wanted;			  /* what JsonKeysWant was told, or -1 */
	struct JsonKey *next; /* the key that followed last time */
	struct JsonKey *chain;
	uint32_t hash;
	char text[]; /* of JsonKeys' own keys */
} JsonKey;

typedef struct JsonKeys JsonKeys;

extern JsonKeys *JsonKeysCreate(int nwanted, bool ignore_case);

/* Says that a key (decoded) is wanted under a number; false when memory ran out. */
extern bool JsonKeysWant(JsonKeys *keys, const char *key, size_t length, int number);

/* The key before an object's first. */
extern JsonKey *JsonKeysFirst(JsonKeys *keys);

/*
 * Scans the key behind whose opening quote p is and finds it; for a key that
 * isn't remembered the answer is one that holds for this call only.  Returns
 * NULL with the scan saying why.
 */
extern JsonKey *JsonKeysFind(JsonKeys *keys, JsonScan *scan, JsonKey *before, const char *p);
extern void JsonKeysFree(JsonKeys *keys);

/* Whether the text at p begins with the key. */
static inline bool
JsonKeyMatches(const JsonKey *key, const JsonScan *scan, const char *p)
{
#ifdef __SSE2__
	__m128i equal = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)p),
								   _mm_loadu_si128((const __m128i *)key->head));

	if (((unsigned)_mm_movemask_epi8(equal) & key->head_mask) != key->head_mask)
		return false;

	return key->length <= KEY_HEAD ||
		   ((size_t)(scan->end - p) >= key->length &&
			memcmp(p + KEY_HEAD, key->text + KEY_HEAD, key->length - KEY_HEAD) == 0);
#else
	return (size_t)(scan->end - p) >= key->length && memcmp(p, key->text, key->length) == 0;
#endif
}

#endif /* SPARKIFY_JSON_KEYS_H */
