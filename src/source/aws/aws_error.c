/*
 * aws_error.c
 *		S3's error documents as Failures: one table says what each code means
 *		and what to do.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "source/aws/aws_error.h"

#include <ctype.h>
#include <string.h>

#include "secrets/secret_mask.h"
#include "source/aws/aws_xml.h"

typedef struct KnownError
{
	const char *code; /* as S3 spells it */
	FailureCode failure;
	bool transient;
	const char *hint;
} KnownError;

/* AWS: AmazonS3/latest/API/ErrorResponses */
static const KnownError known_errors[] = {
	{"NoSuchBucket", FAILURE_NOT_FOUND, false,
	 "Check the bucket's name, and that the store's endpoint is the one that has the bucket."},
	{"NoSuchKey", FAILURE_NOT_FOUND, false,
	 "Check the key; an object may also have been deleted after it was listed."},
	{"AccessDenied", FAILURE_DENIED, false,
	 "The credentials need s3:ListBucket on the bucket and s3:GetObject on its objects; a public "
	 "bucket may be read with the store's option anonymous 'on'."},
	{"AllAccessDisabled", FAILURE_DENIED, false, "The bucket's owner has disabled all access."},
	{"AccountProblem", FAILURE_DENIED, false, "Ask AWS Support about the account."},
	{"SignatureDoesNotMatch", FAILURE_DENIED, false,
	 "The secret access key does not belong to the access key id; set both again in the user "
	 "mapping."},
	{"InvalidAccessKeyId", FAILURE_DENIED, false,
	 "The store knows no such access key id; set it again in the user mapping, or check that the "
	 "endpoint is the one that issued it."},
	{"ExpiredToken", FAILURE_DENIED, false,
	 "The temporary credentials have expired; get new ones and set all three parts in the user "
	 "mapping, or use a profile that renews them."},
	{"InvalidToken", FAILURE_DENIED, false,
	 "The session token does not belong to the access key; set all three parts again."},
	{"TokenRefreshRequired", FAILURE_DENIED, false, "Get new temporary credentials."},
	{"RequestTimeTooSkewed", FAILURE_DENIED, false,
	 "The clock of this machine differs from the store's by more than the store allows; set the "
	 "clock (NTP)."},
	{"RequestExpired", FAILURE_DENIED, false, "Set the clock of this machine (NTP)."},
	{"PermanentRedirect", FAILURE_CONFIG, false,
	 "The bucket is in another region; set the store's option region, or REGION in COPY."},
	{"TemporaryRedirect", FAILURE_CONFIG, false,
	 "The bucket is in another region; set the store's option region, or REGION in COPY."},
	{"AuthorizationHeaderMalformed", FAILURE_CONFIG, false,
	 "The bucket is in another region; set the store's option region, or REGION in COPY."},
	{"IllegalLocationConstraintException", FAILURE_CONFIG, false,
	 "The bucket is in another region; set the store's option region, or REGION in COPY."},
	{"InvalidBucketName", FAILURE_CONFIG, false, "Check the bucket's name."},
	{"InvalidObjectState", FAILURE_STORE, false,
	 "The object is archived (Glacier); restore it before loading."},
	{"PreconditionFailed", FAILURE_STORE, false,
	 "Load again, when nobody is writing to the object."},
	{"SlowDown", FAILURE_STORE, true,
	 "The store asks for fewer requests; lower the store's window, or try again later."},
	{"InternalError", FAILURE_STORE, true, "Try again later."},
	{"ServiceUnavailable", FAILURE_STORE, true, "Try again later."},
	{"RequestTimeout", FAILURE_STORE, true, "Try again later."},
	{"OperationAborted", FAILURE_STORE, true, "Try again later."},
	{"Throttling", FAILURE_STORE, true, "Try again later."},
	{"ThrottlingException", FAILURE_STORE, true, "Try again later."},
	{"RequestThrottled", FAILURE_STORE, true, "Try again later."},
	{"BandwidthLimitExceeded", FAILURE_STORE, true, "Try again later."},
	{"NotImplemented", FAILURE_STORE, false,
	 "The store lacks a part of the protocol that is needed here."},
};

/* What to think of a status when there is no code, or one we don't know. */
static const struct KnownStatus
{
	int status;
	const char *code;
} known_statuses[] = {
	{301, "PermanentRedirect"},	 {307, "TemporaryRedirect"}, {401, "AccessDenied"},
	{403, "AccessDenied"},		 {404, "NoSuchKey"},		 {408, "RequestTimeout"},
	{412, "PreconditionFailed"}, {429, "SlowDown"},			 {500, "InternalError"},
	{502, "InternalError"},		 {503, "SlowDown"},			 {504, "InternalError"},
};

static const KnownError *FindError(const AwsError *error);
static const KnownError *FindCode(const char *code);
static void Redact(char *text, size_t size, const char *secret);
static void OneLine(char *text);

/* Reads <Error>; STS answers <ErrorResponse><Error>. */
void
AwsErrorRead(AwsError *error, int status, const char *body, size_t length)
{
	xmlDoc *document = AwsXmlParse(body, length);
	xmlNode *root = document != NULL ? xmlDocGetRootElement(document) : NULL;
	xmlNode *node = root;

	memset(error, 0, sizeof(*error));
	error->status = status;
	if (root != NULL && strcmp((const char *)root->name, "ErrorResponse") == 0)
		node = AwsXmlChild(root, "Error");
	if (node != NULL && strcmp((const char *)node->name, "Error") == 0)
	{
		AwsXmlCopy(node, "Code", error->code, sizeof(error->code));
		AwsXmlCopy(node, "Message", error->message, sizeof(error->message));
		AwsXmlCopy(node, "RequestId", error->request_id, sizeof(error->request_id));
		if (error->request_id[0] == '\0')
			AwsXmlCopy(root, "RequestId", error->request_id, sizeof(error->request_id));
		AwsXmlCopy(node, "Region", error->region, sizeof(error->region));
		OneLine(error->code);
		OneLine(error->message);
		OneLine(error->request_id);
	}

	if (document != NULL)
		xmlFreeDoc(document);
}

/* Redacts everything a store wrote. */
void
AwsErrorRedact(AwsError *error, const Credentials *secrets)
{
	const char *const texts[] = {secrets->secret_access_key, secrets->session_token};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		Redact(error->code, sizeof(error->code), texts[i]);
		Redact(error->message, sizeof(error->message), texts[i]);
		Redact(error->request_id, sizeof(error->request_id), texts[i]);
	}
}

/* Looks the error up. */
bool
AwsErrorIsTransient(const AwsError *error)
{
	const KnownError *known = FindError(error);

	return known != NULL ? known->transient : error->status >= 500 && error->status != 501;
}

/* Tells what may be a redirect by its status: it is one if header or body name another region. */
bool
AwsErrorIsRedirect(const AwsError *error)
{
	return error->status == 301 || error->status == 307 || error->status == 400;
}

/* Fills in the failure. */
void
AwsErrorReport(const AwsError *error, const char *url, Failure *failure)
{
	const KnownError *known = FindError(error);
	const char *code = error->code[0] != '\0' ? error->code : known != NULL ? known->code : "";

	/* 412 is If-Match's answer: another version has taken the object's place */
	if (error->status == 412)
		FailureSet(failure, FAILURE_STORE, "object changed while it was read: \"%s\"", url);
	else
		FailureSet(failure, known != NULL ? known->failure : FAILURE_STORE,
				   "the store answered %d%s%s to the request for \"%s\"", error->status,
				   code[0] != '\0' ? " " : "", code, url);

	/* what the store says itself comes first; its request id is what its support asks for */
	if (error->message[0] != '\0' && error->request_id[0] != '\0')
		FailureDetail(failure, "The store says: %s (request id %s)", error->message,
					  error->request_id);
	else if (error->message[0] != '\0')
		FailureDetail(failure, "The store says: %s", error->message);
	else if (error->request_id[0] != '\0')
		FailureDetail(failure, "Request id: %s.", error->request_id);
	if (known != NULL)
		FailureHint(failure, "%s", known->hint);
}

/* Finds the row for an error: by its code, else by its status. */
static const KnownError *
FindError(const AwsError *error)
{
	const KnownError *known = FindCode(error->code);

	if (known != NULL)
		return known;

	for (size_t i = 0; i < sizeof(known_statuses) / sizeof(known_statuses[0]); i++)
		if (known_statuses[i].status == error->status)
			return FindCode(known_statuses[i].code);
	return NULL;
}

/* Finds the row of a code. */
static const KnownError *
FindCode(const char *code)
{
	for (size_t i = 0; i < sizeof(known_errors) / sizeof(known_errors[0]); i++)
		if (strcmp(known_errors[i].code, code) == 0)
			return &known_errors[i];
	return NULL;
}

/* Replaces a secret in a text; one that a clipped text begins to tell goes with all behind it. */
static void
Redact(char *text, size_t size, const char *secret)
{
	static const char mark[] = SECRET_MASK;
	size_t length = secret != NULL ? strlen(secret) : 0, clue = length < 16 ? length : 16;
	char *found = text;

	while (length > 0 && (found = memmem(found, strlen(found), secret, clue)) != NULL)
	{
		bool whole = strncmp(found, secret, length) == 0;
		char *rest = found + (whole ? length : strlen(found));
		size_t room = size - (size_t)(found - text);

		if (room < sizeof(mark) + strlen(rest))
			rest = found + strlen(found); /* the mark matters more than the rest */
		if (room < sizeof(mark))
		{
			*found = '\0';
			return;
		}

		memmove(found + sizeof(mark) - 1, rest, strlen(rest) + 1);
		memcpy(found, mark, sizeof(mark) - 1);
		found += sizeof(mark) - 1;
	}
}

/* Makes what a store wrote fit for one line of a log. */
static void
OneLine(char *text)
{
	for (; *text != '\0'; text++)
		if (iscntrl((unsigned char)*text))
			*text = ' ';
}
