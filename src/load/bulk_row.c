/*
 * bulk_row.c
 *		One row on its way into the table: defaults, generated columns,
 *		constraints, and the way of a row that isn't buffered, through
 *		partitions, triggers and views.
 *
 * What rows share when they are written together is bulk_loader's.
 */
#include "load/bulk_loader_internal.h"

#include "access/tableam.h"
#include "compat.h"
#include "foreign/fdwapi.h"

static TupleTableSlot *RouteRow(BulkLoader *loader, TupleTableSlot *slot, ResultRelInfo **target);
static void InsertInto(BulkLoader *loader, ResultRelInfo *target, TupleTableSlot *slot);

/* Computes the columns that the load leaves to their DEFAULT. */
void
BulkRowComputeDefaults(BulkLoader *loader, TupleTableSlot *slot)
{
	ExprContext *context = GetPerTupleExprContext(loader->estate);
	MemoryContext caller = MemoryContextSwitchTo(GetPerTupleMemoryContext(loader->estate));

	for (int i = 0; i < loader->ndefaults; i++)
	{
		int attribute = loader->defaults[i].attribute;

		slot->tts_values[attribute] =
			ExecEvalExpr(loader->defaults[i].expression, context, &slot->tts_isnull[attribute]);
	}

	MemoryContextSwitchTo(caller);
}

/* Computes generated columns and checks the row against the table's constraints. */
void
BulkRowComplete(BulkLoader *loader, ResultRelInfo *target, TupleTableSlot *slot)
{
	Relation relation = target->ri_RelationDesc;
	TupleConstr *constraints = RelationGetDescr(relation)->constr;

	if (constraints != NULL && constraints->has_generated_stored)
		ExecComputeStoredGenerated(target, loader->estate, slot, CMD_INSERT);
	if (constraints != NULL)
		ExecConstraints(target, slot, loader->estate);
	/* routing has found the right partition, unless a trigger has changed the row since */
	if (relation->rd_rel->relispartition && (loader->routing == NULL || loader->before_rows))
		ExecPartitionCheck(target, slot, loader->estate, true);
}

/* Inserts one row: into the partition it belongs to, or through the triggers of a view. */
void
BulkRowInsert(BulkLoader *loader, TupleTableSlot *slot)
{
	ResultRelInfo *target = loader->target;

	if (loader->routing != NULL)
		slot = RouteRow(loader, slot, &target);
	if (loader->before_rows && !ExecBRInsertTriggers(loader->estate, target, slot))
		return; /* a trigger says: not this row */
	if (BulkLoaderIsView(loader))
		ExecIRInsertTriggers(loader->estate, target, slot);
	else
		InsertInto(loader, target, slot);
	loader->rows++;
}

/* Finds the partition of the row; returns the row as the partition has it. */
static TupleTableSlot *
RouteRow(BulkLoader *loader, TupleTableSlot *slot, ResultRelInfo **target)
{
	ResultRelInfo *partition =
		ExecFindPartition(loader->mtstate, loader->target, loader->routing, slot, loader->estate);
	TriggerDesc *triggers = partition->ri_TrigDesc;
	TupleConversionMap *map;

	if (partition != loader->last_partition)
	{
		/* the pin is on a page of the partition before */
		ReleaseBulkInsertStatePin(loader->bulk);
		loader->last_partition = partition;
	}

	/* each partition has triggers of its own */
	loader->before_rows = triggers != NULL && triggers->trig_insert_before_row;
	if (loader->transition != NULL)
		loader->transition->tcs_original_insert_tuple = loader->before_rows ? NULL : slot;
	map = CompatPartitionMap(partition, loader->estate);

	/* a partition's columns may be in another order */
	if (map != NULL)
		slot = execute_attr_map_slot(map->attrMap, slot, partition->ri_PartitionTupleSlot);
	slot->tts_tableOid = RelationGetRelid(partition->ri_RelationDesc);
	*target = partition;
	return slot;
}

/* Inserts one row into a table or a foreign partition, with index entries and AFTER triggers. */
static void
InsertInto(BulkLoader *loader, ResultRelInfo *target, TupleTableSlot *slot)
{
	List *recheck = NIL;

	if (target->ri_FdwRoutine != NULL)
	{
		slot = target->ri_FdwRoutine->ExecForeignInsert(loader->estate, target, slot, NULL);
		if (slot == NULL)
			return;
		slot->tts_tableOid = RelationGetRelid(target->ri_RelationDesc);
	}
	else
	{
		BulkRowComplete(loader, target, slot);
		table_tuple_insert(target->ri_RelationDesc, slot, loader->command, loader->insert_options,
						   loader->bulk);
		if (target->ri_NumIndices > 0)
			recheck = CompatInsertIndexTuples(target, slot, loader->estate);
	}

	ExecARInsertTriggers(loader->estate, target, slot, recheck, loader->transition);
	list_free(recheck);
}
