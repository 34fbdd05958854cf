/*
 * credentials_sts.c
 *		Roles, assumed through AWS's Security Token Service or one that speaks
 *		its protocol.
 */
#include "source/aws/credentials/credentials_source.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/aws/aws_error.h"
#include "source/aws/aws_request.h"
#include "source/aws/aws_xml.h"
#include "source/aws/sigv4.h"
#include "source/base/text_buffer.h"

#define TIMEOUT_MS 10000
#define DEADLINE_MS 20000
#define ATTEMPTS 3
#define PAUSE_MS 200
#define TOKEN_MAX ((size_t)65536)
#define DEFAULT_SECONDS 3600
#define SESSION_NAME "sparkify_dwh"
#define HEADERS 7

/* A request that is on its way to STS. */
typedef struct StsRequest
{
	char *endpoint; /* "https://host" */
	const char *region;
	char *body;
	char *headers[HEADERS + 1];
} StsRequest;

static bool Exchange(const CredentialLookup *lookup, const AssumedRole *role, StsRequest *request,
					 Credentials *credentials, Failure *failure);
static bool MakeBody(const AssumedRole *role, StsRequest *request, Failure *failure);
static bool MakeEndpoint(const CredentialLookup *lookup, StsRequest *request, Failure *failure);
static bool Sign(StsRequest *request, const Credentials *credentials);
static bool Post(const CredentialLookup *lookup, StsRequest *request, HttpFetchAnswer *answer,
				 Failure *failure);
static bool TakeCredentials(const HttpFetchAnswer *answer, Credentials *credentials);
static void Report(const HttpFetchAnswer *answer, const char *arn, Failure *failure);
static bool IsTransient(const HttpFetchAnswer *answer);
static void AppendParameter(TextBuffer *body, const char *name, const char *value);
static void ClearHeaders(StsRequest *request);

/* Assumes the role that a Kubernetes service account or the like is given through the environment. */
CredentialStatus
CredentialsFromWebIdentity(const CredentialLookup *lookup, Credentials *credentials,
						   Failure *failure)
{
	AssumedRole role = {.arn = CredentialsEnv(lookup, "AWS_ROLE_ARN"),
						.token_file = CredentialsEnv(lookup, "AWS_WEB_IDENTITY_TOKEN_FILE"),
						.session_name = CredentialsEnv(lookup, "AWS_ROLE_SESSION_NAME")};

	if (role.arn == NULL || role.token_file == NULL)
		return CREDENTIALS_ABSENT;

	return CredentialsAssumeRole(lookup, &role, credentials, failure) ? CREDENTIALS_FOUND
																	  : CREDENTIALS_FAILED;
}

/* Assumes a role, trying again when STS has trouble of its own. */
bool
CredentialsAssumeRole(const CredentialLookup *lookup, const AssumedRole *role,
					  Credentials *credentials, Failure *failure)
{
	StsRequest request = {0};
	bool ok = MakeEndpoint(lookup, &request, failure) && MakeBody(role, &request, failure) &&
			  Exchange(lookup, role, &request, credentials, failure);

	ClearHeaders(&request);
	TextWipeAndFree(request.body);
	free(request.endpoint);

	return ok;
}

/* Sends the request until it is answered for good. */
static bool
Exchange(const CredentialLookup *lookup, const AssumedRole *role, StsRequest *request,
		 Credentials *credentials, Failure *failure)
{
	HttpFetchAnswer answer = {0};
	bool ok = false;

	for (int attempt = 1;; attempt++)
	{
		ClearHeaders(request);
		if (!Sign(request, role->token_file == NULL ? credentials : NULL))
		{
			(void)FailureNoMemory(failure);
			break;
		}

		if (!Post(lookup, request, &answer, failure))
			break;
		ok = TakeCredentials(&answer, credentials);
		if (ok)
			break;
		if (attempt == ATTEMPTS || !IsTransient(&answer))
		{
			Report(&answer, role->arn, failure);
			break;
		}

		poll(NULL, 0, PAUSE_MS * attempt);
		HttpFetchAnswerClear(&answer);
	}

	HttpFetchAnswerClear(&answer);

	return ok;
}

/* Writes the form of AssumeRole, or of AssumeRoleWithWebIdentity. */
static bool
MakeBody(const AssumedRole *role, StsRequest *request, Failure *failure)
{
	char seconds[16], *token = NULL;
	TextBuffer body;

	TextBufferInit(&body);
	if (role->token_file != NULL &&
		(token = CredentialsReadFile(role->token_file, TOKEN_MAX)) == NULL)
	{
		FailureSet(failure, FAILURE_IO, "could not read the web identity's token file \"%s\": %s",
				   role->token_file, strerror(errno));
		return false;
	}

	snprintf(seconds, sizeof(seconds), "%d", role->seconds > 0 ? role->seconds : DEFAULT_SECONDS);
	TextBufferPrint(&body, "Action=%s&Version=2011-06-15",
					token != NULL ? "AssumeRoleWithWebIdentity" : "AssumeRole");
	AppendParameter(&body, "RoleArn", role->arn);
	AppendParameter(&body, "RoleSessionName",
					role->session_name != NULL ? role->session_name : SESSION_NAME);
	AppendParameter(&body, "DurationSeconds", seconds);
	if (role->external_id != NULL)
		AppendParameter(&body, "ExternalId", role->external_id);
	if (token != NULL)
		AppendParameter(&body, "WebIdentityToken", token);
	TextWipeAndFree(token);
	request->body = TextBufferTake(&body);
	if (request->body == NULL)
		(void)FailureNoMemory(failure);
	return request->body != NULL;
}

/* Finds out where STS is, and checks what was said about it. */
static bool
MakeEndpoint(const CredentialLookup *lookup, StsRequest *request, Failure *failure)
{
	const char *region = lookup->config->region, *given = lookup->config->sts_endpoint;
	AwsSite site;

	/* the order of AWS's tools; without a region, STS answers in its first one */
	if (region == NULL)
		region = CredentialsEnv(lookup, "AWS_REGION");
	if (region == NULL)
		region = CredentialsEnv(lookup, "AWS_DEFAULT_REGION");
	if (region == NULL)
		region = "us-east-1";

	/* the region becomes part of a host name */
	if (!AwsRegionIsValid(region))
	{
		FailureSet(failure, FAILURE_CONFIG, "\"%s\" is not a region", region);
		return false;
	}

	/* an endpoint of one's own, as a test server has, goes through the checks of every other */
	if (given != NULL && !AwsSiteInit(&site, "sts", given, true, failure))
		return false;

	request->region = region;
	if (given != NULL)
	{
		request->endpoint = TextPrint("%s://%s", site.scheme, site.host);
		AwsSiteClear(&site);
	}
	else
		/* regional endpoints only: the global one would hold up a region by another's outage */
		request->endpoint = TextPrint("https://sts.%s.amazonaws.com%s", region,
									  strncmp(region, "cn-", 3) == 0 ? ".cn" : "");
	if (request->endpoint == NULL)
		(void)FailureNoMemory(failure);
	return request->endpoint != NULL;
}

/* Makes the headers; a web identity's request is not signed. */
static bool
Sign(StsRequest *request, const Credentials *credentials)
{
	char date[SIGV4_DATE_SIZE], hash[SIGV4_HEX_SIZE];
	const char *host = strstr(request->endpoint, "://") + 3;
	SigV4Header headers[] = {{"content-type", "application/x-www-form-urlencoded"},
							 {"host", host},
							 {"x-amz-content-sha256", hash},
							 {"x-amz-date", date},
							 {"x-amz-security-token", NULL}};
	SigV4Request frame = {.method = "POST",
						  .path = "/",
						  .query = "",
						  .headers = headers,
						  .nheaders = 4,
						  .payload_sha256 = hash,
						  .region = request->region,
						  .service = "sts",
						  .date = date};
	TextBuffer value;
	bool ok = true;

	SigV4Date(time(NULL), date);
	SigV4Hash(request->body, strlen(request->body), hash);
	if (credentials != NULL && credentials->session_token != NULL)
		headers[frame.nheaders++].value = credentials->session_token;
	for (int i = 0; i < frame.nheaders; i++)
	{
		request->headers[i] = TextPrint("%s: %s", headers[i].name, headers[i].value);
		ok = ok && request->headers[i] != NULL;
	}

	if (!ok || credentials == NULL)
		return ok;

	TextBufferInit(&value);
	TextBufferAppend(&value, "Authorization: ");
	ok = SigV4Authorization(&frame, credentials, &value);
	request->headers[frame.nheaders] = TextBufferTake(&value);

	return ok && request->headers[frame.nheaders] != NULL;
}

/* Sends the request once. */
static bool
Post(const CredentialLookup *lookup, StsRequest *request, HttpFetchAnswer *answer, Failure *failure)
{
	char *url = TextPrint("%s/", request->endpoint);
	HttpFetchRequest fetch = {.pump = {.ca_bundle = lookup->config->ca_bundle,
									   .connect_timeout_ms = TIMEOUT_MS,
									   .transfer_timeout_ms = TIMEOUT_MS,
									   .connections = 1},
							  .request = {.method = "POST",
										  .url = url,
										  .headers = (const char *const *)request->headers,
										  .body = request->body,
										  .body_length = strlen(request->body)},
							  .deadline_ms = DEADLINE_MS,
							  .interrupted = lookup->config->interrupted,
							  .stop = lookup->stop};
	bool ok = url != NULL && HttpFetch(&fetch, answer, failure);

	if (url == NULL)
		(void)FailureNoMemory(failure);
	free(url);

	return ok;
}

/* Reads <...Response><...Result><Credentials>. */
static bool
TakeCredentials(const HttpFetchAnswer *answer, Credentials *credentials)
{
	xmlDoc *document = NULL;
	xmlNode *result = NULL, *node;
	bool ok = false;

	if (answer->result == HTTP_ANSWERED && answer->status == 200)
		document = AwsXmlParse(answer->body, answer->length);
	if (document != NULL)
	{
		xmlNode *root = xmlDocGetRootElement(document);

		/* the two actions name their results, and say the same in them */
		result = AwsXmlChild(root, "AssumeRoleResult");
		if (result == NULL)
			result = AwsXmlChild(root, "AssumeRoleWithWebIdentityResult");
	}

	/* a child of NULL is NULL, so a broken answer comes out here */
	node = AwsXmlChild(result, "Credentials");
	if (node != NULL)
	{
		char *id = AwsXmlText(AwsXmlChild(node, "AccessKeyId"));
		char *secret = AwsXmlText(AwsXmlChild(node, "SecretAccessKey"));
		char *token = AwsXmlText(AwsXmlChild(node, "SessionToken"));
		char *expires = AwsXmlText(AwsXmlChild(node, "Expiration"));
		time_t time;

		/* all of them or none: credentials without their end would never be renewed */
		ok = id != NULL && secret != NULL && token != NULL && expires != NULL && id[0] != '\0' &&
			 CredentialsParseTime(expires, &time) && CredentialsSet(credentials, id, secret, token);
		if (ok)
			credentials->expires = time;
		TextWipeAndFree(id);
		TextWipeAndFree(secret);
		TextWipeAndFree(token);
		free(expires);
	}

	if (document != NULL)
		xmlFreeDoc(document);
	return ok;
}

/* Says why there is no role. */
static void
Report(const HttpFetchAnswer *answer, const char *arn, Failure *failure)
{
	AwsError error;

	if (answer->result != HTTP_ANSWERED)
	{
		FailureSet(failure, FAILURE_NETWORK, "could not reach STS to assume role \"%s\"", arn);
		FailureDetail(failure, "%s.", answer->error);
		return;
	}

	AwsErrorRead(&error, answer->status, answer->body, answer->length);
	FailureSet(failure, FAILURE_DENIED, "could not assume role \"%s\": STS answered %d%s%s", arn,
			   answer->status, error.code[0] != '\0' ? " " : "", error.code);
	if (error.message[0] != '\0')
		FailureDetail(failure, "STS says: %s (request id %s)", error.message, error.request_id);
	FailureHint(failure, "The role's trust policy must allow these credentials sts:AssumeRole.");
}

/* Tells whether the same request may succeed a moment later. */
static bool
IsTransient(const HttpFetchAnswer *answer)
{
	return answer->result == HTTP_BROKEN || answer->result == HTTP_UNREACHABLE ||
		   answer->result == HTTP_TIMEOUT ||
		   (answer->result == HTTP_ANSWERED && (answer->status >= 500 || answer->status == 429));
}

/* Appends "&name=value", encoded. */
static void
AppendParameter(TextBuffer *body, const char *name, const char *value)
{
	TextBufferPrint(body, "&%s=", name);
	SigV4Encode(body, value, false);
}

/* Wipes the headers, which may hold a token. */
static void
ClearHeaders(StsRequest *request)
{
	for (int i = 0; i <= HEADERS; i++)
	{
		TextWipeAndFree(request->headers[i]);
		request->headers[i] = NULL;
	}
}
