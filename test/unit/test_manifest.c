/*
 * test_manifest.c
 *		A manifest lists whole objects, in order, and nothing else passes for one.
 */
#include "source/store/manifest.h"

#include "unit.h"

/* Parses the text; the failure is the caller's to look at. */
static Manifest *
Parse(const char *text, Failure *failure)
{
	FailureInit(failure);
	return ManifestParse(text, strlen(text), "s3://b/manifest", failure);
}

/* Checks that the text is refused with this detail. */
static void
CheckRefused(const char *text, const char *detail)
{
	Failure failure;
	Manifest *manifest = Parse(text, &failure);

	CHECK(manifest == NULL);
	CHECK_INT(failure.code, FAILURE_CONFIG);
	CHECK_STR(failure.message, "\"s3://b/manifest\" is not a manifest");
	CHECK_STR(failure.detail, detail);
	ManifestFree(manifest);
}

TEST(EntriesComeInOrderAndTwiceWhenListedTwice)
{
	Failure failure;
	Manifest *manifest = Parse(
		" {\"entries\": [{\"url\":\"s3://b/x\",\"mandatory\":true}, {\"url\":\"s3://c/\\u00e9 y\"},"
		" {\"mandatory\":false,\"url\":\"s3://b/x\",\"meta\":{\"content_length\":5}}],"
		" \"schema\": {\"elements\": []}}\n",
		&failure);

	CHECK(manifest != NULL);
	CHECK_INT(manifest->nentries, 3);
	CHECK_STR(manifest->entries[0].url, "s3://b/x");
	CHECK(manifest->entries[0].mandatory);
	CHECK_STR(manifest->entries[1].url, "s3://c/\xc3\xa9 y");
	CHECK(!manifest->entries[1].mandatory);
	CHECK_STR(manifest->entries[2].url, "s3://b/x");
	CHECK(!manifest->entries[2].mandatory);
	ManifestFree(manifest);
}

TEST(WhatIsNoManifestIsRefused)
{
	const char *malformed = "It is not a well-formed JSON document.";
	const char *shape = "It must be an object with an array \"entries\".";

	CheckRefused("", malformed);
	CheckRefused("{\"entries\":[", malformed);
	CheckRefused("{\"entries\":[]} {}", malformed);
	CheckRefused("[]", shape);
	CheckRefused("{}", shape);
	CheckRefused("{\"entries\":{}}", shape);
	CheckRefused("{\"Entries\":[]}", shape);
	CheckRefused("{\"entries\":[]}", "It lists no files.");
}

TEST(AnEntryNamesOneWholeObject)
{
	CheckRefused("{\"entries\":[7]}", "Entry 1 has no \"url\".");
	CheckRefused("{\"entries\":[{\"url\":\"s3://b/x\"},{\"mandatory\":true}]}",
				 "Entry 2 has no \"url\".");
	CheckRefused("{\"entries\":[{\"url\":\"s3://b\"}]}",
				 "Entry 1 must name one object as s3://bucket/key, not \"s3://b\".");
	CheckRefused("{\"entries\":[{\"url\":\"s3://b/\"}]}",
				 "Entry 1 must name one object as s3://bucket/key, not \"s3://b/\".");
	CheckRefused("{\"entries\":[{\"url\":\"s3:///x\"}]}",
				 "Entry 1 must name one object as s3://bucket/key, not \"s3:///x\".");
	CheckRefused("{\"entries\":[{\"url\":\"/etc/passwd\"}]}",
				 "Entry 1 must name one object as s3://bucket/key, not \"/etc/passwd\".");
	CheckRefused("{\"entries\":[{\"url\":\"s3://b/x\\u0000y\"}]}",
				 "Entry 1 must name one object as s3://bucket/key, not \"s3://b/x\".");
	CheckRefused("{\"entries\":[{\"url\":\"s3://b/x\",\"mandatory\":\"yes\"}]}",
				 "\"mandatory\" of entry 1 must be true or false.");
}

int
main(void)
{
	RUN(EntriesComeInOrderAndTwiceWhenListedTwice);
	RUN(WhatIsNoManifestIsRefused);
	RUN(AnEntryNamesOneWholeObject);
	return UnitDone();
}
