/*
 * test_feed.c
 *		Batches come in order, the same with any number of workers, whatever
 *		the store does; and nothing is left behind.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "source/feed/feed.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <zlib.h>

#include "memory_store.h"

static const char *const names[] = {"id", "name"};
static const ColumnTarget columns[] = {
	{.name = "id", .type_name = "int4", .type_length = "0", .kind = COLUMN_INT4, .attribute = 0},
	{.name = "name",
	 .type_name = "varchar",
	 .type_length = "0",
	 .kind = COLUMN_VARCHAR,
	 .attribute = 1}};
static const TupleAttribute attributes[] = {{.length = 4, .align = 'i'},
											{.length = -1, .align = 'i'}};
static const RowPlan plan = {
	.columns = columns, .ncolumns = 2, .attributes = attributes, .nattributes = 2};

/* What came out of a feed, as a hash over every field in order, and some counts. */
typedef struct Outcome
{
	FeedStatus status;
	Failure failure;
	uint64_t hash;
	uint64_t rows;
	uint64_t rejected;
	uint64_t with_fields;
	uint64_t finished;
	uint64_t finished_rejected; /* weighted with the object's number */
	uint64_t missing;
	uint64_t lines;
	uint64_t plain_bytes;
	uint64_t stored_bytes;
	uint64_t batch_bytes;
	uint64_t batches;
	char last_url[64];
	char first_reason[LOAD_REASON_MAX];
	char first_raw[LOAD_RAW_MAX + 1];
	char first_value[LOAD_RAW_MAX + 1];
} Outcome;

/* How a feed is run. */
typedef struct Setup
{
	int workers;
	int window;
	size_t memory_limit;
	Compression compression;
	bool (*interrupted)(void);
	int stop_after; /* batches; 0: to the end */
	bool hold;		/* keep one batch back while asking for the next */
} Setup;

static JsonMapping *mapping;
static JsonReaderOptions json;
static bool threads_fail;

/* Stands before the C library's, so that a system without threads can be played. */
int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes_, void *(*start)(void *),
			   void *argument)
{
	typedef int (*Create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
	static Create next;

	if (threads_fail)
		return EAGAIN;
	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "pthread_create");
	return next(thread, attributes_, start, argument);
}

static void
Hash(Outcome *outcome, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++)
		outcome->hash = (outcome->hash ^ bytes[i]) * 1099511628211u;
}

static void
HashNumber(Outcome *outcome, uint64_t number)
{
	Hash(outcome, &number, sizeof(number));
}

/* Adds a rejected record to the outcome. */
static void
NoteRejected(Outcome *outcome, const RejectedRecord *rejected)
{
	HashNumber(outcome, rejected->line);
	HashNumber(outcome, rejected->offset);
	HashNumber(outcome, rejected->object);
	HashNumber(outcome, (uint64_t)rejected->nfields);
	Hash(outcome, rejected->raw, rejected->raw_length);
	for (int i = 0; i < rejected->nfields; i++)
		Hash(outcome, rejected->fields[i].data, rejected->fields[i].length);
	if (outcome->rejected++ == 0)
	{
		snprintf(outcome->first_reason, LOAD_REASON_MAX, "%s", rejected->error.reason);
		memcpy(outcome->first_raw, rejected->raw, rejected->raw_length);
		if (rejected->value != NULL)
			memcpy(outcome->first_value, rejected->value, rejected->value_length);
	}
	outcome->with_fields += rejected->fields != NULL;
}

/* Adds a batch to the outcome: rows and rejected records in the order of the objects. */
static void
NoteBatch(Outcome *outcome, const RowBatch *batch)
{
	int next = 0;

	outcome->batches++;
	outcome->batch_bytes += batch->bytes;
	for (int i = 0; i <= batch->nrows; i++)
	{
		while (next < batch->nrejected && batch->rejected[next].before_row == (uint32_t)i)
			NoteRejected(outcome, &batch->rejected[next++]);
		if (i == batch->nrows)
			break;
		HashNumber(outcome, batch->rows[i].object);
		HashNumber(outcome, batch->rows[i].line);
		Hash(outcome, batch->rows[i].tuple, batch->rows[i].length);
		CHECK(batch->rows[i].object - batch->first_object < (uint32_t)batch->nurls);
		outcome->rows++;
	}
	CHECK_INT(next, batch->nrejected);
	for (int i = 0; i < batch->nfinished; i++)
	{
		const FinishedObject *finished = &batch->finished[i];

		CHECK_INT(finished->object, outcome->finished);
		outcome->finished++;
		outcome->missing += finished->missing;
		outcome->lines += finished->lines;
		outcome->plain_bytes += finished->bytes;
		outcome->stored_bytes += finished->stored_bytes;
		outcome->finished_rejected += finished->rejected * (finished->object + 1);
		snprintf(outcome->last_url, sizeof(outcome->last_url), "%s", finished->url);
	}
}

/* Runs a feed over a store. */
static Outcome
Run(MemoryStore *store, const Setup *setup)
{
	Outcome outcome = {.status = FEED_FAILED, .hash = 14695981039346656037u};
	FeedConfig config = {.compression = setup->compression,
						 .json = &json,
						 .plan = &plan,
						 .workers = setup->workers,
						 .window = setup->window,
						 .interrupted = setup->interrupted,
						 .memory_limit =
							 setup->memory_limit ? setup->memory_limit : (size_t)16 << 20};
	RowBatch *held = NULL, *batch;
	Feed *feed;

	FailureInit(&outcome.failure);
	config.objects = ObjectStoreList(&store->base, "", &outcome.failure);
	feed = FeedBegin(&config, &outcome.failure);
	CHECK(feed != NULL);
	while (feed != NULL)
	{
		struct pollfd fd = {.fd = FeedWaitFd(feed), .events = POLLIN};

		outcome.status = FeedNext(feed, &batch, &outcome.failure);
		if (outcome.status == FEED_WAIT)
		{
			CHECK(fd.fd >= 0);
			if (poll(&fd, 1, 20000) != 1)
			{
				CHECK(!"the feed woke up");
				break;
			}
			continue;
		}
		if (outcome.status != FEED_BATCH)
			break;
		NoteBatch(&outcome, batch);
		if (held != NULL)
			FeedRecycle(feed, held);
		held = batch;
		if (!setup->hold)
		{
			FeedRecycle(feed, held);
			held = NULL;
		}
		if (setup->stop_after > 0 && outcome.batches >= (uint64_t)setup->stop_after)
			break;
	}
	/* Whoever fails over a batch never gives it back; the sanitizer finds what is lost by that. */
	if (held != NULL && setup->stop_after == 0)
		FeedRecycle(feed, held);
	FeedEnd(feed);
	CHECK_INT(store->open_now, 0);
	CHECK(!store->signals_open);
	return outcome;
}

/* Objects of many sizes: none, a few and thousands of records, some of them bad. */
static char *
MixedText(int object, size_t *size)
{
	int records = object % 7 == 3 ? 0 : object % 11 == 5 ? 5000 : object % 13;
	char *text = malloc((size_t)records * 64 + 1);

	*size = 0;
	text[0] = '\0';
	for (int i = 0; i < records; i++)
		*size += (size_t)sprintf(text + *size,
								 i % 97 == 13 ? "{\"id\": \"x%d\", \"name\": \"%d\"}\n"
											  : "{\"id\": %d, \"name\": \"number %d\"}\n",
								 i, object);
	return text;
}

/* One record an object. */
static char *
TinyText(int object, size_t *size)
{
	char *text = malloc(64);

	*size = (size_t)sprintf(text, "{\"id\": %d, \"name\": \"tiny\"}", object);
	return text;
}

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

TEST(AFailedReadComesAfterTheRowsBeforeIt)
{
	for (int workers = 0; workers < 5; workers += 2)
	{
		uint64_t before = 0;
		MemoryStore store;
		Outcome outcome;

		for (int object = 0; object < 16; object++)
			before += (uint64_t)(object % 7 == 3 ? 0 : object % 11 == 5 ? 5000 : object % 13);
		MemoryStoreInit(&store, 600, MixedText);
		store.read_fails_at = 16; /* 5000 records, of which half can be read */
		outcome = Run(&store, &(Setup){.workers = workers, .window = 8});
		CHECK_INT(outcome.status, FEED_FAILED);
		CHECK_INT(outcome.failure.code, FAILURE_NETWORK);
		CHECK_STR(outcome.failure.message,
				  "could not read s3://memory/000016: the connection broke");
		CHECK_INT(outcome.finished, 16);
		CHECK(outcome.rows + outcome.rejected >= before);
		CHECK(outcome.rows + outcome.rejected < before + 3000);
	}
}

TEST(AFailedListingComesAfterTheObjectsBeforeIt)
{
	for (int workers = 0; workers < 3; workers++)
	{
		MemoryStore store;
		Outcome outcome;

		MemoryStoreInit(&store, 5000, TinyText);
		store.list_fails_at = 1000;
		outcome = Run(&store, &(Setup){.workers = workers});
		CHECK_INT(outcome.status, FEED_FAILED);
		CHECK_INT(outcome.failure.code, FAILURE_DENIED);
		CHECK_STR(outcome.failure.message, "no more listing");
		CHECK_INT(outcome.rows, 1000);
	}
}

TEST(AMissingObjectIsSkippedOnlyWhereItMayBe)
{
	for (int workers = 0; workers < 2; workers++)
	{
		MemoryStore store;
		Outcome outcome;

		MemoryStoreInit(&store, 100, TinyText);
		store.missing_at = 50;
		store.mandatory = false;
		outcome = Run(&store, &(Setup){.workers = workers});
		CHECK_INT(outcome.status, FEED_END);
		CHECK_INT(outcome.rows, 99);
		CHECK_INT(outcome.finished, 100);
		CHECK_INT(outcome.missing, 1);

		MemoryStoreInit(&store, 100, TinyText);
		store.missing_at = 50;
		outcome = Run(&store, &(Setup){.workers = workers});
		CHECK_INT(outcome.status, FEED_FAILED);
		CHECK_INT(outcome.failure.code, FAILURE_NOT_FOUND);
		CHECK_INT(outcome.rows, 50);
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

TEST(AFeedMayEndAtAnyPoint)
{
	for (int workers = 0; workers < 5; workers++)
		for (int stop_after = 1; stop_after < 40; stop_after += 6)
		{
			MemoryStore store;
			Outcome outcome;

			MemoryStoreInit(&store, 2000, MixedText);
			outcome = Run(&store, &(Setup){.workers = workers,
										   .window = 16,
										   .stop_after = stop_after,
										   .hold = stop_after % 4 == 1,
										   .memory_limit = 1 << 20});
			CHECK_INT(outcome.status, FEED_BATCH);
			CHECK(store.interrupted || workers == 0);
		}
}

/* Begins a feed over a store that stalls, waits until it does, and ends the feed. */
static void
EndStalled(MemoryStore *store)
{
	FeedConfig config = {
		.json = &json, .plan = &plan, .workers = 2, .window = 4, .memory_limit = 1 << 20};
	struct timespec begun, ended;
	RowBatch *batch;
	Failure failure;
	Feed *feed;

	FailureInit(&failure);
	config.objects = ObjectStoreList(&store->base, "", &failure);
	feed = FeedBegin(&config, &failure);
	while (!store->stalled)
		MemorySleep(100);
	while (FeedNext(feed, &batch, &failure) == FEED_BATCH)
		FeedRecycle(feed, batch);
	CHECK(!Failed(&failure));
	clock_gettime(CLOCK_MONOTONIC, &begun);
	FeedEnd(feed);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	CHECK(ended.tv_sec - begun.tv_sec < 2);
	CHECK_INT(store->open_now, 0);
}

TEST(AStalledReadOrListingDoesNotHoldUpTheEnd)
{
	MemoryStore store;

	MemoryStoreInit(&store, 100, MixedText);
	store.read_stalls_at = 5;
	EndStalled(&store);
	MemoryStoreInit(&store, 100, MixedText);
	store.list_stalls_at = 50;
	EndStalled(&store);
	MemoryStoreInit(&store, 100, MixedText);
	store.list_stalls_at = 0;
	EndStalled(&store);
}

static bool interrupt;

static bool
Interrupted(void)
{
	return interrupt;
}

TEST(InlineWorkStopsWhenInterrupted)
{
	MemoryStore store;
	Outcome outcome;

	interrupt = true;
	MemoryStoreInit(&store, 100, TinyText);
	outcome = Run(&store, &(Setup){.interrupted = Interrupted});
	CHECK_INT(outcome.status, FEED_FAILED);
	CHECK_INT(outcome.failure.code, FAILURE_CANCELLED);
	CHECK_INT(outcome.rows, 0);
	interrupt = false;
	MemoryStoreInit(&store, 100, TinyText);
	outcome = Run(&store, &(Setup){.interrupted = Interrupted});
	CHECK_INT(outcome.status, FEED_END);
	CHECK_INT(outcome.rows, 100);
}

TEST(WithoutThreadsTheWorkGoesOnInline)
{
	MemoryStore store;
	Outcome outcome;

	threads_fail = true;
	MemoryStoreInit(&store, 1000, TinyText);
	outcome = Run(&store, &(Setup){.workers = 4});
	threads_fail = false;
	CHECK_INT(outcome.status, FEED_END);
	CHECK_INT(outcome.rows, 1000);
	CHECK(store.open_most <= 1);
}

TEST(BadOptionsFailAtTheBeginning)
{
	RowPlan bad = plan;
	FeedConfig config = {.json = &json, .plan = &bad, .workers = 2, .memory_limit = 1 << 20};
	MemoryStore store;
	Failure failure;

	FailureInit(&failure);
	bad.options.date_format = "no format";
	MemoryStoreInit(&store, 10, TinyText);
	config.objects = ObjectStoreList(&store.base, "", &failure);
	CHECK(FeedBegin(&config, &failure) == NULL);
	CHECK_INT(failure.code, FAILURE_CONFIG);
	CHECK_INT(store.opened, 0);
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
	Failure failure;

	FailureInit(&failure);
	mapping = JsonMappingAuto(names, 2, false, &failure);
	json = (JsonReaderOptions){.mapping = mapping};
	RUN(AnyNumberOfWorkersGivesTheSameRows);
	RUN(PackedObjectsCountBothSizes);
	RUN(ManyTinyObjectsShareBatchesAndStayFewAtATime);
	RUN(ADiskIsReadOneObjectAWorker);
	RUN(ARecordLargerThanABatchGetsThrough);
	RUN(WorkersAheadCannotUseUpTheMemory);
	RUN(AFailedReadComesAfterTheRowsBeforeIt);
	RUN(AFailedListingComesAfterTheObjectsBeforeIt);
	RUN(AMissingObjectIsSkippedOnlyWhereItMayBe);
	RUN(ABadRecordIsShownWithItsValueAndFields);
	RUN(NoObjectsAreNoRows);
	RUN(AFeedMayEndAtAnyPoint);
	RUN(AStalledReadOrListingDoesNotHoldUpTheEnd);
	RUN(InlineWorkStopsWhenInterrupted);
	RUN(WithoutThreadsTheWorkGoesOnInline);
	RUN(BadOptionsFailAtTheBeginning);
	RUN(TotalsAreTheListings);
	JsonMappingFree(mapping);
	return UnitDone();
}
