/*
 * definitions.c
 *		Reads sparkify_definition, in the order in which it has to be run (definition_order.c).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"

#include "dialect/text/dialect.h"
#include "load/job/copy_job.h"
#include "warehouse/definition_order.h"
#include "warehouse/definitions.h"
#include "warehouse/settings.h"

static List *AddOnce(List *definitions, HTAB *positions, List *more);
static bool IsLoad(Phase phase);
static const char *Modes(Phase phase, Pipeline pipeline);

static const char *const phase_names[] = {
	[PHASE_DROP] = "drop",			 [PHASE_CREATE] = "create", [PHASE_STAGE] = "stage",
	[PHASE_TRANSFORM] = "transform", [PHASE_GUARD] = "guard",	[PHASE_ANALYZE] = "analyze",
	[PHASE_VIEW] = "view",			 [PHASE_JOB] = "job",		[PHASE_INDEX] = "index",
	[PHASE_QUESTION] = "question",
};

const char *
PhaseName(Phase phase)
{
	return phase_names[phase];
}

DialectPlace
PhasePlace(Phase phase)
{
	return phase == PHASE_STAGE || phase == PHASE_TRANSFORM || phase == PHASE_GUARD
			   ? DIALECT_TRANSACTION
			   : DIALECT_PART;
}

List *
DefinitionsRead(Phase phase, Pipeline pipeline)
{
	MemoryContext caller = CurrentMemoryContext;
	char *sql =
		psprintf("SELECT position, name, statement FROM %s.sparkify_definition"
				 " WHERE phase OPERATOR(pg_catalog.=) $1 AND statement IS NOT NULL"
				 " AND (mode IS NULL OR mode OPERATOR(pg_catalog.=) ANY ('%s'::pg_catalog.text[]))"
				 " ORDER BY position",
				 SettingsSchema(), Modes(phase, pipeline));
	Oid type = TEXTOID;
	Datum value = CStringGetTextDatum(PhaseName(phase));
	List *definitions = NIL;

	SPI_connect();
	if (SPI_execute_with_args(sql, 1, &type, &value, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "cannot read the definitions");
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		HeapTuple tuple = SPI_tuptable->vals[row];
		TupleDesc desc = SPI_tuptable->tupdesc;
		MemoryContext spi = MemoryContextSwitchTo(caller);
		Definition *definition = palloc(sizeof(Definition));
		bool isnull;

		definition->phase = phase;
		definition->position = DatumGetInt32(SPI_getbinval(tuple, desc, 1, &isnull));
		definition->name = SPI_getvalue(tuple, desc, 2);
		definition->statement = SPI_getvalue(tuple, desc, 3);
		definitions = lappend(definitions, definition);
		MemoryContextSwitchTo(spi);
	}

	SPI_finish();
	return pipeline == PIPELINE_INCREMENTAL && IsLoad(phase) ? definitions
															 : DefinitionsInOrder(definitions);
}

List *
DefinitionsChecked(Phase phase)
{
	static const Pipeline pipelines[] = {PIPELINE_INITIAL, PIPELINE_FULL, PIPELINE_INCREMENTAL};
	HASHCTL control = {
		.keysize = sizeof(int), .entrysize = sizeof(int), .hcxt = CurrentMemoryContext};
	HTAB *positions;
	List *definitions = NIL;

	/* Indexes are for here alone. */
	if (phase == PHASE_INDEX)
		return NIL;

	positions = hash_create("positions of definitions", 64, &control,
							HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	for (size_t i = 0; i < lengthof(pipelines); i++)
		definitions = AddOnce(definitions, positions, DefinitionsRead(phase, pipelines[i]));
	hash_destroy(positions);

	return definitions;
}

/* Adds those definitions whose position isn't there yet. */
static List *
AddOnce(List *definitions, HTAB *positions, List *more)
{
	ListCell *cell;

	foreach (cell, more)
	{
		Definition *definition = lfirst(cell);
		bool found;

		hash_search(positions, &definition->position, HASH_ENTER, &found);
		if (!found)
			definitions = lappend(definitions, definition);
	}

	return definitions;
}

Pipeline
PipelineNow(List *settings)
{
	const char *mode = SettingsFind(settings, "mode");
	ListCell *cell;

	if (mode == NULL || strcmp(mode, "full") == 0)
		return PIPELINE_FULL;
	if (strcmp(mode, "incremental") != 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("setting \"mode\" is \"%s\"", mode),
				errhint("It is \"full\" or \"incremental\"."));
	foreach (cell, DefinitionJobs(PIPELINE_INITIAL))
		if (CopyJobFind(lfirst(cell)) == NULL)
			return PIPELINE_INITIAL;
	return PIPELINE_INCREMENTAL;
}

List *
DefinitionJobs(Pipeline pipeline)
{
	List *jobs = NIL;
	ListCell *each, *cell;

	foreach (each, DefinitionsRead(PHASE_JOB, pipeline))
		foreach (cell, DialectParse(((Definition *)lfirst(each))->statement))
			if (DialectCopyJob(lfirst(cell)) != NULL)
				jobs = lappend(jobs, (char *)DialectCopyJob(lfirst(cell)));
	return jobs;
}

/* Whether a phase is a part of the load, which differs between the first and the later ones. */
static bool
IsLoad(Phase phase)
{
	return phase == PHASE_STAGE || phase == PHASE_TRANSFORM || phase == PHASE_GUARD;
}

/*
 * The modes whose definitions a pipeline runs, as an array; what is there for growing data is there from the
 * first load on.
 */
static const char *
Modes(Phase phase, Pipeline pipeline)
{
	switch (pipeline)
	{
		case PIPELINE_INITIAL:
			return IsLoad(phase) ? "{anew,initial}" : "{anew,initial,incremental}";
		case PIPELINE_INCREMENTAL:
			return "{incremental}";
		case PIPELINE_FULL:
			break;
	}

	/* What grew once is dropped with the rest. */
	return phase == PHASE_DROP || phase == PHASE_JOB || phase == PHASE_INDEX
			   ? "{anew,full,initial,incremental}"
			   : "{anew,full}";
}

char *
DefinitionTitle(const Definition *definition)
{
	return psprintf("definition \"%s\" (%s %d)", definition->name, PhaseName(definition->phase),
					definition->position);
}
