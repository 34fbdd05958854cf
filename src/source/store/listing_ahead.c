/*
 * listing_ahead.c
 *		A listing in parts, of which a second thread lists some ahead.
 */
#include "source/store/listing_ahead.h"

#include <pthread.h>
#include <stdlib.h>

#include "source/base/threads.h"

/* How many objects wait for the caller at most. */
#define WAITING_MAX 1024

/* How often a caller that waits asks whether to give up. */
#define WAIT_MS 100

typedef struct Waiting
{
	int part;
	ObjectInfo object;
} Waiting;

struct ListingAhead
{
	/* parameters */
	const PartLister *methods;
	void *own;
	void *other;
	int parts;

	/* the caller's */
	bool is_own; /* its lister has the current part */
	bool tried;	 /* to start the thread */
	bool threaded;
	pthread_t thread;

	/* shared */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool *taken;	/* each part: somebody has it */
	int current;	/* the part whose objects are handed out */
	int other_part; /* what the thread is at: it is done with all before that it has taken */
	bool stopped;
	Failure failure; /* the thread's */
	Waiting waiting[WAITING_MAX];
	int first; /* of those that wait */
	int count;
};

static void TakePart(ListingAhead *ahead);
static bool TakeWaiting(ListingAhead *ahead, ObjectInfo *object, Failure *failure);
static void *ListParts(void *argument);
static bool NextPart(ListingAhead *ahead);
static bool AddWaiting(ListingAhead *ahead, const ObjectInfo *object);

ListingAhead *
ListingAheadBegin(int parts, const PartLister *methods, void *own, void *other, Failure *failure)
{
	ListingAhead *ahead = calloc(1, sizeof(ListingAhead));

	if (ahead != NULL)
		ahead->taken = calloc((size_t)parts + 1, sizeof(bool));
	if (ahead == NULL || ahead->taken == NULL)
	{
		(void)FailureNoMemory(failure);
		free(ahead);
		return NULL;
	}

	ahead->methods = methods;
	ahead->own = own;
	ahead->other = other;
	ahead->parts = parts;
	FailureInit(&ahead->failure);
	pthread_mutex_init(&ahead->lock, NULL);
	ConditionInit(&ahead->changed);
	TakePart(ahead);

	return ahead;
}

bool
ListingAheadNext(ListingAhead *ahead, ObjectInfo *object, Failure *failure)
{
	while (ahead->current < ahead->parts)
	{
		if (ahead->is_own ? ahead->methods->next(ahead->own, object, failure)
						  : TakeWaiting(ahead, object, failure))
			return true;
		if (Failed(failure))
			return false;

		pthread_mutex_lock(&ahead->lock);
		ahead->current++;
		pthread_mutex_unlock(&ahead->lock);
		TakePart(ahead);
		if (!ahead->tried && ahead->methods->is_long(ahead->own))
		{
			ahead->tried = true;
			ahead->threaded = ThreadStart(&ahead->thread, ListParts, ahead) == 0;
		}
	}

	return false;
}

void
ListingAheadEnd(ListingAhead *ahead)
{
	if (ahead == NULL)
		return;

	if (ahead->threaded)
	{
		ahead->methods->stop(ahead->other);
		pthread_mutex_lock(&ahead->lock);
		ahead->stopped = true;
		pthread_cond_broadcast(&ahead->changed);
		pthread_mutex_unlock(&ahead->lock);
		pthread_join(ahead->thread, NULL);
	}

	for (; ahead->count > 0; ahead->count--, ahead->first++)
		ObjectInfoClear(&ahead->waiting[ahead->first % WAITING_MAX].object);
	pthread_cond_destroy(&ahead->changed);
	pthread_mutex_destroy(&ahead->lock);
	free(ahead->taken);
	free(ahead);
}

/* The caller comes to a part: it lists the part itself unless the thread has it. */
static void
TakePart(ListingAhead *ahead)
{
	pthread_mutex_lock(&ahead->lock);
	ahead->is_own = !ahead->taken[ahead->current];
	ahead->taken[ahead->current] = true;
	pthread_mutex_unlock(&ahead->lock);
	if (ahead->is_own && ahead->current < ahead->parts)
		ahead->methods->begin(ahead->own, ahead->current);
}

/* Waits for an object of the current part, which the thread lists; false at its end, or with the thread's failure. */
static bool
TakeWaiting(ListingAhead *ahead, ObjectInfo *object, Failure *failure)
{
	bool taken;

	pthread_mutex_lock(&ahead->lock);
	while (ahead->count == 0 && ahead->other_part == ahead->current && !Failed(&ahead->failure))
	{
		ConditionWait(&ahead->changed, &ahead->lock, WAIT_MS);
		if (ahead->methods->must_stop(ahead->own))
		{
			pthread_mutex_unlock(&ahead->lock);
			FailureSet(failure, FAILURE_CANCELLED, "the listing was cancelled");
			return false;
		}
	}

	/* what it has found before it failed comes first */
	taken = ahead->count > 0 && ahead->waiting[ahead->first].part == ahead->current;
	if (taken)
	{
		*object = ahead->waiting[ahead->first].object;
		ahead->first = (ahead->first + 1) % WAITING_MAX;
		ahead->count--;
		pthread_cond_broadcast(&ahead->changed);
	}
	else if (Failed(&ahead->failure) && ahead->other_part == ahead->current)
		*failure = ahead->failure;

	pthread_mutex_unlock(&ahead->lock);

	return taken;
}

/* The thread: lists one part after the other. */
static void *
ListParts(void *argument)
{
	ListingAhead *ahead = argument;
	ObjectInfo object;
	Failure failure;

	FailureInit(&failure);
	while (!Failed(&failure) && NextPart(ahead))
	{
		ahead->methods->begin(ahead->other, ahead->other_part);
		while (ahead->methods->next(ahead->other, &object, &failure))
			if (!AddWaiting(ahead, &object))
			{
				ObjectInfoClear(&object);
				return NULL;
			}
	}

	pthread_mutex_lock(&ahead->lock);
	ahead->failure = failure;
	pthread_cond_broadcast(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);

	return NULL;
}

/*
 * The thread takes a part; false: there is none, or nobody wants it any more.  The part behind the
 * current one is the caller's, or it would come to a part that is being listed, and wait, each time.
 */
static bool
NextPart(ListingAhead *ahead)
{
	bool more;
	int part;

	pthread_mutex_lock(&ahead->lock);
	part = ahead->current + 2;
	while (part < ahead->parts && ahead->taken[part])
		part++;
	more = !ahead->stopped && part < ahead->parts;
	if (more)
		ahead->taken[part] = true;

	/* past the end it is at no part that the caller could wait for */
	ahead->other_part = more ? part : ahead->parts;
	pthread_cond_broadcast(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);

	return more;
}

/* Has an object wait for the caller, as soon as there is room; false: nobody wants it any more. */
static bool
AddWaiting(ListingAhead *ahead, const ObjectInfo *object)
{
	bool added;

	pthread_mutex_lock(&ahead->lock);
	while (ahead->count == WAITING_MAX && !ahead->stopped)
		pthread_cond_wait(&ahead->changed, &ahead->lock);
	added = !ahead->stopped;
	if (added)
	{
		Waiting *waiting = &ahead->waiting[(ahead->first + ahead->count) % WAITING_MAX];

		*waiting = (Waiting){.part = ahead->other_part, .object = *object};
		ahead->count++;
		pthread_cond_broadcast(&ahead->changed);
	}

	pthread_mutex_unlock(&ahead->lock);

	return added;
}
