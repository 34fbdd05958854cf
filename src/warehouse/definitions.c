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

static void ReadRows(Definitions *definitions, const char *phase);
static Definition *FromRow(HeapTuple tuple, TupleDesc desc);
static Phase PhaseOf(const char *name);
static List *AddOnce(List *definitions, HTAB *positions, List *more);
static bool IsLoad(Phase phase);
static bool RunsIn(Pipeline pipeline, const Definition *definition);
static const char *const *Modes(Phase phase, Pipeline pipeline);

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

Definitions
DefinitionsReadAll(void)
{
	Definitions all = {{NIL}};

	ReadRows(&all, NULL);

	return all;
}

List *
DefinitionsRead(Phase phase, Pipeline pipeline)
{
	Definitions read = {{NIL}};

	ReadRows(&read, PhaseName(phase));
	return DefinitionsOf(&read, phase, pipeline);
}

List *
DefinitionsOf(const Definitions *all, Phase phase, Pipeline pipeline)
{
	List *definitions = NIL;
	ListCell *cell;

	foreach (cell, all->of[phase])
		if (RunsIn(pipeline, lfirst(cell)))
			definitions = lappend(definitions, lfirst(cell));

	return pipeline == PIPELINE_INCREMENTAL && IsLoad(phase) ? definitions
															 : DefinitionsInOrder(definitions);
}

List *
DefinitionsChecked(const Definitions *all, Phase phase)
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
		definitions = AddOnce(definitions, positions, DefinitionsOf(all, phase, pipelines[i]));
	hash_destroy(positions);

	return definitions;
}

/* Adds what the table has of a phase, or of all (NULL), by position. */
static void
ReadRows(Definitions *definitions, const char *phase)
{
	MemoryContext caller = CurrentMemoryContext;
	char *sql = psprintf("SELECT phase, position, name, statement, mode"
						 " FROM %s.sparkify_definition WHERE statement IS NOT NULL"
						 " AND ($1 IS NULL OR phase OPERATOR(pg_catalog.=) $1) ORDER BY position, "
						 "phase COLLATE \"C\"",
						 SettingsSchema());
	Oid type = TEXTOID;
	Datum value = phase != NULL ? CStringGetTextDatum(phase) : (Datum)0;

	SPI_connect();
	if (SPI_execute_with_args(sql, 1, &type, &value, phase == NULL ? "n" : " ", true, 0) !=
		SPI_OK_SELECT)
		elog(ERROR, "cannot read the definitions");
	for (uint64 row = 0; row < SPI_processed; row++)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);
		Definition *definition = FromRow(SPI_tuptable->vals[row], SPI_tuptable->tupdesc);

		definitions->of[definition->phase] =
			lappend(definitions->of[definition->phase], definition);
		MemoryContextSwitchTo(spi);
	}

	SPI_finish();
}

/* A row of the table. */
static Definition *
FromRow(HeapTuple tuple, TupleDesc desc)
{
	Definition *definition = palloc(sizeof(Definition));
	bool isnull;

	definition->phase = PhaseOf(SPI_getvalue(tuple, desc, 1));
	definition->position = DatumGetInt32(SPI_getbinval(tuple, desc, 2, &isnull));
	definition->name = SPI_getvalue(tuple, desc, 3);
	definition->statement = SPI_getvalue(tuple, desc, 4);
	definition->mode = SPI_getvalue(tuple, desc, 5);

	return definition;
}

/* The phase of a name. */
static Phase
PhaseOf(const char *name)
{
	for (Phase phase = 0; phase < PHASES; phase++)
		if (strcmp(phase_names[phase], name) == 0)
			return phase;
	elog(ERROR, "there is no phase \"%s\"", name);
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

bool
PipelineGrows(List *settings)
{
	const char *mode = SettingsFind(settings, "mode");

	if (mode == NULL || strcmp(mode, "full") == 0)
		return false;
	if (strcmp(mode, "incremental") != 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("setting \"mode\" is \"%s\"", mode),
				errhint("It is \"full\" or \"incremental\"."));

	return true;
}

Pipeline
PipelineNow(List *settings)
{
	ListCell *cell;

	if (!PipelineGrows(settings))
		return PIPELINE_FULL;
	foreach (cell, DefinitionJobs(DefinitionsRead(PHASE_JOB, PIPELINE_INITIAL)))
		if (CopyJobFind(lfirst(cell)) == NULL)
			return PIPELINE_INITIAL;
	return PIPELINE_INCREMENTAL;
}

List *
DefinitionJobs(List *definitions)
{
	List *jobs = NIL;
	ListCell *each, *cell;

	foreach (each, definitions)
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

/* Whether a pipeline runs a definition. */
static bool
RunsIn(Pipeline pipeline, const Definition *definition)
{
	const char *const *mode = Modes(definition->phase, pipeline);

	while (definition->mode != NULL && *mode != NULL && strcmp(*mode, definition->mode) != 0)
		mode++;
	return definition->mode == NULL || *mode != NULL;
}

/*
 * The modes whose definitions a pipeline runs, up to NULL; what is there for growing data is
 * there from the first load on.
 */
static const char *const *
Modes(Phase phase, Pipeline pipeline)
{
	static const char *const all[] = {"anew", "full", "initial", "incremental", NULL};
	static const char *const full[] = {"anew", "full", NULL};
	static const char *const first[] = {"anew", "initial", "incremental", NULL};
	static const char *const first_load[] = {"anew", "initial", NULL};
	static const char *const later[] = {"incremental", NULL};

	switch (pipeline)
	{
		case PIPELINE_INITIAL:
			return IsLoad(phase) ? first_load : first;
		case PIPELINE_INCREMENTAL:
			return later;
		case PIPELINE_FULL:
			break;
	}

	/* What grew once is dropped with the rest. */
	return phase == PHASE_DROP || phase == PHASE_JOB || phase == PHASE_INDEX ? all : full;
}

char *
DefinitionTitle(const Definition *definition)
{
	return psprintf("definition \"%s\" (%s %d)", definition->name, PhaseName(definition->phase),
					definition->position);
}
