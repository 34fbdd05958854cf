/*
 * load_source.h
 *		From what a COPY says about its source to the feed that reads it:
 *		stores, manifest, jsonpaths, text format.
 */
#ifndef SPARKIFY_LOAD_SOURCE_H
#define SPARKIFY_LOAD_SOURCE_H

#include "postgres.h"
#include "load/column_plan.h"
#include "copy_options/copy_options.h"
#include "source/feed/feed.h"

/* Setting: sparkify_dwh.nested_text */
extern int LoadNestedText;

typedef struct LoadSource LoadSource;

/*
 * Begins reading; everything ends with the current memory context, threads
 * included.  The plan must outlive it, and so must known: URLs of objects that are left out, in
 * strcmp's order.  Raises an error.
 */
extern LoadSource *LoadSourceBegin(const char *url, const CopyOptions *options,
								   const ColumnPlan *plan, const char *const *known, int nknown);

/* The feed; it is the source's. */
extern Feed *LoadSourceFeed(const LoadSource *source);

#endif /* SPARKIFY_LOAD_SOURCE_H */
