/*
 * directory.c
 *		The entries of a directory, read by its descriptor.
 *
 *	kernel -> buffer [ entry | entry | ... ] -> name, type
 */
#include "source/store/directory.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#ifdef SYS_getdents64

/* What the kernel fills in (getdents64(2)). */
typedef struct KernelEntry
{
	uint64_t inode;
	int64_t offset;
	uint16_t length; /* to the next entry */
	uint8_t type;
	char name[];
} KernelEntry;

struct Directory
{
	int fd;
	size_t filled; /* bytes */
	size_t place;
	_Alignas(KernelEntry) char buffer[32 * 1024];
};

/* Begins at a directory that the descriptor has just opened. */
bool
DirectoryEnter(Directory *directory, int fd)
{
	directory->fd = fd;
	directory->filled = directory->place = 0;
	return true;
}

/* The next name, whatever it is. */
static int
NextName(Directory *directory, DirectoryEntry *entry)
{
	const KernelEntry *next;

	if (directory->place == directory->filled)
	{
		long filled =
			syscall(SYS_getdents64, directory->fd, directory->buffer, sizeof(directory->buffer));

		/* one that was removed meanwhile has no entries, as readdir() takes it */
		if (filled <= 0)
			return filled == 0 || errno == ENOENT ? 0 : -1;
		directory->filled = (size_t)filled;
		directory->place = 0;
	}

	next = (const KernelEntry *)(directory->buffer + directory->place);
	directory->place += next->length;
	*entry = (DirectoryEntry){.name = next->name, .type = next->type};

	return 1;
}

void
DirectoryEnd(Directory *directory)
{
	free(directory);
}

#else

struct Directory
{
	DIR *stream;
};

/* Begins with a stream of its own. */
bool
DirectoryEnter(Directory *directory, int fd)
{
	int own = dup(fd);

	if (directory->stream != NULL)
		closedir(directory->stream);
	directory->stream = own < 0 ? NULL : fdopendir(own);
	if (directory->stream == NULL && own >= 0)
		close(own);
	return directory->stream != NULL;
}

/* The next name, whatever it is. */
static int
NextName(Directory *directory, DirectoryEntry *entry)
{
	const struct dirent *next;

	errno = 0;
	next = readdir(directory->stream);
	if (next == NULL)
		return errno == 0 ? 0 : -1;
	*entry = (DirectoryEntry){.name = next->d_name, .type = next->d_type};

	return 1;
}

void
DirectoryEnd(Directory *directory)
{
	if (directory != NULL && directory->stream != NULL)
		closedir(directory->stream);
	free(directory);
}

#endif

Directory *
DirectoryBegin(void)
{
	return calloc(1, sizeof(Directory));
}

int
DirectoryNext(Directory *directory, DirectoryEntry *entry)
{
	int found;

	do
		found = NextName(directory, entry);
	while (found == 1 && (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0));

	return found;
}
