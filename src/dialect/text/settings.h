/*
 * settings.h
 *		Redshift's settings that PostgreSQL hasn't.
 *
 * They are kept for the session as PostgreSQL's settings of a class of their
 * own: SET query_group is SET redshift.query_group here.  SHOW,
 * current_setting() and the record of queries read them;
 * enable_case_sensitive_identifier, enable_case_sensitive_super_attribute and
 * default_array_search_null_handling also have their effect.
 */
#ifndef SPARKIFY_SETTINGS_H
#define SPARKIFY_SETTINGS_H

#include "postgres.h"

/* The class of PostgreSQL's settings that keeps Redshift's. */
#define REDSHIFT_SETTINGS "redshift"

typedef enum SettingKind
{
	SETTING_BOOLEAN,
	SETTING_NUMBER,
	SETTING_TEXT
} SettingKind;

typedef struct RedshiftSetting
{
	const char *name;
	SettingKind kind;
	const char *value; /* the default, as SHOW prints it */
	double least;	   /* of a number */
	double most;
} RedshiftSetting;

/* Every setting, in order of their names; *count is set. */
extern const RedshiftSetting *RedshiftSettings(int *count);

/* The setting of a name in lower case; NULL when Redshift has none, or PostgreSQL has it too. */
extern const RedshiftSetting *RedshiftSettingFind(const char *name);

/* A value as SHOW prints it; raises an error for one that the setting doesn't take. */
extern const char *RedshiftSettingValue(const RedshiftSetting *setting, const char *value);

#endif /* SPARKIFY_SETTINGS_H */
