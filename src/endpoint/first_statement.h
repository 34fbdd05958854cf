/*
 * first_statement.h
 *		The first statement of what a client has sent, for PostgreSQL.
 */
#ifndef SPARKIFY_FIRST_STATEMENT_H
#define SPARKIFY_FIRST_STATEMENT_H

#include "postgres.h"

#include "dialect/text/dialect.h"

/* A statement, and what is to be said of it. */
typedef struct FirstStatement
{
	const char *script;
	const DialectStatement *statement;
	DialectText text; /* as PostgreSQL is to run it; sql is NULL where there is nothing to run */
	List *findings;
	int findings_start; /* the byte of the script that their places count from */
} FirstStatement;

/* What a client's statement is translated by. */
extern DialectContext FirstStatementContext(void);

/* Translates the first of a script's statements, and checks it. */
extern FirstStatement FirstStatementTranslate(const char *script, const List *statements,
											  const DialectContext *context);

/* Raises an error for what would fail on Redshift, or a warning where sparkify_dwh.strict is off. */
extern void FirstStatementRefuse(const FirstStatement *first);

/*
 * An error context callback for the dialect: it names places of its script,
 * which to the client is the query it has sent.  The argument is an int: the
 * characters of the query in front of the script.
 */
extern void FirstStatementPlace(void *arg);

#endif /* SPARKIFY_FIRST_STATEMENT_H */
