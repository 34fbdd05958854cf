/*
 * definitions.c
 *		Reads sparkify_definition, in the order in which it has to be run.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "dialect/text/dialect.h"
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

static List *InOrder(List *definitions);
static bool Waits(const Pending *pending, int count, int node);

static const char *const phase_names[] = {
	[PHASE_DROP] = "drop",			 [PHASE_CREATE] = "create",		[PHASE_STAGE] = "stage",
	[PHASE_TRANSFORM] = "transform", [PHASE_GUARD] = "guard",		[PHASE_ANALYZE] = "analyze",
	[PHASE_VIEW] = "view",			 [PHASE_QUESTION] = "question",
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
DefinitionsRead(Phase phase)
{
	MemoryContext caller = CurrentMemoryContext;
	char *sql = psprintf(
		"SELECT position, name, statement FROM %s.sparkify_definition"
		" WHERE phase OPERATOR(pg_catalog.=) $1 AND statement IS NOT NULL ORDER BY position",
		SettingsSchema());
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
	return InOrder(definitions);
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
