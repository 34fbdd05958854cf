/*
 * rewrite_clauses.c
 *		Clauses of SELECT that PostgreSQL lacks: TOP and QUALIFY.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"

static const char *ItemName(Rewriting *work, const SelectItem *item);
static void QualifyItem(Rewriting *work, Select *select, SelectItem *item, const char *outer,
						StringInfo inner_list, StringInfo outer_list);
static void QualifyExpansion(Rewriting *work, SelectItem *star, const char *outer,
							 StringInfo inner_list, StringInfo outer_list);
static void QualifyStar(Rewriting *work, Select *select, SelectItem *item, const char *outer,
						StringInfo inner_list, StringInfo outer_list);

/* SELECT TOP n ... is SELECT ... LIMIT n; within a set operation in parentheses of its own. */
void
RewriteTop(Rewriting *work, TreeQuery *query, Select *select)
{
	int number = select->top_last;
	const char *count;

	if (LexemeIsAt(work->list, number, ")"))
		number--;
	count = LexemeAt(work->list, number)->text;
	if (select->qualify == NULL)
		EditDelete(work, select->top_first, select->top_last);
	if (query->simple)
		EditInsertAfter(work, query->last, psprintf(" LIMIT %s", count));
	else
	{
		EditInsertBefore(work, select->first, "(");
		EditInsertAfter(work, select->last, psprintf(" LIMIT %s)", count));
	}
}

/*
 * SELECT list FROM ... QUALIFY condition becomes
 * SELECT list FROM (SELECT list, condition AS qualifies FROM ...) WHERE qualifies.
 * A star travels as whole rows, because its columns need not be known here.
 */
void
RewriteQualify(Rewriting *work, Select *select)
{
	char *outer = psprintf("qualified%d", ++work->names);
	StringInfoData inner_list;
	StringInfoData outer_list;
	char *clauses = "";
	ListCell *cell;

	initStringInfo(&inner_list);
	initStringInfo(&outer_list);
	foreach (cell, select->items)
	{
		SelectItem *item = lfirst(cell);

		if (item->expansion != NIL)
			QualifyExpansion(work, item, outer, &inner_list, &outer_list);
		else if (item->expr->kind == EXPR_STAR)
			QualifyStar(work, select, item, outer, &inner_list, &outer_list);
		else
			QualifyItem(work, select, item, outer, &inner_list, &outer_list);
	}
	if (select->from_lexeme >= 0 && select->from_lexeme < select->qualify_lexeme)
		clauses = EditRender(work, select->from_lexeme, select->qualify_lexeme - 1);
	EditReplace(work, select->first, select->last,
				psprintf("SELECT %s%s FROM (SELECT %s, (%s) AS qualifies %s) AS %s WHERE "
						 "%s.qualifies",
						 select->distinct >= 0 ? "DISTINCT " : "", outer_list.data, inner_list.data,
						 EditRender(work, select->qualify->first, select->qualify->last), clauses,
						 outer, outer));
}

/* The name of an item's column; NULL when it has none. */
static const char *
ItemName(Rewriting *work, const SelectItem *item)
{
	return item->alias != NULL ? item->alias : OutputName(work, item->expr);
}

/* Adds an expression to the lists within and around a QUALIFY, where its name must be the only one. */
static void
QualifyItem(Rewriting *work, Select *select, SelectItem *item, const char *outer,
			StringInfo inner_list, StringInfo outer_list)
{
	const char *separator = inner_list->len > 0 ? ", " : "";
	const char *name = ItemName(work, item);
	const char *inner = name;
	ListCell *cell;

	foreach (cell, select->items)
	{
		const char *other = lfirst(cell) == item ? NULL : ItemName(work, lfirst(cell));

		if (inner != NULL && other != NULL && strcmp(inner, other) == 0)
			inner = NULL;
	}
	if (inner == NULL)
		inner = psprintf("column%d", ++work->names);
	appendStringInfo(inner_list, "%s%s AS %s", separator,
					 EditRender(work, item->expr->first, item->expr->last),
					 quote_identifier(inner));
	appendStringInfo(outer_list, "%s%s.%s", separator, outer, quote_identifier(inner));
	if (name != NULL && name != inner)
		appendStringInfo(outer_list, " AS %s", quote_identifier(name));
}

/* Adds the columns of a star that is written out to the lists within and around a QUALIFY. */
static void
QualifyExpansion(Rewriting *work, SelectItem *star, const char *outer, StringInfo inner_list,
				 StringInfo outer_list)
{
	ListCell *cell;

	foreach (cell, star->expansion)
	{
		const StarColumn *column = lfirst(cell);
		const char *separator = inner_list->len > 0 ? ", " : "";
		char *inner = psprintf("column%d", ++work->names);

		appendStringInfo(inner_list, "%s%s AS %s", separator, column->text, inner);
		appendStringInfo(outer_list, "%s%s.%s AS %s", separator, outer, inner,
						 quote_identifier(column->column->name));
	}
}

/* Adds the rows that a star stands for to the lists within and around a QUALIFY. */
static void
QualifyStar(Rewriting *work, Select *select, SelectItem *item, const char *outer,
			StringInfo inner_list, StringInfo outer_list)
{
	const char *table = item->expr->last > item->expr->first
							? LexemeAt(work->list, item->expr->last - 2)->text
							: NULL;
	ListCell *cell;

	foreach (cell, select->from)
	{
		const char *name = FromItemName(lfirst(cell));
		const char *separator = inner_list->len > 0 ? ", " : "";
		int row;

		if (name == NULL || (table != NULL && strcmp(table, name) != 0))
			continue;
		row = ++work->names;
		appendStringInfo(inner_list, "%s%s AS row%d", separator, quote_identifier(name), row);
		appendStringInfo(outer_list, "%s(%s.row%d).*", separator, outer, row);
	}
}
