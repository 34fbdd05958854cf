/*
 * try_cast.c
 *		TRY_CAST(x AS type): a cast that gives NULL where CAST gives an error.
 *
 * The dialect hands over the value and the cast as a text, "CAST($1 AS integer)".
 * The text becomes an expression once a query.  Each value is cast in a
 * subtransaction, because PostgreSQL 15's casts have no other way to fail; so
 * no worker may run it.  Only errors of the data make NULL: a cast that doesn't
 * exist is an error of the query.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(redshift_try_cast);

/* A cast, ready to be evaluated. */
typedef struct Attempt
{
	ExprContext *context;
	ExprState *cast;
	int16 length; /* of the result's type */
	bool by_value;
} Attempt;

static Attempt *MakeAttempt(FunctionCallInfo fcinfo);
static bool Try(Attempt *attempt, Datum value, Datum *result, bool *is_null);

/* try_cast(value, cast, null of the result's type). */
Datum
redshift_try_cast(PG_FUNCTION_ARGS)
{
	Attempt *attempt = fcinfo->flinfo->fn_extra;
	Datum result;
	bool is_null;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	if (attempt == NULL)
		attempt = fcinfo->flinfo->fn_extra = MakeAttempt(fcinfo);
	if (!Try(attempt, PG_GETARG_DATUM(0), &result, &is_null) || is_null)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(result);
}

/* Makes an expression of the cast, for as long as the calling query's own expressions live. */
static Attempt *
MakeAttempt(FunctionCallInfo fcinfo)
{
	MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	Attempt *attempt = palloc0(sizeof(Attempt));
	Oid type = get_fn_expr_argtype(fcinfo->flinfo, 0);
	char *sql = psprintf("SELECT %s", text_to_cstring(PG_GETARG_TEXT_PP(1)));
	ParamListInfo parameters = makeParamList(1);
	RawStmt *parsed = linitial_node(RawStmt, pg_parse_query(sql));
	List *queries = pg_analyze_and_rewrite_fixedparams(parsed, sql, &type, 1, NULL);
	TargetEntry *entry = linitial_node(TargetEntry, linitial_node(Query, queries)->targetList);
	Node *cast = (Node *)expression_planner(entry->expr);

	if (exprType(cast) != get_fn_expr_rettype(fcinfo->flinfo))
		elog(ERROR, "the cast gives another type than it is to give");
	parameters->params[0].ptype = type;
	parameters->params[0].pflags = 0;
	attempt->cast = ExecInitExprWithParams((Expr *)cast, parameters);
	attempt->context = CreateStandaloneExprContext();
	attempt->context->ecxt_param_list_info = parameters;
	get_typlenbyval(exprType(cast), &attempt->length, &attempt->by_value);
	MemoryContextSwitchTo(old);

	return attempt;
}

/* Casts a value; false when it can't be cast. */
static bool
Try(Attempt *attempt, Datum value, Datum *result, bool *is_null)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool done = false;

	attempt->context->ecxt_param_list_info->params[0].value = value;
	attempt->context->ecxt_param_list_info->params[0].isnull = false;
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(memory);
	PG_TRY();
	{
		*result = ExecEvalExprSwitchContext(attempt->cast, attempt->context, is_null);
		if (!*is_null)
			*result = datumCopy(*result, attempt->by_value, attempt->length);
		ReleaseCurrentSubTransaction();
		done = true;
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(memory);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(memory);
		CurrentResourceOwner = owner;
		if (ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_DATA_EXCEPTION)
			ReThrowError(error);
		FreeErrorData(error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = owner;
	ResetExprContext(attempt->context);

	return done;
}
