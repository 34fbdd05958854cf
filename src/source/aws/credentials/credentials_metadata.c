/*
 * credentials_metadata.c
 *		Credentials that a container or an EC2 instance is given by the service
 *		it runs on.
 *
 * The only requests of this program that may go to link-local addresses, and
 * they never go through a proxy.
 */
#include "source/aws/credentials/credentials_source.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "source/base/text_buffer.h"

#define CONTAINER_HOST "http://169.254.170.2"
#define INSTANCE_HOST "http://169.254.169.254"
#define INSTANCE_HOST_V6 "http://[fd00:ec2::254]"
#define INSTANCE_ROLES "/latest/meta-data/iam/security-credentials/"
#define INSTANCE_TOKEN_SECONDS "21600"
#define TOKEN_MAX ((size_t)65536)
#define ROLE_MAX 256

/* Elsewhere than on EC2 nobody answers at the address: that must not take long. */
#define INSTANCE_TIMEOUT_MS 1000
#define CONTAINER_TIMEOUT_MS 5000

static bool Ask(const CredentialLookup *lookup, const char *method, const char *url,
				const char *header, int timeout_ms, HttpFetchAnswer *answer, Failure *failure);
static CredentialStatus Take(const HttpFetchAnswer *answer, const char *what,
							 Credentials *credentials, Failure *failure);
static bool ContainerToken(const CredentialLookup *lookup, char **header, Failure *failure);
static CredentialStatus InstanceToken(const CredentialLookup *lookup, const char *host,
									  char **header, Failure *failure);
static CredentialStatus InstanceRole(const CredentialLookup *lookup, const char *host,
									 const char *header, char role[ROLE_MAX], Failure *failure);

/* Asks the agent of ECS or EKS. */
CredentialStatus
CredentialsFromContainer(const CredentialLookup *lookup, Credentials *credentials, Failure *failure)
{
	const char *relative = CredentialsEnv(lookup, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *full = CredentialsEnv(lookup, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
	HttpFetchAnswer answer = {0};
	CredentialStatus status = CREDENTIALS_FAILED;
	char *url, *header = NULL;

	if (relative == NULL && full == NULL)
		return CREDENTIALS_ABSENT;
	if (relative == NULL && !CredentialsContainerHostIsAllowed(full))
	{
		FailureSet(failure, FAILURE_CONFIG,
				   "AWS_CONTAINER_CREDENTIALS_FULL_URI names a host that is not allowed");
		FailureDetail(failure, "With http it may be a loopback address, or that of ECS or EKS.");
		return CREDENTIALS_FAILED;
	}

	url = relative != NULL ? TextPrint(CONTAINER_HOST "%s", relative) : strdup(full);
	if (url == NULL)
		(void)FailureNoMemory(failure);
	else if (ContainerToken(lookup, &header, failure) &&
			 Ask(lookup, "GET", url, header, CONTAINER_TIMEOUT_MS, &answer, failure))
		status = Take(&answer, "container", credentials, failure);
	HttpFetchAnswerClear(&answer);
	TextWipeAndFree(header);
	free(url);

	return status;
}

/* Asks the instance metadata service, version 2: a token first. */
CredentialStatus
CredentialsFromInstance(const CredentialLookup *lookup, Credentials *credentials, Failure *failure)
{
	const char *disabled = CredentialsEnv(lookup, "AWS_EC2_METADATA_DISABLED");
	const char *host = CredentialsEnv(lookup, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
	const char *mode = CredentialsEnv(lookup, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
	char *header = NULL, *url = NULL, role[ROLE_MAX];
	HttpFetchAnswer answer = {0};
	CredentialStatus status;

	/* AWS's tools know the same switch */
	if (disabled != NULL && strcasecmp(disabled, "true") == 0)
		return CREDENTIALS_ABSENT;
	if (host == NULL)
		host = mode != NULL && strcasecmp(mode, "ipv6") == 0 ? INSTANCE_HOST_V6 : INSTANCE_HOST;

	/*
	 * Version 2 only: without its token, a request that somebody tricks the server into could
	 * read the keys.
	 */
	status = InstanceToken(lookup, host, &header, failure);
	if (status == CREDENTIALS_FOUND)
		status = InstanceRole(lookup, host, header, role, failure);
	if (status == CREDENTIALS_FOUND)
	{
		status = CREDENTIALS_FAILED;
		url = TextPrint("%s" INSTANCE_ROLES "%s", host, role);
		if (url == NULL)
			(void)FailureNoMemory(failure);
		else if (Ask(lookup, "GET", url, header, INSTANCE_TIMEOUT_MS, &answer, failure))
			status = Take(&answer, "instance", credentials, failure);
	}

	/* header and answer hold what lets others in */
	HttpFetchAnswerClear(&answer);
	TextWipeAndFree(header);
	free(url);

	return status;
}

/* Allows https, loopback, and the addresses of ECS and EKS. */
bool
CredentialsContainerHostIsAllowed(const char *url)
{
	const char *host;
	size_t length;
	char name[64];
	struct in_addr v4;

	/* with TLS the host has to prove its name, so any will do */
	if (strncmp(url, "https://", 8) == 0)
		return true;
	if (strncmp(url, "http://", 7) != 0)
		return false;

	/*
	 * Plain http would hand the token to whoever answers, so only these few are allowed, as in
	 * AWS's SDKs.
	 */
	host = url + 7;
	length = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");

	/* user@host would hide the real host behind a name that is allowed */
	if (length >= sizeof(name) || memchr(host, '@', strcspn(host, "/?#")) != NULL)
		return false;

	memcpy(name, host, length);
	name[length] = '\0';

	/* all of 127.0.0.0/8 is this machine */
	if (inet_pton(AF_INET, name, &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127)
		return true;

	return strcmp(name, "localhost") == 0 || strcmp(name, "[::1]") == 0 ||
		   strcmp(name, "169.254.170.2") == 0 || strcmp(name, "169.254.170.23") == 0 ||
		   strcasecmp(name, "[fd00:ec2::23]") == 0;
}

/* Makes one request; false when interrupted or out of memory. */
static bool
Ask(const CredentialLookup *lookup, const char *method, const char *url, const char *header,
	int timeout_ms, HttpFetchAnswer *answer, Failure *failure)
{
	const char *const headers[] = {header, NULL};
	HttpFetchRequest fetch = {.pump = {.ca_bundle = lookup->config->ca_bundle,
									   .connect_timeout_ms = timeout_ms,
									   .transfer_timeout_ms = timeout_ms,
									   .connections = 1,
									   .metadata = true,
									   .no_proxy = true},
							  .request = {.method = method, .url = url, .headers = headers},
							  .deadline_ms = 2 * timeout_ms,
							  .interrupted = lookup->config->interrupted,
							  .stop = lookup->stop};

	HttpFetchAnswerClear(answer);

	return HttpFetch(&fetch, answer, failure);
}

/* Reads the credentials out of an answer. */
static CredentialStatus
Take(const HttpFetchAnswer *answer, const char *what, Credentials *credentials, Failure *failure)
{
	if (answer->result == HTTP_ANSWERED && answer->status == 200 &&
		CredentialsFromJson(answer->body, answer->length, "Token", credentials))
		return CREDENTIALS_FOUND;

	FailureSet(failure, FAILURE_NETWORK, "the %s's metadata service gave no credentials", what);
	if (answer->result != HTTP_ANSWERED)
		FailureDetail(failure, "%s.", answer->error);
	else
		FailureDetail(failure, "It answered with status %d.", answer->status);
	return CREDENTIALS_FAILED;
}

/* Makes the header that authorizes the request to a container's agent; NULL when none is asked for. */
static bool
ContainerToken(const CredentialLookup *lookup, char **header, Failure *failure)
{
	const char *file = CredentialsEnv(lookup, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	const char *given = CredentialsEnv(lookup, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
	char *token;

	*header = NULL;
	if (file == NULL && given == NULL)
		return true;

	token = file != NULL ? CredentialsReadFile(file, TOKEN_MAX) : strdup(given);
	if (token == NULL)
		FailureSet(failure, FAILURE_IO,
				   "could not read the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names: %s",
				   strerror(errno));
	else if (strpbrk(token, "\r\n") != NULL)
		FailureSet(failure, FAILURE_CONFIG, "the container's authorization token has a line break");
	else
		*header = TextPrint("Authorization: %s", token);
	TextWipeAndFree(token);

	return *header != NULL;
}

/* Gets the session token of IMDSv2; nobody there means that this is no instance. */
static CredentialStatus
InstanceToken(const CredentialLookup *lookup, const char *host, char **header, Failure *failure)
{
	HttpFetchAnswer answer = {0};
	char *url = TextPrint("%s/latest/api/token", host);
	CredentialStatus status = CREDENTIALS_FAILED;

	if (url != NULL &&
		Ask(lookup, "PUT", url, "X-aws-ec2-metadata-token-ttl-seconds: " INSTANCE_TOKEN_SECONDS,
			INSTANCE_TIMEOUT_MS, &answer, failure))
	{
		/*
		 * Something else than a token, or nobody there at all, says that this is no instance; it
		 * is not an error, for the chain has more to ask.
		 */
		status = CREDENTIALS_ABSENT;

		/* a newline in the token would begin another header */
		if (answer.result == HTTP_ANSWERED && answer.status == 200 && answer.length > 0 &&
			strpbrk(answer.body, "\r\n") == NULL)
		{
			*header = TextPrint("X-aws-ec2-metadata-token: %s", answer.body);
			status = *header != NULL ? CREDENTIALS_FOUND : CREDENTIALS_FAILED;
		}
	}

	/* the request failed without saying why: only memory can be the reason */
	if (status == CREDENTIALS_FAILED && !Failed(failure))
		(void)FailureNoMemory(failure);
	HttpFetchAnswerClear(&answer);
	free(url);

	return status;
}

/* Gets the name of the instance's role; it may have none. */
static CredentialStatus
InstanceRole(const CredentialLookup *lookup, const char *host, const char *header,
			 char role[ROLE_MAX], Failure *failure)
{
	HttpFetchAnswer answer = {0};
	char *url = TextPrint("%s" INSTANCE_ROLES, host);
	CredentialStatus status = CREDENTIALS_FAILED;

	if (url == NULL)
		(void)FailureNoMemory(failure);
	else if (Ask(lookup, "GET", url, header, INSTANCE_TIMEOUT_MS, &answer, failure))
	{
		size_t length = strcspn(answer.body, "\r\n");
		bool named = answer.result == HTTP_ANSWERED && answer.status == 200 && length > 0 &&
					 length < ROLE_MAX && memchr(answer.body, '/', length) == NULL;

		status = named ? CREDENTIALS_FOUND : CREDENTIALS_ABSENT;
		snprintf(role, ROLE_MAX, "%.*s", named ? (int)length : 0, answer.body);
	}

	HttpFetchAnswerClear(&answer);
	free(url);

	return status;
}
