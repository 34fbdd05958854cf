/*
 * routine.h
 *		What the names in a routine's body stand for besides columns: its
 *		arguments, by name and as $1, $2 ..., its variables, the tables it makes.
 *
 * PostgreSQL drops the length or precision of an argument's type, so only its
 * type is known.  A name that is declared twice with two types has none.
 */
#ifndef SPARKIFY_ROUTINE_H
#define SPARKIFY_ROUTINE_H

#include "dialect/text/dialect.h"
#include "dialect/text/types.h"

/* An argument as it is declared. */
typedef struct RoutineArgument
{
	const char *name; /* NULL: none */
	TypeUse type;	  /* rule NULL: none of Redshift's */
} RoutineArgument;

typedef struct RoutineNames RoutineNames;

/* The names of a routine's arguments (RoutineArgument). */
extern RoutineNames *RoutineNamesMake(List *arguments);

/* Adds a variable of a type; InvalidOid hides what else has the name. */
extern void RoutineVariable(RoutineNames *names, const char *name, Oid type, int32 typmod);

/* Adds a table that the routine makes, with its columns (DialectColumn). */
extern void RoutineTable(RoutineNames *names, const char *name, List *columns);

/* What a name or $n stands for, NULL when it is nothing of the routine's; names may be NULL. */
extern const DialectColumn *RoutineFind(const RoutineNames *names, const char *name);

/* The columns of a table that the routine makes, NIL when it makes none of the name; names may be NULL. */
extern List *RoutineColumns(const RoutineNames *names, const char *name);

#endif /* SPARKIFY_ROUTINE_H */
