/*
 * rewrite_outer.c
 *		Outer joins written with (+) in WHERE, as LEFT JOINs.
 *
 *   FROM a, b, c WHERE a.x = b.x(+) AND b.y(+) > 1 AND a.z = c.z
 *   FROM a CROSS JOIN c LEFT JOIN b ON a.x = b.x AND b.y > 1 WHERE a.z = c.z
 *
 * A condition with (+) belongs to the table of the columns so marked; an item
 * is joined once all that its conditions name is.  What Redshift refuses or
 * takes for an inner join (AWS: r_WHERE_oracle_outer) is refused.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "dialect/rewrite/rewrite_work.h"

static bool HasMark(const TreeExpr *expr);
static void ListConditions(Rewriting *work, TreeExpr *expr, List **conditions);
static bool IsAnd(Rewriting *work, const TreeExpr *expr);
static FromItem *TakeMarks(Rewriting *work, Select *select, TreeExpr *expr, FromItem *item);
static FromItem *ColumnItem(Rewriting *work, Select *select, const TreeExpr *column);
static void CheckList(Rewriting *work, const Select *select);
static char *JoinItems(Rewriting *work, Select *select);
static bool IsJoinable(Rewriting *work, Select *select, FromItem *item, List *joined);
static char *ItemText(Rewriting *work, const FromItem *item);
static char *ConditionText(Rewriting *work, List *conditions);
static _Noreturn void Refuse(Rewriting *work, int lexeme, const char *reason);

/* Makes LEFT JOINs of the conditions of a SELECT that are marked with (+). */
void
RewriteOuterJoins(Rewriting *work, Select *select)
{
	List *conditions = NIL;
	List *others = NIL;
	int where;
	char *joins;
	ListCell *cell;

	/* most queries have none of these */
	if (select->where == NULL || select->from == NIL || !HasMark(select->where))
		return;

	CheckList(work, select);
	ListConditions(work, select->where, &conditions);
	foreach (cell, conditions)
	{
		TreeExpr *condition = lfirst(cell);
		FromItem *item = TakeMarks(work, select, condition, NULL);

		if (item == NULL)
			others = lappend(others, condition);
		else if (condition->kind == EXPR_BOOLEAN && LexemeIsAt(work->list, condition->op, "or"))
			Refuse(work, condition->op, "is joined by OR");
		else
			item->outer = lappend(item->outer, condition);
	}

	joins = JoinItems(work, select);
	where = select->where->first;
	if (others != NIL)
		EditReplace(work, where, select->where->last, ConditionText(work, others));
	else
		/* WHERE itself goes with its only conditions */
		EditDelete(work, where - 1, select->where->last);
	EditReplace(work, select->from_lexeme, ((FromItem *)llast(select->from))->end, joins);
}

/* Whether a column in an expression is marked. */
static bool
HasMark(const TreeExpr *expr)
{
	ListCell *cell;

	if (expr->kind == EXPR_COLUMN && expr->outer)
		return true;

	foreach (cell, expr->children)
	{
		if (HasMark(lfirst(cell)))
			return true;
	}

	return false;
}

/* Adds what AND joins in an expression to a list. */
static void
ListConditions(Rewriting *work, TreeExpr *expr, List **conditions)
{
	ListCell *cell;

	while (expr->kind == EXPR_PAREN && list_length(expr->children) == 1 &&
		   (IsAnd(work, linitial(expr->children)) || HasMark(linitial(expr->children))))
		expr = linitial(expr->children);
	if (!IsAnd(work, expr))
		*conditions = lappend(*conditions, expr);
	else
		foreach (cell, expr->children)
			ListConditions(work, lfirst(cell), conditions);
}

/* Whether an expression is a AND b. */
static bool
IsAnd(Rewriting *work, const TreeExpr *expr)
{
	return expr->kind == EXPR_BOOLEAN && list_length(expr->children) == 2 &&
		   LexemeIsAt(work->list, expr->op, "and");
}

/* Takes the marks out of a condition; the one item whose columns have them, NULL when none has. */
static FromItem *
TakeMarks(Rewriting *work, Select *select, TreeExpr *expr, FromItem *item)
{
	ListCell *cell;

	if (expr->kind == EXPR_COLUMN && expr->outer)
	{
		FromItem *marked = ColumnItem(work, select, expr);

		if (marked == NULL)
			Refuse(work, expr->last + 1, "stands at a column of no table in this FROM");
		if (item != NULL && item != marked)
			Refuse(work, expr->last + 1, "stands at columns of two tables in one condition");
		EditReplace(work, expr->last + 1, expr->last + 3, "");
		work->marks = lappend_int(work->marks, expr->last + 1);
		return marked;
	}

	foreach (cell, expr->children)
		item = TakeMarks(work, select, lfirst(cell), item);
	return item;
}

/* The item of this very FROM that a column belongs to; NULL when that can't be told. */
static FromItem *
ColumnItem(Rewriting *work, Select *select, const TreeExpr *column)
{
	const char *first = LexemeAt(work->list, column->first)->text;
	const char *second = LexemeAt(work->list, column->first + 2)->text;
	ListCell *cell;

	foreach (cell, select->from)
	{
		FromItem *item = lfirst(cell);
		const char *name = FromItemName(item);

		if (column->parts > 1 && name != NULL &&
			(strcmp(name, first) == 0 || (column->parts > 2 && strcmp(name, second) == 0)))
			return item;

		/* a bare name: the first item that is known to have it */
		if (column->parts == 1 && FromItemColumn(work, item, first) != NULL)
			return item;
	}

	return NULL;
}

/* Refuses a FROM that is more than items between commas: Redshift takes no (+) beside JOIN. */
static void
CheckList(Rewriting *work, const Select *select)
{
	int end = -1;
	ListCell *cell;

	foreach (cell, select->from)
	{
		const FromItem *item = lfirst(cell);

		if (end >= 0 && (!LexemeIsAt(work->list, end + 1, ",") || item->first > end + 3))
			Refuse(work, end + 1, "stands in a query with JOIN");
		end = item->end;
	}

	if (select->joins != NIL)
		Refuse(work, select->from_lexeme, "stands in a query with JOIN");
}

/* The FROM clause: items without conditions first, then each as soon as those it needs are there. */
static char *
JoinItems(Rewriting *work, Select *select)
{
	StringInfoData text;
	List *joined = NIL;
	int before;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, select->from)
	{
		FromItem *item = lfirst(cell);

		/* first those that are joined to nothing */
		if (item->outer != NIL)
			continue;
		appendStringInfo(&text, "%s%s", joined == NIL ? "FROM " : " CROSS JOIN ",
						 ItemText(work, item));
		joined = lappend(joined, item);
		item->joined = true;
	}

	/* as long as another one can be joined: the marks may be in any order */
	do
	{
		before = list_length(joined);
		foreach (cell, select->from)
		{
			FromItem *item = lfirst(cell);

			if (joined == NIL || item->joined || !IsJoinable(work, select, item, joined))
				continue;
			appendStringInfo(&text, " LEFT JOIN %s ON %s", ItemText(work, item),
							 ConditionText(work, item->outer));
			joined = lappend(joined, item);
			item->joined = true;
		}
	} while (list_length(joined) > before);
	if (list_length(joined) < list_length(select->from))
		Refuse(work, select->from_lexeme, "joins tables in a circle");
	return text.data;
}

/* Whether the columns of an expression belong to the item or to those joined so far. */
static bool
NamesOnly(Rewriting *work, Select *select, const TreeExpr *expr, FromItem *item, List *joined)
{
	ListCell *cell;

	if (expr->kind == EXPR_COLUMN)
	{
		FromItem *named = ColumnItem(work, select, expr);

		return named == NULL || named == item || named->joined;
	}

	foreach (cell, expr->children)
	{
		if (!NamesOnly(work, select, lfirst(cell), item, joined))
			return false;
	}

	return true;
}

/* Whether an item's conditions name only itself and what is joined already. */
static bool
IsJoinable(Rewriting *work, Select *select, FromItem *item, List *joined)
{
	ListCell *cell;

	foreach (cell, item->outer)
	{
		if (!NamesOnly(work, select, lfirst(cell), item, joined))
			return false;
	}

	return true;
}

/* An item with its alias, as rewritten so far. */
static char *
ItemText(Rewriting *work, const FromItem *item)
{
	return EditRender(work, item->unpivot_lexeme >= 0 ? item->unpivot_lexeme : item->first,
					  item->end);
}

/* Conditions with AND between them, as rewritten so far. */
static char *
ConditionText(Rewriting *work, List *conditions)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, conditions)
	{
		const TreeExpr *condition = lfirst(cell);

		appendStringInfo(&text, "%s%s", text.len > 0 ? " AND " : "",
						 EditRender(work, condition->first, condition->last));
	}

	return text.data;
}

/* Refuses whatever (+) is left: nothing here has made a join of it. */
void
RefuseOuterMarks(Rewriting *work)
{
	for (int i = 1; i < work->list->count; i++)
	{
		if (LexemeIsAt(work->list, i, "(") && LexemeIsAt(work->list, i + 1, "+") &&
			LexemeIsAt(work->list, i + 2, ")") && !list_member_int(work->marks, i))
			Refuse(work, i, "stands outside the WHERE of a SELECT");
	}
}

/* Refuses an outer join with (+). */
static void
Refuse(Rewriting *work, int lexeme, const char *reason)
{
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("outer joins with (+) are not supported where it %s", reason),
					errhint("Write LEFT JOIN ... ON, which Redshift takes as well."),
					errposition(pg_mbstrlen_with_len(work->list->script,
													 LexemeAt(work->list, lexeme)->start) +
								1)));
}
