/*
 * object_store.c
 *		What all stores share: object descriptions, and the listing of objects
 *		that somebody else has named already.
 */
#include "source/store/object_store.h"

#include <stdlib.h>

typedef struct GivenListing
{
	ObjectListing base;
	ObjectInfo *objects;
	int count;
	int next;
} GivenListing;

static bool GivenNext(ObjectListing *listing, ObjectInfo *object, Failure *failure);
static void GivenEnd(ObjectListing *listing);

/* Frees the texts of an object's description. */
void
ObjectInfoClear(ObjectInfo *object)
{
	free(object->key);
	free(object->etag);
	object->key = object->etag = NULL;
}

/* Makes a listing of an array of objects, in their order; takes the array over, also when it fails. */
ObjectListing *
ObjectListingOf(ObjectInfo *objects, int count, Failure *failure)
{
	GivenListing *listing = malloc(sizeof(GivenListing));

	if (listing == NULL)
	{
		(void)FailureNoMemory(failure);
		for (int i = 0; i < count; i++)
			ObjectInfoClear(&objects[i]);
		free(objects);
		return NULL;
	}

	*listing = (GivenListing){
		.base = {.next = GivenNext, .end = GivenEnd}, .objects = objects, .count = count};
	return &listing->base;
}

/* Hands out the next object with its texts. */
static bool
GivenNext(ObjectListing *listing, ObjectInfo *object, Failure *failure)
{
	GivenListing *given = (GivenListing *)listing;

	if (given->next >= given->count)
		return false;

	*object = given->objects[given->next++];
	return true;
}

/* Releases the objects that were not handed out. */
static void
GivenEnd(ObjectListing *listing)
{
	GivenListing *given = (GivenListing *)listing;

	for (int i = given->next; i < given->count; i++)
		ObjectInfoClear(&given->objects[i]);
	free(given->objects);
	free(given);
}
