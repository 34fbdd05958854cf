/*
 * unload_target.h
 *		Where an unload goes: its store, the names of its objects, what is there
 *		already, and the drain that writes.
 */
#ifndef SPARKIFY_UNLOAD_TARGET_H
#define SPARKIFY_UNLOAD_TARGET_H

#include "postgres.h"
#include "copy_options/unload_options.h"
#include "record/unload_log.h"
#include "source/drain/drain.h"
#include "unload/unload_plan.h"

typedef struct UnloadTarget UnloadTarget;

/*
 * Opens the store for a URL and sees whether objects are in the way;
 * everything ends with the current memory context, threads included, and what
 * was unloaded is taken back then unless it is kept.  Raises an error.
 */
extern UnloadTarget *UnloadTargetOpen(const char *url, const UnloadOptions *options);

/* Starts the drain; the plan and the log must outlive the target. */
extern Drain *UnloadTargetStart(UnloadTarget *target, const UnloadPlan *plan, UnloadLog *log);

/* Waits a moment for the drain to go on; raises its failure.  For RowPacker. */
extern void UnloadTargetWait(void *target);

/* Waits until everything has appeared. */
extern void UnloadTargetFinish(UnloadTarget *target);

/* Says that somebody waits for the end: clearing up gets a moment only, the next unload does the rest. */
extern void UnloadTargetHurry(UnloadTarget *target);

/* Lets it stay. */
extern void UnloadTargetKeep(UnloadTarget *target);

#endif /* SPARKIFY_UNLOAD_TARGET_H */
