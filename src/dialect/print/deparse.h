/*
 * deparse.h
 *		What the files of the printer share.
 */
#ifndef SPARKIFY_DEPARSE_H
#define SPARKIFY_DEPARSE_H

#include "dialect/text/statement.h"
#include "dialect/text/text_builder.h"

typedef struct Deparser
{
	const DialectStatement *statement;
	DialectTarget target;
	const DialectContext *context; /* NULL: nothing is known */
	TextBuilder text;
	bool body; /* part of a routine's body, where psql sees no variables */
} Deparser;

/* deparse.c */
extern void DeparseStatement(Deparser *deparser);
extern int DeparsePlace(const Deparser *deparser, int lexeme);
extern void DeparseRange(Deparser *deparser, int first, int last);
extern void DeparseLexeme(Deparser *deparser, TextBuilder *text, int lexeme);
extern void DeparseQuery(Deparser *deparser, int first, int last);
extern void DeparseExpression(Deparser *deparser, int first, int last);
extern const char *DeparseVariable(const Deparser *deparser, int lexeme);
extern char *DeparseName(const Deparser *deparser, const char *name);
extern void DeparseRelation(Deparser *deparser, const RelationName *relation);
extern bool DeparseKeepsText(const Deparser *deparser);

/* deparse_body.c */
extern void DeparseBody(Deparser *deparser, int base, int length, bool plpgsql);

/* deparse_table.c */
extern void DeparseCreateTable(Deparser *deparser);
extern void DeparseColumn(Deparser *deparser, const ColumnDefinition *column, bool primary_key);

/* deparse_copy.c */
extern void DeparseCopy(Deparser *deparser);

/* deparse_unload.c */
extern void DeparseUnload(Deparser *deparser);

#endif /* SPARKIFY_DEPARSE_H */
