/*
 * rewrite_calls.c
 *		Functions that take more than another name: DECODE, NVL2, LISTAGG,
 *		aggregates whose result depends on the argument's type ...
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/rewrite/calls/rewrite_calls.h"
#include "dialect/text/types.h"

/* The text of an argument as rewritten so far. */
static char *
Argument(Rewriting *work, TreeExpr *call, int index)
{
	TreeExpr *arg = list_nth(call->args, index);

	return EditRender(work, arg->first, arg->last);
}

void
Qualify(Rewriting *work, TreeExpr *call)
{
	EditInsertBefore(work, call->name, REDSHIFT_SCHEMA ".");
}

/* Leads a call to a namesake in the extension's schema. */
static void
QualifyExtension(Rewriting *work, TreeExpr *call)
{
	if (work->context->extension_schema != NULL)
		EditInsertBefore(work, call->name,
						 psprintf("%s.", quote_identifier(work->context->extension_schema)));
}

/* NVL2(x, a, b): a when x isn't NULL, else b. */
Oid
RewriteNvl2(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	if (list_length(call->args) != 3)
		return InvalidOid;

	(void)ShareSuper(work, list_make2(lsecond(call->args), lthird(call->args)),
					 list_make2_oid(types[1], types[2]));
	EditReplace(work, call->first, call->close,
				psprintf("CASE WHEN (%s) IS NOT NULL THEN %s ELSE %s END", Argument(work, call, 0),
						 Argument(work, call, 1), Argument(work, call, 2)));
	*done = true;
	call->shown = "case";

	return TypeCommon(types[1], types[2]);
}

/* DECODE(x, search, result, ... [, default]), where NULL matches NULL. */
Oid
RewriteDecode(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	int count = list_length(call->args);
	StringInfoData text;
	Oid type = UNKNOWNOID;
	List *results = NIL;
	List *result_types = NIL;

	/* two arguments: PostgreSQL's decode(text, format) */
	if (count < 3)
		return InvalidOid;

	for (int i = 1; i + 1 < count; i += 2)
	{
		RewriteComparison(work, linitial(call->args), types[0], list_nth(call->args, i), types[i],
						  false);
		results = lappend(results, list_nth(call->args, i + 1));
		result_types = lappend_oid(result_types, types[i + 1]);
	}

	if (count % 2 == 0)
	{
		results = lappend(results, llast(call->args));
		result_types = lappend_oid(result_types, types[count - 1]);
	}

	(void)ShareSuper(work, results, result_types);
	initStringInfo(&text);
	appendStringInfoString(&text, "CASE");
	for (int i = 1; i + 1 < count; i += 2)
	{
		TreeExpr *search = list_nth(call->args, i);
		bool literal = search->kind == EXPR_STRING || search->kind == EXPR_NUMBER;

		appendStringInfo(&text, " WHEN (%s) %s %s THEN %s", Argument(work, call, 0),
						 literal ? "=" : "IS NOT DISTINCT FROM", Argument(work, call, i),
						 Argument(work, call, i + 1));
		type = TypeCommon(type, types[i + 1]);
	}

	if (count % 2 == 0)
	{
		appendStringInfo(&text, " ELSE %s", Argument(work, call, count - 1));
		type = TypeCommon(type, types[count - 1]);
	}

	appendStringInfoString(&text, " END");
	EditReplace(work, call->first, call->close, text.data);
	*done = true;
	call->shown = "case";

	return type;
}

/* NULLIF compares its arguments. */
Oid
RewriteNullif(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	if (list_length(call->args) != 2)
		return InvalidOid;

	RewriteComparison(work, linitial(call->args), types[0], lsecond(call->args), types[1], false);
	*done = true;
	call->typmod = ((TreeExpr *)linitial(call->args))->typmod;
	return ((TreeExpr *)linitial(call->args))->coerced && types[0] != JSONBOID ? InvalidOid
																			   : types[0];
}

/*
 * LISTAGG(x [, d]) WITHIN GROUP (ORDER BY y) [OVER (PARTITION BY p)]: the order
 * goes into the call, or into the window, whose frame is then the partition.
 * DISTINCT keeps the first of equal values, in which blanks at the end don't count.
 */
Oid
RewriteListagg(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	char *order = NULL;

	*done = true;

	/* a SUPER or a number is joined as its text */
	for (int i = 0; i < list_length(call->args); i++)
		CoerceToText(work, list_nth(call->args, i), types[i]);

	if (call->distinct)
	{
		/* PostgreSQL's DISTINCT wants the order to be the very argument, and windows have none */
		EditReplace(work, call->name, call->name, REDSHIFT_SCHEMA ".listagg_distinct");
		EditDelete(work, call->distinct_lexeme, call->distinct_lexeme);
		call->renamed = true;
	}
	else
		QualifyExtension(work, call);
	if (call->within >= 0)
	{
		int close = LexemeAt(work->list, call->within_open)->match;

		/* rendered first, because its own edits are lost with the clause */
		order = EditRender(work, call->within_open + 1, close - 1);
		EditDelete(work, call->within, close);
	}

	if (order != NULL && call->over < 0)
		EditInsertBefore(work, call->close, psprintf(" %s", order));
	else if (order != NULL && call->over_close > call->over + 1)
		EditInsertBefore(
			work, call->over_close,
			psprintf(" %s ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING", order));
	return VARCHAROID;
}

/* NEXTVAL('s') looks its sequence up when it is called: a default may name one that never was. */
Oid
RewriteNextval(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	if (list_length(call->args) == 1 && types[0] == UNKNOWNOID)
		CoerceExpr(work, linitial(call->args), UNKNOWNOID, "text");
	*done = true;
	return INT8OID;
}

/* PERCENTILE_CONT(p) WITHIN GROUP (ORDER BY x) OVER (...): PostgreSQL has it without OVER only. */
Oid
RewritePercentile(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	TreeExpr *value;
	bool descending;
	Oid type = LexemeIsAt(work->list, call->name, "percentile_cont") ? FLOAT8OID : InvalidOid;

	*done = true;

	/* without OVER it is PostgreSQL's own aggregate */
	if (call->over < 0 || call->within < 0 || list_length(call->args) != 1 ||
		list_length(call->order) != 1)
		return type;

	value = linitial(call->order);
	descending = LexemeIsAt(work->list, value->last + 1, "desc");

	/* descending, the p-th from the other end */
	EditReplace(work, call->first, LexemeAt(work->list, call->within_open)->match,
				psprintf("%s.%s(%s, %s%s)", REDSHIFT_SCHEMA, LexemeAt(work->list, call->name)->text,
						 EditRender(work, value->first, value->last), descending ? "1 - " : "",
						 Argument(work, call, 0)));
	return type;
}

/* RATIO_TO_REPORT(x) OVER (w) is x / sum(x) OVER (w). */
Oid
RewriteRatio(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	char *value;

	if (call->over < 0 || list_length(call->args) != 1)
		return InvalidOid;

	*done = true;
	if (TypeIsText(types[0]))
		CoerceExpr(work, linitial(call->args), types[0], "double precision");
	value = Argument(work, call, 0);
	EditReplace(work, call->first, call->last,
				psprintf("((%s)::double precision / nullif(sum(%s) %s, 0))", value, value,
						 EditRender(work, call->over, call->last)));
	call->renamed = true;

	return FLOAT8OID;
}

/* HLL(x) estimates count(DISTINCT x); here it is exact. */
Oid
RewriteHll(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	if (list_length(call->args) != 1)
		return InvalidOid;

	*done = true;
	EditReplace(work, call->name, call->name, "count");
	call->renamed = true;
	EditInsertBefore(work, ((TreeExpr *)linitial(call->args))->first, "DISTINCT ");
	return INT8OID;
}

/* AVG of integers is a BIGINT, its fraction cut off. */
Oid
RewriteAvg(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	TreeExpr *arg;

	if (list_length(call->args) != 1)
		return InvalidOid;

	*done = true;
	arg = linitial(call->args);

	/* a text or a SUPER counts as a number here */
	if (TypeIsText(types[0]) || types[0] == JSONBOID)
	{
		CoerceExpr(work, arg, types[0], "double precision");
		return FLOAT8OID;
	}

	if (types[0] == NUMERICOID && arg->typmod >= 0)
	{
		/* AVG of DECIMAL(p, s) is DECIMAL(38, s) */
		Qualify(work, call);
		EditInsertAfter(work, arg->last, psprintf(", %d", DecimalScale(arg->typmod)));
		call->typmod = DecimalTypmod(38, DecimalScale(arg->typmod));
	}

	if (types[0] == NUMERICOID)
		return NUMERICOID;
	if (types[0] == FLOAT8OID || types[0] == FLOAT4OID)
		return FLOAT8OID;

	/* integers, and what nothing is known of: the function decides at run time */
	Qualify(work, call);

	return TypeIsInteger(types[0]) ? INT8OID : InvalidOid;
}

/* SUM of BIGINTs is a BIGINT. */
Oid
RewriteSum(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	Oid type = types[0];

	if (list_length(call->args) != 1)
		return InvalidOid;

	*done = true;

	/* as in arithmetic: a text counts as a number */
	if (TypeIsText(type))
	{
		CoerceExpr(work, linitial(call->args), type, "double precision");
		return FLOAT8OID;
	}

	/* PostgreSQL's SUM of BIGINTs is numeric; of the smaller ones it is a BIGINT anyway */
	if (!OidIsValid(type) || type == INT8OID || type == JSONBOID)
		Qualify(work, call);

	/* SUM of DECIMAL(p, s) is DECIMAL(38, s) (AWS: r_SUM) */
	if (type == NUMERICOID && ((TreeExpr *)linitial(call->args))->typmod >= 0)
		call->typmod = DecimalTypmod(38, DecimalScale(((TreeExpr *)linitial(call->args))->typmod));
	return TypeIsInteger(type) ? INT8OID : type;
}

/* COLLATE(text, 'case_insensitive' | 'case_sensitive'). */
Oid
RewriteCollate(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	TreeExpr *text;
	const char *name;
	bool insensitive;

	*done = true;

	/* a collation that isn't a literal can't be checked here */
	if (list_length(call->args) != 2 || ((TreeExpr *)lsecond(call->args))->kind != EXPR_STRING)
		return InvalidOid;

	text = linitial(call->args);
	name = LexemeAt(work->list, ((TreeExpr *)lsecond(call->args))->first)->text;
	insensitive = pg_strcasecmp(name, "case_insensitive") == 0;
	if (!insensitive && pg_strcasecmp(name, "case_sensitive") != 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("collation \"%s\" does not exist", name),
				errhint("Use case_sensitive or case_insensitive."),
				LexerErrorPosition(
					work->list->script,
					LexemeAt(work->list, ((TreeExpr *)lsecond(call->args))->first)->start));
	EditReplace(work, call->first, call->close,
				psprintf("((%s)%s COLLATE %s)", EditRender(work, text->first, text->last),
						 TypeIsText(types[0]) ? "" : "::varchar",
						 insensitive ? CASE_INSENSITIVE_COLLATION : CASE_SENSITIVE_COLLATION));
	call->renamed = true;
	call->case_insensitive = insensitive;

	return VARCHAROID;
}

/* CHECKSUM of a number; how it is made of a text isn't documented. */
Oid
RewriteChecksum(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	if (list_length(call->args) == 1 && (TypeIsText(types[0]) || types[0] == UNKNOWNOID))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("CHECKSUM of a VARCHAR is not supported here"),
				 errhint("Use FNV_HASH, MD5 or SHA2, whose results are Redshift's."),
				 LexerErrorPosition(work->list->script, LexemeAt(work->list, call->name)->start)));
	*done = true;
	QualifyExtension(work, call);

	return INT4OID;
}

/* FNV_HASH(x [, seed]) hashes the bytes of x, which AWS documents of integers, texts and VARBYTE only. */
Oid
RewriteFnvHash(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	Oid type = call->args == NIL ? InvalidOid : types[0];

	if (OidIsValid(type) && type != UNKNOWNOID && type != BYTEAOID && !TypeIsText(type) &&
		!TypeIsInteger(type))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("FNV_HASH of this type is not supported here"),
				errhint("Cast it to VARCHAR, BIGINT or VARBYTE: the bytes of other types aren't "
						"documented."),
				LexerErrorPosition(work->list->script, LexemeAt(work->list, call->name)->start));
	*done = true;
	QualifyExtension(work, call);

	return INT8OID;
}

/* TEXT_TO_INT_ALT(x) and TEXT_TO_NUMERIC_ALT(x [, precision, scale]); formats aren't read. */
Oid
RewriteAlternate(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	bool whole = LexemeIsAt(work->list, call->name, "text_to_int_alt");

	if (call->args == NIL)
		return InvalidOid;
	for (int i = 1; i < list_length(call->args); i++)
		if (types[i] == UNKNOWNOID || TypeIsText(types[i]))
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("%s with a format is not supported here",
								   whole ? "TEXT_TO_INT_ALT" : "TEXT_TO_NUMERIC_ALT"),
							errhint("Use TO_NUMBER, whose formats are PostgreSQL's."),
							LexerErrorPosition(work->list->script,
											   LexemeAt(work->list, call->name)->start)));
	*done = true;
	CoerceToText(work, linitial(call->args), types[0]);
	QualifyExtension(work, call);

	return whole ? INT4OID : NUMERICOID;
}

/* FIRST_VALUE(x) IGNORE NULLS and the like have functions of their own; RESPECT NULLS is what PostgreSQL's do. */
Oid
RewriteNulls(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	if (call->nulls >= 0)
	{
		if (LexemeIsAt(work->list, call->nulls, "ignore"))
			Qualify(work, call);
		EditDelete(work, call->nulls, call->nulls + 1);
	}

	return InvalidOid;
}

/* ROUND(x, n) of DOUBLE PRECISION: PostgreSQL has it for numeric only. */
Oid
RewriteRound(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	bool text = TypeIsText(types[0]);

	*done = true;
	if (text)
		CoerceExpr(work, linitial(call->args), types[0], "double precision");
	if (types[0] == JSONBOID ||
		(list_length(call->args) == 2 && types[0] != NUMERICOID && !TypeIsInteger(types[0])))
		Qualify(work, call);
	return text ? FLOAT8OID : types[0];
}

/* TRUNC of a timestamp is a DATE; of DOUBLE PRECISION it takes a number of digits, too. */
Oid
RewriteTrunc(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	*done = true;
	if (TypeIsText(types[0]) || types[0] == UNKNOWNOID)
	{
		CoerceExpr(work, linitial(call->args), types[0], "timestamp");
		Qualify(work, call);
		return DATEOID;
	}

	if (types[0] == NUMERICOID || TypeIsInteger(types[0]) ||
		(types[0] == FLOAT8OID && list_length(call->args) == 1))
		return types[0];

	Qualify(work, call);

	return TypeIsTimestamp(types[0]) ? DATEOID : types[0];
}

/* TO_CHAR of a VARCHAR: a number or a timestamp, as its format says; of a TIMESTAMP it is ours: TZ is UTC. */
Oid
RewriteToChar(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	TreeExpr *format;
	const char *text = "";
	Oid type = types[0];
	bool number;

	*done = true;
	if (list_length(call->args) != 2)
		return VARCHAROID;

	format = lsecond(call->args);

	/* a format that isn't a literal is taken for one of a timestamp */
	if (format->kind == EXPR_STRING)
		text = LexemeAt(work->list, format->first)->text;

	/* 9 and 0 are digits of a number's format, and letters of no timestamp's */
	number = strpbrk(text, "90") != NULL;
	if (TypeIsText(type) || type == UNKNOWNOID || type == JSONBOID)
	{
		CoerceExpr(work, linitial(call->args), type, number ? "double precision" : "timestamp");
		type = number ? FLOAT8OID : TIMESTAMPOID;
	}

	/*
	 * PostgreSQL prints TZ only for a type that has a zone; ours is quicker, too, where rows of a day follow
	 * each other
	 */
	if (type == TIMESTAMPOID ||
		(!number && type != TIMESTAMPTZOID && (strstr(text, "TZ") || strstr(text, "tz"))))
		Qualify(work, call);
	return VARCHAROID;
}

/* TO_TIMESTAMP(text, format [, strict]); with one argument it is PostgreSQL's. */
Oid
RewriteToTimestamp(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	*done = true;
	if (list_length(call->args) < 2)
		return TIMESTAMPTZOID;

	CoerceToText(work, linitial(call->args), types[0]);
	Qualify(work, call);
	return TIMESTAMPTZOID;
}

/* CONVERT_TIMEZONE([source,] target, x): the last argument is a timestamp. */
Oid
RewriteConvertTimezone(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	int last = list_length(call->args) - 1;

	*done = true;
	if (last < 1)
		return InvalidOid;
	if (TypeIsText(types[last]) || types[last] == UNKNOWNOID || types[last] == DATEOID)
		CoerceExpr(work, list_nth(call->args, last), types[last], "timestamp");
	QualifyExtension(work, call);

	return TIMESTAMPOID;
}

/* ARRAY(a, b ...) makes a SUPER; of a subquery it is PostgreSQL's. */
Oid
RewriteArray(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	*done = true;
	if (call->args != NIL && ((TreeExpr *)linitial(call->args))->kind == EXPR_SUBQUERY)
		return InvalidOid;

	EditReplace(work, call->name, call->name, "pg_catalog.jsonb_build_array");
	call->renamed = true;
	return JSONBOID;
}

/* ARRAY_POSITION(array, value [, null_match]) counts from 0; over an array of the catalog's it is PostgreSQL's. */
Oid
RewriteArrayPosition(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	*done = true;
	if (types[0] != JSONBOID || list_length(call->args) < 2)
		return InvalidOid;

	CoerceToSuper(work, lsecond(call->args), types[1]);
	EditInsertBefore(work, call->name, REDSHIFT_SCHEMA ".");
	return INT4OID;
}

/*
 * OBJECT_TRANSFORM(object [KEEP path, ...] [SET path, value, ...]): the paths
 * go into arrays, the values into a SUPER.  KEEP '...' has been read as a
 * literal of a type KEEP, and so has SET.
 */
Oid
RewriteObjectTransform(Rewriting *work, TreeExpr *call, const Oid *types, bool *done)
{
	StringInfoData kept;
	StringInfoData paths;
	StringInfoData values;
	bool set = false;
	bool path = true;

	if (call->args == NIL)
		return InvalidOid;
	*done = true;
	initStringInfo(&kept);
	initStringInfo(&paths);
	initStringInfo(&values);
	for (int i = 1; i < list_length(call->args); i++)
	{
		TreeExpr *arg = list_nth(call->args, i);

		/* KEEP and SET look like the type of a literal, of one word */
		bool clause = arg->kind == EXPR_CONSTANT && arg->last == arg->first + 1;

		if (clause && !set && LexemeIsAt(work->list, arg->first, "set"))
			set = path = true;

		/* a path has to be known now, to be put into an array of texts */
		if (path && LexemeAt(work->list, arg->last)->kind != LEXEME_STRING)
			ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
							errmsg("a path of OBJECT_TRANSFORM is a literal such as '\"a\".\"b\"'"),
							LexerErrorPosition(work->list->script,
											   LexemeAt(work->list, arg->first)->start)));
		if (path)
			appendStringInfo(set ? &paths : &kept, "%s%s",
							 (set ? &paths : &kept)->len > 0 ? ", " : "",
							 quote_literal_cstr(LexemeAt(work->list, arg->last)->text));
		else
			appendStringInfo(&values, "%s%s", values.len > 0 ? ", " : "",
							 EditRender(work, arg->first, arg->last));

		/* behind SET, paths and values take turns */
		path = !set || !path;
	}

	EditReplace(
		work, call->first, call->close,
		psprintf("%s.object_transform(%s, %s, ARRAY[%s]::text[], "
				 "pg_catalog.jsonb_build_array(%s))",
				 REDSHIFT_SCHEMA,
				 EditRender(work, ((TreeExpr *)linitial(call->args))->first,
							((TreeExpr *)linitial(call->args))->last),
				 kept.len > 0 || set ? psprintf("ARRAY[%s]::text[]", kept.data) : "NULL::text[]",
				 paths.data, values.data));
	return JSONBOID;
}
