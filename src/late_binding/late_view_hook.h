/*
 * late_view_hook.h
 *		What a utility statement means for late-binding views.
 */
#ifndef SPARKIFY_LATE_VIEW_HOOK_H
#define SPARKIFY_LATE_VIEW_HOOK_H

/* To be called once, when the module is loaded, after the other hooks that DDL passes. */
extern void LateViewHookInstall(void);

#endif /* SPARKIFY_LATE_VIEW_HOOK_H */
