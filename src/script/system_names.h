/*
 * system_names.h
 *		Where the names are found here that Redshift has in pg_catalog: the
 *		answers to two questions of the dialect (see DialectContext).
 */
#ifndef SPARKIFY_SYSTEM_NAMES_H
#define SPARKIFY_SYSTEM_NAMES_H

#include "dialect/text/dialect.h"

/*
 * The schema of a relation or of a function of the extension that a name
 * means; NULL when it means none.  schema is as written, NULL for a name alone.
 */
extern const char *SystemRelation(const DialectContext *context, const char *schema,
								  const char *name);
extern const char *SystemFunction(const DialectContext *context, const char *schema,
								  const char *name);

/* Whether a name begins as the system's do: all other names mean none of it, whatever the catalog holds. */
extern bool SystemNameLike(const char *name);

#endif /* SPARKIFY_SYSTEM_NAMES_H */
