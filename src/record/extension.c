/*
 * extension.c
 *		Looks the extension up.
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
#include "utils/rel.h"

#include "record/extension.h"

#define EXTENSION_NAME "sparkify_dwh"

Oid
ExtensionOid(void)
{
	return get_extension_oid(EXTENSION_NAME, true);
}

void
ExtensionRequire(void)
{
	if (!OidIsValid(ExtensionOid()))
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("extension \"%s\" is not installed in this database", EXTENSION_NAME),
				errhint("Run CREATE EXTENSION %s.", EXTENSION_NAME));
}

Oid
ExtensionSchemaOid(void)
{
	Oid extension = ExtensionOid(), schema = InvalidOid;
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

bool
ExtensionOwns(Oid class_id, Oid object_id)
{
	Oid owner = getExtensionOfObject(class_id, object_id);

	return OidIsValid(owner) && owner == ExtensionOid();
}
