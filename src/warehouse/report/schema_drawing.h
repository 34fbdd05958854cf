/*
 * schema_drawing.h
 *		The tables of the warehouse and the keys between them, drawn.
 */
#ifndef SPARKIFY_SCHEMA_DRAWING_H
#define SPARKIFY_SCHEMA_DRAWING_H

#include "postgres.h"
#include "lib/stringinfo.h"

#include "warehouse/report/answer.h"
#include "warehouse/report/schema.h"

/* Draws a list of SchemaTable. */
extern void SchemaDraw(StringInfo page, List *tables);

/* The same as rows: table, distribution, column, type, keys. */
extern Answer *SchemaRows(List *tables);

#endif /* SPARKIFY_SCHEMA_DRAWING_H */
