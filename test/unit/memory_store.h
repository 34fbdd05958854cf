/*
 * memory_store.h
 *		A store whose objects are made up as they are asked for, and which can
 *		misbehave: fail, vanish, stall, and count what is open.
 */
#ifndef SPARKIFY_MEMORY_STORE_H
#define SPARKIFY_MEMORY_STORE_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "source/store/object_store.h"
#include "unit.h"

typedef struct MemoryStore
{
	ObjectStore base;

	/* what it holds: objects 0 .. count - 1; text is malloc'd, its size set */
	int count;
	char *(*text)(int object, size_t *size);
	bool sizes_unknown;

	/* how it misbehaves; -1 is never */
	int list_fails_at;
	int read_fails_at; /* after half of the object */
	int missing_at;
	bool mandatory;
	int list_stalls_at;
	int read_stalls_at;
	int slow_reads_us; /* each read of an even object takes so long */

	/* what it saw */
	atomic_int open_now;
	atomic_int open_most;
	atomic_int opened;
	atomic_int listed;
	atomic_bool stalled;
	atomic_bool interrupted;
	atomic_bool signals_open; /* a thread of the feed's would take signals */
	pthread_t owner;
} MemoryStore;

typedef struct MemoryStream
{
	ByteSource base;
	MemoryStore *store;
	int object;
	char *text;
	size_t size;
	size_t at;
} MemoryStream;

typedef struct MemoryListing
{
	ObjectListing base;
	MemoryStore *store;
	int next;
} MemoryListing;

static inline void
MemorySleep(long microseconds)
{
	struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};

	nanosleep(&time, NULL);
}

/* Waits until the store is interrupted. */
static inline void
MemoryStall(MemoryStore *store, Failure *failure)
{
	store->stalled = true;
	while (!store->interrupted)
		MemorySleep(200);
	FailureSet(failure, FAILURE_CANCELLED, "the store was interrupted");
}

static inline ssize_t
MemoryRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	MemoryStream *stream = (MemoryStream *)source;
	MemoryStore *store = stream->store;
	size_t left = stream->size - stream->at;
	sigset_t mask;

	if (!pthread_equal(pthread_self(), store->owner))
	{
		pthread_sigmask(SIG_SETMASK, NULL, &mask);
		if (!sigismember(&mask, SIGINT) || !sigismember(&mask, SIGUSR1) ||
			!sigismember(&mask, SIGALRM))
			store->signals_open = true;
	}
	if (store->slow_reads_us > 0 && stream->object % 2 == 0)
		MemorySleep(store->slow_reads_us);
	if (stream->object == store->missing_at)
	{
		FailureSet(failure, FAILURE_NOT_FOUND, "no such object");
		return -1;
	}
	if (stream->object == store->read_stalls_at)
	{
		MemoryStall(store, failure);
		return -1;
	}
	if (stream->object == store->read_fails_at)
	{
		if (stream->at >= stream->size / 2)
		{
			FailureSet(failure, FAILURE_NETWORK, "the connection broke");
			return -1;
		}
		left = stream->size / 2 - stream->at;
	}
	if (left > size)
		left = size;
	memcpy(buffer, stream->text + stream->at, left);
	stream->at += left;
	return (ssize_t)left;
}

static inline void
MemoryStreamClose(ByteSource *source)
{
	MemoryStream *stream = (MemoryStream *)source;

	stream->store->open_now--;
	free(stream->text);
	free(stream);
}

static inline ByteSource *
MemoryOpen(ObjectStore *base, const ObjectInfo *object, Failure *failure)
{
	MemoryStore *store = (MemoryStore *)base;
	MemoryStream *stream = calloc(1, sizeof(MemoryStream));
	int now = ++store->open_now, most = store->open_most;

	(void)failure;
	while (now > most && !atomic_compare_exchange_weak(&store->open_most, &most, now))
		;
	store->opened++;
	stream->base = (ByteSource){MemoryRead, MemoryStreamClose};
	stream->store = store;
	stream->object = atoi(object->key);
	stream->text = store->text(stream->object, &stream->size);
	return &stream->base;
}

static inline bool
MemoryNext(ObjectListing *base, ObjectInfo *object, Failure *failure)
{
	MemoryListing *listing = (MemoryListing *)base;
	MemoryStore *store = listing->store;
	char key[16];

	if (listing->next == store->list_stalls_at)
	{
		MemoryStall(store, failure);
		return false;
	}
	if (listing->next == store->list_fails_at)
	{
		FailureSet(failure, FAILURE_DENIED, "no more listing");
		return false;
	}
	if (listing->next == store->count)
		return false;
	snprintf(key, sizeof(key), "%06d", listing->next);
	*object = (ObjectInfo){
		.key = strdup(key), .size = -1, .store = &store->base, .mandatory = store->mandatory};
	if (!store->sizes_unknown)
	{
		size_t size;

		free(store->text(listing->next, &size));
		object->size = (int64_t)size;
	}
	listing->next++;
	store->listed++;
	return true;
}

static inline void
MemoryListingEnd(ObjectListing *listing)
{
	free(listing);
}

static inline ObjectListing *
MemoryList(ObjectStore *base, const char *prefix, Failure *failure)
{
	MemoryListing *listing = calloc(1, sizeof(MemoryListing));

	(void)prefix;
	(void)failure;
	listing->base = (ObjectListing){.next = MemoryNext, .end = MemoryListingEnd};
	listing->store = (MemoryStore *)base;
	return &listing->base;
}

static inline void
MemoryInterrupt(ObjectStore *base)
{
	((MemoryStore *)base)->interrupted = true;
}

/* A store that behaves; change what is to be different. */
static inline void
MemoryStoreInit(MemoryStore *store, int count, char *(*text)(int object, size_t *size))
{
	memset(store, 0, sizeof(*store));
	store->base = (ObjectStore){.bucket = "memory",
								.window = 1,
								.list = MemoryList,
								.open = MemoryOpen,
								.interrupt = MemoryInterrupt};
	store->count = count;
	store->text = text;
	store->mandatory = true;
	store->list_fails_at = store->read_fails_at = store->missing_at = -1;
	store->list_stalls_at = store->read_stalls_at = -1;
	store->owner = pthread_self();
}

#endif /* SPARKIFY_MEMORY_STORE_H */
