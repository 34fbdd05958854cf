/*
 * deparse_copy.c
 *		COPY for either server: WITH (name value, ...) for PostgreSQL, keywords
 *		for Redshift, both from the table in copy_option_rules.c.
 *
 * Keys of S3 don't get into Redshift's text: psql variables take their place.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/formatting.h"

#include "dialect/print/deparse.h"
#include "secrets/secrets.h"

/* The quotes around the COPY of a COPY JOB. */
#define JOB_QUOTE "$sparkify_copy_job$"

static void AddJob(Deparser *deparser, const CopyStatement *copy);
static void AddCopy(Deparser *deparser, const CopyStatement *copy);
static void AddColumns(Deparser *deparser, const CopyStatement *copy);
static void AddOptionPostgres(Deparser *deparser, const CopyOptionUse *use);
static void AddOptionsRedshift(Deparser *deparser, const CopyStatement *copy);
static void AddOptionRedshift(Deparser *deparser, const CopyStatement *copy,
							  const CopyOptionUse *use);
static const CopyOptionUse *FindUse(const CopyStatement *copy, const char *name);
static void AddText(Deparser *deparser, int lexeme);
static const char *WordOfRedshift(const Deparser *deparser, const CopyOptionUse *use,
								  const Lexeme *value);
static bool IsKeyword(const CopyOptionUse *use, const Lexeme *value);
static bool IsSecret(const CopyOptionUse *use, const Lexeme *value);

/* Prints a COPY. */
void
DeparseCopy(Deparser *deparser)
{
	const CopyStatement *copy = deparser->statement->copy;
	int place = DeparsePlace(deparser, deparser->statement->first);

	if (copy->job != NULL && deparser->target == DIALECT_POSTGRES)
	{
		AddJob(deparser, copy);
		return;
	}

	AddCopy(deparser, copy);
	if (copy->job != NULL)
		TextAdd(&deparser->text, place, "\nJOB CREATE %s AUTO %s", quote_identifier(copy->job),
				copy->job_is_auto ? "ON" : "OFF");
}

/*
 * Adds JOB CREATE for PostgreSQL: a call that is given the COPY as it would be run.
 *
 * The COPY is between dollar quotes, so that its edits keep their places in the script.
 */
static void
AddJob(Deparser *deparser, const CopyStatement *copy)
{
	int place = DeparsePlace(deparser, deparser->statement->first);

	if (strstr(deparser->statement->list->script, JOB_QUOTE) != NULL)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("a COPY JOB must not contain \"%s\"", JOB_QUOTE));
	TextAdd(&deparser->text, place, "SELECT sparkify_internal.copy_job_create(%s, %s, " JOB_QUOTE,
			quote_literal_cstr(copy->job), copy->job_is_auto ? "true" : "false");
	AddCopy(deparser, copy);
	TextAddString(&deparser->text, place, JOB_QUOTE ")");
}

/* Adds the COPY itself. */
static void
AddCopy(Deparser *deparser, const CopyStatement *copy)
{
	int place = DeparsePlace(deparser, deparser->statement->first);
	bool first = true;
	ListCell *cell;

	TextAddString(&deparser->text, place, "COPY ");
	DeparseRelation(deparser, &copy->relation);
	AddColumns(deparser, copy);
	TextAddString(&deparser->text, place,
				  deparser->target == DIALECT_REDSHIFT ? "\nFROM " : " FROM ");
	AddText(deparser, copy->source);
	if (deparser->target == DIALECT_REDSHIFT)
	{
		AddOptionsRedshift(deparser, copy);
		return;
	}

	foreach (cell, copy->options)
	{
		TextAddString(&deparser->text, place, first ? " WITH (" : ", ");
		first = false;
		AddOptionPostgres(deparser, lfirst(cell));
	}

	TextAddString(&deparser->text, place, first ? "" : ")");
}

/* Adds the columns of COPY. */
static void
AddColumns(Deparser *deparser, const CopyStatement *copy)
{
	int place = DeparsePlace(deparser, copy->relation.last);
	ListCell *cell;

	foreach (cell, copy->columns)
		TextAdd(&deparser->text, place, "%s%s", cell == list_head(copy->columns) ? " (" : ", ",
				DeparseName(deparser, lfirst(cell)));
	TextAddString(&deparser->text, place, copy->columns != NIL ? ")" : "");
}

/* Adds a text: for PostgreSQL the value of a variable, for Redshift as it stands. */
static void
AddText(Deparser *deparser, int index)
{
	const Lexeme *lexeme = &deparser->statement->list->lexemes[index];

	if (lexeme->kind == LEXEME_VARIABLE && deparser->target == DIALECT_REDSHIFT)
		TextAddSource(&deparser->text, lexeme->start, lexeme->end);
	else if (lexeme->kind == LEXEME_VARIABLE)
		TextAddString(&deparser->text, lexeme->start,
					  quote_literal_cstr(DeparseVariable(deparser, index)));
	else if (deparser->target == DIALECT_REDSHIFT && lexeme->kind == LEXEME_STRING &&
			 deparser->statement->list->script[lexeme->start] == '\'')
		TextAddSource(&deparser->text, lexeme->start, lexeme->end);
	else
		TextAddString(&deparser->text, lexeme->start, quote_literal_cstr(lexeme->text));
}

/* Adds an option in PostgreSQL's spelling. */
static void
AddOptionPostgres(Deparser *deparser, const CopyOptionUse *use)
{
	const Lexeme *lexemes = deparser->statement->list->lexemes;
	int place = lexemes[use->keyword].start;
	const CopyOptionRule *rule = use->rule;

	/* JSON 'auto' is both format and jsonpaths: PostgreSQL's form has an option for each */
	if (strcmp(rule->keyword, "json") == 0 && !deparser->statement->copy->postgres)
		TextAddString(&deparser->text, place, "format 'json', ");
	TextAddString(&deparser->text, place, rule->name);

	/* the word itself is the value: CSV, GZIP */
	if (rule->argument == COPY_ARGUMENT_WORD && use->value < 0)
		TextAdd(&deparser->text, place, " %s", rule->word);
	else if (use->value < 0 && strcmp(rule->keyword, "json") == 0)
		TextAddString(&deparser->text, place, " 'auto'");
	else if (use->value >= 0)
	{
		const Lexeme *value = &lexemes[use->value];
		const CopyStatement *copy = deparser->statement->copy;

		TextAddString(&deparser->text, place, " ");

		/*
		 * PostgreSQL's grammar of options takes words and numbers as they are, but no reserved
		 * word but ON.
		 */
		if (value->kind == LEXEME_NUMBER || (value->kind == LEXEME_WORD && !value->quoted))
			TextAddString(&deparser->text, value->start,
						  value->reserved && strcmp(value->text, "on") != 0 &&
								  rule->argument != COPY_ARGUMENT_SWITCH
							  ? quote_literal_cstr(value->text)
							  : value->text);
		else
			AddText(deparser, use->value);

		/* in this form, too, JSON without paths means 'auto' */
		if (strcmp(rule->name, "format") == 0 && strcmp(value->text, "json") == 0 &&
			FindUse(copy, "jsonpaths") == NULL)
			TextAddString(&deparser->text, place, ", jsonpaths 'auto'");
	}
}

/* Adds the options in Redshift's spelling, one a line. */
static void
AddOptionsRedshift(Deparser *deparser, const CopyStatement *copy)
{
	ListCell *cell;

	foreach (cell, copy->options)
		AddOptionRedshift(deparser, copy, lfirst(cell));
}

/* Adds an option in Redshift's spelling. */
static void
AddOptionRedshift(Deparser *deparser, const CopyStatement *copy, const CopyOptionUse *use)
{
	const Lexeme *lexemes = deparser->statement->list->lexemes;
	const Lexeme *value = use->value >= 0 ? &lexemes[use->value] : NULL;
	const char *keyword = use->rule->keyword;
	int place = lexemes[use->keyword].start;

	/* PostgreSQL's spelling: the value of format and compression is the keyword */
	if (use->rule->argument == COPY_ARGUMENT_WORD && value != NULL)
	{
		keyword = WordOfRedshift(deparser, use, value);
		value = NULL;
		if (keyword == NULL || (strcmp(keyword, "json") == 0 && FindUse(copy, "jsonpaths") != NULL))
			return;
	}

	/* a switch that is off is written by leaving it out */
	if (copy->postgres && value != NULL && use->rule->argument == COPY_ARGUMENT_NONE)
	{
		if (LexemeIs(value, "false") || LexemeIs(value, "off"))
			return;
		value = NULL;
	}

	/* these two are clearer with FORMAT AS, and Redshift takes them so */
	TextAdd(&deparser->text, place, "\n%s%s",
			strcmp(keyword, "json") == 0 || strcmp(keyword, "csv") == 0 ? "FORMAT AS " : "",
			asc_toupper(keyword, strlen(keyword)));

	/* as the guide writes these; ACCEPTINVCHARS may stand without a value, and AS not (AWS: r_COPY) */
	if (strcmp(keyword, "null") == 0 || strcmp(keyword, "quote") == 0 ||
		(strcmp(keyword, "acceptinvchars") == 0 && value != NULL))
		TextAddString(&deparser->text, place, " AS");

	/* JSON can't stand alone (AWS: copy-parameters-data-format) */
	if (value == NULL)
	{
		TextAddString(&deparser->text, place, strcmp(keyword, "json") == 0 ? " 'auto'" : "");
		return;
	}

	TextAddString(&deparser->text, place, " ");

	/* a key must not get into a script: a variable of psql stands for it */
	if (IsSecret(use, value))
		TextAdd(&deparser->text, value->start, ":'%s'", use->rule->name);
	else if (strcmp(keyword, "iam_role") == 0 && LexemeIs(value, "default"))
		/* a keyword here, a string in PostgreSQL's spelling */
		TextAddString(&deparser->text, value->start, "default");
	else if (IsKeyword(use, value))
		TextAddString(&deparser->text, value->start, asc_toupper(value->text, strlen(value->text)));
	else
		AddText(deparser, use->value);
}

/* Redshift's keyword for a value of format or compression; NULL where it needs none. */
static const char *
WordOfRedshift(const Deparser *deparser, const CopyOptionUse *use, const Lexeme *value)
{
	static const char *const implied[] = {"text", "fixedwidth", "none"};
	bool format = strcmp(use->rule->name, "format") == 0;
	const CopyOptionRule *rule = CopyOptionByKeyword(value->text);

	/* these are what Redshift takes when nothing is said */
	for (size_t i = 0; i < lengthof(implied); i++)
		if (pg_strcasecmp(value->text, implied[i]) == 0)
			return NULL;
	if (rule == NULL || (rule->name != NULL && strcmp(rule->name, use->rule->name) != 0 &&
						 !(format && strcmp(rule->keyword, "json") == 0)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("COPY %s \"%s\" not recognized", use->rule->name, value->text),
						LexerErrorPosition(deparser->statement->list->script, value->start)));
	return rule->keyword;
}

/* Whether an option's value stands without quotes on Redshift. */
static bool
IsKeyword(const CopyOptionUse *use, const Lexeme *value)
{
	if (use->rule->argument == COPY_ARGUMENT_NUMBER)
		return value->kind == LEXEME_NUMBER;
	if (value->kind == LEXEME_VARIABLE || value->quoted)
		return false;

	return use->rule->argument == COPY_ARGUMENT_SWITCH
			   ? CopySwitchIs(value->text)
			   : value->kind == LEXEME_WORD && strcmp(use->rule->name, "encoding") == 0;
}

/* Whether an option's value is a secret: a key, or a CREDENTIALS string with more than a role in it. */
static bool
IsSecret(const CopyOptionUse *use, const Lexeme *value)
{
	return value->kind != LEXEME_VARIABLE && SecretsOption(use->rule->name, value->text) != NULL;
}

/* The option with a name of PostgreSQL's. */
static const CopyOptionUse *
FindUse(const CopyStatement *copy, const char *name)
{
	ListCell *cell;

	foreach (cell, copy->options)
		if (strcmp(((CopyOptionUse *)lfirst(cell))->rule->name, name) == 0)
			return lfirst(cell);
	return NULL;
}
