/*
 * lint_columns.c
 *		Which table of a query has a column, and the finding of a column that none
 *		of them has.
 *
 * Names are looked up in FROM and in the catalog; what isn't known is given the
 * benefit of the doubt.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "dialect/check/lint_query.h"

/* More tables than that aren't named in a message. */
#define NAMED_TABLES 8

/*
 * Of more tables in one FROM none is asked for a bare name: each name would
 * cost a look-up in each table, and whoever joins so many names the table.
 */
#define MANY_TABLES 100

static bool ItemHasColumn(QueryLint *query, const FromItem *item, const char *name);
static bool IsOtherName(QueryLint *query, Block *block, const char *name);
static NameMap *OtherNames(QueryLint *query, Block *block);
static void AddInnerNames(NameMap *names, TreeExpr *expr);
static const char *TableNames(const Select *select);

/*
 * Whether the columns of a statement's tables have to be there when it is run:
 * a view WITH NO SCHEMA BINDING looks for them later.
 */
bool
LintNamesKnown(const Lint *lint)
{
	static const char *const tags[] = {"SELECT",
									   "SELECT INTO",
									   "INSERT",
									   "UPDATE",
									   "DELETE",
									   "MERGE",
									   "EXPLAIN",
									   "DECLARE",
									   "CREATE TABLE AS",
									   "CREATE VIEW",
									   "CREATE MATERIALIZED VIEW"};
	const DialectStatement *statement = lint->statement;

	if (LintIsLateBinding(lint))
		return false;
	for (size_t i = 0; i < lengthof(tags); i++)
		if (strcmp(statement->tag, tags[i]) == 0)
			return !lint->changed;
	return false;
}

bool
LintIsLateBinding(const Lint *lint)
{
	return lint->statement->late_binding.first >= 0;
}

/* Reports a table without its schema: r_CREATE_VIEW asks for it where no search_path is known. */
void
LintUnqualified(QueryLint *query, const FromItem *item)
{
	if (!query->late_binding || item->kind != FROM_TABLE || item->schema != NULL ||
		LintIsCommon(query, item))
		return;

	LintAdd(query->lint, item->first, "late-binding-name", true,
			psprintf("Write the schema before it: public.%s, say.", item->name),
			"All the relation names inside should be qualified when creating VIEW WITH NO SCHEMA "
			"BINDING.");
}

/*
 * Whether a bare name may be that of a column of the result, which ORDER BY and
 * GROUP BY may use: an alias, or one that an expression has by itself.
 */
bool
LintIsResultName(QueryLint *query, Block *block, const TreeExpr *name)
{
	if (name->parts != 1 || name->subscript)
		return false;
	if (block->names == NULL)
		block->names = OtherNames(query, block);
	return block->unnamed ||
		   NameMapFind(block->names, query->list->lexemes[name->first].text) != NULL ||
		   NameMapFind(block->implied, query->list->lexemes[name->first].text) != NULL;
}

/* Whether what an item reads has a column of this name; doubt is a yes. */
static bool
ItemHasColumn(QueryLint *query, const FromItem *item, const char *name)
{
	const DialectContext *context = query->lint->context;
	const char *folded = LexemeFold(name);
	bool known = false;

	/* only a table's columns can be asked for; what else FROM holds may have any */
	if (item->kind != FROM_TABLE || item->names != NIL || item->pivot != NULL ||
		context->column_type == NULL)
		return true;

	/* a name of WITH hides the table of that name */
	if (LintIsCommon(query, item))
		return true;

	/* not known to the catalogue: made by the script itself, maybe */
	if (OidIsValid(context->column_type(context->state, item->schema, item->name, name, &known)) ||
		!known)
		return true;

	/* names are folded on Redshift, quotes or not, so a folded one may be meant */
	return strcmp(folded, name) != 0 &&
		   OidIsValid(
			   context->column_type(context->state, item->schema, item->name, folded, &known));
}

/* Whether what an item of FROM reads has its name from WITH. */
bool
LintIsCommon(const QueryLint *query, const FromItem *item)
{
	return query->common != NULL && item->kind == FROM_TABLE && item->schema == NULL &&
		   NameMapFind(query->common, item->name) != NULL;
}

/* The items of a SELECT's FROM by the names they go by. */
static NameMap *
FromNames(const Select *select)
{
	NameMap *names = NameMapMake();
	ListCell *cell;

	foreach (cell, select->from)
	{
		FromItem *item = lfirst(cell);
		const char *name = item->alias != NULL ? item->alias : item->name;

		if (name != NULL)
			NameMapAdd(names, name, item);
	}

	return names;
}

/*
 * The items of FROM that may have a column: the one it names, or for a bare name
 * all; false where nobody can tell, or where they are too many to be asked for each name.
 */
bool
LintSources(QueryLint *query, Block *block, const TreeExpr *column, List **items)
{
	FromItem *named;

	*items = NIL;
	if (column->parts > 2)
		return false;

	if (column->parts == 1)
	{
		*items = block->select->from;
		return list_length(*items) <= MANY_TABLES;
	}

	if (block->from == NULL)
		block->from = FromNames(block->select);
	named = NameMapFind(block->from, query->list->lexemes[column->first].text);
	if (named != NULL)
		*items = list_make1(named);
	return true;
}

/* Whether a SELECT has the column; doubt is a yes. */
bool
LintHasColumn(QueryLint *query, Block *block, const TreeExpr *column)
{
	List *items;
	ListCell *cell;

	if (!LintSources(query, block, column, &items))
		return true;

	/* a table that is named is told by its name alone */
	foreach (cell, items)
		if (column->parts == 2 ||
			ItemHasColumn(query, lfirst(cell), query->list->lexemes[column->first].text))
			return true;

	return false;
}

/* Whether a bare name means something else than a column: an alias, a table, a column of the system's. */
static bool
IsOtherName(QueryLint *query, Block *block, const char *name)
{
	static const char *const others[] = {"sysdate",
										 "level",
										 "current_user_id",
										 "current_namespace",
										 "current_aws_account",
										 "oid",
										 "ctid",
										 "tableoid",
										 "xmin",
										 "xmax",
										 "cmin",
										 "cmax"};

	for (size_t i = 0; i < lengthof(others); i++)
		if (strcmp(name, others[i]) == 0)
			return true;
	for (; block != NULL; block = block->outer)
	{
		if (block->names == NULL)
			block->names = OtherNames(query, block);
		if (NameMapFind(block->names, name) != NULL)
			return true;
	}

	return false;
}

/* The aliases of a SELECT's list, those within its expressions too, and its tables' names. */
static NameMap *
OtherNames(QueryLint *query, Block *block)
{
	const Select *select = block->select;
	NameMap *names = NameMapMake();
	ListCell *cell;

	block->implied = NameMapMake();
	foreach (cell, select->items)
	{
		SelectItem *item = lfirst(cell);
		ExprKind kind = item->expr->kind;

		if (item->alias != NULL)
			NameMapAdd(names, item->alias, item);
		else if (kind == EXPR_COLUMN && !item->expr->subscript)
			NameMapAdd(block->implied, query->list->lexemes[item->expr->last].text, item);
		else
			block->unnamed |= kind != EXPR_STAR;
		AddInnerNames(names, item->expr);
	}

	foreach (cell, select->from)
	{
		FromItem *item = lfirst(cell);
		const char *name = item->alias != NULL ? item->alias : item->name;

		if (name != NULL)
			NameMapAdd(names, name, item);
	}

	return names;
}

/* Adds the names that expressions give in passing: (1 AS one) + 1. */
static void
AddInnerNames(NameMap *names, TreeExpr *expr)
{
	ListCell *cell;

	check_stack_depth();
	if (expr->alias != NULL)
		NameMapAdd(names, expr->alias, expr);
	foreach (cell, expr->children)
		AddInnerNames(names, lfirst(cell));
}

/* The tables of FROM for a message; of many the first ones. */
static const char *
TableNames(const Select *select)
{
	StringInfoData tables;

	initStringInfo(&tables);
	for (int i = 0; i < list_length(select->from); i++)
	{
		if (i == NAMED_TABLES)
		{
			appendStringInfoString(&tables, ", ...");
			break;
		}
		appendStringInfo(&tables, "%s%s", i > 0 ? ", " : "",
						 ((FromItem *)list_nth(select->from, i))->name);
	}

	return tables.data;
}

/* Reports a bare column that none of the tables has, which are all known, as Redshift words it. */
void
LintUnknownColumn(QueryLint *query, Block *block, const TreeExpr *column)
{
	const Lexeme *lexeme = LexemeAt(query->list, column->first);
	const char *name = LexemeFold(lexeme->text);

	if (column->parts != 1 || column->subscript || block->select->from == NIL ||
		!query->names_known || IsOtherName(query, block, name))
		return;
	if (block->tables == NULL)
		block->tables = TableNames(block->select);

	/* psycopg2 and the like quote names; strings in double quotes are the usual slip */
	LintAdd(query->lint, column->first, LINT_UNKNOWN_COLUMN, true,
			lexeme->quoted ? "What stands between double quotes is a name; a string stands between "
							 "single quotes."
						   : NULL,
			"column \"%s\" does not exist in %s", name, block->tables);
}
