/*
 * function_rules.c
 *		Redshift's functions, a row each.
 *
 * What a function becomes, what it takes and the type it gives stand in its
 * row. A function that PostgreSQL lacks lives in the extension's schema; one
 * whose namesake in PostgreSQL gives another result lives in the schema
 * "redshift", and its name there is the column name that Redshift gives.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/memutils.h"

#include "dialect/rewrite/calls/function_rules.h"

#define SIZE_HINT "Use JSON_SIZE; how many bytes a SUPER takes in memory isn't documented."
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
	{"pg_get_session_roles", CALL_REFUSED, CLUSTER_HINT, "*", InvalidOid},
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
	{"coalesce", CALL_KEEP, NULL, "*+", InvalidOid, RewriteShared},
	{"nvl", CALL_RENAME, "coalesce", "*+", InvalidOid, RewriteShared},
	{"isnull", CALL_RENAME, "coalesce", "*+", InvalidOid, RewriteShared},
	{"nvl2", CALL_SPECIAL, NULL, "*+", InvalidOid, RewriteNvl2},
	{"decode", CALL_SPECIAL, NULL, "*+", InvalidOid, RewriteDecode},
	{"nullif", CALL_SPECIAL, NULL, "*+", RESULT_FIRST, RewriteNullif},
	{"greatest", CALL_KEEP, NULL, "*+", InvalidOid, RewriteShared},
	{"least", CALL_KEEP, NULL, "*+", InvalidOid, RewriteShared},
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
	{"fnv_hash", CALL_SPECIAL, NULL, "**", INT8OID, RewriteFnvHash},
	{"from_hex", CALL_EXTENSION, NULL, "t", BYTEAOID},
	{"from_varbyte", CALL_EXTENSION, NULL, "Bt", VARCHAROID},
	{"getbit", CALL_EXTENSION, NULL, "B*", INT4OID},
	{"func_sha1", CALL_EXTENSION, NULL, "t", VARCHAROID},
	{"h3_isvalid", CALL_EXTENSION, NULL, "*", BOOLOID},
	{"h3_resolution", CALL_EXTENSION, NULL, "*", INT4OID},
	{"h3_tochildren", CALL_EXTENSION, NULL, "**", JSONBOID},
	{"h3_toparent", CALL_EXTENSION, NULL, "**", INT8OID},
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
	{"abs", CALL_KEEP, NULL, "n", RESULT_SAME, RewriteOfSuper},
	{"ceil", CALL_KEEP, NULL, "n", RESULT_FIRST, RewriteOfSuper},
	{"ceiling", CALL_KEEP, NULL, "n", RESULT_FIRST, RewriteOfSuper},
	{"dexp", CALL_RENAME, "exp", "n", FLOAT8OID},
	{"dlog1", CALL_RENAME, "ln", "n", FLOAT8OID},
	{"dlog10", CALL_RENAME, "log", "n", FLOAT8OID},
	{"exp", CALL_KEEP, NULL, "n", FLOAT8OID},
	{"floor", CALL_KEEP, NULL, "n", RESULT_FIRST, RewriteOfSuper},
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
	{"max", CALL_KEEP, NULL, "*", RESULT_SAME, RewriteOfSuper},
	{"median", CALL_EXTENSION, NULL, "n", InvalidOid},
	{"min", CALL_KEEP, NULL, "*", RESULT_SAME, RewriteOfSuper},
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
	{"get_mounted_role", CALL_EXTENSION, NULL, "", VARCHAROID},
	{"role_is_member_of", CALL_EXTENSION, NULL, "tt", BOOLOID},
	{"user_is_member_of", CALL_EXTENSION, NULL, "tt", BOOLOID},
};

static const NameMap *RulesByName(bool foreign);

const FunctionRule *
FunctionRuleFind(const char *name, bool foreign)
{
	return NameMapFind(RulesByName(foreign), name);
}

char
FunctionRuleLetter(const FunctionRule *rule, int index)
{
	int length = (int)strlen(rule->arguments);

	if (length == 0)
		return '*';
	if (rule->arguments[length - 1] == '+' && index >= length - 1)
		return rule->arguments[length - 2];

	return index < length ? rule->arguments[index] : '*';
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
