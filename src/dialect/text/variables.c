/*
 * variables.c
 *		psql variables in a script, and the secrets whose place they take.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/text/name_map.h"
#include "dialect/text/variables.h"
#include "secrets/secrets.h"

/* Whether a lexeme is a variable to psql, and not the bound of an array's slice. */
bool
VariableAt(const LexemeList *list, int lexeme)
{
	const Lexeme *variable = &list->lexemes[lexeme];

	if (variable->kind != LEXEME_VARIABLE)
		return false;

	return variable->quote != 0 || lexeme == 0 || variable[-1].end != variable->start ||
		   (variable[-1].kind != LEXEME_NUMBER && variable[-1].kind != LEXEME_WORD);
}

/* A value as the variable's quotes ask for it: as it is, as a string, or as a name. */
const char *
VariableQuoted(const Lexeme *variable, const char *value)
{
	if (variable->quote == '\'')
		return quote_literal_cstr(value);
	return variable->quote == '"' ? quote_identifier(value) : value;
}

/* The names of the variables in a script, each once. */
List *
DialectVariables(const char *script)
{
	const LexemeList *list = LexerScan(script);
	NameMap *known = NameMapMake();
	List *names = NIL;

	for (int i = 0; i < list->count; i++)
	{
		char *name = unconstify(char *, list->lexemes[i].text);

		if (!VariableAt(list, i) || NameMapFind(known, name) != NULL)
			continue;
		NameMapAdd(known, name, name);
		names = lappend(names, name);
	}

	return names;
}

/* A script with its variables replaced by their values; one without a value stays. */
char *
DialectSubstitute(const char *script, const DialectContext *context)
{
	const LexemeList *list = LexerScan(script);
	StringInfoData text;
	int done = 0; /* bytes of the script */

	initStringInfo(&text);
	for (int i = 0; i < list->count; i++)
	{
		const Lexeme *lexeme = &list->lexemes[i];
		const char *value =
			VariableAt(list, i) ? context->variable(context->state, lexeme->text) : NULL;

		if (value == NULL)
			continue;
		appendBinaryStringInfo(&text, script + done, lexeme->start - done);
		appendStringInfoString(&text, VariableQuoted(lexeme, value));
		done = lexeme->end;
	}

	appendStringInfoString(&text, script + done);

	return text.data;
}

/* The variable that takes the place of a secret in a statement; NULL where a lexeme is none. */
const char *
VariableForSecret(const DialectStatement *statement, int lexeme)
{
	const Lexeme *lexemes = statement->list->lexemes;
	int word = lexeme - 1;

	if (lexemes[lexeme].kind != LEXEME_STRING)
		return NULL;

	while (word > statement->first && LexemeIs(&lexemes[word], "as"))
		word--;
	if (word < statement->first)
		return NULL;

	return lexemes[word].kind == LEXEME_WORD
			   ? SecretsOption(lexemes[word].text, lexemes[lexeme].text)
			   : NULL;
}
