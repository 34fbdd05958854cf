/*
 * rewrite_rows.c
 *		Casts of what a subquery returns, which have no place but within it.
 *
 *		x IN (SELECT a ...)	-> x IN (SELECT d.value::text FROM (SELECT a ...) AS d (value))
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "dialect/rewrite/types/rewrite_types.h"

static void PutAround(Rewriting *work, TreeExpr *query, char *head, char *tail);

void
WrapRows(Rewriting *work, TreeExpr *query, const char *before, const char *after)
{
	char *name = psprintf("derived_table%d", ++work->names);

	PutAround(work, query, psprintf("SELECT %s%s.value%s FROM (", before, name, after),
			  psprintf(") AS %s (value)", name));
}

void
CompareRowWithQuery(Rewriting *work, List *values, List *types, TreeExpr *query)
{
	List *columns = query->query->columns;
	bool casts = false;
	StringInfoData head, tail;
	char *name;

	if (!query->query->known || list_length(columns) != list_length(values))
		return;

	/* a number is compared with a string as a string, on whichever side it stands */
	initStringInfo(&head);
	initStringInfo(&tail);
	name = psprintf("derived_table%d", work->names + 1);
	for (int i = 0; i < list_length(values); i++)
	{
		const DialectColumn *column = list_nth(columns, i);
		Oid type = list_nth_oid(types, i);
		bool is_cast = TypeIsText(type) && TypeIsNumber(column->type);

		casts |= is_cast;
		if (TypeIsNumber(type) && TypeIsText(column->type))
			CoerceToText(work, list_nth(values, i), type);
		appendStringInfo(&head, "%s%s.value%d%s", i > 0 ? ", " : "", name, i + 1,
						 is_cast ? "::text" : "");
		appendStringInfo(&tail, "%svalue%d", i > 0 ? ", " : "", i + 1);
	}

	if (!casts)
		return;
	work->names++;
	PutAround(work, query, psprintf("SELECT %s FROM (", head.data),
			  psprintf(") AS %s (%s)", name, tail.data));
}

/* Puts a subquery between head and tail. */
static void
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
