/*
 * body_text.h
 *		The body of a routine on its way from its script to its translation.
 */
#ifndef SPARKIFY_BODY_TEXT_H
#define SPARKIFY_BODY_TEXT_H

#include "dialect/print/deparse.h"
#include "dialect/print/deparse_blocks.h"
#include "dialect/print/deparse_names.h"

/* A body on its way; lexemes and bytes are those of the body. */
typedef struct BodyWriter
{
	Deparser *outer;
	const LexemeList *list;
	int base;		  /* byte of the script at which the body begins */
	List *insertions; /* BlockInsertion: those that are to come */
	DialectContext context;
	RoutineNames *names;
	int next;	 /* lexeme to look at */
	int written; /* bytes that are done */
} BodyWriter;

/* The lexeme at an index; the end of the body beyond the last. */
extern const Lexeme *BodyAt(const BodyWriter *writer, int index);

/* Whether a lexeme is this word or punctuation. */
extern bool BodyIs(const BodyWriter *writer, int index, const char *text);

/*
 * The first of some words, up to a NULL, from a lexeme on that stands outside
 * parentheses and CASE expressions, or the semicolon before it, or the end of the body.
 */
extern int BodyFind(const BodyWriter *writer, int from, const char *const *words);

/* The semicolon that ends a statement, or the end of the body. */
extern int BodyFindEnd(const BodyWriter *writer, int from);

/* Copies the body up to a byte. */
extern void BodyCopyTo(BodyWriter *writer, int byte);

/* Puts text in the place of lexemes first to last. */
extern void BodyPut(BodyWriter *writer, int first, int last, const char *text);

/* Puts what a printer made of lexemes in their place, on as many lines. */
extern void BodyPutPiece(BodyWriter *writer, int first, int last, const TextBuilder *piece);

#endif /* SPARKIFY_BODY_TEXT_H */
