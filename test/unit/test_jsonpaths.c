/*
 * test_jsonpaths.c
 *		Jsonpaths documents and the grammar of paths (AWS: copy-usage_notes-copy-from-json).
 */
#include "source/read/json/jsonpaths.h"

#include "unit.h"

static const char *const names[] = {"a", "b", "c"};
static Failure failure;

/* Parses a document for so many columns. */
static JsonMapping *
Parse(const char *document, int ncolumns)
{
	FailureInit(&failure);
	return JsonMappingFromDocument(document, strlen(document), "s3://b/paths", names, ncolumns,
								   &failure);
}

/* Writes a path's steps down: keys as <key>, indexes as #1. */
static void
Write(const JsonPath *path, char *out)
{
	*out = '\0';
	for (int i = 0; i < path->nsteps; i++)
		if (path->steps[i].key != NULL)
			out += sprintf(out, "<%.*s>", (int)path->steps[i].key_length, path->steps[i].key);
		else
			out += sprintf(out, "#%d", path->steps[i].index);
}

/* Checks what one path is taken for; want NULL: it is refused. */
static void
CheckPath(const char *path, const char *want)
{
	char document[300], got[300];
	JsonMapping *mapping;

	snprintf(document, sizeof(document), "{\"jsonpaths\":[\"%s\"]}", path);
	mapping = Parse(document, 1);
	if (want == NULL)
	{
		CHECK(mapping == NULL);
		CHECK_INT(failure.code, FAILURE_CONFIG);
		CHECK(strncmp(failure.message,
					  "Invalid JSONPath format. Supported notations are "
					  "'dot-notation' and 'bracket-notation': ",
					  strlen("Invalid JSONPath format. Supported notations are")) == 0);
		CHECK_STR(failure.detail, "Path 1 of jsonpaths document \"s3://b/paths\".");
		if (mapping != NULL)
			printf("# accepted: %s\n", path);
	}
	else if (mapping == NULL)
	{
		CHECK_STR(failure.message, "");
		printf("# refused: %s\n", path);
	}
	else
	{
		CHECK_INT(mapping->kind, JSON_MAPPING_PATHS);
		Write(&mapping->paths[0], got);
		CHECK_STR(got, want);
	}
	JsonMappingFree(mapping);
}

/* Checks that a document is refused with a message. */
static void
CheckRefused(const char *document, int ncolumns, const char *message)
{
	JsonMapping *mapping = Parse(document, ncolumns);

	CHECK(mapping == NULL);
	CHECK_INT(failure.code, FAILURE_CONFIG);
	CHECK_STR(failure.message, message);
	JsonMappingFree(mapping);
}

TEST(PathsAreInDotOrInBracketNotation)
{
	CheckPath("$", "");
	CheckPath("$.a", "<a>");
	CheckPath("$.a.b c.d-e", "<a><b c><d-e>");
	CheckPath("$['a']", "<a>");
	CheckPath("$['a.b']['[c]']['*']", "<a.b><[c]><*>");
	CheckPath("$.\xC3\xA9", "<\xC3\xA9>");
}

TEST(IndexesGoWithEitherNotation)
{
	CheckPath("$[0]", "#0");
	CheckPath("$.a[0].b[12][3]", "<a>#0<b>#12#3");
	CheckPath("$['a'][0]['b']", "<a>#0<b>");
	CheckPath("$[2147483647]", "#2147483647");
	CheckPath("$[2147483648]", NULL);
	CheckPath("$[-1]", NULL);
	CheckPath("$[]", NULL);
	CheckPath("$[0", NULL);
	CheckPath("$[1:2]", NULL);
	CheckPath("$[ 0 ]", NULL);
}

TEST(NotationsCannotBeMixed)
{
	CheckPath("$.a['b']", NULL);
	CheckPath("$['a'].b", NULL);
	CheckPath("$[0].a['b']", NULL);
}

TEST(WhatIsNoPathIsRefused)
{
	CheckPath("a", NULL);
	CheckPath("a.b", NULL);
	CheckPath("$a", NULL);
	CheckPath("$.", NULL);
	CheckPath("$.a.", NULL);
	CheckPath("$..a", NULL);
	CheckPath("$.*", NULL);
	CheckPath("$[*]", NULL);
	CheckPath("$['']", NULL);
	CheckPath("$['a'", NULL);
	CheckPath("$['a", NULL);
	CheckPath("$['a'b]", NULL);
	CheckPath("$[a]", NULL);
	CheckPath("$[?(@.a)]", NULL);
	CheckPath("$.a]", NULL);
	CheckPath("$.a'b", NULL);
	CheckPath(" $.a", NULL);
	CheckPath("$.a\\u0000b", NULL);
}

TEST(TheNumberOfPathsIsTheNumberOfColumns)
{
	CheckRefused("{\"jsonpaths\":[\"$.a\"]}", 2,
				 "Number of jsonpaths and the number of columns should match. JSONPath size: 1, "
				 "Number of columns in table or column list: 2");
	CheckRefused("{\"jsonpaths\":[]}", 1,
				 "Number of jsonpaths and the number of columns should match. JSONPath size: 0, "
				 "Number of columns in table or column list: 1");
}

TEST(ADocumentWithAnotherKeyMeansAuto)
{
	static const char *const documents[] = {"{\"jsonpath\":[\"$.x\"]}", "{}",
											"{\"JSONPaths\":[\"$.x\"]}"};

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
	{
		JsonMapping *mapping = Parse(documents[i], 2);
		char got[100];

		CHECK(mapping != NULL);
		CHECK_INT(mapping->kind, JSON_MAPPING_AUTO);
		CHECK(!mapping->ignore_case);
		CHECK_INT(mapping->npaths, 2);
		Write(&mapping->paths[1], got);
		CHECK_STR(got, "<b>");
		JsonMappingFree(mapping);
	}
}

TEST(ADocumentIsExactlyOneObject)
{
	static const char *const none[] = {"", " ", "[\"$.a\"]", "\"jsonpaths\"",
									   "x{\"jsonpaths\":[]}"};
	static const char *const more[] = {"{\"jsonpaths\":[\"$.a\"]}{}", "{\"jsonpaths\":[\"$.a\"]} x",
									   "{},"};
	JsonMapping *mapping;

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		CheckRefused(none[i], 1, "jsonpaths document \"s3://b/paths\" is no JSON object");
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		CheckRefused(more[i], 1,
					 "jsonpaths document \"s3://b/paths\" holds more than one JSON object");
	mapping = Parse("\xEF\xBB\xBF \r\n{\"jsonpaths\"\n:[\"$.a\"]\n}\n\n", 1);
	CHECK(mapping != NULL);
	JsonMappingFree(mapping);
}

TEST(AMalformedDocumentIsRefusedWhereJsonCWouldTakeIt)
{
	static const char *const malformed[] = {
		"{\"jsonpaths\":[\"$.a\"]",			 "{\"jsonpaths\":[\"$.a\",]}",
		"{\"jsonpaths\":/*x*/[\"$.a\"]}",	 "{'jsonpaths':[\"$.a\"]}",
		"{\"jsonpaths\":[\"$.a\n\"]}",		 "{\"jsonpaths\":[\"$.a\"],\"x\":NaN}",
		"{\"jsonpaths\":[\"$.a\"],\"x\":01}"};

	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		CheckRefused(malformed[i], 1, "jsonpaths document \"s3://b/paths\" is malformed");
	CheckRefused("{\"jsonpaths\":[\"$.a\",]}", 1,
				 "jsonpaths document \"s3://b/paths\" is malformed");
	CHECK_STR(failure.detail, "Invalid JSON: a value is expected, at byte 21.");
}

TEST(PathsAreNonEmptyStrings)
{
	CheckRefused("{\"jsonpaths\":[\"$.a\",\"\"]}", 2,
				 "path 2 of jsonpaths document \"s3://b/paths\" is no string or an empty one");
	CheckRefused("{\"jsonpaths\":[1]}", 1,
				 "path 1 of jsonpaths document \"s3://b/paths\" is no string or an empty one");
	CheckRefused("{\"jsonpaths\":[null]}", 1,
				 "path 1 of jsonpaths document \"s3://b/paths\" is no string or an empty one");
	CheckRefused("{\"jsonpaths\":\"$.a\"}", 1,
				 "\"jsonpaths\" of document \"s3://b/paths\" is no array of strings");
	CheckRefused("{\"jsonpaths\":null}", 1,
				 "\"jsonpaths\" of document \"s3://b/paths\" is no array of strings");
}

TEST(AVeryLongPathIsRefusedNotFollowed)
{
	char *document = malloc(400000), *p = document;
	JsonMapping *mapping;

	p += sprintf(p, "{\"jsonpaths\":[\"$");
	for (int i = 0; i < 100000; i++)
		p += sprintf(p, ".a");
	sprintf(p, "\"]}");
	mapping = Parse(document, 1);
	CHECK(mapping == NULL);
	CHECK_INT(failure.code, FAILURE_CONFIG);
	free(document);
}

int
main(void)
{
	RUN(PathsAreInDotOrInBracketNotation);
	RUN(IndexesGoWithEitherNotation);
	RUN(NotationsCannotBeMixed);
	RUN(WhatIsNoPathIsRefused);
	RUN(TheNumberOfPathsIsTheNumberOfColumns);
	RUN(ADocumentWithAnotherKeyMeansAuto);
	RUN(ADocumentIsExactlyOneObject);
	RUN(AMalformedDocumentIsRefusedWhereJsonCWouldTakeIt);
	RUN(PathsAreNonEmptyStrings);
	RUN(AVeryLongPathIsRefusedNotFollowed);
	return UnitDone();
}
