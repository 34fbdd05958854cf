/*
 * rewrite_work.h
 *		What the files of the rewriter share: the edits in the making, and the
 *		names an expression may see.
 */
#ifndef SPARKIFY_REWRITE_WORK_H
#define SPARKIFY_REWRITE_WORK_H

#include "dialect/rewrite/rewrite.h"
#include "dialect/rewrite/tree/rewrite_tree.h"

/* Schema of the functions whose namesakes in PostgreSQL behave differently. */
#define REDSHIFT_SCHEMA "redshift"

typedef struct Rewriting
{
	const DialectContext *context;
	const LexemeList *list;
	LexemeEdits *edits;
	int names;	 /* made-up names so far */
	List *marks; /* int: lexemes at which a (+) begins that has become a join */
} Rewriting;

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

/* A column that a star stands for. */
typedef struct StarColumn
{
	const DialectColumn *column;
	char *text; /* as an expression, NULL when it has no name */
} StarColumn;

/* rewrite_edits.c: what edits.h has, on the edits of this rewriting */
extern void EditInsertBefore(Rewriting *work, int lexeme, const char *text);
extern void EditInsertAfter(Rewriting *work, int lexeme, const char *text);
extern void EditReplace(Rewriting *work, int first, int last, const char *text);
extern void EditDelete(Rewriting *work, int first, int last);
extern char *EditRender(Rewriting *work, int first, int last);

/* rewrite_expr.c: rewrites an expression and tells its type, InvalidOid when not known */
extern Oid RewriteExpr(Rewriting *work, Scope *scope, TreeExpr *expr);
extern void RewriteExprs(Rewriting *work, Scope *scope, List *exprs);

/* rewrite_query.c */
extern const char *OutputName(Rewriting *work, const TreeExpr *expr);
extern void RewriteQueryTree(Rewriting *work, Scope *parent, TreeQuery *query);

/* rewrite_alias.c */
extern Oid RewriteColumn(Rewriting *work, Scope *scope, TreeExpr *expr);

/* rewrite_scope.c: what names mean; NULL when nothing of the kind is known */
extern const DialectColumn *ScopeColumn(Rewriting *work, Scope *scope, const char *name);
extern FromItem *ScopeItem(Rewriting *work, Scope *scope, const char *schema, const char *name);
extern FromItem *ScopeSibling(Rewriting *work, Scope *scope, const char *name);
extern SelectItem *ScopeAlias(Rewriting *work, Scope *scope, const char *name);
extern CommonTable *ScopeCommonTable(Rewriting *work, Scope *scope, const char *name);
extern const DialectColumn *FromItemColumn(Rewriting *work, FromItem *item, const char *name);
extern const char *FromItemName(const FromItem *item);
extern DialectColumn *MakeColumn(const char *name, Oid type);

/* rewrite_from.c */
extern void RewriteFrom(Rewriting *work, Scope *scope, List *items);
extern List *ColumnsRenamed(List *columns, List *names);
extern List *RelationColumns(Rewriting *work, const char *schema, const char *name, bool *known);

/* rewrite_pivot.c */
extern void RewritePivot(Rewriting *work, Scope *scope, FromItem *item);

/* rewrite_clauses.c */
extern void RewriteTop(Rewriting *work, TreeQuery *query, Select *select);
extern void RewriteQualify(Rewriting *work, Select *select);

/* rewrite_star.c */
extern List *StarColumns(Rewriting *work, Scope *scope, const SelectItem *star,
						 const FromItem **unknown);
extern void ExpandExclude(Rewriting *work, Scope *scope, SelectItem *star);
extern int ExpandAssignment(Rewriting *work, Scope *scope, SelectItem *star, List *targets,
							int first);
extern void RewriteStar(Rewriting *work, SelectItem *star);

/* rewrite_outer.c */
extern void RewriteOuterJoins(Rewriting *work, Select *select);
extern void RefuseOuterMarks(Rewriting *work);

/* rewrite_functions.c */
extern Oid RewriteCall(Rewriting *work, Scope *scope, TreeExpr *call);
extern Oid RewriteExtract(Rewriting *work, Scope *scope, TreeExpr *expr);

/* rewrite_calls.c: functions that need more than another name */
extern Oid RewriteSpecialCall(Rewriting *work, Scope *scope, TreeExpr *call, const char *name,
							  const Oid *types, bool *done);

/* rewrite_types.c */
extern bool TypeIsText(Oid type);
extern bool TypeIsInteger(Oid type);
extern bool TypeIsNumber(Oid type);
extern bool TypeIsTimestamp(Oid type);
extern Oid TypeCommon(Oid left, Oid right);
extern void CoerceExpr(Rewriting *work, TreeExpr *expr, Oid from, const char *type);
extern void CoerceToText(Rewriting *work, TreeExpr *expr, Oid from);
extern bool AssignmentCast(Oid from, Oid to, int32 typmod, const char **before, const char **after);
extern void CoerceAssignment(Rewriting *work, TreeExpr *expr, Oid from, Oid to, int32 typmod);
extern Oid RewriteOperator(Rewriting *work, TreeExpr *expr, Oid left, Oid right);
extern void RewriteComparison(Rewriting *work, TreeExpr *left, Oid left_type, TreeExpr *right,
							  Oid right_type);

/* rewrite_decimal.c */
extern int32 DecimalTypmod(int precision, int scale);
extern int DecimalScale(int32 typmod);
extern int32 DecimalCommon(Oid left, int32 left_typmod, Oid right, int32 right_typmod);
extern void RewriteDecimalOperator(Rewriting *work, TreeExpr *expr, Oid left, Oid right);

/* rewrite_casts.c */
extern Oid RewriteCast(Rewriting *work, TreeExpr *cast, Oid from);
extern Oid RewriteLiteral(Rewriting *work, TreeExpr *literal);

/* rewrite_statement.c */
extern void RewriteStatement(Rewriting *work);

#endif /* SPARKIFY_REWRITE_WORK_H */
