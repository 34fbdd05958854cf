/*
 * test_s3_listing.c
 *		Pages of ListObjectsV2 as AWS writes them, and the queries that ask for them.
 */
#include "source/s3/s3_listing.h"

#include "unit.h"

#define PAGE(inner)                                                                                \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                 \
	"<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name>" inner     \
	"</ListBucketResult>"

/* Reads a page and tells whether that went well. */
static bool
Read(S3Page *page, const char *xml, Failure *failure)
{
	FailureInit(failure);
	return S3PageRead(page, xml, strlen(xml), "s3://b/", failure);
}

TEST(AwsStyleKeysAreDecodedAsAForm)
{
	S3Page page;
	Failure failure;

	CHECK(Read(&page,
			   PAGE("<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
					"<Contents><Key>a+b/c%2Bd%25+%23%3D%3F%26.json</Key><LastModified>2026-01-01T"
					"00:00:01.250Z</LastModified><ETag>&quot;9b2c&quot;</ETag><Size>12</Size>"
					"<StorageClass>STANDARD</StorageClass></Contents>"
					"<Contents><Key>%F0%9F%98%80%20x</Key><LastModified>yesterday</LastModified>"
					"<ETag>\"e-2\"</ETag><Size>0</Size></Contents>"),
			   &failure));
	CHECK_INT(page.count, 2);
	CHECK_STR(page.objects[0].key, "a b/c+d% #=?&.json");
	CHECK_STR(page.objects[0].etag, "\"9b2c\"");
	CHECK_INT(page.objects[0].size, 12);
	CHECK_INT(page.objects[0].modified, 1767225601250000);
	CHECK_STR(page.objects[1].key, "\xf0\x9f\x98\x80 x");
	CHECK_INT(page.objects[1].size, 0);
	CHECK_INT(page.objects[1].modified, 0);
	CHECK(page.continuation == NULL);
	S3PageClear(&page);
}

TEST(KeysOfAServerThatDoesNotEncodeStandAsTheyAre)
{
	S3Page page;
	Failure failure;

	CHECK(Read(&page,
			   PAGE("<IsTruncated>false</IsTruncated><Contents><Key>a+%41 &amp; b</Key>"
					"<ETag></ETag><Size>1</Size></Contents>"),
			   &failure));
	CHECK_STR(page.objects[0].key, "a+%41 & b");
	CHECK(page.objects[0].etag == NULL);
	S3PageClear(&page);
}

TEST(ACutOffPageNamesTheNext)
{
	S3Page page;
	Failure failure;

	CHECK(Read(&page,
			   PAGE("<IsTruncated>true</IsTruncated>"
					"<NextContinuationToken>1+/a=b</NextContinuationToken>"),
			   &failure));
	CHECK_INT(page.count, 0);
	CHECK_STR(page.continuation, "1+/a=b");
	S3PageClear(&page);
}

TEST(BrokenPagesAreErrorsAndNeverTheEndOfTheList)
{
	static const char *const pages[] = {
		"",
		"not xml",
		"<html><body>Welcome</body></html>",
		PAGE("<IsTruncated>true</IsTruncated>"),
		PAGE("<IsTruncated>true</IsTruncated><NextContinuationToken></NextContinuationToken>"),
		PAGE(""),
		PAGE("<IsTruncated>false</IsTruncated><Contents><Key>a</Key><ETag>e</ETag></Contents>"),
		PAGE("<IsTruncated>false</IsTruncated><Contents><Key>a</Key><ETag>e</ETag><Size>1x</Size>"
			 "</Contents>"),
		PAGE("<IsTruncated>false</IsTruncated><Contents><Key>a</Key><ETag>e</ETag><Size>-1</Size>"
			 "</Contents>"),
		PAGE("<IsTruncated>false</IsTruncated><Contents><Key></Key><ETag>e</ETag><Size>1</Size>"
			 "</Contents>"),
		PAGE("<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated><Contents>"
			 "<Key>%4</Key><ETag>e</ETag><Size>1</Size></Contents>"),
		PAGE("<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated><Contents>"
			 "<Key>a%00b</Key><ETag>e</ETag><Size>1</Size></Contents>"),
		"<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key>",
		"<!DOCTYPE x [<!ENTITY a \"b\">]>" PAGE("<IsTruncated>false</IsTruncated>"),
	};

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
	{
		S3Page page;
		Failure failure;

		CHECK(!Read(&page, pages[i], &failure));
		CHECK_INT(failure.code, FAILURE_STORE);
		CHECK(page.objects == NULL && page.continuation == NULL);
	}
}

TEST(AnEtagCannotSmuggleAHeader)
{
	S3Page page;
	Failure failure;

	CHECK(Read(&page,
			   PAGE("<IsTruncated>false</IsTruncated><Contents><Key>a</Key>"
					"<ETag>x&#13;&#10;X-Evil: 1</ETag><Size>1</Size></Contents>"),
			   &failure));
	CHECK(page.objects[0].etag == NULL);
	S3PageClear(&page);
}

TEST(TheQueryIsSortedAndEncoded)
{
	char *query = S3ListingQuery("a b/+%", 0, NULL);

	CHECK_STR(query, "encoding-type=url&list-type=2&prefix=a%20b%2F%2B%25");
	free(query);
	query = S3ListingQuery("", 100, "x+/y==");
	CHECK_STR(query, "continuation-token=x%2B%2Fy%3D%3D&encoding-type=url&list-type=2&max-keys=100"
					 "&prefix=");
	free(query);
}

TEST(FormTextIsDecoded)
{
	char good[] = "a+b%2Bc%20%e2%82%AC", bad[] = "%zz", cut[] = "abc%", zero[] = "%00";

	CHECK(S3FormDecode(good));
	CHECK_STR(good, "a b+c \xe2\x82\xac");
	CHECK(!S3FormDecode(bad));
	CHECK(!S3FormDecode(cut));
	CHECK(!S3FormDecode(zero));
}

int
main(void)
{
	RUN(AwsStyleKeysAreDecodedAsAForm);
	RUN(KeysOfAServerThatDoesNotEncodeStandAsTheyAre);
	RUN(ACutOffPageNamesTheNext);
	RUN(BrokenPagesAreErrorsAndNeverTheEndOfTheList);
	RUN(AnEtagCannotSmuggleAHeader);
	RUN(TheQueryIsSortedAndEncoded);
	RUN(FormTextIsDecoded);
	return UnitDone();
}
