/*
 * settings.h
 *		The table sparkify_setting, and the server settings of the warehouse.
 *
 * The rows describe the warehouse and travel into the exported script as psql
 * variables.  They never hold a password or a key: those belong to a store.
 */
#ifndef SPARKIFY_SETTINGS_H
#define SPARKIFY_SETTINGS_H

#include "postgres.h"
#include "nodes/pg_list.h"

#include "script/script.h"

/* sparkify_dwh.strict: a script that would fail on Redshift is refused; else it warns. */
extern bool SettingsStrict;

/* sparkify_dwh.transform_work_mem: the least work_mem while the warehouse is transformed, in kB. */
extern int SettingsWorkMem;

typedef struct Setting
{
	char *name;
	char *value; /* NULL: not set */
	char *description;
} Setting;

/* The rows of sparkify_setting in order of name, palloc'd in the current context. */
extern List *SettingsRead(void);

/* A setting by its name, NULL when it isn't there. */
extern const Setting *SettingsRow(List *settings, const char *name);

/* The value of a setting, NULL when it has none or isn't there. */
extern const char *SettingsFind(List *settings, const char *name);

/* The settings as psql variables of a script. */
extern ScriptVariables SettingsVariables(List *settings);

/* Likewise of all settings, for a script. */
extern ScriptVariables SettingsVariablesIn(const char *script);

/* Writes a value; the rights of the current user decide. */
extern void SettingsWrite(const char *name, const char *value);

/*
 * Makes the schema of the warehouse, the setting "schema", the first one of the
 * search_path, or the only one.  Returns the level that AtEOXact_GUC ends it with.
 */
extern int SettingsEnterSchema(List *settings, bool alone);

/* Creates that schema where it isn't there. */
extern void SettingsMakeSchema(List *settings);

/* Schema of the extension, as written in SQL: quoted where it has to be. */
extern const char *SettingsSchema(void);

#endif /* SPARKIFY_SETTINGS_H */
