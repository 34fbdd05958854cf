/*
 * json_document.h
 *		A small JSON document as a whole: a manifest, a jsonpaths file.  Rows of
 *		data are json_reader.h's.
 */
#ifndef SPARKIFY_JSON_DOCUMENT_H
#define SPARKIFY_JSON_DOCUMENT_H

#include <stddef.h>

struct json_object;

typedef enum JsonDocumentStatus
{
	JSON_DOCUMENT_OK,
	JSON_DOCUMENT_MEMORY,	 /* there isn't enough */
	JSON_DOCUMENT_NOTHING,	 /* not even the first byte is that of a value */
	JSON_DOCUMENT_MALFORMED, /* no JSON (RFC 8259), or no UTF-8 */
	JSON_DOCUMENT_TRAILING	 /* something but white space behind the value */
} JsonDocumentStatus;

typedef struct JsonDocument
{
	JsonDocumentStatus status;
	struct json_object *value; /* to be released with json_object_put(); NULL unless OK */
	const char *reason;		   /* of MALFORMED: why, and the number of the byte, from 1 */
	long long byte;
} JsonDocument;

/* Reads one value with nothing but white space around it; a byte order mark may stand in front. */
extern JsonDocument JsonDocumentParse(const char *text, size_t length);

#endif /* SPARKIFY_JSON_DOCUMENT_H */
