/*
 * catalog_query.h
 *		Whether a query reads the system catalog and nothing else.
 */
#ifndef SPARKIFY_CATALOG_QUERY_H
#define SPARKIFY_CATALOG_QUERY_H

#include "postgres.h"

/*
 * sql is one statement in PostgreSQL's grammar; raises its syntax error.  False
 * for anything but a query, and for a query of no relation at all.
 */
extern bool ReadsCatalogOnly(const char *sql);

#endif /* SPARKIFY_CATALOG_QUERY_H */
