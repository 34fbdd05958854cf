/*
 * first_words.h
 *		What the gateway can tell of a text by its first words.
 */
#ifndef SPARKIFY_GATEWAY_FIRST_WORDS_H
#define SPARKIFY_GATEWAY_FIRST_WORDS_H

#include <stdbool.h>

/*
 * Whether a text is one command of transactions.  It needs no translation, and
 * must not be asked about: SET TRANSACTION can't follow a query.
 */
extern bool IsTransactionCommand(const char *text);

/* Whether a text begins with a command that ends a transaction. */
extern bool EndsTransaction(const char *text);

#endif /* SPARKIFY_GATEWAY_FIRST_WORDS_H */
