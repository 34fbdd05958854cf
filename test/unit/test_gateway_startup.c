/*
 * test_gateway_startup.c
 *		A start-up packet of Redshift's drivers becomes one of PostgreSQL's.
 */
#include "gateway/startup.h"

#include "unit.h"

#define BODY(text) text, sizeof(text)

/* What is added where the client asks for no other digits, and the end. */
#define DIGITS "extra_float_digits|0||"

/* The translated parameters with a bar for each zero; "refused" where it is malformed. */
static const char *
Translated(const char *body, size_t length, bool *driver)
{
	static char text[512];
	Buffer out = {0};

	snprintf(text, sizeof(text), "refused");
	if (StartupTranslate(&out, body, length, PROTOCOL_3 << 16, driver))
	{
		size_t size = BufferUsed(&out) - 8;

		CHECK_INT(ReadInt32(BufferStart(&out)), BufferUsed(&out));
		CHECK_INT(ReadInt32(BufferStart(&out) + 4), PROTOCOL_3 << 16);
		for (size_t i = 0; i < size; i++)
			text[i] = BufferStart(&out)[8 + i] != '\0' ? BufferStart(&out)[8 + i] : '|';
		text[size] = '\0';
	}
	BufferFree(&out);
	return text;
}

TEST(WhatPostgresKnowsStays)
{
	bool driver = true;

	CHECK_STR(Translated(BODY("user\0me\0database\0d\0options\0-c a=b\0"), &driver),
			  "user|me|database|d|options|-c a=b|" DIGITS);
	CHECK(!driver);
	CHECK_STR(Translated(BODY("user\0\0"), &driver), "user||" DIGITS);
}

TEST(WhatOnlyDriversOfRedshiftSendGoes)
{
	bool driver = false;

	CHECK_STR(Translated(BODY("user\0me\0client_protocol_version\0"
							  "2\0idp_host\0x\0driver_version\0y\0"),
						 &driver),
			  "user|me|" DIGITS);
	CHECK(driver);
	CHECK_STR(Translated(BODY("user\0me\0_pq_.compression\0lz4:1\0idc_client_display_name\0z\0"),
						 &driver),
			  "user|me|" DIGITS);
	CHECK_STR(Translated(BODY("replication\0database\0user\0me\0"), &driver), "user|me|" DIGITS);
	CHECK(!driver);
}

TEST(PrefixesOfUserNamesGo)
{
	bool driver;

	CHECK_STR(Translated(BODY("user\0IAM:me\0"), &driver), "user|me|" DIGITS);
	CHECK_STR(Translated(BODY("user\0IAMA:me:group\0"), &driver), "user|me|" DIGITS);
	CHECK_STR(Translated(BODY("user\0me:IAM\0"), &driver), "user|me:IAM|" DIGITS);
}

TEST(MalformedPacketsAreRefused)
{
	bool driver;

	CHECK_STR(Translated(BODY("database\0d\0"), &driver), "refused");
	CHECK_STR(Translated("user\0me", 7, &driver), "refused");
	CHECK_STR(Translated("user\0me\0", 8, &driver), "refused");
	CHECK_STR(Translated("user\0me\0\0x", 10, &driver), "refused");
	CHECK_STR(Translated("user", 4, &driver), "refused");
	CHECK_STR(Translated("", 0, &driver), "refused");
}

int
main(void)
{
	RUN(WhatPostgresKnowsStays);
	RUN(WhatOnlyDriversOfRedshiftSendGoes);
	RUN(PrefixesOfUserNamesGo);
	RUN(MalformedPacketsAreRefused);
	return UnitDone();
}
