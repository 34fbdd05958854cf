/*
 * test_credentials.c
 *		Keys from texts, files, environment and programs.  What needs a server
 *		is tested against one in test/s3.
 */
#include "source/aws/credentials/credentials_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

static char directory[64];

/* Writes a file of the test's directory, and lets a variable name it. */
static void
WriteFile(const char *variable, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, variable);
	file = fopen(path, "w");
	fputs(text, file);
	fclose(file);
	setenv(variable, path, 1);
}

/* Forgets all that the environment says about AWS. */
static void
ClearEnvironment(void)
{
	static const char *const names[] = {"AWS_ACCESS_KEY_ID",
										"AWS_SECRET_ACCESS_KEY",
										"AWS_SESSION_TOKEN",
										"AWS_PROFILE",
										"AWS_ROLE_ARN",
										"AWS_WEB_IDENTITY_TOKEN_FILE",
										"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
										"AWS_CONTAINER_CREDENTIALS_FULL_URI"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	setenv("AWS_CONFIG_FILE", "/nonexistent", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent", 1);
}

/* Asks a chain; "id secret token" or the failure's message. */
static const char *
Ask(const CredentialChainConfig *config)
{
	static char text[FAILURE_MESSAGE_MAX];
	Failure failure;
	Credentials credentials;
	CredentialChain *chain;

	FailureInit(&failure);
	chain = CredentialChainCreate(config, &failure);
	if (chain != NULL && CredentialChainGet(chain, &credentials, &failure))
	{
		snprintf(text, sizeof(text), "%s %s %s", credentials.access_key_id,
				 credentials.secret_access_key,
				 credentials.session_token != NULL ? credentials.session_token : "-");
		CredentialsClear(&credentials);
	}
	else
		snprintf(text, sizeof(text), "%s", failure.message);
	CredentialChainFree(chain);
	return text;
}

TEST(GivenKeysWinOverEverything)
{
	CredentialChainConfig config = {
		.access_key_id = "id", .secret_access_key = "secret", .allow_environment = true};

	ClearEnvironment();
	setenv("AWS_ACCESS_KEY_ID", "env", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "env", 1);
	CHECK_STR(Ask(&config), "id secret -");
	config.session_token = "token";
	CHECK_STR(Ask(&config), "id secret token");
	config.secret_access_key = NULL;
	CHECK_STR(Ask(&config), "an access key id and a secret access key go together");
}

TEST(TheServersOwnKeysAreForThoseWhoMayHaveThem)
{
	CredentialChainConfig config = {0};

	ClearEnvironment();
	setenv("AWS_ACCESS_KEY_ID", "env", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "env", 1);
	CHECK_STR(Ask(&config), "no credentials for the store");
	config.allow_environment = true;
	CHECK_STR(Ask(&config), "env env -");
	unsetenv("AWS_SECRET_ACCESS_KEY");
	CHECK_STR(Ask(&config),
			  "the environment has only one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
}

TEST(ProfilesAreReadFromBothFiles)
{
	CredentialChainConfig config = {.allow_environment = true};

	ClearEnvironment();
	WriteFile("AWS_SHARED_CREDENTIALS_FILE",
			  "# a comment\n"
			  "[default]\naws_access_key_id=did\naws_secret_access_key = d/se+c=ret # mine\r\n"
			  "[ work ]\naws_access_key_id = wid\n  aws_secret_access_key = nested\n"
			  "aws_secret_access_key = wsecret\naws_session_token = wtoken==\n"
			  "[half]\naws_access_key_id = hid\n");
	WriteFile("AWS_CONFIG_FILE",
			  "[default]\naws_access_key_id = overridden\nregion = x\n"
			  "[profile conf]\naws_access_key_id = cid\n"
			  "aws_secret_access_key = csecret\n"
			  "[work]\naws_access_key_id = no\n[profile  sso]\nsso_session = s\n"
			  "[profile mfa]\nrole_arn = a\nmfa_serial = 1\nsource_profile = work\n"
			  "[profile loop]\nrole_arn = a\nsource_profile = pool\n"
			  "[profile pool]\nrole_arn = a\nsource_profile = loop\n"
			  "[profile bare]\nrole_arn = a\n");
	CHECK_STR(Ask(&config), "did d/se+c=ret -");
	config.profile = "work";
	CHECK_STR(Ask(&config), "wid wsecret wtoken==");
	config.profile = "conf";
	CHECK_STR(Ask(&config), "cid csecret -");
	config.profile = "nobody";
	CHECK_STR(Ask(&config), "profile \"nobody\" has no credentials");
	config.profile = "half";
	CHECK_STR(Ask(&config),
			  "profile \"half\" has only one of aws_access_key_id and aws_secret_access_key");
	config.profile = "sso";
	CHECK_STR(Ask(&config), "profile \"sso\" signs in through a browser (SSO)");
	config.profile = "mfa";
	CHECK_STR(Ask(&config), "profile \"mfa\" wants a code from an MFA device, and a server can't "
							"ask for one");
	config.profile = "loop";
	CHECK(strstr(Ask(&config), "leads back to itself") != NULL);
	config.profile = "bare";
	CHECK(strstr(Ask(&config), "needs a source_profile") != NULL);
}

TEST(AwsProfileChoosesAndTheEnvironmentsKeysComeBefore)
{
	CredentialChainConfig config = {.allow_environment = true};

	ClearEnvironment();
	WriteFile("AWS_SHARED_CREDENTIALS_FILE",
			  "[work]\naws_access_key_id=wid\naws_secret_access_key=ws\n");
	setenv("AWS_PROFILE", "work", 1);
	CHECK_STR(Ask(&config), "wid ws -");
	setenv("AWS_ACCESS_KEY_ID", "env", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "es", 1);
	CHECK_STR(Ask(&config), "env es -");
	config.profile = "work"; /* a profile asked for by name does not mean the environment */
	CHECK_STR(Ask(&config), "wid ws -");
}

TEST(AProcessRunsOnlyWhereItMay)
{
	CredentialChainConfig config = {.allow_environment = true, .profile = "p"};

	ClearEnvironment();
	WriteFile("AWS_CONFIG_FILE",
			  "[profile p]\ncredential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"pid\", "
			  "\"SecretAccessKey\": \"ps\", \"SessionToken\": \"pt\", \"Expiration\": "
			  "\"2090-01-01T00:00:00Z\"}'\n"
			  "[profile bad]\ncredential_process = echo '{}'\n"
			  "[profile dead]\ncredential_process = exit 3\n");
	CHECK_STR(Ask(&config), "credential_process may run for superusers only");
	config.allow_process = true;
	CHECK_STR(Ask(&config), "pid ps pt");
	config.profile = "bad";
	CHECK_STR(Ask(&config), "credential_process gave no credentials");
	config.profile = "dead";
	CHECK_STR(Ask(&config), "credential_process gave no credentials");
}

/* Somebody who has no time. */
static bool
Impatient(void)
{
	return true;
}

TEST(AWaitForCredentialsCanBeCutShort)
{
	CredentialChainConfig config = {.allow_environment = true,
									.allow_process = true,
									.profile = "slow",
									.interrupted = Impatient};

	ClearEnvironment();
	WriteFile("AWS_CONFIG_FILE", "[profile slow]\ncredential_process = sleep 30\n");
	CHECK_STR(Ask(&config), "waiting for credentials was cancelled");
}

/* Somebody who has no time from the third question on. */
static bool
SoonImpatient(void)
{
	static int questions;

	return ++questions > 2;
}

TEST(AProgramThatHasSpokenAndDoesNotEndIsNotWaitedForLong)
{
	CredentialChainConfig config = {.allow_environment = true,
									.allow_process = true,
									.profile = "silent",
									.interrupted = SoonImpatient};
	time_t start = time(NULL);

	ClearEnvironment();
	WriteFile("AWS_CONFIG_FILE", "[profile silent]\ncredential_process = exec >&-; sleep 30\n");
	CHECK(strstr(Ask(&config), "credential") != NULL);
	CHECK(time(NULL) - start < 10);
}

TEST(AProgramInheritsNothingOfOurs)
{
	CredentialChainConfig config = {
		.allow_environment = true, .allow_process = true, .profile = "nosy"};
	int leak = open("/dev/null", O_RDONLY), high = fcntl(leak, F_DUPFD, 40);
	char text[256];

	ClearEnvironment(); /* descriptors as a library may leave them: not close-on-exec */
	snprintf(text, sizeof(text),
			 "[profile nosy]\ncredential_process = test -e /proc/$$/fd/%d && x=open || x=closed; "
			 "echo '{\"AccessKeyId\": \"'$x'\", \"SecretAccessKey\": \"s\"}'\n",
			 high);
	WriteFile("AWS_CONFIG_FILE", text);
	CHECK_STR(Ask(&config), "closed s -");
	close(high);
	close(leak);
}

TEST(CredentialsThatExpireServeTheNextLoadOfTheSameKind)
{
	CredentialChainConfig config = {
		.allow_environment = true, .allow_process = true, .profile = "p"};
	CredentialChainConfig other = config;
	Credentials credentials;
	CredentialChain *chain;
	Failure failure;

	ClearEnvironment();
	WriteFile("AWS_CONFIG_FILE",
			  "[profile p]\ncredential_process = echo '{\"AccessKeyId\": \"pid\", "
			  "\"SecretAccessKey\": \"ps\", \"Expiration\": \"2090-01-01T00:00:00Z\"}'\n"
			  "[profile q]\naws_access_key_id = q\naws_secret_access_key = s\n");
	FailureInit(&failure);
	chain = CredentialChainCreate(&config, &failure);
	CHECK(!CredentialChainLasts(chain)); /* nothing fetched yet */
	CHECK(CredentialChainGet(chain, &credentials, &failure));
	CredentialsClear(&credentials);
	CHECK(CredentialChainLasts(chain));
	CHECK(CredentialChainSuits(chain, &config));
	other.allow_process = false;
	CHECK(!CredentialChainSuits(chain, &other));
	other = config;
	other.profile = "q";
	CHECK(!CredentialChainSuits(chain, &other));
	other.profile = NULL;
	CHECK(!CredentialChainSuits(chain, &other));
	CredentialChainDoubt(chain);
	CHECK(!CredentialChainLasts(chain));
	CredentialChainFree(chain);
	other.profile = "q"; /* keys that never expire may be replaced where they stand */
	chain = CredentialChainCreate(&other, &failure);
	CHECK(CredentialChainGet(chain, &credentials, &failure));
	CredentialsClear(&credentials);
	CHECK(!CredentialChainLasts(chain));
	CredentialChainFree(chain);
}

TEST(KeysWithLineBreaksAreRefused)
{
	CredentialChainConfig config = {
		.access_key_id = "id", .secret_access_key = "s", .session_token = "t\r\nX: y"};

	CHECK_STR(Ask(&config), "an access key or session token has control characters");
	config.session_token = NULL;
	config.access_key_id = "id\n";
	CHECK_STR(Ask(&config), "an access key or session token has control characters");
}

TEST(NobodyKnowsAnyKeys)
{
	CredentialChainConfig config = {.allow_environment = true};

	ClearEnvironment();
	CHECK_STR(Ask(&config), "no credentials for the store");
}

TEST(TimesAreReadInEveryZone)
{
	time_t time;

	CHECK(CredentialsParseTime("2013-05-24T00:00:00Z", &time));
	CHECK_INT(time, 1369353600);
	CHECK(CredentialsParseTime("2013-05-24T00:00:00.123456Z", &time));
	CHECK_INT(time, 1369353600);
	CHECK(CredentialsParseTime("2013-05-24T02:00:00+02:00", &time));
	CHECK_INT(time, 1369353600);
	CHECK(!CredentialsParseTime("2013-05-24", &time));
	CHECK(!CredentialsParseTime("tomorrow", &time));
	CHECK(!CredentialsParseTime("2013-05-24T00:00:00", &time));
}

TEST(AnswersThatAreNoCredentialsAreRefused)
{
	static const char *const texts[] = {
		"",
		"{",
		"[]",
		"\"x\"",
		"{\"AccessKeyId\": \"a\"}",
		"{\"AccessKeyId\": 1, \"SecretAccessKey\": \"s\"}",
		"{\"AccessKeyId\": \"a\", \"SecretAccessKey\": \"s\", \"Expiration\": \"soon\"}"};
	Credentials credentials = {0};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		CHECK(!CredentialsFromJson(texts[i], strlen(texts[i]), "Token", &credentials));
		CredentialsClear(&credentials);
	}
}

TEST(ContainerCredentialsComeFromAllowedHostsOnly)
{
	CHECK(CredentialsContainerHostIsAllowed("http://169.254.170.2/v2"));
	CHECK(CredentialsContainerHostIsAllowed("http://169.254.170.23/v1/credentials"));
	CHECK(CredentialsContainerHostIsAllowed("http://[fd00:ec2::23]/v1"));
	CHECK(CredentialsContainerHostIsAllowed("http://127.0.0.1:8080/x"));
	CHECK(CredentialsContainerHostIsAllowed("http://localhost/x"));
	CHECK(CredentialsContainerHostIsAllowed("https://anywhere.example/x"));
	CHECK(!CredentialsContainerHostIsAllowed("http://169.254.169.254/latest"));
	CHECK(!CredentialsContainerHostIsAllowed("http://evil.example/x"));
	CHECK(!CredentialsContainerHostIsAllowed("http://127.0.0.1.evil.example/x"));
	CHECK(!CredentialsContainerHostIsAllowed("http://localhost@evil.example/x"));
	CHECK(!CredentialsContainerHostIsAllowed("ftp://localhost/x"));
}

int
main(void)
{
	snprintf(directory, sizeof(directory), "/tmp/sparkify_credentials_%ld", (long)getpid());
	mkdir(directory, 0700);
	RUN(GivenKeysWinOverEverything);
	RUN(TheServersOwnKeysAreForThoseWhoMayHaveThem);
	RUN(ProfilesAreReadFromBothFiles);
	RUN(AwsProfileChoosesAndTheEnvironmentsKeysComeBefore);
	RUN(AProcessRunsOnlyWhereItMay);
	RUN(AWaitForCredentialsCanBeCutShort);
	RUN(AProgramThatHasSpokenAndDoesNotEndIsNotWaitedForLong);
	RUN(AProgramInheritsNothingOfOurs);
	RUN(CredentialsThatExpireServeTheNextLoadOfTheSameKind);
	RUN(KeysWithLineBreaksAreRefused);
	RUN(NobodyKnowsAnyKeys);
	RUN(TimesAreReadInEveryZone);
	RUN(AnswersThatAreNoCredentialsAreRefused);
	RUN(ContainerCredentialsComeFromAllowedHostsOnly);
	char command[128];
	snprintf(command, sizeof(command), "rm -r '%s'", directory);
	return system(command) != 0 || UnitDone();
}
