/*
 * ordered_facts.c
 *		sparkify_internal.count_ordered_facts(): the blocks of a column in a table
 *		that is sorted by others, counted without sorting it.
 *
 *		rows -> for each slice a word a row: its sort key's order, its two conditions
 *			 -> (from workers, put together) -> buckets of words
 *			 -> a bucket within one block: done; across a border: buckets again
 *
 * A block only wants to know whether a row for each condition is in it, so what
 * matters of the order is which rows lie before a block's border, and only the
 * buckets at borders are looked at closely.  A word has 62 bits of the key's
 * first column: where it can't tell rows apart that lie at a border and differ
 * in their conditions, the answer is that it isn't sure.
 */
#include "postgres.h"

#include "explain/ordered_facts.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"
#include "explain/fact_slice.h"
#include "explain/order_word.h"

#define BUCKET_BITS 10
#define BUCKETS (1 << BUCKET_BITS)

/* Counts of a slice where count_facts() has its own: its rows, and last those for which both conditions hold. */
#define COUNTS_A_SLICE 3
#define COUNT_MATCHING 2

/* Arguments: the state, what says where a row lies, the conditions. */
#define ARG_SLICES 1
#define ARG_KEY 2
#define ARG_ORDER 3
#define ARG_IS_WHOLE 4
#define ARG_ROWS_A_BLOCK 5
#define ARG_CONDITIONS 6

PG_FUNCTION_INFO_V1(sparkify_ordered_facts_row);
PG_FUNCTION_INFO_V1(sparkify_ordered_facts_combine);
PG_FUNCTION_INFO_V1(sparkify_ordered_facts_serialize);
PG_FUNCTION_INFO_V1(sparkify_ordered_facts_deserialize);
PG_FUNCTION_INFO_V1(sparkify_ordered_facts_final);

/* What is looked up once for a call's place in a query. */
typedef struct CallTypes
{
	FmgrInfo *hash;
	OrderKind kind;
} CallTypes;

/* The rows of a slice. */
typedef struct OrderedSlice
{
	int64 rows;
	int64 matching;
	int64 room;
	uint64 *words; /* NULL when there are too many */
} OrderedSlice;

/* What an aggregate's state starts with; it is sent from workers as it stands. */
typedef struct OrderedHead
{
	int slices;
	int rows_a_block;
	bool is_exact; /* words tell all rows apart that their keys do */
	bool is_full;  /* there were more rows than memory */
} OrderedHead;

/* What of a slice is sent; its words follow. */
typedef struct SliceHead
{
	int64 rows;
	int64 matching;
} SliceHead;

typedef struct OrderedState
{
	OrderedHead head;
	OrderedSlice *of_slice;
} OrderedState;

/* The blocks of a slice, while its rows are put into them. */
typedef struct BlockSet
{
	int64 rows_a_block;
	uint8 *blocks; /* conditions that hold for a row of each */
	bool is_exact;
	bool is_unsure;
} BlockSet;

/* Rows of a slice that stand together in its order. */
typedef struct Bucket
{
	int64 rows;
	int64 rank; /* rows of the slice before them */
	int64 end;	/* where the next of them is put, when they are looked at again */
	uint8 conditions;
	bool is_across; /* a border between blocks */
} Bucket;

static MemoryContext AggregateContext(FunctionCallInfo fcinfo);
static int RowsABlock(FunctionCallInfo fcinfo);
static OrderedState *NewState(MemoryContext context, const OrderedHead *head);
static CallTypes *LookUpTypes(FunctionCallInfo fcinfo);
static Size WordBytes(const OrderedState *state, int64 rows);
static inline void AddWord(MemoryContext context, OrderedState *state, int slice, uint64 word);
static void AddSlice(MemoryContext context, OrderedState *state, int slice,
					 const OrderedSlice *other);
static void MakeRoom(MemoryContext context, OrderedState *state, OrderedSlice *of_slice,
					 int64 more);
static void GiveUp(OrderedState *state);
static void PlaceRows(BlockSet *set, const uint64 *words, int64 count, int64 rank);
static void PlaceBuckets(BlockSet *set, const uint64 *words, int64 count, int64 rank, uint64 least,
						 uint64 greatest);
static int64 SettleBuckets(BlockSet *set, Bucket *buckets, int64 rank);
static bool IsWithinBlock(const BlockSet *set, int64 rank, int64 count);
static void MarkBlocks(BlockSet *set, int64 rank, int64 count, uint8 conditions);

/* Keeps a row's word. */
Datum
sparkify_ordered_facts_row(PG_FUNCTION_ARGS)
{
	MemoryContext context = AggregateContext(fcinfo);
	OrderedState *state = PG_ARGISNULL(0) ? NULL : (OrderedState *)PG_GETARG_POINTER(0);
	CallTypes *types = fcinfo->flinfo->fn_extra;
	uint64 word = WORD_NULL;
	int slice = 0;

	if (types == NULL)
		types = LookUpTypes(fcinfo);
	if (state == NULL)
	{
		OrderedHead head = {FactSlices(fcinfo, ARG_SLICES), RowsABlock(fcinfo),
							!PG_ARGISNULL(ARG_IS_WHOLE) && PG_GETARG_BOOL(ARG_IS_WHOLE), false};

		state = NewState(context, &head);
	}

	if (!PG_ARGISNULL(ARG_KEY))
		slice = FactSlice(types->hash, PG_GETARG_DATUM(ARG_KEY), state->head.slices);
	if (!PG_ARGISNULL(ARG_ORDER))
		word = OrderWord(PG_GETARG_DATUM(ARG_ORDER), types->kind, &state->head.is_exact);
	for (int i = 0; i < WORD_CONDITIONS; i++)
		if (!PG_ARGISNULL(ARG_CONDITIONS + i) && PG_GETARG_BOOL(ARG_CONDITIONS + i))
			word |= UINT64CONST(1) << i;
	AddWord(context, state, slice, word);
	PG_RETURN_POINTER(state);
}

/* Adds the words that another worker kept. */
Datum
sparkify_ordered_facts_combine(PG_FUNCTION_ARGS)
{
	MemoryContext context = AggregateContext(fcinfo);
	OrderedState *state = PG_ARGISNULL(0) ? NULL : (OrderedState *)PG_GETARG_POINTER(0);
	const OrderedState *other = PG_ARGISNULL(1) ? NULL : (const OrderedState *)PG_GETARG_POINTER(1);

	if (other == NULL && state == NULL)
		PG_RETURN_NULL();
	if (other == NULL)
		PG_RETURN_POINTER(state);
	if (state == NULL)
		state = NewState(context, &other->head);
	FactSlicesAgree(state->head.slices, other->head.slices);

	state->head.is_exact &= other->head.is_exact;
	if (other->head.is_full)
		GiveUp(state);
	for (int slice = 0; slice < other->head.slices; slice++)
		AddSlice(context, state, slice, &other->of_slice[slice]);
	PG_RETURN_POINTER(state);
}

/* What a worker kept, to be sent to the leader: the head, then head and words of each slice. */
Datum
sparkify_ordered_facts_serialize(PG_FUNCTION_ARGS)
{
	const OrderedState *state = (const OrderedState *)PG_GETARG_POINTER(0);
	Size size = VARHDRSZ + sizeof(OrderedHead);
	bytea *result;
	char *at;

	for (int slice = 0; slice < state->head.slices; slice++)
		size += sizeof(SliceHead) + WordBytes(state, state->of_slice[slice].rows);
	result = palloc(size);
	SET_VARSIZE(result, size);
	at = VARDATA(result);
	memcpy(at, &state->head, sizeof(OrderedHead));
	at += sizeof(OrderedHead);
	for (int slice = 0; slice < state->head.slices; slice++)
	{
		const OrderedSlice *of_slice = &state->of_slice[slice];
		SliceHead head = {of_slice->rows, of_slice->matching};
		Size bytes = WordBytes(state, head.rows);

		memcpy(at, &head, sizeof(SliceHead));
		at += sizeof(SliceHead);
		if (bytes > 0)
			memcpy(at, of_slice->words, bytes);
		at += bytes;
	}
	PG_RETURN_BYTEA_P(result);
}

/* The same read back. */
Datum
sparkify_ordered_facts_deserialize(PG_FUNCTION_ARGS)
{
	bytea *sent = PG_GETARG_BYTEA_PP(0);
	const char *at = VARDATA_ANY(sent);
	OrderedHead head;
	OrderedState *state;

	(void)AggregateContext(fcinfo);
	memcpy(&head, at, sizeof(OrderedHead));
	at += sizeof(OrderedHead);
	state = NewState(CurrentMemoryContext, &head);
	for (int slice = 0; slice < head.slices; slice++)
	{
		OrderedSlice *of_slice = &state->of_slice[slice];
		SliceHead of_sent;
		Size bytes;

		memcpy(&of_sent, at, sizeof(SliceHead));
		at += sizeof(SliceHead);
		of_slice->rows = of_sent.rows;
		of_slice->matching = of_sent.matching;
		bytes = WordBytes(state, of_sent.rows);
		if (bytes == 0)
			continue;

		/* copied: what was sent isn't aligned */
		of_slice->words = palloc_extended(bytes, MCXT_ALLOC_HUGE);
		memcpy(of_slice->words, at, bytes);
		at += bytes;
	}
	PG_RETURN_POINTER(state);
}

/* The counts as an array: those of each slice, then the answers.  NULL when there was no row. */
Datum
sparkify_ordered_facts_final(PG_FUNCTION_ARGS)
{
	const OrderedState *state = PG_ARGISNULL(0) ? NULL : (const OrderedState *)PG_GETARG_POINTER(0);
	int64 answers[ORDERED_ANSWERS] = {0};
	Datum *values;
	int length;

	if (state == NULL)
		PG_RETURN_NULL();
	length = state->head.slices * COUNTS_A_SLICE;
	values = palloc0((length + ORDERED_ANSWERS) * sizeof(Datum));
	answers[ORDERED_UNSURE] = state->head.is_full;
	for (int slice = 0; slice < state->head.slices; slice++)
	{
		const OrderedSlice *of_slice = &state->of_slice[slice];
		int64 count = (of_slice->rows + state->head.rows_a_block - 1) / state->head.rows_a_block;
		BlockSet set = {state->head.rows_a_block, NULL, state->head.is_exact, false};

		values[slice * COUNTS_A_SLICE] = Int64GetDatum(of_slice->rows);
		values[slice * COUNTS_A_SLICE + COUNT_MATCHING] = Int64GetDatum(of_slice->matching);
		if (state->head.is_full || of_slice->rows == 0)
			continue;

		set.blocks = palloc0(count);
		PlaceRows(&set, of_slice->words, of_slice->rows, 0);
		answers[ORDERED_UNSURE] |= set.is_unsure;
		answers[ORDERED_ALL] += count;
		for (int64 block = 0; block < count; block++)
			answers[ORDERED_READ] += set.blocks[block] == WORD_MATCHES;
		pfree(set.blocks);
	}

	for (int i = 0; i < ORDERED_ANSWERS; i++)
		values[length + i] = Int64GetDatum(answers[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(values, length + ORDERED_ANSWERS, INT8OID, sizeof(int64),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* Where the state lives; these functions are called by an aggregate only. */
static MemoryContext
AggregateContext(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (AggCheckCallContext(fcinfo, &context) == 0)
		elog(ERROR, "count_ordered_facts was called outside an aggregate");
	return context;
}

/* The rows of a block, of which there is one at least: anybody may call the aggregate. */
static int
RowsABlock(FunctionCallInfo fcinfo)
{
	int rows = PG_ARGISNULL(ARG_ROWS_A_BLOCK) ? 0 : PG_GETARG_INT32(ARG_ROWS_A_BLOCK);

	if (rows < 1)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("a block has one row at least, not %d", rows));
	return rows;
}

static OrderedState *
NewState(MemoryContext context, const OrderedHead *head)
{
	OrderedState *state = MemoryContextAllocZero(context, sizeof(OrderedState));

	state->head = *head;
	state->of_slice = MemoryContextAllocZero(context, head->slices * sizeof(OrderedSlice));
	return state;
}

static CallTypes *
LookUpTypes(FunctionCallInfo fcinfo)
{
	CallTypes *types = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(CallTypes));
	Oid order = get_fn_expr_argtype(fcinfo->flinfo, ARG_ORDER);

	if (!OrderKindOf(order, &types->kind))
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("values of type %s cannot be kept in order", format_type_be(order)));
	types->hash = FactSliceHash(fcinfo, ARG_KEY);
	fcinfo->flinfo->fn_extra = types;
	return types;
}

/* The bytes of so many words, when words are kept. */
static Size
WordBytes(const OrderedState *state, int64 rows)
{
	return state->head.is_full ? 0 : rows * sizeof(uint64);
}

/* Keeps a word of a slice, or only counts its row when there are more than memory is given for. */
static inline void
AddWord(MemoryContext context, OrderedState *state, int slice, uint64 word)
{
	OrderedSlice *of_slice = &state->of_slice[slice];

	if (of_slice->rows >= of_slice->room)
		MakeRoom(context, state, of_slice, 1);
	if (!state->head.is_full)
		of_slice->words[of_slice->rows] = word;
	of_slice->rows++;
	of_slice->matching += (word & WORD_MATCHES) == WORD_MATCHES;
}

/* Adds what another state kept of a slice. */
static void
AddSlice(MemoryContext context, OrderedState *state, int slice, const OrderedSlice *other)
{
	OrderedSlice *of_slice = &state->of_slice[slice];

	if (of_slice->rows + other->rows > of_slice->room)
		MakeRoom(context, state, of_slice, other->rows);
	if (!state->head.is_full && other->rows > 0)
		memcpy(of_slice->words + of_slice->rows, other->words, other->rows * sizeof(uint64));
	of_slice->rows += other->rows;
	of_slice->matching += other->matching;
}

/* Makes room for more words of a slice, or gives up when memory for all words is used up. */
static void
MakeRoom(MemoryContext context, OrderedState *state, OrderedSlice *of_slice, int64 more)
{
	int64 room = Max(Max(1024, of_slice->room * 2), of_slice->rows + more);
	int64 all = of_slice->rows + more;

	if (state->head.is_full)
		return;
	for (int slice = 0; slice < state->head.slices; slice++)
		all += &state->of_slice[slice] == of_slice ? 0 : state->of_slice[slice].rows;
	/* what is sent is one value, so that is another bound */
	if (all >
		Min((int64)maintenance_work_mem * 1024, (int64)MaxAllocSize / 2) / (int64)sizeof(uint64))
	{
		GiveUp(state);
		return;
	}

	of_slice->words = of_slice->words == NULL
						  ? MemoryContextAllocHuge(context, room * sizeof(uint64))
						  : repalloc_huge(of_slice->words, room * sizeof(uint64));
	of_slice->room = room;
}

/* Lets go of all words: the rows are counted on. */
static void
GiveUp(OrderedState *state)
{
	state->head.is_full = true;
	for (int slice = 0; slice < state->head.slices; slice++)
	{
		OrderedSlice *of_slice = &state->of_slice[slice];

		if (of_slice->words != NULL)
			pfree(of_slice->words);
		of_slice->words = NULL;
		of_slice->room = 0;
	}
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
		MarkBlocks(set, rank, count, (uint8)(conditions & WORD_MATCHES));
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
			MarkBlocks(set, bucket->rank, bucket->rows, bucket->conditions);
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
MarkBlocks(BlockSet *set, int64 rank, int64 count, uint8 conditions)
{
	for (int64 block = rank / set->rows_a_block; block <= (rank + count - 1) / set->rows_a_block;
		 block++)
		set->blocks[block] |= conditions;
}
