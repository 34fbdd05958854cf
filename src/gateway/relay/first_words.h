/*
 * first_words.h
 *		What the gateway can tell of a text by its first words.
 */
#ifndef SPARKIFY_GATEWAY_FIRST_WORDS_H
#define SPARKIFY_GATEWAY_FIRST_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether a text is one command of transactions.  It needs no translation, and
 * must not be asked about: SET TRANSACTION can't follow a query.
 */
extern bool IsTransactionCommand(const char *text);

/* Whether a text has nothing but blanks, comments and semicolons. */
extern bool IsBlank(const char *text);

/*
 * Bytes of a text in front of its first semicolon, or all of them: of commands of transactions only, which
 * hold no dollar quotes.
 */
extern size_t StatementLength(const char *text);

/* Characters in so many bytes of UTF-8, or of an encoding with one byte a character that are ASCII. */
extern uint32_t CharacterCount(const char *text, size_t length);

/*
 * Whether a text is certainly one SELECT, INSERT, UPDATE or DELETE that makes
 * no table.  Not certain is what has a semicolon within.
 */
extern bool IsOneQuery(const char *text);

/* Whether a text begins with a command that ends a transaction. */
extern bool EndsTransaction(const char *text);

#endif /* SPARKIFY_GATEWAY_FIRST_WORDS_H */
