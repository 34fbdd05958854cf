/*
 * create_as.c
 *		CREATE TABLE AS in two steps: the table, then an INSERT ... SELECT of its rows.
 *
 * PostgreSQL's own passes the rows of all processes through a queue to the
 * one that inserts them.  An INSERT ... SELECT into a plain table writes them
 * where they are made: see insert_select.c.  Who is told of the statement (the
 * design, the warehouse's marks) sees it create the table, as ever.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_relation.h"
#include "rewrite/rewriteHandler.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "compat.h"
#include "script/create_as.h"

static CreateTableAsStmt *PlainStatement(const Query *statement);
static RangeTblEntry *SubqueryEntry(Query *select);
static TargetEntry *ColumnOf(const TargetEntry *column, AttrNumber attnum);

Query *
CreateAsTakeRows(Query *statement)
{
	CreateTableAsStmt *create = PlainStatement(statement);
	Query *insert = makeNode(Query);
	RangeTblRef *source = makeNode(RangeTblRef);
	Query *select;
	ListCell *cell;

	if (create == NULL)
		return NULL;

	/* a SELECT is rewritten into one, as PostgreSQL's CREATE TABLE AS knows, too */
	select = linitial_node(Query, QueryRewrite(castNode(Query, copyObject(create->query))));
	create->into->skipData = true;

	/* as the parser makes it of INSERT INTO t SELECT, but for the table */
	source->rtindex = 2;
	insert->commandType = CMD_INSERT;
	insert->querySource = QSRC_ORIGINAL;
	insert->canSetTag = true;
	insert->rtable = list_make1(SubqueryEntry(select));
	insert->jointree = makeFromExpr(list_make1(source), NULL);
	foreach (cell, select->targetList)
	{
		const TargetEntry *column = lfirst_node(TargetEntry, cell);

		if (!column->resjunk)
			insert->targetList =
				lappend(insert->targetList, ColumnOf(column, list_length(insert->targetList) + 1));
	}

	return insert;
}

void
CreateAsAim(Query *insert, const Query *statement)
{
	const CreateTableAsStmt *create = castNode(CreateTableAsStmt, statement->utilityStmt);
	RangeVar *name = create->into->rel;
	Oid relid = get_relname_relid(name->relname, RangeVarGetCreationNamespace(name));
	ParseState *pstate = make_parsestate(NULL);
	List *attnums = NIL;
	Relation relation;

	/* an event trigger may have done away with it */
	if (!OidIsValid(relid))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_TABLE),
				errmsg("relation \"%s\" does not exist", name->relname));

	relation = table_open(relid, RowExclusiveLock);
	for (int i = 1; i <= list_length(insert->targetList); i++)
		attnums = lappend_int(attnums, i);
	CompatAddInsertTarget(pstate, relation, attnums);
	insert->resultRelation = 1;
	CompatPrependTarget(insert, pstate);
	table_close(relation, NoLock);
}

/* The statement, if it creates a table of the rows of a SELECT and of nothing else; or NULL. */
static CreateTableAsStmt *
PlainStatement(const Query *statement)
{
	CreateTableAsStmt *create = (CreateTableAsStmt *)statement->utilityStmt;
	const Query *query;

	if (statement->commandType != CMD_UTILITY || !IsA(create, CreateTableAsStmt) ||
		create->objtype != OBJECT_TABLE || create->if_not_exists || create->into->skipData)
		return NULL;

	/* not EXECUTE; and an INSERT needs a column */
	query = (const Query *)create->query;
	if (!IsA(query, Query) || query->commandType != CMD_SELECT || query->hasModifyingCTE ||
		query->rowMarks != NIL || query->targetList == NIL)
		return NULL;

	return create;
}

/* The SELECT as an entry of a range table. */
static RangeTblEntry *
SubqueryEntry(Query *select)
{
	RangeTblEntry *entry = makeNode(RangeTblEntry);
	List *names = NIL;
	ListCell *cell;

	foreach (cell, select->targetList)
	{
		const TargetEntry *column = lfirst_node(TargetEntry, cell);

		if (!column->resjunk)
			names = lappend(names, makeString(pstrdup(column->resname)));
	}

	entry->rtekind = RTE_SUBQUERY;
	entry->subquery = select;
	entry->eref = makeAlias("rows", names);
	entry->inFromCl = true;

	return entry;
}

/* A column of the table, which is the SELECT's as it is. */
static TargetEntry *
ColumnOf(const TargetEntry *column, AttrNumber attnum)
{
	Var *value = makeVar(2, column->resno, exprType((Node *)column->expr),
						 exprTypmod((Node *)column->expr), exprCollation((Node *)column->expr), 0);

	return makeTargetEntry((Expr *)value, attnum, pstrdup(column->resname), false);
}
