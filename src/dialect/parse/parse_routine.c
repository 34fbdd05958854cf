/*
 * parse_routine.c
 *		CREATE FUNCTION and CREATE PROCEDURE: the types of the declaration, and
 *		where the body is.  What is in the body is deparse_body.c's.
 */
#include "postgres.h"

#include "dialect/parse/parse.h"

static List *ParseRoutineArguments(Parser *parser);
static void EditOutArguments(Parser *parser, List *arguments, int end);
static RoutineArgument *ParseArgument(Parser *parser, int first, int end);
static bool IsMode(const Lexeme *lexeme);
static void EditType(Parser *parser, const TypeUse *use);
static void FindBody(Parser *parser, int string, const char *language);

/* CREATE [OR REPLACE] FUNCTION | PROCEDURE, from the name on. */
void
ParseRoutine(Parser *parser)
{
	const char *language = NULL;
	int string = -1;
	bool nonatomic = false;
	List *arguments;

	/* up to the arguments, whatever schemas the name has */
	while (parser->next < parser->end && !ParserIs(parser, "("))
		parser->next++;
	arguments = ParseRoutineArguments(parser);
	while (parser->next < parser->end)
	{
		int next = parser->next++;
		const Lexeme *lexeme = &parser->list->lexemes[next];
		TypeUse use;

		if (LexemeIs(lexeme, "nonatomic"))
		{
			/* no word of PostgreSQL's: the body is written so that it has its effect */
			nonatomic = true;
			StatementEdit(parser->statement, next, next, "");
		}
		else if (LexemeIs(lexeme, "returns"))
		{
			/* only types that Redshift spells otherwise are rewritten */
			next++;
			if (TypeParse(parser->list, &next, parser->end, &use) && use.rule != NULL)
				EditType(parser, &use);
			parser->next = next;
		}
		else if (LexemeIs(lexeme, "as") && string < 0 &&
				 ParserPeek(parser, 0)->kind == LEXEME_STRING)
			string = parser->next++;
		else if (LexemeIs(lexeme, "language"))
			language = ParserPeek(parser, 0)->text;
	}

	/* a body in a language other than SQL and plpgsql isn't looked into, which FindBody decides */
	if (string >= 0 && language != NULL)
		FindBody(parser, string, language);
	if (parser->statement->body != NULL)
	{
		parser->statement->body->nonatomic = nonatomic;
		parser->statement->body->arguments = arguments;
	}
}

/* ( [name] [IN|OUT|INOUT] type, ... ): the types in PostgreSQL's spelling; a list of RoutineArgument. */
static List *
ParseRoutineArguments(Parser *parser)
{
	List *declared = NIL;
	int close = ParserPeek(parser, 0)->match;
	int first = parser->next + 1;
	List *arguments = NIL; /* their first lexemes, the last one's first */

	if (!ParserIs(parser, "(") || close < 0 || close >= parser->end)
		return NIL;

	for (int i = first; i <= close; i++)
	{
		const Lexeme *lexeme = &parser->list->lexemes[i];

		if (i == close || LexemeIs(lexeme, ","))
		{
			declared = lappend(declared, ParseArgument(parser, first, i));
			arguments = lcons_int(first, arguments);
			first = i + 1;
		}
		else if (lexeme->match > i)
			i = lexeme->match;
	}

	EditOutArguments(parser, arguments, close);
	parser->next = close + 1;

	return declared;
}

/*
 * Redshift's CALL leaves out the OUT arguments of a procedure, PostgreSQL's
 * wants something in their place: those at the end become INOUT with a default.
 */
static void
EditOutArguments(Parser *parser, List *arguments, int end)
{
	ListCell *cell;

	if (strcmp(parser->statement->tag, "CREATE PROCEDURE") != 0)
		return;

	foreach (cell, arguments)
	{
		int first = lfirst_int(cell);
		int mode = LexemeIs(&parser->list->lexemes[first], "out") ? first : first + 1;

		if (mode + 1 >= end || !LexemeIs(&parser->list->lexemes[mode], "out"))
			return;
		StatementEdit(parser->statement, mode, mode, "INOUT");
		StatementEdit(parser->statement, end, end - 1, " DEFAULT NULL");
		end = first - 1;
	}
}

/* The type of an argument is what its last words are, up to its default; its name one before them that is no mode. */
static RoutineArgument *
ParseArgument(Parser *parser, int first, int end)
{
	RoutineArgument *argument = palloc0(sizeof(RoutineArgument));

	/* the default may have words that look like types */
	for (int i = first; i < end; i++)
		if (LexemeIs(&parser->list->lexemes[i], "default") ||
			LexemeIs(&parser->list->lexemes[i], "="))
			end = i;
	for (int i = first; i < end; i++)
	{
		int next = i;
		TypeUse use;

		/* only a type that goes up to the end: words before it are mode and name */
		if (TypeParse(parser->list, &next, end, &use) && next == end)
		{
			if (use.rule != NULL)
				EditType(parser, &use);
			argument->type = use;
			break;
		}

		if (!IsMode(&parser->list->lexemes[i]))
			argument->name = parser->list->lexemes[i].text;
	}

	return argument;
}

/* Whether a lexeme says which way an argument goes. */
static bool
IsMode(const Lexeme *lexeme)
{
	return LexemeIs(lexeme, "in") || LexemeIs(lexeme, "out") || LexemeIs(lexeme, "inout");
}

/* Spells a type in PostgreSQL's way, which takes no part of it but its name here. */
static void
EditType(Parser *parser, const TypeUse *use)
{
	TypeUse *copy;

	if (use->modifier == NULL && strcmp(use->rule->name, use->rule->postgres) == 0)
		return;

	copy = palloc(sizeof(TypeUse));
	*copy = *use;
	StatementAddEdit(parser->statement, use->first, use->last)->type = copy;
}

/* Marks the text between the quotes as a body. */
static void
FindBody(Parser *parser, int string, const char *language)
{
	RoutineBody *body;
	const Lexeme *lexeme = &parser->list->lexemes[string];
	const char *written = parser->list->script + lexeme->start;
	int length = (int)strlen(lexeme->text);
	int quote = (lexeme->end - lexeme->start - length) / 2;

	if (strcmp(language, "plpgsql") != 0 && strcmp(language, "sql") != 0)
		return;

	/* between plain quotes it isn't what it means: quotes and backslashes are doubled in it */
	body = palloc0(sizeof(RoutineBody));
	body->plain =
		written[0] != '$' || quote < 2 || memcmp(written + quote, lexeme->text, length) != 0;
	body->lexeme = string;
	body->start = lexeme->start + quote;
	body->length = length;
	body->plpgsql = strcmp(language, "plpgsql") == 0;
	body->procedure = strcmp(parser->statement->tag, "CREATE PROCEDURE") == 0;
	parser->statement->body = body;
}
