/*
 * extension.h
 *		The extension as this database has it.
 */
#ifndef SPARKIFY_EXTENSION_H
#define SPARKIFY_EXTENSION_H

#include "postgres.h"

/* The extension's oid; InvalidOid where it isn't installed. */
extern Oid ExtensionOid(void);

/* Raises an error where the extension isn't installed. */
extern void ExtensionRequire(void);

/* The schema that the extension is installed in, palloc'd; NULL where it isn't. */
extern char *ExtensionSchemaName(void);

/* Whether an object belongs to the extension. */
extern bool ExtensionOwns(Oid class_id, Oid object_id);

#endif /* SPARKIFY_EXTENSION_H */
