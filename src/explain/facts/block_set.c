/*
 * block_set.c
 *		Which blocks of a sorted slice have rows for which conditions hold.
 *
 *		words -> buckets -> a bucket within one block: done
 *						 -> across a border: buckets again
 *		runs of pages, sorted -> those that overlap, together
 *						 -> within one block: done
 *						 -> across a border: which block their conditions are in isn't known
 *
 * A block only wants to know whether a row for each condition is in it, so what
 * matters of the order is which rows lie before a block's border.  The answer
 * is that it isn't sure where words can't tell rows apart that lie at a border
 * and differ in their conditions, or where a run across a border decides.
 */
#include "postgres.h"

#include "explain/facts/block_set.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"

#include "explain/facts/order_word.h"

#define BUCKET_BITS 10
#define BUCKETS (1 << BUCKET_BITS)

/* Rows of a slice that stand together in its order. */
typedef struct Bucket
{
	int64 rows;
	int64 rank; /* rows of the slice before them */
	int64 end;	/* where the next of them is put, when they are looked at again */
	uint8 conditions;
	bool is_across; /* a border between blocks */
} Bucket;

static void PlaceRows(BlockSet *set, const uint64 *words, int64 count, int64 rank);
static void PlaceBuckets(BlockSet *set, const uint64 *words, int64 count, int64 rank, uint64 least,
						 uint64 greatest);
static int64 SettleBuckets(BlockSet *set, Bucket *buckets, int64 rank);
static bool IsWithinBlock(const BlockSet *set, int64 rank, int64 count);
static void MarkBlocks(const BlockSet *set, uint8 *blocks, int64 rank, int64 count,
					   uint8 conditions);
static int CompareRuns(const void *one, const void *other);
static PageRun TakeOverlapping(const PageRun *runs, int64 count, int64 *at);

BlockSet
BlockSetBegin(int64 rows, int64 rows_a_block, bool is_exact)
{
	BlockSet set = {rows_a_block, (rows + rows_a_block - 1) / rows_a_block, NULL, is_exact, false};

	set.blocks = palloc0(Max(1, set.count));
	return set;
}

void
BlockSetPlaceWords(BlockSet *set, const uint64 *words, int64 count)
{
	if (count > 0)
		PlaceRows(set, words, count, 0);
}

void
BlockSetPlaceRuns(BlockSet *set, PageRun *runs, int64 count)
{
	uint8 *possible = palloc0(Max(1, set->count));
	int64 rank = 0;
	int64 at = 0;

	qsort(runs, count, sizeof(PageRun), CompareRuns);
	while (at < count)
	{
		PageRun together = TakeOverlapping(runs, count, &at);

		MarkBlocks(set, IsWithinBlock(set, rank, together.rows) ? set->blocks : possible, rank,
				   together.rows, (uint8)(together.greatest & WORD_MATCHES));
		rank += together.rows;
	}

	/* sure is a block that has what it needs, or couldn't have it */
	for (int64 block = 0; block < set->count; block++)
		set->is_unsure |= set->blocks[block] != WORD_MATCHES &&
						  (set->blocks[block] | possible[block]) == WORD_MATCHES;
	pfree(possible);
}

int64
BlockSetMatching(const BlockSet *set)
{
	int64 matching = 0;

	for (int64 block = 0; block < set->count; block++)
		matching += set->blocks[block] == WORD_MATCHES;
	return matching;
}

void
BlockSetEnd(BlockSet *set)
{
	pfree(set->blocks);
}

/* By the least of their words. */
static int
CompareRuns(const void *one, const void *other)
{
	uint64 a = ((const PageRun *)one)->least;
	uint64 b = ((const PageRun *)other)->least;

	return (a > b) - (a < b);
}

/* Takes a run and those after it that overlap as one: of rows with the same word either may come first. */
static PageRun
TakeOverlapping(const PageRun *runs, int64 count, int64 *at)
{
	PageRun together = runs[(*at)++];

	for (; *at < count && runs[*at].least <= together.greatest; (*at)++)
	{
		uint64 conditions = (together.greatest | runs[*at].greatest) & WORD_MATCHES;

		together.greatest = Max(together.greatest, runs[*at].greatest) | conditions;
		together.rows += runs[*at].rows;
	}
	return together;
}

/* Puts rows into the blocks; rank is how many rows of the slice come before all of them. */
static void
PlaceRows(BlockSet *set, const uint64 *words, int64 count, int64 rank)
{
	uint64 least = words[0];
	uint64 greatest = words[0];
	uint64 conditions = 0;

	CHECK_FOR_INTERRUPTS();
	for (int64 i = 0; i < count; i++)
	{
		least = Min(least, words[i]);
		greatest = Max(greatest, words[i]);
		conditions |= words[i];
	}

	/* all in one block, or all alike */
	if (IsWithinBlock(set, rank, count) || least == greatest)
		MarkBlocks(set, set->blocks, rank, count, (uint8)(conditions & WORD_MATCHES));
	else if (!set->is_exact && (least | WORD_MATCHES) == (greatest | WORD_MATCHES))
		set->is_unsure = true;
	else
		PlaceBuckets(set, words, count, rank, least, greatest);
}

/* Parts rows by their order into buckets, and looks again into those that lie across a border. */
static void
PlaceBuckets(BlockSet *set, const uint64 *words, int64 count, int64 rank, uint64 least,
			 uint64 greatest)
{
	int shift;
	Bucket *buckets = palloc0(BUCKETS * sizeof(Bucket));
	uint64 *parted;
	int64 across;

	/* rows that words don't tell apart stay together, whatever their conditions are */
	if (!set->is_exact)
		least &= ~WORD_MATCHES;
	shift = pg_leftmost_one_pos64(greatest - least) + 1 - BUCKET_BITS;
	shift = Max(set->is_exact ? 0 : WORD_CONDITIONS, shift);
	for (int64 i = 0; i < count; i++)
	{
		Bucket *bucket = &buckets[(words[i] - least) >> shift];

		bucket->rows++;
		bucket->conditions |= words[i] & WORD_MATCHES;
	}

	/* most buckets are settled; the rows of the others are put side by side */
	across = SettleBuckets(set, buckets, rank);
	parted = palloc_extended(Max(1, across) * sizeof(uint64), MCXT_ALLOC_HUGE);
	for (int64 i = 0; across > 0 && i < count; i++)
	{
		Bucket *bucket = &buckets[(words[i] - least) >> shift];

		if (bucket->is_across)
			parted[bucket->end++] = words[i];
	}
	for (Bucket *bucket = buckets; bucket < buckets + BUCKETS; bucket++)
		if (bucket->is_across)
			PlaceRows(set, parted + bucket->end - bucket->rows, bucket->rows, bucket->rank);
	pfree(parted);
	pfree(buckets);
}

/* Settles the buckets that lie within a block, and gives the others their places; how many rows those have. */
static int64
SettleBuckets(BlockSet *set, Bucket *buckets, int64 rank)
{
	int64 across = 0;

	for (Bucket *bucket = buckets; bucket < buckets + BUCKETS; bucket++)
	{
		bucket->rank = rank;
		bucket->end = across;
		rank += bucket->rows;
		if (bucket->rows == 0)
			continue;
		bucket->is_across = !IsWithinBlock(set, bucket->rank, bucket->rows);
		if (bucket->is_across)
			across += bucket->rows;
		else
			MarkBlocks(set, set->blocks, bucket->rank, bucket->rows, bucket->conditions);
	}
	return across;
}

static bool
IsWithinBlock(const BlockSet *set, int64 rank, int64 count)
{
	return rank / set->rows_a_block == (rank + count - 1) / set->rows_a_block;
}

/* Says of the blocks that rows lie in which conditions hold there. */
static void
MarkBlocks(const BlockSet *set, uint8 *blocks, int64 rank, int64 count, uint8 conditions)
{
	for (int64 block = rank / set->rows_a_block; block <= (rank + count - 1) / set->rows_a_block;
		 block++)
		blocks[block] |= conditions;
}
