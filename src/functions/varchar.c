/*
 * varchar.c
 *		Comparison and length of VARCHAR as on Redshift.
 *
 * Trailing blanks don't count in comparisons, and VARCHAR(n) holds n bytes,
 * not characters (AWS: r_Character_types).  The order is that of CHAR, whose
 * functions PostgreSQL has; what a hash join calls for each row is here,
 * because a text's last byte tells in most cases that there is nothing to do.
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(redshift_varchar_eq);
PG_FUNCTION_INFO_V1(redshift_varchar_ne);
PG_FUNCTION_INFO_V1(redshift_varchar_hash);
PG_FUNCTION_INFO_V1(redshift_varchar_from);
PG_FUNCTION_INFO_V1(redshift_varchar_to);
PG_FUNCTION_INFO_V1(redshift_varchar_from_cmp);
PG_FUNCTION_INFO_V1(redshift_varchar_to_cmp);
PG_FUNCTION_INFO_V1(redshift_varchar_to_sel);
PG_FUNCTION_INFO_V1(redshift_varchar_index_support);
PG_FUNCTION_INFO_V1(redshift_assigned_varchar);
PG_FUNCTION_INFO_V1(redshift_cast_varchar);

static bool Equal(FunctionCallInfo fcinfo);
static int LengthWithoutBlanks(const text *value);
static bool IsDeterministic(Oid collation);
static int CompareFirst(FunctionCallInfo fcinfo);
static int CompareLast(FunctionCallInfo fcinfo);
static List *IndexCondition(SupportRequestIndexCondition *request);
static Expr *IndexBound(SupportRequestIndexCondition *request, StrategyNumber strategy,
						Node *column, Node *value, Oid type);

/* varchar_eq(a, b): whether two texts are equal but for trailing blanks. */
Datum
redshift_varchar_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(Equal(fcinfo));
}

/* varchar_ne(a, b): whether they aren't. */
Datum
redshift_varchar_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!Equal(fcinfo));
}

/* varchar_hash(a): the same number for texts that are equal. */
Datum
redshift_varchar_hash(PG_FUNCTION_ARGS)
{
	text *value;
	Datum hash;

	if (!IsDeterministic(PG_GET_COLLATION()))
		return hashbpchar(fcinfo);
	value = PG_GETARG_TEXT_PP(0);
	hash = hash_any((unsigned char *)VARDATA_ANY(value), LengthWithoutBlanks(value));
	PG_FREE_IF_COPY(value, 0);
	return hash;
}

/* Whether the two arguments are equal. */
static bool
Equal(FunctionCallInfo fcinfo)
{
	text *left, *right;
	int length;
	bool equal;

	if (!IsDeterministic(PG_GET_COLLATION()))
		return DatumGetBool(bpchareq(fcinfo));
	left = PG_GETARG_TEXT_PP(0);
	right = PG_GETARG_TEXT_PP(1);
	length = LengthWithoutBlanks(left);
	equal = length == LengthWithoutBlanks(right) &&
			memcmp(VARDATA_ANY(left), VARDATA_ANY(right), length) == 0;
	PG_FREE_IF_COPY(left, 0);
	PG_FREE_IF_COPY(right, 1);
	return equal;
}

/* How many bytes are in front of the trailing blanks. */
static int
LengthWithoutBlanks(const text *value)
{
	const char *bytes = VARDATA_ANY(value);
	int length = (int)VARSIZE_ANY_EXHDR(value);

	while (length > 0 && bytes[length - 1] == ' ')
		length--;
	return length;
}

/* Whether texts of a collation are equal only where their bytes are. */
static bool
IsDeterministic(Oid collation)
{
	if (collation == DEFAULT_COLLATION_OID || collation == C_COLLATION_OID)
		return true;
	if (!OidIsValid(collation))
		ereport(ERROR, errcode(ERRCODE_INDETERMINATE_COLLATION),
				errmsg("could not determine which collation to use for string comparison"),
				errhint("Use the COLLATE clause to set the collation explicitly."));
	return get_collation_isdeterministic(collation);
}

/*
 * varchar_from(value, key), varchar_to(value, key): whether a value isn't in
 * front of a key without blanks; whether it isn't behind the key with any number
 * of them.  In the order of texts what equals the key lies between the two, and
 * next to nothing else does, so an ordinary index answers for varchar_eq().
 */
Datum
redshift_varchar_from(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(CompareFirst(fcinfo) >= 0);
}

Datum
redshift_varchar_to(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(CompareLast(fcinfo) < 0);
}

/*
 * varchar_from_cmp(value, key), varchar_to_cmp(value, key): where a value stands
 * to the two ends.  An index takes what is equal for the same, so nothing may
 * be equal to the far end, which no text reaches.
 */
Datum
redshift_varchar_from_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(CompareFirst(fcinfo));
}

Datum
redshift_varchar_to_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(CompareLast(fcinfo));
}

/* Where the first argument stands to the second without blanks. */
static int
CompareFirst(FunctionCallInfo fcinfo)
{
	text *value = PG_GETARG_TEXT_PP(0);
	text *key = PG_GETARG_TEXT_PP(1);
	int order = varstr_cmp(VARDATA_ANY(value), (int)VARSIZE_ANY_EXHDR(value), VARDATA_ANY(key),
						   LengthWithoutBlanks(key), PG_GET_COLLATION());

	PG_FREE_IF_COPY(value, 0);
	PG_FREE_IF_COPY(key, 1);
	return order;
}

/* Where it stands to the second with any number of blanks: in front (-1) or behind (1). */
static int
CompareLast(FunctionCallInfo fcinfo)
{
	text *value = PG_GETARG_TEXT_PP(0);
	text *key = PG_GETARG_TEXT_PP(1);
	int value_length = (int)VARSIZE_ANY_EXHDR(value);
	int key_length = LengthWithoutBlanks(key);
	int order = -1;

	/* most that are asked about differ in blanks only, whatever the collation */
	if (LengthWithoutBlanks(value) != key_length ||
		memcmp(VARDATA_ANY(value), VARDATA_ANY(key), key_length) != 0)
	{
		/* more blanks than the value has bytes can't decide anything */
		int length = key_length + value_length + 1;
		char *padded = palloc(length);

		memcpy(padded, VARDATA_ANY(key), key_length);
		memset(padded + key_length, ' ', length - key_length);
		order = varstr_cmp(VARDATA_ANY(value), value_length, padded, length, PG_GET_COLLATION()) > 0
					? 1
					: -1;
		pfree(padded);
	}

	PG_FREE_IF_COPY(value, 0);
	PG_FREE_IF_COPY(key, 1);
	return order;
}

/* varchar_to_sel(): the two conditions are estimated as the equality that they stand for. */
Datum
redshift_varchar_to_sel(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall4Coll(eqsel, PG_GET_COLLATION(), PG_GETARG_DATUM(0),
								   ObjectIdGetDatum(TextEqualOperator), PG_GETARG_DATUM(2),
								   PG_GETARG_DATUM(3));
}

/* Planner support of varchar_eq(): how an index of PostgreSQL's own operator class finds the rows. */
Datum
redshift_varchar_index_support(PG_FUNCTION_ARGS)
{
	Node *request = (Node *)PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestIndexCondition))
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(IndexCondition((SupportRequestIndexCondition *)request));
}

/* The condition of an index, as a list; NIL where the index can't serve. */
static List *
IndexCondition(SupportRequestIndexCondition *request)
{
	OpExpr *equality = (OpExpr *)request->node;
	Node *column, *value;
	Expr *first, *last;

	if (!is_opclause(request->node) || list_length(equality->args) != 2 ||
		request->opfamily != TEXT_BTREE_FAM_OID)
		return NIL;

	/* what is equal in a collation that knows case is so everywhere; any other must be the index's */
	if (equality->inputcollid != request->indexcollation && !IsDeterministic(equality->inputcollid))
		return NIL;

	column = list_nth(equality->args, request->indexarg);
	value = list_nth(equality->args, 1 - request->indexarg);
	if (!is_pseudo_constant_for_index(request->root, value, request->index))
		return NIL;

	first = IndexBound(request, BTGreaterEqualStrategyNumber, column, value, BPCHAROID);
	last = IndexBound(request, BTLessEqualStrategyNumber, column, value, VARCHAROID);
	request->lossy = true;
	return first != NULL && last != NULL ? list_make2(first, last) : NIL;
}

/*
 * A bound of what an index is asked for, NULL where its operator isn't in the
 * index's family; each operator is told from the other by the type of the key.
 */
static Expr *
IndexBound(SupportRequestIndexCondition *request, StrategyNumber strategy, Node *column,
		   Node *value, Oid type)
{
	Oid operator= get_opfamily_member(request->opfamily, TEXTOID, type, strategy);
	Node *key = applyRelabelType(copyObject(value), type, -1, request->indexcollation,
								 COERCE_IMPLICIT_CAST, -1, false);

	if (!OidIsValid(operator))
		return NULL;
	return make_opclause(operator, BOOLOID, false, (Expr *)column, (Expr *)key, InvalidOid,
						 request->indexcollation);
}

/*
 * assigned_varchar(value, typmod, explicit, column): the value of a column
 * VARCHAR(n).  Blanks beyond its length are cut off, as everywhere in SQL.
 */
Datum
redshift_assigned_varchar(PG_FUNCTION_ARGS)
{
	text *value = PG_GETARG_TEXT_PP(0);
	int limit = PG_GETARG_INT32(1) - VARHDRSZ;
	int length = (int)VARSIZE_ANY_EXHDR(value);

	if (limit < 0 || length <= limit)
		PG_RETURN_TEXT_P(value);
	if (LengthWithoutBlanks(value) > limit)
		ereport(ERROR, errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				errmsg("value too long for type character varying(%d)", limit),
				errdetail("The value for column \"%s\" has %d bytes.",
						  text_to_cstring(PG_GETARG_TEXT_PP(3)), LengthWithoutBlanks(value)));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(VARDATA_ANY(value), limit));
}

/* cast_varchar(value, typmod, explicit): what of a text fits into VARCHAR(n), whole characters only. */
Datum
redshift_cast_varchar(PG_FUNCTION_ARGS)
{
	text *value = PG_GETARG_TEXT_PP(0);
	int limit = PG_GETARG_INT32(1) - VARHDRSZ;
	int length = (int)VARSIZE_ANY_EXHDR(value);

	if (limit < 0 || length <= limit)
		PG_RETURN_TEXT_P(value);
	if (!PG_GETARG_BOOL(2) && LengthWithoutBlanks(value) > limit)
		ereport(ERROR, errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				errmsg("value too long for type character varying(%d)", limit));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(VARDATA_ANY(value),
											  pg_mbcliplen(VARDATA_ANY(value), length, limit)));
}
