/*
 * test_sigv4.c
 *		The signer against the examples AWS publishes.
 *
 * S3's own four (AWS: AmazonS3/latest/API/sig-v4-header-based-auth), IAM's
 * (AWS: general/latest/gr/sigv4-create-canonical-request, 2015), and those of the
 * test suite that hold for S3, which does not normalise paths.
 */
#include "source/aws/sigv4.h"

#include "unit.h"

#define DATE "20130524T000000Z"
#define HOST "examplebucket.s3.amazonaws.com"

static const Credentials s3_keys = {.access_key_id = "AKIAIOSFODNN7EXAMPLE",
									.secret_access_key =
										"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};

/* A request of S3's examples, with the headers every one of them signs. */
static SigV4Request
S3Example(const char *method, const char *path, const char *query, const SigV4Header *headers,
		  int nheaders, const char *payload)
{
	return (SigV4Request){.method = method,
						  .path = path,
						  .query = query,
						  .headers = headers,
						  .nheaders = nheaders,
						  .payload_sha256 = payload,
						  .region = "us-east-1",
						  .service = "s3",
						  .date = DATE};
}

/* Checks the signature at the end of the Authorization header. */
static void
CheckSignature(const SigV4Request *request, const Credentials *keys, const char *want)
{
	TextBuffer value;
	const char *signature;

	TextBufferInit(&value);
	CHECK(SigV4Authorization(request, keys, &value));
	signature = value.data ? strstr(value.data, "Signature=") : NULL;
	CHECK_STR(signature ? signature + strlen("Signature=") : NULL, want);
	TextBufferFree(&value);
}

TEST(GetObjectIsSignedAsPublished)
{
	const SigV4Header headers[] = {{"host", HOST},
								   {"range", "bytes=0-9"},
								   {"x-amz-content-sha256", SIGV4_EMPTY_SHA256},
								   {"x-amz-date", DATE}};
	SigV4Request request = S3Example("GET", "/test.txt", "", headers, 4, SIGV4_EMPTY_SHA256);
	TextBuffer canonical, text, value;

	TextBufferInit(&canonical);
	TextBufferInit(&text);
	TextBufferInit(&value);
	SigV4CanonicalRequest(&request, &canonical);
	CHECK_STR(canonical.data, "GET\n/test.txt\n\nhost:" HOST "\nrange:bytes=0-9\n"
							  "x-amz-content-sha256:" SIGV4_EMPTY_SHA256 "\nx-amz-date:" DATE "\n\n"
							  "host;range;x-amz-content-sha256;x-amz-date\n" SIGV4_EMPTY_SHA256);
	SigV4StringToSign(&request, canonical.data, &text);
	CHECK_STR(text.data, "AWS4-HMAC-SHA256\n" DATE "\n20130524/us-east-1/s3/aws4_request\n"
						 "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972");
	CHECK(SigV4Authorization(&request, &s3_keys, &value));
	CHECK_STR(value.data, "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/"
						  "aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
						  "Signature="
						  "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
	TextBufferFree(&canonical);
	TextBufferFree(&text);
	TextBufferFree(&value);
}

TEST(PutObjectWithADollarInItsKeyIsSignedAsPublished)
{
	char payload[SIGV4_HEX_SIZE];
	TextBuffer path;

	SigV4Hash("Welcome to Amazon S3.", 21, payload);
	CHECK_STR(payload, "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
	TextBufferInit(&path);
	SigV4Encode(&path, "/test$file.text", true);
	CHECK_STR(path.data, "/test%24file.text");
	{
		const SigV4Header headers[] = {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
									   {"host", HOST},
									   {"x-amz-content-sha256", payload},
									   {"x-amz-date", DATE},
									   {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
		SigV4Request request = S3Example("PUT", path.data, "", headers, 5, payload);

		CheckSignature(&request, &s3_keys,
					   "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
	}
	TextBufferFree(&path);
}

TEST(BucketRequestsAreSignedAsPublished)
{
	const SigV4Header headers[] = {
		{"host", HOST}, {"x-amz-content-sha256", SIGV4_EMPTY_SHA256}, {"x-amz-date", DATE}};
	SigV4Request lifecycle = S3Example("GET", "/", "lifecycle=", headers, 3, SIGV4_EMPTY_SHA256);
	SigV4Request list =
		S3Example("GET", "/", "max-keys=2&prefix=J", headers, 3, SIGV4_EMPTY_SHA256);

	CheckSignature(&lifecycle, &s3_keys,
				   "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
	CheckSignature(&list, &s3_keys,
				   "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST(AnIamRequestIsSignedAsPublished)
{
	const Credentials keys = {.access_key_id = "AKIDEXAMPLE",
							  .secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
	const SigV4Header headers[] = {
		{"content-type", "application/x-www-form-urlencoded;   charset=utf-8 "},
		{"host", "iam.amazonaws.com"},
		{"x-amz-date", "20150830T123600Z"}};
	SigV4Request request = {.method = "GET",
							.path = "/",
							.query = "Action=ListUsers&Version=2010-05-08",
							.headers = headers,
							.nheaders = 3,
							.payload_sha256 = SIGV4_EMPTY_SHA256,
							.region = "us-east-1",
							.service = "iam",
							.date = "20150830T123600Z"};
	TextBuffer canonical;
	char hex[SIGV4_HEX_SIZE];

	TextBufferInit(&canonical);
	SigV4CanonicalRequest(&request, &canonical);
	SigV4Hash(canonical.data, canonical.length, hex);
	CHECK_STR(hex, "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
	CheckSignature(&request, &keys,
				   "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
	TextBufferFree(&canonical);
}

/*
 * AWS's test suite of signature version 4 (AWS: IAM/latest/UserGuide/signature-v4-test-suite):
 * service "service" at example.amazonaws.com, one moment, one key.
 */
#define SUITE_DATE "20150830T123600Z"
#define SUITE_HOST                                                                                 \
	{                                                                                              \
		"host", "example.amazonaws.com"                                                            \
	}
#define SUITE_TIME                                                                                 \
	{                                                                                              \
		"x-amz-date", SUITE_DATE                                                                   \
	}
#define SUITE_TOKEN                                                                                \
	"AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSP" \
	"fIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/"                                                        \
	"kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7"                                     \
	"WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+"         \
	"scqKmlzm8"                                                                                    \
	"FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
#define UNRESERVED "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

TEST(TheTestSuiteIsSignedAsPublished)
{
	static const Credentials keys = {.access_key_id = "AKIDEXAMPLE",
									 .secret_access_key =
										 "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
	static const struct
	{
		const char *name, *method, *path, *query, *body;
		SigV4Header headers[4];
		const char *signature;
	} vectors[] = {
		{"get-vanilla",
		 "GET",
		 "/",
		 "",
		 "",
		 {SUITE_HOST, SUITE_TIME},
		 "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"get-vanilla-query-order-key-case",
		 "GET",
		 "/",
		 "Param1=value1&Param2=value2",
		 "",
		 {SUITE_HOST, SUITE_TIME},
		 "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		{"get-vanilla-query-unreserved",
		 "GET",
		 "/",
		 UNRESERVED "=" UNRESERVED,
		 "",
		 {SUITE_HOST, SUITE_TIME},
		 "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"},
		{"get-unreserved",
		 "GET",
		 "/" UNRESERVED,
		 "",
		 "",
		 {SUITE_HOST, SUITE_TIME},
		 "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"},
		{"get-utf8",
		 "GET",
		 "/\xe1\x88\xb4",
		 "",
		 "",
		 {SUITE_HOST, SUITE_TIME},
		 "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
		{"get-space",
		 "GET",
		 "/example space/",
		 "",
		 "",
		 {SUITE_HOST, SUITE_TIME},
		 "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"},
		{"get-header-value-trim",
		 "GET",
		 "/",
		 "",
		 "",
		 {SUITE_HOST, {"my-header1", " value1"}, {"my-header2", " \"a   b   c\""}, SUITE_TIME},
		 "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
		{"post-vanilla",
		 "POST",
		 "/",
		 "",
		 "",
		 {SUITE_HOST, SUITE_TIME},
		 "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		{"post-x-www-form-urlencoded",
		 "POST",
		 "/",
		 "",
		 "Param1=value1",
		 {{"content-type", "application/x-www-form-urlencoded"}, SUITE_HOST, SUITE_TIME},
		 "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
		{"post-sts-token",
		 "POST",
		 "/",
		 "",
		 "",
		 {SUITE_HOST, SUITE_TIME, {"x-amz-security-token", SUITE_TOKEN}},
		 "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"},
	};

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
	{
		SigV4Request request = {.method = vectors[i].method,
								.query = vectors[i].query,
								.headers = vectors[i].headers,
								.region = "us-east-1",
								.service = "service",
								.date = SUITE_DATE};
		char payload[SIGV4_HEX_SIZE];
		TextBuffer path;

		while (request.nheaders < 4 && vectors[i].headers[request.nheaders].name != NULL)
			request.nheaders++;
		SigV4Hash(vectors[i].body, strlen(vectors[i].body), payload);
		request.payload_sha256 = payload;
		TextBufferInit(&path);
		SigV4Encode(&path, vectors[i].path, true);
		request.path = path.data;
		CheckSignature(&request, &keys, vectors[i].signature);
		if (unit_failures > 0)
			printf("# at %s\n", vectors[i].name);
		TextBufferFree(&path);
	}
}

TEST(KeysAreEncodedWithAwsSet)
{
	TextBuffer buffer;

	TextBufferInit(&buffer);
	SigV4Encode(&buffer, "a b+c%d#e=f?g&h/../~-_.\xf0\x9f\x98\x80", true);
	CHECK_STR(buffer.data, "a%20b%2Bc%25d%23e%3Df%3Fg%26h/../~-_.%F0%9F%98%80");
	TextBufferFree(&buffer);
	SigV4Encode(&buffer, "a/b*", false);
	CHECK_STR(buffer.data, "a%2Fb%2A");
	TextBufferFree(&buffer);
}

TEST(TheDateIsUtc)
{
	char date[SIGV4_DATE_SIZE];

	SigV4Date(1369353600, date);
	CHECK_STR(date, DATE);
}

int
main(void)
{
	RUN(GetObjectIsSignedAsPublished);
	RUN(PutObjectWithADollarInItsKeyIsSignedAsPublished);
	RUN(BucketRequestsAreSignedAsPublished);
	RUN(AnIamRequestIsSignedAsPublished);
	RUN(TheTestSuiteIsSignedAsPublished);
	RUN(KeysAreEncodedWithAwsSet);
	RUN(TheDateIsUtc);
	return UnitDone();
}
