/*
 * first_rows_node.c
 *		Runs Sparkify First Rows: reads its child to the end, then returns what was kept.
 *
 * It only leaves rows out, and may let through any that it could have left
 * out.  So it needs no more memory than a hash table may have: when that is
 * full, the rows that are kept go up, and it begins anew.  If it left out few,
 * the rest of the child's rows go up as they are.
 */
#include "postgres.h"

#include "commands/explain.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/extensible.h"
#include "nodes/makefuncs.h"
#include "utils/ruleutils.h"

#include "compat.h"
#include "plan/first_rows_node.h"

typedef struct FirstRows
{
	CustomScanState css;
	FirstRowsTable *table;
	bool returning; /* what the table has kept */
	bool no_use;	/* nearly every row would be kept */
	bool ended;		/* the child */
} FirstRows;

static List *PackKeys(const List *keys);
static List *UnpackKeys(const List *packed);
static Node *CreateState(CustomScan *plan);
static void BeginNode(CustomScanState *css, EState *estate, int eflags);
static TupleTableSlot *RunNode(CustomScanState *css);
static void ReadRows(FirstRows *node);
static TupleTableSlot *PassOn(FirstRows *node);
static TupleTableSlot *Project(FirstRows *node);
static void EndNode(CustomScanState *css);
static void RescanNode(CustomScanState *css);
static void ExplainNode(CustomScanState *css, List *ancestors, ExplainState *es);
static void ExplainKeys(CustomScanState *css, const char *label, const List *packed,
						List *ancestors, ExplainState *es);

static const CustomScanMethods ScanMethods = {
	.CustomName = "Sparkify First Rows",
	.CreateCustomScanState = CreateState,
};

static const CustomExecMethods ExecMethods = {
	.CustomName = "Sparkify First Rows",
	.BeginCustomScan = BeginNode,
	.ExecCustomScan = RunNode,
	.EndCustomScan = EndNode,
	.ReScanCustomScan = RescanNode,
	.ExplainCustomScan = ExplainNode,
};

void
FirstRowsNodeInstall(void)
{
	RegisterCustomScanMethods(&ScanMethods);
}

List *
FirstRowsPack(const FirstRowsKeys *keys)
{
	return list_make3(PackKeys(keys->partition), PackKeys(keys->order), PackKeys(keys->extremes));
}

Plan *
FirstRowsNodeMake(Plan *child, List *columns, List *packed, List *expressions)
{
	CustomScan *scan = makeNode(CustomScan);

	scan->scan.plan.targetlist = columns;
	scan->custom_scan_tlist = copyObject(child->targetlist);
	scan->custom_plans = list_make1(child);
	scan->custom_exprs = expressions;
	scan->custom_private = packed;
	scan->methods = &ScanMethods;

	return &scan->scan.plan;
}

/* Keys as a plan carries them to a worker: a list of four numbers each. */
static List *
PackKeys(const List *keys)
{
	List *packed = NIL;
	ListCell *cell;

	foreach (cell, keys)
	{
		const FirstRowsKey *key = lfirst(cell);

		packed = lappend(packed, list_make4_oid((Oid)key->column, key->opno, key->collation,
												(Oid)key->nulls_first));
	}

	return packed;
}

/* The reverse. */
static List *
UnpackKeys(const List *packed)
{
	List *keys = NIL;
	ListCell *cell;

	foreach (cell, packed)
	{
		const List *numbers = lfirst(cell);
		FirstRowsKey *key = palloc(sizeof(FirstRowsKey));

		key->column = (AttrNumber)linitial_oid(numbers);
		key->opno = lsecond_oid(numbers);
		key->collation = lthird_oid(numbers);
		key->nulls_first = lfourth_oid(numbers) != 0;
		keys = lappend(keys, key);
	}

	return keys;
}

static Node *
CreateState(CustomScan *plan)
{
	FirstRows *node = (FirstRows *)newNode(sizeof(FirstRows), T_CustomScanState);

	node->css.methods = &ExecMethods;
	return (Node *)node;
}

static void
BeginNode(CustomScanState *css, EState *estate, int eflags)
{
	const CustomScan *plan = (const CustomScan *)css->ss.ps.plan;
	FirstRowsKeys keys = {.partition = UnpackKeys(linitial(plan->custom_private)),
						  .order = UnpackKeys(lsecond(plan->custom_private)),
						  .extremes = UnpackKeys(lthird(plan->custom_private))};

	css->custom_ps = list_make1(ExecInitNode(linitial(plan->custom_plans), estate, eflags));

	/* the table evaluates expressions over slots of several kinds */
	css->ss.ps.scanops = NULL;
	css->ss.ps.scanopsset = css->ss.ps.scanopsfixed = false;
	((FirstRows *)css)->table = FirstRowsTableBegin(css->ss.ss_ScanTupleSlot->tts_tupleDescriptor,
													&keys, plan->custom_exprs, &css->ss.ps);
}

/* Returns the next row that was kept. */
static TupleTableSlot *
RunNode(CustomScanState *css)
{
	FirstRows *node = (FirstRows *)css;

	for (;;)
	{
		MinimalTuple tuple;

		CHECK_FOR_INTERRUPTS();
		if (node->no_use)
			return PassOn(node);
		if (!node->returning)
			ReadRows(node);

		tuple = FirstRowsTableNext(node->table);
		if (tuple != NULL)
		{
			ExecForceStoreMinimalTuple(tuple, css->ss.ss_ScanTupleSlot, false);
			return Project(node);
		}
		if (node->ended)
			return NULL;

		/* the table was full before the child had ended */
		node->no_use = FirstRowsTableNoUse(node->table);
		ExecClearTuple(css->ss.ss_ScanTupleSlot);
		FirstRowsTableEmpty(node->table);
		node->returning = false;
	}
}

/* Reads rows until there is none or the table is full, and makes ready to return those that were kept. */
static void
ReadRows(FirstRows *node)
{
	PlanState *child = linitial(node->css.custom_ps);

	for (;;)
	{
		TupleTableSlot *row = ExecProcNode(child);

		node->ended = TupIsNull(row);
		if (node->ended || !FirstRowsTableAdd(node->table, row))
			break;
	}

	FirstRowsTableFinish(node->table);
	node->returning = true;
}

/* Returns the child's next row. */
static TupleTableSlot *
PassOn(FirstRows *node)
{
	TupleTableSlot *row = ExecProcNode(linitial(node->css.custom_ps));

	if (TupIsNull(row))
		return NULL;
	ExecCopySlot(node->css.ss.ss_ScanTupleSlot, row);
	return Project(node);
}

/* The row in the node's slot, in the form that the plan wants. */
static TupleTableSlot *
Project(FirstRows *node)
{
	ScanState *state = &node->css.ss;

	if (state->ps.ps_ProjInfo == NULL)
		return state->ss_ScanTupleSlot;
	ResetExprContext(state->ps.ps_ExprContext);
	state->ps.ps_ExprContext->ecxt_scantuple = state->ss_ScanTupleSlot;
	return ExecProject(state->ps.ps_ProjInfo);
}

static void
EndNode(CustomScanState *css)
{
	ExecEndNode(linitial(css->custom_ps));
}

static void
RescanNode(CustomScanState *css)
{
	FirstRows *node = (FirstRows *)css;
	PlanState *child = linitial(css->custom_ps);

	if (css->ss.ps.chgParam != NULL)
		UpdateChangedParamSet(child, css->ss.ps.chgParam);
	ExecReScan(child);
	ExecClearTuple(css->ss.ss_ScanTupleSlot);
	FirstRowsTableEmpty(node->table);
	node->returning = node->no_use = node->ended = false;
}

static void
ExplainNode(CustomScanState *css, List *ancestors, ExplainState *es)
{
	const List *packed = ((const CustomScan *)css->ss.ps.plan)->custom_private;

	ExplainKeys(css, "Partition Key", linitial(packed), ancestors, es);
	ExplainKeys(css, "First By", lsecond(packed), ancestors, es);
	ExplainKeys(css, "And One With", lthird(packed), ancestors, es);
}

/* Prints keys as the columns and expressions that they are. */
static void
ExplainKeys(CustomScanState *css, const char *label, const List *packed, List *ancestors,
			ExplainState *es)
{
	const CustomScan *plan = (const CustomScan *)css->ss.ps.plan;
	List *context = set_deparse_context_plan(es->deparse_cxt, css->ss.ps.plan, ancestors);
	List *texts = NIL;
	ListCell *cell;

	foreach (cell, UnpackKeys(packed))
	{
		const FirstRowsKey *key = lfirst(cell);
		Node *shown = key->column == 0
						  ? list_nth(plan->custom_exprs, foreach_current_index(cell))
						  : (Node *)makeVarFromTargetEntry(
								INDEX_VAR, list_nth(plan->custom_scan_tlist, key->column - 1));

		texts =
			lappend(texts, deparse_expression(shown, context, list_length(es->rtable) > 1, false));
	}

	if (texts != NIL)
		ExplainPropertyList(label, texts, es);
}
