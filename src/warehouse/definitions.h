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
	PHASE_JOB,	   /* COPY JOBs, created before the first load in mode incremental */
	PHASE_INDEX,   /* PostgreSQL's, made after that load; not exported */
	PHASE_QUESTION /* of the report; neither run by the pipeline nor exported */
} Phase;

#define PHASES (PHASE_QUESTION + 1)

/*
 * How the warehouse is filled: anew each time, or once and then only with what is new.
 * The setting "mode" says which; the COPY JOBs, whether the first load has been.
 */
typedef enum Pipeline
{
	PIPELINE_FULL,
	PIPELINE_INITIAL,
	PIPELINE_INCREMENTAL
} Pipeline;

typedef struct Definition
{
	Phase phase;
	int position;
	char *name;
	char *statement;
	char *mode; /* which pipelines run it; NULL: all */
} Definition;

/* Definitions of each phase. */
typedef struct Definitions
{
	List *of[PHASES]; /* of Definition */
} Definitions;

/* The name of a phase, as the table has it. */
extern const char *PhaseName(Phase phase);

/* What the definitions of a phase are a part of: stage, transform and guard are one transaction. */
extern DialectPlace PhasePlace(Phase phase);

/* Reads all definitions that have a statement, of any mode, by position. */
extern Definitions DefinitionsReadAll(void);

/*
 * Those of a phase that a pipeline runs: in order of position, but a statement
 * that reads a relation comes after those that make or fill it.  Where what is
 * new is applied step by step, position alone decides.
 */
extern List *DefinitionsOf(const Definitions *all, Phase phase, Pipeline pipeline);

/* The same, read for this alone. */
extern List *DefinitionsRead(Phase phase, Pipeline pipeline);

/* Those of a phase that are for Redshift, of whichever run they are a part. */
extern List *DefinitionsChecked(const Definitions *all, Phase phase);

/* Whether the setting "mode" is "incremental". */
extern bool PipelineGrows(List *settings);

/* The pipeline of the setting "mode": PIPELINE_INCREMENTAL only where its COPY JOBs are there. */
extern Pipeline PipelineNow(List *settings);

/* The names of the COPY JOBs that definitions create. */
extern List *DefinitionJobs(List *definitions);

/* How an error or a report calls a definition: definition "songs" (transform 310). */
extern char *DefinitionTitle(const Definition *definition);

#endif /* SPARKIFY_DEFINITIONS_H */
