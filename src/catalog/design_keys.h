/*
 * design_keys.h
 *		The keys of a table, which Redshift doesn't enforce: adding and dropping
 *		them.
 */
#ifndef SPARKIFY_DESIGN_KEYS_H
#define SPARKIFY_DESIGN_KEYS_H

#include "catalog/design.h"

/*
 * Adds keys to a design: "ADD PRIMARY KEY (a), ADD CONSTRAINT c UNIQUE (b)".
 * A foreign key without columns refers to the other table's primary key, and isn't
 * kept where there is none.  created: the table is new, else it is altered.
 */
extern void DesignKeysAdd(Oid relid, TableDesign *design, const char *clauses, bool created);

/* Drops a key by name; false: the table has none of that name.  *columns are those it had. */
extern bool DesignKeyDrop(TableDesign *design, const char *name, List **columns);

/* Drops the key of a kind and number, if there is one. */
extern void DesignKeyDropNumber(TableDesign *design, KeyKind kind, int number);

/* Drops the keys that a column is part of, before it goes itself. */
extern void DesignKeysDropColumn(TableDesign *design, AttrNumber attnum);

#endif /* SPARKIFY_DESIGN_KEYS_H */
