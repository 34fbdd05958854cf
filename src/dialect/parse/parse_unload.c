/*
 * parse_unload.c
 *		UNLOAD ('query') TO 's3://...' with its options in any order, and
 *		COPY (query) TO 's3://...' WITH (...), which is the same to PostgreSQL.
 *
 * What an option takes is in the table of unload_options.c; here is only how it
 * is written.  The query between quotes is a script of its own and is parsed
 * when it is printed.
 */
#include "postgres.h"

#include "utils/formatting.h"

#include "dialect/parse/parse.h"

static bool ParseQueryText(Parser *parser, UnloadStatement *unload);
static bool ParseQueryItself(Parser *parser, UnloadStatement *unload);
static bool IsText(const Parser *parser);
static bool IsStoreText(const Parser *parser);
static void ParseKeywords(Parser *parser, UnloadStatement *unload);
static UnloadOptionUse *ParseKeyword(Parser *parser);
static void ParseArgument(Parser *parser, UnloadOptionUse *use);
static void ParseNames(Parser *parser, UnloadOptionUse *use);
static void ParseList(Parser *parser, UnloadStatement *unload);
static UnloadOptionUse *ParseListed(Parser *parser);
static void AddOption(const Parser *parser, UnloadStatement *unload, UnloadOptionUse *use);

/* Parses an unload; false where the statement is none. */
bool
ParseUnload(Parser *parser)
{
	UnloadStatement *unload = palloc0(sizeof(UnloadStatement));

	unload->text = -1;
	if (ParserTake(parser, "unload") ? !ParseQueryText(parser, unload)
									 : !ParseQueryItself(parser, unload))
		return false;

	unload->target = parser->next++;
	if (unload->postgres)
		ParseList(parser, unload);
	else
		ParseKeywords(parser, unload);
	parser->statement->unload = unload;

	return true;
}

/* Parses ('query') TO; what begins with UNLOAD and isn't that is an error. */
static bool
ParseQueryText(Parser *parser, UnloadStatement *unload)
{
	ParserExpect(parser, "(");
	if (!IsText(parser))
		ParserFail(parser);
	unload->text = parser->next++;
	ParserExpect(parser, ")");
	ParserExpect(parser, "to");
	if (!IsText(parser))
		ParserFail(parser);
	if (!IsStoreText(parser))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("UNLOAD writes to S3, not to \"%s\"", ParserPeek(parser, 0)->text),
				errhint("Write TO 's3://bucket/prefix'."),
				LexerErrorPosition(parser->list->script, ParserPeek(parser, 0)->start));
	return true;
}

/* Parses COPY (query) TO 's3://'; false where it is another COPY, or none. */
static bool
ParseQueryItself(Parser *parser, UnloadStatement *unload)
{
	if (!ParserTake(parser, "copy") || !ParserIs(parser, "("))
		return false;

	unload->query.first = parser->next + 1;
	unload->query.last = ParserSkipParentheses(parser) - 1;
	unload->postgres = true;
	return unload->query.last >= unload->query.first && ParserTake(parser, "to") &&
		   IsStoreText(parser);
}

/* Whether a text comes next: 'text' or :'variable'. */
static bool
IsText(const Parser *parser)
{
	const Lexeme *lexeme = ParserPeek(parser, 0);

	return parser->next < parser->end &&
		   (lexeme->kind == LEXEME_STRING || lexeme->kind == LEXEME_VARIABLE);
}

/* Whether the text that comes next is the URL of a store. */
static bool
IsStoreText(const Parser *parser)
{
	const Lexeme *lexeme = ParserPeek(parser, 0);

	return IsText(parser) && (lexeme->kind == LEXEME_VARIABLE ||
							  pg_strncasecmp(lexeme->text, "s3://", strlen("s3://")) == 0);
}

/* Parses options in Redshift's spelling up to the end of the statement. */
static void
ParseKeywords(Parser *parser, UnloadStatement *unload)
{
	while (parser->next < parser->end)
		AddOption(parser, unload, ParseKeyword(parser));
}

/* Parses an option in Redshift's spelling. */
static UnloadOptionUse *
ParseKeyword(Parser *parser)
{
	UnloadOptionUse *use = palloc0(sizeof(UnloadOptionUse));

	/* noise: FORMAT [AS] CSV, WITH CREDENTIALS */
	if (ParserTake(parser, "format"))
		ParserTake(parser, "as");
	else if (ParserIs(parser, "with") && ParserIsAt(parser, 1, "credentials"))
		parser->next++;

	/* kept, so that the error can point there */
	use->keyword = parser->next;
	use->value.first = -1;
	use->rule = ParserPeek(parser, 0)->quoted ? NULL : UnloadOptionByKeyword(ParserWord(parser));

	/* a quoted word is a name, never a keyword */
	if (use->rule == NULL ||
		(use->rule->name != NULL && strcmp(use->rule->keyword, "include") == 0))
	{
		parser->next = use->keyword;
		ParserFailNear(parser, UnloadOptionNear(ParserPeek(parser, 0)->text));
	}

	if (use->rule->name != NULL)
		ParseArgument(parser, use);
	return use;
}

/* Parses what stands behind a keyword. */
static void
ParseArgument(Parser *parser, UnloadOptionUse *use)
{
	const Lexeme *lexeme;

	switch (use->rule->argument)
	{
		case UNLOAD_ARGUMENT_NONE:
		case UNLOAD_ARGUMENT_WORD:
			return;
		case UNLOAD_ARGUMENT_SUFFIX:
			use->suffixed = ParserTake(parser, use->rule->suffix);
			return;
		case UNLOAD_ARGUMENT_NAMES:
			/* PARTITION BY (a, b) INCLUDE */
			ParseNames(parser, use);
			return;
		case UNLOAD_ARGUMENT_SWITCH:
			lexeme = ParserPeek(parser, 0);

			/* ON and OFF may be left out */
			if (parser->next < parser->end && lexeme->kind == LEXEME_WORD && !lexeme->quoted &&
				CopySwitchIs(lexeme->text))
				use->value.first = use->value.last = parser->next++;
			return;
		case UNLOAD_ARGUMENT_SIZE:
			ParserTake(parser, "as");
			if (parser->next >= parser->end || ParserPeek(parser, 0)->kind != LEXEME_NUMBER)
				ParserFail(parser);
			use->value.first = use->value.last = parser->next++;

			/* the unit may be left out: MB */
			if (ParserIs(parser, "mb") || ParserIs(parser, "gb"))
				use->value.last = parser->next++;
			return;
		case UNLOAD_ARGUMENT_STRING:
			ParserTake(parser, "as");

			/* DEFAULT is a word for IAM_ROLE only */
			if (!IsText(parser) &&
				!(ParserIs(parser, "default") && strcmp(use->rule->keyword, "iam_role") == 0))
				ParserFail(parser);
			use->value.first = use->value.last = parser->next++;
	}
}

/* Parses BY (column, ...) [INCLUDE]. */
static void
ParseNames(Parser *parser, UnloadOptionUse *use)
{
	ParserExpect(parser, "by");
	use->value.first = parser->next;
	(void)ParserNameList(parser);
	use->value.last = parser->next - 1;
	use->suffixed = ParserTake(parser, use->rule->suffix);
}

/* Parses [[WITH] (name value, ...)], PostgreSQL's spelling. */
static void
ParseList(Parser *parser, UnloadStatement *unload)
{
	if (parser->next < parser->end)
	{
		ParserTake(parser, "with");
		ParserExpect(parser, "(");
		do
			AddOption(parser, unload, ParseListed(parser));
		while (ParserTake(parser, ","));
		ParserExpect(parser, ")");
	}

	ParserEnd(parser);
}

/* Parses a name and its value. */
static UnloadOptionUse *
ParseListed(Parser *parser)
{
	UnloadOptionUse *use = palloc0(sizeof(UnloadOptionUse));
	const char *name;

	use->keyword = parser->next;
	use->value.first = -1;
	name = ParserWord(parser);
	use->rule = UnloadOptionByName(name);
	if (use->rule == NULL)
	{
		/* Redshift's keyword in PostgreSQL's list: helped with the name that is meant */
		use->rule = UnloadOptionByKeyword(name);
		if (use->rule == NULL || use->rule->name != NULL)
			ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("UNLOAD option \"%s\" is not known", name),
					use->rule != NULL ? errhint("Its name here is \"%s\".", use->rule->name) : 0,
					LexerErrorPosition(parser->list->script,
									   parser->list->lexemes[use->keyword].start));
		return use;
	}

	/* switches may stand without a value */
	if (parser->next < parser->end && !ParserIs(parser, ",") && !ParserIs(parser, ")"))
	{
		use->value.first = parser->next;
		if (ParserIs(parser, "("))
			ParserSkipParentheses(parser);
		else
			parser->next++;
		use->value.last = parser->next - 1;
	}
	else if (use->rule->argument != UNLOAD_ARGUMENT_NONE &&
			 use->rule->argument != UNLOAD_ARGUMENT_SWITCH &&
			 use->rule->argument != UNLOAD_ARGUMENT_SUFFIX)
		ereport(
			ERROR, errcode(ERRCODE_SYNTAX_ERROR),
			errmsg("UNLOAD option \"%s\" needs a value", name),
			LexerErrorPosition(parser->list->script, parser->list->lexemes[use->keyword].end - 1));

	return use;
}

/* Adds an option; one that is refused or given twice is an error. */
static void
AddOption(const Parser *parser, UnloadStatement *unload, UnloadOptionUse *use)
{
	const char *script = parser->list->script;
	int place = parser->list->lexemes[use->keyword].start;
	ListCell *cell;

	if (use->rule->name == NULL)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("UNLOAD option %s is not supported",
					   asc_toupper(use->rule->keyword, strlen(use->rule->keyword))),
				errhint("%s", use->rule->hint), LexerErrorPosition(script, place));
	foreach (cell, unload->options)
		if (strcmp(((UnloadOptionUse *)lfirst(cell))->rule->name, use->rule->name) == 0)
			ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR),
					errmsg("UNLOAD option \"%s\" is given more than once", use->rule->name),
					LexerErrorPosition(script, place));
	unload->options = lappend(unload->options, use);
}
