/*
 * rewrite_columns.c
 *		The columns of a query's result: names, types, precision.
 *
 * A set operation has the names of its first term, and types in which the
 * values of all its terms have room (AWS: r_UNION).  In a recursive query the
 * first term alone says the types, as in SQL's standard.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "dialect/rewrite/rewrite_work.h"

static void MergeColumns(TreeQuery *query, List *columns, bool names);
static void WidenColumn(TreeQuery *query, DialectColumn *column, const DialectColumn *other);

/* Adds the columns of a SELECT to those of its query. */
void
AddSelectColumns(Rewriting *work, Scope *scope, TreeQuery *query, const Select *select)
{
	List *columns = NIL;
	bool known = true;
	ListCell *cell;

	foreach (cell, select->items)
	{
		SelectItem *item = lfirst(cell);
		DialectColumn *column;

		if (item->expr->kind == EXPR_STAR)
		{
			const FromItem *unknown;
			ListCell *star_cell;

			foreach (star_cell, StarColumns(work, scope, item, &unknown))
				columns = lappend(columns, unconstify(DialectColumn *,
													  ((StarColumn *)lfirst(star_cell))->column));
			known &= unknown == NULL;
			continue;
		}

		column = palloc0(sizeof(DialectColumn));
		column->name = item->alias != NULL ? item->alias : OutputName(work, item->expr);
		column->type = item->type;
		column->typmod = item->expr->typmod;
		column->case_insensitive = item->expr->case_insensitive;
		columns = lappend(columns, column);
	}

	AddTermColumns(query, columns, known, select->first);
}

/* Adds the columns of a term, which begins at a lexeme, to those of its query. */
void
AddTermColumns(TreeQuery *query, List *columns, bool known, int first)
{
	bool names = !query->has_term || first < query->first_term;

	if (!query->has_term)
	{
		query->columns = columns;
		query->known = known;
	}
	else
	{
		/* a term whose columns aren't all known tells no types */
		if (known && query->known && list_length(columns) == list_length(query->columns))
			MergeColumns(query, columns, names);
		else if (names)
			query->columns = columns;
		query->known = names ? known : query->known;
	}

	query->has_term = true;
	query->first_term = names ? first : query->first_term;
}

/* Widens the columns of a query to have room for others; names says whose names they get. */
static void
MergeColumns(TreeQuery *query, List *columns, bool names)
{
	List *merged = NIL;
	ListCell *cell;
	ListCell *other_cell;

	forboth(cell, query->columns, other_cell, columns)
	{
		DialectColumn *column = palloc(sizeof(DialectColumn));

		/* the columns of a star are those of its table, and stay as they are */
		*column = *(const DialectColumn *)lfirst(names ? other_cell : cell);
		WidenColumn(query, column, lfirst(names ? cell : other_cell));
		merged = lappend(merged, column);
	}

	query->columns = merged;
}

/* Gives a column the type that it shares with another, and a DECIMAL the digits of both. */
static void
WidenColumn(TreeQuery *query, DialectColumn *column, const DialectColumn *other)
{
	Oid type = TypeCommon(column->type, other->type);
	int32 typmod;

	/* what isn't known can only be a text where the other one is */
	if (query->recursive || (TypeIsText(column->type) && !OidIsValid(other->type)))
		return;
	if (TypeIsText(other->type) && !OidIsValid(column->type))
		type = other->type;

	typmod = type != NUMERICOID
				 ? -1
				 : DecimalCommon(column->type, column->typmod, other->type, other->typmod);
	query->widened |= type == NUMERICOID && (typmod != column->typmod || typmod != other->typmod);
	column->type = type;
	column->typmod = typmod;
	column->case_insensitive |= other->case_insensitive;
}

/* Settles the types of a query's columns: literals that nothing has given another one are text. */
void
FinishColumns(TreeQuery *query)
{
	List *settled = NIL;
	bool literals = false;
	ListCell *cell;

	/* the set operation around it may give them one */
	if (query->combined)
		return;

	foreach (cell, query->columns)
	{
		const DialectColumn *column = lfirst(cell);

		literals |= column->type == UNKNOWNOID;
	}

	if (!literals)
		return;

	foreach (cell, query->columns)
	{
		DialectColumn *column = palloc(sizeof(DialectColumn));

		*column = *(const DialectColumn *)lfirst(cell);
		if (column->type == UNKNOWNOID)
			column->type = TEXTOID;
		settled = lappend(settled, column);
	}

	query->columns = settled;
}
