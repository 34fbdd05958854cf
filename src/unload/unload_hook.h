/*
 * unload_hook.h
 *		COPY (query) TO 's3://...' as a statement of PostgreSQL's own.
 */
#ifndef SPARKIFY_UNLOAD_HOOK_H
#define SPARKIFY_UNLOAD_HOOK_H

/* Takes its place before ProcessUtility; everything else passes on. */
extern void UnloadHookInstall(void);

#endif /* SPARKIFY_UNLOAD_HOOK_H */
