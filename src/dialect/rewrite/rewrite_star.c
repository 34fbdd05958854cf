/*
 * rewrite_star.c
 *		* and t.* in select lists: the columns they stand for, written out where
 *		EXCLUDE leaves some out or where one must be cast to fill a table.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"

/* The columns of a star on their way. */
typedef struct StarList
{
	List *columns; /* StarColumn */
	int joins;	   /* that share columns */
	NameMap *by_name;
	int indexed; /* columns that by_name has */
} StarList;

static void AddColumns(StarList *list, const FromItem *item, bool joins);
static void IndexColumns(StarList *list);
static void MoveToFront(StarList *list, const FromItem *item, List *shared);
static int CompareColumns(const ListCell *one, const ListCell *other);
static bool Shares(const FromItem *item, const char *name);
static bool Excludes(const SelectItem *star, const DialectColumn *column);

/*
 * The columns (StarColumn) that a star stands for; *unknown is the item whose
 * columns aren't known, else NULL.  Those that a join has in common come first
 * and once.
 */
List *
StarColumns(Rewriting *work, Scope *scope, const SelectItem *star, const FromItem **unknown)
{
	const char *table = star->expr->last > star->expr->first
							? LexemeAt(work->list, star->expr->last - 2)->text
							: NULL;
	StarList list = {0};
	ListCell *cell;

	*unknown = NULL;
	foreach (cell, scope->from)
	{
		const FromItem *item = lfirst(cell);
		const char *name = FromItemName(item);

		/* t.* is of one table only */
		if (table != NULL && (name == NULL || strcmp(name, table) != 0))
			continue;

		/* said, not skipped: whoever needs the list can't have it then */
		if (!item->known || (table == NULL && item->obscure))
			*unknown = item;
		AddColumns(&list, item, table == NULL);
	}

	/* most joins share nothing, and leave their columns where they are */
	if (list.joins > 0)
		list_sort(list.columns, CompareColumns);

	/* EXCLUDE leaves columns out (AWS: r_EXCLUDE_list) */
	foreach (cell, list.columns)
	{
		if (Excludes(star, ((StarColumn *)lfirst(cell))->column))
			list.columns = foreach_delete_current(list.columns, cell);
	}

	return list.columns;
}

/* Adds an item's columns to those of the items before it; joins says whether they share any. */
static void
AddColumns(StarList *list, const FromItem *item, bool joins)
{
	const char *table = FromItemName(item);
	List *shared = NIL;
	ListCell *cell;

	joins &= item->shared != NIL || item->natural;
	if (joins)
		IndexColumns(list);
	foreach (cell, item->columns)
	{
		StarColumn *column = palloc0(sizeof(StarColumn));
		const char *name;
		StarColumn *twin;

		column->column = lfirst(cell);
		name = column->column->name;
		twin =
			joins && name != NULL && Shares(item, name) ? NameMapFind(list->by_name, name) : NULL;
		if (twin != NULL)
		{
			/* of either table, whichever has it: only its bare name means both */
			twin->text = unconstify(char *, quote_identifier(name));
			shared = lappend(shared, twin);
			continue;
		}

		/* a column without a name can't be written out; its place is counted */
		if (name != NULL)
			column->text = psprintf("%s%s%s", table == NULL ? "" : quote_identifier(table),
									table == NULL ? "" : ".", quote_identifier(name));
		column->place = list_length(list->columns);
		list->columns = lappend(list->columns, column);
	}

	if (joins)
		MoveToFront(list, item, shared);
}

/* Has the columns so far found by their names. */
static void
IndexColumns(StarList *list)
{
	if (list->by_name == NULL)
		list->by_name = NameMapMake();
	for (; list->indexed < list_length(list->columns); list->indexed++)
	{
		StarColumn *column = list_nth(list->columns, list->indexed);

		if (column->column->name != NULL)
			NameMapAdd(list->by_name, column->column->name, column);
	}
}

/* Puts the columns that a join shares in front of all others: as USING names them, else as they stand. */
static void
MoveToFront(StarList *list, const FromItem *item, List *shared)
{
	int place = 0;
	ListCell *cell;

	list->joins++;
	if (item->shared == NIL)
		list_sort(shared, CompareColumns);
	foreach (cell, shared)
	{
		StarColumn *column = lfirst(cell);

		column->join = list->joins;
		column->place = place++;
	}

	/* the names in their order, whatever that of the table is */
	place = 0;
	foreach (cell, item->shared)
	{
		StarColumn *column = NameMapFind(list->by_name, lfirst(cell));

		if (column != NULL && column->join == list->joins)
			column->place = place++;
	}
}

/* Compares the places of two columns: those of the last join come first. */
static int
CompareColumns(const ListCell *one, const ListCell *other)
{
	const StarColumn *a = lfirst(one);
	const StarColumn *b = lfirst(other);

	return a->join != b->join ? b->join - a->join : a->place - b->place;
}

/* Whether an item shares its column of a name with the items before it. */
static bool
Shares(const FromItem *item, const char *name)
{
	ListCell *cell;

	foreach (cell, item->shared)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}

	return item->natural;
}

/* Has a star written out whose join has columns in common, for rows of its tables have them twice. */
void
ExpandShared(Rewriting *work, Scope *scope, SelectItem *star)
{
	const FromItem *unknown;
	List *columns;
	bool shares = false;
	ListCell *cell;

	if (star->expr->kind != EXPR_STAR || star->expansion != NIL)
		return;
	foreach (cell, scope->from)
	{
		const FromItem *item = lfirst(cell);

		shares |= item->shared != NIL || item->natural;
	}

	columns = shares ? StarColumns(work, scope, star, &unknown) : NIL;
	if (columns == NIL || unknown != NULL)
		return;
	foreach (cell, columns)
	{
		if (((StarColumn *)lfirst(cell))->text == NULL)
			return;
	}

	star->expansion = columns;
}

/* Whether EXCLUDE names a column. */
static bool
Excludes(const SelectItem *star, const DialectColumn *column)
{
	ListCell *cell;

	foreach (cell, star->excluded)
	{
		if (column->name != NULL && strcmp(column->name, lfirst(cell)) == 0)
			return true;
	}

	return false;
}

/* Has a star written out that has EXCLUDE. */
void
ExpandExclude(Rewriting *work, Scope *scope, SelectItem *star)
{
	const FromItem *unknown;
	ListCell *cell;

	if (star->excluded == NIL || star->expansion != NIL || star->expr->kind != EXPR_STAR)
		return;

	star->expansion = StarColumns(work, scope, star, &unknown);
	if (unknown != NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("columns of \"%s\" are not known, but EXCLUDE needs them",
							   FromItemName(unknown) == NULL ? "?" : FromItemName(unknown))));

	/* a column without a name can't be written out */
	foreach (cell, star->expansion)
	{
		if (((StarColumn *)lfirst(cell))->text == NULL)
			star->expansion = foreach_delete_current(star->expansion, cell);
	}
}

/*
 * Has a star written out some of whose columns need a cast to fill the columns
 * (DialectColumn) from first on; returns how many it stands for, -1: not known.
 */
int
ExpandAssignment(Rewriting *work, Scope *scope, SelectItem *star, List *targets, int first)
{
	const FromItem *unknown;
	List *columns = StarColumns(work, scope, star, &unknown);
	bool cast = false;
	ListCell *cell;
	int index = first;

	if (unknown != NULL || first + list_length(columns) > list_length(targets))
		return -1;

	foreach (cell, columns)
	{
		StarColumn *column = lfirst(cell);
		const DialectColumn *target = list_nth(targets, index++);
		const char *before;
		const char *after;

		if (column->text == NULL)
			return -1;
		if (!AssignmentCast(column->column->type, target->type, target->typmod, &before, &after))
			continue;
		cast = true;
		column->text = psprintf("%s%s%s", before, column->text, after);
	}

	if (cast)
		star->expansion = columns;
	return list_length(columns);
}

/* Writes out a star that has to be, and takes EXCLUDE away from behind what is none. */
void
RewriteStar(Rewriting *work, SelectItem *star)
{
	StringInfoData list;
	ListCell *cell;

	/* behind an expression it is no clause of Redshift's */
	if (star->expr->kind != EXPR_STAR && star->exclude_first >= 0)
		EditDelete(work, star->exclude_first, star->last);
	if (star->expr->kind != EXPR_STAR || (star->excluded == NIL && star->expansion == NIL))
		return;

	/* AWS: r_EXCLUDE_list; PostgreSQL would return rows without columns */
	if (star->expansion == NIL)
		ereport(
			ERROR, errcode(ERRCODE_SYNTAX_ERROR), errmsg("EXCLUDE leaves no column"),
			errhint("Name fewer columns behind EXCLUDE."),
			LexerErrorPosition(work->list->script,
							   LexemeAt(work->list, Max(star->exclude_first, star->first))->start));

	initStringInfo(&list);
	foreach (cell, star->expansion)
		appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "",
						 ((StarColumn *)lfirst(cell))->text);
	EditReplace(work, star->first, star->last, list.data);
}
