/*
 * relay_server.c
 *		A session: the server's messages.
 */
#include <string.h>

#include "gateway/relay/session.h"

#define REDSHIFT_SERVER_VERSION "8.0.2"

/* PostgreSQL's numbers of types. */
#define OID_TEXT 25
#define OID_VARCHAR 1043

static bool Whole(Session *session, char type, char *message, size_t length);
static bool HasTag(const char *message, size_t length, const char *tag);
static void ShowVarchar(char *message, size_t length);
static void Empty(Session *session, const char *message, size_t length);
static PositionMap *MapOf(const Session *session, const Reply *reply);
static void Follow(Session *session, const Reply *reply);
static bool IsSwallowed(const Session *session, char type);
static void Error(Session *session, const char *message, size_t length);
static void Ready(Session *session, const char *message, size_t length);
static void Parameter(Session *session, const char *message, size_t length);
static void Note(Session *session, char type);
static size_t RowsLength(const char *bytes, size_t used);
static bool NeedsWhole(const Session *session, char type);

bool
RelayServerStep(Session *session)
{
	Buffer *in = &session->server->in;
	size_t used = BufferUsed(in);
	size_t length;
	char type;

	/* the rest of a message whose head has been dealt with, as for the client's */
	if (session->server_passing > 0)
	{
		size_t part = used < session->server_passing ? used : session->server_passing;

		if (part == 0)
			return false;
		if (session->server_drops)
			BufferConsume(in, part);
		else
			BufferMove(&session->client->out, in, part);
		session->server_passing -= part;
		return true;
	}

	if (used < 5)
		return false;

	type = *BufferStart(in);
	length = (size_t)ReadInt32(BufferStart(in) + 1) + 1;

	/* no length is shorter than itself; who sends such a thing can't be followed */
	if (length < 5)
	{
		session->server->closed = true;
		return false;
	}

	/* few messages are looked into, and these are short; rows never are */
	if (NeedsWhole(session, type))
	{
		if (used < length)
			return false;
		return Whole(session, type, BufferStart(in), length);
	}

	session->server_drops = IsSwallowed(session, type);
	Note(session, type);
	session->server_passing = length;

	/* rows come in numbers: as many as have arrived go in one piece */
	if (type == 'D' && !session->server_drops && used > length)
		session->server_passing = RowsLength(BufferStart(in), used);
	return true;
}

/* Messages that are looked into, or answered. */
static bool
NeedsWhole(const Session *session, char type)
{
	const Reply *front = RepliesFront(&session->replies);

	if (type != '\0' && strchr("EZSCIT", type) != NULL)
		return true;

	return front != NULL && (front->owner == OWNER_ASK || front->owner == OWNER_LOOKUP) &&
		   (type == 'D' || type == 'V');
}

/* Deals with such a message and consumes it. */
static bool
Whole(Session *session, char type, char *message, size_t length)
{
	Buffer *in = &session->server->in;
	const Reply *front = RepliesFront(&session->replies);

	if (type == 'E')
		Error(session, message, length);
	else if (type == 'Z')
		Ready(session, message, length);
	else if (type == 'S')
		Parameter(session, message, length);
	else if (type == 'C')
	{
		if (!IsSwallowed(session, type))
			BufferAdd(&session->client->out, message, length);

		/* the server has forgotten them all, so no position leads to their texts */
		if (HasTag(message, length, "DISCARD ALL") || HasTag(message, length, "DEALLOCATE ALL"))
			PreparedClear(&session->statements);

		/* the function that translates may have come or gone with it */
		if (HasTag(message, length, "CREATE EXTENSION") ||
			HasTag(message, length, "DROP EXTENSION"))
			session->is_stale = true;
		Note(session, type);
	}
	else if (type == 'I')
		Empty(session, message, length);
	else if (type == 'T')
	{
		/* text becomes varchar in the description, as Redshift has it */
		ShowVarchar(message, length);
		if (!IsSwallowed(session, type))
			BufferAdd(&session->client->out, message, length);
		Note(session, type);
	}
	else if (front->owner == OWNER_LOOKUP)
		AskFunctionRead(session, message, length);
	else
	{
		/* V: length, value; D: one column */
		size_t skip = type == 'V' ? 9 : 11;

		/* the answer takes the place of the one before */
		BufferConsume(&session->answer, BufferUsed(&session->answer));
		if (length >= skip && ReadInt32(message + skip - 4) == length - skip)
		{
			BufferAdd(&session->answer, message + skip, length - skip);
			session->has_answer = true;
			session->is_loaded = true;
		}
	}

	BufferConsume(in, length);

	return true;
}

/* Whether a CommandComplete has this tag. */
static bool
HasTag(const char *message, size_t length, const char *tag)
{
	size_t size = strlen(tag) + 1;

	return length == 5 + size && memcmp(message + 5, tag, size) == 0;
}

/*
 * Makes VARCHAR of the columns of a RowDescription that are TEXT: Redshift has
 * no other (AWS: r_Character_types), and a driver asks for the type.
 */
static void
ShowVarchar(char *message, size_t length)
{
	/* behind a column's name: table, number in it, type, its length, modifier, format */
	enum
	{
		TYPE_AT = 6,
		COLUMN_SIZE = 18
	};
	char *at = message + 7;
	char *end = message + length;

	while (at < end)
	{
		char *name_end = memchr(at, 0, end - at);

		if (name_end == NULL || end - name_end - 1 < COLUMN_SIZE)
			return;
		at = name_end + 1;
		if (ReadInt32(at + TYPE_AT) == OID_TEXT)
		{
			at[TYPE_AT + 2] = (char)(OID_VARCHAR >> 8);
			at[TYPE_AT + 3] = (char)(OID_VARCHAR & 0xff);
		}

		at += COLUMN_SIZE;
	}
}

/* Nothing was run: an empty text of the client's, or a statement that needs nothing here. */
static void
Empty(Session *session, const char *message, size_t length)
{
	const Reply *front = RepliesFront(&session->replies);
	const PositionMap *map = front != NULL ? MapOf(session, front) : NULL;
	Buffer *out = &session->client->out;

	if (map != NULL && map->tag != NULL)
	{
		size_t begin = BufferBeginMessage(out, 'C');

		BufferAddString(out, map->tag);
		BufferEndMessage(out, begin);
	}
	else if (!IsSwallowed(session, 'I'))
		BufferAdd(out, message, length);
	Note(session, 'I');
}

/* The way back from a text that a reply is about; NULL: there is none, or none is needed. */
static PositionMap *
MapOf(const Session *session, const Reply *reply)
{
	const char *statement = reply->statement != NULL ? reply->statement : "";
	const char *portal = reply->portal != NULL ? reply->portal : "";

	/* a script's or a question's reply has its own, or none */
	if (reply->map != NULL || reply->owner != OWNER_CLIENT)
		return reply->map;

	switch (reply->kind)
	{
		case REPLY_BIND:
			return PreparedFind(&session->statements, statement);
		case REPLY_DESCRIBE:
			return reply->of_portal ? PreparedFind(&session->portals, portal)
									: PreparedFind(&session->statements, statement);
		case REPLY_EXECUTE:
			return PreparedFind(&session->portals, portal);
		default:
			return NULL;
	}
}

/* Follows what the server has now made, or forgotten, for the client. */
static void
Follow(Session *session, const Reply *reply)
{
	const char *statement = reply->statement != NULL ? reply->statement : "";
	const char *portal = reply->portal != NULL ? reply->portal : "";

	/* what the gateway asks has names of its own and leaves nothing behind */
	if (reply->owner != OWNER_CLIENT)
		return;
	if (reply->kind == REPLY_PARSE)
		PreparedSet(&session->statements, statement, reply->map);
	else if (reply->kind == REPLY_BIND)
		PreparedSet(&session->portals, portal, PreparedFind(&session->statements, statement));
	else if (reply->kind == REPLY_CLOSE && reply->of_portal)
		PreparedSet(&session->portals, portal, NULL);
	else if (reply->kind == REPLY_CLOSE)
		PreparedSet(&session->statements, statement, NULL);
}

/* Whether a message isn't for the client. */
static bool
IsSwallowed(const Session *session, char type)
{
	const Reply *front = RepliesFront(&session->replies);

	/* notices and notifications belong to nobody's reply */
	if (type == 'N' || type == 'A' || front == NULL)
		return false;
	if (front->owner == OWNER_CLIENT)
		return false;

	/* between login and the first ReadyForQuery */
	if (type == 'K')
		return false;

	/* of a script's statements the client sees rows and tags, as from a simple Query */
	if (front->owner == OWNER_SCRIPT)
		return type == '1' || type == '2' || type == '3' || type == 'n';

	return true;
}

/* An error ends what was asked; in the extended protocol also all that was sent up to the next Sync. */
static void
Error(Session *session, const char *message, size_t length)
{
	const Reply *front = RepliesFront(&session->replies);
	ReplyKind kind = front != NULL ? front->kind : REPLY_SYNC;
	ReplyOwner owner = front != NULL ? front->owner : OWNER_CLIENT;

	/* a look-up fails where the extension isn't installed: that is an answer, not an error */
	if (owner != OWNER_LOOKUP)
		ReportRelay(&session->client->out, message, length,
					front != NULL ? MapOf(session, front) : NULL);

	/* an error ends COPY, so no more data is expected */
	session->copies_in = false;
	if (owner == OWNER_ASK && kind == REPLY_FUNCTION)
	{
		session->has_failed = true;
		return;
	}

	/* these run to their own ReadyForQuery, which ends them */
	if (kind == REPLY_SYNC || kind == REPLY_QUERY || kind == REPLY_FUNCTION)
		return;
	if (session->mode == MODE_SCRIPT || session->mode == MODE_SCRIPT_ASK)
	{
		/*
		 * A script is one Query to the client, so its first error ends it: what was sent behind
		 * is dropped.
		 */
		if (owner == OWNER_SCRIPT || owner == OWNER_ASK)
		{
			RepliesFail(&session->replies);
			ScriptFail(session);
			return;
		}
	}

	if (RepliesFail(&session->replies) && session->mode == MODE_ASK)
	{
		/* the held Parse came behind what has failed, or is what has failed */
		Buffer *in = &session->client->in;

		BufferConsume(in, (size_t)ReadInt32(BufferStart(in) + 1) + 1);
		session->mode = MODE_FLOW;
		session->is_skipping = true;
	}
}

/* The end of a cycle: of the client's, or of ours. */
static void
Ready(Session *session, const char *message, size_t length)
{
	ReplyKind kind;
	ReplyOwner owner = RepliesReady(&session->replies, &kind);

	if (length >= 6)
		session->status = message[5];
	/* portals end with their transaction */
	if (session->status == 'I')
		PreparedClear(&session->portals);
	session->copies_in = false;
	if (owner == OWNER_LOOKUP)
		session->mode = MODE_FLOW;
	else if (owner == OWNER_ASK)
		AskAnswered(session);
	else
		BufferAdd(&session->client->out, message, length);
}

/*
 * What the server tells of itself is Redshift's to its drivers: the version, and
 * how strings are read.  Its word on the encoding is noted.  In a literal a backslash escapes, so a driver has to
 * double those of its parameters.
 */
static void
Parameter(Session *session, const char *message, size_t length)
{
	static const struct
	{
		const char *name;
		const char *value;
	} own[] = {{"server_version", REDSHIFT_SERVER_VERSION}, {"standard_conforming_strings", "off"}};
	static const char encoding[] = "client_encoding";
	static const char utf8[] = "client_encoding\0UTF8";
	Buffer *out = &session->client->out;

	if (length >= 5 + sizeof(encoding) && memcmp(message + 5, encoding, sizeof(encoding)) == 0)
		session->is_utf8 =
			length == 5 + sizeof(utf8) && memcmp(message + 5, utf8, sizeof(utf8)) == 0;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
	{
		size_t size = strlen(own[i].name) + 1;

		if (length >= 5 + size && memcmp(message + 5, own[i].name, size) == 0)
		{
			size_t begin = BufferBeginMessage(out, 'S');

			BufferAddString(out, own[i].name);
			BufferAddString(out, own[i].value);
			BufferEndMessage(out, begin);
			return;
		}
	}

	BufferAdd(out, message, length);
}

/* Takes a reply off the queue when a message ends it. */
static void
Note(Session *session, char type)
{
	static const struct
	{
		char type;
		ReplyKind kind;
	} ends[] = {
		{'1', REPLY_PARSE},	   {'2', REPLY_BIND},	 {'3', REPLY_CLOSE},   {'T', REPLY_DESCRIBE},
		{'n', REPLY_DESCRIBE}, {'C', REPLY_EXECUTE}, {'I', REPLY_EXECUTE}, {'s', REPLY_EXECUTE},
	};
	const Reply *front = RepliesFront(&session->replies);

	/*
	 * A client that sends its COPY data ends with one Sync; those sent before it are ignored by
	 * the server, and get no reply.
	 */
	if (type == 'G' && front != NULL)
	{
		session->copies_in = true;
		if (front->kind == REPLY_EXECUTE)
			RepliesDropSyncs(&session->replies);
		return;
	}

	for (size_t i = 0; front != NULL && i < sizeof(ends) / sizeof(ends[0]); i++)
	{
		ReplyOwner owner = front->owner;

		if (ends[i].type != type || ends[i].kind != front->kind)
			continue;

		/* before the reply goes, for it holds the names */
		Follow(session, front);
		RepliesPop(&session->replies);

		/* the statement has ended: the script's next one may be translated now */
		if (owner == OWNER_SCRIPT && type != '1' && ends[i].kind == REPLY_EXECUTE)
			ScriptContinue(session);
		else if (owner == OWNER_ASK && type == '3' && session->has_answer)
			/* the question's last reply: all of its answer has come */
			AskAnswered(session);
		return;
	}
}

/* The length of the whole rows at the front: a run of them goes through at once. */
static size_t
RowsLength(const char *bytes, size_t used)
{
	size_t at = 0;

	while (at + 5 <= used && bytes[at] == 'D')
	{
		size_t length = (size_t)ReadInt32(bytes + at + 1) + 1;

		if (length < 5 || (at > 0 && length > used - at))
			break;
		at += length;
	}

	return at;
}
