/*
 * s3_request.h
 *		Where a bucket lives and how a request to it is spelled and signed.
 */
#ifndef SPARKIFY_S3_REQUEST_H
#define SPARKIFY_S3_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "source/aws/credentials.h"
#include "source/base/text_buffer.h"

#define S3_REQUEST_HEADERS 10
#define S3_REGION_SIZE 64

/* A bucket's address; a request is signed for a region, which a redirect may change. */
typedef struct S3Site
{
	char *bucket;
	char *scheme; /* "http" or "https" */
	char *host;	  /* with the port when it is not the scheme's; NULL: AWS's of the region */
	bool bucket_in_path;
	bool anonymous;
	bool requester_pays;
} S3Site;

/* What is asked of it. */
typedef struct S3Ask
{
	const char *method; /* NULL: GET */
	const char *key;	/* NULL: the bucket itself */
	const char *query;	/* canonical: encoded and sorted */
	const char *sha256; /* of a body, in hexadecimal; NULL: there is none */
	int64_t first;		/* first byte, or -1: the whole object */
	int64_t last;		/* last byte, or -1: up to the end */
	const char *etag;	/* the only version that will do, or NULL */
	const char *region; /* to sign for */
} S3Ask;

/* The request as it goes over the wire. */
typedef struct S3Request
{
	char *url;
	char *headers[S3_REQUEST_HEADERS + 1]; /* up to a NULL */
} S3Request;

/* What there is to say against an endpoint. */
typedef enum S3EndpointFault
{
	S3_ENDPOINT_FINE,
	S3_ENDPOINT_MALFORMED, /* not http(s)://HOST[:PORT] */
	S3_ENDPOINT_METADATA   /* where machines keep their own credentials */
} S3EndpointFault;

/* Checks an endpoint by how it is written; the client checks what its name leads to. */
extern S3EndpointFault S3EndpointCheck(const char *endpoint);

/* Reads an endpoint and checks the bucket's name; fails with FAILURE_CONFIG. */
extern bool S3SiteInit(S3Site *site, const char *bucket, const char *endpoint, bool path_style,
					   Failure *failure);
extern void S3SiteClear(S3Site *site);

/* Tells whether a text can be a region, which becomes a part of a host's name. */
extern bool S3RegionIsValid(const char *region);

/* Makes the request, signed unless the site is anonymous; false when memory ran out. */
extern bool S3RequestMake(const S3Site *site, const S3Ask *ask, const Credentials *credentials,
						  time_t now, S3Request *request);

/* Wipes and releases the request: its headers may hold a session token. */
extern void S3RequestClear(S3Request *request);

#endif /* SPARKIFY_S3_REQUEST_H */
