/*
 * rewrite_super.c
 *		Casts, comparisons and arithmetic of SUPER (AWS: query-super,
 *		operators-functions).
 *
 * The types of its values are known at run time only, so calls of functions
 * that look at them take the place of casts and operators.  = needs none:
 * jsonb's compares whatever there is, once both sides are SUPERs without
 * trailing blanks, and may hash them.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "dialect/rewrite/types/rewrite_types.h"

/* What reads a SUPER for a cast, around its argument: NULL for what it isn't. */
typedef struct SuperReader
{
	const char *type;
	const char *before;
	const char *after;
} SuperReader;

static const SuperReader super_readers[] = {
	{"smallint", REDSHIFT_SCHEMA ".super_integer(", ", 32767)"},
	{"integer", REDSHIFT_SCHEMA ".super_integer(", ", 2147483647)"},
	{"bigint", REDSHIFT_SCHEMA ".super_integer(", ", 9223372036854775807)"},
	{"real", REDSHIFT_SCHEMA ".super_number(", ")"},
	{"double precision", REDSHIFT_SCHEMA ".super_number(", ")"},
	{"pg_catalog.numeric", REDSHIFT_SCHEMA ".super_number(", ")"},
	{"boolean", REDSHIFT_SCHEMA ".super_boolean(", ")"},
	{"date", REDSHIFT_SCHEMA ".super_timestamp(", ")"},
	{"timestamp", REDSHIFT_SCHEMA ".super_timestamp(", ")"},
	{"timestamp with time zone", REDSHIFT_SCHEMA ".super_timestamptz(", ")"},
	{NULL, REDSHIFT_SCHEMA ".super_varchar(", ")"},
};

/* The reader for a type as spelled: NULL or any other type reads the text. */
static const SuperReader *
ReaderFor(const char *type)
{
	const SuperReader *reader = super_readers;

	while (reader->type != NULL && (type == NULL || strcmp(reader->type, type) != 0))
		reader++;
	return reader;
}

/* Reads a SUPER for a cast that stands behind it already. */
void
CoerceSuper(Rewriting *work, TreeExpr *expr, Oid type)
{
	const SuperReader *reader = ReaderFor(TypeSpell(type));

	if (expr->coerced)
		return;

	expr->coerced = true;
	Wrap(work, expr, reader->before, reader->after);
}

/* The same for a DECIMAL with so many digits before its point. */
void
CoerceSuperToDecimal(Rewriting *work, TreeExpr *expr, int digits)
{
	if (expr->coerced)
		return;

	expr->coerced = true;
	Wrap(work, expr, REDSHIFT_SCHEMA ".super_decimal(", psprintf(", %d)", digits));
}

/* What stands before and behind a SUPER to cast it to a type as spelled; NULL: to a text. */
void
SuperCast(const char *type, const char **before, const char **after)
{
	const SuperReader *reader = ReaderFor(type);

	*before = reader->before;
	*after = type == NULL ? reader->after : psprintf("%s::%s", reader->after, type);
}

/* Makes a SUPER of an expression whatever its type; to_jsonb() gives one back as it is. */
void
CoerceToSuper(Rewriting *work, TreeExpr *expr, Oid from)
{
	if (from == JSONBOID || expr->coerced)
		return;
	expr->coerced = true;
	Wrap(work, expr, "pg_catalog.to_jsonb(", from == UNKNOWNOID ? "::text)" : ")");
}

/* Makes SUPERs of all results of CASE, or arguments of COALESCE, where one is; false when none is, or one can't. */
bool
ShareSuper(Rewriting *work, List *exprs, List *types)
{
	bool found = false;
	ListCell *cell;

	foreach (cell, types)
	{
		if (!BecomesSuper(lfirst_oid(cell)))
			return false;
		found |= lfirst_oid(cell) == JSONBOID;
	}

	if (!found)
		return false;
	foreach (cell, exprs)
		CoerceToSuper(work, lfirst(cell), list_nth_oid(types, foreach_current_index(cell)));
	return true;
}

/* Puts a call around one side of a comparison, once however many values it is compared with. */
static void
WrapOnce(Rewriting *work, TreeExpr *expr, const char *before)
{
	if (expr->coerced)
		return;

	expr->coerced = true;
	Wrap(work, expr, before, ")");
}

/* Cuts trailing blanks, which no comparison sees, off a text: a literal's now. */
static void
TrimText(Rewriting *work, TreeExpr *expr, Oid type, const char *before, const char *after)
{
	const Lexeme *lexeme = LexemeAt(work->list, expr->first);

	if (expr->kind != EXPR_STRING && TypeIsText(type))
		Wrap(work, expr, psprintf("%spg_catalog.rtrim(", before), psprintf(")%s", after));
	else
	{
		int length = (int)strlen(lexeme->text);

		while (expr->kind == EXPR_STRING && length > 0 && lexeme->text[length - 1] == ' ')
			length--;
		if (expr->kind == EXPR_STRING && lexeme->text[length] != '\0')
			EditReplace(work, expr->first, expr->last,
						quote_literal_cstr(pnstrdup(lexeme->text, length)));
		Wrap(work, expr, before, after);
	}
}

/* Compares a SUPER with what can be one, else false; ordered: by < and its like, not by =. */
bool
CompareSuper(Rewriting *work, TreeExpr *super, TreeExpr *other, Oid type, bool ordered)
{
	if (!BecomesSuper(type))
		return false;

	if (!ordered)
	{
		WrapOnce(work, super, REDSHIFT_SCHEMA ".super_comparable(");
		if (type == JSONBOID)
			WrapOnce(work, other, REDSHIFT_SCHEMA ".super_comparable(");
		else if (!other->coerced)
		{
			other->coerced = true;
			TrimText(work, other, type, "pg_catalog.to_jsonb(",
					 type == UNKNOWNOID ? "::text)" : ")");
		}
	}
	else if (TypeIsNumber(type))
		WrapOnce(work, super, REDSHIFT_SCHEMA ".super_if_number(");
	else if (type == BOOLOID)
		WrapOnce(work, super, REDSHIFT_SCHEMA ".super_if_boolean(");
	else if (type != JSONBOID)
	{
		WrapOnce(work, super, REDSHIFT_SCHEMA ".super_if_string(");
		TrimText(work, other, type, "", "");
	}

	return true;
}

/* Rewrites < and its like of two SUPERs, which are NULL where their types differ. */
void
OrderSupers(Rewriting *work, TreeExpr *expr)
{
	const char *op = LexemeAt(work->list, expr->op)->text;

	EditInsertBefore(work, expr->first, REDSHIFT_SCHEMA ".super_order(");
	EditReplace(work, expr->op, expr->op, ",");
	EditInsertAfter(work, expr->last, psprintf(") %s 0", op));
}

/* Rewrites + - * / and % of a SUPER and what can be one; false when it is no such operation. */
bool
RewriteSuperOperator(Rewriting *work, TreeExpr *expr, Oid left, Oid right)
{
	static const struct
	{
		char op;
		const char *call;
	} calls[] = {
		{'+', REDSHIFT_SCHEMA ".super_add("},	   {'-', REDSHIFT_SCHEMA ".super_subtract("},
		{'*', REDSHIFT_SCHEMA ".super_multiply("}, {'/', REDSHIFT_SCHEMA ".super_divide("},
		{'%', REDSHIFT_SCHEMA ".super_modulo("},
	};
	const char *op = LexemeAt(work->list, expr->op)->text;

	if ((left != JSONBOID && right != JSONBOID) || !BecomesSuper(left) || !BecomesSuper(right) ||
		strlen(op) != 1)
		return false;

	for (size_t i = 0; i < lengthof(calls); i++)
		if (calls[i].op == op[0])
		{
			CoerceToSuper(work, linitial(expr->children), left);
			CoerceToSuper(work, lsecond(expr->children), right);
			EditInsertBefore(work, expr->first, calls[i].call);
			EditReplace(work, expr->op, expr->op, ",");
			EditInsertAfter(work, expr->last, ")");
			expr->renamed = true;
			return true;
		}

	return false;
}

/* Rewrites a sign before a SUPER. */
void
RewriteSuperSign(Rewriting *work, TreeExpr *expr)
{
	EditReplace(work, expr->op, expr->op,
				LexemeIsAt(work->list, expr->op, "-") ? REDSHIFT_SCHEMA ".super_minus("
													  : REDSHIFT_SCHEMA ".super_plus(");
	EditInsertAfter(work, expr->last, ")");
	expr->renamed = true;
}
