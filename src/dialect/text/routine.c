/*
 * routine.c
 *		The names of a routine's body; see routine.h.
 */
#include "postgres.h"

#include "dialect/text/routine.h"

#include "dialect/text/name_map.h"

struct RoutineNames
{
	List *arguments; /* DialectColumn */
	NameMap *names;	 /* DialectColumn */
	NameMap *tables; /* List of DialectColumn */
};

RoutineNames *
RoutineNamesMake(List *arguments)
{
	RoutineNames *names = palloc0(sizeof(RoutineNames));
	ListCell *cell;

	names->names = NameMapMake();
	names->tables = NameMapMake();
	foreach (cell, arguments)
	{
		const RoutineArgument *argument = lfirst(cell);
		DialectColumn *column = palloc0(sizeof(DialectColumn));

		column->type = TypeOid(&argument->type, &column->typmod);
		column->typmod = -1;
		names->arguments = lappend(names->arguments, column);
		if (argument->name != NULL)
			RoutineVariable(names, argument->name, column->type, -1);
	}

	return names;
}

void
RoutineVariable(RoutineNames *names, const char *name, Oid type, int32 typmod)
{
	DialectColumn *column = NameMapFind(names->names, name);

	/* which of two declarations a name means would have to be followed block by block */
	if (column != NULL)
	{
		column->type = column->type == type ? type : InvalidOid;
		column->typmod = column->typmod == typmod ? typmod : -1;
		return;
	}

	column = palloc0(sizeof(DialectColumn));
	column->name = name;
	column->type = type;
	column->typmod = typmod;
	NameMapAdd(names->names, name, column);
}

void
RoutineTable(RoutineNames *names, const char *name, List *columns)
{
	if (columns != NIL)
		NameMapAdd(names->tables, name, columns);
}

const DialectColumn *
RoutineFind(const RoutineNames *names, const char *name)
{
	int number;

	if (names == NULL)
		return NULL;
	if (name[0] != '$')
		return NameMapFind(names->names, name);

	number = atoi(name + 1);

	return number > 0 && number <= list_length(names->arguments)
			   ? list_nth(names->arguments, number - 1)
			   : NULL;
}

List *
RoutineColumns(const RoutineNames *names, const char *name)
{
	return names != NULL ? NameMapFind(names->tables, name) : NIL;
}
