/*
 * pipeline.h
 *		Runs the definitions: phase by phase, or the whole pipeline.
 *
 *	full         create, stage, transform, guard, analyze, view: everything anew
 *	initial      the same in mode incremental: COPY JOBs before it, indexes after it
 *	incremental  the same with what is new: the jobs load it, the transform applies it
 */
#ifndef SPARKIFY_PIPELINE_H
#define SPARKIFY_PIPELINE_H

#include "postgres.h"
#include "nodes/pg_list.h"

#include "warehouse/definitions.h"

/* What a phase did to a relation: a row of a report. */
typedef struct Report
{
	const char *relation;
	bool loaded; /* by a COPY */
	int64 objects;
	int64 bytes;
	int64 rows;
	int64 rejected;
	int64 elapsed_us;
} Report;

/*
 * Lets one session at a time change the warehouse, until the end of its
 * transaction: two that empty and fill the same table would fill it twice.
 */
extern void PipelineLock(void);

/* Runs the definitions of a phase; returns how many statements that were.  Adds Reports, or reports is NULL. */
extern int PipelineRunPhase(Phase phase, Pipeline pipeline, List *settings, List **reports);

/* Stage alone, transform alone, for mode full; raise an error in mode incremental. */
extern void PipelineStage(List *settings, List **reports);
extern void PipelineTransform(List *settings, List **reports);

/* The whole pipeline of the setting "mode". */
extern void PipelineRun(List *settings, List **staged, List **transformed);

/* Drops the COPY JOBs and indexes of mode incremental: what they know is no longer true. */
extern void PipelineForget(void);

#endif /* SPARKIFY_PIPELINE_H */
