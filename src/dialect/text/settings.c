/*
 * settings.c
 *		Redshift's settings that PostgreSQL hasn't, with their defaults
 *		(https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_ConfigurationRef.html).
 *
 * Defaults that AWS doesn't document are chosen so that the feature is off.
 */
#include "postgres.h"

#include "dialect/text/settings.h"

#include "utils/builtins.h"

#define NO_LIMIT 2147483647

/* In order, for bsearch(). */
static const RedshiftSetting settings[] = {
	{"analyze_threshold_percent", SETTING_NUMBER, "10", 0, 100},
	{"auto_analyze", SETTING_BOOLEAN, "on"},
	{"auto_mv", SETTING_BOOLEAN, "on"},
	{"cast_super_null_on_error", SETTING_BOOLEAN, "on"},
	{"datashare_break_glass_session_var", SETTING_TEXT, ""},
	{"default_array_search_null_handling", SETTING_BOOLEAN, "on"},
	{"default_geometry_encoding", SETTING_NUMBER, "1", 1, 4},
	{"describe_field_name_in_uppercase", SETTING_BOOLEAN, "off"},
	{"downcase_delimited_identifier", SETTING_BOOLEAN, "on"},
	{"enable_case_sensitive_identifier", SETTING_BOOLEAN, "off"},
	{"enable_case_sensitive_super_attribute", SETTING_BOOLEAN, "off"},
	{"enable_large_strings_opt_in", SETTING_BOOLEAN, "off"},
	{"enable_numeric_rounding", SETTING_BOOLEAN, "on"},
	{"enable_result_cache_for_session", SETTING_BOOLEAN, "on"},
	{"enable_vacuum_boost", SETTING_BOOLEAN, "off"},
	{"error_on_nondeterministic_update", SETTING_BOOLEAN, "off"},
	{"interval_forbid_composite_literals", SETTING_BOOLEAN, "off"},
	{"json_parse_dedup_attributes", SETTING_BOOLEAN, "off"},
	{"json_parse_truncate_strings", SETTING_BOOLEAN, "off"},
	{"json_serialization_enable", SETTING_BOOLEAN, "off"},
	{"json_serialization_parse_nested_strings", SETTING_BOOLEAN, "off"},
	{"max_concurrency_scaling_clusters", SETTING_NUMBER, "1", 0, 10},
	{"max_cursor_result_set_size", SETTING_NUMBER, "0", 0, 14400000},
	{"mv_enable_aqmv_for_session", SETTING_BOOLEAN, "on"},
	{"navigate_super_null_on_error", SETTING_BOOLEAN, "on"},
	{"parse_super_null_on_error", SETTING_BOOLEAN, "off"},
	{"pg_federation_repeatable_read", SETTING_BOOLEAN, "on"},
	{"query_group", SETTING_TEXT, "unset"},
	{"read_ahead", SETTING_TEXT, ""},
	{"readonly", SETTING_BOOLEAN, "off"},
	{"spectrum_enable_pseudo_columns", SETTING_BOOLEAN, "on"},
	{"spectrum_query_maxerror", SETTING_NUMBER, "-1", -1, NO_LIMIT},
	{"stored_proc_log_min_messages", SETTING_TEXT, "LOG"},
	{"use_fips_ssl", SETTING_BOOLEAN, "off"},
	{"wlm_query_slot_count", SETTING_NUMBER, "1", 1, 50},
};

static int CompareName(const void *name, const void *setting);

const RedshiftSetting *
RedshiftSettings(int *count)
{
	*count = lengthof(settings);
	return settings;
}

const RedshiftSetting *
RedshiftSettingFind(const char *name)
{
	return bsearch(name, settings, lengthof(settings), sizeof(settings[0]), CompareName);
}

const char *
RedshiftSettingValue(const RedshiftSetting *setting, const char *value)
{
	bool truth;
	char *end;
	double number;

	switch (setting->kind)
	{
		case SETTING_BOOLEAN:
			if (!parse_bool(value, &truth))
				ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("parameter \"%s\" requires a Boolean value", setting->name));
			return truth ? "on" : "off";
		case SETTING_NUMBER:
			number = strtod(value, &end);

			/* written so that NaN fails, too */
			if (end == value || *end != '\0' || !(number >= setting->least) ||
				number > setting->most)
				ereport(
					ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("invalid value for parameter \"%s\": \"%s\"", setting->name, value),
					errdetail("It takes a number from %g to %.0f.", setting->least, setting->most));
			return value;
		case SETTING_TEXT:
			break;
	}

	return value;
}

/* Compares a name with that of a setting. */
static int
CompareName(const void *name, const void *setting)
{
	return strcmp(name, ((const RedshiftSetting *)setting)->name);
}
