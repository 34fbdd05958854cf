/*
 * rewrite_parse_expr.c
 *		Expressions of Redshift's dialect as a tree over tokens.
 *
 * Operator precedence parsing with PostgreSQL's precedences.  Nothing here
 * judges an expression: a form that isn't known ends the expression, and the
 * caller steps over what is left.
 */
#include "postgres.h"

#include "common/keywords.h"
#include "miscadmin.h"

#include "redshift/rewrite_tree.h"

/* Binding powers, weakest first; gram.y has the same order. */
enum
{
	POWER_OR = 1,
	POWER_AND,
	POWER_NOT,
	POWER_IS,
	POWER_COMPARE,
	POWER_LIKE,
	POWER_OTHER,
	POWER_ADD,
	POWER_MULTIPLY,
	POWER_EXPONENT,
	POWER_AT,
	POWER_SIGN
};

typedef struct ExprParser
{
	const TokenList *list;
	int next;
} ExprParser;

static TreeExpr *ParseBinary(ExprParser *parser, int power);
static TreeExpr *ParseKeywordConstant(ExprParser *parser);
static TreeExpr *ParseOperand(ExprParser *parser);
static TreeExpr *ParsePostfix(ExprParser *parser, TreeExpr *expr);
static TreeExpr *ParseInfix(ExprParser *parser, TreeExpr *left, int power);
static TreeExpr *ParseMembership(ExprParser *parser, TreeExpr *left, int op);
static TreeExpr *ParseIs(ExprParser *parser, TreeExpr *left);
static TreeExpr *ParsePrefix(ExprParser *parser, int power);
static TreeExpr *ParseParenthesis(ExprParser *parser);
static TreeExpr *ParseCase(ExprParser *parser);
static TreeExpr *ParseCast(ExprParser *parser);
static TreeExpr *ParseConvert(ExprParser *parser);
static TreeExpr *ParseExtract(ExprParser *parser);
static TreeExpr *ParseTypedLiteral(ExprParser *parser);
static TreeExpr *ParseName(ExprParser *parser);
static TreeExpr *ParseCall(ExprParser *parser, int first, int name);
static TreeExpr *ParseCallRest(ExprParser *parser, int name, TreeExpr *argument);
static void ParseArguments(ExprParser *parser, TreeExpr *call);
static void ParseCallTail(ExprParser *parser, TreeExpr *call);
static void ParseWindow(ExprParser *parser, TreeExpr *call);
static void ParseTypeName(ExprParser *parser, TreeExpr *cast);
static int InfixPower(ExprParser *parser);

/* Whether the next token is this one; steps over it if so. */
static bool
Accept(ExprParser *parser, const char *text)
{
	if (!TokenIs(parser->list, parser->next, text))
		return false;
	parser->next++;
	return true;
}

/* Whether the next token is this one. */
static bool
At(ExprParser *parser, const char *text)
{
	return TokenIs(parser->list, parser->next, text);
}

/* Makes a node that begins at a token. */
static TreeExpr *
Make(ExprKind kind, int first)
{
	TreeExpr *expr = palloc0(sizeof(TreeExpr));

	expr->kind = kind;
	expr->first = first;
	expr->op = expr->over = expr->within = expr->over_order = -1;
	expr->distinct_token = -1;
	return expr;
}

/* Ends a node before the next token. */
static TreeExpr *
Finish(ExprParser *parser, TreeExpr *expr)
{
	expr->last = parser->next - 1;
	return expr;
}

/* Makes a node out of the tokens up to the next one. */
static TreeExpr *
MakeHere(ExprParser *parser, ExprKind kind, int first)
{
	return Finish(parser, Make(kind, first));
}

/* Parses one expression. */
TreeExpr *
ExprParse(const TokenList *list, int *next)
{
	ExprParser parser = {list, *next};
	TreeExpr *expr = ParseBinary(&parser, 0);

	if (expr != NULL)
		*next = parser.next;
	return expr;
}

/* Parses expressions between commas. */
List *
ExprListParse(const TokenList *list, int *next)
{
	List *exprs = NIL;

	for (;;)
	{
		TreeExpr *expr = ExprParse(list, next);

		if (expr == NULL)
			return exprs;
		exprs = lappend(exprs, expr);
		if (!TokenIs(list, *next, ","))
			return exprs;
		(*next)++;
	}
}

/* Parses what follows ORDER BY: expressions with ASC, DESC, NULLS FIRST, USING. */
List *
ExprOrderParse(const TokenList *list, int *next)
{
	List *exprs = NIL;

	for (;;)
	{
		TreeExpr *expr = ExprParse(list, next);

		if (expr == NULL)
			return exprs;
		exprs = lappend(exprs, expr);
		if (TokenIs(list, *next, "asc") || TokenIs(list, *next, "desc"))
			(*next)++;
		if (TokenIs(list, *next, "nulls"))
			*next += 2;
		if (!TokenIs(list, *next, ","))
			return exprs;
		(*next)++;
	}
}

/* Whether a token begins a query. */
bool
TokenStartsQuery(const TokenList *list, int index)
{
	return TokenIs(list, index, "select") || TokenIs(list, index, "with") ||
		   TokenIs(list, index, "values");
}

/* Parses operators that bind at least as strongly as a power. */
static TreeExpr *
ParseBinary(ExprParser *parser, int power)
{
	TreeExpr *left;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	left = ParsePrefix(parser, power);
	while (left != NULL)
	{
		int next = InfixPower(parser);
		TreeExpr *whole;

		if (next == 0 || next < power)
			break;
		whole = ParseInfix(parser, left, next);
		if (whole == NULL)
			break;
		left = whole;
	}
	return left;
}

/* Parses NOT, a sign, a prefix operator, or an operand. */
static TreeExpr *
ParsePrefix(ExprParser *parser, int power)
{
	int first = parser->next;
	int operand_power = POWER_SIGN;
	const Token *token = TokenAt(parser->list, first);
	TreeExpr *expr;
	TreeExpr *operand;

	if (At(parser, "not"))
		operand_power = POWER_NOT;
	else if (At(parser, "+") || At(parser, "-"))
		operand_power = POWER_SIGN;
	else if (token->kind == TOKEN_OPERATOR && strchr("@~|&!", token->text[0]) != NULL &&
			 token->text[0] != '\0')
		operand_power = POWER_OTHER;
	else if (At(parser, "approximate") || At(parser, "prior"))
		operand_power = POWER_SIGN;
	else
		return ParsePostfix(parser, ParseOperand(parser));

	if ((At(parser, "approximate") || At(parser, "prior")) && !TokenIsName(parser->list, first + 1))
		return ParsePostfix(parser, ParseOperand(parser));
	expr = Make(operand_power == POWER_NOT ? EXPR_BOOLEAN : EXPR_OPERATOR, first);
	expr->op = first;
	parser->next++;
	operand = ParseBinary(parser, operand_power);
	if (operand == NULL)
	{
		parser->next = first;
		return NULL;
	}
	expr->children = list_make1(operand);
	return Finish(parser, expr);
}

/* How strongly the next token binds as an infix operator; 0 when it is none. */
static int
InfixPower(ExprParser *parser)
{
	static const struct
	{
		const char *text;
		int power;
	} powers[] = {
		{"or", POWER_OR},		  {"and", POWER_AND},	   {"is", POWER_IS},
		{"isnull", POWER_IS},	  {"notnull", POWER_IS},   {"=", POWER_COMPARE},
		{"<", POWER_COMPARE},	  {">", POWER_COMPARE},	   {"<=", POWER_COMPARE},
		{">=", POWER_COMPARE},	  {"<>", POWER_COMPARE},   {"!=", POWER_COMPARE},
		{"between", POWER_LIKE},  {"in", POWER_LIKE},	   {"like", POWER_LIKE},
		{"ilike", POWER_LIKE},	  {"similar", POWER_LIKE}, {"not", POWER_LIKE},
		{"+", POWER_ADD},		  {"-", POWER_ADD},		   {"*", POWER_MULTIPLY},
		{"/", POWER_MULTIPLY},	  {"%", POWER_MULTIPLY},   {"^", POWER_EXPONENT},
		{"at", POWER_AT},		  {"collate", POWER_AT},   {"operator", POWER_OTHER},
		{"overlaps", POWER_LIKE},
	};
	const Token *token = TokenAt(parser->list, parser->next);

	if (token->kind != TOKEN_KEYWORD && token->kind != TOKEN_OPERATOR)
		return 0;
	if (At(parser, "not"))
	{
		int after = parser->next + 1;

		return TokenIs(parser->list, after, "in") || TokenIs(parser->list, after, "like") ||
					   TokenIs(parser->list, after, "ilike") ||
					   TokenIs(parser->list, after, "between") ||
					   TokenIs(parser->list, after, "similar")
				   ? POWER_LIKE
				   : 0;
	}
	if (At(parser, "at") && !TokenIs(parser->list, parser->next + 1, "time"))
		return 0;
	for (int i = 0; i < (int)lengthof(powers); i++)
	{
		if (strcmp(token->text, powers[i].text) == 0)
			return powers[i].power;
	}
	/* whatever else is made of operator characters: ||, ~, ->> ... */
	if (token->kind == TOKEN_OPERATOR && strpbrk(token->text, "~!@#^&|`?+-*/%<>=") != NULL &&
		strcmp(token->text, "=>") != 0 && strcmp(token->text, ":=") != 0)
		return POWER_OTHER;
	return 0;
}

/* Parses an infix operator and its right operand; NULL when that fails. */
static TreeExpr *
ParseInfix(ExprParser *parser, TreeExpr *left, int power)
{
	int op = parser->next;
	TreeExpr *expr = Make(EXPR_OPERATOR, left->first);
	TreeExpr *right;

	if (power == POWER_IS)
		return ParseIs(parser, left);
	if (power == POWER_LIKE)
		return ParseMembership(parser, left, op);
	expr->op = op;
	parser->next++;
	if (power == POWER_AT && TokenIs(parser->list, op, "at"))
	{
		expr->kind = EXPR_OTHER;
		parser->next += 2;
	}
	if (TokenIs(parser->list, op, "collate"))
	{
		parser->next += At(parser, ".") ? 3 : 1;
		return Finish(parser, left);
	}
	if (TokenIs(parser->list, op, "operator") && At(parser, "(") &&
		TokenAt(parser->list, parser->next)->match > 0)
	{
		expr->kind = EXPR_OTHER;
		parser->next = TokenAt(parser->list, parser->next)->match + 1;
	}
	right = ParseBinary(parser, power + 1);
	if (right == NULL)
	{
		parser->next = op;
		return NULL;
	}
	if (power <= POWER_AND)
		expr->kind = EXPR_BOOLEAN;
	else if (power == POWER_COMPARE)
		expr->kind = EXPR_COMPARISON;
	expr->children = list_make2(left, right);
	return Finish(parser, expr);
}

/* Parses IN, BETWEEN, LIKE, ILIKE, SIMILAR TO, OVERLAPS, with or without NOT. */
static TreeExpr *
ParseMembership(ExprParser *parser, TreeExpr *left, int op)
{
	TreeExpr *expr = Make(EXPR_BOOLEAN, left->first);
	TreeExpr *right;

	Accept(parser, "not");
	expr->op = parser->next;
	expr->children = list_make1(left);
	if (At(parser, "in") || At(parser, "between"))
		expr->kind = EXPR_COMPARISON;
	if (At(parser, "similar"))
		parser->next++;
	parser->next++;
	if (TokenIs(parser->list, expr->op, "between"))
	{
		if (!Accept(parser, "symmetric"))
			Accept(parser, "asymmetric");
		right = ParseBinary(parser, POWER_OTHER);
		if (right == NULL)
		{
			parser->next = op;
			return NULL;
		}
		/* what has been parsed isn't parsed again, or nesting would double the time each level */
		expr->children = lappend(expr->children, right);
		if (!Accept(parser, "and"))
			return Finish(parser, expr);
	}
	right = ParseBinary(parser, POWER_OTHER);
	if (right == NULL && list_length(expr->children) == 1)
	{
		parser->next = op;
		return NULL;
	}
	if (right == NULL)
		return Finish(parser, expr);
	expr->children = lappend(expr->children, right);
	if (Accept(parser, "escape"))
	{
		right = ParseBinary(parser, POWER_OTHER);
		if (right != NULL)
			expr->children = lappend(expr->children, right);
	}
	return Finish(parser, expr);
}

/* Parses IS [NOT] NULL, TRUE, DISTINCT FROM x ..., ISNULL and NOTNULL. */
static TreeExpr *
ParseIs(ExprParser *parser, TreeExpr *left)
{
	TreeExpr *expr = Make(EXPR_BOOLEAN, left->first);

	expr->children = list_make1(left);
	expr->op = parser->next;
	if (!Accept(parser, "is"))
	{
		parser->next++;
		return Finish(parser, expr);
	}
	Accept(parser, "not");
	if (Accept(parser, "distinct"))
	{
		TreeExpr *right;

		Accept(parser, "from");
		right = ParseBinary(parser, POWER_COMPARE);
		if (right != NULL)
			expr->children = lappend(expr->children, right);
	}
	else if (TokenAt(parser->list, parser->next)->kind != TOKEN_END)
		parser->next++;
	return Finish(parser, expr);
}

/* Parses what may follow an operand: casts, subscripts, fields. */
static TreeExpr *
ParsePostfix(ExprParser *parser, TreeExpr *expr)
{
	while (expr != NULL)
	{
		if (At(parser, "::"))
		{
			TreeExpr *cast = Make(EXPR_CAST, expr->first);

			cast->op = parser->next++;
			cast->children = list_make1(expr);
			ParseTypeName(parser, cast);
			expr = Finish(parser, cast);
		}
		else if ((At(parser, "[") && TokenAt(parser->list, parser->next)->match > 0) ||
				 (At(parser, ".") && expr->kind != EXPR_NUMBER))
		{
			TreeExpr *subscript = Make(EXPR_SUBSCRIPT, expr->first);

			subscript->children = list_make1(expr);
			parser->next =
				At(parser, "[") ? TokenAt(parser->list, parser->next)->match + 1 : parser->next + 2;
			if (parser->next > parser->list->count)
				parser->next = parser->list->count;
			expr = Finish(parser, subscript);
		}
		else
			break;
	}
	return expr;
}

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
	const Token *token = TokenAt(parser->list, first);

	for (int i = 0; i < (int)lengthof(constants); i++)
	{
		if (token->kind == TOKEN_KEYWORD && At(parser, constants[i]) &&
			!TokenIs(parser->list, first + 1, "."))
		{
			parser->next++;
			if (strncmp(token->text, "current_t", 9) == 0 && At(parser, "("))
				parser->next += 3;
			return MakeHere(parser, EXPR_CONSTANT, first);
		}
	}
	return NULL;
}

/* Parses one operand without its postfix operators. */
static TreeExpr *
ParseOperand(ExprParser *parser)
{
	int first = parser->next;
	const Token *token = TokenAt(parser->list, first);
	TreeExpr *operand;

	switch (token->kind)
	{
		case TOKEN_END:
			return NULL;
		case TOKEN_STRING:
			parser->next++;
			return MakeHere(parser, EXPR_STRING, first);
		case TOKEN_NUMBER:
			parser->next++;
			return MakeHere(parser, EXPR_NUMBER, first);
		case TOKEN_OTHER_CONSTANT:
			parser->next++;
			return MakeHere(parser, EXPR_CONSTANT, first);
		default:
			break;
	}
	if (At(parser, "("))
		return ParseParenthesis(parser);
	if (Accept(parser, "*"))
		return MakeHere(parser, EXPR_STAR, first);
	if (token->kind == TOKEN_OPERATOR)
		return NULL;
	if (At(parser, "case"))
		return ParseCase(parser);
	if (!token->quoted && TokenIs(parser->list, first + 1, "("))
	{
		if (At(parser, "cast") || At(parser, "try_cast"))
			return ParseCast(parser);
		if (At(parser, "convert"))
			return ParseConvert(parser);
		if (At(parser, "extract"))
			return ParseExtract(parser);
		if (At(parser, "any") || At(parser, "all") || At(parser, "some") || At(parser, "array") ||
			At(parser, "isnull") || At(parser, "left") || At(parser, "right"))
			return ParseCall(parser, first, first);
	}
	operand = ParseKeywordConstant(parser);
	if (operand != NULL)
		return operand;
	if (At(parser, "array") && TokenIs(parser->list, first + 1, "["))
	{
		parser->next++;
		return MakeHere(parser, EXPR_OTHER, first);
	}
	operand = ParseTypedLiteral(parser);
	return operand != NULL ? operand : ParseName(parser);
}

/* Parses ( expression ), a row, or a subquery. */
static TreeExpr *
ParseParenthesis(ExprParser *parser)
{
	int open = parser->next;
	int close = TokenAt(parser->list, open)->match;
	int inside = TokenAt(parser->list, open)->past_open;
	TreeExpr *expr;

	if (close < 0)
		return NULL;
	if (TokenStartsQuery(parser->list, inside))
	{
		/* ((SELECT ...) + 1) is an expression, ((SELECT ...) UNION ...) a query */
		int outer = inside > open + 1 ? TokenAt(parser->list, open + 1)->match + 1 : close;
		bool query = outer == close || TokenIs(parser->list, outer, "union") ||
					 TokenIs(parser->list, outer, "except") ||
					 TokenIs(parser->list, outer, "intersect") ||
					 TokenIs(parser->list, outer, "minus");

		if (query)
		{
			expr = Make(EXPR_SUBQUERY, open);
			parser->next = open + 1;
			expr->query = QueryParse(parser->list, &parser->next);
			parser->next = close + 1;
			return Finish(parser, expr);
		}
	}
	expr = Make(EXPR_PAREN, open);
	parser->next = open + 1;
	expr->children = ExprListParse(parser->list, &parser->next);
	parser->next = close + 1;
	return Finish(parser, expr);
}

/* Parses CASE ... END. */
static TreeExpr *
ParseCase(ExprParser *parser)
{
	TreeExpr *expr = Make(EXPR_CASE, parser->next++);

	for (;;)
	{
		TreeExpr *child;

		if (Accept(parser, "end"))
			return Finish(parser, expr);
		if (Accept(parser, "when") || Accept(parser, "then") || Accept(parser, "else"))
			continue;
		child = ParseBinary(parser, 0);
		if (child == NULL)
			return Finish(parser, expr);
		/* args: the results; children: everything */
		expr->children = lappend(expr->children, child);
		if (TokenIs(parser->list, child->first - 1, "then") ||
			TokenIs(parser->list, child->first - 1, "else"))
			expr->args = lappend(expr->args, child);
	}
}

/* Parses CAST(x AS type). */
static TreeExpr *
ParseCast(ExprParser *parser)
{
	TreeExpr *expr = Make(EXPR_CAST, parser->next);
	int close = TokenAt(parser->list, parser->next + 1)->match;
	TreeExpr *child;

	if (close < 0)
		return ParseName(parser);
	parser->next += 2;
	child = ParseBinary(parser, 0);
	if (child == NULL || !Accept(parser, "as"))
		return ParseCallRest(parser, expr->first, child);
	expr->children = list_make1(child);
	ParseTypeName(parser, expr);
	parser->next = close + 1;
	return Finish(parser, expr);
}

/* Parses CONVERT(type, x), Redshift's other spelling of a cast. */
static TreeExpr *
ParseConvert(ExprParser *parser)
{
	TreeExpr *expr = Make(EXPR_CAST, parser->next);
	int close = TokenAt(parser->list, parser->next + 1)->match;
	TreeExpr *child = NULL;
	TreeExpr *call;

	if (close < 0)
		return ParseName(parser);
	parser->next += 2;
	ParseTypeName(parser, expr);
	expr->op = parser->next;
	if (Accept(parser, ","))
		child = ParseBinary(parser, 0);
	if (child == NULL || parser->next != close)
	{
		/* convert(bytes, 'from', 'to') and the like: what was read as a type is an argument */
		int rest = parser->next;
		TreeExpr *first;

		parser->next = expr->first + 2;
		first = ParseBinary(parser, 0);
		if (first == NULL || child == NULL)
			return ParseCallRest(parser, expr->first, first);
		parser->next = rest;
		call = ParseCallRest(parser, expr->first, child);
		call->args = lcons(first, call->args);
		call->children = lcons(first, call->children);
		return call;
	}
	expr->children = list_make1(child);
	parser->next = close + 1;
	return Finish(parser, expr);
}

/* Parses EXTRACT(part FROM x). */
static TreeExpr *
ParseExtract(ExprParser *parser)
{
	TreeExpr *expr = Make(EXPR_EXTRACT, parser->next);
	int close = TokenAt(parser->list, parser->next + 1)->match;
	TreeExpr *child = NULL;

	expr->name = parser->next;
	expr->open = parser->next + 1;
	expr->part = parser->next + 2;
	expr->close = close;
	if (close < 0)
		return ParseName(parser);
	parser->next = expr->part;
	if (TokenIs(parser->list, expr->part + 1, "from"))
	{
		parser->next += 2;
		child = ParseBinary(parser, 0);
	}
	if (child == NULL || parser->next != close)
		return ParseCallRest(parser, expr->first, child);
	expr->children = list_make1(child);
	parser->next = close + 1;
	return Finish(parser, expr);
}

/* Parses DATE '...', TIMESTAMP WITH TIME ZONE '...', INTERVAL '...' DAY; NULL when it is none. */
static TreeExpr *
ParseTypedLiteral(ExprParser *parser)
{
	int first = parser->next;
	TreeExpr *expr = Make(EXPR_CONSTANT, first);

	if (!TokenIsName(parser->list, first))
		return NULL;
	expr->type_first = first;
	if (TokenAt(parser->list, first + 1)->kind == TOKEN_STRING)
		parser->next++;
	else if (TokenIs(parser->list, first, "timestamp") || TokenIs(parser->list, first, "time") ||
			 TokenIs(parser->list, first, "double") || TokenIs(parser->list, first, "character"))
		ParseTypeName(parser, expr);
	else
		return NULL;
	if (TokenAt(parser->list, parser->next)->kind != TOKEN_STRING)
	{
		parser->next = first;
		return NULL;
	}
	expr->type_last = parser->next - 1;
	expr->type_name = first;
	parser->next++;
	if (TokenIs(parser->list, first, "interval"))
	{
		static const char *const fields[] = {"year", "month", "day", "hour", "minute", "second"};

		for (int i = 0; i < (int)lengthof(fields); i++)
		{
			if (!Accept(parser, fields[i]))
				continue;
			if (At(parser, "("))
				parser->next += 3;
			if (Accept(parser, "to"))
				parser->next++;
			break;
		}
	}
	return Finish(parser, expr);
}

/* Parses a column a.b.c, t.*, col.a[0].b, or a call. */
static TreeExpr *
ParseName(ExprParser *parser)
{
	const TokenList *list = parser->list;
	int first = parser->next;
	TreeExpr *expr;

	if (!TokenIsName(list, first))
		return NULL;
	expr = Make(EXPR_COLUMN, first);
	expr->parts = 1;
	parser->next++;
	for (;;)
	{
		if (At(parser, ".") && (TokenAt(list, parser->next + 1)->kind == TOKEN_IDENT ||
								TokenAt(list, parser->next + 1)->kind == TOKEN_KEYWORD))
		{
			parser->next += 2;
			expr->parts += expr->subscript ? 0 : 1;
		}
		else if (At(parser, ".") && TokenIs(list, parser->next + 1, "*"))
		{
			parser->next += 2;
			return MakeHere(parser, EXPR_STAR, first);
		}
		else if (At(parser, "[") && TokenAt(list, parser->next)->match > 0)
		{
			expr->subscript = true;
			parser->next = TokenAt(list, parser->next)->match + 1;
		}
		else
			break;
	}
	if (At(parser, "(") && !expr->subscript && TokenAt(list, parser->next)->match > 0)
		return ParseCall(parser, first, parser->next - 1);
	return Finish(parser, expr);
}

/* Makes a call whose name ends at a token. */
static TreeExpr *
MakeCall(ExprParser *parser, int first, int name)
{
	TreeExpr *call = Make(EXPR_CALL, first);

	call->name = name;
	call->qualified = name > first;
	call->open = name + 1;
	call->close = TokenAt(parser->list, call->open)->match;
	return call;
}

/*
 * Parses the rest of what has the name of CAST, CONVERT or EXTRACT, but not
 * their form: a call.  The argument before the next token isn't parsed again,
 * or nesting would double the time each level.
 */
static TreeExpr *
ParseCallRest(ExprParser *parser, int name, TreeExpr *argument)
{
	TreeExpr *call = MakeCall(parser, name, name);

	if (argument != NULL)
	{
		call->args = list_make1(argument);
		call->children = list_make1(argument);
		Accept(parser, ",");
	}
	ParseArguments(parser, call);
	parser->next = call->close + 1;
	ParseCallTail(parser, call);
	return Finish(parser, call);
}

/* Parses a call whose name ends at a token. */
static TreeExpr *
ParseCall(ExprParser *parser, int first, int name)
{
	TreeExpr *call = MakeCall(parser, first, name);

	if (call->close < 0)
	{
		parser->next = first + 1;
		return MakeHere(parser, EXPR_OTHER, first);
	}
	parser->next = call->open + 1;
	ParseArguments(parser, call);
	parser->next = call->close + 1;
	ParseCallTail(parser, call);
	return Finish(parser, call);
}

/* Parses a call's arguments, whatever keywords stand between them: SUBSTRING(x FROM 1), TRIM(BOTH ...). */
static void
ParseArguments(ExprParser *parser, TreeExpr *call)
{
	if (At(parser, "distinct"))
	{
		call->distinct = true;
		call->distinct_token = parser->next++;
	}
	else
		Accept(parser, "all");
	while (parser->next < call->close)
	{
		int before = parser->next;
		TreeExpr *arg = NULL;

		if (TokenStartsQuery(parser->list, before))
		{
			arg = Make(EXPR_SUBQUERY, before);
			arg->query = QueryParse(parser->list, &parser->next);
			Finish(parser, arg);
		}
		else if (At(parser, "order") && TokenIs(parser->list, before + 1, "by"))
		{
			parser->next += 2;
			call->order = ExprOrderParse(parser->list, &parser->next);
			call->children = list_concat(call->children, call->order);
		}
		else
			arg = ParseBinary(parser, 0);
		if (arg != NULL)
		{
			call->args = lappend(call->args, arg);
			call->children = lappend(call->children, arg);
		}
		if (parser->next == before)
			parser->next++;
		Accept(parser, ",");
	}
}

/* Parses WITHIN GROUP, FILTER, IGNORE NULLS and OVER behind a call. */
static void
ParseCallTail(ExprParser *parser, TreeExpr *call)
{
	const TokenList *list = parser->list;

	if (At(parser, "within") && TokenIs(list, parser->next + 1, "group") &&
		TokenIs(list, parser->next + 2, "(") && TokenAt(list, parser->next + 2)->match > 0)
	{
		call->within = parser->next;
		call->within_open = parser->next + 2;
		parser->next += 5;
		call->order = ExprOrderParse(list, &parser->next);
		call->children = list_concat(call->children, call->order);
		parser->next = TokenAt(list, call->within_open)->match + 1;
	}
	if (At(parser, "filter") && TokenIs(list, parser->next + 1, "(") &&
		TokenAt(list, parser->next + 1)->match > 0)
	{
		int close = TokenAt(list, parser->next + 1)->match;
		TreeExpr *condition;

		parser->next += 3;
		condition = ParseBinary(parser, 0);
		if (condition != NULL)
			call->children = lappend(call->children, condition);
		parser->next = close + 1;
	}
	if ((At(parser, "ignore") || At(parser, "respect")) &&
		TokenIs(list, parser->next + 1, "nulls") && TokenIs(list, parser->next + 2, "over"))
		parser->next += 2;
	if (At(parser, "over"))
		ParseWindow(parser, call);
}

/* Parses OVER (PARTITION BY ... ORDER BY ... frame) or OVER name. */
static void
ParseWindow(ExprParser *parser, TreeExpr *call)
{
	const TokenList *list = parser->list;
	int close;

	call->over = parser->next++;
	call->over_close = parser->next;
	if (!At(parser, "(") || TokenAt(list, parser->next)->match < 0)
	{
		parser->next++;
		return;
	}
	close = TokenAt(list, parser->next)->match;
	call->over_close = close;
	for (parser->next++; parser->next < close;)
	{
		if (At(parser, "partition") && TokenIs(list, parser->next + 1, "by"))
		{
			parser->next += 2;
			call->children = list_concat(call->children, ExprListParse(list, &parser->next));
		}
		else if (At(parser, "order") && TokenIs(list, parser->next + 1, "by"))
		{
			call->over_order = parser->next;
			parser->next += 2;
			call->children = list_concat(call->children, ExprOrderParse(list, &parser->next));
		}
		else
			parser->next++;
	}
	parser->next = close + 1;
}

/* Parses a type: words, (n, m) or (max), WITH TIME ZONE, []. */
static void
ParseTypeName(ExprParser *parser, TreeExpr *cast)
{
	const TokenList *list = parser->list;

	cast->type_first = cast->type_name = parser->next;
	if (!TokenIsName(list, parser->next))
	{
		cast->type_last = parser->next - 1;
		return;
	}
	parser->next++;
	while (At(parser, ".") && TokenIsName(list, parser->next + 1))
	{
		cast->type_name = parser->next + 1;
		parser->next += 2;
	}
	if (!Accept(parser, "precision"))
	{
		Accept(parser, "character");
		Accept(parser, "char");
		Accept(parser, "varying");
	}
	if (At(parser, "(") && TokenAt(list, parser->next)->match > 0)
		parser->next = TokenAt(list, parser->next)->match + 1;
	if ((At(parser, "with") || At(parser, "without")) && TokenIs(list, parser->next + 1, "time"))
		parser->next += 3;
	while (At(parser, "[") && TokenAt(list, parser->next)->match > 0)
		parser->next = TokenAt(list, parser->next)->match + 1;
	cast->type_last = parser->next - 1;
}
