/*
 * block_set.h
 *		The blocks of a slice whose rows are sorted, and which conditions hold for
 *		a row of each, from rows that aren't sorted yet.
 */
#ifndef SPARKIFY_BLOCK_SET_H
#define SPARKIFY_BLOCK_SET_H

#include "postgres.h"

/* The rows of a slice on pages that stand together: between which words (order_word.h) they are. */
typedef struct PageRun
{
	uint64 least;	 /* without conditions */
	uint64 greatest; /* with all that hold for one of the rows */
	int64 rows;
} PageRun;

typedef struct BlockSet
{
	int64 rows_a_block;
	int64 count;
	uint8 *blocks; /* conditions that hold for a row of each */
	bool is_exact; /* words tell all rows apart that their keys do */
	bool is_unsure;
} BlockSet;

/* A set for so many rows, in the current memory context; BlockSetEnd frees it. */
extern BlockSet BlockSetBegin(int64 rows, int64 rows_a_block, bool is_exact);

/* Puts all rows of the slice into its blocks: their words. */
extern void BlockSetPlaceWords(BlockSet *set, const uint64 *words, int64 count);

/* The same of rows known by their pages; sorts the runs. */
extern void BlockSetPlaceRuns(BlockSet *set, PageRun *runs, int64 count);

/* How many blocks have a row for each condition; it means nothing where the set is unsure. */
extern int64 BlockSetMatching(const BlockSet *set);

extern void BlockSetEnd(BlockSet *set);

#endif /* SPARKIFY_BLOCK_SET_H */
