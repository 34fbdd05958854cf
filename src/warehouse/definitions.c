/*
 * definitions.c
 *		Reads sparkify_definition, in the order in which it has to be run.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "dialect/text/dialect.h"
#include "load/job/copy_job.h"
#include "warehouse/definitions.h"
#include "warehouse/settings.h"
#include "warehouse/sql_scan.h"

/* A definition while the order is worked out. */
typedef struct Pending
{
	Definition *definition;
	const char *relation; /* what it makes or fills, NULL: nothing */
	bool done;
} Pending;

static List *AddOnce(List *definitions, Definition *definition);
static bool IsLoad(Phase phase);
static const char *Modes(Phase phase, Pipeline pipeline);
static List *InOrder(List *definitions);
static bool Waits(const Pending *pending, int count, int node);

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
	return pipeline == PIPELINE_INCREMENTAL && IsLoad(phase) ? definitions : InOrder(definitions);
}

List *
DefinitionsChecked(Phase phase)
{
	List *definitions;
	ListCell *cell;

	/* Indexes are for here alone. */
	if (phase == PHASE_INDEX)
		return NIL;
	definitions = DefinitionsRead(phase, PIPELINE_INITIAL);
	foreach (cell, DefinitionsRead(phase, PIPELINE_FULL))
		definitions = AddOnce(definitions, lfirst(cell));
	foreach (cell, DefinitionsRead(phase, PIPELINE_INCREMENTAL))
		definitions = AddOnce(definitions, lfirst(cell));
	return definitions;
}

/* Adds a definition unless one of its position is there. */
static List *
AddOnce(List *definitions, Definition *definition)
{
	ListCell *cell;

	foreach (cell, definitions)
		if (((Definition *)lfirst(cell))->position == definition->position)
			return definitions;
	return lappend(definitions, definition);
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

/* The modes whose definitions a pipeline runs, as an array; what is there for growing data is there from the first load on. */
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

/*
 * Orders definitions by what they need.  Of those that need nothing that is
 * still to come, the one with the lowest position is next; where all wait for
 * one another, position decides.
 */
static List *
InOrder(List *definitions)
{
	int count = list_length(definitions);
	Pending *pending = palloc0(count * sizeof(Pending));
	List *ordered = NIL;

	for (int i = 0; i < count; i++)
	{
		List *statements;

		pending[i].definition = list_nth(definitions, i);
		statements = DialectParse(pending[i].definition->statement);
		if (statements != NIL)
			pending[i].relation = DialectRelation(linitial(statements));
	}
	while (list_length(ordered) < count)
	{
		int first = -1, next = -1;

		for (int i = 0; i < count && next < 0; i++)
		{
			if (pending[i].done)
				continue;
			if (first < 0)
				first = i;
			if (!Waits(pending, count, i))
				next = i;
		}
		if (next < 0)
			next = first;
		pending[next].done = true;
		ordered = lappend(ordered, pending[next].definition);
	}
	return ordered;
}

/* Whether a definition has to wait for one that isn't done yet. */
static bool
Waits(const Pending *pending, int count, int node)
{
	for (int i = 0; i < count; i++)
	{
		bool same;

		if (pending[i].done || i == node || pending[i].relation == NULL)
			continue;
		same = pending[node].relation &&
			   pg_strcasecmp(pending[node].relation, pending[i].relation) == 0;
		if (same ? i < node : SqlMentions(pending[node].definition->statement, pending[i].relation))
			return true;
	}
	return false;
}
