/*
 * rewrite_parse.c
 *		SELECT lists and whole queries as a tree over lexemes.
 *
 * Tolerant like rewrite_parse_expr.c: a clause that isn't known is stepped
 * over, its parentheses as a whole.
 */
#include "postgres.h"

#include "common/keywords.h"
#include "miscadmin.h"

#include "dialect/rewrite/tree/rewrite_tree.h"

static void ParseRows(const LexemeList *list, int *next, TreeQuery *query);
static bool IsPlainRow(const LexemeList *list, int open);
static void ParseCommonTables(const LexemeList *list, int *next, TreeQuery *query);
static void ParseTerm(const LexemeList *list, int *next, TreeQuery *query);
static void ParseTail(const LexemeList *list, int *next, TreeQuery *query);
static Select *ParseSelect(const LexemeList *list, int *next);
static void ParseTop(const LexemeList *list, int *next, Select *select);
static void ParseClauses(const LexemeList *list, int *next, Select *select);
static void ParseGrouping(const LexemeList *list, int *next, Select *select);
static void ParseNamedWindows(const LexemeList *list, int *next, Select *select);
static SelectItem *ParseItem(const LexemeList *list, int *next);
static void RefuseTrailingComma(const LexemeList *list, int next);
static bool StartsExclude(const LexemeList *list, int index);
static bool IsExcluded(const LexemeList *list, int index);
static List *ParseExclude(const LexemeList *list, int *next);
static bool EndsClause(const LexemeList *list, int index);

/* Whether a lexeme joins two queries. */
static bool
IsSetOperation(const LexemeList *list, int index)
{
	return LexemeIsAt(list, index, "union") || LexemeIsAt(list, index, "except") ||
		   LexemeIsAt(list, index, "intersect") ||
		   (LexemeIsAt(list, index, "minus") &&
			(LexemeIsAt(list, index + 1, "select") || LexemeIsAt(list, index + 1, "(") ||
			 (LexemeIsAt(list, index + 1, "all") && LexemeIsAt(list, index + 2, "select"))));
}

/* Parses a query up to what can't belong to it. */
TreeQuery *
QueryParse(const LexemeList *list, int *next)
{
	TreeQuery *query = palloc0(sizeof(TreeQuery));
	int terms = 1;

	check_stack_depth();
	query->first = *next;
	query->order_lexeme = query->limit_lexeme = -1;
	if (LexemeIsAt(list, *next, "with"))
		ParseCommonTables(list, next, query);
	ParseTerm(list, next, query);
	while (IsSetOperation(list, *next))
	{
		if (LexemeIsAt(list, *next, "minus"))
			query->minus = lappend_int(query->minus, *next);
		if (!LexemeIsAt(list, *next, "union") && LexemeIsAt(list, *next + 1, "all"))
			query->alls = lappend_int(query->alls, *next);
		(*next)++;
		if (!LexemeAccept(list, next, "all"))
			LexemeAccept(list, next, "distinct");
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
ParseCommonTables(const LexemeList *list, int *next, TreeQuery *query)
{
	bool recursive;

	(*next)++;
	recursive = LexemeAccept(list, next, "recursive");
	while (LexemeIsAnyName(list, *next))
	{
		CommonTable *common = palloc0(sizeof(CommonTable));

		common->name = LexemeAt(list, (*next)++)->text;
		if (LexemeIsAt(list, *next, "("))
		{
			common->names = LexemeNames(list, *next);
			LexemeSkip(list, next);
		}

		LexemeAccept(list, next, "as");
		LexemeAccept(list, next, "not");
		LexemeAccept(list, next, "materialized");
		if (LexemeIsAt(list, *next, "(") && LexemeAt(list, *next)->match > 0)
		{
			int close = LexemeAt(list, *next)->match;

			(*next)++;
			common->query = QueryParse(list, next);
			common->query->recursive = recursive;
			*next = close + 1;
		}

		query->common = lappend(query->common, common);
		if (!LexemeAccept(list, next, ","))
			break;
	}
}

/* Parses one side of a set operation: SELECT, VALUES, or a query in parentheses. */
static void
ParseTerm(const LexemeList *list, int *next, TreeQuery *query)
{
	if (LexemeIsAt(list, *next, "select"))
		query->selects = lappend(query->selects, ParseSelect(list, next));
	else if (LexemeIsAt(list, *next, "values"))
	{
		(*next)++;
		ParseRows(list, next, query);
	}
	else if (LexemeIsAt(list, *next, "(") && LexemeAt(list, *next)->match > 0)
	{
		int close = LexemeAt(list, *next)->match;

		(*next)++;
		query->nested = lappend(query->nested, QueryParse(list, next));
		*next = close + 1;
	}
}

/*
 * Parses the rows of VALUES.  A load by INSERT has thousands of them, all
 * literals, which hardly any target changes: those behind the first are
 * stepped over, and parsed when they matter.
 */
static void
ParseRows(const LexemeList *list, int *next, TreeQuery *query)
{
	do
	{
		if (query->rows != NIL && IsPlainRow(list, *next))
		{
			query->plain = lappend_int(query->plain, *next);
			*next = LexemeAt(list, *next)->match + 1;
		}
		else
		{
			TreeExpr *row = ExprParse(list, next);

			if (row == NULL)
				return;
			query->rows = lappend(query->rows, row);
		}
	} while (LexemeAccept(list, next, ","));
}

/* Whether a row has nothing but numbers, strings and NULL in it. */
static bool
IsPlainRow(const LexemeList *list, int open)
{
	int close = LexemeAt(list, open)->match;
	int next = open + 1;

	/* what is behind the row decides, too: the last one has nothing or the end */
	if (!LexemeIsAt(list, open, "(") || close < 0 ||
		(close + 1 < list->count && !LexemeIsAt(list, close + 1, ",")))
		return false;

	for (;; next++)
	{
		bool sign = LexemeIsAt(list, next, "-");
		const Lexeme *literal = LexemeAt(list, next + sign);

		/* a sign makes a literal of a number only */
		if (literal->kind != LEXEME_NUMBER &&
			(sign || (literal->kind != LEXEME_STRING && !LexemeIs(literal, "null"))))
			return false;
		next += 1 + sign;

		/* exactly at the closing parenthesis: nothing else is in the row */
		if (next == close)
			return true;
		if (!LexemeIsAt(list, next, ","))
			return false;
	}
}

/* Parses ORDER BY, LIMIT, OFFSET, FETCH, FOR UPDATE. */
static void
ParseTail(const LexemeList *list, int *next, TreeQuery *query)
{
	for (;;)
	{
		if (LexemeIsAt(list, *next, "order") && LexemeIsAt(list, *next + 1, "by"))
		{
			query->order_lexeme = *next;
			*next += 2;
			query->order = list_concat(query->order, ExprOrderParse(list, next));
		}
		else if (LexemeIsAt(list, *next, "limit") || LexemeIsAt(list, *next, "offset"))
		{
			TreeExpr *expr;

			/* the first of the two, for LIMIT and OFFSET may come in either order */
			if (query->limit_lexeme < 0)
				query->limit_lexeme = *next;
			(*next)++;

			/* LIMIT ALL is none */
			if (LexemeAccept(list, next, "all"))
				continue;
			expr = ExprParse(list, next);
			if (expr != NULL)
				query->others = lappend(query->others, expr);

			/* OFFSET n ROWS */
			if (!LexemeAccept(list, next, "row"))
				LexemeAccept(list, next, "rows");
		}
		else
			return;
	}
}

/* Parses SELECT ... up to ORDER BY or what follows. */
static Select *
ParseSelect(const LexemeList *list, int *next)
{
	Select *select = palloc0(sizeof(Select));

	select->first = (*next)++;
	select->distinct = select->top_first = select->into = select->qualify_lexeme = -1;
	select->from_lexeme = select->group_all = -1;
	select->start_lexeme = select->connect_lexeme = -1;
	ParseTop(list, next, select);
	if (LexemeIsAt(list, *next, "distinct"))
	{
		select->distinct = (*next)++;
		if (LexemeIsAt(list, *next, "on") && LexemeIsAt(list, *next + 1, "("))
		{
			*next += 1;
			LexemeSkip(list, next);
		}
	}
	else
		LexemeAccept(list, next, "all");
	if (select->top_first < 0)
		ParseTop(list, next, select);
	select->items = SelectItemsParse(list, next);
	ParseClauses(list, next, select);
	select->last = *next - 1;

	return select;
}

/* Parses TOP n or TOP (n). */
static void
ParseTop(const LexemeList *list, int *next, Select *select)
{
	int number = *next + 1;

	if (!LexemeIsAt(list, *next, "top"))
		return;
	if (LexemeIsAt(list, number, "("))
		number++;
	if (LexemeAt(list, number)->kind != LEXEME_NUMBER)
		return;

	select->top_first = *next;
	select->top_last = number;
	if (number > *next + 1)
		select->top_last++;
	*next = select->top_last + 1;
}

/* Parses the clauses of a SELECT behind its list. */
static void
ParseClauses(const LexemeList *list, int *next, Select *select)
{
	/* in whatever order they stand: a wrong one is PostgreSQL's error, which knows its place */
	for (;;)
	{
		if (LexemeIsAt(list, *next, "into"))
		{
			/* SELECT INTO: the name is all that may be between it and FROM */
			select->into = (*next)++;
			LexemeAccept(list, next, "temp");
			LexemeAccept(list, next, "temporary");
			LexemeAccept(list, next, "table");
			while (LexemeIsAnyName(list, *next) || LexemeIsAt(list, *next, "."))
				(*next)++;
		}
		else if (LexemeIsAt(list, *next, "from"))
		{
			select->from_lexeme = (*next)++;
			select->from = FromListParse(list, next, &select->joins);
		}
		else if (LexemeAccept(list, next, "where"))
			select->where = ExprParse(list, next);
		else if (LexemeIsAt(list, *next, "group") && LexemeIsAt(list, *next + 1, "by"))
			ParseGrouping(list, next, select);
		else if (LexemeIsAt(list, *next, "start") && LexemeIsAt(list, *next + 1, "with"))
		{
			select->start_lexeme = *next;
			*next += 2;
			select->start = ExprParse(list, next);
		}
		else if (LexemeIsAt(list, *next, "connect") && LexemeIsAt(list, *next + 1, "by"))
		{
			select->connect_lexeme = *next;
			*next += 2;
			select->connect = ExprParse(list, next);
		}
		else if (LexemeAccept(list, next, "having"))
			select->having = ExprParse(list, next);
		else if (LexemeIsAt(list, *next, "qualify"))
		{
			select->qualify_lexeme = (*next)++;
			select->qualify = ExprParse(list, next);
		}
		else if (LexemeIsAt(list, *next, "window"))
			ParseNamedWindows(list, next, select);
		else if (LexemeAt(list, *next)->kind == LEXEME_END || EndsClause(list, *next))
			/* not ours: the end of the query, or of a list that it stands in */
			return;
		else
			/* not understood: skipped with its parentheses, and PostgreSQL judges it */
			LexemeSkip(list, next);
	}
}

/* Whether a lexeme ends a SELECT. */
static bool
EndsClause(const LexemeList *list, int index)
{
	return LexemeIsAt(list, index, ")") || LexemeIsAt(list, index, ";") ||
		   LexemeIsAt(list, index, ",") || LexemeIsAt(list, index, "order") ||
		   LexemeIsAt(list, index, "limit") || LexemeIsAt(list, index, "offset") ||
		   LexemeIsAt(list, index, "fetch") || LexemeIsAt(list, index, "for") ||
		   LexemeIsAt(list, index, "with") || LexemeIsAt(list, index, "on") ||
		   LexemeIsAt(list, index, "returning") || IsSetOperation(list, index);
}

/* Parses GROUP BY: expressions, ALL, ROLLUP (...), GROUPING SETS (...). */
static void
ParseGrouping(const LexemeList *list, int *next, Select *select)
{
	*next += 2;
	if (LexemeIsAt(list, *next, "all"))
	{
		select->group_all = (*next)++;
		return;
	}

	for (;;)
	{
		List *exprs;

		if (LexemeIsAt(list, *next, "grouping") && LexemeIsAt(list, *next + 1, "sets"))
			(*next)++;
		exprs = ExprListParse(list, next);
		if (exprs == NIL)
			return;
		select->group = list_concat(select->group, exprs);
		if (!LexemeAccept(list, next, ","))
			return;
	}
}

/* Parses WINDOW w AS (PARTITION BY ... ORDER BY ...), ... */
static void
ParseNamedWindows(const LexemeList *list, int *next, Select *select)
{
	do
	{
		int close;

		*next += 3;
		close = LexemeAt(list, *next)->match;
		if (!LexemeIsAt(list, *next, "(") || close < 0)
			return;
		for ((*next)++; *next < close;)
		{
			if (LexemeIsAt(list, *next, "by"))
			{
				(*next)++;
				select->windows = list_concat(select->windows, ExprOrderParse(list, next));
			}
			else
				(*next)++;
		}

		*next = close + 1;
	} while (LexemeIsAt(list, *next, ","));
}

/* Parses a select list; EXCLUDE behind it is for each of its stars (AWS: r_SELECT_list). */
List *
SelectItemsParse(const LexemeList *list, int *next)
{
	List *items = NIL;

	for (;;)
	{
		SelectItem *item = ParseItem(list, next);

		if (item == NULL)
		{
			RefuseTrailingComma(list, *next);
			return items;
		}
		items = lappend(items, item);
		if (StartsExclude(list, *next))
		{
			List *excluded;
			ListCell *cell;

			item->exclude_first = *next;
			excluded = ParseExclude(list, next);
			item->last = *next - 1;
			foreach (cell, items)
				((SelectItem *)lfirst(cell))->excluded = excluded;
		}

		if (!LexemeAccept(list, next, ","))
			return items;
	}
}

/* Raises an error where a select list ends with a comma, as others' dialects let it. */
static void
RefuseTrailingComma(const LexemeList *list, int next)
{
	if (LexemeIsAt(list, next - 1, ",") && LexemeIsAt(list, next, "from"))
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("a select list cannot end with a comma"),
				errhint("Take the comma before FROM away."),
				LexerErrorPosition(list->script, LexemeAt(list, next - 1)->start));
}

/* Parses expression [[AS] alias]; NULL when there is no expression. */
static SelectItem *
ParseItem(const LexemeList *list, int *next)
{
	SelectItem *item = palloc0(sizeof(SelectItem));
	const Lexeme *lexeme;

	item->first = *next;
	item->alias_lexeme = item->exclude_first = -1;
	item->expr = ExprParse(list, next);
	if (item->expr == NULL)
		return NULL;

	lexeme = LexemeAt(list, *next);

	/* with AS any word may be an alias */
	if (LexemeIsAt(list, *next, "as") && LexemeAt(list, *next + 1)->kind == LEXEME_WORD)
	{
		item->as = true;
		item->alias_lexeme = *next + 1;
		*next += 2;
	}
	else if (item->expr->kind != EXPR_STAR && LexemeIsAnyName(list, *next) &&
			 !StartsExclude(list, *next) && !LexemeIsAt(list, *next, "qualify") &&
			 !IsSetOperation(list, *next) &&
			 (lexeme->keyword < 0 || ScanKeywordCategories[lexeme->keyword] == UNRESERVED_KEYWORD ||
			  ScanKeywordCategories[lexeme->keyword] == COL_NAME_KEYWORD))
		item->alias_lexeme = (*next)++;

	/* no alias at all is the usual case */
	if (item->alias_lexeme >= 0)
		item->alias = LexemeAt(list, item->alias_lexeme)->text;
	item->last = *next - 1;

	return item;
}

/* Whether EXCLUDE stands here with what it leaves out, and isn't a name. */
static bool
StartsExclude(const LexemeList *list, int index)
{
	return LexemeIsAt(list, index, "exclude") && !LexemeAt(list, index)->quoted &&
		   (LexemeIsAt(list, index + 1, "(") || IsExcluded(list, index + 1));
}

/* Whether a lexeme names a column that EXCLUDE leaves out, and not a clause that follows. */
static bool
IsExcluded(const LexemeList *list, int index)
{
	const Lexeme *lexeme = LexemeAt(list, index);

	return LexemeIsAnyName(list, index) &&
		   (lexeme->keyword < 0 || ScanKeywordCategories[lexeme->keyword] != RESERVED_KEYWORD);
}

/* Parses EXCLUDE (a, b) or EXCLUDE a, b into names. */
static List *
ParseExclude(const LexemeList *list, int *next)
{
	List *names = NIL;

	(*next)++;
	if (LexemeIsAt(list, *next, "("))
	{
		names = LexemeNames(list, *next);
		if (names != NIL)
			LexemeSkip(list, next);
		return names;
	}

	do
		names = lappend(names, unconstify(char *, LexemeAt(list, (*next)++)->text));
	while (IsExcluded(list, *next + 1) && !LexemeIsAt(list, *next + 2, ".") &&
		   LexemeAccept(list, next, ","));

	return names;
}
