/*
 * rewrite_hierarchy.c
 *		START WITH ... CONNECT BY as a recursive query in the place of the table
 *		(AWS: r_CONNECT_BY_clause).
 *
 *		SELECT name, level FROM staff s START WITH s.boss IS NULL CONNECT BY PRIOR id = boss
 *
 *		SELECT name, level FROM (WITH RECURSIVE hierarchy1 AS (
 *			SELECT 1 AS level, s.* FROM staff s WHERE s.boss IS NULL
 *			UNION ALL SELECT prior1.level + 1, s.* FROM hierarchy1 AS prior1, staff s
 *			WHERE prior1.id = s.boss) SELECT * FROM hierarchy1) AS s
 *
 * WHERE comes after it, as Redshift evaluates it.  A circle of rows doesn't end,
 * as a recursive query of one's own wouldn't.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"

/* What the two halves of the work share. */
struct Hierarchy
{
	const Select *select;
	const FromItem *item;
	const char *name;  /* of the recursive query */
	const char *prior; /* of the parent's row */
	const char *table; /* of the row itself, as in the SELECT */
};

static _Noreturn void Refuse(Rewriting *work, int lexeme, const char *hint);
static void NameColumns(Rewriting *work, const TreeExpr *expr, const char *table, const char *level,
						const char *prior);
static void ExpandStars(Rewriting *work, Scope *scope, const Select *select);

/*
 * Checks that a SELECT reads one table only, and names the columns of the
 * conditions, which the caller rewrites then.
 */
Hierarchy *
HierarchyBegin(Rewriting *work, Scope *scope, const Select *select)
{
	Hierarchy *hierarchy = palloc0(sizeof(Hierarchy));
	int lexeme = Max(select->connect_lexeme, select->start_lexeme);
	const FromItem *item = select->from == NIL ? NULL : linitial(select->from);

	/* PostgreSQL has nothing of the kind, so what isn't understood must not reach it */
	if (select->connect == NULL || (select->start_lexeme >= 0 && select->start == NULL))
		Refuse(work, lexeme, "Write START WITH condition CONNECT BY PRIOR column = column.");

	/* a join would be computed again at each level */
	if (list_length(select->from) != 1 || item->kind == FROM_FUNCTION || item->pivot != NULL ||
		FromItemName(item) == NULL)
		Refuse(work, lexeme, "It goes with one table here: put the join into a subquery in FROM.");

	hierarchy->select = select;
	hierarchy->item = item;

	/* numbered, so that hierarchies within each other don't share names */
	hierarchy->name = psprintf("hierarchy%d", ++work->names);
	hierarchy->prior = psprintf("prior%d", work->names);
	hierarchy->table = quote_identifier(FromItemName(item));

	/* stars written out: the recursive query has columns of its own, which they must not show */
	ExpandStars(work, scope, select);
	if (select->start != NULL)
		NameColumns(work, select->start, hierarchy->table, "1", NULL);
	NameColumns(work, select->connect, hierarchy->table,
				psprintf("(%s.level + 1)", hierarchy->prior), hierarchy->prior);
	return hierarchy;
}

/* Puts the recursive query in the place of the table, and takes the conditions out of the SELECT. */
void
HierarchyEnd(Rewriting *work, Hierarchy *hierarchy)
{
	const Select *select = hierarchy->select;
	const FromItem *item = hierarchy->item;
	const char *name = hierarchy->name;
	const char *prior = hierarchy->prior;
	const char *table = hierarchy->table;
	const char *source = EditRender(work, item->first, item->end);
	const char *start = "true";

	if (select->start != NULL)
	{
		start = EditRender(work, select->start->first, select->start->last);
		EditDelete(work, select->start_lexeme, select->start->last);
	}

	EditReplace(
		work, item->first, item->end,
		psprintf("(WITH RECURSIVE %s AS (SELECT 1 AS level, %s.* FROM %s WHERE %s UNION ALL "
				 "SELECT %s.level + 1, %s.* FROM %s AS %s, %s WHERE %s) "
				 "SELECT * FROM %s) AS %s",
				 name, table, source, start, prior, table, name, prior, source,
				 EditRender(work, select->connect->first, select->connect->last), name, table));
	EditDelete(work, select->connect_lexeme, select->connect->last);
}

/* Refuses a CONNECT BY that can't be rewritten. */
static void
Refuse(Rewriting *work, int lexeme, const char *hint)
{
	int start = LexemeAt(work->list, lexeme)->start;

	ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			errmsg("this CONNECT BY is not supported here"), errhint("%s", hint),
			errposition(pg_mbstrlen_with_len(work->list->script, start) + 1));
}

/*
 * Says of each bare column of a condition which table it is of, and what LEVEL
 * is; behind PRIOR they are of the parent's row, named prior.
 */
static void
NameColumns(Rewriting *work, const TreeExpr *expr, const char *table, const char *level,
			const char *prior)
{
	const Lexeme *name = LexemeAt(work->list, expr->last);
	ListCell *cell;

	/* PRIOR binds as a sign does: what is below it is the parent's */
	if (prior != NULL && expr->kind == EXPR_OPERATOR && LexemeIsAt(work->list, expr->op, "prior"))
	{
		EditReplace(work, expr->op, expr->op, "");
		table = prior;
		level = psprintf("%s.level", prior);
		prior = NULL;
	}
	else if (expr->kind == EXPR_COLUMN && expr->parts == 1 && LexemeIs(name, "level"))
		EditReplace(work, expr->first, expr->last, level);
	else if (expr->kind == EXPR_COLUMN && !expr->subscript && (expr->parts == 1 || prior == NULL))
		EditReplace(work, expr->first, expr->last,
					psprintf("%s.%s", table, quote_identifier(name->text)));
	foreach (cell, expr->children)
		NameColumns(work, lfirst(cell), table, level, prior);
}

/* Writes out the stars of the select list: LEVEL isn't among what they stand for. */
static void
ExpandStars(Rewriting *work, Scope *scope, const Select *select)
{
	ListCell *cell;

	foreach (cell, select->items)
	{
		SelectItem *item = lfirst(cell);
		const FromItem *unknown;

		if (item->expr->kind != EXPR_STAR)
			continue;
		item->expansion = StarColumns(work, scope, item, &unknown);
		if (unknown != NULL)
			ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
					errmsg("columns of \"%s\" are not known, but CONNECT BY needs them",
						   FromItemName(unknown)));
	}
}
