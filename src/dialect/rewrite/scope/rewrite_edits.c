/*
 * rewrite_edits.c
 *		The edits of a rewriting.
 */
#include "postgres.h"

#include "dialect/rewrite/scope/rewrite_edits.h"

/* Inserts text in front of a lexeme. */
void
EditInsertBefore(Rewriting *work, int lexeme, const char *text)
{
	EditsInsertBefore(work->edits, lexeme, text);
}

/* Inserts text right behind a lexeme. */
void
EditInsertAfter(Rewriting *work, int lexeme, const char *text)
{
	EditsInsertAfter(work->edits, lexeme, text);
}

/* Puts text in the place of lexemes. */
void
EditReplace(Rewriting *work, int first, int last, const char *text)
{
	EditsReplace(work->edits, first, last, text);
}

/* Takes lexemes out, and one blank in front of them. */
void
EditDelete(Rewriting *work, int first, int last)
{
	EditsDelete(work->edits, first, last);
}

/* The text of lexemes first..last with the edits made in it so far. */
char *
EditRender(Rewriting *work, int first, int last)
{
	TextBuilder text;

	TextBuilderInit(&text, work->list->script);
	EditsPrint(work->edits, first, last, &text);
	return text.text.data;
}
