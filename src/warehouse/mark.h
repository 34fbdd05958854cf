/*
 * mark.h
 *		Which tables are the warehouse's: those that a definition made.
 *
 * A database has other tables, and one of them may have a name that a definition
 * uses.  What a definition creates is marked with a security label, which belongs to
 * the table, goes with it and is dumped; what has no mark is neither dropped nor
 * emptied nor filled.
 *
 *		SECURITY LABEL FOR sparkify_warehouse ON TABLE users IS 'warehouse'
 */
#ifndef SPARKIFY_MARK_H
#define SPARKIFY_MARK_H

#include "postgres.h"
#include "nodes/nodes.h"

/* Registers the marks; to be called when the module is loaded. */
extern void MarkInstall(void);

/*
 * A StatementObserver for the definitions: before a statement runs, raises an error where it would
 * touch a table or view without the mark, or create one that is there with other columns;
 * afterwards, marks what it has created.
 */
extern void MarkObserve(const Node *statement, bool has_run);

/* Whether a relation is the warehouse's; temporary ones are the session's own anyway. */
extern bool MarkIsOn(Oid relid);

#endif /* SPARKIFY_MARK_H */
