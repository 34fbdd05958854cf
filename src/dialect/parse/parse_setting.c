/*
 * parse_setting.c
 *		SET, RESET and SHOW of settings: Redshift's own are kept in a class of
 *		PostgreSQL's settings, and are shown with Redshift's defaults.
 *
 *		SET query_group TO 'x'	-> SET redshift.query_group TO 'x'
 *		SHOW query_group		-> SELECT redshift.current_setting('query_group') AS query_group
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "dialect/parse/parse.h"
#include "dialect/text/settings.h"

static void CheckValue(Parser *parser, const RedshiftSetting *setting);
static void PlaceOfValue(void *arg);

/* SET [SESSION | LOCAL] name { TO | = } value, RESET name: what stands behind the first word. */
void
ParseSet(Parser *parser)
{
	const Lexeme *name;
	const RedshiftSetting *setting;

	if (!ParserTake(parser, "session"))
		ParserTake(parser, "local");
	name = ParserPeek(parser, 0);
	if (parser->next >= parser->end || name->kind != LEXEME_WORD)
		return;

	/* other settings are PostgreSQL's, and its to judge */
	setting = RedshiftSettingFind(name->text);
	if (setting == NULL)
		return;

	StatementEdit(parser->statement, parser->next, parser->next,
				  psprintf("%s.%s", REDSHIFT_SETTINGS, setting->name));
	parser->next++;
	if (ParserTake(parser, "to") || ParserTake(parser, "="))
		CheckValue(parser, setting);
}

/* Puts a value as SHOW prints it in the place of a literal; DEFAULT stays. */
static void
CheckValue(Parser *parser, const RedshiftSetting *setting)
{
	ErrorContextCallback callback = {
		.callback = PlaceOfValue, .arg = parser, .previous = error_context_stack};
	bool negative = ParserIs(parser, "-");
	const Lexeme *value = ParserPeek(parser, negative);
	const char *text = negative ? psprintf("-%s", value->text) : value->text;

	/* several words are PostgreSQL's to judge */
	if (parser->next + negative + 1 != parser->end || LexemeIs(value, "default") ||
		(value->kind != LEXEME_STRING && value->kind != LEXEME_NUMBER &&
		 value->kind != LEXEME_WORD))
		return;

	error_context_stack = &callback;
	text = RedshiftSettingValue(setting, text);
	error_context_stack = callback.previous;
	StatementEdit(parser->statement, parser->next, parser->end - 1, quote_literal_cstr(text));
}

/* Says where in the script the value stands. */
static void
PlaceOfValue(void *arg)
{
	const Parser *parser = arg;
	const Lexeme *value = &parser->list->lexemes[parser->next];

	errposition(pg_mbstrlen_with_len(parser->list->script, value->start) + 1);
}

/* SHOW of objects, of a setting, or of all. */
void
ParseShow(Parser *parser)
{
	static const char *const objects[] = {"model", "external", "policies", "template"};

	/* PostgreSQL has them with another value; strings are read as Redshift reads them */
	static const char *const own_values[] = {"server_version", "server_version_num",
											 "standard_conforming_strings"};
	const char *name;
	bool is_redshift;

	if (ParseShowObjects(parser))
		return;

	for (size_t i = 0; i < lengthof(objects); i++)
		if (ParserTake(parser, objects[i]) && parser->next <= parser->end)
			parser->statement->skip_reason = "there are no such objects here";

	/* SHOW of more than one word is something else */
	if (parser->next + 1 != parser->end)
		return;

	/* PostgreSQL's SHOW ALL would show PostgreSQL's own */
	if (ParserIs(parser, "all"))
	{
		StatementEdit(parser->statement, parser->statement->first, parser->end - 1,
					  "SELECT name, setting FROM sparkify_internal.show_all");
		return;
	}

	/* no database but the connection's is ever used (r_USE_command) */
	if (ParserIs(parser, "use"))
	{
		StatementEdit(parser->statement, parser->statement->first, parser->end - 1,
					  "SELECT ''::varchar AS \"Use Database\"");
		return;
	}

	name = ParserPeek(parser, 0)->text;

	/* where the value differs from PostgreSQL's, ours is shown under its name */
	is_redshift = RedshiftSettingFind(name) != NULL;
	for (size_t i = 0; i < lengthof(own_values); i++)
		is_redshift = is_redshift || strcmp(name, own_values[i]) == 0;
	if (is_redshift)
		StatementEdit(parser->statement, parser->statement->first, parser->end - 1,
					  psprintf("SELECT redshift.current_setting('%s') AS %s", name, name));
}
