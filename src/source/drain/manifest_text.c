/*
 * manifest_text.c
 *		The manifest that UNLOAD ... MANIFEST writes.
 */
#include "source/drain/manifest_text.h"

#include <inttypes.h>
#include <string.h>

static void PrintString(TextBuffer *text, const char *string);

/* Prints the manifest. */
void
ManifestPrint(TextBuffer *text, const char *bucket, const DrainedObject *objects, int count,
			  const char *schema)
{
	int64_t bytes = 0, rows = 0;

	TextBufferAppend(text, "{\n  \"entries\": [\n");
	for (int i = 0; i < count; i++)
	{
		TextBuffer url;

		/* printed by itself first: a key may have characters that JSON escapes */
		TextBufferInit(&url);
		TextBufferPrint(&url, "s3://%s/%s", bucket, objects[i].key);
		TextBufferAppend(text, "    {\"url\":");
		PrintString(text, url.data != NULL ? url.data : "");
		text->failed |= url.failed;
		TextBufferFree(&url);
		if (schema != NULL)
			TextBufferPrint(text,
							", \"meta\": { \"content_length\": %" PRId64
							", \"record_count\": %" PRId64 " }",
							objects[i].bytes, objects[i].rows);
		TextBufferAppend(text, i + 1 < count ? "},\n" : "}\n");
		bytes += objects[i].bytes;
		rows += objects[i].rows;
	}

	TextBufferAppend(text, "  ]");

	/* a verbose manifest has totals, too (AWS: r_UNLOAD, MANIFEST) */
	if (schema != NULL)
		TextBufferPrint(text,
						",\n  \"schema\": %s,\n  \"meta\": {\n    \"content_length\": %" PRId64
						",\n    \"record_count\": %" PRId64
						"\n  },\n  \"author\": {\n    \"name\": \"Amazon Redshift\",\n"
						"    \"version\": \"1.0.0\"\n  }",
						schema, bytes, rows);
	TextBufferAppend(text, "\n}\n");
}

/* Appends a string with its escapes. */
static void
PrintString(TextBuffer *text, const char *string)
{
	TextBufferAppend(text, "\"");
	for (; *string != '\0'; string++)
		if (*string == '"' || *string == '\\')
			TextBufferPrint(text, "\\%c", *string);
		else if ((unsigned char)*string < ' ')
			TextBufferPrint(text, "\\u%04x", (unsigned char)*string);
		else
			TextBufferAppendBytes(text, string, 1);
	TextBufferAppend(text, "\"");
}
