/*
 * rewrite_pivot.c
 *		FROM t PIVOT (...) and FROM t UNPIVOT (...) as derived tables.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"

static void RewriteAggregates(Rewriting *work, Scope *scope, FromItem *item);
static char *PivotQuery(Rewriting *work, FromItem *item);
static char *UnpivotQuery(Rewriting *work, FromItem *item);
static bool NamesColumn(Rewriting *work, TreeExpr *expr, const char *name);
static const char *ValueName(Rewriting *work, SelectItem *value);

/* Puts a derived table in the place of an item with PIVOT or UNPIVOT. */
void
RewritePivot(Rewriting *work, Scope *scope, FromItem *item)
{
	Pivot *pivot = item->pivot;
	char *query;

	if (!item->known)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("columns of \"%s\" are not known, but %s needs them",
							   item->name == NULL ? "the derived table" : item->name,
							   pivot->unpivot ? "UNPIVOT" : "PIVOT")));

	/* the aggregates are rewritten first, for they are rendered into the new query */
	if (!pivot->unpivot)
		RewriteAggregates(work, scope, item);
	query = pivot->unpivot ? UnpivotQuery(work, item) : PivotQuery(work, item);
	item->alias = pivot->alias != NULL ? pivot->alias : psprintf("pivoted%d", ++work->names);
	EditReplace(work, item->first, Max(pivot->last, pivot->alias_lexeme),
				psprintf("(%s) AS %s", query, quote_identifier(item->alias)));

	/* from here on nobody knows its columns by the table's name */
	item->name = NULL;
	item->columns = NIL;
	item->known = false;
}

/* Rewrites the aggregates of PIVOT, which see the columns of what it turns. */
static void
RewriteAggregates(Rewriting *work, Scope *scope, FromItem *item)
{
	Scope inner = {.parent = scope, .from = list_make1(item)};
	ListCell *cell;

	foreach (cell, item->pivot->aggregates)
		RewriteExpr(work, &inner, ((SelectItem *)lfirst(cell))->expr);
}

/* Whether an expression uses a column. */
static bool
NamesColumn(Rewriting *work, TreeExpr *expr, const char *name)
{
	ListCell *cell;

	if (expr->kind == EXPR_COLUMN && strcmp(LexemeAt(work->list, expr->last)->text, name) == 0)
		return true;

	foreach (cell, expr->children)
	{
		if (NamesColumn(work, lfirst(cell), name))
			return true;
	}

	return false;
}

/* The name of the column that a value of IN (...) makes. */
static const char *
ValueName(Rewriting *work, SelectItem *value)
{
	if (value->alias != NULL)
		return value->alias;
	return LexemeAt(work->list, value->expr->last)->text;
}

/* SELECT the other columns, agg(x) FILTER (WHERE name = value) ... GROUP BY the other columns. */
static char *
PivotQuery(Rewriting *work, FromItem *item)
{
	Pivot *pivot = item->pivot;
	StringInfoData others;
	StringInfoData list;
	ListCell *cell;
	ListCell *aggregate_cell;

	initStringInfo(&others);
	initStringInfo(&list);
	foreach (cell, item->columns)
	{
		/* what neither is turned into columns nor aggregated is grouped by */
		const char *name = ((DialectColumn *)lfirst(cell))->name;
		bool used = name == NULL || strcmp(name, pivot->name) == 0;

		foreach (aggregate_cell, pivot->aggregates)
			used = used || NamesColumn(work, ((SelectItem *)lfirst(aggregate_cell))->expr, name);
		if (!used)
			appendStringInfo(&others, "%s%s", others.len > 0 ? ", " : "", quote_identifier(name));
	}

	foreach (cell, pivot->values)
	{
		SelectItem *value = lfirst(cell);

		foreach (aggregate_cell, pivot->aggregates)
		{
			SelectItem *aggregate = lfirst(aggregate_cell);
			const char *name = ValueName(work, value);

			/* with several aggregates, each value makes a column of each */
			if (aggregate->alias != NULL)
				name = psprintf("%s_%s", name, aggregate->alias);
			/* NULL is a value like others (AWS: r_FROM_clause-pivot-unpivot-examples) */
			appendStringInfo(&list, "%s%s FILTER (WHERE %s %s %s) AS %s", list.len > 0 ? ", " : "",
							 EditRender(work, aggregate->expr->first, aggregate->expr->last),
							 quote_identifier(pivot->name),
							 LexemeIsAt(work->list, value->expr->first, "null") ? "IS" : "=",
							 EditRender(work, value->expr->first, value->expr->last),
							 quote_identifier(name));
		}
	}

	return psprintf("SELECT %s%s%s FROM %s%s%s%s", others.data, others.len > 0 ? ", " : "",
					list.data, EditRender(work, item->first, pivot->first - 1),
					item->kind == FROM_SUBQUERY && item->alias == NULL ? " AS pivot_source" : "",
					others.len > 0 ? " GROUP BY " : "", others.data);
}

/* SELECT the other columns, name, value, a row for each column named in IN (...). */
static char *
UnpivotQuery(Rewriting *work, FromItem *item)
{
	Pivot *pivot = item->pivot;
	StringInfoData others;
	StringInfoData rows;
	ListCell *cell;
	const char *value_name = quote_identifier(pivot->value_name);

	initStringInfo(&others);
	initStringInfo(&rows);
	foreach (cell, item->columns)
	{
		const char *name = ((DialectColumn *)lfirst(cell))->name;
		bool used = name == NULL;
		ListCell *value_cell;

		foreach (value_cell, pivot->values)
			used = used || NamesColumn(work, ((SelectItem *)lfirst(value_cell))->expr, name);
		if (!used)
			appendStringInfo(&others, "%s, ", quote_identifier(name));
	}

	foreach (cell, pivot->values)
	{
		SelectItem *value = lfirst(cell);

		appendStringInfo(&rows, "%s(%s, %s)", rows.len > 0 ? ", " : "",
						 quote_literal_cstr(ValueName(work, value)),
						 EditRender(work, value->expr->first, value->expr->last));
	}

	/* NULLs are left out unless they are asked for (AWS: r_FROM_clause-pivot-unpivot-examples) */
	return psprintf("SELECT %s%s, %s FROM %s%s CROSS JOIN LATERAL (VALUES %s) AS unpivoted (%s, "
					"%s)%s",
					others.data, quote_identifier(pivot->name), value_name,
					EditRender(work, item->first, pivot->first - 1),
					item->kind == FROM_SUBQUERY && item->alias == NULL ? " AS pivot_source" : "",
					rows.data, quote_identifier(pivot->name), value_name,
					pivot->include_nulls ? "" : psprintf(" WHERE %s IS NOT NULL", value_name));
}
