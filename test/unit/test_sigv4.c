/*
 * test_sigv4.c
 *		The signer against the examples AWS publishes.
 *
 * S3's own four (AWS: AmazonS3/latest/API/sig-v4-header-based-auth) and IAM's
 * (AWS: general/latest/gr/sigv4-create-canonical-request, 2015).
 */
#include "source/sigv4.h"

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
	RUN(KeysAreEncodedWithAwsSet);
	RUN(TheDateIsUtc);
	return UnitDone();
}
