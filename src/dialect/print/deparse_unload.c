/*
 * deparse_unload.c
 *		UNLOAD for either server: COPY (query) TO ... WITH (name value, ...) for
 *		PostgreSQL, keywords for Redshift, both from the table in
 *		unload_options.c.
 *
 * UNLOAD's query is a string, and in it Redshift's dialect: a script of one
 * statement, which is rewritten as any other.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/varlena.h"

#include "dialect/print/deparse.h"
#include "dialect/text/variables.h"

static void AddPostgres(Deparser *deparser, const UnloadStatement *unload);
static void AddQuery(Deparser *deparser, const UnloadStatement *unload);
static void RefuseLimit(const DialectStatement *query);
static void AddOptionPostgres(Deparser *deparser, const UnloadStatement *unload,
							  const UnloadOptionUse *use);
static void AddRedshift(Deparser *deparser, const UnloadStatement *unload);
static void AddOptionRedshift(Deparser *deparser, const UnloadOptionUse *use);
static const char *KeywordOf(const Deparser *deparser, const UnloadOptionUse *use);
static bool IsOff(const Deparser *deparser, const UnloadOptionUse *use);
static void AddBare(Deparser *deparser, const UnloadOptionUse *use);
static void AddText(Deparser *deparser, int lexeme);
static void AddNames(Deparser *deparser, const UnloadOptionUse *use);
static const char *QuoteQuery(const char *query);

/* Prints an unload. */
void
DeparseUnload(Deparser *deparser)
{
	if (deparser->target == DIALECT_POSTGRES)
		AddPostgres(deparser, deparser->statement->unload);
	else
		AddRedshift(deparser, deparser->statement->unload);
}

/* Prints COPY (query) TO. */
static void
AddPostgres(Deparser *deparser, const UnloadStatement *unload)
{
	int place = DeparsePlace(deparser, deparser->statement->first);
	ListCell *cell;

	TextAddString(&deparser->text, place, "COPY (");
	AddQuery(deparser, unload);
	TextAddString(&deparser->text, place, ") TO ");
	AddText(deparser, unload->target);
	foreach (cell, unload->options)
	{
		TextAddString(&deparser->text, place,
					  cell == list_head(unload->options) ? " WITH (" : ", ");
		AddOptionPostgres(deparser, unload, lfirst(cell));
	}

	TextAddString(&deparser->text, place, unload->options != NIL ? ")" : "");
}

/* Prints the query. */
static void
AddQuery(Deparser *deparser, const UnloadStatement *unload)
{
	const Lexeme *text;
	const char *script;
	List *statements;
	DialectText query;
	DialectContext context = *deparser->context;

	if (unload->text < 0)
	{
		DeparseQuery(deparser, unload->query.first, unload->query.last);
		return;
	}

	text = &deparser->statement->list->lexemes[unload->text];
	script = text->kind == LEXEME_VARIABLE ? DeparseVariable(deparser, unload->text) : text->text;

	/* psql replaces nothing inside a string */
	statements = DialectParsePlain(script);
	if (list_length(statements) != 1 || strcmp(DialectTag(linitial(statements)), "SELECT") != 0)
		ereport(ERROR, errcode(ERRCODE_SYNTAX_ERROR), errmsg("UNLOAD takes a SELECT statement"),
				LexerErrorPosition(deparser->statement->list->script, text->start));
	RefuseLimit(linitial(statements));
	context.shows_result = false; /* the rows go to the store in its own forms */
	query = deparser->parts->statement(linitial(statements), DIALECT_POSTGRES, &context);
	TextAddString(&deparser->text, text->start, query.sql);
}

/* Refuses LIMIT in the outer SELECT (AWS: r_UNLOAD, usage notes), and TOP, which is the same. */
static void
RefuseLimit(const DialectStatement *query)
{
	const Lexeme *lexemes = query->list->lexemes;

	for (int i = query->first; i < query->end; i++)
	{
		/* a LIMIT within parentheses is a subquery's own */
		if (LexemeIs(&lexemes[i], "(") && lexemes[i].match > i)
			i = lexemes[i].match;
		else if (LexemeIs(&lexemes[i], "limit") ||
				 (LexemeIs(&lexemes[i], "top") && i > query->first &&
				  LexemeIs(&lexemes[i - 1], "select") && i + 1 < query->end &&
				  lexemes[i + 1].kind == LEXEME_NUMBER))
			ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("Limit clause is not supported"),
					errhint("Put the SELECT with its LIMIT into a subquery."));
	}
}

/* Prints an option in PostgreSQL's spelling. */
static void
AddOptionPostgres(Deparser *deparser, const UnloadStatement *unload, const UnloadOptionUse *use)
{
	const Lexeme *lexemes = deparser->statement->list->lexemes;
	int place = lexemes[use->keyword].start;
	const UnloadOptionRule *rule = use->rule;

	TextAdd(&deparser->text, place, "%s", rule->name);

	/* PostgreSQL's spelling has the value as it wants it already */
	if (unload->postgres)
	{
		if (use->value.first >= 0)
		{
			TextAddString(&deparser->text, place, " ");
			DeparseRange(deparser, use->value.first, use->value.last);
		}

		return;
	}

	/* the keyword is the value: FORMAT 'parquet' */
	if (rule->argument == UNLOAD_ARGUMENT_WORD)
		TextAdd(&deparser->text, place, " '%s'", rule->keyword);
	else if (rule->argument == UNLOAD_ARGUMENT_SUFFIX && use->suffixed)
		TextAdd(&deparser->text, place, " '%s'", rule->suffix);
	else if (rule->argument == UNLOAD_ARGUMENT_NAMES)
		AddNames(deparser, use);
	else if (rule->argument == UNLOAD_ARGUMENT_SIZE)
		/* "100 MB" are two words in Redshift's spelling */
		TextAdd(&deparser->text, place, " '%s%s%s'", lexemes[use->value.first].text,
				use->value.last > use->value.first ? " " : "",
				use->value.last > use->value.first ? lexemes[use->value.last].text : "");
	else if (use->value.first >= 0)
	{
		TextAddString(&deparser->text, place, " ");

		/* a word is a name there, and a text here */
		if (lexemes[use->value.first].kind == LEXEME_WORD)
			TextAddString(&deparser->text, place,
						  quote_literal_cstr(lexemes[use->value.first].text));
		else
			AddText(deparser, use->value.first);
	}
}

/* Prints UNLOAD ('query') TO for what was written as COPY (query) TO; an option a line. */
static void
AddRedshift(Deparser *deparser, const UnloadStatement *unload)
{
	const LexemeList *list = deparser->statement->list;
	int place = DeparsePlace(deparser, deparser->statement->first);
	int start = list->lexemes[unload->query.first].start;
	const char *query =
		pnstrdup(list->script + start, list->lexemes[unload->query.last].end - start);
	ListCell *cell;

	TextAdd(&deparser->text, place, "UNLOAD (%s)\nTO ", QuoteQuery(query));
	AddText(deparser, unload->target);
	foreach (cell, unload->options)
		if (!IsOff(deparser, lfirst(cell)))
			AddOptionRedshift(deparser, lfirst(cell));
}

/* A query between dollar quotes that it doesn't have itself, or else as a string. */
static const char *
QuoteQuery(const char *query)
{
	size_t length = strlen(query);

	/* a dollar at its end would be one of those behind it */
	return strstr(query, "$$") != NULL || (length > 0 && query[length - 1] == '$')
			   ? quote_literal_cstr(query)
			   : psprintf("$$%s$$", query);
}

/* Prints an option of PostgreSQL's spelling in Redshift's. */
static void
AddOptionRedshift(Deparser *deparser, const UnloadOptionUse *use)
{
	const Lexeme *lexemes = deparser->statement->list->lexemes;
	int place = lexemes[use->keyword].start;
	const char *keyword = KeywordOf(deparser, use), *secret;
	const Lexeme *value = use->value.first >= 0 ? &lexemes[use->value.first] : NULL;

	/* nothing to say in Redshift's spelling, as for an option that is off */
	if (keyword == NULL)
		return;

	TextAdd(&deparser->text, place, "\n%s%s",
			strcmp(use->rule->name, "format") == 0 ? "FORMAT AS " : "",
			asc_toupper(keyword, strlen(keyword)));

	switch (use->rule->argument)
	{
		case UNLOAD_ARGUMENT_NONE:
		case UNLOAD_ARGUMENT_WORD:
			/* the keyword itself is all that there is to say */
			break;
		case UNLOAD_ARGUMENT_SUFFIX:
			/* anything else is the option's absence */
			if (value != NULL && pg_strcasecmp(value->text, use->rule->suffix) == 0)
				TextAdd(&deparser->text, place, " %s",
						asc_toupper(use->rule->suffix, strlen(use->rule->suffix)));
			break;
		case UNLOAD_ARGUMENT_NAMES:
			TextAddString(&deparser->text, place, " BY");
			AddNames(deparser, use);
			break;
		case UNLOAD_ARGUMENT_SWITCH:
		case UNLOAD_ARGUMENT_SIZE:
			AddBare(deparser, use);
			break;
		case UNLOAD_ARGUMENT_STRING:
			/* a key must not get into a script: a variable of psql stands for it */
			secret =
				value != NULL ? VariableForSecret(deparser->statement, use->value.first) : NULL;
			TextAddString(&deparser->text, place, strcmp(keyword, "null") == 0 ? " AS " : " ");
			if (secret != NULL)
				TextAdd(&deparser->text, place, ":'%s'", secret);
			else if (strcmp(keyword, "iam_role") == 0 && LexemeIs(value, "default"))
				/* a keyword here, a string in PostgreSQL's spelling */
				TextAddString(&deparser->text, place, "default");
			else if (value != NULL)
				AddText(deparser, use->value.first);
	}
}

/* Adds a switch or a size, which Redshift wants without quotes; what is neither stays a string. */
static void
AddBare(Deparser *deparser, const UnloadOptionUse *use)
{
	const Lexeme *value;
	int place;
	double bytes;

	/* a switch that says nothing is on */
	if (use->value.first < 0)
		return;

	value = &deparser->statement->list->lexemes[use->value.first];
	place = deparser->statement->list->lexemes[use->keyword].start;
	if (use->rule->argument == UNLOAD_ARGUMENT_SWITCH ? CopySwitchIs(value->text)
													  : UnloadSizeRead(value->text, &bytes))
		TextAdd(&deparser->text, place, " %s", asc_toupper(value->text, strlen(value->text)));
	else
	{
		TextAddString(&deparser->text, place, " ");
		AddText(deparser, use->value.first);
	}
}

/* Redshift's keyword of an option; NULL where it needs none. */
static const char *
KeywordOf(const Deparser *deparser, const UnloadOptionUse *use)
{
	const Lexeme *value;
	const UnloadOptionRule *rule;

	if (use->rule->argument != UNLOAD_ARGUMENT_WORD || use->value.first < 0)
		return use->rule->keyword;

	value = &deparser->statement->list->lexemes[use->value.first];
	rule = UnloadOptionByKeyword(value->text);

	return rule != NULL && rule->argument == UNLOAD_ARGUMENT_WORD ? rule->keyword : NULL;
}

/* Whether an option that is a keyword alone on Redshift is switched off. */
static bool
IsOff(const Deparser *deparser, const UnloadOptionUse *use)
{
	const Lexeme *value =
		use->value.first >= 0 ? &deparser->statement->list->lexemes[use->value.first] : NULL;

	return value != NULL && use->rule->argument != UNLOAD_ARGUMENT_SWITCH &&
		   use->rule->argument != UNLOAD_ARGUMENT_STRING &&
		   (LexemeIs(value, "off") || LexemeIs(value, "false"));
}

/* Adds a text: for PostgreSQL the value of a variable, for Redshift as it stands. */
static void
AddText(Deparser *deparser, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];

	if (deparser->target == DIALECT_REDSHIFT)
		TextAddSource(&deparser->text, lexeme->start, lexeme->end);
	else
		TextAddString(&deparser->text, lexeme->start,
					  quote_literal_cstr(lexeme->kind == LEXEME_VARIABLE
											 ? DeparseVariable(deparser, index)
											 : lexeme->text));
}

/* Adds the names of PARTITION BY, in parentheses. */
static void
AddNames(Deparser *deparser, const UnloadOptionUse *use)
{
	const Lexeme *lexemes = deparser->statement->list->lexemes;
	int place = lexemes[use->value.first].start;
	const char *before = " (";
	List *names;
	ListCell *cell;

	if (!LexemeIs(&lexemes[use->value.first], "("))
	{
		/* PostgreSQL's spelling as a string: 'a, b' */
		if (!SplitIdentifierString(pstrdup(lexemes[use->value.first].text), ',', &names))
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("PARTITION BY needs names of columns"),
					LexerErrorPosition(deparser->statement->list->script,
									   lexemes[use->value.first].start));
		foreach (cell, names)
			TextAdd(&deparser->text, place, "%s%s", foreach_current_index(cell) == 0 ? " (" : ", ",
					quote_identifier(lfirst(cell)));
		TextAddString(&deparser->text, place, ")");
		return;
	}

	for (int i = use->value.first; i <= use->value.last; i++)
		if (lexemes[i].kind == LEXEME_WORD || lexemes[i].kind == LEXEME_STRING)
		{
			TextAdd(&deparser->text, place, "%s%s", before,
					quote_identifier(LexemeFold(lexemes[i].text)));
			before = ", ";
		}
	TextAddString(&deparser->text, place, ")");
	if (use->suffixed)
		TextAddString(&deparser->text, place,
					  deparser->target == DIALECT_POSTGRES ? ", include on" : " INCLUDE");
}
