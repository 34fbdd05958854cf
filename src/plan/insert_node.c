/*
 * insert_node.c
 *		A plan node that writes the rows of its child into a table.
 *
 *	Gather                                   Sparkify Insert
 *	  -> Sparkify Insert  (in each process)    -> any plan
 *	       -> partial plan
 *
 * Rows that are computed in workers and inserted by the leader are copied into
 * a queue and out of it, and wait for one process.  Here each process makes
 * the pages of its own rows.  A worker may not insert into a heap, but nothing
 * forbids it to write whole new pages with the transaction's id: see
 * load/page_writer.c.
 *
 * Few rows go the other way, through the Gather to the leader, which fills up
 * pages that are there already.  They are so few that they fit into the queue:
 * a leader that is busy with its own share doesn't look into it.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/parallel.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/extensible.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "pgstat.h"

#include "compat.h"
#include "load/page_writer.h"
#include "plan/insert_node.h"

/* What is returned before the node writes pages: bytes in each of several processes, rows in a single one. */
#define FEW_BYTES (32 * 1024)
#define FEW_ROWS 10000

/* Unlike any number that the planner gives out: it is the key of the node's shared memory. */
#define NODE_ID 1000000

typedef struct InsertNode
{
	CustomScanState css;

	/* parameters */
	InsertColumns columns;
	Relation relation;
	int *attributes; /* of the table, for each column of the child, counted from 0 */
	int ncolumns;
	bool shared; /* other processes may write, too */

	/* working state */
	PageWriter *writer; /* NULL: too few rows until now */
	Datum *values;
	bool *isnull;
	bool identity_waits; /* among the values, for the next row that is written */
	uint64 returned;
	Size returned_bytes;
	bool done;
	InsertCounts *counts; /* in shared memory, while other processes count, too */
	InsertCounts *own;	  /* the leader's */
	MemoryContext context;
} InsertNode;

static bool PassesOn(const Plan *plan);
static Plan *MakeNode(Plan *child, const InsertColumns *columns, bool shared);
static List *PassedColumns(const Plan *child, Index varno);
static List *PackColumns(const InsertColumns *columns);
static Const *Number(int64 value);
static void UnpackColumns(const List *packed, InsertColumns *columns);
static Node *CreateState(CustomScan *plan);
static void BeginNode(CustomScanState *css, EState *estate, int eflags);
static TupleTableSlot *RunNode(CustomScanState *css);
static bool WriteRow(InsertNode *node, TupleTableSlot *slot);
static bool FillRow(InsertNode *node, TupleTableSlot *slot);
static bool EnoughForPages(InsertNode *node);
static bool FillIdentity(InsertNode *node);
static void FinishRows(InsertNode *node);
static void EndNode(CustomScanState *css);
static void RescanNode(CustomScanState *css);
static void ExplainNode(CustomScanState *css, List *ancestors, ExplainState *es);
static Size EstimateShared(CustomScanState *css, ParallelContext *pcxt);
static void InitShared(CustomScanState *css, ParallelContext *pcxt, void *coordinate);
static void ReInitShared(CustomScanState *css, ParallelContext *pcxt, void *coordinate);
static void InitWorker(CustomScanState *css, shm_toc *toc, void *coordinate);
static void ShutdownNode(CustomScanState *css);
static void CopyCounts(InsertCounts *to, InsertCounts *from);

static const CustomScanMethods ScanMethods = {
	.CustomName = "Sparkify Insert",
	.CreateCustomScanState = CreateState,
};

static const CustomExecMethods ExecMethods = {
	.CustomName = "Sparkify Insert",
	.BeginCustomScan = BeginNode,
	.ExecCustomScan = RunNode,
	.EndCustomScan = EndNode,
	.ReScanCustomScan = RescanNode,
	.EstimateDSMCustomScan = EstimateShared,
	.InitializeDSMCustomScan = InitShared,
	.ReInitializeDSMCustomScan = ReInitShared,
	.InitializeWorkerCustomScan = InitWorker,
	.ShutdownCustomScan = ShutdownNode,
	.ExplainCustomScan = ExplainNode,
};

void
InsertNodeInstall(void)
{
	RegisterCustomScanMethods(&ScanMethods);
}

bool
InsertNodeServes(Relation relation)
{
	TupleConstr *constraints = RelationGetDescr(relation)->constr;

	return relation->rd_tableam == GetHeapamTableAmRoutine() &&
		   (constraints == NULL || constraints->num_check == 0) && PageWriterServes(relation);
}

void
InsertNodeAdd(PlannedStmt *plan, const InsertColumns *columns)
{
	Plan *top = plan->planTree;

	if (InsertNodeShares(plan))
		outerPlan(top) = MakeNode(outerPlan(top), columns, true);
	else
		plan->planTree = MakeNode(top, columns, false);
}

bool
InsertNodeShares(const PlannedStmt *plan)
{
	const Plan *top = plan->planTree;

	return IsA(top, Gather) && !castNode(Gather, top)->single_copy && PassesOn(top);
}

PlanState *
InsertNodeFind(PlanState *top, InsertCounts *counts)
{
	PlanState *state = IsA(top, GatherState) ? outerPlanState(top) : top;
	InsertNode *node = (InsertNode *)castNode(CustomScanState, state);

	node->own = counts;
	node->counts = counts;
	return state;
}

InsertCounts *
InsertNodeCounts(PlanState *node)
{
	return ((InsertNode *)castNode(CustomScanState, node))->counts;
}

void
InsertCountsInit(InsertCounts *counts, int64 identity)
{
	pg_atomic_init_u64(&counts->identity, (uint64)identity);
	pg_atomic_init_u64(&counts->rows, 0);
}

bool
InsertNextIdentity(InsertCounts *counts, const InsertColumns *columns, Datum *value)
{
	int64 next = (int64)pg_atomic_fetch_add_u64(&counts->identity, columns->step);

	if (next > columns->max || next < columns->min)
		return false;

	switch (columns->identity_type)
	{
		case INT2OID:
			*value = Int16GetDatum((int16)next);
			break;
		case INT4OID:
			*value = Int32GetDatum((int32)next);
			break;
		default:
			*value = Int64GetDatum(next);
	}

	return true;
}

/* Whether a plan's rows are its child's, as they are: a Gather computes what only the leader may. */
static bool
PassesOn(const Plan *plan)
{
	ListCell *cell;

	foreach (cell, plan->targetlist)
	{
		const Var *var = (const Var *)lfirst_node(TargetEntry, cell)->expr;

		if (!IsA(var, Var) || var->varno != OUTER_VAR ||
			var->varattno != foreach_current_index(cell) + 1)
			return false;
	}
	return plan->qual == NIL &&
		   list_length(plan->targetlist) == list_length(outerPlan(plan)->targetlist);
}

/* Makes the node over a plan that is finished, references and all. */
static Plan *
MakeNode(Plan *child, const InsertColumns *columns, bool shared)
{
	CustomScan *scan = makeNode(CustomScan);
	Plan *plan = &scan->scan.plan;

	plan->startup_cost = child->startup_cost;
	plan->total_cost = child->total_cost;
	plan->plan_rows = child->plan_rows;
	plan->plan_width = child->plan_width;
	plan->parallel_aware = shared;
	plan->parallel_safe = child->parallel_safe;
	plan->plan_node_id = NODE_ID;
	plan->extParam = bms_copy(child->extParam);
	plan->allParam = bms_copy(child->allParam);
	plan->targetlist = PassedColumns(child, INDEX_VAR);
	outerPlan(plan) = child;
	scan->custom_scan_tlist = PassedColumns(child, OUTER_VAR);
	scan->custom_private = PackColumns(columns);
	scan->methods = &ScanMethods;

	return plan;
}

/* The columns of a plan as the node above it names them. */
static List *
PassedColumns(const Plan *child, Index varno)
{
	List *columns = NIL;
	ListCell *cell;

	foreach (cell, child->targetlist)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);

		columns = lappend(columns, makeTargetEntry((Expr *)makeVarFromTargetEntry(varno, entry),
												   entry->resno, entry->resname, entry->resjunk));
	}

	return columns;
}

/* The columns as a plan carries them to a worker. */
static List *
PackColumns(const InsertColumns *columns)
{
	return list_make3(
		list_make2_oid(columns->relation, columns->identity_type),
		lcons_int(columns->identity, list_copy(columns->attnums)),
		list_make3(Number(columns->step), Number(columns->min), Number(columns->max)));
}

static Const *
Number(int64 value)
{
	return makeConst(INT8OID, -1, InvalidOid, sizeof(int64), Int64GetDatum(value), false,
					 FLOAT8PASSBYVAL);
}

/* The reverse. */
static void
UnpackColumns(const List *packed, InsertColumns *columns)
{
	const List *oids = linitial(packed);
	const List *numbers = lsecond(packed);
	const List *range = lthird(packed);

	columns->relation = linitial_oid(oids);
	columns->identity_type = lsecond_oid(oids);
	columns->identity = linitial_int(numbers);
	columns->attnums = list_copy_tail(numbers, 1);
	columns->step = DatumGetInt64(linitial_node(Const, range)->constvalue);
	columns->min = DatumGetInt64(lsecond_node(Const, range)->constvalue);
	columns->max = DatumGetInt64(lthird_node(Const, range)->constvalue);
}

static Node *
CreateState(CustomScan *plan)
{
	InsertNode *node = (InsertNode *)newNode(sizeof(InsertNode), T_CustomScanState);

	node->css.methods = &ExecMethods;
	UnpackColumns(plan->custom_private, &node->columns);
	return (Node *)node;
}

/* Opens the child and the table; in a worker, too, the lock is the leader's. */
static void
BeginNode(CustomScanState *css, EState *estate, int eflags)
{
	InsertNode *node = (InsertNode *)css;
	int natts;
	ListCell *cell;

	outerPlanState(css) = ExecInitNode(outerPlan(css->ss.ps.plan), estate, eflags);
	node->relation = table_open(node->columns.relation, RowExclusiveLock);
	natts = RelationGetNumberOfAttributes(node->relation);
	node->values = palloc0(natts * sizeof(Datum));
	node->isnull = palloc(natts * sizeof(bool));
	memset(node->isnull, true, natts * sizeof(bool));
	node->attributes = palloc(list_length(node->columns.attnums) * sizeof(int));
	foreach (cell, node->columns.attnums)
		node->attributes[node->ncolumns++] = lfirst_int(cell) - 1;
	node->context = CurrentMemoryContext;
}

/* Writes rows until there is one that it doesn't, which it returns, or none. */
static TupleTableSlot *
RunNode(CustomScanState *css)
{
	InsertNode *node = (InsertNode *)css;

	while (!node->done)
	{
		TupleTableSlot *slot = ExecProcNode(outerPlanState(css));

		if (TupIsNull(slot))
			FinishRows(node);
		else if (!WriteRow(node, slot))
			return slot;
		CHECK_FOR_INTERRUPTS();
	}

	return NULL;
}

/* Writes the row into a page; false: it has to be inserted by whoever reads the node. */
static bool
WriteRow(InsertNode *node, TupleTableSlot *slot)
{
	if (!FillRow(node, slot) || (node->writer == NULL && !EnoughForPages(node)) ||
		!FillIdentity(node) || !PageWriterAddValues(node->writer, node->values, node->isnull))
		return false;
	node->identity_waits = false;
	return true;
}

/* Puts the values of the row in their places; false: one is missing. */
static bool
FillRow(InsertNode *node, TupleTableSlot *slot)
{
	TupleDesc desc = RelationGetDescr(node->relation);

	slot_getallattrs(slot);
	for (int column = 0; column < node->ncolumns; column++)
	{
		int attribute = node->attributes[column];

		node->values[attribute] = slot->tts_values[column];
		node->isnull[attribute] = slot->tts_isnull[column];
		if (slot->tts_isnull[column] && TupleDescAttr(desc, attribute)->attnotnull)
			return false;
	}

	return true;
}

/* Counts the row as one of few, until there are more: then pages are begun. */
static bool
EnoughForPages(InsertNode *node)
{
	MemoryContext caller;

	if (node->shared)
		node->returned_bytes +=
			heap_compute_data_size(RelationGetDescr(node->relation), node->values, node->isnull);
	else
		node->returned++;
	if (node->returned_bytes <= FEW_BYTES && node->returned <= FEW_ROWS)
		return false;

	/* a worker has its leader's transaction and command */
	caller = MemoryContextSwitchTo(node->context);
	node->writer = PageWriterBegin(node->relation, GetCurrentCommandId(false), false);
	MemoryContextSwitchTo(caller);

	return true;
}

/* Gives the row its IDENTITY: a new value, or the one that the row before it had no use for. */
static bool
FillIdentity(InsertNode *node)
{
	AttrNumber attnum = node->columns.identity;

	if (attnum == 0 || node->identity_waits)
		return true;
	if (!InsertNextIdentity(node->counts, &node->columns, &node->values[attnum - 1]))
		return false;

	node->isnull[attnum - 1] = false;
	node->identity_waits = true;

	return true;
}

/* Writes the last pages, and counts what was written. */
static void
FinishRows(InsertNode *node)
{
	node->done = true;
	if (node->writer == NULL)
		return;
	PageWriterFlush(node->writer);
	pg_atomic_fetch_add_u64(&node->counts->rows, PageWriterRows(node->writer));
}

static void
EndNode(CustomScanState *css)
{
	ExecEndNode(outerPlanState(css));
	table_close(((InsertNode *)css)->relation, NoLock);
}

static void
RescanNode(CustomScanState *css)
{
	elog(ERROR, "rows can be inserted only once");
}

static void
ExplainNode(CustomScanState *css, List *ancestors, ExplainState *es)
{
	ExplainPropertyText("Table", RelationGetRelationName(((InsertNode *)css)->relation), es);
}

static Size
EstimateShared(CustomScanState *css, ParallelContext *pcxt)
{
	return sizeof(InsertCounts);
}

/* Moves the counts to where the workers see them. */
static void
InitShared(CustomScanState *css, ParallelContext *pcxt, void *coordinate)
{
	InsertNode *node = (InsertNode *)css;

	CopyCounts(coordinate, node->own);
	node->counts = coordinate;
	node->shared = true;
}

static void
ReInitShared(CustomScanState *css, ParallelContext *pcxt, void *coordinate)
{
	RescanNode(css);
}

static void
InitWorker(CustomScanState *css, shm_toc *toc, void *coordinate)
{
	InsertNode *node = (InsertNode *)css;

	node->counts = coordinate;
	node->shared = true;
}

/* Moves the counts back, before the shared memory goes. */
static void
ShutdownNode(CustomScanState *css)
{
	InsertNode *node = (InsertNode *)css;

	if (node->counts == node->own || IsParallelWorker())
		return;

	CopyCounts(node->own, node->counts);
	node->counts = node->own;
}

static void
CopyCounts(InsertCounts *to, InsertCounts *from)
{
	pg_atomic_init_u64(&to->identity, pg_atomic_read_u64(&from->identity));
	pg_atomic_init_u64(&to->rows, pg_atomic_read_u64(&from->rows));
}
