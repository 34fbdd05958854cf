/*
 * known_directories.h
 *		What a listing has learned of directories, as a value that a table can hold.
 */
#ifndef SPARKIFY_KNOWN_DIRECTORIES_H
#define SPARKIFY_KNOWN_DIRECTORIES_H

#include "postgres.h"
#include "source/store/directory_memory.h"

/* What a memory has learned, allocated in the context; NULL: what it knew before. */
extern bytea *KnownDirectories(const DirectoryMemory *memory, MemoryContext context);

#endif /* SPARKIFY_KNOWN_DIRECTORIES_H */
