/*
 * prepared.c
 *		What the server's prepared statements and portals were made from, by name.
 *
 * The tables follow the server's answers, not the client's messages: what a
 * pipeline asks for behind an error never comes to be.
 */
#include "gateway/relay/prepared.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/base/memory.h"

static Prepared **Place(const PreparedTable *table, const char *name);

void
PreparedSet(PreparedTable *table, const char *name, PositionMap *map)
{
	Prepared **place = Place(table, name);
	Prepared *entry = *place;

	if (map == NULL && entry != NULL)
	{
		*place = entry->next;
		MapRelease(entry->map);
		free(entry);
		table->count--;
	}

	if (map == NULL)
		return;

	/* held before the old one is let go: both may be the same */
	MapHold(map);
	if (entry != NULL)
		MapRelease(entry->map);
	else
	{
		entry = Allocated(calloc(1, sizeof(*entry)));
		memcpy(entry->name, name, strnlen(name, PREPARED_NAME_MOST));
		*place = entry;
		table->count++;
	}

	entry->map = map;
}

PositionMap *
PreparedFind(const PreparedTable *table, const char *name)
{
	Prepared *entry = *Place(table, name);

	return entry != NULL ? entry->map : NULL;
}

void
PreparedClear(PreparedTable *table)
{
	for (size_t i = 0; i < PREPARED_BUCKETS && table->count > 0; i++)
		while (table->buckets[i] != NULL)
			PreparedSet(table, table->buckets[i]->name, NULL);
}

/* Where the entry of a name hangs, or would. */
static Prepared **
Place(const PreparedTable *table, const char *name)
{
	unsigned hash = 5381;
	Prepared **place;

	for (size_t i = 0; i < PREPARED_NAME_MOST && name[i] != '\0'; i++)
		hash = hash * 33 + (unsigned char)name[i];
	place = (Prepared **)&table->buckets[hash % PREPARED_BUCKETS];
	while (*place != NULL && strncmp((*place)->name, name, PREPARED_NAME_MOST) != 0)
		place = &(*place)->next;
	return place;
}
