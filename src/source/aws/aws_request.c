/*
 * aws_request.c
 *		Where a bucket lives and how a request to it is spelled and signed.
 */
#include "source/aws/aws_request.h"

#include <ctype.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "source/aws/metadata_address.h"
#include "source/aws/sigv4.h"

/* The parts of an endpoint; host points into it. */
typedef struct EndpointParts
{
	bool plain; /* http */
	const char *host;
	size_t length; /* with the port where that is not the scheme's own */
} EndpointParts;

static bool BucketIsValid(const char *bucket);
static bool BucketFitsHost(const char *bucket, const char *scheme);
static bool ReadEndpoint(AwsSite *site, const char *endpoint, Failure *failure);
static AwsEndpointFault TakeApart(const char *endpoint, EndpointParts *parts);
static bool HostIsValid(const char *host, size_t length);
static bool HostIsAddress(const char *host);
static char *HostOf(const AwsSite *site, const char *region);
static char *PathOf(const AwsSite *site, const char *key);
static bool SignedHeaders(const AwsSite *site, const AwsAsk *ask, const Credentials *credentials,
						  const SigV4Request *frame, AwsRequest *request);
static bool AddHeader(AwsRequest *request, char *header);
static bool AddRange(const AwsAsk *ask, AwsRequest *request);
static bool AddBodyHeaders(AwsRequest *request);

/* Checks an endpoint without a bucket. */
AwsEndpointFault
AwsEndpointCheck(const char *endpoint)
{
	EndpointParts parts;

	return TakeApart(endpoint, &parts);
}

/* Reads the endpoint, and decides where the bucket's name goes. */
bool
AwsSiteInit(AwsSite *site, const char *bucket, const char *endpoint, bool path_style,
			Failure *failure)
{
	memset(site, 0, sizeof(*site));

	/* checked before anything is asked: the name becomes part of a host name */
	if (!BucketIsValid(bucket))
	{
		FailureSet(failure, FAILURE_CONFIG, "\"%s\" is not a valid name of an S3 bucket", bucket);
		FailureDetail(failure, "A bucket's name has letters, digits, dots, hyphens and "
							   "underscores, and begins and ends with a letter or digit.");
		return false;
	}

	site->bucket = strdup(bucket);
	if (!ReadEndpoint(site, endpoint, failure))
	{
		AwsSiteClear(site);
		return false;
	}

	if (site->bucket == NULL || site->scheme == NULL || (endpoint != NULL && site->host == NULL))
	{
		(void)FailureNoMemory(failure);
		AwsSiteClear(site);
		return false;
	}

	/*
	 * A bucket whose name has dots or capitals fits no certificate, and an address has no room
	 * for a name: then the name goes into the path (AWS: AmazonS3/latest/userguide/VirtualHosting).
	 */
	site->bucket_in_path = path_style || !BucketFitsHost(bucket, site->scheme) ||
						   (site->host != NULL && HostIsAddress(site->host));
	return true;
}

/* Releases what the site holds. */
void
AwsSiteClear(AwsSite *site)
{
	free(site->bucket);
	free(site->scheme);
	free(site->host);
	memset(site, 0, sizeof(*site));
}

/* Tells whether a text can be a region's name. */
bool
AwsRegionIsValid(const char *region)
{
	size_t length = strspn(region, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
								   "0123456789-_");

	return length > 0 && length < AWS_REGION_SIZE && region[length] == '\0';
}

/* Makes URL and headers. */
bool
AwsRequestMake(const AwsSite *site, const AwsAsk *ask, const Credentials *credentials, time_t now,
			   AwsRequest *request)
{
	char date[SIGV4_DATE_SIZE];
	char *host = HostOf(site, ask->region), *path = PathOf(site, ask->key);
	SigV4Request frame = {.method = ask->method != NULL ? ask->method : "GET",
						  .path = path,
						  .query = ask->query,
						  .payload_sha256 = ask->sha256 != NULL ? ask->sha256 : SIGV4_EMPTY_SHA256,
						  .region = ask->region,
						  .service = "s3",
						  .date = date};
	bool ok = host != NULL && path != NULL;

	/* cleared first, so that Clear can take back what was made when something fails */
	memset(request, 0, sizeof(*request));
	SigV4Date(now, date);
	if (ok)
	{
		request->url = TextPrint("%s://%s%s%s%s", site->scheme, host, path,
								 ask->query[0] != '\0' ? "?" : "", ask->query);

		/* the signature covers these headers, so they are all there before it is made */
		ok = request->url != NULL && AddHeader(request, TextPrint("Host: %s", host)) &&
			 AddRange(ask, request) && (ask->sha256 == NULL || AddBodyHeaders(request));
	}

	if (ok)
		ok = SignedHeaders(site, ask, credentials, &frame, request);
	free(host);
	free(path);
	if (!ok)
		AwsRequestClear(request);
	return ok;
}

/* Wipes and releases URL and headers. */
void
AwsRequestClear(AwsRequest *request)
{
	free(request->url);
	for (char **header = request->headers; *header != NULL; header++)
		TextWipeAndFree(*header);
	memset(request, 0, sizeof(*request));
}

/* Tells whether a text can be a bucket's name, old ones of us-east-1 and access points included. */
static bool
BucketIsValid(const char *bucket)
{
	size_t length = strlen(bucket);

	/* dots side by side would be an empty label in a host name */
	if (length < 1 || length > 255 || !isalnum((unsigned char)bucket[0]) ||
		!isalnum((unsigned char)bucket[length - 1]) || strstr(bucket, "..") != NULL)
		return false;

	for (const char *c = bucket; *c != '\0'; c++)
		if ((unsigned char)*c >= 0x80 || (!isalnum((unsigned char)*c) && strchr(".-_", *c) == NULL))
			return false;
	return true;
}

/* Tells whether the bucket can be a host's first label; with https a dot would break the certificate. */
static bool
BucketFitsHost(const char *bucket, const char *scheme)
{
	for (const char *c = bucket; *c != '\0'; c++)
		if (isupper((unsigned char)*c) || *c == '_' || (*c == '.' && strcmp(scheme, "https") == 0))
			return false;
	return strlen(bucket) <= 63;
}

/* Reads "http://host[:port]", perhaps with a slash at the end; NULL is AWS over https. */
static bool
ReadEndpoint(AwsSite *site, const char *endpoint, Failure *failure)
{
	EndpointParts parts = {0};
	AwsEndpointFault fault = endpoint != NULL ? TakeApart(endpoint, &parts) : AWS_ENDPOINT_FINE;

	site->scheme = strdup(parts.plain ? "http" : "https");
	if (endpoint != NULL && fault == AWS_ENDPOINT_FINE)
		site->host = TextPrint("%.*s", (int)parts.length, parts.host);
	if (fault == AWS_ENDPOINT_MALFORMED)
	{
		FailureSet(failure, FAILURE_CONFIG, "invalid endpoint \"%s\"", endpoint);
		FailureHint(failure, "An endpoint is http://HOST[:PORT] or https://HOST[:PORT].");
	}
	else if (fault == AWS_ENDPOINT_METADATA)
	{
		FailureSet(failure, FAILURE_CONFIG, "endpoint \"%s\" is an address of instance metadata",
				   endpoint);
		FailureDetail(failure, "Machines keep their own credentials at such addresses.");
	}

	return fault == AWS_ENDPOINT_FINE;
}

/* Finds the parts of an endpoint that is fine. */
static AwsEndpointFault
TakeApart(const char *endpoint, EndpointParts *parts)
{
	bool plain = strncasecmp(endpoint, "http://", 7) == 0;
	const char *host = endpoint + (plain ? 7 : 8), *port;
	char name[256];
	size_t length;

	/*
	 * Nothing but a host: a path in the endpoint would get between bucket and key, and not be
	 * signed.
	 */
	if ((!plain && strncasecmp(endpoint, "https://", 8) != 0) ||
		!HostIsValid(host, length = strcspn(host, "/")) ||
		(host[length] == '/' && host[length + 1] != '\0'))
		return AWS_ENDPOINT_MALFORMED;

	/*
	 * An address of version 6 has colons of its own, so the port is looked for behind the bracket.
	 */
	port = host[0] == '[' ? strchr(host, ']') : host;
	port = memchr(port, ':', length - (size_t)(port - host));
	snprintf(name, sizeof(name), "%.*s", (int)(port != NULL ? port - host : (ptrdiff_t)length),
			 host);

	/* Who may create a store may not thereby read the machine's own credentials. */
	if (MetadataHost(name))
		return AWS_ENDPOINT_METADATA;
	if (port != NULL && strtol(port + 1, NULL, 10) == (plain ? 80 : 443))
		length = (size_t)(port - host); /* as curl prints the Host header */
	*parts = (EndpointParts){.plain = plain, .host = host, .length = length};
	return AWS_ENDPOINT_FINE;
}

/* Tells whether bytes are a host, or an address in brackets, with an optional port. */
static bool
HostIsValid(const char *host, size_t length)
{
	size_t i = 0;

	/* brackets hold an address of version 6, and colons may stand nowhere else */
	if (length > 0 && host[0] == '[')
	{
		while (i < length && host[i] != ']')
			i++;
		if (i == length || strspn(host + 1, "0123456789abcdefABCDEF:.") + 1 != i)
			return false;
		i++;
	}
	else
		while (i < length && (isalnum((unsigned char)host[i]) || strchr(".-_", host[i]) != NULL))
			i++;

	/* the longest name that DNS has (RFC 1035, section 2.3.4) */
	if (i == 0 || i > 253)
		return false;
	if (i == length)
		return true;

	/* the digits are counted first, so that strtol can't overflow */
	return host[i] == ':' && length - i >= 2 && length - i <= 6 &&
		   strspn(host + i + 1, "0123456789") == length - i - 1 &&
		   strtol(host + i + 1, NULL, 10) >= 1 && strtol(host + i + 1, NULL, 10) <= 65535;
}

/* Tells whether a host is an address instead of a name, so that no bucket can stand before it. */
static bool
HostIsAddress(const char *host)
{
	size_t length = strcspn(host, ":");

	return host[0] == '[' || strspn(host, "0123456789.") == length;
}

/* The host to connect to, with the bucket before it where it goes there. */
static char *
HostOf(const AwsSite *site, const char *region)
{
	const char *china = strncmp(region, "cn-", 3) == 0 ? ".cn" : "";
	const char *bucket = site->bucket_in_path ? "" : site->bucket;
	const char *dot = site->bucket_in_path ? "" : ".";

	if (site->host != NULL)
		return TextPrint("%s%s%s", bucket, dot, site->host);

	return TextPrint("%s%ss3.%s.amazonaws.com%s", bucket, dot, region, china);
}

/* The encoded path, with the bucket in it where it goes there. */
static char *
PathOf(const AwsSite *site, const char *key)
{
	TextBuffer path;

	TextBufferInit(&path);
	if (site->bucket_in_path)
		TextBufferPrint(&path, "/%s", site->bucket);
	if (!site->bucket_in_path || key != NULL)
		TextBufferAppend(&path, "/");
	if (key != NULL)
		SigV4Encode(&path, key, true);
	return TextBufferTake(&path);
}

/* Adds the x-amz headers and, unless the site is anonymous, the signature over them. */
static bool
SignedHeaders(const AwsSite *site, const AwsAsk *ask, const Credentials *credentials,
			  const SigV4Request *frame, AwsRequest *request)
{
	SigV4Header headers[5];
	SigV4Request signed_request = *frame;
	TextBuffer value;
	int n = 0, first = site->anonymous ? 2 : 1;
	bool ok = true;

	/* SigV4 wants them sorted by name, so the order here is that of the alphabet */
	headers[n++] = (SigV4Header){"host", request->headers[0] + strlen("Host: ")};
	headers[n++] = (SigV4Header){"x-amz-content-sha256", frame->payload_sha256};

	/* a date without a signature says nothing */
	if (!site->anonymous)
		headers[n++] = (SigV4Header){"x-amz-date", frame->date};
	if (site->requester_pays)
		headers[n++] = (SigV4Header){"x-amz-request-payer", "requester"};
	if (!site->anonymous && credentials->session_token != NULL)
		headers[n++] = (SigV4Header){"x-amz-security-token", credentials->session_token};

	/* the Host header is in the request already; an anonymous site sends no hash either */
	for (int i = first; i < n && ok; i++)
		ok = AddHeader(request, TextPrint("%s: %s", headers[i].name, headers[i].value));
	if (!ok || site->anonymous)
		return ok;

	signed_request.headers = headers;
	signed_request.nheaders = n;
	TextBufferInit(&value);
	TextBufferAppend(&value, "Authorization: ");
	ok = SigV4Authorization(&signed_request, credentials, &value);
	if (ok)
		ok = AddHeader(request, TextBufferTake(&value));
	TextBufferFree(&value);

	return ok;
}

/* Adds a header, which is taken over; NULL is memory that ran out. */
static bool
AddHeader(AwsRequest *request, char *header)
{
	int n = 0;

	while (request->headers[n] != NULL)
		n++;
	if (header == NULL || n == AWS_REQUEST_HEADERS)
	{
		free(header);
		return false;
	}

	request->headers[n] = header;

	return true;
}

/* Adds Range and If-Match. */
static bool
AddRange(const AwsAsk *ask, AwsRequest *request)
{
	bool ok = true;

	if (ask->first >= 0 && ask->last >= 0)
		ok = AddHeader(request,
					   TextPrint("Range: bytes=%" PRId64 "-%" PRId64, ask->first, ask->last));
	else if (ask->first >= 0)
		ok = AddHeader(request, TextPrint("Range: bytes=%" PRId64 "-", ask->first));
	if (ok && ask->etag != NULL)
		ok = AddHeader(request, TextPrint("If-Match: %s", ask->etag));
	return ok;
}

/* Adds what goes with a body: its type, and no asking beforehand whether it may come (Expect). */
static bool
AddBodyHeaders(AwsRequest *request)
{
	return AddHeader(request, TextPrint("Content-Type: application/octet-stream")) &&
		   AddHeader(request, TextPrint("Expect:"));
}
