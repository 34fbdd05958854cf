/*
 * test_aws_request.c
 *		Where requests go, and what stands in them.
 */
#include "source/aws/aws_request.h"

#include "source/aws/http.h"
#include "unit.h"

static const Credentials keys = {.access_key_id = "AKID", .secret_access_key = "SECRET"};
static const Credentials temporary = {
	.access_key_id = "AKID", .secret_access_key = "SECRET", .session_token = "TOKEN"};

/* Checks the URL of a request for a key; NULL is the bucket. */
static void
CheckUrl(const char *bucket, const char *endpoint, bool path_style, const char *region,
		 const char *key, const char *want)
{
	AwsSite site;
	AwsRequest request;
	Failure failure;
	AwsAsk ask = {.key = key,
				  .query = key == NULL ? "list-type=2" : "",
				  .first = -1,
				  .last = -1,
				  .region = region};

	FailureInit(&failure);
	CHECK(AwsSiteInit(&site, bucket, endpoint, path_style, &failure));
	CHECK_STR(failure.message, "");
	CHECK(AwsRequestMake(&site, &ask, &keys, 0, &request));
	CHECK_STR(request.url, want);
	AwsRequestClear(&request);
	AwsSiteClear(&site);
}

TEST(TheBucketGoesWhereTheAddressingStyleSays)
{
	CheckUrl("songs", NULL, false, "us-west-2", "a/b",
			 "https://songs.s3.us-west-2.amazonaws.com/a/b");
	CheckUrl("songs", NULL, true, "us-west-2", "a", "https://s3.us-west-2.amazonaws.com/songs/a");
	CheckUrl("songs", NULL, false, "cn-north-1", NULL,
			 "https://songs.s3.cn-north-1.amazonaws.com.cn/?list-type=2");
	CheckUrl("songs", "http://localhost:7480", false, "r", "a", "http://songs.localhost:7480/a");
	CheckUrl("songs", "http://localhost:7480/", true, "r", NULL,
			 "http://localhost:7480/songs?list-type=2");
}

TEST(NamesThatNoHostOrCertificateTakesGoIntoThePath)
{
	CheckUrl("my.songs", NULL, false, "r", "a", "https://s3.r.amazonaws.com/my.songs/a");
	CheckUrl("my.songs", "http://h", false, "r", "a", "http://my.songs.h/a");
	CheckUrl("My_Songs", "http://h", false, "r", "a", "http://h/My_Songs/a");
	CheckUrl("songs", "HTTPS://Store.example:9000/", true, "r", "a",
			 "https://Store.example:9000/songs/a");
	CheckUrl("songs", "http://127.0.0.1:80", false, "r", "a", "http://127.0.0.1/songs/a");
	CheckUrl("songs", "https://[::1]:443", false, "r", "a", "https://[::1]/songs/a");
}

TEST(OddKeysAreEncodedOnceAndNeverNormalised)
{
	CheckUrl("b", "http://h", true, "r", "a b+c%d#e=f?g&h",
			 "http://h/b/a%20b%2Bc%25d%23e%3Df%3Fg%26h");
	CheckUrl("b", "http://h", true, "r", "../x/./y//z", "http://h/b/../x/./y//z");
	CheckUrl("b", "http://h", true, "r", "/lead", "http://h/b//lead");
	CheckUrl("b", "http://h", true, "r", "\xf0\x9f\x8e\xb5", "http://h/b/%F0%9F%8E%B5");
}

TEST(WrongEndpointsAndBucketsAreRefused)
{
	static const struct
	{
		const char *bucket, *endpoint;
	} cases[] = {
		{"songs", "localhost:7480"},
		{"songs", "ftp://h"},
		{"songs", "http://"},
		{"songs", "http://user:pw@h"},
		{"songs", "http://h/path"},
		{"songs", "http://h?x"},
		{"songs", "http://h:port"},
		{"songs", "http://h:123456"},
		{"songs", "http://a b"},
		{"songs", "http://h\r\nX: y"},
		{"songs", "http://169.254.169.254"},
		{"songs", "http://169.254.169.254:80/"},
		{"songs", "http://0xa9fea9fe"},
		{"songs", "http://2852039166"},
		{"songs", "http://[fe80::1]:80"},
		{"songs", "http://[fd00:ec2::254]"},
		{"songs", "http://[::ffff:169.254.169.254]"},
		{"songs", "HTTP://[::ffff:a9fe:a9fe]"},
		{"songs", "http://[0:0:0:0:0:ffff:169.254.169.254]:80"},
		{"songs", "http://[::169.254.169.254]"},
		{"songs", "http://[64:ff9b::169.254.169.254]"},
		{"songs", "http://[2002:a9fe:a9fe::1]"},
		{"songs", "http://[fd20:ce::254]"},
		{"songs", "https://169.254.170.2"},
		{"songs", "http://169.254.170.23"},
		{"songs", "http://[fd00:ec2::23]"},
		{"songs", "http://169.254.43518"},
		{"songs", "http://0251.0376.0251.0376"},
		{"songs", "http://0xa9.0xfe.0xa9.0xfe."},
		{"songs", "http://100.100.100.200"},
		{"songs", "http://metadata.google.internal"},
		{"songs", "http://h:0"},
		{"songs", "http://h:65536"},
		{"", NULL},
		{"a/b", NULL},
		{"a@evil.com", NULL},
		{"evil.com#", NULL},
		{"..", NULL},
		{"a..b", NULL},
		{"\xc3\xa4rger", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		AwsSite site;
		Failure failure;

		FailureInit(&failure);
		CHECK(!AwsSiteInit(&site, cases[i].bucket, cases[i].endpoint, false, &failure));
		CHECK_INT(failure.code, FAILURE_CONFIG);
	}
}

TEST(RegionsAreNames)
{
	CHECK(AwsRegionIsValid("us-west-2"));
	CHECK(!AwsRegionIsValid(""));
	CHECK(!AwsRegionIsValid("evil.com/"));
	CHECK(!AwsRegionIsValid("a b"));
	CHECK(!AwsRegionIsValid(
		"0123456789012345678901234567890123456789012345678901234567890123456789"));
}

/* Finds a header of a request by its beginning. */
static const char *
Header(const AwsRequest *request, const char *name)
{
	for (int i = 0; request->headers[i] != NULL; i++)
		if (strncmp(request->headers[i], name, strlen(name)) == 0)
			return request->headers[i];
	return NULL;
}

TEST(RangeVersionTokenAndPayerAreAsked)
{
	AwsSite site;
	AwsRequest request;
	Failure failure;
	AwsAsk ask = {
		.key = "k", .query = "", .first = 5, .last = 9, .etag = "\"e\"", .region = "us-east-1"};

	FailureInit(&failure);
	CHECK(AwsSiteInit(&site, "b", NULL, false, &failure));
	site.requester_pays = true;
	CHECK(AwsRequestMake(&site, &ask, &temporary, 0, &request));
	CHECK_STR(Header(&request, "Range"), "Range: bytes=5-9");
	CHECK_STR(Header(&request, "If-Match"), "If-Match: \"e\"");
	CHECK_STR(Header(&request, "x-amz-request-payer"), "x-amz-request-payer: requester");
	CHECK_STR(Header(&request, "x-amz-security-token"), "x-amz-security-token: TOKEN");
	CHECK(strstr(Header(&request, "Authorization"),
				 "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-request-payer;"
				 "x-amz-security-token,") != NULL);
	for (int i = 0; request.headers[i] != NULL; i++)
		CHECK(strstr(request.headers[i], "SECRET") == NULL);
	AwsRequestClear(&request);
	site.anonymous = true;
	CHECK(AwsRequestMake(&site, &ask, &temporary, 0, &request));
	CHECK(Header(&request, "Authorization") == NULL);
	CHECK(Header(&request, "x-amz-security-token") == NULL);
	AwsRequestClear(&request);
	AwsSiteClear(&site);
}

int
main(void)
{
	RUN(TheBucketGoesWhereTheAddressingStyleSays);
	RUN(NamesThatNoHostOrCertificateTakesGoIntoThePath);
	RUN(OddKeysAreEncodedOnceAndNeverNormalised);
	RUN(WrongEndpointsAndBucketsAreRefused);
	RUN(RegionsAreNames);
	RUN(RangeVersionTokenAndPayerAreAsked);
	return UnitDone();
}
