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

#include "dialect/print/body_text.h"
#include "dialect/print/deparse_names.h"
#include "dialect/parse/parse.h"

/* Translates what EXECUTE is given. */
#define DYNAMIC_FUNCTION "redshift.statement"

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
	BodyPutPiece(writer, first, last, &text);
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
	BodyCopyTo(writer, BodyAt(writer, first)->start);
	TextAddString(&writer->outer->text, writer->base + writer->written, cases ? "(" : "");
	BodyPutPiece(writer, first, last, &text);
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
	BodyPutPiece(writer, first, end - 1, &piece.text);
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

	BodyCopyTo(&writer, routine->length);
	error_context_stack = callback.previous;
}

/* Rewrites the next statement, or the part of it up to the next one in it. */
static void
WriteStatement(BodyWriter *writer)
{
	if (BodyIs(writer, writer->next, ";"))
	{
		writer->next++;
		return;
	}

	/* a label stands before its loop */
	if (BodyIs(writer, writer->next, "<<"))
	{
		while (writer->next < writer->list->count && !BodyIs(writer, writer->next++, ">>"))
			;
		return;
	}

	for (int i = 0; i < (int)lengthof(statements); i++)
		if (BodyIs(writer, writer->next, statements[i].word))
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
	writer->next = BodyFindEnd(writer, writer->next);
}

/*
 * COMMIT and ROLLBACK: what they do depends on who has called the procedure,
 * which only a function knows when it runs (script/procedure_functions.c).
 */
static void
WriteTransactionEnd(BodyWriter *writer)
{
	int first = writer->next;
	int end = BodyFindEnd(writer, first);

	writer->next = end;
	BodyCopyTo(writer, BodyAt(writer, first)->start);
	TextAddString(&writer->outer->text, writer->base + writer->written,
				  BodyIs(writer, first, "commit") ? "IF redshift.may_commit() THEN "
												  : "IF redshift.may_roll_back() THEN ");
	BodyCopyTo(writer, BodyAt(writer, end - 1)->end);
	TextAddString(&writer->outer->text, writer->base + writer->written, "; END IF");
}

/* DECLARE name type ...; up to BEGIN. */
static void
WriteDeclarations(BodyWriter *writer)
{
	for (writer->next++;
		 writer->next < writer->list->count && !BodyIs(writer, writer->next, "begin");
		 writer->next++)
		WriteDeclaration(writer);
}

/* name [CONSTANT] type [NOT NULL] [:= expression], or name CURSOR FOR query; ends at its semicolon. */
static void
WriteDeclaration(BodyWriter *writer)
{
	static const char *const values[] = {":=", "=", "default", NULL};
	static const char *const queries[] = {"for", "is", NULL};
	const char *name = BodyAt(writer, writer->next)->text;
	int end = BodyFindEnd(writer, writer->next);
	int next = writer->next + (BodyIs(writer, writer->next + 1, "constant") ? 2 : 1);
	int value;
	TypeUse use;

	writer->next = end;

	/* ALIAS FOR $1 */
	if (BodyIs(writer, next, "alias"))
	{
		AddAlias(writer, name, next + 2);
		return;
	}

	/* a cursor's query is rewritten as any other */
	if (BodyIs(writer, next, "cursor"))
	{
		int query = BodyFind(writer, next, queries);

		if (query < end)
			WriteQuery(writer, query + 1, end);
		return;
	}

	/* %TYPE asks the catalog at run time, so it stays */
	if (TypeParse(writer->list, &next, end, &use) && !BodyIs(writer, next, "%"))
	{
		int32 typmod;
		Oid type = TypeOid(&use, &typmod);

		RoutineVariable(writer->names, name, type, typmod);
		if (use.rule != NULL)
			BodyPut(writer, use.first, use.last, TypePostgres(writer->list, &use));
	}
	else if (BodyIs(writer, next + 1, "type"))
		NamesAddLikeColumn(writer->names, &writer->context, name,
						   (LexemeRange){use.first, next - 1}, writer->list);

	/* the default is an expression, rewritten as any other */
	value = BodyFind(writer, next, values);
	if (value < end)
		WriteExpression(writer, value + 1, end - 1);
}

/* name ALIAS FOR argument: the name has its type. */
static void
AddAlias(BodyWriter *writer, const char *name, int argument)
{
	const DialectColumn *column = RoutineFind(writer->names, BodyAt(writer, argument)->text);

	RoutineVariable(writer->names, name, column != NULL ? column->type : InvalidOid, -1);
}

/* IF, ELSIF, WHILE, WHEN: an expression up to THEN or LOOP. */
static void
WriteCondition(BodyWriter *writer)
{
	static const char *const ends[] = {"then", "loop", NULL};
	int end = BodyFind(writer, writer->next + 1, ends);

	WriteEnclosed(writer, writer->next + 1, end - 1);
	writer->next = end + (BodyIs(writer, end, ";") ? 0 : 1);
}

/* CASE [expression] WHEN: what follows WHEN is a condition of its own. */
static void
WriteCase(BodyWriter *writer)
{
	static const char *const ends[] = {"when", NULL};
	int end = BodyFind(writer, writer->next + 1, ends);

	WriteExpression(writer, writer->next + 1, end - 1);
	writer->next = end;
}

/* FOR target IN query LOOP, FOR target IN EXECUTE text LOOP; numbers are left as they are. */
static void
WriteLoop(BodyWriter *writer)
{
	static const char *const in[] = {"in", "loop", NULL};
	static const char *const ends[] = {"loop", NULL};
	int first = BodyFind(writer, writer->next, in) + 1;
	int end = BodyFind(writer, first, ends);

	writer->next = first;
	if (BodyIs(writer, first, "execute"))
		WriteDynamic(writer);
	else if (BodyIs(writer, first, "select") || BodyIs(writer, first, "with") ||
			 BodyIs(writer, first, "("))
		WriteQuery(writer, first, end);
	writer->next = end + (BodyIs(writer, end, ";") ? 0 : 1);
}

/* RETURN expression, PERFORM expression. */
static void
WriteOperand(BodyWriter *writer)
{
	int end = BodyFindEnd(writer, writer->next);

	WriteExpression(writer, writer->next + 1, end - 1);
	writer->next = end;
}

/* EXIT, CONTINUE [label] [WHEN condition]. */
static void
WriteExit(BodyWriter *writer)
{
	static const char *const when[] = {"when", NULL};
	int condition = BodyFind(writer, writer->next, when) + 1;
	int end = BodyFindEnd(writer, writer->next);

	WriteExpression(writer, condition, end - 1);
	writer->next = end;
}

/* RAISE level 'format', expression ... [USING ...]. */
static void
WriteRaise(BodyWriter *writer)
{
	static const char *const separators[] = {",", "using", NULL};
	int next = BodyFind(writer, writer->next, separators);

	while (BodyIs(writer, next, ","))
	{
		int end = BodyFind(writer, next + 1, separators);

		WriteExpression(writer, next + 1, end - 1);
		next = end;
	}

	writer->next = BodyFindEnd(writer, next);
}

/* EXECUTE text [INTO target] [USING ...]: the text is translated when it is known. */
static void
WriteDynamic(BodyWriter *writer)
{
	static const char *const ends[] = {"into", "using", "loop", NULL};
	int first = writer->next + 1;
	int end = BodyFind(writer, first, ends);

	if (end > first &&
		!(BodyIs(writer, first, "redshift") && BodyIs(writer, first + 2, "statement")))
	{
		/* EXECUTE(text) has no blank of its own between the two */
		bool glued = BodyAt(writer, writer->next)->end == BodyAt(writer, first)->start;

		BodyCopyTo(writer, BodyAt(writer, first)->start);
		TextAddString(&writer->outer->text, writer->base + writer->written,
					  glued ? " " DYNAMIC_FUNCTION "(" : DYNAMIC_FUNCTION "(");
		WriteExpression(writer, first, end - 1);
		TextAddString(&writer->outer->text, writer->base + writer->written, ")");
	}

	writer->next = BodyFindEnd(writer, end);
}

/* OPEN cursor FOR query, OPEN cursor FOR EXECUTE text. */
static void
WriteOpen(BodyWriter *writer)
{
	static const char *const fors[] = {"for", NULL};
	int query = BodyFind(writer, writer->next, fors) + 1;
	int end = BodyFindEnd(writer, writer->next);

	writer->next = query;
	if (BodyIs(writer, query, "execute"))
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
	int end = BodyFindEnd(writer, writer->next);

	while (BodyIs(writer, next, ".") || BodyIs(writer, next, "["))
		next = BodyAt(writer, next)->match > next ? BodyAt(writer, next)->match + 1 : next + 2;
	if (next >= end || (!BodyIs(writer, next, ":=") && !BodyIs(writer, next, "=")))
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

	if (BodyIs(writer, next, "strict"))
		next++;
	for (;; next += 2)
	{
		while (BodyIs(writer, next + 1, "."))
			next += 2;
		if (!BodyIs(writer, next + 1, ","))
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
	int end = BodyFindEnd(writer, first);
	int into = BodyFind(writer, first, intos);
	bool selects = BodyIs(writer, first, "select") || BodyIs(writer, first, "with");
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
		TextAddString(&piece.text, BodyAt(writer, first)->start,
					  "PERFORM sparkify_internal.load_module(); ");
	/* START TRANSACTION of a NONATOMIC procedure only keeps its statements from committing each */
	if (statement->skip_reason != NULL || strcmp(statement->tag, "BEGIN") == 0)
	{
		BodyPut(writer, first, end - 1, "NULL");
		return;
	}

	/* INTO a #table makes one, and stays where it is */
	if (selects && into < end && BodyAt(writer, into + 1)->text[0] != '#')
	{
		int last = Min(TargetsEnd(writer, into), end - 1);

		StatementEdit(statement, into, last, "");
		StatementOrderEdits(statement);
		DeparseStatement(&piece);
		TextAdd(&piece.text, BodyAt(writer, into)->start, " %.*s",
				BodyAt(writer, last)->end - BodyAt(writer, into)->start,
				writer->list->script + BodyAt(writer, into)->start);
	}
	else
		DeparseStatement(&piece);
	BodyPutPiece(writer, first, end - 1, &piece.text);
}
