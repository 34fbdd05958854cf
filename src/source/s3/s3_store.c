/*
 * s3_store.c
 *		A bucket of S3 as an ObjectStore: listings and objects over one client.
 */
#include "source/s3/s3_store.h"

#include <stdlib.h>
#include <string.h>

#include "source/s3/s3_client.h"
#include "source/s3/s3_listing.h"
#include "source/s3/s3_object.h"

#define RANGE_SIZE_MAX ((size_t)8 * 1024 * 1024)
#define RANGE_SIZE_MIN ((size_t)256 * 1024)
#define RANGES_OF_BUDGET 8 /* a large object's ranges that the budget should have room for */

typedef struct S3Store
{
	ObjectStore store; /* first */
	S3Client *client;
	S3ObjectConfig object;
	int list_page_keys;
} S3Store;

static ObjectListing *ListStore(ObjectStore *store, const char *prefix, Failure *failure);
static ByteSource *OpenObject(ObjectStore *store, const ObjectInfo *object, Failure *failure);
static void InterruptStore(ObjectStore *store);
static void CloseStore(ObjectStore *store);
static void ChooseRanges(S3Store *store, const S3StoreConfig *config);

/* Opens a store; nothing is sent yet. */
ObjectStore *
S3StoreOpen(const S3StoreConfig *config, Failure *failure)
{
	S3Store *store = calloc(1, sizeof(*store));

	if (store == NULL)
	{
		FailureSet(failure, FAILURE_MEMORY, "out of memory");
		return NULL;
	}
	store->store = (ObjectStore){.list = ListStore,
								 .open = OpenObject,
								 .interrupt = InterruptStore,
								 .close = CloseStore,
								 .window = config->window > 0 ? config->window : 64};
	store->store.bucket = strdup(config->bucket);
	store->list_page_keys = config->list_page_keys;
	ChooseRanges(store, config);
	if (store->store.bucket == NULL)
		FailureSet(failure, FAILURE_MEMORY, "out of memory");
	else
		store->client = S3ClientBegin(config, failure);
	if (store->client == NULL)
	{
		CloseStore(&store->store);
		return NULL;
	}
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
