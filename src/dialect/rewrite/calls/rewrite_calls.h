/*
 * rewrite_calls.h
 *		Functions that take more than another name: each rewrites its call and
 *		tells the type; *done says whether nothing is left to do.
 */
#ifndef SPARKIFY_REWRITE_CALLS_H
#define SPARKIFY_REWRITE_CALLS_H

#include "dialect/rewrite/types/rewrite_types.h"

typedef Oid (*CallRewriter)(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);

/* Leads a call to a namesake in the schema "redshift". */
extern void Qualify(Rewriting *work, TreeExpr *call);

extern Oid RewriteArray(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteNvl2(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteDecode(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteNullif(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteListagg(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteNextval(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewritePercentile(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteRatio(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteAvg(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteSum(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteHll(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteCollate(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteChecksum(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteFnvHash(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteAlternate(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteArrayPosition(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteObjectTransform(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteNulls(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteRound(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteTrunc(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteToChar(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteToTimestamp(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteConvertTimezone(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);

/* rewrite_super_calls.c */
extern Oid RewriteOfSuper(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);
extern Oid RewriteShared(Rewriting *work, TreeExpr *call, const Oid *types, bool *done);

#endif /* SPARKIFY_REWRITE_CALLS_H */
