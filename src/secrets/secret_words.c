/*
 * secret_words.c
 *		The one table of what names a secret.
 */
#include "postgres.h"

#include <ctype.h>

#include "secrets/secret_words.h"

/* From the special to the general: the first that fits is the word. */
static const SecretWord words[] = {
	{"secret_access_key", true},
	{"access_key_id", true},
	{"session_token", true},
	{"master_symmetric_key", true},
	{"credentials", true, true},
	{"password", true},
	{"token", true},
	{"access_key"},
	{"secret_key"},
	{"private_key"},
	{"symmetric_key"},
	{"api_key"},
	{"secret"},
	{"passwd"},
	{"pwd"},
	{"passphrase"},
	{"signature"},
};

/* Finds the word at the end of a name. */
const SecretWord *
SecretWordOf(const char *name, size_t length)
{
	/* the name's last word decides: db_password is one, password_policy isn't */
	for (int i = 0; i < (int)lengthof(words); i++)
	{
		size_t size = strlen(words[i].name), at = 0;
		const char *end = name + length - size;

		/* a longer name has to end in the word, not just in its letters */
		if (length < size || (length > size && end[-1] != '_' && end[-1] != '-'))
			continue;
		while (at < size &&
			   (end[at] == '-' ? '_' : tolower((unsigned char)end[at])) == words[i].name[at])
			at++;
		if (at == size)
			return &words[i];
	}

	return NULL;
}

/* Looks into values that name what they hold. */
bool
SecretWordHolds(const SecretWord *word, const char *value, size_t length)
{
	if (!word->mixed)
		return length > 0;

	for (size_t i = 0; i + 3 <= length; i++)
		if (pg_strncasecmp(value + i, "key", 3) == 0 ||
			(i + 5 <= length && pg_strncasecmp(value + i, "token", 5) == 0))
			return true;
	return false;
}
