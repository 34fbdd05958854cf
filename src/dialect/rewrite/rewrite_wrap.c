/*
 * rewrite_wrap.c
 *		The names of a SELECT's columns, and its list when it is put into another
 *		SELECT: every column goes through, under its name and once.  What a client
 *		is shown is put into another one, too.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"

static int WrapItem(Rewriting *work, const Select *select, const SelectItem *item,
					const char *outer, StringInfo inner_list, StringInfo outer_list);
static int WrapColumns(Rewriting *work, const List *columns, const char *outer,
					   StringInfo inner_list, StringInfo outer_list);
static int WrapStar(Rewriting *work, const Select *select, const SelectItem *item,
					const char *outer, StringInfo inner_list, StringInfo outer_list);
static List *ColumnsOf(FromItem *item);
static bool IsOpaque(Rewriting *work, const TreeQuery *query);

/* The last word of a path a.b[0].c[1], NULL when there are indexes only. */
static const char *
LastWord(Rewriting *work, int first, int last)
{
	while (last >= first && LexemeIsAt(work->list, last, "]"))
		last = LexemeAt(work->list, last)->match - 1;
	return last >= first ? LexemeAt(work->list, last)->text : NULL;
}

/* The name that an expression gives to its column, NULL when it gives none of use. */
const char *
OutputName(Rewriting *work, const TreeExpr *expr)
{
	const TreeExpr *operand;
	const char *name;

	/* said by who rewrote it */
	if (expr->shown != NULL)
		return expr->shown;

	switch (expr->kind)
	{
		case EXPR_COLUMN:
			return LastWord(work, expr->first, expr->last);
		case EXPR_SUBSCRIPT:
			/* a path's last name, or, where it ends in an index, that of its column */
			operand = linitial(expr->children);
			name = LastWord(work, operand->last + 1, expr->last);
			return name != NULL ? name : OutputName(work, operand);
		case EXPR_CALL:
			return LexemeAt(work->list, expr->name)->text;
		case EXPR_EXTRACT:
			return "date_part";
		case EXPR_CASE:
			return "case";
		case EXPR_CAST:
			/* a column or a call keeps its name, anything else has that of the last type */
			operand = linitial(expr->children);
			while (operand->kind == EXPR_CAST)
				operand = linitial(operand->children);
			return operand->kind == EXPR_COLUMN || operand->kind == EXPR_CALL ||
						   operand->kind == EXPR_SUBSCRIPT
					   ? OutputName(work, operand)
					   : CastName(work, expr);
		case EXPR_CONSTANT:
			/* CURRENT_USER and the like are calls; TRUE and NULL are none */
			name = expr->first == expr->last ? LexemeAt(work->list, expr->first)->text : "";
			return strncmp(name, "current_", 8) == 0 || strcmp(name, "session_user") == 0 ||
						   strcmp(name, "localtimestamp") == 0
					   ? name
					   : NULL;
		case EXPR_PAREN:
			return list_length(expr->children) == 1 ? OutputName(work, linitial(expr->children))
													: NULL;
		default:
			return NULL;
	}
}

/* The name of an item's column; NULL when it has none. */
const char *
ItemName(Rewriting *work, const SelectItem *item)
{
	return item->alias != NULL ? item->alias : OutputName(work, item->expr);
}

/* Makes the select lists within and around a SELECT that is put into another. */
int
WrapItems(Rewriting *work, const Select *select, const char *outer, StringInfo inner_list,
		  StringInfo outer_list)
{
	int count = 0;
	ListCell *cell;

	foreach (cell, select->items)
	{
		const SelectItem *item = lfirst(cell);

		if (item->expansion != NIL)
			count += WrapColumns(work, item->expansion, outer, inner_list, outer_list);
		else if (item->expr->kind == EXPR_STAR)
			count += WrapStar(work, select, item, outer, inner_list, outer_list);
		else
			count += WrapItem(work, select, item, outer, inner_list, outer_list);
	}

	return count;
}

/* Adds an expression to the lists within and around, where its name must be the only one. */
static int
WrapItem(Rewriting *work, const Select *select, const SelectItem *item, const char *outer,
		 StringInfo inner_list, StringInfo outer_list)
{
	const char *separator = inner_list->len > 0 ? ", " : "";
	const char *name = ItemName(work, item);
	const char *inner = name;
	ListCell *cell;

	/*
	 * A name may be there twice in a list, but not in a subquery's columns that somebody refers
	 * to.
	 */
	foreach (cell, select->items)
	{
		const char *other = lfirst(cell) == item ? NULL : ItemName(work, lfirst(cell));

		if (inner != NULL && other != NULL && strcmp(inner, other) == 0)
			inner = NULL;
	}

	/* a name of our own, counted over the statement */
	if (inner == NULL)
		inner = psprintf("column%d", ++work->names);
	appendStringInfo(inner_list, "%s%s AS %s", separator,
					 EditRender(work, item->expr->first, item->expr->last),
					 quote_identifier(inner));
	appendStringInfo(outer_list, "%s%s.%s", separator, outer, quote_identifier(inner));

	/* outside it goes by the name that the client expects */
	if (name == NULL || name != inner)
		appendStringInfo(outer_list, " AS %s",
						 quote_identifier(name == NULL ? UNNAMED_COLUMN : name));
	return 1;
}

/* Adds the columns (StarColumn) of a star that is written out to the lists within and around. */
static int
WrapColumns(Rewriting *work, const List *columns, const char *outer, StringInfo inner_list,
			StringInfo outer_list)
{
	ListCell *cell;

	foreach (cell, columns)
	{
		const StarColumn *column = lfirst(cell);
		const char *separator = inner_list->len > 0 ? ", " : "";
		char *inner = psprintf("column%d", ++work->names);

		appendStringInfo(inner_list, "%s%s AS %s", separator, column->text, inner);
		appendStringInfo(outer_list, "%s%s.%s AS %s", separator, outer, inner,
						 quote_identifier(column->column->name));
	}

	return list_length(columns);
}

/* Adds the rows that a star stands for to the lists within and around. */
static int
WrapStar(Rewriting *work, const Select *select, const SelectItem *item, const char *outer,
		 StringInfo inner_list, StringInfo outer_list)
{
	const char *table = item->expr->last > item->expr->first
							? LexemeAt(work->list, item->expr->last - 2)->text
							: NULL;
	int count = 0;
	ListCell *cell;

	foreach (cell, select->from)
	{
		const char *name = FromItemName(lfirst(cell));
		const char *separator = inner_list->len > 0 ? ", " : "";
		int row;

		if (name == NULL || (table != NULL && strcmp(table, name) != 0))
			continue;
		count++;

		/* where a column has the table's name, that name is no row */
		if (FromItemColumn(work, lfirst(cell), name) != NULL)
		{
			count += WrapColumns(work, ColumnsOf(lfirst(cell)), outer, inner_list, outer_list) - 1;
			continue;
		}

		row = ++work->names;
		appendStringInfo(inner_list, "%s%s AS row%d", separator, quote_identifier(name), row);
		appendStringInfo(outer_list, "%s(%s.row%d).*", separator, outer, row);
	}

	return count;
}

/* The columns (StarColumn) that an item is known to have. */
static List *
ColumnsOf(FromItem *item)
{
	List *columns = NIL;
	ListCell *cell;

	foreach (cell, item->columns)
	{
		StarColumn *column = palloc0(sizeof(StarColumn));

		column->column = lfirst(cell);
		if (column->column->name == NULL)
			continue;
		column->text = psprintf("%s.%s", quote_identifier(FromItemName(item)),
								quote_identifier(column->column->name));
		columns = lappend(columns, column);
	}

	return columns;
}

/*
 * Puts a query around one whose result a client sees, where columns of it are
 * SUPER or VARBYTE, or DECIMALs of different digits in a set operation: Redshift
 * sends the first as JSON without white space, the second as hexadecimal digits,
 * both as text, and the third with the digits that they share.  Left alone where
 * not every column is known.
 */
void
ShowResult(Rewriting *work, TreeQuery *query)
{
	StringInfoData list;
	StringInfoData names;
	bool needed = query->widened;
	int number = 0;
	ListCell *cell;

	/* with a column missing, the wrapped query would lose it */
	if (!query->known || IsOpaque(work, query))
		return;

	initStringInfo(&list);
	initStringInfo(&names);
	foreach (cell, query->columns)
	{
		const DialectColumn *column = lfirst(cell);
		const char *separator = number++ > 0 ? ", " : "";
		const char *before = "";
		const char *after = "";

		if (column->type == JSONBOID || column->type == BYTEAOID)
		{
			bool is_super = column->type == JSONBOID;

			before = is_super ? REDSHIFT_SCHEMA ".super_text(" : "pg_catalog.encode(";
			after = is_super ? ")" : ", 'hex')";
		}
		else if (query->widened && column->type == NUMERICOID && DecimalIsShown(column->typmod))
			after = psprintf("::%s", DecimalSpell(column->typmod));

		needed |= before[0] != '\0';
		appendStringInfo(&names, "%scolumn%d", separator, number);
		appendStringInfo(&list, "%s%sresult.column%d%s AS %s", separator, before, number, after,
						 quote_identifier(column->name == NULL ? UNNAMED_COLUMN : column->name));
	}

	/* most results have nothing of the kind, and stay as they are */
	if (!needed)
		return;

	EditInsertBefore(work, query->first, psprintf("SELECT %s FROM (", list.data));
	EditInsertAfter(work, query->last, psprintf(") AS result (%s)", names.data));
}

/* Whether the columns of a query's result may be others than those known, or it fills a table. */
static bool
IsOpaque(Rewriting *work, const TreeQuery *query)
{
	ListCell *cell;

	foreach (cell, query->selects)
		if (((Select *)lfirst(cell))->into >= 0)
			return true;
	for (int i = query->first; i <= query->last; i++)
		if (LexemeIsAt(work->list, i, "for"))
			return true;
	return false;
}
