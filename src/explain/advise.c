/*
 * advise.c
 *		sparkify_advise(): what other designs of the tables would move and read.
 *
 *		queries, counted once -> for each table, each design it could have:
 *			settle the plans again, add up -> the least first
 *
 * One table is changed at a time, the others keep the design they have.  Rows
 * are those counted once, under the present designs; nothing is said of time or money.
 * What fills no table may be read more often than the rest: "reads" times.  A
 * table that no query fills is filled once, from anywhere, as COPY does.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "explain/explained_query.h"
#include "explain/facts/fact_slice.h"
#include "explain/table_facts.h"

#define ADVICE_COLUMNS 8

/* A key whose fullest slice holds more than this many times its share isn't advised. */
#define MAX_SKEW 2.0

PG_FUNCTION_INFO_V1(sparkify_advise);

/* A design a table could have, and what follows from it. */
typedef struct Advice
{
	Oid relid;
	TableDesign design;
	const char *statement; /* NULL: the design it has */
	bool is_sorted;		   /* it is the sort key that is another */
	double moved_rows;
	double moved_bytes;
	int64 blocks_read;
	int64 blocks;
	double skew; /* fullest slice to the average; 0: not counted */
} Advice;

static List *Tables(List *queries);
static List *Candidates(Oid relid, List *queries);
static void AddCandidate(List **advices, const Advice *current, DistStyle style, AttrNumber key,
						 AttrNumber sort, const char *clause);
static bool IsKeyColumn(Oid relid, AttrNumber attnum);
static void Judge(Advice *advice, List *queries, int slices, int reads);
static bool IsFilled(Oid relid, List *queries);
static const ScanFacts *FactsIn(List *queries, Oid relid);
static void TakeCounts(Advice *advice, List *queries, int slices, int reads);
static void CountAnew(Advice *advice, const Advice *current, List *queries, int slices, int reads);
static double Skew(const RowSpread *spread, int slices);
static int CompareAdvices(const ListCell *a, const ListCell *b);
static void PutAdvice(ReturnSetInfo *result, const Advice *advice);

/* sparkify_advise(script, slices). */
Datum
sparkify_advise(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	int slices = FactSlices(fcinfo, 1);
	int reads = PG_GETARG_INT32(2);
	List *queries;
	ListCell *table;

	if (slices < 2)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("nothing moves in a cluster of fewer than two slices"));
	if (reads < 1)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("queries are read at least once"));
	queries = ExplainScript(text_to_cstring(PG_GETARG_TEXT_PP(0)), COUNT_SIDES, slices);
	InitMaterializedSRF(fcinfo, 0);
	foreach (table, Tables(queries))
	{
		List *advices = Candidates(lfirst_oid(table), queries);
		const Advice *current = linitial(advices);
		ListCell *cell;

		foreach (cell, advices)
		{
			Advice *advice = lfirst(cell);

			CHECK_FOR_INTERRUPTS();
			Judge(advice, queries, slices, reads);

			/* the present design comes first, so its counts are there to compare with */
			if (advice == current)
				TakeCounts(advice, queries, slices, reads);
			else
				CountAnew(advice, current, queries, slices, reads);
		}

		list_sort(advices, CompareAdvices);
		foreach (cell, advices)
			PutAdvice(result, lfirst(cell));
	}

	return (Datum)0;
}

/* The tables that the queries read or fill, each once. */
static List *
Tables(List *queries)
{
	List *tables = NIL;
	ListCell *cell;

	foreach (cell, queries)
	{
		const ExplainedQuery *query = lfirst(cell);
		ListCell *scan;

		foreach (scan, PlanScans(query->root))
			tables = list_append_unique_oid(tables, ((PlanNode *)lfirst(scan))->relid);
		if (OidIsValid(query->target))
			tables = list_append_unique_oid(tables, query->target);
	}

	return tables;
}

/* The designs to compare: the present one, the styles, each column as key, each compared column as sort key. */
static List *
Candidates(Oid relid, List *queries)
{
	Advice *current = palloc0(sizeof(Advice));
	List *advices = list_make1(current);
	List *sorts = NIL;
	ListCell *cell;

	*current = (Advice){.relid = relid, .design = *DesignRead(relid)};
	AddCandidate(&advices, current, DIST_EVEN, 0, 0, "DISTSTYLE EVEN");
	AddCandidate(&advices, current, DIST_ALL, 0, 0, "DISTSTYLE ALL");
	for (AttrNumber attnum = 1; attnum <= current->design.count; attnum++)
		if (IsKeyColumn(relid, attnum))
			AddCandidate(
				&advices, current, DIST_KEY, attnum, 0,
				psprintf("DISTKEY %s", quote_identifier(get_attname(relid, attnum, false))));

	/* a sort key is worth asking about only where some query compares the column with a value */
	foreach (cell, queries)
	{
		ListCell *scan_cell;

		foreach (scan_cell, PlanScans(((ExplainedQuery *)lfirst(cell))->root))
		{
			const PlanNode *scan = lfirst(scan_cell);
			ListCell *range;

			if (scan->relid != relid)
				continue;
			foreach (range, ColumnRanges(scan->plan->qual, scan->scan, relid))
				sorts = list_append_unique_int(sorts, ((ColumnRange *)lfirst(range))->attnum);
		}
	}

	/* each sort key beside the present distribution: both at once would be their product */
	foreach (cell, sorts)
		AddCandidate(&advices, current, current->design.dist_style, DesignDistKey(&current->design),
					 lfirst_int(cell),
					 psprintf("SORTKEY (%s)",
							  quote_identifier(get_attname(relid, lfirst_int(cell), false))));
	return advices;
}

/* Adds a design, unless it is the present one; sort 0 keeps the sort key. */
static void
AddCandidate(List **advices, const Advice *current, DistStyle style, AttrNumber key,
			 AttrNumber sort, const char *clause)
{
	Advice *advice = palloc0(sizeof(Advice));
	TableDesign *design = &advice->design;
	List *sort_key = DesignSortKey(&current->design);

	/* a design that changes nothing is no advice */
	if (sort == 0 && style == current->design.dist_style && key == DesignDistKey(&current->design))
		return;
	if (sort != 0 && sort_key != NIL && linitial_int(sort_key) == sort)
		return;

	/* a copy, columns included: the current design is compared with all the others */
	*advice = *current;
	design->dist_style = style;
	design->columns = palloc(design->count * sizeof(ColumnDesign));
	memcpy(design->columns, current->design.columns, design->count * sizeof(ColumnDesign));
	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
	{
		design->columns[attnum - 1].dist_key = attnum == key;
		if (sort != 0)
			design->columns[attnum - 1].sort_position = attnum == sort ? 1 : 0;
	}

	/* an interleaved key is never proposed: it needs VACUUM REINDEX (AWS: t_Sorting_data) */
	if (sort != 0)
		design->sort_style = SORT_COMPOUND;
	advice->is_sorted = sort != 0;
	advice->statement =
		psprintf("ALTER TABLE %s ALTER %s",
				 quote_qualified_identifier(get_namespace_name(get_rel_namespace(current->relid)),
											get_rel_name(current->relid)),
				 clause);
	*advices = lappend(*advices, advice);
}

/* Whether a column is there and has a type that can be hashed; SUPER can't be a key. */
static bool
IsKeyColumn(Oid relid, AttrNumber attnum)
{
	Oid type;
	int32 modifier;
	Oid collation;

	if (get_attname(relid, attnum, true) == NULL)
		return false;

	get_atttypetypmodcoll(relid, attnum, &type, &modifier, &collation);

	return type != JSONBOID && OidIsValid(lookup_type_cache(type, TYPECACHE_HASH_PROC)->hash_proc);
}

/* Adds up what the queries would move. */
static void
Judge(Advice *advice, List *queries, int slices, int reads)
{
	DesignChange change = {advice->relid, &advice->design};
	ListCell *cell;

	foreach (cell, queries)
	{
		ExplainedQuery *query = lfirst(cell);
		int times = OidIsValid(query->target) ? 1 : reads;
		ListCell *join;

		/* settled anew with the other design: labels, and so what moves, follow from it */
		DistributionSettle(query->root, slices, &change);
		foreach (join, PlanJoins(query->root))
		{
			advice->moved_rows += ((PlanNode *)lfirst(join))->moved_rows * times;
			advice->moved_bytes += ((PlanNode *)lfirst(join))->moved_bytes * times;
		}

		/* rows that fill a table travel once more, to where it wants them */
		if (OidIsValid(query->target))
		{
			const TableDesign *target =
				query->target == advice->relid ? &advice->design : DesignRead(query->target);
			double rows = DistributionFill(query->root, target, query->sources, slices);

			advice->moved_rows += rows;
			advice->moved_bytes += rows * query->root->width;
		}
	}

	/* nothing in the script fills it, so COPY does: its rows come in evenly and are sent on */
	if (!IsFilled(advice->relid, queries))
	{
		PlanNode loaded = {.rows = FactsIn(queries, advice->relid)->spread.rows,
						   .place = ROWS_EVEN};
		AttrNumber *nothing = palloc0((advice->design.count + 1) * sizeof(AttrNumber));
		double rows = DistributionFill(&loaded, &advice->design, nothing, slices);

		advice->moved_rows += rows;
		advice->moved_bytes += rows * TableWidth(advice->relid);
	}
}

/* Whether one of the queries fills a table. */
static bool
IsFilled(Oid relid, List *queries)
{
	ListCell *cell;

	foreach (cell, queries)
		if (((ExplainedQuery *)lfirst(cell))->target == relid)
			return true;
	return false;
}

/* What was counted of a table that one of the queries scans. */
static const ScanFacts *
FactsIn(List *queries, Oid relid)
{
	const ScanFacts *facts = NULL;
	ListCell *cell;

	foreach (cell, queries)
		if (facts == NULL)
			facts = FactsOfTable(((const ExplainedQuery *)lfirst(cell))->facts, relid);
	return facts;
}

/*
 * Takes over what was counted of the present design when the queries were explained; a table that is only
 * filled has not been.
 */
static void
TakeCounts(Advice *advice, List *queries, int slices, int reads)
{
	const ScanFacts *scanned = FactsIn(queries, advice->relid);
	ListCell *query_cell;

	/* only a key can heap rows up on one slice */
	if (advice->design.dist_style == DIST_KEY)
	{
		RowSpread spread = scanned != NULL
							   ? scanned->spread
							   : TableCount(advice->relid, &advice->design, slices, NIL);

		advice->skew = Skew(&spread, slices);
	}
	foreach (query_cell, queries)
	{
		const ExplainedQuery *query = lfirst(query_cell);
		int times = OidIsValid(query->target) ? 1 : reads;
		ListCell *cell;

		foreach (cell, query->facts)
		{
			const ScanFacts *facts = lfirst(cell);

			if (facts->scan->relid != advice->relid)
				continue;
			advice->blocks_read += facts->request.blocks.read * times;
			advice->blocks += facts->request.blocks.all * times;
		}
	}
}

/*
 * Counts what another design changes, in one pass over the table: blocks change
 * with the sort key only, and skew matters where less moves.
 */
static void
CountAnew(Advice *advice, const Advice *current, List *queries, int slices, int reads)
{
	bool is_skew_wanted =
		advice->design.dist_style == DIST_KEY && advice->moved_bytes < current->moved_bytes;
	List *requests = NIL;
	List *times = NIL;
	RowSpread spread;
	ListCell *query_cell;

	foreach (query_cell, queries)
	{
		const ExplainedQuery *query = lfirst(query_cell);
		ListCell *cell;

		foreach (cell, query->facts)
		{
			const ScanFacts *facts = lfirst(cell);
			FactRequest *request;

			/* a scan without ranges reads all blocks, however they are sorted */
			if (!advice->is_sorted || facts->scan->relid != advice->relid ||
				facts->request.ranges == NIL)
				continue;
			request = palloc0(sizeof(FactRequest));
			request->ranges = facts->request.ranges;
			requests = lappend(requests, request);

			/* a load runs once, what reads the table runs again and again */
			times = lappend_int(times, OidIsValid(query->target) ? 1 : reads);
		}
	}

	/* all sort keys' scans are asked in one pass; most designs need none */
	if (requests != NIL || is_skew_wanted)
	{
		spread = TableCount(advice->relid, &advice->design, slices, requests);
		if (is_skew_wanted)
			advice->skew = Skew(&spread, slices);
	}

	/* where a row lies among the slices doesn't change how its column is sorted */
	if (!advice->is_sorted)
	{
		advice->blocks_read = current->blocks_read;
		advice->blocks = current->blocks;
	}
	for (int i = 0; i < list_length(requests); i++)
	{
		const FactRequest *request = list_nth(requests, i);

		advice->blocks_read += request->blocks.read * list_nth_int(times, i);
		advice->blocks += request->blocks.all * list_nth_int(times, i);
	}
}

/* How unevenly a distribution key spreads the rows: the fullest slice to the average. */
static double
Skew(const RowSpread *spread, int slices)
{
	return spread->rows > 0 ? (double)spread->most * slices / spread->rows : 1;
}

/* Less moved first, then fewer blocks, then what it has; a skewed key last. */
static int
CompareAdvices(const ListCell *a, const ListCell *b)
{
	const Advice *left = lfirst(a);
	const Advice *right = lfirst(b);
	bool left_skewed = left->skew > MAX_SKEW;
	bool right_skewed = right->skew > MAX_SKEW;

	/* the slowest slice holds a query up: no saved byte makes up for that */
	if (left_skewed != right_skewed)
		return left_skewed ? 1 : -1;
	if (left->moved_bytes != right->moved_bytes)
		return left->moved_bytes > right->moved_bytes ? 1 : -1;
	if (left->blocks_read != right->blocks_read)
		return left->blocks_read > right->blocks_read ? 1 : -1;

	/* as good as the present design is no reason to change it */
	return (left->statement != NULL) - (right->statement != NULL);
}

/* Adds a design to the result. */
static void
PutAdvice(ReturnSetInfo *result, const Advice *advice)
{
	Datum values[ADVICE_COLUMNS] = {
		CStringGetTextDatum(get_rel_name(advice->relid)),
		(Datum)0,
		BoolGetDatum(advice->statement == NULL),
		Int64GetDatum((int64)(advice->moved_rows + 0.5)),
		Int64GetDatum((int64)(advice->moved_bytes + 0.5)),
		Int64GetDatum(advice->blocks_read),
		Int64GetDatum(advice->blocks),
		Float4GetDatum((float4)(rint(advice->skew * 100) / 100)),
	};
	bool nulls[ADVICE_COLUMNS] = {false};

	nulls[1] = advice->statement == NULL;
	if (advice->statement != NULL)
		values[1] = CStringGetTextDatum(advice->statement);
	nulls[7] = advice->skew == 0;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}
