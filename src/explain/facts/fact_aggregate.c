/*
 * fact_aggregate.c
 *		sparkify_internal.count_facts(), count_sorted_facts(): what one pass over a
 *		table counts.
 *
 *		rows -> slice of each: rows, and rows for which a condition is true
 *			 -> block of each: which conditions are true for one of its rows
 *
 * A condition on a block's least or greatest value holds where it holds for one
 * of its rows, so blocks are known by a few bits, whatever the column's type is,
 * and what parallel workers counted is added up.  Not here: which conditions
 * those are, and what follows from the counts (table_facts.c).
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "storage/itemptr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/typcache.h"

#include "compat.h"
#include "explain/facts/fact_slice.h"

#define CONDITIONS 2

/* Bits of a block: one for each condition, and one that says that it has rows. */
#define BLOCK_SEEN (1 << CONDITIONS)
#define BLOCK_MATCHES (BLOCK_SEEN | (BLOCK_SEEN - 1))

/* Blocks of a megabyte that PostgreSQL's largest table fills with its widest column, and room to spare. */
#define BLOCKS_MOST (1 << 28)

/* Arguments of count_facts: the state, five that say where a row stands, the conditions. */
#define ARG_SLICES 1
#define ARG_KEY 2
#define ARG_PLACE 3
#define ARG_ROWS_A_PAGE 4
#define ARG_ROWS_A_BLOCK 5
#define ARG_CONDITIONS 6

PG_FUNCTION_INFO_V1(sparkify_slice_of);
PG_FUNCTION_INFO_V1(sparkify_count_facts_row);
PG_FUNCTION_INFO_V1(sparkify_count_sorted_facts_row);
PG_FUNCTION_INFO_V1(sparkify_count_facts_combine);
PG_FUNCTION_INFO_V1(sparkify_count_facts_serialize);
PG_FUNCTION_INFO_V1(sparkify_count_facts_deserialize);
PG_FUNCTION_INFO_V1(sparkify_count_facts_final);

/* What was counted so far. */
typedef struct FactState
{
	MemoryContext context; /* where it lives */
	int slices;
	int64 *counts; /* for each slice: its rows, then those of each condition */

	/* bits of each block; room is what is allocated */
	uint8 *blocks;
	int64 block_count;
	int64 room;
} FactState;

static FactState *CountRow(FunctionCallInfo fcinfo, bool is_sorted);
static int SliceOf(FunctionCallInfo fcinfo, int argument, int slices);
static double RowsOf(FunctionCallInfo fcinfo, int argument);
static double BlockOf(ItemPointer place, double rows_a_page, double rows_a_block);
static MemoryContext AggregateContext(FunctionCallInfo fcinfo);
static FactState *NewState(MemoryContext context, int slices);
static int64 CountsOf(const FactState *state);
static void AddToBlock(FactState *state, double number, uint8 bits);

/* sparkify_internal.slice_of(value, slices): the slice of a value; NULL lies on the first. */
Datum
sparkify_slice_of(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(SliceOf(fcinfo, 0, FactSlices(fcinfo, 1)));
}

/* Counts a row; its place says in which block it stands, and a place that is NULL in none. */
Datum
sparkify_count_facts_row(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(CountRow(fcinfo, false));
}

/* Counts a row of rows that come sorted, each slice filling one block after the other. */
Datum
sparkify_count_sorted_facts_row(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(CountRow(fcinfo, true));
}

/* Adds what another worker counted. */
Datum
sparkify_count_facts_combine(PG_FUNCTION_ARGS)
{
	FactState *state = PG_ARGISNULL(0) ? NULL : (FactState *)PG_GETARG_POINTER(0);
	const FactState *other = PG_ARGISNULL(1) ? NULL : (const FactState *)PG_GETARG_POINTER(1);

	if (other == NULL && state == NULL)
		PG_RETURN_NULL();
	if (other == NULL)
		PG_RETURN_POINTER(state);
	/* the first that comes is copied: its memory isn't the aggregate's */
	if (state == NULL)
		state = NewState(AggregateContext(fcinfo), other->slices);
	FactSlicesAgree(state->slices, other->slices);

	for (int64 i = 0; i < CountsOf(other); i++)
		state->counts[i] += other->counts[i];
	for (int64 block = 0; block < other->block_count; block++)
		AddToBlock(state, block, other->blocks[block]);
	PG_RETURN_POINTER(state);
}

/* What a worker counted, to be sent to the leader: slices, blocks, then the arrays. */
Datum
sparkify_count_facts_serialize(PG_FUNCTION_ARGS)
{
	const FactState *state = (const FactState *)PG_GETARG_POINTER(0);
	Size counts = CountsOf(state) * sizeof(int64);
	Size blocks = state->block_count;
	int64 head[2] = {state->slices, state->block_count};
	bytea *result = palloc(VARHDRSZ + sizeof(head) + counts + blocks);
	char *at = VARDATA(result);

	SET_VARSIZE(result, VARHDRSZ + sizeof(head) + counts + blocks);
	memcpy(at, head, sizeof(head));
	memcpy(at + sizeof(head), state->counts, counts);
	if (blocks > 0)
		memcpy(at + sizeof(head) + counts, state->blocks, blocks);
	PG_RETURN_BYTEA_P(result);
}

/* The same read back. */
Datum
sparkify_count_facts_deserialize(PG_FUNCTION_ARGS)
{
	bytea *sent = PG_GETARG_BYTEA_PP(0);
	const char *at = VARDATA_ANY(sent);
	int64 head[2];
	FactState *state;
	Size counts;

	(void)AggregateContext(fcinfo);
	memcpy(head, at, sizeof(head));
	state = NewState(CurrentMemoryContext, (int)head[0]);
	counts = CountsOf(state) * sizeof(int64);
	memcpy(state->counts, at + sizeof(head), counts);
	state->block_count = state->room = head[1];
	state->blocks = palloc(Max(1, head[1]));
	memcpy(state->blocks, at + sizeof(head) + counts, head[1]);
	PG_RETURN_POINTER(state);
}

/*
 * The counts as an array: for each slice its rows and those of each condition;
 * then the blocks that have a row for each condition, and all blocks.  NULL
 * when there was no row.
 */
Datum
sparkify_count_facts_final(PG_FUNCTION_ARGS)
{
	const FactState *state = PG_ARGISNULL(0) ? NULL : (const FactState *)PG_GETARG_POINTER(0);
	int64 length;
	Datum *values;
	int64 matching = 0;
	int64 seen = 0;

	if (state == NULL)
		PG_RETURN_NULL();
	for (int64 block = 0; block < state->block_count; block++)
	{
		matching += state->blocks[block] == BLOCK_MATCHES;
		seen += state->blocks[block] != 0;
	}

	length = CountsOf(state);
	values = palloc((length + 2) * sizeof(Datum));
	for (int64 i = 0; i < length; i++)
		values[i] = Int64GetDatum(state->counts[i]);
	values[length] = Int64GetDatum(matching);
	values[length + 1] = Int64GetDatum(seen);
	PG_RETURN_ARRAYTYPE_P(construct_array(values, (int)length + 2, INT8OID, sizeof(int64),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* Counts a row.  A key that is NULL lies on the first slice. */
static FactState *
CountRow(FunctionCallInfo fcinfo, bool is_sorted)
{
	FactState *state = PG_ARGISNULL(0) ? NULL : (FactState *)PG_GETARG_POINTER(0);
	uint8 bits = BLOCK_SEEN;
	int slice;
	int64 *counts;

	if (state == NULL)
		state = NewState(AggregateContext(fcinfo), FactSlices(fcinfo, ARG_SLICES));

	slice = SliceOf(fcinfo, ARG_KEY, state->slices);
	counts = state->counts + (int64)slice * (1 + CONDITIONS);
	for (int i = 0; i < CONDITIONS; i++)
		if (!PG_ARGISNULL(ARG_CONDITIONS + i) && PG_GETARG_BOOL(ARG_CONDITIONS + i))
		{
			counts[1 + i]++;
			bits |= 1 << i;
		}

	/* in the order of a key a row's block is known by how many of its slice came before it */
	if (is_sorted)
		AddToBlock(state,
				   floor(counts[0] / RowsOf(fcinfo, ARG_ROWS_A_BLOCK)) * state->slices + slice,
				   bits);
	else if (!PG_ARGISNULL(ARG_PLACE))
		AddToBlock(state,
				   BlockOf((ItemPointer)PG_GETARG_POINTER(ARG_PLACE),
						   RowsOf(fcinfo, ARG_ROWS_A_PAGE), RowsOf(fcinfo, ARG_ROWS_A_BLOCK)),
				   bits);

	/* last: it is the number of the row within its slice above */
	counts[0]++;
	return state;
}

/* The slice of an argument's value; NULL lies on the first. */
static int
SliceOf(FunctionCallInfo fcinfo, int argument, int slices)
{
	if (PG_ARGISNULL(argument))
		return 0;
	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra = FactSliceHash(fcinfo, argument);
	return FactSlice(fcinfo->flinfo->fn_extra, PG_GETARG_DATUM(argument), slices);
}

int
FactSlices(FunctionCallInfo fcinfo, int argument)
{
	int slices = PG_ARGISNULL(argument) ? 0 : PG_GETARG_INT32(argument);

	if (slices < 1 || slices > SLICES_MOST)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("a cluster has 1 to %d slices", SLICES_MOST));
	return slices;
}

void
FactSlicesAgree(int one, int other)
{
	if (one != other)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("rows lie on %d slices, and on %d", one, other));
}

FmgrInfo *
FactSliceHash(FunctionCallInfo fcinfo, int argument)
{
	TypeCacheEntry *type =
		lookup_type_cache(get_fn_expr_argtype(fcinfo->flinfo, argument), TYPECACHE_HASH_PROC_FINFO);

	if (!OidIsValid(type->hash_proc_finfo.fn_oid))
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_FUNCTION),
				errmsg("a column of type %s cannot be a distribution key",
					   format_type_be(type->type_id)));
	return &type->hash_proc_finfo;
}

/* How many rows of a page or a block an argument says there are; 0 where it says nothing. */
static double
RowsOf(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? 0 : PG_GETARG_FLOAT8(argument);
}

/* The block of a place in the order of loading. */
static double
BlockOf(ItemPointer place, double rows_a_page, double rows_a_block)
{
	return floor(ItemPointerGetBlockNumberNoCheck(place) * rows_a_page / rows_a_block);
}

/* Where the state lives; these functions are called by an aggregate only. */
static MemoryContext
AggregateContext(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (AggCheckCallContext(fcinfo, &context) == 0)
		elog(ERROR, "count_facts was called outside an aggregate");
	return context;
}

static FactState *
NewState(MemoryContext context, int slices)
{
	FactState *state = MemoryContextAllocZero(context, sizeof(FactState));

	state->context = context;
	state->slices = slices;
	state->counts = MemoryContextAllocZero(context, CountsOf(state) * sizeof(int64));
	return state;
}

/* How many counts there are. */
static int64
CountsOf(const FactState *state)
{
	return (int64)state->slices * (1 + CONDITIONS);
}

/* Sets bits of a block, and makes room for it; raises an error for one that no table has. */
static void
AddToBlock(FactState *state, double number, uint8 bits)
{
	int64 block;

	/* not a number, too, is none */
	if (!(number >= 0 && number < BLOCKS_MOST))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("no table has the block %g", number));
	block = (int64)number;

	if (block >= state->room)
	{
		int64 room = Max(block + 1, state->room * 2);

		state->blocks = state->blocks == NULL ? MemoryContextAllocHuge(state->context, room)
											  : repalloc_huge(state->blocks, room);
		memset(state->blocks + state->room, 0, room - state->room);
		state->room = room;
	}
	state->block_count = Max(state->block_count, block + 1);
	state->blocks[block] |= bits;
}
