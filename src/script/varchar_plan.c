/*
 * varchar_plan.c
 *		VARCHAR as on Redshift: trailing blanks don't count, and lengths are bytes.
 *
 *		query tree, views expanded -> other operators and coercions -> planner
 *
 * Redshift's comparisons, joins, groups and orders leave trailing blanks out
 * of account, while the values keep them; and VARCHAR(n) holds n bytes (AWS:
 * r_Character_types).  So before a query is planned, PostgreSQL's operators
 * for text give way to those of redshift.varchar_ops, which hash, sort and
 * merge as fast, and its coercion to VARCHAR(n) to one that counts bytes.
 *
 * It is done here, and neither in the text nor by a type of our own, because
 * here nothing is stored: views and dumps stay PostgreSQL's, columns stay
 * VARCHAR, and GROUP BY, DISTINCT and UNION are reached, which name no operator.
 * LIKE, min() and max() are left alone.
 */
#include "postgres.h"

#include "script/varchar_plan.h"

#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/planner.h"
#include "parser/parse_func.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "dialect/rewrite/scope/rewrite_edits.h"

/* PostgreSQL's operators for text by strategy of a B-tree, and <> behind them. */
static const struct
{
	Oid postgres;
	const char *name;
} text_operators[] = {
	{664, "<"}, {665, "<="}, {98, "="}, {667, ">="}, {666, ">"}, {531, "<>"},
};

#define OPERATORS ((int)lengthof(text_operators))

/* The objects that stand for PostgreSQL's, looked up when the first is met. */
typedef struct Substitutes
{
	bool looked_up;
	bool known; /* the extension is in this database */
	Oid operators[OPERATORS];
	Oid functions[OPERATORS];
	Oid family;
	Oid assign; /* VARCHAR(n) by INSERT and UPDATE */
	Oid cast;	/* by CAST */
} Substitutes;

int VarcharPlanRules = VARCHAR_AUTO;

static bool is_redshift_session = false;
static planner_hook_type next_planner = NULL;

static PlannedStmt *PlanQuery(Query *query, const char *sql, int cursor_options,
							  ParamListInfo parameters);
static bool Replace(Node *node, void *context);
static void ReplaceInQuery(Query *query, Substitutes *substitutes);
static void ReplaceOperator(OpExpr *expr, Substitutes *substitutes);
static void ReplaceInRow(RowCompareExpr *row, Substitutes *substitutes);
static void ReplaceInClauses(List *clauses, Substitutes *substitutes);
static void ReplaceCast(FuncExpr *cast, Substitutes *substitutes);
static void ReplaceAssignments(Query *query, List *columns, Substitutes *substitutes);
static void ReplaceInValues(RangeTblEntry *values, int attribute, const char *column,
							Substitutes *substitutes);
static void ReplaceAssignment(Node *expr, const char *column, Substitutes *substitutes);
static int IndexOf(Oid operator, Substitutes * substitutes);
static bool LookUp(Substitutes *substitutes);

void
VarcharPlanInstall(void)
{
	next_planner = planner_hook;
	planner_hook = PlanQuery;
}

void
VarcharPlanForSession(void)
{
	is_redshift_session = true;
}

void
VarcharPlanForLevel(void)
{
	if (VarcharPlanRules == VARCHAR_AUTO)
		(void)set_config_option("sparkify_dwh.varchar_rules", "redshift", PGC_USERSET,
								PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

void
VarcharPlanApply(Query *query)
{
	if (VarcharPlanRules == VARCHAR_REDSHIFT ||
		(VarcharPlanRules == VARCHAR_AUTO && is_redshift_session))
	{
		Substitutes substitutes = {.looked_up = false};

		(void)Replace((Node *)query, &substitutes);
	}
}

/* Plans a query, of which the planner may do with the tree what it likes. */
static PlannedStmt *
PlanQuery(Query *query, const char *sql, int cursor_options, ParamListInfo parameters)
{
	VarcharPlanApply(query);
	return next_planner != NULL ? next_planner(query, sql, cursor_options, parameters)
								: standard_planner(query, sql, cursor_options, parameters);
}

/* Replaces in a node and all below it. */
static bool
Replace(Node *node, void *context)
{
	Substitutes *substitutes = context;

	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Query:
			ReplaceInQuery((Query *)node, substitutes);
			return query_tree_walker((Query *)node, Replace, context, 0);
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
			ReplaceOperator((OpExpr *)node, substitutes);
			break;
		case T_ScalarArrayOpExpr:
		{
			ScalarArrayOpExpr *expr = (ScalarArrayOpExpr *)node;
			int i = IndexOf(expr->opno, substitutes);

			if (i >= 0)
			{
				expr->opno = substitutes->operators[i];
				expr->opfuncid = substitutes->functions[i];
			}
			break;
		}
		case T_RowCompareExpr:
			ReplaceInRow((RowCompareExpr *)node, substitutes);
			break;
		case T_Aggref:
			ReplaceInClauses(((Aggref *)node)->aggorder, substitutes);
			ReplaceInClauses(((Aggref *)node)->aggdistinct, substitutes);
			break;
		case T_WindowClause:
			ReplaceInClauses(((WindowClause *)node)->partitionClause, substitutes);
			ReplaceInClauses(((WindowClause *)node)->orderClause, substitutes);
			break;
		case T_SetOperationStmt:
			ReplaceInClauses(((SetOperationStmt *)node)->groupClauses, substitutes);
			break;
		case T_FuncExpr:
			ReplaceCast((FuncExpr *)node, substitutes);
			break;
		default:
			break;
	}
	return expression_tree_walker(node, Replace, context);
}

/* Replaces in what the walker passes by in a query: its clauses, and what goes into columns. */
static void
ReplaceInQuery(Query *query, Substitutes *substitutes)
{
	ListCell *cell;

	ReplaceInClauses(query->groupClause, substitutes);
	ReplaceInClauses(query->distinctClause, substitutes);
	ReplaceInClauses(query->sortClause, substitutes);
	foreach (cell, query->windowClause)
	{
		ReplaceInClauses(lfirst_node(WindowClause, cell)->partitionClause, substitutes);
		ReplaceInClauses(lfirst_node(WindowClause, cell)->orderClause, substitutes);
	}
	if (query->commandType == CMD_INSERT || query->commandType == CMD_UPDATE)
		ReplaceAssignments(query, query->targetList, substitutes);
	foreach (cell, query->mergeActionList)
		ReplaceAssignments(query, lfirst_node(MergeAction, cell)->targetList, substitutes);
}

/* Replaces the operator of an expression. */
static void
ReplaceOperator(OpExpr *expr, Substitutes *substitutes)
{
	int i = IndexOf(expr->opno, substitutes);

	if (i < 0)
		return;
	expr->opno = substitutes->operators[i];
	expr->opfuncid = substitutes->functions[i];
}

/* Replaces the operators of a comparison of rows, with their families. */
static void
ReplaceInRow(RowCompareExpr *row, Substitutes *substitutes)
{
	ListCell *operator, * family;

	forboth(operator, row->opnos, family, row->opfamilies)
	{
		int i = IndexOf(lfirst_oid(operator), substitutes);

		if (i < 0)
			continue;
		lfirst_oid(operator) = substitutes->operators[i];
		lfirst_oid(family) = substitutes->family;
	}
}

/* Replaces the operators of GROUP BY, DISTINCT, ORDER BY and the like. */
static void
ReplaceInClauses(List *clauses, Substitutes *substitutes)
{
	ListCell *cell;

	foreach (cell, clauses)
	{
		SortGroupClause *clause = lfirst_node(SortGroupClause, cell);
		int equal = IndexOf(clause->eqop, substitutes);
		int sort = IndexOf(clause->sortop, substitutes);

		if (equal >= 0)
			clause->eqop = substitutes->operators[equal];
		if (sort >= 0)
			clause->sortop = substitutes->operators[sort];
	}
}

/* Lets a CAST to VARCHAR(n) count bytes. */
static void
ReplaceCast(FuncExpr *cast, Substitutes *substitutes)
{
	if (cast->funcid == F_VARCHAR_VARCHAR_INT4_BOOL && LookUp(substitutes))
		cast->funcid = substitutes->cast;
}

/* Lets what is put into columns VARCHAR(n) count bytes, and name the column where it has too many. */
static void
ReplaceAssignments(Query *query, List *columns, Substitutes *substitutes)
{
	ListCell *cell;

	foreach (cell, columns)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);
		const char *name;

		if (entry->resjunk)
			continue;
		name =
			get_attname(rt_fetch(query->resultRelation, query->rtable)->relid, entry->resno, true);
		if (name == NULL)
			continue;
		ReplaceAssignment((Node *)entry->expr, name, substitutes);

		/* of several rows, the values stand in a list of their own */
		if (IsA(entry->expr, Var))
		{
			Var *var = (Var *)entry->expr;
			RangeTblEntry *source =
				var->varlevelsup == 0 ? rt_fetch(var->varno, query->rtable) : NULL;

			if (source != NULL && source->rtekind == RTE_VALUES)
				ReplaceInValues(source, var->varattno, name, substitutes);
		}
	}
}

/* Replaces the coercions of a column of VALUES. */
static void
ReplaceInValues(RangeTblEntry *values, int attribute, const char *column, Substitutes *substitutes)
{
	ListCell *cell;

	foreach (cell, values->values_lists)
		ReplaceAssignment(list_nth(lfirst_node(List, cell), attribute - 1), column, substitutes);
}

/* Replaces the coercion of a value that is put into a column. */
static void
ReplaceAssignment(Node *expr, const char *column, Substitutes *substitutes)
{
	FuncExpr *coercion = (FuncExpr *)expr;

	if (!IsA(expr, FuncExpr) || coercion->funcid != F_VARCHAR_VARCHAR_INT4_BOOL ||
		coercion->funcformat != COERCE_IMPLICIT_CAST || !LookUp(substitutes))
		return;
	coercion->funcid = substitutes->assign;
	coercion->args = lappend(coercion->args, makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1,
													   CStringGetTextDatum(column), false, false));
}

/* The index of PostgreSQL's operator for text; -1 when it is another, or there is none to take its place. */
static int
IndexOf(Oid operator, Substitutes * substitutes)
{
	for (int i = 0; i < OPERATORS; i++)
		if (text_operators[i].postgres == operator)
			return LookUp(substitutes) ? i : -1;
	return -1;
}

/* Finds the objects of the extension; false when this database hasn't got it. */
static bool
LookUp(Substitutes *substitutes)
{
	Oid assign_types[] = {VARCHAROID, INT4OID, BOOLOID, TEXTOID};
	List *names;

	if (substitutes->looked_up)
		return substitutes->known;
	substitutes->looked_up = true;
	if (!OidIsValid(get_namespace_oid(REDSHIFT_SCHEMA, true)))
		return false;
	for (int i = 0; i < OPERATORS; i++)
	{
		names =
			list_make2(makeString(REDSHIFT_SCHEMA), makeString(pstrdup(text_operators[i].name)));
		substitutes->operators[i] = OpernameGetOprid(names, TEXTOID, TEXTOID);
		if (!OidIsValid(substitutes->operators[i]))
			return false;
		substitutes->functions[i] = get_opcode(substitutes->operators[i]);
	}
	names = list_make2(makeString(REDSHIFT_SCHEMA), makeString("varchar_ops"));
	substitutes->family = get_opfamily_oid(BTREE_AM_OID, names, true);
	names = list_make2(makeString(REDSHIFT_SCHEMA), makeString("assigned_varchar"));
	substitutes->assign = LookupFuncName(names, 4, assign_types, true);
	names = list_make2(makeString(REDSHIFT_SCHEMA), makeString("cast_varchar"));
	substitutes->cast = LookupFuncName(names, 3, assign_types, true);
	substitutes->known = OidIsValid(substitutes->family) && OidIsValid(substitutes->assign) &&
						 OidIsValid(substitutes->cast);
	return substitutes->known;
}
