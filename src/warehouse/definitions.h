/*
 * definitions.h
 *		The table sparkify_definition: the warehouse, a statement a row.
 */
#ifndef SPARKIFY_DEFINITIONS_H
#define SPARKIFY_DEFINITIONS_H

#include "postgres.h"
#include "nodes/pg_list.h"

#include "dialect/text/dialect.h"

/* The phases, in the order in which a new warehouse goes through them. */
typedef enum Phase
{
	PHASE_DROP,
	PHASE_CREATE,
	PHASE_STAGE,
	PHASE_TRANSFORM,
	PHASE_GUARD,
	PHASE_ANALYZE,
	PHASE_VIEW,
	PHASE_QUESTION /* of the report; neither run by the pipeline nor exported */
} Phase;

typedef struct Definition
{
	Phase phase;
	int position;
	char *name;
	char *statement;
} Definition;

/* The name of a phase, as the table has it. */
extern const char *PhaseName(Phase phase);

/* What the definitions of a phase are a part of: stage, transform and guard are one transaction. */
extern DialectPlace PhasePlace(Phase phase);

/*
 * The definitions of a phase, without those that have no statement: in order of
 * position, but a statement that reads a relation comes after those that make
 * or fill it.
 */
extern List *DefinitionsRead(Phase phase);

/* How an error or a report calls a definition: definition "songs" (transform 310). */
extern char *DefinitionTitle(const Definition *definition);

#endif /* SPARKIFY_DEFINITIONS_H */
