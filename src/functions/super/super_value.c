/*
 * super_value.c
 *		Comparisons of SUPER, whose operands say only at run time of which type
 *		they are (AWS: query-super, "Dynamic typing" and "Order by").
 *
 * = of different types is false, < and its like are NULL; a SUPER's null is
 * NULL.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "compat.h"
#include "functions/super/super_value.h"

PG_FUNCTION_INFO_V1(redshift_super_comparable);
PG_FUNCTION_INFO_V1(redshift_super_order);
PG_FUNCTION_INFO_V1(redshift_super_rank);
PG_FUNCTION_INFO_V1(redshift_super_larger);
PG_FUNCTION_INFO_V1(redshift_super_smaller);
PG_FUNCTION_INFO_V1(redshift_super_if_number);
PG_FUNCTION_INFO_V1(redshift_super_if_string);
PG_FUNCTION_INFO_V1(redshift_super_if_boolean);

SuperType
SuperRead(Jsonb *super, JsonbValue *value)
{
	if (!JsonbExtractScalar(&super->root, value))
		return JB_ROOT_IS_OBJECT(super) ? SUPER_OBJECT : SUPER_ARRAY;

	switch (value->type)
	{
		case jbvBool:
			return SUPER_BOOLEAN;
		case jbvNumeric:
			return SUPER_NUMBER;
		case jbvString:
			return SUPER_STRING;
		default:
			return SUPER_NULL;
	}
}

/* The length of a string without its trailing blanks, which no comparison sees. */
static int
TrimmedLength(const JsonbValue *value)
{
	int length = value->val.string.len;

	while (length > 0 && value->val.string.val[length - 1] == ' ')
		length--;
	return length;
}

/* super_comparable(super): what = compares, so that equal SUPERs are equal as jsonb. */
Datum
redshift_super_comparable(PG_FUNCTION_ARGS)
{
	Jsonb *super = PG_GETARG_JSONB_P(0);
	JsonbValue value;
	SuperType type = SuperRead(super, &value);

	if (type == SUPER_NULL)
		PG_RETURN_NULL();
	if (type == SUPER_STRING && TrimmedLength(&value) < value.val.string.len)
	{
		value.val.string.len = TrimmedLength(&value);
		PG_RETURN_JSONB_P(JsonbValueToJsonb(&value));
	}

	PG_RETURN_JSONB_P(super);
}

/* -1, 0 or 1 for two scalars of the same type; false where < and its like are NULL. */
static bool
SuperOrder(Jsonb *left, Jsonb *right, int *order)
{
	JsonbValue a;
	JsonbValue b;
	SuperType type = SuperRead(left, &a);
	int length;

	if (type != SuperRead(right, &b))
		return false;

	switch (type)
	{
		case SUPER_BOOLEAN:
			*order = (int)a.val.boolean - (int)b.val.boolean;
			return true;
		case SUPER_NUMBER:
			*order = DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a.val.numeric),
													   NumericGetDatum(b.val.numeric)));
			return true;
		case SUPER_STRING:
			/* by bytes, as Redshift's strings are */
			length = Min(TrimmedLength(&a), TrimmedLength(&b));
			*order = memcmp(a.val.string.val, b.val.string.val, length);
			if (*order == 0)
				*order = TrimmedLength(&a) - TrimmedLength(&b);
			*order = *order > 0 ? 1 : *order < 0 ? -1 : 0;
			return true;
		default:
			return false;
	}
}

/* super_order(super, super): below, at or above zero; NULL where the types differ. */
Datum
redshift_super_order(PG_FUNCTION_ARGS)
{
	int order;

	if (!SuperOrder(PG_GETARG_JSONB_P(0), PG_GETARG_JSONB_P(1), &order))
		PG_RETURN_NULL();
	PG_RETURN_INT32(order);
}

/* Where two SUPERs of any types stand to each other in ORDER BY. */
static int
SuperTotalOrder(Jsonb *left, Jsonb *right)
{
	JsonbValue value;
	SuperType a = SuperRead(left, &value);
	SuperType b = SuperRead(right, &value);
	int order;

	if (a != b)
		return a < b ? -1 : 1;
	return SuperOrder(left, right, &order) ? order
										   : compareJsonbContainers(&left->root, &right->root);
}

/* super_rank(super): what ORDER BY sorts by in its place: booleans, numbers, strings, arrays, objects. */
Datum
redshift_super_rank(PG_FUNCTION_ARGS)
{
	Jsonb *super = PG_GETARG_JSONB_P(0);
	JsonbParseState *state = NULL;
	JsonbValue value;
	JsonbValue rank = {.type = jbvNumeric};
	SuperType type = SuperRead(super, &value);

	if (type == SUPER_NULL)
		PG_RETURN_NULL();

	/* arrays of one length are compared member by member */
	rank.val.numeric = int64_to_numeric(type);
	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	pushJsonbValue(&state, WJB_ELEM, &rank);
	if (type == SUPER_ARRAY || type == SUPER_OBJECT)
	{
		value.type = jbvBinary;
		value.val.binary.data = &super->root;
		value.val.binary.len = VARSIZE(super) - VARHDRSZ;
	}
	pushJsonbValue(&state, WJB_ELEM, &value);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL)));
}

/* The step of MAX; the strictness of the aggregate keeps NULL away, a SUPER's null is kept away here. */
Datum
redshift_super_larger(PG_FUNCTION_ARGS)
{
	Jsonb *kept = PG_GETARG_JSONB_P(0);
	Jsonb *other = PG_GETARG_JSONB_P(1);
	JsonbValue value;

	if (SuperRead(kept, &value) == SUPER_NULL)
		PG_RETURN_JSONB_P(other);
	if (SuperRead(other, &value) == SUPER_NULL)
		PG_RETURN_JSONB_P(kept);
	PG_RETURN_JSONB_P(SuperTotalOrder(kept, other) < 0 ? other : kept);
}

/* The step of MIN: null is the largest. */
Datum
redshift_super_smaller(PG_FUNCTION_ARGS)
{
	Jsonb *kept = PG_GETARG_JSONB_P(0);
	Jsonb *other = PG_GETARG_JSONB_P(1);

	PG_RETURN_JSONB_P(SuperTotalOrder(kept, other) > 0 ? other : kept);
}

/* super_if_number(super): NULL for what is none, a string of digits, too. */
Datum
redshift_super_if_number(PG_FUNCTION_ARGS)
{
	JsonbValue value;

	if (SuperRead(PG_GETARG_JSONB_P(0), &value) != SUPER_NUMBER)
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(DatumGetNumericCopy(NumericGetDatum(value.val.numeric)));
}

/* super_if_string(super): without its trailing blanks; NULL for what is none. */
Datum
redshift_super_if_string(PG_FUNCTION_ARGS)
{
	JsonbValue value;

	if (SuperRead(PG_GETARG_JSONB_P(0), &value) != SUPER_STRING)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(value.val.string.val, TrimmedLength(&value)));
}

Datum
redshift_super_if_boolean(PG_FUNCTION_ARGS)
{
	JsonbValue value;

	if (SuperRead(PG_GETARG_JSONB_P(0), &value) != SUPER_BOOLEAN)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(value.val.boolean);
}
