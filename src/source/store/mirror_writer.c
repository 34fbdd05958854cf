/*
 * mirror_writer.c
 *		Objects written into a mirror directory.
 *
 *	create, write	DIRECTORY/.sparkify_unload/RUN/1		out of sight
 *	publish			renamed to DIRECTORY/KEY				whole, at once
 *
 * RUN is a directory of each store's own, locked (flock) as long as the store
 * lives.  A lock ends with its process, however that ends: so whoever gets the
 * lock of a RUN may remove it, and the next one to write does.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "source/store/mirror_internal.h"

/* As COPY TO makes its files: everybody may read them, whatever the server's umask is. */
#define FILE_MODE 0644
#define DIRECTORY_MODE 0755

typedef struct MirrorWriter
{
	ObjectWriter base;
	MirrorStore *mirror;
	char *key;
	char name[16]; /* in the staging directory */
	int fd;		   /* -1 once staged */
	bool published;
} MirrorWriter;

static bool WriteFile(ObjectWriter *base, const char *bytes, size_t length, Failure *failure);
static bool StageFile(ObjectWriter *base, Failure *failure);
static void CloseWriter(ObjectWriter *base);
static bool OpenStaging(MirrorStore *mirror, Failure *failure);
static int MakeRun(MirrorStore *mirror, int parent);
static void SweepRuns(int parent);
static void RemoveRun(int parent, const char *name);
static int OpenDirectory(int parent, const char *name, bool make);
static int OpenParent(const MirrorStore *mirror, const char *path, bool make, const char **name);
static bool PublishFile(MirrorWriter *writer, Failure *failure);
static bool RemoveFile(const MirrorStore *mirror, const char *key);
static void WriteFailure(const MirrorStore *mirror, const char *key, int error, Failure *failure);

/* Begins a file. */
ObjectWriter *
MirrorCreate(ObjectStore *store, const char *key, const WritePermit *permit, Failure *failure)
{
	MirrorStore *mirror = (MirrorStore *)store;
	MirrorWriter *writer;

	if (MirrorInterrupted(mirror, failure) || !OpenStaging(mirror, failure))
		return NULL;
	if (MirrorPathOfKey(mirror, key) == NULL)
	{
		FailureSet(failure, FAILURE_CONFIG, "s3://%s/%s can't be a file of a mirror directory",
				   mirror->bucket, key);
		return NULL;
	}

	writer = calloc(1, sizeof(*writer));
	if (writer != NULL)
		writer->key = strdup(key);
	if (writer == NULL || writer->key == NULL)
	{
		(void)FailureNoMemory(failure);
		free(writer);
		return NULL;
	}

	writer->base = (ObjectWriter){
		.key = writer->key, .write = WriteFile, .stage = StageFile, .close = CloseWriter};
	writer->mirror = mirror;
	snprintf(writer->name, sizeof(writer->name), "%u", atomic_fetch_add(&mirror->written, 1));
	writer->fd =
		openat(mirror->staging, writer->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	if (writer->fd < 0 || fchmod(writer->fd, FILE_MODE) != 0)
	{
		WriteFailure(mirror, key, errno, failure);
		CloseWriter(&writer->base);
		return NULL;
	}

	return &writer->base;
}

/* Renames staged files to their keys. */
bool
MirrorPublish(ObjectStore *store, ObjectWriter *const *writers, int count, Failure *failure)
{
	for (int i = 0; i < count; i++)
		if (MirrorInterrupted((MirrorStore *)store, failure) ||
			!PublishFile((MirrorWriter *)writers[i], failure))
			return false;
	return true;
}

/* Removes files, published or not. */
bool
MirrorDiscard(ObjectStore *store, ObjectWriter *const *writers, int count, int deadline_ms)
{
	MirrorStore *mirror = (MirrorStore *)store;
	bool clean = true;

	for (int i = 0; i < count; i++)
	{
		MirrorWriter *writer = (MirrorWriter *)writers[i];

		/* a staged one has gone with the directory when another store swept it */
		if (writer->published)
			clean = RemoveFile(mirror, writer->key) && clean;
		else
			clean = (unlinkat(mirror->staging, writer->name, 0) == 0 || errno == ENOENT) && clean;
	}

	return clean;
}

/* Removes objects. */
bool
MirrorRemove(ObjectStore *store, char *const *keys, int count, Failure *failure)
{
	MirrorStore *mirror = (MirrorStore *)store;

	for (int i = 0; i < count; i++)
	{
		if (MirrorInterrupted(mirror, failure))
			return false;
		if (!RemoveFile(mirror, keys[i]))
		{
			WriteFailure(mirror, keys[i], errno, failure);
			return false;
		}
	}

	return true;
}

/* Nothing to do: who opens the staging directory sweeps it. */
bool
MirrorSweep(ObjectStore *store, const char *prefix, Failure *failure)
{
	return true;
}

/* Removes this store's staging directory, and the one of all if it was the last. */
void
MirrorStagingEnd(MirrorStore *mirror)
{
	int parent;

	if (mirror->staging < 0)
		return;

	parent = OpenDirectory(mirror->root, MIRROR_STAGING, false);
	if (parent >= 0)
	{
		RemoveRun(parent, mirror->staging_name);
		close(parent);
		(void)unlinkat(mirror->root, MIRROR_STAGING, AT_REMOVEDIR);
	}

	close(mirror->staging);
	mirror->staging = -1;
}

/* Writes to the file. */
static bool
WriteFile(ObjectWriter *base, const char *bytes, size_t length, Failure *failure)
{
	MirrorWriter *writer = (MirrorWriter *)base;

	while (length > 0)
	{
		ssize_t written;

		if (MirrorInterrupted(writer->mirror, failure))
			return false;
		written = write(writer->fd, bytes, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
		{
			WriteFailure(writer->mirror, writer->key, errno, failure);
			return false;
		}

		bytes += written;
		length -= (size_t)written;
	}

	return true;
}

/* Closes the file. */
static bool
StageFile(ObjectWriter *base, Failure *failure)
{
	MirrorWriter *writer = (MirrorWriter *)base;
	int result = close(writer->fd);

	writer->fd = -1;
	if (result != 0)
		WriteFailure(writer->mirror, writer->key, errno, failure);
	return result == 0;
}

/* Releases the writer. */
static void
CloseWriter(ObjectWriter *base)
{
	MirrorWriter *writer = (MirrorWriter *)base;

	if (writer->fd >= 0)
		close(writer->fd);
	free(writer->key);
	free(writer);
}

/* Makes this store's staging directory, and removes those whose owners have died. */
static bool
OpenStaging(MirrorStore *mirror, Failure *failure)
{
	int parent = -1, error = 0;

	pthread_mutex_lock(&mirror->lock);
	for (int attempt = 0; mirror->staging < 0 && attempt < 100; attempt++)
	{
		/* another store's end may remove what we have just made: then once more */
		parent = OpenDirectory(mirror->root, MIRROR_STAGING, true);
		if (parent >= 0)
		{
			mirror->staging = MakeRun(mirror, parent);
			if (mirror->staging >= 0)
				SweepRuns(parent);
		}

		error = errno;
		if (parent >= 0)
			close(parent);
		if (mirror->staging < 0 && error != ENOENT)
			break;
	}

	pthread_mutex_unlock(&mirror->lock);
	if (mirror->staging >= 0)
		return true;

	WriteFailure(mirror, mirror->key_prefix, error, failure);

	return false;
}

/* Makes a locked directory with a new name; -1 with errno. */
static int
MakeRun(MirrorStore *mirror, int parent)
{
	struct timespec now;
	struct stat status;
	int fd;

	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(mirror->staging_name, sizeof(mirror->staging_name), "%ld-%lld-%ld", (long)getpid(),
			 (long long)now.tv_sec, now.tv_nsec);
	fd = OpenDirectory(parent, mirror->staging_name, true);
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(fd, &status) != 0 || status.st_nlink == 0)
	{
		/* somebody took it for a dead one's before we had the lock */
		close(fd);
		errno = ENOENT;
		return -1;
	}

	return fd;
}

/* Removes the directories that nobody has locked. */
static void
SweepRuns(int parent)
{
	int copy = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = copy >= 0 ? fdopendir(copy) : NULL;
	struct dirent *entry;

	while (stream != NULL && (entry = readdir(stream)) != NULL)
	{
		int fd;

		if (entry->d_name[0] == '.' || (fd = OpenDirectory(parent, entry->d_name, false)) < 0)
			continue;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			RemoveRun(parent, entry->d_name);
		close(fd);
	}

	if (stream != NULL)
		closedir(stream);
	else if (copy >= 0)
		close(copy);
}

/* Removes a directory of staged files. */
static void
RemoveRun(int parent, const char *name)
{
	int fd = OpenDirectory(parent, name, false);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	while (stream != NULL && (entry = readdir(stream)) != NULL)
		if (entry->d_name[0] != '.')
			(void)unlinkat(fd, entry->d_name, 0);
	if (stream != NULL)
		closedir(stream);
	else if (fd >= 0)
		close(fd);
	(void)unlinkat(parent, name, AT_REMOVEDIR);
}

/* Opens a directory that is no link, made when it isn't there; -1 with errno. */
static int
OpenDirectory(int parent, const char *name, bool make)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(parent, name, flags);

	if (fd >= 0 || errno != ENOENT || !make)
		return fd;
	if (mkdirat(parent, name, DIRECTORY_MODE) != 0)
		return errno == EEXIST ? openat(parent, name, flags) : -1;

	fd = openat(parent, name, flags);
	if (fd >= 0 && fchmod(fd, DIRECTORY_MODE) != 0)
	{
		close(fd);
		return -1;
	}

	return fd;
}

/* Opens the directory that a path's last name is in; -1 with errno. */
static int
OpenParent(const MirrorStore *mirror, const char *path, bool make, const char **name)
{
	int directory = mirror->root;
	char part[NAME_MAX + 1];

	for (;;)
	{
		size_t length = strcspn(path, "/");
		int opened, error;

		*name = path;
		if (path[length] == '\0')
			return directory == mirror->root
					   ? openat(mirror->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
					   : directory;
		memcpy(part, path, length);
		part[length] = '\0';
		opened = OpenDirectory(directory, part, make);
		error = errno;
		if (directory != mirror->root)
			close(directory);
		errno = error;
		if (opened < 0)
			return -1;
		directory = opened;
		path += length + 1;
	}
}

/* Renames a staged file to its key. */
static bool
PublishFile(MirrorWriter *writer, Failure *failure)
{
	MirrorStore *mirror = writer->mirror;
	const char *name;
	int parent = OpenParent(mirror, MirrorPathOfKey(mirror, writer->key), true, &name);

	if (parent < 0 || renameat(mirror->staging, writer->name, parent, name) != 0)
		WriteFailure(mirror, writer->key, errno, failure);
	else
		writer->published = true;
	if (parent >= 0)
		close(parent);
	return writer->published;
}

/* Removes the file of a key; whether it is gone, else with errno. */
static bool
RemoveFile(const MirrorStore *mirror, const char *key)
{
	const char *path = MirrorPathOfKey(mirror, key), *name;
	int parent = path != NULL ? OpenParent(mirror, path, false, &name) : -1;
	bool gone;
	int error;

	if (parent < 0)
		return path == NULL || errno == ENOENT;

	gone = unlinkat(parent, name, 0) == 0 || errno == ENOENT;
	error = errno;
	close(parent);
	errno = error;

	return gone;
}

/* Says which object could not be written, and why, from errno. */
static void
WriteFailure(const MirrorStore *mirror, const char *key, int error, Failure *failure)
{
	bool denied = error == EACCES || error == EPERM || error == EROFS || error == ELOOP;

	FailureSet(failure, denied ? FAILURE_DENIED : FAILURE_IO, "could not write s3://%s/%s: %s",
			   mirror->bucket, key, strerror(error));
	FailureDetail(failure, "The bucket is mirrored by the directory \"%s\".", mirror->directory);
	if (denied)
		FailureHint(failure, "The server's own account must be able to write to the mirror.");
}
