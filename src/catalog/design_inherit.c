/*
 * design_inherit.c
 *		The design that LIKE and CREATE TABLE AS hand down
 *		(https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html,
 *		https://docs.aws.amazon.com/redshift/latest/dg/r_CTAS_usage_notes.html).
 *
 * LIKE takes keys, style and encodings over (performing-a-deep-copy).  CREATE TABLE AS does so with keys
 * and style when it reads one table and neither groups nor limits; an ORDER BY
 * makes the sort key.  For other queries Redshift makes its best effort, which
 * isn't documented: the table then has the defaults.
 */
#include "postgres.h"

#include "catalog/design_inherit.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "nodes/primnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_relation.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

#include "catalog/design.h"
#include "catalog/design_options.h"

static const RangeTblEntry *OnlyTable(const Query *query, int *index);
static void CopyKeys(TableDesign *target, const TableDesign *source, const AttrNumber *places,
					 List *options);
static void SortByOrder(TableDesign *design, const Query *query);

List *
DesignLikeParents(const CreateStmt *stmt)
{
	List *parents = NIL;
	ListCell *cell;

	foreach (cell, stmt->tableElts)
	{
		Oid relid;

		if (!IsA(lfirst(cell), TableLikeClause))
			continue;
		relid = RangeVarGetRelid(lfirst_node(TableLikeClause, cell)->relation, NoLock, true);
		if (OidIsValid(relid))
			parents = lappend_oid(parents, relid);
	}

	return parents;
}

bool
DesignAnyUnlogged(List *relids)
{
	ListCell *cell;

	foreach (cell, relids)
		if (get_rel_persistence(lfirst_oid(cell)) == RELPERSISTENCE_UNLOGGED)
			return true;
	return false;
}

void
DesignInheritLike(Oid relid, List *parents, List *options)
{
	TableDesign *design = DesignRead(relid);
	ListCell *cell;

	foreach (cell, parents)
	{
		Oid parent = lfirst_oid(cell);
		TableDesign *source = DesignRead(parent);
		AttrNumber *places = palloc0((source->count + 1) * sizeof(AttrNumber));

		for (AttrNumber attnum = 1; attnum <= source->count; attnum++)
		{
			char *name = get_attname(parent, attnum, true);
			AttrNumber place = name != NULL ? get_attnum(relid, name) : InvalidAttrNumber;

			places[attnum - 1] = place;
			if (place > 0)
				design->columns[place - 1].encoding = source->columns[attnum - 1].encoding;
		}

		CopyKeys(design, source, places, options);
		design->encode_auto &= source->encode_auto;
	}

	DesignWrite(relid, design);
}

bool
DesignQueryInherits(const Node *query)
{
	int index;

	return IsA(query, Query) && OnlyTable((const Query *)query, &index) != NULL;
}

void
DesignInheritQuery(Oid relid, const Node *node, List *options)
{
	const Query *query = castNode(Query, node);
	int index;
	TableDesign *source = DesignRead(OnlyTable(query, &index)->relid);
	TableDesign *design = DesignRead(relid);
	AttrNumber *places = palloc0((source->count + 1) * sizeof(AttrNumber));
	ListCell *cell;

	foreach (cell, query->targetList)
	{
		const TargetEntry *entry = lfirst_node(TargetEntry, cell);
		const Var *var = (const Var *)entry->expr;

		/* a column that is there twice passes its part of the key to the first */
		if (!entry->resjunk && IsA(var, Var) && var->varno == index && var->varattno > 0 &&
			places[var->varattno - 1] == 0)
			places[var->varattno - 1] = entry->resno;
	}

	CopyKeys(design, source, places, options);

	/* ORDER BY of the query is the order in which the rows lie (AWS: r_CTAS_usage_notes) */
	if (query->sortClause != NIL && !DesignOptionsHave(options, "sortkey"))
		SortByOrder(design, query);
	DesignWrite(relid, design);
}

/* The one table that a query reads row by row, or NULL; *index is its place in the range table. */
static const RangeTblEntry *
OnlyTable(const Query *query, int *index)
{
	const RangeTblEntry *entry;
	const Node *from;

	/* whatever groups, joins or limits gives rows that are no longer those of one table */
	if (query->commandType != CMD_SELECT || query->setOperations != NULL || query->hasAggs ||
		query->hasWindowFuncs || query->groupClause != NIL || query->distinctClause != NIL ||
		query->limitCount != NULL || query->limitOffset != NULL ||
		list_length(query->jointree->fromlist) != 1)
		return NULL;

	/* a join, or a function */
	from = linitial(query->jointree->fromlist);
	if (!IsA(from, RangeTblRef))
		return NULL;

	/* a materialized view has a design as a table has */
	*index = ((const RangeTblRef *)from)->rtindex;
	entry = rt_fetch(*index, query->rtable);
	return entry->rtekind == RTE_RELATION &&
				   (entry->relkind == RELKIND_RELATION || entry->relkind == RELKIND_MATVIEW)
			   ? entry
			   : NULL;
}

/*
 * Copies style and keys; places are the columns of the target, 0 where the
 * target lacks one.  A key that would lose its first column is left out.
 */
static void
CopyKeys(TableDesign *target, const TableDesign *source, const AttrNumber *places, List *options)
{
	AttrNumber dist_key = DesignDistKey(source);
	int position = 0;
	ListCell *cell;

	/* a distribution key that the target lacks can't be its key */
	if (!DesignOptionsHave(options, "diststyle") && !DesignOptionsHave(options, "distkey") &&
		(source->dist_style != DIST_KEY || places[dist_key - 1] > 0))
	{
		target->dist_style = source->dist_style;
		if (dist_key != InvalidAttrNumber)
			target->columns[places[dist_key - 1] - 1].dist_key = true;
	}

	/* written in the statement, which wins */
	if (DesignOptionsHave(options, "sortkey"))
		return;

	foreach (cell, DesignSortKey(source))
	{
		AttrNumber place = places[lfirst_int(cell) - 1];

		/*
		 * The key ends at the first column that is missing: what follows is in order only within
		 * it.
		 */
		if (place <= 0)
			break;
		target->columns[place - 1].sort_position = ++position;
	}

	/* without any column left, the style would say something that isn't so */
	if (position > 0 || source->sort_style == SORT_NONE)
		target->sort_style = source->sort_style;
}

/* Makes what a query is ordered by the sort key, up to the first expression. */
static void
SortByOrder(TableDesign *design, const Query *query)
{
	int position = 0;
	ListCell *cell;

	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
		design->columns[attnum - 1].sort_position = 0;
	design->sort_style = SORT_NONE;
	foreach (cell, query->sortClause)
	{
		const SortGroupClause *clause = lfirst_node(SortGroupClause, cell);
		const TargetEntry *entry = get_sortgroupref_tle(clause->tleSortGroupRef, query->targetList);

		if (entry->resjunk)
			break;
		design->columns[entry->resno - 1].sort_position = ++position;
		design->sort_style = SORT_COMPOUND;
	}
}
