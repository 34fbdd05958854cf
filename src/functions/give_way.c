/*
 * give_way.c
 *		A function of the user's that has the name of one of Redshift's.
 *
 *		CREATE FUNCTION public.len(text) ...
 *		   -> ALTER FUNCTION public.len(text) SET SCHEMA sparkify_internal, where that
 *		      is the extension's; then the user's statement as it stands
 *
 * Without this the statement would fail, or with OR REPLACE put the user's code into
 * a function of the extension's, which no dump carries.  It is also how a dump with
 * such a function is restored: CREATE EXTENSION comes first there.  Functions that
 * stand in the way when the extension is created are looked for by its script.
 */
#include "postgres.h"

#include "functions/give_way.h"

#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "commands/alter.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parse_type.h"
#include "tcop/utility.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#include "compat.h"
#include "hooks/utility.h"

#define OWN_SCHEMA "sparkify_internal"

static ProcessUtility_hook_type next_utility_hook = NULL;

static void GiveWayUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
						   ProcessUtilityContext context, ParamListInfo parameters,
						   QueryEnvironment *environment, DestReceiver *destination,
						   QueryCompletion *completion);
static void GiveWay(const CreateFunctionStmt *create);
static oidvector *ArgumentTypes(const CreateFunctionStmt *create);

void
GiveWayInstall(void)
{
	next_utility_hook = ProcessUtility_hook;
	ProcessUtility_hook = GiveWayUtility;
}

/* Runs a utility statement; before CREATE FUNCTION its name is made free. */
static void
GiveWayUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
			   ProcessUtilityContext context, ParamListInfo parameters,
			   QueryEnvironment *environment, DestReceiver *destination,
			   QueryCompletion *completion)
{
	const Utility utility = {planned,	 query,		  read_only_tree, context,
							 parameters, environment, destination,	  completion};

	if (IsA(planned->utilityStmt, CreateFunctionStmt))
		GiveWay(castNode(CreateFunctionStmt, planned->utilityStmt));
	UtilityPass(&utility, next_utility_hook);
}

/* Moves a function of the extension's out of the way of one that is about to be created. */
static void
GiveWay(const CreateFunctionStmt *create)
{
	Oid extension = get_extension_oid("sparkify_dwh", true);
	oidvector *types = ArgumentTypes(create);
	char *name;
	Oid namespace, function;

	if (!OidIsValid(extension) || types == NULL ||
		(creating_extension && CurrentExtensionObject == extension))
		return;

	namespace = QualifiedNameGetCreationNamespace(create->funcname, &name);
	function = GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid, CStringGetDatum(name),
							   PointerGetDatum(types), ObjectIdGetDatum(namespace));

	/* Who doesn't own it gets PostgreSQL's own refusal. */
	if (!OidIsValid(function) || getExtensionOfObject(ProcedureRelationId, function) != extension ||
		!CompatOwnsFunction(function, GetUserId()))
		return;

	(void)AlterObjectNamespace_oid(ProcedureRelationId, function,
								   get_namespace_oid(OWN_SCHEMA, false), new_object_addresses());
	CommandCounterIncrement();
	ereport(NOTICE, errmsg("function %s of Redshift's leaves its place to yours",
						   format_procedure(function)));
}

/* The types of the arguments that a call gives; NULL when one isn't there, which is not ours to say. */
static oidvector *
ArgumentTypes(const CreateFunctionStmt *create)
{
	Oid *types = palloc((list_length(create->parameters) + 1) * sizeof(Oid));
	int count = 0;
	ListCell *cell;

	foreach (cell, create->parameters)
	{
		const FunctionParameter *parameter = lfirst_node(FunctionParameter, cell);

		if (parameter->mode == FUNC_PARAM_OUT && !create->is_procedure)
			continue;
		if (parameter->mode == FUNC_PARAM_TABLE)
			continue;
		types[count] = LookupTypeNameOid(NULL, parameter->argType, true);
		if (!OidIsValid(types[count++]))
			return NULL;
	}

	return buildoidvector(types, count);
}
