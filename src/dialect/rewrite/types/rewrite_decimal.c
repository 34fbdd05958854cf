/*
 * rewrite_decimal.c
 *		Precision and scale of DECIMAL results, as AWS' page
 *		r_numeric_computations201 has them.
 *
 * Sums, differences and products are exact in both databases, so their scale
 * is only followed; a quotient is cut off where Redshift ends it.  Integers
 * count as DECIMAL of as many digits as they can have (not documented by
 * AWS; chosen because no digit is lost so).  A literal with a
 * point has no known precision, nor has a quotient of more than 38 digits,
 * whose scale is not documented: PostgreSQL divides there.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "dialect/rewrite/types/rewrite_types.h"

#define QUOTIENT_MIN_SCALE 4

typedef struct Decimal
{
	int precision;
	int scale;
} Decimal;

/* The precision in a type modifier of DECIMAL. */
static int
DecimalPrecision(int32 typmod)
{
	return (typmod - (int32)VARHDRSZ) >> 16 & 0xffff;
}

/* Precision and scale of a type; false when they aren't known. */
static bool
DecimalFrom(Oid type, int32 typmod, Decimal *decimal)
{
	decimal->scale = 0;
	switch (type)
	{
		case INT2OID:
			decimal->precision = 5;
			return true;
		case INT4OID:
			decimal->precision = 10;
			return true;
		case INT8OID:
			decimal->precision = 19;
			return true;
		default:
			break;
	}

	decimal->scale = DecimalScale(typmod);
	decimal->precision = DecimalPrecision(typmod);

	return type == NUMERICOID && typmod >= (int32)VARHDRSZ;
}

/*
 * Whether a client is told of a computed DECIMAL's type.  One that is cut off
 * at 38 digits must have room for a BIGINT in front of its point, because what
 * Redshift does with the digits that are too many isn't documented.
 */
bool
DecimalIsShown(int32 typmod)
{
	return typmod >= (int32)VARHDRSZ && (DecimalPrecision(typmod) < DECIMAL_MAX_PRECISION ||
										 DecimalPrecision(typmod) - DecimalScale(typmod) >= 19);
}

/* A DECIMAL as a cast's target; qualified so that it doesn't read as Redshift's. */
char *
DecimalSpell(int32 typmod)
{
	return psprintf("pg_catalog.numeric(%d, %d)", DecimalPrecision(typmod), DecimalScale(typmod));
}

/* The scale in a type modifier of DECIMAL. */
int
DecimalScale(int32 typmod)
{
	return (((typmod - (int32)VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
}

/* The type modifier that two results of CASE or arguments of COALESCE share; -1: not known. */
int32
DecimalCommon(Oid left, int32 left_typmod, Oid right, int32 right_typmod)
{
	Decimal a;
	Decimal b;
	int scale;

	if (left == UNKNOWNOID || right == UNKNOWNOID)
		return left == UNKNOWNOID ? right_typmod : left_typmod;
	if (!DecimalFrom(left, left_typmod, &a) || !DecimalFrom(right, right_typmod, &b))
		return -1;

	scale = Max(a.scale, b.scale);

	return DecimalTypmod(Max(a.precision - a.scale, b.precision - b.scale) + scale, scale);
}

/* Follows precision and scale through a binary operator whose result is DECIMAL; cuts a quotient off. */
void
RewriteDecimalOperator(Rewriting *work, TreeExpr *expr, Oid left, Oid right)
{
	Decimal a;
	Decimal b;
	int precision;
	int scale;

	if (!DecimalFrom(left, ((TreeExpr *)linitial(expr->children))->typmod, &a) ||
		!DecimalFrom(right, ((TreeExpr *)lsecond(expr->children))->typmod, &b))
		return;

	switch (LexemeAt(work->list, expr->op)->text[0])
	{
		case '+':
		case '-':
			scale = Max(a.scale, b.scale);
			precision = Max(a.precision - a.scale, b.precision - b.scale) + 1 + scale;
			break;
		case '*':
			scale = a.scale + b.scale;
			precision = a.precision + b.precision + 1;
			break;
		case '/':
			scale = Max(QUOTIENT_MIN_SCALE, a.scale + b.precision - b.scale + 1);
			precision = a.precision - a.scale + b.scale + scale;
			if (precision > DECIMAL_MAX_PRECISION)
				return;
			EditInsertBefore(work, expr->first, REDSHIFT_SCHEMA ".quotient(");
			EditReplace(work, expr->op, expr->op, ",");
			EditInsertAfter(work, expr->last, psprintf(", %d)", scale));
			expr->renamed = true;
			break;
		default:
			return;
	}

	expr->typmod = DecimalTypmod(precision, scale);
}
