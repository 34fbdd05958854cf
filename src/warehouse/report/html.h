/*
 * html.h
 *		Pieces of an HTML page: text that is safe in it, tables, head and foot.
 *
 * The page is well-formed XML as well as HTML, in ASCII but for the data, and
 * complete in itself: nothing in it is fetched from elsewhere, and no script runs.
 */
#ifndef SPARKIFY_HTML_H
#define SPARKIFY_HTML_H

#include "postgres.h"
#include "lib/stringinfo.h"

#include "warehouse/report/answer.h"

/* Adds a text with what HTML would take for its own escaped. */
extern void HtmlText(StringInfo page, const char *text);

/* The same, cut to a number of characters, with an ellipsis. */
extern void HtmlTextCut(StringInfo page, const char *text, int characters);

/* A number as people read it: 12,345 or 0.25; palloc'd. */
extern char *HtmlNumber(double number);

/* The beginning of the page up to its first heading, and the end. */
extern void HtmlBegin(StringInfo page, const char *title);
extern void HtmlEnd(StringInfo page);

/* All rows of an answer as a table. */
extern void HtmlTable(StringInfo page, const Answer *answer, const char *caption);

#endif /* SPARKIFY_HTML_H */
