/*
 * copy_hook.h
 *		COPY t FROM 's3://...' as a statement of PostgreSQL's own.
 */
#ifndef SPARKIFY_COPY_HOOK_H
#define SPARKIFY_COPY_HOOK_H

/* Takes its place before ProcessUtility; everything else passes on. */
extern void CopyHookInstall(void);

#endif /* SPARKIFY_COPY_HOOK_H */
