/*
 * publisher.c
 *		The end of an unload.
 *
 * The manifest is staged before anything appears, and appears after the
 * objects it lists.  Old objects go last: an unload that fails leaves them.
 */
#include "source/drain/publisher.h"

#include <stdlib.h>
#include <string.h>

#include "source/drain/manifest_text.h"

/* An object and who wrote it. */
typedef struct Published
{
	DrainedObject object;
	ObjectWriter *writer;
} Published;

struct Publisher
{
	const DrainConfig *config;
	const WritePermit *permit;
	Published *objects;
	int count;
	DrainedObject *sorted; /* for the caller */
	ObjectWriter *manifest;
};

static int CompareKeys(const void *one, const void *other);
static bool StageManifest(Publisher *publisher, Failure *failure);
static bool RemoveOld(const Publisher *publisher, Failure *failure);
static bool IsToGo(const Publisher *publisher, const char *key);
static int FirstFrom(const Publisher *publisher, const char *key, size_t length);

/* Begins without objects. */
Publisher *
PublisherBegin(const DrainConfig *config, const WritePermit *permit)
{
	Publisher *publisher = calloc(1, sizeof(*publisher));

	if (publisher == NULL)
		return NULL;

	publisher->config = config;
	publisher->permit = permit;
	return publisher;
}

/* Adds objects. */
bool
PublisherAdd(Publisher *publisher, int slice, const SliceObject *objects, int count,
			 Failure *failure)
{
	size_t size = (size_t)(publisher->count + count + 1) * sizeof(Published);
	Published *larger = realloc(publisher->objects, size);

	if (larger == NULL)
		return FailureNoMemory(failure);

	publisher->objects = larger;
	for (int i = 0; i < count; i++)
		larger[publisher->count++] = (Published){.object = {.key = objects[i].writer->key,
															.slice = slice,
															.rows = objects[i].rows,
															.bytes = objects[i].bytes},
												 .writer = objects[i].writer};
	return true;
}

/* Makes everything appear. */
bool
PublisherRun(Publisher *publisher, Failure *failure)
{
	const DrainConfig *config = publisher->config;
	int count = publisher->count;
	ObjectWriter **writers = malloc((size_t)(count + 1) * sizeof(*writers));
	bool ok = writers != NULL;

	publisher->sorted = malloc((size_t)(count + 1) * sizeof(*publisher->sorted));
	if (!ok || publisher->sorted == NULL)
	{
		(void)FailureNoMemory(failure);
		free(writers);
		return false;
	}

	/* sorted by key: the manifest lists them so, and its readers may rely on it */
	qsort(publisher->objects, (size_t)count, sizeof(*publisher->objects), CompareKeys);
	for (int i = 0; i < count; i++)
	{
		publisher->sorted[i] = publisher->objects[i].object;
		writers[i] = publisher->objects[i].writer;
	}

	/*
	 * The order matters. The manifest is staged first, because it may still fail; objects appear
	 * before the manifest that names them; old ones go last, when the new ones are there.
	 */
	ok = (!config->manifest || StageManifest(publisher, failure)) &&
		 (count == 0 || ObjectStorePublish(config->store, writers, count, failure)) &&
		 (!config->manifest ||
		  ObjectStorePublish(config->store, &publisher->manifest, 1, failure)) &&
		 RemoveOld(publisher, failure);
	free(writers);

	return ok;
}

/* Hands out the objects. */
int
PublisherObjects(const Publisher *publisher, const DrainedObject **objects)
{
	*objects = publisher->sorted;
	return publisher->count;
}

/* Hands out the manifest's writer. */
ObjectWriter *
PublisherManifest(const Publisher *publisher)
{
	return publisher->manifest;
}

/* Releases everything but the slices' writers; NULL is fine. */
void
PublisherEnd(Publisher *publisher)
{
	if (publisher == NULL)
		return;

	ObjectWriterClose(publisher->manifest);
	free(publisher->objects);
	free(publisher->sorted);
	free(publisher);
}

/* Compares the bytes of two keys. */
static int
CompareKeys(const void *one, const void *other)
{
	return strcmp(((const Published *)one)->object.key, ((const Published *)other)->object.key);
}

/* Writes the manifest, out of sight. */
static bool
StageManifest(Publisher *publisher, Failure *failure)
{
	const DrainConfig *config = publisher->config;
	char *key = TextPrint("%smanifest", config->prefix);
	TextBuffer text;
	bool ok;

	TextBufferInit(&text);
	ManifestPrint(&text, config->store->bucket, publisher->sorted, publisher->count,
				  config->schema);
	ok = key != NULL && TextBufferOk(&text);
	if (!ok)
		(void)FailureNoMemoryFor(failure, "the manifest");
	else
	{
		publisher->manifest = ObjectStoreCreate(config->store, key, publisher->permit, failure);
		ok = publisher->manifest != NULL &&
			 ObjectWriterWrite(publisher->manifest, text.data, text.length, failure) &&
			 ObjectWriterStage(publisher->manifest, failure);
	}

	TextBufferFree(&text);
	free(key);

	return ok;
}

/* Removes old objects that no new one has replaced. */
static bool
RemoveOld(const Publisher *publisher, Failure *failure)
{
	const DrainConfig *config = publisher->config;
	char **keys;
	int count = 0;
	bool ok;

	if (config->nold == 0)
		return true;

	keys = malloc((size_t)config->nold * sizeof(*keys));
	if (keys == NULL)
		return FailureNoMemory(failure);

	/* a new object of the same name has replaced the old one already */
	for (int i = 0; i < config->nold; i++)
		if (IsToGo(publisher, config->old_keys[i]))
			keys[count++] = config->old_keys[i];
	ok = count == 0 || ObjectStoreRemove(config->store, keys, count, failure);
	free(keys);

	return ok;
}

/*
 * Whether an old object is to go: with PARTITION BY only from folders that
 * have received new ones (AWS: r_UNLOAD, CLEANPATH).
 */
static bool
IsToGo(const Publisher *publisher, const char *key)
{
	const char *slash = strrchr(key, '/');
	size_t folder = slash != NULL ? (size_t)(slash - key) + 1 : 0;
	int at = FirstFrom(publisher, key, strlen(key) + 1);

	if (at < publisher->count && strcmp(publisher->sorted[at].key, key) == 0)
		return false;
	if (publisher->manifest != NULL && strcmp(publisher->manifest->key, key) == 0)
		return false;
	if (!publisher->config->partitioned)
		return true;

	/* all new keys are equally deep, so the first one behind the folder's name is in it, or none */
	at = FirstFrom(publisher, key, folder);
	return at < publisher->count && strncmp(publisher->sorted[at].key, key, folder) == 0 &&
		   strchr(publisher->sorted[at].key + folder, '/') == NULL;
}

/* The first of the sorted objects that is not before so many bytes of a key. */
static int
FirstFrom(const Publisher *publisher, const char *key, size_t length)
{
	int low = 0, high = publisher->count;

	while (low < high)
	{
		int middle = low + (high - low) / 2;

		if (strncmp(publisher->sorted[middle].key, key, length) < 0)
			low = middle + 1;
		else
			high = middle;
	}

	return low;
}
