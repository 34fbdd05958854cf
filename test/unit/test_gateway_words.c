/*
 * test_gateway_words.c
 *		What needs no translation is told by its first words alone, and nothing
 *		else is taken for it.
 */
#include "gateway/relay/first_words.h"

#include "unit.h"

TEST(CommandsOfTransactionsAreKnown)
{
	static const char *const known[] = {
		"BEGIN",
		"begin transaction read only",
		" \t\n/* a /* b */ ; */ -- ;\n BEGIN ;; -- end",
		"START TRANSACTION",
		"COMMIT",
		"end",
		"ROLLBACK TO \"a;b\";",
		"ABORT",
		"SAVEPOINT a",
		"RELEASE a",
		"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
		"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
		"COMMIT PREPARED 'it''s; so'",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
	{
		CHECK(IsTransactionCommand(known[i]));
		if (!IsTransactionCommand(known[i]))
			printf("# %s\n", known[i]);
	}
}

TEST(OtherStatementsAreNotTakenForThem)
{
	static const char *const others[] = {
		"",
		";",
		"BEGINNING",
		"BEGIN; SELECT 1",
		"COMMIT;\n/* */ SELECT 1",
		"START",
		"SET SESSION query_group TO 'x'",
		"SET query_group TO 'x'",
		"SET SESSION AUTHORIZATION a",
		"/* BEGIN",
		"-- BEGIN",
		"\"begin\"",
		"SELECT 1",
		"beginbeginbeginbeginbegin",
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
	{
		CHECK(!IsTransactionCommand(others[i]));
		if (IsTransactionCommand(others[i]))
			printf("# %s\n", others[i]);
	}
}

TEST(OnlySomeOfThemEndATransaction)
{
	CHECK(EndsTransaction("COMMIT; SELECT 1"));
	CHECK(EndsTransaction("-- \nrollback"));
	CHECK(EndsTransaction("ROLLBACK TO a"));
	CHECK(!EndsTransaction("BEGIN"));
	CHECK(!EndsTransaction("SAVEPOINT a"));
	CHECK(!EndsTransaction("SELECT 1"));
}

TEST(BlankTextsHaveNoStatement)
{
	CHECK(IsBlank(""));
	CHECK(IsBlank(" ;\n;-- x\n/* ; */"));
	CHECK(IsBlank("/* open"));
	CHECK(!IsBlank("; x"));
	CHECK(!IsBlank("-x"));
}

TEST(AStatementEndsAtItsSemicolon)
{
	CHECK_INT(StatementLength("ROLLBACK; SELECT"), 8);
	CHECK_INT(StatementLength("ROLLBACK /* ; */ -- ;\n ; SELECT"), 23);
	CHECK_INT(StatementLength("ROLLBACK TO \"a;\"\"b\"; x"), 19);
	CHECK_INT(StatementLength("COMMIT"), 6);
	CHECK_INT(StatementLength("ROLLBACK TO \"open; x"), 20);
	CHECK_INT(StatementLength(""), 0);
}

TEST(CharactersAreCountedNotBytes)
{
	CHECK_INT(CharacterCount("abc", 3), 3);
	CHECK_INT(CharacterCount("caf\xC3\xA9 \xE2\x82\xAC", 9), 6);
	CHECK_INT(CharacterCount("", 0), 0);
}

TEST(OneQueryIsToldFromWhatMayBeMore)
{
	static const char *const queries[] = {
		"SELECT 1",
		" /* a */\nselect 1",
		"SELECT 1 ;\n; -- end",
		"WITH a AS (SELECT 1) SELECT 2",
		"INSERT INTO t VALUES (1)",
		"UPDATE t SET into_what = 1",
		"delete from t",
		"SELECT intonation, \"point_into\" FROM t",
	};
	static const char *const others[] = {
		"",
		"SELECTED",
		"SELECT 1; SELECT 2",
		"SELECT ';'",
		"/* ; */ SELECT 1",
		"SELECT 1 INTO t",
		"WITH a AS (SELECT 1) SELECT * into t FROM a",
		"CREATE TABLE t (a INT)",
		"(SELECT 1)",
		"EXPLAIN SELECT 1",
		"COPY t FROM STDIN",
		"SHOW a",
	};

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		CHECK(IsOneQuery(queries[i]));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		CHECK(!IsOneQuery(others[i]));
}

int
main(void)
{
	RUN(OneQueryIsToldFromWhatMayBeMore);
	RUN(CommandsOfTransactionsAreKnown);
	RUN(OtherStatementsAreNotTakenForThem);
	RUN(OnlySomeOfThemEndATransaction);
	RUN(BlankTextsHaveNoStatement);
	RUN(AStatementEndsAtItsSemicolon);
	RUN(CharactersAreCountedNotBytes);
	return UnitDone();
}
