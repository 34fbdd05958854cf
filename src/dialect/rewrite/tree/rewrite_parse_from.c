/*
 * rewrite_parse_from.c
 *		FROM lists as a tree over lexemes: tables, derived tables, functions,
 *		paths into SUPER columns, joins, PIVOT and UNPIVOT.
 */
#include "postgres.h"

#include "common/keywords.h"
#include "miscadmin.h"

#include "dialect/rewrite/tree/rewrite_tree.h"

static void ParseFromItem(const LexemeList *list, int *next, List **items, List **joins);
static void ParseParenthesis(const LexemeList *list, int *next, List **items, List **joins);
static bool HoldsJoins(const LexemeList *list, int open);
static bool ParseSource(const LexemeList *list, int *next, FromItem *item);
static void ParseOffset(const LexemeList *list, int *next, FromItem *item);
static void ParseFromAlias(const LexemeList *list, int *next, FromItem *item);
static Pivot *ParsePivot(const LexemeList *list, int *next);
static bool ParseCondition(const LexemeList *list, int *next, const List *items, List **joins);
static void ShareColumns(const LexemeList *list, int open, const List *items);

/* Parses a FROM list with its joins; appends the ON conditions to *joins. */
List *
FromListParse(const LexemeList *list, int *next, List **joins)
{
	static const char *const words[] = {"join", "inner", "left",  "right",
										"full", "outer", "cross", "natural"};
	List *items = NIL;
	bool more = true;
	bool natural = false;

	while (more)
	{
		int before = list_length(items);

		ParseFromItem(list, next, &items, joins);
		if (natural && list_length(items) == before + 1)
			((FromItem *)llast(items))->natural = true;
		else if (natural && items != NIL)
			((FromItem *)llast(items))->obscure = true;
		natural = false;
		more = LexemeAccept(list, next, ",");
		if (ParseCondition(list, next, items, joins))
			more = LexemeAccept(list, next, ",");
		for (int i = 0; i < (int)lengthof(words); i++)
		{
			if (LexemeAccept(list, next, words[i]))
			{
				natural |= strcmp(words[i], "natural") == 0;
				more = true;
				i = -1;
			}
		}

		/* a second ON belongs to an outer join: a JOIN b JOIN c ON ... ON ... */
		if (!more && LexemeIsAt(list, *next, "on"))
		{
			if (!ParseCondition(list, next, items, joins))
				return items;
			more = LexemeAccept(list, next, ",");
		}
	}

	return items;
}

/* Parses ON condition or USING (columns); false when there is none. */
static bool
ParseCondition(const LexemeList *list, int *next, const List *items, List **joins)
{
	if (LexemeAccept(list, next, "on"))
	{
		TreeExpr *condition = ExprParse(list, next);

		if (condition != NULL)
			*joins = lappend(*joins, condition);
		return condition != NULL;
	}

	if (!LexemeIsAt(list, *next, "using") || !LexemeIsAt(list, *next + 1, "("))
		return false;

	ShareColumns(list, *next + 1, items);
	(*next)++;
	LexemeSkip(list, next);

	return true;
}

/* Tells the item in front of USING which columns it shares with those before it. */
static void
ShareColumns(const LexemeList *list, int open, const List *items)
{
	FromItem *item = items != NIL ? llast(items) : NULL;

	if (item == NULL)
		return;

	/* behind joins in parentheses any of their items may have them */
	if (item->end == open - 2 && item->shared == NIL)
		item->shared = LexemeNames(list, open);
	else
		item->obscure = true;
}

/* Parses a table, a derived table, a function, or joins in parentheses, and appends them. */
static void
ParseFromItem(const LexemeList *list, int *next, List **items, List **joins)
{
	FromItem *item;

	/* parentheses nest as deeply as the script wants */
	check_stack_depth();

	/* (a JOIN b ON ...): its items are as good as those outside */
	if (LexemeIsAt(list, *next, "(") && LexemeAt(list, *next)->match > 0 && HoldsJoins(list, *next))
	{
		ParseParenthesis(list, next, items, joins);
		return;
	}

	item = palloc0(sizeof(FromItem));
	item->alias_lexeme = item->at_lexeme = item->unpivot_lexeme = item->offset_lexeme = -1;

	/* neither changes what is read */
	if (!LexemeAccept(list, next, "lateral"))
		LexemeAccept(list, next, "only");
	if (LexemeIsAt(list, *next, "unpivot") && LexemeIsAnyName(list, *next + 1))
		item->unpivot_lexeme = (*next)++;
	item->first = *next;
	if (!ParseSource(list, next, item))
		return;

	item->last = *next - 1;
	LexemeAccept(list, next, "*");

	/* WITH OFFSET may stand before or behind the alias */
	ParseOffset(list, next, item);
	ParseFromAlias(list, next, item);
	ParseOffset(list, next, item);
	if (LexemeIsAt(list, *next, "pivot") || LexemeIsAt(list, *next, "unpivot"))
		item->pivot = ParsePivot(list, next);
	item->end = *next - 1;
	*items = lappend(*items, item);
}

/* Parses joins in parentheses; around a table alone they say nothing, and PostgreSQL refuses them. */
static void
ParseParenthesis(const LexemeList *list, int *next, List **items, List **joins)
{
	int open = (*next)++;
	int close = LexemeAt(list, open)->match;
	List *inner = FromListParse(list, next, joins);
	FromItem *only = list_length(inner) == 1 ? linitial(inner) : NULL;

	*items = list_concat(*items, inner);
	if (only != NULL && *next == close && (only->kind == FROM_TABLE || only->around != NIL))
	{
		only->around = lappend_int(lappend_int(only->around, open), close);
		*next = close + 1;
		if (only->alias == NULL)
			ParseFromAlias(list, next, only);
		return;
	}
	*next = close + 1;
	LexemeAccept(list, next, "as");
}

/*
 * Whether parentheses hold items of FROM rather than a query: a name comes
 * first, or a query in parentheses of its own that no set operation goes on with.
 */
static bool
HoldsJoins(const LexemeList *list, int open)
{
	static const char *const words[] = {"union", "except", "intersect", "minus",
										"order", "limit",  "offset"};
	int behind;

	/* parentheses around parentheses say nothing */
	for (;; open++)
	{
		if (!LexemeIsAt(list, open + 1, "(") || LexemeAt(list, open + 1)->match < 0)
			return !LexemeStartsQuery(list, open + 1);
		behind = LexemeAt(list, open + 1)->match + 1;
		if (behind != LexemeAt(list, open)->match)
			break;
	}

	for (size_t i = 0; i < lengthof(words); i++)
		if (LexemeIsAt(list, behind, words[i]))
			return false;
	return true;
}

/* Parses what an item reads, without alias; false when nothing of that kind stands here. */
static bool
ParseSource(const LexemeList *list, int *next, FromItem *item)
{
	/* a parenthesis that holds no join is a subquery */
	if (LexemeIsAt(list, *next, "(") && LexemeAt(list, *next)->match > 0)
	{
		int close = LexemeAt(list, (*next)++)->match;

		item->kind = FROM_SUBQUERY;
		item->query = QueryParse(list, next);
		*next = close + 1;
		return true;
	}

	/* these words begin something else, though they may be names */
	if (!LexemeIsAnyName(list, *next) || LexemeIsAt(list, *next, "qualify") ||
		LexemeIsAt(list, *next, "left"))
		return false;

	item->expr = ExprParse(list, next);
	if (item->expr == NULL)
		return false;

	/* what an expression took beyond the name was an alias's, and is given back */
	*next = item->expr->last + 1;
	item->kind = FROM_FUNCTION;

	/* without parentheses it is a table, and a path into a SUPER looks the same */
	if (item->expr->kind == EXPR_CALL)
		item->name = LexemeAt(list, item->expr->name)->text;
	if (item->expr->kind == EXPR_COLUMN)
	{
		item->kind = FROM_TABLE;
		item->name = LexemeAt(list, item->expr->last)->text;
		if (item->expr->last >= item->expr->first + 2)
			item->schema = LexemeAt(list, item->expr->last - 2)->text;
	}

	return true;
}

/* Parses WITH OFFSET, which belongs to UNNEST. */
static void
ParseOffset(const LexemeList *list, int *next, FromItem *item)
{
	if (item->kind != FROM_FUNCTION || !LexemeIsAt(list, *next, "with") ||
		!LexemeIsAt(list, *next + 1, "offset"))
		return;
	item->offset_lexeme = *next;
	*next += 2;
}

/* Parses [AS] alias [(columns)] [AT name], TABLESAMPLE stepped over. */
static void
ParseFromAlias(const LexemeList *list, int *next, FromItem *item)
{
	const Lexeme *lexeme;
	bool as = LexemeAccept(list, next, "as");

	lexeme = LexemeAt(list, *next);

	/* words that begin a clause are aliases only behind AS; LEFT, NATURAL and their kind begin a join */
	if (LexemeIsAnyName(list, *next) &&
		!(LexemeIsAt(list, *next, "start") && LexemeIsAt(list, *next + 1, "with")) &&
		!(LexemeIsAt(list, *next, "connect") && LexemeIsAt(list, *next + 1, "by")) &&
		(as || (!LexemeIsAt(list, *next, "qualify") && !LexemeIsAt(list, *next, "pivot") &&
				!LexemeIsAt(list, *next, "unpivot") && !LexemeIsAt(list, *next, "minus") &&
				!LexemeIsAt(list, *next, "set"))) &&
		(lexeme->keyword < 0 || ScanKeywordCategories[lexeme->keyword] != TYPE_FUNC_NAME_KEYWORD))
	{
		item->alias_lexeme = (*next)++;
		item->alias = lexeme->text;
	}

	if (item->alias_lexeme >= 0 && LexemeIsAt(list, *next, "(") && LexemeAt(list, *next)->match > 0)
	{
		item->names = LexemeNames(list, *next);
		LexemeSkip(list, next);
	}

	/* AT is an alias's index only when there is an alias */
	if (item->alias_lexeme >= 0 && LexemeIsAt(list, *next, "at") &&
		LexemeIsAnyName(list, *next + 1))
	{
		item->at_lexeme = *next + 1;
		*next += 2;
	}

	if (LexemeIsAt(list, *next, "tablesample"))
	{
		/* TABLESAMPLE method (n) */
		*next += 2;
		LexemeSkip(list, next);
	}
}

/* Parses PIVOT (agg(x) [AS a], ... FOR col IN (...)) and UNPIVOT (value FOR name IN (...)). */
static Pivot *
ParsePivot(const LexemeList *list, int *next)
{
	Pivot *pivot = palloc0(sizeof(Pivot));
	int close;

	pivot->first = *next;
	pivot->alias_lexeme = -1;
	pivot->unpivot = LexemeIsAt(list, (*next)++, "unpivot");

	/* INCLUDE NULLS or EXCLUDE NULLS */
	if (LexemeIsAt(list, *next, "include") || LexemeIsAt(list, *next, "exclude"))
	{
		pivot->include_nulls = LexemeIsAt(list, *next, "include");
		*next += 2;
	}

	close = LexemeAt(list, *next)->match;
	if (!LexemeIsAt(list, *next, "(") || close < 0)
		return NULL;

	(*next)++;

	/* UNPIVOT has one value column, PIVOT aggregates */
	if (pivot->unpivot)
		pivot->value_name = LexemeAt(list, (*next)++)->text;
	else
		pivot->aggregates = SelectItemsParse(list, next);
	if (LexemeAccept(list, next, "for"))
	{
		pivot->name = LexemeAt(list, (*next)++)->text;
		if (LexemeAccept(list, next, "in") && LexemeAccept(list, next, "("))
			pivot->values = SelectItemsParse(list, next);
	}

	*next = close + 1;
	pivot->last = close;
	LexemeAccept(list, next, "as");
	if (LexemeIsAnyName(list, *next) && !LexemeIsAt(list, *next, "qualify") &&
		(LexemeAt(list, *next)->keyword < 0 ||
		 ScanKeywordCategories[LexemeAt(list, *next)->keyword] == UNRESERVED_KEYWORD))
	{
		pivot->alias_lexeme = *next;
		pivot->alias = LexemeAt(list, (*next)++)->text;
	}

	if (pivot->name == NULL || pivot->values == NIL ||
		(pivot->unpivot ? pivot->value_name == NULL : pivot->aggregates == NIL))
		return NULL; /* not of that form: PostgreSQL will complain */
	return pivot;
}
