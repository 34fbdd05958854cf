/*
 * give_way.h
 *		A function of the user's that has the name of one of Redshift's.
 */
#ifndef SPARKIFY_GIVE_WAY_H
#define SPARKIFY_GIVE_WAY_H

/* Takes its place before ProcessUtility; to be called when the module is loaded. */
extern void GiveWayInstall(void);

#endif /* SPARKIFY_GIVE_WAY_H */
