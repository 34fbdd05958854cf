/*
 * replies.c
 *		What the server still owes: a queue of expected replies.
 */
#include "gateway/relay/replies.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/base/memory.h"
#include "gateway/relay/prepared.h"

static char *NameCopy(const char *name);
static void Release(Reply *reply);
static bool EndsCycle(ReplyKind kind);

void
RepliesPush(Replies *replies, ReplyKind kind, ReplyOwner owner, PositionMap *map)
{
	if (replies->first + replies->count == replies->allocated)
	{
		if (replies->first > replies->count)
			memmove(replies->items, replies->items + replies->first,
					replies->count * sizeof(Reply));
		else
		{
			Reply *items = Allocated(malloc((replies->count * 2 + 16) * sizeof(Reply)));

			if (replies->count > 0)
				memcpy(items, replies->items + replies->first, replies->count * sizeof(Reply));
			free(replies->items);
			replies->items = items;
			replies->allocated = replies->count * 2 + 16;
		}

		replies->first = 0;
	}

	replies->items[replies->first + replies->count++] =
		(Reply){.kind = kind, .owner = owner, .map = MapHold(map)};
}

void
RepliesName(Replies *replies, const char *statement, const char *portal)
{
	Reply *reply = &replies->items[replies->first + replies->count - 1];

	reply->statement = NameCopy(statement);
	reply->portal = NameCopy(portal);
	reply->of_portal = portal != NULL;
}

const Reply *
RepliesFront(const Replies *replies)
{
	return replies->count > 0 ? &replies->items[replies->first] : NULL;
}

void
RepliesPop(Replies *replies)
{
	if (replies->count == 0)
		return;

	Release(&replies->items[replies->first]);
	replies->first++;
	if (--replies->count == 0)
		replies->first = 0;
}

bool
RepliesFail(Replies *replies)
{
	bool asked = false;

	while (replies->count > 0 && !EndsCycle(RepliesFront(replies)->kind))
	{
		asked |= RepliesFront(replies)->owner == OWNER_ASK;
		RepliesPop(replies);
	}

	return asked;
}

ReplyOwner
RepliesReady(Replies *replies, ReplyKind *kind)
{
	ReplyOwner owner = OWNER_CLIENT;

	*kind = REPLY_SYNC;
	while (replies->count > 0)
	{
		bool ends;

		*kind = RepliesFront(replies)->kind;
		owner = RepliesFront(replies)->owner;
		ends = EndsCycle(*kind);
		RepliesPop(replies);
		if (ends)
			break;
	}

	return owner;
}

void
RepliesDropSyncs(Replies *replies)
{
	while (replies->count > 1 &&
		   replies->items[replies->first + replies->count - 1].kind == REPLY_SYNC)
	{
		Release(&replies->items[replies->first + replies->count - 1]);
		replies->count--;
	}
}

void
RepliesFree(Replies *replies)
{
	while (replies->count > 0)
		RepliesPop(replies);
	free(replies->items);
	memset(replies, 0, sizeof(*replies));
}

/* A copy of a name, of as much of it as counts; the unnamed one has none. */
static char *
NameCopy(const char *name)
{
	if (name == NULL || *name == '\0')
		return NULL;

	return Allocated(strndup(name, PREPARED_NAME_MOST));
}

static void
Release(Reply *reply)
{
	MapRelease(reply->map);
	free(reply->statement);
	free(reply->portal);
}

/* Whether ReadyForQuery ends it. */
static bool
EndsCycle(ReplyKind kind)
{
	return kind == REPLY_SYNC || kind == REPLY_QUERY || kind == REPLY_FUNCTION;
}
