/*
 * log_worker.h
 *		What the background workers of the record have in common: how they are asked for,
 *		and how they close themselves to what others have set.
 *
 * They act with the rights of a superuser, so they run no SQL; and what a database's owner
 * may set for its sessions means nothing to them.
 */
#ifndef SPARKIFY_LOG_WORKER_H
#define SPARKIFY_LOG_WORKER_H

#include "postgres.h"
#include "postmaster/bgworker.h"

typedef struct LogWorkerConfig
{
	const char *name;	  /* as pg_stat_activity shows it */
	const char *function; /* of this module: its main */
	BgWorkerStartTime start;
	Datum argument;
	const void *extra; /* or NULL; copied to the worker's bgw_extra */
	Size extra_length;
} LogWorkerConfig;

/* Asks the postmaster for a worker; NULL when no place is free just now. */
extern BackgroundWorkerHandle *LogWorkerAsk(const LogWorkerConfig *config);

/* For a worker's main: connects it to a database, with settings that only this module chooses. */
extern void LogWorkerConnect(Oid database);

#endif /* SPARKIFY_LOG_WORKER_H */
