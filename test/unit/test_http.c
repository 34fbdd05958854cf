/*
 * test_http.c
 *		What the HTTP client refuses to connect to, and what it leaves open.
 *
 * Names lead where this file says: getaddrinfo is replaced, for libcurl too.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "source/aws/http.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

static const struct
{
	const char *name, *address;
} names[] = {
	{"loop.test", "127.0.0.1"},
	{"metadata.test", "169.254.169.254"},
	{"container.test", "169.254.170.2"},
	{"six.test", "fd00:ec2::254"},
	{"mapped.test", "::ffff:169.254.169.254"},
	{"nat64.test", "64:ff9b::a9fe:a9fe"},
	{"azure.test", "168.63.129.16"},
};

/* Looks names up in the table above; everything else is the C library's business. */
int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
			struct addrinfo **result)
{
	static int (*original)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	struct addrinfo wanted = hints != NULL ? *hints : (struct addrinfo){0};

	if (original == NULL)
		*(void **)&original = dlsym(RTLD_NEXT, "getaddrinfo");
	for (size_t i = 0; node != NULL && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(node, names[i].name) == 0)
		{
			wanted.ai_family = AF_UNSPEC;
			return original(names[i].address, service, &wanted, result);
		}
	return original(node, service, hints, result);
}

/* A service on loopback that counts who connects and answers everybody the same. */
typedef struct Service
{
	int listener;
	int port;
	pthread_t thread;
	int connections;
	const char *answer;
} Service;

static void *
Serve(void *context)
{
	Service *service = context;
	char request[4096];
	int fd;

	while ((fd = accept4(service->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
	{
		service->connections++;
		if (read(fd, request, sizeof(request)) > 0 &&
			write(fd, service->answer, strlen(service->answer)) < 0)
			perror("write");
		close(fd);
	}
	return NULL;
}

static void
ServiceBegin(Service *service, const char *answer)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	*service = (Service){.answer = answer};
	service->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(bind(service->listener, (struct sockaddr *)&address, length) == 0);
	CHECK(listen(service->listener, 16) == 0);
	getsockname(service->listener, (struct sockaddr *)&address, &length);
	service->port = ntohs(address.sin_port);
	pthread_create(&service->thread, NULL, Serve, service);
}

static void
ServiceEnd(Service *service)
{
	shutdown(service->listener, SHUT_RDWR);
	pthread_join(service->thread, NULL);
	close(service->listener);
}

/* Fetches a URL; fills in the answer. */
static void
Fetch(const char *host, int port, bool metadata, HttpFetchAnswer *answer)
{
	char url[256];
	HttpFetchRequest fetch = {.pump = {.connect_timeout_ms = 2000, .metadata = metadata},
							  .request = {.method = "GET", .url = url},
							  .deadline_ms = 3000};
	Failure failure;

	FailureInit(&failure);
	snprintf(url, sizeof(url), "http://%s:%d/", host, port);
	CHECK(HttpFetch(&fetch, answer, &failure));
}

static const char good[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

TEST(NamesThatLeadToMetadataAreNotFollowed)
{
	HttpFetchAnswer answer;
	Service service;

	ServiceBegin(&service, good);
	Fetch("loop.test", service.port, false, &answer);
	CHECK_INT(answer.result, HTTP_ANSWERED);
	CHECK_STR(answer.body, "ok");
	HttpFetchAnswerClear(&answer);
	for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++)
	{
		Fetch(names[i].name, service.port, false, &answer);
		CHECK_INT(answer.result, HTTP_FORBIDDEN);
		HttpFetchAnswerClear(&answer);
	}
	ServiceEnd(&service);
}

TEST(AProxyIsNotAskedForPlainHttp)
{
	HttpFetchAnswer answer;
	Service proxy;
	char url[64];

	ServiceBegin(&proxy, good);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", proxy.port);
	setenv("http_proxy", url, 1);
	setenv("all_proxy", url, 1);
	Fetch("metadata.test", 80, false, &answer);
	CHECK_INT(answer.result, HTTP_FORBIDDEN);
	HttpFetchAnswerClear(&answer);
	Fetch("nobody.invalid", 80, false, &answer);
	CHECK_INT(answer.result, HTTP_UNREACHABLE);
	HttpFetchAnswerClear(&answer);
	unsetenv("http_proxy");
	unsetenv("all_proxy");
	CHECK_INT(proxy.connections, 0);
	ServiceEnd(&proxy);
}

TEST(RedirectsAreAnswersAndNotFollowed)
{
	HttpFetchAnswer answer;
	Service service, elsewhere;
	char redirect[256];

	ServiceBegin(&elsewhere, good);
	snprintf(redirect, sizeof(redirect),
			 "HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n"
			 "Connection: close\r\n\r\n",
			 elsewhere.port);
	ServiceBegin(&service, redirect);
	Fetch("127.0.0.1", service.port, false, &answer);
	CHECK_INT(answer.result, HTTP_ANSWERED);
	CHECK_INT(answer.status, 307);
	HttpFetchAnswerClear(&answer);
	CHECK_INT(elsewhere.connections, 0);
	ServiceEnd(&service);
	ServiceEnd(&elsewhere);
}

/* How many descriptors are open. */
static int
OpenDescriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	while (directory != NULL && readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

TEST(NothingIsLeftOpen)
{
	HttpFetchAnswer answer;
	Service service;
	int before;

	ServiceBegin(&service, good);
	Fetch("127.0.0.1", service.port, false, &answer); /* what the library opens once */
	HttpFetchAnswerClear(&answer);
	before = OpenDescriptors();
	for (int i = 0; i < 20; i++)
	{
		Fetch(i % 2 ? "127.0.0.1" : "metadata.test", service.port, false, &answer);
		HttpFetchAnswerClear(&answer);
	}
	CHECK_INT(OpenDescriptors(), before);
	ServiceEnd(&service);
}

int
main(void)
{
	RUN(NamesThatLeadToMetadataAreNotFollowed);
	RUN(AProxyIsNotAskedForPlainHttp);
	RUN(RedirectsAreAnswersAndNotFollowed);
	RUN(NothingIsLeftOpen);
	return UnitDone();
}
