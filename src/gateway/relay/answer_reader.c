/*
 * answer_reader.c
 *		Reads the answer about a text.
 *
 * The answer comes from a backend, but nothing of it is taken on trust.
 */
#include "gateway/relay/answer_reader.h"

#define SEGMENT_SIZE 9

static bool TakeNumber(Buffer *answer, uint32_t *number);
static bool TakeBytes(Buffer *answer, const char **bytes, uint32_t *length);

bool
AnswerCount(Buffer *answer, uint32_t *count)
{
	return TakeNumber(answer, count);
}

bool
AnswerNext(Buffer *answer, Answered *statement)
{
	if (!TakeNumber(answer, &statement->start) || BufferUsed(answer) < 1)
		return false;

	statement->kind = (uint8_t)*BufferStart(answer);
	answer->start++;

	/* lengths come from the server, but are checked against what is there all the same */
	if (!TakeBytes(answer, &statement->tag, &statement->tag_length) ||
		!TakeBytes(answer, &statement->text, &statement->text_length) ||
		!TakeNumber(answer, &statement->segment_count) ||
		BufferUsed(answer) / SEGMENT_SIZE < statement->segment_count)
		return false;

	statement->segments = BufferStart(answer);
	answer->start += (size_t)statement->segment_count * SEGMENT_SIZE;

	return true;
}

PositionMap *
AnswerMap(const Answered *statement, uint32_t base)
{
	PositionMap *map = MapMake(base, statement->segment_count);

	for (uint32_t i = 0; i < statement->segment_count; i++)
	{
		const char *segment = statement->segments + (size_t)i * SEGMENT_SIZE;

		map->segments[i] = (MapSegment){.target = ReadInt32(segment),
										.source = ReadInt32(segment + 4),
										.copied = (uint8_t)segment[8]};
	}

	return map;
}

/* The buffer isn't consumed in the usual way: that would free what the statement points to. */
static bool
TakeNumber(Buffer *answer, uint32_t *number)
{
	if (BufferUsed(answer) < sizeof(*number))
		return false;
	*number = ReadInt32(BufferStart(answer));
	answer->start += sizeof(*number);
	return true;
}

static bool
TakeBytes(Buffer *answer, const char **bytes, uint32_t *length)
{
	if (!TakeNumber(answer, length) || BufferUsed(answer) < *length)
		return false;
	*bytes = BufferStart(answer);
	answer->start += *length;
	return true;
}
