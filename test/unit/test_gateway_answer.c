/*
 * test_gateway_answer.c
 *		Answers about texts are read as endpoint/answer.h has them, cut short
 *		anywhere they are refused, and positions are turned back by their maps.
 */
#include "endpoint/answer.h"
#include "gateway/relay/answer_reader.h"

#include "unit.h"

static void
AddText(Buffer *answer, const char *text)
{
	BufferAddInt32(answer, (uint32_t)strlen(text));
	BufferAdd(answer, text, strlen(text));
}

/* SELECT NVL(1, x) as SELECT COALESCE(1, x), and a VACUUM behind it. */
static Buffer
Example(void)
{
	Buffer answer = {0};
	static const uint32_t segments[][3] = {{0, 0, 1}, {7, 7, 0}, {15, 10, 1}};

	BufferAddInt32(&answer, 2);
	BufferAddInt32(&answer, 0);
	BufferAddByte(&answer, ENDPOINT_RUN);
	AddText(&answer, "SELECT");
	AddText(&answer, "SELECT COALESCE(1, x)");
	BufferAddInt32(&answer, 3);
	for (size_t i = 0; i < 3; i++)
	{
		BufferAddInt32(&answer, segments[i][0]);
		BufferAddInt32(&answer, segments[i][1]);
		BufferAddByte(&answer, (uint8_t)segments[i][2]);
	}
	BufferAddInt32(&answer, 18);
	BufferAddByte(&answer, ENDPOINT_NOTHING);
	AddText(&answer, "VACUUM");
	AddText(&answer, "");
	BufferAddInt32(&answer, 0);
	return answer;
}

TEST(AnAnswerIsReadStatementByStatement)
{
	Buffer answer = Example();
	Answered statement;
	uint32_t count = 0;

	CHECK(AnswerCount(&answer, &count));
	CHECK_INT(count, 2);
	CHECK(AnswerNext(&answer, &statement));
	CHECK_INT(statement.kind, ENDPOINT_RUN);
	CHECK_INT(statement.start, 0);
	CHECK_INT(statement.text_length, 21);
	CHECK(memcmp(statement.text, "SELECT COALESCE(1, x)", 21) == 0);
	CHECK_INT(statement.segment_count, 3);
	CHECK(AnswerNext(&answer, &statement));
	CHECK_INT(statement.kind, ENDPOINT_NOTHING);
	CHECK_INT(statement.start, 18);
	CHECK(statement.tag_length == 6 && memcmp(statement.tag, "VACUUM", 6) == 0);
	CHECK(!AnswerNext(&answer, &statement));
	BufferFree(&answer);
}

TEST(AnAnswerCutShortIsRefused)
{
	Buffer whole = Example();

	for (size_t length = 0; length < BufferUsed(&whole); length++)
	{
		Buffer answer = {0};
		Answered statement;
		uint32_t count;

		/* behind its last byte the sanitizer watches */
		BufferAdd(&answer, "", 0);
		answer.data = realloc(answer.data, length > 0 ? length : 1);
		memcpy(answer.data, whole.data, length);
		answer.size = answer.end = length;
		CHECK(!AnswerCount(&answer, &count) || !AnswerNext(&answer, &statement) ||
			  !AnswerNext(&answer, &statement));
		free(answer.data);
	}
	BufferFree(&whole);
}

TEST(PositionsAreTurnedBack)
{
	Buffer answer = Example();
	Answered statement;
	uint32_t count;
	PositionMap *map;

	CHECK(AnswerCount(&answer, &count) && AnswerNext(&answer, &statement));
	map = AnswerMap(&statement, 100);
	CHECK_INT(MapPosition(map, 1), 101);
	CHECK_INT(MapPosition(map, 7), 107);
	/* all of COALESCE stands for the begin of NVL */
	CHECK_INT(MapPosition(map, 8), 108);
	CHECK_INT(MapPosition(map, 12), 108);
	/* (1, x) is copied */
	CHECK_INT(MapPosition(map, 16), 111);
	CHECK_INT(MapPosition(map, 20), 115);
	/* none stays none */
	CHECK_INT(MapPosition(map, 0), 0);
	MapRelease(map);
	map = MapMake(100, 0);
	CHECK_INT(MapPosition(map, 5), 105);
	MapRelease(map);
	CHECK_INT(MapPosition(NULL, 5), 5);
	BufferFree(&answer);
}

TEST(OnlyThePositionOfAnErrorChanges)
{
	static const char error[] = "E\0\0\0\043SERROR\0C42703\0Mno column\0P5\0p7\0";
	static const char cut[] = {'E', 0, 0, 0, 9, 'P', '5'};
	Buffer out = {0};
	PositionMap *map = MapMake(100, 0);

	ReportRelay(&out, error, sizeof(error), map);
	CHECK_INT(BufferUsed(&out), sizeof(error) + 2);
	CHECK_INT(ReadInt32(BufferStart(&out) + 1), BufferUsed(&out) - 1);
	CHECK(memcmp(BufferStart(&out) + 5, "SERROR\0C42703\0Mno column\0P105\0p7\0\0", 34) == 0);
	BufferConsume(&out, BufferUsed(&out));
	ReportRelay(&out, error, sizeof(error), NULL);
	CHECK(BufferUsed(&out) == sizeof(error) &&
		  memcmp(BufferStart(&out), error, sizeof(error)) == 0);
	BufferConsume(&out, BufferUsed(&out));
	/* a field without its end is left out */
	ReportRelay(&out, cut, sizeof(cut), map);
	CHECK_INT(BufferUsed(&out), 6);
	MapRelease(map);
	BufferFree(&out);
}

TEST(ErrorsOfTheGatewaysOwnAreWhole)
{
	static const char want[] = "SFATAL\0VFATAL\0C08001\0Mno server\0HStart it.\0";
	Buffer out = {0};

	ReportFatal(&out, "08001", "no server", "Start it.");
	CHECK_INT(BufferUsed(&out), 5 + sizeof(want));
	CHECK(memcmp(BufferStart(&out) + 5, want, sizeof(want)) == 0);
	CHECK_INT(ReadInt32(BufferStart(&out) + 1), 4 + sizeof(want));
	BufferFree(&out);
}

int
main(void)
{
	RUN(AnAnswerIsReadStatementByStatement);
	RUN(AnAnswerCutShortIsRefused);
	RUN(PositionsAreTurnedBack);
	RUN(OnlyThePositionOfAnErrorChanges);
	RUN(ErrorsOfTheGatewaysOwnAreWhole);
	return UnitDone();
}
