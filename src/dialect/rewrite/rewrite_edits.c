/*
 * rewrite_edits.c
 *		Edits in the making: insertions around expressions and replacements.
 *
 * Expressions are rewritten from the inside out, so of two insertions before
 * one lexeme the later belongs to the outer expression and comes first in the
 * text; of two insertions behind one lexeme the later comes last.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "dialect/rewrite/rewrite_work.h"

/* In the order in which notes at one offset appear in the text. */
typedef enum NotePlace
{
	NOTE_AFTER,	 /* behind the lexeme that ends here */
	NOTE_BEFORE, /* in front of the lexeme that starts here */
	NOTE_REPLACE
} NotePlace;

typedef struct Note
{
	int start;
	int end;
	NotePlace place;
	int serial;
	const char *text;
} Note;

/* Adds a note. */
static void
AddNote(Rewriting *work, NotePlace place, int start, int end, const char *text)
{
	Note *note = palloc(sizeof(Note));

	note->start = start;
	note->end = end;
	note->place = place;
	note->serial = work->serial++;
	note->text = text;
	work->notes = lappend(work->notes, note);
}

/* Inserts text in front of a lexeme. */
void
EditInsertBefore(Rewriting *work, int lexeme, const char *text)
{
	int offset = LexemeAt(work->list, lexeme)->start;

	AddNote(work, NOTE_BEFORE, offset, offset, text);
}

/* Inserts text right behind a lexeme. */
void
EditInsertAfter(Rewriting *work, int lexeme, const char *text)
{
	int offset = LexemeAt(work->list, lexeme)->end;

	AddNote(work, NOTE_AFTER, offset, offset, text);
}

/* Whether a note lies in the text from start to end, or belongs to what does. */
static bool
NoteIsWithin(const Note *note, int start, int end)
{
	if (note->start < start || note->end > end)
		return false;
	if (note->place == NOTE_AFTER)
		return note->start > start;
	if (note->place == NOTE_BEFORE)
		return note->start < end;
	return true;
}

/* Puts text in the place of lexemes; edits made within them are dropped. */
void
EditReplace(Rewriting *work, int first, int last, const char *text)
{
	int start = LexemeAt(work->list, first)->start;
	int end = LexemeAt(work->list, last)->end;
	ListCell *cell;

	foreach (cell, work->notes)
	{
		if (NoteIsWithin(lfirst(cell), start, end))
			work->notes = foreach_delete_current(work->notes, cell);
	}
	AddNote(work, NOTE_REPLACE, start, end, text);
}

/* Takes lexemes out, and one blank in front of them. */
void
EditDelete(Rewriting *work, int first, int last)
{
	int start = LexemeAt(work->list, first)->start;

	EditReplace(work, first, last, "");
	if (start > 0 && work->list->script[start - 1] == ' ')
	{
		Note *note = llast(work->notes);

		note->start--;
	}
}

/* Orders notes as they appear in the text. */
static int
CompareNotes(const ListCell *a, const ListCell *b)
{
	const Note *left = lfirst(a);
	const Note *right = lfirst(b);

	if (left->start != right->start)
		return left->start < right->start ? -1 : 1;
	if (left->place != right->place)
		return left->place < right->place ? -1 : 1;
	if (left->place == NOTE_BEFORE)
		return left->serial > right->serial ? -1 : 1;
	return left->serial < right->serial ? -1 : 1;
}

/* The text of lexemes first..last with the edits made in it so far. */
char *
EditRender(Rewriting *work, int first, int last)
{
	int position = LexemeAt(work->list, first)->start;
	int end = LexemeAt(work->list, last)->end;
	List *notes = NIL;
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, work->notes)
	{
		if (NoteIsWithin(lfirst(cell), position, end))
			notes = lappend(notes, lfirst(cell));
	}
	list_sort(notes, CompareNotes);
	foreach (cell, notes)
	{
		const Note *note = lfirst(cell);

		if (note->start > position)
			appendBinaryStringInfo(&text, work->list->script + position, note->start - position);
		appendStringInfoString(&text, note->text);
		position = Max(position, note->end);
	}
	if (end > position)
		appendBinaryStringInfo(&text, work->list->script + position, end - position);
	return text.data;
}

/* All edits, in order, those at one offset joined. */
List *
EditList(Rewriting *work)
{
	List *edits = NIL;
	Edit *edit = NULL;
	ListCell *cell;

	list_sort(work->notes, CompareNotes);
	foreach (cell, work->notes)
	{
		const Note *note = lfirst(cell);

		if (edit != NULL && note->start <= edit->offset + edit->length)
		{
			edit->text = psprintf("%s%s", edit->text, note->text);
			edit->length = Max(edit->length, note->end - edit->offset);
			continue;
		}
		edit = palloc(sizeof(Edit));
		edit->offset = note->start;
		edit->length = note->end - note->start;
		edit->text = pstrdup(note->text);
		edits = lappend(edits, edit);
	}
	return edits;
}
