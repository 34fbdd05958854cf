/*
 * rewrite_star.c
 *		* and t.* in select lists: the columns they stand for, written out where
 *		EXCLUDE leaves some out or where one must be cast to fill a table.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"

static List *AddColumns(List *columns, const FromItem *item, bool joins);
static bool Shares(const FromItem *item, const char *name);
static StarColumn *FindColumn(const List *columns, const char *name);
static List *InOrder(List *columns, const List *names, const List *before);
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
	List *columns = NIL;
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
		columns = AddColumns(columns, item, table == NULL);
	}

	/* EXCLUDE leaves columns out (AWS: r_EXCLUDE_list) */
	foreach (cell, columns)
	{
		if (Excludes(star, ((StarColumn *)lfirst(cell))->column))
			columns = foreach_delete_current(columns, cell);
	}

	return columns;
}

/* Adds an item's columns to those of the items before it; joins says whether they share any. */
static List *
AddColumns(List *columns, const FromItem *item, bool joins)
{
	const char *table = FromItemName(item);
	List *before = list_copy(columns);
	List *shared = NIL;
	List *added = NIL;
	ListCell *cell;

	foreach (cell, item->columns)
	{
		StarColumn *column = palloc0(sizeof(StarColumn));
		const char *name;
		StarColumn *twin;

		column->column = lfirst(cell);
		name = column->column->name;
		twin = joins && name != NULL && Shares(item, name) ? FindColumn(columns, name) : NULL;
		if (twin != NULL)
		{
			/* of either table, whichever has it: only its bare name means both */
			twin->text = unconstify(char *, quote_identifier(name));
			shared = lappend(shared, twin);
			columns = list_delete_ptr(columns, twin);
			continue;
		}

		/* a column without a name can't be written out; its place is counted */
		if (name != NULL)
			column->text = psprintf("%s%s%s", table == NULL ? "" : quote_identifier(table),
									table == NULL ? "" : ".", quote_identifier(name));
		added = lappend(added, column);
	}

	return list_concat(list_concat(InOrder(shared, item->shared, before), columns), added);
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

/* The column of a name among several; NULL when there is none. */
static StarColumn *
FindColumn(const List *columns, const char *name)
{
	ListCell *cell;

	foreach (cell, columns)
	{
		StarColumn *column = lfirst(cell);

		if (column->column->name != NULL && strcmp(column->column->name, name) == 0)
			return column;
	}

	return NULL;
}

/* Columns in the order in which USING names them; those of NATURAL JOIN in that of the items before. */
static List *
InOrder(List *columns, const List *names, const List *before)
{
	List *ordered = NIL;
	ListCell *cell;

	foreach (cell, names)
	{
		StarColumn *column = FindColumn(columns, lfirst(cell));

		if (column != NULL)
			ordered = lappend(ordered, column);
	}

	if (names != NIL)
		return ordered;
	foreach (cell, before)
	{
		if (list_member_ptr(columns, lfirst(cell)))
			ordered = lappend(ordered, lfirst(cell));
	}

	return ordered;
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
