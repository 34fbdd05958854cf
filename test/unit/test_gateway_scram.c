/*
 * test_gateway_scram.c
 *		SCRAM-SHA-256 against the example of RFC 7677, section 3, and against
 *		servers that aren't one.
 */
#include "gateway/scram.h"

#include "unit.h"

#define SERVER_FIRST                                                                               \
	"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"

/* The exchange of the example; its client's name stands in the first message. */
static Scram
Example(void)
{
	return (Scram){.nonce = "rOprNGfwEbeRWgbNEkqO", .first = "n=user,r=rOprNGfwEbeRWgbNEkqO"};
}

TEST(TheExampleOfTheStandard)
{
	Scram scram = Example();
	char message[256];

	CHECK(ScramFinal(&scram, "pencil", SERVER_FIRST, message, sizeof(message)));
	CHECK_STR(message, "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
					   "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
	CHECK(ScramVerify(&scram, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
}

TEST(AServerThatDoesntKnowThePasswordIsFound)
{
	Scram scram = Example();
	char message[256];

	CHECK(ScramFinal(&scram, "pencil", SERVER_FIRST, message, sizeof(message)));
	CHECK(!ScramVerify(&scram, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="));
	CHECK(!ScramVerify(&scram, "v="));
	CHECK(!ScramVerify(&scram, "e=other-error"));
	CHECK(!ScramVerify(&scram, ""));
}

TEST(NonsenseIsRefused)
{
	static const char *const bad[] = {
		"",
		"r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
		"r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==",
		"r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0",
		"r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-1",
		"r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999",
		"r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096",
		"r=rOprNGfwEbeRWgbNEkqOx,s=!!!!,i=4096",
		"r=rOprNGfwEbeRWgbNEkqOx,i=4096",
	};
	char message[256];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
	{
		Scram scram = Example();

		CHECK(!ScramFinal(&scram, "pencil", bad[i], message, sizeof(message)));
	}
}

TEST(LongAnswersOverrunNothing)
{
	char server_first[2000];
	char message[256];
	Scram scram = Example();

	memset(server_first, 'x', sizeof(server_first));
	memcpy(server_first, "r=rOprNGfwEbeRWgbNEkqO", 22);
	server_first[sizeof(server_first) - 1] = '\0';
	CHECK(!ScramFinal(&scram, "pencil", server_first, message, sizeof(message)));
	memcpy(server_first, "s=", 2);
	memcpy(server_first + 1500, ",r=rOprNGfwEbeRWgbNEkqO,i=4096", 31);
	CHECK(!ScramFinal(&scram, "pencil", server_first, message, sizeof(message)));
	CHECK(!ScramFinal(&scram, "pencil", SERVER_FIRST, message, 20));
}

TEST(EveryExchangeHasANonceOfItsOwn)
{
	Scram one;
	Scram other;
	char message[256];

	CHECK(ScramFirst(&one, message, sizeof(message)));
	CHECK(strncmp(message, "n,,n=,r=", 8) == 0);
	CHECK_STR(message + 8, one.nonce);
	CHECK(ScramFirst(&other, message, sizeof(message)));
	CHECK(strcmp(one.nonce, other.nonce) != 0);
	CHECK(!ScramFirst(&one, message, 10));
}

int
main(void)
{
	RUN(TheExampleOfTheStandard);
	RUN(AServerThatDoesntKnowThePasswordIsFound);
	RUN(NonsenseIsRefused);
	RUN(LongAnswersOverrunNothing);
	RUN(EveryExchangeHasANonceOfItsOwn);
	return UnitDone();
}
