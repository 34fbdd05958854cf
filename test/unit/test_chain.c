/*
 * test_chain.c
 *		The chain of decoders as a whole: compression, encoding, header, format.
 *		Over any bytes it ends, in a time that grows with them; it leaves soon
 *		when it is told to, and keeps to its memory.
 */
#include "source/feed/feed.h"

#include <time.h>

#include "memory_store.h"
#include "packing.h"

#define COLUMNS 2
#define REPEATED 4000 /* members of a megabyte each in a bomb */

static const char *const names[COLUMNS] = {"id", "name"};
static const ColumnTarget columns[COLUMNS] = {
	{.name = "id", .type_name = "int4", .type_length = "0", .kind = COLUMN_INT4, .attribute = 0},
	{.name = "name",
	 .type_name = "varchar",
	 .type_length = "64",
	 .kind = COLUMN_VARCHAR,
	 .attribute = 1,
	 .max_bytes = 64}};
static const TupleAttribute attributes[COLUMNS] = {{.length = 4, .align = 'i'},
												   {.length = -1, .align = 'i'}};
static const RowPlan plan = {
	.columns = columns, .ncolumns = COLUMNS, .attributes = attributes, .nattributes = COLUMNS};

/* What a load reads, and how. */
typedef struct Chain
{
	Compression compression;
	Encoding encoding;
	int format; /* TextFormat, or -1 for JSON */
	uint64_t skip_lines;
	size_t window_limit; /* 0: any */
	int workers;
	bool (*interrupted)(void);
} Chain;

static JsonMapping *mapping;
static const char *object;
static size_t object_size;

static char *
TheObject(int number, size_t *size)
{
	char *copy = malloc(object_size + 1);

	(void)number;
	memcpy(copy, object, object_size);
	*size = object_size;
	return copy;
}

static double
Now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* How a load ended. */
typedef struct Ending
{
	FeedStatus status;
	Failure failure;
	uint64_t rows;
	uint64_t rejected;
	char reason[LOAD_REASON_MAX]; /* of the first rejected record */
} Ending;

/* Loads an object through a chain. */
static Ending
Load(const Chain *chain, const char *data, size_t size)
{
	static const int widths[COLUMNS] = {4, 8};
	JsonReaderOptions json = {.mapping = mapping, .skip_lines = chain->skip_lines};
	TextReaderOptions text = {.format = (TextFormat)chain->format,
							  .ncolumns = COLUMNS,
							  .delimiter = ",",
							  .quote = '"',
							  .null_as = "\\N",
							  .null_as_length = 2,
							  .widths = widths,
							  .ignore_blank_lines = true,
							  .skip_lines = chain->skip_lines};
	FeedConfig config = {.compression = chain->compression,
						 .encoding = chain->encoding,
						 .json = chain->format < 0 ? &json : NULL,
						 .text = chain->format < 0 ? NULL : &text,
						 .plan = &plan,
						 .workers = chain->workers,
						 .memory_limit = (size_t)32 << 20,
						 .window_limit = chain->window_limit,
						 .interrupted = chain->interrupted};
	Ending ending = {.status = FEED_FAILED};
	MemoryStore store;
	RowBatch *batch;
	Feed *feed;

	object = data;
	object_size = size;
	MemoryStoreInit(&store, 1, TheObject);
	FailureInit(&ending.failure);
	config.objects = ObjectStoreList(&store.base, "", &ending.failure);
	feed = FeedBegin(&config, &ending.failure);
	CHECK(feed != NULL);
	while (feed != NULL && (ending.status = FeedNext(feed, &batch, &ending.failure)) < FEED_END)
	{
		if (ending.status == FEED_WAIT)
		{
			MemorySleep(200);
			if (chain->interrupted != NULL && chain->interrupted())
				break;
			continue;
		}
		ending.rows += (uint64_t)batch->nrows;
		if (ending.rejected == 0 && batch->nrejected > 0)
			memcpy(ending.reason, batch->rejected[0].error.reason, LOAD_REASON_MAX);
		ending.rejected += (uint64_t)batch->nrejected;
		FeedRecycle(feed, batch);
	}
	FeedEnd(feed);
	CHECK_INT(store.open_now, 0);
	return ending;
}

/* An object of this size by one rule or another. */
static char *
Fill(int rule, size_t size)
{
	static const char *const pieces[] = {
		"{\"id\":1,\"name\":\"a\"}\n", " ", "\n", "1,\"a\n", "{\"id\":[\n", "\"\\"};
	char *text = malloc(size);
	unsigned int seed = 3;

	for (size_t i = 0; i < size; i++)
	{
		seed = seed * 1103515245 + 12345;
		text[i] = rule < 6	  ? pieces[rule][i % strlen(pieces[rule])]
				  : rule == 6 ? '\0'
							  : (char)(seed >> 16);
	}
	return text;
}

TEST(AnObjectWithoutTheMarkOfItsEncodingIsRefusedOnce)
{
	for (Compression compression = COMPRESSION_NONE; compression <= COMPRESSION_ZSTD; compression++)
		for (int format = -1; format <= TEXT_FIXEDWIDTH; format++)
		{
			char *text = Fill(0, 200000);
			Packed packed = Pack(compression, text, 200000, 0);
			Ending ending = Load(&(Chain){.compression = compression,
										  .encoding = ENCODING_UTF16,
										  .format = format,
										  .skip_lines = 1},
								 packed.data, packed.size);

			CHECK_INT(ending.status, FEED_END);
			CHECK_INT(ending.rows, 0);
			CHECK_INT(ending.rejected, 1);
			CHECK_STR(ending.reason, "File encoding is not UTF16: it has no byte order mark");
			free(packed.data);
			free(text);
		}
}

/* Loads an object packed one way as if it were packed another, and cut off. */
static void
LoadEachWay(const char *text, size_t size, Compression packing)
{
	Packed packed = Pack(packing, text, size, 0);

	for (int way = 0; way < 4 * 5 * 4 * 2; way++)
	{
		Chain chain = {.compression = (Compression)(way % 4),
					   .encoding = (Encoding)(way / 4 % 5),
					   .format = way / 20 % 4 - 1,
					   .skip_lines = way / 80 % 2 == 0 ? 0 : 3};
		Ending ending = Load(&chain, packed.data, packed.size);

		CHECK(ending.status == FEED_END || ending.status == FEED_FAILED);
		CHECK(strstr(ending.failure.message, "no bytes") == NULL);
		ending = Load(&chain, packed.data, packed.size / 2 + 1);
		CHECK(ending.status == FEED_END || ending.status == FEED_FAILED);
	}
	free(packed.data);
}

TEST(AnyBytesEndInAnyChain)
{
	for (int rule = 0; rule < 8; rule++)
	{
		char *text = Fill(rule, 40001);

		for (Compression packing = COMPRESSION_NONE; packing <= COMPRESSION_ZSTD; packing++)
			LoadEachWay(text, 40001, packing);
		free(text);
	}
}

/* A few kilobytes that unpack to hundreds of megabytes of one character, or of nothing at all. */
static Packed
Bomb(Compression compression, char character)
{
	size_t size = character == '\0' ? 0 : (size_t)1 << 20;
	size_t repeated = size == 0 ? 1000000 : REPEATED;
	char *text = malloc(size + 1);
	Packed one, bomb;

	memset(text, character, size);
	one = Pack(compression, text, size, 0);
	bomb.size = one.size * repeated;
	bomb.data = malloc(bomb.size);
	for (size_t i = 0; i < repeated; i++)
		memcpy(bomb.data + i * one.size, one.data, one.size);
	free(one.data);
	free(text);
	return bomb;
}

static double stop_at;

static bool
TimeIsUp(void)
{
	return Now() > stop_at;
}

TEST(ABombCanBeLeftAtAnyMoment)
{
	/* white space, one line or one header, blank lines, and members without a byte */
	static const char characters[] = {' ', 'x', '\n', '\0'};

	for (Compression compression = COMPRESSION_GZIP; compression <= COMPRESSION_ZSTD; compression++)
		for (int kind = 0; kind < 4; kind++)
		{
			Packed bomb = Bomb(compression, characters[kind]);

			for (int way = 0; way < 4; way++)
			{
				Chain chain = {.compression = compression,
							   .format = way % 2 == 0 ? -1 : TEXT_CSV,
							   .skip_lines = 1000000000,
							   .workers = way / 2 * 2,
							   .interrupted = TimeIsUp};
				Ending ending;

				if (characters[kind] == ' ')
					chain.skip_lines = 0;
				stop_at = Now() + 0.02;
				ending = Load(&chain, bomb.data, bomb.size);
				/* the sanitizers and a busy machine take their time; the whole takes minutes */
				CHECK(Now() - stop_at < 4.0);
				CHECK(ending.status != FEED_FAILED || ending.failure.code == FAILURE_CANCELLED ||
					  strstr(ending.failure.message, "larger than 4 MB") != NULL);
			}
			free(bomb.data);
		}
}

/* The processor's time for an object of so many bytes of a rule, the best of three. */
static double
Cost(const Chain *chain, int rule, size_t size)
{
	char *text = Fill(rule, size);
	double best = 1e9;

	for (int i = 0; i < 3; i++)
	{
		clock_t begun = clock();
		double cost;

		Load(chain, text, size);
		cost = (double)(clock() - begun) / CLOCKS_PER_SEC;
		best = cost < best ? cost : best;
	}
	free(text);
	return best;
}

TEST(FourTimesTheBytesTakeAboutFourTimesTheTime)
{
	for (int format = -1; format <= TEXT_FIXEDWIDTH; format++)
		for (int rule = 0; rule < 8; rule++)
		{
			Chain chain = {.format = format};
			double one = Cost(&chain, rule, 400000), four = Cost(&chain, rule, 1600000);

			/* squares would be sixteen times */
			if (four > 10 * one + 0.02)
				printf("# format %d, rule %d: %.4f s, %.4f s\n", format, rule, one, four);
			CHECK(four <= 10 * one + 0.02);
		}
}

TEST(AZstdWindowBeyondItsLimitIsRefused)
{
	char *text = Fill(0, 1000000);
	Packed packed = Pack(COMPRESSION_ZSTD, text, 1000000, 25);
	Chain chain = {
		.compression = COMPRESSION_ZSTD, .format = -1, .window_limit = ((size_t)32 << 20) - 1};
	Ending ending = Load(&chain, packed.data, packed.size);

	CHECK_INT(ending.status, FEED_FAILED);
	CHECK_INT(ending.failure.code, FAILURE_MEMORY);
	CHECK(strstr(ending.failure.message, "the zstd data needs too much memory to unpack") != NULL);
	CHECK(strstr(ending.failure.hint, "sparkify_dwh.memory_limit") != NULL);

	chain.window_limit++;
	ending = Load(&chain, packed.data, packed.size);
	CHECK_INT(ending.status, FEED_END);
	CHECK_INT(ending.rows, 1000000 / 20);
	free(packed.data);
	free(text);
}

int
main(void)
{
	Failure failure;

	FailureInit(&failure);
	mapping = JsonMappingAuto(names, COLUMNS, false, &failure);
	RUN(AnObjectWithoutTheMarkOfItsEncodingIsRefusedOnce);
	RUN(AnyBytesEndInAnyChain);
	RUN(ABombCanBeLeftAtAnyMoment);
	RUN(FourTimesTheBytesTakeAboutFourTimesTheTime);
	RUN(AZstdWindowBeyondItsLimitIsRefused);
	JsonMappingFree(mapping);
	return UnitDone();
}
