/*
 * parse_grant.c
 *		GRANT, REVOKE and ALTER DEFAULT PRIVILEGES: what of them is PostgreSQL's,
 *		and which rights only Redshift has.
 */
#include "postgres.h"

#include "dialect/parse/parse.h"

#define OWN_PRIVILEGE "the privilege is Redshift's own"

static void GrantRoles(Parser *parser, int first);
static int GrantPrivileges(Parser *parser);
static void GrantObjects(Parser *parser);
static bool IsForeignRight(Parser *parser);
static bool IsForeignLanguage(Parser *parser);
static bool IsSystemRole(Parser *parser);
static bool GrantsSystem(Parser *parser);

/*
 * GRANT and REVOKE: the privileges ALTER and DROP aren't PostgreSQL's and are
 * left out; rights on what only Redshift has are passed over.
 */
void
ParseGrant(Parser *parser)
{
	int first = parser->next;

	ParserTakeWords(parser, "admin option for");
	if (ParserIs(parser, "role"))
	{
		GrantRoles(parser, first);
		return;
	}

	/* a privilege of that name is looked at from the beginning */
	parser->next = first;
	if (GrantsSystem(parser))
		parser->statement->skip_reason = OWN_PRIVILEGE;

	/* nothing may be left that PostgreSQL could grant */
	if (GrantPrivileges(parser) == 0)
		parser->statement->skip_reason = OWN_PRIVILEGE;
	GrantObjects(parser);
}

/* ALTER DEFAULT PRIVILEGES [...] GRANT ... or REVOKE ...: the rest is theirs. */
void
ParseDefaultPrivileges(Parser *parser)
{
	while (parser->next < parser->end)
		if (ParserTake(parser, "grant") || ParserTake(parser, "revoke"))
		{
			ParseGrant(parser);
			return;
		}
		else
			parser->next++;
}

/* GRANT ROLE a TO ROLE b, REVOKE ADMIN OPTION FOR ROLE a ...: PostgreSQL grants roles without the word. */
static void
GrantRoles(Parser *parser, int first)
{
	DialectStatement *statement = parser->statement;

	for (; parser->next < parser->end; parser->next++)
	{
		if (ParserIs(parser, "role") || (ParserIs(parser, "user") && parser->next > first))
			StatementEdit(statement, parser->next, parser->next, "");
		if (IsSystemRole(parser))
			statement->skip_reason = "the roles that begin with sys: are Redshift's own";
	}
}

/* The privileges up to ON; returns how many of them are PostgreSQL's. */
static int
GrantPrivileges(Parser *parser)
{
	DialectStatement *statement = parser->statement;
	int privileges = 0;

	/* ALTER and DROP belong to the owner alone here: they leave the list, with the comma that is theirs */
	while (parser->next < parser->end && !ParserIs(parser, "on"))
	{
		bool left_out = ParserIs(parser, "alter") || ParserIs(parser, "drop");
		int start = parser->next;

		if (IsForeignRight(parser))
			statement->skip_reason = OWN_PRIVILEGE;
		parser->next++;

		/* SELECT (a, b): of columns */
		if (ParserIs(parser, "("))
			ParserSkipParentheses(parser);

		/* the first of a list takes the comma behind it along, the others that before them */
		if (left_out && privileges == 0 && ParserTake(parser, ","))
			StatementEdit(statement, start, parser->next - 1, "");
		else if (left_out)
			StatementEdit(statement, privileges > 0 ? start - 1 : start, parser->next - 1, "");
		else if (!ParserIs(parser, "privileges") && !LexemeIs(ParserPeek(parser, -1), ","))
			privileges++;
	}

	return privileges;
}

/* What the privileges are on, and who gets them. */
static void
GrantObjects(Parser *parser)
{
	DialectStatement *statement = parser->statement;

	for (; parser->next < parser->end; parser->next++)
	{
		/* of a datashare, whose word may be left out (AWS: r_GRANT) */
		if ((ParserIs(parser, "to") || ParserIs(parser, "from")) &&
			(ParserIsAt(parser, 1, "account") || ParserIsAt(parser, 1, "namespace")) &&
			ParserPeek(parser, 2)->kind == LEXEME_STRING)
			statement->skip_reason = "the grantee is Redshift's own";
		if (IsForeignRight(parser) && ParserIsAt(parser, -1, "on"))
			statement->skip_reason = "the object is Redshift's own";

		if (IsForeignLanguage(parser) && ParserIsAt(parser, -1, "on"))
			statement->skip_reason = "the language is Redshift's own";

		/* ALTER DEFAULT PRIVILEGES ... ON PROCEDURES */
		if (ParserIs(parser, "procedures") && ParserIsAt(parser, -1, "on"))
			StatementEdit(statement, parser->next, parser->next, "ROUTINES");

		/* TO ROLE a, TO ROLE b: once is enough for PostgreSQL */
		if ((ParserIs(parser, "to") || ParserIs(parser, "from")) && ParserIsAt(parser, -1, ","))
		{
			StatementEdit(statement, parser->next, parser->next, "");
			continue;
		}

		/* TO ROLE r, TO USER u: neither needs its word here, but a role may be called role */
		if ((ParserIs(parser, "role") || ParserIs(parser, "user")) &&
			(ParserIsAt(parser, -1, "to") || ParserIsAt(parser, -1, "from") ||
			 ParserIsAt(parser, -1, ",")) &&
			(ParserPeek(parser, 1)->kind == LEXEME_WORD ||
			 ParserPeek(parser, 1)->kind == LEXEME_VARIABLE))
			StatementEdit(statement, parser->next, parser->next, "");
	}
}

/* Whether a privilege, or what one is on, is only Redshift's. */
static bool
IsForeignRight(Parser *parser)
{
	static const char *const foreign[] = {"assumerole", "datashare", "external", "model",
										  "explain",	"ignore",	 "job",		 "library"};

	for (size_t i = 0; i < lengthof(foreign); i++)
		if (ParserIs(parser, foreign[i]))
			return true;
	return false;
}

/* Whether LANGUAGE comes next with one that PostgreSQL hasn't (AWS: r_GRANT). */
static bool
IsForeignLanguage(Parser *parser)
{
	static const char *const foreign[] = {"plpythonu", "exfunc", "mlfunc"};

	for (size_t i = 0; i < lengthof(foreign) && ParserIs(parser, "language"); i++)
		if (ParserIsAt(parser, 1, foreign[i]))
			return true;
	return false;
}

/* Whether one of the roles that Redshift makes by itself comes next: sys:monitor (AWS: r_roles-default). */
static bool
IsSystemRole(Parser *parser)
{
	const Lexeme *name = ParserPeek(parser, 0);

	if (name->kind != LEXEME_WORD || strncmp(name->text, "sys", 3) != 0)
		return false;

	return name->quoted ? name->text[3] == ':'
						: name->text[3] == '\0' && (ParserIsAt(parser, 1, ":") ||
													ParserPeek(parser, 1)->kind == LEXEME_VARIABLE);
}

/* Whether a privilege of several words is on no object: ACCESS SYSTEM TABLE, CREATE USER. */
static bool
GrantsSystem(Parser *parser)
{
	int words = 0;

	while (parser->next + words < parser->end && !ParserIsAt(parser, words, "to") &&
		   !ParserIsAt(parser, words, "from"))
		if (ParserIsAt(parser, words++, "on"))
			return false;
	return words > 1 && !ParserIs(parser, "role") && !ParserIsAt(parser, 1, ",");
}
