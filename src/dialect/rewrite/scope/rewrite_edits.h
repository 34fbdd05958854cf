/*
 * rewrite_edits.h
 *		A statement being rewritten, and the edits made in it so far; all places
 *		are indexes of lexemes.
 */
#ifndef SPARKIFY_REWRITE_EDITS_H
#define SPARKIFY_REWRITE_EDITS_H

#include "dialect/text/dialect.h"
#include "dialect/text/edits.h"
#include "dialect/text/result.h"

/* Schema of the functions whose namesakes in PostgreSQL behave differently. */
#define REDSHIFT_SCHEMA "redshift"

/* Schema in which Redshift has what is its own. */
#define SYSTEM_SCHEMA "pg_catalog"

typedef struct Rewriting
{
	const DialectContext *context;
	const LexemeList *list;
	QueryResult result;
	LexemeEdits *edits;
	int names;	   /* made-up names so far */
	int set_calls; /* calls met so far that give rows */
	List *marks;   /* int: lexemes at which a (+) begins that has become a join */
} Rewriting;

extern void EditInsertBefore(Rewriting *work, int lexeme, const char *text);
extern void EditInsertAfter(Rewriting *work, int lexeme, const char *text);
extern void EditReplace(Rewriting *work, int first, int last, const char *text);
extern void EditDelete(Rewriting *work, int first, int last);
extern char *EditRender(Rewriting *work, int first, int last);

#endif /* SPARKIFY_REWRITE_EDITS_H */
