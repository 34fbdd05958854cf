/*
 * deparse_names.h
 *		What a routine's body adds to its names (text/routine.h) as it goes by.
 */
#ifndef SPARKIFY_DEPARSE_NAMES_H
#define SPARKIFY_DEPARSE_NAMES_H

#include "dialect/text/statement.h"

/* Adds name [schema.]table.column%TYPE, the column in these lexemes: of its type, if the catalog tells it now. */
extern void NamesAddLikeColumn(RoutineNames *names, const DialectContext *context, const char *name,
							   LexemeRange column, const LexemeList *list);

/* Adds the table that a statement makes, if it is one with its columns written out. */
extern void NamesAddTable(RoutineNames *names, const DialectStatement *statement);

#endif /* SPARKIFY_DEPARSE_NAMES_H */
