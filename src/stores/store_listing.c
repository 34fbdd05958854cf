/*
 * store_listing.c
 *		The objects below a URL, listed here and now.
 *
 * By the backend itself, so that a cancel has to be looked for, and an error
 * must leave nothing behind that isn't palloc'd.
 */
#include "stores/store_listing.h"

#include "compat.h"
#include "source/store/directory_memory.h"
#include "stores/failure_report.h"
#include "stores/known_directories.h"
#include "stores/stores.h"
#include "stores/transfer.h"
#include "utils/memutils.h"

/* What has to be released. */
typedef struct OpenListing
{
	ObjectListing *listing;
	DirectoryMemory *memory;
	MemoryContextCallback release;
} OpenListing;

static OpenListing *Open(const StoreListing *listing, ObjectStore *store, const char *prefix,
						 Failure *failure);
static void Release(void *arg);
static void AddObject(StoreListing *listing, ObjectStore *store, ObjectInfo *object);

void
StoreListObjects(StoreListing *listing)
{
	StoreAccess access = {.region = listing->region,
						  .iam_role = listing->iam_role,
						  .lists_ahead = TransferThreads() > 0};
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(caller, "listing", ALLOCSET_SMALL_SIZES);
	OpenListing *open;
	ObjectStore *store;
	ObjectInfo object;
	Failure failure;
	char *prefix;

	FailureInit(&failure);
	MemoryContextSwitchTo(context);
	store = StoreSetGet(StoreSetBegin(&access), listing->url, &prefix);
	open = Open(listing, store, prefix, &failure);
	MemoryContextSwitchTo(caller);

	listing->objects = NIL;
	listing->is_whole = false;
	while (!Failed(&failure) && !listing->is_whole &&
		   list_length(listing->objects) < listing->limit)
		if (ObjectListingNext(open->listing, &object, &failure))
			AddObject(listing, store, &object);
		else
			listing->is_whole = !Failed(&failure);
	if (Failed(&failure))
		ReportFailure(&failure);

	if (listing->is_whole && open->memory != NULL)
		listing->learned = KnownDirectories(open->memory, caller);
	MemoryContextDelete(context);
}

/* Begins the listing, which ends with the current memory context, before the stores that it has by now. */
static OpenListing *
Open(const StoreListing *listing, ObjectStore *store, const char *prefix, Failure *failure)
{
	OpenListing *open = palloc0(sizeof(OpenListing));
	const bytea *known = listing->known;

	open->release = (MemoryContextCallback){.func = Release, .arg = open};
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &open->release);
	open->memory = DirectoryMemoryBegin(known != NULL ? VARDATA(known) : NULL,
										known != NULL ? VARSIZE(known) - VARHDRSZ : 0);
	open->listing = ObjectStoreList(store, prefix, failure);
	if (open->listing != NULL)
	{
		open->listing->memory = open->memory;
		open->listing->must_stop = StoresMustStop;
	}

	return open;
}

/* Ends the listing and its memory: a reset callback. */
static void
Release(void *arg)
{
	OpenListing *open = arg;

	ObjectListingEnd(open->listing);
	DirectoryMemoryEnd(open->memory);
	open->listing = NULL;
	open->memory = NULL;
}

/* Adds an object to the results; it is cleared. */
static void
AddObject(StoreListing *listing, ObjectStore *store, ObjectInfo *object)
{
	StoredObject *stored = palloc(sizeof(StoredObject));

	stored->url = psprintf("s3://%s/%s", store->bucket, object->key);
	stored->size = object->size;
	stored->modified = object->modified;
	listing->objects = lappend(listing->objects, stored);
	ObjectInfoClear(object);
}
