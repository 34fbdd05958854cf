/*
 * report.c
 *		Errors: the gateway's own, and PostgreSQL's with their position turned
 *		into one of the client's text.
 */
#include "gateway/base/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/base/memory.h"

static void AddField(Buffer *out, char field, const char *value);

PositionMap *
MapMake(uint32_t base, uint32_t count)
{
	PositionMap *map = Allocated(malloc(sizeof(PositionMap) + count * sizeof(MapSegment)));

	map->uses = 1;
	map->base = base;
	map->tag = NULL;
	map->count = count;

	return map;
}

PositionMap *
MapHold(PositionMap *map)
{
	if (map != NULL)
		map->uses++;
	return map;
}

void
MapRelease(PositionMap *map)
{
	if (map == NULL || --map->uses > 0)
		return;
	free(map->tag);
	free(map);
}

uint32_t
MapPosition(const PositionMap *map, uint32_t position)
{
	uint32_t at = position - 1;
	uint32_t low = 0;
	uint32_t high;
	const MapSegment *segment;

	if (map == NULL || position == 0)
		return position;

	/* one piece, moved as a whole */
	if (map->count == 0)
		return map->base + position;

	high = map->count - 1;

	/* the last segment that begins at the position or before it */
	while (low < high)
	{
		uint32_t middle = low + (high - low + 1) / 2;

		if (map->segments[middle].target <= at)
			low = middle;
		else
			high = middle - 1;
	}

	/* within what was made up there is no place to point to: it is where that begins */
	segment = &map->segments[low];
	return map->base + segment->source +
		   (segment->copied && at > segment->target ? at - segment->target : 0) + 1;
}

void
ReportFatal(Buffer *out, const char *sqlstate, const char *message, const char *hint)
{
	size_t begin = BufferBeginMessage(out, 'E');

	AddField(out, 'S', "FATAL");
	AddField(out, 'V', "FATAL");
	AddField(out, 'C', sqlstate);
	AddField(out, 'M', message);
	if (hint != NULL)
		AddField(out, 'H', hint);
	BufferAddByte(out, 0);
	BufferEndMessage(out, begin);
}

void
ReportRelay(Buffer *out, const char *message, size_t length, const PositionMap *map)
{
	const char *end = message + length;
	const char *field = message + 5;
	size_t begin;

	if (map == NULL)
	{
		BufferAdd(out, message, length);
		return;
	}

	begin = BufferBeginMessage(out, message[0]);
	while (field < end && *field != '\0')
	{
		const char *stop = memchr(field, 0, end - field);
		char position[16];

		if (stop == NULL)
			break;
		if (*field == 'P')
		{
			snprintf(position, sizeof(position), "%u",
					 MapPosition(map, (uint32_t)strtoul(field + 1, NULL, 10)));
			AddField(out, 'P', position);
		}
		else
			BufferAdd(out, field, stop - field + 1);
		field = stop + 1;
	}

	BufferAddByte(out, 0);
	BufferEndMessage(out, begin);
}

static void
AddField(Buffer *out, char field, const char *value)
{
	BufferAddByte(out, field);
	BufferAddString(out, value);
}
