/*
 * text_builder.c
 *		A text under construction that remembers where in the script each of
 *		its bytes comes from.
 *
 * An error of PostgreSQL's names a place in the text it was given; the user
 * wants the place in the script.
 */
#include "postgres.h"

#include "dialect/text/text_builder.h"

static void AddSegment(TextBuilder *builder, int source, bool copied);
static void AddText(TextBuilder *builder, const TextBuilder *other, int start, int end);
static int FindSegment(const DialectMap *map, int offset);

/* Sets up an empty text. */
void
TextBuilderInit(TextBuilder *builder, const char *script)
{
	initStringInfo(&builder->text);
	builder->map = palloc0(sizeof(DialectMap));
	builder->map->allocated = 8;
	builder->map->segments = palloc(sizeof(TextSegment) * builder->map->allocated);
	builder->script = script;
}

/* Frees a text that is of no more use; a script may make one for each of its columns. */
void
TextBuilderFree(TextBuilder *builder)
{
	pfree(builder->text.data);
	pfree(builder->map->segments);
	pfree(builder->map);
}

/* Adds text that stands for one place in the script. */
void
TextAdd(TextBuilder *builder, int source, const char *format, ...)
{
	AddSegment(builder, source, false);
	for (;;)
	{
		va_list arguments;
		int missing;

		va_start(arguments, format);
		missing = appendStringInfoVA(&builder->text, format, arguments);
		va_end(arguments);
		if (missing == 0)
			return;
		enlargeStringInfo(&builder->text, missing);
	}
}

/* Adds a text as it is, that stands for one place in the script. */
void
TextAddString(TextBuilder *builder, int source, const char *text)
{
	if (*text == '\0')
		return;
	AddSegment(builder, source, false);
	appendStringInfoString(&builder->text, text);
}

/* Adds bytes of the script, end exclusive. */
void
TextAddSource(TextBuilder *builder, int start, int end)
{
	if (start >= end)
		return;
	AddSegment(builder, start, true);
	appendBinaryStringInfo(&builder->text, builder->script + start, end - start);
}

/* Adds bytes of another text, end exclusive, that stand for what they stood for there. */
static void
AddText(TextBuilder *builder, const TextBuilder *other, int start, int end)
{
	const DialectMap *map = other->map;

	for (int i = FindSegment(map, start); start < end; i++)
	{
		const TextSegment *segment = &map->segments[i];
		int stop = i + 1 < map->count ? Min(end, segment[1].offset) : end;

		if (stop <= start)
			continue;
		AddSegment(builder, segment->source + (segment->copied ? start - segment->offset : 0),
				   segment->copied);
		appendBinaryStringInfo(&builder->text, other->text.data + start, stop - start);
		start = stop;
	}
}

/* Adds a text made from another one, with the places that one stands for. */
void
TextAddThrough(TextBuilder *builder, const TextBuilder *outer, const TextBuilder *inner)
{
	const DialectMap *map = outer->map;

	for (int i = 0; i < map->count; i++)
	{
		const TextSegment *segment = &map->segments[i];
		int stop = i + 1 < map->count ? segment[1].offset : outer->text.len;

		if (segment->copied)
			AddText(builder, inner, segment->source, segment->source + stop - segment->offset);
		else
		{
			AddSegment(builder, TextSource(inner->map, segment->source), false);
			appendBinaryStringInfo(&builder->text, outer->text.data + segment->offset,
								   stop - segment->offset);
		}
	}
}

/* Adds a text made from a part of the script that begins at a byte of it. */
void
TextAddInner(TextBuilder *builder, const TextBuilder *inner, int base)
{
	const DialectMap *map = inner->map;

	for (int i = 0; i < map->count; i++)
	{
		const TextSegment *segment = &map->segments[i];
		int stop = i + 1 < map->count ? segment[1].offset : inner->text.len;

		AddSegment(builder, base + segment->source, segment->copied);
		appendBinaryStringInfo(&builder->text, inner->text.data + segment->offset,
							   stop - segment->offset);
	}
}

/* The byte of the script that a byte of the text stands for. */
int
TextSource(const DialectMap *map, int offset)
{
	const TextSegment *segment;

	if (map->count == 0)
		return 0;

	segment = &map->segments[FindSegment(map, offset)];
	return segment->source + (segment->copied ? Max(offset - segment->offset, 0) : 0);
}

/* Begins a segment at the end of the text. */
static void
AddSegment(TextBuilder *builder, int source, bool copied)
{
	DialectMap *map = builder->map;
	const TextSegment *last = map->count > 0 ? &map->segments[map->count - 1] : NULL;

	/* most of a text is copied without a break: one segment is enough for that */
	if (copied && last != NULL && last->copied &&
		source - last->source == builder->text.len - last->offset)
		return;
	if (map->count == map->allocated)
	{
		map->allocated *= 2;
		map->segments = repalloc_huge(map->segments, sizeof(TextSegment) * map->allocated);
	}

	map->segments[map->count].offset = builder->text.len;
	map->segments[map->count].source = source;
	map->segments[map->count].copied = copied;
	map->count++;
}

/* Index of the last segment that begins at or before an offset; 0 when there is none. */
static int
FindSegment(const DialectMap *map, int offset)
{
	int low = 0;
	int high = map->count - 1;

	while (low < high)
	{
		int middle = (low + high + 1) / 2;

		if (map->segments[middle].offset <= offset)
			low = middle;
		else
			high = middle - 1;
	}

	return low;
}
