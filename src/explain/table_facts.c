/*
 * table_facts.c
 *		Counts a table's rows by slice and by block, in one pass.
 *
 *		requests -> SELECT of an aggregate for each -> SPI, with parallel workers
 *			-> counts by slice and block -> rows a slice, blocks read
 *
 * The hash that says on which slice a value lies is PostgreSQL's; Redshift's
 * isn't documented.  Both spread distinct values alike; which slice a frequent
 * value falls on differs.  A block is 1 MB of one column, uncompressed.
 */
#include "postgres.h"

#include "explain/table_facts.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "explain/facts/order_word.h"
#include "explain/facts/ordered_facts.h"
#include "explain/plan_node.h"

#define BLOCK_SIZE (1024 * 1024)

/* How well the pages of a table must be in the order of a column to be told by their least and greatest. */
#define PAGES_IN_ORDER 0.95

/* What count_facts counts for a slice: rows, and those of its two conditions; the second is where rows match. */
#define COUNTS_A_SLICE 3
#define COUNT_MATCHING 2

/* How the rows stand in which the blocks of a column are counted. */
typedef enum RowOrder
{
	ORDER_NONE,	  /* no blocks are asked for */
	ORDER_KEY,	  /* sorted by the column */
	ORDER_LOADED, /* as they were loaded: there is no sort key */
	ORDER_OTHER	  /* sorted by other columns first */
} RowOrder;

/* A request, and where its answers stand among the pass's columns (from 1; 0: nowhere). */
typedef struct PassItem
{
	FactRequest *request;
	RowOrder order;
	AttrNumber attnum; /* whose blocks */
	int facts;
	int matching;
	bool is_unsure; /* the pass couldn't tell its blocks */
} PassItem;

/* One pass over a table. */
typedef struct FactPass
{
	Oid relid;
	const TableDesign *design;
	DistStyle style;
	int copies; /* slices that hold different rows */

	StringInfoData columns;
	int count;
} FactPass;

static void AddItem(FactPass *pass, PassItem *item, FactRequest *request);
static bool IsCountedWithBlocks(const FactPass *pass, const PassItem *item);
static int AddColumn(FactPass *pass, const char *expression);
static RowOrder OrderFor(const FactPass *pass, PassItem *item);
static char *FactsInKeyOrder(const FactPass *pass, const PassItem *item);
static char *FactsAsLoaded(const FactPass *pass, const PassItem *item);
static bool HasPagesInOrder(const FactPass *pass);
static char *FactsInOtherOrder(const FactPass *pass, const PassItem *item, bool by_page);
static RowSpread TakeSpread(const FactPass *pass, int facts);
static void TakeAnswer(const FactPass *pass, PassItem *item);
static void TakeOrdered(const FactPass *pass, PassItem *item, const int64 *counts);
static BlockCount BlocksInKeyOrder(const FactPass *pass, const PassItem *item);
static void CountAgain(const FactPass *pass, PassItem *item);
static BlockCount BlocksInOtherOrder(const FactPass *pass, const PassItem *item);
static const char *KeyExpression(const FactPass *pass);
static int BlockRows(Oid relid, AttrNumber attnum);
static int ColumnWidth(Oid relid, AttrNumber attnum);
static double RowsAPage(Oid relid);
static void Select(const char *sql);
static int64 SelectNumber(int column);
static const int64 *SelectNumbers(int column);

RowSpread
TableCount(Oid relid, const TableDesign *design, int slices, List *requests)
{
	DistStyle style = DistributionStyle(relid, design);
	FactPass pass = {relid, design, style, style == DIST_ALL ? 1 : slices, {0}, 0};
	PassItem *items = palloc0(list_length(requests) * sizeof(PassItem) + 1);
	RowSpread spread;
	int facts = 0;

	SPI_connect();
	initStringInfo(&pass.columns);
	for (int i = 0; i < list_length(requests); i++)
	{
		AddItem(&pass, &items[i], list_nth(requests, i));
		if (facts == 0)
			facts = items[i].facts;
	}
	/* any of the counts by slice will do for the spread of the rows */
	if (facts == 0 && style == DIST_KEY)
		facts = AddColumn(&pass, psprintf("sparkify_internal.count_facts(%d, %s, NULL, 1, 1, "
										  "false, false)",
										  pass.copies, KeyExpression(&pass)));
	else if (facts == 0)
		(void)AddColumn(&pass, "count(*)");

	Select(psprintf("SELECT %s FROM ONLY %s", pass.columns.data, RelationAsSql(relid)));
	spread = TakeSpread(&pass, facts);
	for (int i = 0; i < list_length(requests); i++)
		TakeAnswer(&pass, &items[i]);

	/* these are queries of their own, so they come when the pass has been read */
	for (int i = 0; i < list_length(requests); i++)
		if (items[i].is_unsure)
			CountAgain(&pass, &items[i]);
	SPI_finish();

	return spread;
}

int
TableWidth(Oid relid)
{
	int width = 0;

	for (AttrNumber attnum = 1; get_attname(relid, attnum, true) != NULL; attnum++)
		width += ColumnWidth(relid, attnum);
	return width;
}

/* Adds what a request needs to the pass. */
static void
AddItem(FactPass *pass, PassItem *item, FactRequest *request)
{
	OrderKind unused;

	item->request = request;
	item->order = OrderFor(pass, item);
	if (item->order == ORDER_KEY)
		item->facts = AddColumn(pass, FactsInKeyOrder(pass, item));
	else if (item->order == ORDER_LOADED)
		item->facts = AddColumn(pass, FactsAsLoaded(pass, item));
	else if (item->order == ORDER_OTHER &&
			 OrderKindOf(get_atttype(pass->relid, linitial_int(DesignSortKey(pass->design))),
						 &unused))
		item->facts = AddColumn(pass, FactsInOtherOrder(pass, item, HasPagesInOrder(pass)));
	if (request->condition != NULL && !IsCountedWithBlocks(pass, item))
		item->matching =
			AddColumn(pass, psprintf("count(*) FILTER (WHERE %s)", request->condition));
}

/* Whether what counts the blocks counts the rows for which the condition is true, too. */
static bool
IsCountedWithBlocks(const FactPass *pass, const PassItem *item)
{
	ListCell *cell;

	if (item->facts == 0 || item->order == ORDER_LOADED || !item->request->is_ranges)
		return false;
	foreach (cell, item->request->ranges)
		if (((const ColumnRange *)lfirst(cell))->attnum != item->attnum)
			return false;

	/* blocks are told apart by the bytes of a text, rows by its collation */
	return !type_is_collatable(get_atttype(pass->relid, item->attnum));
}

/* Adds a column to the pass, and says which it is. */
static int
AddColumn(FactPass *pass, const char *expression)
{
	appendStringInfo(&pass->columns, "%s%s", pass->count > 0 ? ", " : "", expression);
	return ++pass->count;
}

/* Chooses the column whose blocks are counted, and says how the rows stand for it. */
static RowOrder
OrderFor(const FactPass *pass, PassItem *item)
{
	const TableDesign *design = pass->design;
	List *sort_key = DesignSortKey(design);
	AttrNumber leading =
		sort_key != NIL && design->sort_style != SORT_INTERLEAVED ? linitial_int(sort_key) : 0;
	ListCell *cell;

	if (item->request->ranges == NIL)
		return ORDER_NONE;

	/* zone maps help most in the column the table is sorted by; of others the first compared stands for all */
	item->attnum = ((const ColumnRange *)linitial(item->request->ranges))->attnum;
	foreach (cell, item->request->ranges)
		if (((const ColumnRange *)lfirst(cell))->attnum == leading)
			item->attnum = leading;
	if (item->attnum == leading)
		return ORDER_KEY;

	/* without a sort key rows stay as they came, often by time; under another key they are all over it */
	return sort_key == NIL ? ORDER_LOADED : ORDER_OTHER;
}

/* Rows sorted by the column: for each slice the rows before those that match, and these. */
static char *
FactsInKeyOrder(const FactPass *pass, const PassItem *item)
{
	List *ranges = item->request->ranges;

	return psprintf("sparkify_internal.count_facts(%d, %s, NULL, 1, 1, NOT (%s), %s)", pass->copies,
					KeyExpression(pass),
					RangeCondition(pass->relid, ranges, item->attnum, RANGE_ABOVE),
					RangeCondition(pass->relid, ranges, item->attnum, RANGE_BOTH));
}

/*
 * Rows as they were loaded: the slices fill their blocks in step, and a run of
 * pages stands for one block of each.  The least value of a block is below the
 * upper bounds when one of its values is, the greatest likewise.
 */
static char *
FactsAsLoaded(const FactPass *pass, const PassItem *item)
{
	List *ranges = item->request->ranges;

	return psprintf("sparkify_internal.count_facts(%d, %s, ctid, %f, %f, %s, %s)", pass->copies,
					pass->style == DIST_KEY ? KeyExpression(pass) : "NULL::integer",
					RowsAPage(pass->relid),
					(double)BlockRows(pass->relid, item->attnum) * pass->copies,
					RangeCondition(pass->relid, ranges, item->attnum, RANGE_BELOW),
					RangeCondition(pass->relid, ranges, item->attnum, RANGE_ABOVE));
}

/* Whether the pages stand as the sort key has it, by what ANALYZE found. */
static bool
HasPagesInOrder(const FactPass *pass)
{
	AttrNumber attnum = linitial_int(DesignSortKey(pass->design));
	HeapTuple statistics = SearchSysCache3(STATRELATTINH, ObjectIdGetDatum(pass->relid),
										   Int16GetDatum(attnum), BoolGetDatum(false));
	AttStatsSlot slot;
	bool is_in_order = false;

	if (!HeapTupleIsValid(statistics))
		return false;
	if (get_attstatsslot(&slot, statistics, STATISTIC_KIND_CORRELATION, InvalidOid,
						 ATTSTATSSLOT_NUMBERS))
	{
		is_in_order = fabs(slot.numbers[0]) >= PAGES_IN_ORDER;
		free_attstatsslot(&slot);
	}
	ReleaseSysCache(statistics);
	return is_in_order;
}

/* Rows sorted by other columns first, the first of which tells most of them, or of their pages, apart. */
static char *
FactsInOtherOrder(const FactPass *pass, const PassItem *item, bool by_page)
{
	List *ranges = item->request->ranges;
	List *sort_key = DesignSortKey(pass->design);

	return psprintf("sparkify_internal.count_ordered_facts(%d, %s, %s, %s, %s, %d, %s, %s)",
					pass->copies, KeyExpression(pass), by_page ? "ctid" : "NULL",
					ColumnAsSql(pass->relid, linitial_int(sort_key)),
					list_length(sort_key) == 1 ? "true" : "false",
					BlockRows(pass->relid, item->attnum),
					RangeCondition(pass->relid, ranges, item->attnum, RANGE_BELOW),
					RangeCondition(pass->relid, ranges, item->attnum, RANGE_ABOVE));
}

/* Reads the rows a slice from one of the counts; 0 is the plain count of rows. */
static RowSpread
TakeSpread(const FactPass *pass, int facts)
{
	const int64 *counts = facts > 0 ? SelectNumbers(facts) : NULL;
	RowSpread spread = {0, PG_INT64_MAX, 0};

	if (facts == 0)
		spread.rows = SelectNumber(1);
	for (int slice = 0; counts != NULL && slice < pass->copies; slice++)
	{
		int64 rows = counts[slice * COUNTS_A_SLICE];

		spread.rows += rows;
		spread.fewest = Min(spread.fewest, rows);
		spread.most = Max(spread.most, rows);
	}

	/* in turn to each slice */
	if (pass->style != DIST_KEY || spread.rows == 0)
	{
		spread.fewest = spread.rows / pass->copies;
		spread.most = (spread.rows + pass->copies - 1) / pass->copies;
	}
	return spread;
}

/* Reads the answers to a request. */
static void
TakeAnswer(const FactPass *pass, PassItem *item)
{
	FactRequest *request = item->request;
	const int64 *counts = item->facts > 0 ? SelectNumbers(item->facts) : NULL;

	if (item->matching > 0)
		request->matching = SelectNumber(item->matching);
	else if (request->condition != NULL && counts != NULL)
		for (int slice = 0; slice < pass->copies; slice++)
			request->matching += counts[slice * COUNTS_A_SLICE + COUNT_MATCHING];
	if (item->order == ORDER_KEY)
		request->blocks = BlocksInKeyOrder(pass, item);
	else if (item->order == ORDER_LOADED)
		request->blocks = (BlockCount){item->attnum, 0, 0};

	else if (item->order == ORDER_OTHER)
		TakeOrdered(pass, item, counts);

	/* behind the slices' numbers stand the runs of pages, each of which is one block of every slice */
	if (item->order == ORDER_LOADED && counts != NULL)
	{
		const int64 *blocks = counts + pass->copies * COUNTS_A_SLICE;

		request->blocks.read = blocks[0] * pass->copies;
		request->blocks.all = blocks[1] * pass->copies;
	}
}

/* Reads the blocks that were counted without sorting, or finds that they couldn't be told. */
static void
TakeOrdered(const FactPass *pass, PassItem *item, const int64 *counts)
{
	const int64 *answers = counts != NULL ? counts + pass->copies * COUNTS_A_SLICE : NULL;

	item->request->blocks = (BlockCount){item->attnum, 0, 0};
	item->is_unsure = item->facts == 0 || (answers != NULL && answers[ORDERED_UNSURE] != 0);
	if (answers == NULL || item->is_unsure)
		return;
	item->request->blocks.read = answers[ORDERED_READ];
	item->request->blocks.all = answers[ORDERED_ALL];
}

/* The rows that match stand together on each slice, after the ones before them: which blocks they fill. */
static BlockCount
BlocksInKeyOrder(const FactPass *pass, const PassItem *item)
{
	const int64 *counts = SelectNumbers(item->facts);
	int64 in_block = BlockRows(pass->relid, item->attnum);
	BlockCount blocks = {item->attnum, 0, 0};

	for (int slice = 0; counts != NULL && slice < pass->copies; slice++)
	{
		const int64 *of_slice = counts + slice * COUNTS_A_SLICE;
		int64 before = of_slice[1];
		int64 matching = of_slice[2];

		blocks.all += (of_slice[0] + in_block - 1) / in_block;
		if (matching > 0)
			blocks.read += (before + matching - 1) / in_block - before / in_block + 1;
	}
	return blocks;
}

/* Counts what the pass couldn't tell: by each row where it was by pages, and where that can't tell either, sorted. */
static void
CountAgain(const FactPass *pass, PassItem *item)
{
	if (item->facts > 0 && HasPagesInOrder(pass))
	{
		Select(psprintf("SELECT %s FROM ONLY %s", FactsInOtherOrder(pass, item, false),
						RelationAsSql(pass->relid)));
		TakeOrdered(pass, item, SelectNumbers(1));
	}
	if (item->is_unsure)
		item->request->blocks = BlocksInOtherOrder(pass, item);
}

/* Rows sorted by other columns first: they are sorted here, and each slice is cut into blocks. */
static BlockCount
BlocksInOtherOrder(const FactPass *pass, const PassItem *item)
{
	List *ranges = item->request->ranges;
	StringInfoData order;
	const int64 *counts;
	ListCell *cell;

	initStringInfo(&order);
	foreach (cell, DesignSortKey(pass->design))
		appendStringInfo(&order, "%s%s", order.len > 0 ? ", " : "",
						 ComparedAsSql(pass->relid, lfirst_int(cell)));
	Select(psprintf("SELECT sparkify_internal.count_sorted_facts(%d, key, NULL, NULL, %d, below, "
					"above) FROM (SELECT %s AS key, %s AS below, %s AS above FROM ONLY %s "
					"ORDER BY %s) AS t",
					pass->copies, BlockRows(pass->relid, item->attnum), KeyExpression(pass),
					RangeCondition(pass->relid, ranges, item->attnum, RANGE_BELOW),
					RangeCondition(pass->relid, ranges, item->attnum, RANGE_ABOVE),
					RelationAsSql(pass->relid), order.data));
	counts = SelectNumbers(1);
	if (counts == NULL)
		return (BlockCount){item->attnum, 0, 0};
	counts += pass->copies * COUNTS_A_SLICE;
	return (BlockCount){item->attnum, counts[0], counts[1]};
}

/* What decides on the slice of a row, as SQL. */
static const char *
KeyExpression(const FactPass *pass)
{
	if (pass->style == DIST_KEY)
		return ColumnAsSql(pass->relid, DesignDistKey(pass->design));
	return pass->style == DIST_ALL ? "NULL::integer" : "ctid";
}

/* Values of a column in a block. */
static int
BlockRows(Oid relid, AttrNumber attnum)
{
	return Max(1, BLOCK_SIZE / ColumnWidth(relid, attnum));
}

/* The bytes of a value: the average, or what the type says. */
static int
ColumnWidth(Oid relid, AttrNumber attnum)
{
	int32 width = get_attavgwidth(relid, attnum);
	Oid type;
	int32 modifier;
	Oid collation;

	if (width <= 0)
	{
		get_atttypetypmodcoll(relid, attnum, &type, &modifier, &collation);
		width = get_typavgwidth(type, modifier);
	}

	return Max(1, width);
}

/* How many rows a page of the table holds. */
static double
RowsAPage(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Form_pg_class form;
	double rows = -1;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	form = (Form_pg_class)GETSTRUCT(tuple);
	if (form->relpages > 0 && form->reltuples > 0)
		rows = form->reltuples / form->relpages;
	ReleaseSysCache(tuple);
	if (rows > 0)
		return rows;

	/* never analyzed */
	Select(psprintf("SELECT count(*), pg_catalog.pg_relation_size(%u) / %d FROM ONLY %s", relid,
					BLCKSZ, RelationAsSql(relid)));
	return Max(1.0, (double)SelectNumber(1) / Max(1, SelectNumber(2)));
}

/* Runs a query that gives one row; without a limit, as with one it would have no workers. */
static void
Select(const char *sql)
{
	if (SPI_execute(sql, true, 0) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "unexpected result of: %s", sql);
}

/* A number of that row. */
static int64
SelectNumber(int column)
{
	bool null;
	Datum value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &null);

	return null ? 0 : DatumGetInt64(value);
}

/* An array of numbers of that row; NULL when it is null. */
static const int64 *
SelectNumbers(int column)
{
	bool null;
	Datum value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &null);
	Datum *elements;
	int count;
	int64 *numbers;

	if (null)
		return NULL;
	deconstruct_array(DatumGetArrayTypeP(value), INT8OID, sizeof(int64), FLOAT8PASSBYVAL,
					  TYPALIGN_DOUBLE, &elements, NULL, &count);
	numbers = palloc(count * sizeof(int64));
	for (int i = 0; i < count; i++)
		numbers[i] = DatumGetInt64(elements[i]);
	return numbers;
}
