/*
 * line_diff.h
 *		The lines that differ between two texts.
 */
#ifndef SPARKIFY_LINE_DIFF_H
#define SPARKIFY_LINE_DIFF_H

#include "postgres.h"
#include "nodes/pg_list.h"

/*
 * A list of lines as "diff -u" prints them: '-' before what only the old text
 * has, '+' before what only the new one has, ' ' before a few lines around,
 * "@@ -line,lines +line,lines @@" before each group.  NIL: the texts are the same,
 * apart from empty lines at their ends.
 */
extern List *LineDiff(const char *old_text, const char *new_text);

#endif /* SPARKIFY_LINE_DIFF_H */
