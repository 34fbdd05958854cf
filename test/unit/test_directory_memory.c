/*
 * test_directory_memory.c
 *		A listing passes over directories that are as they were, and over no others.
 */
#include "source/store/directory_memory.h"

#include <fcntl.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "source/store/mirror_store.h"
#include "unit.h"

/* Longer than a change is taken for one that may have another behind it. */
#define SETTLED 4

/* As many directories as two threads take turns with. */
#define DIRECTORIES 20

static char root[64] = "/tmp/sparkify_memory.XXXXXX";
static char known[4096]; /* what the last listing learned */
static size_t known_length;

/* Writes a file below the root, and the directory that it is in. */
static void
Put(const char *directory, const char *file)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", root, directory);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%s/%s", root, directory, file);
	close(open(path, O_CREAT | O_WRONLY, 0644));
}

/* Renames something below the root. */
static void
Move(const char *from, const char *to)
{
	char paths[2][160];

	snprintf(paths[0], sizeof(paths[0]), "%s/%s", root, from);
	snprintf(paths[1], sizeof(paths[1]), "%s/%s", root, to);
	CHECK_INT(rename(paths[0], paths[1]), 0);
}

/* The keys that a listing finds, joined by blanks; what it learns is known afterwards. */
static const char *
List(const char *prefix)
{
	static char keys[4096];
	DirectoryMemory *memory = DirectoryMemoryBegin(known, known_length);
	ObjectStore *store;
	ObjectListing *listing;
	ObjectInfo object;
	Failure failure;
	const void *learned;
	size_t length;

	keys[0] = '\0';
	FailureInit(&failure);
	store = MirrorStoreOpen("b", root, "", 0, &failure);
	listing = ObjectStoreList(store, prefix, &failure);
	listing->memory = memory;
	while (ObjectListingNext(listing, &object, &failure))
	{
		snprintf(keys + strlen(keys), sizeof(keys) - strlen(keys), "%s%s", keys[0] ? " " : "",
				 object.key);
		ObjectInfoClear(&object);
	}

	CHECK(!Failed(&failure));
	ObjectListingEnd(listing);
	ObjectStoreClose(store);
	learned = DirectoryMemoryLearned(memory, &length);
	if (learned != NULL)
		memcpy(known, learned, known_length = length);
	DirectoryMemoryEnd(memory);

	return keys;
}

/* Nothing is learned of what has just been changed; later all of it is, and is as it was. */
TEST(WhatHasSettledIsPassedOver)
{
	char name[16];

	for (int i = 0; i < DIRECTORIES; i++)
	{
		snprintf(name, sizeof(name), "d%02d", i);
		Put(name, "x");
	}

	CHECK(strncmp(List(""), "d00/x d01/x ", 12) == 0);
	CHECK_INT(known_length, 0);
	sleep(SETTLED);
	CHECK(strncmp(List(""), "d00/x d01/x ", 12) == 0);
	CHECK_INT(known_length, DIRECTORIES * 16);
	CHECK_STR(List(""), "");
	CHECK_INT(known_length, DIRECTORIES * 16);
}

/* Whatever changes the entries of a directory has it read, whatever times are set. */
TEST(WhatHasChangedIsRead)
{
	const struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
	char path[80];

	Put("d03", "y");
	snprintf(path, sizeof(path), "%s/d03", root);
	CHECK_INT(utimensat(AT_FDCWD, path, old, 0), 0);
	CHECK_STR(List(""), "d03/x d03/y");
	Move("d04", "e04");
	CHECK_STR(List(""), "d03/x d03/y e04/x");
	Move("d05", "d06/sub");
	CHECK_STR(List(""), "d03/x d03/y d06/sub/x d06/x e04/x");
	Move("d07", "spare");
	Move("d08", "d07");
	CHECK_STR(List(""), "d03/x d03/y d06/sub/x d06/x d07/x e04/x spare/x");
}

/* A prefix that wants some files of a directory leaves the others unknown. */
TEST(APartIsNotTheWhole)
{
	known_length = 0;
	Put("part", "a");
	Put("part", "b");
	sleep(SETTLED);
	CHECK_STR(List("part/a"), "part/a");
	CHECK_INT(known_length, 0);
	CHECK_STR(List("part"), "part/a part/b");
	CHECK_INT(known_length, 16);
	CHECK_STR(List("part"), "");
}

int
main(void)
{
	char command[128];
	struct statfs system_of;
	int status;

	if (mkdtemp(root) == NULL || statfs(root, &system_of) != 0)
		return 1;

	/* elsewhere nothing is learned, by intention */
	if (system_of.f_type == 0xEF53 || system_of.f_type == 0x58465342 ||
		system_of.f_type == 0x9123683E || system_of.f_type == 0x01021994)
	{
		RUN(WhatHasSettledIsPassedOver);
		RUN(WhatHasChangedIsRead);
		RUN(APartIsNotTheWhole);
	}

	snprintf(command, sizeof(command), "rm -rf %s", root);
	status = system(command);
	return UnitDone() || status != 0;
}
