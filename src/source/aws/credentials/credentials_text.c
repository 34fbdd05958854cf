/*
 * credentials_text.c
 *		Credentials out of what files and services say.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "source/aws/credentials/credentials_source.h"

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
