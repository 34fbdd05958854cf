/*
 * aws_request.h
 *		Where a bucket or a service lives, and how a request to it is spelled and signed.
 */
#ifndef SPARKIFY_AWS_REQUEST_H
#define SPARKIFY_AWS_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "source/aws/access_keys.h"
#include "source/base/failure.h"
#include "source/base/text_buffer.h"

#define AWS_REQUEST_HEADERS 10
#define AWS_REGION_SIZE 64

/* A bucket's address; a request is signed for a region, which a redirect may change. */
typedef struct AwsSite
{
	char *bucket;
	char *scheme; /* "http" or "https" */
	char *host;	  /* with the port when it is not the scheme's; NULL: AWS's of the region */
	bool bucket_in_path;
	bool anonymous;
	bool requester_pays;
} AwsSite;

/* What is asked of it. */
typedef struct AwsAsk
{
	const char *method; /* NULL: GET */
	const char *key;	/* NULL: the bucket itself */
	const char *query;	/* canonical: encoded and sorted */
	const char *sha256; /* of a body, in hexadecimal; NULL: there is none */
	int64_t first;		/* first byte, or -1: the whole object */
	int64_t last;		/* last byte, or -1: up to the end */
	const char *etag;	/* the only version that will do, or NULL */
	const char *region; /* to sign for */
} AwsAsk;

/* The request as it goes over the wire. */
typedef struct AwsRequest
{
	char *url;
	char *headers[AWS_REQUEST_HEADERS + 1]; /* up to a NULL */
} AwsRequest;

/* What there is to say against an endpoint. */
typedef enum AwsEndpointFault
{
	AWS_ENDPOINT_FINE,
	AWS_ENDPOINT_MALFORMED, /* not http(s)://HOST[:PORT] */
	AWS_ENDPOINT_METADATA	/* where machines keep their own credentials */
} AwsEndpointFault;

/* Checks an endpoint by how it is written; the client checks what its name leads to. */
extern AwsEndpointFault AwsEndpointCheck(const char *endpoint);

/* Reads an endpoint and checks the bucket's name; fails with FAILURE_CONFIG. */
extern bool AwsSiteInit(AwsSite *site, const char *bucket, const char *endpoint, bool path_style,
						Failure *failure);
extern void AwsSiteClear(AwsSite *site);

/* Tells whether a text can be a region, which becomes a part of a host's name. */
extern bool AwsRegionIsValid(const char *region);

/* Makes the request, signed unless the site is anonymous; false when memory ran out. */
extern bool AwsRequestMake(const AwsSite *site, const AwsAsk *ask, const Credentials *credentials,
						   time_t now, AwsRequest *request);

/* Wipes and releases the request: its headers may hold a session token. */
extern void AwsRequestClear(AwsRequest *request);

#endif /* SPARKIFY_AWS_REQUEST_H */
