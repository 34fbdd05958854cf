/*
 * json_keys.c
 *		Finding out what a key of an object means.
 */
#include "source/read/json/json_keys.h"

#include <stdlib.h>

/* Objects may have any number of keys; so many are remembered, and none longer than this. */
#define REMEMBERED_KEYS 1024
#define REMEMBERED_LENGTH 256

/* \u0041 for a byte: a key that is longer by more can't be the wanted one. */
#define LONGEST_ESCAPE 6

typedef struct WantedKey
{
	char *key; /* folded if case is ignored */
	size_t length;
	uint32_t hash;
	int number;
} WantedKey;

struct JsonKeys
{
	/* what is wanted */
	bool ignore_case;
	WantedKey *wanted;
	int nwanted;
	int *slots; /* by hash: index into wanted, or -1 */
	uint32_t slot_mask;

	/* what was seen */
	JsonKey *seen[REMEMBERED_KEYS]; /* by hash */
	int nseen;
	JsonKey *first;
	JsonKey *other; /* stands for a key that isn't remembered */

	/* working state: a key decoded, with room for the longest wanted one however it is escaped */
	char *decoded;
	size_t decoded_size;
};

static JsonKey *MakeKey(const char *text, size_t length);
static int FindWanted(JsonKeys *keys, const char *text, size_t length, unsigned flags);
static uint32_t Hash(const char *bytes, size_t length);
static void Fold(char *bytes, size_t length);

/* Makes a table with room for so many wanted keys; NULL when memory ran out. */
JsonKeys *
JsonKeysCreate(int nwanted, bool ignore_case)
{
	JsonKeys *keys = calloc(1, sizeof(*keys));
	uint32_t nslots = 4;

	if (keys == NULL)
		return NULL;

	while (nslots < 2 * (uint32_t)nwanted)
		nslots *= 2;
	keys->ignore_case = ignore_case;
	keys->slot_mask = nslots - 1;
	keys->wanted = calloc((size_t)nwanted + 1, sizeof(*keys->wanted));
	keys->slots = malloc(nslots * sizeof(*keys->slots));
	keys->first = MakeKey("", 0);
	keys->other = MakeKey("", 0);
	if (!keys->wanted || !keys->slots || !keys->first || !keys->other)
	{
		JsonKeysFree(keys);
		return NULL;
	}

	memset(keys->slots, -1, nslots * sizeof(*keys->slots));

	return keys;
}

/* Adds a wanted key, once. */
bool
JsonKeysWant(JsonKeys *keys, const char *key, size_t length, int number)
{
	WantedKey *wanted = &keys->wanted[keys->nwanted];
	uint32_t slot;

	if (LONGEST_ESCAPE * length > keys->decoded_size || keys->decoded == NULL)
	{
		char *larger = realloc(keys->decoded, LONGEST_ESCAPE * length + JSON_DECODE_SPARE);

		if (larger == NULL)
			return false;
		keys->decoded = larger;
		keys->decoded_size = LONGEST_ESCAPE * length;
	}

	wanted->key = malloc(length + 1);
	if (wanted->key == NULL)
		return false;

	memcpy(wanted->key, key, length);
	if (keys->ignore_case)
		Fold(wanted->key, length);
	wanted->length = length;
	wanted->hash = Hash(wanted->key, length);
	wanted->number = number;
	for (slot = wanted->hash & keys->slot_mask; keys->slots[slot] >= 0;)
		slot = (slot + 1) & keys->slot_mask;
	keys->slots[slot] = keys->nwanted++;

	return true;
}

/* What stands before the first key. */
JsonKey *
JsonKeysFirst(JsonKeys *keys)
{
	return keys->first;
}

/* Finds a key that didn't follow last time. */
JsonKey *
JsonKeysFind(JsonKeys *keys, JsonScan *scan, JsonKey *before, const char *p)
{
	unsigned flags = 0;
	const char *close = JsonScanString(scan, p, &flags);
	size_t length;
	uint32_t hash;
	JsonKey *key;

	if (close == NULL)
		return NULL;

	/* the closing quote is part of what is compared: no key is then the beginning of another */
	length = (size_t)(close - p) + 1;

	/* a long key isn't remembered, so it needs no hash */
	hash = length <= REMEMBERED_LENGTH ? Hash(p, length) : 0;
	for (key = keys->seen[hash % REMEMBERED_KEYS]; key != NULL; key = key->chain)
		if (key->hash == hash && key->length == length && memcmp(key->text, p, length) == 0)
			return before->next = key;

	/*
	 * A full memory or a failed allocation costs time, not the record: the key is looked up each
	 * time, and one entry serves all such keys.
	 */
	key = NULL;
	if (keys->nseen < REMEMBERED_KEYS && length <= REMEMBERED_LENGTH)
		key = MakeKey(p, length);
	if (key == NULL)
		key = keys->other;
	key->wanted = FindWanted(keys, p, length - 1, flags);
	if (key == keys->other)
	{
		key->length = (uint32_t)length;
		return key;
	}

	/* the next record's keys come in the same order, so the one before is told its successor */
	key->hash = hash;
	key->chain = keys->seen[hash % REMEMBERED_KEYS];
	keys->seen[hash % REMEMBERED_KEYS] = key;
	keys->nseen++;

	return before->next = key;
}

/* Releases the table. */
void
JsonKeysFree(JsonKeys *keys)
{
	if (keys == NULL)
		return;

	for (int i = 0; i < REMEMBERED_KEYS; i++)
		for (JsonKey *key = keys->seen[i], *chain; key != NULL; key = chain)
		{
			chain = key->chain;
			free(key);
		}
	for (int i = 0; i < keys->nwanted; i++)
		free(keys->wanted[i].key);
	free(keys->wanted);
	free(keys->slots);
	free(keys->first);
	free(keys->other);
	free(keys->decoded);
	free(keys);
}

/* Copies a key as it stands in the text; NULL when memory ran out. */
static JsonKey *
MakeKey(const char *text, size_t length)
{
	JsonKey *key = calloc(1, sizeof(*key) + length + 1);
	size_t head = length < KEY_HEAD ? length : KEY_HEAD;

	if (key == NULL)
		return NULL;

	memcpy(key->text, text, length);
	memcpy(key->head, text, head);
	key->head_mask = (1u << head) - 1;
	key->length = (uint32_t)length;
	key->wanted = -1;

	return key;
}

/* The number under which a key is wanted, or -1. */
static int
FindWanted(JsonKeys *keys, const char *text, size_t length, unsigned flags)
{
	uint32_t hash, slot;
	bool ascii;

	if (length > keys->decoded_size)
		return -1;
	if (flags & JSON_STRING_ESCAPED)
	{
		length =
			(size_t)(JsonDecodeString(text, text + length, keys->decoded, &ascii) - keys->decoded);
		text = keys->decoded;
	}

	if (keys->ignore_case && length > 0)
	{
		memmove(keys->decoded, text, length);
		Fold(keys->decoded, length);
		text = keys->decoded;
	}

	hash = Hash(text, length);
	for (slot = hash & keys->slot_mask; keys->slots[slot] >= 0; slot = (slot + 1) & keys->slot_mask)
	{
		const WantedKey *wanted = &keys->wanted[keys->slots[slot]];

		if (wanted->hash == hash && wanted->length == length &&
			memcmp(wanted->key, text, length) == 0)
			return wanted->number;
	}

	return -1;
}

/* FNV-1a: keys are short. */
static uint32_t
Hash(const char *bytes, size_t length)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
	return hash;
}

/* Makes ASCII letters small, as Redshift does with its identifiers. */
static void
Fold(char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] >= 'A' && bytes[i] <= 'Z')
			bytes[i] = (char)(bytes[i] | 0x20);
}
