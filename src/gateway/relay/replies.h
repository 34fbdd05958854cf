/*
 * replies.h
 *		What the server still owes: a queue of expected replies, each with its owner.
 */
#ifndef SPARKIFY_GATEWAY_REPLIES_H
#define SPARKIFY_GATEWAY_REPLIES_H

#include "gateway/base/report.h"

/* What is replied to; each ends with a message of its own. */
typedef enum ReplyKind
{
	REPLY_PARSE,
	REPLY_BIND,
	REPLY_DESCRIBE,
	REPLY_EXECUTE,
	REPLY_CLOSE,
	REPLY_SYNC,
	REPLY_QUERY,
	REPLY_FUNCTION
} ReplyKind;

/* Who has asked. */
typedef enum ReplyOwner
{
	OWNER_CLIENT,
	OWNER_SCRIPT, /* a statement of a Query that holds several: the client didn't speak this protocol */
	OWNER_ASK,	 /* the gateway, for a translation: an error is the client's */
	OWNER_LOOKUP /* the gateway, for itself */
} ReplyOwner;

typedef struct Reply
{
	ReplyKind kind;
	ReplyOwner owner;
	PositionMap *map; /* for an error; NULL: none is needed */
	/* whom it is about, see RepliesName(); NULL: the unnamed one, or none */
	char *statement;
	char *portal;
	bool of_portal;
} Reply;

typedef struct Replies
{
	Reply *items;
	size_t first;
	size_t count;
	size_t allocated;
} Replies;

/* Adds a reply; holds the map. */
extern void RepliesPush(Replies *replies, ReplyKind kind, ReplyOwner owner, PositionMap *map);

/*
 * Says whom the reply that was added last is about: Parse and Bind a statement,
 * Bind and Execute a portal, Describe and Close the one or the other.
 */
extern void RepliesName(Replies *replies, const char *statement, const char *portal);

/* The reply that comes next; NULL: none is expected. */
extern const Reply *RepliesFront(const Replies *replies);
extern void RepliesPop(Replies *replies);

/* After an error: drops what the server won't answer, up to the next Sync.  True: replies of an ask were among them. */
extern bool RepliesFail(Replies *replies);

/* At ReadyForQuery: drops everything up to and with the reply that it ends; returns its owner. */
extern ReplyOwner RepliesReady(Replies *replies, ReplyKind *kind);

/* COPY FROM STDIN has begun: the server passes over Syncs that were sent already. */
extern void RepliesDropSyncs(Replies *replies);

extern void RepliesFree(Replies *replies);

#endif /* SPARKIFY_GATEWAY_REPLIES_H */
