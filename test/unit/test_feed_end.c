/*
 * test_feed_end.c
 *		Feeds that fail or are ended: whatever the store does, and whenever it
 *		is, the rows before it come out and nothing is left behind.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>

#include "feed_rig.h"

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

int
main(void)
{
	FeedRigBegin();
	RUN(AFailedReadComesAfterTheRowsBeforeIt);
	RUN(AFailedListingComesAfterTheObjectsBeforeIt);
	RUN(AMissingObjectIsSkippedOnlyWhereItMayBe);
	RUN(AFeedMayEndAtAnyPoint);
	RUN(AStalledReadOrListingDoesNotHoldUpTheEnd);
	RUN(InlineWorkStopsWhenInterrupted);
	RUN(WithoutThreadsTheWorkGoesOnInline);
	RUN(BadOptionsFailAtTheBeginning);
	FeedRigEnd();
	return UnitDone();
}
