/*
 * unload_plan.h
 *		What an unload makes of its query's columns: how each is packed for the
 *		threads, what text it becomes there, which name its partition.
 */
#ifndef SPARKIFY_UNLOAD_PLAN_H
#define SPARKIFY_UNLOAD_PLAN_H

#include "postgres.h"
#include "access/tupdesc.h"
#include "copy_options/unload_options.h"
#include "fmgr.h"
#include "source/write/output_plan.h"

/* How a datum is packed. */
typedef enum PackKind
{
	PACK_BOOLEAN,
	PACK_INT2,
	PACK_INT4,
	PACK_INT8,
	PACK_OID,
	PACK_FLOAT4,
	PACK_FLOAT8,
	PACK_DATE,
	PACK_INT64, /* time, timestamp: as it is */
	PACK_TIMETZ,
	PACK_TIMESTAMPTZ,
	PACK_VARLENA, /* text, bytea, numeric: the bytes behind the header */
	PACK_JSONB,
	PACK_OUTPUT /* the text of the type's output function */
} PackKind;

/* A column of the query that goes into the objects. */
typedef struct PackColumn
{
	int attribute; /* 0-based, in the query's rows */
	PackKind kind;
	FmgrInfo output;
} PackColumn;

/* A column of PARTITION BY. */
typedef struct PartitionColumn
{
	int attribute;
	Oid type;
	const char *name;
	FmgrInfo output;
} PartitionColumn;

typedef struct UnloadPlan
{
	OutputPlan output; /* for source/ */
	PackColumn *columns;
	int ncolumns;
	PartitionColumn *partition;
	int npartition;
	char *schema; /* of a verbose manifest: JSON; or NULL */
} UnloadPlan;

/* Makes the plan; raises what the options don't allow for these columns. */
extern UnloadPlan *UnloadPlanMake(TupleDesc row, const UnloadOptions *options);

#endif /* SPARKIFY_UNLOAD_PLAN_H */
