/*
 * listing_without.c
 *		A listing that leaves out objects somebody knows already.
 */
#include "source/store/listing_without.h"

#include <stdlib.h>
#include <string.h>

typedef struct FilteredListing
{
	ObjectListing base;
	ObjectListing *inner;
	const char *const *keys;
	size_t count;
} FilteredListing;

static bool FilteredNext(ObjectListing *listing, ObjectInfo *object, Failure *failure);
static void FilteredEnd(ObjectListing *listing);
static int CompareKeys(const void *key, const void *element);

ObjectListing *
ObjectListingWithout(ObjectListing *inner, const char *const *keys, size_t count, Failure *failure)
{
	FilteredListing *filtered;

	if (inner == NULL)
		return NULL;

	filtered = malloc(sizeof(FilteredListing));
	if (filtered == NULL)
	{
		(void)FailureNoMemory(failure);
		ObjectListingEnd(inner);
		return NULL;
	}

	*filtered = (FilteredListing){
		.base = {.store = inner->store, .next = FilteredNext, .end = FilteredEnd},
		.inner = inner,
		.keys = keys,
		.count = count,
	};

	return &filtered->base;
}

/* The next object that nobody knows. */
static bool
FilteredNext(ObjectListing *listing, ObjectInfo *object, Failure *failure)
{
	FilteredListing *filtered = (FilteredListing *)listing;

	while (ObjectListingNext(filtered->inner, object, failure))
	{
		if (bsearch(object->key, filtered->keys, filtered->count, sizeof(char *), CompareKeys) ==
			NULL)
			return true;
		ObjectInfoClear(object);
	}

	return false;
}

static void
FilteredEnd(ObjectListing *listing)
{
	ObjectListingEnd(((FilteredListing *)listing)->inner);
	free(listing);
}

static int
CompareKeys(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}
