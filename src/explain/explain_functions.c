/*
 * explain_functions.c
 *		sparkify_explain(): the plan, what moves, and what the tables' designs do
 *		to it; and the EXPLAIN of clients, which is the plan alone.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "explain/explained_query.h"
#include "explain/facts/fact_slice.h"
#include "explain/table_facts.h"

PG_FUNCTION_INFO_V1(sparkify_explain);
PG_FUNCTION_INFO_V1(sparkify_explain_plan);

static void PutLine(ReturnSetInfo *result, const char *line);
static void PutPlan(ReturnSetInfo *result, const ExplainedQuery *query);
static void PutMoves(ReturnSetInfo *result, const ExplainedQuery *query, int slices);
static void PutTables(ReturnSetInfo *result, const ExplainedQuery *query);
static void PutTable(ReturnSetInfo *result, const ScanFacts *facts);
static const char *MovedText(const PlanNode *join);
static const char *Bytes(double bytes);
static const char *DistributionText(Oid relid, const TableDesign *design);
static const char *SortText(Oid relid, const TableDesign *design);

/* sparkify_explain(query, slices). */
Datum
sparkify_explain(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	int slices = FactSlices(fcinfo, 1);
	ListCell *cell;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	foreach (cell, ExplainScript(text_to_cstring(PG_GETARG_TEXT_PP(0)), COUNT_MOVED, slices))
	{
		const ExplainedQuery *query = lfirst(cell);

		DistributionSettle(query->root, slices, NULL);
		PutPlan(result, query);
		PutMoves(result, query, slices);
		PutTables(result, query);
	}

	return (Datum)0;
}

/* explain_plan(query): EXPLAIN, which runs nothing. */
Datum
sparkify_explain_plan(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *)fcinfo->resultinfo;
	ListCell *cell;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	foreach (cell, ExplainScript(text_to_cstring(PG_GETARG_TEXT_PP(0)), COUNT_NOTHING, 0))
	{
		const ExplainedQuery *query = lfirst(cell);

		DistributionSettle(query->root, 4, NULL);
		PutPlan(result, query);
	}

	return (Datum)0;
}

/* Adds a line to the result. */
static void
PutLine(ReturnSetInfo *result, const char *line)
{
	Datum value = CStringGetTextDatum(line);
	bool null = false;

	tuplestore_putvalues(result->setResult, result->setDesc, &value, &null);
}

/* The plan. */
static void
PutPlan(ReturnSetInfo *result, const ExplainedQuery *query)
{
	ListCell *cell;

	foreach (cell, PlanPrint(query->root, query->planned))
		PutLine(result, lfirst(cell));
}

/* What each join moves between slices, and what filling a table does. */
static void
PutMoves(ReturnSetInfo *result, const ExplainedQuery *query, int slices)
{
	double rows = 0;
	double bytes = 0;
	ListCell *cell;

	PutLine(result, "");
	foreach (cell, PlanJoins(query->root))
	{
		const PlanNode *join = lfirst(cell);

		if (join->moved_rows > 0)
			PutLine(result, psprintf("%s moves %.0f rows, %s: %s", JoinLabelName(join->label),
									 join->moved_rows, Bytes(join->moved_bytes), MovedText(join)));
		rows += join->moved_rows;
		bytes += join->moved_bytes;
	}

	if (OidIsValid(query->target))
	{
		double filled =
			DistributionFill(query->root, DesignRead(query->target), query->sources, slices);

		PutLine(result, psprintf("Filling %s moves %.0f rows, %s", get_rel_name(query->target),
								 filled, Bytes(filled * query->root->width)));
		rows += filled;
		bytes += filled * query->root->width;
	}

	PutLine(result, psprintf("Moved between %d slices: %.0f rows, %s", slices, rows, Bytes(bytes)));
}

/* Each table once, and again for each of its scans that has conditions. */
static void
PutTables(ReturnSetInfo *result, const ExplainedQuery *query)
{
	List *seen = NIL;
	ListCell *cell;

	foreach (cell, query->facts)
	{
		const ScanFacts *facts = lfirst(cell);

		if (list_member_oid(seen, facts->scan->relid) && facts->request.ranges == NIL)
			continue;
		seen = lappend_oid(seen, facts->scan->relid);
		PutTable(result, facts);
	}
}

/* How a table's rows are spread, and which blocks the scan's conditions leave to read. */
static void
PutTable(ReturnSetInfo *result, const ScanFacts *facts)
{
	Oid relid = facts->scan->relid;
	const TableDesign *design = DesignRead(relid);
	const RowSpread *spread = &facts->spread;
	const BlockCount *blocks = &facts->request.blocks;
	StringInfoData line;

	initStringInfo(&line);
	appendStringInfo(&line, "%s: %s, %s; ", get_rel_name(relid), DistributionText(relid, design),
					 SortText(relid, design));
	if (DistributionStyle(relid, design) == DIST_ALL)
		appendStringInfo(&line, INT64_FORMAT " rows on every node", spread->rows);
	else
	{
		appendStringInfo(&line, INT64_FORMAT " rows, " INT64_FORMAT " to " INT64_FORMAT " a slice",
						 spread->rows, spread->fewest, spread->most);
		if (spread->fewest > 0)
			appendStringInfo(&line, ", skew %.2f", (double)spread->most / spread->fewest);
	}
	if (facts->request.ranges != NIL)
		appendStringInfo(&line, "; reads " INT64_FORMAT " of " INT64_FORMAT " blocks of %s",
						 blocks->read, blocks->all, get_attname(relid, blocks->attnum, false));
	PutLine(result, line.data);
}

/* What a join moves: the tables whose rows are in it. */
static const char *
MovedText(const PlanNode *join)
{
	StringInfoData text;
	List *tables = NIL;
	ListCell *side;
	ListCell *table;

	initStringInfo(&text);
	foreach (side, join->moved)
	{
		ListCell *scan;

		foreach (scan, PlanScans(lfirst(side)))
			tables = list_append_unique_oid(tables, ((PlanNode *)lfirst(scan))->relid);
	}

	foreach (table, tables)
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "", get_rel_name(lfirst_oid(table)));
	return text.len > 0 ? text.data : "rows of no table";
}

/* A number of bytes for a reader. */
static const char *
Bytes(double bytes)
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
	size_t unit = 0;

	while (bytes >= 1024 && unit < lengthof(units) - 1)
	{
		bytes /= 1024;
		unit++;
	}

	return psprintf(unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
}

/* DISTSTYLE of a table for a reader. */
static const char *
DistributionText(Oid relid, const TableDesign *design)
{
	switch (design->dist_style)
	{
		case DIST_KEY:
			return psprintf("DISTKEY(%s)", get_attname(relid, DesignDistKey(design), false));
		case DIST_ALL:
			return "DISTSTYLE ALL";
		case DIST_EVEN:
			return "DISTSTYLE EVEN";
		default:
			return DistributionStyle(relid, design) == DIST_ALL ? "AUTO(ALL)" : "AUTO(EVEN)";
	}
}

/* Sort key of a table for a reader. */
static const char *
SortText(Oid relid, const TableDesign *design)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, DesignSortKey(design))
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "",
						 get_attname(relid, lfirst_int(cell), false));
	if (text.len == 0)
		return "no SORTKEY";

	return psprintf("%sSORTKEY(%s)", design->sort_style == SORT_INTERLEAVED ? "INTERLEAVED " : "",
					text.data);
}
