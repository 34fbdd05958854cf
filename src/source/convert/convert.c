/*
 * convert.c
 *		A record becomes a row: the loop over its columns, the rules for NULL
 *		and what becomes of a row that is refused.
 *
 * A row is packed into the free tail of the batch, so one that is rejected or
 * finds no room leaves nothing behind.  What a value means to a type stands in
 * the convert_*.c files.
 */
#include "source/convert/convert_internal.h"

#include <stdlib.h>

#include "source/base/utf8.h"

/* Rows of one converter whose replacements are listed (AWS: r_STL_REPLACEMENTS). */
#define LISTED_ROWS 100

/* More than any value needs besides its own bytes: header, alignment, digits. */
#define CELL_OVERHEAD 96

/* What a byte of a string may become in JSON: \u00XX. */
#define JSON_EXPANSION 6

/* A kind's converter and the attribute it packs. */
typedef struct KindInfo
{
	ConvertCell convert;
	int16_t length;
} KindInfo;

static const KindInfo kinds[] = {
	[COLUMN_BOOLEAN] = {ConvertBoolean, 1},		[COLUMN_INT2] = {ConvertInteger, 2},
	[COLUMN_INT4] = {ConvertInteger, 4},		[COLUMN_INT8] = {ConvertInteger, 8},
	[COLUMN_FLOAT4] = {ConvertFloat, 4},		[COLUMN_FLOAT8] = {ConvertFloat, 8},
	[COLUMN_NUMERIC] = {ConvertDecimal, -1},	[COLUMN_CHAR] = {ConvertChar, -1},
	[COLUMN_VARCHAR] = {ConvertVarchar, -1},	[COLUMN_DATE] = {ConvertDate, 4},
	[COLUMN_TIME] = {ConvertTime, 8},			[COLUMN_TIMETZ] = {ConvertTime, 12},
	[COLUMN_TIMESTAMP] = {ConvertTimestamp, 8}, [COLUMN_TIMESTAMPTZ] = {ConvertTimestamp, 8},
	[COLUMN_VARBYTE] = {ConvertVarbyte, -1},	[COLUMN_SUPER] = {ConvertSuper, -1},
	[COLUMN_SERVER] = {ConvertServer, -1},
};

static bool PrepareSlots(RowConverter *converter, Failure *failure);
static bool PrepareSlot(RowConverter *converter, ColumnSlot *slot, int column, Failure *failure);
static int CompareSlots(const void *a, const void *b);
static CellStatus PackRow(RowConverter *converter, char *room, size_t size);
static CellStatus ConvertField(RowConverter *converter, const ColumnSlot *slot, const Field *field);
static void BlameFirstColumn(RowConverter *converter, char *room, size_t size);
static CellStatus PackLargeRow(RowConverter *converter, RowBatch *batch);
static ConvertStatus AddRow(RowConverter *converter, uint32_t object, RowBatch *batch);
static bool ListReplacements(RowConverter *converter, uint32_t object, RowBatch *batch);

/* Makes a converter; see the header for the contract. */
RowConverter *
RowConverterBegin(const RowPlan *plan, Failure *failure)
{
	RowConverter *converter = calloc(1, sizeof(RowConverter));

	if (converter != NULL)
	{
		converter->plan = plan;
		converter->options = plan->options;
		converter->slots = calloc((size_t)plan->ncolumns + 1, sizeof(ColumnSlot));
		converter->slot_of_column = calloc((size_t)plan->ncolumns + 1, sizeof(int));
		converter->replaced_columns = calloc((size_t)plan->ncolumns + 1, sizeof(int));
	}

	/* nothing of what follows works with a part missing, and End takes a half-made converter */
	if (converter == NULL || converter->slots == NULL || converter->slot_of_column == NULL ||
		converter->replaced_columns == NULL || !FloatTextInit(&converter->float_text))
		(void)FailureNoMemory(failure);
	else if (TupleLayoutInit(&converter->layout, plan, failure) &&
			 DatetimeFormatsBegin(&converter->datetime, &plan->options, failure) &&
			 PrepareSlots(converter, failure))
		return converter;
	RowConverterEnd(converter);

	return NULL;
}

/* Converts a record; see the header for the contract. */
ConvertStatus
RowConverterConvert(RowConverter *converter, Record *record, uint32_t object, RowBatch *batch)
{
	size_t size;
	char *room = RowBatchTail(batch, &size);
	CellStatus status;

	converter->record = record;
	status = PackRow(converter, room, size);
	if (status == CELL_FULL)
	{
		/* an empty batch has as much room as there is: the row gets room of its own */
		if (batch->nrows > 0 || batch->nrejected > 0)
			return CONVERT_BATCH_FULL;
		status = PackLargeRow(converter, batch);
	}

	if (status == CELL_REJECTED)
	{
		BlameFirstColumn(converter, room, size);
		return CONVERT_REJECTED;
	}

	return AddRow(converter, object, batch);
}

/* Releases the converter; NULL is fine. */
void
RowConverterEnd(RowConverter *converter)
{
	if (converter == NULL)
		return;

	DatetimeFormatsEnd(&converter->datetime);
	FloatTextClear(&converter->float_text);
	free(converter->slots);
	free(converter->slot_of_column);
	free(converter->replaced_columns);
	free(converter->scratch);
	free(converter);
}

/* Makes the columns ready, in the order in which the tuple has them. */
static bool
PrepareSlots(RowConverter *converter, Failure *failure)
{
	const RowPlan *plan = converter->plan;

	for (int i = 0; i < plan->ncolumns; i++)
		if (!PrepareSlot(converter, &converter->slots[i], i, failure))
			return false;
	converter->nslots = plan->ncolumns;
	qsort(converter->slots, (size_t)converter->nslots, sizeof(ColumnSlot), CompareSlots);
	for (int i = 0; i < converter->nslots; i++)
		converter->slot_of_column[converter->slots[i].column] = i;
	return true;
}

/* Makes one column ready; its attribute has to be of the kind's length. */
static bool
PrepareSlot(RowConverter *converter, ColumnSlot *slot, int column, Failure *failure)
{
	const ColumnTarget *target = &converter->plan->columns[column];
	const TupleAttribute *attribute = &converter->plan->attributes[target->attribute];
	const ConvertOptions *options = &converter->options;

	if (attribute->length != kinds[target->kind].length)
	{
		FailureSet(failure, FAILURE_CONFIG, "column \"%s\" is not stored as its kind should be",
				   target->name);
		return false;
	}

	*slot = (ColumnSlot){
		.target = target,
		.convert = kinds[target->kind].convert,
		.column = column,
		.attribute = target->attribute,
		.length = attribute->length,
		.alignment = attribute->align == 'd'   ? 8
					 : attribute->align == 'i' ? 4
					 : attribute->align == 's' ? 2
											   : 1,
		.packable = !attribute->plain,
		.max_bytes = target->max_bytes > 0 ? (uint32_t)target->max_bytes : UINT32_MAX,
		.quick_text = target->kind == COLUMN_VARCHAR && !options->trim_blanks &&
					  !options->blanks_as_null && !options->empty_as_null,
	};

	return true;
}

/* Orders columns by their place in the tuple. */
static int
CompareSlots(const void *a, const void *b)
{
	return ((const ColumnSlot *)a)->attribute - ((const ColumnSlot *)b)->attribute;
}

/* Packs all columns of the record. */
static CellStatus
PackRow(RowConverter *converter, char *room, size_t size)
{
	TupleWriter *writer = &converter->writer;
	const Field *fields = converter->record->fields;
	const ColumnSlot *end = converter->slots + converter->nslots;

	converter->nreplaced = 0;
	if (!TupleBegin(writer, &converter->layout, room, size))
		return CELL_FULL;

	for (const ColumnSlot *slot = converter->slots; slot < end; slot++)
	{
		const Field *field = &fields[slot->column];
		CellStatus status;

		if (slot->quick_text && field->kind == FIELD_STRING && field->ascii &&
			field->length <= slot->max_bytes)
			status =
				CellPacked(TuplePutVarlena(writer, slot->packable, field->data, field->length));
		else
			status = ConvertField(converter, slot, field);
		if (status >= CELL_REJECTED)
			return status;
	}

	return CELL_VALUE;
}

/* Packs one column: NULL, or what its kind makes of the field. */
static CellStatus
ConvertField(RowConverter *converter, const ColumnSlot *slot, const Field *field)
{
	CellStatus status = CELL_NULL;

	if (field->kind > FIELD_NULL)
		status = slot->convert(converter, slot, field);
	if (status != CELL_NULL)
		return status;
	if (slot->target->not_null)
		return CellReject(converter, slot, LOAD_ERROR_NOT_NULL, 0,
						  "Missing data for not-null field");
	TupleNull(&converter->writer, &converter->layout, slot->attribute);

	return CELL_NULL;
}

/*
 * Makes the error that of the first failing column in the order of the column
 * list, which the tuple's order may not be.
 */
static void
BlameFirstColumn(RowConverter *converter, char *room, size_t size)
{
	int failed = converter->record->error.column;

	for (int column = 0; column < failed; column++)
	{
		const ColumnSlot *slot = &converter->slots[converter->slot_of_column[column]];

		if (slot->attribute < converter->plan->columns[failed].attribute)
			continue; /* was converted before it, without an error */
		if (!TupleBegin(&converter->writer, &converter->layout, room, size) ||
			ConvertField(converter, slot, &converter->record->fields[column]) == CELL_REJECTED)
			return;
	}
}

/* Packs a row that is larger than an empty batch into room of its own. */
static CellStatus
PackLargeRow(RowConverter *converter, RowBatch *batch)
{
	size_t size = (size_t)converter->layout.header_nulls;
	CellStatus status = CELL_FULL;
	char *room;

	for (const ColumnSlot *slot = converter->slots; slot < converter->slots + converter->nslots;
		 slot++)
	{
		size += CELL_OVERHEAD + (size_t)converter->record->fields[slot->column].length *
									(slot->target->kind == COLUMN_SUPER ? JSON_EXPANSION : 1);
		if (slot->target->kind == COLUMN_CHAR)
			size += (size_t)slot->target->max_bytes;
	}

	room = RowBatchReserve(batch, size);
	if (room != NULL)
		status = PackRow(converter, room, size);
	if (status == CELL_FULL)
		return CellReject(converter, &converter->slots[0], LOAD_ERROR_PARSE, 0,
						  "Not enough memory for a row of %zu bytes", size);
	return status;
}

/* Adds the packed tuple to the batch, with its replacements. */
static ConvertStatus
AddRow(RowConverter *converter, uint32_t object, RowBatch *batch)
{
	PackedRow row = {.object = object, .line = converter->record->line};

	row.tuple = TupleEnd(&converter->writer, &converter->layout, &row.length);
	if (!RowBatchAddRow(batch, &row))
		return CONVERT_BATCH_FULL;
	if (converter->nreplaced == 0)
		return CONVERT_ROW;
	if (!ListReplacements(converter, object, batch))
	{
		batch->nrows--; /* the row and its replacements go together */
		return CONVERT_BATCH_FULL;
	}

	batch->replaced_rows++;

	return CONVERT_ROW;
}

/*
 * Lists the row's replacements, the first hundred rows' at least; false when
 * the batch has no room and should be handed on first.
 */
static bool
ListReplacements(RowConverter *converter, uint32_t object, RowBatch *batch)
{
	const Record *record = converter->record;
	size_t length = Utf8Clip(record->raw, record->raw_length, LOAD_RAW_MAX);
	int before = batch->nreplacements;
	char *raw;

	if (converter->rows_listed >= LISTED_ROWS)
		return true;

	raw = RowBatchCopy(batch, record->raw, length);
	for (int i = 0; raw != NULL && i < converter->nreplaced; i++)
	{
		Replacement replacement = {.object = object,
								   .line = record->line,
								   .column = converter->replaced_columns[i],
								   .raw = raw,
								   .raw_length = (uint32_t)length};

		if (!RowBatchAddReplacement(batch, &replacement))
			raw = NULL;
	}

	if (raw == NULL)
	{
		/* a batch of this row alone can't get any emptier */
		batch->nreplacements = before;
		return batch->nrows == 1 && batch->nrejected == 0;
	}

	converter->rows_listed++;

	return true;
}
