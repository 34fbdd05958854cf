/*
 * late_view_dependents.c
 *		Follows pg_depend from an object to the late-binding views that read it.
 *
 * Each object is visited once, so it takes time in proportion to what depends
 * on the object, however it hangs together.
 */
#include "postgres.h"

#include "late_binding/late_view_dependents.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "miscadmin.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/rel.h"

#include "late_binding/late_view.h"
#include "late_binding/late_view_columns.h"
#include "script/catalog.h"

/* An object that has been visited. */
typedef struct Visited
{
	Oid class_id;
	Oid object_id;
} Visited;

typedef struct DependentWalk
{
	Relation depends;
	HTAB *visited;
	List *views; /* oids */
} DependentWalk;

static void Visit(DependentWalk *walk, Oid class_id, Oid object_id);
static List *Dependents(Relation depends, Oid class_id, Oid object_id);

List *
LateDependents(ObjectAddress object)
{
	HASHCTL control = {
		.keysize = sizeof(Visited), .entrysize = sizeof(Visited), .hcxt = CurrentMemoryContext};
	DependentWalk walk = {table_open(DependRelationId, AccessShareLock), NULL, NIL};

	walk.visited =
		hash_create("objects visited", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	Visit(&walk, object.classId, object.objectId);
	hash_destroy(walk.visited);
	table_close(walk.depends, AccessShareLock);

	return walk.views;
}

List *
LateUnbound(void)
{
	Oid function = LateBindingFunction(true);
	List *views = NIL;
	Relation depends;
	ListCell *cell;

	if (!OidIsValid(function))
		return NIL;

	depends = table_open(DependRelationId, AccessShareLock);
	foreach (cell, Dependents(depends, ProcedureRelationId, function))
	{
		const Visited *dependent = lfirst(cell);
		Oid relid = dependent->class_id == RewriteRelationId
						? LateRuleRelation(dependent->object_id)
						: InvalidOid;

		if (OidIsValid(relid) && LateViewText(relid) != NULL)
			views = list_append_unique_oid(views, relid);
	}

	table_close(depends, AccessShareLock);

	return views;
}

/* Visits what depends on an object, then adds the object itself if it is a late-binding view. */
static void
Visit(DependentWalk *walk, Oid class_id, Oid object_id)
{
	Visited key = {class_id, object_id};
	bool found;
	ListCell *cell;

	check_stack_depth();
	CHECK_FOR_INTERRUPTS();
	(void)hash_search(walk->visited, &key, HASH_ENTER, &found);
	if (found)
		return;

	foreach (cell, Dependents(walk->depends, class_id, object_id))
	{
		const Visited *dependent = lfirst(cell);
		Oid relid = dependent->class_id == RewriteRelationId
						? LateRuleRelation(dependent->object_id)
						: InvalidOid;

		/* a rule is a part of its view, on which others depend in turn */
		if (OidIsValid(relid))
			Visit(walk, RelationRelationId, relid);
		else
			Visit(walk, dependent->class_id, dependent->object_id);
	}

	if (class_id == RelationRelationId && LateViewText(object_id) != NULL)
		walk->views = lappend_oid(walk->views, object_id);
}

/* What depends on an object, as a list of Visited. */
static List *
Dependents(Relation depends, Oid class_id, Oid object_id)
{
	List *dependents = NIL;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(class_id));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object_id));
	scan = systable_beginscan(depends, DependReferenceIndexId, true, NULL, lengthof(keys), keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend depend = (Form_pg_depend)GETSTRUCT(tuple);
		Visited *dependent = palloc(sizeof(Visited));

		*dependent = (Visited){depend->classid, depend->objid};
		dependents = lappend(dependents, dependent);
	}

	systable_endscan(scan);

	return dependents;
}
