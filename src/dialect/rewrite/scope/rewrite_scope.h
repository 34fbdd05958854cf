/*
 * rewrite_scope.h
 *		The names that an expression may refer to; NULL is the answer where
 *		nothing of the kind is known.
 */
#ifndef SPARKIFY_REWRITE_SCOPE_H
#define SPARKIFY_REWRITE_SCOPE_H

#include "dialect/rewrite/scope/rewrite_edits.h"
#include "dialect/rewrite/tree/rewrite_tree.h"

typedef struct ScopeNames ScopeNames;

/* The names that an expression may refer to. */
typedef struct Scope
{
	struct Scope *parent;
	List *from;		   /* FromItem */
	List *common;	   /* CommonTable */
	List *aliases;	   /* SelectItem: what the select list has named so far */
	ScopeNames *names; /* of all these, as far as they have been asked for */
} Scope;

extern const DialectColumn *ScopeColumn(Rewriting *work, Scope *scope, const char *name);
extern FromItem *ScopeItem(Rewriting *work, Scope *scope, const char *schema, const char *name);
extern FromItem *ScopeSibling(Rewriting *work, Scope *scope, const char *name);
extern SelectItem *ScopeAlias(Rewriting *work, Scope *scope, const char *name);
extern CommonTable *ScopeCommonTable(Rewriting *work, Scope *scope, const char *name);
extern const DialectColumn *FromItemColumn(Rewriting *work, FromItem *item, const char *name);
extern const char *FromItemName(const FromItem *item);
extern DialectColumn *MakeColumn(const char *name, Oid type);

#endif /* SPARKIFY_REWRITE_SCOPE_H */
