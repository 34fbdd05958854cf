/*
 * test_drain.c
 *		Blocks of rows through the drain's threads into a mirror directory.
 */
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/drain/drain.h"
#include "source/store/mirror_store.h"
#include "unit.h"

static const OutputColumn columns[] = {{"n", VALUE_INTEGER, 4}, {"t", VALUE_TEXT, 0}};
static const OutputPlan csv = {
	.columns = columns, .ncolumns = 2, .format = FORMAT_CSV, .delimiter = ',', .null_as = ""};

static char directory[] = "/tmp/test_drain.XXXXXX";

/* Adds a row. */
static void
AddRow(RowBlock *block, int64_t number, const char *text)
{
	RowBlockReserve(block, 64 + strlen(text));
	RowBlockBeginRow(block, 2);
	RowBlockAddFixed(block, &number, sizeof(number));
	RowBlockAddBytes(block, text, (uint32_t)strlen(text));
	RowBlockEndRow(block);
}

/* Waits for the drain as the backend does. */
static DrainStatus
Wait(Drain *drain, Failure *failure)
{
	DrainStatus status = DrainPoll(drain, failure);

	if (status == DRAIN_WORKING)
	{
		struct pollfd descriptor = {.fd = DrainWaitFd(drain), .events = POLLIN};

		poll(&descriptor, 1, 10000);
	}
	return status;
}

/* Hands over rows up to a number, in small blocks; false when the drain has failed. */
static bool
PutRows(Drain *drain, int64_t rows, const char *text, Failure *failure)
{
	for (int64_t i = 1; i <= rows;)
	{
		RowBlock *block = DrainTakeBlock(drain);

		if (block == NULL)
		{
			if (Wait(drain, failure) == DRAIN_FAILED)
				return false;
			continue;
		}
		for (int j = 0; j < 100 && i <= rows; j++)
			AddRow(block, i++, text);
		DrainPut(drain, block);
	}
	return true;
}

/* Waits for the end. */
static DrainStatus
Finish(Drain *drain, Failure *failure)
{
	DrainStatus status;

	DrainFinish(drain);
	while ((status = Wait(drain, failure)) == DRAIN_WORKING)
		;
	return status;
}

/* How many files there are below a directory, hidden ones too. */
static int
CountFiles(const char *path)
{
	DIR *stream = opendir(path);
	struct dirent *entry;
	int count = 0;

	while (stream != NULL && (entry = readdir(stream)) != NULL)
	{
		char below[1024];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		count += entry->d_type == DT_DIR ? CountFiles(below) : 1;
	}
	if (stream != NULL)
		closedir(stream);
	return count;
}

/* Sums up the numbers at the beginning of all lines of an object, and counts these. */
static int64_t
SumObject(const char *key, int64_t *lines)
{
	char path[1024], line[1024];
	int64_t sum = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, key);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
	{
		sum += strtoll(line, NULL, 10);
		++*lines;
	}
	if (file != NULL)
		fclose(file);
	return sum;
}

/* Unloads to a prefix; returns how it ended. */
static DrainStatus
Unload(const char *prefix, int slices, int64_t rows, int64_t limit, bool keep)
{
	Failure failure;
	ObjectStore *store;
	DrainConfig config = {.prefix = prefix,
						  .suffix = "",
						  .parallel = true,
						  .plan = &csv,
						  .object_limit = limit,
						  .manifest = true,
						  .slices = slices,
						  .memory_limit = 1024 * 1024};
	const DrainedObject *objects;
	int64_t lines = 0, sum = 0;
	DrainStatus status;
	Drain *drain;

	FailureInit(&failure);
	store = config.store = MirrorStoreOpen("b", directory, "", -1, &failure);
	drain = DrainBegin(&config, &failure);
	CHECK(drain != NULL);
	CHECK(PutRows(drain, rows, "some, \"text\"", &failure));
	status = Finish(drain, &failure);
	if (status == DRAIN_DONE)
	{
		int count = DrainObjects(drain, &objects);

		for (int i = 0; i < count; i++)
		{
			sum += SumObject(objects[i].key, &lines);
			CHECK(objects[i].bytes <= limit);
		}
		CHECK_INT(lines, rows);
		CHECK_INT(sum, rows * (rows + 1) / 2);
	}
	if (keep)
		DrainKeep(drain);
	CHECK(DrainEnd(drain, 1000));
	ObjectStoreClose(store);
	return status;
}

TEST(EveryRowIsInOneObject)
{
	CHECK_INT(Unload("inline_", 0, 20000, 1 << 30, true), DRAIN_DONE);
	CHECK_INT(Unload("one_", 1, 20000, 1 << 30, true), DRAIN_DONE);
	CHECK_INT(Unload("three_", 3, 50000, 1 << 30, true), DRAIN_DONE);
	CHECK_INT(Unload("small_", 3, 50000, 100000, true), DRAIN_DONE);
	CHECK_INT(Unload("none_", 2, 0, 1 << 30, true), DRAIN_DONE);
}

TEST(WhatIsNotKeptIsTakenBack)
{
	int before = CountFiles(directory);

	CHECK_INT(Unload("back_", 3, 20000, 100000, false), DRAIN_DONE);
	CHECK_INT(CountFiles(directory), before);
}

TEST(ADrainCanBeLeftAtAnyTime)
{
	int before = CountFiles(directory);

	for (int blocks = 0; blocks < 40; blocks++)
	{
		Failure failure;
		ObjectStore *store;
		DrainConfig config = {.prefix = "left_",
							  .suffix = ".zst",
							  .parallel = true,
							  .plan = &csv,
							  .compression = COMPRESSION_ZSTD,
							  .object_limit = 1 << 20,
							  .slices = 1 + blocks % 3,
							  .memory_limit = 256 * 1024};
		Drain *drain;

		FailureInit(&failure);
		store = config.store = MirrorStoreOpen("b", directory, "", -1, &failure);
		drain = DrainBegin(&config, &failure);
		CHECK(PutRows(drain, blocks * 100, "text", &failure));
		if (blocks % 2 == 0)
			DrainFinish(drain);
		CHECK(DrainEnd(drain, 1000));
		ObjectStoreClose(store);
	}
	CHECK_INT(CountFiles(directory), before);
}

TEST(AFailureOfOneSliceIsTheDrains)
{
	static const OutputPlan narrow = {
		.columns = columns, .ncolumns = 2, .format = FORMAT_FIXEDWIDTH, .null_as = ""};
	int before = CountFiles(directory);
	Failure failure;
	DrainConfig config = {.prefix = "narrow_",
						  .suffix = "",
						  .parallel = true,
						  .plan = &narrow,
						  .object_limit = 1 << 20,
						  .slices = 3,
						  .memory_limit = 1024 * 1024};
	ObjectStore *store;
	Drain *drain;

	FailureInit(&failure);
	store = config.store = MirrorStoreOpen("b", directory, "", -1, &failure);
	drain = DrainBegin(&config, &failure);
	if (PutRows(drain, 20000, "", &failure))
		CHECK_INT(Finish(drain, &failure), DRAIN_FAILED);
	CHECK(strstr(failure.message, "longer than its width") != NULL);
	CHECK(DrainEnd(drain, 1000));
	ObjectStoreClose(store);
	CHECK_INT(CountFiles(directory), before);
}

TEST(WhatADeadProcessLeftIsSweptByTheNext)
{
	char path[1024];
	int before = CountFiles(directory);
	FILE *file;

	snprintf(path, sizeof(path), "%s/.sparkify_unload", directory);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/.sparkify_unload/1-2-3", directory);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/.sparkify_unload/1-2-3/0", directory);
	file = fopen(path, "w");
	CHECK(file != NULL);
	fclose(file);
	CHECK_INT(Unload("next_", 1, 10, 1 << 30, true), DRAIN_DONE);
	CHECK_INT(CountFiles(directory), before + 2); /* the object and the manifest */
}

int
main(void)
{
	char command[64];

	if (mkdtemp(directory) == NULL)
		return 1;
	RUN(EveryRowIsInOneObject);
	RUN(WhatIsNotKeptIsTakenBack);
	RUN(ADrainCanBeLeftAtAnyTime);
	RUN(AFailureOfOneSliceIsTheDrains);
	RUN(WhatADeadProcessLeftIsSweptByTheNext);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	if (system(command) != 0)
		return 1;
	return UnitDone();
}
