/*
 * late_view_columns.c
 *		Takes a view's columns away and gives it new ones.
 *
 * The new ones are added as CREATE OR REPLACE VIEW adds them.  Taking away is
 * what PostgreSQL has no statement for: rows of pg_attribute and what belongs
 * to them, once it is sure that nothing else depends on them.
 */
#include "postgres.h"

#include "late_binding/late_view_columns.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/heap.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "commands/event_trigger.h"
#include "commands/seclabel.h"
#include "commands/tablecmds.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

static AttrNumber ColumnCount(Oid relid);
static bool IsNeeded(Oid class_id, Oid object_id, Oid relid);
static bool IsOwnPart(Form_pg_depend depend, Oid relid);
static void DeleteTypeDependencies(Oid relid);
static void SetColumnCount(Oid relid, AttrNumber count);
static int CommonColumns(Oid relid, List *columns);
static List *ColumnsOf(Query *query);

bool
LateColumnsForget(Oid relid)
{
	AttrNumber count = ColumnCount(relid);

	if (count == 0)
		return true;
	if (IsNeeded(RelationRelationId, relid, relid))
		return false;

	/* what belongs to each column, which goes with the view otherwise */
	for (AttrNumber attnum = 1; attnum <= count; attnum++)
	{
		ObjectAddress column = {RelationRelationId, relid, attnum};

		DeleteComments(relid, RelationRelationId, attnum);
		DeleteSecurityLabel(&column);
		deleteSharedDependencyRecordsFor(RelationRelationId, relid, attnum);
	}

	DeleteTypeDependencies(relid);
	DeleteAttributeTuples(relid);
	SetColumnCount(relid, 0);
	CommandCounterIncrement();

	return true;
}

void
LateColumnsSet(Oid relid, Query *query)
{
	List *columns = ColumnsOf(query);
	int common = CommonColumns(relid, columns);
	List *commands = NIL;

	/* columns at the end can be added; any other change begins anew */
	if (common < ColumnCount(relid))
	{
		if (!LateColumnsForget(relid))
			ereport(ERROR, errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
					errmsg("other objects depend on columns of late-binding view \"%s\"",
						   get_rel_name(relid)));
		common = 0;
	}

	for (int i = common; i < list_length(columns); i++)
	{
		AlterTableCmd *command = makeNode(AlterTableCmd);

		command->subtype = AT_AddColumnToView;
		command->def = list_nth(columns, i);
		commands = lappend(commands, command);
	}

	if (commands == NIL)
		return;

	/* no event trigger is told: to them it is part of whatever has changed the tables */
	EventTriggerInhibitCommandCollection();
	PG_TRY();
	{
		AlterTableInternal(relid, commands, true);
	}
	PG_FINALLY();
	{
		EventTriggerUndoInhibitCommandCollection();
	}
	PG_END_TRY();
	CommandCounterIncrement();
}

Node *
LateColumnsStub(Oid relid, Node *stub)
{
	SelectStmt *select = castNode(SelectStmt, stub);
	AttrNumber count = ColumnCount(relid);

	for (AttrNumber attnum = 1; attnum <= count; attnum++)
	{
		ResTarget *target = makeNode(ResTarget);
		A_Const *null = makeNode(A_Const);
		TypeCast *cast = makeNode(TypeCast);
		Oid type, collation;
		int32 typmod;

		get_atttypetypmodcoll(relid, attnum, &type, &typmod, &collation);
		null->isnull = true;
		null->location = -1;
		cast->arg = (Node *)null;
		cast->typeName = makeTypeNameFromOid(type, typmod);
		cast->location = -1;
		target->name = get_attname(relid, attnum, false);
		target->val = (Node *)cast;
		target->location = -1;
		select->targetList = lappend(select->targetList, target);
	}

	return stub;
}

Oid
LateRuleRelation(Oid rule)
{
	Relation rules = table_open(RewriteRelationId, AccessShareLock);
	Oid relid = InvalidOid;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_rewrite_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(rule));
	scan = systable_beginscan(rules, RewriteOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		relid = ((Form_pg_rewrite)GETSTRUCT(tuple))->ev_class;
	systable_endscan(scan);
	table_close(rules, AccessShareLock);

	return relid;
}

/* How many columns a view has; they are never dropped one by one. */
static AttrNumber
ColumnCount(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	AttrNumber count;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	count = ((Form_pg_class)GETSTRUCT(tuple))->relnatts;
	ReleaseSysCache(tuple);

	return count;
}

/* Whether anything but the view's own rule and type depends on an object: the view, or a type of its. */
static bool
IsNeeded(Oid class_id, Oid object_id, Oid relid)
{
	Relation depends = table_open(DependRelationId, AccessShareLock);
	bool is_needed = false;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(class_id));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object_id));
	scan = systable_beginscan(depends, DependReferenceIndexId, true, NULL, lengthof(keys), keys);
	while (!is_needed && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend depend = (Form_pg_depend)GETSTRUCT(tuple);

		/* its row type, and the array of that, may be used by others in turn */
		if (depend->classid == TypeRelationId && depend->deptype == DEPENDENCY_INTERNAL)
			is_needed = IsNeeded(TypeRelationId, depend->objid, relid);
		else
			is_needed = !IsOwnPart(depend, relid);
	}

	systable_endscan(scan);
	table_close(depends, AccessShareLock);

	return is_needed;
}

/* Whether what depends on a view is its own rule. */
static bool
IsOwnPart(Form_pg_depend depend, Oid relid)
{
	return depend->classid == RewriteRelationId && LateRuleRelation(depend->objid) == relid;
}

/* Removes what the columns of a view depend on, types and collations. */
static void
DeleteTypeDependencies(Oid relid)
{
	Relation depends = table_open(DependRelationId, RowExclusiveLock);
	ScanKeyData keys[3];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[2], Anum_pg_depend_objsubid, BTGreaterStrategyNumber, F_INT4GT,
				Int32GetDatum(0));
	scan = systable_beginscan(depends, DependDependerIndexId, true, NULL, lengthof(keys), keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		CatalogTupleDelete(depends, &tuple->t_self);
	systable_endscan(scan);
	table_close(depends, RowExclusiveLock);
}

/* Says in pg_class how many columns a view has. */
static void
SetColumnCount(Oid relid, AttrNumber count)
{
	Relation classes = table_open(RelationRelationId, RowExclusiveLock);
	HeapTuple tuple = SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(relid));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	((Form_pg_class)GETSTRUCT(tuple))->relnatts = count;
	CatalogTupleUpdate(classes, &tuple->t_self, tuple);
	heap_freetuple(tuple);
	table_close(classes, RowExclusiveLock);
}

/* How many of a view's first columns are those of a list of ColumnDef. */
static int
CommonColumns(Oid relid, List *columns)
{
	int count = Min(ColumnCount(relid), list_length(columns));

	for (int i = 0; i < count; i++)
	{
		ColumnDef *column = list_nth_node(ColumnDef, columns, i);
		Oid type, collation;
		int32 typmod;

		get_atttypetypmodcoll(relid, i + 1, &type, &typmod, &collation);
		if (strcmp(get_attname(relid, i + 1, false), column->colname) != 0 ||
			type != column->typeName->typeOid || typmod != column->typeName->typemod ||
			collation != column->collOid)
			return i;
	}

	return count;
}

/* The columns of a query as a list of ColumnDef. */
static List *
ColumnsOf(Query *query)
{
	List *columns = NIL;
	ListCell *cell;

	foreach (cell, query->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, cell);
		Node *value = (Node *)target->expr;

		if (!target->resjunk)
			columns = lappend(columns, makeColumnDef(target->resname, exprType(value),
													 exprTypmod(value), exprCollation(value)));
	}

	return columns;
}
