/*
 * http_head.h
 *		The head of an answer, a line at a time as it comes.
 */
#ifndef SPARKIFY_HTTP_HEAD_H
#define SPARKIFY_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#define HEADERS_MAX 32768

typedef struct HttpHead
{
	char text[HEADERS_MAX]; /* lines, each with a newline */
	size_t length;
	bool interim;  /* the head that comes is that of a 1xx answer: another follows */
	bool complete; /* the empty line behind it has come */
} HttpHead;

extern void HttpHeadBegin(HttpHead *head);

/* Keeps a line, without its end; a status line begins a new head.  False: there is no room for it. */
extern bool HttpHeadTake(HttpHead *head, const char *line, size_t length);

#endif /* SPARKIFY_HTTP_HEAD_H */
