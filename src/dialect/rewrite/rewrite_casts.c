/*
 * rewrite_casts.c
 *		Casts and typed literals: Redshift's types in PostgreSQL's spelling, and
 *		what its casts to DECIMAL do to fractions.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/text/date_parts.h"
#include "dialect/text/types.h"
#include "dialect/rewrite/rewrite_work.h"
#include "dialect/text/routine.h"

typedef struct CastType
{
	const char *name;	 /* as written, first word */
	const char *spelled; /* PostgreSQL's name, NULL: the same */
	Oid type;
	const char *max; /* what (max) stands for */
} CastType;

static const CastType cast_types[] = {
	{"smallint", NULL, INT2OID, NULL},
	{"int2", NULL, INT2OID, NULL},
	{"integer", NULL, INT4OID, NULL},
	{"int", NULL, INT4OID, NULL},
	{"int4", NULL, INT4OID, NULL},
	{"bigint", NULL, INT8OID, NULL},
	{"int8", NULL, INT8OID, NULL},
	{"numeric", NULL, NUMERICOID, NULL},
	{"decimal", NULL, NUMERICOID, NULL},
	{"dec", NULL, NUMERICOID, NULL},
	{"real", NULL, FLOAT4OID, NULL},
	{"float4", NULL, FLOAT4OID, NULL},
	{"double", NULL, FLOAT8OID, NULL},
	{"float8", NULL, FLOAT8OID, NULL},
	{"float", NULL, FLOAT8OID, NULL},
	{"boolean", NULL, BOOLOID, NULL},
	{"bool", NULL, BOOLOID, NULL},
	{"varchar", NULL, VARCHAROID, "65535"},
	{"character", NULL, VARCHAROID, "65535"},
	{"nvarchar", "varchar", VARCHAROID, "65535"},
	{"text", NULL, TEXTOID, NULL},
	{"char", NULL, BPCHAROID, "4096"},
	{"nchar", "char", BPCHAROID, "4096"},
	{"bpchar", NULL, BPCHAROID, "4096"},
	{"date", NULL, DATEOID, NULL},
	{"time", NULL, TIMEOID, NULL},
	{"timetz", NULL, TIMETZOID, NULL},
	{"timestamp", NULL, TIMESTAMPOID, NULL},
	{"datetime", "timestamp", TIMESTAMPOID, NULL},
	{"timestamptz", NULL, TIMESTAMPTZOID, NULL},
	{"interval", NULL, INTERVALOID, NULL},
	{"super", "jsonb", JSONBOID, NULL},
	{"varbyte", "bytea", BYTEAOID, NULL},
	{"varbinary", "bytea", BYTEAOID, NULL},
	{"binary", "bytea", BYTEAOID, NULL}, /* VARYING follows */
	{"jsonb", NULL, JSONBOID, NULL},
};

static const CastType *FindCastType(Rewriting *work, const TreeExpr *cast);
static void RewriteTypeName(Rewriting *work, const TreeExpr *cast, const CastType *type);
static int Modifier(Rewriting *work, const TreeExpr *cast, int index);
static void CutBytes(Rewriting *work, TreeExpr *cast);
static bool RewriteDecimal(Rewriting *work, TreeExpr *cast, Oid from);
static void RewriteConvert(Rewriting *work, TreeExpr *cast);
static Oid RewriteTryCast(Rewriting *work, TreeExpr *cast, Oid from);
static Oid RewriteCastTo(Rewriting *work, TreeExpr *cast, const CastType *type, Oid from);
static Oid FullType(Rewriting *work, const TreeExpr *cast, const CastType *type);

/* Rewrites x::type, CAST(x AS type) and CONVERT(type, x); tells the type. */
Oid
RewriteCast(Rewriting *work, TreeExpr *cast, Oid from)
{
	const CastType *type = FindCastType(work, cast);

	if (LexemeIsAt(work->list, cast->first, "try_cast"))
		return RewriteTryCast(work, cast, from);
	if (type == NULL)
	{
		TypeRefuseAbsent(work->list, cast->type_first);
		RewriteConvert(work, cast);
		return InvalidOid;
	}

	return RewriteCastTo(work, cast, type, from);
}

/*
 * TRY_CAST(x AS type) gives NULL where CAST gives an error: a function is given
 * the value and the cast of $1, which it tries (AWS: r_TRY_CAST).
 */
static Oid
RewriteTryCast(Rewriting *work, TreeExpr *cast, Oid from)
{
	const CastType *type = FindCastType(work, cast);
	TreeExpr *operand = linitial(cast->children);
	char *value = EditRender(work, operand->first, operand->last);
	char *name;
	char *attempt;

	if (from == UNKNOWNOID)
		value = psprintf("%s::text", value);
	EditReplace(work, cast->first, cast->first, "CAST");
	EditReplace(work, operand->first, operand->last, "$1");
	if (type != NULL)
		RewriteCastTo(work, cast, type, from == UNKNOWNOID ? TEXTOID : from);
	name = EditRender(work, cast->type_first, cast->type_last);
	attempt = EditRender(work, cast->first, cast->last);
	EditReplace(work, cast->first, cast->last,
				psprintf("%s.try_cast(%s, %s, NULL::%s)", REDSHIFT_SCHEMA, value,
						 quote_literal_cstr(attempt), name));
	return type == NULL ? InvalidOid : FullType(work, cast, type);
}

/* Rewrites a cast to one of Redshift's types. */
static Oid
RewriteCastTo(Rewriting *work, TreeExpr *cast, const CastType *type, Oid from)
{
	TreeExpr *operand = linitial(cast->children);

	/* DECIMAL without precision is DECIMAL(18, 0) (AWS: r_Numeric_types201) */
	if (type->type == NUMERICOID)
		cast->typmod = Modifier(work, cast, 0) < 0 ? DecimalTypmod(18, 0)
												   : DecimalTypmod(Modifier(work, cast, 0),
																   Max(Modifier(work, cast, 1), 0));

	/* where Redshift cuts digits off and PostgreSQL rounds, a call takes the place of the cast */
	if (type->type == NUMERICOID && RewriteDecimal(work, cast, from))
		return NUMERICOID;

	/* what PostgreSQL casts otherwise than Redshift, or not at all; the rest is left to it */
	if (from == JSONBOID && type->type != JSONBOID)
		CoerceSuper(work, operand, type->type);
	else if (from == BYTEAOID && TypeIsText(type->type))
		CoerceToText(work, operand, from);
	else if (type->type == BYTEAOID && (TypeIsText(from) || from == UNKNOWNOID))
		CoerceToBytes(work, operand, from);
	else if (type->type == JSONBOID &&
			 (TypeIsText(from) || TypeIsNumber(from) || from == BOOLOID || from == UNKNOWNOID))
		CoerceToSuper(work, operand, from);
	else if (TypeIsNumber(from) && from != INT4OID && type->type == BOOLOID)
		/* INTEGER is the one number that PostgreSQL casts to BOOLEAN */
		CoerceExpr(work, operand, from, "integer");
	else if (type->type == VARCHAROID && TypeIsText(from))
		/* the length counts bytes on Redshift, characters in PostgreSQL */
		CutBytes(work, cast);

	/* the type's name last: the operand's own edits are done by then */
	RewriteTypeName(work, cast, type);
	RewriteConvert(work, cast);

	return FullType(work, cast, type);
}

/*
 * Cuts a text off at the bytes of VARCHAR(n), which counts no characters (AWS:
 * r_Character_types).  A literal has no type yet and is left to PostgreSQL.
 */
static void
CutBytes(Rewriting *work, TreeExpr *cast)
{
	TreeExpr *operand = linitial(cast->children);
	int length = Modifier(work, cast, 0);

	if (length < 0 || operand->coerced)
		return;

	operand->coerced = true;
	EditInsertBefore(work, operand->first, REDSHIFT_SCHEMA ".first_bytes(");
	EditInsertAfter(work, operand->last, psprintf(", %d)", length));
}

/* The name of the column of a cast of what has none: its type's; NULL when that isn't Redshift's. */
const char *
CastName(Rewriting *work, const TreeExpr *cast)
{
	const CastType *type = FindCastType(work, cast);

	/* these two have other names here than on Redshift */
	if (type == NULL || type->type == JSONBOID || type->type == BYTEAOID)
		return type == NULL ? NULL : type->type == JSONBOID ? "super" : "varbyte";

	/* however the type is written, as INTEGER or INT, the column has the catalog's name for it */
	switch (FullType(work, cast, type))
	{
		case INT2OID:
			return "int2";
		case INT4OID:
			return "int4";
		case INT8OID:
			return "int8";
		case NUMERICOID:
			return "numeric";
		case FLOAT4OID:
			return "float4";
		case FLOAT8OID:
			return "float8";
		case BOOLOID:
			return "bool";
		case BPCHAROID:
			return "bpchar";
		case TIMESTAMPTZOID:
			return "timestamptz";
		case TIMETZOID:
			return "timetz";
		default:
			return type->type == VARCHAROID ? "varchar" : type->name;
	}
}

/* Rewrites DATE '...', INTERVAL '1w, 2d' and tells the type; also that of keywords. */
Oid
RewriteLiteral(Rewriting *work, TreeExpr *literal)
{
	static const struct
	{
		const char *name;
		Oid type;
		const char *shown; /* as a column, where that isn't PostgreSQL's name */
	} keywords[] = {
		{"true", BOOLOID},
		{"false", BOOLOID},
		{"null", UNKNOWNOID},
		{"current_date", DATEOID, "date"},
		{"current_timestamp", TIMESTAMPTZOID},
		{"localtimestamp", TIMESTAMPOID},
		{"current_user", NAMEOID},
		{"session_user", NAMEOID},
		{"user", NAMEOID, "current_user"},
	};
	const CastType *type;

	for (int i = 0; i < (int)lengthof(keywords); i++)
	{
		if (!LexemeIsAt(work->list, literal->first, keywords[i].name))
			continue;
		literal->shown = keywords[i].shown;
		return keywords[i].type;
	}

	if (LexemeAt(work->list, literal->first)->kind == LEXEME_CONSTANT)
	{
		/* $1: an argument of the routine that this is the body of */
		const DialectColumn *argument =
			RoutineFind(work->context->routine, LexemeAt(work->list, literal->first)->text);

		return argument != NULL ? argument->type : InvalidOid;
	}

	type = FindCastType(work, literal);
	if (type == NULL)
		return InvalidOid;
	if (type->type == INTERVALOID)
	{
		int lexeme = literal->type_last + 1;
		char *plain = IntervalFromRedshift(LexemeAt(work->list, lexeme)->text);

		if (plain != NULL)
			EditReplace(work, lexeme, lexeme, quote_literal_cstr(plain));
	}

	RewriteTypeName(work, literal, type);

	return FullType(work, literal, type);
}

/* The entry for a cast's type, NULL when it isn't one of Redshift's. */
static const CastType *
FindCastType(Rewriting *work, const TreeExpr *cast)
{
	const Lexeme *name = LexemeAt(work->list, cast->type_first);

	if (cast->type_last < cast->type_first || cast->type_name != cast->type_first ||
		LexemeIsAt(work->list, cast->type_last, "]"))
		return NULL;

	/* PostgreSQL's "char" is another type than CHAR, and BINARY alone is none */
	if ((name->quoted && strcmp(name->text, "char") == 0) ||
		(LexemeIs(name, "binary") && !LexemeIsAt(work->list, cast->type_first + 1, "varying")))
		return NULL;

	/* in double quotes, too: Redshift has no other types of these names */
	for (int i = 0; i < (int)lengthof(cast_types); i++)
	{
		if (name->kind == LEXEME_WORD && strcmp(name->text, cast_types[i].name) == 0)
			return &cast_types[i];
	}

	return NULL;
}

/* The type with WITH TIME ZONE and CHARACTER VARYING taken into account. */
static Oid
FullType(Rewriting *work, const TreeExpr *cast, const CastType *type)
{
	for (int i = cast->type_first; i <= cast->type_last; i++)
	{
		if (LexemeIsAt(work->list, i, "with"))
			return type->type == TIMEOID ? TIMETZOID : TIMESTAMPTZOID;
	}

	return type->type;
}

/* Spells a type in PostgreSQL's way, (max) as a number. */
static void
RewriteTypeName(Rewriting *work, const TreeExpr *cast, const CastType *type)
{
	if (type->spelled != NULL && (type->type == JSONBOID || type->type == BYTEAOID))
		EditReplace(work, cast->type_first, cast->type_last, type->spelled);
	else if (type->spelled != NULL || LexemeAt(work->list, cast->type_first)->quoted)
		EditReplace(work, cast->type_first, cast->type_first,
					type->spelled != NULL ? type->spelled : type->name);
	for (int i = cast->type_first; type->max != NULL && i <= cast->type_last; i++)
	{
		if (LexemeIsAt(work->list, i, "max"))
			EditReplace(work, i, i, type->max);
	}
}

/* The index-th number in the parentheses of a type, -1 when there is none. */
static int
Modifier(Rewriting *work, const TreeExpr *cast, int index)
{
	for (int i = cast->type_first; i <= cast->type_last; i++)
	{
		if (LexemeAt(work->list, i)->kind == LEXEME_NUMBER && index-- == 0)
			return atoi(LexemeAt(work->list, i)->text);
	}

	return -1;
}

/*
 * Casts to DECIMAL: without a precision it is (18,0) and cuts the fraction
 * off; from a VARCHAR it cuts off at any scale (not documented by AWS; chosen
 * because Redshift was seen to do so).  Others round in
 * both databases and are left alone.
 */
static bool
RewriteDecimal(Rewriting *work, TreeExpr *cast, Oid from)
{
	TreeExpr *operand = linitial(cast->children);
	bool bare = Modifier(work, cast, 0) < 0;
	int scale = Max(Modifier(work, cast, 1), 0);
	int precision = bare ? 18 : Modifier(work, cast, 0);
	char *text;

	/* rounding is the same in both, unless the value is text */
	if (!bare && !TypeIsText(from) && from != JSONBOID &&
		!(from == UNKNOWNOID && operand->kind == EXPR_STRING))
		return false;
	if (from == JSONBOID)
		CoerceSuperToDecimal(work, operand, precision - scale);

	/* rendered, because the cast is written anew around it */
	text = EditRender(work, operand->first, operand->last);

	/* an untyped literal has to be some type before a function can take it */
	if (operand->kind == EXPR_STRING || (operand->kind == EXPR_CONSTANT && from == UNKNOWNOID))
		text = psprintf("%s::text", text);

	/* integers have no fraction to cut */
	if (TypeIsInteger(from))
		text = psprintf("(%s)::numeric(%d,%d)", text, precision, scale);
	else
		text = psprintf("%s.truncated(%s, %d)::numeric(%d,%d)", REDSHIFT_SCHEMA, text, scale,
						precision, scale);
	EditReplace(work, cast->first, cast->last, text);

	return true;
}

/* Makes CAST(x AS type) of CONVERT(type, x). */
static void
RewriteConvert(Rewriting *work, TreeExpr *cast)
{
	TreeExpr *operand = linitial(cast->children);
	char *type;

	if (!LexemeIsAt(work->list, cast->first, "convert") || cast->type_first >= operand->first)
		return;

	type = EditRender(work, cast->type_first, cast->type_last);
	EditReplace(work, cast->first, cast->last,
				psprintf("CAST(%s AS %s)", EditRender(work, operand->first, operand->last), type));
}
