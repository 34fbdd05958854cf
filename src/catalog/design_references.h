/*
 * design_references.h
 *		What foreign keys say of the tables that they refer to: kept true when
 *		these are renamed, moved or dropped.
 */
#ifndef SPARKIFY_DESIGN_REFERENCES_H
#define SPARKIFY_DESIGN_REFERENCES_H

#include "postgres.h"

#include "nodes/pg_list.h"

/* A schema; a table in it, unless NULL; a column of that, unless NULL. */
typedef struct ReferencedName
{
	const char *schema;
	const char *table;
	const char *column;
} ReferencedName;

/* Leads all foreign keys that refer to one name to another; both have the same parts. */
extern void DesignReferencesRename(const ReferencedName *from, const ReferencedName *to);

/*
 * Drops the foreign keys that refer to any of some names (ReferencedName *).  For
 * a column that is a key with this among what it refers to.
 */
extern void DesignReferencesDrop(List *names);

#endif /* SPARKIFY_DESIGN_REFERENCES_H */
