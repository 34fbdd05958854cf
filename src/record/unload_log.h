/*
 * unload_log.h
 *		The record of every unload: sys_unload_history, sys_unload_detail,
 *		stl_unload_log.
 *
 * A background worker writes it, in a transaction of its own: objects stay when
 * the statement's transaction rolls back, and so does the record of them.  It
 * also knows of unloads that may have left something in a store should this
 * process die (unload_open): the next one clears up after them.
 */
#ifndef SPARKIFY_UNLOAD_LOG_H
#define SPARKIFY_UNLOAD_LOG_H

#include "postgres.h"
#include "nodes/pg_list.h"

typedef struct UnloadLog UnloadLog;

typedef struct UnloadLogConfig
{
	const char *location;
	const char *file_format; /* "Text", "CSV", "JSON" */
	const char *compression; /* "gzip" ..., or "none" */
} UnloadLogConfig;

/* An unload of this user's that has died, or could not clear up. */
typedef struct OpenUnload
{
	int64 query_id;
	char *location;
} OpenUnload;

/* Begins the record; lives in the current memory context. */
extern UnloadLog *UnloadLogBegin(const UnloadLogConfig *config);

/* Notes, durably, that from now on something may be left in the store; says so when it can't. */
extern void UnloadLogOpen(UnloadLog *log);

/* Notes that nothing is left.  Raises nothing. */
extern void UnloadLogCleared(UnloadLog *log);

/* Records an object. */
extern void UnloadLogObject(UnloadLog *log, const char *url, int slice, int64 rows, int64 bytes);

/* Ends the record of an unload that succeeded; from here on pg_last_unload_id() is its id. */
extern void UnloadLogComplete(UnloadLog *log, int64 rows);

/* Notes why the unload fails, for the record that follows. */
extern void UnloadLogFailed(UnloadLog *log, const char *message);

/* The unloads of this user that have left something, and that nobody runs any more. */
extern List *UnloadLogDead(void);

/* Forgets one of them. */
extern void UnloadLogForget(int64 query_id);

#endif /* SPARKIFY_UNLOAD_LOG_H */
