/*
 * edits.c
 *		What is to be changed in a text, at its lexemes.
 *
 *		slots[lexeme] -> before ... | the lexeme, or what replaces it | ... after
 */
#include "postgres.h"

#include "miscadmin.h"

#include "dialect/text/edits.h"

/* What is done at a lexeme. */
typedef struct EditSlot
{
	List *before;		/* char *, the last one comes first in the text */
	LexemeEdit replace; /* text NULL: nothing */
	bool blank;			/* it takes a blank in front with it */
	List *after;		/* char * */
} EditSlot;

struct LexemeEdits
{
	const LexemeList *list;
	int *places; /* of each lexeme: its slot, from 1; 0: none */
	EditSlot *slots;
	int count;
	int allocated;
};

static EditSlot *SlotOf(LexemeEdits *edits, int lexeme);
static const EditSlot *SlotAt(const LexemeEdits *edits, int lexeme);
static void AddGap(const LexemeEdits *edits, int lexeme, const EditSlot *slot, TextBuilder *text);

/* No edits yet. */
LexemeEdits *
EditsMake(const LexemeList *list)
{
	LexemeEdits *edits = palloc0(sizeof(LexemeEdits));

	edits->list = list;
	edits->places =
		palloc_extended(sizeof(int) * (list->count + 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	edits->allocated = 16;
	edits->slots = palloc(sizeof(EditSlot) * edits->allocated);

	return edits;
}

/* The slot of a lexeme, made where there is none; valid until the next one is made. */
static EditSlot *
SlotOf(LexemeEdits *edits, int lexeme)
{
	int *place = &edits->places[Max(0, Min(lexeme, edits->list->count))];

	if (*place == 0)
	{
		if (edits->count == edits->allocated)
		{
			edits->allocated *= 2;
			edits->slots = repalloc_huge(edits->slots, sizeof(EditSlot) * edits->allocated);
		}

		memset(&edits->slots[edits->count], 0, sizeof(EditSlot));
		*place = ++edits->count;
	}

	return &edits->slots[*place - 1];
}

/* The slot of a lexeme; NULL where nothing is done. */
static const EditSlot *
SlotAt(const LexemeEdits *edits, int lexeme)
{
	return edits->places[lexeme] == 0 ? NULL : &edits->slots[edits->places[lexeme] - 1];
}

/* Inserts text in front of a lexeme. */
void
EditsInsertBefore(LexemeEdits *edits, int lexeme, const char *text)
{
	EditSlot *slot = SlotOf(edits, lexeme);

	slot->before = lappend(slot->before, unconstify(char *, text));
}

/* Inserts text right behind a lexeme. */
void
EditsInsertAfter(LexemeEdits *edits, int lexeme, const char *text)
{
	EditSlot *slot = SlotOf(edits, lexeme);

	slot->after = lappend(slot->after, unconstify(char *, text));
}

/* Puts text in the place of lexemes; what was done to them is dropped. */
void
EditsReplace(LexemeEdits *edits, int first, int last, const char *text)
{
	EditSlot *slot;

	SlotOf(edits, last)->after = NIL;
	slot = SlotOf(edits, first);
	slot->before = NIL;
	slot->blank = false;
	slot->replace = (LexemeEdit){.first = first, .last = last, .text = text};
}

/* Takes lexemes out, and one blank in front of them. */
void
EditsDelete(LexemeEdits *edits, int first, int last)
{
	EditsReplace(edits, first, last, "");
	SlotOf(edits, first)->blank = true;
}

/* Adds lexemes first..last, edited. */
void
EditsPrint(const LexemeEdits *edits, int first, int last, TextBuilder *text)
{
	const Lexeme *lexemes = edits->list->lexemes;

	for (int i = first; i <= last; i++)
	{
		const EditSlot *slot = SlotAt(edits, i);
		ListCell *cell;

		/* a list may have thousands of rows */
		CHECK_FOR_INTERRUPTS();
		if (i > first)
			AddGap(edits, i, slot, text);

		/* backwards: the last one added belongs to the outermost expression */
		for (int k = slot != NULL ? list_length(slot->before) - 1 : -1; k >= 0; k--)
			TextAddString(text, lexemes[i].start, list_nth(slot->before, k));

		/* a replacement that goes on behind the range belongs to what is around it */
		if (slot != NULL && slot->replace.text != NULL && slot->replace.last <= last)
		{
			TextAddString(text, lexemes[i].start, slot->replace.text);

			/* the replaced lexemes are passed over, with their own edits */
			i = Max(slot->replace.last, i);
			slot = SlotAt(edits, i);
		}
		else
		{
			int start = lexemes[i].start;

			/* what nothing is done to is copied in one piece */
			while (slot == NULL && i < last && edits->places[i + 1] == 0)
				i++;
			TextAddSource(text, start, lexemes[i].end);
		}

		if (slot == NULL)
			continue;
		foreach (cell, slot->after)
			TextAddString(text, lexemes[i].end, lfirst(cell));
	}
}

/* Adds what stands between a lexeme and the one before it. */
static void
AddGap(const LexemeEdits *edits, int lexeme, const EditSlot *slot, TextBuilder *text)
{
	int start = edits->list->lexemes[lexeme - 1].end;
	int end = edits->list->lexemes[lexeme].start;

	if (slot != NULL && slot->blank && end > start && edits->list->script[end - 1] == ' ')
		end--;
	TextAddSource(text, start, end);
}

/* The whole script, edited. */
char *
EditsApply(const LexemeEdits *edits)
{
	const LexemeList *list = edits->list;
	TextBuilder text;

	TextBuilderInit(&text, list->script);
	TextAddSource(&text, 0, list->lexemes[0].start);
	EditsPrint(edits, 0, list->count - 1, &text);
	if (list->count > 0)
		TextAddSource(&text, list->lexemes[list->count - 1].end, list->lexemes[list->count].end);
	return text.text.data;
}
