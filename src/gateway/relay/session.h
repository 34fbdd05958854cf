/*
 * session.h
 *		The state of a session, shared by the files that relay it.
 *
 *		relay.c             the loop, and the client's messages
 *		relay_server.c      the server's messages
 *		relay_ask.c         asking for a translation, and what follows from the answer
 */
#ifndef SPARKIFY_GATEWAY_SESSION_H
#define SPARKIFY_GATEWAY_SESSION_H

#include "gateway/base/channel.h"
#include "gateway/relay/prepared.h"
#include "gateway/relay/replies.h"

typedef enum Mode
{
	MODE_FLOW,		/* messages of the client's are taken */
	MODE_LOOKUP,	/* waits for the function that translates */
	MODE_ASK,		/* waits for an answer about the message at the front of the client's buffer */
	MODE_SCRIPT,	/* waits for a statement of a script */
	MODE_SCRIPT_ASK /* waits for an answer about the next one */
} Mode;

/* A Query of several statements, run one by one. */
typedef struct Script
{
	Buffer answer;	 /* what is left of it */
	uint32_t left;	 /* statements in there */
	uint32_t origin; /* of the text that is split in there, in characters of the client's text */
	uint32_t base;	 /* likewise of the statement under way */
	Buffer asked;	 /* its text, final zero included */
	Buffer rest; /* what comes behind it and isn't split yet, final zero included; empty: nothing */
} Script;

typedef struct Session
{
	Channel *client;
	Channel *server;
	Mode mode;
	Replies replies;

	uint32_t function; /* the one that translates; 0: the database has none */
	bool is_stale;	   /* the extension came or went: look for it again */
	bool is_loaded;	   /* the session has the module: by itself, or since that function answered */
	bool is_utf8;	   /* the client's encoding: no byte of a character is a quote or a backslash */
	char status;	   /* of the transaction, at the last ReadyForQuery */
	bool in_cycle;	   /* messages were sent that no Sync has ended */
	bool is_skipping;  /* the client's messages are dropped up to its Sync */
	bool copies_in;	   /* the client sends COPY data */

	Buffer answer; /* being received, or waiting for its ReadyForQuery */
	bool has_answer;
	bool has_failed; /* the question was answered by an error */
	Script script;

	PreparedTable statements;
	PreparedTable portals;

	/* of a message that goes through, or is dropped, bytes still to come */
	size_t client_passing;
	bool client_drops;
	bool wants_flush; /* behind it */
	size_t server_passing;
	bool server_drops;
} Session;

/* relay.c: deals with what is at the front of the buffer; false: nothing can be done now */
extern bool RelayClientStep(Session *session);

/* relay_server.c: the same; sets the server's channel to closed on nonsense */
extern bool RelayServerStep(Session *session);

/* relay_ask.c */
extern void AskFunction(Session *session);
extern void AskFunctionRead(Session *session, const char *row, size_t length);
extern void Ask(Session *session, const char *text, bool in_cycle);
extern bool AskIsPossible(const Session *session);
extern bool AskIsNeedless(const Session *session, const char *text);
extern void AskAnswered(Session *session);
extern void ScriptBegin(Session *session, const char *text);
extern void ScriptContinue(Session *session);
extern void ScriptFail(Session *session);
extern bool QueryNeedsNoAnswer(const Session *session, const char *text);
extern void QuerySendWrapped(Session *session, const char *text);

#endif /* SPARKIFY_GATEWAY_SESSION_H */
