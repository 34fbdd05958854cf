/*
 * jsonpaths.h
 *		Which value of a JSON record goes to which column: 'auto', 'auto
 *		ignorecase', 'noshred' or a jsonpaths document.
 */
#ifndef SPARKIFY_JSONPATHS_H
#define SPARKIFY_JSONPATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "source/base/failure.h"

typedef enum JsonMappingKind
{
	JSON_MAPPING_AUTO,
	JSON_MAPPING_PATHS,
	JSON_MAPPING_NOSHRED
} JsonMappingKind;

/* A step of a path: an object key, or an array index when key is NULL. */
typedef struct JsonPathStep
{
	char *key; /* decoded UTF-8 */
	size_t key_length;
	int index;
} JsonPathStep;

typedef struct JsonPath
{
	JsonPathStep *steps;
	int nsteps; /* 0: '$', the whole record */
} JsonPath;

typedef struct JsonMapping
{
	JsonMappingKind kind;
	bool ignore_case;
	JsonPath *paths; /* one for each column; for AUTO a single key step each */
	int npaths;
} JsonMapping;

/* 'auto' and 'auto ignorecase': first-level keys named as the columns are. */
extern JsonMapping *JsonMappingAuto(const char *const *names, int ncolumns, bool ignore_case,
									Failure *failure);

/* 'noshred': the whole record into the only column. */
extern JsonMapping *JsonMappingNoshred(Failure *failure);

/*
 * A jsonpaths document (AWS: copy-usage_notes-copy-from-json).  A document
 * whose key is not "jsonpaths" is no error and means 'auto', as on Redshift.
 * Fails on a malformed document or path, and when the number of paths is not
 * that of the columns.  url names the document in messages.
 */
extern JsonMapping *JsonMappingFromDocument(const char *text, size_t length, const char *url,
											const char *const *names, int ncolumns,
											Failure *failure);
extern void JsonMappingFree(JsonMapping *mapping);

#endif /* SPARKIFY_JSONPATHS_H */
