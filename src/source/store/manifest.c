/*
 * manifest.c
 *		Reads the list of objects that COPY ... MANIFEST loads.
 */
#include "source/store/manifest.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "source/read/json/json_document.h"

static json_object *ParseDocument(const char *text, size_t length, const char *url,
								  Failure *failure);
static bool ReadEntries(json_object *entries, Manifest *manifest, const char *url,
						Failure *failure);
static bool ReadEntry(json_object *entry, ManifestEntry *result, int number, const char *url,
					  Failure *failure);
static void FailManifest(Failure *failure, const char *url, const char *detail);

/* Reads a manifest document. */
Manifest *
ManifestParse(const char *text, size_t length, const char *url, Failure *failure)
{
	json_object *document = ParseDocument(text, length, url, failure), *entries = NULL;
	Manifest *manifest = NULL;

	if (document == NULL)
		return NULL;
	if (!json_object_is_type(document, json_type_object) ||
		!json_object_object_get_ex(document, "entries", &entries) ||
		!json_object_is_type(entries, json_type_array))
		FailManifest(failure, url, "It must be an object with an array \"entries\".");
	else if ((manifest = calloc(1, sizeof(Manifest))) == NULL)
		(void)FailureNoMemory(failure);
	else if (!ReadEntries(entries, manifest, url, failure))
	{
		ManifestFree(manifest);
		manifest = NULL;
	}

	json_object_put(document);

	return manifest;
}

/* Releases a manifest; NULL is fine. */
void
ManifestFree(Manifest *manifest)
{
	if (manifest == NULL)
		return;

	for (int i = 0; i < manifest->nentries; i++)
		free(manifest->entries[i].url);
	free(manifest->entries);
	free(manifest);
}

/* Reads the document; NULL with the failure set. */
static json_object *
ParseDocument(const char *text, size_t length, const char *url, Failure *failure)
{
	JsonDocument document = JsonDocumentParse(text, length);

	if (document.status == JSON_DOCUMENT_MEMORY)
		(void)FailureNoMemory(failure);
	else if (document.value == NULL)
		FailManifest(failure, url, "It is not a well-formed JSON document.");
	return document.value;
}

/* Fills in the manifest from the array. */
static bool
ReadEntries(json_object *entries, Manifest *manifest, const char *url, Failure *failure)
{
	size_t count = json_object_array_length(entries);

	if (count == 0 || count > INT_MAX)
	{
		FailManifest(failure, url, "It lists no files.");
		return false;
	}

	manifest->entries = calloc(count, sizeof(ManifestEntry));
	if (manifest->entries == NULL)
		return FailureNoMemory(failure);

	for (size_t i = 0; i < count; i++)
	{
		manifest->nentries = (int)i + 1;
		if (!ReadEntry(json_object_array_get_idx(entries, i), &manifest->entries[i], (int)i + 1,
					   url, failure))
			return false;
	}

	return true;
}

/* Fills in one entry from {"url": ..., "mandatory": ...}. */
static bool
ReadEntry(json_object *entry, ManifestEntry *result, int number, const char *url, Failure *failure)
{
	json_object *value = NULL;
	const char *text;

	if (!json_object_is_type(entry, json_type_object) ||
		!json_object_object_get_ex(entry, "url", &value) ||
		!json_object_is_type(value, json_type_string))
	{
		FailManifest(failure, url, "");
		FailureDetail(failure, "Entry %d has no \"url\".", number);
		return false;
	}

	text = json_object_get_string(value);

	/* a zero byte would cut the text short of what the manifest says */
	if (strlen(text) != (size_t)json_object_get_string_len(value) ||
		strncmp(text, "s3://", 5) != 0 || strchr(text + 5, '/') == NULL || text[5] == '/' ||
		strchr(text + 5, '/')[1] == '\0')
	{
		FailManifest(failure, url, "");
		FailureDetail(failure, "Entry %d must name one object as s3://bucket/key, not \"%s\".",
					  number, text);
		return false;
	}

	/*
	 * Without "mandatory", a missing object is passed over (AWS:
	 * loading-data-files-using-manifest).
	 */
	if (json_object_object_get_ex(entry, "mandatory", &value))
	{
		if (!json_object_is_type(value, json_type_boolean))
		{
			FailManifest(failure, url, "");
			FailureDetail(failure, "\"mandatory\" of entry %d must be true or false.", number);
			return false;
		}

		result->mandatory = json_object_get_boolean(value);
	}

	result->url = strdup(text);
	if (result->url == NULL)
		(void)FailureNoMemory(failure);
	return result->url != NULL;
}

/* Fails because the document is no manifest; an empty detail leaves it to the caller. */
static void
FailManifest(Failure *failure, const char *url, const char *detail)
{
	FailureSet(failure, FAILURE_CONFIG, "\"%s\" is not a manifest", url);
	if (detail[0] != '\0')
		FailureDetail(failure, "%s", detail);
}
