/*
 * rewrite_scope.c
 *		What a name means where it stands: an item of FROM, a column of one, an
 *		alias of the select list, a common table.
 *
 * A scope learns its names once, when they are first asked for, and what has
 * been added since when they are asked for again: so a query takes time in
 * proportion to its names, however many there are.
 */
#include "postgres.h"

#include "dialect/rewrite/scope/rewrite_scope.h"

/* Between schema and name in the key of an item that is asked for with both. */
#define SCHEMA_SEPARATOR "\001"

struct ScopeNames
{
	NameMap *items;	  /* FromItem, by visible name and by schema and name */
	NameMap *columns; /* DialectColumn, of the items that know theirs */
	NameMap *aliases; /* SelectItem */
	NameMap *common;  /* CommonTable */

	/* how much of each list is in the maps */
	int items_known;
	int aliases_known;
	int common_known;
	bool asks; /* an item's columns have to be asked for one by one */
};

static ScopeNames *NamesOf(Rewriting *work, Scope *scope);
static void AddItem(Rewriting *work, ScopeNames *names, FromItem *item);
static bool IsAsked(Rewriting *work, const FromItem *item);
static const DialectColumn *KnownColumn(FromItem *item, const char *name);

/* The names of a scope, those added since the last time included. */
static ScopeNames *
NamesOf(Rewriting *work, Scope *scope)
{
	ScopeNames *names = scope->names;

	if (names == NULL)
	{
		names = scope->names = palloc0(sizeof(ScopeNames));
		names->items = NameMapMake();
		names->columns = NameMapMake();
		names->aliases = NameMapMake();
		names->common = NameMapMake();
	}

	while (names->items_known < list_length(scope->from))
		AddItem(work, names, list_nth(scope->from, names->items_known++));
	while (names->aliases_known < list_length(scope->aliases))
	{
		SelectItem *item = list_nth(scope->aliases, names->aliases_known++);

		if (item->alias != NULL)
			NameMapAdd(names->aliases, item->alias, item);
	}

	while (names->common_known < list_length(scope->common))
	{
		CommonTable *common = list_nth(scope->common, names->common_known++);

		NameMapAdd(names->common, common->name, common);
	}

	return names;
}

/* Adds an item and the columns it is known to have. */
static void
AddItem(Rewriting *work, ScopeNames *names, FromItem *item)
{
	const char *name = FromItemName(item);
	ListCell *cell;

	if (name != NULL)
		NameMapAdd(names->items, name, item);
	if (name != NULL && item->schema != NULL)
		NameMapAdd(names->items, psprintf("%s" SCHEMA_SEPARATOR "%s", item->schema, name), item);
	foreach (cell, item->columns)
	{
		DialectColumn *column = lfirst(cell);

		if (column->name != NULL)
			NameMapAdd(names->columns, column->name, column);
	}

	names->asks = names->asks || IsAsked(work, item);
}

/* Whether the catalog has to be asked for each column of an item. */
static bool
IsAsked(Rewriting *work, const FromItem *item)
{
	return !item->known && !item->absent && item->kind == FROM_TABLE && item->names == NIL &&
		   item->name != NULL && work->context->column_type != NULL;
}

/* The column that an item of this very scope is known to have; NULL when none is. */
const DialectColumn *
ScopeColumn(Rewriting *work, Scope *scope, const char *name)
{
	ScopeNames *names = NamesOf(work, scope);
	ListCell *cell;

	if (!names->asks)
		return NameMapFind(names->columns, name);

	foreach (cell, scope->from)
	{
		const DialectColumn *column = FromItemColumn(work, lfirst(cell), name);

		if (column != NULL)
			return column;
	}

	return NULL;
}

/* The FROM item that a qualifier means, looking outwards; schema may be NULL. */
FromItem *
ScopeItem(Rewriting *work, Scope *scope, const char *schema, const char *name)
{
	const char *key = schema == NULL ? name : psprintf("%s" SCHEMA_SEPARATOR "%s", schema, name);

	for (; scope != NULL; scope = scope->parent)
	{
		FromItem *item = NameMapFind(NamesOf(work, scope)->items, key);

		if (item != NULL)
			return item;
	}

	return NULL;
}

/* The FROM item of this very scope that a name means; NULL when none does. */
FromItem *
ScopeSibling(Rewriting *work, Scope *scope, const char *name)
{
	return NameMapFind(NamesOf(work, scope)->items, name);
}

/* The item of the select list that has named itself so; NULL when none has yet. */
SelectItem *
ScopeAlias(Rewriting *work, Scope *scope, const char *name)
{
	return NameMapFind(NamesOf(work, scope)->aliases, name);
}

/* The common table expression that a name means; NULL when it means a relation. */
CommonTable *
ScopeCommonTable(Rewriting *work, Scope *scope, const char *name)
{
	for (; scope != NULL; scope = scope->parent)
	{
		CommonTable *common =
			scope->common == NIL ? NULL : NameMapFind(NamesOf(work, scope)->common, name);

		if (common != NULL)
			return common;
	}

	return NULL;
}

/* An item's column of a name among those that are known; NULL when none is. */
static const DialectColumn *
KnownColumn(FromItem *item, const char *name)
{
	ListCell *cell;

	if (item->by_name == NULL)
	{
		item->by_name = NameMapMake();
		foreach (cell, item->columns)
		{
			DialectColumn *column = lfirst(cell);

			if (column->name != NULL)
				NameMapAdd(item->by_name, column->name, column);
		}
	}

	return NameMapFind(item->by_name, name);
}

/* An item's column of a name, its type InvalidOid when that isn't known; NULL when none is known. */
const DialectColumn *
FromItemColumn(Rewriting *work, FromItem *item, const char *name)
{
	const DialectContext *context = work->context;
	const DialectColumn *column = KnownColumn(item, name);
	bool known = false;
	Oid type;

	if (column != NULL || !IsAsked(work, item))
		return column;

	type = context->column_type(context->state, item->moved != NULL ? item->moved : item->schema,
								item->name, name, &known);
	return known && OidIsValid(type) ? MakeColumn(name, type) : NULL;
}

/* The name by which expressions refer to an item; NULL when it has none. */
const char *
FromItemName(const FromItem *item)
{
	return item->alias != NULL ? item->alias : item->name;
}

/* A column as the dialect makes it. */
DialectColumn *
MakeColumn(const char *name, Oid type)
{
	DialectColumn *column = palloc0(sizeof(DialectColumn));

	column->name = name;
	column->type = type;
	column->typmod = -1;
	return column;
}
