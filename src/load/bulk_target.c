/*
 * bulk_target.c
 *		What a table asks of a load: the way its rows go in, and what the
 *		statement around them begins with.
 *
 * Everything is asked once, before the first row; while rows come only the
 * answers in the loader are looked at.  Nothing is written here.
 */
#include "load/bulk_loader_internal.h"

#include "access/tableam.h"
#include "access/xact.h"
#include "compat.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "storage/bufmgr.h"
#include "storage/freespace.h"
#include "storage/lmgr.h"
#include "tcop/pquery.h"
#include "utils/snapmgr.h"

/* A page with so much free space has room. */
#define ROOM (BLCKSZ / 4)

static bool PrepareDefaults(BulkLoader *loader);
static bool NeedsConstraints(Relation relation, List *attnums);
static bool MayIndexLater(const BulkLoader *loader);
static bool HasRoom(const BulkLoader *loader);
static bool MayFreeze(const BulkLoader *loader);
static bool NoOlderSnapshot(void);

/* Makes the executor's state around the relation, as for an INSERT. */
void
BulkTargetOpen(BulkLoader *loader)
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
void
BulkTargetLearn(BulkLoader *loader)
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
	loader->one_by_one = loader->before_rows || loader->routing != NULL ||
						 BulkLoaderIsView(loader) || volatile_defaults;

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

/* Begins the statement for triggers, and the state of the inserts. */
void
BulkTargetBeginStatement(BulkLoader *loader)
{
	loader->command = GetCurrentCommandId(true);
	if (CompatStorageIsNew(loader->relation) || !HasRoom(loader))
		loader->insert_options |= TABLE_INSERT_SKIP_FSM;
	if (MayFreeze(loader))
		loader->insert_options |= TABLE_INSERT_FROZEN;
	if (!BulkLoaderIsView(loader))
		loader->bulk = GetBulkInsertState();
	AfterTriggerBeginQuery();
	loader->transition = MakeTransitionCaptureState(loader->relation->trigdesc,
													RelationGetRelid(loader->relation), CMD_INSERT);
	loader->mtstate->mt_transition_capture = loader->transition;
	ExecBSInsertTriggers(loader->estate, loader->target);
}

/*
 * Whether pages of the table have room for many rows.  Where they haven't, rows go behind its end:
 * what a bulk load has left of each page takes a short row here and there, and a night's 16,000
 * rows read and logged 2,000 pages of 10 million rows for that.
 */
static bool
HasRoom(const BulkLoader *loader)
{
	Relation relation = loader->relation;
	BlockNumber last;

	if (!RELKIND_HAS_STORAGE(relation->rd_rel->relkind))
		return true;

	/* the last page is looked at anyway; asked again, the map tells of another one */
	last = RelationGetNumberOfBlocks(relation) - 1;
	for (int i = 0; i < 2; i++)
	{
		BlockNumber page = GetPageWithFreeSpace(relation, ROOM);

		if (page != last)
			return page != InvalidBlockNumber;
	}

	return false;
}

/* Whether nothing but the heap needs to know of a row. */
bool
BulkTargetMayWritePages(const BulkLoader *loader)
{
	return !loader->one_by_one && !loader->after_rows && loader->target->ri_NumIndices == 0 &&
		   loader->relation->rd_tableam == GetHeapamTableAmRoutine() &&
		   PageWriterServes(loader->relation);
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
