/*
 * extension.c
 *		Looks the extension up.
 *
 * Every statement of a client's asks for it, and PostgreSQL has no cache of
 * pg_extension before 18: what was found is kept until functions change.  An
 * extension can't come, go or change its schema without that, for it has some.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "record/extension.h"

#define EXTENSION_NAME "sparkify_dwh"

/* What this session has found. */
static struct
{
	bool is_watched; /* changes are told */
	bool is_known;
	uint64 changes;
	Oid extension;
	Oid schema;
} found;

static void LookUp(void);
static Oid SchemaOf(Oid extension);
static void Forget(Datum arg, int cache, uint32 hash);

Oid
ExtensionOid(void)
{
	LookUp();
	return found.extension;
}

void
ExtensionRequire(void)
{
	if (!OidIsValid(ExtensionOid()))
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("extension \"%s\" is not installed in this database", EXTENSION_NAME),
				errhint("Run CREATE EXTENSION %s.", EXTENSION_NAME));
}

char *
ExtensionSchemaName(void)
{
	LookUp();
	return OidIsValid(found.schema) ? get_namespace_name(found.schema) : NULL;
}

bool
ExtensionOwns(Oid class_id, Oid object_id)
{
	Oid owner = getExtensionOfObject(class_id, object_id);

	return OidIsValid(owner) && owner == ExtensionOid();
}

/* Sees to it that the extension and its schema are known. */
static void
LookUp(void)
{
	uint64 before;

	if (found.is_known)
		return;
	if (!found.is_watched)
		CacheRegisterSyscacheCallback(PROCOID, Forget, (Datum)0);
	found.is_watched = true;

	/* a change may be told while the catalog is read: then it counts for this time only */
	before = found.changes;
	found.extension = get_extension_oid(EXTENSION_NAME, true);
	found.schema = SchemaOf(found.extension);
	found.is_known = found.changes == before;
}

/* The schema that an extension is in; InvalidOid where there is none. */
static Oid
SchemaOf(Oid extension)
{
	Oid schema = InvalidOid;
	Relation catalog;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	if (!OidIsValid(extension))
		return InvalidOid;

	/* PostgreSQL 15 doesn't export its own look-up. */
	catalog = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(extension));
	scan = systable_beginscan(catalog, ExtensionOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		schema = ((Form_pg_extension)GETSTRUCT(tuple))->extnamespace;
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);

	return schema;
}

/* A function has come, gone or changed: an extension may have. */
static void
Forget(Datum arg, int cache, uint32 hash)
{
	found.is_known = false;
	found.changes++;
}
