/*
 * mirror_listing.c
 *		The files of a mirror directory, in the order in which S3 lists keys.
 *
 *	level 0  [ a.json  log_data/  song_data/ ]
 *	                       v
 *	level 1              [ 2017/  2018/ ]           one sorted directory a level
 *	                                 v
 *	level 2                        [ 01.json  02.json ]
 *
 * S3 sorts by the bytes of the whole key, so a directory takes its place as
 * "name/": "a.b" comes before "a/b", and "a0" after it.  Only the directories
 * on the way to the current file are in memory.  Directories that cannot hold
 * a key with the prefix are not read.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/base/utf8.h"
#include "source/store/mirror_internal.h"

/* Deeper trees than S3's longest key can name are somebody's mistake. */
#define MAX_LEVELS 512

/* The names of a directory, those of directories with a '/' behind. */
typedef struct Level
{
	DIR *stream; /* open as long as the level is: its descriptor is what names are opened by */
	size_t path_length; /* of the listing's path when this directory is the current one */
	char *names;
	size_t names_size;
	size_t names_used;
	size_t *offsets; /* into names, while they are being read */
	char **entries;	 /* the names in order, once they are */
	int count;
	int capacity;
	int next;
} Level;

typedef struct MirrorListing
{
	ObjectListing base;
	MirrorStore *mirror;
	char *prefix;

	/* working state */
	Level *levels;
	int depth;
	char *key; /* of the current directory or file */
	size_t key_size;
	bool started;
} MirrorListing;

static bool MirrorListingNext(ObjectListing *base, ObjectInfo *object, Failure *failure);
static void MirrorListingEnd(ObjectListing *base);
static bool SetKey(MirrorListing *listing, size_t length, const char *name, Failure *failure);
static bool PushLevel(MirrorListing *listing, int fd, size_t path_length, Failure *failure);
static void PopLevel(MirrorListing *listing);
static bool ReadNames(MirrorListing *listing, Level *level, Failure *failure);
static bool KeepEntry(MirrorListing *listing, Level *level, const struct dirent *entry,
					  Failure *failure);
static bool AddName(Level *level, const char *name, bool directory, Failure *failure);
static bool SortNames(Level *level, Failure *failure);
static int CompareNames(const void *a, const void *b);
static bool Descend(MirrorListing *listing, Level *level, Failure *failure);
static bool DescribeFile(MirrorListing *listing, const Level *level, const char *name,
						 ObjectInfo *object, bool *found, Failure *failure);
static bool IsUtf8(const char *text);

/* Begins a listing of the keys that begin with the prefix; nothing is read yet. */
ObjectListing *
MirrorListingBegin(MirrorStore *mirror, const char *prefix, Failure *failure)
{
	MirrorListing *listing = calloc(1, sizeof(MirrorListing));

	if (listing != NULL)
	{
		listing->base = (ObjectListing){.next = MirrorListingNext, .end = MirrorListingEnd};
		listing->mirror = mirror;
		listing->prefix = strdup(prefix);
		listing->levels = calloc(MAX_LEVELS, sizeof(Level));
	}

	if (listing == NULL || listing->prefix == NULL || listing->levels == NULL ||
		!SetKey(listing, 0, mirror->key_prefix, failure))
	{
		(void)FailureNoMemory(failure);
		if (listing != NULL)
			MirrorListingEnd(&listing->base);
		return NULL;
	}

	return &listing->base;
}

/* Whether a key that begins with (directory) or is (file) this one can begin with the prefix. */
static bool
MatchesPrefix(const MirrorListing *listing, bool directory)
{
	size_t key = strlen(listing->key), prefix = strlen(listing->prefix);

	if (directory && key < prefix)
		return memcmp(listing->key, listing->prefix, key) == 0;
	return strncmp(listing->key, listing->prefix, prefix) == 0;
}

/* Finds the next file. */
static bool
MirrorListingNext(ObjectListing *base, ObjectInfo *object, Failure *failure)
{
	MirrorListing *listing = (MirrorListing *)base;

	if (!listing->started)
	{
		int root;

		listing->started = true;

		/* a prefix that no path can match needs no look at the directory */
		if (!MatchesPrefix(listing, true))
			return false;

		/* opened anew: two descriptors that share a position would disturb each other */
		root = openat(listing->mirror->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (!PushLevel(listing, root, strlen(listing->key), failure))
			return false;
	}

	while (listing->depth > 0)
	{
		Level *level = &listing->levels[listing->depth - 1];
		const char *name;
		bool found;

		/* a large tree takes a while, and a cancel must not wait for it */
		if (MirrorInterrupted(listing->mirror, failure))
			return false;

		/* nothing left here: on with the directory above */
		if (level->next == level->count)
		{
			PopLevel(listing);
			continue;
		}

		name = level->entries[level->next++];
		if (!SetKey(listing, level->path_length, name, failure))
			return false;
		if (name[strlen(name) - 1] == '/')
		{
			if (!Descend(listing, level, failure))
				return false;
			continue;
		}

		/* of a large directory of which most is known, the calls for its files' sizes would cost most */
		if (base->passes_over != NULL && base->passes_over(base->passes_over_context, listing->key))
			continue;
		if (!DescribeFile(listing, level, name, object, &found, failure))
			return false;

		/* a file may have gone since its directory was read: then on to the next one */
		if (found)
			return true;
	}

	return false;
}

/* Releases the listing wherever it stands. */
static void
MirrorListingEnd(ObjectListing *base)
{
	MirrorListing *listing = (MirrorListing *)base;

	while (listing->depth > 0)
		PopLevel(listing);
	free(listing->levels);
	free(listing->prefix);
	free(listing->key);
	free(listing);
}

/* Makes the key its first bytes and the name, and leaves room for a '/'. */
static bool
SetKey(MirrorListing *listing, size_t length, const char *name, Failure *failure)
{
	size_t need = length + strlen(name) + 2;

	if (need > listing->key_size)
	{
		char *larger = realloc(listing->key, need * 2);

		if (larger == NULL)
			return FailureNoMemory(failure);
		listing->key = larger;
		listing->key_size = need * 2;
	}

	strcpy(listing->key + length, name);

	return true;
}

/* Reads and sorts a directory, which the key names; takes over its descriptor (-1: errno says why). */
static bool
PushLevel(MirrorListing *listing, int fd, size_t path_length, Failure *failure)
{
	Level *level = &listing->levels[listing->depth];
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);

	if (stream == NULL)
	{
		MirrorFailure(listing->mirror, listing->key, errno, failure);
		if (fd >= 0)
			close(fd);
		return false;
	}

	*level = (Level){.path_length = path_length, .stream = stream};
	listing->depth++;

	return ReadNames(listing, level, failure) && SortNames(level, failure);
}

/* Leaves a directory. */
static void
PopLevel(MirrorListing *listing)
{
	Level *level = &listing->levels[--listing->depth];

	closedir(level->stream);
	free(level->names);
	free(level->offsets);
	free(level->entries);
}

/* Collects the names that may lead to a key with the prefix. */
static bool
ReadNames(MirrorListing *listing, Level *level, Failure *failure)
{
	for (;;)
	{
		struct dirent *entry;

		if (MirrorInterrupted(listing->mirror, failure))
			return false;
		errno = 0;
		entry = readdir(level->stream);
		if (entry == NULL && errno != 0)
		{
			listing->key[level->path_length] = '\0';
			MirrorFailure(listing->mirror, listing->key, errno, failure);
			return false;
		}

		if (entry == NULL)
			return true;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (!KeepEntry(listing, level, entry, failure))
			return false;
	}
}

/*
 * Adds an entry that matches and is a file or a directory.  A link that may
 * match is an error, because passing over it would lose objects silently.
 */
static bool
KeepEntry(MirrorListing *listing, Level *level, const struct dirent *entry, Failure *failure)
{
	int type = entry->d_type;
	bool linked = false;

	/* what an unload has staged is not there yet */
	if (strcmp(entry->d_name, MIRROR_STAGING) == 0)
		return true;
	if (!SetKey(listing, level->path_length, entry->d_name, failure))
		return false;

	/* not every file system tells types; one that has gone meanwhile is not there */
	if (type == DT_UNKNOWN)
	{
		struct stat status;

		if (fstatat(dirfd(level->stream), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
			/* the rest of the kinds is passed over, FIFOs as well as any other */
			type = S_ISDIR(status.st_mode)	 ? DT_DIR
				   : S_ISREG(status.st_mode) ? DT_REG
				   : S_ISLNK(status.st_mode) ? DT_LNK
											 : DT_FIFO;
		else if (errno == ENOENT)
			return true;
		else
		{
			MirrorFailure(listing->mirror, listing->key, errno, failure);
			return false;
		}
	}

	/* a link may stand for a file or for a directory: as either it would match */
	if (type == DT_LNK && MatchesPrefix(listing, false))
		linked = true;
	if (type == DT_DIR || type == DT_LNK)
		strcat(listing->key, "/");
	if (linked || (type == DT_LNK && MatchesPrefix(listing, true)))
	{
		listing->key[strlen(listing->key) - 1] = '\0';
		MirrorFailure(listing->mirror, listing->key, ELOOP, failure);
		return false;
	}

	/* sockets and the like are no objects */
	if ((type != DT_DIR && type != DT_REG) || !MatchesPrefix(listing, type == DT_DIR))
		return true;

	/* keys are UTF-8, and COPY's log would refuse the name later on */
	if (!IsUtf8(entry->d_name))
	{
		FailureSet(failure, FAILURE_DATA,
				   "a file below s3://%s/%.*s has a name that is no key: it is not UTF-8",
				   listing->mirror->bucket, (int)level->path_length, listing->key);
		return false;
	}

	return AddName(level, entry->d_name, type == DT_DIR, failure);
}

/* Appends a name to the level's list. */
static bool
AddName(Level *level, const char *name, bool directory, Failure *failure)
{
	size_t need = strlen(name) + (directory ? 2 : 1);

	if (level->names_used + need > level->names_size)
	{
		/* twice as much each time, so that a large directory isn't copied again and again */
		size_t size = (level->names_used + need) * 2;
		char *names = realloc(level->names, size);

		/* the old block stays valid after a failure, and is freed with the level */
		if (names != NULL)
			level->names = names;
		level->names_size = names != NULL ? size : 0;
	}

	if (level->count == level->capacity)
	{
		/* offsets, not pointers: the names move when their block grows */
		int capacity = level->capacity > 0 ? level->capacity * 2 : 64;
		size_t *offsets = realloc(level->offsets, (size_t)capacity * sizeof(size_t));

		if (offsets != NULL)
			level->offsets = offsets;
		level->capacity = offsets != NULL ? capacity : 0;
	}

	if (level->names_size == 0 || level->capacity == 0)
		return FailureNoMemory(failure);

	level->offsets[level->count++] = level->names_used;
	strcpy(level->names + level->names_used, name);
	if (directory)
		strcat(level->names + level->names_used, "/");
	level->names_used += need;

	return true;
}

/* Puts the names in the order of their bytes. */
static bool
SortNames(Level *level, Failure *failure)
{
	level->entries = malloc((size_t)level->count * sizeof(char *) + 1);
	if (level->entries == NULL)
		return FailureNoMemory(failure);

	for (int i = 0; i < level->count; i++)
		level->entries[i] = level->names + level->offsets[i];
	free(level->offsets);
	level->offsets = NULL;
	qsort(level->entries, (size_t)level->count, sizeof(char *), CompareNames);

	return true;
}

/* Compares two names. */
static int
CompareNames(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Enters the directory that the key names; one that has gone since holds no objects. */
static bool
Descend(MirrorListing *listing, Level *level, Failure *failure)
{
	size_t length = strlen(listing->key);
	int fd;

	if (listing->depth == MAX_LEVELS)
	{
		FailureSet(failure, FAILURE_IO, "directories below s3://%s/%s are nested too deeply",
				   listing->mirror->bucket, listing->key);
		return false;
	}

	listing->key[length - 1] = '\0';
	fd = openat(dirfd(level->stream), listing->key + level->path_length,
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	listing->key[length - 1] = '/';
	if (fd < 0 && errno == ENOENT)
		return true;

	return PushLevel(listing, fd, length, failure);
}

/* Fills in the object of the file that the key names, unless it has gone since. */
static bool
DescribeFile(MirrorListing *listing, const Level *level, const char *name, ObjectInfo *object,
			 bool *found, Failure *failure)
{
	struct stat status;

	*found = false;
	if (fstatat(dirfd(level->stream), name, &status, AT_SYMLINK_NOFOLLOW) != 0)
	{
		if (errno == ENOENT)
			return true;
		MirrorFailure(listing->mirror, listing->key, errno, failure);
		return false;
	}

	*object = (ObjectInfo){.key = strdup(listing->key),
						   .size = status.st_size,
						   .store = &listing->mirror->base,
						   .mandatory = true};
	if (object->key == NULL)
		return FailureNoMemory(failure);

	*found = true;
	return true;
}

/* Whether a text is well-formed UTF-8 (RFC 3629), as keys are. */
static bool
IsUtf8(const char *text)
{
	Utf8Problem problem;

	return !Utf8FindProblem(text, strlen(text), 0, false, &problem);
}
