/*
 * design_hook.c
 *		Takes the physical design out of DDL and keeps it, and lets PostgreSQL
 *		run the rest.
 *
 *		CREATE TABLE t (a int) WITH (sparkify_dwh.distkey = 'a')
 *		   -> CREATE TABLE t (a int), by whoever comes next; then DesignWrite(t)
 *
 * What a table inherits from another, by LIKE or CREATE TABLE AS, is settled
 * here as well.
 */
#include "postgres.h"

#include "catalog/design_hook.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/tablecmds.h"
#include "fmgr.h"
#include "nodes/parsenodes.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"

#include "catalog/design.h"
#include "catalog/design_inherit.h"
#include "catalog/design_options.h"

/* A utility statement on its way; what ProcessUtility is given. */
typedef struct Utility
{
	PlannedStmt *planned;
	const char *query;
	bool read_only_tree;
	ProcessUtilityContext context;
	ParamListInfo parameters;
	QueryEnvironment *environment;
	DestReceiver *destination;
	QueryCompletion *completion;
} Utility;

static ProcessUtility_hook_type next_utility_hook = NULL;

PG_FUNCTION_INFO_V1(sparkify_load_module);

static void DesignUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
						  ProcessUtilityContext context, ParamListInfo parameters,
						  QueryEnvironment *environment, DestReceiver *destination,
						  QueryCompletion *completion);
static void RunNext(const Utility *utility);
static void OwnTree(Utility *utility);
static void RunCreate(Utility *utility);
static void RunCreateAs(Utility *utility);
static void RunAlter(Utility *utility);
static List *TakeAlterOptions(AlterTableStmt *stmt);
static void RefuseKeyDrop(const AlterTableStmt *stmt);
static bool Exists(const RangeVar *name, Oid namespace);
static Oid Created(const RangeVar *name, Oid namespace);

void
DesignHookInstall(void)
{
	next_utility_hook = ProcessUtility_hook;
	ProcessUtility_hook = DesignUtility;
}

/* Runs a utility statement: DDL of tables with its design, any other as it is. */
static void
DesignUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
			  ProcessUtilityContext context, ParamListInfo parameters,
			  QueryEnvironment *environment, DestReceiver *destination, QueryCompletion *completion)
{
	Utility utility = {planned,	   query,		read_only_tree, context,
					   parameters, environment, destination,	completion};

	switch (nodeTag(planned->utilityStmt))
	{
		case T_CreateStmt:
			RunCreate(&utility);
			break;
		case T_CreateTableAsStmt:
			RunCreateAs(&utility);
			break;
		case T_AlterTableStmt:
			RunAlter(&utility);
			break;
		default:
			RunNext(&utility);
	}
}

/* Hands a statement to whoever comes next. */
static void
RunNext(const Utility *utility)
{
	ProcessUtility_hook_type next =
		next_utility_hook != NULL ? next_utility_hook : standard_ProcessUtility;

	next(utility->planned, utility->query, utility->read_only_tree, utility->context,
		 utility->parameters, utility->environment, utility->destination, utility->completion);
}

/* Makes the tree one that may be changed: a cached plan's is not. */
static void
OwnTree(Utility *utility)
{
	if (utility->read_only_tree)
		utility->planned = copyObject(utility->planned);
	utility->read_only_tree = false;
}

/* CREATE TABLE. */
static void
RunCreate(Utility *utility)
{
	CreateStmt *stmt = castNode(CreateStmt, utility->planned->utilityStmt);
	List *parents = DesignLikeParents(stmt);
	List *options;
	Oid namespace;
	Oid relid;

	/* a table without attributes of Redshift's goes through as quickly as without the extension */
	if (parents == NIL && !DesignOptionsAny(stmt->options))
	{
		RunNext(utility);
		return;
	}

	/* the statement may be a cached plan's, which must not lose its options */
	OwnTree(utility);
	stmt = castNode(CreateStmt, utility->planned->utilityStmt);
	options = DesignOptionsTake(&stmt->options);

	/* LIKE takes BACKUP NO along, unless the statement has its own (AWS: r_CREATE_TABLE_NEW) */
	if (DesignOptionsHave(options, "backup") && DesignAnyUnlogged(parents) &&
		stmt->relation->relpersistence == RELPERSISTENCE_PERMANENT)
		stmt->relation->relpersistence = RELPERSISTENCE_UNLOGGED;

	/* found out before it is created: afterwards the search_path may lead elsewhere */
	namespace = RangeVarGetCreationNamespace(stmt->relation);

	/* IF NOT EXISTS over an existing table changes nothing, its design included */
	if (stmt->if_not_exists && Exists(stmt->relation, namespace))
	{
		RunNext(utility);
		return;
	}

	RunNext(utility);

	/* the new relation has to be seen by the look-ups that follow */
	CommandCounterIncrement();
	relid = Created(stmt->relation, namespace);
	if (!OidIsValid(relid))
		return;

	/* first what is inherited, then what is written, which wins */
	DesignInheritLike(relid, parents, options);
	DesignOptionsApply(relid, options, true);
}

/* CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW. */
static void
RunCreateAs(Utility *utility)
{
	CreateTableAsStmt *stmt = castNode(CreateTableAsStmt, utility->planned->utilityStmt);
	bool inherits = stmt->objtype == OBJECT_TABLE && DesignQueryInherits(stmt->query);
	List *options;
	Oid namespace;
	Oid relid;

	if (!inherits && !DesignOptionsAny(stmt->into->options))
	{
		RunNext(utility);
		return;
	}

	/* the statement may be a cached plan's, which must not lose its options */
	OwnTree(utility);
	stmt = castNode(CreateTableAsStmt, utility->planned->utilityStmt);
	options = DesignOptionsTake(&stmt->into->options);

	/* found out before it is created: afterwards the search_path may lead elsewhere */
	namespace = RangeVarGetCreationNamespace(stmt->into->rel);
	if (stmt->if_not_exists && Exists(stmt->into->rel, namespace))
	{
		RunNext(utility);
		return;
	}

	RunNext(utility);
	CommandCounterIncrement();
	relid = Created(stmt->into->rel, namespace);
	if (!OidIsValid(relid))
		return;

	/* first what is inherited, then what is written, which wins */
	if (inherits)
		DesignInheritQuery(relid, stmt->query, options);
	DesignOptionsApply(relid, options, true);
}

/* ALTER TABLE: its design first taken out, then applied when the rest has run. */
static void
RunAlter(Utility *utility)
{
	AlterTableStmt *stmt = castNode(AlterTableStmt, utility->planned->utilityStmt);
	List *options;
	Oid relid;

	if (stmt->objtype != OBJECT_TABLE && stmt->objtype != OBJECT_MATVIEW)
	{
		RunNext(utility);
		return;
	}

	OwnTree(utility);
	stmt = castNode(AlterTableStmt, utility->planned->utilityStmt);
	RefuseKeyDrop(stmt);
	options = TakeAlterOptions(stmt);
	if (stmt->cmds != NIL)
		RunNext(utility);
	if (options == NIL)
		return;

	CommandCounterIncrement();

	/* Nothing is checked yet where the design was all there was to change. */
	relid = RangeVarGetRelidExtended(stmt->relation, AccessExclusiveLock,
									 stmt->missing_ok ? RVR_MISSING_OK : 0,
									 RangeVarCallbackOwnsRelation, NULL);
	if (OidIsValid(relid))
		DesignOptionsApply(relid, options, false);
	else
		ereport(NOTICE,
				errmsg("relation \"%s\" does not exist, skipping", stmt->relation->relname));
}

/* Takes the design's options out of all SET (...) of an ALTER TABLE. */
static List *
TakeAlterOptions(AlterTableStmt *stmt)
{
	List *taken = NIL;
	List *left = NIL;
	ListCell *cell;

	foreach (cell, stmt->cmds)
	{
		AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype == AT_SetRelOptions)
		{
			List *given = (List *)command->def;
			List *ours = DesignOptionsTake(&given);

			taken = list_concat(taken, ours);
			command->def = (Node *)given;
			if (ours != NIL && given == NIL)
				continue;
		}

		left = lappend(left, command);
	}

	stmt->cmds = left;

	return taken;
}

/* Raises an error for DROP COLUMN of a key: Redshift has no table with half a key (r_ALTER_TABLE). */
static void
RefuseKeyDrop(const AlterTableStmt *stmt)
{
	ListCell *cell;
	Oid relid = InvalidOid;

	foreach (cell, stmt->cmds)
	{
		AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);
		AttrNumber attnum;
		const ColumnDesign *column;

		if (command->subtype != AT_DropColumn)
			continue;

		/* looked up once, and only where a column is dropped */
		if (!OidIsValid(relid))
			relid = RangeVarGetRelid(stmt->relation, NoLock, true);
		attnum = OidIsValid(relid) ? get_attnum(relid, command->name) : InvalidAttrNumber;

		/* IF EXISTS, or an error that PostgreSQL words itself */
		if (attnum <= 0)
			continue;
		column = &DesignRead(relid)->columns[attnum - 1];
		if (column->dist_key || column->sort_position > 0)
			ereport(ERROR, errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
					errmsg("cannot drop column \"%s\": it is part of the %s key", command->name,
						   column->dist_key ? "distribution" : "sort"),
					column->dist_key
						? errhint("Change it first: ALTER TABLE ... ALTER DISTSTYLE EVEN.")
						: errhint("Change it first: ALTER TABLE ... ALTER SORTKEY NONE."));
	}
}

/* Whether a relation of the name is there already. */
static bool
Exists(const RangeVar *name, Oid namespace)
{
	return OidIsValid(get_relname_relid(name->relname, namespace));
}

/* The table or materialized view just created; InvalidOid when another hook did otherwise. */
static Oid
Created(const RangeVar *name, Oid namespace)
{
	Oid relid = get_relname_relid(name->relname, namespace);
	char relkind = OidIsValid(relid) ? get_rel_relkind(relid) : '\0';

	return relkind == RELKIND_RELATION || relkind == RELKIND_PARTITIONED_TABLE ||
				   relkind == RELKIND_MATVIEW
			   ? relid
			   : InvalidOid;
}

/* sparkify_internal.load_module(): being called is all it does; the hooks are then in place. */
Datum
sparkify_load_module(PG_FUNCTION_ARGS)
{
	PG_RETURN_VOID();
}
