/*
 * body_text.c
 *		The body of a routine on its way: looking at its lexemes, copying it, and
 *		putting other text in the place of some.  It knows nothing of plpgsql.
 */
#include "postgres.h"

#include "dialect/print/body_text.h"

static int CountLines(const char *text, int length);

/* The lexeme at an index; the end of the body beyond the last. */
const Lexeme *
BodyAt(const BodyWriter *writer, int index)
{
	return &writer->list->lexemes[Min(index, writer->list->count)];
}

/* Whether a lexeme is this word or punctuation. */
bool
BodyIs(const BodyWriter *writer, int index, const char *text)
{
	return index < writer->list->count && LexemeIs(BodyAt(writer, index), text);
}

/*
 * The first of some words from a lexeme on that stands outside parentheses and
 * CASE expressions, or the semicolon before it, or the end of the body.
 */
int
BodyFind(const BodyWriter *writer, int from, const char *const *words)
{
	int cases = 0;

	for (int i = from; i < writer->list->count; i++)
	{
		const Lexeme *lexeme = BodyAt(writer, i);

		/* a semicolon ends the search even within an unclosed CASE */
		if (LexemeIs(lexeme, ";"))
			return i;
		for (int word = 0; cases == 0 && words[word] != NULL; word++)
			if (LexemeIs(lexeme, words[word]))
				return i;

		/* WHEN and ELSE of an expression are no words of the command */
		cases += LexemeIs(lexeme, "case") ? 1 : 0;
		cases -= LexemeIs(lexeme, "end") && cases > 0 ? 1 : 0;

		/* parentheses hold expressions only */
		if (lexeme->match > i)
			i = lexeme->match;
	}

	return writer->list->count;
}

/* The semicolon that ends a statement, or the end of the body. */
int
BodyFindEnd(const BodyWriter *writer, int from)
{
	static const char *const none[] = {NULL};

	return BodyFind(writer, from, none);
}

/* Copies the body up to a byte. */
void
BodyCopyTo(BodyWriter *writer, int byte)
{
	while (writer->insertions != NIL)
	{
		const BlockInsertion *insertion = linitial(writer->insertions);

		if (insertion->byte > byte)
			break;
		if (insertion->byte > writer->written)
			TextAddSource(&writer->outer->text, writer->base + writer->written,
						  writer->base + insertion->byte);
		writer->written = Max(writer->written, insertion->byte);
		TextAddString(&writer->outer->text, writer->base + writer->written, insertion->text);
		writer->insertions = list_delete_first(writer->insertions);
	}

	if (byte > writer->written)
		TextAddSource(&writer->outer->text, writer->base + writer->written, writer->base + byte);
	writer->written = Max(writer->written, byte);
}

/* Puts text in the place of lexemes. */
void
BodyPut(BodyWriter *writer, int first, int last, const char *text)
{
	BodyCopyTo(writer, BodyAt(writer, first)->start);
	TextAddString(&writer->outer->text, writer->base + writer->written, text);
	writer->written = BodyAt(writer, last)->end;
}

/* How many lines a text goes on. */
static int
CountLines(const char *text, int length)
{
	int lines = 0;

	for (int i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines;
}

/* Puts what a printer made of lexemes in their place, on as many lines. */
void
BodyPutPiece(BodyWriter *writer, int first, int last, const TextBuilder *piece)
{
	int start = BodyAt(writer, first)->start;
	int end = BodyAt(writer, last)->end;
	int missing = CountLines(writer->list->script + start, end - start) -
				  CountLines(piece->text.data, piece->text.len);

	BodyCopyTo(writer, start);
	TextAddInner(&writer->outer->text, piece, writer->base);
	for (; missing > 0; missing--)
		TextAddString(&writer->outer->text, writer->base + end, "\n");
	writer->written = end;
}
