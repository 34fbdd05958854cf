/*
 * object_window.c
 *		Runs of objects, from the listing to the last close.
 *
 * All live runs, taken or not, are in one list in the order of the listing.
 * Two cursors move along it: the first run nobody has taken, and the frontier,
 * the first object nobody has opened.  A worker that comes to an object before
 * the frontier does opens it itself, so readers never wait for the window.
 */
#include "source/feed/object_window.h"

#include <pthread.h>
#include <stdlib.h>

/* A run ends with the object that reaches one of these. */
#define RUN_BYTES ((int64_t)1024 * 1024)
#define RUN_OBJECTS 256
#define UNKNOWN_SIZE ((int64_t)64 * 1024)

/* Runs listed and not taken: what the listing may be ahead. */
#define RUNS_AHEAD 32

typedef enum FeedObjectState
{
	OBJECT_LISTED,
	OBJECT_OPENING, /* somebody is in the store's open */
	OBJECT_OPENED,	/* ahead: source or failure tells */
	OBJECT_TAKEN
} FeedObjectState;

struct FeedObject
{
	ObjectInfo info;
	FeedObjectState state;
	ByteSource *source;
	Failure *failure; /* why it could not be opened ahead */
};

struct ObjectWindow
{
	/* parameters */
	ObjectListing *listing;
	int ahead;

	/* the lister's own */
	bool ended;
	Failure ending; /* why the listing ended early */

	/* shared */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	ObjectRun *first; /* the live runs */
	ObjectRun *last;
	ObjectRun *untaken;
	int untaken_runs;
	ObjectRun *frontier;
	int frontier_index;
	int opened; /* ahead, and not taken yet */
	uint64_t runs;
	uint64_t objects;
	uint64_t bytes;
	bool listed;
	bool halted;
	ObjectStore **stores; /* all that were named */
	int nstores;
};

static bool ListRun(ObjectWindow *window, ObjectRun *run, uint64_t *bytes);
static bool Publish(ObjectWindow *window, ObjectRun *run, uint64_t bytes, Failure *failure);
static bool NoteStore(ObjectWindow *window, ObjectStore *store);
static void OpenAhead(ObjectWindow *window);
static FeedObject *NextToOpen(ObjectWindow *window);
static void OpenObject(ObjectWindow *window, FeedObject *object);
static void CloseObjects(ObjectWindow *window, ObjectRun *run);
static void FreeRun(ObjectRun *run);

/* Makes a window onto a listing. */
ObjectWindow *
ObjectWindowCreate(ObjectListing *listing, int ahead, Failure *failure)
{
	ObjectWindow *window = calloc(1, sizeof(ObjectWindow));

	if (window == NULL)
	{
		(void)FailureNoMemory(failure);
		ObjectListingEnd(listing);
		return NULL;
	}

	window->listing = listing;
	window->ahead = ahead;
	FailureInit(&window->ending);
	pthread_mutex_init(&window->lock, NULL);
	pthread_cond_init(&window->changed, NULL);
	if (listing->store != NULL && !NoteStore(window, listing->store))
	{
		(void)FailureNoMemory(failure);
		ObjectWindowFree(window);
		return NULL;
	}

	return window;
}

/* Lists one more run. */
bool
ObjectWindowList(ObjectWindow *window, Failure *failure)
{
	ObjectRun *run;
	uint64_t bytes;
	bool more;

	/* listing runs ahead only so far: a bucket may hold millions of objects */
	pthread_mutex_lock(&window->lock);
	while (window->untaken_runs >= RUNS_AHEAD && !window->halted)
		pthread_cond_wait(&window->changed, &window->lock);
	more = !window->halted;
	pthread_mutex_unlock(&window->lock);

	/* a listing that has failed before fails again, with the same words */
	if (window->ended && Failed(&window->ending))
		*failure = window->ending;
	if (!more || window->ended)
		return false;

	/* outside the lock: listing waits for the network */
	run = calloc(1, sizeof(ObjectRun));
	if (run != NULL)
		run->objects = malloc(RUN_OBJECTS * sizeof(FeedObject));
	if (run == NULL || run->objects == NULL)
	{
		(void)FailureNoMemory(failure);
		free(run);
		return false;
	}

	if (!ListRun(window, run, &bytes))
	{
		FreeRun(run);
		if (Failed(&window->ending))
			*failure = window->ending;
		return false;
	}

	if (!Publish(window, run, bytes, failure))
		return false;

	/* the new run's objects may be opened already, while others are read */
	OpenAhead(window);

	return true;
}

/* Marks the end of the listing. */
void
ObjectWindowListed(ObjectWindow *window)
{
	pthread_mutex_lock(&window->lock);
	window->listed = true;
	pthread_cond_broadcast(&window->changed);
	pthread_mutex_unlock(&window->lock);
}

/* Tells the number of runs; final once the listing has ended. */
uint64_t
ObjectWindowRuns(ObjectWindow *window)
{
	uint64_t runs;

	pthread_mutex_lock(&window->lock);
	runs = window->runs;
	pthread_mutex_unlock(&window->lock);
	return runs;
}

/* One run to read and one whose objects are opened meanwhile. */
bool
ObjectWindowWantsRuns(ObjectWindow *window)
{
	bool wants;

	pthread_mutex_lock(&window->lock);
	wants = window->untaken_runs < 2 && !window->listed && !window->halted;
	pthread_mutex_unlock(&window->lock);
	return wants;
}

/* Takes the next run. */
ObjectRun *
ObjectWindowTake(ObjectWindow *window)
{
	ObjectRun *run = NULL;

	pthread_mutex_lock(&window->lock);

	/* waits until there is a run, or there never will be one */
	while (window->untaken == NULL && !window->listed && !window->halted)
		pthread_cond_wait(&window->changed, &window->lock);
	if (!window->halted && window->untaken != NULL)
	{
		run = window->untaken;
		window->untaken = run->next;
		window->untaken_runs--;

		/* the lister may list one more */
		pthread_cond_broadcast(&window->changed);
	}

	pthread_mutex_unlock(&window->lock);

	return run;
}

/* Hands out an object's stream, and opens the next ones in its place. */
ByteSource *
ObjectWindowOpen(ObjectWindow *window, ObjectRun *run, int index, Failure *failure)
{
	FeedObject *object = &run->objects[index];
	ByteSource *source;
	bool ahead;

	pthread_mutex_lock(&window->lock);

	/* somebody is opening it this moment */
	while (object->state == OBJECT_OPENING)
		pthread_cond_wait(&window->changed, &window->lock);
	ahead = object->state == OBJECT_OPENED;

	/* its place among those ahead is free */
	if (ahead)
		window->opened--;
	object->state = OBJECT_TAKEN;
	pthread_mutex_unlock(&window->lock);

	/* outside the lock from here: opening waits for the network */
	if (ahead)
	{
		source = object->source;
		object->source = NULL;
		if (object->failure != NULL)
			*failure = *object->failure;
		else if (source == NULL)
			/* opened without stream and without failure: there was no memory for either */
			(void)FailureNoMemory(failure);
	}
	else
		source = ObjectStoreOpen(object->info.store, &object->info, failure);

	/* in its place another one may be opened */
	OpenAhead(window);

	return source;
}

/* What the listing said of an object. */
const ObjectInfo *
ObjectRunInfo(const ObjectRun *run, int index)
{
	return &run->objects[index].info;
}

/* Takes a run out of the list, closes what it left open, and frees it. */
void
ObjectWindowEndRun(ObjectWindow *window, ObjectRun *run)
{
	pthread_mutex_lock(&window->lock);
	if (window->frontier == run)
	{
		window->frontier = run->next;
		window->frontier_index = 0;
	}

	if (window->untaken == run)
	{
		window->untaken = run->next;
		window->untaken_runs--;
	}

	CloseObjects(window, run);
	if (run->previous != NULL)
		run->previous->next = run->next;
	else
		window->first = run->next;
	if (run->next != NULL)
		run->next->previous = run->previous;
	else
		window->last = run->previous;
	pthread_mutex_unlock(&window->lock);
	FreeRun(run);
}

/* Lets everybody who waits for the window go. */
void
ObjectWindowHalt(ObjectWindow *window, bool interrupt)
{
	pthread_mutex_lock(&window->lock);
	window->halted = true;
	for (int i = 0; interrupt && i < window->nstores; i++)
		ObjectStoreInterrupt(window->stores[i]);
	pthread_cond_broadcast(&window->changed);
	pthread_mutex_unlock(&window->lock);
}

/* What has been listed so far. */
void
ObjectWindowTotals(ObjectWindow *window, uint64_t *objects, uint64_t *bytes, bool *complete)
{
	pthread_mutex_lock(&window->lock);
	*objects = window->objects;
	*bytes = window->bytes;
	*complete = window->listed;
	pthread_mutex_unlock(&window->lock);
}

/* Releases the window with all its runs; nobody else may be using it any more. */
void
ObjectWindowFree(ObjectWindow *window)
{
	if (window == NULL)
		return;

	while (window->first != NULL)
		ObjectWindowEndRun(window, window->first);
	ObjectListingEnd(window->listing);
	pthread_cond_destroy(&window->changed);
	pthread_mutex_destroy(&window->lock);
	free(window->stores);
	free(window);
}

/* Fills the run from the listing, as far as that goes; false when nothing came. */
static bool
ListRun(ObjectWindow *window, ObjectRun *run, uint64_t *bytes)
{
	int64_t weight = 0;

	*bytes = 0;

	/* by number and by size: a run is what one worker reads at a time */
	while (run->count < RUN_OBJECTS && weight < RUN_BYTES)
	{
		FeedObject *object = &run->objects[run->count];

		*object = (FeedObject){.state = OBJECT_LISTED};
		if (!ObjectListingNext(window->listing, &object->info, &window->ending))
		{
			window->ended = true;
			break;
		}

		run->count++;

		/* a store that tells no size: taken for a middling one */
		weight += object->info.size < 0 ? UNKNOWN_SIZE : object->info.size;
		*bytes += object->info.size < 0 ? 0 : (uint64_t)object->info.size;
	}

	return run->count > 0;
}

/* Appends the run to the list. */
static bool
Publish(ObjectWindow *window, ObjectRun *run, uint64_t bytes, Failure *failure)
{
	bool noted = true;

	pthread_mutex_lock(&window->lock);

	/* before anything is linked: a failure has nothing to undo */
	for (int i = 0; i < run->count && noted; i++)
		noted = NoteStore(window, run->objects[i].info.store);
	if (noted)
	{
		run->sequence = window->runs++;
		run->first = (uint32_t)window->objects;
		window->objects += (uint64_t)run->count;
		window->bytes += bytes;
		run->previous = window->last;
		if (window->last != NULL)
			window->last->next = run;
		else
			window->first = run;
		window->last = run;
		if (window->untaken == NULL)
			window->untaken = run;
		window->untaken_runs++;

		/* all that was known had been opened */
		if (window->frontier == NULL)
		{
			window->frontier = run;
			window->frontier_index = 0;
		}

		pthread_cond_broadcast(&window->changed);
	}

	pthread_mutex_unlock(&window->lock);
	if (!noted)
	{
		(void)FailureNoMemory(failure);
		FreeRun(run);
	}

	return noted;
}

/* Remembers a store, for interrupting it. */
static bool
NoteStore(ObjectWindow *window, ObjectStore *store)
{
	ObjectStore **stores;

	for (int i = 0; i < window->nstores; i++)
		if (window->stores[i] == store)
			return true;
	stores = realloc(window->stores, (size_t)(window->nstores + 1) * sizeof(ObjectStore *));
	if (stores == NULL)
		return false;

	window->stores = stores;
	stores[window->nstores++] = store;

	return true;
}

/* Opens objects beyond the readers until as many are open as the window asks for. */
static void
OpenAhead(ObjectWindow *window)
{
	FeedObject *object;

	pthread_mutex_lock(&window->lock);
	while ((object = NextToOpen(window)) != NULL)
	{
		object->state = OBJECT_OPENING;
		window->opened++;
		pthread_mutex_unlock(&window->lock);
		OpenObject(window, object);
		pthread_mutex_lock(&window->lock);
		object->state = OBJECT_OPENED;
		pthread_cond_broadcast(&window->changed);
	}

	pthread_mutex_unlock(&window->lock);
}

/*
 * Moves the frontier to the next object to be opened, or returns NULL when
 * enough are.  Where one object at a time is enough, its reader opens it.
 */
static FeedObject *
NextToOpen(ObjectWindow *window)
{
	while (window->frontier != NULL && !window->halted)
	{
		ObjectRun *run = window->frontier;
		FeedObject *object = &run->objects[window->frontier_index];

		/* given by the caller, or else what suits the store */
		int limit = window->ahead;

		/* the end of what is listed: the frontier waits there */
		if (window->frontier_index == run->count)
		{
			if (run->next == NULL)
				return NULL;
			window->frontier = run->next;
			window->frontier_index = 0;
			continue;
		}

		if (limit == 0)
			limit = object->info.store->window;

		/* stores without latency gain nothing: the reader opens their objects itself */
		if (object->state == OBJECT_LISTED && (limit <= 1 || window->opened >= limit))
			return NULL;

		/* what has been opened or taken by its reader is passed over */
		window->frontier_index++;
		if (object->state == OBJECT_LISTED)
			return object;
	}

	return NULL;
}

/* Opens an object, keeping the failure for its reader. */
static void
OpenObject(ObjectWindow *window, FeedObject *object)
{
	Failure failure;

	FailureInit(&failure);
	object->source = ObjectStoreOpen(object->info.store, &object->info, &failure);
	if (object->source == NULL && (object->failure = malloc(sizeof(Failure))) != NULL)
		*object->failure = failure;
}

/* Closes what was opened ahead in a run and nobody took; the lock is held. */
static void
CloseObjects(ObjectWindow *window, ObjectRun *run)
{
	for (int i = 0; i < run->count; i++)
	{
		FeedObject *object = &run->objects[i];

		while (object->state == OBJECT_OPENING)
			pthread_cond_wait(&window->changed, &window->lock);
		if (object->state == OBJECT_OPENED)
		{
			window->opened--;
			ByteSourceClose(object->source);
			object->source = NULL;
		}

		object->state = OBJECT_TAKEN;
	}
}

/* Frees a run that is in no list. */
static void
FreeRun(ObjectRun *run)
{
	for (int i = 0; i < run->count; i++)
	{
		ObjectInfoClear(&run->objects[i].info);
		free(run->objects[i].failure);
	}

	free(run->objects);
	free(run);
}
