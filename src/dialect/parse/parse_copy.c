/*
 * parse_copy.c
 *		COPY from an object store, with its options in any order and with all
 *		the noise words.
 *
 * What an option takes is in the table of copy_option_rules.c; here is only how it
 * is written.  A COPY that is PostgreSQL's own (FROM STDIN, TO, a file) isn't
 * parsed: it goes through.
 */
#include "postgres.h"

#include "utils/formatting.h"

#include "dialect/parse/parse.h"

static bool IsObjectStore(const Parser *parser);
static void RefuseFile(const Parser *parser);
static void RefuseSource(const Parser *parser);
static void ParseOptions(Parser *parser, CopyStatement *copy);
static void ParseOption(Parser *parser, CopyStatement *copy);
static int ParseArgument(Parser *parser, const CopyOptionRule *rule);
static bool IsText(const Parser *parser);
static void AddOption(const Parser *parser, CopyStatement *copy, const CopyOptionRule *rule,
					  int keyword, int value);
static void ParseOptionList(Parser *parser, CopyStatement *copy);

/* Parses COPY t [(columns)] FROM 's3://...' options; false where the statement is another COPY, or none. */
bool
ParseCopy(Parser *parser)
{
	CopyStatement *copy = palloc0(sizeof(CopyStatement));

	/* COPY (query), COPY of a file: PostgreSQL's own */
	if (!ParserTake(parser, "copy") || !ParserAtRelation(parser))
		return false;

	ParserRelation(parser, &copy->relation);
	if (ParserIs(parser, "("))
		copy->columns = ParserNameList(parser);
	if (!ParserTake(parser, "from"))
		return false;

	/* a slip that is easily made and hard to see */
	if (ParserIs(parser, "s3") && ParserIsAt(parser, 1, ":"))
		ParserFailHint(parser, "A URL stands between single quotes: 's3://bucket/prefix'.");

	/* not an object store: a client's own COPY, or a program's */
	if (!IsObjectStore(parser))
	{
		RefuseFile(parser);
		return false;
	}

	/* DynamoDB, SSH and EMR are sources that can't be read here */
	RefuseSource(parser);
	copy->source = parser->next++;

	/* both spellings lead to the same options */
	if (ParserIs(parser, "(") || (ParserIs(parser, "with") && ParserIsAt(parser, 1, "(")))
		ParseOptionList(parser, copy);
	else
		ParseOptions(parser, copy);
	parser->statement->copy = copy;
	parser->statement->relation = copy->relation;

	return true;
}

/* Whether the source is a URL, or a variable, which stands for one. */
static bool
IsObjectStore(const Parser *parser)
{
	const Lexeme *source = ParserPeek(parser, 0);

	if (parser->next >= parser->end)
		return false;
	if (source->kind == LEXEME_STRING)
		return strstr(source->text, "://") != NULL;

	return source->kind == LEXEME_VARIABLE;
}

/* Refuses what is no URL, where it is given an authorization that only Redshift's COPY has. */
static void
RefuseFile(const Parser *parser)
{
	static const char *const keys[] = {"iam_role", "credentials", "access_key_id"};
	const Lexeme *source = ParserPeek(parser, 0);
	int next = ParserIsAt(parser, 1, "with") ? 2 : 1;

	if (source->kind != LEXEME_STRING)
		return;
	for (size_t i = 0; i < lengthof(keys); i++)
		if (ParserIsAt(parser, next, keys[i]))
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("COPY reads from S3, not from \"%s\"", source->text),
					errhint("Write FROM 's3://bucket/prefix'."),
					LexerErrorPosition(parser->list->script, source->start));
}

/* Refuses the sources that Redshift has besides S3. */
static void
RefuseSource(const Parser *parser)
{
	const Lexeme *source = ParserPeek(parser, 0);
	const char *scheme = source->kind == LEXEME_STRING ? CopySourceRefused(source->text) : NULL;

	if (scheme != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("COPY from \"%s\" is not supported", scheme), errhint(COPY_SOURCE_HINT),
				 LexerErrorPosition(parser->list->script, source->start)));
}

/* Parses options in Redshift's spelling up to the end of the statement. */
static void
ParseOptions(Parser *parser, CopyStatement *copy)
{
	while (parser->next < parser->end)
		ParseOption(parser, copy);
}

/* Parses one option in Redshift's spelling. */
static void
ParseOption(Parser *parser, CopyStatement *copy)
{
	const CopyOptionRule *rule;
	int keyword;

	/* noise: FORMAT [AS] JSON, AS JSON, WITH CREDENTIALS */
	if (ParserTake(parser, "format") || ParserIs(parser, "as"))
		ParserTake(parser, "as");
	else if (ParserIs(parser, "with") && ParserIsAt(parser, 1, "credentials"))
		parser->next++;
	if (ParseJobCreate(parser, copy))
		return;

	keyword = parser->next;
	rule = ParserPeek(parser, 0)->quoted ? NULL : CopyOptionByKeyword(ParserWord(parser));
	if (rule == NULL)
	{
		parser->next = keyword;
		ParserFailNear(parser, CopyOptionNear(ParserPeek(parser, 0)->text));
	}

	AddOption(parser, copy, rule, keyword, ParseArgument(parser, rule));
}

/* Parses an option's argument and returns its lexeme, or -1. */
static int
ParseArgument(Parser *parser, const CopyOptionRule *rule)
{
	const Lexeme *lexeme;

	if (rule->argument == COPY_ARGUMENT_NONE || rule->argument == COPY_ARGUMENT_WORD)
		return -1;

	/* ON and OFF are words, and may be left out */
	if (rule->argument == COPY_ARGUMENT_SWITCH)
	{
		lexeme = ParserPeek(parser, 0);
		return parser->next < parser->end && lexeme->kind == LEXEME_WORD && !lexeme->quoted &&
					   CopySwitchIs(lexeme->text)
				   ? parser->next++
				   : -1;
	}

	/* AS is noise before most values (AWS: r_COPY) */
	if (ParserTake(parser, "as") && ParserIs(parser, "as"))
		ParserFail(parser);
	lexeme = ParserPeek(parser, 0);

	/* a variable may stand for a number, for psql fills it in */
	if (rule->argument == COPY_ARGUMENT_NUMBER)
	{
		if (parser->next >= parser->end ||
			(lexeme->kind != LEXEME_NUMBER && lexeme->kind != LEXEME_VARIABLE))
			ParserFail(parser);
		return parser->next++;
	}

	/* DEFAULT is a word for IAM_ROLE only; encodings are words, too */
	if (IsText(parser) || (ParserIs(parser, "default") && strcmp(rule->keyword, "iam_role") == 0) ||
		(lexeme->kind == LEXEME_WORD && strcmp(rule->keyword, "encoding") == 0))
		return parser->next++;

	/* MANIFEST and the like may stand alone */
	if (rule->argument != COPY_ARGUMENT_OPTIONAL_STRING)
		ParserFail(parser);
	return -1;
}

/* Whether a text comes next: 'text', :'variable', or "text" as some write it. */
static bool
IsText(const Parser *parser)
{
	const Lexeme *lexeme = ParserPeek(parser, 0);

	return parser->next < parser->end &&
		   (lexeme->kind == LEXEME_STRING || lexeme->kind == LEXEME_VARIABLE ||
			(lexeme->kind == LEXEME_WORD && lexeme->quoted));
}

/* Adds an option; one that is refused or given twice is an error. */
static void
AddOption(const Parser *parser, CopyStatement *copy, const CopyOptionRule *rule, int keyword,
		  int value)
{
	CopyOptionUse *use = palloc(sizeof(CopyOptionUse));
	const char *script = parser->list->script;
	const Lexeme *lexeme = &parser->list->lexemes[keyword];
	ListCell *cell;

	if (rule->name == NULL)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("COPY option %s is not supported",
							   asc_toupper(rule->keyword, strlen(rule->keyword))),
						errhint("%s", rule->hint), LexerErrorPosition(script, lexeme->start)));
	foreach (cell, copy->options)
		if (strcmp(((CopyOptionUse *)lfirst(cell))->rule->name, rule->name) == 0)
			ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
							errmsg("COPY option \"%s\" is given more than once", rule->name),
							LexerErrorPosition(script, lexeme->start)));
	use->rule = rule;
	use->keyword = keyword;
	use->value = value;
	copy->options = lappend(copy->options, use);
}

/* Parses [WITH] (name value, ...), PostgreSQL's spelling. */
static void
ParseOptionList(Parser *parser, CopyStatement *copy)
{
	copy->postgres = true;
	ParserTake(parser, "with");
	ParserExpect(parser, "(");
	do
	{
		int keyword = parser->next;
		const char *name = ParserWord(parser);
		const CopyOptionRule *rule = CopyOptionByName(name);
		int value = -1;

		/* Redshift's keyword in PostgreSQL's list: helped with the name that is meant */
		if (rule == NULL)
		{
			rule = CopyOptionByKeyword(name);
			if (rule != NULL && rule->name == NULL)
				AddOption(parser, copy, rule, keyword, value);
			ereport(
				ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("COPY option \"%s\" is not known", name),
				 rule != NULL					? errhint("Its name here is \"%s\".", rule->name)
				 : CopyOptionNear(name) != NULL ? errhint("Do you mean %s?", CopyOptionNear(name))
												: 0,
				 LexerErrorPosition(parser->list->script, parser->list->lexemes[keyword].start)));
		}

		/* switches may stand without a value */
		if (parser->next < parser->end && !ParserIs(parser, ",") && !ParserIs(parser, ")"))
			value = parser->next++;
		AddOption(parser, copy, rule, keyword, value);
	} while (ParserTake(parser, ","));
	ParserExpect(parser, ")");
	ParserEnd(parser);
}
