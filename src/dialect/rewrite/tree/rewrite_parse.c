/*
 * rewrite_parse.c
 *		SELECT lists and whole queries as a tree over tokens.
 *
 * Tolerant like rewrite_parse_expr.c: a clause that isn't known is stepped
 * over, its parentheses as a whole.
 */
#include "postgres.h"

#include "common/keywords.h"
#include "miscadmin.h"

#include "dialect/rewrite/tree/rewrite_tree.h"

static void ParseCommonTables(const TokenList *list, int *next, TreeQuery *query);
static void ParseTerm(const TokenList *list, int *next, TreeQuery *query);
static void ParseTail(const TokenList *list, int *next, TreeQuery *query);
static Select *ParseSelect(const TokenList *list, int *next);
static void ParseTop(const TokenList *list, int *next, Select *select);
static void ParseClauses(const TokenList *list, int *next, Select *select);
static void ParseGrouping(const TokenList *list, int *next, Select *select);
static void ParseNamedWindows(const TokenList *list, int *next, Select *select);
static SelectItem *ParseItem(const TokenList *list, int *next);
static void ParseExclude(const TokenList *list, int *next, SelectItem *item);
static bool EndsClause(const TokenList *list, int index);

/* Whether a token joins two queries. */
static bool
IsSetOperation(const TokenList *list, int index)
{
	return TokenIs(list, index, "union") || TokenIs(list, index, "except") ||
		   TokenIs(list, index, "intersect") ||
		   (TokenIs(list, index, "minus") &&
			(TokenIs(list, index + 1, "select") || TokenIs(list, index + 1, "(")));
}

/* Parses a query up to what can't belong to it. */
TreeQuery *
QueryParse(const TokenList *list, int *next)
{
	TreeQuery *query = palloc0(sizeof(TreeQuery));
	int terms = 1;

	check_stack_depth();
	query->first = *next;
	query->order_token = query->limit_token = -1;
	if (TokenIs(list, *next, "with"))
		ParseCommonTables(list, next, query);
	ParseTerm(list, next, query);
	while (IsSetOperation(list, *next))
	{
		if (TokenIs(list, *next, "minus"))
			query->minus = lappend_int(query->minus, *next);
		(*next)++;
		if (!TokenAccept(list, next, "all"))
			TokenAccept(list, next, "distinct");
		ParseTerm(list, next, query);
		terms++;
	}
	ParseTail(list, next, query);
	query->last = *next - 1;
	query->simple = terms == 1 && list_length(query->selects) == 1;
	return query;
}

/* Parses WITH [RECURSIVE] name [(columns)] AS (query), ... */
static void
ParseCommonTables(const TokenList *list, int *next, TreeQuery *query)
{
	(*next)++;
	TokenAccept(list, next, "recursive");
	while (TokenIsName(list, *next))
	{
		CommonTable *common = palloc0(sizeof(CommonTable));

		common->name = TokenAt(list, (*next)++)->text;
		if (TokenIs(list, *next, "("))
		{
			common->names = TokenNames(list, *next);
			TokenSkip(list, next);
		}
		TokenAccept(list, next, "as");
		TokenAccept(list, next, "not");
		TokenAccept(list, next, "materialized");
		if (TokenIs(list, *next, "(") && TokenAt(list, *next)->match > 0)
		{
			int close = TokenAt(list, *next)->match;

			(*next)++;
			common->query = QueryParse(list, next);
			*next = close + 1;
		}
		query->common = lappend(query->common, common);
		if (!TokenAccept(list, next, ","))
			break;
	}
}

/* Parses one side of a set operation: SELECT, VALUES, or a query in parentheses. */
static void
ParseTerm(const TokenList *list, int *next, TreeQuery *query)
{
	if (TokenIs(list, *next, "select"))
		query->selects = lappend(query->selects, ParseSelect(list, next));
	else if (TokenIs(list, *next, "values"))
	{
		(*next)++;
		query->rows = list_concat(query->rows, ExprListParse(list, next));
	}
	else if (TokenIs(list, *next, "(") && TokenAt(list, *next)->match > 0)
	{
		int close = TokenAt(list, *next)->match;

		(*next)++;
		query->nested = lappend(query->nested, QueryParse(list, next));
		*next = close + 1;
	}
}

/* Parses ORDER BY, LIMIT, OFFSET, FETCH, FOR UPDATE. */
static void
ParseTail(const TokenList *list, int *next, TreeQuery *query)
{
	for (;;)
	{
		if (TokenIs(list, *next, "order") && TokenIs(list, *next + 1, "by"))
		{
			query->order_token = *next;
			*next += 2;
			query->order = list_concat(query->order, ExprOrderParse(list, next));
		}
		else if (TokenIs(list, *next, "limit") || TokenIs(list, *next, "offset"))
		{
			TreeExpr *expr;

			if (query->limit_token < 0)
				query->limit_token = *next;
			(*next)++;
			if (TokenAccept(list, next, "all"))
				continue;
			expr = ExprParse(list, next);
			if (expr != NULL)
				query->others = lappend(query->others, expr);
			if (!TokenAccept(list, next, "row"))
				TokenAccept(list, next, "rows");
		}
		else
			return;
	}
}

/* Parses SELECT ... up to ORDER BY or what follows. */
static Select *
ParseSelect(const TokenList *list, int *next)
{
	Select *select = palloc0(sizeof(Select));

	select->first = (*next)++;
	select->distinct = select->top_first = select->into = select->qualify_token = -1;
	select->from_token = -1;
	ParseTop(list, next, select);
	if (TokenIs(list, *next, "distinct"))
	{
		select->distinct = (*next)++;
		if (TokenIs(list, *next, "on") && TokenIs(list, *next + 1, "("))
		{
			*next += 1;
			TokenSkip(list, next);
		}
	}
	else
		TokenAccept(list, next, "all");
	if (select->top_first < 0)
		ParseTop(list, next, select);
	select->items = SelectItemsParse(list, next);
	ParseClauses(list, next, select);
	select->last = *next - 1;
	return select;
}

/* Parses TOP n or TOP (n). */
static void
ParseTop(const TokenList *list, int *next, Select *select)
{
	int number = *next + 1;

	if (!TokenIs(list, *next, "top"))
		return;
	if (TokenIs(list, number, "("))
		number++;
	if (TokenAt(list, number)->kind != TOKEN_NUMBER)
		return;
	select->top_first = *next;
	select->top_last = number;
	if (number > *next + 1)
		select->top_last++;
	*next = select->top_last + 1;
}

/* Parses the clauses of a SELECT behind its list. */
static void
ParseClauses(const TokenList *list, int *next, Select *select)
{
	for (;;)
	{
		if (TokenIs(list, *next, "into"))
		{
			select->into = (*next)++;
			TokenAccept(list, next, "temp");
			TokenAccept(list, next, "temporary");
			TokenAccept(list, next, "table");
			while (TokenIsName(list, *next) || TokenIs(list, *next, "."))
				(*next)++;
		}
		else if (TokenIs(list, *next, "from"))
		{
			select->from_token = (*next)++;
			select->from = FromListParse(list, next, &select->joins);
		}
		else if (TokenAccept(list, next, "where"))
			select->where = ExprParse(list, next);
		else if (TokenIs(list, *next, "group") && TokenIs(list, *next + 1, "by"))
			ParseGrouping(list, next, select);
		else if (TokenAccept(list, next, "having"))
			select->having = ExprParse(list, next);
		else if (TokenIs(list, *next, "qualify"))
		{
			select->qualify_token = (*next)++;
			select->qualify = ExprParse(list, next);
		}
		else if (TokenIs(list, *next, "window"))
			ParseNamedWindows(list, next, select);
		else if (TokenAt(list, *next)->kind == TOKEN_END || EndsClause(list, *next))
			return;
		else
			TokenSkip(list, next);
	}
}

/* Whether a token ends a SELECT. */
static bool
EndsClause(const TokenList *list, int index)
{
	return TokenIs(list, index, ")") || TokenIs(list, index, ";") || TokenIs(list, index, ",") ||
		   TokenIs(list, index, "order") || TokenIs(list, index, "limit") ||
		   TokenIs(list, index, "offset") || TokenIs(list, index, "fetch") ||
		   TokenIs(list, index, "for") || TokenIs(list, index, "with") ||
		   TokenIs(list, index, "on") || TokenIs(list, index, "returning") ||
		   IsSetOperation(list, index);
}

/* Parses GROUP BY: expressions, ROLLUP (...), GROUPING SETS (...). */
static void
ParseGrouping(const TokenList *list, int *next, Select *select)
{
	*next += 2;
	for (;;)
	{
		List *exprs;

		if (TokenIs(list, *next, "grouping") && TokenIs(list, *next + 1, "sets"))
			(*next)++;
		exprs = ExprListParse(list, next);
		if (exprs == NIL)
			return;
		select->group = list_concat(select->group, exprs);
		if (!TokenAccept(list, next, ","))
			return;
	}
}

/* Parses WINDOW w AS (PARTITION BY ... ORDER BY ...), ... */
static void
ParseNamedWindows(const TokenList *list, int *next, Select *select)
{
	do
	{
		int close;

		*next += 3;
		close = TokenAt(list, *next)->match;
		if (!TokenIs(list, *next, "(") || close < 0)
			return;
		for ((*next)++; *next < close;)
		{
			if (TokenIs(list, *next, "by"))
			{
				(*next)++;
				select->windows = list_concat(select->windows, ExprOrderParse(list, next));
			}
			else
				(*next)++;
		}
		*next = close + 1;
	} while (TokenIs(list, *next, ","));
}

/* Parses a select list. */
List *
SelectItemsParse(const TokenList *list, int *next)
{
	List *items = NIL;

	for (;;)
	{
		SelectItem *item = ParseItem(list, next);

		if (item == NULL)
			return items;
		items = lappend(items, item);
		if (!TokenAccept(list, next, ","))
			return items;
	}
}

/* Parses expression [[AS] alias]; NULL when there is no expression. */
static SelectItem *
ParseItem(const TokenList *list, int *next)
{
	SelectItem *item = palloc0(sizeof(SelectItem));
	const Token *token;

	item->first = *next;
	item->alias_token = item->exclude_first = -1;
	item->expr = ExprParse(list, next);
	if (item->expr == NULL)
		return NULL;
	token = TokenAt(list, *next);
	if (TokenIs(list, *next, "as") && (TokenAt(list, *next + 1)->kind == TOKEN_IDENT ||
									   TokenAt(list, *next + 1)->kind == TOKEN_KEYWORD))
	{
		item->as = true;
		item->alias_token = *next + 1;
		*next += 2;
	}
	else if (item->expr->kind == EXPR_STAR)
		ParseExclude(list, next, item);
	else if (TokenIsName(list, *next) && !TokenIs(list, *next, "qualify") &&
			 !IsSetOperation(list, *next) &&
			 (token->keyword < 0 || ScanKeywordCategories[token->keyword] == UNRESERVED_KEYWORD ||
			  ScanKeywordCategories[token->keyword] == COL_NAME_KEYWORD))
		item->alias_token = (*next)++;
	if (item->alias_token >= 0)
		item->alias = TokenAt(list, item->alias_token)->text;
	item->last = *next - 1;
	return item;
}

/* Parses * EXCLUDE col or * EXCLUDE (col, ...). */
static void
ParseExclude(const TokenList *list, int *next, SelectItem *item)
{
	if (!TokenIs(list, *next, "exclude"))
		return;
	item->exclude_first = (*next)++;
	if (TokenIsName(list, *next))
	{
		item->excluded = list_make1(unconstify(char *, TokenAt(list, (*next)++)->text));
		return;
	}
	item->excluded = TokenNames(list, *next);
	if (item->excluded != NIL)
		TokenSkip(list, next);
}
