/*
 * statement_log.h
 *		Records what clients run through the gateway, as they wrote it.
 */
#ifndef SPARKIFY_STATEMENT_LOG_H
#define SPARKIFY_STATEMENT_LOG_H

#include "postgres.h"

/* Sets the hooks; called once, when the module is loaded. */
extern void StatementLogInstall(void);

/* A new question of the gateway: what it asked about before and hasn't run is forgotten. */
extern void StatementLogAsked(void);

/*
 * Remembers what a client's statement has become: when that text is run, the
 * client's is recorded.  Cheap for a text that has been remembered before.
 */
extern void StatementLogRemember(const char *sql, const char *tag, const char *text, int length);

#endif /* SPARKIFY_STATEMENT_LOG_H */
