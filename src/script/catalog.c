/*
 * catalog.c
 *		The backend's answers to the questions of the dialect: columns of
 *		relations and their types, and where the extension's functions live.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/seclabel.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "catalog/design.h"
#include "dialect/text/settings.h"
#include "script/catalog.h"
#include "script/system_names.h"
#include "record/extension.h"

/* Late-binding views that read one another: more than anybody writes. */
#define MAX_UNBOUND_DEPTH 32

static Oid CatalogColumnType(void *state, const char *schema, const char *relation,
							 const char *column, bool *known);
static List *CatalogColumns(void *state, const char *schema, const char *relation, bool *known);
static bool SettingIsOn(const char *name);
static bool IsCaseInsensitive(const char *collation);
static Oid FindRelation(const char *schema, const char *relation);
static const char *SystemSchema(const char *schema, const char *relation);
static void RefuseUnbound(Oid relid);
static void RaiseUnbound(const char *text, Oid owner);
static DialectColumn *ColumnFromAttribute(Form_pg_attribute attribute);

/* A context that answers from the catalog. */
DialectContext
CatalogContext(void)
{
	DialectContext context = {
		.extension_schema = ExtensionSchemaName(),
		.column_type = CatalogColumnType,
		.columns = CatalogColumns,
		.system_relation = SystemRelation,
		.system_function = SystemFunction,
	};

	context.case_sensitive_identifier =
		SettingIsOn(REDSHIFT_SETTINGS ".enable_case_sensitive_identifier");
	context.case_insensitive_database =
		IsCaseInsensitive(GetConfigOption(REDSHIFT_SETTINGS ".database_collation", true, false));
	context.case_sensitive_super_attribute =
		SettingIsOn(REDSHIFT_SETTINGS ".enable_case_sensitive_super_attribute");
	return context;
}

/* The function of views that aren't bound, whose error is that of their query. */
Oid
LateBindingFunction(bool missing_ok)
{
	Oid argument = TEXTOID;

	return LookupFuncName(list_make2(makeString("sparkify_internal"), makeString("late_binding")),
						  1, &argument, missing_ok);
}

/* Whether a boolean setting of Redshift's is on in this session. */
static bool
SettingIsOn(const char *name)
{
	const char *value = GetConfigOption(name, true, false);
	bool on = false;

	return value != NULL && parse_bool(value, &on) && on;
}

/* Whether a collation's name is that of the one without case. */
static bool
IsCaseInsensitive(const char *collation)
{
	return collation != NULL && pg_strcasecmp(collation, "case_insensitive") == 0;
}

/* The relation that a name means to the dialect, InvalidOid when there is none. */
static Oid
FindRelation(const char *schema, const char *relation)
{
	/* pg_attribute has Redshift's columns, which are those of the view that the name is led to */
	const char *system = SystemNameLike(relation) ? SystemSchema(schema, relation) : NULL;
	RangeVar *name;
	Oid relid;

	if (system != NULL)
		schema = system;

	name = makeRangeVar(schema == NULL ? NULL : pstrdup(schema), pstrdup(relation), -1);
	relid = RangeVarGetRelid(name, NoLock, true);
	if (OidIsValid(relid) && system == NULL)
		RefuseUnbound(relid);

	return relid;
}

/*
 * A late-binding view that isn't bound mostly has no columns: raises the error of
 * its query, what it lacks, rather than one of a column that isn't there.
 */
static void
RefuseUnbound(Oid relid)
{
	ObjectAddress view = {RelationRelationId, relid, 0};
	const char *label;
	HeapTuple tuple;
	Oid owner;

	if (get_rel_relkind(relid) != RELKIND_VIEW)
		return;

	label = GetSecurityLabel(&view, DESIGN_PROVIDER);
	if (label == NULL || strncmp(label, DESIGN_LATE_UNBOUND, strlen(DESIGN_LATE_UNBOUND)) != 0)
		return;

	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (!HeapTupleIsValid(tuple))
		return;
	owner = ((Form_pg_class)GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	RaiseUnbound(label + strlen(DESIGN_LATE_UNBOUND), owner);
}

/*
 * Raises the error that keeps a late-binding view of a text from being bound,
 * by the function that the view calls.  Its query is looked at as its owner
 * would; one that reads itself, by way of others, has no end.
 */
static void
RaiseUnbound(const char *text, Oid owner)
{
	static int depth = 0;
	Oid function = LateBindingFunction(false);
	Oid user;
	int context;

	if (depth >= MAX_UNBOUND_DEPTH)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
			errmsg("late-binding views read each other in a circle, or one another too deeply"));

	GetUserIdAndSecContext(&user, &context);
	SetUserIdAndSecContext(owner, context | SECURITY_RESTRICTED_OPERATION);
	depth++;
	PG_TRY();
	{
		(void)OidFunctionCall1(function, CStringGetTextDatum(text));
	}
	PG_FINALLY();
	{
		depth--;
		SetUserIdAndSecContext(user, context);
	}
	PG_END_TRY();
}

/* The schema of the system's relation that a name means, or NULL; it asks the catalog for the extension. */
static const char *
SystemSchema(const char *schema, const char *relation)
{
	const DialectContext context = {.extension_schema = ExtensionSchemaName()};

	return SystemRelation(&context, schema, relation);
}

/* The type of a column, that below a domain. */
static Oid
CatalogColumnType(void *state, const char *schema, const char *relation, const char *column,
				  bool *known)
{
	Oid relid = FindRelation(schema, relation);
	Oid type = InvalidOid;
	HeapTuple tuple;

	*known = OidIsValid(relid);
	if (!*known)
		return InvalidOid;

	tuple = SearchSysCacheAttName(relid, column);
	if (HeapTupleIsValid(tuple))
	{
		type = getBaseType(((Form_pg_attribute)GETSTRUCT(tuple))->atttypid);
		ReleaseSysCache(tuple);
	}

	return type;
}

/* Every column of a relation, in order. */
static List *
CatalogColumns(void *state, const char *schema, const char *relation, bool *known)
{
	Oid relid = FindRelation(schema, relation);
	List *columns = NIL;
	AttrNumber count;
	HeapTuple tuple;

	*known = OidIsValid(relid);
	if (!*known)
		/* a table that the script makes itself isn't there yet */
		return NIL;

	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (!HeapTupleIsValid(tuple))
		return NIL;

	count = ((Form_pg_class)GETSTRUCT(tuple))->relnatts;
	ReleaseSysCache(tuple);
	for (AttrNumber i = 1; i <= count; i++)
	{
		tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(i));

		/* dropped meanwhile */
		if (!HeapTupleIsValid(tuple))
			continue;
		if (!((Form_pg_attribute)GETSTRUCT(tuple))->attisdropped)
			columns = lappend(columns, ColumnFromAttribute((Form_pg_attribute)GETSTRUCT(tuple)));
		ReleaseSysCache(tuple);
	}

	return columns;
}

/* A column as the dialect wants to know it. */
static DialectColumn *
ColumnFromAttribute(Form_pg_attribute attribute)
{
	DialectColumn *column = palloc0(sizeof(DialectColumn));
	int32 typmod = attribute->atttypmod;

	column->name = pstrdup(NameStr(attribute->attname));
	column->type = getBaseTypeAndTypmod(attribute->atttypid, &typmod);
	column->typmod = typmod;
	column->identity = attribute->attidentity != '\0';
	column->case_insensitive = OidIsValid(attribute->attcollation) &&
							   attribute->attcollation != DEFAULT_COLLATION_OID &&
							   IsCaseInsensitive(get_collation_name(attribute->attcollation));
	return column;
}
