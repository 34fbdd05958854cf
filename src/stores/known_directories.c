/*
 * known_directories.c
 *		What a listing has learned of directories, as a value that a table can hold.
 */
#include "postgres.h"

#include "compat.h"
#include "stores/known_directories.h"
#include "utils/memutils.h"

int
KnownDirectoriesCount(const bytea *directories)
{
	return (int)DirectoryMemoryCount(VARSIZE(directories) - VARHDRSZ);
}

bytea *
KnownDirectories(DirectoryMemory *memory, MemoryContext context)
{
	size_t length;
	const void *bytes = DirectoryMemoryLearned(memory, &length);
	bytea *directories;

	/* where there are too many for a field of a table, they are read each time */
	if (bytes == NULL || length > MaxAllocSize / 4)
		return NULL;

	directories = MemoryContextAlloc(context, VARHDRSZ + length);
	SET_VARSIZE(directories, VARHDRSZ + length);
	memcpy(VARDATA(directories), bytes, length);

	return directories;
}
