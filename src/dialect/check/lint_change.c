/*
 * lint_change.c
 *		What Redshift refuses in INSERT, UPDATE and MERGE beside their words, and
 *		the functions that its leader node has only.
 */
#include "postgres.h"

#include "utils/formatting.h"

#include "dialect/check/lint.h"

static void CheckValues(Lint *lint);
static void CheckUpdate(Lint *lint);
static void CheckTarget(Lint *lint);
static bool IsEquijoin(const LexemeList *list, const TreeExpr *expr);

/*
 * Functions that Redshift's compute nodes lack, which run whatever reads a
 * table (AWS: c_SQL_functions_leader_node_only).  Clusters were seen to take
 * those that aren't fatal.
 */
static const struct
{
	const char *name;
	bool fatal;
	const char *hint;
} leader_functions[] = {
	{"age", true, "Use DATEDIFF."},
	{"current_schema", true, "Run it in a query of its own."},
	{"current_schemas", true, "Run it in a query of its own."},
	{"current_time", true, "Use GETDATE()::TIME."},
	{"current_timestamp", false, "Use GETDATE()."},
	{"get_byte", true, "Use SUBSTRING of the VARBYTE."},
	{"has_database_privilege", true, "Run it in a query of its own."},
	{"has_schema_privilege", true, "Run it in a query of its own."},
	{"has_table_privilege", true, "Run it in a query of its own."},
	{"isfinite", true, "Compare the date with a limit of your own."},
	{"localtime", true, "Use GETDATE()::TIME."},
	{"now", true, "Use GETDATE()."},
	{"set_bit", true, "Put the VARBYTE together with || and SUBSTRING."},
	{"set_byte", true, "Put the VARBYTE together with || and SUBSTRING."},
	{"substr", false, "Use SUBSTRING."},
	{"to_ascii", true, "Use TRANSLATE."},
};

/* Whether a word is the name of a function of the leader node's. */
bool
LintIsLeader(const Lint *lint, int lexeme)
{
	for (size_t i = 0; i < lengthof(leader_functions); i++)
		if (LexemeIs(&lint->list->lexemes[lexeme], leader_functions[i].name))
			return true;
	return false;
}

/* Reports a function of the leader node's in a statement that reads a table. */
void
LintLeader(Lint *lint, int lexeme)
{
	const char *name = lint->list->lexemes[lexeme].text;

	for (size_t i = 0; i < lengthof(leader_functions); i++)
		if (strcmp(name, leader_functions[i].name) == 0)
			LintAdd(lint, lexeme, "leader-function", leader_functions[i].fatal,
					leader_functions[i].hint,
					"%s runs on Redshift's leader node only, not over tables",
					asc_toupper(name, strlen(name)));
}

/* Checks a statement that changes rows. */
void
LintChange(Lint *lint)
{
	const char *tag = lint->statement->tag;

	if (strcmp(tag, "INSERT") == 0)
		CheckValues(lint);
	else if (strcmp(tag, "UPDATE") == 0)
		CheckUpdate(lint);
	else if (strcmp(tag, "MERGE") == 0)
		CheckTarget(lint);
}

/* VALUES of several rows hold no subquery (AWS: r_INSERT_30). */
static void
CheckValues(Lint *lint)
{
	const LexemeList *list = lint->list;
	int next = lint->statement->first;

	/* over parentheses: a VALUES further in belongs to a subquery */
	while (next < lint->statement->end && !LexemeIsAt(list, next, "values"))
		LexemeSkip(list, &next);
	next++;

	/* one row may hold subqueries */
	if (!LexemeIsAt(list, next, "(") || list->lexemes[next].match < 0 ||
		!LexemeIsAt(list, list->lexemes[next].match + 1, ","))
		return;

	for (; next < lint->statement->end; next++)
		if (LexemeIsAt(list, next, "(") && LexemeIsAt(list, next + 1, "select"))
		{
			LintAdd(lint, next, "values-subquery", true,
					"Insert that row by itself, or use INSERT ... SELECT ... UNION ALL.",
					"VALUES of several rows takes no subquery on Redshift");

			/* one finding for the statement is enough */
			return;
		}
}

/*
 * UPDATE t SET ... FROM s joins the two by equality; a row of t that several of
 * s match gets the values of any of them, or is an error (AWS: r_UPDATE,
 * r_error_on_nondeterministic_update).
 */
static void
CheckUpdate(Lint *lint)
{
	const LexemeList *list = lint->list;
	int end = lint->statement->end;
	int from = lint->statement->first;
	int where;
	const TreeExpr *condition = NULL;

	/* the FROM of the statement itself, not of a subquery */
	while (from < end && !LexemeIsAt(list, from, "from"))
		LexemeSkip(list, &from);
	if (from >= end)
		return;

	where = from;
	while (where < end && !LexemeIsAt(list, where, "where"))
		LexemeSkip(list, &where);
	where++;
	if (where < end)
		condition = ExprParse(list, &where);

	/* without WHERE nothing joins the two */
	if (condition == NULL || !IsEquijoin(list, condition))
		LintAdd(lint, from, "update-join", true,
				"Compare a column of the table with one of FROM by = in WHERE.",
				"the table of an UPDATE ... FROM must be part of an equijoin predicate");
	else if (LexemeIsName(&list->lexemes[from + 1]))
		/* a subquery in FROM may have been written so that it has one row for each */
		LintAdd(lint, from, "update-matches", false,
				"Have one row for each in FROM: SELECT DISTINCT, GROUP BY or QUALIFY.",
				"a row that several of FROM match is set to any of them, or is an error where "
				"error_on_nondeterministic_update is on");
}

/* Whether one of the conditions between ANDs compares two columns by equality. */
static bool
IsEquijoin(const LexemeList *list, const TreeExpr *expr)
{
	ListCell *cell;

	/* a literal on either side restricts, and joins nothing */
	if (expr->kind == EXPR_COMPARISON && LexemeIsAt(list, expr->op, "="))
		return LintUsesColumn(linitial(expr->children)) && LintUsesColumn(lsecond(expr->children));

	/* OR and NOT make no join of what is below them */
	if ((expr->kind == EXPR_BOOLEAN && LexemeIsAt(list, expr->op, "and")) ||
		(expr->kind == EXPR_PAREN && list_length(expr->children) == 1))
		foreach (cell, expr->children)
			if (IsEquijoin(list, lfirst(cell)))
				return true;
	return false;
}

/* Whether an expression uses a column. */
bool
LintUsesColumn(const TreeExpr *expr)
{
	ListCell *cell;

	if (expr->kind == EXPR_COLUMN)
		return true;

	foreach (cell, expr->children)
		if (LintUsesColumn(lfirst(cell)))
			return true;
	return false;
}

/* MERGE's target goes by its own name (AWS: r_MERGE). */
static void
CheckTarget(Lint *lint)
{
	int behind = lint->statement->relation.last + 1;

	if (lint->statement->relation.name != NULL && behind < lint->statement->end &&
		!LexemeIsAt(lint->list, behind, "using"))
		LintAdd(lint, behind, "merge-alias", true, "Use the table's name instead.",
				"the target of a MERGE has no alias on Redshift");
}
