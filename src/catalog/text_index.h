/*
 * text_index.h
 *		Whether an index of PostgreSQL's own operator class has a column of texts.
 */
#ifndef SPARKIFY_TEXT_INDEX_H
#define SPARKIFY_TEXT_INDEX_H

#include "postgres.h"
#include "nodes/parsenodes.h"

/* Whether an expression of a query is a column, of a table or of subqueries over it, that has an ordinary B-tree. */
extern bool HasTextIndex(const Query *query, const Node *expr);

#endif /* SPARKIFY_TEXT_INDEX_H */
