/*
 * parse_utility.c
 *		Statements of Redshift's that are neither queries nor CREATE TABLE nor
 *		COPY: what PostgreSQL is told instead, or why nothing.
 *
 * Most are PostgreSQL's own with a word more or less, so a parser here asks for
 * replacements (StatementEdit) and leaves the rest of the text as it stands.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "dialect/parse/parse.h"

typedef void (*UtilityParser)(Parser *parser);

static void TakeSchema(Parser *parser);
static void ParseSchema(Parser *parser);
static void ParseDatabase(Parser *parser);
static void ParseView(Parser *parser);
static void ParseMaterializedView(Parser *parser);
static void ParseDelete(Parser *parser);
static void ParseMerge(Parser *parser);
static void WriteMerge(DialectStatement *statement, int on, int query, const RelationName *source);
static void ParseAnalyze(Parser *parser);
static bool ParseExplain(Parser *parser);
static void ParseCursor(Parser *parser);
static void ParseDropSchema(Parser *parser);
static void ParsePrepare(Parser *parser);
static void ParseClientCopy(Parser *parser);
static void MarkQuery(Parser *parser, int last);

/* What begins with these words, and who parses the rest. */
static const struct
{
	const char *words;
	UtilityParser parse;
} utilities[] = {
	{"create schema", ParseSchema},
	{"alter schema", ParseSchema},
	{"create or replace view", ParseView},
	{"create view", ParseView},
	{"create temp view", ParseView},
	{"create temporary view", ParseView},
	{"create materialized view", ParseMaterializedView},
	{"alter materialized view", ParseAlterMaterialized},
	{"refresh materialized view", ParseRefresh},
	{"create user", ParseRole},
	{"alter user", ParseRole},
	{"create role", ParseRole},
	{"alter role", ParseRole},
	{"drop role", ParseDropRole},
	{"drop schema", ParseDropSchema},
	{"create or replace procedure", ParseRoutine},
	{"create procedure", ParseRoutine},
	{"create or replace function", ParseRoutine},
	{"create function", ParseRoutine},
	{"create database", ParseDatabase},
	{"alter database", ParseDatabase},
	{"alter table", ParseAlterTable},
	{"delete", ParseDelete},
	{"merge", ParseMerge},
	{"analyze", ParseAnalyze},
	{"analyse", ParseAnalyze},
	{"set", ParseSet},
	{"reset", ParseSet},
	{"show", ParseShow},
	{"grant", ParseGrant},
	{"revoke", ParseGrant},
	{"alter default privileges", ParseDefaultPrivileges},
	{"declare", ParseCursor},
	{"prepare", ParsePrepare},
	{"copy", ParseClientCopy},
};

#define TEMPLATE_HINT "Write the options out in each COPY."

/* What begins with these words isn't run here: passed over with a reason, or refused with a hint. */
static const struct
{
	const char *words;
	const char *skip_reason;
	const char *refusal;
	const char *hint;
} not_run[] = {
	{"vacuum", "VACUUM can't run inside a transaction; autovacuum does its work here", NULL, NULL},
	{"use", "there is one database to a connection here", NULL, NULL},
	{"reset use", "there is one database to a connection here", NULL, NULL},
	{"cancel", "CANCEL concerns sessions of a Redshift cluster", NULL, NULL},
	{"create external schema", NULL, "external schemas are not supported here", REFUSED_HINT},
	{"create external table", NULL, "external tables are not supported here",
	 "Create a table and load it with COPY."},
	{"create external function", NULL, "external functions are not supported here", REFUSED_HINT},
	{"create or replace external function", NULL, "external functions are not supported here",
	 REFUSED_HINT},
	{"create external model", NULL, "Redshift ML is not supported here", REFUSED_HINT},
	{"create model", NULL, "Redshift ML is not supported here", REFUSED_HINT},
	{"create datashare", NULL, "data shares are not supported here", REFUSED_HINT},
	{"alter datashare", NULL, "data shares are not supported here", REFUSED_HINT},
	{"drop datashare", NULL, "data shares are not supported here", REFUSED_HINT},
	{"desc identity provider", NULL, "identity providers are not supported here", REFUSED_HINT},
	{"desc datashare", NULL, "data shares are not supported here", REFUSED_HINT},
	{"drop model", NULL, "Redshift ML is not supported here", REFUSED_HINT},
	{"drop library", NULL, "libraries are not supported here", REFUSED_HINT},
	{"create library", NULL, "libraries are not supported here", REFUSED_HINT},
	{"create or replace library", NULL, "libraries are not supported here", REFUSED_HINT},
	{"create identity provider", NULL, "identity providers are not supported here", REFUSED_HINT},
	{"alter identity provider", NULL, "identity providers are not supported here", REFUSED_HINT},
	{"drop identity provider", NULL, "identity providers are not supported here", REFUSED_HINT},
	{"create masking policy", NULL, "masking policies are not supported here", REFUSED_HINT},
	{"alter masking policy", NULL, "masking policies are not supported here", REFUSED_HINT},
	{"drop masking policy", NULL, "masking policies are not supported here", REFUSED_HINT},
	{"alter external schema", NULL, "external schemas are not supported here", REFUSED_HINT},
	{"create external view", NULL, "external views are not supported here", REFUSED_HINT},
	{"alter external view", NULL, "external views are not supported here", REFUSED_HINT},
	{"drop external view", NULL, "external views are not supported here", REFUSED_HINT},
	{"create rls policy", NULL, "row-level security is not supported here", REFUSED_HINT},
	{"alter rls policy", NULL, "row-level security is not supported here", REFUSED_HINT},
	{"drop rls policy", NULL, "row-level security is not supported here", REFUSED_HINT},
	{"create template", NULL, "templates of COPY are not supported here", TEMPLATE_HINT},
	{"create or replace template", NULL, "templates of COPY are not supported here", TEMPLATE_HINT},
	{"show template", NULL, "templates of COPY are not supported here", TEMPLATE_HINT},
	{"show templates", NULL, "templates of COPY are not supported here", TEMPLATE_HINT},
	{"alter template", NULL, "templates of COPY are not supported here", TEMPLATE_HINT},
	{"drop template", NULL, "templates of COPY are not supported here", TEMPLATE_HINT},
	{"attach", NULL, "policies of Redshift's are not supported here", REFUSED_HINT},
	{"detach", NULL, "policies of Redshift's are not supported here", REFUSED_HINT},
};

/* Parses a statement of Redshift's own; false where it is none. */
bool
ParseUtility(Parser *parser)
{
	DialectStatement *statement = parser->statement;

	/* first, for some begin with words that others begin with, too */
	for (size_t i = 0; i < lengthof(not_run); i++)
		if (ParserTakeWords(parser, not_run[i].words))
		{
			statement->skip_reason = not_run[i].skip_reason;
			statement->refusal = not_run[i].refusal;
			statement->refusal_hint = not_run[i].hint;
			return true;
		}
	if (ParserIs(parser, "explain") && ParseExplain(parser))
		return true;

	for (size_t i = 0; i < lengthof(utilities); i++)
		if (ParserTakeWords(parser, utilities[i].words))
		{
			utilities[i].parse(parser);
			return true;
		}
	return false;
}

/*
 * EXPLAIN [VERBOSE] query: the plan as Redshift would print it.  What only
 * PostgreSQL has, ANALYZE and options in parentheses, is left to it.
 */
static bool
ParseExplain(Parser *parser)
{
	const Lexeme *lexemes = parser->list->lexemes;
	int first = parser->next + 1;

	if (first < parser->end && LexemeIs(&lexemes[first], "verbose"))
		first++;
	if (first >= parser->end || LexemeIs(&lexemes[first], "analyze") ||
		LexemeIs(&lexemes[first], "("))
		return false;

	StatementEdit(parser->statement, parser->statement->first, parser->end - 1,
				  psprintf("SELECT * FROM sparkify_internal.explain_plan(%s)",
						   quote_literal_cstr(
							   pnstrdup(parser->list->script + lexemes[first].start,
										lexemes[parser->end - 1].end - lexemes[first].start))));
	return true;
}

/* Reads [database.]schema; PostgreSQL names a schema of its own database alone. */
static void
TakeSchema(Parser *parser)
{
	int first = parser->next;

	if (!ParserAtRelation(parser))
		return;
	parser->next++;
	if (!ParserTake(parser, "."))
		return;
	StatementEdit(parser->statement, first, parser->next - 1, "");
	(void)ParserName(parser);
}

/* CREATE SCHEMA s [QUOTA n GB] and ALTER SCHEMA s QUOTA n GB: PostgreSQL has no quotas. */
static void
ParseSchema(Parser *parser)
{
	if (LexemeIs(ParserPeek(parser, -2), "alter") && ParserIsAt(parser, 1, "quota"))
		parser->statement->skip_reason = "PostgreSQL has no quotas";
	(void)ParserTakeWords(parser, "if not exists");
	TakeSchema(parser);
	for (; parser->next < parser->end; parser->next++)
		if (ParserIs(parser, "quota"))
			StatementEdit(
				parser->statement, parser->next,
				Min(parser->next + (ParserIsAt(parser, 1, "unlimited") ? 1 : 2), parser->end - 1),
				"");
}

/*
 * CREATE and ALTER DATABASE: COLLATE CASE_... is a setting of its sessions, and
 * UNLIMITED is written as -1.  ALTER ... ISOLATION LEVEL is a setting of its sessions,
 * where a snapshot is what PostgreSQL calls REPEATABLE READ (AWS: r_ALTER_DATABASE).
 */
static void
ParseDatabase(Parser *parser)
{
	DialectStatement *statement = parser->statement;
	bool is_new = LexemeIs(ParserPeek(parser, -2), "create");

	while (parser->next < parser->end)
	{
		int first = parser->next;

		/* FROM a data share, an integration, a catalog of AWS Glue */
		if (is_new && ParserIs(parser, "from"))
		{
			statement->refusal = "a database from outside is not supported here";
			statement->refusal_hint = REFUSED_HINT;
			return;
		}

		/* left out of CREATE DATABASE, which takes no settings of sessions */
		if (ParserTakeWords(parser, "isolation level"))
			StatementEdit(statement, first, parser->next,
						  is_new ? ""
						  : ParserIs(parser, "snapshot")
							  ? "SET default_transaction_isolation TO 'repeatable read'"
							  : "SET default_transaction_isolation TO 'serializable'");
		else if (ParserTakeWords(parser, "connection limit unlimited"))
			StatementEdit(statement, parser->next - 1, parser->next - 1, "-1");
		else if (ParserIs(parser, "collate") &&
				 (ParserIsAt(parser, 1, "case_sensitive") || ParserIsAt(parser, 1, "cs") ||
				  ParserIsAt(parser, 1, "case_insensitive") || ParserIsAt(parser, 1, "ci")))
		{
			bool insensitive =
				ParserIsAt(parser, 1, "case_insensitive") || ParserIsAt(parser, 1, "ci");

			StatementEdit(statement, first, ++parser->next,
						  is_new		? ""
						  : insensitive ? "SET redshift.database_collation TO 'case_insensitive'"
										: "RESET redshift.database_collation");
			if (is_new && insensitive)
			{
				/* a statement of its own, which CREATE DATABASE can't be sent along with */
				statement->refusal =
					"a database gets COLLATE CASE_INSENSITIVE by ALTER DATABASE here";
				statement->refusal_hint =
					"Leave it out, then: ALTER DATABASE name COLLATE CASE_INSENSITIVE.";
			}
		}
		else
			parser->next++;
	}
}

/* CREATE VIEW v [(columns)] AS query [WITH NO SCHEMA BINDING]. */
static void
ParseView(Parser *parser)
{
	int last = parser->end - 1;
	int first;

	ParserRelation(parser, &parser->statement->relation);
	first = parser->next;
	if (ParserIs(parser, "("))
		ParserNameList(parser);
	if (!ParserTake(parser, "as"))
		return;

	/* its query is kept as it is written, and looked at when it is used */
	if (last - 3 > parser->next &&
		LexemesAre(parser->list, last - 3, parser->end, "with no schema binding") > 0)
	{
		last -= 4;
		parser->statement->late_binding = (LexemeRange){first, last};
	}

	MarkQuery(parser, last);
}

/* CREATE MATERIALIZED VIEW v [BACKUP ..] [DISTKEY ..] [AUTO REFRESH YES|NO] AS query. */
static void
ParseMaterializedView(Parser *parser)
{
	CreateTable attributes = {.backup = -1};
	int first;

	/* the name may have columns behind it */
	ParserTakeWords(parser, "if not exists");
	ParserRelation(parser, &parser->statement->relation);
	if (ParserIs(parser, "("))
		ParserNameList(parser);
	first = parser->next;

	/* attributes in any order, AUTO REFRESH among them */
	for (;;)
	{
		if (ParserTakeWords(parser, "auto refresh"))
		{
			/* always up to date by REFRESH here, whatever it says */
			if (!ParserTake(parser, "yes"))
				ParserExpect(parser, "no");
		}
		else if (!ParseTableAttribute(parser, &attributes))
			break;
	}

	parser->statement->design = DesignOfTable(&attributes);

	/* in their place stands what PostgreSQL keeps of them */
	if (parser->next > first)
		StatementEdit(parser->statement, first, parser->next - 1,
					  parser->statement->design == NULL
						  ? ""
						  : psprintf("WITH (%s)", parser->statement->design));
	if (ParserTake(parser, "as"))
		MarkQuery(parser, parser->end - 1);
}

/* Marks what is left of a statement, up to a lexeme, as a query. */
static void
MarkQuery(Parser *parser, int last)
{
	if (parser->next > last)
	{
		parser->next = last + 1;
		ParserFail(parser);
	}

	parser->statement->query.first = parser->next;
	parser->statement->query.last = last;
}

/* DELETE [FROM] t: PostgreSQL needs the FROM. */
static void
ParseDelete(Parser *parser)
{
	if (!ParserIs(parser, "from"))
		StatementEdit(parser->statement, parser->next, parser->next - 1, "FROM ");
	ParserTake(parser, "from");
	if (!ParserAtRelation(parser))
		ParserFail(parser);
	ParserRelation(parser, &parser->statement->relation);
	parser->statement->query.first = parser->statement->first;
	parser->statement->query.last = parser->end - 1;
}

/*
 * MERGE INTO t USING s ON condition REMOVE DUPLICATES: rows of t that match are
 * deleted, then all of s are inserted; one statement does both, because an
 * INSERT doesn't see what a DELETE beside it in WITH removes.  A subquery as s
 * goes into WITH, too, or it would run twice.
 */
static void
ParseMerge(Parser *parser)
{
	DialectStatement *statement = parser->statement;
	const Lexeme *lexemes = parser->list->lexemes;
	int last = parser->end - 1;
	RelationName source = {.name = "merge_source"};
	int query = -1; /* the parenthesis of a subquery */
	int on;

	statement->query.first = statement->first;
	statement->query.last = last;
	if (!ParserTake(parser, "into") || !ParserAtRelation(parser))
		return;

	ParserRelation(parser, &statement->relation);

	/* without REMOVE DUPLICATES it is PostgreSQL's own MERGE */
	if (last - 1 <= parser->next || !LexemeIs(&lexemes[last - 1], "remove") ||
		!LexemeIs(&lexemes[last], "duplicates"))
		return;

	/* an alias of the target is PostgreSQL's: the check says so */
	ParserTake(parser, "as");
	if (!ParserIs(parser, "using"))
		ParserName(parser);
	ParserExpect(parser, "using");
	if (ParserIs(parser, "("))
	{
		query = parser->next;
		ParserSkipParentheses(parser);
	}
	else
		ParserRelation(parser, &source);

	/* ON of the statement itself: a subquery has been skipped */
	for (on = parser->next; on < last && !LexemeIs(&lexemes[on], "on"); on++)
		;
	if (on >= last - 2)
	{
		parser->next = Min(on, last - 1);
		ParserFail(parser);
	}

	WriteMerge(statement, on, query, &source);
}

/* Writes it as one statement; query is the parenthesis of a subquery, or -1 where source is a table. */
static void
WriteMerge(DialectStatement *statement, int on, int query, const RelationName *source)
{
	const Lexeme *lexemes = statement->list->lexemes;
	int last = statement->end - 1;
	const char *target =
		quote_qualified_identifier(statement->relation.schema, statement->relation.name);

	if (query < 0)
	{
		/* the parser of queries need not look into it: nothing in it is Redshift's */
		statement->query.first = -1;
		StatementEdit(statement, statement->first, statement->first + 1,
					  "WITH removed AS (DELETE FROM");
		StatementEdit(statement, on, on, "WHERE");
	}
	else
	{
		StatementEdit(statement, statement->first, query - 1, "WITH merge_source AS");
		StatementEdit(statement, lexemes[query].match + 1, lexemes[query].match,
					  psprintf(", removed AS (DELETE FROM %s USING merge_source ", target));
		StatementEdit(statement, on, on, "WHERE");
	}

	StatementEdit(statement, last - 1, last,
				  psprintf(") INSERT INTO %s SELECT * FROM %s", target,
						   quote_qualified_identifier(source->schema, source->name)));
}

/* ANALYZE [VERBOSE] [t [(columns)]] [PREDICATE COLUMNS | ALL COLUMNS]; ANALYZE COMPRESSION. */
static void
ParseAnalyze(Parser *parser)
{
	if (ParserTake(parser, "compression"))
	{
		parser->statement->skip_reason = "column encodings have no meaning in PostgreSQL";
		return;
	}

	for (; parser->next < parser->end; parser->next++)
		if ((ParserIs(parser, "predicate") || ParserIs(parser, "all")) &&
			ParserIsAt(parser, 1, "columns"))
			StatementEdit(parser->statement, parser->next, parser->next + 1, "");
}

/*
 * DROP SCHEMA [IF EXISTS] s, ... [CASCADE]; DROP SCHEMA s DROP EXTERNAL DATABASE: only a schema that is none here
 * has one (AWS: r_DROP_SCHEMA).
 */
static void
ParseDropSchema(Parser *parser)
{
	(void)ParserTakeWords(parser, "if exists");
	do
		TakeSchema(parser);
	while (ParserTake(parser, ","));
	for (; parser->next < parser->end; parser->next++)
		if (ParserTakeWords(parser, "drop external database"))
		{
			parser->statement->refusal = "external schemas are not supported here";
			parser->statement->refusal_hint = REFUSED_HINT;
			return;
		}
}

/* DECLARE c CURSOR FOR query. */
static void
ParseCursor(Parser *parser)
{
	while (parser->next < parser->end && !ParserTake(parser, "for"))
		parser->next++;
	MarkQuery(parser, parser->end - 1);
}

/* PREPARE p [(types)] AS query. */
static void
ParsePrepare(Parser *parser)
{
	while (parser->next < parser->end && !ParserTake(parser, "as"))
		parser->next++;
	MarkQuery(parser, parser->end - 1);
}

/* COPY (query) TO STDOUT: what is no COPY of Redshift's is PostgreSQL's. */
static void
ParseClientCopy(Parser *parser)
{
	int first = parser->next + 1;

	if (!ParserIs(parser, "("))
		return;

	parser->statement->query.first = first;
	parser->statement->query.last = ParserSkipParentheses(parser) - 1;
	if (parser->statement->query.last < first)
		ParserFail(parser);
}
