/*
 * publisher.h
 *		The end of an unload: its manifest, all objects appear, old ones go.
 */
#ifndef SPARKIFY_PUBLISHER_H
#define SPARKIFY_PUBLISHER_H

#include "source/drain/slice.h"

typedef struct Publisher Publisher;

/* NULL: out of memory. */
extern Publisher *PublisherBegin(const DrainConfig *config, const WritePermit *permit);

/* Adds the objects of a slice, staged; they stay the slice's. */
extern bool PublisherAdd(Publisher *publisher, int slice, const SliceObject *objects, int count,
						 Failure *failure);

/* Writes the manifest, makes everything appear, and removes what CLEANPATH is to remove. */
extern bool PublisherRun(Publisher *publisher, Failure *failure);

/* All objects in the order of their keys, once run. */
extern int PublisherObjects(const Publisher *publisher, const DrainedObject **objects);

/* The manifest's writer; NULL when there is none. */
extern ObjectWriter *PublisherManifest(const Publisher *publisher);
extern void PublisherEnd(Publisher *publisher);

#endif /* SPARKIFY_PUBLISHER_H */
