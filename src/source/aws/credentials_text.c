/*
 * credentials_text.c
 *		Credentials out of what files and services say.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "source/aws/credentials_source.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "source/base/text_buffer.h"

static const char *Member(struct json_object *object, const char *name);

/* Reads {"AccessKeyId", "SecretAccessKey", token_name, "Expiration"}. */
bool
CredentialsFromJson(const char *text, size_t length, const char *token_name,
					Credentials *credentials)
{
	struct json_tokener *tokener = json_tokener_new_ex(8);
	struct json_object *object;
	bool ok = false;

	if (tokener == NULL)
		return false;
	object = json_tokener_parse_ex(tokener, text, (int)length);
	if (object != NULL && json_object_is_type(object, json_type_object))
	{
		const char *id = Member(object, "AccessKeyId");
		const char *secret = Member(object, "SecretAccessKey");
		const char *expiration = Member(object, "Expiration");

		ok = id != NULL && secret != NULL &&
			 CredentialsSet(credentials, id, secret, Member(object, token_name)) &&
			 (expiration == NULL || CredentialsParseTime(expiration, &credentials->expires));
	}
	json_object_put(object);
	json_tokener_free(tokener);
	return ok;
}

/* Reads a time of ISO 8601 with a zone, fractions of a second dropped. */
bool
CredentialsParseTime(const char *text, time_t *time)
{
	struct tm utc = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &utc);
	int hours, minutes, offset = 0;

	if (rest == NULL)
		return false;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if ((*rest == '+' || *rest == '-') && sscanf(rest + 1, "%2d:%2d", &hours, &minutes) == 2)
		offset = (hours * 60 + minutes) * 60 * (*rest == '-' ? -1 : 1);
	else if (strcmp(rest, "Z") != 0)
		return false;
	*time = timegm(&utc) - offset;
	return true;
}

/* Fills in copies; the credentials before are wiped. */
bool
CredentialsSet(Credentials *credentials, const char *access_key_id, const char *secret_access_key,
			   const char *session_token)
{
	bool token = session_token != NULL && session_token[0] != '\0';
	Credentials copies = {.access_key_id = strdup(access_key_id),
						  .secret_access_key = strdup(secret_access_key),
						  .session_token = token ? strdup(session_token) : NULL};

	CredentialsClear(credentials);
	*credentials = copies;
	if (copies.access_key_id != NULL && copies.secret_access_key != NULL &&
		(!token || copies.session_token != NULL))
		return true;
	CredentialsClear(credentials);
	return false;
}

/* Wipes and releases the texts; idempotent. */
void
CredentialsClear(Credentials *credentials)
{
	TextWipeAndFree(credentials->access_key_id);
	TextWipeAndFree(credentials->secret_access_key);
	TextWipeAndFree(credentials->session_token);
	memset(credentials, 0, sizeof(*credentials));
}

/* Tells whether a text can go into a header as it stands. */
bool
CredentialTextIsValid(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7F)
			return false;
	return true;
}

/* Reads a small file. */
char *
CredentialsReadFile(const char *path, size_t limit)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t length;

	if (file == NULL)
		return NULL;
	text = malloc(limit + 1);
	if (text == NULL)
	{
		fclose(file);
		errno = ENOMEM;
		return NULL;
	}
	length = fread(text, 1, limit, file);
	if (ferror(file) || (length == limit && fgetc(file) != EOF))
	{
		int error = ferror(file) ? errno : EFBIG;

		fclose(file);
		free(text);
		errno = error;
		return NULL;
	}
	fclose(file);
	text[length] = '\0';
	for (length = strlen(text); length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL;)
		text[--length] = '\0';
	return text;
}

/* Copies AWS's variables and HOME. */
char **
CredentialsEnvCopy(void)
{
	char **copy;
	size_t count = 0, copied = 0;

	while (environ[count] != NULL)
		count++;
	copy = calloc(count + 1, sizeof(char *));
	for (size_t i = 0; i < count && copy != NULL; i++)
	{
		if (strncmp(environ[i], "AWS_", 4) != 0 && strncmp(environ[i], "HOME=", 5) != 0)
			continue;
		copy[copied] = strdup(environ[i]);
		if (copy[copied++] != NULL)
			continue;
		CredentialsEnvFree(copy);
		return NULL;
	}
	return copy;
}

/* Wipes and releases a copy; NULL is fine. */
void
CredentialsEnvFree(char **environment)
{
	for (char **entry = environment; entry != NULL && *entry != NULL; entry++)
		TextWipeAndFree(*entry);
	free(environment);
}

/* Finds a variable; an empty one counts as unset. */
const char *
CredentialsEnv(const CredentialLookup *lookup, const char *name)
{
	size_t length = strlen(name);

	for (char *const *entry = lookup->environment; *entry != NULL; entry++)
		if (strncmp(*entry, name, length) == 0 && (*entry)[length] == '=')
			return (*entry)[length + 1] != '\0' ? *entry + length + 1 : NULL;
	return NULL;
}

/* The text of a member, or NULL. */
static const char *
Member(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value) ||
		!json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}
