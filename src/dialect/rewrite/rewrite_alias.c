/*
 * rewrite_alias.c
 *		What a name in an expression means: a column of FROM, a lateral alias
 *		of the select list, a path into a SUPER column, or SYSDATE.
 *
 * Redshift lets an expression use an alias of the select list it stands in:
 * SELECT ts / 1000 AS s, s / 60 AS m.  A column of FROM with that name wins.
 * Here the alias is replaced by its expression; a volatile one (random()) is
 * thereby evaluated again at each use.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "dialect/rewrite/rewrite_work.h"
#include "dialect/text/routine.h"

/* An alias' expression in the place of its use, at most. */
#define ALIAS_MAX_BYTES 1048576

static Oid RewriteWord(Rewriting *work, TreeExpr *expr);
static void SubstituteAlias(Rewriting *work, TreeExpr *expr, SelectItem *item);
static Oid ResolveQualified(Rewriting *work, Scope *scope, TreeExpr *expr);
static Oid Navigate(Rewriting *work, TreeExpr *expr, int lexeme, const DialectColumn *column);
static void RewriteIndex(Rewriting *work, int open);
static bool UsesColumn(Rewriting *work, TreeExpr *expr, const char *name);

/* Rewrites a name and tells its type. */
Oid
RewriteColumn(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	const Lexeme *lexeme = LexemeAt(work->list, expr->first);
	const DialectColumn *column;
	SelectItem *item;

	if (expr->parts > 1)
		return ResolveQualified(work, scope, expr);

	/* a column of FROM comes before a lateral alias of the same name (AWS: r_SELECT_list) */
	column = ScopeColumn(work, scope, lexeme->text);
	if (column != NULL)
		return Navigate(work, expr, expr->first, column);

	item = ScopeAlias(work, scope, lexeme->text);

	/* an alias of what uses a column of its own name would lead back to itself */
	if (item != NULL && !expr->subscript && !UsesColumn(work, item->expr, lexeme->text))
	{
		SubstituteAlias(work, expr, item);
		expr->typmod = item->expr->typmod;
		return item->type;
	}

	/* a correlated subquery: the queries around it, the nearest first */
	for (Scope *outer = scope->parent; outer != NULL; outer = outer->parent)
	{
		column = ScopeColumn(work, outer, lexeme->text);
		if (column != NULL)
			return Navigate(work, expr, expr->first, column);
	}

	/* no column: an argument or a variable of the routine that this is the body of */
	column = RoutineFind(work->context->routine, lexeme->text);
	if (column != NULL)
		return Navigate(work, expr, expr->first, column);

	return expr->subscript ? InvalidOid : RewriteWord(work, expr);
}

/* Rewrites a word that is a call without parentheses on Redshift; any real column comes before it. */
static Oid
RewriteWord(Rewriting *work, TreeExpr *expr)
{
	if (LexemeIsAt(work->list, expr->first, "sysdate"))
	{
		EditReplace(work, expr->first, expr->last, REDSHIFT_SCHEMA ".sysdate()");
		expr->shown = "timestamp"; /* r_SYSDATE */
		return TIMESTAMPOID;
	}

	if (LexemeIsAt(work->list, expr->first, "current_user_id"))
	{
		EditReplace(work, expr->first, expr->last, REDSHIFT_SCHEMA ".current_user_id()");
		return INT4OID;
	}

	/* the extension has these (AWS: r_CURRENT_AWS_ACCOUNT, r_CURRENT_NAMESPACE) */
	if ((LexemeIsAt(work->list, expr->first, "current_aws_account") ||
		 LexemeIsAt(work->list, expr->first, "current_namespace")) &&
		work->context->extension_schema != NULL)
	{
		EditInsertBefore(work, expr->first,
						 psprintf("%s.", quote_identifier(work->context->extension_schema)));
		EditInsertAfter(work, expr->last, "()");
		return VARCHAROID;
	}

	/* unknown: PostgreSQL will find it, or say that it isn't there */
	return InvalidOid;
}

/* Whether an expression uses a bare name itself: then FROM must have such a column. */
static bool
UsesColumn(Rewriting *work, TreeExpr *expr, const char *name)
{
	ListCell *cell;

	if (expr->kind == EXPR_COLUMN && expr->parts == 1 &&
		strcmp(LexemeAt(work->list, expr->first)->text, name) == 0)
		return true;

	foreach (cell, expr->children)
	{
		if (UsesColumn(work, lfirst(cell), name))
			return true;
	}

	return false;
}

/* Puts the alias' expression, as rewritten so far, in the place of its use. */
static void
SubstituteAlias(Rewriting *work, TreeExpr *expr, SelectItem *item)
{
	char *text = EditRender(work, item->expr->first, item->expr->last);
	bool simple = item->expr->kind == EXPR_COLUMN || item->expr->kind == EXPR_NUMBER ||
				  item->expr->kind == EXPR_PAREN;

	/* each alias may hold the one before it twice, and so on */
	if (strlen(text) > ALIAS_MAX_BYTES)
		ereport(ERROR, (errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
						errmsg("the expression of \"%s\" grows beyond %d bytes", item->alias,
							   ALIAS_MAX_BYTES),
						errhint("Its aliases hold one another; use a subquery.")));
	EditReplace(work, expr->first, expr->last, simple ? text : psprintf("(%s)", text));
}

/* Resolves table.column, schema.table.column and paths into a SUPER column. */
static Oid
ResolveQualified(Rewriting *work, Scope *scope, TreeExpr *expr)
{
	const char *first = LexemeAt(work->list, expr->first)->text;
	const char *second = LexemeAt(work->list, expr->first + 2)->text;
	FromItem *item = ScopeItem(work, scope, NULL, first);
	const DialectColumn *column;
	int lexeme = expr->first + 2;

	/*
	 * One name before the dot is a table's alias first, and a schema only where there are two
	 * dots.
	 */
	if (item == NULL && expr->parts > 2)
	{
		item = ScopeItem(work, scope, first, second);
		lexeme = expr->first + 4;
	}

	if (item != NULL)
	{
		/* what stands in another schema than was written is known by its name alone */
		if (item->moved != NULL && lexeme > expr->first + 2)
			EditReplace(work, expr->first, expr->first + 1, "");

		/* an element of a SUPER array is itself the document that the path goes into */
		column =
			FromItemColumn(work, item, item->element ? first : LexemeAt(work->list, lexeme)->text);
		return Navigate(work, expr, item->element ? expr->first : lexeme, column);
	}

	/* no table of that name: a column, then, with a path behind it */
	for (; scope != NULL; scope = scope->parent)
	{
		column = ScopeColumn(work, scope, first);
		if (column != NULL)
			return Navigate(work, expr, expr->first, column);
	}

	/* or a variable with a path behind it; what a record's fields are isn't known */
	column = RoutineFind(work->context->routine, first);

	return column != NULL && column->type == JSONBOID ? Navigate(work, expr, expr->first, column)
													  : InvalidOid;
}

/* The attribute that a word in a path names, as a literal; the scanner has folded it unless it stands in quotes. */
const char *
AttributeName(Rewriting *work, int index)
{
	const Lexeme *lexeme = LexemeAt(work->list, index);

	if (work->context->case_sensitive_super_attribute && !lexeme->quoted)
		return quote_literal_cstr(
			pnstrdup(work->list->script + lexeme->start, lexeme->end - lexeme->start));
	return quote_literal_cstr(lexeme->text);
}

/* Casts the index of an array, where it is no literal, to the one integer type that PostgreSQL takes. */
static void
RewriteIndex(Rewriting *work, int open)
{
	int close = LexemeAt(work->list, open)->match;
	const Lexeme *first = LexemeAt(work->list, open + 1);

	if (close < 0 ||
		(close == open + 2 && (first->kind == LEXEME_NUMBER || first->kind == LEXEME_STRING)))
		return;

	EditInsertAfter(work, open, "(");
	EditInsertBefore(work, close, ")::integer");
}

/* Turns what follows a SUPER column into subscripts: col.a.b[0] is col['a']['b'][0]. */
static Oid
Navigate(Rewriting *work, TreeExpr *expr, int lexeme, const DialectColumn *column)
{
	int i = lexeme + 1;

	/* no path: the column as it is, with all that is known of it */
	if (i > expr->last)
	{
		expr->case_insensitive = column != NULL && column->case_insensitive;
		expr->typmod = column != NULL && column->type == NUMERICOID ? column->typmod : -1;
		return column != NULL ? column->type : InvalidOid;
	}

	/* only a SUPER has anything below it */
	if (column == NULL || column->type != JSONBOID)
		return InvalidOid;

	while (i <= expr->last)
	{
		if (LexemeIsAt(work->list, i, "."))
		{
			EditReplace(work, i, i + 1, psprintf("[%s]", AttributeName(work, i + 1)));
			i += 2;
		}
		else
		{
			/* [n]: an index may be any expression */
			RewriteIndex(work, i);
			i = Max(LexemeAt(work->list, i)->match, i) + 1;
		}
	}

	return JSONBOID;
}
