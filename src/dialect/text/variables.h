/*
 * variables.h
 *		What in a statement stands for a value, and what had better do so: psql
 *		variables and secrets.
 */
#ifndef SPARKIFY_VARIABLES_H
#define SPARKIFY_VARIABLES_H

#include "dialect/text/statement.h"

/* Whether a lexeme is a variable to psql, and not the bound of an array's slice. */
extern bool VariableAt(const LexemeList *list, int lexeme);

/* A value as the variable's quotes ask for it: as it is, as a string, or as a name. */
extern const char *VariableQuoted(const Lexeme *variable, const char *value);

/* The variable that takes the place of a secret in a statement; NULL where a lexeme is none. */
extern const char *VariableForSecret(const DialectStatement *statement, int lexeme);

#endif /* SPARKIFY_VARIABLES_H */
