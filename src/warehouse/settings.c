/*
 * settings.c
 *		Reads and writes sparkify_setting.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "record/extension.h"
#include "secrets/secrets.h"
#include "warehouse/settings.h"

static const char *VariableValue(void *settings, const char *name);

bool SettingsStrict = true;
int SettingsWorkMem = 128 * 1024;

const char *
SettingsSchema(void)
{
	return quote_identifier(ExtensionSchemaName());
}

List *
SettingsRead(void)
{
	MemoryContext caller = CurrentMemoryContext;
	List *settings = NIL;
	char *sql = psprintf("SELECT name, value, description FROM %s.sparkify_setting"
						 " ORDER BY name COLLATE \"C\"",
						 SettingsSchema());

	SPI_connect();
	if (SPI_execute(sql, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "cannot read the settings");
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		HeapTuple tuple = SPI_tuptable->vals[row];
		TupleDesc desc = SPI_tuptable->tupdesc;
		MemoryContext spi = MemoryContextSwitchTo(caller);
		Setting *setting = palloc(sizeof(Setting));

		setting->name = SPI_getvalue(tuple, desc, 1);
		setting->value = SPI_getvalue(tuple, desc, 2);
		setting->description = SPI_getvalue(tuple, desc, 3);
		settings = lappend(settings, setting);
		MemoryContextSwitchTo(spi);
	}

	SPI_finish();

	return settings;
}

const Setting *
SettingsRow(List *settings, const char *name)
{
	ListCell *cell;

	foreach (cell, settings)
		if (strcmp(((Setting *)lfirst(cell))->name, name) == 0)
			return lfirst(cell);
	return NULL;
}

const char *
SettingsFind(List *settings, const char *name)
{
	const Setting *setting = SettingsRow(settings, name);

	return setting ? setting->value : NULL;
}

ScriptVariables
SettingsVariables(List *settings)
{
	return (ScriptVariables){.value = VariableValue, .state = settings};
}

/* Likewise of all settings; they are read only where a colon may name one. */
ScriptVariables
SettingsVariablesIn(const char *script)
{
	return SettingsVariables(strchr(script, ':') == NULL ? NIL : SettingsRead());
}

int
SettingsEnterSchema(List *settings, bool alone)
{
	int level = NewGUCNestLevel();
	const char *schema = SettingsFind(settings, "schema");
	const char *path;

	if (schema == NULL)
		return level;

	path = quote_identifier(schema);
	if (!alone && namespace_search_path[0] != '\0')
		path = psprintf("%s, %s", path, namespace_search_path);
	(void)set_config_option("search_path", path, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true,
							0, false);
	return level;
}

void
SettingsMakeSchema(List *settings)
{
	const char *schema = SettingsFind(settings, "schema");

	if (schema != NULL && !OidIsValid(get_namespace_oid(schema, true)))
		(void)StatementRun(psprintf("CREATE SCHEMA %s", quote_identifier(schema)), false, NULL);
}

void
SettingsWrite(const char *name, const char *value)
{
	char *sql = psprintf("UPDATE %s.sparkify_setting SET value = $2"
						 " WHERE name OPERATOR(pg_catalog.=) $1",
						 SettingsSchema());
	Oid types[] = {TEXTOID, TEXTOID};
	Datum values[] = {CStringGetTextDatum(name), CStringGetTextDatum(value)};

	SecretsRefuse(value, psprintf("setting \"%s\"", name));
	SPI_connect();
	if (SPI_execute_with_args(sql, 2, types, values, NULL, false, 0) != SPI_OK_UPDATE)
		elog(ERROR, "cannot write setting \"%s\"", name);
	SPI_finish();
}

/* The value of a psql variable: that of the setting of its name. */
static const char *
VariableValue(void *settings, const char *name)
{
	const char *value = SettingsFind(settings, name);

	if (value == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("setting \"%s\" has no value", name),
				 errhint("Give the text of your dwh.cfg to sparkify_configure(), or UPDATE "
						 "sparkify_setting SET value = '...' WHERE name = '%s'.",
						 name)));
	return value;
}
