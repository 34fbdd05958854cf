/*
 * run.c
 *		The warehouse as SQL functions: create, stage, transform, all in one,
 *		and any script of the user's.
 *
 * Nothing here knows a table of the warehouse: the definitions say what is
 * run, and the reports are of the relations that they name.
 */
#include "postgres.h"

#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "warehouse/definitions.h"
#include "warehouse/grants.h"
#include "warehouse/pipeline.h"
#include "script/script.h"
#include "warehouse/settings.h"

PG_FUNCTION_INFO_V1(sparkify_create_tables);
PG_FUNCTION_INFO_V1(sparkify_drop_tables);
PG_FUNCTION_INFO_V1(sparkify_stage);
PG_FUNCTION_INFO_V1(sparkify_transform);
PG_FUNCTION_INFO_V1(sparkify_etl);
PG_FUNCTION_INFO_V1(sparkify_execute);
PG_FUNCTION_INFO_V1(sparkify_check);
PG_FUNCTION_INFO_V1(sparkify_check_definitions);

static Datum IntervalOf(int64 microseconds);

/* Runs the definitions of phase create, and the views; returns how many statements that were. */
Datum
sparkify_create_tables(PG_FUNCTION_ARGS)
{
	List *settings = SettingsRead();
	Pipeline pipeline;
	int statements;

	ReaderRequire(settings);
	PipelineLock();
	pipeline = PipelineNow(settings);
	statements = PipelineRunPhase(PHASE_CREATE, pipeline, settings, NULL);
	statements += PipelineRunPhase(PHASE_VIEW, pipeline, settings, NULL);
	ReaderGrant(settings, pipeline);
	PG_RETURN_INT32(statements);
}

/* Runs the definitions of phase drop; returns how many statements that were. */
Datum
sparkify_drop_tables(PG_FUNCTION_ARGS)
{
	int statements;

	PipelineLock();
	PipelineForget();
	statements = PipelineRunPhase(PHASE_DROP, PIPELINE_FULL, SettingsRead(), NULL);
	PG_RETURN_INT32(statements);
}

/* Runs the definitions of phase stage; a row for each table that was loaded. */
Datum
sparkify_stage(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	List *reports = NIL;
	ListCell *cell;

	InitMaterializedSRF(fcinfo, 0);
	PipelineLock();
	PipelineStage(SettingsRead(), &reports);
	foreach (cell, reports)
	{
		Report *report = lfirst(cell);
		Datum values[] = {CStringGetTextDatum(report->relation), Int64GetDatum(report->objects),
						  Int64GetDatum(report->bytes),			 Int64GetDatum(report->rows),
						  Int64GetDatum(report->rejected),		 IntervalOf(report->elapsed_us)};
		bool nulls[lengthof(values)] = {false, !report->loaded, !report->loaded, false,
										!report->loaded};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}

	return (Datum)0;
}

/* Runs the definitions of phase transform; a row for each table that was filled. */
Datum
sparkify_transform(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	List *reports = NIL;
	ListCell *cell;

	InitMaterializedSRF(fcinfo, 0);
	PipelineLock();
	PipelineTransform(SettingsRead(), &reports);
	foreach (cell, reports)
	{
		Report *report = lfirst(cell);
		Datum values[] = {CStringGetTextDatum(report->relation), Int64GetDatum(report->rows),
						  IntervalOf(report->elapsed_us)};
		bool nulls[lengthof(values)] = {false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}

	return (Datum)0;
}

/* The whole of it, in the caller's transaction; a row for each table that was loaded or filled. */
Datum
sparkify_etl(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	List *reports[] = {NIL, NIL};
	static const Phase phases[] = {PHASE_STAGE, PHASE_TRANSFORM};

	InitMaterializedSRF(fcinfo, 0);
	PipelineLock();
	PipelineRun(SettingsRead(), &reports[0], &reports[1]);
	for (int i = 0; i < (int)lengthof(reports); i++)
	{
		ListCell *cell;

		foreach (cell, reports[i])
		{
			Report *report = lfirst(cell);
			Datum values[] = {CStringGetTextDatum(PhaseName(phases[i])),
							  CStringGetTextDatum(report->relation), Int64GetDatum(report->rows),
							  IntervalOf(report->elapsed_us)};
			bool nulls[lengthof(values)] = {false};

			tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		}
	}

	return (Datum)0;
}

/* Runs a script of Redshift SQL; a row for each statement. */
Datum
sparkify_execute(PG_FUNCTION_ARGS)
{
	char *script = text_to_cstring(PG_GETARG_TEXT_PP(0));
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	ScriptOptions options = {.variables = SettingsVariablesIn(script)};
	ListCell *cell;

	InitMaterializedSRF(fcinfo, 0);
	options.statements = DialectParse(script);
	ScriptRefuse(script, &options, SettingsStrict);
	foreach (cell, ScriptRun(script, &options))
	{
		StatementResult *statement = lfirst(cell);
		Datum values[] = {Int32GetDatum(statement->number), Int32GetDatum(statement->line),
						  CStringGetTextDatum(statement->tag), Int64GetDatum(statement->rows),
						  IntervalOf(statement->elapsed_us)};
		bool nulls[lengthof(values)] = {false};

		nulls[3] = statement->skipped;
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}

	return (Datum)0;
}

/* Adds a row of sparkify_check: where the finding is, then what it is. */
static void
AddFinding(ReturnSetInfo *result, const Datum *place, int nplace, const DialectFinding *finding)
{
	Datum values[8];
	bool nulls[lengthof(values)] = {false};
	int next = nplace;

	Assert(nplace + 4 <= (int)lengthof(values));
	memcpy(values, place, nplace * sizeof(Datum));
	values[next++] = CStringGetTextDatum(finding->rule);
	values[next++] = BoolGetDatum(finding->fatal);
	values[next++] = CStringGetTextDatum(finding->message);
	nulls[next] = finding->hint == NULL;
	values[next] = finding->hint != NULL ? CStringGetTextDatum(finding->hint) : (Datum)0;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* What in a script would fail, or mean something else, on Redshift. */
Datum
sparkify_check(PG_FUNCTION_ARGS)
{
	char *script = text_to_cstring(PG_GETARG_TEXT_PP(0));
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	DialectContext context;
	ListCell *cell;

	InitMaterializedSRF(fcinfo, 0);
	ScriptContext(&context, SettingsVariablesIn(script));
	foreach (cell, DialectCheck(script, &context))
	{
		DialectFinding *finding = lfirst(cell);
		Datum place[] = {Int32GetDatum(finding->line), Int32GetDatum(finding->statement)};

		AddFinding(result, place, lengthof(place), finding);
	}

	return (Datum)0;
}

/* The same of the definitions, each as the part of the deployment that it is. */
Datum
sparkify_check_definitions(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	DialectContext context;
	ListCell *each, *cell;

	List *settings = SettingsRead();
	const Definitions all = DefinitionsReadAll();
	int level = SettingsEnterSchema(settings, false);

	InitMaterializedSRF(fcinfo, 0);
	ScriptContext(&context, SettingsVariables(settings));
	for (Phase phase = PHASE_DROP; phase <= PHASE_QUESTION; phase++)
		foreach (each, DefinitionsChecked(&all, phase))
		{
			Definition *definition = lfirst(each);

			context.place = PhasePlace(phase);
			foreach (cell, DialectCheck(definition->statement, &context))
			{
				DialectFinding *finding = lfirst(cell);
				Datum place[] = {
					CStringGetTextDatum(PhaseName(phase)), Int32GetDatum(definition->position),
					CStringGetTextDatum(definition->name), Int32GetDatum(finding->line)};

				AddFinding(result, place, lengthof(place), finding);
			}
		}
	AtEOXact_GUC(true, level);

	return (Datum)0;
}

/* An elapsed time as SQL has it. */
static Datum
IntervalOf(int64 microseconds)
{
	Interval *interval = palloc0(sizeof(Interval));

	interval->time = microseconds;
	return IntervalPGetDatum(interval);
}
