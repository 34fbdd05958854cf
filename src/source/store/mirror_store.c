/*
 * mirror_store.c
 *		A directory in the place of a bucket.
 *
 *	MirrorStoreOpen("udacity-dend", "/srv/mirror", "")
 *	s3://udacity-dend/log_data/2018/a.json  <->  /srv/mirror/log_data/2018/a.json
 *
 * Files are reached from the directory's descriptor and never through a
 * symbolic link, so nothing outside can be read however the tree changes
 * meanwhile.  The listing is mirror_listing.c.
 */
#include "source/store/mirror_store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

#include "source/store/mirror_internal.h"

typedef struct MirrorSource
{
	ByteSource base;
	MirrorStore *store;
	int fd;
	char key[];
} MirrorSource;

static ObjectListing *MirrorList(ObjectStore *store, const char *prefix, Failure *failure);
static ByteSource *MirrorOpen(ObjectStore *store, const ObjectInfo *object, Failure *failure);
static void MirrorInterrupt(ObjectStore *store);
static void MirrorClose(ObjectStore *store);
static int OpenBeneath(int root, const char *path);
static int OpenAtOnce(int root, const char *path);
static int OpenStepwise(int root, const char *path);
static int KeepRegular(int fd);
static ssize_t MirrorRead(ByteSource *source, char *buffer, size_t size, Failure *failure);
static void MirrorSourceClose(ByteSource *source);

/* Opens the directory as a store; key_prefix is taken as a folder. */
ObjectStore *
MirrorStoreOpen(const char *bucket, const char *directory, const char *key_prefix,
				int thread_after_ms, Failure *failure)
{
	size_t length = strlen(key_prefix);
	MirrorStore *mirror = calloc(1, sizeof(MirrorStore));

	if (mirror != NULL)
	{
		/* before anything can fail: Close looks at both */
		mirror->root = mirror->staging = -1;
		mirror->thread_after_ms = thread_after_ms;
		pthread_mutex_init(&mirror->lock, NULL);
		mirror->bucket = strdup(bucket);
		mirror->directory = strdup(directory);
		mirror->key_prefix = malloc(length + 2);
	}

	if (mirror == NULL || !mirror->bucket || !mirror->directory || !mirror->key_prefix)
	{
		(void)FailureNoMemory(failure);
		if (mirror != NULL)
			MirrorClose(&mirror->base);
		return NULL;
	}

	/* a folder's prefix ends in a slash, or "data" would match "database", too */
	memcpy(mirror->key_prefix, key_prefix, length + 1);
	if (length > 0 && key_prefix[length - 1] != '/')
		strcpy(mirror->key_prefix + length, "/");
	mirror->base = (ObjectStore){.bucket = mirror->bucket,
								 .window = 1,
								 .list = MirrorList,
								 .open = MirrorOpen,
								 .create = MirrorCreate,
								 .publish = MirrorPublish,
								 .discard = MirrorDiscard,
								 .remove = MirrorRemove,
								 .sweep = MirrorSweep,
								 .interrupt = MirrorInterrupt,
								 .close = MirrorClose};

	/*
	 * Held open: all files are opened below it, so that nobody can swap the directory for a link
	 * in between.
	 */
	mirror->root = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (mirror->root < 0)
	{
		FailureSet(failure, errno == EACCES ? FAILURE_DENIED : FAILURE_CONFIG,
				   "could not open mirror directory \"%s\": %s", directory, strerror(errno));
		MirrorClose(&mirror->base);
		return NULL;
	}

	return &mirror->base;
}

/* Begins a listing. */
static ObjectListing *
MirrorList(ObjectStore *store, const char *prefix, Failure *failure)
{
	return MirrorListingBegin((MirrorStore *)store, prefix, failure);
}

/* Opens the file of an object. */
static ByteSource *
MirrorOpen(ObjectStore *store, const ObjectInfo *object, Failure *failure)
{
	MirrorStore *mirror = (MirrorStore *)store;
	const char *path = MirrorPathOfKey(mirror, object->key);
	size_t length = strlen(object->key);
	MirrorSource *source;
	int fd;

	if (MirrorInterrupted(mirror, failure))
		return NULL;
	if (path == NULL || (fd = OpenBeneath(mirror->root, path)) < 0)
	{
		MirrorFailure(mirror, object->key, path == NULL ? ENOENT : errno, failure);
		return NULL;
	}

	source = malloc(sizeof(MirrorSource) + length + 1);
	if (source == NULL)
	{
		(void)FailureNoMemory(failure);
		close(fd);
		return NULL;
	}

	source->base = (ByteSource){.read = MirrorRead, .close = MirrorSourceClose};
	source->store = mirror;
	source->fd = fd;
	memcpy(source->key, object->key, length + 1);

	/* of a small file all is read ahead anyway: the call would cost more than it brings */
#ifdef POSIX_FADV_SEQUENTIAL
	if (object->size < 0 || object->size > 256 * 1024)
		posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
	return &source->base;
}

/* Makes whatever reads from the store fail soon. */
static void
MirrorInterrupt(ObjectStore *store)
{
	atomic_store(&((MirrorStore *)store)->interrupted, true);
}

/* Releases the store. */
static void
MirrorClose(ObjectStore *store)
{
	MirrorStore *mirror = (MirrorStore *)store;

	MirrorStagingEnd(mirror);
	if (mirror->root >= 0)
		close(mirror->root);
	pthread_mutex_destroy(&mirror->lock);
	free(mirror->bucket);
	free(mirror->directory);
	free(mirror->key_prefix);
	free(mirror);
}

/* Opens a regular file for reading.  Returns -1 with errno. */
static int
OpenBeneath(int root, const char *path)
{
	int fd = OpenAtOnce(root, path);

	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		fd = OpenStepwise(root, path);
	return KeepRegular(fd);
}

/* Opens the path in one call where the kernel promises not to follow links; else ENOSYS or EPERM. */
static int
OpenAtOnce(int root, const char *path)
{
#ifdef SYS_openat2
	struct open_how how = {.flags = O_RDONLY | O_NONBLOCK | O_CLOEXEC,
						   .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS};

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
#else
	errno = ENOSYS;
	return -1;
#endif
}

/* Opens the path component by component, which any kernel can do without following links. */
static int
OpenStepwise(int root, const char *path)
{
	char name[NAME_MAX + 1];
	int directory = root, opened;

	for (;;)
	{
		size_t length = strcspn(path, "/");
		bool last = path[length] == '\0';

		memcpy(name, path, length);
		name[length] = '\0';
		opened = openat(directory, name,
						O_RDONLY | O_NOFOLLOW | O_CLOEXEC | (last ? O_NONBLOCK : O_DIRECTORY));
		if (directory != root)
		{
			int error = errno;

			close(directory);
			errno = error;
		}

		if (opened < 0 || last)
			return opened;
		directory = opened;
		path += length + 1;
	}
}

/* Returns the descriptor if it is a regular file's (O_NONBLOCK let a pipe be opened, not waited for). */
static int
KeepRegular(int fd)
{
	struct stat status;

	if (fd < 0)
		return -1;
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fd;

	close(fd);
	errno = ENOENT;

	return -1;
}

/* Reads from the file. */
static ssize_t
MirrorRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	MirrorSource *file = (MirrorSource *)source;
	ssize_t got;

	if (MirrorInterrupted(file->store, failure))
		return -1;

	do
		got = read(file->fd, buffer, size);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		MirrorFailure(file->store, file->key, errno, failure);
	return got;
}

/* Closes the file. */
static void
MirrorSourceClose(ByteSource *source)
{
	MirrorSource *file = (MirrorSource *)source;

	close(file->fd);
	free(file);
}
