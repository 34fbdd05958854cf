/*
 * listing_without.c
 *		A listing that leaves out objects somebody knows already.
 */
#include "source/store/listing_without.h"

#include <stdlib.h>
#include <string.h>

/* How many keys are passed one by one before the place is looked for. */
#define MAX_STEPS 16

typedef struct FilteredListing
{
	ObjectListing base;
	ObjectListing *inner;
	const char *const *keys; /* in the order of their bytes */
	size_t count;
	size_t place;
} FilteredListing;

static bool FilteredNext(ObjectListing *listing, ObjectInfo *object, Failure *failure);
static void FilteredEnd(ObjectListing *listing);
static bool IsKnown(void *context, const char *key, size_t *place);
static size_t Place(const FilteredListing *filtered, const char *key);

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
	inner->passes_over = IsKnown;
	inner->passes_over_context = filtered;

	return &filtered->base;
}

/* The next object that nobody knows. */
static bool
FilteredNext(ObjectListing *listing, ObjectInfo *object, Failure *failure)
{
	FilteredListing *filtered = (FilteredListing *)listing;

	while (ObjectListingNext(filtered->inner, object, failure))
	{
		if (!IsKnown(filtered, object->key, &filtered->place))
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

/*
 * Whether a key is among the known ones.  A listing has them in the same
 * order, so that the next one is seldom far from the place: all keys before it
 * come before what was asked for last.  Where a listing jumps, it is looked for.
 */
static bool
IsKnown(void *context, const char *key, size_t *place)
{
	const FilteredListing *filtered = context;
	int order;

	if (*place > 0 && strcmp(filtered->keys[*place - 1], key) >= 0)
		*place = Place(filtered, key);
	for (int steps = 0; *place < filtered->count; steps++)
	{
		order = strcmp(filtered->keys[*place], key);
		if (order >= 0)
			return order == 0;
		if (steps < MAX_STEPS)
			++*place;
		else
			*place = Place(filtered, key);
	}

	return false;
}

/* How many known keys come before a key. */
static size_t
Place(const FilteredListing *filtered, const char *key)
{
	size_t first = 0, end = filtered->count;

	while (first < end)
	{
		size_t middle = first + (end - first) / 2;

		if (strcmp(filtered->keys[middle], key) < 0)
			first = middle + 1;
		else
			end = middle;
	}

	return first;
}
