/*
 * rewrite_clauses.c
 *		Clauses of SELECT that PostgreSQL lacks: TOP, QUALIFY and GROUP BY ALL.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"

static int QualifyingLast(const Rewriting *work, const TreeExpr *condition);

/* SELECT TOP n ... is SELECT ... LIMIT n; within a set operation in parentheses of its own. */
void
RewriteTop(Rewriting *work, TreeQuery *query, Select *select)
{
	int number = select->top_last;
	const char *count;

	if (LexemeIsAt(work->list, number, ")"))
		number--;
	count = LexemeAt(work->list, number)->text;
	if (!select->wrapped)
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
 * SELECT list FROM (SELECT list, condition AS qualifies FROM ...) WHERE qualifies,
 * and with ROW_NUMBER() OVER (...) = 1 the ROW_NUMBER() alone stands within: so the
 * planner sees that a window function is compared, and counts no further than asked.
 * A star travels as whole rows, because its columns need not be known here.
 */
void
RewriteQualify(Rewriting *work, Select *select)
{
	char *outer = psprintf("qualified%d", ++work->names);
	StringInfoData inner_list;
	StringInfoData outer_list;
	char *clauses = "", *compared = "";
	int last = QualifyingLast(work, select->qualify);

	initStringInfo(&inner_list);
	initStringInfo(&outer_list);
	WrapItems(work, select, outer, &inner_list, &outer_list);
	if (select->from_lexeme >= 0 && select->from_lexeme < select->qualify_lexeme)
		clauses = EditRender(work, select->from_lexeme, select->qualify_lexeme - 1);
	if (last < select->qualify->last)
		compared = psprintf(" %s", EditRender(work, last + 1, select->qualify->last));
	EditReplace(work, select->first, select->last,
				psprintf("SELECT %s%s FROM (SELECT %s, (%s) AS qualifies %s) AS %s WHERE "
						 "%s.qualifies%s",
						 select->distinct >= 0 ? "DISTINCT " : "", outer_list.data, inner_list.data,
						 EditRender(work, select->qualify->first, last), clauses, outer, outer,
						 compared));
	select->wrapped = true;
}

/* The last lexeme of what qualifies: the window function where it is compared with a number, else all. */
static int
QualifyingLast(const Rewriting *work, const TreeExpr *condition)
{
	static const char *const operators[] = {"=", "<", "<="};
	const TreeExpr *function, *number;

	if (condition->kind != EXPR_COMPARISON || list_length(condition->children) != 2)
		return condition->last;

	function = linitial(condition->children);
	number = lsecond(condition->children);
	if (function->kind != EXPR_CALL || function->over < 0 || number->kind != EXPR_NUMBER ||
		function->first != condition->first || number->first != function->last + 2 ||
		number->last != condition->last)
		return condition->last;

	for (int i = 0; i < (int)lengthof(operators); i++)
		if (LexemeIsAt(work->list, function->last + 1, operators[i]))
			return function->last;
	return condition->last;
}

/*
 * GROUP BY ALL groups by what no aggregate stands in (AWS: r_GROUP_BY_clause):
 * the places of these items in the select list, columns of a star counted.
 */
void
RewriteGroupAll(Rewriting *work, Scope *scope, const Select *select)
{
	StringInfoData places;
	int place = 0;
	ListCell *cell;

	initStringInfo(&places);
	foreach (cell, select->items)
	{
		const SelectItem *item = lfirst(cell);
		const FromItem *unknown = NULL;
		int count = 1;

		if (item->expr->kind == EXPR_STAR)
			count = list_length(StarColumns(work, scope, item, &unknown));
		if (unknown != NULL)
			ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
					errmsg("columns of \"%s\" are not known, but GROUP BY ALL needs them",
						   FromItemName(unknown) == NULL ? "?" : FromItemName(unknown)));

		/* each column of a star has a place of its own */
		for (; count > 0; count--)
		{
			place++;
			if (!IsAggregated(work, item->expr))
				appendStringInfo(&places, "%s%d", places.len > 0 ? ", " : "", place);
		}
	}

	/* nothing but aggregates: one group, without a clause */
	if (places.len > 0)
		EditReplace(work, select->group_all, select->group_all, places.data);
	else
		EditDelete(work, select->group_all - 2, select->group_all);
}

bool
IsAggregated(Rewriting *work, const TreeExpr *expr)
{
	static const char *const aggregates[] = {"any_value",
											 "avg",
											 "bit_and",
											 "bit_or",
											 "bool_and",
											 "bool_or",
											 "count",
											 "every",
											 "hll",
											 "listagg",
											 "max",
											 "median",
											 "min",
											 "percentile_cont",
											 "percentile_disc",
											 "stddev",
											 "stddev_pop",
											 "stddev_samp",
											 "sum",
											 "var_pop",
											 "var_samp",
											 "variance"};
	ListCell *cell;

	if (expr->kind == EXPR_CALL)
	{
		if (expr->over >= 0)
			return true;
		for (size_t i = 0; i < lengthof(aggregates); i++)
			if (LexemeIsAt(work->list, expr->name, aggregates[i]))
				return true;
	}

	foreach (cell, expr->children)
		if (IsAggregated(work, lfirst(cell)))
			return true;
	return false;
}
