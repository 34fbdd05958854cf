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

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_language.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "optimizer/optimizer.h"
#include "optimizer/planner.h"
#include "parser/parse_func.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/syscache.h"

#include "catalog/text_index.h"
#include "dialect/rewrite/scope/rewrite_edits.h"

/* Where the extension's functions are that a query names without a schema. */
#define FUNCTIONS_SCHEMA "sparkify_functions"

/* PostgreSQL's operators for text by strategy of a B-tree, and <> behind them. */
static const struct
{
	Oid postgres;
	const char *name;
} text_operators[] = {
	{664, "<"}, {665, "<="}, {98, "="}, {667, ">="}, {666, ">"}, {531, "<>"},
};

#define OPERATORS ((int)lengthof(text_operators))
#define EQUAL 2

/* The objects that stand for PostgreSQL's, looked up when the first is met. */
static struct
{
	bool looked_up;
	bool known; /* the extension is in this database */
	Oid operators[OPERATORS];
	Oid functions[OPERATORS];
	Oid family;
	Oid join;		/* "=" whose joins can look into ordinary indexes, but not merge */
	Oid assign;		/* VARCHAR(n) by INSERT and UPDATE */
	Oid cast;		/* by CAST */
	Oid schemas[2]; /* the extension's own functions are in these */
} substitutes;

int VarcharPlanRules = VARCHAR_AUTO;

static bool is_planning = false; /* by Redshift's rules */
static planner_hook_type next_planner = NULL;
static needs_fmgr_hook_type next_needs_hook = NULL;

static PlannedStmt *PlanQuery(Query *query, const char *sql, int cursor_options,
							  ParamListInfo parameters);
static bool IsPlannedByRedshift(void);
static void FollowRedshift(GucAction action);
static bool StaysFunction(Oid function);
static bool ComparesText(Oid function);
static void Forget(Datum argument, int cache, uint32 hash);
static bool Replace(Node *node, void *context);
static bool ReplaceInSources(Query *query);
static void ReplaceInQuery(Query *query);
static void ReplaceOperator(OpExpr *expr, const Query *query);
static bool JoinsByIndex(const OpExpr *equality, const Query *query);
static bool HasColumns(Node *expr);
static void ReplaceInRow(RowCompareExpr *row);
static void ReplaceInClauses(List *clauses);
static void ReplaceCast(FuncExpr *cast);
static void ReplaceAssignments(Query *query, List *columns);
static void ReplaceInValues(RangeTblEntry *values, int attribute, const char *column);
static void ReplaceAssignment(Node *expr, const char *column);
static int IndexOf(Oid operator);
static bool LookUp(void);

void
VarcharPlanInstall(void)
{
	next_planner = planner_hook;
	planner_hook = PlanQuery;
	next_needs_hook = needs_fmgr_hook;
	needs_fmgr_hook = StaysFunction;
	CacheRegisterSyscacheCallback(NAMESPACEOID, Forget, (Datum)0);
	CacheRegisterSyscacheCallback(OPEROID, Forget, (Datum)0);
	CacheRegisterSyscacheCallback(PROCOID, Forget, (Datum)0);
}

void
VarcharPlanForSession(void)
{
	FollowRedshift(GUC_ACTION_SET);
}

void
VarcharPlanForLevel(void)
{
	FollowRedshift(GUC_ACTION_SAVE);
}

/* Chooses Redshift's rules where nobody has chosen; a setting, because parallel workers are told of those. */
static void
FollowRedshift(GucAction action)
{
	if (VarcharPlanRules == VARCHAR_AUTO)
		(void)set_config_option("sparkify_dwh.varchar_rules", "redshift", PGC_USERSET,
								PGC_S_SESSION, action, true, 0, false);
}

void
VarcharPlanAssignRules(int rules, void *extra)
{
	(void)extra;

	/* a function's plans are kept, and were made by the other rules */
	if ((rules == VARCHAR_REDSHIFT) != (VarcharPlanRules == VARCHAR_REDSHIFT))
		ResetPlanCache();
}

void
VarcharPlanApply(Query *query)
{
	if (IsPlannedByRedshift())
		(void)Replace((Node *)query, NULL);
}

/* Plans a query, of which the planner may do with the tree what it likes. */
static PlannedStmt *
PlanQuery(Query *query, const char *sql, int cursor_options, ParamListInfo parameters)
{
	bool was_planning = is_planning;
	PlannedStmt *plan;

	VarcharPlanApply(query);
	is_planning = IsPlannedByRedshift();
	PG_TRY();
	{
		plan = next_planner != NULL ? next_planner(query, sql, cursor_options, parameters)
									: standard_planner(query, sql, cursor_options, parameters);
	}
	PG_FINALLY();
	{
		is_planning = was_planning;
	}
	PG_END_TRY();

	return plan;
}

/*
 * Whether what is planned now follows Redshift's rules.  Foreign keys don't:
 * their checks and cascades are queries, too, and must mean what the index means.
 */
static bool
IsPlannedByRedshift(void)
{
	return VarcharPlanRules == VARCHAR_REDSHIFT && !InNoForceRLSOperation();
}

/*
 * Whether a function is to be called, and not put as its body into the query.
 * The planner does that with SQL functions after the query was looked through;
 * what is called is planned by itself, and so by these rules.
 */
static bool
StaysFunction(Oid function)
{
	return (is_planning && ComparesText(function)) ||
		   (next_needs_hook != NULL && next_needs_hook(function));
}

/* Whether a function is a user's, in SQL, and is given a text: it may compare it. */
static bool
ComparesText(Oid function)
{
	HeapTuple tuple;
	Form_pg_proc form;
	bool is_given_text = false;

	if (function < FirstNormalObjectId || !LookUp())
		return false;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_proc)GETSTRUCT(tuple);
	if (form->prolang == SQLlanguageId && form->pronamespace != substitutes.schemas[0] &&
		form->pronamespace != substitutes.schemas[1])
		for (int i = 0; i < form->pronargs; i++)
			is_given_text = is_given_text || form->proargtypes.values[i] == TEXTOID ||
							form->proargtypes.values[i] == VARCHAROID;
	ReleaseSysCache(tuple);
	return is_given_text;
}

/* Replaces in a node and all below it; the context is the query around it. */
static bool
Replace(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_Query:
			ReplaceInQuery((Query *)node);
			return query_tree_walker((Query *)node, Replace, node, QTW_IGNORE_RANGE_TABLE) ||
				   ReplaceInSources((Query *)node);
		case T_WithCheckOption:
			/* a policy's means what it meant to whoever wrote it */
			if (((WithCheckOption *)node)->kind != WCO_VIEW_CHECK)
				return false;
			break;
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
			ReplaceOperator((OpExpr *)node, context);
			break;
		case T_ScalarArrayOpExpr:
		{
			ScalarArrayOpExpr *expr = (ScalarArrayOpExpr *)node;
			int i = IndexOf(expr->opno);

			if (i >= 0)
			{
				expr->opno = substitutes.operators[i];
				expr->opfuncid = substitutes.functions[i];
			}
			break;
		}
		case T_RowCompareExpr:
			ReplaceInRow((RowCompareExpr *)node);
			break;
		case T_Aggref:
			ReplaceInClauses(((Aggref *)node)->aggorder);
			ReplaceInClauses(((Aggref *)node)->aggdistinct);
			break;
		case T_WindowClause:
			ReplaceInClauses(((WindowClause *)node)->partitionClause);
			ReplaceInClauses(((WindowClause *)node)->orderClause);
			break;
		case T_SetOperationStmt:
			ReplaceInClauses(((SetOperationStmt *)node)->groupClauses);
			break;
		case T_FuncExpr:
			ReplaceCast((FuncExpr *)node);
			break;
		default:
			break;
	}
	return expression_tree_walker(node, Replace, context);
}

/* Replaces in what the walker passes by in a query: its clauses, and what goes into columns. */
static void
ReplaceInQuery(Query *query)
{
	ListCell *cell;

	ReplaceInClauses(query->groupClause);
	ReplaceInClauses(query->distinctClause);
	ReplaceInClauses(query->sortClause);
	foreach (cell, query->windowClause)
	{
		ReplaceInClauses(lfirst_node(WindowClause, cell)->partitionClause);
		ReplaceInClauses(lfirst_node(WindowClause, cell)->orderClause);
	}
	if (query->commandType == CMD_INSERT || query->commandType == CMD_UPDATE)
		ReplaceAssignments(query, query->targetList);
	foreach (cell, query->mergeActionList)
		ReplaceAssignments(query, lfirst_node(MergeAction, cell)->targetList);
}

/* Replaces in what a query reads, but for the conditions that policies of rows add. */
static bool
ReplaceInSources(Query *query)
{
	ListCell *cell;

	foreach (cell, query->rtable)
	{
		RangeTblEntry *source = lfirst_node(RangeTblEntry, cell);
		List *policies = source->securityQuals;
		bool stops;

		source->securityQuals = NIL;
		stops = range_table_entry_walker(source, Replace, query, 0);
		source->securityQuals = policies;
		if (stops)
			return true;
	}
	return false;
}

/* Replaces the operator of an expression in a query. */
static void
ReplaceOperator(OpExpr *expr, const Query *query)
{
	int i = IndexOf(expr->opno);

	if (i < 0)
		return;
	expr->opno = substitutes.operators[i];
	expr->opfuncid = substitutes.functions[i];
	if (i == EQUAL && IsA(expr, OpExpr) && query != NULL && JoinsByIndex(expr, query))
		expr->opno = substitutes.join;
}

/*
 * Whether a comparison joins by a column that has an ordinary index.  What
 * merges is kept by the planner in classes of what is equal, and of those it
 * asks indexes of the same operator family only.
 */
static bool
JoinsByIndex(const OpExpr *equality, const Query *query)
{
	Node *left = linitial(equality->args), *right = lsecond(equality->args);

	return (HasTextIndex(query, left) && HasColumns(right)) ||
		   (HasTextIndex(query, right) && HasColumns(left));
}

/* Whether an expression has columns of its query, or of the one around it, with which it may become one. */
static bool
HasColumns(Node *expr)
{
	return contain_vars_of_level(expr, 0) || contain_vars_of_level(expr, 1);
}

/* Replaces the operators of a comparison of rows, with their families. */
static void
ReplaceInRow(RowCompareExpr *row)
{
	ListCell *operator, * family;

	forboth(operator, row->opnos, family, row->opfamilies)
	{
		int i = IndexOf(lfirst_oid(operator));

		if (i < 0)
			continue;
		lfirst_oid(operator) = substitutes.operators[i];
		lfirst_oid(family) = substitutes.family;
	}
}

/* Replaces the operators of GROUP BY, DISTINCT, ORDER BY and the like. */
static void
ReplaceInClauses(List *clauses)
{
	ListCell *cell;

	foreach (cell, clauses)
	{
		SortGroupClause *clause = lfirst_node(SortGroupClause, cell);
		int equal = IndexOf(clause->eqop);
		int sort = IndexOf(clause->sortop);

		if (equal >= 0)
			clause->eqop = substitutes.operators[equal];
		if (sort >= 0)
			clause->sortop = substitutes.operators[sort];
	}
}

/* Lets a CAST to VARCHAR(n) count bytes. */
static void
ReplaceCast(FuncExpr *cast)
{
	if (cast->funcid == F_VARCHAR_VARCHAR_INT4_BOOL && LookUp())
		cast->funcid = substitutes.cast;
}

/* Lets what is put into columns VARCHAR(n) count bytes, and name the column where it has too many. */
static void
ReplaceAssignments(Query *query, List *columns)
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
		ReplaceAssignment((Node *)entry->expr, name);

		/* of several rows, the values stand in a list of their own */
		if (IsA(entry->expr, Var))
		{
			Var *var = (Var *)entry->expr;
			RangeTblEntry *source =
				var->varlevelsup == 0 ? rt_fetch(var->varno, query->rtable) : NULL;

			if (source != NULL && source->rtekind == RTE_VALUES)
				ReplaceInValues(source, var->varattno, name);
		}
	}
}

/* Replaces the coercions of a column of VALUES. */
static void
ReplaceInValues(RangeTblEntry *values, int attribute, const char *column)
{
	ListCell *cell;

	foreach (cell, values->values_lists)
		ReplaceAssignment(list_nth(lfirst_node(List, cell), attribute - 1), column);
}

/* Replaces the coercion of a value that is put into a column. */
static void
ReplaceAssignment(Node *expr, const char *column)
{
	FuncExpr *coercion = (FuncExpr *)expr;

	if (!IsA(expr, FuncExpr) || coercion->funcid != F_VARCHAR_VARCHAR_INT4_BOOL ||
		coercion->funcformat != COERCE_IMPLICIT_CAST || !LookUp())
		return;
	coercion->funcid = substitutes.assign;
	coercion->args = lappend(coercion->args, makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1,
													   CStringGetTextDatum(column), false, false));
}

/* The index of PostgreSQL's operator for text; -1 when it is another, or there is none to take its place. */
static int
IndexOf(Oid operator)
{
	for (int i = 0; i < OPERATORS; i++)
		if (text_operators[i].postgres == operator)
			return LookUp() ? i : -1;
	return -1;
}

/* Finds the objects of the extension; false when this database hasn't got it. */
static bool
LookUp(void)
{
	Oid assign_types[] = {VARCHAROID, INT4OID, BOOLOID, TEXTOID};
	List *names;

	if (substitutes.looked_up)
		return substitutes.known;
	substitutes.known = false;
	substitutes.looked_up = true;
	substitutes.schemas[0] = get_namespace_oid(REDSHIFT_SCHEMA, true);
	substitutes.schemas[1] = get_namespace_oid(FUNCTIONS_SCHEMA, true);
	if (!OidIsValid(substitutes.schemas[0]))
		return false;

	for (int i = 0; i < OPERATORS; i++)
	{
		names = list_make2(makeString(REDSHIFT_SCHEMA),
						   makeString(unconstify(char *, text_operators[i].name)));
		substitutes.operators[i] = OpernameGetOprid(names, TEXTOID, TEXTOID);
		if (!OidIsValid(substitutes.operators[i]))
			return false;
		substitutes.functions[i] = get_opcode(substitutes.operators[i]);
	}

	names = list_make2(makeString(REDSHIFT_SCHEMA), makeString("=="));
	substitutes.join = OpernameGetOprid(names, TEXTOID, TEXTOID);
	names = list_make2(makeString(REDSHIFT_SCHEMA), makeString("varchar_ops"));
	substitutes.family = get_opfamily_oid(BTREE_AM_OID, names, true);
	names = list_make2(makeString(REDSHIFT_SCHEMA), makeString("assigned_varchar"));
	substitutes.assign = LookupFuncName(names, 4, assign_types, true);
	names = list_make2(makeString(REDSHIFT_SCHEMA), makeString("cast_varchar"));
	substitutes.cast = LookupFuncName(names, 3, assign_types, true);
	substitutes.known = OidIsValid(substitutes.family) && OidIsValid(substitutes.assign) &&
						OidIsValid(substitutes.cast);
	return substitutes.known;
}

/* What was looked up may have changed. */
static void
Forget(Datum argument, int cache, uint32 hash)
{
	(void)argument;
	(void)cache;
	(void)hash;
	substitutes.looked_up = false;
}
