/*
 * rewrite_statement.c
 *		Statements that hold a query: INSERT, UPDATE, DELETE, MERGE, CREATE ... AS,
 *		and a bare expression.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"
#include "dialect/text/types.h"

static void RewriteInsert(Rewriting *work, Scope *scope, int next);
static void RewriteInsertQuery(Rewriting *work, Scope *scope, TreeQuery *query, List *targets);
static bool NeedCasts(const List *columns);
static List *InsertTargets(Rewriting *work, FromItem *target, int *next, bool *listed);
static void NameInsertColumns(Rewriting *work, int behind, List *columns);
static void AssignRow(Rewriting *work, Scope *scope, TreeExpr *row, List *targets);
static void RewriteUpdate(Rewriting *work, Scope *scope, int next);
static void RewriteDelete(Rewriting *work, Scope *scope, int next);
static void RewriteMerge(Rewriting *work, Scope *scope, int next);
static int RewriteMergeInsert(Rewriting *work, Scope *scope, FromItem *target, int next);
static int RewriteAssignments(Rewriting *work, Scope *scope, FromItem *target, int next);
static void RewriteEmbedded(Rewriting *work, Scope *scope);
static FromItem *TargetItem(Rewriting *work, int *next);
static void QuoteTemporaryNames(Rewriting *work);
static void SpellCollations(Rewriting *work);
static void RewriteQueryOrChange(Rewriting *work);

/* Rewrites whatever kind of statement the lexemes are; others stay as they are. */
void
RewriteStatement(Rewriting *work)
{
	QuoteTemporaryNames(work);
	SpellCollations(work);
	RewriteQueryOrChange(work);
	RefuseOuterMarks(work);
}

/* Spells x COLLATE CASE_INSENSITIVE with the name that the collation has here. */
static void
SpellCollations(Rewriting *work)
{
	for (int i = 1; i < work->list->count; i++)
	{
		if (!LexemeIsAt(work->list, i - 1, "collate"))
			continue;
		if (LexemeIsAt(work->list, i, "case_insensitive"))
			EditReplace(work, i, i, CASE_INSENSITIVE_COLLATION);
		else if (LexemeIsAt(work->list, i, "case_sensitive"))
			EditReplace(work, i, i, CASE_SENSITIVE_COLLATION);
	}
}

/* Rewrites a query, or the statement that holds it. */
static void
RewriteQueryOrChange(Rewriting *work)
{
	const LexemeList *list = work->list;
	Scope scope = {0};
	int next = 0;
	int query;

	/* EXPLAIN runs nothing, but explains what would run */
	if (LexemeIsAt(list, next, "explain"))
		next++;

	/* parentheses around a query, however many */
	for (query = next; LexemeIsAt(list, query, "(");)
		query++;
	if (LexemeStartsQuery(list, query))
	{
		TreeQuery *tree = QueryParse(list, &next);

		/* WITH may stand before a query, or before INSERT and its like */
		tree->typed = work->result != RESULT_USED && next == list->count;
		RewriteQueryTree(work, &scope, tree);
		if (tree->selects != NIL || tree->nested != NIL || tree->rows != NIL)
		{
			/* shown only where all of the statement is the query */
			if (work->result == RESULT_SHOWN && next == list->count)
				ShowResult(work, tree);
			return;
		}

		scope.common = tree->common;
	}

	if (LexemeIsAt(list, next, "insert"))
		RewriteInsert(work, &scope, next + 1);
	else if (LexemeIsAt(list, next, "update"))
		RewriteUpdate(work, &scope, next + 1);
	else if (LexemeIsAt(list, next, "delete"))
		RewriteDelete(work, &scope, next + 1);
	else if (LexemeIsAt(list, next, "merge"))
		RewriteMerge(work, &scope, next + 1);
	else
		RewriteEmbedded(work, &scope);
}

/* Spells #table as a quoted name. */
static void
QuoteTemporaryNames(Rewriting *work)
{
	for (int i = 0; i < work->list->count; i++)
	{
		const Lexeme *lexeme = LexemeAt(work->list, i);

		if (lexeme->kind == LEXEME_WORD && !lexeme->quoted && lexeme->text[0] == '#')
			EditReplace(work, i, i, quote_identifier(lexeme->text));
	}
}

/* Rewrites the query of CREATE TABLE AS, CREATE VIEW, DECLARE ..., or a bare expression. */
static void
RewriteEmbedded(Rewriting *work, Scope *scope)
{
	const LexemeList *list = work->list;
	int next = 0;
	TreeExpr *expr;

	if (LexemeIsAt(list, 0, "create") || LexemeIsAt(list, 0, "declare") ||
		LexemeIsAt(list, 0, "prepare"))
	{
		/*
		 * A query behind AS or FOR at the outermost level: a view's, a cursor's, a prepared
		 * statement's.
		 */
		for (int i = 1; i < list->count; i++)
		{
			int match = LexemeAt(list, i)->match;
			int query = LexemeAt(list, i + 1)->past_open;

			if ((LexemeIsAt(list, i, "as") || LexemeIsAt(list, i, "for")) &&
				LexemeStartsQuery(list, query))
			{
				next = i + 1;
				RewriteQueryTree(work, scope, QueryParse(list, &next));
				return;
			}

			/* over what is in parentheses: columns, types, options */
			i = match > i ? match : i;
		}

		return;
	}

	/* a bare expression: only if it is all there is, for anything else is none of ours */
	expr = ExprParse(list, &next);
	if (expr != NULL && next == list->count)
		RewriteExpr(work, scope, expr);
}

/* Parses the name of the table a statement changes, and finds its columns. */
static FromItem *
TargetItem(Rewriting *work, int *next)
{
	const LexemeList *list = work->list;
	FromItem *item = palloc0(sizeof(FromItem));

	item->kind = FROM_TABLE;
	item->first = *next;
	item->alias_lexeme = -1;
	if (LexemeIsAnyName(list, *next))
		item->name = LexemeAt(list, (*next)++)->text;

	/* schema.table, or database.schema.table */
	while (LexemeIsAt(list, *next, ".") && *next + 1 < list->count)
	{
		item->schema = item->name;
		item->name = LexemeAt(list, *next + 1)->text;
		*next += 2;
	}

	item->last = *next - 1;

	/* a database's name is dropped: there is one */
	if (item->last == item->first + 4)
		EditReplace(work, item->first, item->first + 1, "");

	/* a table of the system's stands elsewhere here */
	MoveToSystem(work, item);
	if (LexemeIsAt(list, *next, "as"))
		(*next)++;

	/* SET and VALUES are no aliases, though their words could be */
	if (LexemeIsAnyName(list, *next) && !LexemeIsAt(list, *next, "set") &&
		!LexemeIsAt(list, *next, "values"))
		item->alias = LexemeAt(list, (*next)++)->text;
	item->columns = RelationColumns(work, item->moved != NULL ? item->moved : item->schema,
									item->name, &item->known);
	return item;
}

/* Rewrites INSERT INTO t [(columns)] VALUES or a query. */
static void
RewriteInsert(Rewriting *work, Scope *scope, int next)
{
	const LexemeList *list = work->list;
	FromItem *target;
	List *targets;
	TreeQuery *query;
	bool listed;
	int count;

	if (LexemeIsAt(list, next, "into"))
		next++;
	target = TargetItem(work, &next);
	targets = InsertTargets(work, target, &next, &listed);

	/* DEFAULT VALUES: nothing to rewrite */
	if (!LexemeStartsQuery(list, next) && !LexemeIsAt(list, next, "("))
		return;

	query = QueryParse(list, &next);
	RewriteInsertQuery(work, scope, query, targets);
	count = query->known ? list_length(query->columns) : -1;

	/* of VALUES, the first row tells the count */
	if (query->rows != NIL)
		count = list_length(((TreeExpr *)linitial(query->rows))->children);

	/*
	 * Redshift takes fewer columns than the table has, in their order; PostgreSQL wants their
	 * names.
	 */
	if (!listed && count == list_length(targets) && count < list_length(target->columns))
		NameInsertColumns(work, target->last, targets);
}

/* The columns (DialectColumn) that an INSERT fills: those listed, else all but the IDENTITY. */
static List *
InsertTargets(Rewriting *work, FromItem *target, int *next, bool *listed)
{
	const LexemeList *list = work->list;
	List *targets = NIL;
	ListCell *cell;
	ListCell *name_cell;

	/* a parenthesis may begin a query, or a query in parentheses */
	*listed = LexemeIsAt(list, *next, "(") && !LexemeStartsQuery(list, *next + 1) &&
			  !LexemeIsAt(list, *next + 1, "(");
	foreach (cell, target->columns)
	{
		if (!*listed && !((DialectColumn *)lfirst(cell))->identity)
			targets = lappend(targets, lfirst(cell));
	}

	if (!*listed)
		return targets;

	foreach (name_cell, LexemeNames(list, *next))
	{
		const DialectColumn *found = FromItemColumn(work, target, lfirst(name_cell));

		/* unknown: it keeps its place in the list */
		if (found == NULL)
			found = MakeColumn(NULL, InvalidOid);
		targets = lappend(targets, unconstify(DialectColumn *, found));
	}

	LexemeSkip(list, next);

	return targets;
}

/* Rewrites what an INSERT inserts and casts it to the types of the columns. */
static void
RewriteInsertQuery(Rewriting *work, Scope *scope, TreeQuery *query, List *targets)
{
	List *rows = query->rows;
	ListCell *cell;

	query->rows = NIL;
	query->unnamed = true;
	query->targets = targets;
	RewriteQueryTree(work, scope, query);
	query->rows = rows;
	foreach (cell, rows)
		AssignRow(work, scope, lfirst(cell), targets);

	/* literals need a cast where they fill one of these */
	if (!NeedCasts(targets))
		return;

	foreach (cell, query->plain)
	{
		int next = lfirst_int(cell);

		AssignRow(work, scope, ExprParse(work->list, &next), targets);
	}
}

/* Whether one of the columns (DialectColumn) takes literals otherwise than PostgreSQL. */
static bool
NeedCasts(const List *columns)
{
	ListCell *cell;

	foreach (cell, columns)
	{
		Oid type = ((DialectColumn *)lfirst(cell))->type;

		if (type == BOOLOID || type == JSONBOID || type == BYTEAOID)
			return true;
	}

	return false;
}

/* Names the columns that an INSERT without column list fills. */
static void
NameInsertColumns(Rewriting *work, int behind, List *columns)
{
	StringInfoData names;
	ListCell *cell;

	initStringInfo(&names);
	foreach (cell, columns)
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : " (",
						 quote_identifier(((DialectColumn *)lfirst(cell))->name));
	appendStringInfoChar(&names, ')');
	EditInsertAfter(work, behind, names.data);
}

/* Rewrites a row of VALUES and casts it to the types of the columns. */
static void
AssignRow(Rewriting *work, Scope *scope, TreeExpr *row, List *targets)
{
	int index = 0;
	ListCell *cell;

	foreach (cell, row->children)
	{
		TreeExpr *value = lfirst(cell);
		Oid type = RewriteExpr(work, scope, value);

		if (row->kind == EXPR_PAREN && index < list_length(targets))
		{
			DialectColumn *target = list_nth(targets, index++);

			CoerceAssignment(work, value, type, target->type, target->typmod);
		}
	}
}

/* Rewrites UPDATE t SET ... [FROM ...] [WHERE ...]. */
static void
RewriteUpdate(Rewriting *work, Scope *scope, int next)
{
	const LexemeList *list = work->list;
	FromItem *target = TargetItem(work, &next);
	Scope inner = {.parent = scope, .from = list_make1(target)};
	List *joins = NIL;
	int set = next;
	int from;

	/* FROM is read first: SET sees its columns */
	for (from = next; from < list->count && !LexemeIsAt(list, from, "from");)
	{
		/* over parentheses: a FROM within belongs to a subquery */
		int match = LexemeAt(list, from)->match;

		from = match > from ? match + 1 : from + 1;
	}

	if (from < list->count)
	{
		from++;
		RewriteFrom(work, &inner, FromListParse(list, &from, &joins));
		RewriteExprs(work, &inner, joins);
	}

	if (LexemeIsAt(list, set, "set"))
		next = RewriteAssignments(work, &inner, target, set + 1);

	/* whatever of the two stands further on */
	next = joins != NIL || from < list->count ? Max(next, from) : next;
	if (LexemeIsAt(list, next, "where"))
	{
		TreeExpr *where;

		next++;
		where = ExprParse(list, &next);
		if (where != NULL)
			RewriteExpr(work, &inner, where);
	}
}

/* Rewrites column = expression, ... and casts to the types of the columns; returns the lexeme behind. */
static int
RewriteAssignments(Rewriting *work, Scope *scope, FromItem *target, int next)
{
	const LexemeList *list = work->list;

	for (;;)
	{
		int column = next;
		Oid to = InvalidOid;
		int32 typmod = -1;
		const DialectColumn *known;
		TreeExpr *value;

		while (next < list->count && !LexemeIsAt(list, next, "="))
			next++;
		next++;
		value = ExprParse(list, &next);
		if (value == NULL)
			return next;
		known = FromItemColumn(work, target, LexemeAt(list, value->first - 2)->text);

		/* a list of columns takes a row, whose parts have no single type */
		if (known != NULL && !LexemeIsAt(list, column, "("))
		{
			to = known->type;
			typmod = known->typmod;
		}

		CoerceAssignment(work, value, RewriteExpr(work, scope, value), to, typmod);
		if (!LexemeIsAt(list, next, ","))
			return next;
		next++;
	}
}

/* Rewrites DELETE [FROM] t [USING ...] [WHERE ...]. */
static void
RewriteDelete(Rewriting *work, Scope *scope, int next)
{
	const LexemeList *list = work->list;
	Scope inner = {.parent = scope};
	List *joins = NIL;
	FromItem *target;

	if (LexemeIsAt(list, next, "from"))
		next++;
	else
		EditInsertBefore(work, next, "FROM ");
	target = TargetItem(work, &next);
	inner.from = list_make1(target);
	if (LexemeIsAt(list, next, "using"))
	{
		next++;
		RewriteFrom(work, &inner, FromListParse(list, &next, &joins));
		RewriteExprs(work, &inner, joins);
	}

	if (LexemeIsAt(list, next, "where"))
	{
		TreeExpr *where;

		next++;
		where = ExprParse(list, &next);
		if (where != NULL)
			RewriteExpr(work, &inner, where);
	}
}

/* Rewrites MERGE INTO t USING s ON ... WHEN ... THEN UPDATE SET ... | INSERT ... VALUES (...). */
static void
RewriteMerge(Rewriting *work, Scope *scope, int next)
{
	const LexemeList *list = work->list;
	Scope inner = {.parent = scope};
	List *joins = NIL;
	FromItem *target;

	if (LexemeIsAt(list, next, "into"))
		next++;
	target = TargetItem(work, &next);
	inner.from = list_make1(target);
	if (LexemeIsAt(list, next, "using"))
	{
		next++;
		RewriteFrom(work, &inner, FromListParse(list, &next, &joins));
		RewriteExprs(work, &inner, joins);
	}

	while (next < list->count)
	{
		if (LexemeIsAt(list, next, "set"))
			next = RewriteAssignments(work, &inner, target, next + 1);
		else if (LexemeIsAt(list, next, "insert"))
			next = RewriteMergeInsert(work, &inner, target, next + 1);
		else if (LexemeIsAt(list, next, "and"))
		{
			TreeExpr *expr;

			/* WHEN MATCHED AND condition */
			next++;
			expr = ExprParse(list, &next);
			if (expr != NULL)
				RewriteExpr(work, &inner, expr);
		}
		else
			next++;
	}
}

/* Rewrites [(columns)] VALUES (...) of MERGE, casts to the types of the columns; returns the lexeme behind. */
static int
RewriteMergeInsert(Rewriting *work, Scope *scope, FromItem *target, int next)
{
	const LexemeList *list = work->list;
	int behind = next - 1;
	bool listed;
	List *targets = InsertTargets(work, target, &next, &listed);
	TreeExpr *row;

	if (!LexemeAccept(list, &next, "values"))
		return next;

	row = ExprParse(list, &next);
	if (row == NULL)
		return next;

	AssignRow(work, scope, row, targets);
	if (!listed && list_length(row->children) == list_length(targets) &&
		list_length(targets) < list_length(target->columns))
		NameInsertColumns(work, behind, targets);
	return next;
}
