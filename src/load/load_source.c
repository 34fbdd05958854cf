/*
 * load_source.c
 *		Opens what a COPY reads and hands it to a feed.
 */
#include "load/load_source.h"

#include "compat.h"
#include "lib/stringinfo.h"
#include "stores/failure_report.h"
#include "stores/known_directories.h"
#include "stores/store_listing.h"
#include "stores/stores.h"
#include "stores/transfer.h"
#include "miscadmin.h"
#include "source/store/directory_memory.h"
#include "source/store/listing_without.h"
#include "source/store/manifest.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* The largest control documents that are read. */
#define JSONPATHS_LIMIT (4 * 1024 * 1024)
#define MANIFEST_LIMIT (64 * 1024 * 1024)

/* The zstd window that every program has to unpack. */
#define COMMON_WINDOW ((size_t)8 * 1024 * 1024)

int LoadNestedText = NESTED_REDSHIFT;

struct LoadSource
{
	/* parameters */
	const char *url;
	const CopyOptions *options;
	const ColumnPlan *plan;
	const KnownSource *known; /* NULL: nothing */
	StoreAccess access;

	/* what has to be released */
	StoreSet *stores;
	ObjectListing *listing;
	DirectoryMemory *memory; /* of the listing; NULL: none */
	JsonMapping *mapping;
	Manifest *manifest;
	Feed *feed;
	MemoryContextCallback release;

	/* what the feed points to */
	JsonReaderOptions json;
	TextReaderOptions text;
};

static void ReleaseSource(void *arg);
static void FillAccess(LoadSource *source, int workers);
static void PrepareReader(LoadSource *source);
static bool *SuperColumns(const ColumnPlan *plan);
static JsonMapping *MakeMapping(LoadSource *source, Failure *failure);
static void PrepareText(LoadSource *source);
static int *ReadWidths(const char *fixedwidth, int ncolumns);
static void OpenListing(LoadSource *source);
static void BeginMemory(LoadSource *source);
static const char *const *KnownKeys(const LoadSource *source);
static ObjectListing *ListKnown(LoadSource *source, Failure *failure);
static const char *KeyOf(const char *url);
static ObjectListing *ListManifest(LoadSource *source, Failure *failure);
static bool FillObjects(LoadSource *source, ObjectInfo *objects, Failure *failure);
static void StartFeed(LoadSource *source, int workers);

/* Begins reading what the COPY names. */
LoadSource *
LoadSourceBegin(const char *url, const CopyOptions *options, const ColumnPlan *plan,
				const KnownSource *known)
{
	LoadSource *source = palloc0(sizeof(LoadSource));
	int workers = TransferThreads();

	source->url = url;
	source->options = options;
	source->plan = plan;
	source->known = known;
	FillAccess(source, workers);
	source->stores = StoreSetBegin(&source->access);

	/* registered after the stores' own callback, so called before it: the feed ends first */
	source->release.func = ReleaseSource;
	source->release.arg = source;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &source->release);
	PrepareReader(source);
	OpenListing(source);
	StartFeed(source, workers);

	return source;
}

/* Returns the feed. */
Feed *
LoadSourceFeed(const LoadSource *source)
{
	return source->feed;
}

/* What the listing has learned. */
bytea *
LoadSourceLearned(const LoadSource *source, MemoryContext memory)
{
	return source->memory != NULL ? KnownDirectories(source->memory, memory) : NULL;
}

/* Stops the feed's threads and releases everything that isn't palloc'd: a reset callback. */
static void
ReleaseSource(void *arg)
{
	LoadSource *source = arg;

	FeedEnd(source->feed);
	ObjectListingEnd(source->listing);
	DirectoryMemoryEnd(source->memory);
	if (source->mapping != NULL)
		JsonMappingFree(source->mapping);
	ManifestFree(source->manifest);
	source->feed = NULL;
	source->listing = NULL;
	source->memory = NULL;
	source->mapping = NULL;
	source->manifest = NULL;
}

/* Fills in what the COPY says about access. */
static void
FillAccess(LoadSource *source, int workers)
{
	const CopyOptions *options = source->options;

	source->access.region = options->region;
	source->access.iam_role = options->iam_role;
	source->access.access_key_id = options->access_key_id;
	source->access.secret_access_key = options->secret_access_key;
	source->access.session_token = options->session_token;
	source->access.threaded = workers > 0;
	source->access.buffer_limit = (size_t)TransferMemoryLimit * 1024 / 2;
}

/* Prepares the reader's options. */
static void
PrepareReader(LoadSource *source)
{
	Failure failure;

	if (source->options->format != FORMAT_JSON)
	{
		PrepareText(source);
		return;
	}

	FailureInit(&failure);
	source->mapping = MakeMapping(source, &failure);
	if (Failed(&failure))
		ReportFailure(&failure);
	source->json.mapping = source->mapping;
	source->json.skip_lines = source->options->ignore_header;
	source->json.nested_text = LoadNestedText;
	source->json.keep_source = SuperColumns(source->plan);
}

/* Marks the SUPER columns: jsonb keeps every digit of a number, so nothing may reprint it before. */
static bool *
SuperColumns(const ColumnPlan *plan)
{
	bool *super = palloc(plan->row.ncolumns * sizeof(bool));

	for (int i = 0; i < plan->row.ncolumns; i++)
		super[i] = plan->row.columns[i].kind == COLUMN_SUPER;
	return super;
}

/* Makes the mapping from records to columns: by name, or by the jsonpaths document. */
static JsonMapping *
MakeMapping(LoadSource *source, Failure *failure)
{
	const char *argument = source->options->jsonpaths;
	const char *const *names = source->plan->names;
	int ncolumns = source->plan->row.ncolumns;
	size_t length;
	char *document;

	if (argument == NULL || strcmp(argument, "auto") == 0)
		return JsonMappingAuto(names, ncolumns, false, failure);
	if (strcmp(argument, "auto ignorecase") == 0)
		return JsonMappingAuto(names, ncolumns, true, failure);
	if (strcmp(argument, "noshred") == 0)
	{
		/* the whole document has nowhere to go but into one SUPER */
		if (ncolumns != 1 || source->plan->row.columns[0].kind != COLUMN_SUPER)
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("JSON 'noshred' needs a single SUPER column"),
					errhint("Name it in the column list."));
		return JsonMappingNoshred(failure);
	}

	/* anything else would be taken for a bucket's name, and fail far away */
	if (!IsStoreUrl(argument))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("invalid argument of JSON: \"%s\"", argument),
				errhint("It is 'auto', 'auto ignorecase', 'noshred' or the URL of a "
						"jsonpaths file, 's3://bucket/key'."));
	document = StoreReadObject(argument, &source->access, JSONPATHS_LIMIT, &length);

	return JsonMappingFromDocument(document, length, argument, names, ncolumns, failure);
}

/* Prepares the options of the text formats. */
static void
PrepareText(LoadSource *source)
{
	const CopyOptions *options = source->options;
	TextReaderOptions *text = &source->text;
	bool csv = options->format == FORMAT_CSV;

	text->format = csv ? TEXT_CSV : TEXT_DELIMITED;
	text->ncolumns = source->plan->row.ncolumns;

	/* the defaults of the two formats differ (AWS: copy-parameters-data-format) */
	text->delimiter = options->delimiter != NULL ? options->delimiter : csv ? "," : "|";
	text->quote = options->quote != NULL ? options->quote[0] : '"';
	text->escape = options->escape;
	text->remove_quotes = options->remove_quotes;
	text->fill_record = options->fill_record;
	text->ignore_blank_lines = options->ignore_blank_lines;

	/* noted, because only the default \N may itself be escaped */
	text->null_by_default = options->null_as == NULL;
	text->null_as = options->null_as != NULL ? options->null_as : "\\N";
	text->null_as_length =
		options->null_as != NULL ? (size_t)options->null_as_length : strlen("\\N");
	text->skip_lines = options->ignore_header;
	if (options->format == FORMAT_FIXEDWIDTH)
	{
		text->format = TEXT_FIXEDWIDTH;
		text->widths = ReadWidths(options->fixedwidth, text->ncolumns);
	}
}

/* Reads 'label:width,label:width'; labels are free text, widths are taken in the order of the columns. */
static int *
ReadWidths(const char *fixedwidth, int ncolumns)
{
	int *widths = palloc(ncolumns * sizeof(int));
	char *copy = pstrdup(fixedwidth), *rest = copy, *item;
	int count = 0;

	while ((item = strsep(&rest, ",")) != NULL)
	{
		char *colon = strrchr(item, ':'), *end = NULL;
		long width = colon != NULL ? strtol(colon + 1, &end, 10) : 0;

		/* blanks behind a number are no part of it */
		if (colon != NULL && end != colon + 1)
			end += strspn(end, " \t\r\n");
		if (colon == NULL || end == colon + 1 || *end != '\0' || width < 1 || width > 65535)
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("invalid FIXEDWIDTH specification \"%s\"", fixedwidth),
					errhint("Write it as 'label:width,label:width,...'."));

		/* counted on beyond the columns, so that the message can say how many there are */
		if (count < ncolumns)
			widths[count] = (int)width;
		count++;
	}

	if (count != ncolumns)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("FIXEDWIDTH has %d columns, the load has %d", count, ncolumns));
	return widths;
}

/* Begins the listing of the objects: by prefix, or those of the manifest. */
static void
OpenListing(LoadSource *source)
{
	Failure failure;

	FailureInit(&failure);
	if (source->options->manifest)
		source->listing = ListManifest(source, &failure);
	else if (source->known != NULL && source->known->is_listed)
		source->listing = ListKnown(source, &failure);
	else
	{
		char *prefix;
		ObjectStore *store = StoreSetGet(source->stores, source->url, &prefix);

		source->listing = ObjectStoreList(store, prefix, &failure);
		if (source->known != NULL && source->listing != NULL)
			BeginMemory(source);
		if (source->known != NULL && source->known->nurls > 0)
			source->listing = ObjectListingWithout(source->listing, KnownKeys(source),
												   source->known->nurls, &failure);
	}

	if (Failed(&failure))
		ReportFailure(&failure);
}

/* Has the listing pass over directories that are known, and note those. */
static void
BeginMemory(LoadSource *source)
{
	const bytea *known = source->known->directories;

	source->memory = DirectoryMemoryBegin(known != NULL ? VARDATA(known) : NULL,
										  known != NULL ? VARSIZE(known) - VARHDRSZ : 0);
	source->listing->memory = source->memory;
}

/* The keys of the known objects: they are of the listed bucket, so the order stays. */
static const char *const *
KnownKeys(const LoadSource *source)
{
	const char **keys = palloc_extended(source->known->nurls * sizeof(char *), MCXT_ALLOC_HUGE);

	for (int i = 0; i < source->known->nurls; i++)
		keys[i] = KeyOf(source->known->urls[i]);

	return keys;
}

/* Returns the listing of objects that have been listed before. */
static ObjectListing *
ListKnown(LoadSource *source, Failure *failure)
{
	const List *known = source->known->objects;
	char *prefix;
	ObjectStore *store = StoreSetGet(source->stores, source->url, &prefix);
	ObjectInfo *objects = calloc(list_length(known) + 1, sizeof(ObjectInfo));
	int count = 0;

	if (objects == NULL)
	{
		(void)FailureNoMemory(failure);
		return NULL;
	}

	for (; count < list_length(known) && !Failed(failure); count++)
	{
		const StoredObject *object = list_nth(known, count);

		objects[count] = (ObjectInfo){.key = strdup(KeyOf(object->url)),
									  .size = object->size,
									  .modified = object->modified,
									  .store = store,
									  .mandatory = true};
		if (objects[count].key == NULL)
			(void)FailureNoMemory(failure);
	}

	return ObjectListingOf(objects, count, failure);
}

/* The key in the URL of an object. */
static const char *
KeyOf(const char *url)
{
	const char *key = strchr(url + strlen("s3://"), '/');

	return key != NULL ? key + 1 : "";
}

/* Reads the manifest and returns the listing of its objects. */
static ObjectListing *
ListManifest(LoadSource *source, Failure *failure)
{
	size_t length;
	char *document;
	ObjectInfo *objects;

	document = StoreReadObject(source->url, &source->access, MANIFEST_LIMIT, &length);
	source->manifest = ManifestParse(document, length, source->url, failure);
	pfree(document);
	if (source->manifest == NULL)
		return NULL;

	objects = calloc(source->manifest->nentries, sizeof(ObjectInfo));
	if (objects == NULL || !FillObjects(source, objects, failure))
	{
		/* says so only if nothing else has been said: the first failure stays */
		(void)FailureNoMemory(failure);
		for (int i = 0; objects != NULL && i < source->manifest->nentries; i++)
			ObjectInfoClear(&objects[i]);
		free(objects);
		return NULL;
	}

	return ObjectListingOf(objects, source->manifest->nentries, failure);
}

/* Fills in the manifest's objects, each with the store that serves it and that this user may use. */
static bool
FillObjects(LoadSource *source, ObjectInfo *objects, Failure *failure)
{
	char **keys = palloc(source->manifest->nentries * sizeof(char *));
	ObjectStore **stores = palloc(source->manifest->nentries * sizeof(ObjectStore *));

	/* first what may raise, so that nothing of the listing is lost then */
	for (int i = 0; i < source->manifest->nentries; i++)
		stores[i] = StoreSetGet(source->stores, source->manifest->entries[i].url, &keys[i]);
	for (int i = 0; i < source->manifest->nentries; i++)
	{
		objects[i].key = strdup(keys[i]);
		objects[i].size = -1;
		objects[i].store = stores[i];
		objects[i].mandatory = source->manifest->entries[i].mandatory;
		if (objects[i].key == NULL)
			return false;
	}

	return true;
}

/* Starts the feed over the listing. */
static void
StartFeed(LoadSource *source, int workers)
{
	bool json = source->options->format == FORMAT_JSON;

	/* Half is the stores', half the feed's; where windows may be large, half of that is theirs. */
	bool windows = source->options->compression == COMPRESSION_ZSTD;
	size_t limit = (size_t)TransferMemoryLimit * 1024 / (windows ? 4 : 2);
	FeedConfig config = {
		.objects = source->listing,
		.compression = source->options->compression,
		.encoding = source->options->encoding,
		.json = json ? &source->json : NULL,
		.text = json ? NULL : &source->text,
		.plan = &source->plan->row,
		.workers = workers,
		.memory_limit = limit,
		.window_limit = windows ? limit / Max(1, workers) : 0,
		.interrupted = StoresMustStop,
	};
	Failure failure;

	/* Fewer workers rather than windows too small for what any program packs (RFC 8878, 3.1.1.1.2). */
	while (windows && config.workers > 1 && config.window_limit < COMMON_WINDOW)
		config.window_limit = limit / --config.workers;

	/* nothing raises from here to the report: the listing has one owner at any time */
	FailureInit(&failure);
	source->listing = NULL; /* the feed takes it over, whatever happens */
	source->feed = FeedBegin(&config, &failure);
	if (Failed(&failure))
		ReportFailure(&failure);
}
