/*
 * deparse_body.c
 *		The body of a function or procedure, for PostgreSQL: the text between
 *		its quotes with every type, expression and statement in it rewritten.
 *
 *		body -> lexemes -> by the first word of each plpgsql statement: which of
 *		its parts are types, expressions, SQL -> the dialect's own printer
 *
 * It is no parser of plpgsql: what it doesn't know it copies, and plpgsql
 * judges it, and so is a body within a body within ..., or deep nesting would
 * cost the stack.  Lines stay where they are, so plpgsql's own "line 5 at SQL
 * statement" is true of the script.  SQL made at run time (EXECUTE) is
 * translated at run time.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "dialect/print/deparse.h"
#include "dialect/print/deparse_blocks.h"
#include "dialect/print/deparse_names.h"
#include "dialect/parse/parse.h"

/* Translates what EXECUTE is given. */
#define DYNAMIC_FUNCTION "redshift.statement"

/* A body on its way; lexemes and bytes are those of the body. */
typedef struct BodyWriter
{
	Deparser *outer;
	const LexemeList *list;
	int base;		  /* byte of the script at which the body begins */
	List *insertions; /* BlockInsertion: those that are to come */
	DialectContext context;
	RoutineNames *names;
	int next;	 /* lexeme to look at */
	int written; /* bytes that are done */
} BodyWriter;

static void WriteStatement(BodyWriter *writer);
static void WriteDeclarations(BodyWriter *writer);
static void WriteDeclaration(BodyWriter *writer);
static void AddAlias(BodyWriter *writer, const char *name, int argument);
static void WriteStep(BodyWriter *writer);
static void WriteAsIs(BodyWriter *writer);
static void WriteTransactionEnd(BodyWriter *writer);
static void WriteCondition(BodyWriter *writer);
static void WriteCase(BodyWriter *writer);
static void WriteLoop(BodyWriter *writer);
static void WriteOperand(BodyWriter *writer);
static void WriteExit(BodyWriter *writer);
static void WriteRaise(BodyWriter *writer);
static void WriteDynamic(BodyWriter *writer);
static void WriteOpen(BodyWriter *writer);
static bool WriteAssignment(BodyWriter *writer);
static void WriteSql(BodyWriter *writer);

/* What the first word of a statement makes of it; others assign, or are SQL. */
static const struct
{
	const char *word;
	void (*write)(BodyWriter *writer);
} statements[] = {
	{"declare", WriteDeclarations},
	{"begin", WriteStep},
	{"loop", WriteStep},
	{"else", WriteStep},
	{"exception", WriteStep},
	{"end", WriteAsIs},
	{"commit", WriteTransactionEnd},
	{"rollback", WriteTransactionEnd},
	{"get", WriteAsIs},
	{"fetch", WriteAsIs},
	{"move", WriteAsIs},
	{"close", WriteAsIs},
	{"null", WriteAsIs},
	{"if", WriteCondition},
	{"elsif", WriteCondition},
	{"elseif", WriteCondition},
	{"while", WriteCondition},
	{"when", WriteCondition},
	{"case", WriteCase},
	{"for", WriteLoop},
	{"return", WriteOperand},
	{"perform", WriteOperand},
	{"exit", WriteExit},
	{"continue", WriteExit},
	{"raise", WriteRaise},
	{"execute", WriteDynamic},
	{"open", WriteOpen},
};

/* Lets an error in a part of a body name its place in the script. */
static void
BodyErrorCallback(void *arg)
{
	const BodyWriter *writer = arg;
	int position = geterrposition();

	if (position > 0)
		errposition(position + pg_mbstrlen_with_len(writer->outer->text.script, writer->base));
}

/* The lexeme at an index; the end of the body beyond the last. */
static const Lexeme *
At(const BodyWriter *writer, int index)
{
	return &writer->list->lexemes[Min(index, writer->list->count)];
}

/* Whether a lexeme is this word or punctuation. */
static bool
Is(const BodyWriter *writer, int index, const char *text)
{
	return index < writer->list->count && LexemeIs(At(writer, index), text);
}

/*
 * The first of some words from a lexeme on that stands outside parentheses and
 * CASE expressions, or the semicolon before it, or the end of the body.
 */
static int
Find(const BodyWriter *writer, int from, const char *const *words)
{
	int cases = 0;

	for (int i = from; i < writer->list->count; i++)
	{
		const Lexeme *lexeme = At(writer, i);

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
static int
FindEnd(const BodyWriter *writer, int from)
{
	static const char *const none[] = {NULL};

	return Find(writer, from, none);
}

/* Copies the body up to a byte. */
static void
CopyTo(BodyWriter *writer, int byte)
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
static void
Put(BodyWriter *writer, int first, int last, const char *text)
{
	CopyTo(writer, At(writer, first)->start);
	TextAddString(&writer->outer->text, writer->base + writer->written, text);
	writer->written = At(writer, last)->end;
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
static void
PutPiece(BodyWriter *writer, int first, int last, const TextBuilder *piece)
{
	int start = At(writer, first)->start;
	int end = At(writer, last)->end;
	int missing = CountLines(writer->list->script + start, end - start) -
				  CountLines(piece->text.data, piece->text.len);

	CopyTo(writer, start);
	TextAddInner(&writer->outer->text, piece, writer->base);
	for (; missing > 0; missing--)
		TextAddString(&writer->outer->text, writer->base + end, "\n");
	writer->written = end;
}

/* A printer for a part of the body. */
static Deparser
PieceOf(const BodyWriter *writer, const DialectStatement *statement)
{
	Deparser piece = {statement, DIALECT_POSTGRES, &writer->context, writer->outer->parts};

	piece.body = writer->outer->body + 1;
	TextBuilderInit(&piece.text, writer->list->script);
	return piece;
}

/* An expression of lexemes first..last, rewritten. */
static TextBuilder
RenderExpression(const BodyWriter *writer, int first, int last)
{
	DialectStatement expression = {.list = writer->list, .first = first, .end = last + 1};
	Deparser piece = PieceOf(writer, &expression);

	DeparseQuery(&piece, first, last);
	return piece.text;
}

/* Rewrites an expression; there may be none. */
static void
WriteExpression(BodyWriter *writer, int first, int last)
{
	TextBuilder text;

	if (first > last)
		return;

	text = RenderExpression(writer, first, last);
	PutPiece(writer, first, last, &text);
}

/*
 * Rewrites a condition; plpgsql reads one up to the first THEN outside
 * parentheses, so it gets some where there is a CASE in it.
 */
static void
WriteEnclosed(BodyWriter *writer, int first, int last)
{
	TextBuilder text;
	bool cases;

	if (first > last)
		return;

	text = RenderExpression(writer, first, last);
	cases = strstr(text.text.data, "CASE") != NULL || strstr(text.text.data, "case") != NULL;
	CopyTo(writer, At(writer, first)->start);
	TextAddString(&writer->outer->text, writer->base + writer->written, cases ? "(" : "");
	PutPiece(writer, first, last, &text);
	TextAddString(&writer->outer->text, writer->base + writer->written, cases ? ")" : "");
}

/* Rewrites a statement of lexemes from first up to end, exclusive. */
static void
WriteQuery(BodyWriter *writer, int first, int end)
{
	DialectStatement *statement;
	Deparser piece;

	if (first >= end)
		return;

	statement = StatementParse(writer->list, first, end);
	piece = PieceOf(writer, statement);
	DeparseStatement(&piece);
	PutPiece(writer, first, end - 1, &piece.text);
}

/* Adds a body with all its statements rewritten. */
void
DeparseBody(Deparser *deparser, const RoutineBody *routine)
{
	char *body = pnstrdup(deparser->text.script + routine->start, routine->length);
	BodyWriter writer = {.outer = deparser, .base = routine->start};
	ErrorContextCallback callback = {error_context_stack, BodyErrorCallback, &writer};

	/* what its names stand for is its own, also within another body */
	writer.names = RoutineNamesMake(routine->arguments);
	writer.context = *deparser->context;
	writer.context.routine = writer.names;
	error_context_stack = &callback;
	writer.list = LexerScanPlain(body);
	if (routine->plpgsql && routine->procedure)
		writer.insertions = BlockInsertions(writer.list, routine->nonatomic);
	while (writer.next < writer.list->count)
	{
		CHECK_FOR_INTERRUPTS();
		if (routine->plpgsql)
			WriteStatement(&writer);
		else
			WriteSql(&writer);
	}

	CopyTo(&writer, routine->length);
	error_context_stack = callback.previous;
}

/* Rewrites the next statement, or the part of it up to the next one in it. */
static void
WriteStatement(BodyWriter *writer)
{
	if (Is(writer, writer->next, ";"))
	{
		writer->next++;
		return;
	}

	/* a label stands before its loop */
	if (Is(writer, writer->next, "<<"))
	{
		while (writer->next < writer->list->count && !Is(writer, writer->next++, ">>"))
			;
		return;
	}

	for (int i = 0; i < (int)lengthof(statements); i++)
		if (Is(writer, writer->next, statements[i].word))
		{
			statements[i].write(writer);
			return;
		}

	/* a word that begins no statement of plpgsql: a variable, or SQL */
	if (!WriteAssignment(writer))
		WriteSql(writer);
}

/* Steps over a word that other statements follow. */
static void
WriteStep(BodyWriter *writer)
{
	writer->next++;
}

/* Steps over a statement with nothing of Redshift's in it. */
static void
WriteAsIs(BodyWriter *writer)
{
	writer->next = FindEnd(writer, writer->next);
}

/*
 * COMMIT and ROLLBACK: what they do depends on who has called the procedure,
 * which only a function knows when it runs (script/procedure_functions.c).
 */
static void
WriteTransactionEnd(BodyWriter *writer)
{
	int first = writer->next;
	int end = FindEnd(writer, first);

	writer->next = end;
	CopyTo(writer, At(writer, first)->start);
	TextAddString(&writer->outer->text, writer->base + writer->written,
				  Is(writer, first, "commit") ? "IF redshift.may_commit() THEN "
											  : "IF redshift.may_roll_back() THEN ");
	CopyTo(writer, At(writer, end - 1)->end);
	TextAddString(&writer->outer->text, writer->base + writer->written, "; END IF");
}

/* DECLARE name type ...; up to BEGIN. */
static void
WriteDeclarations(BodyWriter *writer)
{
	for (writer->next++; writer->next < writer->list->count && !Is(writer, writer->next, "begin");
		 writer->next++)
		WriteDeclaration(writer);
}

/* name [CONSTANT] type [NOT NULL] [:= expression], or name CURSOR FOR query; ends at its semicolon. */
static void
WriteDeclaration(BodyWriter *writer)
{
	static const char *const values[] = {":=", "=", "default", NULL};
	static const char *const queries[] = {"for", "is", NULL};
	const char *name = At(writer, writer->next)->text;
	int end = FindEnd(writer, writer->next);
	int next = writer->next + (Is(writer, writer->next + 1, "constant") ? 2 : 1);
	int value;
	TypeUse use;

	writer->next = end;

	/* ALIAS FOR $1 */
	if (Is(writer, next, "alias"))
	{
		AddAlias(writer, name, next + 2);
		return;
	}

	/* a cursor's query is rewritten as any other */
	if (Is(writer, next, "cursor"))
	{
		int query = Find(writer, next, queries);

		if (query < end)
			WriteQuery(writer, query + 1, end);
		return;
	}

	/* %TYPE asks the catalog at run time, so it stays */
	if (TypeParse(writer->list, &next, end, &use) && !Is(writer, next, "%"))
	{
		int32 typmod;
		Oid type = TypeOid(&use, &typmod);

		RoutineVariable(writer->names, name, type, typmod);
		if (use.rule != NULL)
			Put(writer, use.first, use.last, TypePostgres(writer->list, &use));
	}
	else if (Is(writer, next + 1, "type"))
		NamesAddLikeColumn(writer->names, &writer->context, name,
						   (LexemeRange){use.first, next - 1}, writer->list);

	/* the default is an expression, rewritten as any other */
	value = Find(writer, next, values);
	if (value < end)
		WriteExpression(writer, value + 1, end - 1);
}

/* name ALIAS FOR argument: the name has its type. */
static void
AddAlias(BodyWriter *writer, const char *name, int argument)
{
	const DialectColumn *column = RoutineFind(writer->names, At(writer, argument)->text);

	RoutineVariable(writer->names, name, column != NULL ? column->type : InvalidOid, -1);
}

/* IF, ELSIF, WHILE, WHEN: an expression up to THEN or LOOP. */
static void
WriteCondition(BodyWriter *writer)
{
	static const char *const ends[] = {"then", "loop", NULL};
	int end = Find(writer, writer->next + 1, ends);

	WriteEnclosed(writer, writer->next + 1, end - 1);
	writer->next = end + (Is(writer, end, ";") ? 0 : 1);
}

/* CASE [expression] WHEN: what follows WHEN is a condition of its own. */
static void
WriteCase(BodyWriter *writer)
{
	static const char *const ends[] = {"when", NULL};
	int end = Find(writer, writer->next + 1, ends);

	WriteExpression(writer, writer->next + 1, end - 1);
	writer->next = end;
}

/* FOR target IN query LOOP, FOR target IN EXECUTE text LOOP; numbers are left as they are. */
static void
WriteLoop(BodyWriter *writer)
{
	static const char *const in[] = {"in", "loop", NULL};
	static const char *const ends[] = {"loop", NULL};
	int first = Find(writer, writer->next, in) + 1;
	int end = Find(writer, first, ends);

	writer->next = first;
	if (Is(writer, first, "execute"))
		WriteDynamic(writer);
	else if (Is(writer, first, "select") || Is(writer, first, "with") || Is(writer, first, "("))
		WriteQuery(writer, first, end);
	writer->next = end + (Is(writer, end, ";") ? 0 : 1);
}

/* RETURN expression, PERFORM expression. */
static void
WriteOperand(BodyWriter *writer)
{
	int end = FindEnd(writer, writer->next);

	WriteExpression(writer, writer->next + 1, end - 1);
	writer->next = end;
}

/* EXIT, CONTINUE [label] [WHEN condition]. */
static void
WriteExit(BodyWriter *writer)
{
	static const char *const when[] = {"when", NULL};
	int condition = Find(writer, writer->next, when) + 1;
	int end = FindEnd(writer, writer->next);

	WriteExpression(writer, condition, end - 1);
	writer->next = end;
}

/* RAISE level 'format', expression ... [USING ...]. */
static void
WriteRaise(BodyWriter *writer)
{
	static const char *const separators[] = {",", "using", NULL};
	int next = Find(writer, writer->next, separators);

	while (Is(writer, next, ","))
	{
		int end = Find(writer, next + 1, separators);

		WriteExpression(writer, next + 1, end - 1);
		next = end;
	}

	writer->next = FindEnd(writer, next);
}

/* EXECUTE text [INTO target] [USING ...]: the text is translated when it is known. */
static void
WriteDynamic(BodyWriter *writer)
{
	static const char *const ends[] = {"into", "using", "loop", NULL};
	int first = writer->next + 1;
	int end = Find(writer, first, ends);

	if (end > first && !(Is(writer, first, "redshift") && Is(writer, first + 2, "statement")))
	{
		CopyTo(writer, At(writer, first)->start);
		TextAddString(&writer->outer->text, writer->base + writer->written, DYNAMIC_FUNCTION "(");
		WriteExpression(writer, first, end - 1);
		TextAddString(&writer->outer->text, writer->base + writer->written, ")");
	}

	writer->next = FindEnd(writer, end);
}

/* OPEN cursor FOR query, OPEN cursor FOR EXECUTE text. */
static void
WriteOpen(BodyWriter *writer)
{
	static const char *const fors[] = {"for", NULL};
	int query = Find(writer, writer->next, fors) + 1;
	int end = FindEnd(writer, writer->next);

	writer->next = query;
	if (Is(writer, query, "execute"))
		WriteDynamic(writer);
	else
		WriteQuery(writer, query, end);
	writer->next = end;
}

/* name := expression; false when the statement isn't one. */
static bool
WriteAssignment(BodyWriter *writer)
{
	int next = writer->next + 1;
	int end = FindEnd(writer, writer->next);

	while (Is(writer, next, ".") || Is(writer, next, "["))
		next = At(writer, next)->match > next ? At(writer, next)->match + 1 : next + 2;
	if (next >= end || (!Is(writer, next, ":=") && !Is(writer, next, "=")))
		return false;

	WriteExpression(writer, next + 1, end - 1);
	writer->next = end;

	return true;
}

/* The last lexeme of the variables that INTO fills: [STRICT] a, b.c. */
static int
TargetsEnd(const BodyWriter *writer, int into)
{
	int next = into + 1;

	if (Is(writer, next, "strict"))
		next++;
	for (;; next += 2)
	{
		while (Is(writer, next + 1, "."))
			next += 2;
		if (!Is(writer, next + 1, ","))
			return next;
	}
}

/*
 * An SQL statement. The variables that SELECT INTO fills are no part of
 * Redshift's SELECT; they go to the end, where plpgsql takes them as well.
 */
static void
WriteSql(BodyWriter *writer)
{
	static const char *const intos[] = {"into", NULL};
	int first = writer->next;
	int end = FindEnd(writer, first);
	int into = Find(writer, first, intos);
	bool selects = Is(writer, first, "select") || Is(writer, first, "with");
	DialectStatement *statement;
	Deparser piece;

	writer->next = end + 1;

	/* nothing but a semicolon */
	if (first >= end)
		return;

	statement = StatementParse(writer->list, first, end);
	piece = PieceOf(writer, statement);
	NamesAddTable(writer->names, statement);

	/* the procedure may be the first thing that a session runs */
	if (statement->design != NULL || statement->late_binding.first >= 0)
		TextAddString(&piece.text, At(writer, first)->start,
					  "PERFORM sparkify_internal.load_module(); ");
	/* START TRANSACTION of a NONATOMIC procedure only keeps its statements from committing each */
	if (statement->skip_reason != NULL || strcmp(statement->tag, "BEGIN") == 0)
	{
		Put(writer, first, end - 1, "NULL");
		return;
	}

	/* INTO a #table makes one, and stays where it is */
	if (selects && into < end && At(writer, into + 1)->text[0] != '#')
	{
		int last = Min(TargetsEnd(writer, into), end - 1);

		StatementEdit(statement, into, last, "");
		StatementOrderEdits(statement);
		DeparseStatement(&piece);
		TextAdd(&piece.text, At(writer, into)->start, " %.*s",
				At(writer, last)->end - At(writer, into)->start,
				writer->list->script + At(writer, into)->start);
	}
	else
		DeparseStatement(&piece);
	PutPiece(writer, first, end - 1, &piece.text);
}
