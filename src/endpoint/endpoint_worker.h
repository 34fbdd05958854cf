/*
 * endpoint_worker.h
 *		The background worker that starts and watches the gateway.
 */
#ifndef SPARKIFY_ENDPOINT_WORKER_H
#define SPARKIFY_ENDPOINT_WORKER_H

#include "postgres.h"

/* In a server that preloads the module: defines the endpoint's settings, and asks for the worker if a port is set. */
extern void EndpointInstall(void);

extern PGDLLEXPORT void EndpointWorkerMain(Datum argument);

#endif /* SPARKIFY_ENDPOINT_WORKER_H */
