/*
 * printer.h
 *		What every printer of a statement is made of: lexemes, names, variables,
 *		queries and expressions.
 */
#ifndef SPARKIFY_PRINTER_H
#define SPARKIFY_PRINTER_H

#include "dialect/text/result.h"
#include "dialect/text/statement.h"
#include "dialect/text/text_builder.h"

typedef struct Deparser Deparser;

/* What lexemes stand for that have a printer of their own, which builds on this one. */
typedef struct PrinterParts
{
	void (*column)(Deparser *deparser, const ColumnDefinition *column);
	void (*body)(Deparser *deparser, const RoutineBody *body);
	DialectText (*statement)(const DialectStatement *statement, DialectTarget target,
							 const DialectContext *context);
} PrinterParts;

/* Bodies within bodies that are looked into: each is read as often as it is deep. */
#define DEPARSE_MAX_BODIES 3

struct Deparser
{
	const DialectStatement *statement;
	DialectTarget target;
	const DialectContext *context; /* never NULL */
	const PrinterParts *parts;
	TextBuilder text;
	QueryResult result; /* what becomes of its query's rows */
	int body;			/* how many routines' bodies it is part of */
};

/* The byte of the script at which a lexeme stands. */
extern int DeparsePlace(const Deparser *deparser, int lexeme);

/* Adds lexemes first..last: as PostgreSQL takes them, and for Redshift as they stand. */
extern void DeparseRange(Deparser *deparser, int first, int last);

/* Likewise as a query or an expression, rewritten for PostgreSQL. */
extern void DeparseQuery(Deparser *deparser, int first, int last);
extern void DeparseExpression(Deparser *deparser, int first, int last);

/* The value of the variable that a lexeme is; raises an error for one that isn't set. */
extern const char *DeparseVariable(const Deparser *deparser, int lexeme);

/* A name for the target, quoted where it has to be. */
extern char *DeparseName(const Deparser *deparser, const char *name);
extern void DeparseRelation(Deparser *deparser, const RelationName *relation);

#endif /* SPARKIFY_PRINTER_H */
