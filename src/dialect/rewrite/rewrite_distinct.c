/*
 * rewrite_distinct.c
 *		SELECT DISTINCT that is sorted by what isn't in its list, which
 *		PostgreSQL refuses.
 *
 * Redshift's rows are distinct in the columns that can be seen, and each stands
 * where the first of those it is made of would (not documented by AWS; chosen
 * because Redshift was seen to do so).  So
 *
 *		SELECT DISTINCT a FROM t ORDER BY b DESC
 *
 * becomes a DISTINCT ON of the visible columns, which keeps of each row the
 * first in the order asked for, with that order around it.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"

static bool IsOutput(Rewriting *work, const Select *select, const TreeExpr *expr);
static bool IsListed(Rewriting *work, const Select *select, const TreeExpr *expr);
static bool IsWrittenLike(Rewriting *work, const TreeExpr *one, const TreeExpr *other);
static char *Direction(Rewriting *work, const TreeExpr *expr);

/* Whether a SELECT DISTINCT is sorted by an expression that isn't in its list. */
bool
DistinctOrdersByOthers(Rewriting *work, const TreeQuery *query, const Select *select)
{
	ListCell *cell;

	if (select->distinct < 0 || select->into >= 0 || select->from_lexeme < 0 ||
		LexemeIsAt(work->list, select->distinct + 1, "on"))
		return false;

	foreach (cell, query->order)
		if (!IsListed(work, select, lfirst(cell)))
			return true;
	return false;
}

/* Whether a sort expression means a column of the result: by its place or by its bare name. */
static bool
IsOutput(Rewriting *work, const Select *select, const TreeExpr *expr)
{
	ListCell *cell;

	/* a number is the place of a column */
	if (expr->kind == EXPR_NUMBER)
		return true;
	if (expr->kind != EXPR_COLUMN || expr->parts > 1 || expr->subscript)
		return false;

	foreach (cell, select->items)
	{
		const char *name = ItemName(work, lfirst(cell));

		if (name != NULL && strcmp(name, LexemeAt(work->list, expr->first)->text) == 0)
			return true;
	}

	return false;
}

/* Whether PostgreSQL finds a sort expression in the select list. */
static bool
IsListed(Rewriting *work, const Select *select, const TreeExpr *expr)
{
	ListCell *cell;

	if (IsOutput(work, select, expr))
		return true;

	foreach (cell, select->items)
	{
		const SelectItem *item = lfirst(cell);

		if (item->expr->kind == EXPR_STAR ? expr->kind == EXPR_COLUMN
										  : IsWrittenLike(work, item->expr, expr))
			return true;
	}

	return false;
}

/* Whether two expressions are the same as they are written; a column's table may be left out. */
static bool
IsWrittenLike(Rewriting *work, const TreeExpr *one, const TreeExpr *other)
{
	int length = one->last - one->first;

	/* t.a and a are the same column, where the one is written without its table */
	if (one->kind == EXPR_COLUMN && other->kind == EXPR_COLUMN && one->parts != other->parts &&
		Min(one->parts, other->parts) == 1)
		return strcmp(LexemeAt(work->list, one->last)->text,
					  LexemeAt(work->list, other->last)->text) == 0;
	if (length != other->last - other->first)
		return false;

	for (int i = 0; i <= length; i++)
		if (strcmp(LexemeAt(work->list, one->first + i)->text,
				   LexemeAt(work->list, other->first + i)->text) != 0)
			return false;
	return true;
}

/* Puts the SELECT into one that sorts by what the inner one has found out. */
void
RewriteDistinct(Rewriting *work, const TreeQuery *query, Select *select)
{
	char *outer = psprintf("distinct%d", ++work->names);
	StringInfoData inner_list;
	StringInfoData outer_list;
	StringInfoData places;
	StringInfoData order;
	int visible;
	int sorts = 0;
	ListCell *cell;

	initStringInfo(&inner_list);
	initStringInfo(&outer_list);
	initStringInfo(&places);
	initStringInfo(&order);
	visible = WrapItems(work, select, outer, &inner_list, &outer_list);
	for (int place = 1; place <= visible; place++)
		appendStringInfo(&places, "%s%d", place > 1 ? ", " : "", place);

	/* each sort expression is a column of the inner SELECT, and sorts within equal rows there */
	foreach (cell, query->order)
	{
		TreeExpr *expr = lfirst(cell);

		if (IsOutput(work, select, expr))
			continue;
		sorts++;
		appendStringInfo(&inner_list, ", %s AS sort%d", EditRender(work, expr->first, expr->last),
						 sorts);
		appendStringInfo(&order, ", %d%s", visible + sorts, Direction(work, expr));
		EditReplace(work, expr->first, expr->last, psprintf("%s.sort%d", outer, sorts));
	}

	EditReplace(work, select->first, select->last,
				psprintf("SELECT %s FROM (SELECT DISTINCT ON (%s) %s %s ORDER BY %s%s) AS %s",
						 outer_list.data, places.data, inner_list.data,
						 EditRender(work, select->from_lexeme, select->last), places.data,
						 order.data, outer));
	select->wrapped = true;
}

/* ASC or DESC and NULLS FIRST or LAST behind a sort expression, as written. */
static char *
Direction(Rewriting *work, const TreeExpr *expr)
{
	int next = expr->last + 1;

	if (!LexemeAccept(work->list, &next, "asc"))
		LexemeAccept(work->list, &next, "desc");
	if (LexemeIsAt(work->list, next, "nulls"))
		next += 2;
	return next == expr->last + 1 ? ""
								  : psprintf(" %s", EditRender(work, expr->last + 1, next - 1));
}
