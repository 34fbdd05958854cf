/*
 * directory_memory.c
 *		Directories whose files somebody knows all.
 *
 *	known    [ mark | mark | mark ... ]    what the last listing learned; a hash table says where each is
 *	seen     [ yes  | no   | yes  ... ]    each by one thread: a directory is asked for once
 *	learned  [ mark | mark ... ]           what is new, in the order in which the threads came by
 */
#include "source/store/directory_memory.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __linux__
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

/* A directory that was changed so many seconds ago may be changed again at what is the same time to its clock. */
#define SETTLED_SECONDS 3

#ifndef XFS_SUPER_MAGIC
#define XFS_SUPER_MAGIC 0x58465342
#endif

/* What a directory was at a time. */
typedef struct Mark
{
	uint64_t first;
	uint64_t second;
} Mark;

struct DirectoryMemory
{
	Mark *known;
	bool *seen;
	size_t known_count;
	uint32_t *places; /* a hash table: which of the known ones, counted from 1; 0: none */
	size_t mask;	  /* of its places, a power of two */

	pthread_mutex_t lock; /* over what follows */
	Mark *learned;
	size_t learned_count;
	size_t capacity;
};

static Mark MarkOf(const char *key, const struct stat *status);
static uint64_t Mix(uint64_t hash, uint64_t value);
static bool SameMark(Mark one, Mark other);
static uint32_t *Place(const DirectoryMemory *memory, Mark mark);
static bool Note(DirectoryMemory *memory, Mark mark);
static bool KeepsTime(int fd);

DirectoryMemory *
DirectoryMemoryBegin(const void *bytes, size_t length)
{
	DirectoryMemory *memory = calloc(1, sizeof(DirectoryMemory));
	size_t count = DirectoryMemoryCount(length), places = 16;

	if (memory == NULL || count >= UINT32_MAX)
	{
		free(memory);
		return NULL;
	}

	/* half empty, so that most look-ups are one */
	while (places < count * 2)
		places *= 2;
	pthread_mutex_init(&memory->lock, NULL);
	memory->known = malloc((count + 1) * sizeof(Mark));
	memory->seen = calloc(count + 1, sizeof(bool));
	memory->places = calloc(places, sizeof(uint32_t));
	if (memory->known == NULL || memory->seen == NULL || memory->places == NULL)
	{
		DirectoryMemoryEnd(memory);
		return NULL;
	}

	if (count > 0)
		memcpy(memory->known, bytes, count * sizeof(Mark));
	memory->known_count = count;
	memory->mask = places - 1;
	for (size_t i = 0; i < count; i++)
		*Place(memory, memory->known[i]) = (uint32_t)i + 1;

	return memory;
}

size_t
DirectoryMemoryCount(size_t length)
{
	return length / sizeof(Mark);
}

bool
DirectoryMemoryKnows(DirectoryMemory *memory, const char *key, const struct stat *status,
					 size_t *place)
{
	Mark mark = MarkOf(key, status);
	size_t next = *place;

	/* a listing comes by in the order of the one before: the table is for where it doesn't */
	if (next >= memory->known_count || !SameMark(memory->known[next], mark))
	{
		next = *Place(memory, mark);
		if (next-- == 0)
			return false;
	}

	memory->seen[next] = true;
	*place = next + 1;

	return true;
}

void
DirectoryMemoryLearn(DirectoryMemory *memory, const char *key, int fd, const struct stat *status)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) == 0 &&
		now.tv_sec - status->st_ctim.tv_sec > SETTLED_SECONDS && KeepsTime(fd))
		(void)Note(memory, MarkOf(key, status));
}

const void *
DirectoryMemoryLearned(DirectoryMemory *memory, size_t *length)
{
	size_t seen = 0;

	for (size_t i = 0; i < memory->known_count; i++)
		seen += memory->seen[i];
	if (memory->learned_count == 0 && seen == memory->known_count)
		return NULL;

	/* those that were seen again go behind those that are new, once */
	for (size_t i = 0; i < memory->known_count; i++)
		if (memory->seen[i] && Note(memory, memory->known[i]))
			memory->seen[i] = false;
	*length = memory->learned_count * sizeof(Mark);

	return memory->learned != NULL ? (const void *)memory->learned : "";
}

void
DirectoryMemoryEnd(DirectoryMemory *memory)
{
	if (memory == NULL)
		return;

	pthread_mutex_destroy(&memory->lock);
	free(memory->known);
	free(memory->seen);
	free(memory->places);
	free(memory->learned);
	free(memory);
}

/* What says that a directory is as it was: 128 bits of it, so that no two are taken for one. */
static Mark
MarkOf(const char *key, const struct stat *status)
{
	Mark mark = {.first = 0x9e3779b97f4a7c15, .second = 0xc2b2ae3d27d4eb4f};
	const uint64_t values[] = {(uint64_t)status->st_dev, (uint64_t)status->st_ino,
							   (uint64_t)status->st_ctim.tv_sec, (uint64_t)status->st_ctim.tv_nsec};

	/* FNV-1a (RFC 9923) of the key, from two beginnings */
	for (const unsigned char *byte = (const unsigned char *)key; *byte != '\0'; byte++)
	{
		mark.first = (mark.first ^ *byte) * 0x100000001b3;
		mark.second = (mark.second ^ *byte) * 0x100000001b3;
	}

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
	{
		mark.first = Mix(mark.first, values[i]);
		mark.second = Mix(mark.second, values[i]);
	}

	return mark;
}

/* Adds a value to a hash, by the finalizer of splitmix64. */
static uint64_t
Mix(uint64_t hash, uint64_t value)
{
	hash += value + 0x9e3779b97f4a7c15;
	hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
	hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;

	return hash ^ (hash >> 31);
}

/* Whether two marks are the same. */
static bool
SameMark(Mark one, Mark other)
{
	return one.first == other.first && one.second == other.second;
}

/* Where the table says which of the known ones a mark is, or an empty place. */
static uint32_t *
Place(const DirectoryMemory *memory, Mark mark)
{
	size_t place = mark.second & memory->mask;

	while (memory->places[place] != 0 && !SameMark(memory->known[memory->places[place] - 1], mark))
		place = (place + 1) & memory->mask;

	return &memory->places[place];
}

/* Adds a mark to those that are learned; false: without memory for it the directory will be read again. */
static bool
Note(DirectoryMemory *memory, Mark mark)
{
	bool noted;

	pthread_mutex_lock(&memory->lock);
	if (memory->learned_count == memory->capacity)
	{
		size_t capacity = memory->capacity > 0 ? memory->capacity * 2 : 1024;
		Mark *larger = realloc(memory->learned, capacity * sizeof(Mark));

		if (larger != NULL)
		{
			memory->learned = larger;
			memory->capacity = capacity;
		}
	}

	noted = memory->learned_count < memory->capacity;
	if (noted)
		memory->learned[memory->learned_count++] = mark;
	pthread_mutex_unlock(&memory->lock);

	return noted;
}

/* Whether a directory is of a file system of which it is known that it keeps the time of each change. */
static bool
KeepsTime(int fd)
{
#ifdef __linux__
	struct statfs system;

	if (fstatfs(fd, &system) != 0)
		return false;
	switch ((uint32_t)system.f_type)
	{
		case EXT4_SUPER_MAGIC:
		case XFS_SUPER_MAGIC:
		case BTRFS_SUPER_MAGIC:
		case TMPFS_MAGIC:
			return true;
		default:
			return false;
	}
#else
	return false;
#endif
}
