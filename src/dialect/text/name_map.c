/*
 * name_map.c
 *		Things by their names: a hash table with open addressing.
 */
#include "postgres.h"

#include "common/hashfn.h"

#include "dialect/text/name_map.h"

typedef struct NameEntry
{
	const char *name; /* NULL: free */
	void *thing;
} NameEntry;

struct NameMap
{
	MemoryContext memory;
	NameEntry *entries;
	uint32 size; /* a power of two, at least twice count */
	uint32 count;
};

static NameEntry *FindEntry(const NameMap *map, const char *name);
static void Grow(NameMap *map);

/* An empty map in the current memory context. */
NameMap *
NameMapMake(void)
{
	NameMap *map = palloc0(sizeof(NameMap));

	map->memory = CurrentMemoryContext;
	map->size = 16;
	map->entries = palloc0(sizeof(NameEntry) * map->size);
	return map;
}

/* Adds a thing under a name; the first one of a name stays. */
void
NameMapAdd(NameMap *map, const char *name, void *thing)
{
	NameEntry *entry = FindEntry(map, name);

	if (entry->name != NULL)
		return;

	entry->name = name;
	entry->thing = thing;
	if (2 * ++map->count > map->size)
		Grow(map);
}

/* The thing of a name; NULL when there is none. */
void *
NameMapFind(const NameMap *map, const char *name)
{
	return FindEntry(map, name)->thing;
}

/* The entry of a name, or the free one in which it would be. */
static NameEntry *
FindEntry(const NameMap *map, const char *name)
{
	uint32 place = hash_bytes((const unsigned char *)name, strlen(name)) & (map->size - 1);

	while (map->entries[place].name != NULL && strcmp(map->entries[place].name, name) != 0)
		place = (place + 1) & (map->size - 1);
	return &map->entries[place];
}

/* Doubles the table. */
static void
Grow(NameMap *map)
{
	NameEntry *old = map->entries;
	uint32 old_size = map->size;

	map->size *= 2;
	map->entries = MemoryContextAllocExtended(map->memory, sizeof(NameEntry) * (Size)map->size,
											  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (uint32 i = 0; i < old_size; i++)
		if (old[i].name != NULL)
			*FindEntry(map, old[i].name) = old[i];
	pfree(old);
}
