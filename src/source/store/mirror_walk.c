/*
 * mirror_walk.c
 *		One thread's way through a mirror directory, in the order in which S3 lists keys.
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
#include "source/store/mirror_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/base/utf8.h"
#include "source/store/directory.h"
#include "source/store/directory_memory.h"

/* Deeper trees than S3's longest key can name are somebody's mistake. */
#define MAX_LEVELS 512

/* The names of a directory, those of directories with a '/' behind. */
typedef struct Level
{
	int fd;				/* open as long as the level is: names are opened by it */
	size_t path_length; /* of the listing's path when this directory is the current one */
	size_t names_used;
	int count;
	int next;
	int end; /* before which entry to stop */
	bool has_directories;

	/* kept for the next directory as deep as this one: a tree has many small ones */
	char *names;
	size_t names_size;
	size_t *offsets; /* into names, which move while they are being read */
	char **entries;	 /* the names in order, once they are */
	int capacity;	 /* of both */
} Level;

struct MirrorWalk
{
	/* parameters */
	MirrorStore *mirror;
	char *prefix;
	const ObjectListing *listing; /* whose objects these are: it says what is passed over */

	/* working state */
	Directory *directory;
	Level *levels;
	int depth;
	int floor;		/* the level that is not left, counted from 1; 0: none */
	bool is_shared; /* the entries of the first level are another walk's */
	char *key;		/* of the current directory or file */
	size_t key_size;
	size_t passed; /* the places in what is passed over, and in the memory of directories */
	size_t known;
	atomic_bool stopped;
};

static bool MustStop(MirrorWalk *walk, Failure *failure);
static bool SetKey(MirrorWalk *walk, size_t length, const char *name, Failure *failure);
static bool PushLevel(MirrorWalk *walk, int fd, size_t path_length, Failure *failure);
static void PopLevel(MirrorWalk *walk);
static bool ReadNames(MirrorWalk *walk, Level *level, Failure *failure);
static bool KeepEntry(MirrorWalk *walk, Level *level, const DirectoryEntry *entry,
					  Failure *failure);
static bool AddName(Level *level, const char *name, bool directory, Failure *failure);
static bool IsDirectory(const char *name);
static void SortNames(Level *level);
static int CompareNames(const void *a, const void *b);
static bool IsKnown(MirrorWalk *walk, const Level *level, const char *name);
static bool Descend(MirrorWalk *walk, Level *level, Failure *failure);
static bool DescribeFile(MirrorWalk *walk, const Level *level, const char *name, ObjectInfo *object,
						 bool *found, Failure *failure);

MirrorWalk *
MirrorWalkBegin(MirrorStore *mirror, const ObjectListing *listing, const char *prefix,
				Failure *failure)
{
	MirrorWalk *walk = calloc(1, sizeof(MirrorWalk));

	if (walk != NULL)
	{
		walk->mirror = mirror;
		walk->listing = listing;
		walk->prefix = strdup(prefix);
		walk->directory = DirectoryBegin();
		walk->levels = calloc(MAX_LEVELS, sizeof(Level));
	}

	if (walk == NULL || walk->prefix == NULL || walk->directory == NULL || walk->levels == NULL ||
		!SetKey(walk, 0, mirror->key_prefix, failure))
	{
		(void)FailureNoMemory(failure);
		MirrorWalkEnd(walk);
		return NULL;
	}

	return walk;
}

/* Whether a key that begins with (directory) or is (file) this one can begin with the prefix. */
static bool
MatchesPrefix(const MirrorWalk *walk, bool directory)
{
	size_t key = strlen(walk->key), prefix = strlen(walk->prefix);

	if (directory && key < prefix)
		return memcmp(walk->key, walk->prefix, key) == 0;
	return strncmp(walk->key, walk->prefix, prefix) == 0;
}

bool
MirrorWalkEnter(MirrorWalk *walk, Failure *failure)
{
	int root;

	/* a prefix that no path can match needs no look at the directory */
	if (!MatchesPrefix(walk, true))
		return true;

	/* opened anew: two descriptors that share a position would disturb each other */
	root = openat(walk->mirror->root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return PushLevel(walk, root, strlen(walk->key), failure);
}

bool
MirrorWalkEnterSingle(MirrorWalk *walk, Failure *failure)
{
	for (int depth = 0; depth < walk->depth;)
	{
		Level *level = &walk->levels[walk->depth - 1];
		const char *name = level->count == 1 ? level->entries[0] : "";

		if (name[0] == '\0' || !IsDirectory(name))
			return true;
		level->next++;

		/* as long as that leads deeper: a directory may have gone meanwhile */
		depth = walk->depth;
		if (!SetKey(walk, level->path_length, name, failure) || !Descend(walk, level, failure))
			return false;
	}

	return true;
}

int
MirrorWalkCut(const MirrorWalk *walk, int least, int parts, int *ends)
{
	const Level *level = walk->depth > 0 ? &walk->levels[walk->depth - 1] : NULL;
	int directories = 0, share, count = 0, cut = 0;

	for (int i = 0; level != NULL && i < level->count; i++)
		directories += IsDirectory(level->entries[i]);
	if (directories < least)
		return 0;

	/* directories cost most, however many files stand beside them */
	share = (directories + parts - 1) / parts;
	for (int i = 0; i < level->count; i++)
		if (IsDirectory(level->entries[i]) && ++count % share == 0)
			ends[cut++] = i + 1;
	if (cut < parts && ends[cut - 1] < level->count)
		cut++;
	ends[cut - 1] = level->count;

	return cut;
}

bool
MirrorWalkShare(MirrorWalk *walk, MirrorWalk *other, Failure *failure)
{
	const Level *shared = &walk->levels[walk->depth - 1];
	Level *level = &other->levels[0];

	level->fd = openat(shared->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (level->fd < 0)
	{
		MirrorFailure(other->mirror, walk->key, errno, failure);
		return false;
	}

	/* names that nobody changes any more, and a descriptor of its own */
	level->path_length = shared->path_length;
	level->entries = shared->entries;
	level->count = shared->count;
	other->is_shared = true;
	other->depth = other->floor = 1;
	walk->floor = walk->depth;

	return SetKey(other, 0, walk->key, failure);
}

void
MirrorWalkLimit(MirrorWalk *walk, int first, int end)
{
	Level *level = &walk->levels[walk->floor - 1];

	level->next = first;
	level->end = end < level->count ? end : level->count;
}

void
MirrorWalkStop(MirrorWalk *walk)
{
	atomic_store(&walk->stopped, true);
}

/* Whether the walk has to end, and why. */
static bool
MustStop(MirrorWalk *walk, Failure *failure)
{
	bool (*must_stop)(void) = walk->listing->must_stop;

	/* another thread's walk is stopped by the one that lists, which alone may ask */
	if (atomic_load(&walk->stopped) || (!walk->is_shared && must_stop != NULL && must_stop()))
	{
		FailureSet(failure, FAILURE_CANCELLED, "nobody waits for the listing");
		return true;
	}

	return MirrorInterrupted(walk->mirror, failure);
}

bool
MirrorWalkNext(MirrorWalk *walk, ObjectInfo *object, Failure *failure)
{
	const ObjectListing *base = walk->listing;

	while (walk->depth > 0)
	{
		Level *level = &walk->levels[walk->depth - 1];
		const char *name;
		bool found;

		/* a large tree takes a while, and a cancel must not wait for it */
		if (MustStop(walk, failure))
			return false;

		/* nothing left here: on with the directory above */
		if (level->next == level->end)
		{
			if (walk->depth == walk->floor)
				return false;
			PopLevel(walk);
			continue;
		}

		name = level->entries[level->next++];
		if (!SetKey(walk, level->path_length, name, failure))
			return false;
		if (IsDirectory(name))
		{
			if (!Descend(walk, level, failure))
				return false;
			continue;
		}

		/* of a large directory of which most is known, the calls for its files' sizes would cost most */
		if (base->passes_over != NULL &&
			base->passes_over(base->passes_over_context, walk->key, &walk->passed))
			continue;
		if (!DescribeFile(walk, level, name, object, &found, failure))
			return false;

		/* a file may have gone since its directory was read: then on to the next one */
		if (found)
			return true;
	}

	return false;
}

void
MirrorWalkEnd(MirrorWalk *walk)
{
	if (walk == NULL)
		return;

	while (walk->depth > 0)
		PopLevel(walk);
	if (walk->is_shared)
		walk->levels[0].entries = NULL;
	for (int i = 0; walk->levels != NULL && i < MAX_LEVELS; i++)
	{
		free(walk->levels[i].names);
		free(walk->levels[i].offsets);
		free(walk->levels[i].entries);
	}

	DirectoryEnd(walk->directory);
	free(walk->levels);
	free(walk->prefix);
	free(walk->key);
	free(walk);
}

/* Makes the key its first bytes and the name, and leaves room for a '/'. */
static bool
SetKey(MirrorWalk *walk, size_t length, const char *name, Failure *failure)
{
	size_t need = length + strlen(name) + 2;

	if (need > walk->key_size)
	{
		char *larger = realloc(walk->key, need * 2);

		if (larger == NULL)
			return FailureNoMemory(failure);
		walk->key = larger;
		walk->key_size = need * 2;
	}

	strcpy(walk->key + length, name);

	return true;
}

/* Reads and sorts a directory, which the key names; takes over its descriptor (-1: errno says why). */
static bool
PushLevel(MirrorWalk *walk, int fd, size_t path_length, Failure *failure)
{
	Level *level = &walk->levels[walk->depth];
	DirectoryMemory *memory = walk->listing->memory;
	struct stat status;

	/* before it is read: what is added meanwhile makes it another one */
	if (memory != NULL && (fd < 0 || fstat(fd, &status) != 0))
		memory = NULL;

	if (fd < 0 || !DirectoryEnter(walk->directory, fd))
	{
		MirrorFailure(walk->mirror, walk->key, errno, failure);
		if (fd >= 0)
			close(fd);
		return false;
	}

	level->fd = fd;
	level->path_length = path_length;
	level->names_used = 0;
	level->count = level->next = 0;
	level->has_directories = false;
	walk->depth++;
	if (!ReadNames(walk, level, failure))
		return false;

	/* one of which the prefix wants a part only is not known as a whole */
	walk->key[path_length] = '\0';
	if (memory != NULL && walk->depth > 1 && !level->has_directories && MatchesPrefix(walk, false))
		DirectoryMemoryLearn(memory, walk->key, fd, &status);

	SortNames(level);
	level->end = level->count;

	return true;
}

/* Leaves a directory. */
static void
PopLevel(MirrorWalk *walk)
{
	close(walk->levels[--walk->depth].fd);
}

/* Collects the names that may lead to a key with the prefix. */
static bool
ReadNames(MirrorWalk *walk, Level *level, Failure *failure)
{
	for (;;)
	{
		DirectoryEntry entry;
		int found;

		if (MustStop(walk, failure))
			return false;
		found = DirectoryNext(walk->directory, &entry);
		if (found < 0)
		{
			walk->key[level->path_length] = '\0';
			MirrorFailure(walk->mirror, walk->key, errno, failure);
		}

		if (found <= 0)
			return found == 0;
		if (!KeepEntry(walk, level, &entry, failure))
			return false;
	}
}

/*
 * Adds an entry that matches and is a file or a directory.  A link that may
 * match is an error, because passing over it would lose objects silently.
 */
static bool
KeepEntry(MirrorWalk *walk, Level *level, const DirectoryEntry *entry, Failure *failure)
{
	int type = entry->type;
	bool linked = false;
	Utf8Problem problem;

	/* what an unload has staged is not there yet */
	if (strcmp(entry->name, MIRROR_STAGING) == 0)
		return true;
	if (!SetKey(walk, level->path_length, entry->name, failure))
		return false;

	/* not every file system tells types; one that has gone meanwhile is not there */
	if (type == DT_UNKNOWN)
	{
		struct stat status;

		if (fstatat(level->fd, entry->name, &status, AT_SYMLINK_NOFOLLOW) == 0)
			/* the rest of the kinds is passed over, FIFOs as well as any other */
			type = S_ISDIR(status.st_mode)	 ? DT_DIR
				   : S_ISREG(status.st_mode) ? DT_REG
				   : S_ISLNK(status.st_mode) ? DT_LNK
											 : DT_FIFO;
		else if (errno == ENOENT)
			return true;
		else
		{
			MirrorFailure(walk->mirror, walk->key, errno, failure);
			return false;
		}
	}

	/* a link may stand for a file or for a directory: as either it would match */
	if (type == DT_LNK && MatchesPrefix(walk, false))
		linked = true;
	if (type == DT_DIR || type == DT_LNK)
	{
		strcat(walk->key, "/");
		level->has_directories = true;
	}

	if (linked || (type == DT_LNK && MatchesPrefix(walk, true)))
	{
		walk->key[strlen(walk->key) - 1] = '\0';
		MirrorFailure(walk->mirror, walk->key, ELOOP, failure);
		return false;
	}

	/* sockets and the like are no objects */
	if ((type != DT_DIR && type != DT_REG) || !MatchesPrefix(walk, type == DT_DIR))
		return true;

	/* keys are UTF-8, and COPY's log would refuse the name later on */
	if (Utf8FindProblem(entry->name, strlen(entry->name), 0, false, &problem))
	{
		FailureSet(failure, FAILURE_DATA,
				   "a file below s3://%s/%.*s has a name that is no key: it is not UTF-8",
				   walk->mirror->bucket, (int)level->path_length, walk->key);
		return false;
	}

	return AddName(level, entry->name, type == DT_DIR, failure);
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
		int capacity = level->capacity > 0 ? level->capacity * 2 : 64;
		size_t *offsets = realloc(level->offsets, (size_t)capacity * sizeof(size_t));
		char **entries = realloc(level->entries, (size_t)capacity * sizeof(char *));

		if (offsets != NULL)
			level->offsets = offsets;
		if (entries != NULL)
			level->entries = entries;
		level->capacity = offsets != NULL && entries != NULL ? capacity : 0;
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

/* Whether a name of the list is that of a directory. */
static bool
IsDirectory(const char *name)
{
	return name[strlen(name) - 1] == '/';
}

/* Puts the names in the order of their bytes. */
static void
SortNames(Level *level)
{
	for (int i = 0; i < level->count; i++)
		level->entries[i] = level->names + level->offsets[i];
	if (level->count > 1)
		qsort(level->entries, (size_t)level->count, sizeof(char *), CompareNames);
}

/* Compares two names. */
static int
CompareNames(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Enters the directory that the key names; one that has gone since holds no objects. */
static bool
Descend(MirrorWalk *walk, Level *level, Failure *failure)
{
	size_t length = strlen(walk->key);
	int fd;

	if (walk->depth == MAX_LEVELS)
	{
		FailureSet(failure, FAILURE_IO, "directories below s3://%s/%s are nested too deeply",
				   walk->mirror->bucket, walk->key);
		return false;
	}

	if (walk->listing->memory != NULL && IsKnown(walk, level, walk->key + level->path_length))
		return true;

	walk->key[length - 1] = '\0';
	fd = openat(level->fd, walk->key + level->path_length,
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	walk->key[length - 1] = '/';

	return (fd < 0 && errno == ENOENT) || PushLevel(walk, fd, length, failure);
}

/* Whether nothing has changed in the directory that the key names since all of its files were known. */
static bool
IsKnown(MirrorWalk *walk, const Level *level, const char *name)
{
	struct stat status;

	/* the '/' behind the name says that it has to be a directory */
	return fstatat(level->fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
		   DirectoryMemoryKnows(walk->listing->memory, walk->key, &status, &walk->known);
}

/* Fills in the object of the file that the key names, unless it has gone since. */
static bool
DescribeFile(MirrorWalk *walk, const Level *level, const char *name, ObjectInfo *object,
			 bool *found, Failure *failure)
{
	struct stat status;

	*found = fstatat(level->fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
	if (!*found)
	{
		if (errno == ENOENT)
			return true;
		MirrorFailure(walk->mirror, walk->key, errno, failure);
		return false;
	}

	*object = (ObjectInfo){.key = strdup(walk->key),
						   .size = status.st_size,
						   .modified = MirrorModified(&status),
						   .store = &walk->mirror->base,
						   .mandatory = true};

	return object->key != NULL || FailureNoMemory(failure);
}
