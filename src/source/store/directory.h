/*
 * directory.h
 *		The entries of a directory, read by its descriptor.
 *
 *	Directory *directory = DirectoryBegin();
 *	DirectoryEnter(directory, fd);
 *	while (DirectoryNext(directory, &entry) > 0) ...
 *
 * Streams of the C library allocate and look at each directory before they read it.  A tree of many
 * small ones is listed in two thirds of the time without.
 */
#ifndef SPARKIFY_DIRECTORY_H
#define SPARKIFY_DIRECTORY_H

#include <stdbool.h>

typedef struct Directory Directory;

typedef struct DirectoryEntry
{
	const char *name; /* until the next call */
	int type;		  /* DT_REG and the like */
} DirectoryEntry;

/* Begins reading directories, one after the other; NULL: no memory. */
extern Directory *DirectoryBegin(void);

/* Goes to the first entry of a directory, whose descriptor stays the caller's; false, with errno, on error. */
extern bool DirectoryEnter(Directory *directory, int fd);

/* Finds the next entry, "." and ".." left out: 1; 0: there is none left; -1, with errno: an error. */
extern int DirectoryNext(Directory *directory, DirectoryEntry *entry);

/* Releases it; NULL is none. */
extern void DirectoryEnd(Directory *directory);

#endif /* SPARKIFY_DIRECTORY_H */
