/*
 * s3_driver.c
 *		The S3 store from a command line, so that its tests need no PostgreSQL.
 *
 *	s3_driver [OPTION=VALUE ...] list PREFIX        one line an object: size, key with odd bytes as %XX
 *	s3_driver [OPTION=VALUE ...] get KEY            the object's bytes
 *	s3_driver [OPTION=VALUE ...] sum PREFIX         lists and reads everything: objects, bytes, checksum
 *	s3_driver [OPTION=VALUE ...] credentials        where the chain leads: access key id, expiry
 *	s3_driver [OPTION=VALUE ...] keys               the credentials themselves
 *
 * A failure is printed as "code: message / detail / hint" on stderr, exit 1.
 * interrupt_ms=N interrupts the store after so long and prints how long it
 * then took to stop.
 */
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "source/s3/s3_store.h"

typedef struct Settings
{
	S3StoreConfig store;
	CredentialChainConfig chain;
	int interrupt_ms;
	int ahead; /* objects opened ahead of the one read */
	int linger_ms;
} Settings;

typedef struct Option
{
	const char *name;
	char type; /* s: text, i: int, b: bool, z: size */
	void *value;
} Option;

static Settings settings = {.store = {.bucket = "test",
									  .path_style = true,
									  .connect_timeout_ms = 5000,
									  .transfer_timeout_ms = 30000,
									  .retries = 5,
									  .deadline_ms = 60000,
									  .window = 64,
									  .buffer_limit = 64 * 1024 * 1024,
									  .threaded = true},
							.chain = {.allow_environment = true},
							.ahead = 64};
static const Option options[] = {
	{"bucket", 's', &settings.store.bucket},
	{"region", 's', &settings.store.region},
	{"endpoint", 's', &settings.store.endpoint},
	{"path_style", 'b', &settings.store.path_style},
	{"anonymous", 'b', &settings.store.anonymous},
	{"requester_pays", 'b', &settings.store.requester_pays},
	{"ca_bundle", 's', &settings.store.ca_bundle},
	{"connect_timeout_ms", 'i', &settings.store.connect_timeout_ms},
	{"transfer_timeout_ms", 'i', &settings.store.transfer_timeout_ms},
	{"retries", 'i', &settings.store.retries},
	{"deadline_ms", 'i', &settings.store.deadline_ms},
	{"window", 'i', &settings.store.window},
	{"buffer_limit", 'z', &settings.store.buffer_limit},
	{"range_size", 'z', &settings.store.range_size},
	{"list_page_keys", 'i', &settings.store.list_page_keys},
	{"threaded", 'b', &settings.store.threaded},
	{"access_key_id", 's', &settings.chain.access_key_id},
	{"secret_access_key", 's', &settings.chain.secret_access_key},
	{"session_token", 's', &settings.chain.session_token},
	{"profile", 's', &settings.chain.profile},
	{"allow_environment", 'b', &settings.chain.allow_environment},
	{"allow_process", 'b', &settings.chain.allow_process},
	{"assume_role_arns", 's', &settings.chain.assume_role_arns},
	{"sts_endpoint", 's', &settings.chain.sts_endpoint},
	{"interrupt_ms", 'i', &settings.interrupt_ms},
	{"ahead", 'i', &settings.ahead},
	{"linger_ms", 'i', &settings.linger_ms},
};
static volatile sig_atomic_t interrupt_flag;
static double interrupted_at;

/* Whether somebody wants everything to stop. */
static bool
Interrupted(void)
{
	return interrupt_flag;
}

/* Seconds of a clock that only goes forward. */
static double
Now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Sets an option "name=value"; false if there is none of that name. */
static bool
SetOption(const char *argument)
{
	const char *equals = strchr(argument, '=');

	for (size_t i = 0; equals != NULL && i < sizeof(options) / sizeof(options[0]); i++)
	{
		const Option *option = &options[i];

		if (strlen(option->name) != (size_t)(equals - argument) ||
			strncmp(option->name, argument, (size_t)(equals - argument)) != 0)
			continue;
		if (option->type == 's')
			*(const char **)option->value = equals + 1;
		else if (option->type == 'i')
			*(int *)option->value = atoi(equals + 1);
		else if (option->type == 'z')
			*(size_t *)option->value = (size_t)strtoull(equals + 1, NULL, 10);
		else
			*(bool *)option->value = strcmp(equals + 1, "on") == 0;
		return true;
	}
	return false;
}

/* Prints a failure; the exit status. */
static int
Report(const Failure *failure)
{
	static const char *const names[] = {"none",		 "cancelled", "memory", "io",	"network",
										"not_found", "denied",	  "store",	"data", "config"};

	fprintf(stderr, "%s: %s / %s / %s\n", names[failure->code], failure->message, failure->detail,
			failure->hint);
	return 1;
}

/* Prints a key with everything but plain ASCII as %XX. */
static void
PrintKey(const char *key)
{
	for (; *key != '\0'; key++)
		if (*key > ' ' && *key < 0x7F && *key != '%')
			putchar(*key);
		else
			printf("%%%02X", (unsigned char)*key);
	putchar('\n');
}

/* Interrupts the store after a while. */
static void *
InterruptLater(void *context)
{
	struct timespec pause = {settings.interrupt_ms / 1000,
							 (settings.interrupt_ms % 1000) * 1000000L};

	nanosleep(&pause, NULL);
	interrupted_at = Now();
	interrupt_flag = 1;
	if (settings.store.threaded)
		ObjectStoreInterrupt(context);
	return NULL;
}

/* Lists. */
static int
List(ObjectStore *store, const char *prefix, Failure *failure)
{
	ObjectListing *listing = ObjectStoreList(store, prefix, failure);
	ObjectInfo object;

	while (listing != NULL && ObjectListingNext(listing, &object, failure))
	{
		printf("%" PRId64 " ", object.size);
		PrintKey(object.key);
		ObjectInfoClear(&object);
	}
	ObjectListingEnd(listing);
	return Failed(failure);
}

/* Reads a stream to its end; adds to the sum, or writes to stdout without one. */
static bool
ReadAll(ByteSource *source, uint64_t *bytes, uint64_t *sum, Failure *failure)
{
	static char buffer[65536];
	ssize_t n;

	while ((n = ByteSourceRead(source, buffer, sizeof(buffer), failure)) > 0)
	{
		if (sum == NULL)
			fwrite(buffer, 1, (size_t)n, stdout);
		for (ssize_t i = 0; sum != NULL && i < n; i++)
			*sum = (*sum ^ (unsigned char)buffer[i]) * UINT64_C(0x100000001b3);
		*bytes += (uint64_t)n;
	}
	return n == 0;
}

/* Gets one object whose size nobody told. */
static int
Get(ObjectStore *store, const char *key, Failure *failure)
{
	ObjectInfo object = {.key = (char *)key, .size = -1, .store = store};
	ByteSource *source = ObjectStoreOpen(store, &object, failure);
	uint64_t bytes = 0;
	bool ok = source != NULL && ReadAll(source, &bytes, NULL, failure);

	fflush(stdout);
	ByteSourceClose(source);
	return !ok;
}

/* Lists and reads everything below a prefix, with a window of open objects. */
static int
Sum(ObjectStore *store, const char *prefix, Failure *failure)
{
	ObjectListing *listing = ObjectStoreList(store, prefix, failure);
	ByteSource **open = calloc((size_t)settings.ahead, sizeof(ByteSource *));
	uint64_t objects = 0, bytes = 0, sum = UINT64_C(0xcbf29ce484222325);
	int first = 0, count = 0;
	bool ok = listing != NULL, more = true;
	ObjectInfo object;

	while (ok && (more || count > 0))
	{
		while (more && count < settings.ahead)
		{
			more = ObjectListingNext(listing, &object, failure);
			if (!more)
				break;
			open[(first + count) % settings.ahead] = ObjectStoreOpen(store, &object, failure);
			ObjectInfoClear(&object);
			count++;
		}
		ok = !Failed(failure);
		if (!ok || count == 0)
			break;
		ok = ReadAll(open[first], &bytes, &sum, failure);
		ByteSourceClose(open[first]);
		first = (first + 1) % settings.ahead;
		count--;
		objects++;
	}
	for (; count > 0; count--, first = (first + 1) % settings.ahead)
		ByteSourceClose(open[first]);
	ObjectListingEnd(listing);
	free(open);
	if (ok)
		printf("%" PRIu64 " objects %" PRIu64 " bytes %016" PRIx64 "\n", objects, bytes, sum);
	return !ok;
}

/* Shows where the chain leads, twice if it shall linger in between. */
static int
ShowCredentials(CredentialChain *chain, bool all, Failure *failure)
{
	Credentials credentials;

	for (int i = 0; i <= (settings.linger_ms > 0); i++)
	{
		if (i > 0)
			usleep((useconds_t)settings.linger_ms * 1000);
		if (!CredentialChainGet(chain, &credentials, failure))
			return 1;
		if (all)
			printf("%s %s %s\n", credentials.access_key_id, credentials.secret_access_key,
				   credentials.session_token);
		else
			printf("%s %s%s\n", credentials.access_key_id,
				   credentials.session_token != NULL ? "token" : "no-token",
				   credentials.expires != 0 ? " expires" : "");
		CredentialsClear(&credentials);
	}
	return 0;
}

/* Runs one command on an open store. */
static int
RunCommand(const char *command, const char *argument, CredentialChain *chain, Failure *failure)
{
	ObjectStore *store;
	pthread_t interrupter;
	int status = 2;

	if (strcmp(command, "credentials") == 0 || strcmp(command, "keys") == 0)
		return ShowCredentials(chain, strcmp(command, "keys") == 0, failure);
	store = S3StoreOpen(&settings.store, failure);
	if (store == NULL)
		return 1;
	if (settings.interrupt_ms > 0)
		pthread_create(&interrupter, NULL, InterruptLater, store);
	if (strcmp(command, "list") == 0)
		status = List(store, argument, failure);
	else if (strcmp(command, "get") == 0)
		status = Get(store, argument, failure);
	else if (strcmp(command, "sum") == 0)
		status = Sum(store, argument, failure);
	if (settings.interrupt_ms > 0)
		pthread_join(interrupter, NULL);
	ObjectStoreClose(store);
	if (interrupted_at > 0)
		fprintf(stderr, "stopped %d ms after the interrupt\n",
				(int)((Now() - interrupted_at) * 1000));
	return status;
}

int
main(int argc, char **argv)
{
	Failure failure;
	CredentialChain *chain = NULL;
	struct rusage usage;
	int i = 1, status;

	FailureInit(&failure);
	while (i < argc && SetOption(argv[i]))
		i++;
	if (i >= argc)
	{
		fprintf(stderr,
				"usage: s3_driver [OPTION=VALUE ...] list|get|sum|credentials [ARGUMENT]\n");
		return 2;
	}
	settings.chain.interrupted = settings.store.interrupted = Interrupted;
	if (settings.chain.region == NULL)
		settings.chain.region = settings.store.region;
	if (settings.chain.ca_bundle == NULL)
		settings.chain.ca_bundle = settings.store.ca_bundle;
	if (!settings.store.anonymous)
	{
		chain = CredentialChainCreate(&settings.chain, &failure);
		if (chain == NULL)
			return Report(&failure);
		settings.store.credentials = chain;
	}
	status = RunCommand(argv[i], i + 1 < argc ? argv[i + 1] : "", chain, &failure);
	CredentialChainFree(chain);
	if (Failed(&failure))
		Report(&failure);
	getrusage(RUSAGE_SELF, &usage);
	if (getenv("S3_DRIVER_USAGE") != NULL)
		fprintf(stderr, "peak %ld kB\n", usage.ru_maxrss);
	return status;
}
