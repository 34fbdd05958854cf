/*
 * relay_ask.c
 *		A session: asking the client's backend for a translation, and what
 *		follows from the answer.
 *
 * Between two cycles the question is a FunctionCall: a cycle of its own, which
 * leaves the client's prepared statements alone.  Within a cycle that would
 * end the implicit transaction, so there it is a Parse, Bind and Execute under
 * a name of the gateway's own, without a Sync.
 *
 * Most of what clients send is a query that stands alone.  Nothing is asked
 * about it: the server translates it where it runs it, see answer.h, which
 * takes one round trip instead of two.
 */
#include <stdlib.h>
#include <string.h>

#include "endpoint/answer.h"
#include "gateway/relay/answer_reader.h"
#include "gateway/relay/first_words.h"
#include "gateway/relay/session.h"

#define OWN_NAME "sparkify_gateway"

/* A longer query isn't copied once more: what asking costs is little beside it. */
#define MOST_WRAPPED (1024 * 1024)

/* The function's number; behind it a sign where the server has loaded the module by itself. */
static const char lookup_query[] =
	"SELECT pg_catalog.concat(d.objid, CASE WHEN "
	"pg_catalog.current_setting('sparkify_dwh.endpoint_port', true) IS NOT NULL THEN '+' END) "
	"FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = "
	"d.refobjid WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND "
	"d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.deptype = 'e' AND e.extname = "
	"'sparkify_dwh' AND d.objid = pg_catalog.to_regprocedure('" ENDPOINT_SCHEMA
	"." ENDPOINT_FUNCTION "(text)')";

static const char ask_query[] = "SELECT " ENDPOINT_SCHEMA "." ENDPOINT_FUNCTION "($1)";

static void AskBetweenCycles(Session *session, const char *text);
static void AskWithinCycle(Session *session, const char *text, PositionMap *map);
static void QueryAnswered(Session *session);
static void ParseAnswered(Session *session);
static void SendQuery(Session *session, const char *text, size_t length, PositionMap *map);
static void SendParse(Session *session, const char *text, size_t length, PositionMap *map);
static void ScriptTake(Session *session, uint32_t left, uint32_t origin);
static bool ScriptTakeRest(Script *script);
static void ScriptAsk(Script *script, const char *text, size_t length);
static void ScriptRunOne(Session *session, const char *text, size_t length, PositionMap *map);
static void ScriptAnswered(Session *session);
static void Complete(Session *session, const Answered *statement);
static void SendReady(Session *session);
static size_t HeldLength(const Session *session);
static const char *HeldText(const Session *session);
static void ReleaseHeld(Session *session);

/* Looks for the function that translates, with a query of the gateway's own. */
void
AskFunction(Session *session)
{
	Buffer *out = &session->server->out;
	size_t begin = BufferBeginMessage(out, 'Q');

	BufferAddString(out, lookup_query);
	BufferEndMessage(out, begin);
	session->function = 0;
	RepliesPush(&session->replies, REPLY_QUERY, OWNER_LOOKUP, NULL);
}

/* Reads the row with the function. */
void
AskFunctionRead(Session *session, const char *row, size_t length)
{
	char text[16];

	if (row[0] != 'D' || length < 12 || length - 11 >= sizeof(text))
		return;

	memcpy(text, row + 11, length - 11);
	text[length - 11] = '\0';
	session->function = (uint32_t)strtoul(text, NULL, 10);
	session->is_loaded |= strchr(text, '+') != NULL;
}

/* In a failed transaction the server answers nothing. */
bool
AskIsPossible(const Session *session)
{
	return session->status != 'E' || session->replies.count > 0;
}

/* Whether a text is the same for PostgreSQL. */
bool
AskIsNeedless(const Session *session, const char *text)
{
	if (IsTransactionCommand(text) || IsBlank(text))
		return true;
	return !AskIsPossible(session) && EndsTransaction(text);
}

/* Asks about a text; AskAnswered() is called when the server has said all. */
void
Ask(Session *session, const char *text, bool in_cycle)
{
	session->has_answer = false;
	session->has_failed = false;
	if (in_cycle)
	{
		PositionMap *map =
			session->mode == MODE_SCRIPT_ASK ? MapMake(session->script.base, 0) : NULL;

		AskWithinCycle(session, text, map);
		MapRelease(map);
	}
	else
		AskBetweenCycles(session, text);
}

static void
AskBetweenCycles(Session *session, const char *text)
{
	Buffer *out = &session->server->out;
	size_t begin = BufferBeginMessage(out, 'F');

	BufferAddInt32(out, session->function);

	/* one argument and the result, both binary */
	BufferAddInt16(out, 1);
	BufferAddInt16(out, 1);
	BufferAddInt16(out, 1);
	BufferAddInt32(out, (uint32_t)strlen(text));
	BufferAdd(out, text, strlen(text));
	BufferAddInt16(out, 1);
	BufferEndMessage(out, begin);
	RepliesPush(&session->replies, REPLY_FUNCTION, OWNER_ASK, NULL);
}

static void
AskWithinCycle(Session *session, const char *text, PositionMap *map)
{
	static const struct
	{
		char type;
		ReplyKind kind;
	} sent[] = {{'C', REPLY_CLOSE},	  {'P', REPLY_PARSE}, {'B', REPLY_BIND},
				{'E', REPLY_EXECUTE}, {'C', REPLY_CLOSE}, {'H', REPLY_SYNC}};
	Buffer *out = &session->server->out;

	/* a whole question between the client's own messages, without a Sync: their cycle goes on */
	for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++)
	{
		size_t begin = BufferBeginMessage(out, sent[i].type);

		/* an error before may have left the statement: it is closed first, and the portal last */
		if (sent[i].type == 'C')
			BufferAddByte(out, i == 0 ? 'S' : 'P');
		if (sent[i].type != 'H')
			BufferAddString(out, OWN_NAME);

		/*
		 * Parse of a fixed text, and Bind of the client's: it is a value, so nothing in it needs
		 * quoting.
		 */
		if (sent[i].type == 'P')
		{
			BufferAddString(out, ask_query);
			BufferAddInt16(out, 0);
		}
		else if (sent[i].type == 'B')
		{
			BufferAddString(out, OWN_NAME);
			BufferAddInt16(out, 0);
			BufferAddInt16(out, 1);
			BufferAddInt32(out, (uint32_t)strlen(text));
			BufferAdd(out, text, strlen(text));
			BufferAddInt16(out, 1);
			BufferAddInt16(out, 1);
		}
		else if (sent[i].type == 'E')
			BufferAddInt32(out, 0);
		BufferEndMessage(out, begin);
		if (sent[i].type != 'H')
			RepliesPush(&session->replies, sent[i].kind, OWNER_ASK, map);
	}
}

/* Whether the server can translate a Query's text where it runs it. */
bool
QueryNeedsNoAnswer(const Session *session, const char *text)
{
	return session->is_loaded && session->is_utf8 && strlen(text) <= MOST_WRAPPED &&
		   IsOneQuery(text);
}

/* Sends a Query's text as the literal that stands for it. */
void
QuerySendWrapped(Session *session, const char *text)
{
	Buffer *out = &session->server->out;
	size_t begin = BufferBeginMessage(out, 'Q');

	BufferAdd(out, ENDPOINT_RUN_BEGIN, strlen(ENDPOINT_RUN_BEGIN));
	while (*text != '\0')
	{
		size_t length = strcspn(text, "'\\");

		BufferAdd(out, text, length);
		text += length;
		if (*text == '\0')
			break;
		BufferAddByte(out, (uint8_t)*text);
		BufferAddByte(out, (uint8_t)*text);
		text++;
	}
	BufferAddString(out, ENDPOINT_RUN_END);
	BufferEndMessage(out, begin);
	RepliesPush(&session->replies, REPLY_QUERY, OWNER_CLIENT, NULL);
	session->in_cycle = false;
}

/* Goes on with what was asked about. */
void
AskAnswered(Session *session)
{
	if (session->mode == MODE_SCRIPT_ASK)
		ScriptAnswered(session);
	else if (session->mode == MODE_ASK && *BufferStart(&session->client->in) == 'Q')
		QueryAnswered(session);
	else if (session->mode == MODE_ASK)
		ParseAnswered(session);
	session->has_answer = false;
	BufferConsume(&session->answer, BufferUsed(&session->answer));
}

/* Sends what a Query has become. */
static void
QueryAnswered(Session *session)
{
	Answered statement;
	uint32_t count = 0;

	session->mode = MODE_FLOW;
	session->in_cycle = false;

	/* the error has gone to the client; what is missing is the end of its cycle */
	if (session->has_failed)
	{
		SendReady(session);
		ReleaseHeld(session);
		return;
	}

	/* no answer: the function has gone meanwhile, so the text goes through as it came */
	if (!session->has_answer || !AnswerCount(&session->answer, &count) || count == 0 ||
		!AnswerNext(&session->answer, &statement))
	{
		SendQuery(session, HeldText(session), strlen(HeldText(session)), NULL);
		ReleaseHeld(session);
		return;
	}

	/* several statements are a script, which is kept before what holds it is released */
	if (count > 1)
		ScriptTake(session, count - 1, 0);
	ReleaseHeld(session);

	/* nothing to run: only the client must be told that it is done */
	if (statement.kind == ENDPOINT_NOTHING)
	{
		Complete(session, &statement);
		if (count > 1)
			ScriptContinue(session);
		else
			SendReady(session);
	}
	else
	{
		PositionMap *map = AnswerMap(&statement, 0);

		if (count > 1)
			ScriptRunOne(session, statement.text, statement.text_length, map);
		else
			SendQuery(session, statement.text, statement.text_length, map);
		MapRelease(map);
	}
}

/* Sends what a Parse has become. */
static void
ParseAnswered(Session *session)
{
	Answered statement;
	PositionMap *map = NULL;
	uint32_t count = 0;

	session->mode = MODE_FLOW;
	if (session->has_failed)
	{
		/* as after a Parse that has failed: nothing more up to the Sync */
		session->is_skipping = true;
		ReleaseHeld(session);
		return;
	}

	if (!session->has_answer || !AnswerCount(&session->answer, &count) || count != 1 ||
		!AnswerNext(&session->answer, &statement))
		SendParse(session, HeldText(session), strlen(HeldText(session)), NULL);
	else
	{
		map = AnswerMap(&statement, 0);
		/* the server is given an empty text, and says so when it is executed */
		if (statement.kind == ENDPOINT_NOTHING)
			map->tag = strndup(statement.tag, statement.tag_length);
		SendParse(session, statement.text, statement.text_length, map);
	}

	MapRelease(map);
	ReleaseHeld(session);
}

static void
SendQuery(Session *session, const char *text, size_t length, PositionMap *map)
{
	Buffer *out = &session->server->out;
	size_t begin = BufferBeginMessage(out, 'Q');

	BufferAdd(out, text, length);
	BufferAddByte(out, 0);
	BufferEndMessage(out, begin);
	RepliesPush(&session->replies, REPLY_QUERY, OWNER_CLIENT, map);
}

/* The held Parse with another text: its name in front and the types of its parameters behind stay. */
static void
SendParse(Session *session, const char *text, size_t length, PositionMap *map)
{
	Buffer *out = &session->server->out;
	const char *held = BufferStart(&session->client->in);
	const char *types = HeldText(session) + strlen(HeldText(session)) + 1;
	size_t begin = BufferBeginMessage(out, 'P');

	BufferAddString(out, held + 5);
	BufferAdd(out, text, length);
	BufferAddByte(out, 0);
	BufferAdd(out, types, HeldLength(session) - (types - held));
	BufferEndMessage(out, begin);
	RepliesPush(&session->replies, REPLY_PARSE, OWNER_CLIENT, map);
	RepliesName(&session->replies, held + 5, NULL);
	session->in_cycle = true;
}

/* Runs a statement of a script: in the extended protocol, so that no Sync ends the transaction. */
static void
ScriptRunOne(Session *session, const char *text, size_t length, PositionMap *map)
{
	static const char bind_to_flush[] = "B\0\0\0\014\0\0\0\0\0\0\0\0"
										"D\0\0\0\006P\0"
										"E\0\0\0\011\0\0\0\0\0"
										"H\0\0\0\004";
	Buffer *out = &session->server->out;
	size_t begin = BufferBeginMessage(out, 'P');

	BufferAddByte(out, 0);
	BufferAdd(out, text, length);
	BufferAddByte(out, 0);
	BufferAddInt16(out, 0);
	BufferEndMessage(out, begin);
	BufferAdd(out, bind_to_flush, sizeof(bind_to_flush) - 1);
	RepliesPush(&session->replies, REPLY_PARSE, OWNER_SCRIPT, map);
	RepliesPush(&session->replies, REPLY_BIND, OWNER_SCRIPT, map);
	RepliesPush(&session->replies, REPLY_DESCRIBE, OWNER_SCRIPT, map);
	RepliesPush(&session->replies, REPLY_EXECUTE, OWNER_SCRIPT, map);
	session->mode = MODE_SCRIPT;
}

/*
 * Begins a script whose first statement ends a failed transaction: nobody can
 * be asked before that is done.
 */
void
ScriptBegin(Session *session, const char *text)
{
	Script *script = &session->script;

	BufferConsume(&script->rest, BufferUsed(&script->rest));
	BufferAddString(&script->rest, text);
	script->left = 0;
	script->origin = 0;
	ReleaseHeld(session);
	ScriptContinue(session);
}

/* Keeps what is left of an answer: the next question has an answer of its own. */
static void
ScriptTake(Session *session, uint32_t left, uint32_t origin)
{
	Script *script = &session->script;

	BufferFree(&script->answer);
	script->answer = session->answer;
	memset(&session->answer, 0, sizeof(session->answer));
	script->left = left;
	script->origin = origin;
}

/* Goes on to the next statement of a script, or ends it. */
void
ScriptContinue(Session *session)
{
	Script *script = &session->script;
	Answered statement;

	if (script->left > 0 && AnswerNext(&script->answer, &statement))
	{
		script->left--;
		script->base = script->origin + statement.start;
		ScriptAsk(script, statement.text, statement.text_length);
	}
	else if (!ScriptTakeRest(script))
	{
		ScriptFail(session);
		return;
	}

	session->mode = MODE_SCRIPT_ASK;
	if (IsTransactionCommand(BufferStart(&script->asked)))
	{
		PositionMap *map = MapMake(script->base, 0);

		ScriptRunOne(session, BufferStart(&script->asked), strlen(BufferStart(&script->asked)),
					 map);
		MapRelease(map);
	}
	else
		Ask(session, BufferStart(&script->asked), true);
}

/* Takes a command of transactions from the front of the rest, or all of it; false: nothing is left. */
static bool
ScriptTakeRest(Script *script)
{
	const char *text;
	size_t length;

	if (BufferUsed(&script->rest) == 0)
		return false;

	text = BufferStart(&script->rest);
	if (IsBlank(text))
		return false;

	script->base = script->origin;
	length = StatementLength(text);
	ScriptAsk(script, text, length);
	if (text[length] == ';' && IsTransactionCommand(BufferStart(&script->asked)))
	{
		script->origin += CharacterCount(text, length + 1);
		BufferConsume(&script->rest, length + 1);
		return true;
	}

	ScriptAsk(script, text, strlen(text));
	BufferConsume(&script->rest, BufferUsed(&script->rest));

	return true;
}

/* Sets the statement under way. */
static void
ScriptAsk(Script *script, const char *text, size_t length)
{
	BufferConsume(&script->asked, BufferUsed(&script->asked));
	BufferAdd(&script->asked, text, length);
	BufferAddByte(&script->asked, 0);
}

/* Ends a script, done or failed: the Sync's ReadyForQuery is the client's. */
void
ScriptFail(Session *session)
{
	static const char sync[] = "S\0\0\0\004";

	BufferAdd(&session->server->out, sync, sizeof(sync) - 1);
	RepliesPush(&session->replies, REPLY_SYNC, OWNER_CLIENT, NULL);
	BufferFree(&session->script.answer);
	BufferFree(&session->script.asked);
	BufferFree(&session->script.rest);
	session->script.left = 0;
	session->mode = MODE_FLOW;
	session->in_cycle = false;
}

/* Runs the statement of a script that was asked about. */
static void
ScriptAnswered(Session *session)
{
	Answered statement;
	uint32_t count = 0;

	/* no answer: the text goes to the server as it came */
	if (!AnswerCount(&session->answer, &count) || count == 0 ||
		!AnswerNext(&session->answer, &statement))
	{
		ScriptRunOne(session, BufferStart(&session->script.asked),
					 strlen(BufferStart(&session->script.asked)), NULL);
		return;
	}

	/* a statement may have become several, which come before the rest of the script */
	if (count > 1)
		ScriptTake(session, count - 1, session->script.base);
	if (statement.kind == ENDPOINT_NOTHING)
	{
		Complete(session, &statement);
		ScriptContinue(session);
	}
	else
	{
		PositionMap *map = AnswerMap(&statement, session->script.base);

		ScriptRunOne(session, statement.text, statement.text_length, map);
		MapRelease(map);
	}
}

/* Tells the client that a statement is done which needed nothing. */
static void
Complete(Session *session, const Answered *statement)
{
	Buffer *out = &session->client->out;
	size_t begin = BufferBeginMessage(out, 'C');

	BufferAdd(out, statement->tag, statement->tag_length);
	BufferAddByte(out, 0);
	BufferEndMessage(out, begin);
}

static void
SendReady(Session *session)
{
	Buffer *out = &session->client->out;
	size_t begin = BufferBeginMessage(out, 'Z');

	BufferAddByte(out, (uint8_t)session->status);
	BufferEndMessage(out, begin);
}

/* The message that an answer is about stands at the front of the client's buffer. */
static size_t
HeldLength(const Session *session)
{
	return (size_t)ReadInt32(BufferStart(&session->client->in) + 1) + 1;
}

static const char *
HeldText(const Session *session)
{
	const char *message = BufferStart(&session->client->in);

	return message[0] == 'Q' ? message + 5 : message + 5 + strlen(message + 5) + 1;
}

static void
ReleaseHeld(Session *session)
{
	BufferConsume(&session->client->in, HeldLength(session));
}
