/*
 * deparse.h
 *		The printers of the kinds of statements.
 */
#ifndef SPARKIFY_DEPARSE_H
#define SPARKIFY_DEPARSE_H

#include "dialect/print/printer.h"

/* deparse_statement.c: prints for PostgreSQL, or refuses what it can't run; for Redshift */
extern void DeparseStatement(Deparser *deparser);
extern void DeparseForRedshift(Deparser *deparser);

/* deparse_body.c */
extern void DeparseBody(Deparser *deparser, const RoutineBody *body);

/* deparse_table.c */
extern void DeparseCreateTable(Deparser *deparser);
extern void DeparseColumn(Deparser *deparser, const ColumnDefinition *column, bool primary_key);

/* deparse_copy.c */
extern void DeparseCopy(Deparser *deparser);

/* deparse_unload.c */
extern void DeparseUnload(Deparser *deparser);

#endif /* SPARKIFY_DEPARSE_H */
