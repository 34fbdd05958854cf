/*
 * jsonpaths.c
 *		Which value of a JSON record goes to which column.
 *
 * A path is '$' and steps behind it, all names in bracket notation (['name'])
 * or all in dot notation (.name), with indexes ([0]) in either.
 */
#include "source/read/json/jsonpaths.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "source/read/json/json_document.h"

/* No record is nested deeper than its reader allows. */
#define MAX_STEPS 1000

/* How a path names its keys. */
typedef enum Notation
{
	NOTATION_NONE,
	NOTATION_DOT,
	NOTATION_BRACKET
} Notation;

/* What goes wrong with a path. */
#define GRAMMAR "Supported notations are 'dot-notation' and 'bracket-notation'"

static JsonMapping *MakeMapping(JsonMappingKind kind, int npaths, Failure *failure);
static bool AddStep(JsonPath *path, const char *key, size_t length, int index, Failure *failure);
static void FailDocument(const JsonDocument *document, const char *url, Failure *failure);
static JsonMapping *MapDocument(struct json_object *document, const char *url,
								const char *const *names, int ncolumns, Failure *failure);
static bool ParsePath(JsonPath *path, const char *text, size_t length, Failure *failure);
static const char *ParseSubscript(JsonPath *path, const char *p, const char *end,
								  Notation *notation, Failure *failure);
static const char *ParseName(JsonPath *path, const char *p, const char *end, Notation *notation,
							 Failure *failure);

/* Maps each column to the first-level key of its name. */
JsonMapping *
JsonMappingAuto(const char *const *names, int ncolumns, bool ignore_case, Failure *failure)
{
	JsonMapping *mapping = MakeMapping(JSON_MAPPING_AUTO, ncolumns, failure);

	if (mapping == NULL)
		return NULL;

	mapping->ignore_case = ignore_case;
	for (int i = 0; i < ncolumns; i++)
		if (!AddStep(&mapping->paths[i], names[i], strlen(names[i]), 0, failure))
		{
			JsonMappingFree(mapping);
			return NULL;
		}
	return mapping;
}

/* Maps the only column to the whole record. */
JsonMapping *
JsonMappingNoshred(Failure *failure)
{
	return MakeMapping(JSON_MAPPING_NOSHRED, 1, failure);
}

/* Maps the columns as a jsonpaths document says. */
JsonMapping *
JsonMappingFromDocument(const char *text, size_t length, const char *url, const char *const *names,
						int ncolumns, Failure *failure)
{
	JsonDocument document = JsonDocumentParse(text, length);
	JsonMapping *mapping = NULL;

	if (!json_object_is_type(document.value, json_type_object))
		FailDocument(&document, url, failure);
	else
		mapping = MapDocument(document.value, url, names, ncolumns, failure);
	json_object_put(document.value);

	return mapping;
}

/* Releases a mapping; NULL is fine. */
void
JsonMappingFree(JsonMapping *mapping)
{
	if (mapping == NULL)
		return;

	for (int i = 0; i < mapping->npaths; i++)
	{
		for (int step = 0; step < mapping->paths[i].nsteps; step++)
			free(mapping->paths[i].steps[step].key);
		free(mapping->paths[i].steps);
	}

	free(mapping->paths);
	free(mapping);
}

/* Makes a mapping whose paths are all '$'. */
static JsonMapping *
MakeMapping(JsonMappingKind kind, int npaths, Failure *failure)
{
	JsonMapping *mapping = calloc(1, sizeof(*mapping));

	if (mapping != NULL)
		mapping->paths = calloc((size_t)npaths + 1, sizeof(*mapping->paths));
	if (mapping == NULL || mapping->paths == NULL)
	{
		free(mapping);
		(void)FailureNoMemoryFor(failure, "the columns' paths");
		return NULL;
	}

	mapping->kind = kind;
	mapping->npaths = npaths;

	return mapping;
}

/* Adds a step: a key, or an index when key is NULL. */
static bool
AddStep(JsonPath *path, const char *key, size_t length, int index, Failure *failure)
{
	JsonPathStep *steps = realloc(path->steps, ((size_t)path->nsteps + 1) * sizeof(*steps));
	char *copy = NULL;

	if (steps != NULL)
		path->steps = steps;
	if (key != NULL && steps != NULL && (copy = malloc(length + 1)) != NULL)
	{
		memcpy(copy, key, length);
		copy[length] = '\0';
	}

	if (steps == NULL || (key != NULL && copy == NULL))
		return FailureNoMemoryFor(failure, "the columns' paths");

	steps[path->nsteps++] = (JsonPathStep){.key = copy, .key_length = length, .index = index};

	return true;
}

/* Says what is wrong with a document that is no JSON object. */
static void
FailDocument(const JsonDocument *document, const char *url, Failure *failure)
{
	switch (document->status)
	{
		case JSON_DOCUMENT_MEMORY:
			(void)FailureNoMemoryFor(failure, "the jsonpaths document");
			return;
		case JSON_DOCUMENT_OK:
		case JSON_DOCUMENT_NOTHING:
			FailureSet(failure, FAILURE_CONFIG, "jsonpaths document \"%s\" is no JSON object", url);
			break;
		case JSON_DOCUMENT_MALFORMED:
			FailureSet(failure, FAILURE_CONFIG, "jsonpaths document \"%s\" is malformed", url);
			FailureDetail(failure, "%s, at byte %lld.", document->reason, document->byte);
			break;
		case JSON_DOCUMENT_TRAILING:
			FailureSet(failure, FAILURE_CONFIG,
					   "jsonpaths document \"%s\" holds more than one JSON object", url);
			FailureDetail(failure, "Only white space may stand outside of the object.");
			break;
	}
	FailureHint(failure, "Write it as {\"jsonpaths\": [\"$['name']\", ...]}.");
}

/* Maps the columns by a document that is an object. */
static JsonMapping *
MapDocument(struct json_object *document, const char *url, const char *const *names, int ncolumns,
			Failure *failure)
{
	struct json_object *paths;
	JsonMapping *mapping;
	size_t npaths;

	/*
	 * An object without "jsonpaths" is taken for the schema of an Avro file: columns by their
	 * names.
	 */
	if (!json_object_object_get_ex(document, "jsonpaths", &paths))
		return JsonMappingAuto(names, ncolumns, false, failure);
	if (!json_object_is_type(paths, json_type_array))
	{
		FailureSet(failure, FAILURE_CONFIG,
				   "\"jsonpaths\" of document \"%s\" is no array of strings", url);
		return NULL;
	}

	/* the paths have no names, so their order is all there is to match them with the columns */
	npaths = json_object_array_length(paths);
	if (npaths != (size_t)ncolumns)
	{
		FailureSet(failure, FAILURE_CONFIG,
				   "Number of jsonpaths and the number of columns should match. JSONPath size: "
				   "%zu, Number of columns in table or column list: %d",
				   npaths, ncolumns);
		return NULL;
	}

	mapping = MakeMapping(JSON_MAPPING_PATHS, ncolumns, failure);
	for (size_t i = 0; mapping != NULL && i < npaths; i++)
	{
		struct json_object *path = json_object_array_get_idx(paths, i);

		if (json_object_is_type(path, json_type_string) && json_object_get_string_len(path) > 0 &&
			ParsePath(&mapping->paths[i], json_object_get_string(path),
					  (size_t)json_object_get_string_len(path), failure))
			continue;

		/*
		 * The first failure stays, so a path's own complaint isn't lost; then the number goes
		 * into its detail.
		 */
		FailureSet(failure, FAILURE_CONFIG,
				   "path %zu of jsonpaths document \"%s\" is no string or an empty one", i + 1,
				   url);
		if (failure->code == FAILURE_CONFIG)
			FailureDetail(failure, "Path %zu of jsonpaths document \"%s\".", i + 1, url);
		JsonMappingFree(mapping);
		return NULL;
	}

	return mapping;
}

/* Parses a path. */
static bool
ParsePath(JsonPath *path, const char *text, size_t length, Failure *failure)
{
	const char *p = text, *end = text + length;
	Notation notation = NOTATION_NONE;

	if (*p++ != '$')
		p = NULL;
	while (p != NULL && p < end && path->nsteps < MAX_STEPS)
	{
		if (*p == '[')
			p = ParseSubscript(path, p + 1, end, &notation, failure);
		else if (*p == '.')
			p = ParseName(path, p + 1, end, &notation, failure);
		else
			p = NULL;
	}

	if (p == end)
		return true;

	FailureSet(failure, FAILURE_CONFIG, "Invalid JSONPath format. %s: %.*s", GRAMMAR,
			   length < 100 ? (int)length : 100, text);
	FailureHint(failure, "Write $['name'] or $.name, not both in one path, and [0] for the first "
						 "element of an array. Wildcards, filters and slices are not supported.");
	return false;
}

/* Parses ['name'] or [0] from behind the bracket; NULL when it is neither. */
static const char *
ParseSubscript(JsonPath *path, const char *p, const char *end, Notation *notation, Failure *failure)
{
	const char *start = p;
	long index = 0;

	/* one document has one notation, dots or brackets (AWS: copy-usage_notes-copy-from-json) */
	if (p < end && *p == '\'')
	{
		const char *close;

		start++;
		close = memchr(start, '\'', (size_t)(end - start));

		if (close == NULL || close == start || end - close < 2 || close[1] != ']' ||
			*notation == NOTATION_DOT)
			return NULL;
		*notation = NOTATION_BRACKET;
		return AddStep(path, start, (size_t)(close - start), 0, failure) ? close + 2 : NULL;
	}

	/* an index of more than an int's range is no element of any document */
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		if ((index = index * 10 + (*p - '0')) > INT_MAX)
			return NULL;
	if (p == start || p == end || *p != ']' || !AddStep(path, NULL, 0, (int)index, failure))
		return NULL;

	return p + 1;
}

/* Parses a name from behind its dot; NULL when there is none. */
static const char *
ParseName(JsonPath *path, const char *p, const char *end, Notation *notation, Failure *failure)
{
	const char *start = p;

	while (p < end && *p != '\0' && strchr("'.[]", *p) == NULL)
		p++;
	if (p == start || *notation == NOTATION_BRACKET || (p - start == 1 && *start == '*'))
		return NULL;

	*notation = NOTATION_DOT;
	return AddStep(path, start, (size_t)(p - start), 0, failure) ? p : NULL;
}
