/*
 * first_rows_table.c
 *		The rows that windows need, of those that are added.
 *
 *	rows -> batch (copied) -> partition in a hash table -> kept, instead of the one
 *	                                                        that was first until now
 *
 * Where there are many partitions, nearly all time is waited for their memory.
 * So rows are looked at a batch at a time: first the partition of each is asked
 * for, then the memory of the row that it may replace, and when all are asked
 * for, they come one upon the other.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "port/pg_bitutils.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/sortsupport.h"

#include "plan/first_rows_keys.h"
#include "plan/first_rows_table.h"

/* A row that is kept.  Its memory serves the row that takes its place, too. */
typedef struct KeptRow
{
	MinimalTuple tuple; /* NULL: none yet */
	Datum value; /* what rows are compared by first: the order's first column, or the extreme */
	uint32 room;
	bool isnull;
} KeptRow;

/* A partition, in place in the hash table: each line of memory that is touched for a row counts. */
typedef struct Partition
{
	uint32 hash;
	bool used;
	uint16 nulls;	/* a bit for each key */
	KeptRow rows[]; /* the first, then one for each extreme; behind them the keys */
} Partition;

/* Partitions stand in lines of memory that no other one shares. */
#define LINE 64

/* How many places the table has at first. */
#define PLACES 1024

/* A batch has at most so many rows, and so many bytes of them, if it isn't a single one. */
#define BATCH_ROWS 32
#define BATCH_BYTES (32 * 1024)

/* A row that was added: its values are in the tuple, which is in the batch's memory. */
typedef struct BatchRow
{
	TupleTableSlot *slot;
	MinimalTuple tuple;
	uint32 hash;
} BatchRow;

struct FirstRowsTable
{
	/* parameters */
	TupleDesc desc;
	HashKey *partition;
	int npartition;
	OrderKey *order;
	int norder;
	OrderKey *extremes;
	int nextremes;
	ExprContext *context; /* of the expressions; its memory is used for a batch */
	Size memory_limit;

	/* the batch */
	BatchRow batch[BATCH_ROWS];
	int nbatch;
	char *bytes;
	Size nbytes;
	Size room;

	/* partitions, each in the first free place behind the one its hash says */
	char *places;
	uint32 nplaces; /* a power of two */
	uint32 npartitions;
	int kept_rows; /* of a partition, at most */
	Size partition_size;

	/* working state */
	TupleTableSlot *kept; /* a row that another is compared with */
	uint64 added;		  /* since the table was emptied */
	uint32 place;		  /* where rows are taken out */
	int next_kept;

	/* memory */
	MemoryContext own;		  /* of the table itself */
	MemoryContext partitions; /* reset when they are forgotten */
};

static bool FirstIsExtreme(FirstRowsTable *table, const Partition *partition, int extreme);
static void MakePlaces(FirstRowsTable *table);
static Size HeaderSize(TupleDesc desc, bool has_nulls);
static void AddToBatch(FirstRowsTable *table, TupleTableSlot *row, Size data);
static uint32 HashOf(FirstRowsTable *table, const TupleTableSlot *row);
static void KeepBatch(FirstRowsTable *table);
static void AskForRow(const FirstRowsTable *table, uint32 hash);
static void KeepRow(FirstRowsTable *table, const BatchRow *row);
static Partition *PartitionOf(FirstRowsTable *table, const BatchRow *row, bool *added);
static void Enlarge(FirstRowsTable *table);
static bool IsOfPartition(FirstRowsTable *table, Partition *partition, const TupleTableSlot *row);
static void BeginPartition(FirstRowsTable *table, Partition *partition, const BatchRow *row);
static Partition *PartitionAt(const FirstRowsTable *table, uint32 place);
static Datum *KeysOf(const FirstRowsTable *table, Partition *partition);
static bool ComesFirst(FirstRowsTable *table, const TupleTableSlot *row, const KeptRow *kept);
static void KeepFirst(FirstRowsTable *table, const BatchRow *row, KeptRow *kept);
static void KeepExtreme(FirstRowsTable *table, OrderKey *key, const BatchRow *row, KeptRow *kept);
static void CopyRow(FirstRowsTable *table, const BatchRow *row, KeptRow *kept);

FirstRowsTable *
FirstRowsTableBegin(TupleDesc desc, const FirstRowsKeys *keys, const List *expressions,
					PlanState *node)
{
	FirstRowsTable *table = palloc0(sizeof(FirstRowsTable));

	table->desc = desc;
	table->own = CurrentMemoryContext;
	table->partitions =
		AllocSetContextCreate(CurrentMemoryContext, "first rows", ALLOCSET_DEFAULT_SIZES);
	table->context = node->ps_ExprContext;
	table->memory_limit = get_hash_memory_limit();
	table->partition = HashKeysBegin(desc, keys->partition);
	table->npartition = list_length(keys->partition);
	table->order = OrderKeysBegin(desc, keys->order, NIL, node);
	table->norder = list_length(keys->order);
	table->extremes = OrderKeysBegin(desc, keys->extremes, expressions, node);
	table->nextremes = list_length(keys->extremes);
	table->kept_rows = 1 + table->nextremes;
	table->partition_size =
		TYPEALIGN(LINE, offsetof(Partition, rows) + table->kept_rows * sizeof(KeptRow) +
							table->npartition * sizeof(Datum));

	for (int i = 0; i < BATCH_ROWS; i++)
		table->batch[i].slot = ExecInitExtraTupleSlot(node->state, desc, &TTSOpsVirtual);
	table->kept = ExecInitExtraTupleSlot(node->state, desc, &TTSOpsMinimalTuple);
	table->room = BATCH_BYTES;
	table->bytes = palloc(table->room);
	FirstRowsTableEmpty(table);

	return table;
}

bool
FirstRowsTableAdd(FirstRowsTable *table, TupleTableSlot *row)
{
	Size data;

	slot_getallattrs(row);
	data = heap_compute_data_size(table->desc, row->tts_values, row->tts_isnull);
	if (table->nbatch == BATCH_ROWS ||
		table->nbytes + MAXALIGN(HeaderSize(table->desc, true) + data) > table->room)
		KeepBatch(table);
	AddToBatch(table, row, data);
	table->added++;

	return MemoryContextMemAllocated(table->partitions, true) <= table->memory_limit;
}

void
FirstRowsTableFinish(FirstRowsTable *table)
{
	KeepBatch(table);
	table->place = 0;
	table->next_kept = 0;
}

MinimalTuple
FirstRowsTableNext(FirstRowsTable *table)
{
	for (; table->place < table->nplaces; table->place++, table->next_kept = 0)
	{
		Partition *partition = PartitionAt(table, table->place);

		while (partition->used && table->next_kept < table->kept_rows)
		{
			int kept = table->next_kept++;

			if (partition->rows[kept].tuple != NULL &&
				(kept == 0 || !FirstIsExtreme(table, partition, kept - 1)))
				return partition->rows[kept].tuple;
		}
	}

	return NULL;
}

bool
FirstRowsTableNoUse(const FirstRowsTable *table)
{
	return (uint64)table->npartitions * table->kept_rows * 2 > table->added;
}

void
FirstRowsTableEmpty(FirstRowsTable *table)
{
	ExecClearTuple(table->kept);
	MemoryContextReset(table->partitions);
	table->nplaces = PLACES;
	table->npartitions = 0;
	table->added = 0;
	MakePlaces(table);
}

/* Whether the first row of a partition has the extreme value itself, so that the row kept for that needn't be seen. */
static bool
FirstIsExtreme(FirstRowsTable *table, const Partition *partition, int extreme)
{
	OrderKey *key = &table->extremes[extreme];
	bool isnull;
	Datum value;

	ResetExprContext(table->context);
	ExecStoreMinimalTuple(partition->rows[0].tuple, table->kept, false);
	table->context->ecxt_scantuple = table->kept;
	value = ExecEvalExprSwitchContext(key->expression, table->context, &isnull);

	return !isnull && ApplySortComparator(value, false, partition->rows[1 + extreme].value, false,
										  &key->sort) == 0;
}

/* Makes as many empty places as there are to be. */
static void
MakePlaces(FirstRowsTable *table)
{
	Size size = table->nplaces * table->partition_size + LINE;

	table->places =
		(char *)TYPEALIGN(LINE, MemoryContextAllocExtended(table->partitions, size,
														   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
}

/* The bytes of a minimal tuple before its values. */
static Size
HeaderSize(TupleDesc desc, bool has_nulls)
{
	return MAXALIGN(SizeofMinimalTupleHeader + (has_nulls ? BITMAPLEN((Size)desc->natts) : 0));
}

/* Copies a row into the batch, as heap_form_minimal_tuple() makes it, and asks for its partition's memory. */
static void
AddToBatch(FirstRowsTable *table, TupleTableSlot *row, Size data)
{
	BatchRow *copy = &table->batch[table->nbatch++];
	bool has_nulls = memchr(row->tts_isnull, true, table->desc->natts) != NULL;
	Size start = HeaderSize(table->desc, has_nulls);
	Size size = start + data;
	HeapTupleData whole;

	if (MAXALIGN(size) > table->room)
	{
		pfree(table->bytes);
		table->room = MAXALIGN(size);
		table->bytes = MemoryContextAllocHuge(table->own, table->room);
	}

	copy->tuple = (MinimalTuple)(table->bytes + table->nbytes);
	table->nbytes += MAXALIGN(size);
	memset(copy->tuple, 0, size);
	copy->tuple->t_len = size;
	HeapTupleHeaderSetNatts(copy->tuple, table->desc->natts);
	copy->tuple->t_hoff = start + MINIMAL_TUPLE_OFFSET;
	heap_fill_tuple(table->desc, row->tts_values, row->tts_isnull, (char *)copy->tuple + start,
					data, &copy->tuple->t_infomask, has_nulls ? copy->tuple->t_bits : NULL);

	/* its values are those in the copy from now on */
	whole.t_len = size + MINIMAL_TUPLE_OFFSET;
	whole.t_data = (HeapTupleHeader)((char *)copy->tuple - MINIMAL_TUPLE_OFFSET);
	ExecClearTuple(copy->slot);
	heap_deform_tuple(&whole, table->desc, copy->slot->tts_values, copy->slot->tts_isnull);
	ExecStoreVirtualTuple(copy->slot);

	copy->hash = HashOf(table, copy->slot);
	__builtin_prefetch(PartitionAt(table, copy->hash & (table->nplaces - 1)), 1);
}

/* A hash of the columns by which a row belongs to its partition. */
static uint32
HashOf(FirstRowsTable *table, const TupleTableSlot *row)
{
	MemoryContext caller = MemoryContextSwitchTo(table->context->ecxt_per_tuple_memory);
	uint32 hash = 0;

	for (int i = 0; i < table->npartition; i++)
	{
		HashKey *key = &table->partition[i];
		int column = key->column - 1;

		hash = pg_rotate_left32(hash, 1);
		if (!row->tts_isnull[column])
			hash ^= DatumGetUInt32(
				FunctionCall1Coll(&key->hash, key->collation, row->tts_values[column]));
	}
	MemoryContextSwitchTo(caller);

	return murmurhash32(hash);
}

/* Keeps those rows of the batch that come first. */
static void
KeepBatch(FirstRowsTable *table)
{
	MemoryContext caller = MemoryContextSwitchTo(table->context->ecxt_per_tuple_memory);

	for (int i = 0; i < table->nbatch; i++)
		AskForRow(table, table->batch[i].hash);
	for (int i = 0; i < table->nbatch; i++)
		KeepRow(table, &table->batch[i]);
	table->nbatch = 0;
	table->nbytes = 0;
	MemoryContextSwitchTo(caller);
	ResetExprContext(table->context);
}

/* Asks for the memory of the row that is likely to be replaced by one with this hash. */
static void
AskForRow(const FirstRowsTable *table, uint32 hash)
{
	const Partition *partition = PartitionAt(table, hash & (table->nplaces - 1));
	const char *tuple = (const char *)partition->rows[0].tuple;

	if (tuple == NULL || partition->hash != hash)
		return;
	for (uint32 i = 0; i < Min(partition->rows[0].room, 4 * LINE); i += LINE)
		__builtin_prefetch(tuple + i, 1);
}

/* Keeps a row where it comes first in its partition. */
static void
KeepRow(FirstRowsTable *table, const BatchRow *row)
{
	bool added;
	Partition *partition = PartitionOf(table, row, &added);

	if (added || ComesFirst(table, row->slot, &partition->rows[0]))
		KeepFirst(table, row, &partition->rows[0]);
	for (int i = 0; i < table->nextremes; i++)
		KeepExtreme(table, &table->extremes[i], row, &partition->rows[1 + i]);
}

/* The partition of a row, which may be made for it. */
static Partition *
PartitionOf(FirstRowsTable *table, const BatchRow *row, bool *added)
{
	Partition *partition;

	for (uint32 place = row->hash;; place++)
	{
		partition = PartitionAt(table, place & (table->nplaces - 1));
		*added = !partition->used;
		if (*added)
			break;
		if (partition->hash == row->hash && IsOfPartition(table, partition, row->slot))
			return partition;
	}

	/* not more than half full, so that no search is long */
	if (table->npartitions >= table->nplaces / 2)
	{
		Enlarge(table);
		return PartitionOf(table, row, added);
	}
	BeginPartition(table, partition, row);

	return partition;
}

/* Doubles the places. */
static void
Enlarge(FirstRowsTable *table)
{
	uint32 before = table->nplaces;
	char *places = table->places;

	table->nplaces *= 2;
	MakePlaces(table);
	for (uint32 i = 0; i < before; i++)
	{
		Partition *partition = (Partition *)(places + i * table->partition_size);
		uint32 place = partition->hash;

		if (!partition->used)
			continue;
		while (PartitionAt(table, place & (table->nplaces - 1))->used)
			place++;
		memcpy(PartitionAt(table, place & (table->nplaces - 1)), partition, table->partition_size);
	}
}

/* Whether a row belongs to the partition; as in any window, NULLs are alike. */
static bool
IsOfPartition(FirstRowsTable *table, Partition *partition, const TupleTableSlot *row)
{
	Datum *keys = KeysOf(table, partition);

	for (int i = 0; i < table->npartition; i++)
	{
		HashKey *key = &table->partition[i];
		int column = key->column - 1;
		bool isnull = (partition->nulls & 1 << i) != 0;

		if (row->tts_isnull[column] != isnull)
			return false;
		if (!isnull && !DatumGetBool(FunctionCall2Coll(&key->equal, key->collation, keys[i],
													   row->tts_values[column])))
			return false;
	}

	return true;
}

/* Makes the partition that of the row. */
static void
BeginPartition(FirstRowsTable *table, Partition *partition, const BatchRow *row)
{
	MemoryContext caller = MemoryContextSwitchTo(table->partitions);
	Datum *keys = KeysOf(table, partition);

	partition->hash = row->hash;
	partition->used = true;
	for (int i = 0; i < table->npartition; i++)
	{
		HashKey *key = &table->partition[i];
		int column = key->column - 1;

		if (row->slot->tts_isnull[column])
			partition->nulls |= 1 << i;
		else
			keys[i] = datumCopy(row->slot->tts_values[column], key->by_value, key->length);
	}

	table->npartitions++;
	MemoryContextSwitchTo(caller);
}

/* The partition at a place, whether it is used or not. */
static Partition *
PartitionAt(const FirstRowsTable *table, uint32 place)
{
	return (Partition *)(table->places + place * table->partition_size);
}

static Datum *
KeysOf(const FirstRowsTable *table, Partition *partition)
{
	return (Datum *)&partition->rows[table->kept_rows];
}

/* Whether a row comes before the one that was first until now. */
static bool
ComesFirst(FirstRowsTable *table, const TupleTableSlot *row, const KeptRow *kept)
{
	for (int i = 0; i < table->norder; i++)
	{
		OrderKey *key = &table->order[i];
		int column = key->column - 1;
		Datum value = kept->value;
		bool isnull = kept->isnull;
		int order;

		/* the first column is at hand and nearly always decides */
		if (i == 1)
			ExecStoreMinimalTuple(kept->tuple, table->kept, false);
		if (i > 0)
			value = slot_getattr(table->kept, key->column, &isnull);
		order = ApplySortComparator(row->tts_values[column], row->tts_isnull[column], value, isnull,
									&key->sort);
		if (order != 0)
			return order < 0;
	}

	return false;
}

/* Keeps a row as the first one. */
static void
KeepFirst(FirstRowsTable *table, const BatchRow *row, KeptRow *kept)
{
	const OrderKey *key = table->order;

	CopyRow(table, row, kept);
	if (table->norder == 0)
		return;

	/* what the next row is compared with: by reference, it is in the copy */
	if (key->by_value)
	{
		kept->value = row->slot->tts_values[key->column - 1];
		kept->isnull = row->slot->tts_isnull[key->column - 1];
	}
	else
	{
		ExecStoreMinimalTuple(kept->tuple, table->kept, false);
		kept->value = slot_getattr(table->kept, key->column, &kept->isnull);
	}
}

/* Keeps a row if its value comes before that of the one that was kept for it. */
static void
KeepExtreme(FirstRowsTable *table, OrderKey *key, const BatchRow *row, KeptRow *kept)
{
	MemoryContext caller;
	bool isnull;
	Datum value;

	table->context->ecxt_scantuple = row->slot;
	value = ExecEvalExpr(key->expression, table->context, &isnull);

	/* an aggregate like MAX passes over NULLs */
	if (isnull)
		return;
	if (kept->tuple != NULL &&
		ApplySortComparator(value, false, kept->value, false, &key->sort) >= 0)
		return;

	if (kept->tuple != NULL && !key->by_value)
		pfree(DatumGetPointer(kept->value));
	CopyRow(table, row, kept);
	caller = MemoryContextSwitchTo(table->partitions);
	kept->value = datumCopy(value, key->by_value, key->length);
	MemoryContextSwitchTo(caller);
}

/* Copies a row over the one that was kept there. */
static void
CopyRow(FirstRowsTable *table, const BatchRow *row, KeptRow *kept)
{
	Size size = row->tuple->t_len;

	if (size > kept->room)
	{
		if (kept->tuple != NULL)
			pfree(kept->tuple);

		/* with some room for a longer one */
		kept->room = MAXALIGN(size + size / 4);
		kept->tuple = MemoryContextAlloc(table->partitions, kept->room);
	}

	memcpy(kept->tuple, row->tuple, size);
}
