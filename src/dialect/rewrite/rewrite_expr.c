/*
 * rewrite_expr.c
 *		One expression: what is below it first, then itself.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"

static Oid RewriteSubquery(Rewriting *work, Scope *scope, TreeExpr *expr);
static Oid RewriteInOrBetween(Rewriting *work, Scope *scope, TreeExpr *expr);
static void CoerceToTruth(Rewriting *work, TreeExpr *expr, Oid type);
static Oid RewriteBoolean(Rewriting *work, Scope *scope, TreeExpr *expr);
static bool SearchesAnyCase(Rewriting *work, TreeExpr *expr);
static void MatchAnyCase(Rewriting *work, TreeExpr *expr);
static Oid RewriteUnary(Rewriting *work, Scope *scope, TreeExpr *expr);
static Oid RewriteCase(Rewriting *work, Scope *scope, TreeExpr *expr);
static Oid RewriteSubscript(Rewriting *work, Scope *scope, TreeExpr *expr);
static Oid RewriteParenthesis(Rewriting *work, Scope *scope, TreeExpr *expr);
static void NameInPassing(Rewriting *work, Scope *scope, TreeExpr *expr, Oid type);
static Oid NumberType(const char *text);

/* Rewrites an expression and tells its type, InvalidOid when that isn't known. */
Oid
RewriteExpr(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	/* depth is the script's choice, and a long script must be one that can be cancelled */
	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	switch (expr->kind)
	{
		case EXPR_COLUMN:
			return RewriteColumn(work, scope, expr);
		case EXPR_NUMBER:
			return NumberType(LexemeAt(work->list, expr->first)->text);
		case EXPR_STRING:
			return UNKNOWNOID;
		case EXPR_CONSTANT:
			return RewriteLiteral(work, expr);
		case EXPR_CALL:
			return RewriteCall(work, scope, expr);
		case EXPR_EXTRACT:
			return RewriteExtract(work, scope, expr);
		case EXPR_CAST:
			return RewriteCast(work, expr, RewriteExpr(work, scope, linitial(expr->children)));
		case EXPR_CASE:
			return RewriteCase(work, scope, expr);
		case EXPR_SUBQUERY:
			return RewriteSubquery(work, scope, expr);
		case EXPR_PAREN:
			return RewriteParenthesis(work, scope, expr);
		case EXPR_COMPARISON:
			return RewriteInOrBetween(work, scope, expr);
		case EXPR_BOOLEAN:
			return RewriteBoolean(work, scope, expr);
		case EXPR_OPERATOR:
			/* a sign or NOT has one operand */
			if (list_length(expr->children) == 2)
			{
				Oid left = RewriteExpr(work, scope, linitial(expr->children));
				Oid right = RewriteExpr(work, scope, lsecond(expr->children));

				if (SearchesAnyCase(work, expr))
					return BOOLOID;
				return RewriteOperator(work, expr, left, right);
			}

			return RewriteUnary(work, scope, expr);
		case EXPR_SUBSCRIPT:
			return RewriteSubscript(work, scope, expr);
		case EXPR_STAR:
		case EXPR_OTHER:
			break;
	}

	/* of what isn't known, what is known within is rewritten all the same */
	RewriteExprs(work, scope, expr->children);

	return InvalidOid;
}

/* Rewrites expressions whose types don't matter. */
void
RewriteExprs(Rewriting *work, Scope *scope, List *exprs)
{
	ListCell *cell;

	foreach (cell, exprs)
		RewriteExpr(work, scope, lfirst(cell));
}

/* The type PostgreSQL gives a number as written. */
static Oid
NumberType(const char *text)
{
	if (strspn(text, "0123456789") != strlen(text) || strlen(text) > 18)
		return NUMERICOID;
	return strlen(text) > 9 ? INT8OID : INT4OID;
}

/* Rewrites a subquery; its type is that of its only column. */
static Oid
RewriteSubquery(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	RewriteQueryTree(work, scope, expr->query);
	if (expr->query->known && list_length(expr->query->columns) == 1)
	{
		const DialectColumn *column = linitial(expr->query->columns);

		expr->typmod = column->typmod;
		return column->type;
	}

	return InvalidOid;
}

/* The subquery of ANY, SOME or ALL; NULL for whatever else. */
static TreeExpr *
QuantifiedQuery(Rewriting *work, const TreeExpr *expr)
{
	TreeExpr *arg;

	if (expr->kind != EXPR_CALL || list_length(expr->args) != 1 ||
		!(LexemeIsAt(work->list, expr->name, "any") || LexemeIsAt(work->list, expr->name, "some") ||
		  LexemeIsAt(work->list, expr->name, "all")))
		return NULL;

	arg = linitial(expr->args);

	return arg->kind == EXPR_SUBQUERY ? arg : NULL;
}

/* Compares two rows, value by value. */
static void
CompareRows(Rewriting *work, Scope *scope, TreeExpr *left, TreeExpr *right, bool ordered)
{
	for (int i = 0; i < list_length(left->children); i++)
	{
		TreeExpr *one = list_nth(left->children, i);
		TreeExpr *other = list_nth(right->children, i);
		Oid type = RewriteExpr(work, scope, one);

		RewriteComparison(work, one, type, other, RewriteExpr(work, scope, other), ordered);
	}
}

/* Compares a row of values with the columns of a subquery, one by one. */
static void
CompareRowWithQuery(Rewriting *work, List *values, List *types, TreeExpr *query)
{
	List *columns = query->query->columns;
	bool casts = false;
	StringInfoData head, tail;
	char *name;

	if (!query->query->known || list_length(columns) != list_length(values))
		return;

	/* a number is compared with a string as a string, on whichever side it stands */
	initStringInfo(&head);
	initStringInfo(&tail);
	name = psprintf("derived_table%d", work->names + 1);
	for (int i = 0; i < list_length(values); i++)
	{
		const DialectColumn *column = list_nth(columns, i);
		Oid type = list_nth_oid(types, i);
		bool is_cast = TypeIsText(type) && TypeIsNumber(column->type);

		casts |= is_cast;
		if (TypeIsNumber(type) && TypeIsText(column->type))
			CoerceToText(work, list_nth(values, i), type);
		appendStringInfo(&head, "%s%s.value%d%s", i > 0 ? ", " : "", name, i + 1,
						 is_cast ? "::text" : "");
		appendStringInfo(&tail, "%svalue%d", i > 0 ? ", " : "", i + 1);
	}

	if (!casts)
		return;
	work->names++;
	PutAround(work, query, psprintf("SELECT %s FROM (", head.data),
			  psprintf(") AS %s (%s)", name, tail.data));
}

/*
 * Compares a row with the rows of a subquery: (a, b) = (SELECT ...), IN
 * (SELECT ...), = ANY (SELECT ...); false when it is nothing of the kind.
 */
static bool
CompareWithQuery(Rewriting *work, Scope *scope, TreeExpr *left, TreeExpr *right)
{
	List *types = NIL;
	ListCell *cell;

	if (QuantifiedQuery(work, right) != NULL)
		right = QuantifiedQuery(work, right);
	if (left->kind != EXPR_PAREN || list_length(left->children) < 2 || right->kind != EXPR_SUBQUERY)
		return false;

	foreach (cell, left->children)
		types = lappend_oid(types, RewriteExpr(work, scope, lfirst(cell)));
	RewriteQueryTree(work, scope, right->query);
	CompareRowWithQuery(work, left->children, types, right);

	return true;
}

/* Whether a comparison asks which side is the larger one: < and its like, BETWEEN. */
static bool
IsOrdered(Rewriting *work, const TreeExpr *expr)
{
	static const char *const others[] = {"in", "=", "<>", "!=", "^="};

	for (size_t i = 0; i < lengthof(others); i++)
		if (LexemeIsAt(work->list, expr->op, others[i]))
			return false;
	return true;
}

/* Rewrites comparisons: = < IN (...), BETWEEN a AND b. */
static Oid
RewriteInOrBetween(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	TreeExpr *left = linitial(expr->children);
	TreeExpr *second = list_length(expr->children) == 2 ? lsecond(expr->children) : NULL;
	bool in = LexemeIsAt(work->list, expr->op, "in");
	bool ordered = IsOrdered(work, expr);
	Oid left_type;

	/* rows are compared field by field, so each pair is made comparable by itself */
	if (!in && second != NULL && left->kind == EXPR_PAREN && second->kind == EXPR_PAREN &&
		list_length(left->children) > 1 &&
		list_length(left->children) == list_length(second->children))
	{
		CompareRows(work, scope, left, second, ordered);
		return BOOLOID;
	}

	if (second != NULL && CompareWithQuery(work, scope, left, second))
		return BOOLOID;

	left_type = RewriteExpr(work, scope, left);
	for (int i = 1; i < list_length(expr->children); i++)
	{
		TreeExpr *right = list_nth(expr->children, i);
		ListCell *cell;

		/* = ANY (SELECT ...): the subquery is what is compared */
		if (QuantifiedQuery(work, right) != NULL)
		{
			right = QuantifiedQuery(work, right);
			right->rows = true;
		}
		else
			right->rows = in && right->kind == EXPR_SUBQUERY;

		/* one value: no list, or a list that is a subquery */
		if (!in || right->kind != EXPR_PAREN)
		{
			Oid type = RewriteExpr(work, scope, right);

			RewriteComparison(work, left, left_type, right, type, ordered);
			if (ordered && second == right && !right->rows && left_type == JSONBOID &&
				type == JSONBOID)
				OrderSupers(work, expr);
			continue;
		}

		foreach (cell, right->children)
		{
			Oid type = RewriteExpr(work, scope, lfirst(cell));

			/* one blank literal is enough to compare without trailing blanks */
			RewriteComparison(work, left, left_type, lfirst(cell), type, false);
		}
	}

	return BOOLOID;
}

/* Makes a truth value of a number: WHERE 1 AND ... is what some drivers begin with. */
static void
CoerceToTruth(Rewriting *work, TreeExpr *expr, Oid type)
{
	if (TypeIsInteger(type))
		CoerceExpr(work, expr, type, "integer::boolean");
}

/* Rewrites a condition: of WHERE, ON or HAVING. */
void
RewriteCondition(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	CoerceToTruth(work, expr, RewriteExpr(work, scope, expr));
}

/* Rewrites AND, OR, NOT, IS and LIKE. */
static Oid
RewriteBoolean(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	bool like = LexemeIsAt(work->list, expr->op, "like") ||
				LexemeIsAt(work->list, expr->op, "ilike") ||
				LexemeIsAt(work->list, expr->op, "similar");
	bool logical = LexemeIsAt(work->list, expr->op, "and") ||
				   LexemeIsAt(work->list, expr->op, "or") ||
				   LexemeIsAt(work->list, expr->op, "not");
	ListCell *cell;

	/* children first: their types decide */
	foreach (cell, expr->children)
	{
		Oid type = RewriteExpr(work, scope, lfirst(cell));

		if (like)
			CoerceToText(work, lfirst(cell), type);
		else if (logical)
			CoerceToTruth(work, lfirst(cell), type);
	}

	/* a column with COLLATE CASE_INSENSITIVE: LIKE has to be told, = hasn't */
	if (like && expr->children != NIL && ((TreeExpr *)linitial(expr->children))->case_insensitive)
		MatchAnyCase(work, expr);
	return BOOLOID;
}

/* Makes LIKE and SIMILAR TO over a case-insensitive text match any case; PostgreSQL refuses them there. */
static void
MatchAnyCase(Rewriting *work, TreeExpr *expr)
{
	bool similar = LexemeIsAt(work->list, expr->op, "similar");
	ListCell *cell;

	foreach (cell, expr->children)
	{
		TreeExpr *operand = lfirst(cell);

		/* what ESCAPE gives has no case */
		if (foreach_current_index(cell) > 1)
			break;
		EditInsertBefore(work, operand->first, similar ? "pg_catalog.lower((" : "(");
		EditInsertAfter(work, operand->last,
						similar ? ") COLLATE pg_catalog.\"default\")"
								: ") COLLATE pg_catalog.\"default\"");
	}

	if (LexemeIsAt(work->list, expr->op, "like"))
		EditReplace(work, expr->op, expr->op, "ILIKE");
}

/*
 * Whether ~ or !~ searches a case-insensitive text, where PostgreSQL refuses
 * regular expressions: it is then made one that takes any case.
 */
static bool
SearchesAnyCase(Rewriting *work, TreeExpr *expr)
{
	TreeExpr *text = linitial(expr->children);
	const char *op = LexemeAt(work->list, expr->op)->text;

	if (!text->case_insensitive || (strcmp(op, "~") != 0 && strcmp(op, "!~") != 0))
		return false;

	EditInsertBefore(work, text->first, "(");
	EditInsertAfter(work, text->last, ") COLLATE pg_catalog.\"default\"");
	EditReplace(work, expr->op, expr->op, psprintf("%s*", op));
	return true;
}

/* Rewrites a sign or another prefix operator; APPROXIMATE goes: everything is exact here. */
static Oid
RewriteUnary(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	Oid type = RewriteExpr(work, scope, linitial(expr->children));
	bool sign;

	if (type == BYTEAOID && LexemeIsAt(work->list, expr->op, "~"))
		return RewriteVarbyteComplement(work, expr);
	if (LexemeIsAt(work->list, expr->op, "approximate"))
		EditReplace(work, expr->op, expr->op, "");

	/* a sign in front of a text makes a number of it */
	sign = LexemeIsAt(work->list, expr->op, "-") || LexemeIsAt(work->list, expr->op, "+");
	if (type == JSONBOID && sign)
	{
		RewriteSuperSign(work, expr);
		return JSONBOID;
	}

	if (TypeIsText(type) && sign)
	{
		CoerceExpr(work, linitial(expr->children), type, "double precision");
		return FLOAT8OID;
	}

	expr->typmod = ((TreeExpr *)linitial(expr->children))->typmod;

	return type;
}

/* Rewrites CASE; its type is what its results have in common.  WHEN takes a number for a truth value. */
static Oid
RewriteCase(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	Oid type = UNKNOWNOID;
	Oid operand_type = InvalidOid;
	bool searched = LexemeIsAt(work->list, expr->first + 1, "when");
	int set_calls = work->set_calls;
	List *results = NIL;
	List *result_types = NIL;
	ListCell *cell;

	foreach (cell, expr->children)
	{
		TreeExpr *child = lfirst(cell);
		Oid child_type = RewriteExpr(work, scope, child);

		/* CASE x WHEN: the operand that all are compared with */
		if (child->first == expr->first + 1)
			operand_type = child_type;
		else if (LexemeIsAt(work->list, child->first - 1, "then") ||
				 LexemeIsAt(work->list, child->first - 1, "else"))
		{
			expr->typmod = DecimalCommon(type, expr->typmod, child_type, child->typmod);
			type = TypeCommon(type, child_type);
			results = lappend(results, child);
			result_types = lappend_oid(result_types, child_type);
		}
		else if (searched && TypeIsInteger(child_type))
			CoerceExpr(work, child, child_type, "integer::boolean");
		else if (OidIsValid(operand_type) &&
				 (TypeIsNumber(operand_type) != TypeIsNumber(child_type) ||
				  operand_type == JSONBOID || child_type == JSONBOID))
			RewriteComparison(work, child, child_type, linitial(expr->children), operand_type,
							  false);
	}

	(void)ShareSuper(work, results, result_types);

	if (work->set_calls > set_calls)
		RewriteSetCase(work, expr);

	return type;
}

/* Rewrites an expression in parentheses, or a row of several. */
static Oid
RewriteParenthesis(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	if (list_length(expr->children) == 1)
	{
		TreeExpr *inner = linitial(expr->children);
		Oid type = RewriteExpr(work, scope, inner);

		expr->typmod = inner->typmod;
		expr->case_insensitive = inner->case_insensitive;
		if (expr->alias != NULL)
			NameInPassing(work, scope, expr, type);
		return type;
	}

	RewriteExprs(work, scope, expr->children);

	return InvalidOid;
}

/* (1 AS one) + 1: what stands behind it in the list may use the name, as it may an alias. */
static void
NameInPassing(Rewriting *work, Scope *scope, TreeExpr *expr, Oid type)
{
	SelectItem *item = palloc0(sizeof(SelectItem));

	EditDelete(work, expr->last - 2, expr->last - 1);
	item->expr = expr;
	item->alias = expr->alias;
	item->alias_lexeme = expr->last - 1;
	item->first = expr->first;
	item->last = expr->last;
	item->exclude_first = -1;
	item->type = type;
	scope->aliases = lappend(scope->aliases, item);
}

/* Rewrites f(x)[0] and f(x).a of a SUPER, which PostgreSQL wants as (f(x))[0] and (f(x))['a']. */
static Oid
RewriteSubscript(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	TreeExpr *inner = linitial(expr->children);

	if (RewriteExpr(work, scope, inner) != JSONBOID)
		return InvalidOid;
	if (inner->kind != EXPR_SUBSCRIPT && inner->kind != EXPR_PAREN)
	{
		EditInsertBefore(work, inner->first, "(");
		EditInsertAfter(work, inner->last, ")");
	}

	if (expr->last == inner->last + 2 && LexemeIsAt(work->list, inner->last + 1, "."))
		EditReplace(work, expr->last - 1, expr->last,
					psprintf("[%s]", AttributeName(work, expr->last)));
	return JSONBOID;
}
