/*
 * ordered_facts.h
 *		What count_ordered_facts() answers of the blocks of a column in a table that
 *		is sorted by others.
 */
#ifndef SPARKIFY_ORDERED_FACTS_H
#define SPARKIFY_ORDERED_FACTS_H

#include "postgres.h"

/* What count_ordered_facts() answers: for each slice as count_facts() does, then these. */
typedef enum OrderedAnswer
{
	ORDERED_READ, /* blocks that have a row for each condition */
	ORDERED_ALL,
	ORDERED_UNSURE, /* not 0: the two before it mean nothing, the rows have to be sorted */
	ORDERED_ANSWERS
} OrderedAnswer;

#endif /* SPARKIFY_ORDERED_FACTS_H */
