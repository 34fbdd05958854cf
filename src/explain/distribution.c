/*
 * distribution.c
 *		Where rows lie, and what a join moves.
 *
 * A row of a table with a distribution key lies on the slice of the key's hash.
 * A join needs the rows it compares on one slice.  There they are when both
 * sides are distributed by the columns that the join equates, or when one side is
 * on every node; else one side or both are redistributed, or the inner side is
 * broadcast: whatever brings the fewest bytes to a slice.  That this is how
 * Redshift chooses is no rule of AWS's pages, but the costs in the plans that
 * they print are these: 10,000 for a byte that is broadcast, 10,000 divided by
 * the number of slices for one that is redistributed.
 */
#include "postgres.h"

#include "explain/plan_node.h"

#include "catalog/pg_class.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "access/htup_details.h"

#include "compat.h"

/* A table with fewer rows is distributed as ALL under DISTSTYLE AUTO; the line isn't documented. */
#define AUTO_ALL_ROWS 1000000

/* Columns that a join equates, as places in the outputs of its sides. */
typedef struct KeyPair
{
	AttrNumber outer;
	AttrNumber inner;
} KeyPair;

/* What a join would do, one way round. */
typedef struct JoinChoice
{
	JoinLabel label;
	double slice_bytes;	 /* that reach one slice */
	const KeyPair *pair; /* by which the rows are together afterwards; NULL: none */
} JoinChoice;

static void SettleScan(PlanNode *node, const DesignChange *change);
static void SettleJoin(PlanNode *node, int slices);
static JoinChoice ChooseLabel(const PlanNode *outer, const PlanNode *inner, JoinType type,
							  List *pairs, int slices);
static List *KeyPairs(const PlanNode *node, bool swapped);
static AttrNumber PlaceOf(const Node *expression, int side);
static void CountMoved(PlanNode *node, const PlanNode *outer, const PlanNode *inner, int slices);
static void PlaceJoined(PlanNode *node, const PlanNode *outer, const PlanNode *inner,
						const JoinChoice *choice);
static bool MergesSorted(const PlanNode *outer, const PlanNode *inner, JoinType type, List *pairs);
static Bitmapset *Through(const PlanNode *node, const Bitmapset *places, int side);
static void SettleGrouped(PlanNode *node, const PlanNode *child);
static double SliceBytes(const PlanNode *node);

const char *
JoinLabelName(JoinLabel label)
{
	static const char *const names[] = {
		[DS_NO_JOIN] = "",
		[DS_DIST_NONE] = "DS_DIST_NONE",
		[DS_DIST_ALL_NONE] = "DS_DIST_ALL_NONE",
		[DS_DIST_INNER] = "DS_DIST_INNER",
		[DS_DIST_OUTER] = "DS_DIST_OUTER",
		[DS_BCAST_INNER] = "DS_BCAST_INNER",
		[DS_DIST_ALL_INNER] = "DS_DIST_ALL_INNER",
		[DS_DIST_BOTH] = "DS_DIST_BOTH",
	};

	return names[label];
}

void
DistributionSettle(PlanNode *node, int slices, const DesignChange *change)
{
	ListCell *cell;
	const PlanNode *child;

	/* from the leaves up: where a join's rows lie follows from where its inputs do */
	foreach (cell, node->children)
		DistributionSettle(lfirst(cell), slices, change);

	/* all of it, for a plan is settled again and again, once for each design that is tried */
	node->place = ROWS_EVEN;
	node->keys = node->sorted = NULL;
	node->label = DS_NO_JOIN;
	node->slices = slices;
	node->is_swapped = node->is_merge = false;
	node->moved_rows = node->moved_bytes = 0;

	if (node->kind == NODE_SCAN)
		SettleScan(node, change);
	else if (node->kind == NODE_HASH_JOIN || node->kind == NODE_NESTED_LOOP)
		SettleJoin(node, slices);
	else if (node->children != NIL && !IsA(node->plan, Append) && !IsA(node->plan, MergeAppend))
	{
		child = linitial(node->children);
		if (node->kind == NODE_AGGREGATE || node->kind == NODE_WINDOW)
			SettleGrouped(node, child);
		else
		{
			/* these two name their input's columns as if it were a table */
			int side = IsA(node->plan, SubqueryScan) || IsA(node->plan, CteScan) ? 0 : OUTER_VAR;

			node->place = child->place;
			node->keys = Through(node, child->keys, side);
			node->sorted = Through(node, child->sorted, side);
		}
	}
}

DistStyle
DistributionStyle(Oid relid, const TableDesign *design)
{
	HeapTuple tuple;
	float4 rows;

	if (design->dist_style != DIST_AUTO)
		return design->dist_style;

	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (!HeapTupleIsValid(tuple))
		return DIST_EVEN;

	rows = ((Form_pg_class)GETSTRUCT(tuple))->reltuples;
	ReleaseSysCache(tuple);

	return rows < AUTO_ALL_ROWS ? DIST_ALL : DIST_EVEN;
}

/* A table's rows lie as its design says. */
static void
SettleScan(PlanNode *node, const DesignChange *change)
{
	const TableDesign *design =
		change != NULL && change->relid == node->relid ? change->design : DesignRead(node->relid);
	DistStyle style = DistributionStyle(node->relid, design);
	AttrNumber dist_key = DesignDistKey(design);

	/* an interleaved key sorts by all of its columns at once, so no prefix of it is in order */
	List *sort_key = design->sort_style == SORT_INTERLEAVED ? NIL : DesignSortKey(design);
	ListCell *cell;

	node->place = style == DIST_ALL ? ROWS_ALL : style == DIST_KEY ? ROWS_KEY : ROWS_EVEN;
	foreach (cell, node->plan->targetlist)
	{
		const TargetEntry *entry = lfirst_node(TargetEntry, cell);
		AttrNumber place = PlaceOf((const Node *)entry->expr, node->scan);

		/* only the list's own columns count: what isn't passed up can't be joined by */
		if (place > 0 && place == dist_key && style == DIST_KEY)
			node->keys = bms_add_member(node->keys, entry->resno);

		/*
		 * Rows are in order by the first column only; the second one's order ends with each value.
		 */
		if (place > 0 && sort_key != NIL && place == linitial_int(sort_key))
			node->sorted = bms_add_member(node->sorted, entry->resno);
	}
}

/* A join takes the way that moves least; an inner join may have its sides swapped for it. */
static void
SettleJoin(PlanNode *node, int slices)
{
	const PlanNode *outer = linitial(node->children);
	const PlanNode *inner = lsecond(node->children);
	List *pairs = KeyPairs(node, false);
	JoinChoice choice = ChooseLabel(outer, inner, node->join_type, pairs, slices);
	JoinType type = node->join_type;

	/* a semi-join can't be mirrored: its sides mean different things */
	if (type == JOIN_INNER || type == JOIN_LEFT || type == JOIN_RIGHT)
	{
		JoinType mirrored = type == JOIN_LEFT	 ? JOIN_RIGHT
							: type == JOIN_RIGHT ? JOIN_LEFT
												 : JOIN_INNER;
		List *mirrored_pairs = KeyPairs(node, true);
		JoinChoice other = ChooseLabel(inner, outer, mirrored, mirrored_pairs, slices);

		/* on the very same cost PostgreSQL's order stays */
		if (other.slice_bytes < choice.slice_bytes)
		{
			const PlanNode *swap = outer;

			outer = inner;
			inner = swap;
			choice = other;
			pairs = mirrored_pairs;
			type = mirrored;
			node->is_swapped = true;
		}
	}

	/* sorted rows merge only where neither side moves: what was moved comes in any order */
	node->label = choice.label;
	node->is_merge = node->kind == NODE_HASH_JOIN && choice.label == DS_DIST_NONE &&
					 MergesSorted(outer, inner, type, pairs);
	CountMoved(node, outer, inner, slices);
	PlaceJoined(node, outer, inner, &choice);
}

/* The label of a join of two sides. */
static JoinChoice
ChooseLabel(const PlanNode *outer, const PlanNode *inner, JoinType type, List *pairs, int slices)
{
	JoinChoice best = {DS_BCAST_INNER, SliceBytes(inner), NULL};

	/* each row of the inner side must be seen once where it is kept without a match */
	bool keeps_inner = CompatJoinKeepsInner(type);
	double outer_share = SliceBytes(outer) / slices;
	double inner_share = SliceBytes(inner) / slices;
	ListCell *cell;

	/* a copy of the table on each node makes every join local (AWS: c_choosing_dist_sort) */
	if (inner->place == ROWS_ALL && (!keeps_inner || outer->place == ROWS_ALL))
		return (JoinChoice){DS_DIST_ALL_NONE, 0, NULL};
	if (outer->place == ROWS_ALL)
		return (JoinChoice){DS_DIST_ALL_INNER, SliceBytes(inner), NULL};

	/* broadcast rows would be kept once a slice, so that way is closed */
	if (keeps_inner)
		best.slice_bytes = get_float8_infinity();
	foreach (cell, pairs)
	{
		const KeyPair *pair = lfirst(cell);
		bool outer_there = bms_is_member(pair->outer, outer->keys);
		bool inner_there = bms_is_member(pair->inner, inner->keys);

		/* one side that lies right spares moving it; none means moving both */
		JoinChoice choice = {DS_DIST_BOTH, outer_share + inner_share, pair};

		if (outer_there && inner_there)
			choice = (JoinChoice){DS_DIST_NONE, 0, pair};
		else if (outer_there)
			choice = (JoinChoice){DS_DIST_INNER, inner_share, pair};
		else if (inner_there)
			choice = (JoinChoice){DS_DIST_OUTER, outer_share, pair};
		if (choice.slice_bytes < best.slice_bytes)
			best = choice;
	}

	return best;
}

/* The columns that a join equates. */
static List *
KeyPairs(const PlanNode *node, bool swapped)
{
	List *clauses = NIL;
	List *pairs = NIL;
	ListCell *cell;

	if (IsA(node->plan, HashJoin))
		clauses = ((const HashJoin *)node->plan)->hashclauses;
	else if (IsA(node->plan, MergeJoin))
		clauses = ((const MergeJoin *)node->plan)->mergeclauses;
	foreach (cell, clauses)
	{
		const OpExpr *clause = lfirst(cell);
		KeyPair *pair;
		AttrNumber outer;
		AttrNumber inner;

		if (!IsA(clause, OpExpr) || list_length(clause->args) != 2)
			continue;
		outer = PlaceOf(linitial(clause->args), OUTER_VAR);
		inner = PlaceOf(lsecond(clause->args), INNER_VAR);
		/* an expression is redistributed by its value as well: it's no column, but a pair */
		pair = palloc(sizeof(KeyPair));
		*pair = swapped ? (KeyPair){inner, outer} : (KeyPair){outer, inner};
		pairs = lappend(pairs, pair);
	}

	return pairs;
}

/* The column that an expression is, casts of one binary form left aside; 0 when it is another. */
static AttrNumber
PlaceOf(const Node *expression, int side)
{
	while (expression != NULL && IsA(expression, RelabelType))
		expression = (const Node *)((const RelabelType *)expression)->arg;
	if (expression == NULL || !IsA(expression, Var) || ((const Var *)expression)->varno != side)
		return 0;
	return ((const Var *)expression)->varattno;
}

/* Counts what a join moves: to each other slice, or to the one where a row belongs. */
static void
CountMoved(PlanNode *node, const PlanNode *outer, const PlanNode *inner, int slices)
{
	/* of rows that lie anyhow, one slice's share is where it belongs by chance */
	double elsewhere = (slices - 1.0) / slices;
	double outer_rows = 0;
	double inner_rows = 0;

	switch (node->label)
	{
		case DS_BCAST_INNER:
			/* a copy for every slice but the one it comes from */
			inner_rows = inner->rows * (slices - 1);
			break;
		case DS_DIST_INNER:
		case DS_DIST_ALL_INNER:
			inner_rows = inner->rows * elsewhere;
			break;
		case DS_DIST_OUTER:
			outer_rows = outer->rows * elsewhere;
			break;
		case DS_DIST_BOTH:
			outer_rows = outer->rows * elsewhere;
			inner_rows = inner->rows * elsewhere;
			break;
		default:
			break;
	}

	node->moved = NIL;
	if (outer_rows > 0)
		node->moved = lappend(node->moved, (void *)outer);
	if (inner_rows > 0)
		node->moved = lappend(node->moved, (void *)inner);
	node->moved_rows = outer_rows + inner_rows;
	node->moved_bytes = outer_rows * outer->width + inner_rows * inner->width;
}

/* Where the joined rows lie. */
static void
PlaceJoined(PlanNode *node, const PlanNode *outer, const PlanNode *inner, const JoinChoice *choice)
{
	int outer_side = node->is_swapped ? INNER_VAR : OUTER_VAR;
	int inner_side = node->is_swapped ? OUTER_VAR : INNER_VAR;
	Bitmapset *outer_keys = NULL;
	Bitmapset *inner_keys = NULL;

	/* what was moved to the outer side lies as that one does */
	node->place = outer->place;

	/* the outer side hasn't moved under these labels, so it still lies by its keys */
	if (choice->label == DS_DIST_NONE || choice->label == DS_DIST_INNER ||
		choice->label == DS_BCAST_INNER || choice->label == DS_DIST_ALL_NONE)
		outer_keys = bms_copy(outer->keys);
	if (choice->label == DS_DIST_NONE || choice->label == DS_DIST_OUTER)
		inner_keys = bms_copy(inner->keys);

	/* the copies are joined where the other side's rows are, which no key tells */
	if (choice->label == DS_DIST_ALL_INNER)
		node->place = ROWS_EVEN;

	/* after a join by it, both sides' columns of the pair have the same value */
	if (choice->pair != NULL)
	{
		node->place = ROWS_KEY;
		if (choice->pair->outer > 0)
			outer_keys = bms_add_member(outer_keys, choice->pair->outer);
		if (choice->pair->inner > 0)
			inner_keys = bms_add_member(inner_keys, choice->pair->inner);
	}

	node->keys =
		bms_union(Through(node, outer_keys, outer_side), Through(node, inner_keys, inner_side));
	if (node->is_merge)
		node->sorted = bms_union(Through(node, outer->sorted, outer_side),
								 Through(node, inner->sorted, inner_side));
}

/* Whether both sides come sorted by what the join equates and they are distributed by. */
static bool
MergesSorted(const PlanNode *outer, const PlanNode *inner, JoinType type, List *pairs)
{
	ListCell *cell;

	if (type != JOIN_INNER && type != JOIN_LEFT && type != JOIN_RIGHT)
		return false;

	/* one pair is enough: AWS asks for a DISTKEY that is the SORTKEY too (c-the-query-plan) */
	foreach (cell, pairs)
	{
		const KeyPair *pair = lfirst(cell);

		if (bms_is_member(pair->outer, outer->keys) && bms_is_member(pair->outer, outer->sorted) &&
			bms_is_member(pair->inner, inner->keys) && bms_is_member(pair->inner, inner->sorted))
			return true;
	}

	return false;
}

/* The output columns of a node that are these columns of a side below; side 0 is the scanned subquery. */
static Bitmapset *
Through(const PlanNode *node, const Bitmapset *places, int side)
{
	Bitmapset *result = NULL;
	ListCell *cell;

	if (side == 0)
		side = ((const Scan *)node->plan)->scanrelid;
	foreach (cell, node->plan->targetlist)
	{
		const TargetEntry *entry = lfirst_node(TargetEntry, cell);
		AttrNumber place = PlaceOf((const Node *)entry->expr, side);

		if (place > 0 && bms_is_member(place, places))
			result = bms_add_member(result, entry->resno);
	}

	return result;
}

/*
 * Groups and partitions need their rows on one slice: they lie by a key that is among their columns, or by the
 * only one.
 */
static void
SettleGrouped(PlanNode *node, const PlanNode *child)
{
	int count = 0;
	const AttrNumber *columns = NULL;
	Bitmapset *groups = NULL;
	Bitmapset *kept;

	if (IsA(node->plan, Agg))
	{
		count = ((const Agg *)node->plan)->numCols;
		columns = ((const Agg *)node->plan)->grpColIdx;
	}
	else if (IsA(node->plan, Group))
	{
		count = ((const Group *)node->plan)->numCols;
		columns = ((const Group *)node->plan)->grpColIdx;
	}
	else if (IsA(node->plan, WindowAgg))
	{
		count = ((const WindowAgg *)node->plan)->partNumCols;
		columns = ((const WindowAgg *)node->plan)->partColIdx;
	}

	/* rows of one group are together already if what they lie by is part of the group */
	for (int i = 0; i < count; i++)
		groups = bms_add_member(groups, columns[i]);
	kept = bms_intersect(groups, child->keys);

	/* else they are sent: by a single column to a known place, by several to none that a join can use */
	if (bms_is_empty(kept) && count == 1)
		kept = groups;
	node->place = bms_is_empty(kept) ? ROWS_EVEN : ROWS_KEY;
	node->keys = Through(node, kept, OUTER_VAR);
}

/* The bytes of a node's rows on the network: each has a head and is padded, as the costs of AWS's plans show. */
static double
SliceBytes(const PlanNode *node)
{
	return node->rows * INTALIGN(node->width + 8);
}

double
DistributionFill(const PlanNode *node, const TableDesign *target, const AttrNumber *sources,
				 int slices)
{
	AttrNumber dist_key = DesignDistKey(target);
	double elsewhere = (slices - 1.0) / slices;

	if (target->dist_style == DIST_ALL)
		return node->rows * (slices - 1);
	if (target->dist_style != DIST_KEY)
		return node->place == ROWS_EVEN ? 0 : node->rows * elsewhere;
	if (sources[dist_key - 1] > 0 && bms_is_member(sources[dist_key - 1], node->keys))
		return 0;

	return node->rows * elsewhere;
}
