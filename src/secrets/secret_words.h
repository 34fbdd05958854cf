/*
 * secret_words.h
 *		The one table of what names a secret: options of Redshift's commands,
 *		keys of configuration files, parameters of URLs and of AWS.
 */
#ifndef SPARKIFY_SECRET_WORDS_H
#define SPARKIFY_SECRET_WORDS_H

#include "postgres.h"

typedef struct SecretWord
{
	const char
		*name; /* lower case, '_' between its parts; a name that ends with "_" and it counts, too */
	bool option; /* a word of Redshift's: COPY's, UNLOAD's, CREATE USER's */
	bool mixed;	 /* its value need not be secret: CREDENTIALS 'aws_iam_role=...' */
} SecretWord;

/* The word that a name is or ends with; '-' counts as '_', case does not count.  NULL: it names no secret. */
extern const SecretWord *SecretWordOf(const char *name, size_t length);

/* Whether a value behind the word is a secret; only for mixed ones it can be none. */
extern bool SecretWordHolds(const SecretWord *word, const char *value, size_t length);

#endif /* SPARKIFY_SECRET_WORDS_H */
