/*
 * insert_select.c
 *		INSERT ... SELECT with a parallel plan and rows written many at a time.
 *
 *		SELECT (planned by itself, so with workers) -> insert node
 *			its few first rows, and those the node can't write -> receiver -> BulkLoader
 *
 * PostgreSQL plans no parallel query below an INSERT, because in general its
 * rows can set off anything.  Here the target is a plain table without
 * triggers and indexes, so nothing but the leader's own inserts happens, as in
 * CREATE TABLE AS.  A sequence can't be asked for a value while workers run:
 * the values of an IDENTITY column are counted up here, under a lock, and the
 * sequence is told at the end.
 *
 * A table with plain indexes gets no workers, but its rows many at a time, too:
 * what comes every night costs less so.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "access/genam.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/primnodes.h"
#include "parser/parsetree.h"
#include "optimizer/optimizer.h"
#include "pgstat.h"
#include "storage/lmgr.h"
#include "tcop/tcopprot.h"
#include "tcop/dest.h"
#include "utils/acl.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "compat.h"
#include "load/bulk_loader.h"
#include "plan/insert_node.h"
#include "plan/insert_plan.h"
#include "script/insert_select.h"
#include "script/varchar_plan.h"

/* Where the rows of the SELECT go that no node has written. */
typedef struct Receiver
{
	DestReceiver pub;
	BulkLoader *loader;
	InsertColumns columns;
	Oid sequence; /* of the IDENTITY column */
	int64 first_identity;
	InsertCounts counts; /* while the node runs, they are where it says */
	PlanState *node;	 /* NULL: the plan has none */
} Receiver;

static RangeTblEntry *PlainTarget(const Query *insert);
static bool PlainTable(Relation relation);
static bool PlainIndexes(Relation relation);
static bool PlainIdentity(const Query *insert);
static bool Cycles(Oid sequence);
static Query *SelectOf(const Query *insert, Receiver *receiver);
static void RunSelect(Query *select, const char *sql, Relation relation, Receiver *receiver);
static void BeginIdentity(Receiver *receiver);
static void EndIdentity(Receiver *receiver);
static void CountRows(Receiver *receiver, QueryDesc *query, Relation relation);
static bool ReceiveRow(TupleTableSlot *slot, DestReceiver *self);
static Datum NextIdentity(Receiver *receiver);
static void StartReceiver(DestReceiver *self, int operation, TupleDesc desc);
static void EndReceiver(DestReceiver *self);

bool
InsertSelectRun(Query *insert, const char *sql, uint64 *rows)
{
	RangeTblEntry *target = PlainTarget(insert);
	Receiver receiver = {.pub = {.receiveSlot = ReceiveRow,
								 .rStartup = StartReceiver,
								 .rShutdown = EndReceiver,
								 .rDestroy = EndReceiver,
								 .mydest = DestNone}};
	Relation relation;
	List *attnums = NIL;
	Query *select;

	if (target == NULL || !PlainIdentity(insert))
		return false;

	relation = table_open(target->relid, NoLock);
	if (!PlainTable(relation))
	{
		table_close(relation, NoLock);
		return false;
	}

	receiver.columns.relation = target->relid;
	VarcharPlanApply(insert);
	select = SelectOf(insert, &receiver);

	/* The loader is told of every column: the rewriter has put the defaults into the SELECT. */
	for (AttrNumber attnum = 1; attnum <= RelationGetNumberOfAttributes(relation); attnum++)
		attnums = lappend_int(attnums, attnum);

	/* No transaction id, command id or value of a sequence can be had once workers run. */
	(void)GetCurrentTransactionId();
	BeginIdentity(&receiver);
	receiver.loader = BulkLoaderBegin(relation, attnums, false, false);
	RunSelect(select, sql, relation, &receiver);
	*rows = BulkLoaderEnd(receiver.loader) + pg_atomic_read_u64(&receiver.counts.rows);
	EndIdentity(&receiver);
	table_close(relation, NoLock);

	return true;
}

/* The target of a plain INSERT ... SELECT, or NULL. */
static RangeTblEntry *
PlainTarget(const Query *insert)
{
	RangeTblRef *source;

	/* each of these has to see rows one by one, or in the executor's own order */
	if (insert->commandType != CMD_INSERT || insert->returningList != NIL ||
		insert->onConflict != NULL || insert->hasModifyingCTE || insert->withCheckOptions != NIL ||
		list_length(insert->jointree->fromlist) != 1)
		return NULL;

	/* not VALUES, and no join: one query that the rows come from */
	source = linitial(insert->jointree->fromlist);
	if (!IsA(source, RangeTblRef) ||
		rt_fetch(source->rtindex, insert->rtable)->rtekind != RTE_SUBQUERY)
		return NULL;

	return rt_fetch(insert->resultRelation, insert->rtable);
}

/* Whether a row that goes into the table sets off nothing. */
static bool
PlainTable(Relation relation)
{
	TupleConstr *constraints = RelationGetDescr(relation)->constr;

	/* what fires, keeps order or hides rows needs the executor's INSERT */
	if (relation->rd_rel->relkind != RELKIND_RELATION || relation->rd_rel->relispartition ||
		relation->rd_rel->relhastriggers || relation->rd_rel->relrowsecurity ||
		!PlainIndexes(relation))
		return false;

	for (int i = 0; i < RelationGetNumberOfAttributes(relation); i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(RelationGetDescr(relation), i);

		/* a domain may refuse the NULL of a column that is left out: only the INSERT's own plan asks it */
		if (!attribute->attisdropped &&
			(attribute->attgenerated != '\0' || get_typtype(attribute->atttypid) == TYPTYPE_DOMAIN))
			return false;
	}

	/* a volatile check may look at the table, where the rows are not yet */
	for (int i = 0; constraints != NULL && i < constraints->num_check; i++)
		if (contain_volatile_functions(stringToNode(constraints->check[i].ccbin)))
			return false;
	return true;
}

/* Whether the entries of a row in the indexes are its columns: nothing is computed for them, or refused by them. */
static bool
PlainIndexes(Relation relation)
{
	ListCell *cell;

	foreach (cell, RelationGetIndexList(relation))
	{
		Relation index = index_open(lfirst_oid(cell), AccessShareLock);
		bool plain = index->rd_rel->relam == BTREE_AM_OID && !index->rd_index->indisunique &&
					 !index->rd_index->indisexclusion &&
					 heap_attisnull(index->rd_indextuple, Anum_pg_index_indexprs, NULL) &&
					 heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL);

		index_close(index, AccessShareLock);
		if (!plain)
			return false;
	}

	return true;
}

/* Whether sequences are only used as those of IDENTITY columns, one at most, which don't cycle and the user may set. */
static bool
PlainIdentity(const Query *insert)
{
	int count = 0;
	ListCell *cell;

	foreach (cell, insert->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);
		Oid sequence;

		if (!IsA(entry->expr, NextValueExpr))
			continue;
		sequence = castNode(NextValueExpr, entry->expr)->seqid;
		if (++count > 1 || Cycles(sequence) ||
			pg_class_aclcheck(sequence, GetUserId(), ACL_UPDATE) != ACLCHECK_OK)
			return false;
	}

	return true;
}

/* Whether a sequence begins anew after its last value. */
static bool
Cycles(Oid sequence)
{
	HeapTuple tuple = SearchSysCache1(SEQRELID, ObjectIdGetDatum(sequence));
	bool cycles;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for sequence %u", sequence);
	cycles = ((Form_pg_sequence)GETSTRUCT(tuple))->seqcycle;
	ReleaseSysCache(tuple);

	return cycles;
}

/*
 * The SELECT that gives the rows of an INSERT, without the IDENTITY column.
 * Its range table keeps the target, so that the executor checks the rights.
 */
static Query *
SelectOf(const Query *insert, Receiver *receiver)
{
	Query *select = copyObject((Query *)insert);
	List *columns = NIL;
	ListCell *cell;

	foreach (cell, select->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);

		if (entry->resjunk)
			continue;
		if (IsA(entry->expr, NextValueExpr))
		{
			NextValueExpr *next = castNode(NextValueExpr, entry->expr);

			receiver->columns.identity = entry->resno;
			receiver->columns.identity_type = next->typeId;
			receiver->sequence = next->seqid;
			continue;
		}

		receiver->columns.attnums = lappend_int(receiver->columns.attnums, entry->resno);
		entry->resno = list_length(receiver->columns.attnums);
		columns = lappend(columns, entry);
	}

	select->commandType = CMD_SELECT;
	select->resultRelation = 0;
	select->targetList = columns;

	return select;
}

/* Runs the SELECT from end to end: into the table, or into the receiver. */
static void
RunSelect(Query *select, const char *sql, Relation relation, Receiver *receiver)
{
	bool indexed = relation->rd_rel->relhasindex;
	bool by_node = !indexed && InsertNodeServes(relation);
	PlannedStmt *plan;
	QueryDesc *query;

	/* What compares keys may be anybody's function, and is called with no workers about. */
	PushActiveSnapshot(GetTransactionSnapshot());
	plan = indexed ? pg_plan_query(select, sql, 0, NULL) : InsertPlan(select, sql, by_node);
	if (by_node)
	{
		if (InsertNodeShares(plan))
			BulkLoaderShare(receiver->loader);
		InsertNodeAdd(plan, &receiver->columns);
	}
	query = CreateQueryDesc(plan, sql, GetActiveSnapshot(), InvalidSnapshot, &receiver->pub, NULL,
							NULL, 0);
	ExecutorStart(query, 0);
	if (by_node)
		receiver->node = InsertNodeFind(query->planstate, &receiver->counts);
	CompatExecutorRun(query);
	if (by_node)
		CountRows(receiver, query, relation);
	ExecutorFinish(query);
	ExecutorEnd(query);
	FreeQueryDesc(query);
	PopActiveSnapshot();
}

/* Takes the next value of the sequence, and keeps others from it until the transaction ends. */
static void
BeginIdentity(Receiver *receiver)
{
	InsertColumns *columns = &receiver->columns;
	HeapTuple tuple;
	Form_pg_sequence sequence;

	InsertCountsInit(&receiver->counts, 0);
	if (columns->identity == 0)
		return;

	LockRelationOid(receiver->sequence, ShareRowExclusiveLock);
	tuple = SearchSysCache1(SEQRELID, ObjectIdGetDatum(receiver->sequence));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for sequence %u", receiver->sequence);
	sequence = (Form_pg_sequence)GETSTRUCT(tuple);
	columns->step = sequence->seqincrement;
	columns->min = sequence->seqmin;
	columns->max = sequence->seqmax;
	ReleaseSysCache(tuple);
	receiver->first_identity = nextval_internal(receiver->sequence, false);
	InsertCountsInit(&receiver->counts, receiver->first_identity);
}

/* Tells the sequence the last value that a row got. */
static void
EndIdentity(Receiver *receiver)
{
	int64 next = (int64)pg_atomic_read_u64(&receiver->counts.identity);

	if (receiver->columns.identity != 0 && next != receiver->first_identity)
		(void)DirectFunctionCall2(setval_oid, ObjectIdGetDatum(receiver->sequence),
								  Int64GetDatum(next - receiver->columns.step));
}

/* Reports the rows that the node has written, in whatever process. */
static void
CountRows(Receiver *receiver, QueryDesc *query, Relation relation)
{
	uint64 rows = pg_atomic_read_u64(&receiver->counts.rows);

	/* for whoever looks on: pg_stat_statements, auto_explain */
	query->estate->es_processed += rows;
	pgstat_count_heap_insert(relation, rows);
}

/* Puts a row of the SELECT into the table. */
static bool
ReceiveRow(TupleTableSlot *slot, DestReceiver *self)
{
	Receiver *receiver = (Receiver *)self;
	TupleTableSlot *row = BulkLoaderNextSlot(receiver->loader);
	AttrNumber identity = receiver->columns.identity;
	PackedRow size = {0};
	int column = 0;
	ListCell *cell;

	slot_getallattrs(slot);
	foreach (cell, receiver->columns.attnums)
	{
		int attribute = lfirst_int(cell) - 1;

		row->tts_values[attribute] = slot->tts_values[column];
		row->tts_isnull[attribute] = slot->tts_isnull[column];
		if (!slot->tts_isnull[column] &&
			TupleDescAttr(slot->tts_tupleDescriptor, column)->attlen == -1)
			size.length += VARSIZE_ANY(DatumGetPointer(slot->tts_values[column]));
		column++;
	}

	if (identity != 0)
	{
		row->tts_values[identity - 1] = NextIdentity(receiver);
		row->tts_isnull[identity - 1] = false;
	}

	BulkLoaderAddSlot(receiver->loader, &size);

	return true;
}

/* The next value of the IDENTITY column. */
static Datum
NextIdentity(Receiver *receiver)
{
	InsertCounts *counts =
		receiver->node != NULL ? InsertNodeCounts(receiver->node) : &receiver->counts;
	Datum value;

	if (!InsertNextIdentity(counts, &receiver->columns, &value))
		ereport(ERROR, errcode(ERRCODE_SEQUENCE_GENERATOR_LIMIT_EXCEEDED),
				errmsg("the identity column has no value left"),
				errdetail("Its values go from %lld to %lld.", (long long)receiver->columns.min,
						  (long long)receiver->columns.max));
	return value;
}

/* The receiver has nothing to begin. */
static void
StartReceiver(DestReceiver *self, int operation, TupleDesc desc)
{
}

/* Nor to end: the loader outlives it. */
static void
EndReceiver(DestReceiver *self)
{
}
