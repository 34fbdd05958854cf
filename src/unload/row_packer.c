/*
 * row_packer.c
 *		Rows into blocks.
 *
 *	executor -> slot -> block -> drain
 *	executor -> slot + folder + number -> tuplesort -> slot -> block -> drain		PARTITION BY
 *
 * With PARTITION BY rows are sorted by their folder, so that one folder is
 * written at a time however many there are; within it they keep the query's
 * order, which the number stands for.
 *
 * Values are copied as they are, without their output functions: the threads
 * print them.
 */
#include "unload/row_packer.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "source/write/value_text.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/tuplesort.h"

#include "compat.h"

/* A value of a fixed size takes so many bytes at most. */
#define FIXED_MAX sizeof(ZonedTime)

#define ROW_MAX ((size_t)1024 * 1024 * 1024)

StaticAssertDecl(sizeof(Datum) == sizeof(int64), "values of eight bytes stand in their datums");

/* The folder of a NULL, and of an empty text (Apache Hive's convention). */
#define NULL_FOLDER "__HIVE_DEFAULT_PARTITION__"

struct RowPacker
{
	DestReceiver receiver; /* first */

	/* parameters */
	const UnloadPlan *plan;
	Drain *drain;
	DrainWaiter wait;
	void *context;

	/* working state */
	RowBlock *block;
	size_t block_bytes;
	size_t fixed; /* what the values of a row take at most, but for texts */
	MemoryContext memory;
	MemoryContext row_context;
	uint64 rows;

	/* PARTITION BY */
	Tuplesortstate *sort;
	TupleTableSlot *keyed; /* the query's columns, folder and number */
	int natts;			   /* of the query */
};

static void Startup(DestReceiver *self, int operation, TupleDesc row);
static bool ReceiveSlot(TupleTableSlot *slot, DestReceiver *self);
static void Shutdown(DestReceiver *self);
static bool SortSlot(TupleTableSlot *slot, DestReceiver *self);
static void BeginSort(RowPacker *packer, TupleDesc row);
static void PackSorted(RowPacker *packer);
static void PackRow(RowPacker *packer, TupleTableSlot *slot, const char *folder);
static void PackValue(RowPacker *packer, const PackColumn *column, Datum value);
static void PackZoned(RowBlock *block, Datum value);
static void PackText(RowPacker *packer, const char *text, size_t length);
static void PackJson(RowPacker *packer, Datum value);
static void Reserve(RowBlock *block, size_t bytes);
static _Noreturn void RefuseMemory(void);
static RowBlock *NextBlock(RowPacker *packer);
static void PutBlock(RowPacker *packer);
static char *FolderOf(const UnloadPlan *plan, TupleTableSlot *slot);
static char *FolderValue(const PartitionColumn *column, Datum value);
static void AppendFolderName(StringInfo folder, const char *name);

/* Begins. */
RowPacker *
RowPackerBegin(const UnloadPlan *plan, Drain *drain, DrainWaiter wait, void *context)
{
	RowPacker *packer = palloc0(sizeof(RowPacker));

	packer->receiver.receiveSlot = plan->npartition > 0 ? SortSlot : ReceiveSlot;
	packer->receiver.rStartup = Startup;
	packer->receiver.rShutdown = Shutdown;
	packer->receiver.rDestroy = Shutdown;
	packer->receiver.mydest = DestNone;
	packer->plan = plan;
	packer->drain = drain;
	packer->wait = wait;
	packer->context = context;
	packer->block_bytes = DrainBlockBytes(drain);
	packer->fixed =
		sizeof(uint32_t) + (size_t)(plan->ncolumns + 7) / 8 + (size_t)plan->ncolumns * FIXED_MAX;
	packer->memory = CurrentMemoryContext;
	packer->row_context =
		AllocSetContextCreate(CurrentMemoryContext, "row of an unload", ALLOCSET_DEFAULT_SIZES);
	return packer;
}

/* Hands out the receiver. */
DestReceiver *
RowPackerReceiver(RowPacker *packer)
{
	return &packer->receiver;
}

/* Hands over the last block. */
uint64
RowPackerEnd(RowPacker *packer)
{
	if (packer->sort != NULL)
		PackSorted(packer);
	PutBlock(packer);
	return packer->rows;
}

/* Begins to receive. */
static void
Startup(DestReceiver *self, int operation, TupleDesc row)
{
	RowPacker *packer = (RowPacker *)self;

	MemoryContext caller = MemoryContextSwitchTo(packer->memory);

	if (packer->plan->npartition > 0)
		BeginSort(packer, row);
	MemoryContextSwitchTo(caller);
}

/* Nothing to do: the packer lives in its context. */
static void
Shutdown(DestReceiver *self)
{
}

/* Packs a row of the query. */
static bool
ReceiveSlot(TupleTableSlot *slot, DestReceiver *self)
{
	slot_getallattrs(slot);
	PackRow((RowPacker *)self, slot, NULL);
	return true;
}

/* Makes the sort: by folder, then in the order of the query. */
static void
BeginSort(RowPacker *packer, TupleDesc row)
{
	TupleDesc keyed = CreateTemplateTupleDesc(row->natts + 2);
	AttrNumber columns[2] = {row->natts + 1, row->natts + 2};
	Oid operators[2] = {TextLessOperator, Int8LessOperator};
	Oid collations[2] = {C_COLLATION_OID, InvalidOid};
	bool nulls_first[2] = {false, false};

	packer->natts = row->natts;
	for (int i = 1; i <= row->natts; i++)
		TupleDescCopyEntry(keyed, i, row, i);
	TupleDescInitEntry(keyed, columns[0], "folder", TEXTOID, -1, 0);
	TupleDescInitEntry(keyed, columns[1], "number", INT8OID, -1, 0);
	packer->keyed = MakeSingleTupleTableSlot(keyed, &TTSOpsVirtual);
	packer->sort = tuplesort_begin_heap(keyed, 2, columns, operators, collations, nulls_first,
										work_mem, NULL, TUPLESORT_NONE);
}

/* Adds a row of the query to the sort. */
static bool
SortSlot(TupleTableSlot *slot, DestReceiver *self)
{
	RowPacker *packer = (RowPacker *)self;
	MemoryContext caller = MemoryContextSwitchTo(packer->row_context);
	TupleTableSlot *keyed = packer->keyed;
	int natts = packer->natts;

	slot_getallattrs(slot);
	ExecClearTuple(keyed);
	memcpy(keyed->tts_values, slot->tts_values, natts * sizeof(Datum));
	memcpy(keyed->tts_isnull, slot->tts_isnull, natts * sizeof(bool));
	keyed->tts_values[natts] = CStringGetTextDatum(FolderOf(packer->plan, slot));
	keyed->tts_values[natts + 1] = Int64GetDatum((int64)packer->rows++);
	keyed->tts_isnull[natts] = keyed->tts_isnull[natts + 1] = false;
	ExecStoreVirtualTuple(keyed);
	tuplesort_puttupleslot(packer->sort, keyed);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(packer->row_context);

	return true;
}

/* Packs the rows as the sort gives them. */
static void
PackSorted(RowPacker *packer)
{
	TupleTableSlot *slot =
		MakeSingleTupleTableSlot(packer->keyed->tts_tupleDescriptor, &TTSOpsMinimalTuple);

	packer->rows = 0;
	tuplesort_performsort(packer->sort);
	while (tuplesort_gettupleslot(packer->sort, true, false, slot, NULL))
	{
		CHECK_FOR_INTERRUPTS();
		slot_getallattrs(slot);
		PackRow(packer, slot, TextDatumGetCString(slot->tts_values[packer->natts]));
	}

	tuplesort_end(packer->sort);
	packer->sort = NULL;
}

/* Adds a row to the block under way; a full one, or one of another folder, is handed over first. */
static void
PackRow(RowPacker *packer, TupleTableSlot *slot, const char *folder)
{
	const UnloadPlan *plan = packer->plan;
	RowBlock *block = packer->block;
	MemoryContext caller;

	/* a block goes into one object, so it holds rows of one folder */
	if (block != NULL && (block->used >= packer->block_bytes ||
						  (folder != NULL && strcmp(folder, block->partition) != 0)))
	{
		PutBlock(packer);
		block = NULL;
	}

	if (block == NULL)
	{
		block = packer->block = NextBlock(packer);

		/* not palloc'd: the threads that write free it */
		block->partition = folder != NULL ? strdup(folder) : NULL;
		if (folder != NULL && block->partition == NULL)
			RefuseMemory();
	}

	/* detoasted values and texts, gone with the row */
	caller = MemoryContextSwitchTo(packer->row_context);
	Reserve(block, packer->fixed);
	RowBlockBeginRow(block, plan->ncolumns);
	for (int i = 0; i < plan->ncolumns; i++)
	{
		const PackColumn *column = &plan->columns[i];

		if (slot->tts_isnull[column->attribute])
			RowBlockAddNull(block, i);
		else
			PackValue(packer, column, slot->tts_values[column->attribute]);
	}

	/* the threads take rows as wholes, and their buffers are sized for that */
	if (block->used - block->row > ROW_MAX)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("a row is too large to be unloaded"),
				errdetail("It has more than %zu bytes.", ROW_MAX));
	RowBlockEndRow(block);
	packer->rows++;
	MemoryContextSwitchTo(caller);
	MemoryContextReset(packer->row_context);
}

/* Adds a value; room for one of a fixed size is there already. */
static void
PackValue(RowPacker *packer, const PackColumn *column, Datum value)
{
	RowBlock *block = packer->block;
	int64 integer;
	float4 single;
	struct varlena *bytes;
	char *text;

	switch (column->kind)
	{
		case PACK_BOOLEAN:
			integer = DatumGetBool(value);
			break;
		case PACK_INT2:
			integer = DatumGetInt16(value);
			break;
		case PACK_INT4:
			integer = DatumGetInt32(value);
			break;
		case PACK_OID:
			integer = DatumGetObjectId(value);
			break;
		case PACK_DATE:
			integer = DatumGetDateADT(value);
			break;
		case PACK_INT8:
		case PACK_INT64:
		case PACK_FLOAT8:
			integer = DatumGetInt64(value); /* eight bytes, whatever they mean */
			break;
		case PACK_FLOAT4:
			single = DatumGetFloat4(value);
			RowBlockAddFixed(block, &single, sizeof(single));
			return;
		case PACK_TIMETZ:
		{
			TimeTzADT *time = DatumGetTimeTzADTP(value);
			ZonedTime zoned = {time->time, -time->zone};

			RowBlockAddFixed(block, &zoned, sizeof(zoned));
			return;
		}
		case PACK_TIMESTAMPTZ:
			PackZoned(block, value);
			return;
		case PACK_VARLENA:
			bytes = PG_DETOAST_DATUM_PACKED(value);
			PackText(packer, VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes));
			return;
		case PACK_JSONB:
			PackJson(packer, value);
			return;
		default:
			text = OutputFunctionCall((FmgrInfo *)&column->output, value);
			PackText(packer, text, strlen(text));
			return;
	}

	RowBlockAddFixed(block, &integer, sizeof(integer));
}

/* Adds a timestamp with the offset that the session's time zone has then. */
static void
PackZoned(RowBlock *block, Datum value)
{
	TimestampTz time = DatumGetTimestampTz(value);
	ZonedTime zoned = {time, 0};
	struct pg_tm parts;
	fsec_t fraction;
	int zone;

	if (!TIMESTAMP_NOT_FINITE(time))
	{
		if (timestamp2tm(time, &zone, &parts, &fraction, NULL, NULL) != 0)
			ereport(ERROR, errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
					errmsg("timestamp out of range"));
		zoned.zone = -zone;
	}

	RowBlockAddFixed(block, &zoned, sizeof(zoned));
}

/* Adds a text or bytes. */
static void
PackText(RowPacker *packer, const char *text, size_t length)
{
	/* the values behind it still have their room */
	Reserve(packer->block, sizeof(uint32_t) + length + packer->fixed);
	RowBlockAddBytes(packer->block, text, (uint32_t)length);
}

/* Adds a SUPER as compact JSON: jsonb prints a blank behind each colon and comma. */
static void
PackJson(RowPacker *packer, Datum value)
{
	Jsonb *json = DatumGetJsonbP(value);
	char *text = JsonbToCString(NULL, &json->root, VARSIZE(json));
	char *out = text;
	bool quoted = false;

	for (const char *at = text; *at != '\0'; at++)
	{
		if (*at == '"')
			quoted = !quoted;
		else if (quoted && *at == '\\')
			/* an escaped quote doesn't end the string */
			*out++ = *at++;
		if (quoted || *at != ' ')
			*out++ = *at;
	}

	PackText(packer, text, (size_t)(out - text));
}

/* Makes room in a block. */
static void
Reserve(RowBlock *block, size_t bytes)
{
	if (!RowBlockReserve(block, bytes))
		RefuseMemory();
}

/* Raises the error of memory that isn't palloc's. */
static _Noreturn void
RefuseMemory(void)
{
	ereport(ERROR, errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory"),
			errdetail("Failed on a row of an unload."));
}

/* Waits for an empty block. */
static RowBlock *
NextBlock(RowPacker *packer)
{
	RowBlock *block;

	CHECK_FOR_INTERRUPTS();
	while ((block = DrainTakeBlock(packer->drain)) == NULL)
		packer->wait(packer->context);
	return block;
}

/* Hands the block under way over. */
static void
PutBlock(RowPacker *packer)
{
	if (packer->block == NULL)
		return;
	DrainPut(packer->drain, packer->block);
	packer->block = NULL;
}

/* The folder of a row: "year=2018/month=11/". */
static char *
FolderOf(const UnloadPlan *plan, TupleTableSlot *slot)
{
	StringInfoData folder;

	initStringInfo(&folder);
	for (int i = 0; i < plan->npartition; i++)
	{
		const PartitionColumn *column = &plan->partition[i];
		char *text = slot->tts_isnull[column->attribute]
						 ? NULL
						 : FolderValue(column, slot->tts_values[column->attribute]);

		AppendFolderName(&folder, column->name);
		appendStringInfoChar(&folder, '=');
		AppendFolderName(&folder, text == NULL || text[0] == '\0' ? NULL_FOLDER : text);
		appendStringInfoChar(&folder, '/');
	}

	return folder.data;
}

/* The text of a partition's value. */
static char *
FolderValue(const PartitionColumn *column, Datum value)
{
	char *text = palloc(VALUE_TEXT_MAX + 1);

	if (column->type == DATEOID)
		text[DateText(DatumGetDateADT(value), text)] = '\0';
	else if (column->type == TIMESTAMPOID)
		text[TimestampText(DatumGetTimestamp(value), text)] = '\0';
	else
		text = OutputFunctionCall((FmgrInfo *)&column->output, value);
	if (column->type == BPCHAROID)
		for (size_t length = strlen(text); length > 0 && text[length - 1] == ' ';)
			text[--length] = '\0';
	return text;
}

/* Appends a part of a folder's name, what can't stand there as %XX (Apache Hive's convention). */
static void
AppendFolderName(StringInfo folder, const char *name)
{
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < ' ' || strchr("\"#%'*/:=?\\{[]^\x7f", *name) != NULL)
			appendStringInfo(folder, "%%%02X", (unsigned char)*name);
		else
			appendStringInfoChar(folder, *name);
}
