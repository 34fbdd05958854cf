/*
 * s3_object.c
 *		An object of S3 as a stream of bytes, fetched in one request or in
 *		ranges of which several are on their way at once.
 *
 *	queue of ranges, in the object's order:  [ read from ][ arriving ][ asked for ] ...
 *
 * All ranges carry If-Match with the version that the listing named, or that
 * the first range brought, so a stream is one version of the object or fails.
 */
#include "source/s3/s3_object.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The first range of an object whose size nobody told: a manifest's entries are mostly small. */
#define FIRST_RANGE ((size_t)256 * 1024)

typedef struct S3Object
{
	ByteSource source; /* first */
	S3Client *client;
	S3ObjectConfig config;
	char *key;
	char *etag;	  /* NULL until told */
	int64_t size; /* -1 until told */

	/* working state */
	uint64_t ticket;
	S3Call *first; /* ranges asked for, in order, linked by later */
	S3Call *last;
	int nranges;
	int64_t next_start; /* of the next range to ask for */
	bool failed;
} S3Object;

static ssize_t ReadObject(ByteSource *source, char *buffer, size_t size, Failure *failure);
static void CloseObject(ByteSource *source);
static bool AskAhead(S3Object *object, Failure *failure);
static bool AskRange(S3Object *object, Failure *failure);
static void DropFirst(S3Object *object);
static bool Learn(S3Object *object, const S3Call *call, Failure *failure);

/* Opens an object; an empty one needs no request. */
ByteSource *
S3ObjectOpen(S3Client *client, const S3ObjectConfig *config, const ObjectInfo *info,
			 Failure *failure)
{
	S3Object *object = calloc(1, sizeof(*object));
	bool ok;

	if (object == NULL)
	{
		(void)FailureNoMemory(failure);
		return NULL;
	}

	object->source = (ByteSource){.read = ReadObject, .close = CloseObject};
	object->client = client;
	object->config = *config;
	object->size = info->size;
	object->key = strdup(info->key);
	object->etag = info->etag != NULL ? strdup(info->etag) : NULL;
	ok = object->key != NULL && (info->etag == NULL || object->etag != NULL);
	if (!ok)
		(void)FailureNoMemory(failure);

	/* one ticket for all of its ranges: they keep their place among other objects */
	object->ticket = S3ClientTicket(client);
	ok = ok && AskAhead(object, failure);
	if (!ok)
	{
		CloseObject(&object->source);
		return NULL;
	}

	S3ClientKick(client);

	return &object->source;
}

/* Reads what has come of the current range, waiting for some of it. */
static ssize_t
ReadObject(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	S3Object *object = (S3Object *)source;

	while (!object->failed && object->first != NULL)
	{
		ssize_t got = S3ClientRead(object->client, object->first, buffer, size, failure);

		/* a cancel isn't remembered: who asks again waits again */
		if (got > 0 || (got < 0 && failure->code == FAILURE_CANCELLED))
			return got;

		/* a range that ended tells the object's size, which says what is left to ask for */
		object->failed = got < 0 || !Learn(object, object->first, failure);
		if (object->failed)
			break;

		/* the range is read: its place in the window goes to the next one to ask for */
		DropFirst(object);
		object->failed = !AskAhead(object, failure);
	}

	if (object->failed && !Failed(failure)) /* asked again after a failure */
		FailureSet(failure, FAILURE_IO, "the object could not be read to its end");
	return object->failed ? -1 : 0;
}

/* Releases the stream and whatever of it is still on its way. */
static void
CloseObject(ByteSource *source)
{
	S3Object *object = (S3Object *)source;

	while (object->first != NULL)
		DropFirst(object);
	free(object->key);
	free(object->etag);
	free(object);
}

/* Asks for as many ranges as may be on their way; only one while the size is unknown. */
static bool
AskAhead(S3Object *object, Failure *failure)
{
	while (object->size < 0
			   ? object->first == NULL
			   : (object->next_start < object->size && object->nranges < object->config.ranges))
		if (!AskRange(object, failure))
			return false;
	return true;
}

/* Asks for the next range. */
static bool
AskRange(S3Object *object, Failure *failure)
{
	S3Call *call = S3CallMake(object->key, "", object->etag);
	int64_t rest = object->size - object->next_start;

	if (call == NULL)
		return FailureNoMemory(failure);

	call->start = object->next_start;
	call->total = object->size;

	/* without a listing's size the first range tells it */
	call->limit = object->size < 0 ? FIRST_RANGE : object->config.range_size;
	if (object->size >= 0)
	{
		call->length = rest < (int64_t)call->limit ? rest : (int64_t)call->limit;
		object->next_start += call->length;
	}

	/* an object that fits one range is asked for as a whole, which more services can do */
	call->ranged = object->size < 0 || call->length < object->size;
	call->ticket = object->ticket;
	if (object->last != NULL)
		object->last->later = call;
	else
		object->first = call;
	object->last = call;
	object->nranges++;
	S3ClientSubmit(object->client, call);

	return true;
}

/* Releases the first range. */
static void
DropFirst(S3Object *object)
{
	S3Call *call = object->first;

	object->first = call->later;
	if (object->first == NULL)
		object->last = NULL;
	object->nranges--;
	S3ClientRelease(object->client, call);
}

/* Notes what the first range of an object of unknown size told about it. */
static bool
Learn(S3Object *object, const S3Call *call, Failure *failure)
{
	if (object->size >= 0)
		return true;

	object->size = call->total;
	object->next_start = call->length;
	if (object->etag == NULL && call->etag != NULL)
	{
		object->etag = strdup(call->etag);
		if (object->etag == NULL)
			return FailureNoMemory(failure);
	}

	return true;
}
