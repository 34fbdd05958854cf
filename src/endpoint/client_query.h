/*
 * client_query.h
 *		A client's query, translated where PostgreSQL analyses it.
 */
#ifndef SPARKIFY_CLIENT_QUERY_H
#define SPARKIFY_CLIENT_QUERY_H

#include "postgres.h"
#include "fmgr.h"

/* Sets the hook; called once, when the module is loaded. */
extern void ClientQueryInstall(void);

/* endpoint_run(text): stands for a client's query, see answer.h; it is never called. */
extern PGDLLEXPORT Datum endpoint_run(PG_FUNCTION_ARGS);

#endif /* SPARKIFY_CLIENT_QUERY_H */
