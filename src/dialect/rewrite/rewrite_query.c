/*
 * rewrite_query.c
 *		A query: common tables, then each SELECT, clause by clause, so that an
 *		expression always finds the names it may use already resolved.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/keywords.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"

static void RewriteCommonTables(Rewriting *work, Scope *scope, TreeQuery *query);
static void RewriteSelect(Rewriting *work, Scope *scope, TreeQuery *query, Select *select);
static void FinishSelect(Rewriting *work, Scope *scope, TreeQuery *query, Select *select);
static void RewriteHierarchy(Rewriting *work, Scope *scope, const Select *select);
static void RewriteItem(Rewriting *work, Scope *scope, const TreeQuery *query, const Select *select,
						SelectItem *item);
static void TypeItem(Rewriting *work, const SelectItem *item);
static bool IsRenamed(const TreeExpr *expr);
static void NameItem(Rewriting *work, SelectItem *item);
static void AssignItems(Rewriting *work, Scope *scope, TreeQuery *query, Select *select);
static void SettleLiteral(Rewriting *work, SelectItem *item, const DialectColumn *target);
static bool SettlesLiterals(const TreeQuery *query, const Select *select);
static void RewriteSorting(Rewriting *work, Scope *scope, List *exprs);
static void RewriteOrder(Rewriting *work, Scope *scope, const TreeQuery *query,
						 const Select *select);
static void RewriteOuterOrder(Rewriting *work, TreeExpr *expr);

/* Rewrites a query and finds its output columns. */
void
RewriteQueryTree(Rewriting *work, Scope *parent, TreeQuery *query)
{
	Scope scope = {.parent = parent};
	ListCell *cell;

	check_stack_depth();
	RewriteCommonTables(work, &scope, query);
	foreach (cell, query->selects)
		RewriteSelect(work, &scope, query, lfirst(cell));
	foreach (cell, query->nested)
	{
		TreeQuery *nested = lfirst(cell);

		nested->unnamed = query->unnamed;
		nested->targets = query->targets;
		nested->combined = query->combined || !query->simple;
		nested->typed = query->typed;
		RewriteQueryTree(work, &scope, nested);
		AddTermColumns(query, nested->columns, nested->known, nested->first);
	}

	FinishColumns(query);

	foreach (cell, query->minus)
		EditReplace(work, lfirst_int(cell), lfirst_int(cell), "EXCEPT");
	foreach (cell, query->rows)
		RewriteExpr(work, &scope, lfirst(cell));
	if (!query->simple)
		RewriteSorting(work, &scope, query->order);
	RewriteExprs(work, &scope, query->others);
}

/* Rewrites the queries of WITH; each sees those before it. */
static void
RewriteCommonTables(Rewriting *work, Scope *scope, TreeQuery *query)
{
	ListCell *cell;

	foreach (cell, query->common)
	{
		CommonTable *common = lfirst(cell);

		if (common->query != NULL)
		{
			RewriteQueryTree(work, scope, common->query);
			common->known = common->query->known;
			common->columns = ColumnsRenamed(common->query->columns, common->names);
		}

		scope->common = lappend(scope->common, common);
	}
}

/* Rewrites one SELECT; of a query that is no set operation also its ORDER BY. */
static void
RewriteSelect(Rewriting *work, Scope *parent, TreeQuery *query, Select *select)
{
	Scope scope = {.parent = parent};
	ListCell *cell;

	/* FROM first: it says which names there are */
	RewriteFrom(work, &scope, select->from);
	RewriteExprs(work, &scope, select->joins);
	if (select->connect_lexeme >= 0 || select->start_lexeme >= 0)
		RewriteHierarchy(work, &scope, select);

	/*
	 * An alias may be used by the items behind it (AWS: r_SELECT_list), so they are added one by
	 * one.
	 */
	foreach (cell, select->items)
	{
		RewriteItem(work, &scope, query, select, lfirst(cell));
		scope.aliases = lappend(scope.aliases, lfirst(cell));
	}

	/* by then WHERE, GROUP BY and HAVING may use the aliases, too */
	if (select->where != NULL)
		RewriteCondition(work, &scope, select->where);
	RewriteSorting(work, &scope, select->group);
	if (select->having != NULL)
		RewriteExpr(work, &scope, select->having);
	RewriteExprs(work, &scope, select->windows);
	if (select->qualify != NULL)
		RewriteExpr(work, &scope, select->qualify);

	/* with QUALIFY the query is wrapped, and its order stands outside */
	if (query->simple && select->qualify == NULL)
		RewriteOrder(work, &scope, query, select);
	else if (query->simple)
	{
		foreach (cell, query->order)
			RewriteOuterOrder(work, lfirst(cell));
	}

	if (select->group_all >= 0)
		RewriteGroupAll(work, &scope, select);

	AddSelectColumns(work, &scope, query, select);
	FinishSelect(work, &scope, query, select);
}

/* What comes last, for it needs all types and names: joins of (+), the columns that are filled, stars. */
static void
FinishSelect(Rewriting *work, Scope *scope, TreeQuery *query, Select *select)
{
	bool sorts = query->simple && DistinctOrdersByOthers(work, query, select);
	ListCell *cell;

	RewriteOuterJoins(work, select);
	AssignItems(work, scope, query, select);
	foreach (cell, select->items)
	{
		ExpandExclude(work, scope, lfirst(cell));
		if (select->qualify != NULL || sorts)
			ExpandShared(work, scope, lfirst(cell));
	}

	/* only one of these writes the list: the wrapped forms write it anew */
	if (select->qualify != NULL)
		RewriteQualify(work, select);
	else if (sorts)
		RewriteDistinct(work, query, select);
	else
		foreach (cell, select->items)
			RewriteStar(work, lfirst(cell));
	if (select->top_first >= 0)
		RewriteTop(work, query, select);
}

/* Rewrites START WITH and CONNECT BY. */
static void
RewriteHierarchy(Rewriting *work, Scope *scope, const Select *select)
{
	Hierarchy *hierarchy = HierarchyBegin(work, scope, select);

	if (select->start != NULL)
		RewriteExpr(work, scope, select->start);
	RewriteExpr(work, scope, select->connect);
	HierarchyEnd(work, hierarchy);
}

/* Rewrites an item of the select list. */
static void
RewriteItem(Rewriting *work, Scope *scope, const TreeQuery *query, const Select *select,
			SelectItem *item)
{
	const Lexeme *alias = LexemeAt(work->list, Max(item->alias_lexeme, 0));

	item->type = RewriteExpr(work, scope, item->expr);
	if (item->type == JSONBOID && query->order != NIL)
		item->sorted = EditRender(work, item->expr->first, item->expr->last);

	/* with DISTINCT an expression of ORDER BY must stand in the list as it is */
	if (query->typed && (select->distinct < 0 || query->order == NIL))
		TypeItem(work, item);
	if (item->alias == NULL && !query->unnamed && select->qualify == NULL)
		NameItem(work, item);
	else if (item->alias != NULL && !item->as && alias->keyword >= 0 &&
			 !ScanKeywordBareLabel[alias->keyword])
		EditInsertBefore(work, item->alias_lexeme, "AS ");
}

/* Casts a DECIMAL to its precision and scale, which PostgreSQL tells of columns and casts only. */
static void
TypeItem(Rewriting *work, const SelectItem *item)
{
	TreeExpr *expr = item->expr;

	if (item->type != NUMERICOID || expr->kind == EXPR_COLUMN || expr->kind == EXPR_CAST ||
		expr->coerced || !DecimalIsShown(expr->typmod))
		return;

	CoerceExpr(work, expr, NUMERICOID, DecimalSpell(expr->typmod));

	/* the cast of a call keeps the call's name */
	expr->renamed |= expr->kind != EXPR_CALL;
}

/* Casts the select list of a query that fills a table to the types of the columns it fills. */
static void
AssignItems(Rewriting *work, Scope *scope, TreeQuery *query, Select *select)
{
	int index = 0;
	ListCell *cell;

	/* too many: PostgreSQL says so */
	if (list_length(select->items) > list_length(query->targets))
		return;

	foreach (cell, select->items)
	{
		SelectItem *item = lfirst(cell);

		if (item->expr->kind == EXPR_STAR)
		{
			int count = ExpandAssignment(work, scope, item, query->targets, index);

			/* a star of unknown columns: what is behind it has no known place */
			if (count < 0)
				return;
			index += count;
		}
		else if (index < list_length(query->targets))
		{
			const DialectColumn *target = list_nth(query->targets, index++);

			if (item->type == UNKNOWNOID && SettlesLiterals(query, select))
				SettleLiteral(work, item, target);
			CoerceAssignment(work, item->expr, item->type, target->type, target->typmod);
		}
	}
}

/* Makes text of NULL or '...' where what it fills takes a cast from there. */
static void
SettleLiteral(Rewriting *work, SelectItem *item, const DialectColumn *target)
{
	const char *before;
	const char *after;

	if (!AssignmentCast(TEXTOID, target->type, target->typmod, &before, &after))
		return;

	CoerceExpr(work, item->expr, UNKNOWNOID, "text");
	item->type = TEXTOID;
}

/* Whether PostgreSQL makes text of NULL and '...' in a select list before it looks at what they fill. */
static bool
SettlesLiterals(const TreeQuery *query, const Select *select)
{
	return select->distinct >= 0 || select->group != NIL || query->order != NIL ||
		   query->combined || !query->simple;
}

/* Whether the column of an expression, or of what is in its parentheses, would lose its name. */
static bool
IsRenamed(const TreeExpr *expr)
{
	return expr->renamed || (expr->kind == EXPR_PAREN && list_length(expr->children) == 1 &&
							 IsRenamed(linitial(expr->children)));
}

/* Keeps the name of a column whose expression has changed its own. */
static void
NameItem(Rewriting *work, SelectItem *item)
{
	TreeExpr *expr = item->expr;
	const char *name = OutputName(work, expr);
	bool renamed = IsRenamed(expr);
	int start = LexemeAt(work->list, expr->first)->start;
	char *text;

	if (name == NULL && (renamed || expr->kind == EXPR_OPERATOR))
		name = UNNAMED_COLUMN;

	/* a name that PostgreSQL would give as well needs no AS */
	if (name == NULL ||
		(expr->kind != EXPR_COLUMN && expr->kind != EXPR_CAST && expr->kind != EXPR_SUBSCRIPT &&
		 !renamed && (expr->shown == NULL || expr->kind == EXPR_CALL)))
		return;

	text = EditRender(work, expr->first, expr->last);

	/* nothing has changed, and with it no name */
	if (expr->shown == NULL && strncmp(text, work->list->script + start, strlen(text)) == 0 &&
		start + (int)strlen(text) == LexemeAt(work->list, expr->last)->end)
		return;

	EditInsertAfter(work, expr->last, psprintf(" AS %s", quote_identifier(name)));
}

/* Rewrites GROUP BY or ORDER BY, where PostgreSQL knows a bare alias itself. */
static void
RewriteSorting(Rewriting *work, Scope *scope, List *exprs)
{
	ListCell *cell;

	foreach (cell, exprs)
	{
		TreeExpr *expr = lfirst(cell);

		if (expr->kind == EXPR_COLUMN && expr->parts == 1 && !expr->subscript)
			continue;
		RewriteExpr(work, scope, expr);
	}
}

/* The item that ORDER BY means by a name or a place; NULL when it means none. */
static SelectItem *
SortedItem(Rewriting *work, const Select *select, const TreeExpr *expr)
{
	const char *text = LexemeAt(work->list, expr->first)->text;
	ListCell *cell;

	foreach (cell, select->items)
	{
		SelectItem *item = lfirst(cell);

		/* behind a star places aren't known */
		if (item->expr->kind == EXPR_STAR)
			return NULL;
		if (expr->kind == EXPR_NUMBER ? atoi(text) == foreach_current_index(cell) + 1
									  : item->alias != NULL && strcmp(item->alias, text) == 0)
			return item;
	}

	return NULL;
}

/*
 * Rewrites ORDER BY: a SUPER's values are sorted by type first (AWS: query-super).
 * Behind DISTINCT what is sorted by has to stand in the list as it is.
 */
static void
RewriteOrder(Rewriting *work, Scope *scope, const TreeQuery *query, const Select *select)
{
	ListCell *cell;

	foreach (cell, query->order)
	{
		TreeExpr *expr = lfirst(cell);
		bool name = expr->kind == EXPR_COLUMN && expr->parts == 1 && !expr->subscript;
		SelectItem *item =
			name || expr->kind == EXPR_NUMBER ? SortedItem(work, select, expr) : NULL;

		if (item != NULL && item->sorted != NULL && select->distinct < 0)
			EditReplace(work, expr->first, expr->last,
						psprintf(REDSHIFT_SCHEMA ".super_rank(%s)", item->sorted));
		else if (item == NULL && RewriteExpr(work, scope, expr) == JSONBOID && select->distinct < 0)
			Wrap(work, expr, REDSHIFT_SCHEMA ".super_rank(", ")");
	}
}

/* ORDER BY behind QUALIFY sees the columns of the query around it: t.x is x there. */
static void
RewriteOuterOrder(Rewriting *work, TreeExpr *expr)
{
	ListCell *cell;

	if (expr->kind == EXPR_COLUMN && expr->parts > 1)
		EditReplace(work, expr->first, expr->last,
					quote_identifier(LexemeAt(work->list, expr->last)->text));
	foreach (cell, expr->children)
		RewriteOuterOrder(work, lfirst(cell));
}
