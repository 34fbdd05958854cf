/*
 * parse.c
 *		From a script to its statements: splitting, and what each one is.
 *
 *		script -> LexerScan -> [first, end) up to each ';' -> by its first words:
 *		CREATE TABLE parse_table.c, COPY parse_copy.c, UNLOAD parse_unload.c, other
 *		parse_utility.c
 *
 * A statement that isn't Redshift's own goes through as it stands: PostgreSQL
 * judges it.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

#include "dialect/parse/parse.h"

static List *ParseAll(const char *script, LexemeList *(*scan)(const char *text));
static void ScriptErrorCallback(void *script);
static bool ParseKind(Parser *parser);
static void RefuseTableFormat(DialectStatement *statement);
static const char *FindTag(const DialectStatement *statement);
static void FindRelation(DialectStatement *statement);
static void FindQuery(DialectStatement *statement);
static void EditNames(DialectStatement *statement);
static bool IsRewritten(const DialectStatement *statement, int place);
static bool EndsFrom(const Lexeme *lexeme);
static bool IsRelationPlace(const DialectStatement *statement, int place);
static bool IsInsideFunction(const DialectStatement *statement, int place);

/* Splits and parses a script into a list of DialectStatement; empty statements are left out. */
List *
DialectParse(const char *script)
{
	return ParseAll(script, LexerScan);
}

/* Likewise of SQL that psql doesn't see. */
List *
DialectParsePlain(const char *sql)
{
	return ParseAll(sql, LexerScanPlain);
}

static List *
ParseAll(const char *script, LexemeList *(*scan)(const char *text))
{
	ErrorContextCallback callback = {error_context_stack,
									 scan == LexerScan ? ScriptErrorCallback : DialectErrorCallback,
									 (void *)script};
	const LexemeList *list;
	List *statements = NIL;
	int first = 0;
	int line = 1;
	int counted = 0; /* bytes of the script whose lines are counted */

	error_context_stack = &callback;
	list = scan(script);
	for (int i = 0; i <= list->count; i++)
	{
		if (i < list->count && !LexemeIs(&list->lexemes[i], ";"))
			continue;
		CHECK_FOR_INTERRUPTS();
		if (i > first)
		{
			DialectStatement *statement = StatementParse(list, first, i);

			for (; counted < list->lexemes[first].start; counted++)
				line += list->script[counted] == '\n';
			statement->line = line;
			statements = lappend(statements, statement);
		}

		first = i + 1;
	}

	error_context_stack = callback.previous;

	return statements;
}

/* What a statement is: its command tag in capitals. */
const char *
DialectTag(const DialectStatement *statement)
{
	return statement->tag;
}

/* The COPY JOB that a statement creates. */
const char *
DialectCopyJob(const DialectStatement *statement)
{
	return statement->copy != NULL ? statement->copy->job : NULL;
}

/* Whether a statement is a COPY whose other end is the client. */
bool
DialectIsClientCopy(const DialectStatement *statement)
{
	const LexemeList *list = statement->list;
	int next = statement->first;

	if (!LexemeAccept(list, &next, "copy"))
		return false;

	while (next < statement->end)
	{
		if ((LexemeIsAt(list, next, "from") && LexemeIsAt(list, next + 1, "stdin")) ||
			(LexemeIsAt(list, next, "to") && LexemeIsAt(list, next + 1, "stdout")))
			return true;
		LexemeSkip(list, &next);
	}

	return false;
}

/* The byte offset of a statement's first word in the script. */
int
DialectOffset(const DialectStatement *statement)
{
	return statement->list->lexemes[statement->first].start;
}

/* The line of a statement's first word, from 1. */
int
DialectLine(const DialectStatement *statement)
{
	return statement->line;
}

/* The byte behind a statement's last word. */
int
DialectEnd(const DialectStatement *statement)
{
	return statement->list->lexemes[statement->end - 1].end;
}

/* Name of the relation a statement creates, drops, fills or empties, as written; NULL when it has none. */
const char *
DialectRelation(const DialectStatement *statement)
{
	const RelationName *relation = &statement->relation;
	const Lexeme *lexemes = statement->list->lexemes;

	if (relation->name == NULL)
		return NULL;

	return pnstrdup(statement->list->script + lexemes[relation->first].start,
					lexemes[relation->last].end - lexemes[relation->first].start);
}

char *
DialectInSchema(const DialectStatement *statement, const char *schema)
{
	const char *script = statement->list->script;
	int place = statement->list->lexemes[statement->relation.first].start;

	return psprintf("%.*s%s.%s", place, script, quote_identifier(schema), script + place);
}

/* Why PostgreSQL has nothing to run for a statement; NULL where it has. */
const char *
DialectSkipReason(const DialectStatement *statement)
{
	return statement->skip_reason;
}

/* Lets an error name its place in the script instead of one in the client's query. */
void
DialectErrorCallback(void *script)
{
	int position = geterrposition();

	if (position <= 0)
		return;

	errposition(0);
	internalerrposition(position);
	internalerrquery(script);
}

/* Likewise of a script, of which a long one isn't shown as a whole. */
static void
ScriptErrorCallback(void *script)
{
	int position = geterrposition();

	if (position <= 0)
		return;
	errposition(0);
	internalerrquery(DialectExcerpt(script, &position));
	internalerrposition(position);
}

/* Gives a statement to the parsers of its kinds in turn; false when none takes it. */
static bool
ParseKind(Parser *parser)
{
	static bool (*const kinds[])(Parser *) = {ParseCreateTable, ParseCopyJob, ParseCopy,
											  ParseUnload, ParseUtility};
	int first = parser->next;

	for (size_t i = 0; i < lengthof(kinds); i++)
	{
		/* one that gives up may have read on */
		parser->next = first;
		if (kinds[i](parser))
			return true;
	}

	return false;
}

/* Parses the statement in a range of lexemes. */
DialectStatement *
StatementParse(const LexemeList *list, int first, int end)
{
	DialectStatement *statement = palloc0(sizeof(DialectStatement));
	Parser parser = {statement, list, first, end};

	statement->list = list;
	statement->first = first;
	statement->end = end;
	statement->query.first = -1;
	statement->late_binding.first = -1;
	statement->tag = FindTag(statement);

	/* what has no form of its own may hold a query */
	if (!ParseKind(&parser))
		FindQuery(statement);
	if (statement->create != NULL)
	{
		statement->design = DesignOfTable(statement->create);
		RefuseTableFormat(statement);
	}

	if (statement->relation.name == NULL)
		FindRelation(statement);

	/* CREATE TABLE and COPY are printed from what was parsed, so their names need no edits */
	if (statement->create == NULL && statement->copy == NULL)
		EditNames(statement);
	else if (statement->query.first >= 0)
		EditNames(statement);
	StatementOrderEdits(statement);

	return statement;
}

/* Refuses a table whose files are Apache Iceberg's (AWS: iceberg-writes-sql-syntax). */
static void
RefuseTableFormat(DialectStatement *statement)
{
	int clause = statement->create->tail.first;

	if (clause < 0 || LexemesAre(statement->list, clause, statement->end, "using iceberg") == 0)
		return;
	statement->refusal = "Iceberg tables are not supported here";
	statement->refusal_hint =
		"Leave USING ICEBERG and what follows it out; the rest makes a table.";
}

/* Statements whose tag is more than their first word. */
static const struct
{
	const char *words;
	const char *tag;
} tags[] = {
	{"start transaction", "BEGIN"},
	{"begin", "BEGIN"},
	{"end", "COMMIT"},
	{"commit", "COMMIT"},
	{"abort", "ROLLBACK"},
	{"rollback to", "ROLLBACK TO SAVEPOINT"},
	{"rollback", "ROLLBACK"},
	{"with", "SELECT"},
	{"(", "SELECT"},
	{"table", "SELECT"},
	{"alter table", "ALTER TABLE"},
	{"create or replace procedure", "CREATE PROCEDURE"},
	{"create or replace function", "CREATE FUNCTION"},
	{"create or replace view", "CREATE VIEW"},
	{"create or replace external function", "CREATE EXTERNAL FUNCTION"},
	{"create materialized view", "CREATE MATERIALIZED VIEW"},
	{"create external schema", "CREATE EXTERNAL SCHEMA"},
	{"create external table", "CREATE EXTERNAL TABLE"},
	{"create external function", "CREATE EXTERNAL FUNCTION"},
	{"create unique index", "CREATE INDEX"},
	{"create temp table", "CREATE TABLE"},
	{"create temporary table", "CREATE TABLE"},
	{"create local temp table", "CREATE TABLE"},
	{"create local temporary table", "CREATE TABLE"},
	{"create unlogged table", "CREATE TABLE"},
	{"create temp view", "CREATE VIEW"},
	{"create temporary view", "CREATE VIEW"},
	{"drop materialized view", "DROP MATERIALIZED VIEW"},
	{"refresh materialized view", "REFRESH MATERIALIZED VIEW"},
	{"alter materialized view", "ALTER MATERIALIZED VIEW"},
	{"alter default privileges", "ALTER DEFAULT PRIVILEGES"},
};

/* Words whose second word belongs to the tag. */
static const char *const two_word_tags[] = {"create", "drop", "alter"};

/* The command tag by a statement's first words. */
static const char *
FindTag(const DialectStatement *statement)
{
	Parser parser = {(DialectStatement *)statement, statement->list, statement->first,
					 statement->end};
	const Lexeme *first = ParserPeek(&parser, 0);

	for (size_t i = 0; i < lengthof(tags); i++)
	{
		parser.next = statement->first;
		if (ParserTakeWords(&parser, tags[i].words))
			return tags[i].tag;
	}

	for (size_t i = 0; i < lengthof(two_word_tags); i++)
		if (LexemeIs(first, two_word_tags[i]) && ParserPeek(&parser, 1)->kind == LEXEME_WORD)
		{
			char *words = psprintf("%s %s", first->text, ParserPeek(&parser, 1)->text);

			return asc_toupper(words, strlen(words));
		}
	return asc_toupper(first->text, strlen(first->text));
}

/* Words behind which a statement names the relation it is about. */
static const char *const relation_words[] = {
	"insert into",
	"merge into",
	"delete from",
	"delete",
	"update",
	"truncate table",
	"truncate",
	"drop table if exists",
	"drop table",
	"drop view if exists",
	"drop view",
	"drop materialized view if exists",
	"drop materialized view",
	"refresh materialized view",
	"create or replace view",
	"create temp view",
	"create temporary view",
	"create view",
	"create materialized view if not exists",
	"create materialized view",
	"alter table if exists",
	"alter table",
	"analyze verbose",
	"analyze compression",
	"analyze",
	"comment on table",
	"comment on view",
	"lock table",
	"lock",
	"copy",
};

/* Finds the relation that a statement is about. */
static void
FindRelation(DialectStatement *statement)
{
	for (size_t i = 0; i < lengthof(relation_words); i++)
	{
		Parser parser = {statement, statement->list, statement->first, statement->end};

		if (!ParserTakeWords(&parser, relation_words[i]))
			continue;
		if (ParserAtRelation(&parser))
			ParserRelation(&parser, &statement->relation);
		return;
	}
}

/* Marks the part of a statement that is a query or DML. */
static void
FindQuery(DialectStatement *statement)
{
	static const char *const queries[] = {"select", "with",	 "insert", "update",
										  "delete", "merge", "values", "("};
	Parser parser = {statement, statement->list, statement->first, statement->end};

	/* EXPLAIN's options stand before the query */
	if (ParserTake(&parser, "explain"))
	{
		while (ParserTake(&parser, "verbose") || ParserTake(&parser, "analyze"))
			;

		/* a parenthesis of options, not of a query */
		if (ParserIs(&parser, "(") && !ParserIsAt(&parser, 1, "select") &&
			!ParserIsAt(&parser, 1, "(") && !ParserIsAt(&parser, 1, "with"))
			ParserSkipParentheses(&parser);
	}

	for (size_t i = 0; i < lengthof(queries); i++)
		if (ParserIs(&parser, queries[i]))
		{
			statement->query.first = parser.next;
			statement->query.last = statement->end - 1;
		}
}

/*
 * Names that PostgreSQL can't take as they stand: database.schema.table loses
 * its database, and what SELECT ... INTO #name makes is temporary.  In the FROM
 * of a query three names may be a path into a SUPER column: RewriteQuery tells.
 */
static void
EditNames(DialectStatement *statement)
{
	const Lexeme *lexemes = statement->list->lexemes;
	bool selects = strcmp(statement->tag, "SELECT") == 0;
	uint64 from_levels = 0; /* depths of parentheses at which a FROM goes on */
	int depth = 0;

	for (int i = statement->first; i + 1 < statement->end; i++)
	{
		bool place;

		/* most of a long statement is values: only these can stand before a relation's name */
		if (lexemes[i].kind != LEXEME_WORD && lexemes[i].kind != LEXEME_OPERATOR)
			continue;
		CHECK_FOR_INTERRUPTS();
		place = lexemes[i].kind == LEXEME_WORD && IsRelationPlace(statement, i);

		/* counted here, because the FROM of one level goes on behind the subqueries in it */
		depth += LexemeIs(&lexemes[i], "(") - LexemeIs(&lexemes[i], ")");
		if (depth >= 0 && depth < 64)
		{
			uint64 level = UINT64CONST(1) << depth;

			/* a comma in a FROM leads to the next relation */
			if (place && LexemeIs(&lexemes[i], "from"))
				from_levels |= level;
			else if (LexemeIs(&lexemes[i], "(") ||
					 (lexemes[i].kind == LEXEME_WORD && EndsFrom(&lexemes[i])))
				from_levels &= ~level;

			/* a comma of this level's FROM */
			place |= LexemeIs(&lexemes[i], ",") && (from_levels & level) != 0;
		}

		if (!place)
			continue;

		/* three names: the first is a database, of which there is one here; a query's own are RewriteQuery's */
		if (!IsRewritten(statement, i) && i + 5 < statement->end && LexemeIsName(&lexemes[i + 1]) &&
			LexemeIs(&lexemes[i + 2], ".") && lexemes[i + 3].kind == LEXEME_WORD &&
			LexemeIs(&lexemes[i + 4], ".") && lexemes[i + 5].kind == LEXEME_WORD)
			StatementEdit(statement, i + 1, i + 2, "");

		/* made temporary by the word, for PostgreSQL knows no names with # */
		if (selects && LexemeIs(&lexemes[i], "into") && lexemes[i + 1].text[0] == '#' &&
			!lexemes[i + 1].quoted && lexemes[i + 1].kind == LEXEME_WORD)
			StatementEdit(statement, i + 1, i, "TEMP ");
	}
}

/* Whether what a query reads follows a lexeme, where RewriteQuery looks after the names. */
static bool
IsRewritten(const DialectStatement *statement, int place)
{
	const Lexeme *lexeme = &statement->list->lexemes[place];

	return statement->query.first >= 0 && place >= statement->query.first &&
		   place <= statement->query.last &&
		   (LexemeIs(lexeme, "from") || LexemeIs(lexeme, "join") || LexemeIs(lexeme, ",") ||
			LexemeIs(lexeme, "using"));
}

/* Whether a FROM clause ends at a lexeme. */
static bool
EndsFrom(const Lexeme *lexeme)
{
	static const char *const words[] = {"select",  "where", "group",  "order", "having",
										"limit",   "union", "except", "minus", "intersect",
										"qualify", "set",	"window", "start", "connect"};

	for (size_t i = 0; i < lengthof(words); i++)
		if (LexemeIs(lexeme, words[i]))
			return true;
	return false;
}

/* Whether a relation's name follows a lexeme. */
static bool
IsRelationPlace(const DialectStatement *statement, int place)
{
	static const char *const words[] = {"from",		"join",	 "into", "update", "table", "exists",
										"truncate", "using", "view", "on",	   "delete"};
	const Lexeme *lexeme = &statement->list->lexemes[place];

	/* ON only in GRANT SELECT ON and the like; a join's condition may have a schema in it too */
	if (LexemeIs(lexeme, "on") && strcmp(statement->tag, "GRANT") != 0 &&
		strcmp(statement->tag, "REVOKE") != 0)
		return false;

	for (size_t i = 0; i < lengthof(words); i++)
		if (LexemeIs(lexeme, words[i]))
			return !LexemeIs(lexeme, "from") || !IsInsideFunction(statement, place);
	return false;
}

/* Whether a FROM is one of EXTRACT(x FROM y), TRIM(x FROM y), IS DISTINCT FROM y. */
static bool
IsInsideFunction(const DialectStatement *statement, int place)
{
	static const char *const functions[] = {"extract", "trim", "substring", "overlay", "position"};
	const Lexeme *lexemes = statement->list->lexemes;
	int open = place;

	/* IS DISTINCT FROM */
	if (place > statement->first && LexemeIs(&lexemes[place - 1], "distinct"))
		return true;

	/* eight lexemes back: the arguments before FROM are short */
	while (open > statement->first && !LexemeIs(&lexemes[open], "(") && place - open < 8)
		open = LexemeIs(&lexemes[open], ")") && lexemes[open].match >= 0 ? lexemes[open].match - 1
																		 : open - 1;
	if (open <= statement->first || !LexemeIs(&lexemes[open], "("))
		return false;

	for (size_t i = 0; i < lengthof(functions); i++)
		if (LexemeIs(&lexemes[open - 1], functions[i]))
			return true;
	return false;
}
