/*
 * test_gateway_relay.c
 *		The relay over two pairs of sockets: whatever the speed of the client,
 *		all that the server has said reaches it.
 */
#include "gateway/relay/relay.h"

#include <pthread.h>
#include <string.h>
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

/* Begins a session in which the server says this at first. */
static void
BeginWith(Rig *rig, const char *ready, size_t length)
{
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
	CHECK(write(rig->server, ready, length) == (ssize_t)length);
	pthread_create(&rig->thread, NULL, Run, rig);
}

/* Begins a session in a database without the extension. */
static void
Begin(Rig *rig)
{
	static const char ready[] = "Z\0\0\0\5IC\0\0\0\015SELECT 0\0Z\0\0\0\5I";

	BeginWith(rig, ready, sizeof(ready) - 1);
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

/* Sends a Query to a session whose server has the module; returns the message that the server gets. */
static const char *
Sent(const char *encoding, const char *query)
{
	static char message[300];
	static const char ready[] = "Z\0\0\0\5I"
								"D\0\0\0\017\0\1\0\0\0\005"
								"1234+"
								"C\0\0\0\015SELECT 1\0"
								"Z\0\0\0\5I";
	char begin[100] = "S\0\0\0\0client_encoding";
	size_t length = 5 + sizeof("client_encoding") + strlen(encoding) + 1;
	char head[5] = "Q";
	char lookup[5];
	Rig rig = {0};

	/* the encoding, the session's ReadyForQuery, and what is looked up */
	begin[4] = (char)(length - 1);
	memcpy(begin + 5, "client_encoding", sizeof("client_encoding"));
	strcpy(begin + 5 + sizeof("client_encoding"), encoding);
	memcpy(begin + length, ready, sizeof(ready) - 1);
	BeginWith(&rig, begin, length + sizeof(ready) - 1);
	CHECK_INT(recv(rig.server, lookup, 5, MSG_WAITALL), 5);
	CHECK_INT(ReadAll(rig.server, ReadInt32(lookup + 1) - 4), ReadInt32(lookup + 1) - 4);
	CHECK_INT(ReadAll(rig.client, length + 6), length + 6);

	head[4] = (char)(4 + strlen(query) + 1);
	CHECK(write(rig.client, head, 5) == 5);
	CHECK(write(rig.client, query, strlen(query) + 1) == (ssize_t)strlen(query) + 1);
	memset(message, 0, sizeof(message));
	CHECK(recv(rig.server, message, sizeof(message) - 1, 0) > 5);
	End(&rig);
	return message;
}

TEST(AQueryThatStandsAloneIsSentAtOnce)
{
	const char *message = Sent("UTF8", "SELECT 'a\\n'");

	CHECK(message[0] == 'Q');
	CHECK_STR(message + 5, "SELECT /* sparkify_endpoint */ E'SELECT ''a\\\\n'''");

	/* what may be more is asked about, and what may have the byte of a quote in a character */
	CHECK(*Sent("UTF8", "SELECT 1; SELECT 2") == 'F');
	CHECK(*Sent("SJIS", "SELECT 1") == 'F');
	CHECK(*Sent("UTF8", "CREATE TABLE t (a INT)") == 'F');
	CHECK(*Sent("UTF8", "COMMIT") == 'Q');
}

int
main(void)
{
	RUN(AQueryThatStandsAloneIsSentAtOnce);
	RUN(WhatComesBehindManyRowsIsntLeft);
	RUN(AStoppedGatewayPassesTheServersLastWordsOn);
	return UnitDone();
}
