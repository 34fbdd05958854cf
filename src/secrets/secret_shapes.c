/*
 * secret_shapes.c
 *		What is a secret by its shape, whatever its name: an access key id of
 *		AWS, the password of a URL, a private key.
 */
#include "postgres.h"

#include <ctype.h>

#include "secrets/secret_shapes.h"

/* How the ids of AWS begin: of keys that stay, and of temporary ones. */
static const char *const key_prefixes[] = {"AKIA", "ASIA"};

static SecretSpan AccessKeyId(const char *text, size_t at);
static SecretSpan UrlPassword(const char *text, size_t at);
static SecretSpan PrivateKey(const char *text, size_t at);

/* Whether a character may be part of a name. */
static bool
IsWord(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* What is a secret by its shape at an offset. */
SecretSpan
SecretOfShape(const char *text, size_t at)
{
	SecretSpan span = AccessKeyId(text, at);

	if (span.length == 0)
		span = UrlPassword(text, at);
	if (span.length == 0)
		span = PrivateKey(text, at);
	return span;
}

/* An access key id of AWS at an offset. */
static SecretSpan
AccessKeyId(const char *text, size_t at)
{
	SecretSpan span = {.offset = at};

	for (int i = 0; i < (int)lengthof(key_prefixes); i++)
	{
		size_t length = strlen(key_prefixes[i]);

		if (strncmp(text + at, key_prefixes[i], length) != 0)
			continue;
		while (isupper((unsigned char)text[at + length]) ||
			   isdigit((unsigned char)text[at + length]))
			length++;

		/* as long as a key is at least, and nothing behind it that could belong to it */
		if (length >= 16 && !IsWord(text[at + length]))
			span.length = length;
	}

	return span;
}

/* The password of a URL at an offset: scheme://user:password@host. */
static SecretSpan
UrlPassword(const char *text, size_t at)
{
	SecretSpan span = {0};
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+";

	/* in the middle of a scheme: it was looked at from its first letter */
	bool inside = at > 0 && strchr(letters, text[at - 1]) != NULL;
	size_t scheme = inside ? 0 : strspn(text + at, letters);
	const char *user = text + at + scheme + 3;
	size_t length;

	if (scheme == 0 || strncmp(user - 3, "://", 3) != 0)
		return span;

	length = strcspn(user, ":/@'\" \t\r\n");
	if (user[length] != ':')
		return span;

	span.offset = user + length + 1 - text;
	span.length = strcspn(text + span.offset, "/@'\" \t\r\n");

	/* masked already, or no user and password at all */
	if (text[span.offset + span.length] != '@' || strspn(text + span.offset, "*") == span.length)
		span.length = 0;
	return span;
}

/* A private key in its armour, from an offset to the end of the text or of the key. */
static SecretSpan
PrivateKey(const char *text, size_t at)
{
	static const char head[] = "-----BEGIN ", tail[] = "PRIVATE KEY-----";
	SecretSpan span = {0};
	const char *body, *end;

	if (strncmp(text + at, head, strlen(head)) != 0)
		return span;

	body = text + at + strlen(head);
	body += strspn(body, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ");

	/* the span stops at PRIVATE KEY, which the words above are the end of */
	if (strncmp(body, "-----", 5) != 0 || strncmp(body + 5 - strlen(tail), tail, strlen(tail)) != 0)
		return span;

	body += 5;
	end = strstr(body, "-----END ");
	span.offset = body - text;
	span.length = end ? (size_t)(end - body) : strlen(body);
	if (strspn(body, "*") >= span.length)
		span.length = 0;
	return span;
}
