/*
 * catalog_query.c
 *		Whether a query reads the system catalog and nothing else.
 *
 * Drivers and tools ask the catalog with whatever PostgreSQL's grammar offers;
 * such a query is no part of a project that is to run on Redshift.
 */
#include "postgres.h"

#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "tcop/tcopprot.h"
#include "utils/lsyscache.h"

#include "endpoint/catalog_query.h"
#include "record/extension.h"

/* What is found on the way through a query. */
typedef struct Reading
{
	List *names;   /* char *: of common table expressions */
	int relations; /* and calls that ask the catalog by themselves */
	bool others;   /* something that is no catalog */
} Reading;

static bool Visit(Node *node, void *context);
static bool NamesType(const FuncCall *call);
static bool IsCatalog(const RangeVar *relation);

bool
ReadsCatalogOnly(const char *sql)
{
	List *parsed = pg_parse_query(sql);
	Reading reading = {0};
	Node *query;

	if (list_length(parsed) != 1)
		return false;

	query = linitial_node(RawStmt, parsed)->stmt;
	if (!IsA(query, SelectStmt))
		return false;

	Visit(query, &reading);

	return reading.relations > 0 && !reading.others;
}

/* Looks at every relation of a query; names of WITH come before their uses. */
static bool
Visit(Node *node, void *context)
{
	Reading *reading = context;

	if (node == NULL)
		return false;
	if (IsA(node, SelectStmt))
	{
		const SelectStmt *select = (const SelectStmt *)node;
		ListCell *cell;

		/* SELECT INTO makes a table */
		if (select->intoClause != NULL)
			reading->others = true;
		if (select->withClause != NULL)
			foreach (cell, select->withClause->ctes)
				reading->names =
					lappend(reading->names, lfirst_node(CommonTableExpr, cell)->ctename);
	}
	else if (IsA(node, InsertStmt) || IsA(node, UpdateStmt) || IsA(node, DeleteStmt))
		reading->others = true;
	else if (IsA(node, RangeVar))
	{
		const RangeVar *relation = (const RangeVar *)node;
		ListCell *cell;

		/* a name of WITH reads nothing by itself: what is behind it has been looked at */
		if (relation->schemaname == NULL)
			foreach (cell, reading->names)
				if (strcmp(lfirst(cell), relation->relname) == 0)
					return false;
		reading->relations++;
		if (!IsCatalog(relation))
			reading->others = true;

		/* no further down: a relation has nothing below */
		return false;
	}
	else if (IsA(node, FuncCall))
		reading->relations += NamesType((const FuncCall *)node);

	return raw_expression_tree_walker(node, Visit, context);
}

/* Whether a call is of pg_catalog.format_type(): psql's \gdesc asks the catalog for no more, over VALUES. */
static bool
NamesType(const FuncCall *call)
{
	return list_length(call->funcname) == 2 &&
		   strcmp(strVal(linitial(call->funcname)), "pg_catalog") == 0 &&
		   strcmp(strVal(lsecond(call->funcname)), "format_type") == 0;
}

/* Whether a relation is PostgreSQL's own, or of the extension. */
static bool
IsCatalog(const RangeVar *relation)
{
	Oid relid = RangeVarGetRelid(relation, NoLock, true);
	char *schema;

	if (!OidIsValid(relid))
		return false;

	schema = get_namespace_name(get_rel_namespace(relid));
	if (schema != NULL &&
		(strcmp(schema, "pg_catalog") == 0 || strcmp(schema, "information_schema") == 0))
		return true;

	return ExtensionOwns(RelationRelationId, relid);
}
