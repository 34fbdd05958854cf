/*
 * test_aws_error.c
 *		S3's error documents as Failures.
 */
#include "source/aws/aws_error.h"

#include <unistd.h>

#include "unit.h"

#define URL "s3://songs/a.json"

/* Reads <Error> with a code and reports it. */
static Failure
Reported(int status, const char *code)
{
	char body[512];
	AwsError error;
	Failure failure;

	snprintf(body, sizeof(body),
			 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code>"
			 "<Message>What &amp; why</Message><RequestId>tx1</RequestId></Error>",
			 code);
	AwsErrorRead(&error, status, body, strlen(body));
	FailureInit(&failure);
	AwsErrorReport(&error, URL, &failure);
	return failure;
}

TEST(EveryCodeOfTheTableSaysWhatToDo)
{
	static const struct
	{
		int status;
		const char *code;
		FailureCode failure;
		const char *hint; /* a word of it */
	} cases[] = {
		{404, "NoSuchBucket", FAILURE_NOT_FOUND, "bucket's name"},
		{404, "NoSuchKey", FAILURE_NOT_FOUND, "key"},
		{403, "AccessDenied", FAILURE_DENIED, "s3:GetObject"},
		{403, "SignatureDoesNotMatch", FAILURE_DENIED, "secret access key"},
		{403, "RequestTimeTooSkewed", FAILURE_DENIED, "clock"},
		{400, "ExpiredToken", FAILURE_DENIED, "expired"},
		{503, "SlowDown", FAILURE_STORE, "window"},
		{301, "PermanentRedirect", FAILURE_CONFIG, "region"},
		{403, "InvalidAccessKeyId", FAILURE_DENIED, "access key id"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		Failure failure = Reported(cases[i].status, cases[i].code);

		CHECK_INT(failure.code, cases[i].failure);
		CHECK(strstr(failure.message, cases[i].code) != NULL);
		CHECK(strstr(failure.message, URL) != NULL);
		CHECK_STR(failure.detail, "The store says: What & why (request id tx1)");
		CHECK(strstr(failure.hint, cases[i].hint) != NULL);
	}
}

TEST(OnlyTroubleThatPassesIsTriedAgain)
{
	static const struct
	{
		int status;
		const char *body;
		bool transient;
	} cases[] = {
		{503, "<Error><Code>SlowDown</Code></Error>", true},
		{500, "<Error><Code>InternalError</Code></Error>", true},
		{400, "<Error><Code>RequestTimeout</Code></Error>", true},
		{502, "<html>Bad gateway</html>", true},
		{429, "", true},
		{500, "", true},
		{501, "<Error><Code>NotImplemented</Code></Error>", false},
		{403, "<Error><Code>AccessDenied</Code></Error>", false},
		{404, "", false},
		{412, "<Error><Code>PreconditionFailed</Code></Error>", false},
		{301, "", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		AwsError error;

		AwsErrorRead(&error, cases[i].status, cases[i].body, strlen(cases[i].body));
		CHECK_INT(AwsErrorIsTransient(&error), cases[i].transient);
	}
}

TEST(AChangedObjectIsSaidPlainly)
{
	Failure failure = Reported(412, "PreconditionFailed");

	CHECK_STR(failure.message, "object changed while it was read: \"" URL "\"");
}

TEST(AnAnswerWithoutADocumentIsJudgedByItsStatus)
{
	AwsError error;
	Failure failure;

	AwsErrorRead(&error, 403, "", 0);
	FailureInit(&failure);
	AwsErrorReport(&error, URL, &failure);
	CHECK_INT(failure.code, FAILURE_DENIED);
	CHECK_STR(failure.message,
			  "the store answered 403 AccessDenied to the request for \"" URL "\"");
	CHECK_STR(failure.detail, "");
}

TEST(WhatAStoreWritesStaysOnOneLine)
{
	const char *body = "<Error><Code>Odd</Code><Message>one&#10;LOG:  two</Message></Error>";
	AwsError error;

	AwsErrorRead(&error, 400, body, strlen(body));
	CHECK_STR(error.message, "one LOG:  two");
}

TEST(EntitiesAndDocumentTypesAreRefused)
{
	const char *bomb = "<!DOCTYPE Error [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
					   "\"&a;&a;&a;&a;&a;&a;&a;&a;\">]><Error><Code>&b;</Code></Error>";
	const char *file = "<!DOCTYPE Error [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>"
					   "<Error><Code>X</Code><Message>&f;</Message></Error>";
	AwsError error;

	AwsErrorRead(&error, 400, bomb, strlen(bomb));
	CHECK_STR(error.code, "");
	AwsErrorRead(&error, 400, file, strlen(file));
	CHECK_STR(error.code, "");
	CHECK_STR(error.message, "");
}

TEST(TheRegionIsReadFromARedirect)
{
	const char *body = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message>"
					   "<Region>eu-west-1</Region></Error>";
	AwsError error;

	AwsErrorRead(&error, 400, body, strlen(body));
	CHECK(AwsErrorIsRedirect(&error));
	CHECK_STR(error.region, "eu-west-1");
}

TEST(StsErrorsAreReadToo)
{
	const char *body =
		"<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender"
		"</Type><Code>AccessDenied</Code><Message>not yours</Message></Error><RequestId>r9"
		"</RequestId></ErrorResponse>";
	AwsError error;

	AwsErrorRead(&error, 403, body, strlen(body));
	CHECK_STR(error.code, "AccessDenied");
	CHECK_STR(error.message, "not yours");
	CHECK_STR(error.request_id, "r9");
}

TEST(SecretsAreTakenOutOfWhatAStoreRepeats)
{
	char secret[] = "wJalrXUtnFEMIK7MDENG", token[] = "token-of-a-session-1234567890";
	const Credentials secrets = {.secret_access_key = secret, .session_token = token};
	AwsError error = {.status = 403};

	snprintf(error.message, sizeof(error.message), "key %s and %s, %s", secret, token, secret);
	snprintf(error.request_id, sizeof(error.request_id), "%s", token);
	snprintf(error.code, sizeof(error.code), "cut token-of-a-session-12");
	AwsErrorRedact(&error, &secrets);
	CHECK_STR(error.message, "key ******** and ********, ********");
	CHECK_STR(error.request_id, "********");
	CHECK_STR(error.code, "cut ********");
}

TEST(RedactionFitsIntoAFullText)
{
	char secret[] = "abcd";
	const Credentials secrets = {.secret_access_key = secret};
	AwsError error = {.status = 403};

	memset(error.code, 'x', sizeof(error.code) - 1);
	memcpy(error.code + sizeof(error.code) - 5, "abcd", 5);
	AwsErrorRedact(&error, &secrets);
	CHECK_INT(strlen(error.code), sizeof(error.code) - 5);
	memset(error.code, 'x', sizeof(error.code) - 1);
	memcpy(error.code, "abcd", 4);
	AwsErrorRedact(&error, &secrets);
	CHECK_STR(error.code, "********");
}

TEST(NothingOfADocumentGoesToStandardError)
{
	static const char *const bodies[] = {
		"<?xml version=\"1.0\" encoding=\"EUC-JP\"?><Error>\xff\xfe</Error>",
		"<?xml version=\"1.0\" encoding=\"UTF-7\"?><Error>+++</Error>",
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error>\xff\xfe</Error>",
		"<?xml version=\"1.0\" encoding=\"no such\"?><Error/>",
		"<Error",
	};
	FILE *kept = tmpfile();
	int standard_error = dup(STDERR_FILENO);

	fflush(stderr);
	dup2(fileno(kept), STDERR_FILENO);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
	{
		AwsError error;

		AwsErrorRead(&error, 500, bodies[i], strlen(bodies[i]));
	}
	fflush(stderr);
	dup2(standard_error, STDERR_FILENO);
	close(standard_error);
	CHECK_INT(lseek(fileno(kept), 0, SEEK_END), 0);
	fclose(kept);
}

int
main(void)
{
	RUN(EveryCodeOfTheTableSaysWhatToDo);
	RUN(OnlyTroubleThatPassesIsTriedAgain);
	RUN(AChangedObjectIsSaidPlainly);
	RUN(AnAnswerWithoutADocumentIsJudgedByItsStatus);
	RUN(WhatAStoreWritesStaysOnOneLine);
	RUN(EntitiesAndDocumentTypesAreRefused);
	RUN(TheRegionIsReadFromARedirect);
	RUN(StsErrorsAreReadToo);
	RUN(SecretsAreTakenOutOfWhatAStoreRepeats);
	RUN(RedactionFitsIntoAFullText);
	RUN(NothingOfADocumentGoesToStandardError);
	return UnitDone();
}
