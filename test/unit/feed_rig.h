/*
 * feed_rig.h
 *		Runs a feed over a store in memory, and keeps what came out of it as a
 *		hash and some counts.
 */
#ifndef SPARKIFY_FEED_RIG_H
#define SPARKIFY_FEED_RIG_H

#include <poll.h>

#include "source/feed/feed.h"

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

/* Makes what all feeds read with; FeedRigEnd releases it. */
static inline void
FeedRigBegin(void)
{
	Failure failure;

	FailureInit(&failure);
	mapping = JsonMappingAuto(names, 2, false, &failure);
	json = (JsonReaderOptions){.mapping = mapping};
}

static inline void
FeedRigEnd(void)
{
	JsonMappingFree(mapping);
}

static inline void
Hash(Outcome *outcome, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++)
		outcome->hash = (outcome->hash ^ bytes[i]) * 1099511628211u;
}

static inline void
HashNumber(Outcome *outcome, uint64_t number)
{
	Hash(outcome, &number, sizeof(number));
}

/* Adds a rejected record to the outcome. */
static inline void
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
static inline void
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
static inline Outcome
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
static inline char *
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
static inline char *
TinyText(int object, size_t *size)
{
	char *text = malloc(64);

	*size = (size_t)sprintf(text, "{\"id\": %d, \"name\": \"tiny\"}", object);
	return text;
}

#endif /* SPARKIFY_FEED_RIG_H */
