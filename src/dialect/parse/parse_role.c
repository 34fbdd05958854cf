/*
 * parse_role.c
 *		CREATE, ALTER and DROP of users and roles: Redshift's options in
 *		PostgreSQL's words.  What PostgreSQL has no counterpart of is left out.
 */
#include "postgres.h"

#include "dialect/parse/parse.h"

/* What an option of some words and so many arguments becomes. */
static const struct
{
	const char *words;
	int arguments;
	const char *postgres;
} role_options[] = {
	{"password disable", 0, "PASSWORD NULL"},
	{"connection limit unlimited", 0, "CONNECTION LIMIT -1"},
	{"createuser", 0, "SUPERUSER"},
	{"nocreateuser", 0, "NOSUPERUSER"},
	{"syslog access", 1, ""},
	{"session timeout", 1, ""},
	{"reset session timeout", 0, ""},
	{"externalid to", 1, ""},
	{"externalid", 1, ""},
	{"owner to", 1, ""},
};

static void RefuseProvider(Parser *parser);

/* CREATE and ALTER USER or ROLE, from the name on. */
void
ParseRole(Parser *parser)
{
	/* USER MAPPING is something else altogether */
	if (ParserTake(parser, "mapping"))
		return;

	ParserName(parser);
	RefuseProvider(parser);
	while (parser->next < parser->end)
	{
		int first = parser->next;
		size_t i = 0;

		/* SET name TO value takes the rest; RESET SESSION TIMEOUT is an option */
		while (i < lengthof(role_options) && !ParserTakeWords(parser, role_options[i].words))
			i++;

		/* tried after the options, for RESET SESSION TIMEOUT is one of them */
		if (i == lengthof(role_options) &&
			(ParserTake(parser, "set") || ParserTake(parser, "reset")))
		{
			ParseSet(parser);
			return;
		}

		/* unknown: PostgreSQL's own option, or an error that it words */
		if (i == lengthof(role_options))
		{
			/* WITH goes before every option on Redshift, before RENAME, SET and RESET not here */
			if (ParserTake(parser, "with") &&
				(ParserIs(parser, "rename") || ParserIs(parser, "set") ||
				 ParserIs(parser, "reset")))
				StatementEdit(parser->statement, first, first, "");
			else if (parser->next == first)
				parser->next++;
			continue;
		}

		/* an option has so many words for its value */
		parser->next += role_options[i].arguments;
		if (parser->next > parser->end)
			ParserFail(parser);
		StatementEdit(parser->statement, first, parser->next - 1, role_options[i].postgres);
	}
}

/* Refuses provider:name, which reads like a name with a variable right behind it. */
static void
RefuseProvider(Parser *parser)
{
	const Lexeme *behind = ParserPeek(parser, 0);

	if (parser->next >= parser->end || behind->kind != LEXEME_VARIABLE ||
		behind->start != ParserPeek(parser, -1)->end)
		return;

	parser->statement->refusal = "users of an identity provider are not supported here";
	parser->statement->refusal_hint = "Make one of that name, without the provider's.";
	parser->next = parser->end;
}

/* DROP ROLE r [FORCE | RESTRICT]: memberships go with a role anyway. */
void
ParseDropRole(Parser *parser)
{
	int last = parser->end - 1;

	if (last > parser->next && (LexemeIs(&parser->list->lexemes[last], "force") ||
								LexemeIs(&parser->list->lexemes[last], "restrict")))
		StatementEdit(parser->statement, last, last, "");
}
