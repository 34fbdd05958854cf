/*
 * progress.h
 *		What a load shows in pg_stat_progress_copy.
 */
#ifndef SPARKIFY_PROGRESS_H
#define SPARKIFY_PROGRESS_H

#include "postgres.h"

extern void ProgressBegin(Oid relation);

/* Bytes are those of the objects as stored; total is what the listing has told so far. */
extern void ProgressUpdate(int64 bytes, int64 total, int64 rows, int64 rejected);
extern void ProgressEnd(void);

#endif /* SPARKIFY_PROGRESS_H */
