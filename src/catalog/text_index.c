/*
 * text_index.c
 *		Whether an index of PostgreSQL's own operator class has a column of texts.
 */
#include "postgres.h"

#include "catalog/text_index.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_index.h"
#include "catalog/pg_opfamily.h"
#include "nodes/primnodes.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

static bool TableHasTextIndex(Oid table, AttrNumber column);
static bool IsTextIndex(Oid index, AttrNumber column);

bool
HasTextIndex(const Query *query, const Node *expr)
{
	const Var *var;
	const RangeTblEntry *source;
	const TargetEntry *entry;

	while (IsA(expr, RelabelType))
		expr = (const Node *)((const RelabelType *)expr)->arg;
	var = (const Var *)expr;
	if (!IsA(expr, Var) || var->varlevelsup > 0 || var->varattno <= 0)
		return false;

	source = rt_fetch(var->varno, query->rtable);
	switch (source->rtekind)
	{
		case RTE_RELATION:
			return TableHasTextIndex(source->relid, var->varattno);
		case RTE_JOIN:
			return HasTextIndex(query, list_nth(source->joinaliasvars, var->varattno - 1));
		case RTE_SUBQUERY:
			entry = get_tle_by_resno(source->subquery->targetList, var->varattno);
			return entry != NULL && HasTextIndex(source->subquery, (Node *)entry->expr);
		default:
			return false;
	}
}

/* Whether a table, which is locked already, has such an index over a column. */
static bool
TableHasTextIndex(Oid table, AttrNumber column)
{
	Relation relation = table_open(table, NoLock);
	bool found = false;

	if (relation->rd_rel->relhasindex)
	{
		List *indexes = RelationGetIndexList(relation);
		ListCell *cell;

		foreach (cell, indexes)
			found = found || IsTextIndex(lfirst_oid(cell), column);
		list_free(indexes);
	}
	table_close(relation, NoLock);
	return found;
}

/* Whether an index has a column as one of its keys, with text_ops. */
static bool
IsTextIndex(Oid index, AttrNumber column)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	const FormData_pg_index *form;
	const oidvector *classes;
	bool found = false;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index)GETSTRUCT(tuple);
	classes = (oidvector *)DatumGetPointer(
		SysCacheGetAttr(INDEXRELID, tuple, Anum_pg_index_indclass, &(bool){false}));
	for (int i = 0; i < form->indnkeyatts; i++)
		found = found || (form->indkey.values[i] == column &&
						  get_opclass_family(classes->values[i]) == TEXT_BTREE_FAM_OID);
	ReleaseSysCache(tuple);
	return found;
}
