/*
 * export.c
 *		sparkify_export(): the definitions that ran here, as something to
 *		deploy on Redshift.
 *
 * Nothing is exported that would fail there, or that holds a credential: both
 * are looked for in every definition first.
 */
#include "postgres.h"

#include "common/cryptohash.h"
#include "common/sha2.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "warehouse/definitions.h"
#include "warehouse/export/export.h"
#include "warehouse/export/line_diff.h"
#include "script/script.h"
#include "secrets/secrets.h"
#include "warehouse/settings.h"

static const struct
{
	const char *name;
	void (*write)(const Export *export, StringInfo out);
} formats[] = {
	{"psql", ExportScript},
	{"ddl", ExportDdl},
	{"load", ExportLoad},
	{"drop", ExportDrop},
	{"nightly", ExportNightly},
	{"data-api", ExportDataApi},
	{"data-api-nightly", ExportDataApiNightly},
	{"cloudformation", ExportCloudFormation},
	{"cloudformation-drop", ExportCloudFormationDrop},
};

static const char *const targets[] = {"provisioned", "serverless"};

PG_FUNCTION_INFO_V1(sparkify_export);
PG_FUNCTION_INFO_V1(sparkify_export_diff);

static char *MakeExport(const char *format, const char *target);
static int FindFormat(const char *format);
static int FindTarget(const char *target);
static void RefuseUnfit(List *settings, const Definitions *definitions);
static const char *FindValue(void *settings, const char *name);
static void RefuseUnknown(const Definition *definition, List *settings);
static char *HashDefinitions(const Definitions *definitions);

/* The deployment in a format, for a target. */
Datum
sparkify_export(PG_FUNCTION_ARGS)
{
	char *format = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char *target = text_to_cstring(PG_GETARG_TEXT_PP(1));

	PG_RETURN_TEXT_P(cstring_to_text(MakeExport(format, target)));
}

/* The lines that changed since an earlier export, marked as diff does. */
Datum
sparkify_export_diff(PG_FUNCTION_ARGS)
{
	char *previous = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char *format = text_to_cstring(PG_GETARG_TEXT_PP(1));
	char *target = text_to_cstring(PG_GETARG_TEXT_PP(2));
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	ListCell *cell;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	foreach (cell, LineDiff(previous, MakeExport(format, target)))
	{
		Datum value = CStringGetTextDatum((char *)lfirst(cell));
		bool isnull = false;

		tuplestore_putvalues(result->setResult, result->setDesc, &value, &isnull);
	}

	return (Datum)0;
}

/* Writes a format for a target. */
static char *
MakeExport(const char *format, const char *target)
{
	int number = FindFormat(format);
	Export export = {.serverless = FindTarget(target) == 1};
	Definitions checked;
	StringInfoData out;

	export.settings = SettingsRead();
	export.all = DefinitionsReadAll();
	for (Phase phase = PHASE_DROP; phase <= PHASE_JOB; phase++)
		checked.of[phase] = DefinitionsChecked(&export.all, phase);
	RefuseUnfit(export.settings, &checked);
	export.hash = HashDefinitions(&checked);

	/* a deployment is the first run; format nightly is about those behind it */
	ExportChoose(&export, PipelineGrows(export.settings) ? PIPELINE_INITIAL : PIPELINE_FULL);
	initStringInfo(&out);
	formats[number].write(&export, &out);

	return out.data;
}

/* The number of a format; an error names all of them. */
static int
FindFormat(const char *format)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < (int)lengthof(formats); i++)
	{
		if (strcmp(formats[i].name, format) == 0)
			return i;
		appendStringInfo(&names, "%s%s", i == 0 ? "" : ", ", formats[i].name);
	}

	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("unknown export format \"%s\"", format),
					errhint("The formats are %s.", names.data)));
}

/* The number of a target. */
static int
FindTarget(const char *target)
{
	for (int i = 0; i < (int)lengthof(targets); i++)
		if (strcmp(targets[i], target) == 0)
			return i;
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("unknown export target \"%s\"", target),
					errhint("The targets are %s and %s.", targets[0], targets[1])));
}

/* Raises an error when a definition would fail on Redshift, or anything holds a credential. */
static void
RefuseUnfit(List *settings, const Definitions *definitions)
{
	const DialectContext filled = {.variable = FindValue, .state = settings};
	ListCell *cell;

	foreach (cell, settings)
	{
		Setting *setting = lfirst(cell);
		char *title = psprintf("setting \"%s\"", setting->name);

		SecretsRefuse(setting->value, title);
		SecretsRefuse(setting->description, title);
		SecretsRefuseNamed(setting->name, setting->value, title);
	}

	for (Phase phase = PHASE_DROP; phase <= PHASE_JOB; phase++)
		foreach (cell, definitions->of[phase])
		{
			Definition *definition = lfirst(cell);
			ScriptOptions options = {.title = DefinitionTitle(definition),
									 .variables = SettingsVariables(settings),
									 .place = PhasePlace(phase)};

			SecretsRefuse(definition->statement, options.title);
			/* a value may be a secret by where it goes: SECRET_ACCESS_KEY :'mine' */
			SecretsRefuse(DialectSubstitute(definition->statement, &filled), options.title);
			ScriptRefuse(definition->statement, &options, true);
			RefuseUnknown(definition, settings);
		}
}

/* The value of a setting, NULL when it has none. */
static const char *
FindValue(void *settings, const char *name)
{
	return SettingsFind(settings, name);
}

/* Raises an error when a definition has a variable that is no setting: nothing would say its value. */
static void
RefuseUnknown(const Definition *definition, List *settings)
{
	ListCell *cell;

	foreach (cell, DialectVariables(definition->statement))
		if (SettingsRow(settings, lfirst(cell)) == NULL)
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
							errmsg("there is no setting \"%s\"", (char *)lfirst(cell)),
							errhint("Add it to sparkify_setting: with a value, or with NULL where "
									"whoever deploys has to give one."),
							errcontext("%s", DefinitionTitle(definition))));
}

/* The SHA-256 of all definitions: two scripts with one hash do the same. */
static char *
HashDefinitions(const Definitions *definitions)
{
	pg_cryptohash_ctx *hash = pg_cryptohash_create(PG_SHA256);
	uint8 digest[PG_SHA256_DIGEST_LENGTH];
	char *hexadecimal = palloc0(2 * sizeof(digest) + 1);
	bool done = pg_cryptohash_init(hash) == 0;
	ListCell *cell;

	for (Phase phase = PHASE_DROP; phase <= PHASE_JOB; phase++)
		foreach (cell, definitions->of[phase])
		{
			Definition *definition = lfirst(cell);
			char *part = psprintf("%s\n%d\n%s\n%s", PhaseName(phase), definition->position,
								  definition->name, definition->statement);

			/* The byte that ends the text keeps two texts apart. */
			done = done && pg_cryptohash_update(hash, (uint8 *)part, strlen(part) + 1) == 0;
		}
	done = done && pg_cryptohash_final(hash, digest, sizeof(digest)) == 0;
	pg_cryptohash_free(hash);
	if (!done)
		elog(ERROR, "cannot hash the definitions");
	hex_encode((char *)digest, sizeof(digest), hexadecimal);

	return hexadecimal;
}
