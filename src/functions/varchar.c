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
#include "catalog/pg_database.h"
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
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/pg_locale.h"
#include "utils/syscache.h"
#include "utils/varlena.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(redshift_varchar_eq);
PG_FUNCTION_INFO_V1(redshift_varchar_ne);
PG_FUNCTION_INFO_V1(redshift_varchar_hash);
PG_FUNCTION_INFO_V1(redshift_varchar_index_support);
PG_FUNCTION_INFO_V1(redshift_assigned_varchar);
PG_FUNCTION_INFO_V1(redshift_cast_varchar);

/* The longest VARCHAR of Redshift. */
#define VARCHAR_LENGTH_MAX 65535

static bool Equal(FunctionCallInfo fcinfo);
static int LengthWithoutBlanks(const text *value);
static bool IsDeterministic(Oid collation);
static List *IndexCondition(SupportRequestIndexCondition *request);
static int LongestValue(Node *column);
static Expr *TextCall(Oid function, List *arguments);
static Expr *IndexBound(StrategyNumber strategy, Node *column, Expr *value, Oid collation);
static bool IsInByteOrder(Oid collation);
static bool NamesByteOrder(char provider, Datum locale);

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
 * Planner support of varchar_eq(): an ordinary index serves as well where texts
 * are in the order of their bytes.  There 'x' with any number of blanks lies
 * between 'x' and 'x' with as many as there is room for, and next to nothing
 * else does.
 */
Datum
redshift_varchar_index_support(PG_FUNCTION_ARGS)
{
	Node *request = (Node *)PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestIndexCondition))
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(IndexCondition((SupportRequestIndexCondition *)request));
}

/* The conditions of an index, as a list; NIL where the index can't serve. */
static List *
IndexCondition(SupportRequestIndexCondition *request)
{
	List *arguments = is_opclause(request->node) ? ((OpExpr *)request->node)->args : NIL;
	Node *column, *value;
	Const *length;
	Expr *shortest, *longest;

	if (list_length(arguments) != 2 || request->opfamily != TEXT_BTREE_FAM_OID ||
		!IsInByteOrder(request->indexcollation))
		return NIL;
	column = list_nth(arguments, request->indexarg);
	value = list_nth(arguments, 1 - request->indexarg);
	if (!is_pseudo_constant_for_index(request->root, value, request->index))
		return NIL;

	length = makeConst(INT4OID, -1, InvalidOid, sizeof(int32), Int32GetDatum(LongestValue(column)),
					   false, true);
	shortest = TextCall(F_RTRIM_TEXT, list_make1(value));
	longest = TextCall(F_RPAD_TEXT_INT4, list_make2(shortest, length));
	request->lossy = true;
	return list_make2(
		IndexBound(BTGreaterEqualStrategyNumber, column, shortest, request->indexcollation),
		IndexBound(BTLessEqualStrategyNumber, column, longest, request->indexcollation));
}

/* How many characters a value of a column has at most. */
static int
LongestValue(Node *column)
{
	int typmod;

	while (IsA(column, RelabelType))
		column = (Node *)((RelabelType *)column)->arg;
	typmod = exprType(column) == VARCHAROID ? exprTypmod(column) : -1;
	return typmod >= VARHDRSZ ? typmod - VARHDRSZ : VARCHAR_LENGTH_MAX;
}

/* A call of a function that gives a text; its value where that is known. */
static Expr *
TextCall(Oid function, List *arguments)
{
	FuncExpr *call = makeFuncExpr(function, TEXTOID, copyObject(arguments), DEFAULT_COLLATION_OID,
								  DEFAULT_COLLATION_OID, COERCE_EXPLICIT_CALL);

	return (Expr *)eval_const_expressions(NULL, (Node *)call);
}

/* A comparison of PostgreSQL's that an index can answer. */
static Expr *
IndexBound(StrategyNumber strategy, Node *column, Expr *value, Oid collation)
{
	Oid operator= get_opfamily_member(TEXT_BTREE_FAM_OID, TEXTOID, TEXTOID, strategy);

	return make_opclause(operator, BOOLOID, false, (Expr *)column, value, InvalidOid, collation);
}

/* Whether texts of a collation are in the order of their bytes: C, POSIX and C.UTF-8, whoever provides it. */
static bool
IsInByteOrder(Oid collation)
{
	bool is_default = collation == DEFAULT_COLLATION_OID;
	HeapTuple tuple = is_default ? SearchSysCache1(DATABASEOID, ObjectIdGetDatum(MyDatabaseId))
								 : SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
	bool in_order = false;

	if (!HeapTupleIsValid(tuple))
		return false;
	if (is_default)
		in_order = NamesByteOrder(
			((Form_pg_database)GETSTRUCT(tuple))->datlocprovider,
			SysCacheGetAttr(DATABASEOID, tuple, Anum_pg_database_datcollate, &(bool){false}));
	else
	{
		bool is_null;
		Datum name = SysCacheGetAttr(COLLOID, tuple, Anum_pg_collation_collcollate, &is_null);

		in_order = NamesByteOrder(((Form_pg_collation)GETSTRUCT(tuple))->collprovider,
								  is_null ? (Datum)0 : name);
	}
	ReleaseSysCache(tuple);
	return in_order;
}

/* Whether a provider's locale of this name (0: it has none) has the order of bytes. */
static bool
NamesByteOrder(char provider, Datum locale)
{
	static const char *const names[] = {"C", "POSIX", "C.UTF-8", "C.utf8"};

	if (provider == 'b')
		return true;
	for (int i = 0; provider == COLLPROVIDER_LIBC && locale != 0 && i < (int)lengthof(names); i++)
		if (strcmp(TextDatumGetCString(locale), names[i]) == 0)
			return true;
	return false;
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
