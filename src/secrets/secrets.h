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

/* A copy with every credential painted over, each byte by a '*': offsets stay. */
extern char *SecretsMask(const char *text);

#endif /* SPARKIFY_SECRETS_H */
