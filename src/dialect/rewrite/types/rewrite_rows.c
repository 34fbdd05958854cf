/*
 * rewrite_rows.c
 *		Casts of what a subquery returns, which have no place but within it.
 *
 *		x IN (SELECT a ...)	-> x IN (SELECT d.value::text FROM (SELECT a ...) AS d (value))
 */
#include "postgres.h"

#include "dialect/rewrite/types/rewrite_types.h"

void
Wrap(Rewriting *work, TreeExpr *expr, const char *before, const char *after)
{
	if (expr->rows)
		WrapRows(work, expr, before, after);
	else
	{
		EditInsertBefore(work, expr->first, before);
		EditInsertAfter(work, expr->last, after);
	}
}

void
WrapRows(Rewriting *work, TreeExpr *query, const char *before, const char *after)
{
	char *name = psprintf("derived_table%d", ++work->names);

	PutAround(work, query, psprintf("SELECT %s%s.value%s FROM (", before, name, after),
			  psprintf(") AS %s (value)", name));
}

void
PutAround(Rewriting *work, TreeExpr *query, char *head, char *tail)
{
	/* the parentheses of ANY and ALL, and of a single row, are none of the query's */
	if (LexemeIsAt(work->list, query->first, "("))
	{
		EditInsertAfter(work, query->first, head);
		EditInsertBefore(work, query->last, tail);
	}
	else
	{
		EditInsertBefore(work, query->first, head);
		EditInsertAfter(work, query->last, tail);
	}
}
