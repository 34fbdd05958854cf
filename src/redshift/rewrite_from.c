/*
 * rewrite_from.c
 *		FROM: names for derived tables that have none, and the columns of what
 *		a query reads.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "redshift/rewrite_work.h"

static void NameDerivedTable(Rewriting *work, FromItem *item);
static void FindColumns(Rewriting *work, Scope *scope, FromItem *item);
static CommonTable *FindCommonTable(Scope *scope, const char *name);
static void RewriteTableName(Rewriting *work, FromItem *item);
static void RewriteSuperTable(Rewriting *work, Scope *scope, FromItem *item);

/* Rewrites a FROM list and puts its items in scope, from left to right. */
void
RewriteFrom(Rewriting *work, Scope *scope, List *items)
{
	ListCell *cell;

	foreach (cell, items)
	{
		FromItem *item = lfirst(cell);

		if (item->kind == FROM_SUBQUERY)
		{
			RewriteQueryTree(work, scope, item->query);
			NameDerivedTable(work, item);
		}
		else if (item->kind == FROM_FUNCTION)
			RewriteExpr(work, scope, item->call);
		else
		{
			RewriteTableName(work, item);
			RewriteSuperTable(work, scope, item);
		}
		FindColumns(work, scope, item);
		if (item->pivot != NULL)
			RewritePivot(work, scope, item);
		scope->from = lappend(scope->from, item);
	}
}

/* The name by which expressions refer to an item; NULL when it has none. */
const char *
FromItemName(const FromItem *item)
{
	return item->alias != NULL ? item->alias : item->name;
}

/* Gives a derived table the alias that PostgreSQL wants before 16. */
static void
NameDerivedTable(Rewriting *work, FromItem *item)
{
	if (item->alias != NULL || item->pivot != NULL)
		return;
	item->alias = psprintf("derived_table%d", ++work->names);
	EditInsertAfter(work, item->last, psprintf(" AS %s", item->alias));
}

/* Takes the database off database.schema.table. */
static void
RewriteTableName(Rewriting *work, FromItem *item)
{
	if (item->last == item->first + 4)
		EditReplace(work, item->first, item->first + 1, "");
}

/*
 * FROM t, t.items AS i [AT n] walks through a SUPER array: a row for each
 * element, which stands for itself in expressions.
 */
static void
RewriteSuperTable(Rewriting *work, Scope *scope, FromItem *item)
{
	TreeExpr column = {.kind = EXPR_COLUMN, .first = item->first, .last = item->last};
	ListCell *cell;
	DialectColumn *element;
	bool sibling = false;

	if (item->schema == NULL || item->alias == NULL)
		return;
	foreach (cell, scope->from)
	{
		const char *name = FromItemName(lfirst(cell));

		sibling |= name != NULL && strcmp(name, TokenAt(work->tokens, item->first)->text) == 0;
	}
	column.parts = (item->last - item->first) / 2 + 1;
	if (!sibling || RewriteColumn(work, scope, &column) != JSONBOID)
		return;
	EditInsertBefore(work, item->first, "LATERAL " REDSHIFT_SCHEMA ".super_elements(");
	EditInsertAfter(work, item->last, ")");
	EditInsertAfter(work, item->alias_token, psprintf("(%s)", quote_identifier(item->alias)));
	element = palloc0(sizeof(DialectColumn));
	element->name = item->alias;
	element->type = JSONBOID;
	element->typmod = -1;
	item->columns = list_make1(element);
	item->element = true;
	item->known = true;
}

/* Finds the columns of an item, as far as its query or the catalog tells. */
static void
FindColumns(Rewriting *work, Scope *scope, FromItem *item)
{
	CommonTable *common;

	if (item->column_aliases || item->known)
		return;
	if (item->kind == FROM_SUBQUERY)
	{
		item->columns = item->query->columns;
		item->known = item->query->known;
		return;
	}
	if (item->kind != FROM_TABLE)
		return;
	common = item->schema == NULL ? FindCommonTable(scope, item->name) : NULL;
	if (common != NULL)
	{
		item->columns = common->columns;
		item->known = common->known;
		/* a name of no relation keeps the catalog from being asked */
		if (item->alias == NULL)
			item->alias = item->name;
		item->name = NULL;
	}
	else
		item->columns = RelationColumns(work, item->schema, item->name, &item->known);
}

/* The common table expression that a name means; NULL when it means a relation. */
static CommonTable *
FindCommonTable(Scope *scope, const char *name)
{
	for (; scope != NULL; scope = scope->parent)
	{
		ListCell *cell;

		foreach (cell, scope->common)
		{
			CommonTable *common = lfirst(cell);

			if (strcmp(common->name, name) == 0)
				return common;
		}
	}
	return NULL;
}

/* Every column of a relation, if the catalog answers. */
List *
RelationColumns(Rewriting *work, const char *schema, const char *name, bool *known)
{
	const DialectContext *context = work->context;

	*known = false;
	if (context->columns == NULL || name == NULL)
		return NIL;
	return context->columns(context->state, schema, name, known);
}

/* Whether an item is known to have a column; *type is InvalidOid when its type isn't known. */
bool
FromItemColumn(Rewriting *work, FromItem *item, const char *name, Oid *type)
{
	const DialectContext *context = work->context;
	bool known = false;
	ListCell *cell;

	*type = InvalidOid;
	foreach (cell, item->columns)
	{
		const DialectColumn *column = lfirst(cell);

		if (column->name != NULL && strcmp(column->name, name) == 0)
		{
			*type = column->type;
			return true;
		}
	}
	if (item->known || item->kind != FROM_TABLE || item->column_aliases || item->name == NULL ||
		context->column_type == NULL)
		return false;
	*type = context->column_type(context->state, item->schema, item->name, name, &known);
	return known && OidIsValid(*type);
}
