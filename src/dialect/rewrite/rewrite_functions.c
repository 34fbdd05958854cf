/*
 * rewrite_functions.c
 *		Calls of Redshift's functions: which stay, which go to a function of the
 *		extension, and what their arguments are cast to.
 *
 * One table: what a function becomes, what it takes and the type it gives stand
 * in its row. A function that PostgreSQL lacks lives in the extension's schema;
 * one whose namesake in PostgreSQL gives another result lives in the schema
 * "redshift", and its name there is the column name that Redshift gives.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/memutils.h"

#include "dialect/text/date_parts.h"
#include "dialect/rewrite/rewrite_calls.h"

typedef enum CallTarget
{
	CALL_KEEP,		/* PostgreSQL's own */
	CALL_RENAME,	/* PostgreSQL's own under another name */
	CALL_EXTENSION, /* in the extension's schema */
	CALL_REDSHIFT,	/* in the schema "redshift" */
	CALL_SPECIAL,	/* by a function of rewrite_calls.c */
	CALL_REFUSED	/* an error; the name is its hint */
} CallTarget;

#define RESULT_FIRST ANYELEMENTOID	/* the type of the first argument */
#define RESULT_SAME ANYARRAYOID		/* the same, also the scale of a DECIMAL */
#define RESULT_LAST ANYOID			/* the type of the last, a DATE made a TIMESTAMP */
#define RESULT_BYTES ANYNONARRAYOID /* VARBYTE of VARBYTE, else VARCHAR */

/*
 * Arguments, a letter each: p date part, t text, d date or timestamp,
 * D timestamp, n number, N DECIMAL, b text or VARBYTE, B VARBYTE, S SUPER,
 * * whatever; + repeats the letter before.
 */
typedef struct FunctionRule
{
	const char *name;
	CallTarget target;
	const char *target_name; /* NULL: the same; the hint of a refusal */
	const char *arguments;
	Oid result;
	CallRewriter rewrite; /* of CALL_SPECIAL */
} FunctionRule;

#define SIZE_HINT "Use JSON_SIZE; how many bytes a SUPER takes in memory isn't documented."
#define SPATIAL_HINT                                                                               \
	"GEOMETRY and GEOGRAPHY aren't here; keep coordinates in DOUBLE PRECISION columns."
#define CLUSTER_HINT "It concerns a cluster: priorities of its queries, its restart, its IAM roles."
#define MODEL_HINT "Models are trained by SageMaker, which isn't here."
#define SKETCH_HINT "Use HLL or APPROXIMATE COUNT(DISTINCT ...), which are exact here."

static const FunctionRule function_rules[] = {
	/* what can't be had */
	{"change_query_priority", CALL_REFUSED, CLUSTER_HINT, "*+", VARCHAROID},
	{"change_session_priority", CALL_REFUSED, CLUSTER_HINT, "*+", VARCHAROID},
	{"change_user_priority", CALL_REFUSED, CLUSTER_HINT, "*+", VARCHAROID},
	{"current_session_arn", CALL_REFUSED, CLUSTER_HINT, "*+", VARCHAROID},
	{"explain_model", CALL_REFUSED, MODEL_HINT, "*+", JSONBOID},
	{"has_assumerole_privilege", CALL_REFUSED, CLUSTER_HINT, "*+", BOOLOID},
	{"pg_get_grantee_by_iam_role", CALL_REFUSED, CLUSTER_HINT, "*+", InvalidOid},
	{"pg_get_iam_role_by_user", CALL_REFUSED, CLUSTER_HINT, "*+", InvalidOid},
	{"reboot_cluster", CALL_REFUSED, CLUSTER_HINT, "*+", InvalidOid},
	{"size", CALL_REFUSED, SIZE_HINT, "*", INT4OID},
	{"hll_cardinality", CALL_REFUSED, SKETCH_HINT, "*", INT8OID},
	{"hll_combine", CALL_REFUSED, SKETCH_HINT, "*", InvalidOid},
	{"hll_combine_sketches", CALL_REFUSED, SKETCH_HINT, "*+", InvalidOid},
	{"hll_create_sketch", CALL_REFUSED, SKETCH_HINT, "*", InvalidOid},
	/* date and time */
	{"add_months", CALL_EXTENSION, NULL, "d*", TIMESTAMPOID},
	{"convert_timezone", CALL_SPECIAL, NULL, "*+", TIMESTAMPOID, RewriteConvertTimezone},
	{"date_add", CALL_REDSHIFT, "date_add", "pnd", RESULT_LAST},
	{"date_cmp", CALL_EXTENSION, NULL, "*+", INT4OID},
	{"date_cmp_timestamp", CALL_EXTENSION, NULL, "*+", INT4OID},
	{"date_cmp_timestamptz", CALL_EXTENSION, NULL, "*+", INT4OID},
	{"date_diff", CALL_REDSHIFT, "date_diff", "pdd", INT8OID},
	{"date_part", CALL_REDSHIFT, "pgdate_part", "pd", FLOAT8OID},
	{"date_part_year", CALL_EXTENSION, NULL, "*", INT4OID},
	{"datepart", CALL_REDSHIFT, "pgdate_part", "pd", FLOAT8OID},
	{"date_trunc", CALL_KEEP, NULL, "pD", RESULT_LAST},
	{"dateadd", CALL_REDSHIFT, "date_add", "pnd", RESULT_LAST},
	{"datediff", CALL_REDSHIFT, "date_diff", "pdd", INT8OID},
	{"getdate", CALL_EXTENSION, NULL, "", TIMESTAMPOID},
	{"interval_cmp", CALL_EXTENSION, NULL, "*+", INT4OID},
	{"last_day", CALL_EXTENSION, NULL, "d", DATEOID},
	{"months_between", CALL_EXTENSION, NULL, "d+", FLOAT8OID},
	{"next_day", CALL_EXTENSION, NULL, "dt", DATEOID},
	{"timestamp_cmp", CALL_EXTENSION, NULL, "*+", INT4OID},
	{"timestamp_cmp_date", CALL_EXTENSION, NULL, "*+", INT4OID},
	{"timestamp_cmp_timestamptz", CALL_EXTENSION, NULL, "*+", INT4OID},
	{"timestamptz_cmp", CALL_EXTENSION, NULL, "*+", INT4OID},
	{"timestamptz_cmp_date", CALL_EXTENSION, NULL, "*+", INT4OID},
	{"timestamptz_cmp_timestamp", CALL_EXTENSION, NULL, "*+", INT4OID},
	{"to_date", CALL_REDSHIFT, NULL, "tt*", DATEOID},
	{"to_timestamp", CALL_SPECIAL, NULL, "*+", TIMESTAMPTZOID, RewriteToTimestamp},
	{"to_char", CALL_SPECIAL, NULL, "*+", VARCHAROID, RewriteToChar},
	{"now", CALL_KEEP, NULL, "", TIMESTAMPTZOID},
	/* conditions */
	{"coalesce", CALL_KEEP, NULL, "*+", InvalidOid},
	{"nvl", CALL_RENAME, "coalesce", "*+", InvalidOid},
	{"isnull", CALL_RENAME, "coalesce", "*+", InvalidOid},
	{"nvl2", CALL_SPECIAL, NULL, "*+", InvalidOid, RewriteNvl2},
	{"decode", CALL_SPECIAL, NULL, "*+", InvalidOid, RewriteDecode},
	{"nullif", CALL_SPECIAL, NULL, "*+", RESULT_FIRST, RewriteNullif},
	{"greatest", CALL_KEEP, NULL, "*+", InvalidOid},
	{"least", CALL_KEEP, NULL, "*+", InvalidOid},
	/* text */
	{"ascii", CALL_KEEP, NULL, "t", INT4OID},
	{"bpcharcmp", CALL_EXTENSION, NULL, "t+", INT4OID},
	{"btrim", CALL_KEEP, NULL, "t+", VARCHAROID},
	{"char_length", CALL_KEEP, NULL, "t", INT4OID},
	{"character_length", CALL_KEEP, NULL, "t", INT4OID},
	{"charindex", CALL_EXTENSION, NULL, "t+", INT4OID},
	{"chr", CALL_KEEP, NULL, "n", VARCHAROID},
	{"collate", CALL_SPECIAL, NULL, "t*", VARCHAROID, RewriteCollate},
	{"concat", CALL_REDSHIFT, NULL, "b+", RESULT_BYTES},
	{"crc32", CALL_EXTENSION, NULL, "t", VARCHAROID},
	{"checksum", CALL_SPECIAL, NULL, "n", INT4OID, RewriteChecksum},
	{"difference", CALL_EXTENSION, NULL, "t+", INT4OID},
	{"farmfingerprint64", CALL_EXTENSION, NULL, "b", INT8OID},
	{"fnv_hash", CALL_EXTENSION, NULL, "**", INT8OID},
	{"from_hex", CALL_EXTENSION, NULL, "t", BYTEAOID},
	{"from_varbyte", CALL_EXTENSION, NULL, "Bt", VARCHAROID},
	{"getbit", CALL_EXTENSION, NULL, "B*", INT4OID},
	{"func_sha1", CALL_EXTENSION, NULL, "t", VARCHAROID},
	{"initcap", CALL_KEEP, NULL, "t", VARCHAROID},
	{"last_user_query_id", CALL_EXTENSION, NULL, "", INT4OID},
	{"left", CALL_KEEP, NULL, "t*", VARCHAROID},
	{"len", CALL_EXTENSION, NULL, "b", INT4OID},
	{"length", CALL_KEEP, NULL, "b", INT4OID},
	{"lower", CALL_KEEP, NULL, "t", VARCHAROID},
	{"lpad", CALL_KEEP, NULL, "t*t", VARCHAROID},
	{"ltrim", CALL_KEEP, NULL, "t+", VARCHAROID},
	{"md5", CALL_KEEP, NULL, "t", VARCHAROID},
	{"murmur3_32_hash", CALL_EXTENSION, NULL, "**", INT4OID},
	{"octet_length", CALL_KEEP, NULL, "b", INT4OID},
	{"octetindex", CALL_EXTENSION, NULL, "t+", INT4OID},
	{"position", CALL_KEEP, NULL, "*", INT4OID},
	{"quote_ident", CALL_KEEP, NULL, "t", VARCHAROID},
	{"quote_literal", CALL_KEEP, NULL, "t", VARCHAROID},
	{"regexp_count", CALL_REDSHIFT, NULL, "tt**", INT4OID},
	{"regexp_instr", CALL_REDSHIFT, NULL, "tt****", INT4OID},
	{"regexp_replace", CALL_REDSHIFT, NULL, "ttt**", VARCHAROID},
	{"regexp_substr", CALL_REDSHIFT, NULL, "tt***", VARCHAROID},
	{"repeat", CALL_KEEP, NULL, "t*", VARCHAROID},
	{"replace", CALL_KEEP, NULL, "t+", VARCHAROID},
	{"replicate", CALL_EXTENSION, NULL, "t*", VARCHAROID},
	{"reverse", CALL_KEEP, NULL, "t", VARCHAROID},
	{"right", CALL_KEEP, NULL, "t*", VARCHAROID},
	{"rpad", CALL_KEEP, NULL, "t*t", VARCHAROID},
	{"rtrim", CALL_KEEP, NULL, "t+", VARCHAROID},
	{"sha", CALL_EXTENSION, NULL, "t", VARCHAROID},
	{"sha1", CALL_EXTENSION, NULL, "t", VARCHAROID},
	{"sha2", CALL_EXTENSION, NULL, "t*", VARCHAROID},
	{"soundex", CALL_EXTENSION, NULL, "t", VARCHAROID},
	{"split_part", CALL_KEEP, NULL, "tt*", VARCHAROID},
	{"strpos", CALL_KEEP, NULL, "t+", INT4OID},
	{"strtol", CALL_EXTENSION, NULL, "t*", INT8OID},
	{"substr", CALL_KEEP, NULL, "b**", RESULT_BYTES},
	{"substring", CALL_KEEP, NULL, "b**", RESULT_BYTES},
	{"text_to_int_alt", CALL_SPECIAL, NULL, "t*", INT4OID, RewriteAlternate},
	{"text_to_numeric_alt", CALL_SPECIAL, NULL, "t***", NUMERICOID, RewriteAlternate},
	{"textlen", CALL_EXTENSION, NULL, "t", INT4OID},
	{"to_hex", CALL_REDSHIFT, NULL, "*", VARCHAROID},
	{"to_varbyte", CALL_EXTENSION, NULL, "tt", BYTEAOID},
	{"translate", CALL_KEEP, NULL, "t+", VARCHAROID},
	{"trim", CALL_KEEP, NULL, "t+", VARCHAROID},
	{"upper", CALL_KEEP, NULL, "t", VARCHAROID},
	/* numbers */
	{"abs", CALL_KEEP, NULL, "n", RESULT_SAME},
	{"ceil", CALL_KEEP, NULL, "n", RESULT_FIRST},
	{"ceiling", CALL_KEEP, NULL, "n", RESULT_FIRST},
	{"dexp", CALL_RENAME, "exp", "n", FLOAT8OID},
	{"dlog1", CALL_RENAME, "ln", "n", FLOAT8OID},
	{"dlog10", CALL_RENAME, "log", "n", FLOAT8OID},
	{"exp", CALL_KEEP, NULL, "n", FLOAT8OID},
	{"floor", CALL_KEEP, NULL, "n", RESULT_FIRST},
	{"ln", CALL_KEEP, NULL, "n", FLOAT8OID},
	{"log", CALL_KEEP, NULL, "n", FLOAT8OID},
	{"mod", CALL_KEEP, NULL, "N+", RESULT_FIRST},
	{"pow", CALL_KEEP, NULL, "n+", FLOAT8OID},
	{"power", CALL_KEEP, NULL, "n+", FLOAT8OID},
	{"random", CALL_KEEP, NULL, "", FLOAT8OID},
	{"round", CALL_SPECIAL, NULL, "n*", RESULT_FIRST, RewriteRound},
	{"sign", CALL_KEEP, NULL, "n", RESULT_FIRST},
	{"sqrt", CALL_KEEP, NULL, "n", FLOAT8OID},
	{"to_number", CALL_KEEP, NULL, "tt", NUMERICOID},
	{"trunc", CALL_SPECIAL, NULL, "*+", InvalidOid, RewriteTrunc},
	/* of the catalog: what they return joins with + */
	{"current_setting", CALL_REDSHIFT, NULL, "t*", TEXTOID},
	{"version", CALL_REDSHIFT, NULL, "", TEXTOID},
	{"set_config", CALL_REDSHIFT, NULL, "tt*", TEXTOID},
	{"makeaclitem", CALL_REDSHIFT, NULL, "*****", InvalidOid},
	{"pg_get_constraintdef", CALL_REDSHIFT, NULL, "**", TEXTOID},
	{"format_encoding", CALL_EXTENSION, NULL, "*", TEXTOID},
	{"format_type", CALL_KEEP, NULL, "**", TEXTOID},
	{"pg_get_indexdef", CALL_REDSHIFT, NULL, "***", TEXTOID},
	{"pg_get_expr", CALL_KEEP, NULL, "***", TEXTOID},
	{"pg_get_userbyid", CALL_KEEP, NULL, "*", NAMEOID},
	{"pg_get_viewdef", CALL_REDSHIFT, NULL, "**", TEXTOID},
	{"nextval", CALL_SPECIAL, NULL, "*", INT8OID, RewriteNextval},
	/* aggregates and windows */
	{"any_value", CALL_EXTENSION, NULL, "*", RESULT_SAME},
	{"avg", CALL_SPECIAL, NULL, "n", InvalidOid, RewriteAvg},
	{"count", CALL_KEEP, NULL, "*", INT8OID},
	{"dense_rank", CALL_KEEP, NULL, "", INT8OID},
	{"first_value", CALL_SPECIAL, NULL, "*", RESULT_SAME, RewriteNulls},
	{"hll", CALL_SPECIAL, NULL, "*", INT8OID, RewriteHll},
	{"lag", CALL_SPECIAL, NULL, "***", RESULT_SAME, RewriteNulls},
	{"last_value", CALL_SPECIAL, NULL, "*", RESULT_SAME, RewriteNulls},
	{"lead", CALL_SPECIAL, NULL, "***", RESULT_SAME, RewriteNulls},
	{"listagg", CALL_SPECIAL, NULL, "tt", VARCHAROID, RewriteListagg},
	{"max", CALL_KEEP, NULL, "*", RESULT_SAME},
	{"median", CALL_EXTENSION, NULL, "n", InvalidOid},
	{"min", CALL_KEEP, NULL, "*", RESULT_SAME},
	{"nth_value", CALL_SPECIAL, NULL, "**", RESULT_SAME, RewriteNulls},
	{"ntile", CALL_KEEP, NULL, "*", INT4OID},
	{"percentile_cont", CALL_SPECIAL, NULL, "*", FLOAT8OID, RewritePercentile},
	{"percentile_disc", CALL_SPECIAL, NULL, "*", InvalidOid, RewritePercentile},
	{"rank", CALL_KEEP, NULL, "", INT8OID},
	{"ratio_to_report", CALL_SPECIAL, NULL, "n", FLOAT8OID, RewriteRatio},
	{"row_number", CALL_KEEP, NULL, "", INT8OID},
	{"stddev", CALL_KEEP, NULL, "n", InvalidOid},
	{"stddev_pop", CALL_KEEP, NULL, "n", InvalidOid},
	{"stddev_samp", CALL_KEEP, NULL, "n", InvalidOid},
	{"sum", CALL_SPECIAL, NULL, "n", InvalidOid, RewriteSum},
	{"var_pop", CALL_KEEP, NULL, "n", InvalidOid},
	{"var_samp", CALL_KEEP, NULL, "n", InvalidOid},
	{"variance", CALL_KEEP, NULL, "n", InvalidOid},
	/* JSON and SUPER */
	{"array", CALL_SPECIAL, NULL, "*+", JSONBOID, RewriteArray},
	{"array_concat", CALL_EXTENSION, NULL, "*+", JSONBOID},
	{"array_contains", CALL_EXTENSION, NULL, "*S*", BOOLOID},
	{"array_distinct", CALL_EXTENSION, NULL, "*", JSONBOID},
	{"array_except", CALL_EXTENSION, NULL, "***", JSONBOID},
	{"array_flatten", CALL_EXTENSION, NULL, "*", JSONBOID},
	{"array_intersection", CALL_EXTENSION, NULL, "***", JSONBOID},
	{"array_position", CALL_SPECIAL, NULL, "*S*", INT4OID, RewriteArrayPosition},
	{"array_positions", CALL_EXTENSION, NULL, "*S*", JSONBOID},
	{"array_sort", CALL_EXTENSION, NULL, "***", JSONBOID},
	{"array_union", CALL_EXTENSION, NULL, "**", JSONBOID},
	{"arrays_overlap", CALL_EXTENSION, NULL, "**", BOOLOID},
	{"can_json_parse", CALL_EXTENSION, NULL, "t", BOOLOID},
	{"decimal_precision", CALL_EXTENSION, NULL, "*", INT4OID},
	{"decimal_scale", CALL_EXTENSION, NULL, "*", INT4OID},
	{"get_array_length", CALL_EXTENSION, NULL, "*", INT4OID},
	{"get_number_attributes", CALL_EXTENSION, NULL, "*", INT4OID},
	{"is_array", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"is_bigint", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"is_boolean", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"is_char", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"is_decimal", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"is_float", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"is_integer", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"is_object", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"is_scalar", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"is_smallint", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"is_valid_json", CALL_EXTENSION, NULL, "t", BOOLOID},
	{"is_valid_json_array", CALL_EXTENSION, NULL, "t", BOOLOID},
	{"is_varchar", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"json_array_length", CALL_REDSHIFT, NULL, "t*", INT4OID},
	{"json_extract_array_element_text", CALL_EXTENSION, NULL, "t**", VARCHAROID},
	{"json_extract_path_text", CALL_REDSHIFT, NULL, "t******", VARCHAROID},
	{"json_parse", CALL_EXTENSION, NULL, "t", JSONBOID},
	{"json_serialize", CALL_EXTENSION, NULL, "*", VARCHAROID},
	{"json_serialize_to_varbyte", CALL_EXTENSION, NULL, "*", BYTEAOID},
	{"json_size", CALL_EXTENSION, NULL, "*", INT4OID},
	{"json_typeof", CALL_REDSHIFT, NULL, "*", VARCHAROID},
	{"lower_attribute_names", CALL_EXTENSION, NULL, "*", JSONBOID},
	{"object", CALL_RENAME, "jsonb_build_object", "*+", JSONBOID},
	{"object_transform", CALL_SPECIAL, NULL, "*+", JSONBOID, RewriteObjectTransform},
	{"split_to_array", CALL_EXTENSION, NULL, "t+", JSONBOID},
	{"subarray", CALL_EXTENSION, NULL, "***", JSONBOID},
	{"upper_attribute_names", CALL_EXTENSION, NULL, "*", JSONBOID},
	/* who and where one is */
	{"current_aws_account", CALL_EXTENSION, NULL, "", VARCHAROID},
	{"current_namespace", CALL_EXTENSION, NULL, "", VARCHAROID},
	{"default_iam_role", CALL_EXTENSION, NULL, "", VARCHAROID},
	{"role_is_member_of", CALL_EXTENSION, NULL, "tt", BOOLOID},
	{"user_is_member_of", CALL_EXTENSION, NULL, "tt", BOOLOID},
};

static void SearchAnyCase(Rewriting *work, TreeExpr *call);
static void RefuseSpatial(Rewriting *work, const TreeExpr *call);
static _Noreturn void RefuseCall(Rewriting *work, const TreeExpr *call, const char *name,
								 const char *hint);
static Oid *RewriteArguments(Rewriting *work, Scope *scope, TreeExpr *call,
							 const FunctionRule *rule);
static void CoerceArguments(Rewriting *work, TreeExpr *call, const FunctionRule *rule, Oid *types);
static const FunctionRule *FindRule(Rewriting *work, TreeExpr *call, bool *foreign);
static void MoveCall(Rewriting *work, TreeExpr *call);
static const NameMap *RulesByName(bool foreign);
static void RewritePart(Rewriting *work, const TreeExpr *arg);
static void CoerceArgument(Rewriting *work, TreeExpr *arg, Oid type, char letter);
static char ArgumentLetter(const FunctionRule *rule, int index);
static void RewriteName(Rewriting *work, TreeExpr *call, const FunctionRule *rule);
static Oid ResultType(const FunctionRule *rule, TreeExpr *call, const Oid *types);

/* Rewrites a call with its arguments and tells its type. */
Oid
RewriteCall(Rewriting *work, Scope *scope, TreeExpr *call)
{
	bool foreign = false;
	const FunctionRule *rule = FindRule(work, call, &foreign);
	bool done = false;
	Oid *types;

	if (rule == NULL && !foreign)
		RefuseSpatial(work, call);
	if (rule != NULL && rule->target == CALL_REFUSED && !foreign)
		RefuseCall(work, call, rule->name, rule->target_name);

	types = RewriteArguments(work, scope, call, rule);

	/* a call that names its schema has been rewritten already, or is meant as it stands */
	if (rule == NULL)
	{
		MoveCall(work, call);
		return InvalidOid;
	}

	if (foreign)
		return ResultType(rule, call, types);

	if (rule->target == CALL_SPECIAL)
	{
		Oid type = rule->rewrite(work, call, types, &done);

		if (done)
			return type;
	}

	if (call->args != NIL && ((TreeExpr *)linitial(call->args))->case_insensitive)
		SearchAnyCase(work, call);
	CoerceArguments(work, call, rule, types);
	RewriteName(work, call, rule);

	return ResultType(rule, call, types);
}

/* Rewrites the arguments, and what else is in a call; returns the arguments' types.  Their casts depend on these. */
static Oid *
RewriteArguments(Rewriting *work, Scope *scope, TreeExpr *call, const FunctionRule *rule)
{
	int count = list_length(call->args);
	Oid *types = palloc0(sizeof(Oid) * (count + 1));
	int next = 0; /* argument: they are children too, in the same order */
	ListCell *cell;

	foreach (cell, call->children)
	{
		TreeExpr *child = lfirst(cell);
		int index = next < count && list_nth(call->args, next) == child ? next++ : -1;

		/* a date part looks like a column, or is a string */
		if (rule != NULL && index >= 0 && ArgumentLetter(rule, index) == 'p' &&
			(child->kind == EXPR_STRING || (child->kind == EXPR_COLUMN && child->parts == 1)))
			RewritePart(work, child);
		else if (index >= 0)
			types[index] = RewriteExpr(work, scope, child);
		else
			RewriteExpr(work, scope, child);
	}

	return types;
}

/* Casts the arguments as the rule's letters ask for it; types become those of the casts. */
static void
CoerceArguments(Rewriting *work, TreeExpr *call, const FunctionRule *rule, Oid *types)
{
	int count = list_length(call->args);

	for (int i = 0; i < count; i++)
	{
		char letter = ArgumentLetter(rule, i);

		CoerceArgument(work, list_nth(call->args, i), types[i], letter);

		/* the result may take its type from an argument: from what that has become */
		if (letter == 'D' && types[i] == DATEOID)
			types[i] = TIMESTAMPOID;
		if ((letter == 'n' || letter == 'd') && TypeIsText(types[i]))
			types[i] = letter == 'n' ? FLOAT8OID : TIMESTAMPOID;
		if (letter == 'N' && !TypeIsInteger(types[i]))
			types[i] = NUMERICOID;
	}
}

/*
 * Takes the collation off a text that a function searches, which PostgreSQL
 * refuses to do whatever its case; of a regular expression the case is left out.
 */
static void
SearchAnyCase(Rewriting *work, TreeExpr *call)
{
	static const char *const searching[] = {"charindex", "position",  "replace",	   "split_part",
											"strpos",	 "translate", "split_to_array"};
	TreeExpr *text = linitial(call->args);
	const char *name = LexemeAt(work->list, call->name)->text;
	bool pattern = strncmp(name, "regexp_", strlen("regexp_")) == 0;
	bool searches = pattern;

	for (size_t i = 0; i < lengthof(searching); i++)
		searches |= strcmp(name, searching[i]) == 0;
	if (!searches)
		return;

	EditInsertBefore(work, text->first, "(");
	EditInsertAfter(work, text->last, ") COLLATE pg_catalog.\"default\"");
	if (!pattern || list_length(call->args) < 2)
		return;

	EditInsertBefore(work, ((TreeExpr *)lsecond(call->args))->first, "'(?i)' || (");
	EditInsertAfter(work, ((TreeExpr *)lsecond(call->args))->last, ")");
}

/* Refuses a spatial function, which all but a few begin with ST_. */
static void
RefuseSpatial(Rewriting *work, const TreeExpr *call)
{
	static const char *const others[] = {"addbbox",		  "dropbbox",	 "geometrytype",
										 "supportsbbox",  "h3_polyfill", "h3_frompoint",
										 "h3_fromlonglat"};
	const char *name = LexemeAt(work->list, call->name)->text;

	if (strncmp(name, "st_", 3) == 0)
		RefuseCall(work, call, name, SPATIAL_HINT);
	for (size_t i = 0; i < lengthof(others); i++)
		if (strcmp(name, others[i]) == 0)
			RefuseCall(work, call, name, SPATIAL_HINT);
}

/* Refuses a call of what can't be had here. */
static void
RefuseCall(Rewriting *work, const TreeExpr *call, const char *name, const char *hint)
{
	int start = LexemeAt(work->list, call->name)->start;

	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("%s is not supported here", asc_toupper(name, strlen(name))),
					errhint("%s", hint),
					errposition(pg_mbstrlen_with_len(work->list->script, start) + 1)));
}

/* The rule for a call; *foreign is set when the call names a schema and only its type is of use. */
static const FunctionRule *
FindRule(Rewriting *work, TreeExpr *call, bool *foreign)
{
	const char *name = LexemeAt(work->list, call->name)->text;
	const char *extension = work->context->extension_schema;
	const FunctionRule *rule = NameMapFind(RulesByName(false), name);
	const char *schema;

	/* most calls: one look-up in a table */
	if (!call->qualified)
		return rule;

	schema = LexemeAt(work->list, call->name - 2)->text;
	if (strcmp(schema, SYSTEM_SCHEMA) == 0)
	{
		/* Redshift's own under its full name; PostgreSQL's is left as it stands */
		*foreign = rule != NULL && rule->target == CALL_KEEP;
		if (rule != NULL && !*foreign)
			EditReplace(work, call->first, call->name - 1, "");
		return rule;
	}

	/* qualified: the call stays, and only its type is of use */
	*foreign = true;
	if (strcmp(schema, REDSHIFT_SCHEMA) != 0 &&
		(extension == NULL || strcmp(schema, extension) != 0))
		return NULL;

	return NameMapFind(RulesByName(true), name);
}

/* Leads a call of a function that Redshift has in pg_catalog, and no rule knows, to where it is. */
static void
MoveCall(Rewriting *work, TreeExpr *call)
{
	const DialectContext *context = work->context;
	const char *written = call->qualified ? LexemeAt(work->list, call->name - 2)->text : NULL;
	const char *schema;

	if (context->system_function == NULL)
		return;

	schema = context->system_function(context, written, LexemeAt(work->list, call->name)->text);
	if (schema == NULL)
		return;
	if (call->qualified)
		EditReplace(work, call->first, call->name - 2, quote_identifier(schema));
	else
		EditInsertBefore(work, call->name, psprintf("%s.", quote_identifier(schema)));
}

/* The rules by name; of calls that name a schema also by the name that a rule leads to. */
static const NameMap *
RulesByName(bool foreign)
{
	static NameMap *maps[2] = {NULL, NULL};

	/* made once a session: a script asks for each of its calls */
	if (maps[foreign] == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);
		NameMap *map = NameMapMake();

		for (int i = 0; i < (int)lengthof(function_rules); i++)
		{
			const FunctionRule *rule = &function_rules[i];

			NameMapAdd(map, rule->name, unconstify(FunctionRule *, rule));
			if (foreign && rule->target_name != NULL)
				NameMapAdd(map, rule->target_name, unconstify(FunctionRule *, rule));
		}

		maps[foreign] = map;
		MemoryContextSwitchTo(old);
	}

	return maps[foreign];
}

/* What an argument is cast to. */
static char
ArgumentLetter(const FunctionRule *rule, int index)
{
	int length = (int)strlen(rule->arguments);

	if (length == 0)
		return '*';
	if (rule->arguments[length - 1] == '+' && index >= length - 1)
		return rule->arguments[length - 2];

	return index < length ? rule->arguments[index] : '*';
}

/* Makes a literal in PostgreSQL's spelling of a date part. */
static void
RewritePart(Rewriting *work, const TreeExpr *arg)
{
	const Lexeme *lexeme = LexemeAt(work->list, arg->first);
	DatePart part = DatePartFromText(lexeme->text, (int)strlen(lexeme->text));
	const char *name = DatePartName(part);

	if (name != NULL && (lexeme->kind != LEXEME_STRING || strcmp(lexeme->text, name) != 0))
		EditReplace(work, arg->first, arg->last, quote_literal_cstr(name));
}

/* Casts an argument where PostgreSQL wouldn't do so by itself. */
static void
CoerceArgument(Rewriting *work, TreeExpr *arg, Oid type, char letter)
{
	bool text = TypeIsText(type) || type == JSONBOID;

	switch (letter)
	{
		case 't':
			CoerceToText(work, arg, type);
			break;
		case 'b':
			/* VARBYTE goes through as it is: these functions are there for it, too */
			if (type != BYTEAOID)
				CoerceToText(work, arg, type);
			break;
		case 'B':
			CoerceToBytes(work, arg, type);
			break;
		case 'S':
			CoerceToSuper(work, arg, type);
			break;
		case 'n':
			if (text)
				CoerceExpr(work, arg, type, "double precision");
			break;
		case 'N':
			if (text || type == FLOAT8OID || type == FLOAT4OID)
				CoerceExpr(work, arg, type, "pg_catalog.numeric");
			break;
		case 'd':
			if (text || (type == UNKNOWNOID && arg->kind != EXPR_CASE))
				CoerceExpr(work, arg, type, "timestamp");
			break;
		case 'D':
			if (text || type == UNKNOWNOID || type == DATEOID)
				CoerceExpr(work, arg, type, "timestamp");
			break;
		default:
			break;
	}
}

/* Leads a call to the function that does what Redshift does. */
static void
RewriteName(Rewriting *work, TreeExpr *call, const FunctionRule *rule)
{
	const char *name = rule->target_name != NULL ? rule->target_name : rule->name;

	if (rule->target == CALL_RENAME)
	{
		/* NVL and ISNULL are COALESCE on Redshift, too; others keep their own name */
		call->renamed = strcmp(name, "coalesce") != 0;
		call->shown = call->renamed ? NULL : name;
		EditReplace(work, call->name, call->name, name);
	}
	else if (rule->target == CALL_REDSHIFT)
		EditReplace(work, call->name, call->name, psprintf("%s.%s", REDSHIFT_SCHEMA, name));
	else if (rule->target == CALL_EXTENSION && work->context->extension_schema != NULL)
		EditInsertBefore(work, call->name,
						 psprintf("%s.", quote_identifier(work->context->extension_schema)));
}

/* The type of a call, and of a DECIMAL the scale. */
static Oid
ResultType(const FunctionRule *rule, TreeExpr *call, const Oid *types)
{
	int count = list_length(call->args);
	Oid type = UNKNOWNOID;

	/* what keeps the type keeps the scale */
	if (rule->result == RESULT_SAME && count > 0)
		call->typmod = ((TreeExpr *)linitial(call->args))->typmod;

	/* an untyped literal gives the result no type */
	if (rule->result == RESULT_FIRST || rule->result == RESULT_SAME)
		return count > 0 && types[0] != UNKNOWNOID ? types[0] : InvalidOid;
	if (rule->result == RESULT_BYTES)
		return count > 0 && types[0] == BYTEAOID ? BYTEAOID : VARCHAROID;

	/* dates behind a part become timestamps */
	if (rule->result == RESULT_LAST)
	{
		type = count > 0 ? types[count - 1] : InvalidOid;
		return type == DATEOID || type == UNKNOWNOID ? TIMESTAMPOID : type;
	}

	if (OidIsValid(rule->result))
		return rule->result;

	/* '*': of all arguments the type that they share */
	if (rule->arguments[0] != '*')
		return InvalidOid;

	for (int i = 0; i < count; i++)
	{
		const TreeExpr *arg = list_nth(call->args, i);

		call->typmod = DecimalCommon(type, call->typmod, types[i], arg->typmod);
		type = TypeCommon(type, types[i]);
	}

	return type;
}

/* Rewrites EXTRACT(part FROM x), which is an integer, DOUBLE PRECISION for a TIMESTAMPTZ. */
Oid
RewriteExtract(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	const Lexeme *part_lexeme = LexemeAt(work->list, expr->part);
	DatePart part = DatePartFromText(part_lexeme->text, (int)strlen(part_lexeme->text));
	TreeExpr *operand = linitial(expr->children);
	Oid type = RewriteExpr(work, scope, operand);

	if (part == DATE_PART_UNKNOWN)
		return InvalidOid;
	if (TypeIsText(type) || type == UNKNOWNOID || type == JSONBOID)
		CoerceExpr(work, operand, type, "timestamp");
	EditReplace(work, expr->name, expr->name, REDSHIFT_SCHEMA ".date_part");
	EditReplace(work, expr->part, expr->part, quote_literal_cstr(DatePartName(part)));
	EditReplace(work, expr->part + 1, expr->part + 1, ",");

	return type == TIMESTAMPTZOID ? FLOAT8OID : INT4OID;
}
