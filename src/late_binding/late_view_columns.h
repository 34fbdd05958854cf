/*
 * late_view_columns.h
 *		The columns of a late-binding view, which come and go with its query's.
 *
 * PostgreSQL's CREATE OR REPLACE VIEW adds columns only, because others may
 * depend on those that are there.  Where nobody does, they can go.
 */
#ifndef SPARKIFY_LATE_VIEW_COLUMNS_H
#define SPARKIFY_LATE_VIEW_COLUMNS_H

#include "postgres.h"

#include "nodes/parsenodes.h"

/* Removes all columns of a view that the caller owns and has locked; false where others depend on them. */
extern bool LateColumnsForget(Oid relid);

/* Gives a view the columns of a query; an error where others depend on what it had. */
extern void LateColumnsSet(Oid relid, Query *query);

/* A query of NULLs with a view's present columns, over the FROM of stub. */
extern Node *LateColumnsStub(Oid relid, Node *stub);

/* The relation that a rule belongs to; InvalidOid when there is no such rule. */
extern Oid LateRuleRelation(Oid rule);

#endif /* SPARKIFY_LATE_VIEW_COLUMNS_H */
