/*
 * test_row_batch.c
 *		A batch keeps what it is given, says when it is full, and never gives a
 *		half-added entry.
 */
#include "source/row/row_batch.h"
#include "unit.h"

/* Packs a tuple of one byte value into the tail. */
static bool
AddTuple(RowBatch *batch, size_t length, char fill)
{
	size_t room;
	char *tail = RowBatchTail(batch, &room);
	PackedRow row = {.tuple = tail, .length = (uint32_t)length, .line = (uint64_t)fill};

	if (room < length)
		return false;
	memset(tail, fill, length);
	return RowBatchAddRow(batch, &row);
}

TEST(RowsKeepTheirBytesAndOrderUntilTheBatchIsFull)
{
	RowBatch *batch = RowBatchCreate(64 * 1024);
	int added = 0;

	while (AddTuple(batch, 33, (char)(added % 100)))
		added++;
	CHECK_INT(batch->nrows, added);
	CHECK(added > 500);
	for (int i = 0; i < added; i++)
	{
		CHECK_INT((uintptr_t)batch->rows[i].tuple % 8, 0);
		CHECK_INT(batch->rows[i].line, i % 100);
		for (int j = 0; j < 33; j++)
			if (batch->rows[i].tuple[j] != i % 100)
				CHECK_INT(batch->rows[i].tuple[j], i % 100);
	}
	RowBatchReset(batch);
	CHECK_INT(batch->nrows, 0);
	for (int i = 0; i < added; i++)
		CHECK(AddTuple(batch, 33, 1));
	RowBatchFree(batch);
}

TEST(UnclaimedTailIsOverwrittenByTheNextTuple)
{
	RowBatch *batch = RowBatchCreate(0);
	size_t room, again;
	char *tail = RowBatchTail(batch, &room);

	memset(tail, 7, room);
	CHECK(RowBatchTail(batch, &again) == tail);
	CHECK_INT(again, room);
	CHECK(AddTuple(batch, 16, 3));
	CHECK(batch->rows[0].tuple == tail);
	CHECK(RowBatchTail(batch, &again) == tail + 16);
	RowBatchFree(batch);
}

TEST(EmptyBatchTakesARowLargerThanItselfAndAFullOneDoesNot)
{
	RowBatch *batch = RowBatchCreate(16 * 1024);
	size_t large = 1 << 20;
	PackedRow row = {.tuple = RowBatchReserve(batch, large), .length = (uint32_t)large};

	CHECK(row.tuple != NULL);
	memset(row.tuple, 5, large);
	CHECK(RowBatchAddRow(batch, &row));
	CHECK(RowBatchReserve(batch, large) == NULL);
	CHECK(AddTuple(batch, 100, 6));
	CHECK_INT(batch->rows[0].tuple[large - 1], 5);
	RowBatchReset(batch);
	CHECK(AddTuple(batch, 100, 6));
	CHECK(RowBatchReserve(batch, large) == NULL);
	RowBatchFree(batch);
}

TEST(ListsOfAllKindsGrowSideBySide)
{
	RowBatch *batch = RowBatchCreate(1 << 20);
	char url[32];

	for (int i = 0; i < 500; i++)
	{
		RejectedRecord rejected = {.line = (uint64_t)i, .before_row = (uint32_t)batch->nrows};
		Replacement replacement = {.column = i};
		FinishedObject finished = {
			.object = (uint32_t)i, .url = url, .etag = i % 2 ? url + 5 : NULL};

		snprintf(url, sizeof(url), "s3://b/%d", i);
		CHECK(RowBatchAddRejected(batch, &rejected));
		CHECK(RowBatchAddReplacement(batch, &replacement));
		CHECK(RowBatchAddFinished(batch, &finished));
		CHECK(RowBatchAddUrl(batch, (uint32_t)i + 10, url));
		CHECK(AddTuple(batch, 40, 1));
	}
	CHECK_INT(batch->nrejected, 500);
	CHECK_INT(batch->nreplacements, 500);
	CHECK_INT(batch->nfinished, 500);
	CHECK_INT(batch->nurls, 500);
	CHECK_INT(batch->first_object, 10);
	for (int i = 0; i < 500; i++)
	{
		snprintf(url, sizeof(url), "s3://b/%d", i);
		CHECK_INT(batch->rejected[i].line, i);
		CHECK_INT(batch->rejected[i].before_row, i);
		CHECK_INT(batch->replacements[i].column, i);
		CHECK_STR(batch->finished[i].url, url);
		if (i % 2)
			CHECK_STR(batch->finished[i].etag, url + 5);
		else
			CHECK(batch->finished[i].etag == NULL);
		CHECK_STR(batch->urls[i], url);
	}
	RowBatchFree(batch);
}

TEST(NamingAnObjectTwiceKeepsOneUrlAndASkippedOneHasNone)
{
	RowBatch *batch = RowBatchCreate(0);

	CHECK(RowBatchAddUrl(batch, 3, "a"));
	CHECK(RowBatchAddUrl(batch, 3, "a"));
	CHECK(RowBatchAddUrl(batch, 5, "c"));
	CHECK_INT(batch->nurls, 3);
	CHECK_STR(batch->urls[0], "a");
	CHECK(batch->urls[1] == NULL);
	CHECK_STR(batch->urls[2], "c");
	RowBatchFree(batch);
}

TEST(FullBatchRefusesAndKeepsWhatItHas)
{
	RowBatch *batch = RowBatchCreate(0);
	RejectedRecord rejected = {0};
	FinishedObject finished = {.url = "s3://b/k"};
	int nrejected;

	CHECK(AddTuple(batch, 100, 1));
	while (RowBatchCopy(batch, "12345678", 8) != NULL)
		;
	CHECK(RowBatchAddRejected(batch, &rejected) == false);
	CHECK(RowBatchAddFinished(batch, &finished) == false);
	CHECK(RowBatchAddUrl(batch, 0, "s3://b/k") == false);
	CHECK_INT(batch->nrejected + batch->nfinished + batch->nurls, 0);
	CHECK_INT(batch->nrows, 1);
	RowBatchReset(batch);
	for (nrejected = 0; RowBatchAddRejected(batch, &rejected); nrejected++)
		;
	CHECK(nrejected > 8);
	CHECK_INT(batch->nrejected, nrejected);
	RowBatchFree(batch);
}

int
main(void)
{
	RUN(RowsKeepTheirBytesAndOrderUntilTheBatchIsFull);
	RUN(UnclaimedTailIsOverwrittenByTheNextTuple);
	RUN(EmptyBatchTakesARowLargerThanItselfAndAFullOneDoesNot);
	RUN(ListsOfAllKindsGrowSideBySide);
	RUN(NamingAnObjectTwiceKeepsOneUrlAndASkippedOneHasNone);
	RUN(FullBatchRefusesAndKeepsWhatItHas);
	return UnitDone();
}
