/*
 * manifest.h
 *		The list of objects that COPY ... MANIFEST loads.
 */
#ifndef SPARKIFY_MANIFEST_H
#define SPARKIFY_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include "source/base/failure.h"

typedef struct ManifestEntry
{
	char *url;
	bool mandatory; /* a missing object fails the load */
} ManifestEntry;

typedef struct Manifest
{
	ManifestEntry *entries; /* in the document's order; what is listed twice is here twice */
	int nentries;
} Manifest;

/*
 * Reads a manifest document (AWS: loading-data-files-using-manifest).  Keys
 * that it doesn't know are ignored.  url names the document in messages.
 */
extern Manifest *ManifestParse(const char *text, size_t length, const char *url, Failure *failure);
extern void ManifestFree(Manifest *manifest);

#endif /* SPARKIFY_MANIFEST_H */
