/*
 * client_copy.h
 *		Where a COPY between server and client ends to be Redshift's SQL.
 */
#ifndef SPARKIFY_CLIENT_COPY_H
#define SPARKIFY_CLIENT_COPY_H

/* Where a COPY between server and client stands that a text begins with, in bytes. */
typedef struct ClientCopy
{
	int head; /* the end of STDIN or STDOUT */
	int end;  /* the semicolon behind it, or the end of the text */
} ClientCopy;

/*
 * Finds a COPY with the client at the beginning of a text; false: there is
 * none.  What follows its head are PostgreSQL's options: their strings are
 * PostgreSQL's too, where a backslash is a character as any other.
 */
extern bool ClientCopyFind(const char *sql, ClientCopy *copy);

#endif /* SPARKIFY_CLIENT_COPY_H */
