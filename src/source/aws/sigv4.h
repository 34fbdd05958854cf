/*
 * sigv4.h
 *		AWS Signature Version 4, made by hand.
 *
 * libcurl's own signer differs from version to version and refuses keys with
 * dot segments, so requests are signed here and curl only carries them.  The
 * rules are those of S3: path encoded once and never normalised, query sorted
 * and encoded with AWS's set, payload hash signed (AWS:
 * API/sigv4-create-signed-request).
 */
#ifndef SPARKIFY_SIGV4_H
#define SPARKIFY_SIGV4_H

#include <stdbool.h>
#include <time.h>

#include "source/aws/access_keys.h"
#include "source/base/text_buffer.h"

/* The hash of an empty body. */
#define SIGV4_EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

#define SIGV4_DATE_SIZE sizeof("20130524T000000Z")
#define SIGV4_HEX_SIZE 65

typedef struct SigV4Header
{
	const char *name; /* lower case */
	const char *value;
} SigV4Header;

typedef struct SigV4Request
{
	const char *method;
	const char *path;			/* encoded, begins with '/' */
	const char *query;			/* canonical: encoded, sorted; may be empty */
	const SigV4Header *headers; /* to sign, sorted by name; host among them */
	int nheaders;
	const char *payload_sha256;
	const char *region;
	const char *service;
	const char *date; /* as SigV4Date prints it; also among the headers */
} SigV4Request;

/* Prints the date of the x-amz-date header. */
extern void SigV4Date(time_t now, char date[SIGV4_DATE_SIZE]);

/* Hashes a body into lower-case hexadecimal. */
extern void SigV4Hash(const char *bytes, size_t length, char hex[SIGV4_HEX_SIZE]);

/* Appends text with every byte outside A-Z a-z 0-9 - _ . ~ (and '/', if kept) as %XX. */
extern void SigV4Encode(TextBuffer *buffer, const char *text, bool keep_slash);

/* The steps, each usable by itself so that they can be compared with AWS's published ones. */
extern void SigV4CanonicalRequest(const SigV4Request *request, TextBuffer *canonical);
extern void SigV4StringToSign(const SigV4Request *request, const char *canonical, TextBuffer *text);

/* Appends the value of the Authorization header; false when memory or libcrypto failed. */
extern bool SigV4Authorization(const SigV4Request *request, const Credentials *credentials,
							   TextBuffer *value);

#endif /* SPARKIFY_SIGV4_H */
