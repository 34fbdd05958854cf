/*
 * rewrite_parse_operand.c
 *		Operands of expressions: constants, names, parentheses, CASE, casts.
 *
 * A form that looks like one of these and isn't is read again as a name or a
 * call, and PostgreSQL judges it.
 */
#include "postgres.h"

#include "dialect/rewrite/tree/rewrite_parse_expr.h"

static TreeExpr *ParseKeywordConstant(ExprParser *parser);
static TreeExpr *ParseReservedCall(ExprParser *parser);
static TreeExpr *ParseParenthesis(ExprParser *parser);
static TreeExpr *ParseCase(ExprParser *parser);
static TreeExpr *ParseCast(ExprParser *parser);
static TreeExpr *ParseConvert(ExprParser *parser);
static TreeExpr *ParseExtract(ExprParser *parser);
static TreeExpr *ParseTypedLiteral(ExprParser *parser);
static TreeExpr *ParseName(ExprParser *parser);

/* Parses TRUE, CURRENT_DATE and the like; NULL when something else stands here. */
static TreeExpr *
ParseKeywordConstant(ExprParser *parser)
{
	static const char *const constants[] = {"true",
											"false",
											"null",
											"default",
											"current_date",
											"current_time",
											"current_timestamp",
											"localtime",
											"localtimestamp",
											"current_user",
											"session_user",
											"user",
											"current_role",
											"current_schema",
											"current_catalog"};
	int first = parser->next;
	const Lexeme *lexeme = LexemeAt(parser->list, first);

	for (int i = 0; i < (int)lengthof(constants); i++)
	{
		/*
		 * Only where the grammar has the keyword: "user" in quotes is a name, and so is user.name.
		 */
		if (lexeme->keyword >= 0 && ExprAt(parser, constants[i]) &&
			!LexemeIsAt(parser->list, first + 1, "."))
		{
			parser->next++;
			if (ExprAt(parser, "(") && LexemeIsAt(parser->list, first + 2, ")"))
				parser->next += 2; /* CURRENT_SCHEMA() */
			else if (strncmp(lexeme->text, "current_t", 9) == 0 && ExprAt(parser, "("))
				/* CURRENT_TIMESTAMP(6) */
				parser->next += 3;
			return ExprMakeHere(parser, EXPR_CONSTANT, first);
		}
	}

	return NULL;
}

/* Parses one operand without its postfix operators. */
TreeExpr *
ExprParseOperand(ExprParser *parser)
{
	int first = parser->next;
	const Lexeme *lexeme = LexemeAt(parser->list, first);
	TreeExpr *operand;

	/* kinds that the scanner knows come first: they need no comparing of words */
	switch (lexeme->kind)
	{
		case LEXEME_END:
			return NULL;
		case LEXEME_STRING:
			parser->next++;
			return ExprMakeHere(parser, EXPR_STRING, first);
		case LEXEME_NUMBER:
			parser->next++;
			return ExprMakeHere(parser, EXPR_NUMBER, first);
		case LEXEME_CONSTANT:
			parser->next++;
			return ExprMakeHere(parser, EXPR_CONSTANT, first);
		default:
			break;
	}

	if (ExprAt(parser, "("))
		return ParseParenthesis(parser);
	if (ExprAccept(parser, "*"))
		return ExprMakeHere(parser, EXPR_STAR, first);
	if (lexeme->kind == LEXEME_OPERATOR)
		return NULL;
	if (ExprAt(parser, "case"))
		return ParseCase(parser);

	if (!lexeme->quoted && LexemeIsAt(parser->list, first + 1, "("))
	{
		operand = ParseReservedCall(parser);
		if (operand != NULL)
			return operand;
	}

	/* before names, for these words may be names in other places */
	operand = ParseKeywordConstant(parser);
	if (operand != NULL)
		return operand;

	/* ARRAY[...]: the brackets are read as subscripts of the word */
	if (ExprAt(parser, "array") && LexemeIsAt(parser->list, first + 1, "["))
	{
		parser->next++;
		return ExprMakeHere(parser, EXPR_OTHER, first);
	}

	/* DATE '...' has to be tried before a column called date */
	operand = ParseTypedLiteral(parser);

	return operand != NULL ? operand : ParseName(parser);
}

/* Parses a call that has a form of its own, or whose word is reserved; NULL when it is another's. */
static TreeExpr *
ParseReservedCall(ExprParser *parser)
{
	static const char *const reserved[] = {"any",	 "all",	 "some",  "array",
										   "isnull", "left", "right", "collate"};

	if (ExprAt(parser, "cast") || ExprAt(parser, "try_cast"))
		return ParseCast(parser);
	if (ExprAt(parser, "convert"))
		return ParseConvert(parser);
	if (ExprAt(parser, "extract"))
		return ParseExtract(parser);
	for (size_t i = 0; i < lengthof(reserved); i++)
		if (ExprAt(parser, reserved[i]))
			return ExprParseCall(parser, parser->next, parser->next);
	return NULL;
}

/* Parses ( expression ), a row, or a subquery. */
static TreeExpr *
ParseParenthesis(ExprParser *parser)
{
	int open = parser->next;
	int close = LexemeAt(parser->list, open)->match;
	int inside = LexemeAt(parser->list, open)->past_open;
	TreeExpr *expr;

	/* never closed: an error that PostgreSQL words best */
	if (close < 0)
		return NULL;
	if (LexemeStartsQuery(parser->list, inside))
	{
		/* ((SELECT ...) + 1) is an expression, ((SELECT ...) UNION ...) a query */
		int outer = inside > open + 1 ? LexemeAt(parser->list, open + 1)->match + 1 : close;
		bool query = outer == close || LexemeIsAt(parser->list, outer, "union") ||
					 LexemeIsAt(parser->list, outer, "except") ||
					 LexemeIsAt(parser->list, outer, "intersect") ||
					 LexemeIsAt(parser->list, outer, "minus");

		if (query)
		{
			expr = ExprMake(EXPR_SUBQUERY, open);
			parser->next = open + 1;
			expr->query = QueryParse(parser->list, &parser->next);
			parser->next = close + 1;
			return ExprFinish(parser, expr);
		}
	}

	/* one expression in parentheses, or a row of several */
	expr = ExprMake(EXPR_PAREN, open);
	parser->next = open + 1;
	expr->children = ExprListParse(parser->list, &parser->next);
	if (parser->next + 2 == close && ExprAt(parser, "as") && list_length(expr->children) == 1 &&
		LexemeAt(parser->list, parser->next + 1)->kind == LEXEME_WORD)
		expr->alias = LexemeAt(parser->list, parser->next + 1)->text;
	parser->next = close + 1;

	return ExprFinish(parser, expr);
}

/* Parses CASE ... END. */
static TreeExpr *
ParseCase(ExprParser *parser)
{
	TreeExpr *expr = ExprMake(EXPR_CASE, parser->next++);

	for (;;)
	{
		TreeExpr *child;

		/* a loop over words and expressions: the same for both forms of CASE */
		if (ExprAccept(parser, "end"))
			return ExprFinish(parser, expr);
		if (ExprAccept(parser, "when") || ExprAccept(parser, "then") || ExprAccept(parser, "else"))
			continue;
		child = ExprParseBinary(parser, 0);

		/* not understood, so the expression ends here */
		if (child == NULL)
			return ExprFinish(parser, expr);
		/* args: the results; children: everything */
		expr->children = lappend(expr->children, child);
		if (LexemeIsAt(parser->list, child->first - 1, "then") ||
			LexemeIsAt(parser->list, child->first - 1, "else"))
			expr->args = lappend(expr->args, child);
	}
}

/* Parses CAST(x AS type). */
static TreeExpr *
ParseCast(ExprParser *parser)
{
	TreeExpr *expr = ExprMake(EXPR_CAST, parser->next);
	int close = LexemeAt(parser->list, parser->next + 1)->match;
	TreeExpr *child;

	if (close < 0)
		return ParseName(parser);

	parser->next += 2;
	child = ExprParseBinary(parser, 0);
	if (child == NULL || !ExprAccept(parser, "as"))
		return ExprParseCallRest(parser, expr->first, child);

	expr->children = list_make1(child);
	ExprParseTypeName(parser, expr);
	parser->next = close + 1;

	return ExprFinish(parser, expr);
}

/* Parses CONVERT(type, x), Redshift's other spelling of a cast. */
static TreeExpr *
ParseConvert(ExprParser *parser)
{
	TreeExpr *expr = ExprMake(EXPR_CAST, parser->next);
	int close = LexemeAt(parser->list, parser->next + 1)->match;
	TreeExpr *child = NULL;
	TreeExpr *call;

	if (close < 0)
		return ParseName(parser);

	parser->next += 2;
	ExprParseTypeName(parser, expr);
	expr->op = parser->next;
	if (ExprAccept(parser, ","))
		child = ExprParseBinary(parser, 0);
	if (child == NULL || parser->next != close)
	{
		/* convert(bytes, 'from', 'to') and the like: what was read as a type is an argument */
		int rest = parser->next;
		TreeExpr *first;

		parser->next = expr->first + 2;
		first = ExprParseBinary(parser, 0);
		if (first == NULL || child == NULL)
			return ExprParseCallRest(parser, expr->first, first);
		parser->next = rest;
		call = ExprParseCallRest(parser, expr->first, child);
		call->args = lcons(first, call->args);
		call->children = lcons(first, call->children);
		return call;
	}

	expr->children = list_make1(child);
	parser->next = close + 1;

	return ExprFinish(parser, expr);
}

/* Parses EXTRACT(part FROM x). */
static TreeExpr *
ParseExtract(ExprParser *parser)
{
	TreeExpr *expr = ExprMake(EXPR_EXTRACT, parser->next);
	int close = LexemeAt(parser->list, parser->next + 1)->match;
	TreeExpr *child = NULL;

	expr->name = parser->next;
	expr->open = parser->next + 1;
	expr->part = parser->next + 2;
	expr->close = close;
	if (close < 0)
		return ParseName(parser);

	parser->next = expr->part;
	if (LexemeIsAt(parser->list, expr->part + 1, "from"))
	{
		parser->next += 2;
		child = ExprParseBinary(parser, 0);
	}

	if (child == NULL || parser->next != close)
		return ExprParseCallRest(parser, expr->first, child);

	expr->children = list_make1(child);
	parser->next = close + 1;

	return ExprFinish(parser, expr);
}

/* Parses DATE '...', TIMESTAMP WITH TIME ZONE '...', INTERVAL '...' DAY; NULL when it is none. */
static TreeExpr *
ParseTypedLiteral(ExprParser *parser)
{
	int first = parser->next;
	TreeExpr *expr = ExprMake(EXPR_CONSTANT, first);

	if (!LexemeIsAnyName(parser->list, first))
		return NULL;

	expr->type_first = first;

	/* most types are one word before their literal */
	if (LexemeAt(parser->list, first + 1)->kind == LEXEME_STRING)
		parser->next++;
	else if (LexemeIsAt(parser->list, first, "timestamp") ||
			 LexemeIsAt(parser->list, first, "time") || LexemeIsAt(parser->list, first, "double") ||
			 LexemeIsAt(parser->list, first, "character"))
		ExprParseTypeName(parser, expr);
	else
		return NULL;

	/* no literal behind it: the word was a column's or a function's */
	if (LexemeAt(parser->list, parser->next)->kind != LEXEME_STRING)
	{
		parser->next = first;
		return NULL;
	}

	expr->type_last = parser->next - 1;
	expr->type_name = first;
	parser->next++;

	/* INTERVAL '1' DAY TO SECOND */
	if (LexemeIsAt(parser->list, first, "interval"))
	{
		static const char *const fields[] = {"year", "month", "day", "hour", "minute", "second"};

		for (int i = 0; i < (int)lengthof(fields); i++)
		{
			if (!ExprAccept(parser, fields[i]))
				continue;

			/* SECOND(3) */
			if (ExprAt(parser, "("))
				parser->next += 3;
			if (ExprAccept(parser, "to"))
				parser->next++;
			break;
		}
	}

	return ExprFinish(parser, expr);
}

/* Parses a column a.b.c, t.*, col.a[0].b, or a call. */
static TreeExpr *
ParseName(ExprParser *parser)
{
	const LexemeList *list = parser->list;
	int first = parser->next;
	TreeExpr *expr;

	if (!LexemeIsAnyName(list, first))
		return NULL;

	expr = ExprMake(EXPR_COLUMN, first);
	expr->parts = 1;
	parser->next++;
	for (;;)
	{
		if (ExprAt(parser, ".") && LexemeAt(list, parser->next + 1)->kind == LEXEME_WORD)
		{
			parser->next += 2;

			/* behind an index, a dot goes on with the path: no part of the column's name */
			expr->parts += expr->subscript ? 0 : 1;
		}
		else if (ExprAt(parser, ".") && LexemeIsAt(list, parser->next + 1, "*"))
		{
			parser->next += 2;
			return ExprMakeHere(parser, EXPR_STAR, first);
		}
		else if (ExprAt(parser, "[") && LexemeAt(list, parser->next)->match > 0)
		{
			expr->subscript = true;
			parser->next = LexemeAt(list, parser->next)->match + 1;
		}
		else
			break;
	}

	/* t.column(+): Oracle's outer join, which Redshift has, too */
	if (ExprAt(parser, "(") && LexemeIsAt(list, parser->next + 1, "+") &&
		LexemeIsAt(list, parser->next + 2, ")"))
	{
		expr = ExprFinish(parser, expr);
		expr->outer = true;
		parser->next += 3;
		return expr;
	}

	/* a name before parentheses is a call's, unless it was a path */
	if (ExprAt(parser, "(") && !expr->subscript && LexemeAt(list, parser->next)->match > 0)
		return ExprParseCall(parser, first, parser->next - 1);

	return ExprFinish(parser, expr);
}

/* Parses a type: words, (n, m) or (max), WITH TIME ZONE, []. */
void
ExprParseTypeName(ExprParser *parser, TreeExpr *cast)
{
	const LexemeList *list = parser->list;

	cast->type_first = cast->type_name = parser->next;

	/* no type: the cast ends where it began */
	if (!LexemeIsAnyName(list, parser->next))
	{
		cast->type_last = parser->next - 1;
		return;
	}

	parser->next++;

	/* of a qualified type the last name counts */
	while (ExprAt(parser, ".") && LexemeIsAnyName(list, parser->next + 1))
	{
		cast->type_name = parser->next + 1;
		parser->next += 2;
	}

	/* DOUBLE PRECISION, CHARACTER VARYING: types of two words */
	if (!ExprAccept(parser, "precision"))
	{
		ExprAccept(parser, "character");
		ExprAccept(parser, "char");
		ExprAccept(parser, "varying");
	}

	if (ExprAt(parser, "(") && LexemeAt(list, parser->next)->match > 0)
		parser->next = LexemeAt(list, parser->next)->match + 1;

	/* the time zone stands behind the precision */
	if ((ExprAt(parser, "with") || ExprAt(parser, "without")) &&
		LexemeIsAt(list, parser->next + 1, "time"))
		parser->next += 3;
	while (ExprAt(parser, "[") && LexemeAt(list, parser->next)->match > 0)
		parser->next = LexemeAt(list, parser->next)->match + 1;
	cast->type_last = parser->next - 1;
}
