/*
 * rewrite_sets.c
 *		CASE with a result that is a set of rows, as drivers ask the catalog for
 *		the parameters of procedures: PostgreSQL refuses it, Redshift, as
 *		PostgreSQL did before version 10, makes the rows of the result that is chosen.
 *
 *		CASE WHEN a THEN generate_series(1, 2) ELSE x END
 *
 *		unnest(ARRAY(SELECT column2
 *					 FROM (SELECT CASE WHEN a THEN 1 ELSE 2 END) AS ... (column1)
 *					 CROSS JOIN LATERAL (SELECT generate_series(1, 2) WHERE column1 = 1
 *										 UNION ALL SELECT x WHERE column1 = 2) AS ... (column2)))
 *
 * The conditions are asked once, only the chosen result is worked out, and UNION
 * finds the type that the results share, as CASE does.  It stays at its place in
 * the select list, for beside other sets there their rows go side by side.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "dialect/rewrite/rewrite_work.h"

/* CASEs of rows within each other that are rewritten: each stands in the text of the next one. */
#define MAX_SET_DEPTH 8

static int SetDepth(const TreeExpr *expr);
static char *ResultsUnion(Rewriting *work, const TreeExpr *expr, bool has_else, int name);
static void AppendResult(StringInfo rows, const char *text, int name, int number);
static char *ChosenResult(Rewriting *work, const TreeExpr *expr, bool has_else);

/* Notes a call of a function that gives rows, of those that may stand in a select list there. */
void
NoteSetCall(Rewriting *work, TreeExpr *call)
{
	static const char *const functions[] = {"generate_series", "generate_subscripts",
											"_pg_expandarray", "unnest"};
	const char *name = LexemeAt(work->list, call->name)->text;

	for (size_t i = 0; i < lengthof(functions); i++)
		if (strcmp(name, functions[i]) == 0)
		{
			call->set_depth = 1;
			work->set_calls++;
			return;
		}
}

/* Makes a function of rows of a CASE that has rows among its results; all below it is rewritten. */
void
RewriteSetCase(Rewriting *work, TreeExpr *expr)
{
	bool whole = expr->args != NIL && LexemeIsAt(work->list, expr->last, "end");
	int depth = whole ? SetDepth(expr) : 0;
	bool has_else;
	int chosen;
	int value;
	char *results;

	/* the call that was met may stand in a subquery, which gives one value */
	expr->set_depth = depth > 0 ? depth + 1 : 0;

	/*
	 * In a query of its own an aggregate would be one of other rows; what is left as it is,
	 * PostgreSQL refuses.
	 */
	if (expr->set_depth < 2 || expr->set_depth > MAX_SET_DEPTH || IsAggregated(work, expr))
		return;

	chosen = ++work->names;
	value = ++work->names;
	has_else = LexemeIsAt(work->list, ((TreeExpr *)llast(expr->args))->first - 1, "else");
	results = ResultsUnion(work, expr, has_else, chosen);
	EditReplace(work, expr->first, expr->last,
				psprintf("pg_catalog.unnest(ARRAY(SELECT derived_column%d FROM (SELECT %s)"
						 " AS derived_table%d (derived_column%d) CROSS JOIN LATERAL (%s)"
						 " AS derived_table%d (derived_column%d)))",
						 value, ChosenResult(work, expr, has_else), chosen, chosen, results, value,
						 value));
	expr->shown = "case";
}

/* How deep CASEs of rows stand in each other in what an expression gives; 0: it gives no rows. */
static int
SetDepth(const TreeExpr *expr)
{
	int depth = expr->set_depth;
	ListCell *cell;

	if (depth > 0)
		return depth;
	foreach (cell, expr->kind == EXPR_CASE ? expr->args : expr->children)
	{
		/* not within Max(), which would ask twice, and so at each level below */
		int below = SetDepth(lfirst(cell));

		depth = Max(depth, below);
	}

	return depth;
}

/* The results, each there when its number is the chosen one. */
static char *
ResultsUnion(Rewriting *work, const TreeExpr *expr, bool has_else, int name)
{
	StringInfoData rows;
	StringInfoData others;
	int number = 0;
	ListCell *cell;

	/* rows first: beside a NULL or a literal UNION needs a type to begin with */
	initStringInfo(&rows);
	initStringInfo(&others);
	foreach (cell, expr->args)
	{
		const TreeExpr *result = lfirst(cell);

		AppendResult(SetDepth(result) > 0 ? &rows : &others,
					 EditRender(work, result->first, result->last), name, ++number);
	}

	if (!has_else)
		AppendResult(&others, "NULL", name, ++number);
	if (others.len > 0)
		appendStringInfo(&rows, " UNION ALL %s", others.data);

	return rows.data;
}

/* Adds a result and its condition. */
static void
AppendResult(StringInfo rows, const char *text, int name, int number)
{
	appendStringInfo(rows, "%sSELECT %s WHERE derived_column%d = %d",
					 rows->len > 0 ? " UNION ALL " : "", text, name, number);
}

/* The CASE with the numbers of its results in their places. */
static char *
ChosenResult(Rewriting *work, const TreeExpr *expr, bool has_else)
{
	int number = 0;
	ListCell *cell;

	foreach (cell, expr->args)
	{
		const TreeExpr *result = lfirst(cell);

		EditReplace(work, result->first, result->last, psprintf("%d", ++number));
	}

	if (!has_else)
		EditInsertBefore(work, expr->last, psprintf("ELSE %d ", number + 1));

	return EditRender(work, expr->first, expr->last);
}
