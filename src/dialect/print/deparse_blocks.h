/*
 * deparse_blocks.h
 *		The transactions that a procedure's body ends by itself on Redshift.
 */
#ifndef SPARKIFY_DEPARSE_BLOCKS_H
#define SPARKIFY_DEPARSE_BLOCKS_H

#include "postgres.h"
#include "nodes/pg_list.h"

#include "dialect/lex/lexer.h"

/* Text that is put at a byte of a body, on the line that is there. */
typedef struct BlockInsertion
{
	int byte;
	const char *text;
} BlockInsertion;

/* A list of BlockInsertion for the lexemes of a procedure's body in plpgsql, in order of their places. */
extern List *BlockInsertions(const LexemeList *list, bool nonatomic);

#endif /* SPARKIFY_DEPARSE_BLOCKS_H */
