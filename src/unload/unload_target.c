/*
 * unload_target.c
 *		Where an unload goes.
 *
 * Two unloads to one prefix would write the same names: the second one is
 * refused while the first one runs.
 */
#include "unload/unload_target.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/lock.h"
#include "stores/failure_report.h"
#include "stores/stores.h"
#include "stores/transfer.h"
#include "utils/memutils.h"
#include "utils/wait_event.h"

/* How long a failed unload may take to clear up: after a cancel everybody waits for it. */
#define CLEAR_MS 10000
#define CLEAR_CANCELLED_MS 200

/* Class of the advisory locks that are not SQL's: those have 1 and 2. */
#define UNLOAD_LOCK_CLASS 7

struct UnloadTarget
{
	/* parameters */
	const char *url;
	const UnloadOptions *options;
	StoreAccess access;
	UnloadLog *log;

	/* working state */
	StoreSet *stores;
	ObjectStore *store;
	char *prefix; /* key */
	char **old_keys;
	int nold;
	int room;
	Drain *drain;
	bool hurried;
	MemoryContextCallback release;
};

static void Release(void *arg);
static void LockPrefix(const char *url);
static void SeeWhatIsThere(UnloadTarget *target);
static void KeepOld(UnloadTarget *target, const char *key);
static void ClearUp(UnloadTarget *target);
static const char *SuffixOf(const UnloadOptions *options, Compression compression);

/* Opens the target. */
UnloadTarget *
UnloadTargetOpen(const char *url, const UnloadOptions *options)
{
	UnloadTarget *target = palloc0(sizeof(UnloadTarget));
	size_t length;

	target->url = url;
	target->options = options;
	target->access = (StoreAccess){
		.region = options->region,
		.iam_role = options->iam_role,
		.access_key_id = options->access_key_id,
		.secret_access_key = options->secret_access_key,
		.session_token = options->session_token,
		.threaded = TransferThreads() > 0,
		.buffer_limit = (size_t)TransferMemoryLimit * 1024 / 2,
	};
	target->stores = StoreSetBegin(&target->access);

	/* registered after the stores' own callback, so called before it: the drain ends first */
	target->release.func = Release;
	target->release.arg = target;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &target->release);
	target->store = StoreSetGetWritable(target->stores, url, &target->prefix);
	length = strlen(target->prefix);
	if (options->partition_by != NIL && length > 0 && target->prefix[length - 1] != '/')
		target->prefix = psprintf("%s/", target->prefix);
	LockPrefix(psprintf("s3://%s/%s", target->store->bucket, target->prefix));
	ClearUp(target);
	SeeWhatIsThere(target);

	return target;
}

/* Starts the drain. */
Drain *
UnloadTargetStart(UnloadTarget *target, const UnloadPlan *plan, UnloadLog *log)
{
	const UnloadOptions *options = target->options;
	int threads = TransferThreads();
	DrainConfig config = {
		.store = target->store,
		.prefix = target->prefix,
		.suffix = SuffixOf(options, options->compression),
		.parallel = options->parallel,
		.partitioned = options->partition_by != NIL,
		.plan = &plan->output,
		.compression = options->compression,
		.object_limit = options->max_file_size,
		.manifest = options->manifest != UNLOAD_MANIFEST_NONE,
		.schema = plan->schema,
		.old_keys = target->old_keys,
		.nold = options->clean_path ? target->nold : 0,
		.slices = options->parallel ? threads : Min(threads, 1),
		.memory_limit = (size_t)TransferMemoryLimit * 1024 / 2,
		.permitted = threads == 0,
	};
	Failure failure;

	target->log = log;
	if (config.permitted)
		UnloadLogOpen(log); /* without threads there is nobody to ask in time */
	FailureInit(&failure);
	target->drain = DrainBegin(&config, &failure);
	if (Failed(&failure))
		ReportFailure(&failure);
	return target->drain;
}

/* Waits for the drain, and gives the permit it may ask for. */
void
UnloadTargetWait(void *argument)
{
	UnloadTarget *target = argument;
	Failure failure;

	FailureInit(&failure);
	switch (DrainPoll(target->drain, &failure))
	{
		case DRAIN_FAILED:
			CHECK_FOR_INTERRUPTS();
			ReportFailure(&failure);
		case DRAIN_ASKS:
			UnloadLogOpen(target->log);
			DrainPermit(target->drain);
			break;
		case DRAIN_DONE:
			break;
		case DRAIN_WORKING:
			(void)WaitLatchOrSocket(MyLatch,
									WL_LATCH_SET | WL_SOCKET_READABLE | WL_EXIT_ON_PM_DEATH,
									DrainWaitFd(target->drain), -1, PG_WAIT_EXTENSION);
			ResetLatch(MyLatch);
	}

	CHECK_FOR_INTERRUPTS();
}

/* Waits for the end, and records the objects. */
void
UnloadTargetFinish(UnloadTarget *target)
{
	const DrainedObject *objects;
	Failure failure;
	int count;

	FailureInit(&failure);
	DrainFinish(target->drain);
	while (DrainPoll(target->drain, &failure) != DRAIN_DONE)
		UnloadTargetWait(target);
	count = DrainObjects(target->drain, &objects);
	for (int i = 0; i < count; i++)
		UnloadLogObject(target->log, psprintf("s3://%s/%s", target->store->bucket, objects[i].key),
						objects[i].slice, objects[i].rows, objects[i].bytes);
}

/* Leaves little time for clearing up. */
void
UnloadTargetHurry(UnloadTarget *target)
{
	target->hurried = true;
}

/* Lets the objects stay. */
void
UnloadTargetKeep(UnloadTarget *target)
{
	DrainKeep(target->drain);
}

/* Ends the drain, and notes when nothing is left of one that failed: a reset callback. */
static void
Release(void *arg)
{
	UnloadTarget *target = arg;
	bool stopped = target->hurried || QueryCancelPending || ProcDiePending;

	if (target->drain != NULL && DrainEnd(target->drain, stopped ? CLEAR_CANCELLED_MS : CLEAR_MS))
		UnloadLogCleared(target->log);
	target->drain = NULL;
}

/* Refuses a second unload to a prefix; until the end of the transaction. */
static void
LockPrefix(const char *url)
{
	uint64 hash =
		DatumGetUInt64(hash_any_extended((const unsigned char *)url, (int)strlen(url), 0));
	LOCKTAG tag;

	SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, (uint32)(hash >> 32), (uint32)hash, UNLOAD_LOCK_CLASS);
	if (LockAcquire(&tag, ExclusiveLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
		ereport(ERROR, errcode(ERRCODE_OBJECT_IN_USE),
				errmsg("another UNLOAD is writing to \"%s\"", url));
}

/* Removes what unloads to this bucket have left that died: what they had begun to send. */
static void
ClearUp(UnloadTarget *target)
{
	char *bucket = psprintf("s3://%s/", target->store->bucket);
	ListCell *cell;

	foreach (cell, UnloadLogDead())
	{
		OpenUnload *dead = lfirst(cell);
		Failure failure;

		if (strncmp(dead->location, bucket, strlen(bucket)) != 0)
			continue;
		FailureInit(&failure);
		if (ObjectStoreSweep(target->store, dead->location + strlen(bucket), &failure))
			UnloadLogForget(dead->query_id);
		else if (failure.code == FAILURE_CANCELLED)
			ReportFailure(&failure);
		else
			ereport(WARNING, errcode(ERRCODE_FDW_ERROR),
					errmsg("could not clear up what unload %lld has left below \"%s\"",
						   (long long)dead->query_id, dead->location),
					errdetail("%s.", failure.message));
	}
}

/*
 * Looks for objects below the prefix: they are in the way unless they may be
 * overwritten or are to be removed.
 */
static void
SeeWhatIsThere(UnloadTarget *target)
{
	const UnloadOptions *options = target->options;
	ObjectListing *listing;
	ObjectInfo object;
	Failure failure;
	bool found = false;

	/* nobody asks what is there: a listing of a large prefix takes its time */
	if (options->allow_overwrite)
		return;

	FailureInit(&failure);
	listing = ObjectStoreList(target->store, target->prefix, &failure);

	/* one object is enough to refuse; to remove them, all have to be known */
	while (listing != NULL && !(found && !options->clean_path) &&
		   ObjectListingNext(listing, &object, &failure))
	{
		/*
		 * A listing holds no transaction: the objects are removed only after the new ones are
		 * there.
		 */
		found = true;
		if (options->clean_path)
			KeepOld(target, object.key);
		ObjectInfoClear(&object);
	}

	ObjectListingEnd(listing);
	if (Failed(&failure))
		ReportFailure(&failure);

	/* in AWS's words */
	if (found && !options->clean_path)
		ereport(ERROR, errcode(ERRCODE_DUPLICATE_FILE),
				errmsg("Specified unload destination on S3 is not empty. Consider using a "
					   "different bucket / prefix, manually removing the target files in S3, or "
					   "using the ALLOWOVERWRITE option."));
}

/* Notes a key that CLEANPATH is to remove. */
static void
KeepOld(UnloadTarget *target, const char *key)
{
	if (target->nold == target->room)
	{
		target->room = Max(64, 2 * target->room);
		target->old_keys = target->old_keys == NULL
							   ? palloc(target->room * sizeof(char *))
							   : repalloc_huge(target->old_keys, target->room * sizeof(char *));
	}

	target->old_keys[target->nold++] = pstrdup(key);
}

/* What objects' names end in: the extension given, else that of the compression (AWS: r_UNLOAD). */
static const char *
SuffixOf(const UnloadOptions *options, Compression compression)
{
	if (options->extension == NULL)
		return DeflateSuffix(compression);
	return psprintf("%s%s", options->extension[0] == '.' ? "" : ".", options->extension);
}
