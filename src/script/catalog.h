/*
 * catalog.h
 *		The backend's answers to the questions of the dialect.
 */
#ifndef SPARKIFY_CATALOG_H
#define SPARKIFY_CATALOG_H

#include "dialect/text/dialect.h"

/*
 * A context that answers from the catalog; variables are the caller's business.
 * Also usable where the extension isn't installed: then functions stay unqualified.
 */
extern DialectContext CatalogContext(void);

/* sparkify_internal.late_binding(text), which late-binding views call that aren't bound; InvalidOid, or an error. */
extern Oid LateBindingFunction(bool missing_ok);

#endif /* SPARKIFY_CATALOG_H */
