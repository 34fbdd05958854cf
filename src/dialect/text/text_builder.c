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
static int FindSegment(const DialectEdits *edits, int offset);

/* Sets up an empty text. */
void
TextBuilderInit(TextBuilder *builder, const char *script)
{
	initStringInfo(&builder->text);
	builder->edits = palloc0(sizeof(DialectEdits));
	builder->edits->allocated = 8;
	builder->edits->segments = palloc(sizeof(TextSegment) * builder->edits->allocated);
	builder->script = script;
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
void
TextAddText(TextBuilder *builder, const TextBuilder *other, int start, int end)
{
	const DialectEdits *edits = other->edits;

	for (int i = FindSegment(edits, start); start < end; i++)
	{
		const TextSegment *segment = &edits->segments[i];
		int stop = i + 1 < edits->count ? Min(end, segment[1].offset) : end;

		if (stop <= start)
			continue;
		AddSegment(builder, segment->source + (segment->copied ? start - segment->offset : 0),
				   segment->copied);
		appendBinaryStringInfo(&builder->text, other->text.data + start, stop - start);
		start = stop;
	}
}

/* Adds a text made from a part of the script that begins at a byte of it. */
void
TextAddInner(TextBuilder *builder, const TextBuilder *inner, int base)
{
	const DialectEdits *edits = inner->edits;

	for (int i = 0; i < edits->count; i++)
	{
		const TextSegment *segment = &edits->segments[i];
		int stop = i + 1 < edits->count ? segment[1].offset : inner->text.len;

		AddSegment(builder, base + segment->source, segment->copied);
		appendBinaryStringInfo(&builder->text, inner->text.data + segment->offset,
							   stop - segment->offset);
	}
}

/* The byte of the script that a byte of the text stands for. */
int
TextSource(const DialectEdits *edits, int offset)
{
	const TextSegment *segment;

	if (edits->count == 0)
		return 0;
	segment = &edits->segments[FindSegment(edits, offset)];
	return segment->source + (segment->copied ? Max(offset - segment->offset, 0) : 0);
}

/* Begins a segment at the end of the text. */
static void
AddSegment(TextBuilder *builder, int source, bool copied)
{
	DialectEdits *edits = builder->edits;
	const TextSegment *last = edits->count > 0 ? &edits->segments[edits->count - 1] : NULL;

	/* most of a text is copied without a break: one segment is enough for that */
	if (copied && last != NULL && last->copied &&
		source - last->source == builder->text.len - last->offset)
		return;
	if (edits->count == edits->allocated)
	{
		edits->allocated *= 2;
		edits->segments = repalloc_huge(edits->segments, sizeof(TextSegment) * edits->allocated);
	}
	edits->segments[edits->count].offset = builder->text.len;
	edits->segments[edits->count].source = source;
	edits->segments[edits->count].copied = copied;
	edits->count++;
}

/* Index of the last segment that begins at or before an offset; 0 when there is none. */
static int
FindSegment(const DialectEdits *edits, int offset)
{
	int low = 0;
	int high = edits->count - 1;

	while (low < high)
	{
		int middle = (low + high + 1) / 2;

		if (edits->segments[middle].offset <= offset)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}
