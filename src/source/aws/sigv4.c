/*
 * sigv4.c
 *		AWS Signature Version 4: canonical request -> string to sign -> signature.
 */
#include "source/aws/sigv4.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <string.h>

#define ALGORITHM "AWS4-HMAC-SHA256"
#define KEY_SIZE SHA256_DIGEST_LENGTH

static bool SigningKey(const SigV4Request *request, const char *secret,
					   unsigned char key[KEY_SIZE]);
static bool Hmac(const void *key, size_t key_length, const char *text,
				 unsigned char digest[KEY_SIZE]);
static void AppendScope(const SigV4Request *request, TextBuffer *buffer);
static void AppendSignedHeaders(const SigV4Request *request, TextBuffer *buffer);
static void AppendTrimmed(TextBuffer *buffer, const char *value);
static void Hex(const unsigned char *bytes, size_t length, char *hex);

/* Prints the date in UTC, as the basic format of ISO 8601. */
void
SigV4Date(time_t now, char date[SIGV4_DATE_SIZE])
{
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(date, SIGV4_DATE_SIZE, "%Y%m%dT%H%M%SZ", &utc);
}

/* Hashes bytes with SHA-256 into hexadecimal. */
void
SigV4Hash(const char *bytes, size_t length, char hex[SIGV4_HEX_SIZE])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)bytes, length, digest);
	Hex(digest, sizeof(digest), hex);
}

/* Appends text, percent-encoded with AWS's set of unreserved characters. */
void
SigV4Encode(TextBuffer *buffer, const char *text, bool keep_slash)
{
	static const char digits[] = "0123456789ABCDEF";

	for (const char *c = text; *c != '\0'; c++)
	{
		unsigned char byte = (unsigned char)*c;
		char encoded[4] = {'%', digits[byte >> 4], digits[byte & 15], '\0'};

		/* the signature is made over this spelling, so it must be the very one that AWS makes */
		if ((byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
			(byte >= '0' && byte <= '9') || strchr("-_.~", byte) != NULL ||
			(byte == '/' && keep_slash))
			TextBufferAppendBytes(buffer, c, 1);
		else
			TextBufferAppendBytes(buffer, encoded, 3);
	}
}

/* Appends the canonical request. */
void
SigV4CanonicalRequest(const SigV4Request *request, TextBuffer *canonical)
{
	TextBufferPrint(canonical, "%s\n%s\n%s\n", request->method, request->path, request->query);
	for (int i = 0; i < request->nheaders; i++)
	{
		TextBufferPrint(canonical, "%s:", request->headers[i].name);
		AppendTrimmed(canonical, request->headers[i].value);
		TextBufferAppend(canonical, "\n");
	}

	TextBufferAppend(canonical, "\n");
	AppendSignedHeaders(request, canonical);
	TextBufferPrint(canonical, "\n%s", request->payload_sha256);
}

/* Appends the string to sign of a canonical request. */
void
SigV4StringToSign(const SigV4Request *request, const char *canonical, TextBuffer *text)
{
	char hex[SIGV4_HEX_SIZE];

	SigV4Hash(canonical, strlen(canonical), hex);
	TextBufferPrint(text, ALGORITHM "\n%s\n", request->date);
	AppendScope(request, text);
	TextBufferPrint(text, "\n%s", hex);
}

/* Signs the request and appends what the Authorization header says. */
bool
SigV4Authorization(const SigV4Request *request, const Credentials *credentials, TextBuffer *value)
{
	TextBuffer canonical, text;
	unsigned char key[KEY_SIZE], signature[KEY_SIZE];
	char hex[SIGV4_HEX_SIZE];
	bool ok;

	TextBufferInit(&canonical);
	TextBufferInit(&text);
	SigV4CanonicalRequest(request, &canonical);
	if (TextBufferOk(&canonical))
		SigV4StringToSign(request, canonical.data, &text);
	ok = TextBufferOk(&canonical) && TextBufferOk(&text) &&
		 SigningKey(request, credentials->secret_access_key, key) &&
		 Hmac(key, sizeof(key), text.data, signature);
	if (ok)
	{
		Hex(signature, sizeof(signature), hex);
		TextBufferPrint(value, ALGORITHM " Credential=%s/", credentials->access_key_id);
		AppendScope(request, value);
		TextBufferAppend(value, ",SignedHeaders=");
		AppendSignedHeaders(request, value);
		TextBufferPrint(value, ",Signature=%s", hex);
	}

	OPENSSL_cleanse(key, sizeof(key));
	TextBufferFree(&canonical);
	TextBufferFree(&text);

	return ok && TextBufferOk(value);
}

/* Derives the key of one day, region and service from the secret. */
static bool
SigningKey(const SigV4Request *request, const char *secret, unsigned char key[KEY_SIZE])
{
	TextBuffer seed;
	char day[9];
	bool ok;

	memcpy(day, request->date, 8);
	day[8] = '\0';
	TextBufferInit(&seed);
	TextBufferPrint(&seed, "AWS4%s", secret);
	ok = TextBufferOk(&seed) && Hmac(seed.data, seed.length, day, key) &&
		 Hmac(key, KEY_SIZE, request->region, key) && Hmac(key, KEY_SIZE, request->service, key) &&
		 Hmac(key, KEY_SIZE, "aws4_request", key);
	TextBufferFree(&seed);

	return ok;
}

/* HMAC-SHA256; the digest may overwrite the key. */
static bool
Hmac(const void *key, size_t key_length, const char *text, unsigned char digest[KEY_SIZE])
{
	unsigned char result[EVP_MAX_MD_SIZE];
	unsigned int length;
	bool ok = HMAC(EVP_sha256(), key, (int)key_length, (const unsigned char *)text, strlen(text),
				   result, &length) != NULL;

	if (ok)
		memcpy(digest, result, KEY_SIZE);
	OPENSSL_cleanse(result, sizeof(result));

	return ok;
}

/* Appends "day/region/service/aws4_request". */
static void
AppendScope(const SigV4Request *request, TextBuffer *buffer)
{
	TextBufferPrint(buffer, "%.8s/%s/%s/aws4_request", request->date, request->region,
					request->service);
}

/* Appends the names of the signed headers, separated by ';'. */
static void
AppendSignedHeaders(const SigV4Request *request, TextBuffer *buffer)
{
	for (int i = 0; i < request->nheaders; i++)
		TextBufferPrint(buffer, "%s%s", i > 0 ? ";" : "", request->headers[i].name);
}

/* Appends a header's value without spaces around it and with inner runs of them as one. */
static void
AppendTrimmed(TextBuffer *buffer, const char *value)
{
	bool space = false;

	value += strspn(value, " ");
	for (; *value != '\0'; value++)
	{
		if (*value == ' ')
		{
			space = true;
			continue;
		}

		if (space)
			TextBufferAppendBytes(buffer, " ", 1);
		space = false;
		TextBufferAppendBytes(buffer, value, 1);
	}
}

/* Prints bytes as lower-case hexadecimal, terminated. */
static void
Hex(const unsigned char *bytes, size_t length, char *hex)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < length; i++)
	{
		*hex++ = digits[bytes[i] >> 4];
		*hex++ = digits[bytes[i] & 15];
	}

	*hex = '\0';
}
