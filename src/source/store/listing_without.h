/*
 * listing_without.h
 *		A listing that leaves out objects somebody knows already.
 */
#ifndef SPARKIFY_LISTING_WITHOUT_H
#define SPARKIFY_LISTING_WITHOUT_H

#include <stddef.h>

#include "source/store/object_store.h"

/*
 * Wraps a listing and takes it over, also when it fails.  keys are those to leave out, in
 * strcmp's order; they must outlive the listing.
 */
extern ObjectListing *ObjectListingWithout(ObjectListing *inner, const char *const *keys,
										   size_t count, Failure *failure);

#endif /* SPARKIFY_LISTING_WITHOUT_H */
