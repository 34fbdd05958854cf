/*
 * redact.h
 *		Keeps access keys out of the server's log and out of error contexts.
 */
#ifndef SPARKIFY_REDACT_H
#define SPARKIFY_REDACT_H

/* Installs the hook; called once, when the module is loaded. */
extern void RedactInstall(void);

#endif /* SPARKIFY_REDACT_H */
