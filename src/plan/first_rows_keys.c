/*
 * first_rows_keys.c
 *		What the table of first rows hashes and compares by, looked up once a query.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "plan/first_rows_keys.h"
#include "plan/first_rows_table.h"

/* Looks up how partitions are told apart. */
HashKey *
HashKeysBegin(TupleDesc desc, const List *keys)
{
	HashKey *partition = palloc0(list_length(keys) * sizeof(HashKey));
	ListCell *cell;

	foreach (cell, keys)
	{
		const FirstRowsKey *from = lfirst(cell);
		HashKey *key = &partition[foreach_current_index(cell)];
		Form_pg_attribute attribute = TupleDescAttr(desc, from->column - 1);
		Oid hash, other;

		if (!get_op_hash_functions(from->opno, &hash, &other))
			elog(ERROR, "operator %u has no hash function", from->opno);
		key->column = from->column;
		fmgr_info(hash, &key->hash);
		fmgr_info(get_opcode(from->opno), &key->equal);
		key->collation = from->collation;
		key->length = attribute->attlen;
		key->by_value = attribute->attbyval;
	}

	return partition;
}

/* Looks up how rows are compared. */
OrderKey *
OrderKeysBegin(TupleDesc desc, const List *keys, const List *expressions, PlanState *node)
{
	OrderKey *order = palloc0(list_length(keys) * sizeof(OrderKey));
	ListCell *cell;

	foreach (cell, keys)
	{
		const FirstRowsKey *from = lfirst(cell);
		OrderKey *key = &order[foreach_current_index(cell)];

		key->column = from->column;
		if (key->column == 0)
		{
			Expr *expression = list_nth(expressions, foreach_current_index(cell));

			key->expression = ExecInitExpr(expression, node);
			get_typlenbyval(exprType((Node *)expression), &key->length, &key->by_value);
		}
		else
			key->by_value = TupleDescAttr(desc, key->column - 1)->attbyval;

		key->sort.ssup_cxt = CurrentMemoryContext;
		key->sort.ssup_collation = from->collation;
		key->sort.ssup_nulls_first = from->nulls_first;
		key->sort.ssup_attno = from->column;
		PrepareSortSupportFromOrderingOp(from->opno, &key->sort);
	}

	return order;
}
