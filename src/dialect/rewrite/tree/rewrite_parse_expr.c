/*
 * rewrite_parse_expr.c
 *		Expressions of Redshift's dialect as a tree over lexemes.
 *
 * Operator precedence parsing with PostgreSQL's precedences.  Nothing here
 * judges an expression: a form that isn't known ends the expression, and the
 * caller steps over what is left.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "dialect/rewrite/tree/rewrite_parse_expr.h"

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

static TreeExpr *ParsePostfix(ExprParser *parser, TreeExpr *expr);
static TreeExpr *ParseInfix(ExprParser *parser, TreeExpr *left, int power);
static TreeExpr *ParseMembership(ExprParser *parser, TreeExpr *left, int op);
static TreeExpr *ParseIs(ExprParser *parser, TreeExpr *left);
static TreeExpr *ParsePrefix(ExprParser *parser, int power);
static int InfixPower(ExprParser *parser);

/* Whether the next lexeme is this one; steps over it if so. */
bool
ExprAccept(ExprParser *parser, const char *text)
{
	if (!LexemeIsAt(parser->list, parser->next, text))
		return false;
	parser->next++;
	return true;
}

/* Whether the next lexeme is this one. */
bool
ExprAt(ExprParser *parser, const char *text)
{
	return LexemeIsAt(parser->list, parser->next, text);
}

/* Makes a node that begins at a lexeme. */
TreeExpr *
ExprMake(ExprKind kind, int first)
{
	TreeExpr *expr = palloc0(sizeof(TreeExpr));

	expr->kind = kind;
	expr->first = first;
	expr->op = expr->over = expr->within = expr->over_order = -1;
	expr->distinct_lexeme = expr->nulls = -1;
	expr->typmod = -1;

	return expr;
}

/* Ends a node before the next lexeme. */
TreeExpr *
ExprFinish(ExprParser *parser, TreeExpr *expr)
{
	expr->last = parser->next - 1;
	return expr;
}

/* Makes a node out of the lexemes up to the next one. */
TreeExpr *
ExprMakeHere(ExprParser *parser, ExprKind kind, int first)
{
	return ExprFinish(parser, ExprMake(kind, first));
}

/* Parses one expression. */
TreeExpr *
ExprParse(const LexemeList *list, int *next)
{
	ExprParser parser = {list, *next};
	TreeExpr *expr = ExprParseBinary(&parser, 0);

	if (expr != NULL)
		*next = parser.next;
	return expr;
}

/* Parses expressions between commas. */
List *
ExprListParse(const LexemeList *list, int *next)
{
	List *exprs = NIL;

	for (;;)
	{
		TreeExpr *expr = ExprParse(list, next);

		if (expr == NULL)
			return exprs;
		exprs = lappend(exprs, expr);
		if (!LexemeIsAt(list, *next, ","))
			return exprs;
		(*next)++;
	}
}

/* Parses what follows ORDER BY: expressions with ASC, DESC, NULLS FIRST, USING. */
List *
ExprOrderParse(const LexemeList *list, int *next)
{
	List *exprs = NIL;

	for (;;)
	{
		TreeExpr *expr = ExprParse(list, next);

		if (expr == NULL)
			return exprs;
		exprs = lappend(exprs, expr);
		if (LexemeIsAt(list, *next, "asc") || LexemeIsAt(list, *next, "desc"))
			(*next)++;
		if (LexemeIsAt(list, *next, "nulls"))
			*next += 2;
		if (!LexemeIsAt(list, *next, ","))
			return exprs;
		(*next)++;
	}
}

/* Whether a lexeme begins a query. */
bool
LexemeStartsQuery(const LexemeList *list, int index)
{
	return LexemeIsAt(list, index, "select") || LexemeIsAt(list, index, "with") ||
		   LexemeIsAt(list, index, "values");
}

/* Parses operators that bind at least as strongly as a power. */
TreeExpr *
ExprParseBinary(ExprParser *parser, int power)
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
	const Lexeme *lexeme = LexemeAt(parser->list, first);
	TreeExpr *expr;
	TreeExpr *operand;

	if (ExprAt(parser, "not"))
		operand_power = POWER_NOT;
	else if (ExprAt(parser, "+") || ExprAt(parser, "-"))
		operand_power = POWER_SIGN;
	else if (lexeme->kind == LEXEME_OPERATOR && strchr("@~|&!", lexeme->text[0]) != NULL &&
			 lexeme->text[0] != '\0')
		operand_power = POWER_OTHER;
	else if (ExprAt(parser, "approximate") || ExprAt(parser, "prior"))
		operand_power = POWER_SIGN;
	else
		return ParsePostfix(parser, ExprParseOperand(parser));

	/* APPROXIMATE and PRIOR are words that columns may have as their names */
	if ((ExprAt(parser, "approximate") || ExprAt(parser, "prior")) &&
		!LexemeIsAnyName(parser->list, first + 1))
		return ParsePostfix(parser, ExprParseOperand(parser));

	expr = ExprMake(operand_power == POWER_NOT ? EXPR_BOOLEAN : EXPR_OPERATOR, first);
	expr->op = first;
	parser->next++;
	operand = ExprParseBinary(parser, operand_power);

	/* given back: nothing has been read, and the caller may try something else */
	if (operand == NULL)
	{
		parser->next = first;
		return NULL;
	}

	expr->children = list_make1(operand);

	return ExprFinish(parser, expr);
}

/* How strongly the next lexeme binds as an infix operator; 0 when it is none. */
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
	const Lexeme *lexeme = LexemeAt(parser->list, parser->next);

	/* the usual end of an expression, found without the table */
	if (lexeme->keyword < 0 && lexeme->kind != LEXEME_OPERATOR)
		return 0;

	/* NOT is an infix operator only before these */
	if (ExprAt(parser, "not"))
	{
		int after = parser->next + 1;

		return LexemeIsAt(parser->list, after, "in") || LexemeIsAt(parser->list, after, "like") ||
					   LexemeIsAt(parser->list, after, "ilike") ||
					   LexemeIsAt(parser->list, after, "between") ||
					   LexemeIsAt(parser->list, after, "similar")
				   ? POWER_LIKE
				   : 0;
	}

	/* AT TIME ZONE, but not AT as an alias's index */
	if (ExprAt(parser, "at") && !LexemeIsAt(parser->list, parser->next + 1, "time"))
		return 0;

	for (int i = 0; i < (int)lengthof(powers); i++)
	{
		if (strcmp(lexeme->text, powers[i].text) == 0)
			return powers[i].power;
	}

	/* whatever else is made of operator characters: ||, ~, ->> ... */
	if (lexeme->kind == LEXEME_OPERATOR && strpbrk(lexeme->text, "~!@#^&|`?+-*/%<>=") != NULL &&
		strcmp(lexeme->text, "=>") != 0 && strcmp(lexeme->text, ":=") != 0)
		return POWER_OTHER;

	return 0;
}

/* Parses an infix operator and its right operand; NULL when that fails. */
static TreeExpr *
ParseInfix(ExprParser *parser, TreeExpr *left, int power)
{
	int op = parser->next;
	TreeExpr *expr = ExprMake(EXPR_OPERATOR, left->first);
	TreeExpr *right;

	/* these have forms of their own */
	if (power == POWER_IS)
		return ParseIs(parser, left);
	if (power == POWER_LIKE)
		return ParseMembership(parser, left, op);

	expr->op = op;
	parser->next++;

	/* AT TIME ZONE: two more words */
	if (power == POWER_AT && LexemeIsAt(parser->list, op, "at"))
	{
		expr->kind = EXPR_OTHER;
		parser->next += 2;
	}

	if (LexemeIsAt(parser->list, op, "collate"))
	{
		/* a collation is a fact about its operand, and no operator to the rewriter */
		left->case_insensitive = ExprAt(parser, "case_insensitive");
		parser->next += LexemeIsAt(parser->list, parser->next + 1, ".") ? 3 : 1;
		return ExprFinish(parser, left);
	}

	/* OPERATOR(schema.+): nothing is known of it */
	if (LexemeIsAt(parser->list, op, "operator") && ExprAt(parser, "(") &&
		LexemeAt(parser->list, parser->next)->match > 0)
	{
		expr->kind = EXPR_OTHER;
		parser->next = LexemeAt(parser->list, parser->next)->match + 1;
	}

	/* all of these are left-associative: the right side binds more strongly */
	right = ExprParseBinary(parser, power + 1);
	if (right == NULL)
	{
		parser->next = op;
		return NULL;
	}

	/* the kinds that the rewriter treats by what they are */
	if (power <= POWER_AND)
		expr->kind = EXPR_BOOLEAN;
	else if (power == POWER_COMPARE)
		expr->kind = EXPR_COMPARISON;
	expr->children = list_make2(left, right);

	return ExprFinish(parser, expr);
}

/* Parses IN, BETWEEN, LIKE, ILIKE, SIMILAR TO, OVERLAPS, with or without NOT. */
static TreeExpr *
ParseMembership(ExprParser *parser, TreeExpr *left, int op)
{
	TreeExpr *expr = ExprMake(EXPR_BOOLEAN, left->first);
	TreeExpr *right;

	/* with NOT or without: what is compared is the same */
	ExprAccept(parser, "not");
	expr->op = parser->next;
	expr->children = list_make1(left);
	if (ExprAt(parser, "in") || ExprAt(parser, "between"))
		expr->kind = EXPR_COMPARISON;

	/* SIMILAR TO has two words */
	if (ExprAt(parser, "similar"))
		parser->next++;
	parser->next++;
	if (LexemeIsAt(parser->list, expr->op, "between"))
	{
		if (!ExprAccept(parser, "symmetric"))
			ExprAccept(parser, "asymmetric");

		/* a bound ends at AND, so it must not be parsed as one */
		right = ExprParseBinary(parser, POWER_OTHER);
		if (right == NULL)
		{
			parser->next = op;
			return NULL;
		}

		/* what has been parsed isn't parsed again, or nesting would double the time each level */
		expr->children = lappend(expr->children, right);
		if (!ExprAccept(parser, "and"))
			return ExprFinish(parser, expr);
	}

	right = ExprParseBinary(parser, POWER_OTHER);
	if (right == NULL && list_length(expr->children) == 1)
	{
		parser->next = op;
		return NULL;
	}

	/* incomplete: as far as it goes */
	if (right == NULL)
		return ExprFinish(parser, expr);

	expr->children = lappend(expr->children, right);
	if (ExprAccept(parser, "escape"))
	{
		right = ExprParseBinary(parser, POWER_OTHER);
		if (right != NULL)
			expr->children = lappend(expr->children, right);
	}

	return ExprFinish(parser, expr);
}

/* Parses IS [NOT] NULL, TRUE, DISTINCT FROM x ..., ISNULL and NOTNULL. */
static TreeExpr *
ParseIs(ExprParser *parser, TreeExpr *left)
{
	TreeExpr *expr = ExprMake(EXPR_BOOLEAN, left->first);

	expr->children = list_make1(left);
	expr->op = parser->next;
	if (!ExprAccept(parser, "is"))
	{
		parser->next++;
		return ExprFinish(parser, expr);
	}

	ExprAccept(parser, "not");
	if (ExprAccept(parser, "distinct"))
	{
		TreeExpr *right;

		ExprAccept(parser, "from");
		right = ExprParseBinary(parser, POWER_COMPARE);
		if (right != NULL)
			expr->children = lappend(expr->children, right);
	}
	else if (LexemeAt(parser->list, parser->next)->kind != LEXEME_END)
		parser->next++;
	return ExprFinish(parser, expr);
}

/* Parses what may follow an operand: casts, subscripts, fields. */
static TreeExpr *
ParsePostfix(ExprParser *parser, TreeExpr *expr)
{
	while (expr != NULL)
	{
		if (ExprAt(parser, "::"))
		{
			TreeExpr *cast = ExprMake(EXPR_CAST, expr->first);

			cast->op = parser->next++;
			cast->children = list_make1(expr);
			ExprParseTypeName(parser, cast);
			expr = ExprFinish(parser, cast);
		}
		else if ((ExprAt(parser, "[") && LexemeAt(parser->list, parser->next)->match > 0) ||
				 (ExprAt(parser, ".") && expr->kind != EXPR_NUMBER))
		{
			TreeExpr *subscript = ExprMake(EXPR_SUBSCRIPT, expr->first);

			subscript->children = list_make1(expr);
			parser->next = ExprAt(parser, "[") ? LexemeAt(parser->list, parser->next)->match + 1
											   : parser->next + 2;

			/* at the end of an unfinished text */
			if (parser->next > parser->list->count)
				parser->next = parser->list->count;
			expr = ExprFinish(parser, subscript);
		}
		else
			break;
	}

	return expr;
}
