/*
 * store_names.c
 *		The stores that there are, for messages to who has named a bucket of none.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_foreign_server.h"
#include "foreign/foreign.h"
#include "lib/stringinfo.h"

#include "stores/store_options.h"
#include "stores/stores.h"

/* More aren't named in a message. */
#define NAMED_STORES 5

static int CompareTexts(const ListCell *one, const ListCell *other);

/* A sentence with the first few names and their locations, which every user can read in the catalog. */
char *
StoreNames(void)
{
	ForeignDataWrapper *wrapper = GetForeignDataWrapperByName(WRAPPER_NAME, true);
	Relation catalog = table_open(ForeignServerRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	List *names = NIL;
	StringInfoData text;
	HeapTuple tuple;

	while (wrapper != NULL && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_foreign_server form = (Form_pg_foreign_server)GETSTRUCT(tuple);
		StoreOptions options;

		if (form->srvfdw != wrapper->fdwid)
			continue;
		StoreOptionsInit(&options);
		StoreOptionsRead(&options, GetForeignServer(form->oid)->options);
		names = lappend(names, psprintf("%s (%s)", NameStr(form->srvname),
										options.location != NULL ? options.location : ""));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	if (names == NIL)
		return pstrdup("There is no store here yet.");

	list_sort(names, CompareTexts);
	initStringInfo(&text);
	for (int i = 0; i < Min(list_length(names), NAMED_STORES); i++)
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "Stores here: ", (char *)list_nth(names, i));
	appendStringInfoString(&text, list_length(names) > NAMED_STORES ? ", ..." : ".");
	return text.data;
}

static int
CompareTexts(const ListCell *one, const ListCell *other)
{
	return strcmp(lfirst(one), lfirst(other));
}
