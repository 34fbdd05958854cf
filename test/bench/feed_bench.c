/*
 * feed_bench.c
 *		The feed alone, without a server: what parsing and packing cost.
 *
 *	feed_bench DIRECTORY PREFIX WORKERS events|songs
 *
 * test/bench/feed_bench.sh builds it without sanitizers.
 */
#include "source/feed/feed.h"
#include "source/store/mirror_store.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define MAX_COLUMNS 32

typedef struct Table
{
	const char *name;
	const char *paths; /* of the JSON fields, and i, l, d or v for the column's type */
} Table;

static const Table tables[] = {
	{"events", "artist:v auth:v firstName:v gender:v itemInSession:i lastName:v length:d level:v "
			   "location:v method:v page:v registration:v sessionId:i song:v status:i ts:l "
			   "userAgent:v userId:i"},
	{"songs", "artist_id:v artist_latitude:d artist_location:v artist_longitude:d artist_name:v "
			  "duration:d num_songs:i song_id:v title:v year:i"},
};

static char names_text[1024];
static const char *names[MAX_COLUMNS];
static ColumnTarget columns[MAX_COLUMNS];
static TupleAttribute attributes[MAX_COLUMNS];

/* Makes the columns of a table; returns their number. */
static int
MakeColumns(const char *table)
{
	int count = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (strcmp(tables[i].name, table) == 0)
			strcpy(names_text, tables[i].paths);
	for (char *name = strtok(names_text, " "); name != NULL; name = strtok(NULL, " "), count++)
	{
		char *type = strchr(name, ':');

		*type++ = '\0';
		names[count] = name;
		attributes[count] = *type == 'i'   ? (TupleAttribute){.length = 4, .align = 'i'}
							: *type == 'v' ? (TupleAttribute){.length = -1, .align = 'i'}
										   : (TupleAttribute){.length = 8, .align = 'd'};
		columns[count] = (ColumnTarget){.name = name,
										.type_name = "",
										.type_length = "",
										.attribute = count,
										.max_bytes = *type == 'v' ? 1024 : 0,
										.kind = *type == 'i'   ? COLUMN_INT4
												: *type == 'l' ? COLUMN_INT8
												: *type == 'd' ? COLUMN_FLOAT8
															   : COLUMN_VARCHAR};
	}
	return count;
}

int
main(int argc, char **argv)
{
	RowPlan plan = {.columns = columns, .attributes = attributes};
	JsonReaderOptions json = {0};
	FeedConfig config = {.json = &json, .plan = &plan, .memory_limit = (size_t)64 << 20};
	uint64_t rows = 0, rejected = 0, bytes = 0, tuples = 0, waits = 0, batches = 0;
	struct timespec begun, ended;
	struct rusage usage;
	ObjectStore *store;
	FeedStatus status;
	Failure failure;
	RowBatch *batch;
	Feed *feed;
	double seconds;

	if (argc != 5)
		return 2;
	FailureInit(&failure);
	plan.ncolumns = plan.nattributes = MakeColumns(argv[4]);
	json.mapping = JsonMappingAuto(names, plan.ncolumns, false, &failure);
	config.workers = atoi(argv[3]);
	store = MirrorStoreOpen("bench", argv[1], "", -1, &failure);
	clock_gettime(CLOCK_MONOTONIC, &begun);
	config.objects = store ? ObjectStoreList(store, argv[2], &failure) : NULL;
	feed = config.objects ? FeedBegin(&config, &failure) : NULL;
	while (feed != NULL && (status = FeedNext(feed, &batch, &failure)) <= FEED_WAIT)
	{
		if (status == FEED_WAIT)
		{
			poll(&(struct pollfd){.fd = FeedWaitFd(feed), .events = POLLIN}, 1, -1);
			waits++;
			continue;
		}
		batches++;
		rows += (uint64_t)batch->nrows;
		rejected += (uint64_t)batch->nrejected;
		bytes += batch->bytes;
		for (int i = 0; i < batch->nrows; i++)
			tuples += batch->rows[i].length;
		FeedRecycle(feed, batch);
	}
	clock_gettime(CLOCK_MONOTONIC, &ended);
	FeedEnd(feed);
	ObjectStoreClose(store);
	if (Failed(&failure))
		fprintf(stderr, "%s\n", failure.message);
	getrusage(RUSAGE_SELF, &usage);
	seconds = (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9;
	printf("%llu rows, %llu rejected, %.3f s, %.2f million rows/s, %.0f MB/s of JSON, %.0f MB of "
		   "tuples, %llu batches, %llu waits, peak %ld MB\n",
		   (unsigned long long)rows, (unsigned long long)rejected, seconds,
		   (double)rows / seconds / 1e6, (double)bytes / seconds / 1e6, (double)tuples / 1e6,
		   (unsigned long long)batches, (unsigned long long)waits, usage.ru_maxrss / 1024);
	return Failed(&failure);
}
