/*
 * answer_reader.h
 *		Reads the answer about a text: the gateway's side of endpoint/answer.h.
 */
#ifndef SPARKIFY_GATEWAY_ANSWER_READER_H
#define SPARKIFY_GATEWAY_ANSWER_READER_H

#include "gateway/base/report.h"

/* A statement of an answer; its parts lie in the answer and have no final zero. */
typedef struct Answered
{
	uint32_t start; /* characters of the asked text in front of it */
	uint8_t kind;	/* EndpointKind */
	const char *tag;
	uint32_t tag_length;
	const char *text;
	uint32_t text_length;
	const char *segments;
	uint32_t segment_count;
} Answered;

/* Reads the count of statements; false: the answer is cut short. */
extern bool AnswerCount(Buffer *answer, uint32_t *count);

/* Reads the next statement and consumes it; it stays readable until the answer is added to or freed. */
extern bool AnswerNext(Buffer *answer, Answered *statement);

/* The way back from its text to the client's, which the asked text is base characters into. */
extern PositionMap *AnswerMap(const Answered *statement, uint32_t base);

#endif /* SPARKIFY_GATEWAY_ANSWER_READER_H */
