/*
 * rewrite_super_calls.c
 *		Functions that take SUPERs beside other types, and then give SUPERs.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "dialect/rewrite/calls/rewrite_calls.h"
#include "dialect/rewrite/types/rewrite_types.h"

/* MAX, MIN, ABS, CEIL and FLOOR of a SUPER are SUPERs, and functions of ours. */
Oid
RewriteOfSuper(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	*done = list_length(call->args) == 1 && types[0] == JSONBOID;
	if (*done)
		Qualify(work, call);
	return JSONBOID;
}

/* COALESCE, GREATEST and LEAST with a SUPER among their arguments give one. */
Oid
RewriteShared(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	List *arguments = NIL;

	for (int i = 0; i < list_length(call->args); i++)
		arguments = lappend_oid(arguments, types[i]);
	(void)ShareSuper(work, call->args, arguments);
	return InvalidOid;
}
