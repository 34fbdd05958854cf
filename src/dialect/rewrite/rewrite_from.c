/*
 * rewrite_from.c
 *		FROM: names for derived tables that have none, and the columns of what
 *		a query reads.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"
#include "dialect/text/routine.h"

static void NameDerivedTable(Rewriting *work, FromItem *item);
static void FindColumns(Rewriting *work, Scope *scope, FromItem *item);
static void RewriteTableName(Rewriting *work, Scope *scope, FromItem *item);
static bool RewriteSuperItem(Rewriting *work, Scope *scope, FromItem *item);
static bool IsSuper(Rewriting *work, const FromItem *item, Oid type);
static bool RewriteUnnest(Rewriting *work, Scope *scope, FromItem *item);
static bool StartsAtSibling(Rewriting *work, Scope *scope, const FromItem *item);

/* Rewrites a FROM list and puts its items in scope, from left to right. */
void
RewriteFrom(Rewriting *work, Scope *scope, List *items)
{
	ListCell *cell;

	foreach (cell, items)
	{
		FromItem *item = lfirst(cell);
		ListCell *parenthesis;

		foreach (parenthesis, item->around)
			EditReplace(work, lfirst_int(parenthesis), lfirst_int(parenthesis), " ");
		if (item->kind == FROM_SUBQUERY)
		{
			RewriteQueryTree(work, scope, item->query);
			NameDerivedTable(work, item);
		}
		else if (!RewriteSuperItem(work, scope, item) && !RewriteUnnest(work, scope, item))
		{
			if (item->kind == FROM_FUNCTION)
				RewriteExpr(work, scope, item->expr);
			else
				RewriteTableName(work, scope, item);
		}

		FindColumns(work, scope, item);
		if (item->pivot != NULL)
			RewritePivot(work, scope, item);
		scope->from = lappend(scope->from, item);
	}
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

/* Takes the database off database.schema.table, and leads a system relation to where it is. */
static void
RewriteTableName(Rewriting *work, Scope *scope, FromItem *item)
{
	if (item->last == item->first + 4)
		EditReplace(work, item->first, item->first + 1, "");
	if (item->schema != NULL || ScopeCommonTable(work, scope, item->name) == NULL)
		MoveToSystem(work, item);
}

/* Leads a name that Redshift has in pg_catalog to the schema that has it here. */
void
MoveToSystem(Rewriting *work, FromItem *item)
{
	const DialectContext *context = work->context;

	if (context->system_relation == NULL || item->name == NULL)
		return;

	item->moved = context->system_relation(context, item->schema, item->name);
	if (item->moved == NULL)
		return;
	if (item->schema == NULL)
		EditInsertBefore(work, item->last, psprintf("%s.", quote_identifier(item->moved)));
	else
		EditReplace(work, item->last - 2, item->last - 2, quote_identifier(item->moved));
}

/*
 * FROM t, t.items AS i [AT n] walks through a SUPER array: a row for each
 * element, which stands for itself in expressions, and its index from 0;
 * UNPIVOT t.object AS v [AT k] through an object: values and their keys.
 * False when the item is nothing of that kind.
 */
static bool
RewriteSuperItem(Rewriting *work, Scope *scope, FromItem *item)
{
	bool unpivot = item->unpivot_lexeme >= 0;
	const char *function = unpivot				  ? "super_attributes"
						   : item->at_lexeme >= 0 ? "super_positions"
												  : "super_elements";
	const char *alias;

	/* AWS: query-super, whose UNPIVOT has a name for the values always */
	if (unpivot && item->alias == NULL)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("UNPIVOT of an object needs a name for its values"),
				errhint("Write UNPIVOT object AS value AT attribute."),
				LexerErrorPosition(work->list->script,
								   LexemeAt(work->list, item->unpivot_lexeme)->start));

	/* without an alias nobody can name the elements; without a sibling it is a table */
	if (item->alias == NULL || (!unpivot && !StartsAtSibling(work, scope, item)))
		return false;

	/* a path that isn't known to be a SUPER is a table's name */
	if (!IsSuper(work, item, RewriteExpr(work, scope, item->expr)) && !unpivot)
		return false;
	if (unpivot)
		EditReplace(work, item->unpivot_lexeme, item->unpivot_lexeme, "LATERAL");
	EditInsertBefore(work, item->first,
					 psprintf("%s%s.%s(", unpivot ? "" : "LATERAL ", REDSHIFT_SCHEMA, function));
	EditInsertAfter(work, item->last, ")");
	alias = quote_identifier(item->alias);

	/* the alias names the element, as if it were a column */
	item->columns = list_make1(MakeColumn(item->alias, JSONBOID));
	if (item->at_lexeme < 0)
		EditInsertAfter(work, item->alias_lexeme, psprintf("(%s)", alias));
	else
	{
		const char *name = LexemeAt(work->list, item->at_lexeme)->text;

		EditReplace(work, item->alias_lexeme + 1, item->at_lexeme,
					psprintf("(%s, %s)", alias, quote_identifier(name)));
		item->columns = lappend(item->columns, MakeColumn(name, unpivot ? VARCHAROID : INT8OID));
	}

	/* expressions may go into the element itself, as into a column */
	item->element = true;
	item->known = true;

	return true;
}

/*
 * Whether an item of a type is walked through; where it isn't known AT tells,
 * which nothing else has.
 */
static bool
IsSuper(Rewriting *work, const FromItem *item, Oid type)
{
	if (type == JSONBOID || item->at_lexeme < 0)
		return type == JSONBOID;
	if (!OidIsValid(type))
		return true;
	ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
			errmsg("AT is for the elements of a SUPER array"),
			errhint("Write FROM t, t.items AS item AT n, where items is a SUPER."),
			LexerErrorPosition(work->list->script, LexemeAt(work->list, item->at_lexeme)->start));
	return false;
}

/*
 * UNNEST(t.items) [WITH OFFSET] AS u (item [, place]) is another spelling of the
 * walk through a SUPER array (AWS: r_FROM_clause30).  False when the item is
 * nothing of that kind; what isn't a SUPER is left to PostgreSQL's own unnest.
 */
static bool
RewriteUnnest(Rewriting *work, Scope *scope, FromItem *item)
{
	bool places = item->offset_lexeme >= 0;
	TreeExpr *call = item->expr;

	/* anything that isn't this very form is PostgreSQL's own */
	if (item->kind != FROM_FUNCTION || call->kind != EXPR_CALL ||
		!LexemeIsAt(work->list, call->name, "unnest") || call->qualified ||
		list_length(call->args) != 1 || list_length(item->names) > 1 + places)
		return false;

	/* with an offset it can only be Redshift's */
	if (RewriteExpr(work, scope, linitial(call->args)) != JSONBOID && !places)
		return false;

	EditReplace(work, call->name, call->name,
				psprintf("%s%s.%s",
						 LexemeIsAt(work->list, call->first - 1, "lateral") ? "" : "LATERAL ",
						 REDSHIFT_SCHEMA, places ? "super_positions" : "super_elements"));
	if (places)
		EditDelete(work, item->offset_lexeme, item->offset_lexeme + 1);

	/* without names of its own an element goes by the alias */
	item->element = item->names == NIL && item->alias != NULL;
	item->columns = list_make2(MakeColumn(item->element ? item->alias : "element", JSONBOID),
							   MakeColumn("index", INT8OID));

	/* the index is there only if it was asked for */
	if (!places)
		item->columns = list_make1(linitial(item->columns));
	if (item->element && places)
		EditInsertAfter(work, item->alias_lexeme, psprintf("(%s)", quote_identifier(item->alias)));
	item->columns = ColumnsRenamed(item->columns, item->names);
	item->known = true;

	return true;
}

/* Whether a name begins with that of an item to its left, which for a name alone is an element. */
static bool
StartsAtSibling(Rewriting *work, Scope *scope, const FromItem *item)
{
	const FromItem *sibling;

	if (item->kind != FROM_TABLE)
		return false;

	sibling = ScopeSibling(work, scope, LexemeAt(work->list, item->first)->text);
	return sibling != NULL && (item->last > item->first || sibling->element);
}

/* Finds the columns of an item, as far as its query or the catalog tells. */
static void
FindColumns(Rewriting *work, Scope *scope, FromItem *item)
{
	CommonTable *common = NULL;

	/* set by what is no table: PIVOT, UNNEST */
	if (item->known)
		return;

	/* a name of WITH comes before a table, but not one with a schema */
	if (item->kind == FROM_TABLE && item->schema == NULL)
		common = ScopeCommonTable(work, scope, item->name);
	if (item->kind == FROM_SUBQUERY)
	{
		item->columns = item->query->columns;
		item->known = item->query->known;
	}
	else if (common != NULL)
	{
		item->columns = common->columns;
		item->known = common->known;
		/* a name of no relation keeps the catalog from being asked */
		if (item->alias == NULL)
			item->alias = item->name;
		item->name = NULL;
	}
	else if (item->kind == FROM_TABLE)
	{
		item->columns = RelationColumns(work, item->moved != NULL ? item->moved : item->schema,
										item->name, &item->known);
		/* what the catalog doesn't have need not be asked for again, column by column */
		item->absent = !item->known && work->context->columns != NULL;
	}

	item->columns = ColumnsRenamed(item->columns, item->names);
}

/* Columns with the names that t (a, b) gives to the first of them; of unknown ones, these names. */
List *
ColumnsRenamed(List *columns, List *names)
{
	List *renamed = NIL;
	int count = Max(list_length(columns), list_length(names));

	if (names == NIL)
		return columns;

	for (int i = 0; i < count; i++)
	{
		DialectColumn *column = MakeColumn(NULL, InvalidOid);

		if (i < list_length(columns))
			*column = *(DialectColumn *)list_nth(columns, i);
		if (i < list_length(names))
			column->name = list_nth(names, i);
		renamed = lappend(renamed, column);
	}

	return renamed;
}

/* Every column of a relation, if the catalog answers. */
List *
RelationColumns(Rewriting *work, const char *schema, const char *name, bool *known)
{
	const DialectContext *context = work->context;

	*known = false;
	if (name == NULL)
		return NIL;

	/* a table that the routine makes, which the catalog may have from another time */
	if (schema == NULL && RoutineColumns(context->routine, name) != NIL)
	{
		*known = true;
		return RoutineColumns(context->routine, name);
	}

	if (context->columns == NULL)
		return NIL;

	return context->columns(context->state, schema, name, known);
}
