/*
 * mark.c
 *		Which tables are the warehouse's, and the refusal to touch others.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "commands/seclabel.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parse_type.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "compat.h"
#include "warehouse/mark.h"

#define MARK_PROVIDER "sparkify_warehouse"
#define MARK_LABEL "warehouse"

PG_FUNCTION_INFO_V1(sparkify_adopt);

static void CheckLabel(const ObjectAddress *object, const char *label);
static bool IsMarkable(Oid relid);
static void Mark(Oid relid);
static const RangeVar *Target(const Node *statement);
static const RangeVar *Creates(const Node *statement);
static void RequireDropped(const DropStmt *drop);
static void RequireTruncated(const TruncateStmt *truncate);
static void Require(Oid relid);
static void RequireTrusted(Oid relid);
static Oid OwnerOf(Oid relid);
static void RequireColumns(Oid relid, const CreateStmt *create);
static const char *KindOf(Oid relid);

void
MarkInstall(void)
{
	register_label_provider(MARK_PROVIDER, CheckLabel);
}

void
MarkObserve(const Node *statement, bool has_run)
{
	/* looked at before it runs, to refuse, and after it, to mark */
	const RangeVar *created = Creates(statement);
	const RangeVar *target = Target(statement);
	Oid relid = InvalidOid;

	/* What is made goes to one schema, whatever else the search_path would find. */
	if (created != NULL)
		relid = get_relname_relid(created->relname, RangeVarGetCreationNamespace(created));
	else if (target != NULL)
		relid = RangeVarGetRelid(target, NoLock, true);

	/* it has run: what it made is the warehouse's own */
	if (has_run)
	{
		if (created != NULL && OidIsValid(relid) && IsMarkable(relid))
			Mark(relid);
		return;
	}

	/* nothing of the user's may be changed by a definition */
	Require(relid);

	/* IF NOT EXISTS leaves a table as it is: then it has to have the definition's columns */
	if (IsA(statement, CreateStmt) && OidIsValid(relid))
		RequireColumns(relid, (const CreateStmt *)statement);
	if (IsA(statement, DropStmt))
		RequireDropped((const DropStmt *)statement);
	if (IsA(statement, TruncateStmt))
		RequireTruncated((const TruncateStmt *)statement);
}

/* Takes a table over: sparkify_adopt(relation). */
Datum
sparkify_adopt(PG_FUNCTION_ARGS)
{
	Oid relid = PG_GETARG_OID(0);

	if (get_rel_name(relid) == NULL || !IsMarkable(relid))
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("the warehouse can take over tables and views only"));
	if (!CompatOwnsRelation(relid, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(relid));
	Mark(relid);
	PG_RETURN_VOID();
}

/* Refuses a label that is no mark: SECURITY LABEL takes any text. */
static void
CheckLabel(const ObjectAddress *object, const char *label)
{
	if (label == NULL)
		return;
	if (object->classId != RelationRelationId || object->objectSubId != 0 ||
		!IsMarkable(object->objectId))
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("only tables and views belong to the warehouse"));
	if (strcmp(label, MARK_LABEL) != 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("invalid label of the warehouse: \"%s\"", label),
				errhint("It is \"%s\", or NULL.", MARK_LABEL));
}

/* Whether a relation is of a kind that definitions create. */
static bool
IsMarkable(Oid relid)
{
	char kind = get_rel_relkind(relid);

	return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE || kind == RELKIND_VIEW ||
		   kind == RELKIND_MATVIEW;
}

bool
MarkIsOn(Oid relid)
{
	const ObjectAddress object = {RelationRelationId, relid, 0};

	return get_rel_persistence(relid) == RELPERSISTENCE_TEMP ||
		   GetSecurityLabel(&object, MARK_PROVIDER) != NULL;
}

static void
Mark(Oid relid)
{
	const ObjectAddress object = {RelationRelationId, relid, 0};

	SetSecurityLabel(&object, MARK_PROVIDER, MARK_LABEL);
}

/* The relation that a statement creates, or NULL. */
static const RangeVar *
Creates(const Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_CreateStmt:
			return ((const CreateStmt *)statement)->relation;
		case T_CreateTableAsStmt:
			return ((const CreateTableAsStmt *)statement)->into->rel;
		case T_ViewStmt:
			return ((const ViewStmt *)statement)->view;
		case T_SelectStmt:
			return ((const SelectStmt *)statement)->intoClause != NULL
					   ? ((const SelectStmt *)statement)->intoClause->rel
					   : NULL;
		default:
			return NULL;
	}
}

/* The relation that a statement changes, or NULL. */
static const RangeVar *
Target(const Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_InsertStmt:
			return ((const InsertStmt *)statement)->relation;
		case T_UpdateStmt:
			return ((const UpdateStmt *)statement)->relation;
		case T_DeleteStmt:
			return ((const DeleteStmt *)statement)->relation;
		case T_MergeStmt:
			return ((const MergeStmt *)statement)->relation;
		case T_AlterTableStmt:
			return ((const AlterTableStmt *)statement)->relation;
		case T_RenameStmt:
			return ((const RenameStmt *)statement)->relation;
		case T_RefreshMatViewStmt:
			return ((const RefreshMatViewStmt *)statement)->relation;
		case T_CopyStmt:
			return ((const CopyStmt *)statement)->is_from ? ((const CopyStmt *)statement)->relation
														  : NULL;
		default:
			return NULL;
	}
}

/* The same for each relation that DROP names. */
static void
RequireDropped(const DropStmt *drop)
{
	ListCell *cell;

	if (drop->removeType != OBJECT_TABLE && drop->removeType != OBJECT_VIEW &&
		drop->removeType != OBJECT_MATVIEW)
		return;

	foreach (cell, drop->objects)
		Require(RangeVarGetRelid(makeRangeVarFromNameList(lfirst_node(List, cell)), NoLock, true));
}

/* The same for each table that TRUNCATE names. */
static void
RequireTruncated(const TruncateStmt *truncate)
{
	ListCell *cell;

	foreach (cell, truncate->relations)
		Require(RangeVarGetRelid(lfirst_node(RangeVar, cell), NoLock, true));
}

/* Raises an error when a relation is there and isn't the warehouse's. */
static void
Require(Oid relid)
{
	const char *qualified;

	if (!OidIsValid(relid))
		return;
	if (MarkIsOn(relid))
	{
		RequireTrusted(relid);
		return;
	}

	qualified = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)),
										   get_rel_name(relid));
	ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			errmsg("%s \"%s\" was not made by the warehouse", KindOf(relid), qualified),
			errdetail("A definition would create, change or drop it."),
			errhint("Let the warehouse live in another schema: UPDATE sparkify_setting SET value = "
					"'...' WHERE name = 'schema'.  Or let it have this one: SELECT "
					"sparkify_adopt('%s').",
					qualified));
}

/*
 * Raises an error when a marked relation is another role's: its triggers, defaults and rules
 * would run with the rights of whoever fills it, and any owner may set a mark.
 */
static void
RequireTrusted(Oid relid)
{
	Oid owner = OwnerOf(relid);

	if (superuser_arg(owner) || is_member_of_role_nosuper(GetUserId(), owner))
		return;

	ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			errmsg("%s \"%s\" of the warehouse belongs to role \"%s\"", KindOf(relid),
				   get_rel_name(relid), GetUserNameFromId(owner, false)),
			errdetail("Its triggers and defaults would run with your rights."),
			errhint("Run it as that role or a member of it, or let the table have an owner whom "
					"you trust: ALTER TABLE "
					"... OWNER TO."));
}

/* The owner of a relation. */
static Oid
OwnerOf(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	owner = ((Form_pg_class)GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);

	return owner;
}

/* Raises an error when a table that is there has not the columns of its CREATE TABLE. */
static void
RequireColumns(Oid relid, const CreateStmt *create)
{
	ListCell *cell;

	foreach (cell, create->tableElts)
	{
		const ColumnDef *column = lfirst(cell);
		AttrNumber number;

		if (!IsA(column, ColumnDef))
			continue;
		number = get_attnum(relid, column->colname);
		if (number == InvalidAttrNumber)
			ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
					errmsg("table \"%s\" is there with other columns than its definition",
						   get_rel_name(relid)),
					errdetail("It has no column \"%s\".", column->colname),
					errhint("Run sparkify_drop_tables() first, or change the definition."));
		if (column->typeName != NULL &&
			get_atttype(relid, number) != typenameTypeId(NULL, column->typeName))
			ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
					errmsg("table \"%s\" is there with other columns than its definition",
						   get_rel_name(relid)),
					errdetail("Its column \"%s\" is of type %s, not %s.", column->colname,
							  format_type_be(get_atttype(relid, number)),
							  format_type_be(typenameTypeId(NULL, column->typeName))),
					errhint("Run sparkify_drop_tables() first, or change the definition."));
	}
}

/* What a relation is, for messages. */
static const char *
KindOf(Oid relid)
{
	switch (get_rel_relkind(relid))
	{
		case RELKIND_VIEW:
			return "view";
		case RELKIND_MATVIEW:
			return "materialized view";
		default:
			return "table";
	}
}
