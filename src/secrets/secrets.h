/*
 * secrets.h
 *		Finds credentials in a text, so that none gets where it doesn't belong:
 *		a setting, an exported script, an error.
 */
#ifndef SPARKIFY_SECRETS_H
#define SPARKIFY_SECRETS_H

#include "postgres.h"

/* Raises an error when the text holds a credential; what names the text. */
extern void SecretsRefuse(const char *text, const char *what);

/* Raises an error when a name says that its value is a credential: db_password. */
extern void SecretsRefuseNamed(const char *name, const char *value, const char *what);

/* Whether there is a credential in the text; NULL holds none. */
extern bool SecretsHeld(const char *text);

/* A copy with a mask in place of every credential. */
extern char *SecretsMask(const char *text);

/* The same; a position in the text, in characters from 1, moves along; NULL: there is none. */
extern char *SecretsMaskAt(const char *text, int *position);

/* Likewise, with a mask for what is a credential in another text: a message may quote it without its name. */
extern char *SecretsMaskKnown(const char *text, const char *other, int *position);

/*
 * The name of an option of Redshift's whose value is a credential, in lower
 * case: the variable that takes its place in a script.  NULL: it is none.
 */
extern const char *SecretsOption(const char *option, const char *value);

#endif /* SPARKIFY_SECRETS_H */
