/*
 * test_directory.c
 *		The entries of a directory, read by its descriptor.
 */
#include "source/store/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

/* How many files there are: more than a buffer holds. */
#define FILES 3000

static char top[] = "/tmp/sparkify_directory.XXXXXX";

/* Each entry comes once, with its type, also when the reader was left half way in another directory. */
TEST(EachEntryComesOnce)
{
	Directory *directory = DirectoryBegin();
	static int seen[FILES];
	DirectoryEntry entry;
	char path[64];
	int fd, folders = 0;

	CHECK(mkdtemp(top) != NULL);
	for (int i = 0; i < FILES; i++)
	{
		snprintf(path, sizeof(path), "%s/%d", top, i);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	snprintf(path, sizeof(path), "%s/folder", top);
	CHECK_INT(mkdir(path, 0700), 0);

	fd = open(top, O_RDONLY | O_DIRECTORY);
	CHECK(DirectoryEnter(directory, fd));
	CHECK_INT(DirectoryNext(directory, &entry), 1);
	close(fd);

	fd = open(top, O_RDONLY | O_DIRECTORY);
	CHECK(DirectoryEnter(directory, fd));
	while (DirectoryNext(directory, &entry) == 1)
		if (entry.type == DT_DIR)
			folders += strcmp(entry.name, "folder") == 0 ? 1 : 100;
		else
			seen[atoi(entry.name)]++;
	for (int i = 0; i < FILES; i++)
	{
		CHECK_INT(seen[i], 1);
		snprintf(path, sizeof(path), "%s/%d", top, i);
		unlink(path);
	}
	CHECK_INT(folders, 1);

	close(fd);
	DirectoryEnd(directory);
}

/* One that was removed while it was open is empty, and what is no directory is an error. */
TEST(ARemovedDirectoryIsEmpty)
{
	Directory *directory = DirectoryBegin();
	DirectoryEntry entry;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/folder", top);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	CHECK_INT(rmdir(path), 0);
	CHECK(DirectoryEnter(directory, fd));
	CHECK_INT(DirectoryNext(directory, &entry), 0);
	close(fd);

	fd = open("/dev/null", O_RDONLY);
	CHECK(!DirectoryEnter(directory, fd) || DirectoryNext(directory, &entry) == -1);
	close(fd);
	DirectoryEnd(directory);
	rmdir(top);
}

int
main(void)
{
	RUN(EachEntryComesOnce);
	RUN(ARemovedDirectoryIsEmpty);
	return UnitDone();
}
