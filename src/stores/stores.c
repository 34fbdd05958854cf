/*
 * stores.c
 *		From an s3:// URL to the store that serves it: the foreign server of
 *		the longest location, its options and the user's mapping.
 */
#include "stores/stores.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_user_mapping.h"
#include "compat.h"
#include "foreign/foreign.h"
#include "stores/credential_cache.h"
#include "stores/failure_report.h"
#include "stores/store_options.h"
#include "miscadmin.h"
#include "source/store/mirror_store.h"
#include "source/s3/s3_store.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

/* A shorter listing of a mirror is one thread's: two took a fifth more processor time for 17,000 directories. */
#define THREAD_AFTER_MS 50

/* A store that is open, and what has to be released with it. */
typedef struct OpenStore
{
	Oid server; /* InvalidOid: the process's own credentials */
	char *bucket;
	ObjectStore *store;
	CredentialChain *credentials;
	struct OpenStore *next;
} OpenStore;

struct StoreSet
{
	const StoreAccess *access;
	OpenStore *stores;
	MemoryContext context;
	MemoryContextCallback release;
};

/* The servers whose location is the longest so far that begins the URL. */
typedef struct ServerMatch
{
	size_t length;
	ForeignServer *server;	/* one the user may use */
	ForeignServer *another; /* a second one: ambiguous */
	ForeignServer *denied;	/* one the user may not use */
	StoreOptions options;	/* of server */
	List *usable;			/* every server that begins the URL and that the user may use */
} ServerMatch;

static void ReleaseStores(void *arg);
static void SplitUrl(const char *url, char **bucket, char **key);
static bool MatchServers(const char *url, ServerMatch *match);
static void MatchServer(Oid server, const char *url, ServerMatch *match);
static void CheckMatch(const char *url, const ServerMatch *match);
static ObjectStore *GetMatched(StoreSet *set, const char *url, const char *bucket,
							   ServerMatch *match);
static void CheckWritable(const ServerMatch *match, const StoreAccess *access);
static bool HasOwnKeys(const ServerMatch *match, const StoreAccess *access);
static void CheckOwner(const char *url, const ServerMatch *match);
static void ReadUserMapping(Oid server, StoreOptions *options);
static OpenStore *OpenStoreOf(StoreSet *set, const char *url, const char *bucket,
							  ServerMatch *match);
static void OpenMirror(OpenStore *open, const StoreAccess *access, const StoreOptions *options);
static void OpenS3(OpenStore *open, const StoreAccess *access, const StoreOptions *options,
				   bool own_keys, const char *unserved);
static CredentialChain *BeginCredentials(const StoreAccess *access, const StoreOptions *options,
										 bool own_keys, const char *unserved);
static char *ReadAll(ObjectStore *store, const char *url, char *key, size_t limit, size_t *length);

/* Whether the text begins as the URL of an object does. */
bool
IsStoreUrl(const char *text)
{
	return pg_strncasecmp(text, "s3://", strlen("s3://")) == 0;
}

/* Begins an empty set of stores. */
StoreSet *
StoreSetBegin(const StoreAccess *access)
{
	StoreSet *set = palloc0(sizeof(StoreSet));

	set->access = access;
	set->context = CurrentMemoryContext;
	set->release.func = ReleaseStores;
	set->release.arg = set;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &set->release);

	return set;
}

/* Finds or opens the store for a URL; raises an error where there is none for this user. */
ObjectStore *
StoreSetGet(StoreSet *set, const char *url, char **key)
{
	ServerMatch match;
	char *bucket;

	SplitUrl(url, &bucket, key);
	if (!MatchServers(psprintf("s3://%s/%s", bucket, *key), &match) &&
		!MayUseServerFiles(GetUserId()))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("no store serves bucket \"%s\": \"%s\"", bucket, url),
				errdetail("Only superusers and roles with the privileges of pg_read_server_files "
						  "may read objects with the credentials of the server itself.  %s",
						  StoreNames()),
				errhint("Create a foreign server of the wrapper %s whose location begins "
						"the URL, and grant USAGE on it.",
						WRAPPER_NAME));
	CheckMatch(url, &match);

	return GetMatched(set, url, bucket, &match);
}

/* Finds or opens the store for a URL to write to. */
ObjectStore *
StoreSetGetWritable(StoreSet *set, const char *url, char **key)
{
	ServerMatch match;
	char *bucket;

	SplitUrl(url, &bucket, key);
	if (!MatchServers(psprintf("s3://%s/%s", bucket, *key), &match))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("no store serves bucket \"%s\": \"%s\"", bucket, url),
				errdetail("%s", StoreNames()),
				errhint("Create a foreign server of the wrapper %s whose location begins "
						"the URL, with the option writable 'on'.",
						WRAPPER_NAME));
	CheckMatch(url, &match);
	CheckWritable(&match, set->access);

	return GetMatched(set, url, bucket, &match);
}

/* Reads a whole small object; an error past limit bytes. */
char *
StoreReadObject(const char *url, const StoreAccess *access, size_t limit, size_t *length)
{
	StoreAccess here = *access;
	MemoryContext caller = CurrentMemoryContext, context;
	char *data, *key;
	ObjectStore *store;

	/* a store of its own, without threads: it may watch for cancel requests while it waits */
	here.threaded = false;
	context = AllocSetContextCreate(caller, "control document", ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(context);
	store = StoreSetGet(StoreSetBegin(&here), url, &key);
	data = ReadAll(store, url, key, limit, length);
	MemoryContextSwitchTo(caller);
	data = memcpy(palloc(*length + 1), data, *length + 1);
	MemoryContextDelete(context);

	return data;
}

/* Closes every store of the set: a reset callback of its memory context. */
static void
ReleaseStores(void *arg)
{
	StoreSet *set = arg;

	for (OpenStore *open = set->stores; open != NULL; open = open->next)
	{
		ObjectStoreClose(open->store);
		CredentialCacheGive(open->credentials);
	}

	set->stores = NULL;
}

/* Takes s3://bucket/key apart; the key may be empty or, with its slash, missing. */
static void
SplitUrl(const char *url, char **bucket, char **key)
{
	const char *start = url + strlen("s3://"), *slash;

	if (!IsStoreUrl(url) || start[strcspn(start, "/")] == start[0])
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("invalid URL of an object: \"%s\"", url),
				errhint("Write it as s3://bucket/key."));
	slash = strchr(start, '/');
	*bucket = slash != NULL ? pnstrdup(start, slash - start) : pstrdup(start);
	*key = pstrdup(slash != NULL ? slash + 1 : "");
}

/* Finds the servers of the longest location that begins the URL; false when there is none. */
static bool
MatchServers(const char *url, ServerMatch *match)
{
	ForeignDataWrapper *wrapper = GetForeignDataWrapperByName(WRAPPER_NAME, true);
	Relation catalog;
	SysScanDesc scan;
	HeapTuple tuple;

	memset(match, 0, sizeof(*match));
	StoreOptionsInit(&match->options);
	if (wrapper == NULL)
		return false;

	catalog = table_open(ForeignServerRelationId, AccessShareLock);
	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_foreign_server form = (Form_pg_foreign_server)GETSTRUCT(tuple);

		if (form->srvfdw == wrapper->fdwid)
			MatchServer(form->oid, url, match);
	}

	systable_endscan(scan);
	table_close(catalog, AccessShareLock);

	return match->length > 0;
}

/* Takes the server into the match if its location begins the URL and none before is longer. */
static void
MatchServer(Oid server, const char *url, ServerMatch *match)
{
	ForeignServer *candidate = GetForeignServer(server);
	StoreOptions options;
	size_t length;
	bool usable;

	StoreOptionsInit(&options);
	StoreOptionsRead(&options, candidate->options);
	if (options.location == NULL)
		return;

	length = strlen(options.location);

	/* a prefix of the URL, however long */
	if (strncmp(options.location, url, length) != 0)
		return;

	/* found even where it may not be used: the error then says so */
	usable = CompatServerAclCheck(server, GetUserId()) == ACLCHECK_OK;
	if (usable)
		match->usable = lappend(match->usable, candidate);

	/* a longer location has been found, which serves the object */
	if (length < match->length)
		return;
	if (length > match->length)
	{
		match->length = length;
		match->server = match->another = match->denied = NULL;
	}

	if (!usable)
		match->denied = candidate;
	else if (match->server != NULL)
		/* two of the same length: nobody can tell which is meant */
		match->another = candidate;
	else
	{
		match->server = candidate;
		match->options = options;
	}
}

/* Raises an error when no server of the location may be used, or more than one. */
static void
CheckMatch(const char *url, const ServerMatch *match)
{
	const char *one, *other;

	if (match->server == NULL && match->denied != NULL)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_FOREIGN_SERVER, match->denied->servername);
	if (match->another == NULL)
	{
		CheckOwner(url, match);
		return;
	}

	one = match->server->servername;
	other = match->another->servername;
	if (strcmp(one, other) > 0)
	{
		one = match->another->servername;
		other = match->server->servername;
	}

	ereport(ERROR, errcode(ERRCODE_AMBIGUOUS_PARAMETER),
			errmsg("more than one store serves \"%s\"", url),
			errdetail("The servers \"%s\" and \"%s\" have the same location.", one, other),
			errhint("Drop one of them, or revoke USAGE on it."));
}

/* Returns the store of the match, opened when it isn't yet. */
static ObjectStore *
GetMatched(StoreSet *set, const char *url, const char *bucket, ServerMatch *match)
{
	Oid server = match->server != NULL ? match->server->serverid : InvalidOid;

	for (OpenStore *open = set->stores; open != NULL; open = open->next)
		if (open->server == server && strcmp(open->bucket, bucket) == 0)
			return open->store;
	return OpenStoreOf(set, url, bucket, match)->store;
}

/* Raises an error unless the user may write to the store of the match. */
static void
CheckWritable(const ServerMatch *match, const StoreAccess *access)
{
	const char *name = match->server->servername;

	if (!match->options.writable)
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("store \"%s\" is read-only", name),
				errhint("Its owner may change that: ALTER SERVER %s OPTIONS (ADD writable 'on').",
						quote_identifier(name)));
	if (MayWriteServerFiles(GetUserId()) || has_privs_of_role(GetUserId(), match->server->owner) ||
		HasOwnKeys(match, access))
		return;

	ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			errmsg("permission denied to write to store \"%s\"", name),
			errdetail("USAGE lets a user read.  Writing takes the rights of the server's owner or "
					  "of pg_write_server_files, or, where the store is S3, keys of one's own."));
}

/* Whether the user comes with keys, which S3 itself judges. */
static bool
HasOwnKeys(const ServerMatch *match, const StoreAccess *access)
{
	if (match->options.mirror != NULL)
		return false;
	return access->access_key_id != NULL ||
		   SearchSysCacheExists2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(GetUserId()),
								 ObjectIdGetDatum(match->server->serverid));
}

/*
 * Raises an error when the server takes the URL away from another owner's server that the user could
 * use.  Who creates one in another's location is asked for it then, but a server may change hands
 * afterwards, and no validator sees its owner.
 */
static void
CheckOwner(const char *url, const ServerMatch *match)
{
	ListCell *cell;
	Oid owner;

	if (match->server == NULL)
		return;

	/* a superuser may come between, and so may who shares the owner's rights */
	owner = match->server->owner;
	if (superuser_arg(owner) || is_member_of_role_nosuper(GetUserId(), owner))
		return;

	foreach (cell, match->usable)
	{
		const ForeignServer *other = lfirst(cell);

		if (other->serverid != match->server->serverid && !has_privs_of_role(owner, other->owner))
			ereport(
				ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("server \"%s\" of role \"%s\" comes between you and another owner's store",
					   match->server->servername, GetUserNameFromId(owner, false)),
				errdetail("Server \"%s\" of role \"%s\" serves \"%s\", too.", other->servername,
						  GetUserNameFromId(other->owner, false), url),
				errhint("Let a superuser own the one with the longer location: ALTER SERVER "
						"... OWNER TO."));
	}
}

/* Adds what the user's mapping to the server says, if there is one; PUBLIC's counts for everybody. */
static void
ReadUserMapping(Oid server, StoreOptions *options)
{
	Oid user = GetUserId();

	if (!SearchSysCacheExists2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(user),
							   ObjectIdGetDatum(server)) &&
		!SearchSysCacheExists2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(InvalidOid),
							   ObjectIdGetDatum(server)))
		return;

	StoreOptionsRead(options, GetUserMapping(user, server)->options);
}

/* Opens the store of the match and adds it to the set. */
static OpenStore *
OpenStoreOf(StoreSet *set, const char *url, const char *bucket, ServerMatch *match)
{
	MemoryContext caller = MemoryContextSwitchTo(set->context);
	OpenStore *open = palloc0(sizeof(OpenStore));

	/* in the set before anything is opened: an error from here on releases what there is */
	open->server = match->server != NULL ? match->server->serverid : InvalidOid;
	open->bucket = pstrdup(bucket);
	open->next = set->stores;
	set->stores = open;
	if (match->server != NULL)
		ReadUserMapping(match->server->serverid, &match->options);
	if (match->options.mirror != NULL)
		OpenMirror(open, set->access, &match->options);
	else
	{
		/*
		 * The keys of the server process are for stores that a superuser answers for: whoever
		 * else owns one chose its endpoint, and could have requests signed for it.
		 */
		bool own_keys = match->server != NULL ? superuser_arg(match->server->owner)
											  : MayUseServerFiles(GetUserId());

		OpenS3(open, set->access, &match->options, own_keys, match->server == NULL ? bucket : NULL);
	}

	MemoryContextSwitchTo(caller);

	return open;
}

/* Opens the directory that stands in for the bucket, or for what the location says of it. */
static void
OpenMirror(OpenStore *open, const StoreAccess *access, const StoreOptions *options)
{
	const char *prefix = options->location + strlen("s3://") + strlen(open->bucket) + 1;
	bool threaded = access->threaded || access->lists_ahead;
	Failure failure;

	FailureInit(&failure);
	open->store = MirrorStoreOpen(open->bucket, options->mirror, prefix,
								  threaded ? THREAD_AFTER_MS : -1, &failure);
	if (Failed(&failure))
		ReportFailure(&failure);
}

/* Opens the bucket; unserved is its name where no store serves it. */
static void
OpenS3(OpenStore *open, const StoreAccess *access, const StoreOptions *options, bool own_keys,
	   const char *unserved)
{
	S3StoreConfig config = {
		.bucket = open->bucket,
		.region = access->region != NULL ? access->region : options->region,
		.endpoint = options->endpoint,
		.path_style = options->path_style,
		.anonymous = options->anonymous,
		.requester_pays = options->requester_pays,
		.ca_bundle = options->ca_bundle,
		.connect_timeout_ms = options->connect_timeout * 1000,
		.transfer_timeout_ms = options->transfer_timeout * 1000,
		.retries = options->retries,
		.deadline_ms = options->deadline * 1000,
		.window = options->window,
		.buffer_limit = access->buffer_limit,
		.threaded = access->threaded,
		.interrupted = access->threaded ? NULL : StoresMustStop,
	};
	Failure failure;

	FailureInit(&failure);
	if (!options->anonymous)
		open->credentials = BeginCredentials(access, options, own_keys, unserved);
	config.credentials = open->credentials;
	open->store = S3StoreOpen(&config, &failure);
	if (Failed(&failure))
		ReportFailure(&failure);
}

/*
 * Makes the chain of credentials: COPY's own, then the mapping's, then this
 * server's if the owner may use those: who owns a store shares them by
 * granting USAGE.  The user's own rights don't count there, or anybody who may
 * create a store could have a superuser's load sign requests for him.
 */
static CredentialChain *
BeginCredentials(const StoreAccess *access, const StoreOptions *options, bool own_keys,
				 const char *unserved)
{
	bool own = access->access_key_id != NULL;
	bool role = access->iam_role != NULL && strcmp(access->iam_role, "default") != 0;
	CredentialChainConfig config = {
		.access_key_id = own ? access->access_key_id : options->access_key_id,
		.secret_access_key = own ? access->secret_access_key : options->secret_access_key,
		.session_token = own ? access->session_token : options->session_token,
		.profile = own ? NULL : options->profile,
		.allow_environment = own_keys,
		.allow_process = own_keys && superuser(),
		.assume_role_arns = role && options->assume_role ? access->iam_role : NULL,
		.sts_endpoint = options->sts_endpoint,
		.region = access->region != NULL ? access->region : options->region,
		.ca_bundle = options->ca_bundle,
		.interrupted = access->threaded ? NULL : StoresMustStop,
		.advice = unserved == NULL
					  ? NULL
					  : psprintf("No store serves bucket \"%s\".  %s", unserved, StoreNames()),
	};
	CredentialChain *chain;
	Failure failure;

	FailureInit(&failure);
	chain = CredentialCacheTake(&config, &failure);
	if (Failed(&failure))
		ReportFailure(&failure);
	return chain;
}

/* Whether the session is to give up its statement. */
bool
StoresMustStop(void)
{
	return QueryCancelPending || ProcDiePending;
}

/* Reads the object at key; a cancel that PostgreSQL takes back makes it start again. */
static char *
ReadAll(ObjectStore *store, const char *url, char *key, size_t limit, size_t *length)
{
	char *buffer = palloc(limit + 1);
	Failure failure;

	for (;;)
	{
		ObjectInfo object = {.key = key, .size = -1, .store = store, .mandatory = true};
		ByteSource *source;
		ssize_t got = 1;

		*length = 0;
		FailureInit(&failure);
		source = ObjectStoreOpen(store, &object, &failure);

		/* one byte more than allowed tells that there are too many */
		while (source != NULL && got > 0 && *length <= limit)
		{
			got = ByteSourceRead(source, buffer + *length, limit + 1 - *length, &failure);
			*length += Max(got, 0);
		}

		ByteSourceClose(source);
		if (failure.code != FAILURE_CANCELLED)
			break;
		CHECK_FOR_INTERRUPTS();
	}

	if (Failed(&failure))
		ReportFailure(&failure);
	if (*length > limit)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg("object \"%s\" is larger than %zu bytes", url, limit));
	buffer[*length] = '\0';

	return buffer;
}
