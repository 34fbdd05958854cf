/*
 * log_prune.c
 *		Shortens the record of loads.
 *
 * The index on start_time is read from the newest load backwards; what comes after
 * the limit of rows, or is older than the limit of days, goes with all its details.  The
 * transaction is the worker's own: a load under REPEATABLE READ never meets the deletion.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "record/log_prune.h"
#include "record/log_table.h"
#include "record/log_worker.h"

/* A load that recorded so many rows is worth a look at the limit of rows. */
#define MANY_ROWS 10000

/* A load that recorded few is worth one so often. */
#define LOOK_EVERY_MS (60 * 1000)

int load_history_days = 7;
int load_history_rows = 1000000;

/* A load that has to go. */
typedef struct OldLoad
{
	int64 query_id;
	ItemPointerData tid;
} OldLoad;

static void PruneKind(LogTable first, LogTable last, const LogLimits *limits);
static List *FindOld(Relation loads, const LogLimits *limits);
static TimestampTz Cutoff(int days);
static void DeleteDetails(LogTable table, List *old);
static bool IsDue(const LogLimits *limits);

LogLimits
LogLimitsNow(void)
{
	return (LogLimits){.days = load_history_days, .rows = load_history_rows};
}

void
LogPrune(const LogLimits *limits)
{
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	pgstat_report_activity(STATE_RUNNING, "shortening the record of loads");

	PruneKind(LOG_LOAD, LOG_REPLACEMENT, limits);
	PruneKind(LOG_UNLOAD, LOG_UNLOAD_OBJECT, limits);
	PopActiveSnapshot();
	CommitTransactionCommand();
	pgstat_report_activity(STATE_IDLE, NULL);
}

/* Removes the oldest loads, or unloads, with what further tables have of them. */
static void
PruneKind(LogTable first, LogTable last, const LogLimits *limits)
{
	Relation loads;

	/* One at a time, and not beside VACUUM: whoever comes next does what is left. */
	loads = LogTableOpen(first, AccessShareLock);
	if (ConditionalLockRelation(loads, ShareUpdateExclusiveLock))
	{
		List *old = FindOld(loads, limits);
		ListCell *cell;

		for (int table = first + 1; old != NIL && table <= (int)last; table++)
			DeleteDetails(table, old);
		foreach (cell, old)
			CatalogTupleDelete(loads, &((OldLoad *)lfirst(cell))->tid);
	}

	table_close(loads, NoLock);
}

void
LogPruneLater(int64 recorded)
{
	static TimestampTz next_look = 0;
	const LogLimits limits = LogLimitsNow();
	const LogWorkerConfig worker = {
		.name = "sparkify_dwh load history",
		.function = "LogPruneMain",
		.start = BgWorkerStart_RecoveryFinished,
		.argument = ObjectIdGetDatum(MyDatabaseId),
		.extra = &limits,
		.extra_length = sizeof(limits),
	};

	if (recorded < MANY_ROWS && GetCurrentTimestamp() < next_look)
		return;

	next_look = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), LOOK_EVERY_MS);
	if (recorded < MANY_ROWS && !IsDue(&limits))
		return;

	(void)LogWorkerAsk(&worker);
}

/* The worker that a session asked for. */
void
LogPruneMain(Datum main_arg)
{
	LogLimits limits;

	memcpy(&limits, MyBgworkerEntry->bgw_extra, sizeof(limits));
	LogWorkerConnect(DatumGetObjectId(main_arg));
	LogPrune(&limits);
	proc_exit(0);
}

/* The loads beyond the limits, a list of OldLoad. */
static List *
FindOld(Relation loads, const LogLimits *limits)
{
	TupleDesc desc = RelationGetDescr(loads);
	AttrNumber start = LogColumn(desc, "start_time"), id = LogColumn(desc, "query_id"),
			   recorded = LogColumn(desc, "recorded_rows");
	Relation index = index_open(LogIndexOn(loads, "start_time"), AccessShareLock);
	SysScanDesc scan = systable_beginscan_ordered(loads, index, GetActiveSnapshot(), 0, NULL);
	TimestampTz cutoff = Cutoff(limits->days);
	List *old = NIL;
	int64 rows = 0;
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext_ordered(scan, BackwardScanDirection)))
	{
		bool isnull;
		Datum begun = heap_getattr(tuple, start, desc, &isnull);
		bool late = !isnull && DatumGetTimestampTz(begun) < cutoff;
		Datum count = heap_getattr(tuple, recorded, desc, &isnull);
		int64 size = 1 + (isnull ? 0 : DatumGetInt64(count));

		/* The newest load stays whatever its size: somebody is about to look at it. */
		bool large = limits->rows > 0 && rows > 0 && rows + size > limits->rows;

		rows += size;
		if (late || large)
		{
			OldLoad *load = palloc(sizeof(OldLoad));

			load->query_id = DatumGetInt64(heap_getattr(tuple, id, desc, &isnull));
			load->tid = tuple->t_self;
			old = lappend(old, load);
		}

		CHECK_FOR_INTERRUPTS();
	}

	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);

	return old;
}

/* What began before this is too old; nothing is where there is no limit. */
static TimestampTz
Cutoff(int days)
{
	return days > 0 ? GetCurrentTimestamp() - days * USECS_PER_DAY : DT_NOBEGIN;
}

/* Deletes what a table has of these loads. */
static void
DeleteDetails(LogTable table, List *old)
{
	ListCell *cell;

	foreach (cell, old)
		LogTableDelete(table, ((OldLoad *)lfirst(cell))->query_id);
}

/*
 * Whether the oldest load is older than it may be.  Not read with a snapshot of the transaction's:
 * under SERIALIZABLE that would be a dependency on every other load, and one of two would fail.
 */
static bool
IsDue(const LogLimits *limits)
{
	Relation loads = LogTableOpen(LOG_LOAD, AccessShareLock);
	Relation index = index_open(LogIndexOn(loads, "start_time"), AccessShareLock);
	SysScanDesc scan = systable_beginscan_ordered(loads, index, SnapshotSelf, 0, NULL);
	HeapTuple tuple = systable_getnext_ordered(scan, ForwardScanDirection);
	bool due = false;

	if (HeapTupleIsValid(tuple))
	{
		TupleDesc desc = RelationGetDescr(loads);
		bool isnull;
		Datum begun = heap_getattr(tuple, LogColumn(desc, "start_time"), desc, &isnull);

		due = !isnull && DatumGetTimestampTz(begun) < Cutoff(limits->days);
	}

	systable_endscan_ordered(scan);
	index_close(index, AccessShareLock);
	table_close(loads, AccessShareLock);

	return due;
}
