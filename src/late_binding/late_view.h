/*
 * late_view.h
 *		Late-binding views (CREATE VIEW ... WITH NO SCHEMA BINDING, AWS:
 *		r_CREATE_VIEW): a view that keeps its query as a text and is looked up
 *		along its names when it is used.
 *
 * PostgreSQL's views are bound to the objects they read.  So a late-binding
 * view is one that is bound again whenever what it reads has changed:
 *
 *		bound		PostgreSQL's view of the query, with the columns it has now
 *		unbound		SELECT FROM sparkify_internal.late_binding('AS SELECT ...'),
 *					which ends in the error that the query does: a name isn't there
 *
 * The text is a security label of the view, "late binding bound AS SELECT ...",
 * which goes where the view goes, into dumps too.  Rights are those of any
 * view: its owner's on what it reads, the caller's on the view.
 */
#ifndef SPARKIFY_LATE_VIEW_H
#define SPARKIFY_LATE_VIEW_H

#include "postgres.h"

#include "nodes/parsenodes.h"

/* What follows the name in CREATE VIEW, "AS SELECT ..."; NULL where the relation is no late-binding view. */
extern char *LateViewText(Oid relid);

/* Makes an unbound view a late-binding one with this text, or with NULL an ordinary view. */
extern void LateViewSetText(Oid relid, const char *text);

/* The query of an unbound view of this text: it raises the error that the text does. */
extern Node *LateViewStub(const char *text);

/*
 * Binds a view to what its text names now; false, and the view as it was,
 * where something that it names isn't there, or its kind doesn't fit.  A new
 * view's text has to be well-formed and its schemas there: else an error.
 */
extern bool LateViewBind(Oid relid, bool is_new);

/* Frees a view of what it is bound to; it keeps its columns only where others depend on them. */
extern void LateViewUnbind(Oid relid);

#endif /* SPARKIFY_LATE_VIEW_H */
