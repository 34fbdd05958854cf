/*
 * edits.h
 *		What is to be changed in a text, at its lexemes.
 *
 * Expressions are rewritten from the inside out: of two insertions in front of
 * one lexeme the later belongs to the outer expression and comes first in the
 * text, of two insertions behind one the later comes last.  A replacement
 * stands for all that was done to the lexemes it replaces.
 */
#ifndef SPARKIFY_EDITS_H
#define SPARKIFY_EDITS_H

#include "dialect/lex/lexer.h"
#include "dialect/text/text_builder.h"

struct ColumnDefinition;
struct TypeUse;

/* What is told instead of lexemes first..last; last < first inserts before first. */
typedef struct LexemeEdit
{
	int first;
	int last;
	const char *text;				 /* or, or what follows the column */
	struct ColumnDefinition *column; /* or */
	struct TypeUse *type;
} LexemeEdit;

/* The edits of a list of lexemes; each is made, replaced and printed in time of its own length. */
typedef struct LexemeEdits LexemeEdits;

extern LexemeEdits *EditsMake(const LexemeList *list);

/* Inserts text in front of a lexeme, right behind one, or puts it in the place of several. */
extern void EditsInsertBefore(LexemeEdits *edits, int lexeme, const char *text);
extern void EditsInsertAfter(LexemeEdits *edits, int lexeme, const char *text);
extern void EditsReplace(LexemeEdits *edits, int first, int last, const char *text);

/* Takes lexemes out, and one blank in front of them. */
extern void EditsDelete(LexemeEdits *edits, int first, int last);

/* Adds lexemes first..last, edited, to a text made from the list's own script. */
extern void EditsPrint(const LexemeEdits *edits, int first, int last, TextBuilder *text);

/* The whole script, edited. */
extern char *EditsApply(const LexemeEdits *edits);

#endif /* SPARKIFY_EDITS_H */
