/*
 * directory_memory.h
 *		Directories whose files somebody knows all: a listing passes over those that are as they were.
 *
 *	bytes of the last listing -> Begin -> Knows, Learn ... -> Learned -> bytes for the next one
 *
 * A directory is known by its key, its inode and the time at which the kernel last changed it, which
 * nobody can set: what adds, removes or renames an entry changes it.  So it is as it was, unless the
 * clock was set back to the very nanosecond.  Learned are only directories without directories in
 * them, of file systems that are known to keep that time, and not those that have just been changed:
 * a clock ticks in steps.
 */
#ifndef SPARKIFY_DIRECTORY_MEMORY_H
#define SPARKIFY_DIRECTORY_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

typedef struct DirectoryMemory DirectoryMemory;

/* Begins with the bytes that DirectoryMemoryLearned() gave, or with none; NULL: no memory. */
extern DirectoryMemory *DirectoryMemoryBegin(const void *bytes, size_t length);

/* How many directories so many of these bytes stand for. */
extern size_t DirectoryMemoryCount(size_t length);

/*
 * Whether the directory is as it was; it is learned then.  Any thread may ask, and have it learn,
 * of a directory that no other one asks for; each has a place of its own, 0 at first, from where
 * directories in order are found at once.
 */
extern bool DirectoryMemoryKnows(DirectoryMemory *memory, const char *key,
								 const struct stat *status, size_t *place);

/* Learns a directory whose entries were read after its status. */
extern void DirectoryMemoryLearn(DirectoryMemory *memory, const char *key, int fd,
								 const struct stat *status);

/* What it has learned, until it ends; NULL where that is what it began with.  No thread asks any more. */
extern const void *DirectoryMemoryLearned(DirectoryMemory *memory, size_t *length);

/* Releases it; NULL is none. */
extern void DirectoryMemoryEnd(DirectoryMemory *memory);

#endif /* SPARKIFY_DIRECTORY_MEMORY_H */
