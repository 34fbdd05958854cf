/*
 * lint_query.c
 *		What Redshift refuses in a query, from the tree the rewriter would make of it:
 *		functions of one kind of node only, LISTAGG's limits, correlated subqueries
 *		that can't be decorrelated, LIMIT within set operations, casts of booleans.
 *
 * Names are looked up in FROM, and in the catalog where that tells; what isn't
 * known is given the benefit of the doubt.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"

#include "dialect/check/lint_query.h"

static bool CheckQuery(QueryLint *query, const TreeQuery *tree, Block *outer, bool in_join,
					   bool behind_in);
static void CheckSelect(QueryLint *query, const Select *select, Block *block);
static void CheckKey(QueryLint *query, Block *block, const TreeExpr *key);
static void CheckExpr(QueryLint *query, Block *block, const TreeExpr *expr, bool in_join);
static void CheckCall(QueryLint *query, Block *block, const TreeExpr *call);
static void CheckColumn(QueryLint *query, Block *block, const TreeExpr *column);
static void CheckBoolean(QueryLint *query, Block *block, const TreeExpr *cast);
static void CheckListaggs(QueryLint *query, const Select *select);
static void CheckGrouping(QueryLint *query, const Select *select);

#define CORRELATED "Redshift can't run this correlated subquery: "
#define CORRELATED_HINT "Join the two, with a subquery in FROM or WITH for what is computed."

/* Checks every query of a statement. */
void
LintQueries(Lint *lint)
{
	QueryLint query = {.lint = lint, .list = lint->list, .compute = -1};
	int next = lint->statement->first;
	Select *change = ChangeParse(lint->list, next);
	ListCell *cell;

	query.names_known = LintNamesKnown(lint);
	query.late_binding = LintIsLateBinding(lint);
	if (change != NULL)
	{
		Block block = {.select = change};

		CheckSelect(&query, change, &block);
		next = lint->statement->end;
	}
	while (next < lint->statement->end)
	{
		int before = next;

		/* a query in parentheses may be one side of a set operation */
		if (LexemeStartsQuery(lint->list, LexemeAt(lint->list, next)->past_open))
			CheckQuery(&query, QueryParse(lint->list, &next), NULL, false, false);
		next = Max(next, before + 1);
	}

	if (query.compute >= 0 && !query.reads_table)
		LintAdd(lint, query.compute, "compute-function", true,
				"It works in a query that reads a table of a user's.",
				"Redshift runs %s on its compute nodes only: over a table",
				lint->list->lexemes[query.compute].text);
	if (!query.reads_table)
		return;

	foreach (cell, query.leader)
		LintLeader(lint, lfirst_int(cell));
}

/* Checks a query and those in it, and tells whether it refers to outer, the SELECT around it, or further out. */
static bool
CheckQuery(QueryLint *query, const TreeQuery *tree, Block *outer, bool in_join, bool behind_in)
{
	bool combines = list_length(tree->selects) + list_length(tree->nested) > 1;
	bool correlated = false;
	ListCell *cell;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	foreach (cell, tree->common)
	{
		CommonTable *common = lfirst(cell);

		if (query->common == NULL)
			query->common = NameMapMake();
		NameMapAdd(query->common, common->name, common);
		if (common->query != NULL)
			CheckQuery(query, common->query, NULL, false, false);
	}

	foreach (cell, tree->selects)
	{
		Block block = {
			.outer = outer, .select = lfirst(cell), .in_join = in_join, .behind_in = behind_in};

		CheckSelect(query, lfirst(cell), &block);
		if (list_length(tree->selects) == 1 && !combines)
			for (ListCell *order = list_head(tree->order); order != NULL;
				 order = lnext(tree->order, order))
				CheckKey(query, &block, lfirst(order));
		correlated |= block.correlated;
	}

	/* AWS: r_UNION */
	foreach (cell, tree->alls)
		LintAdd(query->lint, lfirst_int(cell), "set-all", true,
				"Leave ALL out, or number equal rows with ROW_NUMBER() first.",
				"Redshift has no INTERSECT ALL, EXCEPT ALL or MINUS ALL");

	foreach (cell, tree->nested)
	{
		const TreeQuery *nested = lfirst(cell);

		if (combines && nested->limit_lexeme >= 0)
			LintAdd(query->lint, nested->limit_lexeme, "set-limit", true,
					"Put it into a subquery: SELECT * FROM (... LIMIT n).",
					"LIMIT may not be used within input to set operations");
		correlated |= CheckQuery(query, nested, outer, in_join, behind_in);
	}

	return correlated;
}

/* Whether the join whose ON condition begins at an expression is an outer one. */
static bool
IsOuterJoin(const LexemeList *list, const TreeExpr *condition)
{
	for (int i = condition->first - 2; i > 0; i--)
	{
		if (LexemeIsAt(list, i, "join"))
			return LexemeIsAt(list, i - 1, "left") || LexemeIsAt(list, i - 1, "right") ||
				   LexemeIsAt(list, i - 1, "full") || LexemeIsAt(list, i - 1, "outer");
		if (LexemeIsAt(list, i, ")") && list->lexemes[i].match >= 0)
			i = list->lexemes[i].match;
	}

	return false;
}

/* Whether an expression holds a call that a test is true of. */
static bool
HoldsCall(const LexemeList *list, const TreeExpr *expr,
		  bool (*test)(const LexemeList *list, const TreeExpr *call))
{
	ListCell *cell;

	if (expr->kind == EXPR_CALL && test(list, expr))
		return true;

	foreach (cell, expr->children)
		if (HoldsCall(list, lfirst(cell), test))
			return true;
	return false;
}

static bool
IsWindow(const LexemeList *list, const TreeExpr *call)
{
	return call->over >= 0;
}

/* Whether a call is of an aggregate that Redshift doesn't allow behind IN (AWS: r_correlated_subqueries). */
static bool
IsSummary(const LexemeList *list, const TreeExpr *call)
{
	return LexemeIsAt(list, call->name, "sum") || LexemeIsAt(list, call->name, "count") ||
		   LexemeIsAt(list, call->name, "avg");
}

/* Whether the name of a FROM item is a table that the compute nodes have. */
static bool
IsUserTable(const QueryLint *query, const FromItem *item)
{
	return item->kind == FROM_TABLE && strncmp(item->name, "pg_", 3) != 0 &&
		   (item->schema == NULL || strcmp(item->schema, "information_schema") != 0) &&
		   !LintIsCommon(query, item);
}

/* Checks one SELECT. */
static void
CheckSelect(QueryLint *query, const Select *select, Block *block)
{
	bool summary = false;
	ListCell *cell;

	foreach (cell, select->from)
	{
		const FromItem *item = lfirst(cell);

		query->reads_table |= IsUserTable(query, item);
		LintUnqualified(query, item);
		if (item->kind == FROM_SUBQUERY)
			CheckQuery(query, item->query, NULL, false, false);
	}

	foreach (cell, select->items)
	{
		const TreeExpr *expr = ((SelectItem *)lfirst(cell))->expr;

		block->windowed |= HoldsCall(query->list, expr, IsWindow);
		summary |= HoldsCall(query->list, expr, IsSummary);
	}

	block->summarized = summary && select->group != NIL;
	foreach (cell, select->items)
		CheckExpr(query, block, ((SelectItem *)lfirst(cell))->expr, false);
	foreach (cell, select->joins)
		CheckExpr(query, block, lfirst(cell), IsOuterJoin(query->list, lfirst(cell)));
	if (select->where != NULL)
		CheckExpr(query, block, select->where, false);
	if (select->having != NULL)
		CheckExpr(query, block, select->having, false);
	if (select->qualify != NULL)
		CheckExpr(query, block, select->qualify, false);
	foreach (cell, select->group)
		CheckKey(query, block, lfirst(cell));
	CheckListaggs(query, select);
	CheckGrouping(query, select);
}

/* Checks what a query is ordered or grouped by. */
static void
CheckKey(QueryLint *query, Block *block, const TreeExpr *key)
{
	if (key->kind != EXPR_COLUMN || !LintIsResultName(query, block, key))
		CheckExpr(query, block, key, false);
}

/* Checks an expression and what is below it. */
static void
CheckExpr(QueryLint *query, Block *block, const TreeExpr *expr, bool in_join)
{
	bool is_in = expr->kind == EXPR_COMPARISON && LexemeIsAt(query->list, expr->op, "in");
	ListCell *cell;

	/* depth is the script's choice */
	check_stack_depth();
	if (expr->kind == EXPR_SUBQUERY)
	{
		if (CheckQuery(query, expr->query, block, in_join, false))
			query->correlated = lappend(query->correlated, (void *)expr);
	}
	else if (expr->kind == EXPR_CALL)
		CheckCall(query, block, expr);
	else if (expr->kind == EXPR_COLUMN)
		CheckColumn(query, block, expr);
	else if (expr->kind == EXPR_CAST)
		CheckBoolean(query, block, expr);
	else if (expr->kind == EXPR_CONSTANT && LintIsLeader(query->lint, expr->first))
		query->leader = lappend_int(query->leader, expr->first);
	foreach (cell, expr->children)
	{
		const TreeExpr *child = lfirst(cell);

		/* DATEADD(day, ...): a date part is no column */
		if (child->kind == EXPR_COLUMN && expr->kind == EXPR_CALL &&
			child == linitial(expr->children) &&
			strncmp(LexemeAt(query->list, expr->name)->text, "date", 4) == 0)
			continue;
		if (is_in && child->kind == EXPR_SUBQUERY)
			CheckQuery(query, child->query, block, in_join, true);
		else
			CheckExpr(query, block, child, in_join);
	}
}

/* The type of an expression, as far as it shows without the rewriter: InvalidOid mostly. */
static Oid
TypeOf(QueryLint *query, Block *block, const TreeExpr *expr)
{
	const DialectContext *context = query->lint->context;
	List *items;
	ListCell *cell;

	/* parentheses change no type */
	if (expr->kind == EXPR_PAREN && list_length(expr->children) == 1)
		return TypeOf(query, block, linitial(expr->children));
	if (expr->kind == EXPR_COMPARISON || expr->kind == EXPR_BOOLEAN ||
		LexemeIsAt(query->list, expr->first, "true") ||
		LexemeIsAt(query->list, expr->first, "false"))
		return BOOLOID;

	/* a number with a point, or what is cast to a DECIMAL */
	if ((expr->kind == EXPR_NUMBER &&
		 strchr(query->list->lexemes[expr->first].text, '.') != NULL) ||
		(expr->kind == EXPR_CAST && (LexemeIsAt(query->list, expr->type_first, "decimal") ||
									 LexemeIsAt(query->list, expr->type_first, "numeric"))))
		return NUMERICOID;

	/* a path into a SUPER has no type that anybody knows here */
	if (expr->kind != EXPR_COLUMN || expr->subscript || context->column_type == NULL ||
		!LintSources(query, block, expr, &items))
		return InvalidOid;

	foreach (cell, items)
	{
		const FromItem *item = lfirst(cell);
		bool known = false;
		Oid type;

		/* columns of derived tables have types that only the rewriter finds */
		if (item->kind != FROM_TABLE)
			continue;
		type = context->column_type(context->state, item->schema, item->name,
									query->list->lexemes[expr->last].text, &known);
		if (known && OidIsValid(type))
			return type;
	}

	return InvalidOid;
}

/* Checks a cast: a boolean is no text, and a DECIMAL no boolean, on Redshift. */
static void
CheckBoolean(QueryLint *query, Block *block, const TreeExpr *cast)
{
	static const char *const texts[] = {"varchar", "nvarchar", "text",	   "bpchar",
										"char",	   "nchar",	   "character"};
	const TreeExpr *operand = linitial(cast->children);
	bool text = false;

	for (size_t i = 0; i < lengthof(texts); i++)
		text |= LexemeIsAt(query->list, cast->type_first, texts[i]);
	if (text && TypeOf(query, block, operand) == BOOLOID)
		LintAdd(query->lint, operand->first, "boolean-text", true,
				"Use CASE WHEN x THEN 'true' ELSE 'false' END.",
				"Redshift can't cast a BOOLEAN to VARCHAR");
	if ((LexemeIsAt(query->list, cast->type_first, "bool") ||
		 LexemeIsAt(query->list, cast->type_first, "boolean")) &&
		TypeOf(query, block, operand) == NUMERICOID)
		LintAdd(query->lint, operand->first, "decimal-boolean", true, "Compare it: x <> 0.",
				"Redshift can't cast a DECIMAL to BOOLEAN");
}

/* Whether an expression holds a DATE, as far as it shows. */
static bool
HoldsDate(const LexemeList *list, const TreeExpr *expr)
{
	if (expr->kind == EXPR_CAST)
		return LexemeIsAt(list, expr->type_first, "date");
	return expr->kind == EXPR_CONSTANT &&
		   (LexemeIsAt(list, expr->first, "date") || LexemeIsAt(list, expr->first, "current_date"));
}

/* Checks a call. */
static void
CheckCall(QueryLint *query, Block *block, const TreeExpr *call)
{
	static const char *const compute[] = {"listagg", "median", "percentile_cont",
										  "percentile_disc"};
	Lint *lint = query->lint;
	ListCell *cell;

	/* another schema's function may be called anything */
	if (call->qualified)
		return;

	/* noted, not reported: it depends on whether the query reads tables */
	if (LintIsLeader(lint, call->name))
		query->leader = lappend_int(query->leader, call->name);
	for (size_t i = 0; i < lengthof(compute); i++)
		if (LexemeIsAt(query->list, call->name, compute[i]) && query->compute < 0)
			query->compute = call->name;

	/* AWS: r_LISTAGG */
	if (LexemeIsAt(query->list, call->name, "listagg") && list_length(call->args) > 1 &&
		LintUsesColumn(lsecond(call->args)))
		LintAdd(lint, ((TreeExpr *)lsecond(call->args))->first, "listagg-delimiter", true,
				"Write it as a literal, or join it to each value: LISTAGG(x || d).",
				"LISTAGG's delimiter is a constant on Redshift");
	if ((LexemeIsAt(query->list, call->name, "btrim") ||
		 LexemeIsAt(query->list, call->name, "trim")) &&
		call->args != NIL && TypeOf(query, block, linitial(call->args)) == BOOLOID)
		LintAdd(lint, call->name, "boolean-text", true,
				"Use CASE WHEN x THEN 'true' ELSE 'false' END.",
				"Redshift has no text of a BOOLEAN for %s to trim",
				LexemeAt(query->list, call->name)->text);

	/* AWS: r_DATEADD_function */
	if (LexemeIsAt(query->list, call->name, "date_add") && list_length(call->args) == 2)
		LintAdd(lint, call->name, "date-add-order", true,
				"Write DATEADD(day, 1, x), or x + INTERVAL '1 day'.",
				"DATE_ADD takes a date part, a number and a date on Redshift");

	/* AWS: r_object_function */
	if (LexemeIsAt(query->list, call->name, "object"))
		foreach (cell, call->args)
			if (HoldsDate(query->list, lfirst(cell)))
				LintAdd(lint, ((TreeExpr *)lfirst(cell))->first, "super-date", true,
						"Cast it to VARCHAR.", "a DATE can't become a SUPER on Redshift");
}

/* Checks what a column of a SELECT further out makes of the subquery (AWS: r_correlated_subqueries). */
static void
CheckColumn(QueryLint *query, Block *block, const TreeExpr *column)
{
	Block *found = block;
	int levels = 0;

	/* outwards, as the names themselves are looked for */
	while (found != NULL && !LintHasColumn(query, found, column))
	{
		found = found->outer;
		levels++;
	}

	/* found nowhere: the name may be unknown altogether */
	if (found == NULL)
		LintUnknownColumn(query, block, column);
	if (found == NULL || levels == 0)
		return;

	block->correlated = true;

	/* patterns that Redshift refuses */
	if (levels > 1)
		LintAdd(query->lint, column->first, "correlated", true, CORRELATED_HINT,
				CORRELATED "it refers beyond the query around it");
	else if (block->in_join)
		LintAdd(query->lint, column->first, "correlated", true, CORRELATED_HINT,
				CORRELATED "it stands in the ON of an outer join");
	else if (block->windowed)
		LintAdd(query->lint, column->first, "correlated", true, CORRELATED_HINT,
				CORRELATED "it has a window function");
	else if (block->behind_in && block->summarized)
		LintAdd(query->lint, column->first, "correlated", true, CORRELATED_HINT,
				CORRELATED "it groups, and IN stands before it");
}

/* LISTAGGs of one SELECT are in the same order (AWS: r_LISTAGG). */
static void
CheckListaggs(QueryLint *query, const Select *select)
{
	const LexemeList *list = query->list;
	const TreeExpr *first = NULL;
	ListCell *cell;

	foreach (cell, select->items)
	{
		const TreeExpr *call = ((SelectItem *)lfirst(cell))->expr;
		int length;

		if (call->kind != EXPR_CALL || !LexemeIsAt(list, call->name, "listagg") || call->within < 0)
			continue;

		/* all are compared with the first, which is enough for them to be the same */
		if (first == NULL)
			first = call;
		length = LexemeAt(list, first->within_open)->match - first->within_open;
		for (int i = 1; i <= length; i++)
			if (strcmp(LexemeAt(list, first->within_open + i)->text,
					   LexemeAt(list, call->within_open + i)->text) != 0)
			{
				LintAdd(query->lint, call->within, "listagg-order", true,
						"Put each into a subquery of its own.",
						"LISTAGGs of one query have one order on Redshift");
				break;
			}
	}
}

/* GROUP BY of what a correlated subquery in the list gives. */
static void
CheckGrouping(QueryLint *query, const Select *select)
{
	ListCell *cell;
	ListCell *item_cell;
	int place = 0;

	foreach (item_cell, select->items)
	{
		const SelectItem *item = lfirst(item_cell);

		place++;
		if (!list_member_ptr(query->correlated, item->expr))
			continue;
		foreach (cell, select->group)
		{
			const TreeExpr *expr = lfirst(cell);
			const char *text = query->list->lexemes[expr->first].text;

			/* by the item's place, or by its alias */
			if ((expr->kind == EXPR_NUMBER && atoi(text) == place) ||
				(expr->kind == EXPR_COLUMN && item->alias != NULL &&
				 strcmp(text, item->alias) == 0))
				LintAdd(query->lint, expr->first, "correlated", true, CORRELATED_HINT,
						CORRELATED "GROUP BY refers to what it gives");
		}
	}
}
