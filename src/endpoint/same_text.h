/*
 * same_text.h
 *		Queries that are known to be the same text for PostgreSQL.
 */
#ifndef SPARKIFY_SAME_TEXT_H
#define SPARKIFY_SAME_TEXT_H

#include "postgres.h"

#include "dialect/text/dialect.h"

/* The command tag of a query that needs no translation; NULL: that isn't known. */
extern const char *SameTextFind(const char *script, const DialectContext *context);

/*
 * Keeps that a query, which is all of the script, was translated to its own
 * text without a finding.  Must follow a SameTextFind() of the same two.
 */
extern void SameTextKeep(const char *script, const DialectContext *context, const char *tag);

/* The length of a script without the blanks and semicolons at its end. */
extern int SameTextLength(const char *script);

#endif /* SPARKIFY_SAME_TEXT_H */
