/*
 * design_options.h
 *		The options "sparkify_dwh.*" of DDL: which there are, and what each does
 *		to a design.
 */
#ifndef SPARKIFY_DESIGN_OPTIONS_H
#define SPARKIFY_DESIGN_OPTIONS_H

#include "nodes/parsenodes.h"

/* Whether some of a statement's options are of the design. */
extern bool DesignOptionsAny(List *options);

/* Takes the options of the design out of a list and returns them. */
extern List *DesignOptionsTake(List **options);

/* Whether an option of this name is among them. */
extern bool DesignOptionsHave(List *options, const char *name);

/* Changes a relation's design as the options say; created: the relation is new. */
extern void DesignOptionsApply(Oid relid, List *options, bool created);

#endif /* SPARKIFY_DESIGN_OPTIONS_H */
