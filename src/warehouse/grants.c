/*
 * grants.c
 *		Which relations are the warehouse's to grant, and the rights of who
 *		reads them.
 *
 * The setting "reader" names a role that may read what is there after each
 * run, on Redshift and here.  The rights of the other jobs, an analyst's, a
 * loader's, an engineer's, are given once: by sparkify_grant(), which is SQL
 * over sparkify_internal.warehouse_relations().
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "nodes/makefuncs.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "script/script.h"
#include "warehouse/grants.h"
#include "warehouse/mark.h"
#include "warehouse/settings.h"

/* What makes and fills relations, in the order in which it counts: a table that is staged is not listed as made. */
static const Phase phases[] = {PHASE_STAGE, PHASE_CREATE, PHASE_VIEW};

/* The relations of the warehouse, by the names that the definitions give them. */
typedef struct WarehouseRelations
{
	List *staged;	/* loaded only to be transformed */
	List *readable; /* the other tables, and the views */
} WarehouseRelations;

PG_FUNCTION_INFO_V1(sparkify_warehouse_relations);

static Definitions ReadRun(Pipeline pipeline);
static WarehouseRelations FindRelations(const Definitions *run);
static bool HasName(List *names, const char *name);
static void AddRelations(ReturnSetInfo *result, List *names, bool is_staged);
static bool ReaderUsesSchema(List *settings);

/* The definitions of a pipeline that make and fill relations. */
static Definitions
ReadRun(Pipeline pipeline)
{
	Definitions run = {{NIL}};

	for (size_t i = 0; i < lengthof(phases); i++)
		run.of[phases[i]] = DefinitionsRead(phases[i], pipeline);

	return run;
}

/* The relations that the definitions of a run fill and make. */
static WarehouseRelations
FindRelations(const Definitions *run)
{
	WarehouseRelations relations = {NIL, NIL};
	ListCell *definition, *statement;

	for (size_t i = 0; i < lengthof(phases); i++)
		foreach (definition, run->of[phases[i]])
			foreach (statement, DialectParse(((Definition *)lfirst(definition))->statement))
			{
				const char *name = DialectRelation(lfirst(statement));
				const char *tag = DialectTag(lfirst(statement));

				/* temporary tables are gone when anybody could read them; a name is listed once */
				if (name == NULL || *name == '#' || HasName(relations.staged, name) ||
					HasName(relations.readable, name))
					continue;
				if (phases[i] == PHASE_STAGE)
					relations.staged = lappend(relations.staged, (char *)name);
				else if (strcmp(tag, "CREATE TABLE") == 0 || strcmp(tag, "CREATE VIEW") == 0 ||
						 strcmp(tag, "CREATE MATERIALIZED VIEW") == 0)
					relations.readable = lappend(relations.readable, (char *)name);
			}
	return relations;
}

/* Whether a list of names has a name. */
static bool
HasName(List *names, const char *name)
{
	ListCell *cell;

	foreach (cell, names)
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	return false;
}

/*
 * Each relation by name: the schema may hold tables of other people's, which are not ours to
 * grant.
 */
List *
ReaderGrants(List *settings, const Definitions *run)
{
	List *grants;
	StringInfoData select;
	ListCell *cell;
	List *relations;

	if (SettingsFind(settings, "reader") == NULL)
		return NIL;

	grants = list_make1("GRANT USAGE ON SCHEMA :\"schema\" TO ROLE :\"reader\"");
	relations = FindRelations(run).readable;
	if (relations == NIL)
		return grants;

	initStringInfo(&select);
	appendStringInfoString(&select, "GRANT SELECT ON");
	foreach (cell, relations)
		appendStringInfo(&select, "%s\n    %s", cell == list_head(relations) ? "" : ",",
						 (char *)lfirst(cell));
	appendStringInfoString(&select, "\nTO ROLE :\"reader\"");

	return lappend(grants, select.data);
}

void
ReaderRequire(List *settings)
{
	const char *reader = SettingsFind(settings, "reader");

	if (reader != NULL && !OidIsValid(get_role_oid(reader, true)))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
				errmsg("role \"%s\" of the setting \"reader\" does not exist", reader),
				errhint("CREATE ROLE %s, or UPDATE sparkify_setting SET value = NULL WHERE name = "
						"'reader'.",
						quote_identifier(reader)));
}

void
ReaderGrant(List *settings, Pipeline pipeline)
{
	ScriptOptions options = {.title = "setting \"reader\"",
							 .variables = SettingsVariables(settings)};
	Definitions run;
	List *grants;
	ListCell *cell;
	int level;

	if (SettingsFind(settings, "reader") == NULL)
		return;

	run = ReadRun(pipeline);
	grants = ReaderGrants(settings, &run);
	level = SettingsEnterSchema(settings, true);

	/* Who runs this owns the tables, but seldom the schema. */
	if (grants != NIL && ReaderUsesSchema(settings))
		grants = list_delete_first(grants);
	foreach (cell, grants)
		(void)ScriptRun(lfirst(cell), &options);
	AtEOXact_GUC(true, level);
}

/* Whether the reader may look into the schema of the warehouse already. */
static bool
ReaderUsesSchema(List *settings)
{
	Oid reader = get_role_oid(SettingsFind(settings, "reader"), false);
	Oid schema = get_namespace_oid(SettingsFind(settings, "schema"), false);

	return CompatMayUseSchema(schema, reader);
}

/* sparkify_internal.warehouse_relations(): those that are there, and the warehouse's own. */
Datum
sparkify_warehouse_relations(PG_FUNCTION_ARGS)
{
	List *settings = SettingsRead();
	const Definitions run = ReadRun(PipelineNow(settings));
	WarehouseRelations relations = FindRelations(&run);
	int level;

	InitMaterializedSRF(fcinfo, 0);
	level = SettingsEnterSchema(settings, true);
	AddRelations((ReturnSetInfo *)fcinfo->resultinfo, relations.staged, true);
	AddRelations((ReturnSetInfo *)fcinfo->resultinfo, relations.readable, false);
	AtEOXact_GUC(true, level);

	return (Datum)0;
}

/* Adds a row for each relation that is there with the warehouse's mark. */
static void
AddRelations(ReturnSetInfo *result, List *names, bool is_staged)
{
	ListCell *cell;

	foreach (cell, names)
	{
		RangeVar *name = makeRangeVarFromNameList(CompatQualifiedNames(lfirst(cell)));
		Oid relid = RangeVarGetRelid(name, NoLock, true);
		Datum values[] = {ObjectIdGetDatum(relid), BoolGetDatum(is_staged)};
		bool nulls[lengthof(values)] = {false};

		if (OidIsValid(relid) && MarkIsOn(relid))
			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
}
