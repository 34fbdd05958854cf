/*
 * s3_listing.c
 *		The objects of a bucket below a prefix, page by page.
 *
 * A page is asked for as soon as the one before it has been read, so it is on
 * its way while the objects of that one are handed out and fetched.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "source/s3/s3_listing.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "source/aws/aws_xml.h"
#include "source/aws/sigv4.h"

/* 1,000 keys of 1,024 bytes, each byte written as %XX, are three million bytes. */
#define PAGE_BYTES_MAX ((size_t)16 * 1024 * 1024)

typedef struct S3Listing
{
	ObjectListing listing; /* first */
	S3Client *client;
	ObjectStore *store;
	char *prefix;
	int page_keys;

	/* working state */
	S3Call *call; /* the page on its way, or NULL */
	S3Page page;
	int next; /* of the page's objects */
} S3Listing;

static bool NextObject(ObjectListing *base, ObjectInfo *object, Failure *failure);
static void EndListing(ObjectListing *base);
static bool AskPage(S3Listing *listing, const char *continuation, Failure *failure);
static bool TakePage(S3Listing *listing, Failure *failure);
static bool ReadPageBody(S3Listing *listing, S3Call *call, Failure *failure);
static bool ReadObjects(S3Page *page, const xmlNode *root, bool encoded);
static bool ReadObjectInfo(ObjectInfo *object, const xmlNode *contents, bool encoded);
static int64_t ReadTime(const xmlNode *contents);
static bool ReadContinuation(S3Page *page, const xmlNode *root);

/* Begins a listing. */
ObjectListing *
S3ListingBegin(S3Client *client, ObjectStore *store, const char *prefix, int page_keys,
			   Failure *failure)
{
	S3Listing *listing = calloc(1, sizeof(*listing));

	if (listing == NULL)
	{
		(void)FailureNoMemory(failure);
		return NULL;
	}

	listing->listing = (ObjectListing){.next = NextObject, .end = EndListing};
	listing->client = client;
	listing->store = store;
	listing->page_keys = page_keys;
	listing->prefix = strdup(prefix);
	if (listing->prefix == NULL || !AskPage(listing, NULL, failure))
	{
		(void)FailureNoMemory(failure);
		EndListing(&listing->listing);
		return NULL;
	}

	return &listing->listing;
}

/* Reads a ListBucketResult. */
bool
S3PageRead(S3Page *page, const char *xml, size_t length, const char *url, Failure *failure)
{
	xmlDoc *document = AwsXmlParse(xml, length);
	xmlNode *root = document != NULL ? xmlDocGetRootElement(document) : NULL;
	char encoding[16];
	bool ok = false;

	memset(page, 0, sizeof(*page));

	/* a proxy's page of HTML, say, may be well-formed */
	if (root != NULL && strcmp((const char *)root->name, "ListBucketResult") == 0)
	{
		AwsXmlCopy(root, "EncodingType", encoding, sizeof(encoding));
		ok = ReadObjects(page, root, strcmp(encoding, "url") == 0) && ReadContinuation(page, root);
	}

	if (document != NULL)
		xmlFreeDoc(document);
	if (!ok)
	{
		S3PageClear(page);
		FailureSet(failure, FAILURE_STORE, "the store's list of \"%s\" can't be read", url);
		FailureDetail(failure, "What came is no ListBucketResult, or a broken one.");
		FailureHint(failure, "Check that the endpoint is an S3 service.");
	}

	return ok;
}

/* Releases a page. */
void
S3PageClear(S3Page *page)
{
	for (int i = 0; i < page->count; i++)
		ObjectInfoClear(&page->objects[i]);
	free(page->objects);
	free(page->continuation);
	memset(page, 0, sizeof(*page));
}

/* Decodes a form's text in place. AWS writes a space as '+', others as %20. */
bool
S3FormDecode(char *text)
{
	char *out = text;

	for (; *text != '\0'; text++)
	{
		if (*text == '+')
			*out++ = ' ';
		else if (*text == '%')
		{
			char hex[3] = {text[1], text[1] != '\0' ? text[2] : '\0', '\0'};

			/* a NUL would cut the key short */
			if (!isxdigit((unsigned char)hex[0]) || !isxdigit((unsigned char)hex[1]) ||
				strcmp(hex, "00") == 0)
				return false;
			*out++ = (char)strtol(hex, NULL, 16);
			text += 2;
		}
		else
			*out++ = *text;
	}

	*out = '\0';
	return true;
}

/* Writes the query, its parameters in the order that signing wants. */
char *
S3ListingQuery(const char *prefix, int page_keys, const char *continuation)
{
	TextBuffer query;

	TextBufferInit(&query);
	if (continuation != NULL)
	{
		TextBufferAppend(&query, "continuation-token=");
		SigV4Encode(&query, continuation, false);
		TextBufferAppend(&query, "&");
	}

	TextBufferAppend(&query, "encoding-type=url&list-type=2");
	if (page_keys > 0)
		TextBufferPrint(&query, "&max-keys=%d", page_keys);
	TextBufferAppend(&query, "&prefix=");
	SigV4Encode(&query, prefix, false);

	return TextBufferTake(&query);
}

/* Hands out the next object; pages may be empty and not the last. */
static bool
NextObject(ObjectListing *base, ObjectInfo *object, Failure *failure)
{
	S3Listing *listing = (S3Listing *)base;

	while (listing->next == listing->page.count)
	{
		if (listing->call == NULL)
			return false;
		if (!TakePage(listing, failure))
			return false;
	}

	*object = listing->page.objects[listing->next];
	memset(&listing->page.objects[listing->next++], 0, sizeof(*object));
	object->store = listing->store;
	object->mandatory = true;

	return true;
}

/* Releases the listing. */
static void
EndListing(ObjectListing *base)
{
	S3Listing *listing = (S3Listing *)base;

	S3ClientRelease(listing->client, listing->call);
	S3PageClear(&listing->page);
	free(listing->prefix);
	free(listing);
}

/* Asks for a page, before any object: the listing is what keeps the window full. */
static bool
AskPage(S3Listing *listing, const char *continuation, Failure *failure)
{
	char *query = S3ListingQuery(listing->prefix, listing->page_keys, continuation);
	S3Call *call = query != NULL ? S3CallMake(NULL, query, NULL) : NULL;

	free(query);
	if (call == NULL)
		return FailureNoMemory(failure);

	call->limit = PAGE_BYTES_MAX;
	listing->call = call;
	S3ClientSubmit(listing->client, call);

	return true;
}

/* Waits for the page on its way, reads it, and asks for the one behind it. */
static bool
TakePage(S3Listing *listing, Failure *failure)
{
	S3Call *call = listing->call;
	bool ok;

	if (!S3ClientAwait(listing->client, call, 0, failure))
		return false;
	if (Failed(&call->failure))
	{
		*failure = call->failure;
		return false;
	}

	listing->call = NULL;
	ok = ReadPageBody(listing, call, failure);
	S3ClientRelease(listing->client, call);

	return ok;
}

/* Reads the body of a finished call. */
static bool
ReadPageBody(S3Listing *listing, S3Call *call, Failure *failure)
{
	char *before = listing->page.continuation;
	bool ok;
	char url[300];

	/* kept apart: the next page is compared with it */
	listing->page.continuation = NULL;
	S3PageClear(&listing->page);
	listing->next = 0;
	snprintf(url, sizeof(url), "s3://%s/", listing->store->bucket);
	ok = S3PageRead(&listing->page, call->body, call->filled, url, failure);
	if (ok && listing->page.continuation != NULL)
	{
		/* a service that repeats its token would list for ever */
		if (before != NULL && strcmp(before, listing->page.continuation) == 0)
		{
			FailureSet(failure, FAILURE_STORE, "the store's list of \"%s\" does not end", url);
			FailureDetail(failure, "It gives the same continuation token twice.");
			ok = false;
		}
		else
			/* asked for before this page is read: the next one is on its way meanwhile */
			ok = AskPage(listing, listing->page.continuation, failure);
	}

	free(before);
	if (!ok)
		S3PageClear(&listing->page);
	return ok;
}

/* Reads all <Contents>. */
static bool
ReadObjects(S3Page *page, const xmlNode *root, bool encoded)
{
	int count = 0;

	/* counted first: a page is a thousand objects at most */
	for (xmlNode *node = AwsXmlChild(root, "Contents"); node != NULL;
		 node = AwsXmlNext(node->next, "Contents"))
		count++;
	if (count == 0)
		return true;

	page->objects = calloc((size_t)count, sizeof(ObjectInfo));
	if (page->objects == NULL)
		return false;

	for (xmlNode *node = AwsXmlChild(root, "Contents"); node != NULL;
		 node = AwsXmlNext(node->next, "Contents"))
		if (!ReadObjectInfo(&page->objects[page->count++], node, encoded))
			return false;
	return true;
}

/* Reads one <Contents>: key, size, version, time. */
static bool
ReadObjectInfo(ObjectInfo *object, const xmlNode *contents, bool encoded)
{
	char size[32], *end;

	object->key = AwsXmlText(AwsXmlChild(contents, "Key"));
	object->etag = AwsXmlText(AwsXmlChild(contents, "ETag"));
	object->modified = ReadTime(contents);
	AwsXmlCopy(contents, "Size", size, sizeof(size));
	errno = 0;
	object->size = strtoll(size, &end, 10);

	/* keys may hold bytes that XML can't, so they come percent-encoded when that was asked for */
	if (object->key == NULL || object->etag == NULL || errno != 0 || end == size || *end != '\0' ||
		object->size < 0 || (encoded && !S3FormDecode(object->key)) || object->key[0] == '\0')
		return false;

	/*
	 * The tag goes into a header, where a newline would begin another; without one, versions
	 * aren't compared.
	 */
	if (object->etag[0] == '\0' || strpbrk(object->etag, "\r\n") != NULL)
	{
		free(object->etag);
		object->etag = NULL;
	}

	return true;
}

/* Reads when an object was modified, "2026-01-31T10:20:30.000Z"; 0 when nothing says it. */
static int64_t
ReadTime(const xmlNode *contents)
{
	struct tm utc = {0};
	char text[40], *rest;
	double fraction = 0;

	AwsXmlCopy(contents, "LastModified", text, sizeof(text));
	rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);
	if (rest != NULL && *rest == '.')
		fraction = strtod(rest, &rest);
	if (rest == NULL || strcmp(rest, "Z") != 0)
		return 0;

	return (int64_t)timegm(&utc) * 1000000 + (int64_t)(fraction * 1000000 + 0.5);
}

/* Reads the token of the next page, which is there if and only if the list is cut off. */
static bool
ReadContinuation(S3Page *page, const xmlNode *root)
{
	char truncated[8];

	AwsXmlCopy(root, "IsTruncated", truncated, sizeof(truncated));
	if (strcmp(truncated, "false") == 0)
		return true;
	if (strcmp(truncated, "true") != 0)
		return false;

	page->continuation = AwsXmlText(AwsXmlChild(root, "NextContinuationToken"));

	return page->continuation != NULL && page->continuation[0] != '\0';
}
