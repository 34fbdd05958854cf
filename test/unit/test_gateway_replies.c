/*
 * test_gateway_replies.c
 *		The queue of expected replies, and what prepared statements and portals
 *		were made from.
 */
#include "gateway/relay/prepared.h"
#include "gateway/relay/replies.h"

#include "unit.h"

TEST(RepliesComeInTheirOrder)
{
	Replies replies = {0};

	/* grows, wraps and shrinks */
	for (int round = 0; round < 50; round++)
	{
		for (int i = 0; i < 100; i++)
			RepliesPush(&replies, i % 2 == 0 ? REPLY_PARSE : REPLY_BIND, OWNER_CLIENT, NULL);
		for (int i = 0; i < 90; i++)
		{
			CHECK_INT(RepliesFront(&replies)->kind,
					  (round * 10 + i) % 2 == 0 ? REPLY_PARSE : REPLY_BIND);
			RepliesPop(&replies);
		}
	}
	CHECK_INT(replies.count, 500);
	RepliesFree(&replies);
	CHECK(RepliesFront(&replies) == NULL);
	RepliesPop(&replies);
}

TEST(AnErrorDropsRepliesUpToTheSync)
{
	Replies replies = {0};
	PositionMap *map = MapMake(0, 0);

	RepliesPush(&replies, REPLY_PARSE, OWNER_CLIENT, map);
	RepliesPush(&replies, REPLY_EXECUTE, OWNER_CLIENT, map);
	RepliesPush(&replies, REPLY_SYNC, OWNER_CLIENT, NULL);
	RepliesPush(&replies, REPLY_PARSE, OWNER_ASK, NULL);
	CHECK_INT(map->uses, 3);
	CHECK(!RepliesFail(&replies));
	CHECK_INT(map->uses, 1);
	CHECK_INT(RepliesFront(&replies)->kind, REPLY_SYNC);
	RepliesPop(&replies);
	CHECK(RepliesFail(&replies));
	CHECK_INT(replies.count, 0);
	MapRelease(map);
	RepliesFree(&replies);
}

TEST(ReadyForQueryEndsACycle)
{
	Replies replies = {0};
	ReplyKind kind;

	RepliesPush(&replies, REPLY_EXECUTE, OWNER_CLIENT, NULL);
	RepliesPush(&replies, REPLY_SYNC, OWNER_CLIENT, NULL);
	RepliesPush(&replies, REPLY_FUNCTION, OWNER_ASK, NULL);
	CHECK_INT(RepliesReady(&replies, &kind), OWNER_CLIENT);
	CHECK_INT(kind, REPLY_SYNC);
	CHECK_INT(RepliesReady(&replies, &kind), OWNER_ASK);
	CHECK_INT(kind, REPLY_FUNCTION);
	/* one too many is nobody's */
	CHECK_INT(RepliesReady(&replies, &kind), OWNER_CLIENT);
	RepliesFree(&replies);
}

TEST(CopyDropsTheSyncsBehindIt)
{
	Replies replies = {0};

	RepliesPush(&replies, REPLY_EXECUTE, OWNER_CLIENT, NULL);
	RepliesPush(&replies, REPLY_SYNC, OWNER_CLIENT, NULL);
	RepliesPush(&replies, REPLY_SYNC, OWNER_CLIENT, NULL);
	RepliesDropSyncs(&replies);
	CHECK_INT(replies.count, 1);
	CHECK_INT(RepliesFront(&replies)->kind, REPLY_EXECUTE);
	RepliesFree(&replies);
}

TEST(AReplyKnowsWhomItIsAbout)
{
	Replies replies = {0};
	char name[100];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	RepliesPush(&replies, REPLY_BIND, OWNER_CLIENT, NULL);
	RepliesName(&replies, "s", "p");
	CHECK_STR(RepliesFront(&replies)->statement, "s");
	CHECK_STR(RepliesFront(&replies)->portal, "p");
	RepliesPop(&replies);
	RepliesPush(&replies, REPLY_CLOSE, OWNER_CLIENT, NULL);
	RepliesName(&replies, name, NULL);
	CHECK_INT(strlen(RepliesFront(&replies)->statement), PREPARED_NAME_MOST);
	CHECK(!RepliesFront(&replies)->of_portal);
	RepliesPop(&replies);
	RepliesPush(&replies, REPLY_EXECUTE, OWNER_CLIENT, NULL);
	RepliesName(&replies, NULL, "");
	CHECK(RepliesFront(&replies)->of_portal && RepliesFront(&replies)->portal == NULL);
	RepliesFree(&replies);
}

TEST(NamesKeepTheirMaps)
{
	PreparedTable table = {0};
	PositionMap *maps[1000];
	char name[20];

	for (int i = 0; i < 1000; i++)
	{
		snprintf(name, sizeof(name), "s%d", i);
		maps[i] = MapMake(i, 0);
		PreparedSet(&table, name, maps[i]);
		MapRelease(maps[i]);
	}
	for (int i = 0; i < 1000; i++)
	{
		snprintf(name, sizeof(name), "s%d", i);
		CHECK(PreparedFind(&table, name) == maps[i]);
	}
	CHECK(PreparedFind(&table, "") == NULL);
	PreparedSet(&table, "", maps[7]);
	CHECK(PreparedFind(&table, "") == maps[7]);
	/* replaced by itself, then forgotten twice */
	PreparedSet(&table, "s7", maps[7]);
	CHECK_INT(maps[7]->uses, 2);
	PreparedSet(&table, "s7", NULL);
	PreparedSet(&table, "s7", NULL);
	CHECK(PreparedFind(&table, "s7") == NULL);
	CHECK(PreparedFind(&table, "s8") == maps[8]);
	CHECK_INT(table.count, 1000);
	PreparedClear(&table);
	CHECK_INT(table.count, 0);
}

TEST(NamesAreToldApartAsTheServerDoes)
{
	PreparedTable table = {0};
	PositionMap *map = MapMake(0, 0);
	char one[80];
	char other[80];

	memset(one, 'x', sizeof(one));
	memset(other, 'x', sizeof(other));
	one[79] = other[79] = '\0';
	other[70] = 'y';
	PreparedSet(&table, one, map);
	CHECK(PreparedFind(&table, other) == map);
	other[62] = 'y';
	CHECK(PreparedFind(&table, other) == NULL);
	PreparedClear(&table);
	MapRelease(map);
}

int
main(void)
{
	RUN(RepliesComeInTheirOrder);
	RUN(AnErrorDropsRepliesUpToTheSync);
	RUN(ReadyForQueryEndsACycle);
	RUN(CopyDropsTheSyncsBehindIt);
	RUN(AReplyKnowsWhomItIsAbout);
	RUN(NamesKeepTheirMaps);
	RUN(NamesAreToldApartAsTheServerDoes);
	return UnitDone();
}
