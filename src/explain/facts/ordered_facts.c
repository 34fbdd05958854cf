/*
 * ordered_facts.c
 *		sparkify_internal.count_ordered_facts(): the blocks of a column in a table
 *		that is sorted by others, counted without sorting it.
 *
 *		rows -> for each slice a word a row: its sort key's order, its two conditions
 *				or a run of a few pages: between which words their rows are
 *			 -> (from workers, put together) -> BlockSet -> blocks
 *
 * A word has 62 bits of the key's first column.  Runs are for tables whose pages
 * are in the key's order: a fiftieth of the memory, and of the copies, of words.
 * Where either can't tell, the answer is that it isn't sure.
 */
#include "postgres.h"

#include "explain/facts/ordered_facts.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/itemptr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "compat.h"
#include "explain/facts/block_set.h"
#include "explain/facts/fact_slice.h"
#include "explain/facts/order_word.h"

/* Pages whose rows are one run; a power of two, like the pages that a worker reads at a time. */
#define PAGES_A_RUN 4

/* Counts of a slice where count_facts() has its own: its rows, and last those for which both conditions hold. */
#define COUNTS_A_SLICE 3
#define COUNT_MATCHING 2

/* Arguments: the state, what says where a row lies, the conditions. */
#define ARG_SLICES 1
#define ARG_KEY 2
#define ARG_PLACE 3
#define ARG_ORDER 4
#define ARG_IS_WHOLE 5
#define ARG_ROWS_A_BLOCK 6
#define ARG_CONDITIONS 7

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

	/* words or runs, NULL when there are too many; room is what is allocated */
	void *kept;
	int64 count;
	int64 room;
	BlockNumber pages; /* of the last run */
} OrderedSlice;

/* What an aggregate's state starts with; it is sent from workers as it stands. */
typedef struct OrderedHead
{
	int slices;
	int rows_a_block;
	bool is_exact; /* words tell all rows apart that their keys do */
	bool has_runs; /* in place of words */
	bool is_full;  /* there were more than memory is for */
} OrderedHead;

/* What of a slice is sent; what was kept follows. */
typedef struct SliceHead
{
	int64 rows;
	int64 matching;
	int64 count;
} SliceHead;

typedef struct OrderedState
{
	MemoryContext context; /* where it lives */
	OrderedHead head;
	OrderedSlice *of_slice;
} OrderedState;

static MemoryContext AggregateContext(FunctionCallInfo fcinfo);
static int RowsABlock(FunctionCallInfo fcinfo);
static OrderedState *NewState(MemoryContext context, const OrderedHead *head);
static CallTypes *LookUpTypes(FunctionCallInfo fcinfo);
static BlockNumber PlaceOf(FunctionCallInfo fcinfo);
static Size KeptSize(const OrderedHead *head);
static inline void AddWord(OrderedState *state, OrderedSlice *of_slice, uint64 word);
static inline void AddToRun(OrderedState *state, OrderedSlice *of_slice, BlockNumber pages,
							uint64 word);
static void AddSlice(OrderedState *state, int slice, const OrderedSlice *other);
static void MakeRoom(OrderedState *state, OrderedSlice *of_slice, int64 more);
static void GiveUp(OrderedState *state);

/* Keeps a row's word. */
Datum
sparkify_ordered_facts_row(PG_FUNCTION_ARGS)
{
	OrderedState *state = PG_ARGISNULL(0) ? NULL : (OrderedState *)PG_GETARG_POINTER(0);
	CallTypes *types = fcinfo->flinfo->fn_extra;
	uint64 word = WORD_NULL;
	OrderedSlice *of_slice;
	int slice = 0;

	if (types == NULL)
		types = LookUpTypes(fcinfo);
	if (state == NULL)
	{
		OrderedHead head = {FactSlices(fcinfo, ARG_SLICES), RowsABlock(fcinfo),
							!PG_ARGISNULL(ARG_IS_WHOLE) && PG_GETARG_BOOL(ARG_IS_WHOLE),
							!PG_ARGISNULL(ARG_PLACE), false};

		state = NewState(AggregateContext(fcinfo), &head);
	}

	if (!PG_ARGISNULL(ARG_KEY))
		slice = FactSlice(types->hash, PG_GETARG_DATUM(ARG_KEY), state->head.slices);
	if (!PG_ARGISNULL(ARG_ORDER))
		word = OrderWord(PG_GETARG_DATUM(ARG_ORDER), types->kind, &state->head.is_exact);
	for (int i = 0; i < WORD_CONDITIONS; i++)
		if (!PG_ARGISNULL(ARG_CONDITIONS + i) && PG_GETARG_BOOL(ARG_CONDITIONS + i))
			word |= UINT64CONST(1) << i;

	of_slice = &state->of_slice[slice];
	of_slice->rows++;
	of_slice->matching += (word & WORD_MATCHES) == WORD_MATCHES;
	if (state->head.has_runs)
		AddToRun(state, of_slice, PlaceOf(fcinfo), word);
	else
		AddWord(state, of_slice, word);
	PG_RETURN_POINTER(state);
}

/* Adds what another worker kept. */
Datum
sparkify_ordered_facts_combine(PG_FUNCTION_ARGS)
{
	OrderedState *state = PG_ARGISNULL(0) ? NULL : (OrderedState *)PG_GETARG_POINTER(0);
	const OrderedState *other = PG_ARGISNULL(1) ? NULL : (const OrderedState *)PG_GETARG_POINTER(1);

	if (other == NULL && state == NULL)
		PG_RETURN_NULL();
	if (other == NULL)
		PG_RETURN_POINTER(state);
	if (state == NULL)
		state = NewState(AggregateContext(fcinfo), &other->head);
	FactSlicesAgree(state->head.slices, other->head.slices);

	state->head.is_exact &= other->head.is_exact;
	if (other->head.is_full || other->head.has_runs != state->head.has_runs)
		GiveUp(state);
	for (int slice = 0; slice < other->head.slices; slice++)
		AddSlice(state, slice, &other->of_slice[slice]);
	PG_RETURN_POINTER(state);
}

/* What a worker kept, to be sent to the leader: the head, then of each slice the head and what was kept. */
Datum
sparkify_ordered_facts_serialize(PG_FUNCTION_ARGS)
{
	const OrderedState *state = (const OrderedState *)PG_GETARG_POINTER(0);
	Size kept_size = KeptSize(&state->head);
	Size size = VARHDRSZ + sizeof(OrderedHead);
	bytea *result;
	char *at;

	for (int slice = 0; slice < state->head.slices; slice++)
		size += sizeof(SliceHead) + state->of_slice[slice].count * kept_size;
	result = palloc(size);
	SET_VARSIZE(result, size);
	at = VARDATA(result);
	memcpy(at, &state->head, sizeof(OrderedHead));
	at += sizeof(OrderedHead);
	for (int slice = 0; slice < state->head.slices; slice++)
	{
		const OrderedSlice *of_slice = &state->of_slice[slice];
		SliceHead head = {of_slice->rows, of_slice->matching, of_slice->count};

		memcpy(at, &head, sizeof(SliceHead));
		at += sizeof(SliceHead);
		if (head.count > 0)
			memcpy(at, of_slice->kept, head.count * kept_size);
		at += head.count * kept_size;
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
		of_slice->count = of_sent.count;
		bytes = of_sent.count * KeptSize(&head);
		if (bytes == 0)
			continue;

		/* copied: what was sent isn't aligned */
		of_slice->kept = palloc_extended(bytes, MCXT_ALLOC_HUGE);
		memcpy(of_slice->kept, at, bytes);
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
		BlockSet set;

		values[slice * COUNTS_A_SLICE] = Int64GetDatum(of_slice->rows);
		values[slice * COUNTS_A_SLICE + COUNT_MATCHING] = Int64GetDatum(of_slice->matching);
		if (state->head.is_full || of_slice->rows == 0)
			continue;

		set = BlockSetBegin(of_slice->rows, state->head.rows_a_block, state->head.is_exact);
		if (state->head.has_runs)
			BlockSetPlaceRuns(&set, of_slice->kept, of_slice->count);
		else
			BlockSetPlaceWords(&set, of_slice->kept, of_slice->count);
		answers[ORDERED_UNSURE] |= set.is_unsure;
		answers[ORDERED_ALL] += set.count;
		answers[ORDERED_READ] += BlockSetMatching(&set);
		BlockSetEnd(&set);
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

	state->context = context;
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

/* The bytes of a word, or of a run. */
static Size
KeptSize(const OrderedHead *head)
{
	return head->has_runs ? sizeof(PageRun) : sizeof(uint64);
}

/* The pages that a row is on one of. */
static BlockNumber
PlaceOf(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(ARG_PLACE))
		return InvalidBlockNumber;
	return ItemPointerGetBlockNumberNoCheck((ItemPointer)PG_GETARG_POINTER(ARG_PLACE)) /
		   PAGES_A_RUN;
}

/* Keeps the word of a slice's row, unless there are more than memory is given for. */
static inline void
AddWord(OrderedState *state, OrderedSlice *of_slice, uint64 word)
{
	if (of_slice->count >= of_slice->room)
		MakeRoom(state, of_slice, 1);
	if (!state->head.is_full)
		((uint64 *)of_slice->kept)[of_slice->count++] = word;
}

/* Adds the word to the run of its pages. */
static inline void
AddToRun(OrderedState *state, OrderedSlice *of_slice, BlockNumber pages, uint64 word)
{
	PageRun *run;

	if (of_slice->count == 0 || of_slice->pages != pages)
	{
		if (of_slice->count >= of_slice->room)
			MakeRoom(state, of_slice, 1);
		if (state->head.is_full)
			return;
		of_slice->pages = pages;
		((PageRun *)of_slice->kept)[of_slice->count++] = (PageRun){word & ~WORD_MATCHES, word, 1};
		return;
	}

	run = (PageRun *)of_slice->kept + of_slice->count - 1;
	run->least = Min(run->least, word & ~WORD_MATCHES);
	run->greatest = Max(run->greatest, word) | ((run->greatest | word) & WORD_MATCHES);
	run->rows++;
}

/* Adds what another state kept of a slice. */
static void
AddSlice(OrderedState *state, int slice, const OrderedSlice *other)
{
	OrderedSlice *of_slice = &state->of_slice[slice];
	Size size = KeptSize(&state->head);

	of_slice->rows += other->rows;
	of_slice->matching += other->matching;
	if (of_slice->count + other->count > of_slice->room)
		MakeRoom(state, of_slice, other->count);
	if (state->head.is_full || other->count == 0)
		return;
	memcpy((char *)of_slice->kept + of_slice->count * size, other->kept, other->count * size);
	of_slice->count += other->count;

	/* its pages are others than those of rows that follow */
	of_slice->pages = InvalidBlockNumber;
}

/* Makes room for more of a slice, or gives up when memory for all slices is used up. */
static void
MakeRoom(OrderedState *state, OrderedSlice *of_slice, int64 more)
{
	Size size = KeptSize(&state->head);
	int64 room = Max(Max(128, of_slice->room * 2), of_slice->count + more);
	int64 all = of_slice->count + more;

	if (state->head.is_full)
		return;
	for (int slice = 0; slice < state->head.slices; slice++)
		all += &state->of_slice[slice] == of_slice ? 0 : state->of_slice[slice].count;
	/* what is sent is one value, so that is another bound */
	if (all > Min((int64)maintenance_work_mem * 1024, (int64)MaxAllocSize / 2) / (int64)size)
	{
		GiveUp(state);
		return;
	}

	of_slice->kept = of_slice->kept == NULL ? MemoryContextAllocHuge(state->context, room * size)
											: repalloc_huge(of_slice->kept, room * size);
	of_slice->room = room;
}

/* Lets go of all that was kept: the rows are counted on. */
static void
GiveUp(OrderedState *state)
{
	state->head.is_full = true;
	for (int slice = 0; slice < state->head.slices; slice++)
	{
		OrderedSlice *of_slice = &state->of_slice[slice];

		if (of_slice->kept != NULL)
			pfree(of_slice->kept);
		of_slice->kept = NULL;
		of_slice->count = 0;
		of_slice->room = 0;
	}
}
