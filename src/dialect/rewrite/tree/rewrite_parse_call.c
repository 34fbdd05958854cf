/*
 * rewrite_parse_call.c
 *		Calls of functions with all that may stand in and behind their
 *		parentheses: DISTINCT, ORDER BY, WITHIN GROUP, FILTER, OVER.
 */
#include "postgres.h"

#include "dialect/rewrite/tree/rewrite_parse_expr.h"

static void ParseArguments(ExprParser *parser, TreeExpr *call);
static bool ParseNulls(ExprParser *parser, TreeExpr *call);
static void ParseCallTail(ExprParser *parser, TreeExpr *call);
static void ParseWindow(ExprParser *parser, TreeExpr *call);

/* Makes a call whose name ends at a lexeme. */
static TreeExpr *
MakeCall(ExprParser *parser, int first, int name)
{
	TreeExpr *call = ExprMake(EXPR_CALL, first);

	call->name = name;
	call->qualified = name > first;
	call->open = name + 1;
	call->close = LexemeAt(parser->list, call->open)->match;
	return call;
}

/*
 * Parses the rest of what has the name of CAST, CONVERT or EXTRACT, but not
 * their form: a call.  The argument before the next lexeme isn't parsed again,
 * or nesting would double the time each level.
 */
TreeExpr *
ExprParseCallRest(ExprParser *parser, int name, TreeExpr *argument)
{
	TreeExpr *call = MakeCall(parser, name, name);

	if (argument != NULL)
	{
		call->args = list_make1(argument);
		call->children = list_make1(argument);
		ExprAccept(parser, ",");
	}

	ParseArguments(parser, call);
	parser->next = call->close + 1;
	ParseCallTail(parser, call);

	return ExprFinish(parser, call);
}

/* Parses a call whose name ends at a lexeme. */
TreeExpr *
ExprParseCall(ExprParser *parser, int first, int name)
{
	TreeExpr *call = MakeCall(parser, first, name);

	if (call->close < 0)
	{
		parser->next = first + 1;
		return ExprMakeHere(parser, EXPR_OTHER, first);
	}

	parser->next = call->open + 1;
	ParseArguments(parser, call);
	parser->next = call->close + 1;
	ParseCallTail(parser, call);

	return ExprFinish(parser, call);
}

/* Parses a call's arguments, whatever keywords stand between them: SUBSTRING(x FROM 1), TRIM(BOTH ...). */
static void
ParseArguments(ExprParser *parser, TreeExpr *call)
{
	if (ExprAt(parser, "distinct"))
	{
		call->distinct = true;
		call->distinct_lexeme = parser->next++;
	}
	else
		ExprAccept(parser, "all");
	while (parser->next < call->close)
	{
		int before = parser->next;
		TreeExpr *arg = NULL;

		/* IGNORE NULLS may stand behind an argument, within the call */
		if (call->args != NIL && ParseNulls(parser, call))
			continue;

		/* a subquery as an argument needs no parentheses of its own */
		if (LexemeStartsQuery(parser->list, before))
		{
			arg = ExprMake(EXPR_SUBQUERY, before);
			arg->query = QueryParse(parser->list, &parser->next);
			ExprFinish(parser, arg);
		}
		else if (ExprAt(parser, "order") && LexemeIsAt(parser->list, before + 1, "by"))
		{
			parser->next += 2;
			call->order = ExprOrderParse(parser->list, &parser->next);
			call->children = list_concat(call->children, call->order);
		}
		else
			arg = ExprParseBinary(parser, 0);
		if (arg != NULL)
		{
			call->args = lappend(call->args, arg);
			call->children = lappend(call->children, arg);
		}

		/*
		 * Keywords between the arguments, FROM and the like: a step at least, or this would never
		 * end.
		 */
		if (parser->next == before)
			parser->next++;
		ExprAccept(parser, ",");
	}
}

/* Parses IGNORE NULLS or RESPECT NULLS, at the end of the arguments or before OVER. */
static bool
ParseNulls(ExprParser *parser, TreeExpr *call)
{
	int behind = parser->next + 2;

	if ((!ExprAt(parser, "ignore") && !ExprAt(parser, "respect")) ||
		!LexemeIsAt(parser->list, parser->next + 1, "nulls") ||
		(behind != call->close && !LexemeIsAt(parser->list, behind, "over")))
		return false;

	call->nulls = parser->next;
	parser->next = behind;

	return true;
}

/* Parses WITHIN GROUP, FILTER, IGNORE NULLS and OVER behind a call. */
static void
ParseCallTail(ExprParser *parser, TreeExpr *call)
{
	const LexemeList *list = parser->list;

	/*
	 * Each clause is checked for its parentheses, because an unfinished call is the user's to see.
	 */
	if (ExprAt(parser, "within") && LexemeIsAt(list, parser->next + 1, "group") &&
		LexemeIsAt(list, parser->next + 2, "(") && LexemeAt(list, parser->next + 2)->match > 0)
	{
		call->within = parser->next;
		call->within_open = parser->next + 2;
		parser->next += 5;
		call->order = ExprOrderParse(list, &parser->next);
		call->children = list_concat(call->children, call->order);

		/* wherever the order ended: the parenthesis ends it */
		parser->next = LexemeAt(list, call->within_open)->match + 1;
	}

	if (ExprAt(parser, "filter") && LexemeIsAt(list, parser->next + 1, "(") &&
		LexemeAt(list, parser->next + 1)->match > 0)
	{
		int close = LexemeAt(list, parser->next + 1)->match;
		TreeExpr *condition;

		parser->next += 3;
		condition = ExprParseBinary(parser, 0);
		if (condition != NULL)
			call->children = lappend(call->children, condition);
		parser->next = close + 1;
	}

	ParseNulls(parser, call);
	if (ExprAt(parser, "over"))
		ParseWindow(parser, call);
}

/* Parses OVER (PARTITION BY ... ORDER BY ... frame) or OVER name. */
static void
ParseWindow(ExprParser *parser, TreeExpr *call)
{
	const LexemeList *list = parser->list;
	int close;

	call->over = parser->next++;
	call->over_close = parser->next;

	/* a named window: what is in it stands elsewhere */
	if (!ExprAt(parser, "(") || LexemeAt(list, parser->next)->match < 0)
	{
		parser->next++;
		return;
	}

	close = LexemeAt(list, parser->next)->match;
	call->over_close = close;
	for (parser->next++; parser->next < close;)
	{
		if (ExprAt(parser, "partition") && LexemeIsAt(list, parser->next + 1, "by"))
		{
			parser->next += 2;
			call->children = list_concat(call->children, ExprListParse(list, &parser->next));
		}
		else if (ExprAt(parser, "order") && LexemeIsAt(list, parser->next + 1, "by"))
		{
			call->over_order = parser->next;
			parser->next += 2;
			call->children = list_concat(call->children, ExprOrderParse(list, &parser->next));
		}
		else
			/* the frame has no expressions that need rewriting */
			parser->next++;
	}

	parser->next = close + 1;
}
