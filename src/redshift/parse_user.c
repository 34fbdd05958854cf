/*
 * parse_user.c
 *		CREATE USER and ALTER USER: the options that PostgreSQL spells otherwise
 *		or lacks.
 */
#include "postgres.h"

#include "redshift/parse.h"

/* Redshift's words, what PostgreSQL gets in their place, and how many lexemes follow that go, too. */
static const struct
{
	const char *words;
	const char *postgres;
	int operands;
} user_options[] = {
	{"createuser", "SUPERUSER", 0},
	{"nocreateuser", "NOSUPERUSER", 0},
	{"password disable", "PASSWORD NULL", 0},
	{"syslog access restricted", "", 0},
	{"syslog access unrestricted", "", 0},
	{"reset session timeout", "", 0},
	{"session timeout", "", 1},
	{"externalid", "", 1},
};

/* CREATE USER | ALTER USER, from the name on. */
void
ParseUser(Parser *parser)
{
	for (parser->next++; parser->next < parser->end;)
	{
		int first = parser->next;
		size_t i;

		for (i = 0; i < lengthof(user_options); i++)
			if (ParserTakeWords(parser, user_options[i].words))
				break;
		if (i == lengthof(user_options))
		{
			parser->next++;
			continue;
		}
		parser->next = Min(parser->next + user_options[i].operands, parser->end);
		StatementEdit(parser->statement, first, parser->next - 1, user_options[i].postgres);
	}
}
