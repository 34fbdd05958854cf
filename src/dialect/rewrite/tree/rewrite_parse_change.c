/*
 * rewrite_parse_change.c
 *		UPDATE, DELETE and MERGE as if a SELECT of what they read, for the check:
 *		which names they use, and which tables these could belong to.
 *
 *		UPDATE t SET a = x FROM s WHERE c        SELECT x FROM t, s WHERE c
 *		DELETE FROM t USING s WHERE c            FROM t, s WHERE c
 *		MERGE INTO t USING s ON c WHEN ...       SELECT c, x, ... FROM t, s
 */
#include "postgres.h"

#include "dialect/rewrite/tree/rewrite_tree.h"

static FromItem *ParseTarget(const LexemeList *list, int *next);
static void ParseAssignments(const LexemeList *list, int *next, Select *select);
static void ParseMerge(const LexemeList *list, int *next, Select *select);
static void AddItem(Select *select, TreeExpr *expr);
static bool EndsStatement(const LexemeList *list, int index);

/* Parses a statement from its first lexeme on. */
Select *
ChangeParse(const LexemeList *list, int next)
{
	Select *select = palloc0(sizeof(Select));

	select->first = next;
	if (LexemeAccept(list, &next, "update"))
	{
		select->from = list_make1(ParseTarget(list, &next));
		if (LexemeAccept(list, &next, "set"))
			ParseAssignments(list, &next, select);
		if (LexemeAccept(list, &next, "from"))
			select->from = list_concat(select->from, FromListParse(list, &next, &select->joins));
	}
	else if (LexemeAccept(list, &next, "delete"))
	{
		LexemeAccept(list, &next, "from");
		select->from = list_make1(ParseTarget(list, &next));
		if (LexemeAccept(list, &next, "using"))
			select->from = list_concat(select->from, FromListParse(list, &next, &select->joins));
	}
	else if (LexemeAccept(list, &next, "merge"))
		ParseMerge(list, &next, select);
	else
		return NULL;
	if (LexemeAccept(list, &next, "where"))
		select->where = ExprParse(list, &next);
	select->last = next - 1;
	return select;
}

/* Parses the name of the table that is changed, and its alias. */
static FromItem *
ParseTarget(const LexemeList *list, int *next)
{
	FromItem *item = palloc0(sizeof(FromItem));

	item->kind = FROM_TABLE;
	item->first = *next;
	item->alias_lexeme = item->at_lexeme = item->unpivot_lexeme = item->offset_lexeme = -1;
	item->name = "";
	if (LexemeIsAnyName(list, *next))
		item->name = LexemeAt(list, (*next)++)->text;
	while (LexemeIsAt(list, *next, ".") && LexemeAt(list, *next + 1)->kind == LEXEME_WORD)
	{
		item->schema = item->name;
		item->name = LexemeAt(list, *next + 1)->text;
		*next += 2;
	}
	item->last = *next - 1;

	LexemeAccept(list, next, "as");
	if (LexemeIsAnyName(list, *next) && !LexemeIsAt(list, *next, "set"))
		item->alias = LexemeAt(list, (*next)++)->text;
	item->end = *next - 1;
	return item;
}

/* Parses column = expression, ... */
static void
ParseAssignments(const LexemeList *list, int *next, Select *select)
{
	do
	{
		while (!EndsStatement(list, *next) && !LexemeIsAt(list, *next, "="))
			(*next)++;
		if (EndsStatement(list, *next))
			return;
		(*next)++;
		/* DEFAULT is no expression */
		if (!LexemeAccept(list, next, "default"))
			AddItem(select, ExprParse(list, next));
	} while (LexemeAccept(list, next, ","));
}

/* Parses what follows MERGE; the conditions of ON and WHEN are expressions among the others. */
static void
ParseMerge(const LexemeList *list, int *next, Select *select)
{
	List *conditions = NIL;
	ListCell *cell;

	LexemeAccept(list, next, "into");
	select->from = list_make1(ParseTarget(list, next));
	if (LexemeAccept(list, next, "using"))
		select->from = list_concat(select->from, FromListParse(list, next, &conditions));
	foreach (cell, conditions)
		AddItem(select, lfirst(cell));

	while (!EndsStatement(list, *next))
	{
		int before = *next;

		if (LexemeAccept(list, next, "set"))
			ParseAssignments(list, next, select);
		else if (LexemeAccept(list, next, "values") || LexemeAccept(list, next, "and"))
			AddItem(select, ExprParse(list, next));
		*next = Max(*next, before + 1);
	}
}

/* Adds an expression to what is read. */
static void
AddItem(Select *select, TreeExpr *expr)
{
	SelectItem *item;

	if (expr == NULL)
		return;
	item = palloc0(sizeof(SelectItem));
	item->expr = expr;
	item->first = expr->first;
	item->last = expr->last;
	item->alias_lexeme = item->exclude_first = -1;
	select->items = lappend(select->items, item);
}

static bool
EndsStatement(const LexemeList *list, int index)
{
	return LexemeAt(list, index)->kind == LEXEME_END || LexemeIsAt(list, index, ";");
}
