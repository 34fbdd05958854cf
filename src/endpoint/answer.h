/*
 * answer.h
 *		The form of an answer: what a client's backend says about a text that
 *		the gateway has asked about.  Shared by both sides, plain C.
 *
 * The function is ENDPOINT_SCHEMA.ENDPOINT_FUNCTION(text) returns bytea.  Its
 * value, every number in network order, every text in the client's encoding:
 *
 *		uint32 count of statements; for each:
 *			uint32 start: characters of the asked text in front of it
 *			uint8  kind, one of EndpointKind
 *			uint32 length, bytes: its command tag
 *			uint32 length, bytes: its text
 *			uint32 count of segments of its text; for each:
 *				uint32 characters of its text in front of the segment
 *				uint32 characters of the asked text that this stands for
 *				uint8  1: each further character stands for a further one
 *
 * Only the first statement is translated: what comes behind it may depend on
 * what it does, and is asked about when it is due.
 *
 * A query that stands alone needn't be asked about: between ENDPOINT_RUN_BEGIN
 * and ENDPOINT_RUN_END, its quotes and backslashes doubled, it is translated
 * where it is run, in a session that has loaded the module.  A literal and no
 * call, because to look a function up takes longer than to translate SELECT 1.
 */
#ifndef SPARKIFY_ANSWER_H
#define SPARKIFY_ANSWER_H

#define ENDPOINT_SCHEMA "sparkify_internal"
#define ENDPOINT_FUNCTION "endpoint_translate"
#define ENDPOINT_RUN_BEGIN "SELECT /* sparkify_endpoint */ E'"
#define ENDPOINT_RUN_END "'"

typedef enum EndpointKind
{
	ENDPOINT_RUN = 'R',		/* run the text in its place */
	ENDPOINT_NOTHING = 'N', /* nothing is to be run here: it is done */
	ENDPOINT_LATER = 'L'	/* the text is the client's own: ask again when it is due */
} EndpointKind;

#endif /* SPARKIFY_ANSWER_H */
