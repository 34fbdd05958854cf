/*
 * column_ranges.c
 *		Finds the ranges of columns in a scan's conditions, and prints them.
 */
#include "postgres.h"

#include "explain/column_ranges.h"

#include "lib/stringinfo.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"

List *
ColumnRanges(List *conditions, Index scan, Oid relid)
{
	static const char *const operators[][2] = {
		{"<", ">"}, {"<=", ">="}, {"=", "="}, {">=", "<="}, {">", "<"}};
	List *ranges = NIL;
	ListCell *cell;

	foreach (cell, conditions)
	{
		const OpExpr *condition = lfirst(cell);
		const Node *left;
		const Node *right;
		const char *name;

		/* OR and function calls say nothing about a block's least and greatest value */
		if (!IsA(condition, OpExpr) || list_length(condition->args) != 2)
			continue;

		/* the planner's casts to a common type leave the order as it is */
		left = strip_implicit_coercions(linitial(condition->args));
		right = strip_implicit_coercions(lsecond(condition->args));
		name = get_opname(condition->opno);
		for (size_t i = 0; i < lengthof(operators); i++)
		{
			const Node *column = left;
			const Node *value = right;
			ColumnRange *range;

			if (strcmp(name, operators[i][0]) != 0)
				continue;

			/* 5 < a is a > 5: the operator is turned around with its sides */
			if (!IsA(column, Var))
			{
				column = right;
				value = left;
			}

			/* a value that is known before the scan; a system column has no blocks of its own */
			if (!IsA(column, Var) || (Index)((const Var *)column)->varno != scan ||
				((const Var *)column)->varattno <= 0 || contain_var_clause((Node *)value) ||
				contain_volatile_functions((Node *)value) || !IsA(value, Const))
				continue;
			range = palloc(sizeof(ColumnRange));
			range->attnum = ((const Var *)column)->varattno;
			range->operator= column == left ? operators[i][0] : operators[i][1];
			range->constant = deparse_expression((Node *)value, NIL, false, false);
			ranges = lappend(ranges, range);
		}
	}
	return ranges;
}

char *
RangeCondition(Oid relid, List *ranges, AttrNumber attnum, RangeSide side)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, ranges)
	{
		const ColumnRange *range = lfirst(cell);
		const char *operator= range->operator;

		if (range->attnum != attnum)
			continue;

		/* a = 5 bounds a block on both sides: its least value is at most 5, its greatest at least */
		if (operator[0] == '=' && side != RANGE_BOTH)
			operator= side == RANGE_BELOW ? "<=" : ">=";
		if (side == RANGE_BOTH || operator[0] ==(side == RANGE_BELOW ? '<' : '>'))
			appendStringInfo(&text, "%s%s %s %s", text.len > 0 ? " AND " : "",
							 ComparedAsSql(relid, attnum), operator, range->constant);
	}
	/* nothing bounds this side, so no block can be left out for it */
	return text.len > 0 ? text.data : pstrdup("true");
}

/* Whatever the search_path is. */
char *
RelationAsSql(Oid relid)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)),
									  get_rel_name(relid));
}

char *
ColumnAsSql(Oid relid, AttrNumber attnum)
{
	return (char *)quote_identifier(get_attname(relid, attnum, false));
}

char *
ComparedAsSql(Oid relid, AttrNumber attnum)
{
	return psprintf("%s%s", ColumnAsSql(relid, attnum),
					type_is_collatable(get_atttype(relid, attnum)) ? " COLLATE \"C\"" : "");
}
