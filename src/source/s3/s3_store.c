/*
 * s3_store.c
 *		A bucket of S3 as an ObjectStore: listings, objects and writers over one
 *		client.
 */
#include "source/s3/s3_store.h"

#include <stdlib.h>
#include <string.h>

#include "source/s3/client/s3_client.h"
#include "source/s3/s3_listing.h"
#include "source/s3/s3_object.h"
#include "source/s3/s3_writer.h"

#define RANGE_SIZE_MAX ((size_t)8 * 1024 * 1024)
#define RANGE_SIZE_MIN ((size_t)256 * 1024)
#define RANGES_OF_BUDGET 8 /* a large object's ranges that the budget should have room for */

/*
 * S3 takes no smaller parts than these but for the last one, and ten thousand of an object (AWS:
 * AmazonS3/latest/userguide/qfacts).
 */
#define PART_SIZE_MIN ((size_t)5 * 1024 * 1024)
#define PART_SIZE_MAX ((size_t)8 * 1024 * 1024)
#define PARTS_OF_BUDGET 6
#define HOLD_OF_BUDGET 4 /* this part of it may hold small objects */

typedef struct S3Store
{
	ObjectStore store; /* first */
	S3Client *client;
	S3ObjectConfig object;
	S3WriteConfig writing;
	int list_page_keys;
} S3Store;

static ObjectListing *ListStore(ObjectStore *base, const char *prefix, Failure *failure);
static ByteSource *OpenObject(ObjectStore *base, const ObjectInfo *object, Failure *failure);
static ObjectWriter *CreateObject(ObjectStore *base, const char *key, const WritePermit *permit,
								  Failure *failure);
static bool PublishObjects(ObjectStore *base, ObjectWriter *const *writers, int count,
						   Failure *failure);
static bool DiscardObjects(ObjectStore *base, ObjectWriter *const *writers, int count,
						   int deadline_ms);
static bool RemoveObjects(ObjectStore *base, char *const *keys, int count, Failure *failure);
static bool SweepUploads(ObjectStore *base, const char *prefix, Failure *failure);
static void InterruptStore(ObjectStore *base);
static void CloseStore(ObjectStore *base);
static void ChooseRanges(S3Store *store, const S3StoreConfig *config);
static void ChooseParts(S3Store *store, const S3StoreConfig *config);

/* Opens a store; nothing is sent yet. */
ObjectStore *
S3StoreOpen(const S3StoreConfig *config, Failure *failure)
{
	S3Store *store = calloc(1, sizeof(*store));

	if (store == NULL)
	{
		(void)FailureNoMemory(failure);
		return NULL;
	}

	store->store = (ObjectStore){.list = ListStore,
								 .open = OpenObject,
								 .create = CreateObject,
								 .publish = PublishObjects,
								 .discard = DiscardObjects,
								 .remove = RemoveObjects,
								 .sweep = SweepUploads,
								 .interrupt = InterruptStore,
								 .close = CloseStore,
								 .window = config->window > 0 ? config->window : S3_WINDOW};
	store->store.bucket = strdup(config->bucket);
	store->list_page_keys = config->list_page_keys;
	ChooseRanges(store, config);
	ChooseParts(store, config);
	if (store->store.bucket == NULL)
		(void)FailureNoMemory(failure);
	else
		store->client = S3ClientBegin(config, failure);
	if (store->client == NULL)
	{
		CloseStore(&store->store);
		return NULL;
	}

	store->writing.client = store->client;
	store->writing.bucket = store->store.bucket;
	store->writing.store = &store->store;

	return &store->store;
}

/* Begins a listing. */
static ObjectListing *
ListStore(ObjectStore *base, const char *prefix, Failure *failure)
{
	S3Store *store = (S3Store *)base;

	return S3ListingBegin(store->client, base, prefix, store->list_page_keys, failure);
}

/* Opens an object. */
static ByteSource *
OpenObject(ObjectStore *base, const ObjectInfo *object, Failure *failure)
{
	S3Store *store = (S3Store *)base;

	return S3ObjectOpen(store->client, &store->object, object, failure);
}

/* Begins an object to be written. */
static ObjectWriter *
CreateObject(ObjectStore *base, const char *key, const WritePermit *permit, Failure *failure)
{
	return S3WriterCreate(&((S3Store *)base)->writing, key, permit, failure);
}

/* Makes objects appear. */
static bool
PublishObjects(ObjectStore *base, ObjectWriter *const *writers, int count, Failure *failure)
{
	return S3WritersPublish(&((S3Store *)base)->writing, writers, count, failure);
}

/* Takes objects back. */
static bool
DiscardObjects(ObjectStore *base, ObjectWriter *const *writers, int count, int deadline_ms)
{
	return S3WritersDiscard(&((S3Store *)base)->writing, writers, count, deadline_ms);
}

/* Removes objects. */
static bool
RemoveObjects(ObjectStore *base, char *const *keys, int count, Failure *failure)
{
	return S3KeysRemove(&((S3Store *)base)->writing, keys, count, failure);
}

/* Aborts what an unload has left open. */
static bool
SweepUploads(ObjectStore *base, const char *prefix, Failure *failure)
{
	return S3UploadsSweep(&((S3Store *)base)->writing, prefix, 0, failure);
}

/* Makes every wait fail. */
static void
InterruptStore(ObjectStore *base)
{
	S3ClientInterrupt(((S3Store *)base)->client);
}

/* Releases the store. */
static void
CloseStore(ObjectStore *base)
{
	S3Store *store = (S3Store *)base;

	S3ClientEnd(store->client);
	free((char *)base->bucket);
	free(store);
}

/* Chooses the size of ranges so that several fit into the budget. */
static void
ChooseRanges(S3Store *store, const S3StoreConfig *config)
{
	size_t size = config->range_size;

	if (size == 0 && config->buffer_limit > 0)
		size = config->buffer_limit / RANGES_OF_BUDGET;
	if (size == 0 || (config->range_size == 0 && size > RANGE_SIZE_MAX))
		size = RANGE_SIZE_MAX;
	if (config->range_size == 0 && size < RANGE_SIZE_MIN)
		size = RANGE_SIZE_MIN;
	store->object.range_size = size;
	store->object.ranges =
		store->store.window < 2 * RANGES_OF_BUDGET ? store->store.window : 2 * RANGES_OF_BUDGET;
}

/* Chooses the size of parts so that several fit into the budget, as far as S3 allows. */
static void
ChooseParts(S3Store *store, const S3StoreConfig *config)
{
	size_t size = config->buffer_limit / PARTS_OF_BUDGET;

	if (size < PART_SIZE_MIN)
		size = PART_SIZE_MIN;
	if (size > PART_SIZE_MAX)
		size = PART_SIZE_MAX;
	store->writing.part_size = size;
	store->writing.hold_limit = config->buffer_limit / HOLD_OF_BUDGET;
}
