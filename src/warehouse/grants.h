/*
 * grants.h
 *		Which relations are the warehouse's to grant, and the rights of who reads them.
 */
#ifndef SPARKIFY_GRANTS_H
#define SPARKIFY_GRANTS_H

#include "postgres.h"
#include "nodes/pg_list.h"

#include "warehouse/definitions.h"

/*
 * The statements, for Redshift and for here, that let the role of the setting "reader" read the
 * warehouse, as the definitions of a run make it; NIL where that isn't set.
 */
extern List *ReaderGrants(List *settings, const Definitions *run);

/* Raises an error when the setting "reader" names a role that isn't there. */
extern void ReaderRequire(List *settings);

/* Runs ReaderGrants() here, as the current user. */
extern void ReaderGrant(List *settings, Pipeline pipeline);

#endif /* SPARKIFY_GRANTS_H */
