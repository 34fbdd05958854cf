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
#include "nodes/pg_list.h"
#include "source/feed/feed.h"

/* Setting: sparkify_dwh.nested_text */
extern int LoadNestedText;

typedef struct LoadSource LoadSource;

/* What is known of a source before it is read: what to read, or what to leave out. */
typedef struct KnownSource
{
	bool is_listed;
	List *objects; /* StoredObject, all that is to be read, where it is listed */

	const char *const *urls; /* else those to leave out, in strcmp's order */
	int nurls;
	const bytea *directories; /* what LoadSourceLearned() gave the last time, or NULL */
} KnownSource;

/*
 * Begins reading; everything ends with the current memory context, threads
 * included.  The plan must outlive it, and so must known (NULL: nothing).  Raises an error.
 */
extern LoadSource *LoadSourceBegin(const char *url, const CopyOptions *options,
								   const ColumnPlan *plan, const KnownSource *known);

/* The feed; it is the source's. */
extern Feed *LoadSourceFeed(const LoadSource *source);

/*
 * After the feed's end: the directories of which all objects have been read or were known;
 * allocated there.  NULL: as it was known, or nothing was known, or listed before.
 */
extern bytea *LoadSourceLearned(const LoadSource *source, MemoryContext memory);

#endif /* SPARKIFY_LOAD_SOURCE_H */
