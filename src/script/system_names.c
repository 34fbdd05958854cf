/*
 * system_names.c
 *		Where the names are found here that Redshift has in pg_catalog.
 *
 *		stl_query, pg_catalog.stl_query	 -> public.stl_query, say
 *		pg_class						 -> redshift.pg_class, with Redshift's columns
 *		information_schema.columns		 -> sparkify_internal.columns
 *		pg_last_copy_count()			 -> public.pg_last_copy_count()
 *
 * A name alone is searched for as Redshift does: pg_catalog comes before what
 * search_path lists unless it is listed itself, and a temporary table before
 * both (https://docs.aws.amazon.com/redshift/latest/dg/r_search_path.html).  So
 * a table of the user's own with the name of a system view is hidden by it, as
 * it is on Redshift.  The extension's own tables and functions, which Redshift
 * hasn't, come last: they are found where search_path has nothing.
 */
#include "postgres.h"

#include "script/system_names.h"
#include "record/extension.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#define REDSHIFT_SCHEMA "redshift"
#define INTERNAL_SCHEMA "sparkify_internal"

/* Views of information_schema that have more on Redshift: keys that it doesn't enforce, and IDENTITY. */
static const char *const information[] = {"columns", "constraint_column_usage", "key_column_usage",
										  "referential_constraints", "table_constraints"};

/* How the names begin; the others aren't looked for. */
static const struct
{
	const char *prefix;
	bool in_catalog; /* Redshift has such names in pg_catalog */
} prefixes[] = {
	{"pg_", true},	{"stl_", true},	 {"stv_", true}, {"svl_", true},
	{"svv_", true}, {"svcs_", true}, {"sys_", true}, {"sparkify_", false},
};

static bool IsInformation(const char *name);
static int FindPrefix(const char *name);
static Oid OwnRelation(const DialectContext *context, const char *name);

const char *
SystemRelation(const DialectContext *context, const char *schema, const char *name)
{
	int prefix;
	Oid own;
	ListCell *cell;

	if (schema != NULL && strcmp(schema, "information_schema") == 0)
		return IsInformation(name) ? INTERNAL_SCHEMA : NULL;

	prefix = FindPrefix(name);

	/* only names that begin as Redshift's do: one comparison spares all others a look-up */
	if (prefix < 0 || (schema != NULL && strcmp(schema, "pg_catalog") != 0))
		return NULL;

	/* the extension's own relation, or there is nothing to find */
	own = OwnRelation(context, name);
	if (!OidIsValid(own))
		return NULL;

	/* the first schema of the path that has the name decides, of which pg_catalog is one */
	if (schema == NULL)
	{
		foreach (cell, fetch_search_path(true))
		{
			Oid namespace_id = lfirst_oid(cell);

			/*
			 * The system's own come before a user's of the same name, unless the path says
			 * otherwise.
			 */
			if (namespace_id == PG_CATALOG_NAMESPACE && prefixes[prefix].in_catalog)
				break;

			/* a relation of the user's, which is meant */
			if (namespace_id != PG_CATALOG_NAMESPACE &&
				OidIsValid(get_relname_relid(name, namespace_id)))
				return NULL;
		}
	}

	return get_namespace_name(get_rel_namespace(own));
}

const char *
SystemFunction(const DialectContext *context, const char *schema, const char *name)
{
	bool is_own = false;
	bool is_found = false;
	CatCList *functions;
	List *path;
	Oid namespace_id;

	if (context->extension_schema == NULL || (schema != NULL && strcmp(schema, "pg_catalog") != 0))
		return NULL;

	/* without the extension's schema, nothing is its own */
	namespace_id = get_namespace_oid(context->extension_schema, true);
	path = schema == NULL ? fetch_search_path(true) : list_make1_oid(PG_CATALOG_NAMESPACE);

	/* one that the path finds may be an overload of the user's: PostgreSQL chooses among them */
	functions = SearchSysCacheList1(PROCNAMEARGSNSP, CStringGetDatum(name));
	for (int i = 0; i < functions->n_members; i++)
	{
		Form_pg_proc function = (Form_pg_proc)GETSTRUCT(&functions->members[i]->tuple);

		/* PostgreSQL would find it by itself */
		if (list_member_oid(path, function->pronamespace))
			is_found = true;
		else if (function->pronamespace == namespace_id)
			is_own = is_own || ExtensionOwns(ProcedureRelationId, function->oid);
	}

	ReleaseSysCacheList(functions);

	return is_own && !is_found ? context->extension_schema : NULL;
}

bool
SystemNameLike(const char *name)
{
	return FindPrefix(name) >= 0;
}

/* Whether the extension has a view in the place of information_schema's. */
static bool
IsInformation(const char *name)
{
	Oid namespace_id;

	for (int i = 0; i < (int)lengthof(information); i++)
		if (strcmp(information[i], name) == 0)
		{
			namespace_id = get_namespace_oid(INTERNAL_SCHEMA, true);
			return OidIsValid(namespace_id) && OidIsValid(get_relname_relid(name, namespace_id));
		}
	return false;
}

/* Index of the prefix that a name begins with; -1: none. */
static int
FindPrefix(const char *name)
{
	for (int i = 0; i < (int)lengthof(prefixes); i++)
		if (strncmp(name, prefixes[i].prefix, strlen(prefixes[i].prefix)) == 0)
			return i;
	return -1;
}

/* The extension's relation of a name, InvalidOid when it has none. */
static Oid
OwnRelation(const DialectContext *context, const char *name)
{
	Oid namespace_id = get_namespace_oid(REDSHIFT_SCHEMA, true);
	Oid relid = OidIsValid(namespace_id) ? get_relname_relid(name, namespace_id) : InvalidOid;

	if (OidIsValid(relid))
		return relid;
	if (context->extension_schema == NULL)
		return InvalidOid;

	namespace_id = get_namespace_oid(context->extension_schema, true);
	relid = OidIsValid(namespace_id) ? get_relname_relid(name, namespace_id) : InvalidOid;

	return OidIsValid(relid) && ExtensionOwns(RelationRelationId, relid) ? relid : InvalidOid;
}
