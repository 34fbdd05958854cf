/*
 * late_view.c
 *		Binds late-binding views and frees them again.
 *
 *		text -> dialect -> PostgreSQL's parser and analysis -> rule of the view
 *
 * When that happens is late_view_hook.c; what columns a view gets by it is
 * late_view_columns.c.
 */
#include "postgres.h"

#include "late_binding/late_view.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/seclabel.h"
#include "commands/view.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "parser/parse_relation.h"
#include "storage/lmgr.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/syscache.h"

#include "catalog/design.h"
#include "dialect/text/dialect.h"
#include "late_binding/late_view_columns.h"
#include "script/catalog.h"

/*
 * Functions without a schema are found here only: the path is that of whoever changes a table, not of the
 * view's owner.
 */
#define LATE_VIEW_PATH "pg_catalog, public, pg_temp"

/* The rights that were there before a view's owner's. */
typedef struct OwnerScope
{
	Oid user;
	int context;
} OwnerScope;

PG_FUNCTION_INFO_V1(sparkify_late_binding);

static char *ReadLabel(Oid relid, bool *is_bound);
static bool IsUnbound(Oid relid);
static void WriteLabel(Oid relid, const char *text, bool is_bound);
static void Bind(Oid relid, bool is_new);
static OwnerScope BeginOwner(Oid relid);
static void EndOwner(OwnerScope scope);
static Oid RelationOwner(Oid relid);
static Query *AnalyseText(const char *text, bool is_new);
static ViewStmt *ParseText(const char *text, const char **sql);
static bool CheckSchemas(Node *node, void *context);
static void NameText(void *text);
static bool CheckBound(Node *node, void *context);
static Query *Analyse(Node *statement, const char *sql);
static void NameColumns(Query *query, List *names);
static bool MayCome(int code);

char *
LateViewText(Oid relid)
{
	bool is_bound;

	return ReadLabel(relid, &is_bound);
}

void
LateViewSetText(Oid relid, const char *text)
{
	WriteLabel(relid, text, false);
}

Node *
LateViewStub(const char *text)
{
	char *sql =
		psprintf("SELECT FROM sparkify_internal.late_binding(%s)", quote_literal_cstr(text));

	return linitial_node(RawStmt, pg_parse_query(sql))->stmt;
}

bool
LateViewBind(Oid relid, bool is_new)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool is_bound = false;

	/* a subtransaction: the error of a name that isn't there leaves nothing half done */
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(memory);
	PG_TRY();
	{
		Bind(relid, is_new);
		ReleaseCurrentSubTransaction();
		is_bound = true;
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(memory);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();

		/* cancelled, out of memory, a deadlock ...: no answer to whether the names are there */
		if (!MayCome(error->sqlerrcode))
			ReThrowError(error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = owner;

	return is_bound;
}

void
LateViewUnbind(Oid relid)
{
	OwnerScope scope = BeginOwner(relid);
	const char *text = LateViewText(relid);
	Node *stub;

	LockRelationOid(relid, AccessExclusiveLock);
	stub =
		LateColumnsForget(relid) ? LateViewStub(text) : LateColumnsStub(relid, LateViewStub(text));
	StoreViewQuery(relid, Analyse(stub, text), true);
	WriteLabel(relid, text, false);
	EndOwner(scope);
}

/* A late-binding view's text, and whether it is bound; NULL where a relation is none. */
static char *
ReadLabel(Oid relid, bool *is_bound)
{
	ObjectAddress view = {RelationRelationId, relid, 0};
	char *label =
		get_rel_relkind(relid) == RELKIND_VIEW ? GetSecurityLabel(&view, DESIGN_PROVIDER) : NULL;

	if (label == NULL)
		return NULL;
	*is_bound = strncmp(label, DESIGN_LATE_BOUND, strlen(DESIGN_LATE_BOUND)) == 0;
	if (*is_bound)
		return label + strlen(DESIGN_LATE_BOUND);

	return strncmp(label, DESIGN_LATE_UNBOUND, strlen(DESIGN_LATE_UNBOUND)) == 0
			   ? label + strlen(DESIGN_LATE_UNBOUND)
			   : NULL;
}

/* Whether a relation is a late-binding view that isn't bound. */
static bool
IsUnbound(Oid relid)
{
	bool is_bound = false;

	return ReadLabel(relid, &is_bound) != NULL && !is_bound;
}

/* Keeps a late-binding view's text, and whether it is bound; NULL takes the label away. */
static void
WriteLabel(Oid relid, const char *text, bool is_bound)
{
	ObjectAddress view = {RelationRelationId, relid, 0};

	SetSecurityLabel(
		&view, DESIGN_PROVIDER,
		text == NULL ? NULL
					 : psprintf("%s%s", is_bound ? DESIGN_LATE_BOUND : DESIGN_LATE_UNBOUND, text));
	CommandCounterIncrement();
}

/* Binds a view, or raises the error of what keeps it from that. */
static void
Bind(Oid relid, bool is_new)
{
	OwnerScope scope = BeginOwner(relid);
	const char *text = LateViewText(relid);
	Query *query = AnalyseText(text, is_new);

	LockRelationOid(relid, AccessExclusiveLock);
	LateColumnsSet(relid, query);
	StoreViewQuery(relid, query, true);
	WriteLabel(relid, text, true);
	EndOwner(scope);
}

/*
 * Takes on the rights of a view's owner, who is to gain nothing by the changes
 * of another, nor the other by the view; an error gives them back.
 */
static OwnerScope
BeginOwner(Oid relid)
{
	OwnerScope scope;

	GetUserIdAndSecContext(&scope.user, &scope.context);
	SetUserIdAndSecContext(RelationOwner(relid), scope.context | SECURITY_RESTRICTED_OPERATION);

	return scope;
}

/* Gives the rights back that were there before. */
static void
EndOwner(OwnerScope scope)
{
	SetUserIdAndSecContext(scope.user, scope.context);
}

/* Who owns a relation. */
static Oid
RelationOwner(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	owner = ((Form_pg_class)GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);

	return owner;
}

/* The query of a view's text, analysed, of which an error says that it is its. */
static Query *
AnalyseText(const char *text, bool is_new)
{
	ErrorContextCallback callback = {
		.callback = NameText, .arg = (void *)text, .previous = error_context_stack};
	int level = NewGUCNestLevel();
	ViewStmt *statement;
	const char *sql;
	Query *query;

	error_context_stack = &callback;
	(void)set_config_option("search_path", LATE_VIEW_PATH, PGC_USERSET, PGC_S_SESSION,
							GUC_ACTION_SAVE, true, 0, false);
	statement = ParseText(text, &sql);

	/* AWS, r_CREATE_VIEW: a schema has to be there when the view is made, a table hasn't */
	if (is_new)
		(void)CheckSchemas(statement->query, NULL);
	query = Analyse(statement->query, sql);
	NameColumns(query, statement->aliases);
	(void)CheckBound((Node *)query, NULL);
	AtEOXact_GUC(false, level);
	error_context_stack = callback.previous;

	return query;
}

/* Shows the text of a view in the place of a position, which would be one of a text that nobody has seen. */
static void
NameText(void *text)
{
	errposition(0);
	internalerrposition(0);
	internalerrquery(NULL);
	errcontext("late-binding view %s", (const char *)text);
}

/* Raises an error where a query reads a late-binding view that isn't bound itself: it has to wait for it. */
static bool
CheckBound(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		RangeTblEntry *entry = castNode(RangeTblEntry, node);

		if (entry->rtekind == RTE_RELATION && IsUnbound(entry->relid))
			ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
					errmsg("late-binding view \"%s\" is not bound", get_rel_name(entry->relid)));
		return false;
	}
	if (IsA(node, Query))
		return query_tree_walker(castNode(Query, node), CheckBound, context,
								 QTW_EXAMINE_RTES_BEFORE);

	return expression_tree_walker(node, CheckBound, context);
}

/* A view's text in PostgreSQL's words, parsed; *sql is what positions in it are of. */
static ViewStmt *
ParseText(const char *text, const char **sql)
{
	List *statements = DialectParsePlain(psprintf("CREATE VIEW late_binding %s", text));
	DialectContext context = CatalogContext();
	RawStmt *raw;

	*sql = DialectDeparse(linitial(statements), DIALECT_POSTGRES, &context).sql;
	raw = linitial_node(RawStmt, pg_parse_query(*sql));
	if (list_length(statements) != 1 || !IsA(raw->stmt, ViewStmt))
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
				errmsg("invalid late-binding view: \"%s\"", text),
				errhint("It is of the form \"AS SELECT ...\"."));

	return castNode(ViewStmt, raw->stmt);
}

/* Raises an error for a schema that isn't there. */
static bool
CheckSchemas(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeVar))
	{
		RangeVar *relation = castNode(RangeVar, node);

		if (relation->schemaname != NULL)
			(void)get_namespace_oid(relation->schemaname, false);
	}

	return raw_expression_tree_walker(node, CheckSchemas, context);
}

/* Analyses a query as a view's. */
static Query *
Analyse(Node *statement, const char *sql)
{
	RawStmt *raw = makeNode(RawStmt);
	Query *query;

	raw->stmt = statement;
	query = parse_analyze_fixedparams(raw, sql, NULL, 0, NULL);
	if (query->commandType != CMD_SELECT || query->utilityStmt != NULL || query->hasModifyingCTE)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR), errmsg("a view's query must be a SELECT"));

	/* it would go with the session, and the view with it */
	if (isQueryUsingTempRelation(query))
		ereport(ERROR, errcode(ERRCODE_INVALID_TABLE_DEFINITION),
				errmsg("a late-binding view cannot read a temporary table"));

	return query;
}

/* Gives a query's columns the names of CREATE VIEW v (names). */
static void
NameColumns(Query *query, List *names)
{
	ListCell *name = list_head(names);
	ListCell *cell;

	foreach (cell, query->targetList)
	{
		TargetEntry *column = lfirst_node(TargetEntry, cell);

		if (name == NULL)
			return;
		if (column->resjunk)
			continue;
		column->resname = pstrdup(strVal(lfirst(name)));
		name = lnext(names, name);
	}

	if (name != NULL)
		ereport(ERROR, errcode(ERRCODE_INVALID_TABLE_DEFINITION),
				errmsg("a view cannot have more names than columns"));
}

/*
 * Whether an error is one that goes when a table comes, or gets other columns:
 * names, types and rights have class 42, but for the text's own form; another
 * late-binding view that waits, and objects that depend on columns, their own.
 */
static bool
MayCome(int code)
{
	return code == ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST ||
		   code == ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE ||
		   (ERRCODE_TO_CATEGORY(code) == ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION &&
			code != ERRCODE_SYNTAX_ERROR);
}

/*
 * sparkify_internal.late_binding(text): the query of an unbound view, which
 * raises the error that keeps it from being bound.
 */
Datum
sparkify_late_binding(PG_FUNCTION_ARGS)
{
	(void)AnalyseText(text_to_cstring(PG_GETARG_TEXT_PP(0)), false);

	/* a session without this module has made what was missing; or others keep the columns there were */
	ereport(
		ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		errmsg("late-binding view is not bound to its tables"),
		errhint("Replace it by its CREATE OR REPLACE VIEW; first drop what depends on the columns "
				"that it had."));
}
