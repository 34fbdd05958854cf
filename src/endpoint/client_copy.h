/*
 * client_copy.h
 *		Where a COPY between server and client ends to be Redshift's SQL.
 */
#ifndef SPARKIFY_CLIENT_COPY_H
#define SPARKIFY_CLIENT_COPY_H

/* Where a COPY between server and client stands in a text, in bytes. */
typedef struct ClientCopy
{
	int start; /* the begin of the text, or behind the semicolon in front of it */
	int head;  /* the end of STDIN or STDOUT */
	int end;   /* the semicolon behind it, or the end of the text */
} ClientCopy;

/*
 * Finds the first statement of a text that is a COPY with the client; false:
 * there is none.  What follows its head are PostgreSQL's options: their strings
 * are PostgreSQL's too, where a backslash is a character as any other.
 */
extern bool ClientCopyFind(const char *sql, ClientCopy *copy);

#endif /* SPARKIFY_CLIENT_COPY_H */
