/*
 * endpoint_worker.h
 *		The background worker that starts and watches the gateway.
 */
#ifndef SPARKIFY_ENDPOINT_WORKER_H
#define SPARKIFY_ENDPOINT_WORKER_H

#include "postgres.h"

/* Defines the settings of the endpoint; while the server preloads, asks for the worker if a port is set. */
extern void EndpointInstall(void);

extern PGDLLEXPORT void EndpointWorkerMain(Datum argument);

#endif /* SPARKIFY_ENDPOINT_WORKER_H */
