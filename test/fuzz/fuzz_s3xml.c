/*
 * fuzz_s3xml.c
 *		libFuzzer target: S3's answers in XML, pages of a listing and errors.
 *
 * Input: a document; it is read as either.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/aws/aws_error.h"
#include "source/s3/s3_listing.h"

/* Ends the process, for libFuzzer to keep the input, when a promise is broken. */
#define FUZZ_CHECK(claim)                                                                          \
	do                                                                                             \
	{                                                                                              \
		if (!(claim))                                                                              \
		{                                                                                          \
			fprintf(stderr, "broken: %s (%s:%d)\n", #claim, __FILE__, __LINE__);                   \
			abort();                                                                               \
		}                                                                                          \
	} while (0)

/* Reads the document as a page: either objects or a failure. */
static void
ReadPage(const char *text, size_t size)
{
	S3Page page = {0};
	Failure failure;
	bool read;

	FailureInit(&failure);
	read = S3PageRead(&page, text, size, "s3://bucket/prefix", &failure);
	FUZZ_CHECK(read != Failed(&failure));
	for (int i = 0; read && i < page.count; i++)
		FUZZ_CHECK(page.objects[i].key != NULL && strlen(page.objects[i].key) <= 6 * size);
	S3PageClear(&page);
}

/* Reads the document as an error and makes a Failure of it. */
static void
ReadError(const char *text, size_t size)
{
	AwsError error;
	Failure failure;

	AwsErrorRead(&error, 400, text, size);
	FUZZ_CHECK(error.status == 400);
	FUZZ_CHECK(strlen(error.code) < sizeof(error.code));
	FUZZ_CHECK(strlen(error.message) < sizeof(error.message));
	FailureInit(&failure);
	AwsErrorReport(&error, "s3://bucket/key", &failure);
	FUZZ_CHECK(Failed(&failure));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ReadPage((const char *)data, size);
	ReadError((const char *)data, size);
	return 0;
}
