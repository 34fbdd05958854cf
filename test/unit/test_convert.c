/*
 * test_convert.c
 *		Rows of several columns: order, NULL rules, full batches, rejections and
 *		the account of replacements.
 */
#include "convert_fixture.h"

#define COLUMNS 3

static const TupleAttribute attributes[COLUMNS] = {
	{4, 'i', false}, {-1, 'i', false}, {8, 'd', false}};

/* Columns in another order than the attributes. */
static const ColumnTarget columns[COLUMNS] = {
	{.name = "t", .kind = COLUMN_VARCHAR, .attribute = 1, .max_bytes = 1 << 22},
	{.name = "b", .kind = COLUMN_INT8, .attribute = 2},
	{.name = "a", .kind = COLUMN_INT4, .attribute = 0, .not_null = true}};

static RowConverter *
Begin(const RowPlan *plan)
{
	Failure failure;
	RowConverter *converter;

	FailureInit(&failure);
	converter = RowConverterBegin(plan, &failure);
	CHECK(converter != NULL);
	return converter;
}

static RowPlan
Plan(ConvertOptions options)
{
	return (RowPlan){columns, COLUMNS, attributes, COLUMNS, options};
}

TEST(FieldsGoToTheAttributesOfTheirColumns)
{
	RowPlan plan = Plan((ConvertOptions){0});
	RowConverter *converter = Begin(&plan);
	RowBatch *batch = RowBatchCreate(0);
	Field fields[COLUMNS] = {FixtureField(FIELD_STRING, "text"), FixtureField(FIELD_NULL, ""),
							 FixtureField(FIELD_INTEGER, "7")};
	Record record = {.fields = fields, .nfields = COLUMNS, .line = 12};
	FixtureValue values[COLUMNS];

	CHECK_INT(RowConverterConvert(converter, &record, 5, batch), CONVERT_ROW);
	CHECK_INT(batch->nrows, 1);
	CHECK_INT(batch->rows[0].object, 5);
	CHECK_INT(batch->rows[0].line, 12);
	FixtureDeform(&batch->rows[0], attributes, COLUMNS, values);
	CHECK_STR(FixtureShow(COLUMN_INT4, &values[0]), "7");
	CHECK_STR(FixtureShow(COLUMN_VARCHAR, &values[1]), "text");
	CHECK_STR(FixtureShow(COLUMN_INT8, &values[2]), "NULL");
	RowConverterEnd(converter);
	RowBatchFree(batch);
}

/* A key that a record lacks is NULL, not the default (AWS: copy-usage_notes-copy-from-json). */
TEST(MissingFieldsAreNullAndFailInNotNullColumns)
{
	RowPlan plan = Plan((ConvertOptions){0});
	RowConverter *converter = Begin(&plan);
	RowBatch *batch = RowBatchCreate(0);
	Field fields[COLUMNS] = {FixtureField(FIELD_MISSING, ""), FixtureField(FIELD_MISSING, ""),
							 FixtureField(FIELD_STRING, "1")};
	Record record = {.fields = fields, .nfields = COLUMNS};
	static const FieldKind kinds[] = {FIELD_MISSING, FIELD_NULL, FIELD_STRING};

	CHECK_INT(RowConverterConvert(converter, &record, 0, batch), CONVERT_ROW);
	for (int i = 0; i < 3; i++)
	{
		fields[2] = FixtureField(kinds[i], "");
		CHECK_INT(RowConverterConvert(converter, &record, 0, batch), CONVERT_REJECTED);
		CHECK_INT(record.error.code, LOAD_ERROR_NOT_NULL);
		CHECK_INT(record.error.column, 2);
		CHECK_STR(record.error.reason, "Missing data for not-null field");
	}
	CHECK_INT(batch->nrows, 1);
	RowConverterEnd(converter);
	RowBatchFree(batch);
}

TEST(RejectedRecordsLeaveNoTrace)
{
	RowPlan plan = Plan((ConvertOptions){0});
	RowConverter *converter = Begin(&plan);
	RowBatch *batch = RowBatchCreate(0);
	Field fields[COLUMNS] = {FixtureField(FIELD_STRING, "text"), FixtureField(FIELD_STRING, "x"),
							 FixtureField(FIELD_INTEGER, "7")};
	Record record = {.fields = fields, .nfields = COLUMNS};
	size_t before, after;

	RowBatchTail(batch, &before);
	for (int i = 0; i < 1000; i++)
		CHECK_INT(RowConverterConvert(converter, &record, 0, batch), CONVERT_REJECTED);
	RowBatchTail(batch, &after);
	CHECK_INT(before, after);
	CHECK_INT(batch->nrows, 0);
	CHECK_INT(record.error.column, 1);
	RowConverterEnd(converter);
	RowBatchFree(batch);
}

TEST(TheFirstFailingColumnInTheListsOrderIsBlamed)
{
	RowPlan plan = Plan((ConvertOptions){0});
	RowConverter *converter = Begin(&plan);
	RowBatch *batch = RowBatchCreate(0);
	Field fields[COLUMNS] = {FixtureField(FIELD_STRING, "\xff"), FixtureField(FIELD_STRING, "x"),
							 FixtureField(FIELD_STRING, "y")};
	Record record = {.fields = fields, .nfields = COLUMNS};

	for (int i = 0; i < COLUMNS; i++)
	{
		CHECK_INT(RowConverterConvert(converter, &record, 0, batch), CONVERT_REJECTED);
		CHECK_INT(record.error.column, i);
		fields[i] = FixtureField(FIELD_INTEGER, "1");
	}
	CHECK_INT(RowConverterConvert(converter, &record, 0, batch), CONVERT_ROW);
	RowConverterEnd(converter);
	RowBatchFree(batch);
}

TEST(FullBatchIsToldAndTheRowFitsTheNextOne)
{
	RowPlan plan = Plan((ConvertOptions){0});
	RowConverter *converter = Begin(&plan);
	RowBatch *batch = RowBatchCreate(0);
	Field fields[COLUMNS] = {FixtureField(FIELD_STRING, "some text of a row"),
							 FixtureField(FIELD_INTEGER, "1"), FixtureField(FIELD_INTEGER, "2")};
	Record record = {.fields = fields, .nfields = COLUMNS};
	ConvertStatus status;
	int full;

	while ((status = RowConverterConvert(converter, &record, 0, batch)) == CONVERT_ROW)
		;
	CHECK_INT(status, CONVERT_BATCH_FULL);
	full = batch->nrows;
	CHECK(full > 100);
	CHECK_INT(RowConverterConvert(converter, &record, 0, batch), CONVERT_BATCH_FULL);
	CHECK_INT(batch->nrows, full);
	for (int i = 0; i < full; i++)
	{
		FixtureValue values[COLUMNS];

		FixtureDeform(&batch->rows[i], attributes, COLUMNS, values);
		CHECK_STR(FixtureShow(COLUMN_VARCHAR, &values[1]), "some text of a row");
	}
	RowBatchReset(batch);
	CHECK_INT(RowConverterConvert(converter, &record, 0, batch), CONVERT_ROW);
	RowConverterEnd(converter);
	RowBatchFree(batch);
}

TEST(RowLargerThanABatchGoesIntoAnEmptyOne)
{
	RowPlan plan = Plan((ConvertOptions){0});
	RowConverter *converter = Begin(&plan);
	RowBatch *batch = RowBatchCreate(0);
	size_t size = 4000000;
	char *text = malloc(size);
	Field fields[COLUMNS] = {{.data = text, .length = (uint32_t)size, .kind = FIELD_STRING},
							 FixtureField(FIELD_INTEGER, "1"),
							 FixtureField(FIELD_INTEGER, "2")};
	Record record = {.fields = fields, .nfields = COLUMNS};
	FixtureValue values[COLUMNS];

	memset(text, 'x', size);
	for (int i = 0; i < 3; i++)
	{
		CHECK_INT(RowConverterConvert(converter, &record, 0, batch), CONVERT_ROW);
		CHECK_INT(RowConverterConvert(converter, &record, 0, batch), CONVERT_BATCH_FULL);
		FixtureDeform(&batch->rows[0], attributes, COLUMNS, values);
		CHECK_INT(values[1].length, size);
		CHECK(memcmp(values[1].data, text, size) == 0);
		RowBatchReset(batch);
	}
	fields[1] = FixtureField(FIELD_STRING, "x");
	CHECK_INT(RowConverterConvert(converter, &record, 0, batch), CONVERT_REJECTED);
	CHECK_INT(batch->nrows, 0);
	free(text);
	RowConverterEnd(converter);
	RowBatchFree(batch);
}

TEST(LargeSuperStringsHaveRoomForTheirEscapes)
{
	TupleAttribute attribute = {-1, 'i', false};
	ColumnTarget target = {.kind = COLUMN_SUPER};
	RowPlan plan = {&target, 1, &attribute, 1, {0}};
	RowConverter *converter = Begin(&plan);
	RowBatch *batch = RowBatchCreate(0);
	size_t size = 65535; /* a string in SUPER may have no more */
	char *text = malloc(size);
	Field field = {.data = text, .length = (uint32_t)size, .kind = FIELD_STRING, .ascii = true};
	Record record = {.fields = &field, .nfields = 1};
	FixtureValue value;

	memset(text, 1, size);
	CHECK_INT(RowConverterConvert(converter, &record, 0, batch), CONVERT_ROW);
	FixtureDeform(&batch->rows[0], &attribute, 1, &value);
	CHECK_INT(value.length, 6 * size + 2);
	free(text);
	RowConverterEnd(converter);
	RowBatchFree(batch);
}

TEST(ReplacementsAreCountedAndTheFirstHundredRowsListed)
{
	RowPlan plan = Plan((ConvertOptions){.invalid_char = '?'});
	RowConverter *converter = Begin(&plan);
	RowBatch *batch = RowBatchCreate(1 << 20);
	Field fields[COLUMNS] = {FixtureField(FIELD_STRING, "a\xff"), FixtureField(FIELD_INTEGER, "1"),
							 FixtureField(FIELD_INTEGER, "2")};
	Record record = {.fields = fields, .nfields = COLUMNS, .raw = "{\"t\": ...}", .raw_length = 10};

	for (int i = 0; i < 150; i++)
	{
		record.line = (uint64_t)i;
		CHECK_INT(RowConverterConvert(converter, &record, 3, batch), CONVERT_ROW);
	}
	CHECK_INT(batch->replaced_rows, 150);
	CHECK_INT(batch->nreplacements, 100);
	CHECK_INT(batch->replacements[99].line, 99);
	CHECK_INT(batch->replacements[99].object, 3);
	CHECK_INT(batch->replacements[99].column, 0);
	CHECK(strncmp(batch->replacements[99].raw, record.raw, 10) == 0);
	fields[1] = FixtureField(FIELD_STRING, "x");
	CHECK_INT(RowConverterConvert(converter, &record, 3, batch), CONVERT_REJECTED);
	CHECK_INT(batch->replaced_rows, 150);
	RowConverterEnd(converter);
	RowBatchFree(batch);
}

TEST(ReplacementsNeverSplitFromTheirRow)
{
	RowPlan plan = Plan((ConvertOptions){.invalid_char = '?'});
	RowConverter *converter = Begin(&plan);
	RowBatch *batch = RowBatchCreate(0);
	char raw[LOAD_RAW_MAX * 2];
	Field fields[COLUMNS] = {FixtureField(FIELD_STRING, "a\xff"), FixtureField(FIELD_INTEGER, "1"),
							 FixtureField(FIELD_INTEGER, "2")};
	Record record = {.fields = fields, .nfields = COLUMNS, .raw = raw, .raw_length = sizeof(raw)};

	memset(raw, ' ', sizeof(raw));
	while (RowConverterConvert(converter, &record, 0, batch) == CONVERT_ROW)
		;
	CHECK(batch->nrows > 5 && batch->nrows < 20);
	CHECK_INT(batch->nreplacements, batch->nrows);
	CHECK_INT(batch->replaced_rows, (uint64_t)batch->nrows);
	CHECK_INT(batch->replacements[0].raw_length, LOAD_RAW_MAX);
	RowConverterEnd(converter);
	RowBatchFree(batch);
}

TEST(PlansThatDoNotFitTheirAttributesAreRefused)
{
	TupleAttribute attribute = {4, 'i', false};
	ColumnTarget target = {.name = "c", .kind = COLUMN_INT8};
	RowPlan plan = {&target, 1, &attribute, 1, {0}};
	Failure failure;

	FailureInit(&failure);
	CHECK(RowConverterBegin(&plan, &failure) == NULL);
	CHECK_INT(failure.code, FAILURE_CONFIG);
}

int
main(void)
{
	RUN(FieldsGoToTheAttributesOfTheirColumns);
	RUN(MissingFieldsAreNullAndFailInNotNullColumns);
	RUN(RejectedRecordsLeaveNoTrace);
	RUN(TheFirstFailingColumnInTheListsOrderIsBlamed);
	RUN(FullBatchIsToldAndTheRowFitsTheNextOne);
	RUN(RowLargerThanABatchGoesIntoAnEmptyOne);
	RUN(LargeSuperStringsHaveRoomForTheirEscapes);
	RUN(ReplacementsAreCountedAndTheFirstHundredRowsListed);
	RUN(ReplacementsNeverSplitFromTheirRow);
	RUN(PlansThatDoNotFitTheirAttributesAreRefused);
	return UnitDone();
}
