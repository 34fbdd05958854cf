/*
 * rewrite_work.h
 *		The rewriters of the parts of a statement.
 */
#ifndef SPARKIFY_REWRITE_WORK_H
#define SPARKIFY_REWRITE_WORK_H

#include "lib/stringinfo.h"

#include "dialect/rewrite/scope/rewrite_edits.h"
#include "dialect/rewrite/scope/rewrite_scope.h"
#include "dialect/rewrite/types/rewrite_types.h"
#include "dialect/rewrite/tree/rewrite_tree.h"

/* A column that a star stands for. */
typedef struct StarColumn
{
	const DialectColumn *column;
	char *text; /* as an expression, NULL when it has no name */
	int join;	/* the last one that shares it, 0: none */
	int place;	/* among its columns, or those of none */
} StarColumn;

/* A CONNECT BY on its way: its conditions are rewritten between begin and end. */
typedef struct Hierarchy Hierarchy;

/* rewrite_expr.c: rewrites an expression and tells its type, InvalidOid when not known */
extern Oid RewriteExpr(Rewriting *work, Scope *scope, TreeExpr *expr);
extern void RewriteCondition(Rewriting *work, Scope *scope, TreeExpr *expr);
extern void RewriteExprs(Rewriting *work, Scope *scope, List *exprs);

/* The name of a column that has none. */
#define UNNAMED_COLUMN "?column?"

/* rewrite_query.c */
extern void RewriteQueryTree(Rewriting *work, Scope *parent, TreeQuery *query);

/* rewrite_columns.c: the columns of a query, told by its terms one by one */
extern void AddSelectColumns(Rewriting *work, Scope *scope, TreeQuery *query, const Select *select);
extern void AddTermColumns(TreeQuery *query, List *columns, bool known, int first);
extern void FinishColumns(TreeQuery *query);

/* rewrite_alias.c */
extern Oid RewriteColumn(Rewriting *work, Scope *scope, TreeExpr *expr);
extern const char *AttributeName(Rewriting *work, int index);

/* rewrite_from.c */
extern void RewriteFrom(Rewriting *work, Scope *scope, List *items);
extern List *ColumnsRenamed(List *columns, List *names);
extern void MoveToSystem(Rewriting *work, FromItem *item);
extern List *RelationColumns(Rewriting *work, const char *schema, const char *name, bool *known);

/* rewrite_pivot.c */
extern void RewritePivot(Rewriting *work, Scope *scope, FromItem *item);

/* rewrite_clauses.c */
extern void ShowResult(Rewriting *work, TreeQuery *query);
extern void RewriteTop(Rewriting *work, TreeQuery *query, Select *select);
extern void RewriteQualify(Rewriting *work, Select *select);
extern void RewriteGroupAll(Rewriting *work, Scope *scope, const Select *select);

/* Whether an aggregate or a window function stands in an expression. */
extern bool IsAggregated(Rewriting *work, const TreeExpr *expr);

/* rewrite_sets.c */
extern void NoteSetCall(Rewriting *work, TreeExpr *call);
extern void RewriteSetCase(Rewriting *work, TreeExpr *expr);

/* rewrite_wrap.c: the name of an expression's or an item's column, NULL when it has none */
extern const char *OutputName(Rewriting *work, const TreeExpr *expr);
extern const char *ItemName(Rewriting *work, const SelectItem *item);

/*
 * The select list of a SELECT that is put into another one, and the list of that
 * other one, called outer; returns how many columns the inner list has.
 */
extern int WrapItems(Rewriting *work, const Select *select, const char *outer,
					 StringInfo inner_list, StringInfo outer_list);

/* rewrite_hierarchy.c */
extern Hierarchy *HierarchyBegin(Rewriting *work, Scope *scope, const Select *select);
extern void HierarchyEnd(Rewriting *work, Hierarchy *hierarchy);

/* rewrite_distinct.c */
extern bool DistinctOrdersByOthers(Rewriting *work, const TreeQuery *query, const Select *select);
extern void RewriteDistinct(Rewriting *work, const TreeQuery *query, Select *select);

/* rewrite_star.c */
extern List *StarColumns(Rewriting *work, Scope *scope, const SelectItem *star,
						 const FromItem **unknown);
extern void ExpandExclude(Rewriting *work, Scope *scope, SelectItem *star);
extern void ExpandShared(Rewriting *work, Scope *scope, SelectItem *star);
extern int ExpandAssignment(Rewriting *work, Scope *scope, SelectItem *star, List *targets,
							int first);
extern void RewriteStar(Rewriting *work, SelectItem *star);

/* rewrite_outer.c */
extern void RewriteOuterJoins(Rewriting *work, Select *select);
extern void RefuseOuterMarks(Rewriting *work);

/* rewrite_functions.c */
extern Oid RewriteCall(Rewriting *work, Scope *scope, TreeExpr *call);
extern Oid RewriteExtract(Rewriting *work, Scope *scope, TreeExpr *expr);

/* rewrite_casts.c */
extern Oid RewriteCast(Rewriting *work, TreeExpr *cast, Oid from);
extern const char *CastName(Rewriting *work, const TreeExpr *cast);
extern Oid RewriteLiteral(Rewriting *work, TreeExpr *literal);

/* rewrite_statement.c */
extern void RewriteStatement(Rewriting *work);

#endif /* SPARKIFY_REWRITE_WORK_H */
