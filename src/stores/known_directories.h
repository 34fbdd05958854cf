/*
 * known_directories.h
 *		What a listing has learned of directories, as a value that a table can hold.
 */
#ifndef SPARKIFY_KNOWN_DIRECTORIES_H
#define SPARKIFY_KNOWN_DIRECTORIES_H

#include "postgres.h"
#include "source/store/directory_memory.h"

/* How many directories a value has. */
extern int KnownDirectoriesCount(const bytea *directories);

/* What a memory has learned, allocated in the context; NULL: what it knew before. */
extern bytea *KnownDirectories(DirectoryMemory *memory, MemoryContext context);

#endif /* SPARKIFY_KNOWN_DIRECTORIES_H */
