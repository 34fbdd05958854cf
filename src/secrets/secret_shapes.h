/*
 * secret_shapes.h
 *		What is a secret by its shape.
 */
#ifndef SPARKIFY_SECRET_SHAPES_H
#define SPARKIFY_SECRET_SHAPES_H

#include "secrets/secret_finder.h"

/* The secret at an offset where a word begins; length 0 when there is none. */
extern SecretSpan SecretOfShape(const char *text, size_t at);

#endif /* SPARKIFY_SECRET_SHAPES_H */
