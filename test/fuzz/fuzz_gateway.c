/*
 * fuzz_gateway.c
 *		The gateway's reading of both directions.
 *
 * The input is a list of pieces: a byte that says which side sends and how
 * much, and what it sends.  The relay is fed as if by two sockets; what it
 * sends is thrown away.  A first byte 0xff is a start-up packet instead.
 */
#include <stdlib.h>
#include <string.h>

#include "gateway/relay/session.h"
#include "gateway/startup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lets both sides go on until neither can. */
static void
Drain(Session *session)
{
	bool moved = true;

	while (moved && !session->server->closed)
	{
		moved = false;
		while (!session->server->closed && RelayServerStep(session))
			moved = true;
		while (!session->server->closed && RelayClientStep(session))
			moved = true;
		BufferConsume(&session->client->out, BufferUsed(&session->client->out));
		BufferConsume(&session->server->out, BufferUsed(&session->server->out));
	}
}

/* The start-up packet is read by other code than what follows. */
static void
FuzzStartup(const uint8_t *data, size_t size)
{
	Buffer out = {0};
	bool driver;

	StartupTranslate(&out, (const char *)data, size, PROTOCOL_3 << 16, &driver);
	BufferFree(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Channel client = {.fd = -1};
	Channel server = {.fd = -1};
	Session session = {.client = &client, .server = &server, .status = 'I', .function = 1};

	if (size > 0 && data[0] == 0xff)
	{
		FuzzStartup(data + 1, size - 1);
		return 0;
	}
	RepliesPush(&session.replies, REPLY_SYNC, OWNER_CLIENT, NULL);
	while (size > 0 && !server.closed)
	{
		Channel *from = data[0] & 1 ? &client : &server;
		size_t length = data[0] >> 1;

		data++;
		size--;
		if (length > size)
			length = size;
		BufferAdd(&from->in, data, length);
		data += length;
		size -= length;
		Drain(&session);
	}
	RepliesFree(&session.replies);
	PreparedClear(&session.statements);
	PreparedClear(&session.portals);
	BufferFree(&session.answer);
	BufferFree(&session.script.answer);
	BufferFree(&session.script.asked);
	BufferFree(&session.script.rest);
	ChannelClose(&client);
	ChannelClose(&server);
	return 0;
}
