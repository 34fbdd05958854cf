/*
 * query_log_file.c
 *		One file a database, and the one before it:
 *
 *		sparkify_dwh/queries.<oid> -> full -> sparkify_dwh/queries.<oid>.old
 *
 * Appends of several sessions don't mix: each is one write() to a file opened
 * for appending.  A record that a crash cut short is skipped by its reader, who
 * looks for the next one's magic.
 */
#include "postgres.h"

#include "catalog/query_log_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/file_perm.h"
#include "miscadmin.h"
#include "storage/fd.h"

#define QUERY_LOG_FOLDER "sparkify_dwh"

static void FilePath(char *path, const char *suffix);
static void MakeRoom(int file, size_t limit);
static size_t ReadFile(const char *suffix, char **records, size_t length);

bool
QueryLogAppend(const char *records, size_t length, size_t limit)
{
	char path[MAXPGPATH];
	ssize_t written;
	int file;

	FilePath(path, "");
	file = BasicOpenFile(path, O_WRONLY | O_APPEND | O_CREAT | PG_BINARY);
	if (file < 0 && errno == ENOENT && MakePGDirectory(QUERY_LOG_FOLDER) == 0)
		file = BasicOpenFile(path, O_WRONLY | O_APPEND | O_CREAT | PG_BINARY);
	if (file < 0)
		return false;

	written = write(file, records, length);
	MakeRoom(file, limit);
	close(file);

	return written == (ssize_t)length;
}

char *
QueryLogRead(size_t *length)
{
	char *records = NULL;

	*length = ReadFile(".old", &records, 0);
	*length = ReadFile("", &records, *length);
	return records;
}

/* The path of this database's file. */
static void
FilePath(char *path, const char *suffix)
{
	snprintf(path, MAXPGPATH, "%s/queries.%u%s", QUERY_LOG_FOLDER, MyDatabaseId, suffix);
}

/* Lets a full file take the place of the old one; of several sessions one does so, the others find a new file. */
static void
MakeRoom(int file, size_t limit)
{
	char path[MAXPGPATH];
	char old[MAXPGPATH];
	struct stat opened;
	struct stat current;

	if (fstat(file, &opened) != 0 || (size_t)opened.st_size < limit ||
		flock(file, LOCK_EX | LOCK_NB) != 0)
		return;

	FilePath(path, "");
	FilePath(old, ".old");
	if (stat(path, &current) == 0 && current.st_ino == opened.st_ino)
		(void)rename(path, old);
	(void)flock(file, LOCK_UN);
}

/* Reads a file behind what is there; returns the length of all. A file that isn't there is empty. */
static size_t
ReadFile(const char *suffix, char **records, size_t length)
{
	char path[MAXPGPATH];
	struct stat status;
	ssize_t got;
	int file;

	FilePath(path, suffix);
	file = OpenTransientFile(path, O_RDONLY | PG_BINARY);
	if (file < 0)
		return length;
	if (fstat(file, &status) != 0)
		status.st_size = 0;
	*records = *records == NULL ? palloc(length + status.st_size + 1)
								: repalloc(*records, length + status.st_size + 1);
	while (status.st_size > 0 && (got = read(file, *records + length, status.st_size)) > 0)
	{
		length += got;
		status.st_size -= got;
	}

	CloseTransientFile(file);

	return length;
}
