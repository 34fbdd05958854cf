/*
 * test_mirror_store.c
 *		A directory lists and reads as the bucket that it stands in for.
 */
#include "source/store/mirror_store.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static char top[] = "/tmp/sparkify_mirror.XXXXXX";
static char root[64];

/* Writes a file below the mirror, with the directories on its way. */
static void
Put(const char *path, const char *text)
{
	char full[512];
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++)
	{
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	file = fopen(full, "w");
	fputs(text, file);
	fclose(file);
}

/* The keys below a prefix, joined by blanks; the failure is the caller's to look at. */
static const char *
ListBy(bool threaded, const char *key_prefix, const char *prefix, Failure *failure)
{
	static char lists[2][100000];
	char *keys = lists[threaded];
	ObjectStore *store;
	ObjectListing *listing;
	ObjectInfo object;

	keys[0] = '\0';
	FailureInit(failure);
	store = MirrorStoreOpen("b", root, key_prefix, threaded ? 0 : -1, failure);
	listing = ObjectStoreList(store, prefix, failure);
	while (ObjectListingNext(listing, &object, failure))
	{
		snprintf(keys + strlen(keys), sizeof(lists[0]) - strlen(keys), "%s%s", keys[0] ? " " : "",
				 object.key);
		CHECK(object.mandatory && object.store == store);
		ObjectInfoClear(&object);
	}
	ObjectListingEnd(listing);
	ObjectStoreClose(store);
	return keys;
}

/* The same by one thread and by two, which must agree. */
static const char *
List(const char *key_prefix, const char *prefix, Failure *failure)
{
	Failure other;
	const char *keys = ListBy(false, key_prefix, prefix, failure);

	CHECK_STR(ListBy(true, key_prefix, prefix, &other), keys);
	CHECK_INT(other.code, failure->code);
	CHECK_STR(other.message, failure->message);
	return keys;
}

/* What an object holds. */
static const char *
Get(const char *key_prefix, const char *key, Failure *failure)
{
	static char text[256];
	ObjectInfo object = {.key = (char *)key, .size = -1};
	ObjectStore *store;
	ByteSource *source;
	size_t length = 0;
	ssize_t got;

	FailureInit(failure);
	store = MirrorStoreOpen("b", root, key_prefix, -1, failure);
	source = ObjectStoreOpen(store, &object, failure);
	while (source && (got = ByteSourceRead(source, text + length, 3, failure)) > 0)
		length += (size_t)got;
	text[length] = '\0';
	ByteSourceClose(source);
	ObjectStoreClose(store);
	return text;
}

TEST(KeysComeInTheOrderOfTheirBytes)
{
	Failure failure;

	CHECK_STR(List("", "order/", &failure),
			  "order/a!c order/a.b/z order/a.c order/a/b order/a/c/d order/a0 order/b "
			  "order/\xC3\xA9");
	CHECK(!Failed(&failure));
}

/* A tree of 20 directories, each of 15 directories of 10 files, but some without. */
static void
PutWideTree(void)
{
	char path[64];

	for (int i = 0; i < 3000; i++)
	{
		snprintf(path, sizeof(path), "wide/only/%c/%02d/%d.json", 'A' + i % 20, i / 20 % 15,
				 i / 300);
		if (i % 20 != 7)
			Put(path, "");
	}
	Put("wide/only/H/empty/x/y", "");
	Put("wide/only/between.json", "");
}

/* Whether a number among the keys is even: stands for what is known. */
static bool
IsEven(void *context, const char *key, size_t *place)
{
	++*place;
	return strchr("02468", key[strlen(key) - strlen("0.json")]) != NULL;
}

TEST(TwoThreadsListAWideTreeAsOneDoes)
{
	static char keys[2][200000];
	int counts[2] = {0, 0};
	ObjectInfo object;
	Failure failure;

	PutWideTree();
	FailureInit(&failure);
	for (int known = 0; known < 2; known++)
	{
		for (int threaded = 0; threaded < 2; threaded++)
		{
			ObjectStore *store = MirrorStoreOpen("b", root, "", threaded ? 0 : -1, &failure);
			ObjectListing *listing = ObjectStoreList(store, "wide/o", &failure);
			char *end = keys[threaded];

			if (known)
				listing->passes_over = IsEven;
			for (counts[threaded] = 0; ObjectListingNext(listing, &object, &failure);
				 counts[threaded]++)
			{
				end += sprintf(end, "%s ", object.key);
				ObjectInfoClear(&object);
			}
			ObjectListingEnd(listing);
			ObjectStoreClose(store);
		}
		CHECK(!Failed(&failure));
		CHECK_INT(counts[0], known ? 1427 : 2852);
		CHECK_INT(counts[1], counts[0]);
		CHECK_STR(keys[1], keys[0]);
	}
}

TEST(AListingOfTwoThreadsMayBeLeftAnywhere)
{
	ObjectInfo object;
	Failure failure;

	PutWideTree();
	FailureInit(&failure);
	for (int objects = 0; objects < 2000; objects += 133)
	{
		ObjectStore *store = MirrorStoreOpen("b", root, "", 0, &failure);
		ObjectListing *listing = ObjectStoreList(store, "wide/", &failure);

		for (int i = 0; i < objects; i++)
		{
			CHECK(ObjectListingNext(listing, &object, &failure));
			ObjectInfoClear(&object);
		}
		CHECK(!Failed(&failure));
		if (objects % 2 == 0)
			ObjectStoreInterrupt(store);
		ObjectListingEnd(listing);
		ObjectStoreClose(store);
	}
}

/* How often MustStop() was asked. */
static int asked;

/* Whether a caller gives up: from the tenth question on. */
static bool
MustStop(void)
{
	return ++asked >= 10;
}

TEST(WhoeverListsMayGiveUpAtAnyMoment)
{
	PutWideTree();
	for (int threaded = 0; threaded < 2; threaded++)
	{
		int found = 0;
		ObjectInfo object;
		Failure failure;
		ObjectStore *store;
		ObjectListing *listing;

		FailureInit(&failure);
		store = MirrorStoreOpen("b", root, "", threaded ? 0 : -1, &failure);
		listing = ObjectStoreList(store, "wide/", &failure);
		listing->must_stop = MustStop;
		asked = 0;
		for (; ObjectListingNext(listing, &object, &failure); found++)
			ObjectInfoClear(&object);
		CHECK_INT(failure.code, FAILURE_CANCELLED);
		CHECK(found < 10);
		CHECK_INT(asked, 10);
		ObjectListingEnd(listing);
		ObjectStoreClose(store);
	}
}

TEST(WhatStopsTheOtherThreadStopsTheListingAtThatPlace)
{
	static const char last[] = " wide/only/S/13/9.json";
	const char *keys;
	char link[512];
	Failure failure;

	PutWideTree();
	snprintf(link, sizeof(link), "%s/wide/only/S/14/link", root);
	CHECK_INT(symlink(top, link), 0);
	keys = List("", "wide/", &failure);
	CHECK_INT(failure.code, FAILURE_DENIED);
	CHECK_STR(keys + strlen(keys) - strlen(last), last);
	CHECK_STR(failure.message, "could not read s3://b/wide/only/S/14/link: it is a symbolic link");
	unlink(link);
}

TEST(APrefixIsNoFolder)
{
	Failure failure;

	CHECK_STR(List("", "raw/lo", &failure), "raw/log.json raw/log/1 raw/log/2 raw/log_2/1 raw/lop");
	CHECK_STR(List("", "raw/log", &failure), "raw/log.json raw/log/1 raw/log/2 raw/log_2/1");
	CHECK_STR(List("", "raw/log/", &failure), "raw/log/1 raw/log/2");
	CHECK_STR(List("", "raw/log/1", &failure), "raw/log/1");
	CHECK_STR(List("", "raw/log/1/", &failure), "");
	CHECK_STR(List("", "nothing", &failure), "");
	CHECK_STR(List("", "raw/../raw", &failure), "");
	CHECK_STR(List("", "/raw", &failure), "");
	CHECK(!Failed(&failure));
}

TEST(AMirrorMayHoldOnlyAFolderOfTheBucket)
{
	Failure failure;

	CHECK_STR(List("logs/x", "logs/x/raw/log/", &failure), "logs/x/raw/log/1 logs/x/raw/log/2");
	CHECK_STR(List("logs/x/", "logs/x/raw/lop", &failure), "logs/x/raw/lop");
	CHECK_STR(List("logs/x/", "logs/y", &failure), "");
	CHECK(strstr(List("logs/x/", "logs/", &failure), " logs/x/raw/lop") != NULL);
	CHECK_STR(Get("logs/x/", "logs/x/raw/lop", &failure), "lop");
	Get("logs/x/", "raw/lop", &failure);
	CHECK_INT(failure.code, FAILURE_NOT_FOUND);
}

TEST(AnObjectReadsToItsEnd)
{
	Failure failure;

	CHECK_STR(Get("", "raw/log.json", &failure), "{\"a\": 1}\n");
	CHECK_STR(Get("", "order/a0", &failure), "");
	CHECK(!Failed(&failure));
}

TEST(WhatIsNoFileIsNotFound)
{
	static const char *const keys[] = {"nothing",  "raw/nothing/x", "raw", "raw/log.json/x",
									   "raw//lop", "raw/./lop",		"",	   "raw/"};
	Failure failure;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
	{
		char want[128];

		Get("", keys[i], &failure);
		snprintf(want, sizeof(want), "object s3://b/%s does not exist", keys[i]);
		CHECK_INT(failure.code, FAILURE_NOT_FOUND);
		CHECK_STR(failure.message, want);
	}
}

TEST(NothingOutsideTheDirectoryIsRead)
{
	static const char *const keys[] = {"../secret", "raw/../../secret", "/etc/passwd",
									   "..",		"linked/secret",	"linked_file"};
	char link[512];
	Failure failure;

	snprintf(link, sizeof(link), "%s/linked", root);
	CHECK_INT(symlink(top, link), 0);
	snprintf(link, sizeof(link), "%s/linked_file", root);
	CHECK_INT(symlink("../secret", link), 0);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
	{
		CHECK_STR(Get("", keys[i], &failure), "");
		CHECK(failure.code == FAILURE_NOT_FOUND || failure.code == FAILURE_DENIED);
	}
	CHECK_STR(failure.message, "could not read s3://b/linked_file: it is a symbolic link");
}

TEST(ALinkInTheWayOfAListingIsNoSilentSkip)
{
	Failure failure;

	List("", "li", &failure);
	CHECK_INT(failure.code, FAILURE_DENIED);
	List("", "linked/sec", &failure);
	CHECK_INT(failure.code, FAILURE_DENIED);
	CHECK_STR(failure.message, "could not read s3://b/linked: it is a symbolic link");
	List("", "raw/", &failure);
	CHECK(!Failed(&failure));
}

TEST(PipesAndSocketsAreNoObjects)
{
	char pipe[512];
	Failure failure;

	snprintf(pipe, sizeof(pipe), "%s/raw/lopipe", root);
	CHECK_INT(mkfifo(pipe, 0644), 0);
	CHECK_STR(List("", "raw/lop", &failure), "raw/lop");
	CHECK(!Failed(&failure));
	Get("", "raw/lopipe", &failure);
	CHECK_INT(failure.code, FAILURE_NOT_FOUND);
}

TEST(ANameThatIsNoTextFailsTheListing)
{
	Failure failure;

	Put("bytes/\xC3\x28", "");
	List("", "bytes/", &failure);
	CHECK_INT(failure.code, FAILURE_DATA);
}

TEST(WhatMayNotBeReadIsNamed)
{
	char path[512];
	Failure failure;
	int root_user = geteuid() == 0;

	Put("closed/sub/x", "1");
	Put("closed/y", "1");
	snprintf(path, sizeof(path), "%s/closed/sub", root);
	chmod(path, 0);
	snprintf(path, sizeof(path), "%s/closed/y", root);
	chmod(path, 0);
	if (root_user)
		CHECK_INT(seteuid(65534), 0);
	List("", "closed/", &failure);
	CHECK_INT(failure.code, FAILURE_DENIED);
	CHECK_STR(failure.message, "could not read s3://b/closed/sub/: Permission denied");
	Get("", "closed/y", &failure);
	CHECK_INT(failure.code, FAILURE_DENIED);
	CHECK_STR(failure.message, "could not read s3://b/closed/y: Permission denied");
	if (root_user)
		CHECK_INT(seteuid(0), 0);
	snprintf(path, sizeof(path), "%s/closed/sub", root);
	chmod(path, 0755);
}

TEST(AnInterruptedStoreReadsNoMore)
{
	ObjectInfo object = {.key = "raw/lop", .size = -1};
	ObjectStore *store;
	ByteSource *source;
	ObjectListing *listing;
	Failure failure;
	char buffer[8];

	FailureInit(&failure);
	store = MirrorStoreOpen("b", root, "", -1, &failure);
	source = ObjectStoreOpen(store, &object, &failure);
	listing = ObjectStoreList(store, "", &failure);
	CHECK(!Failed(&failure));
	ObjectStoreInterrupt(store);
	CHECK_INT(ByteSourceRead(source, buffer, sizeof(buffer), &failure), -1);
	CHECK_INT(failure.code, FAILURE_CANCELLED);
	FailureInit(&failure);
	CHECK(!ObjectListingNext(listing, &object, &failure));
	CHECK_INT(failure.code, FAILURE_CANCELLED);
	ByteSourceClose(source);
	ObjectListingEnd(listing);
	ObjectStoreClose(store);
}

TEST(AMissingDirectoryIsAMistakeOfTheStore)
{
	Failure failure;

	FailureInit(&failure);
	CHECK(MirrorStoreOpen("b", "/nonexistent/mirror", "", -1, &failure) == NULL);
	CHECK_INT(failure.code, FAILURE_CONFIG);
	CHECK_STR(failure.message, "could not open mirror directory \"/nonexistent/mirror\": "
							   "No such file or directory");
}

TEST(AGivenListKeepsItsOrderAndItsTwins)
{
	ObjectInfo *objects = calloc(3, sizeof(ObjectInfo));
	ObjectListing *listing;
	ObjectInfo object;
	Failure failure;

	FailureInit(&failure);
	for (int i = 0; i < 3; i++)
		objects[i] = (ObjectInfo){.key = strdup(i == 1 ? "a" : "b"), .size = -1};
	listing = ObjectListingOf(objects, 3, &failure);
	CHECK(ObjectListingNext(listing, &object, &failure));
	CHECK_STR(object.key, "b");
	ObjectInfoClear(&object);
	CHECK(ObjectListingNext(listing, &object, &failure));
	CHECK_STR(object.key, "a");
	ObjectInfoClear(&object);
	ObjectListingEnd(listing); /* the third one is freed here */
	CHECK(!Failed(&failure));
}

int
main(void)
{
	static const char *const files[] = {"order/a!c", "order/a.b/z",	  "order/a.c",
										"order/a/b", "order/a/c/d",	  "order/a0",
										"order/b",	 "order/\xC3\xA9"};
	static const char *const raw[] = {"raw/log/1", "raw/log/2", "raw/log_2/1", "raw/la"};
	char command[128];
	int status;

	if (mkdtemp(top) == NULL)
		return 1;
	chmod(top, 0755);
	snprintf(root, sizeof(root), "%s/mirror", top);
	mkdir(root, 0755);
	Put("../secret", "secret");
	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++)
		Put(raw[i], "x");
	Put("raw/log.json", "{\"a\": 1}\n");
	Put("raw/lop", "lop");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		Put(files[i], "");
	RUN(KeysComeInTheOrderOfTheirBytes);
	RUN(TwoThreadsListAWideTreeAsOneDoes);
	RUN(AListingOfTwoThreadsMayBeLeftAnywhere);
	RUN(WhoeverListsMayGiveUpAtAnyMoment);
	RUN(WhatStopsTheOtherThreadStopsTheListingAtThatPlace);
	RUN(APrefixIsNoFolder);
	RUN(AMirrorMayHoldOnlyAFolderOfTheBucket);
	RUN(AnObjectReadsToItsEnd);
	RUN(WhatIsNoFileIsNotFound);
	RUN(NothingOutsideTheDirectoryIsRead);
	RUN(ALinkInTheWayOfAListingIsNoSilentSkip);
	RUN(PipesAndSocketsAreNoObjects);
	RUN(ANameThatIsNoTextFailsTheListing);
	RUN(WhatMayNotBeReadIsNamed);
	RUN(AnInterruptedStoreReadsNoMore);
	RUN(AMissingDirectoryIsAMistakeOfTheStore);
	RUN(AGivenListKeepsItsOrderAndItsTwins);
	snprintf(command, sizeof(command), "rm -rf %s", top);
	status = system(command);
	return UnitDone() || status != 0;
}
