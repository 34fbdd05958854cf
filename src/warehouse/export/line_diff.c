/*
 * line_diff.c
 *		The lines that differ between two texts, by their longest common
 *		subsequence.
 *
 * The table of its lengths is quadratic, which scripts of some thousand lines
 * can afford; what both texts begin and end with is left out of it.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "warehouse/export/line_diff.h"

#define AROUND 3

typedef struct Lines
{
	char **line;
	int count;
} Lines;

/* A line of the result, before it is known whether it is shown. */
typedef struct DiffLine
{
	char mark;
	const char *line;
	int old_number;
	int new_number;
} DiffLine;

static Lines SplitLines(const char *text);
static uint16 *CommonLengths(const Lines *old, const Lines *new);
static int WalkLines(const Lines *old, const Lines *new, DiffLine *walked);
static List *ShowChanges(const DiffLine *walked, int count);
static int HunkEnd(const DiffLine *walked, int first, int count);
static bool IsNearChange(const DiffLine *walked, int line, int count);
static char *HunkHeading(const DiffLine *walked, int first, int end);

List *
LineDiff(const char *old_text, const char *new_text)
{
	Lines old = SplitLines(old_text);
	Lines new = SplitLines(new_text);
	DiffLine *walked;

	if (old.count > PG_UINT16_MAX || new.count > PG_UINT16_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a text of more than %d lines is too long to compare", PG_UINT16_MAX)));
	walked = palloc((old.count + new.count + 1) * sizeof(DiffLine));

	return ShowChanges(walked, WalkLines(&old, &new, walked));
}

/*
 * Cuts a text into lines; a last line without an end counts.  Empty lines at the end don't: programs
 * that print a text add one, as psql does.
 */
static Lines
SplitLines(const char *text)
{
	Lines lines = {.line = palloc((strlen(text) + 1) * sizeof(char *))};
	char *next = pstrdup(text);

	while (next != NULL && *next != '\0')
		lines.line[lines.count++] = strsep(&next, "\n");
	while (lines.count > 0 && *lines.line[lines.count - 1] == '\0')
		lines.count--;
	return lines;
}

/* For every pair of places, the length of the longest common subsequence behind them. */
static uint16 *
CommonLengths(const Lines *old, const Lines *new)
{
	size_t width = new->count + 1;
	uint16 *length = palloc_extended((old->count + 1) * width * sizeof(uint16),
									 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	for (int i = old->count - 1; i >= 0; i--)
	{
		CHECK_FOR_INTERRUPTS();
		for (int j = new->count - 1; j >= 0; j--)
			length[i * width + j] =
				strcmp(old->line[i], new->line[j]) == 0
					? length[(i + 1) * width + j + 1] + 1
					: Max(length[(i + 1) * width + j], length[i * width + j + 1]);
	}

	return length;
}

/* Walks both texts at once; returns the number of lines walked. */
static int
WalkLines(const Lines *old, const Lines *new, DiffLine *walked)
{
	Lines old_middle = *old, new_middle = *new;
	size_t width;
	uint16 *length;
	int i = 0, j = 0, same = 0, count = 0;

	/* What both begin and end with needs no table. */
	while (same < Min(old->count, new->count) && strcmp(old->line[same], new->line[same]) == 0)
		same++;
	old_middle.line += same;
	new_middle.line += same;
	old_middle.count -= same;
	new_middle.count -= same;
	while (old_middle.count > 0 && new_middle.count > 0 &&
		   strcmp(old_middle.line[old_middle.count - 1], new_middle.line[new_middle.count - 1]) ==
			   0)
	{
		old_middle.count--;
		new_middle.count--;
	}

	/* the table is quadratic, so only the middle goes into it */
	length = CommonLengths(&old_middle, &new_middle);
	width = new_middle.count + 1;

	/* a line is removed where leaving it out loses nothing of the longest common part */
	while (i < old->count || j < new->count)
	{
		int a = i - same, b = j - same;
		bool inside = a >= 0 && b >= 0 && (a < old_middle.count || b < new_middle.count);
		char mark = ' ';

		if (inside && a < old_middle.count &&
			(b >= new_middle.count || length[(a + 1) * width + b] == length[a * width + b]))
			mark = '-';
		else if (inside &&
				 (a >= old_middle.count || length[a * width + b + 1] == length[a * width + b]))
			mark = '+';

		/* removals come before additions, as diff prints them */
		walked[count++] = (DiffLine){.mark = mark,
									 .line = mark == '+' ? new->line[j] : old->line[i],
									 .old_number = i + 1,
									 .new_number = j + 1};
		i += mark != '+';
		j += mark != '-';
	}

	return count;
}

/* The changed lines and some around them, in hunks: each begins with its place and length in both texts. */
static List *
ShowChanges(const DiffLine *walked, int count)
{
	List *shown = NIL;
	int end;

	for (int first = 0; first < count; first = end + 1)
	{
		end = HunkEnd(walked, first, count);
		if (end == first)
			continue;
		shown = lappend(shown, HunkHeading(walked, first, end));
		for (int i = first; i < end; i++)
			shown = lappend(shown, psprintf("%c%s", walked[i].mark, walked[i].line));
	}

	return shown;
}

/* Where the hunk that begins at a line ends; the line itself when it begins none. */
static int
HunkEnd(const DiffLine *walked, int first, int count)
{
	int end = first;

	while (end < count && IsNearChange(walked, end, count))
		end++;
	return end;
}

/* Whether a line has changed, or stands close to one that has. */
static bool
IsNearChange(const DiffLine *walked, int line, int count)
{
	for (int i = Max(0, line - AROUND); i <= Min(count - 1, line + AROUND); i++)
		if (walked[i].mark != ' ')
			return true;
	return false;
}

/* "@@ -12,7 +12,8 @@"; a side without lines is named by the line before it, as diff does. */
static char *
HunkHeading(const DiffLine *walked, int first, int end)
{
	int old_count = 0, new_count = 0;

	for (int i = first; i < end; i++)
	{
		old_count += walked[i].mark != '+';
		new_count += walked[i].mark != '-';
	}

	return psprintf("@@ -%d,%d +%d,%d @@", walked[first].old_number - (old_count == 0), old_count,
					walked[first].new_number - (new_count == 0), new_count);
}
