/*
 * sparkify_dwh.c
 *		Entry point of the module: settings and hooks, nothing else.
 */
#include "postgres.h"
#include "fmgr.h"

#include "load/redact.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

/* Runs when a backend loads the module. */
void
_PG_init(void)
{
	RedactInstall();
}
