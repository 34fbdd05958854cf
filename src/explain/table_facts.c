/*
 * table_facts.c
 *		Counts a table's rows by slice and by block.
 *
 * The hash that says on which slice a value lies is PostgreSQL's; Redshift's
 * isn't documented.  Both spread distinct values alike; which slice a frequent
 * value falls on differs.  A block is 1 MB of one column, uncompressed.
 */
#include "postgres.h"

#include "explain/table_facts.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "storage/itemptr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "explain/plan_node.h"

#define BLOCK_SIZE (1024 * 1024)

PG_FUNCTION_INFO_V1(sparkify_slice_of);
PG_FUNCTION_INFO_V1(sparkify_block_of);

static char *SliceExpression(Oid relid, const TableDesign *design, int slices);
static int64 SelectNumber(int column);
static void Select(const char *sql);
static char *RelationName(Oid relid);
static char *Column(Oid relid, AttrNumber attnum);
static char *Compared(Oid relid, AttrNumber attnum);
static int BlockRows(Oid relid, AttrNumber attnum);
static int ColumnWidth(Oid relid, AttrNumber attnum);
static double RowsAPage(Oid relid);
static char *RangeConditions(Oid relid, List *ranges, AttrNumber attnum, const char *kinds);
static char *BlockConditions(List *ranges, AttrNumber attnum);
static BlockCount BlocksInKeyOrder(Oid relid, const char *slice, List *ranges, AttrNumber attnum);
static BlockCount BlocksInOrder(Oid relid, const TableDesign *design, const char *slice, int slices,
								List *ranges, AttrNumber attnum);

/* sparkify_internal.slice_of(value, slices): the slice of a value; NULL lies on the first. */
Datum
sparkify_slice_of(PG_FUNCTION_ARGS)
{
	int slices = PG_GETARG_INT32(1);
	TypeCacheEntry *type = fcinfo->flinfo->fn_extra;
	uint32 hash;

	if (PG_ARGISNULL(0))
		PG_RETURN_INT32(0);
	if (type == NULL)
	{
		type = lookup_type_cache(get_fn_expr_argtype(fcinfo->flinfo, 0), TYPECACHE_HASH_PROC_FINFO);
		if (!OidIsValid(type->hash_proc_finfo.fn_oid))
			ereport(ERROR, errcode(ERRCODE_UNDEFINED_FUNCTION),
					errmsg("a column of type %s cannot be a distribution key",
						   format_type_be(type->type_id)));
		fcinfo->flinfo->fn_extra = type;
	}

	hash = DatumGetUInt32(
		FunctionCall1Coll(&type->hash_proc_finfo, DEFAULT_COLLATION_OID, PG_GETARG_DATUM(0)));
	PG_RETURN_INT32((int32)(hash % (uint32)slices));
}

/*
 * sparkify_internal.block_of(ctid, rows_a_page, rows_a_block): the block in which
 * a row stands, by its place in the order of loading.  One function, for it is
 * called for each row.
 */
Datum
sparkify_block_of(PG_FUNCTION_ARGS)
{
	BlockNumber page = ItemPointerGetBlockNumberNoCheck((ItemPointer)PG_GETARG_POINTER(0));

	PG_RETURN_INT64((int64)(page * PG_GETARG_FLOAT8(1) / PG_GETARG_FLOAT8(2)));
}

RowSpread
TableSpread(Oid relid, const TableDesign *design, int slices)
{
	DistStyle style = DistributionStyle(relid, design);
	int copies = style == DIST_ALL ? 1 : slices;
	RowSpread spread;

	SPI_connect();
	if (style == DIST_KEY)
	{
		Select(psprintf(
			"SELECT coalesce(sum(n), 0)::bigint, CASE WHEN count(*) < %d THEN 0 ELSE min(n) END, "
			"coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM %s GROUP BY %s) AS s",
			slices, RelationName(relid), SliceExpression(relid, design, slices)));
		spread = (RowSpread){SelectNumber(1), SelectNumber(2), SelectNumber(3)};
	}
	else
	{
		/* in turn to each slice */
		Select(psprintf("SELECT count(*) FROM %s", RelationName(relid)));
		spread.rows = SelectNumber(1);
		spread.fewest = spread.rows / copies;
		spread.most = (spread.rows + copies - 1) / copies;
	}

	SPI_finish();

	return spread;
}

double
TableRows(Oid relid)
{
	double rows;

	SPI_connect();
	Select(psprintf("SELECT count(*) FROM %s", RelationName(relid)));
	rows = SelectNumber(1);
	SPI_finish();
	return rows;
}

int
TableWidth(Oid relid)
{
	int width = 0;

	for (AttrNumber attnum = 1; get_attname(relid, attnum, true) != NULL; attnum++)
		width += ColumnWidth(relid, attnum);
	return width;
}

BlockCount
TableBlocks(Oid relid, const TableDesign *design, int slices, List *ranges)
{
	List *sort_key = design->sort_style == SORT_INTERLEAVED ? NIL : DesignSortKey(design);
	AttrNumber attnum = ((ColumnRange *)linitial(ranges))->attnum;
	AttrNumber leading = sort_key != NIL ? linitial_int(sort_key) : 0;
	char *slice = SliceExpression(relid, design, slices);
	BlockCount count;
	ListCell *cell;

	foreach (cell, ranges)
		if (((ColumnRange *)lfirst(cell))->attnum == leading)
			attnum = leading;
	SPI_connect();
	count = attnum == leading ? BlocksInKeyOrder(relid, slice, ranges, attnum)
							  : BlocksInOrder(relid, design, slice, slices, ranges, attnum);
	SPI_finish();

	return count;
}

/*
 * Rows sorted by the column: the ones that match stand together on each slice,
 * so counting those before them and themselves says which blocks they fill.
 */
static BlockCount
BlocksInKeyOrder(Oid relid, const char *slice, List *ranges, AttrNumber attnum)
{
	int rows = BlockRows(relid, attnum);

	Select(psprintf("SELECT coalesce(sum(CASE WHEN m = 0 THEN 0 ELSE (below + m - 1) / %d - below "
					"/ %d + 1 END), 0)::bigint, "
					"coalesce(sum((n + %d - 1) / %d), 0)::bigint FROM (SELECT count(*) AS n, "
					"count(*) FILTER (WHERE NOT (%s)) AS below, count(*) FILTER (WHERE %s) AS m "
					"FROM %s GROUP BY %s) AS s",
					rows, rows, rows, rows, RangeConditions(relid, ranges, attnum, ">="),
					RangeConditions(relid, ranges, attnum, "<=>"), RelationName(relid), slice));
	return (BlockCount){attnum, SelectNumber(1), SelectNumber(2)};
}

/*
 * Rows in another order: least and greatest value of each block.  The order is
 * that of the sort key, or that of loading; then the slices fill their blocks
 * in step, and a run of pages stands for one block of each.
 */
static BlockCount
BlocksInOrder(Oid relid, const TableDesign *design, const char *slice, int slices, List *ranges,
			  AttrNumber attnum)
{
	List *sort_key = DesignSortKey(design);
	int rows = BlockRows(relid, attnum);
	bool is_all = DistributionStyle(relid, design) == DIST_ALL;
	char *column = Compared(relid, attnum);
	char *blocks;

	if (sort_key == NIL)
	{
		int copies = is_all ? 1 : slices;

		blocks = psprintf("SELECT min(%s) AS low, max(%s) AS high, %d AS n FROM %s "
						  "GROUP BY sparkify_internal.block_of(ctid, %f, %f)",
						  column, column, copies, RelationName(relid), RowsAPage(relid),
						  (double)rows * copies);
	}
	else
	{
		StringInfoData order;
		ListCell *cell;

		initStringInfo(&order);
		foreach (cell, sort_key)
			appendStringInfo(&order, "%s%s", order.len > 0 ? ", " : "",
							 Compared(relid, lfirst_int(cell)));
		blocks = psprintf("SELECT min(c) AS low, max(c) AS high, 1 AS n FROM (SELECT %s AS c, s, "
						  "(row_number() OVER (PARTITION BY s ORDER BY %s) - 1) / %d AS block "
						  "FROM (SELECT *, %s AS s FROM %s) AS t) AS b GROUP BY s, block",
						  column, order.data, rows, slice, RelationName(relid));
	}

	Select(psprintf("SELECT coalesce(sum(n) FILTER (WHERE %s), 0)::bigint, coalesce(sum(n), "
					"0)::bigint FROM (%s) AS z",
					BlockConditions(ranges, attnum), blocks));
	return (BlockCount){attnum, SelectNumber(1), SelectNumber(2)};
}

List *
ColumnRanges(List *conditions, Index scan, Oid relid)
{
	static const char *const operators[][2] = {
		{"<", ">"}, {"<=", ">="}, {"=", "="}, {">=", "<="}, {">", "<"}};
	List *ranges = NIL;
	ListCell *cell;

	foreach (cell, conditions)
	{
		const OpExpr *condition = lfirst(cell);
		const Node *left;
		const Node *right;
		const char *name;

		if (!IsA(condition, OpExpr) || list_length(condition->args) != 2)
			continue;

		/* casts that nobody wrote don't keep blocks from being skipped */
		left = strip_implicit_coercions(linitial(condition->args));
		right = strip_implicit_coercions(lsecond(condition->args));
		name = get_opname(condition->opno);
		for (size_t i = 0; i < lengthof(operators); i++)
		{
			/* the column may stand on either side */
			const Node *column = left;
			const Node *value = right;
			ColumnRange *range;

			if (strcmp(name, operators[i][0]) != 0)
				continue;
			if (!IsA(column, Var))
			{
				column = right;
				value = left;
			}

			/* only a constant: a zone map compares with what is known before the scan */
			if (!IsA(column, Var) || (Index)((const Var *)column)->varno != scan ||
				((const Var *)column)->varattno <= 0 || contain_var_clause((Node *)value) ||
				contain_volatile_functions((Node *)value) || !IsA(value, Const))
				continue;
			range = palloc(sizeof(ColumnRange));
			range->attnum = ((const Var *)column)->varattno;

			/* with the sides exchanged, < says > */
			range->operator= column == left ? operators[i][0] : operators[i][1];
			range->constant = deparse_expression((Node *)value, NIL, false, false);
			ranges = lappend(ranges, range);
		}
	}

	return ranges;
}

/* The slice of a row as SQL. */
static char *
SliceExpression(Oid relid, const TableDesign *design, int slices)
{
	switch (DistributionStyle(relid, design))
	{
		case DIST_ALL:
			return pstrdup("1::integer + 0");
		case DIST_KEY:
			return psprintf("sparkify_internal.slice_of(%s, %d)",
							Column(relid, DesignDistKey(design)), slices);
		default:
			return psprintf("sparkify_internal.slice_of(ctid, %d)", slices);
	}
}

/* Conditions on the rows: those of the kinds given ("<=" upper bounds, ">=" lower ones, "<=>" all). */
static char *
RangeConditions(Oid relid, List *ranges, AttrNumber attnum, const char *kinds)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, ranges)
	{
		const ColumnRange *range = lfirst(cell);
		const char *operator= range->operator;

		if (range->attnum != attnum ||
			(strcmp(kinds, "<=>") != 0 && strchr(kinds, operator[0]) == NULL))
			continue;
		/* an equality bounds from below, too */
		if (strcmp(kinds, ">=") == 0 && operator[0] == '=')
			operator= ">=";
		appendStringInfo(&text, "%s%s %s %s", text.len > 0 ? " AND " : "",
						 Compared(relid, attnum), operator, range->constant);
	}

	return text.len > 0 ? text.data : pstrdup("true");
}

/* Conditions on a block by its least and greatest value. */
static char *
BlockConditions(List *ranges, AttrNumber attnum)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, ranges)
	{
		const ColumnRange *range = lfirst(cell);
		const char *and = text.len > 0 ? " AND " : "";

		if (range->attnum != attnum)
			continue;
		if (range->operator[0] == '=')
			appendStringInfo(&text, "%slow <= %s AND high >= %s", and, range->constant,
							 range->constant);
		else
			appendStringInfo(&text, "%s%s %s %s", and, range->operator[0] == '<' ? "low" : "high",
							 range->operator, range->constant);
	}

	return text.data;
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
	Select(psprintf("SELECT count(*), pg_catalog.pg_relation_size(%u) / %d FROM %s", relid, BLCKSZ,
					RelationName(relid)));
	return Max(1.0, (double)SelectNumber(1) / Max(1, SelectNumber(2)));
}

/* Runs a query that gives one row. */
static void
Select(const char *sql)
{
	if (SPI_execute(sql, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
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

/* A relation as SQL, whatever the search_path is. */
static char *
RelationName(Oid relid)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)),
									  get_rel_name(relid));
}

/* A column as it is compared: Redshift compares texts by their bytes. */
static char *
Compared(Oid relid, AttrNumber attnum)
{
	return psprintf("%s%s", Column(relid, attnum),
					type_is_collatable(get_atttype(relid, attnum)) ? " COLLATE \"C\"" : "");
}

/* A column as SQL. */
static char *
Column(Oid relid, AttrNumber attnum)
{
	return (char *)quote_identifier(get_attname(relid, attnum, false));
}
