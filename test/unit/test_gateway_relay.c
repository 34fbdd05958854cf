/*
 * test_gateway_relay.c
 *		The relay over two pairs of sockets: whatever the speed of the client,
 *		all that the server has said reaches it.
 */
#include "gateway/relay/relay.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit.h"

/* The ends that the relay doesn't hold, and its thread. */
typedef struct Rig
{
	int client;
	int server;
	int lifeline[2];
	Channel ends[2];
	pthread_t thread;
} Rig;

static void *
Run(void *arg)
{
	Rig *rig = arg;

	RelayRun(&rig->ends[0], &rig->ends[1], rig->lifeline[0]);
	return NULL;
}

/* Begins a session in a database without the extension. */
static void
Begin(Rig *rig)
{
	static const char ready[] = "Z\0\0\0\5IC\0\0\0\015SELECT 0\0Z\0\0\0\5I";
	int client[2];
	int server[2];
	int little = 4096;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, client) == 0);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, server) == 0);
	CHECK(pipe(rig->lifeline) == 0);
	ChannelInit(&rig->ends[0], client[0]);
	ChannelInit(&rig->ends[1], server[0]);
	setsockopt(client[0], SOL_SOCKET, SO_SNDBUF, &little, sizeof(little));
	rig->client = client[1];
	rig->server = server[1];
	CHECK(write(rig->server, ready, sizeof(ready) - 1) == sizeof(ready) - 1);
	pthread_create(&rig->thread, NULL, Run, rig);
}

static void
End(Rig *rig)
{
	close(rig->client);
	pthread_join(rig->thread, NULL);
	ChannelClose(&rig->ends[0]);
	ChannelClose(&rig->ends[1]);
	close(rig->server);
	close(rig->lifeline[0]);
	close(rig->lifeline[1]);
}

/* Reads as many bytes, or fewer when nothing more comes for two seconds. */
static size_t
ReadAll(int fd, size_t wanted)
{
	struct timeval patience = {.tv_sec = 2};
	static char bytes[65536];
	size_t got = 0;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	while (got < wanted)
	{
		ssize_t count = recv(fd, bytes, sizeof(bytes), 0);

		if (count <= 0)
			break;
		got += count;
	}
	return got;
}

TEST(WhatComesBehindManyRowsIsntLeft)
{
	static const char query[] = "Q\0\0\0\015SELECT 1";
	static const char done[] = "C\0\0\0\015SELECT 1\0Z\0\0\0\5I";
	int large = 1 << 20;

	/* the last read has the rows that fill the client's buffer, and what ends them */
	for (size_t rows = 244; rows < 330; rows += 4)
	{
		size_t size = rows * 1024 + sizeof(done) - 1;
		char *bytes = calloc(1, size);
		Rig rig = {0};
		size_t sent = 0;

		for (size_t i = 0; i < rows; i++)
			memcpy(bytes + i * 1024, "D\0\0\3\377", 5);
		memcpy(bytes + rows * 1024, done, sizeof(done) - 1);
		Begin(&rig);
		CHECK_INT(ReadAll(rig.client, 6), 6);
		CHECK(write(rig.client, query, sizeof(query)) == sizeof(query));
		while (sent < size)
			sent += write(rig.server, bytes + sent, size - sent);

		/* a client that has been slow and now takes all at once */
		usleep(20000);
		setsockopt(rig.ends[0].fd, SOL_SOCKET, SO_SNDBUF, &large, sizeof(large));
		CHECK_INT(ReadAll(rig.client, size), size);
		End(&rig);
		free(bytes);
		if (unit_failures > 0)
			break;
	}
}

TEST(AStoppedGatewayPassesTheServersLastWordsOn)
{
	static const char words[] = "E\0\0\0\013SFATAL\0";
	Rig rig = {0};

	Begin(&rig);
	CHECK_INT(ReadAll(rig.client, 6), 6);
	CHECK(write(rig.lifeline[1], "", 1) == 1);
	usleep(20000);
	CHECK(write(rig.server, words, 12) == 12);
	shutdown(rig.server, SHUT_RDWR);
	CHECK_INT(ReadAll(rig.client, 12), 12);
	End(&rig);
}

int
main(void)
{
	RUN(WhatComesBehindManyRowsIsntLeft);
	RUN(AStoppedGatewayPassesTheServersLastWordsOn);
	return UnitDone();
}
