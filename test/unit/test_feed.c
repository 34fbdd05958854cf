/*
 * test_feed.c
 *		Batches come in order, the same with any number of workers, from objects
 *		of every size, in bounded memory.  What goes wrong is test_feed_end.c's.
 */
#include <zlib.h>

#include "feed_rig.h"

/* Records that have no room in a batch. */
static char *
HugeText(int object, size_t *size)
{
	size_t length = 1000 * 1000 * (size_t)(object % 4);
	char *text = malloc(length + 64);

	*size = (size_t)sprintf(text, "{\"id\": %d, \"name\": \"", object);
	memset(text + *size, 'a' + object, length);
	*size += length;
	*size += (size_t)sprintf(text + *size, "\"}\n");
	return text;
}

/* A megabyte of records in the first object, a few in the others. */
static char *
UnevenText(int object, size_t *size)
{
	int records = object == 0 ? 100000 : 2000;
	char *text = malloc((size_t)records * 48);

	*size = 0;
	for (int i = 0; i < records; i++)
		*size += (size_t)sprintf(text + *size, "{\"id\":%d,\"name\":\"%d\"}\n", i, object);
	return text;
}

/* The mixed objects, each packed with gzip. */
static char *
GzipText(int object, size_t *size)
{
	size_t plain_size;
	char *plain = MixedText(object, &plain_size), *packed;
	z_stream stream = {0};

	deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
	*size = deflateBound(&stream, plain_size);
	packed = malloc(*size);
	stream.next_in = (Bytef *)plain;
	stream.avail_in = (unsigned int)plain_size;
	stream.next_out = (Bytef *)packed;
	stream.avail_out = (unsigned int)*size;
	deflate(&stream, Z_FINISH);
	*size = stream.total_out;
	deflateEnd(&stream);
	free(plain);
	return packed;
}

/* Only bad records; the first is long and has no ASCII. */
static char *
BadText(int object, size_t *size)
{
	char *text = malloc(8000);

	*size = (size_t)sprintf(text, "{\"name\": \"n\", \"id\": \"xy");
	for (int i = 0; object == 0 && i < 1000; i++)
		*size += (size_t)sprintf(text + *size, "\xE2\x82\xAC");
	*size += (size_t)sprintf(text + *size, "\"}\n{\"id\": \"y\"}\nnonsense\n");
	return text;
}

TEST(AnyNumberOfWorkersGivesTheSameRows)
{
	static const Setup setups[] = {{.workers = 0},
								   {.workers = 1},
								   {.workers = 4},
								   {.workers = 4, .memory_limit = 1},
								   {.workers = 3, .window = 64, .hold = true},
								   {.workers = 0, .window = 64, .memory_limit = 100000},
								   {.workers = 0, .hold = true, .memory_limit = 1}};
	uint64_t hash = 0, rows = 0, rejected = 0, weighted = 0;

	for (int object = 0; object < 600; object++)
	{
		int records = object % 7 == 3 ? 0 : object % 11 == 5 ? 5000 : object % 13;

		rows += (uint64_t)(records - (records + 83) / 97);
		rejected += (uint64_t)((records + 83) / 97);
		weighted += (uint64_t)((records + 83) / 97) * (uint64_t)(object + 1);
	}
	for (size_t i = 0; i < sizeof(setups) / sizeof(setups[0]); i++)
	{
		MemoryStore store;
		Outcome outcome;

		MemoryStoreInit(&store, 600, MixedText);
		store.slow_reads_us = i % 2 == 1 ? 50 : 0;
		store.sizes_unknown = i == 3;
		outcome = Run(&store, &setups[i]);
		CHECK_INT(outcome.status, FEED_END);
		CHECK_INT(outcome.rows, rows);
		CHECK_INT(outcome.rejected, rejected);
		CHECK_INT(outcome.finished, 600);
		CHECK_INT(outcome.finished_rejected, weighted);
		CHECK_INT(outcome.lines, rows + rejected);
		CHECK_INT(outcome.batch_bytes, outcome.stored_bytes);
		CHECK_INT(outcome.plain_bytes, outcome.stored_bytes);
		CHECK_INT(outcome.with_fields, 20);
		if (i == 0)
			hash = outcome.hash;
		CHECK(outcome.hash == hash);
		CHECK(!store.interrupted);
	}
}

TEST(PackedObjectsCountBothSizes)
{
	Outcome plain, packed;
	MemoryStore store;

	for (int workers = 0; workers < 3; workers++)
	{
		MemoryStoreInit(&store, 60, MixedText);
		plain = Run(&store, &(Setup){.workers = workers});
		MemoryStoreInit(&store, 60, GzipText);
		packed = Run(&store, &(Setup){.workers = workers, .compression = COMPRESSION_GZIP});
		CHECK(packed.hash == plain.hash);
		CHECK_INT(packed.plain_bytes, plain.plain_bytes);
		CHECK(packed.stored_bytes < plain.stored_bytes);
		CHECK_INT(packed.batch_bytes, packed.stored_bytes);
	}
}

TEST(ManyTinyObjectsShareBatchesAndStayFewAtATime)
{
	for (int workers = 0; workers < 4; workers += 3)
	{
		MemoryStore store;
		Outcome outcome;

		MemoryStoreInit(&store, 100000, TinyText);
		outcome = Run(&store, &(Setup){.workers = workers, .window = 64});
		CHECK_INT(outcome.status, FEED_END);
		CHECK_INT(outcome.rows, 100000);
		CHECK_INT(store.opened, 100000);
		CHECK(outcome.batches <= 100000 / 256 + 1);
		CHECK(store.open_most <= 64 + workers + 1);
		CHECK(store.open_most >= 32);
		CHECK_STR(outcome.last_url, "s3://memory/099999");
	}
}

TEST(ADiskIsReadOneObjectAWorker)
{
	MemoryStore store;
	Outcome outcome;

	MemoryStoreInit(&store, 5000, TinyText);
	outcome = Run(&store, &(Setup){.workers = 2});
	CHECK_INT(outcome.rows, 5000);
	CHECK(store.open_most <= 2);
}

TEST(ARecordLargerThanABatchGetsThrough)
{
	for (int workers = 0; workers < 3; workers++)
	{
		MemoryStore store;
		Outcome outcome;

		MemoryStoreInit(&store, 12, HugeText);
		outcome = Run(&store, &(Setup){.workers = workers, .memory_limit = 1});
		CHECK_INT(outcome.status, FEED_END);
		CHECK_INT(outcome.rows, 12);
	}
}

TEST(WorkersAheadCannotUseUpTheMemory)
{
	for (int hold = 0; hold < 2; hold++)
	{
		MemoryStore store;
		Outcome outcome;

		MemoryStoreInit(&store, 200, UnevenText);
		store.slow_reads_us = 300;
		outcome = Run(&store, &(Setup){.workers = 4, .memory_limit = 1, .hold = hold});
		CHECK_INT(outcome.status, FEED_END);
		CHECK_INT(outcome.rows, 100000 + 199 * 2000);
	}
}

TEST(ABadRecordIsShownWithItsValueAndFields)
{
	for (int workers = 0; workers < 3; workers++)
	{
		MemoryStore store;
		Outcome outcome;

		MemoryStoreInit(&store, 30, BadText);
		outcome = Run(&store, &(Setup){.workers = workers});
		CHECK_INT(outcome.status, FEED_END);
		CHECK_INT(outcome.rows, 0);
		CHECK_INT(outcome.rejected, 90);
		/* of the first twenty, every third is no record and has no fields */
		CHECK_INT(outcome.with_fields, 14);
		CHECK_INT(strlen(outcome.first_raw), 1022); /* 1024 would cut a character of three bytes */
		CHECK(strncmp(outcome.first_raw, "{\"name\": \"n\", \"id\": \"xy\xE2\x82\xAC", 26) == 0);
		CHECK_INT(strlen(outcome.first_value), 1022);
		CHECK(strncmp(outcome.first_value, "xy\xE2\x82\xAC", 5) == 0);
		CHECK(outcome.first_reason[0] != '\0');
	}
}

TEST(NoObjectsAreNoRows)
{
	for (int workers = 0; workers < 2; workers++)
	{
		MemoryStore store;
		Outcome outcome;

		MemoryStoreInit(&store, 0, TinyText);
		outcome = Run(&store, &(Setup){.workers = workers});
		CHECK_INT(outcome.status, FEED_END);
		CHECK_INT(outcome.batches, 0);
	}
}

TEST(TotalsAreTheListings)
{
	FeedConfig config = {.json = &json, .plan = &plan, .memory_limit = 1 << 20};
	uint64_t objects, bytes;
	MemoryStore store;
	Failure failure;
	RowBatch *batch;
	bool complete;
	Feed *feed;

	FailureInit(&failure);
	MemoryStoreInit(&store, 10, TinyText);
	config.objects = ObjectStoreList(&store.base, "", &failure);
	feed = FeedBegin(&config, &failure);
	CHECK_INT(FeedNext(feed, &batch, &failure), FEED_BATCH);
	FeedTotals(feed, &objects, &bytes, &complete);
	CHECK_INT(objects, 10);
	CHECK_INT(bytes, 10 * strlen("{\"id\": 1, \"name\": \"tiny\"}"));
	CHECK(complete);
	FeedRecycle(feed, batch);
	FeedEnd(feed);
}

int
main(void)
{
	FeedRigBegin();
	RUN(AnyNumberOfWorkersGivesTheSameRows);
	RUN(PackedObjectsCountBothSizes);
	RUN(ManyTinyObjectsShareBatchesAndStayFewAtATime);
	RUN(ADiskIsReadOneObjectAWorker);
	RUN(ARecordLargerThanABatchGetsThrough);
	RUN(WorkersAheadCannotUseUpTheMemory);
	RUN(ABadRecordIsShownWithItsValueAndFields);
	RUN(NoObjectsAreNoRows);
	RUN(TotalsAreTheListings);
	FeedRigEnd();
	return UnitDone();
}
