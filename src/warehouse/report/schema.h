/*
 * schema.h
 *		The tables that the definitions create: columns, keys, distribution.
 *
 * Keys and distribution are what Redshift is told of a table; PostgreSQL is told
 * neither, so they are read from the definitions.  A definition whose table isn't
 * there (yet) is left out.
 */
#ifndef SPARKIFY_SCHEMA_H
#define SPARKIFY_SCHEMA_H

#include "postgres.h"
#include "nodes/pg_list.h"

typedef struct SchemaColumn
{
	const char *name;
	const char *type; /* as Redshift spells it */
	bool primary_key;
	bool dist_key;
	bool sort_key;
	const char *references; /* the table that it is a key of; NULL: none */
} SchemaColumn;

typedef struct SchemaTable
{
	const char *name;
	const char *dist_style; /* DISTSTYLE ALL, DISTKEY(c) ... */
	List *columns;			/* SchemaColumn * */
} SchemaTable;

/* The tables of the definitions, in their order; a list of SchemaTable. */
extern List *SchemaRead(void);

#endif /* SPARKIFY_SCHEMA_H */
