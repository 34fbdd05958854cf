/*
 * design_hook.h
 *		The options "sparkify_dwh.*" of CREATE TABLE, CREATE MATERIALIZED VIEW
 *		and ALTER TABLE, through which the dialect carries the physical design.
 *
 *		CREATE TABLE t (...) WITH (sparkify_dwh.distkey = 'a', sparkify_dwh.sortkey = 'b, c')
 *		ALTER TABLE t SET (sparkify_dwh.sortkey = 'none')
 */
#ifndef SPARKIFY_DESIGN_HOOK_H
#define SPARKIFY_DESIGN_HOOK_H

/* Takes its place before ProcessUtility; to be called when the module is loaded. */
extern void DesignHookInstall(void);

#endif /* SPARKIFY_DESIGN_HOOK_H */
