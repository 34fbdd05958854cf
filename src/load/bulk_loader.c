/*
 * bulk_loader.c
 *		Rows into a table, many at a time.
 *
 *	packed tuple --------------------------------> buffer -> heap -> indexes -> AFTER triggers
 *	slot -> defaults -> generated -> constraints ----^
 *	slot -> [partition] -> BEFORE triggers -> ... -> heap, one row at a time
 *
 * A long load into a table that needs no index entries has its pages written
 * by page_writer instead of the heap.
 *
 * What PostgreSQL's CopyFrom does in one function, in the same order; after an
 * error everything here is released by PostgreSQL's own owners of resources.
 */
#include "load/bulk_loader.h"

#include "access/heapam.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "commands/trigger.h"
#include "compat.h"
#include "executor/nodeModifyTable.h"
#include "foreign/fdwapi.h"
#include "load/page_writer.h"
#include "optimizer/optimizer.h"
#include "pgstat.h"
#include "rewrite/rewriteHandler.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "tcop/pquery.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

/* How many rows, and how many bytes of them, are written at once. */
#define BUFFER_ROWS 1000
#define BUFFER_BYTES (1024 * 1024)

/* A load of so many rows is a long one: shorter ones fill up pages that are there already. */
#define LONG_LOAD_ROWS 10000

/* A column that the load leaves to its DEFAULT. */
typedef struct DefaultColumn
{
	int attribute; /* 0-based */
	ExprState *expression;
} DefaultColumn;

struct BulkLoader
{
	/* parameters */
	Relation relation;
	List *attnums;
	bool packed; /* rows come as tuples of the table's own layout */
	bool noload;

	/* what the table asks for */
	bool takes_tuples;
	bool one_by_one;  /* a row is inserted before the next one is looked at */
	bool constraints; /* CHECK, or NOT NULL of a column that the load leaves out */
	bool after_rows;  /* AFTER ROW triggers or a transition table */
	bool before_rows; /* BEFORE ROW triggers, of the partition when there are some */
	bool index_later; /* the indexes are built when all rows are in */
	DefaultColumn *defaults;
	int ndefaults;

	/* executor state */
	EState *estate;
	ResultRelInfo *target;
	ModifyTableState *mtstate;
	PartitionTupleRouting *routing; /* NULL: not partitioned */
	ResultRelInfo *last_partition;
	TransitionCaptureState *transition;
	CommandId command;
	int insert_options;
	BulkInsertState bulk;
	PageWriter *pages; /* NULL: rows go through the heap */
	bool shared;	   /* other processes write pages of the table meanwhile */

	/* the buffer */
	TupleTableSlot **slots;
	const PackedRow **origins; /* of the rows in the slots */
	int nslots;				   /* in use */
	size_t bytes;
	TupleTableSlot *single; /* where the next row is put that isn't buffered */
	const PackedRow *current;
	MemoryContext flush_context; /* reset after each flush */
	uint64 rows;
};

/* Slots over tuples that live in a batch: like heap slots, but never copied for keeping. */
static TupleTableSlotOps PackedSlotOps;

static bool MayWritePages(const BulkLoader *loader);
static bool MayFreeze(const BulkLoader *loader);
static bool NoOlderSnapshot(void);
static void WritePages(BulkLoader *loader);
static void InsertBuffer(BulkLoader *loader);
static void InitPackedSlotOps(void);
static void KeepWithoutCopy(TupleTableSlot *slot);
static void OpenTarget(BulkLoader *loader);
static void LearnTable(BulkLoader *loader);
static bool NeedsConstraints(Relation relation, List *attnums);
static bool MayIndexLater(const BulkLoader *loader);
static bool PrepareDefaults(BulkLoader *loader);
static void BeginStatement(BulkLoader *loader);
static void MakeBuffer(BulkLoader *loader);
static void ComputeDefaults(BulkLoader *loader, TupleTableSlot *slot);
static void CompleteRow(BulkLoader *loader, ResultRelInfo *target, TupleTableSlot *slot);
static void InsertRow(BulkLoader *loader, TupleTableSlot *slot);
static TupleTableSlot *RouteRow(BulkLoader *loader, TupleTableSlot *slot, ResultRelInfo **target);
static void InsertInto(BulkLoader *loader, ResultRelInfo *target, TupleTableSlot *slot);
static void BufferSlot(BulkLoader *loader, const PackedRow *row, size_t bytes);
static void FinishBufferedRow(BulkLoader *loader, TupleTableSlot *slot);
static bool IsView(const BulkLoader *loader);

/* Begins loading columns attnums into the relation. */
BulkLoader *
BulkLoaderBegin(Relation relation, List *attnums, bool packed, bool noload)
{
	BulkLoader *loader = palloc0(sizeof(BulkLoader));

	loader->relation = relation;
	loader->attnums = attnums;
	loader->packed = packed;
	loader->noload = noload;
	loader->flush_context =
		AllocSetContextCreate(CurrentMemoryContext, "rows being written", ALLOCSET_DEFAULT_SIZES);
	OpenTarget(loader);
	LearnTable(loader);
	if (!loader->index_later)
		ExecOpenIndices(loader->target, false);
	MakeBuffer(loader);
	if (!noload)
		BeginStatement(loader);
	return loader;
}

/* Whether tuples may come packed. */
bool
BulkLoaderTakesTuples(const BulkLoader *loader)
{
	return loader->takes_tuples;
}

/* Adds a packed tuple; it must stay until BulkLoaderFlush. */
void
BulkLoaderAddTuple(BulkLoader *loader, const PackedRow *row)
{
	HeapTupleTableSlot *slot;

	Assert(loader->takes_tuples);
	loader->rows++;
	if (loader->noload)
		return;

	slot = (HeapTupleTableSlot *)loader->slots[loader->nslots];
	slot->tupdata.t_len = row->length;
	slot->tupdata.t_tableOid = RelationGetRelid(loader->relation);
	slot->tupdata.t_data = (HeapTupleHeader)row->tuple;
	ItemPointerSetInvalid(&slot->tupdata.t_self);
	slot->tuple = &slot->tupdata;
	slot->off = 0;
	slot->base.tts_nvalid = 0;
	slot->base.tts_flags &= ~(TTS_FLAG_EMPTY | TTS_FLAG_SHOULDFREE);
	slot->base.tts_tableOid = RelationGetRelid(loader->relation);
	loader->current = row;
	if (loader->constraints)
	{
		ResetPerTupleExprContext(loader->estate);
		ExecConstraints(loader->target, &slot->base, loader->estate);
	}

	BufferSlot(loader, row, row->length);
}

/* Returns the next free slot, cleared. */
TupleTableSlot *
BulkLoaderNextSlot(BulkLoader *loader)
{
	TupleTableSlot *slot = loader->one_by_one ? loader->single : loader->slots[loader->nslots];

	ResetPerTupleExprContext(loader->estate);
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, slot->tts_tupleDescriptor->natts * sizeof(bool));
	return slot;
}

/* Returns where the values of the slot may live: it is reset with the next slot. */
MemoryContext
BulkLoaderRowContext(const BulkLoader *loader)
{
	return GetPerTupleMemoryContext(loader->estate);
}

/* Adds the row in the slot of BulkLoaderNextSlot. */
void
BulkLoaderAddSlot(BulkLoader *loader, const PackedRow *row)
{
	TupleTableSlot *slot = loader->one_by_one ? loader->single : loader->slots[loader->nslots];

	Assert(!loader->takes_tuples);
	loader->current = row;
	if (loader->noload)
	{
		loader->rows++;
		return;
	}

	ComputeDefaults(loader, slot);
	ExecStoreVirtualTuple(slot);
	slot->tts_tableOid = RelationGetRelid(loader->relation);
	if (loader->one_by_one)
		InsertRow(loader, slot);
	else
	{
		CompleteRow(loader, loader->target, slot);
		ExecMaterializeSlot(slot);
		loader->rows++;
		BufferSlot(loader, row, row->length);
	}
}

/* Learns that other processes write pages of the table until the load ends. */
void
BulkLoaderShare(BulkLoader *loader)
{
	loader->shared = true;
}

/* Writes what is buffered: rows, then their index entries and AFTER triggers. */
void
BulkLoaderFlush(BulkLoader *loader)
{
	MemoryContext caller;

	if (loader->nslots == 0)
		return;

	/* an error from here on belongs to no single row */
	loader->current = NULL;

	/* its own context: what the table's access method leaves behind goes after each flush */
	caller = MemoryContextSwitchTo(loader->flush_context);
	if (loader->pages != NULL)
		WritePages(loader);
	else
		InsertBuffer(loader);
	MemoryContextSwitchTo(caller);

	/*
	 * The load turns out to be long: pages are written whole from here on, where nobody else can
	 * see them.
	 */
	if (loader->pages == NULL && loader->rows >= LONG_LOAD_ROWS && MayWritePages(loader))
	{
		/* the writer lives as long as the loader, not as long as this flush */
		caller = MemoryContextSwitchTo(GetMemoryChunkContext(loader));
		loader->pages = PageWriterBegin(loader->relation, loader->command,
										loader->insert_options & TABLE_INSERT_FROZEN);
		MemoryContextSwitchTo(caller);
	}

	for (int i = 0; i < loader->nslots; i++)
	{
		/* an index or a trigger may refuse the row: the error must name where it came from */
		loader->current = loader->origins[i];
		if (loader->target->ri_NumIndices > 0 || loader->after_rows)
			FinishBufferedRow(loader, loader->slots[i]);
		ExecClearTuple(loader->slots[i]);
	}

	loader->current = NULL;
	loader->nslots = 0;
	loader->bytes = 0;
	MemoryContextReset(loader->flush_context);
}

/* Inserts what is buffered into the heap. */
static void
InsertBuffer(BulkLoader *loader)
{
	Relation relation = loader->relation;
	bool lock = loader->shared && relation->rd_createSubid != InvalidSubTransactionId;

	/* PostgreSQL extends a table that this transaction has made without the lock: it knows of nobody else */
	if (lock)
		LockRelationForExtension(relation, ExclusiveLock);
	table_multi_insert(relation, loader->slots, loader->nslots, loader->command,
					   loader->insert_options, loader->bulk);
	if (lock)
		UnlockRelationForExtension(relation, ExclusiveLock);
}

/* Whether nothing but the heap needs to know of a row. */
static bool
MayWritePages(const BulkLoader *loader)
{
	return !loader->one_by_one && !loader->after_rows && loader->target->ri_NumIndices == 0 &&
		   loader->relation->rd_tableam == GetHeapamTableAmRoutine() &&
		   PageWriterServes(loader->relation);
}

/*
 * Whether the rows may be visible to everybody at once, which spares each
 * later scan the question who may see them: the rule of PostgreSQL's COPY
 * FREEZE, for an unlogged table that was created or emptied just before.  A
 * snapshot older than the TRUNCATE sees the new rows instead of none.  Only
 * packed rows: they come from objects, so no query that gives them can read
 * the table.
 */
static bool
MayFreeze(const BulkLoader *loader)
{
	Relation relation = loader->relation;

	return loader->takes_tuples && !loader->constraints && !loader->after_rows &&
		   relation->rd_rel->relkind == RELKIND_RELATION &&
		   relation->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED &&
		   CompatStorageGoesWithUs(relation) && NoOlderSnapshot();
}

/*
 * Whether the session holds no snapshot older than this statement's, as an
 * open cursor does.  (Not ThereAreNoReadyPortals(): it leaks its scan when it
 * finds one, because COPY FREEZE raises an error then.)
 */
static bool
NoOlderSnapshot(void)
{
	bool one_is_ours = ActivePortal != NULL &&
					   (ActivePortal->queryDesc != NULL || ActivePortal->holdSnapshot != NULL);
	Snapshot own = one_is_ours ? NULL : RegisterSnapshot(GetLatestSnapshot());
	bool none;

	InvalidateCatalogSnapshot(); /* it is registered too, and no query's */
	none = ThereAreNoPriorRegisteredSnapshots();
	if (own != NULL)
		UnregisterSnapshot(own);
	return none;
}

/* Writes what is buffered as pages; a row that needs TOAST goes through the heap, in its place. */
static void
WritePages(BulkLoader *loader)
{
	for (int i = 0; i < loader->nslots; i++)
	{
		bool should_free;
		HeapTuple tuple = ExecFetchSlotHeapTuple(loader->slots[i], true, &should_free);

		if (PageWriterTakes(tuple))
			PageWriterAdd(loader->pages, tuple);
		else
		{
			PageWriterFlush(loader->pages);
			table_multi_insert(loader->relation, &loader->slots[i], 1, loader->command,
							   loader->insert_options, loader->bulk);
		}

		if (should_free)
			heap_freetuple(tuple);
	}
}

/* Returns the row that is being inserted just now, or NULL. */
const PackedRow *
BulkLoaderCurrentRow(const BulkLoader *loader)
{
	return loader->current;
}

/* Returns how many rows were inserted or buffered. */
uint64
BulkLoaderRows(const BulkLoader *loader)
{
	return loader->rows;
}

/* Finishes the load and returns the number of rows. */
uint64
BulkLoaderEnd(BulkLoader *loader)
{
	EState *estate = loader->estate;

	BulkLoaderFlush(loader);

	/* NOLOAD reads and converts, and touches no table */
	if (!loader->noload)
	{
		if (loader->pages != NULL)
		{
			PageWriterFlush(loader->pages);
			pgstat_count_heap_insert(loader->relation, PageWriterRows(loader->pages));
		}

		if (loader->bulk != NULL)
			FreeBulkInsertState(loader->bulk);

		/* once for all rows: the indexes were left out until here */
		if (loader->index_later)
			CompatReindexRelation(RelationGetRelid(loader->relation));

		/* AFTER triggers of the statement see all of its rows */
		ExecASInsertTriggers(estate, loader->target, loader->transition);
		AfterTriggerEndQuery(estate);
		table_finish_bulk_insert(loader->relation, loader->insert_options);
	}

	ExecResetTupleTable(estate->es_tupleTable, false);
	if (loader->routing != NULL)
		ExecCleanupTupleRouting(loader->mtstate, loader->routing);
	ExecCloseResultRelations(estate);
	ExecCloseRangeTableRelations(estate);
	FreeExecutorState(estate);

	return loader->rows;
}

/* Makes the executor's state around the relation, as for an INSERT. */
static void
OpenTarget(BulkLoader *loader)
{
	ParseState *pstate = make_parsestate(NULL);
	EState *estate = CreateExecutorState();
	ModifyTableState *mtstate = makeNode(ModifyTableState);

	CompatAddInsertTarget(pstate, loader->relation, loader->attnums);
	CompatInitRangeTable(estate, pstate);
	loader->target = makeNode(ResultRelInfo);
	ExecInitResultRelation(estate, loader->target, 1);
	mtstate->ps.state = estate;
	mtstate->operation = CMD_INSERT;
	mtstate->mt_nrels = 1;
	mtstate->resultRelInfo = loader->target;
	mtstate->rootResultRelInfo = loader->target;
	if (loader->relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		loader->routing = ExecSetupPartitionTupleRouting(estate, loader->relation);
	loader->estate = estate;
	loader->mtstate = mtstate;
}

/* Works out by which way rows go in. */
static void
LearnTable(BulkLoader *loader)
{
	Relation relation = loader->relation;
	TriggerDesc *triggers = relation->trigdesc;
	TupleConstr *constraints = RelationGetDescr(relation)->constr;
	bool volatile_defaults = PrepareDefaults(loader);
	bool generated = constraints != NULL && constraints->has_generated_stored;

	/* asked once; while rows come, only these answers are looked at */
	loader->before_rows = triggers != NULL && triggers->trig_insert_before_row;
	loader->after_rows =
		triggers != NULL && (triggers->trig_insert_after_row || triggers->trig_insert_new_table);
	loader->constraints = NeedsConstraints(relation, loader->attnums);

	/* a trigger or a volatile default may look at the table: it must find the rows before its own */
	loader->one_by_one =
		loader->before_rows || loader->routing != NULL || IsView(loader) || volatile_defaults;

	/*
	 * A packed tuple is used as it is, so nothing may change a row on its way: no default, no
	 * generated column, no other storage than the heap.
	 */
	loader->takes_tuples = loader->packed && !loader->one_by_one && !generated &&
						   loader->ndefaults == 0 && !relation->rd_rel->relispartition &&
						   relation->rd_tableam == GetHeapamTableAmRoutine();

	/* last, because it needs the answers above */
	loader->index_later = MayIndexLater(loader);
}

/*
 * Whether indexes may be built after the load, which is faster than entering
 * row by row: an empty table that this transaction has made or emptied, so
 * that nobody else can look for a row through them meanwhile.
 */
static bool
MayIndexLater(const BulkLoader *loader)
{
	Relation relation = loader->relation;

	return relation->rd_rel->relkind == RELKIND_RELATION && relation->rd_rel->relhasindex &&
		   !loader->noload && !loader->one_by_one && !loader->after_rows &&
		   CompatStorageIsNew(relation) && !RelationUsesLocalBuffers(relation) &&
		   CheckRelationLockedByMe(relation, AccessExclusiveLock, true) &&
		   RelationGetNumberOfBlocks(relation) == 0;
}

/* Whether rows have to be checked: the conversion checks NOT NULL of the load's own columns already. */
static bool
NeedsConstraints(Relation relation, List *attnums)
{
	TupleDesc table = RelationGetDescr(relation);

	if (table->constr == NULL)
		return false;
	if (table->constr->num_check > 0)
		/* a check may look at any column */
		return true;

	for (int i = 0; i < table->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(table, i);

		/*
		 * A column that the load leaves out may be NULL without having been looked at, and a
		 * domain may have NOT NULL of its own.
		 */
		if (!attribute->attisdropped && attribute->attnotnull &&
			(!list_member_int(attnums, attribute->attnum) ||
			 attribute->atttypid >= FirstNormalObjectId))
			return true;
	}

	return false;
}

/* Prepares the DEFAULTs of the columns that are left out; returns whether one may look at the table. */
static bool
PrepareDefaults(BulkLoader *loader)
{
	TupleDesc table = RelationGetDescr(loader->relation);
	bool is_volatile = false;

	loader->defaults = palloc(table->natts * sizeof(DefaultColumn));
	for (int i = 0; i < table->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(table, i);
		Expr *expression;

		/* a generated column has no default, and one that is loaded needs none */
		if (attribute->attisdropped || attribute->attgenerated != '\0' ||
			list_member_int(loader->attnums, attribute->attnum))
			continue;
		expression = (Expr *)build_column_default(loader->relation, attribute->attnum);
		if (expression == NULL)
			continue;
		expression = expression_planner(expression);

		/* nextval may run row by row: it looks at no table */
		is_volatile |= contain_volatile_functions_not_nextval((Node *)expression);
		loader->defaults[loader->ndefaults].attribute = i;
		loader->defaults[loader->ndefaults++].expression = ExecInitExpr(expression, NULL);
	}

	return is_volatile;
}

/* Begins the statement for triggers, and the state of the inserts. */
static void
BeginStatement(BulkLoader *loader)
{
	loader->command = GetCurrentCommandId(true);
	if (CompatStorageIsNew(loader->relation))
		loader->insert_options |= TABLE_INSERT_SKIP_FSM;
	if (MayFreeze(loader))
		loader->insert_options |= TABLE_INSERT_FROZEN;
	if (!IsView(loader))
		loader->bulk = GetBulkInsertState();
	AfterTriggerBeginQuery();
	loader->transition = MakeTransitionCaptureState(loader->relation->trigdesc,
													RelationGetRelid(loader->relation), CMD_INSERT);
	loader->mtstate->mt_transition_capture = loader->transition;
	ExecBSInsertTriggers(loader->estate, loader->target);
}

/* Makes the slots. */
static void
MakeBuffer(BulkLoader *loader)
{
	TupleDesc table = RelationGetDescr(loader->relation);
	int count = loader->one_by_one ? 0 : BUFFER_ROWS;
	List **slot_list = &loader->estate->es_tupleTable;

	InitPackedSlotOps();
	loader->slots = palloc((count + 1) * sizeof(TupleTableSlot *));
	loader->origins = palloc((count + 1) * sizeof(PackedRow *));
	for (int i = 0; i < count; i++)
		loader->slots[i] = loader->takes_tuples
							   ? ExecAllocTableSlot(slot_list, table, &PackedSlotOps)
							   : table_slot_create(loader->relation, slot_list);
	loader->single = ExecAllocTableSlot(slot_list, table, table_slot_callbacks(loader->relation));
}

/* Fills in the operations of packed slots, once. */
static void
InitPackedSlotOps(void)
{
	PackedSlotOps = TTSOpsHeapTuple;
	PackedSlotOps.materialize = KeepWithoutCopy;
}

/* Makes a packed slot independent of what it was made from: nothing to do, its tuple stays until the flush. */
static void
KeepWithoutCopy(TupleTableSlot *slot)
{
}

/* Computes the columns that the load leaves to their DEFAULT. */
static void
ComputeDefaults(BulkLoader *loader, TupleTableSlot *slot)
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
static void
CompleteRow(BulkLoader *loader, ResultRelInfo *target, TupleTableSlot *slot)
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
static void
InsertRow(BulkLoader *loader, TupleTableSlot *slot)
{
	ResultRelInfo *target = loader->target;

	if (loader->routing != NULL)
		slot = RouteRow(loader, slot, &target);
	if (loader->before_rows && !ExecBRInsertTriggers(loader->estate, target, slot))
		return; /* a trigger says: not this row */
	if (IsView(loader))
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
		CompleteRow(loader, target, slot);
		table_tuple_insert(target->ri_RelationDesc, slot, loader->command, loader->insert_options,
						   loader->bulk);
		if (target->ri_NumIndices > 0)
			recheck = CompatInsertIndexTuples(target, slot, loader->estate);
	}

	ExecARInsertTriggers(loader->estate, target, slot, recheck, loader->transition);
	list_free(recheck);
}

/* Counts the next slot as filled; writes the buffer when it is full. */
static void
BufferSlot(BulkLoader *loader, const PackedRow *row, size_t bytes)
{
	loader->origins[loader->nslots++] = row;
	loader->bytes += bytes;
	loader->current = NULL;

	/* at LONG_LOAD_ROWS to the row, so that the same load always makes the same pages */
	if (loader->nslots == BUFFER_ROWS || loader->bytes >= BUFFER_BYTES ||
		loader->rows == LONG_LOAD_ROWS)
		BulkLoaderFlush(loader);
}

/* Does for a row that was written with others what comes after: index entries, AFTER triggers. */
static void
FinishBufferedRow(BulkLoader *loader, TupleTableSlot *slot)
{
	List *recheck = NIL;

	ResetPerTupleExprContext(loader->estate);
	if (loader->target->ri_NumIndices > 0)
		recheck = CompatInsertIndexTuples(loader->target, slot, loader->estate);
	if (loader->after_rows)
		ExecARInsertTriggers(loader->estate, loader->target, slot, recheck, loader->transition);
	list_free(recheck);
}

/* Whether rows go through the INSTEAD OF triggers of a view. */
static bool
IsView(const BulkLoader *loader)
{
	return loader->relation->rd_rel->relkind == RELKIND_VIEW;
}
