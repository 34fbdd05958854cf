/*
 * rewrite_parse_from.c
 *		FROM lists as a tree over tokens: tables, derived tables, functions,
 *		paths into SUPER columns, joins, PIVOT and UNPIVOT.
 */
#include "postgres.h"

#include "common/keywords.h"
#include "miscadmin.h"

#include "dialect/rewrite/tree/rewrite_tree.h"

static void ParseFromItem(const TokenList *list, int *next, List **items, List **joins);
static bool ParseSource(const TokenList *list, int *next, FromItem *item);
static void ParseFromAlias(const TokenList *list, int *next, FromItem *item);
static Pivot *ParsePivot(const TokenList *list, int *next);
static bool ParseCondition(const TokenList *list, int *next, List **joins);

/* Parses a FROM list with its joins; appends the ON conditions to *joins. */
List *
FromListParse(const TokenList *list, int *next, List **joins)
{
	static const char *const words[] = {"join", "inner", "left",  "right",
										"full", "outer", "cross", "natural"};
	List *items = NIL;
	bool more = true;

	while (more)
	{
		ParseFromItem(list, next, &items, joins);
		more = TokenAccept(list, next, ",");
		if (ParseCondition(list, next, joins))
			more = TokenAccept(list, next, ",");
		for (int i = 0; i < (int)lengthof(words); i++)
		{
			if (TokenAccept(list, next, words[i]))
			{
				more = true;
				i = -1;
			}
		}
		/* a second ON belongs to an outer join: a JOIN b JOIN c ON ... ON ... */
		if (!more && TokenIs(list, *next, "on"))
		{
			if (!ParseCondition(list, next, joins))
				return items;
			more = TokenAccept(list, next, ",");
		}
	}
	return items;
}

/* Parses ON condition or USING (columns); false when there is none. */
static bool
ParseCondition(const TokenList *list, int *next, List **joins)
{
	if (TokenAccept(list, next, "on"))
	{
		TreeExpr *condition = ExprParse(list, next);

		if (condition != NULL)
			*joins = lappend(*joins, condition);
		return condition != NULL;
	}
	if (!TokenIs(list, *next, "using") || !TokenIs(list, *next + 1, "("))
		return false;
	(*next)++;
	TokenSkip(list, next);
	return true;
}

/* Parses a table, a derived table, a function, or joins in parentheses, and appends them. */
static void
ParseFromItem(const TokenList *list, int *next, List **items, List **joins)
{
	FromItem *item;

	check_stack_depth();
	if (TokenIs(list, *next, "(") && TokenAt(list, *next)->match > 0 &&
		!TokenStartsQuery(list, TokenAt(list, *next)->past_open))
	{
		int close = TokenAt(list, *next)->match;

		(*next)++;
		*items = list_concat(*items, FromListParse(list, next, joins));
		*next = close + 1;
		TokenAccept(list, next, "as");
		return;
	}
	item = palloc0(sizeof(FromItem));
	item->alias_token = item->at_token = item->unpivot_token = -1;
	if (!TokenAccept(list, next, "lateral"))
		TokenAccept(list, next, "only");
	if (TokenIs(list, *next, "unpivot") && TokenIsName(list, *next + 1))
		item->unpivot_token = (*next)++;
	item->first = *next;
	if (!ParseSource(list, next, item))
		return;
	item->last = *next - 1;
	TokenAccept(list, next, "*");
	ParseFromAlias(list, next, item);
	if (TokenIs(list, *next, "pivot") || TokenIs(list, *next, "unpivot"))
		item->pivot = ParsePivot(list, next);
	item->end = *next - 1;
	*items = lappend(*items, item);
}

/* Parses what an item reads, without alias; false when nothing of that kind stands here. */
static bool
ParseSource(const TokenList *list, int *next, FromItem *item)
{
	if (TokenIs(list, *next, "(") && TokenAt(list, *next)->match > 0)
	{
		int close = TokenAt(list, (*next)++)->match;

		item->kind = FROM_SUBQUERY;
		item->query = QueryParse(list, next);
		*next = close + 1;
		return true;
	}
	if (!TokenIsName(list, *next) || TokenIs(list, *next, "qualify") ||
		TokenIs(list, *next, "left"))
		return false;
	item->expr = ExprParse(list, next);
	if (item->expr == NULL)
		return false;
	*next = item->expr->last + 1;
	item->kind = FROM_FUNCTION;
	if (item->expr->kind == EXPR_CALL)
		item->name = TokenAt(list, item->expr->name)->text;
	if (item->expr->kind == EXPR_COLUMN)
	{
		item->kind = FROM_TABLE;
		item->name = TokenAt(list, item->expr->last)->text;
		if (item->expr->last >= item->expr->first + 2)
			item->schema = TokenAt(list, item->expr->last - 2)->text;
	}
	return true;
}

/* Parses [AS] alias [(columns)] [AT name], TABLESAMPLE stepped over. */
static void
ParseFromAlias(const TokenList *list, int *next, FromItem *item)
{
	const Token *token;
	bool as = TokenAccept(list, next, "as");

	token = TokenAt(list, *next);
	if (TokenIsName(list, *next) &&
		(as || (!TokenIs(list, *next, "qualify") && !TokenIs(list, *next, "pivot") &&
				!TokenIs(list, *next, "unpivot") && !TokenIs(list, *next, "minus") &&
				!TokenIs(list, *next, "set"))) &&
		(token->keyword < 0 || ScanKeywordCategories[token->keyword] != TYPE_FUNC_NAME_KEYWORD))
	{
		item->alias_token = (*next)++;
		item->alias = token->text;
	}
	if (item->alias_token >= 0 && TokenIs(list, *next, "(") && TokenAt(list, *next)->match > 0)
	{
		item->names = TokenNames(list, *next);
		TokenSkip(list, next);
	}
	if (item->alias_token >= 0 && TokenIs(list, *next, "at") && TokenIsName(list, *next + 1))
	{
		item->at_token = *next + 1;
		*next += 2;
	}
	if (TokenIs(list, *next, "tablesample"))
	{
		*next += 2;
		TokenSkip(list, next);
	}
}

/* Parses PIVOT (agg(x) [AS a], ... FOR col IN (...)) and UNPIVOT (value FOR name IN (...)). */
static Pivot *
ParsePivot(const TokenList *list, int *next)
{
	Pivot *pivot = palloc0(sizeof(Pivot));
	int close;

	pivot->first = *next;
	pivot->alias_token = -1;
	pivot->unpivot = TokenIs(list, (*next)++, "unpivot");
	if (TokenIs(list, *next, "include") || TokenIs(list, *next, "exclude"))
	{
		pivot->include_nulls = TokenIs(list, *next, "include");
		*next += 2;
	}
	close = TokenAt(list, *next)->match;
	if (!TokenIs(list, *next, "(") || close < 0)
		return NULL;
	(*next)++;
	if (pivot->unpivot)
		pivot->value_name = TokenAt(list, (*next)++)->text;
	else
		pivot->aggregates = SelectItemsParse(list, next);
	if (TokenAccept(list, next, "for"))
	{
		pivot->name = TokenAt(list, (*next)++)->text;
		if (TokenAccept(list, next, "in") && TokenAccept(list, next, "("))
			pivot->values = SelectItemsParse(list, next);
	}
	*next = close + 1;
	pivot->last = close;
	TokenAccept(list, next, "as");
	if (TokenIsName(list, *next) && !TokenIs(list, *next, "qualify") &&
		(TokenAt(list, *next)->keyword < 0 ||
		 ScanKeywordCategories[TokenAt(list, *next)->keyword] == UNRESERVED_KEYWORD))
	{
		pivot->alias_token = *next;
		pivot->alias = TokenAt(list, (*next)++)->text;
	}
	if (pivot->name == NULL || pivot->values == NIL ||
		(pivot->unpivot ? pivot->value_name == NULL : pivot->aggregates == NIL))
		return NULL; /* not of that form: PostgreSQL will complain */
	return pivot;
}
