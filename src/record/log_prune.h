/*
 * log_prune.h
 *		How long and how large the record of loads may be, and who shortens it:
 *		a background worker, never a load.
 */
#ifndef SPARKIFY_LOG_PRUNE_H
#define SPARKIFY_LOG_PRUNE_H

#include "postgres.h"
#include "fmgr.h"

/* Settings: sparkify_dwh.load_history_days, .load_history_rows; 0 is no limit. */
extern int load_history_days;
extern int load_history_rows;

typedef struct LogLimits
{
	int days;
	int rows;
} LogLimits;

/* The limits, as this session has them. */
extern LogLimits LogLimitsNow(void);

/*
 * Removes the loads beyond the limits, the oldest ones first, in transactions of its
 * own; for a background worker.  Does nothing while another one does it.
 */
extern void LogPrune(const LogLimits *limits);

/*
 * Asks for a background worker that prunes, where the oldest load is beyond the limit of
 * days or this session has just recorded many rows.  Waits for nothing, and fails silently: the
 * next load asks again.
 */
extern void LogPruneLater(int64 recorded);

extern PGDLLEXPORT void LogPruneMain(Datum main_arg);

#endif /* SPARKIFY_LOG_PRUNE_H */
