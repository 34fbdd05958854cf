/*
 * late_view_hook.c
 *		Makes late-binding views, and frees and binds them as DDL goes by.
 *
 *		CREATE VIEW v WITH (sparkify_dwh.no_schema_binding = 'AS SELECT ...') AS SELECT
 *		   -> CREATE VIEW v AS SELECT FROM late_binding('AS SELECT ...'); a label; bound if it can be
 *		DROP TABLE t, ALTER TABLE t ..., CREATE OR REPLACE VIEW t ...
 *		   -> what reads t is freed; the statement; what names t is bound, if it can be
 *		CREATE TABLE t ...
 *		   -> the statement; what names t is bound, if it can be
 *
 * A statement that fails takes all this back with it.
 */
#include "postgres.h"

#include "late_binding/late_view_hook.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parse_func.h"
#include "utils/lsyscache.h"

#include "catalog/design.h"
#include "hooks/utility.h"
#include "late_binding/late_view.h"
#include "late_binding/late_view_dependents.h"
#include "script/catalog.h"

#define LATE_OPTION "no_schema_binding"

static ProcessUtility_hook_type next_utility_hook = NULL;

static void LateViewUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
							ProcessUtilityContext context, ParamListInfo parameters,
							QueryEnvironment *environment, DestReceiver *destination,
							QueryCompletion *completion);
static void RunNext(const Utility *utility);
static void RunView(Utility *utility);
static char *TakeText(ViewStmt *statement);
static void RunChange(const Utility *utility);
static List *Free(Node *statement);
static List *FreeNamed(List *views, ObjectType type, Node *name);
static List *FreeRelation(List *views, const RangeVar *relation);
static List *FreeObject(List *views, Oid class_id, Oid object_id);
static const char *NewName(Node *statement);
static const char *RelationName(const RangeVar *relation);
static void BindWhatWaits(List *freed, const char *name);
static bool Names(const char *text, const char *name);

void
LateViewHookInstall(void)
{
	next_utility_hook = ProcessUtility_hook;
	ProcessUtility_hook = LateViewUtility;
}

/* Runs a utility statement, and what it means for late-binding views. */
static void
LateViewUtility(PlannedStmt *planned, const char *query, bool read_only_tree,
				ProcessUtilityContext context, ParamListInfo parameters,
				QueryEnvironment *environment, DestReceiver *destination,
				QueryCompletion *completion)
{
	Utility utility = {planned,	   query,		read_only_tree, context,
					   parameters, environment, destination,	completion};

	switch (nodeTag(planned->utilityStmt))
	{
		case T_ViewStmt:
			RunView(&utility);
			break;
		case T_CreateStmt:
		case T_CreateTableAsStmt:
		case T_CreateForeignTableStmt:
		case T_CreateFunctionStmt:
		case T_AlterTableStmt:
		case T_AlterObjectSchemaStmt:
		case T_RenameStmt:
		case T_DropStmt:
			RunChange(&utility);
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

/* CREATE VIEW, of either kind. */
static void
RunView(Utility *utility)
{
	ViewStmt *statement;
	List *freed;
	char *text;
	Oid relid;

	UtilityOwnTree(utility);
	statement = castNode(ViewStmt, utility->planned->utilityStmt);
	text = TakeText(statement);

	/* of what is replaced nothing is kept but its name, its owner and its rights */
	freed = statement->replace ? FreeRelation(NIL, statement->view) : NIL;
	RunNext(utility);
	CommandCounterIncrement();
	relid = RangeVarGetRelid(statement->view, NoLock, true);
	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_VIEW)
		return;

	/* a view of the ordinary kind in the place of a late-binding one, or one of these */
	if (text != NULL || LateViewText(relid) != NULL)
		LateViewSetText(relid, text);
	if (text != NULL)
		(void)LateViewBind(relid, true);
	BindWhatWaits(list_delete_oid(freed, relid), statement->view->relname);
}

/*
 * Takes the text of a late-binding view out of a CREATE VIEW, whose query raises its error from now on; NULL:
 * there is none.
 */
static char *
TakeText(ViewStmt *statement)
{
	ListCell *cell;

	foreach (cell, statement->options)
	{
		DefElem *option = lfirst_node(DefElem, cell);
		char *text;

		if (option->defnamespace == NULL || strcmp(option->defnamespace, DESIGN_PROVIDER) != 0 ||
			strcmp(option->defname, LATE_OPTION) != 0)
			continue;

		text = defGetString(option);
		statement->options = foreach_delete_current(statement->options, cell);
		statement->query = LateViewStub(text);
		return text;
	}

	return NULL;
}

/* Any other statement that makes, changes or drops what a view may read. */
static void
RunChange(const Utility *utility)
{
	Node *statement = utility->planned->utilityStmt;
	List *freed = Free(statement);

	RunNext(utility);
	CommandCounterIncrement();
	BindWhatWaits(freed, NewName(statement));
}

/* Frees the late-binding views that read what a statement changes or drops, and lists them. */
static List *
Free(Node *statement)
{
	List *views = NIL;
	ListCell *cell;

	switch (nodeTag(statement))
	{
		case T_AlterTableStmt:
			return FreeRelation(NIL, castNode(AlterTableStmt, statement)->relation);
		case T_RenameStmt:
		{
			RenameStmt *rename = castNode(RenameStmt, statement);

			if (rename->relation != NULL)
				return FreeRelation(NIL, rename->relation);
			return FreeNamed(NIL, rename->renameType,
							 rename->renameType == OBJECT_SCHEMA
								 ? (Node *)makeString(rename->subname)
								 : rename->object);
		}
		case T_AlterObjectSchemaStmt:
		{
			AlterObjectSchemaStmt *move = castNode(AlterObjectSchemaStmt, statement);

			return move->relation != NULL ? FreeRelation(NIL, move->relation)
										  : FreeNamed(NIL, move->objectType, move->object);
		}
		case T_DropStmt:
			foreach (cell, castNode(DropStmt, statement)->objects)
				views = FreeNamed(views, castNode(DropStmt, statement)->removeType, lfirst(cell));
			return views;
		default:
			return NIL;
	}
}

/* Frees what reads an object that a statement names; types and the like aren't Redshift's. */
static List *
FreeNamed(List *views, ObjectType type, Node *name)
{
	switch (type)
	{
		case OBJECT_TABLE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_FOREIGN_TABLE:
			return FreeRelation(views, makeRangeVarFromNameList(castNode(List, name)));
		case OBJECT_SCHEMA:
			return FreeObject(views, NamespaceRelationId, get_namespace_oid(strVal(name), true));
		case OBJECT_FUNCTION:
		case OBJECT_ROUTINE:
			return FreeObject(views, ProcedureRelationId,
							  LookupFuncWithArgs(type, castNode(ObjectWithArgs, name), true));
		default:
			return views;
	}
}

/* Frees what reads a relation. */
static List *
FreeRelation(List *views, const RangeVar *relation)
{
	return FreeObject(views, RelationRelationId, RangeVarGetRelid(relation, NoLock, true));
}

/* Frees what reads an object, if there is one, and adds it to the list. */
static List *
FreeObject(List *views, Oid class_id, Oid object_id)
{
	ObjectAddress object = {class_id, object_id, 0};
	ListCell *cell;

	if (!OidIsValid(object_id) || !OidIsValid(LateBindingFunction(true)))
		return views;

	foreach (cell, LateDependents(object))
	{
		Oid relid = lfirst_oid(cell);

		/* an object that a statement names twice */
		if (list_member_oid(views, relid))
			continue;
		LateViewUnbind(relid);
		views = lappend_oid(views, relid);
	}

	return views;
}

/* The name under which something may be found when a statement has run; NULL: nothing new. */
static const char *
NewName(Node *statement)
{
	switch (nodeTag(statement))
	{
		case T_CreateStmt:
			return RelationName(castNode(CreateStmt, statement)->relation);
		case T_CreateForeignTableStmt:
			return RelationName(((CreateForeignTableStmt *)statement)->base.relation);
		case T_CreateTableAsStmt:
			return RelationName(castNode(CreateTableAsStmt, statement)->into->rel);
		case T_CreateFunctionStmt:
			return strVal(llast(castNode(CreateFunctionStmt, statement)->funcname));
		case T_AlterTableStmt:
			return RelationName(castNode(AlterTableStmt, statement)->relation);
		case T_AlterObjectSchemaStmt:
			return castNode(AlterObjectSchemaStmt, statement)->newschema;
		case T_RenameStmt:
			return castNode(RenameStmt, statement)->newname;
		default:
			return NULL;
	}
}

/* A relation's name; NULL: no late-binding view can mean it, because it is temporary. */
static const char *
RelationName(const RangeVar *relation)
{
	return relation->relpersistence == RELPERSISTENCE_TEMP ? NULL : relation->relname;
}

/* Binds what was freed, and unbound views whose text has the name; then what waits for these. */
static void
BindWhatWaits(List *freed, const char *name)
{
	List *names = name == NULL ? NIL : list_make1(pstrdup(name));
	List *waiting = freed == NIL && name == NULL ? NIL : LateUnbound();
	ListCell *cell;

	/* in the reverse order: a view's own before the views that read it */
	for (int i = list_length(freed) - 1; i >= 0; i--)
	{
		Oid relid = list_nth_oid(freed, i);

		/* it may have been dropped along with what it stood in */
		if (LateViewText(relid) == NULL)
			continue;
		waiting = list_delete_oid(waiting, relid);
		if (LateViewBind(relid, false))
			names = lappend(names, get_rel_name(relid));
	}

	for (; names != NIL; names = list_delete_first(names))
		foreach (cell, waiting)
		{
			Oid relid = lfirst_oid(cell);

			if (!Names(LateViewText(relid), linitial(names)) || !LateViewBind(relid, false))
				continue;
			names = lappend(names, get_rel_name(relid));
			waiting = foreach_delete_current(waiting, cell);
		}
}

/* Whether a view's text may have a name in it: case and quotes aside; doubt is a yes. */
static bool
Names(const char *text, const char *name)
{
	return strcasestr(text, name) != NULL || strpbrk(name, "\"\\") != NULL;
}
