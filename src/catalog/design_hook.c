/*
 * design_hook.c
 *		Takes the physical design out of DDL and keeps it, and lets PostgreSQL
 *		run the rest.
 *
 *		CREATE TABLE t (a int) WITH (sparkify_dwh.distkey = 'a')
 *		   -> CREATE TABLE t (a int), by whoever comes next; then DesignWrite(t)
 *
 * What a table inherits from another, by LIKE or CREATE TABLE AS, is settled
 * here as well; so is what foreign keys say of tables that are renamed or
 * dropped.
 */
#include "postgres.h"

#include "catalog/design_hook.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/tablecmds.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "utils/lsyscache.h"

#include "catalog/design.h"
#include "catalog/design_inherit.h"
#include "catalog/design_keys.h"
#include "catalog/design_options.h"
#include "catalog/design_references.h"
#include "hooks/utility.h"

static ProcessUtility_hook_type next_utility_hook = NULL;

PG_FUNCTION_INFO_V1(sparkify_load_module);

static void DesignUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
						  ProcessUtilityContext context, ParamListInfo parameters,
						  QueryEnvironment *environment, DestReceiver *destination,
						  QueryCompletion *completion);
static void RunNext(const Utility *utility);
static void RunCreate(Utility *utility);
static void RunCreateAs(Utility *utility);
static void RunAlter(Utility *utility);
static List *TakeAlterOptions(AlterTableStmt *stmt);
static List *DropColumns(const AlterTableStmt *stmt);
static void RefuseKeyDrop(const char *name, const ColumnDesign *column);
static void TakeKeyDrops(AlterTableStmt *stmt);
static bool DropKey(Oid relid, const AlterTableCmd *command);
static void RunRename(Utility *utility);
static void RunSetSchema(Utility *utility);
static void RunDrop(Utility *utility);
static void RunComment(Utility *utility);
static ReferencedName *NameOf(Oid relid);
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
		case T_RenameStmt:
			RunRename(&utility);
			break;
		case T_AlterObjectSchemaStmt:
			RunSetSchema(&utility);
			break;
		case T_DropStmt:
			RunDrop(&utility);
			break;
		case T_CommentStmt:
			RunComment(&utility);
			break;
		default:
			RunNext(&utility);
	}
}

/* Hands a statement to whoever comes next. */
static void
RunNext(const Utility *utility)
{
	UtilityPass(utility, next_utility_hook);
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

	UtilityOwnTree(utility);
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

	UtilityOwnTree(utility);
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
	List *dropped;
	Oid relid;

	if (stmt->objtype != OBJECT_TABLE && stmt->objtype != OBJECT_MATVIEW)
	{
		RunNext(utility);
		return;
	}

	UtilityOwnTree(utility);
	stmt = castNode(AlterTableStmt, utility->planned->utilityStmt);
	dropped = DropColumns(stmt);
	options = TakeAlterOptions(stmt);
	TakeKeyDrops(stmt);
	if (stmt->cmds != NIL)
		RunNext(utility);
	if (dropped != NIL)
		DesignReferencesDrop(dropped);
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

/*
 * Takes the keys away that DROP COLUMN would leave with a column less, and
 * returns the columns by name (ReferencedName *).  Raises an error for one of
 * the distribution or sort key: Redshift has no table with half of these (r_ALTER_TABLE).
 */
static List *
DropColumns(const AlterTableStmt *stmt)
{
	Oid relid = InvalidOid;
	List *names = NIL;
	ListCell *cell;

	foreach (cell, stmt->cmds)
	{
		AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);
		AttrNumber attnum;
		TableDesign *design;
		ReferencedName *name;

		if (command->subtype != AT_DropColumn)
			continue;

		/* looked up once, and only where a column is dropped */
		if (!OidIsValid(relid))
			relid = RangeVarGetRelid(stmt->relation, NoLock, true);
		attnum = OidIsValid(relid) ? get_attnum(relid, command->name) : InvalidAttrNumber;

		/* IF EXISTS, or an error that PostgreSQL words itself */
		if (attnum <= 0)
			continue;

		design = DesignRead(relid);
		RefuseKeyDrop(command->name, &design->columns[attnum - 1]);
		if (design->columns[attnum - 1].keys != NIL)
		{
			DesignKeysDropColumn(design, attnum);
			DesignWrite(relid, design);
		}

		name = NameOf(relid);
		name->column = pstrdup(command->name);
		names = lappend(names, name);
	}
	return names;
}

/* Raises an error where a column is of the distribution or sort key. */
static void
RefuseKeyDrop(const char *name, const ColumnDesign *column)
{
	if (column->dist_key || column->sort_position > 0)
		ereport(ERROR, errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				errmsg("cannot drop column \"%s\": it is part of the %s key", name,
					   column->dist_key ? "distribution" : "sort"),
				column->dist_key ? errhint("Change it first: ALTER TABLE ... ALTER DISTSTYLE EVEN.")
								 : errhint("Change it first: ALTER TABLE ... ALTER SORTKEY NONE."));
}

/* Drops the keys that DROP CONSTRAINT names, and leaves PostgreSQL's own constraints in the statement. */
static void
TakeKeyDrops(AlterTableStmt *stmt)
{
	Oid relid = InvalidOid;
	ListCell *cell;

	foreach (cell, stmt->cmds)
	{
		AlterTableCmd *command = lfirst_node(AlterTableCmd, cell);

		if (command->subtype != AT_DropConstraint)
			continue;

		/* looked up once, and only where a constraint is dropped */
		if (!OidIsValid(relid))
			relid = RangeVarGetRelidExtended(stmt->relation, AccessExclusiveLock,
											 stmt->missing_ok ? RVR_MISSING_OK : 0,
											 RangeVarCallbackOwnsRelation, NULL);
		if (OidIsValid(relid) && DropKey(relid, command))
			stmt->cmds = foreach_delete_current(stmt->cmds, cell);
	}
}

/* Drops a key, with CASCADE the foreign keys that refer to it as well; false where the name is none of ours. */
static bool
DropKey(Oid relid, const AlterTableCmd *command)
{
	TableDesign *design = DesignRead(relid);
	List *names = NIL;
	List *columns;
	ListCell *cell;

	if (!DesignKeyDrop(design, command->name, &columns))
		return false;
	DesignWrite(relid, design);

	/* without it, only the key goes (r_ALTER_TABLE) */
	if (command->behavior == DROP_CASCADE)
		foreach (cell, columns)
		{
			ReferencedName *name = NameOf(relid);

			name->column = get_attname(relid, lfirst_int(cell), false);
			names = lappend(names, name);
		}
	if (names != NIL)
		DesignReferencesDrop(names);
	return true;
}

/* RENAME of a table, a column or a schema: foreign keys refer to them by name. */
static void
RunRename(Utility *utility)
{
	RenameStmt *stmt = castNode(RenameStmt, utility->planned->utilityStmt);
	bool of_column = stmt->renameType == OBJECT_COLUMN;
	ReferencedName from = {0};
	ReferencedName to = {0};

	/* what it was called; of what isn't there PostgreSQL says so */
	if (stmt->renameType == OBJECT_SCHEMA)
	{
		from.schema = pstrdup(stmt->subname);
		to.schema = stmt->newname;
	}
	else if (stmt->relation != NULL && (stmt->renameType == OBJECT_TABLE || of_column))
	{
		Oid relid = RangeVarGetRelid(stmt->relation, NoLock, true);

		if (OidIsValid(relid))
			from = to = *NameOf(relid);
		if (of_column)
			from.column = stmt->subname;
		if (of_column)
			to.column = stmt->newname;
		else
			to.table = stmt->newname;
	}

	RunNext(utility);

	if (from.schema != NULL)
		DesignReferencesRename(&from, &to);
}

/* SET SCHEMA of a table. */
static void
RunSetSchema(Utility *utility)
{
	AlterObjectSchemaStmt *stmt = castNode(AlterObjectSchemaStmt, utility->planned->utilityStmt);
	Oid relid = stmt->objectType == OBJECT_TABLE ? RangeVarGetRelid(stmt->relation, NoLock, true)
												 : InvalidOid;
	ReferencedName from = {0};
	ReferencedName to = {0};

	if (OidIsValid(relid))
		from = to = *NameOf(relid);
	to.schema = stmt->newschema;

	RunNext(utility);

	if (from.schema != NULL)
		DesignReferencesRename(&from, &to);
}

/*
 * DROP of tables and schemas: foreign keys go with the table that they refer to.
 * Redshift asks for CASCADE first; PostgreSQL isn't told of these keys, and a
 * dump's own DROPs must not fail by them, so they go without.
 */
static void
RunDrop(Utility *utility)
{
	DropStmt *stmt = castNode(DropStmt, utility->planned->utilityStmt);
	List *names = NIL;
	ListCell *cell;

	/* what is not there is in no key either, so names need no look-up afterwards */
	foreach (cell, stmt->objects)
	{
		if (stmt->removeType == OBJECT_SCHEMA)
		{
			ReferencedName *name = palloc0(sizeof(ReferencedName));

			name->schema = pstrdup(strVal(lfirst(cell)));
			names = lappend(names, name);
		}
		else if (stmt->removeType == OBJECT_TABLE)
		{
			Oid relid = RangeVarGetRelid(makeRangeVarFromNameList(lfirst(cell)), NoLock, true);

			if (OidIsValid(relid))
				names = lappend(names, NameOf(relid));
		}
	}

	RunNext(utility);

	if (names != NIL)
		DesignReferencesDrop(names);
}

/* COMMENT; ON VIEW takes a materialized view, too: Redshift knows it as a view. */
static void
RunComment(Utility *utility)
{
	CommentStmt *stmt = castNode(CommentStmt, utility->planned->utilityStmt);

	if (stmt->objtype == OBJECT_VIEW)
	{
		RangeVar *name = makeRangeVarFromNameList(castNode(List, stmt->object));

		if (get_rel_relkind(RangeVarGetRelid(name, NoLock, true)) == RELKIND_MATVIEW)
		{
			UtilityOwnTree(utility);
			castNode(CommentStmt, utility->planned->utilityStmt)->objtype = OBJECT_MATVIEW;
		}
	}
	RunNext(utility);
}

/* The name of a table. */
static ReferencedName *
NameOf(Oid relid)
{
	ReferencedName *name = palloc0(sizeof(ReferencedName));

	name->schema = get_namespace_name(get_rel_namespace(relid));
	name->table = get_rel_name(relid);
	return name;
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
