/*
 * store_listing.h
 *		The objects below a URL, listed here and now.
 */
#ifndef SPARKIFY_STORE_LISTING_H
#define SPARKIFY_STORE_LISTING_H

#include "postgres.h"
#include "nodes/pg_list.h"

/* An object of a store; palloc'd. */
typedef struct StoredObject
{
	char *url;
	int64 size;
	int64 modified; /* microseconds since 1970; 0: nobody told */
} StoredObject;

/* What to list, and what there is. */
typedef struct StoreListing
{
	/* parameters */
	const char *url;	/* all objects whose key begins with that of this one */
	const char *region; /* as COPY gives them, or NULL */
	const char *iam_role;
	const bytea *known; /* directories to pass over, as another listing learned them; NULL: none */
	int limit;			/* how many objects are wanted at most */

	/* results */
	List *objects;	/* StoredObject, in the order of their keys' bytes */
	bool is_whole;	/* these are all */
	bytea *learned; /* of a whole listing, what KnownDirectories() says */
} StoreListing;

/* Fills in the results; raises an error where the objects can't be listed. */
extern void StoreListObjects(StoreListing *listing);

#endif /* SPARKIFY_STORE_LISTING_H */
