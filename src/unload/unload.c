/*
 * unload.c
 *		Runs an unload from start to end.
 *
 *	query -> plan -> executor -> row packer -> drain (threads) -> objects
 *
 * All of an unload lives in one memory context; what holds threads, files or
 * connections lives in a child of it that goes first, also after an error.
 */
#include "unload/unload.h"

#include "access/xact.h"
#include "compat.h"
#include "executor/executor.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/analyze.h"
#include "record/extension.h"
#include "record/unload_log.h"
#include "rewrite/rewriteHandler.h"
#include "stores/stores.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "unload/row_packer.h"
#include "unload/unload_plan.h"
#include "unload/unload_target.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "access/table.h"

typedef struct Unload
{
	const char *url;
	UnloadOptions *options;
	QueryDesc *query;
	UnloadTarget *target; /* NULL before it is open */
	UnloadLog *log;		  /* NULL before it began */
	uint64 rows;
} Unload;

static void CheckStatement(const CopyStmt *stmt);
static void RunUnload(Unload *unload, ParseState *pstate, const CopyStmt *stmt,
					  MemoryContext targets);
static QueryDesc *StartQuery(ParseState *pstate, const CopyStmt *stmt);
static Query *AnalyzeQuery(ParseState *pstate, const CopyStmt *stmt);
static Node *SelectAllOf(const CopyStmt *stmt);
static void EndQuery(QueryDesc *query);
static void BeginLog(Unload *unload);
static void NoteFailure(const Unload *unload);

/* Whether the statement is an unload of ours. */
bool
IsUnload(const CopyStmt *stmt)
{
	return !stmt->is_from && !stmt->is_program && stmt->filename != NULL &&
		   IsStoreUrl(stmt->filename);
}

/* Runs the unload; returns the number of rows. */
uint64
ExecuteUnload(ParseState *pstate, const CopyStmt *stmt)
{
	MemoryContext caller = CurrentMemoryContext, context, targets;
	Unload *unload;
	uint64 rows;

	CheckStatement(stmt);
	context = AllocSetContextCreate(caller, "unload", ALLOCSET_DEFAULT_SIZES);
	targets = AllocSetContextCreate(context, "targets of an unload", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	unload = palloc0(sizeof(Unload));
	PG_TRY();
	{
		RunUnload(unload, pstate, stmt, targets);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		NoteFailure(unload);

		/* no thread outlives the statement, and nothing of it stays in the store */
		MemoryContextDelete(targets);
		PG_RE_THROW();
	}
	PG_END_TRY();
	MemoryContextDelete(targets);
	UnloadLogComplete(unload->log, (int64)unload->rows);
	ereport(INFO, errmsg("UNLOAD completed, %lld record(s) unloaded successfully.",
						 (long long)unload->rows));
	rows = unload->rows;
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);

	return rows;
}

/* Raises an error for what makes no sense before the query is looked at. */
static void
CheckStatement(const CopyStmt *stmt)
{
	PreventCommandIfReadOnly("UNLOAD");
	PreventCommandDuringRecovery("UNLOAD");
	PreventCommandIfParallelMode("UNLOAD");
	ExtensionRequire();
	if (GetDatabaseEncoding() != PG_UTF8)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("UNLOAD needs a database with encoding UTF8"));
}

/* Runs the query and has its rows written. */
static void
RunUnload(Unload *unload, ParseState *pstate, const CopyStmt *stmt, MemoryContext targets)
{
	MemoryContext context = CurrentMemoryContext;
	UnloadTarget *target;
	RowPacker *packer;
	UnloadPlan *plan;
	Drain *drain;

	unload->url = stmt->filename;
	unload->options = UnloadOptionsFromList(stmt->options);
	unload->query = StartQuery(pstate, stmt);
	plan = UnloadPlanMake(unload->query->tupDesc, unload->options);
	MemoryContextSwitchTo(targets);
	target = unload->target = UnloadTargetOpen(unload->url, unload->options);
	MemoryContextSwitchTo(context);
	BeginLog(unload);
	MemoryContextSwitchTo(targets);
	drain = UnloadTargetStart(target, plan, unload->log);
	MemoryContextSwitchTo(context);

	packer = RowPackerBegin(plan, drain, UnloadTargetWait, target);
	unload->query->dest = RowPackerReceiver(packer);
	CompatExecutorRun(unload->query);
	ExecutorFinish(unload->query);
	unload->rows = RowPackerEnd(packer);
	EndQuery(unload->query);
	UnloadTargetFinish(target);
	UnloadTargetKeep(target);
}

/* Plans the query and starts the executor, with the user's rights and a snapshot of its own. */
static QueryDesc *
StartQuery(ParseState *pstate, const CopyStmt *stmt)
{
	Query *query = AnalyzeQuery(pstate, stmt);
	PlannedStmt *plan = pg_plan_query(query, pstate->p_sourcetext, CURSOR_OPT_PARALLEL_OK, NULL);
	QueryDesc *desc;

	PushCopiedSnapshot(GetActiveSnapshot());
	UpdateActiveSnapshotCommandId();
	desc = CreateQueryDesc(plan, pstate->p_sourcetext, GetActiveSnapshot(), InvalidSnapshot,
						   None_Receiver, NULL, pstate->p_queryEnv, 0);
	ExecutorStart(desc, 0);

	return desc;
}

/* Analyses the statement's query; raises an error unless it is one SELECT. */
static Query *
AnalyzeQuery(ParseState *pstate, const CopyStmt *stmt)
{
	RawStmt *raw = makeNode(RawStmt);
	List *rewritten;
	Query *query;

	raw->stmt = stmt->query != NULL ? copyObject(stmt->query) : SelectAllOf(stmt);
	rewritten =
		pg_analyze_and_rewrite_fixedparams(raw, pstate->p_sourcetext, NULL, 0, pstate->p_queryEnv);
	query = list_length(rewritten) == 1 ? linitial_node(Query, rewritten) : NULL;
	if (query == NULL || query->commandType != CMD_SELECT || query->utilityStmt != NULL)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("UNLOAD takes a SELECT statement"));
	return query;
}

/* The query that stands for COPY t (columns) TO: all columns that COPY FROM would fill. */
static Node *
SelectAllOf(const CopyStmt *stmt)
{
	SelectStmt *select = makeNode(SelectStmt);
	List *names = NIL;
	ListCell *cell;

	foreach (cell, stmt->attlist)
		names = lappend(names, strVal(lfirst(cell)));
	if (names == NIL)
	{
		Relation relation = table_openrv(stmt->relation, AccessShareLock);

		for (int i = 0; i < RelationGetDescr(relation)->natts; i++)
		{
			Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(relation), i);

			if (!attribute->attisdropped && attribute->attgenerated == '\0')
				names = lappend(names, pstrdup(NameStr(attribute->attname)));
		}

		table_close(relation, NoLock);
	}

	foreach (cell, names)
	{
		ColumnRef *column = makeNode(ColumnRef);
		ResTarget *target = makeNode(ResTarget);

		column->fields = list_make1(makeString(lfirst(cell)));
		column->location = -1;
		target->val = (Node *)column;
		target->location = -1;
		select->targetList = lappend(select->targetList, target);
	}

	select->fromClause = list_make1(copyObject(stmt->relation));

	return (Node *)select;
}

/* Ends the executor and its snapshot. */
static void
EndQuery(QueryDesc *query)
{
	ExecutorEnd(query);
	FreeQueryDesc(query);
	PopActiveSnapshot();
}

/* Begins the record. */
static void
BeginLog(Unload *unload)
{
	static const char *const formats[] = {
		[FORMAT_DELIMITED] = "Text",
		[FORMAT_CSV] = "CSV",
		[FORMAT_FIXEDWIDTH] = "Text",
		[FORMAT_JSON] = "JSON",
	};
	UnloadLogConfig config = {.location = unload->url,
							  .file_format = formats[unload->options->format],
							  .compression = copy_compressions.names[unload->options->compression]};

	unload->log = UnloadLogBegin(&config);
}

/* Tells the record why the unload fails; who has cancelled it doesn't wait for a silent store. */
static void
NoteFailure(const Unload *unload)
{
	ErrorData *error;

	if (unload->log == NULL)
		return;

	error = CopyErrorData();
	UnloadLogFailed(unload->log, error->message);
	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED || error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN)
		UnloadTargetHurry(unload->target);
	FreeErrorData(error);
}
