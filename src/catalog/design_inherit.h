/*
 * design_inherit.h
 *		What a new table takes over from the tables it is made from.
 */
#ifndef SPARKIFY_DESIGN_INHERIT_H
#define SPARKIFY_DESIGN_INHERIT_H

#include "nodes/parsenodes.h"

/* The tables that a CREATE TABLE is LIKE, as a list of Oid. */
extern List *DesignLikeParents(const CreateStmt *stmt);

/* Whether one of the relations has BACKUP NO. */
extern bool DesignAnyUnlogged(List *relids);

/* Gives a table the design of those it is LIKE, as far as the options say nothing. */
extern void DesignInheritLike(Oid relid, List *parents, List *options);

/* Whether the query of a CREATE TABLE AS hands down the design of the table it reads. */
extern bool DesignQueryInherits(const Node *query);

/* Gives a table the design that its query hands down, as far as the options say nothing. */
extern void DesignInheritQuery(Oid relid, const Node *query, List *options);

#endif /* SPARKIFY_DESIGN_INHERIT_H */
