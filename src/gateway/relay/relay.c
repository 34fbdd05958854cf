/*
 * relay.c
 *		A session: the loop, and the client's messages.
 *
 *		client.in -> RelayClientStep -> server.out     Query and Parse are held back and translated
 *		client.out <- RelayServerStep <- server.in     rows are framed, never parsed
 *
 * Neither side is read while the other doesn't take what was read before, so
 * memory is bounded whatever their speed; only Query and Parse are held whole.
 */
#include "gateway/relay/relay.h"

#include <poll.h>
#include <string.h>

#include "gateway/relay/first_words.h"
#include "gateway/relay/session.h"

/* What may wait in a buffer before its source is no longer read. */
#define MOST_WAITING (256 * 1024)
#define MOST_REPLIES 100000
/* What of a message is waited for to know the names at its begin. */
#define NAMES_LENGTH 1024
#define LAST_WORDS_MS 5000
/* How long the server's last words are waited for when the gateway is told to stop. */
#define SERVER_LAST_WORDS_MS 500

static bool Pump(Session *session);
static bool MakesRoom(Channel *channel);
static void Trim(Session *session);
static bool WaitForMore(Session *session, int lifeline);
static void End(Session *session);
static bool PassRest(Session *session);
static bool TakeWhole(Session *session, char type, const char *message, size_t length);
static void Forward(Session *session, size_t length);
static void Expect(Session *session, char type, const char *message, size_t length);
static void ExpectNamed(Session *session, char type, const char *message, size_t length);
static const char *NextName(const char **text, const char *end);
static bool HasNames(char type);
static bool MayRead(const Session *session);

void
RelayRun(Channel *client, Channel *server, int lifeline)
{
	Session session = {.client = client, .server = server, .status = 'I'};

	/* the new session's own ReadyForQuery, and then ours */
	RepliesPush(&session.replies, REPLY_SYNC, OWNER_CLIENT, NULL);
	AskFunction(&session);
	session.mode = MODE_LOOKUP;
	for (;;)
	{
		while (Pump(&session))
			;
		if (server->closed || client->closed)
			break;
		if (!WaitForMore(&session, lifeline))
		{
			End(&session);
			break;
		}
	}

	if (!client->closed)
		ChannelFlushAll(client, ClockNow() + LAST_WORDS_MS);
	if (!server->closed)
		ChannelFlush(server);
	RepliesFree(&session.replies);
	PreparedClear(&session.statements);
	PreparedClear(&session.portals);
}

/* Does what can be done without waiting; true: something was done. */
static bool
Pump(Session *session)
{
	bool moved = false;

	while (BufferUsed(&session->client->out) < MOST_WAITING && RelayServerStep(session))
		moved = true;
	while (BufferUsed(&session->server->out) < MOST_WAITING && RelayClientStep(session))
		moved = true;
	moved |= MakesRoom(session->server);
	moved |= MakesRoom(session->client);

	return moved;
}

/*
 * Sends what can be sent; true: there is room again.  What waits for that has
 * been read already, so no event of its source's will tell.
 */
static bool
MakesRoom(Channel *channel)
{
	bool was_full = BufferUsed(&channel->out) >= MOST_WAITING;

	ChannelFlush(channel);
	return was_full && BufferUsed(&channel->out) < MOST_WAITING;
}

/* A client that does nothing holds little memory. */
static void
Trim(Session *session)
{
	BufferTrim(&session->client->in);
	BufferTrim(&session->client->out);
	BufferTrim(&session->server->in);
	BufferTrim(&session->server->out);
	BufferTrim(&session->answer);
}

/* Waits until something can be read or sent, and reads; false: the listener has gone. */
static bool
WaitForMore(Session *session, int lifeline)
{
	Channel *client = session->client;
	Channel *server = session->server;

	/* what has piled up for one side stops reading from the other: memory stays bounded */
	bool from_client = MayRead(session);
	bool from_server = BufferUsed(&client->out) < MOST_WAITING;
	struct pollfd events[3] = {
		{.fd = client->fd, .events = ChannelEvents(client, from_client)},
		{.fd = server->fd, .events = ChannelEvents(server, from_server)},
		{.fd = lifeline, .events = POLLIN},
	};

	/* within an answer large buffers are wanted again at once */
	if (session->replies.count == 0)
		Trim(session);

	/* a signal, or nothing: the caller looks again */
	if (poll(events, 3, -1) < 0)
		return true;
	if (events[2].revents != 0)
		return false;

	/* hang-ups count even where nothing is read, or poll would return at once for ever */
	if (from_client && events[0].revents != 0)
		ChannelRead(client);
	else if (events[0].revents & (POLLERR | POLLHUP | POLLNVAL))
		client->closed = true;
	if (from_server && events[1].revents != 0)
		ChannelRead(server);
	else if (events[1].revents & (POLLERR | POLLNVAL))
		server->closed = true;

	/* what came last is still to be passed on */
	if (client->closed || server->closed)
		while (Pump(session))
			;
	return true;
}

/* The gateway stops: mostly with the server, whose reason the client is to know; else there is one of its own. */
static void
End(Session *session)
{
	Channel *client = session->client;
	Channel *server = session->server;
	int64_t deadline = ClockNow() + SERVER_LAST_WORDS_MS;

	do
		while (Pump(session))
			;
	while (!client->closed && BufferUsed(&client->out) < MOST_WAITING &&
		   ChannelNeed(server, BufferUsed(&server->in) + 1, deadline));
	while (Pump(session))
		;
	/* within a message there is no place for another */
	if (!server->closed && session->server_passing == 0)
		ReportFatal(&client->out, "57P01", "terminating connection because the gateway stops",
					NULL);
}

/* Whether more of the client's can be dealt with. */
static bool
MayRead(const Session *session)
{
	if (BufferUsed(&session->server->out) >= MOST_WAITING || session->replies.count > MOST_REPLIES)
		return false;
	return session->mode == MODE_FLOW || session->copies_in;
}

bool
RelayClientStep(Session *session)
{
	Buffer *in = &session->client->in;
	size_t used = BufferUsed(in);
	size_t length;
	char type;

	if (session->client_passing > 0)
		return PassRest(session);

	if (!MayRead(session) || used < 5)
		return false;

	/* the length decides how much is kept: it is checked before anything relies on it */
	type = *BufferStart(in);
	length = (size_t)ReadInt32(BufferStart(in) + 1) + 1;
	if (length < 5 || length > 0x40000000)
	{
		/* PostgreSQL refuses the same; the stream can't be followed any more */
		ReportFatal(&session->client->out, "08P01", "invalid message length", NULL);
		session->server->closed = true;
		return false;
	}

	/* while a script runs, only what COPY wants is taken */
	if (session->mode != MODE_FLOW && type != 'd' && type != 'c' && type != 'f')
		return false;

	/*
	 * While an error is skipped to the next Sync, statements are not run, so nobody needs their
	 * translation.
	 */
	if ((type == 'Q' || type == 'P') && (session->function != 0 || session->is_stale) &&
		!session->is_skipping)
	{
		if (used < length)
			return false;
		if (TakeWhole(session, type, BufferStart(in), length))
			return true;
	}

	/*
	 * The names of statements and portals stand at the beginning; the rest of the message isn't
	 * waited for.
	 */
	if (HasNames(type) && used < length && used < NAMES_LENGTH)
		return false;

	Forward(session, length);

	return true;
}

/*
 * Passes on what has come of a message whose head has been dealt with: as it
 * comes, so that a row of a gigabyte needs no such buffer.  False: nothing has.
 */
static bool
PassRest(Session *session)
{
	Buffer *in = &session->client->in;
	size_t used = BufferUsed(in);
	size_t part = used < session->client_passing ? used : session->client_passing;

	if (part == 0)
		return false;
	if (session->client_drops)
		BufferConsume(in, part);
	else
		BufferMove(&session->server->out, in, part);
	session->client_passing -= part;

	/* asked for while the message was on its way */
	if (session->client_passing == 0 && session->wants_flush)
	{
		static const char flush[] = "H\0\0\0\004";

		session->wants_flush = false;
		BufferAdd(&session->server->out, flush, sizeof(flush) - 1);
	}

	return true;
}

/* Deals with a Query or a Parse; false: it goes through as it is. */
static bool
TakeWhole(Session *session, char type, const char *message, size_t length)
{
	const char *end = message + length;
	const char *text = message + 5;

	/* Parse has the statement's name before its text */
	if (type == 'P')
	{
		const char *name_end = memchr(text, 0, end - text);

		if (name_end == NULL)
			return false;
		text = name_end + 1;
	}

	/* a message without its final zero is the server's to refuse */
	if (memchr(text, 0, end - text) == NULL)
		return false;

	/*
	 * The extension has come or gone since: whether there is a function to ask is found out
	 * first, but not within a cycle or a failed transaction, where it can't be.
	 */
	if (session->is_stale && !session->in_cycle && session->status != 'E')
	{
		session->is_stale = false;
		AskFunction(session);
		session->mode = MODE_LOOKUP;
		return true;
	}
	if (session->function == 0)
		return false;

	/* ROLLBACK; and more, in a failed transaction */
	if (type == 'Q' && !AskIsPossible(session) && EndsTransaction(text) &&
		!IsTransactionCommand(text))
	{
		ScriptBegin(session, text);
		return true;
	}

	/* needless, or impossible: it goes through */
	if (AskIsNeedless(session, text))
		return false;

	if (type == 'Q' && QueryNeedsNoAnswer(session, text))
	{
		QuerySendWrapped(session, text);
		BufferConsume(&session->client->in, length);
		return true;
	}

	session->mode = MODE_ASK;
	Ask(session, text, type == 'P' && session->in_cycle);

	return true;
}

/* Begins to pass a message through, or to drop it. */
static void
Forward(Session *session, size_t length)
{
	Buffer *in = &session->client->in;
	char type = *BufferStart(in);

	if (type == 'S' || type == 'X')
		session->is_skipping = false;
	session->client_passing = length;
	session->client_drops = session->is_skipping;
	if (!session->is_skipping)
		Expect(session, type, BufferStart(in), BufferUsed(in) < length ? BufferUsed(in) : length);
}

/* Notes what the server will say to a message of the client's, of which the begin is given. */
static void
Expect(Session *session, char type, const char *message, size_t length)
{
	Replies *replies = &session->replies;

	if (HasNames(type))
	{
		ExpectNamed(session, type, message, length);
		session->in_cycle = true;
		return;
	}

	switch (type)
	{
		case 'Q':
			RepliesPush(replies, REPLY_QUERY, OWNER_CLIENT, NULL);
			session->in_cycle = false;
			break;
		case 'F':
			RepliesPush(replies, REPLY_FUNCTION, OWNER_CLIENT, NULL);
			session->in_cycle = false;
			break;
		case 'S':
			/* the server passes over a Sync within COPY FROM STDIN */
			if (!session->copies_in)
				RepliesPush(replies, REPLY_SYNC, OWNER_CLIENT, NULL);
			session->in_cycle = false;
			break;
		case 'c':
		case 'f':
			session->copies_in = false;
			/* the script's own Flush was passed over by COPY */
			session->wants_flush = session->mode == MODE_SCRIPT;
			break;
		default:
			break;
	}
}

/* Messages that name a prepared statement or a portal. */
static bool
HasNames(char type)
{
	return type == 'P' || type == 'B' || type == 'D' || type == 'E' || type == 'C';
}

/* The same for such a message. */
static void
ExpectNamed(Session *session, char type, const char *message, size_t length)
{
	static const struct
	{
		char type;
		ReplyKind kind;
	} kinds[] = {{'P', REPLY_PARSE},
				 {'B', REPLY_BIND},
				 {'D', REPLY_DESCRIBE},
				 {'E', REPLY_EXECUTE},
				 {'C', REPLY_CLOSE}};
	const char *end = message + length;
	const char *text = message + 5;
	const char *statement = NULL;
	const char *portal = NULL;

	/* these say first what their name means */
	if (type == 'D' || type == 'C')
	{
		bool of_portal = text < end && *text == 'P';

		text++;
		if (of_portal)
			portal = NextName(&text, end);
		else
			statement = NextName(&text, end);
	}
	else
	{
		if (type != 'P')
			portal = NextName(&text, end);
		if (type != 'E')
			statement = NextName(&text, end);
	}

	/* the reply is named so that an error's position finds its text */
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == type)
			RepliesPush(&session->replies, kinds[i].kind, OWNER_CLIENT, NULL);
	RepliesName(&session->replies, statement, portal);
}

/* Reads a name; "" where none ends before the end, which the server will refuse. */
static const char *
NextName(const char **text, const char *end)
{
	const char *name = *text;
	const char *stop = name < end ? memchr(name, 0, end - name) : NULL;

	*text = stop != NULL ? stop + 1 : end;
	return stop != NULL ? name : "";
}
