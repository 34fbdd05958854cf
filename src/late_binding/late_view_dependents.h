/*
 * late_view_dependents.h
 *		Which late-binding views read an object, directly or through others.
 */
#ifndef SPARKIFY_LATE_VIEW_DEPENDENTS_H
#define SPARKIFY_LATE_VIEW_DEPENDENTS_H

#include "postgres.h"

#include "catalog/objectaddress.h"
#include "nodes/pg_list.h"

/* The bound late-binding views that read an object, or what is in it if it is a schema: each before those it reads. */
extern List *LateDependents(ObjectAddress object);

/* The unbound ones, in no order. */
extern List *LateUnbound(void);

#endif /* SPARKIFY_LATE_VIEW_DEPENDENTS_H */
