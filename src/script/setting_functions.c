/*
 * setting_functions.c
 *		Redshift's settings as SQL functions, for SHOW, current_setting() and
 *		set_config() (see dialect/text/settings.h).
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

#include "dialect/text/settings.h"

PG_FUNCTION_INFO_V1(sparkify_settings);
PG_FUNCTION_INFO_V1(sparkify_setting_value);

/* settings(): name and default of each. */
Datum
sparkify_settings(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	int count;
	const RedshiftSetting *settings = RedshiftSettings(&count);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < count; i++)
	{
		Datum values[] = {CStringGetTextDatum(settings[i].name),
						  CStringGetTextDatum(settings[i].value)};
		bool nulls[] = {false, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}

	return (Datum)0;
}

/*
 * setting_value(name, value): the value as SHOW prints it, that of NULL being
 * the default; NULL when Redshift has no setting of this name that is its own.
 */
Datum
sparkify_setting_value(PG_FUNCTION_ARGS)
{
	char *name;
	const RedshiftSetting *setting;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	setting = RedshiftSettingFind(asc_tolower(name, strlen(name)));
	if (setting == NULL)
		PG_RETURN_NULL();
	if (PG_ARGISNULL(1))
		PG_RETURN_TEXT_P(cstring_to_text(setting->value));
	PG_RETURN_TEXT_P(
		cstring_to_text(RedshiftSettingValue(setting, text_to_cstring(PG_GETARG_TEXT_PP(1)))));
}
