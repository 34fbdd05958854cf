/*
 * json_document.c
 *		A small JSON document as a whole.
 *
 * Whether it is well-formed is judged by the scanner that reads the rows, so
 * that one grammar holds for all; json-c then makes a tree of it.
 */
#include "source/read/json/json_document.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>

#include "source/read/json/json_scan.h"

static void CheckGrammar(JsonDocument *document, const char *text, size_t length);
static void MakeTree(JsonDocument *document, const char *text, size_t length);
static void Malformed(JsonDocument *document, const char *reason, size_t before);

/* Reads one value. */
JsonDocument
JsonDocumentParse(const char *text, size_t length)
{
	JsonDocument document = {JSON_DOCUMENT_OK, NULL, NULL, 0};
	size_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

	CheckGrammar(&document, text + mark, length - mark);
	if (document.status == JSON_DOCUMENT_OK)
		MakeTree(&document, text + mark, length - mark);
	return document;
}

/* Scans the text, of which it takes a copy with the bytes that the scanner may read behind it. */
static void
CheckGrammar(JsonDocument *document, const char *text, size_t length)
{
	char *padded = length <= INT_MAX - JSON_SCAN_PAD ? calloc(1, length + JSON_SCAN_PAD) : NULL;
	JsonScan scan = {0};
	JsonValue value;
	const char *start, *p;

	if (padded == NULL || !JsonScanInit(&scan, 0))
	{
		free(padded);
		document->status = JSON_DOCUMENT_MEMORY;
		return;
	}

	memcpy(padded, text, length);
	scan.end = padded + length;
	start = JsonScanSpace(&scan, padded);
	p = JsonScanValue(&scan, start, 0, &value);
	if (p == NULL && scan.stopped == start)
		document->status = JSON_DOCUMENT_NOTHING;
	else if (p == NULL)
		Malformed(document, JsonScanReason(scan.error), (size_t)(scan.stopped - padded));
	else if (JsonScanSpace(&scan, p) != scan.end)
		document->status = JSON_DOCUMENT_TRAILING;

	JsonScanFree(&scan);
	free(padded);
}

/*
 * Makes the tree.  JSON_TOKENER_STRICT would ask nothing more than the grammar
 * did, and json-c 0.18 takes every byte beyond ASCII for a control character with it.
 */
static void
MakeTree(JsonDocument *document, const char *text, size_t length)
{
	json_tokener *tokener = json_tokener_new_ex(JSON_DEFAULT_DEPTH + 1);

	if (tokener == NULL)
	{
		document->status = JSON_DOCUMENT_MEMORY;
		return;
	}

	json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
	document->value = json_tokener_parse_ex(tokener, text, (int)length);
	/* a value may end with the text: json-c waits for more digits of a number */
	if (json_tokener_get_error(tokener) == json_tokener_continue)
	{
		json_object_put(document->value);
		document->value = json_tokener_parse_ex(tokener, "", 1);
	}
	if (json_tokener_get_error(tokener) != json_tokener_success)
	{
		Malformed(document, json_tokener_error_desc(json_tokener_get_error(tokener)),
				  json_tokener_get_parse_end(tokener));
		json_object_put(document->value);
		document->value = NULL;
	}
	json_tokener_free(tokener);
}

/* Says why it is malformed, and behind how many bytes. */
static void
Malformed(JsonDocument *document, const char *reason, size_t before)
{
	document->status = JSON_DOCUMENT_MALFORMED;
	document->reason = reason;
	document->byte = (long long)before + 1;
}
