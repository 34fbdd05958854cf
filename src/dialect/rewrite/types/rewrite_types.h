/*
 * rewrite_types.h
 *		Types of expressions, and the casts that Redshift makes by itself.
 */
#ifndef SPARKIFY_REWRITE_TYPES_H
#define SPARKIFY_REWRITE_TYPES_H

#include "dialect/rewrite/scope/rewrite_edits.h"
#include "dialect/rewrite/tree/rewrite_tree.h"
#include "dialect/text/types.h"

/* rewrite_kinds.c */
extern bool TypeIsText(Oid type);
extern bool TypeIsInteger(Oid type);
extern bool TypeIsNumber(Oid type);
extern bool TypeIsTimestamp(Oid type);
extern bool BecomesSuper(Oid type);

/* The spelling of a type as a cast's target; NULL when casts to it are none of ours. */
extern const char *TypeSpell(Oid type);

/* rewrite_types.c */
extern Oid TypeCommon(Oid left, Oid right);
extern void CoerceExpr(Rewriting *work, TreeExpr *expr, Oid from, const char *type);
extern void CoerceToText(Rewriting *work, TreeExpr *expr, Oid from);
extern void CoerceToBytes(Rewriting *work, TreeExpr *expr, Oid from);
extern Oid RewriteVarbyteComplement(Rewriting *work, TreeExpr *expr);
extern bool AssignmentCast(Oid from, Oid to, int32 typmod, const char **before, const char **after);
extern void CoerceAssignment(Rewriting *work, TreeExpr *expr, Oid from, Oid to, int32 typmod);
extern Oid RewriteOperator(Rewriting *work, TreeExpr *expr, Oid left, Oid right);

/* Makes both sides of = comparable, or of < and its like (ordered): number against string compares strings. */
extern void RewriteComparison(Rewriting *work, TreeExpr *left, Oid left_type, TreeExpr *right,
							  Oid right_type, bool ordered);

/* rewrite_super.c */
extern void CoerceSuper(Rewriting *work, TreeExpr *expr, Oid type);
extern void CoerceSuperToDecimal(Rewriting *work, TreeExpr *expr, int digits);
extern void CoerceToSuper(Rewriting *work, TreeExpr *expr, Oid from);
extern void SuperCast(const char *type, const char **before, const char **after);
extern bool ShareSuper(Rewriting *work, List *exprs, List *types);
extern bool CompareSuper(Rewriting *work, TreeExpr *super, TreeExpr *other, Oid type, bool ordered);
extern void OrderSupers(Rewriting *work, TreeExpr *expr);
extern bool RewriteSuperOperator(Rewriting *work, TreeExpr *expr, Oid left, Oid right);
extern void RewriteSuperSign(Rewriting *work, TreeExpr *expr);

/* rewrite_rows.c: text around an expression, or the only value of IN, ANY or ALL (subquery); around a subquery */
extern void Wrap(Rewriting *work, TreeExpr *expr, const char *before, const char *after);
extern void WrapRows(Rewriting *work, TreeExpr *query, const char *before, const char *after);
extern void PutAround(Rewriting *work, TreeExpr *query, char *head, char *tail);

/* rewrite_decimal.c */
extern int DecimalScale(int32 typmod);
extern bool DecimalIsShown(int32 typmod);
extern char *DecimalSpell(int32 typmod);
extern int32 DecimalCommon(Oid left, int32 left_typmod, Oid right, int32 right_typmod);
extern void RewriteDecimalOperator(Rewriting *work, TreeExpr *expr, Oid left, Oid right);

#endif /* SPARKIFY_REWRITE_TYPES_H */
