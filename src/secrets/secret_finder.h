/*
 * secret_finder.h
 *		Where in a text a secret stands.
 */
#ifndef SPARKIFY_SECRET_FINDER_H
#define SPARKIFY_SECRET_FINDER_H

#include "postgres.h"

/* A part of a text; length 0 is "none". */
typedef struct SecretSpan
{
	size_t offset;
	size_t length;
} SecretSpan;

/* The first secret at or behind an offset that is not masked already; it never reaches before the offset. */
extern SecretSpan SecretFind(const char *text, size_t from);

#endif /* SPARKIFY_SECRET_FINDER_H */
