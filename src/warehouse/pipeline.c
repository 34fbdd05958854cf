/*
 * pipeline.c
 *		Runs the definitions: phase by phase, or the whole pipeline.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "storage/lock.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "load/copy.h"
#include "load/job/copy_job.h"
#include "record/extension.h"
#include "script/script.h"
#include "warehouse/grants.h"
#include "warehouse/mark.h"
#include "warehouse/pipeline.h"
#include "warehouse/settings.h"

static void SetForJoins(Pipeline pipeline);
static void RefuseIncremental(List *settings);
static void DropJobs(void);
static void DropIndexes(List *settings);
static void MakeIndexes(List *settings);
static void SetForNow(const char *name, const char *value);
static bool IsLoad(const StatementResult *result);
static bool IsTemporary(const char *relation);
static void AddToReport(List **reports, const StatementResult *result);

void
PipelineLock(void)
{
	LOCKTAG tag;

	/* As pg_advisory_xact_lock() with two keys: the class of extensions, and this one. */
	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, ExtensionRelationId, ExtensionOid(), 2);
	(void)LockAcquire(&tag, ExclusiveLock, false, false);
}

int
PipelineRunPhase(Phase phase, Pipeline pipeline, List *settings, List **reports)
{
	/* Another schema's table of the same name is neither in the way nor dropped. */
	int level = SettingsEnterSchema(settings, phase == PHASE_CREATE || phase == PHASE_DROP);
	int statements = 0;
	ListCell *cell;

	if (phase == PHASE_CREATE)
		SettingsMakeSchema(settings);

	/* That a table is there already, or gone already, is no news. */
	if ((phase == PHASE_CREATE || phase == PHASE_DROP) && client_min_messages < WARNING)
		SetForNow("client_min_messages", "warning");
	if (phase == PHASE_TRANSFORM || phase == PHASE_GUARD)
		SetForJoins(pipeline);
	foreach (cell, DefinitionsRead(phase, pipeline))
	{
		Definition *definition = lfirst(cell);
		ScriptOptions options = {.title = DefinitionTitle(definition),
								 .variables = SettingsVariables(settings),
								 .truncate = phase == PHASE_STAGE,
								 .observe = MarkObserve};
		List *results = ScriptRun(definition->statement, &options);
		ListCell *each;

		statements += list_length(results);
		foreach (each, results)
			if (reports != NULL)
				AddToReport(reports, lfirst(each));
	}

	AtEOXact_GUC(true, level);

	return statements;
}

void
PipelineStage(List *settings, List **reports)
{
	RefuseIncremental(settings);
	PipelineRunPhase(PHASE_STAGE, PIPELINE_FULL, settings, reports);
}

void
PipelineTransform(List *settings, List **reports)
{
	RefuseIncremental(settings);
	PipelineRunPhase(PHASE_TRANSFORM, PIPELINE_FULL, settings, reports);
}

/*
 * In the caller's transaction, so that readers see the old warehouse or the new one.  The
 * views come last: replacing one keeps its readers out until the end of the transaction.
 */
void
PipelineRun(List *settings, List **staged, List **transformed)
{
	Pipeline pipeline = PipelineNow(settings);

	ReaderRequire(settings);
	if (pipeline != PIPELINE_INCREMENTAL)
		PipelineForget();
	PipelineRunPhase(PHASE_CREATE, pipeline, settings, NULL);

	/* Before the first load: what comes during it is then loaded by the next run, not by none. */
	if (pipeline == PIPELINE_INITIAL)
		PipelineRunPhase(PHASE_JOB, pipeline, settings, NULL);
	PipelineRunPhase(PHASE_STAGE, pipeline, settings, staged);
	PipelineRunPhase(PHASE_TRANSFORM, pipeline, settings, transformed);
	if (pipeline == PIPELINE_INITIAL)
		MakeIndexes(settings);
	PipelineRunPhase(PHASE_GUARD, pipeline, settings, NULL);
	PipelineRunPhase(PHASE_ANALYZE, pipeline, settings, NULL);
	PipelineRunPhase(PHASE_VIEW, pipeline, settings, NULL);
	ReaderGrant(settings, pipeline);
}

void
PipelineForget(void)
{
	DropJobs();
	DropIndexes(SettingsRead());
}

/* Sets, until the GUC level ends, what joins of whole tables want, and look-ups of what is new in what is there. */
static void
SetForJoins(Pipeline pipeline)
{
	if (work_mem < SettingsWorkMem)
		SetForNow("work_mem", psprintf("%dkB", SettingsWorkMem));

	/* a statement's cost counts history that it doesn't read: compiling it costs more than it saves */
	SetForNow("jit", "off");
	SetForNow("parallel_tuple_cost", "0.02");

	/* What is new is looked up in what is there by index: those pages are read every night, and in memory. */
	if (pipeline == PIPELINE_INCREMENTAL)
		SetForNow("random_page_cost", "1.1");
}

/* Staging and transforming apart would lose what was staged and not transformed. */
static void
RefuseIncremental(List *settings)
{
	if (PipelineNow(settings) != PIPELINE_FULL)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("in mode incremental the warehouse is loaded and transformed as one"),
				errhint("Use sparkify_etl()."));
}

/* Drops the COPY JOBs of the definitions that are there. */
static void
DropJobs(void)
{
	ListCell *cell;

	foreach (cell, DefinitionJobs(DefinitionsRead(PHASE_JOB, PIPELINE_FULL)))
	{
		CopyJob *job = CopyJobFind(lfirst(cell));

		if (job != NULL)
			CopyJobDrop(job);
	}
}

/* Makes the indexes of the definitions: what sort keys are on Redshift, they are here. */
static void
MakeIndexes(List *settings)
{
	int level = SettingsEnterSchema(settings, true);
	ListCell *cell;

	foreach (cell, DefinitionsRead(PHASE_INDEX, PIPELINE_INITIAL))
		(void)StatementRun(((Definition *)lfirst(cell))->statement, false, NULL);
	AtEOXact_GUC(true, level);
}

/* Drops them: a table that is loaded anew is better off without. */
static void
DropIndexes(List *settings)
{
	int level = SettingsEnterSchema(settings, true);
	ListCell *each, *cell;

	foreach (each, DefinitionsRead(PHASE_INDEX, PIPELINE_FULL))
		foreach (cell, pg_parse_query(((Definition *)lfirst(each))->statement))
		{
			const IndexStmt *index = (IndexStmt *)lfirst_node(RawStmt, cell)->stmt;

			if (IsA(index, IndexStmt) && index->idxname != NULL &&
				OidIsValid(RelnameGetRelid(index->idxname)))
				(void)StatementRun(psprintf("DROP INDEX %s", quote_identifier(index->idxname)),
								   false, NULL);
		}
	AtEOXact_GUC(true, level);
}

/* Whether a statement was a load: a COPY, or a run of a COPY JOB. */
static bool
IsLoad(const StatementResult *result)
{
	return strcmp(result->tag, "COPY") == 0 || strcmp(result->tag, "COPY JOB RUN") == 0;
}

/* Sets a server setting until the GUC level ends. */
static void
SetForNow(const char *name, const char *value)
{
	(void)set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
							false);
}

/* Whether a relation is one of a step, and nobody's to read afterwards. */
static bool
IsTemporary(const char *relation)
{
	Oid relid = RelnameGetRelid(relation);

	return OidIsValid(relid) && get_rel_persistence(relid) == RELPERSISTENCE_TEMP;
}

/* Adds what a statement did to the row of its relation; the rows that it deleted don't count. */
static void
AddToReport(List **reports, const StatementResult *result)
{
	const char *relation = result->relation;
	Report *report = NULL;
	ListCell *cell;

	/* COPY's own count is more exact: it knows the rejected rows, too */
	if (IsLoad(result) && LastLoad() != NULL)
		relation = get_rel_name(LastLoad()->relid);

	/* temporary tables are a definition's own affair */
	if (relation == NULL || IsTemporary(relation))
		return;

	foreach (cell, *reports)
		if (strcmp(((Report *)lfirst(cell))->relation, relation) == 0)
			report = lfirst(cell);
	if (report == NULL)
	{
		report = palloc0(sizeof(Report));
		report->relation = relation;
		*reports = lappend(*reports, report);
	}

	report->elapsed_us += result->elapsed_us;

	/* what an incremental run takes out, it puts in again */
	if (strcmp(result->tag, "DELETE") != 0)
		report->rows += result->rows;
	if (IsLoad(result) && LastLoad() != NULL)
	{
		const LoadSummary *load = LastLoad();

		report->loaded = true;
		report->objects += load->objects;
		report->bytes += load->bytes;
		report->rejected += load->rejected;
	}
}
