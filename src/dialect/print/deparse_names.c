/*
 * deparse_names.c
 *		The names of a routine's body whose types the catalog or a statement of
 *		the body tells.
 */
#include "postgres.h"

#include "dialect/print/deparse_names.h"

void
NamesAddLikeColumn(RoutineNames *names, const DialectContext *context, const char *name,
				   LexemeRange column, const LexemeList *list)
{
	int dots = (column.last - column.first) / 2;
	bool known = false;
	Oid type = InvalidOid;

	if (context->column_type != NULL && (dots == 1 || dots == 2))
		type = context->column_type(
			context->state, dots == 2 ? LexemeAt(list, column.first)->text : NULL,
			LexemeAt(list, column.last - 2)->text, LexemeAt(list, column.last)->text, &known);
	RoutineVariable(names, name, known ? type : InvalidOid, -1);
}

void
NamesAddTable(RoutineNames *names, const DialectStatement *statement)
{
	const CreateTable *create = statement->create;
	List *columns = NIL;
	ListCell *cell;

	if (create == NULL || !create->has_elements || create->relation.schema != NULL)
		return;

	foreach (cell, create->elements)
	{
		const TableElement *element = lfirst(cell);
		DialectColumn *column;

		/* of LIKE the columns aren't known here */
		if (element->kind == ELEMENT_LIKE)
			return;
		if (element->kind != ELEMENT_COLUMN)
			continue;
		column = palloc0(sizeof(DialectColumn));
		column->name = element->column->name;
		column->type = TypeOid(&element->column->type, &column->typmod);
		column->identity = element->column->identity != IDENTITY_NONE;
		columns = lappend(columns, column);
	}

	RoutineTable(names, create->relation.name, columns);
}
