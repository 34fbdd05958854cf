/*
 * sql_scan.h
 *		Walks over SQL without understanding it: where literals and comments
 *		end, which words are between them.
 *
 * Questions about the meaning of a statement go to the dialect.
 */
#ifndef SPARKIFY_SQL_SCAN_H
#define SPARKIFY_SQL_SCAN_H

#include "postgres.h"

/* A word of a text: a name with or without its quotes, a keyword, a number. */
typedef struct SqlWord
{
	const char *start;
	size_t length; /* 0: there is none */
} SqlWord;

/* The next word outside of literals and comments; moves behind it. */
extern SqlWord SqlNextWord(const char **at);

/* The statement with a semicolon behind, also where it ends in a comment. */
extern char *SqlTerminated(const char *sql);

#endif /* SPARKIFY_SQL_SCAN_H */
