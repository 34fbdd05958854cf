/*
 * client_copy.h
 *		Where a COPY between server and client ends to be Redshift's SQL.
 */
#ifndef SPARKIFY_CLIENT_COPY_H
#define SPARKIFY_CLIENT_COPY_H

/*
 * Bytes of a text up to the end of STDIN or STDOUT, when it is one COPY with
 * the client; else 0.  What follows are PostgreSQL's options: their strings
 * are PostgreSQL's too, where a backslash is a character as any other.
 */
extern int ClientCopyHead(const char *sql);

#endif /* SPARKIFY_CLIENT_COPY_H */
