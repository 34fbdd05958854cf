/*
 * lint.c
 *		What in a script would fail, or mean something else, on Redshift.
 *
 * The rules look at lexemes and at what the parser made of them, so nothing in
 * a string, a quoted name or a comment can trigger one.
 */
#include "postgres.h"

#include <limits.h>

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "dialect/check/lint.h"
#include "dialect/text/variables.h"

/* AWS: r_names. */
#define NAME_MAX_BYTES 127

static bool ChangesTables(const DialectStatement *statement);
static void CheckStatement(Lint *lint);
static void CheckWords(Lint *lint, int place);
static bool IsRelation(const Lint *lint, int place);
static bool IsTaken(const Lint *lint, int place);
static bool IsLeaderCall(const char *words);
static bool ReadsCatalog(const Lint *lint);
static bool ReadsNothing(const Lint *lint);
static bool MatchWords(const Lint *lint, int place, const char *words);
static void CheckName(Lint *lint, int place);
static void CheckCast(Lint *lint, int place);
static bool CantBeInTransaction(const Lint *lint, const char **words);
static void CheckTransaction(Lint *lint);
static void CheckPart(Lint *lint);
static void CheckPsqlCommands(Lint *lint, const char *script);
static void CheckMerge(Lint *lint);
static void CheckAlter(Lint *lint);
static bool HasWords(const Lint *lint, const char *words);
static int CompareFindings(const ListCell *one, const ListCell *other);

/* Checks a script: a list of DialectFinding, in order of position. */
List *
DialectCheck(const char *script, const DialectContext *context)
{
	return DialectCheckParsed(script, DialectParse(script), context);
}

/* Likewise of a script that has been parsed already. */
List *
DialectCheckParsed(const char *script, const List *statements, const DialectContext *context)
{
	Lint lint = {.context = context,
				 .place = context->place,
				 .in_transaction = context->place == DIALECT_TRANSACTION};
	ListCell *cell;

	foreach (cell, statements)
	{
		CHECK_FOR_INTERRUPTS();
		lint.statement = lfirst(cell);
		lint.list = lint.statement->list;
		lint.number++;
		CheckStatement(&lint);
		lint.changed |= ChangesTables(lint.statement);
	}

	if (lint.place != DIALECT_WHOLE)
		CheckPsqlCommands(&lint, script);
	list_sort(lint.findings, CompareFindings);

	return lint.findings;
}

/* Whether the tables of the statements behind this one may be others than the catalog has. */
static bool
ChangesTables(const DialectStatement *statement)
{
	static const char *const tags[] = {"CREATE", "ALTER",		"DROP", "SET",
									   "CALL",	 "SELECT INTO", "USE"};

	for (size_t i = 0; i < lengthof(tags); i++)
		if (strncmp(statement->tag, tags[i], strlen(tags[i])) == 0)
			return true;
	return false;
}

/* Checks one statement. */
static void
CheckStatement(Lint *lint)
{
	const DialectStatement *statement = lint->statement;

	for (int i = statement->first; i < statement->end; i++)
	{
		CheckWords(lint, i);
		CheckName(lint, i);
		CheckCast(lint, i);
	}

	if (statement->create != NULL)
		LintTable(lint);
	if (strcmp(statement->tag, "COPY") == 0 && statement->copy == NULL)
		LintAdd(lint, statement->first, "copy-source", true,
				"Put the data into S3, or use UNLOAD for the other direction.",
				"Redshift's COPY reads objects from S3 only");
	CheckMerge(lint);
	CheckAlter(lint);
	LintQueries(lint);
	LintChange(lint);
	LintCopy(lint);
	LintViews(lint);
	CheckTransaction(lint);
	if (lint->place != DIALECT_WHOLE)
		CheckPart(lint);
}

/*
 * The rules of words by their first letter, in the order of the table: where
 * those of each letter begin.  Made with the first script of a session.
 */
static const int *
RulesByLetter(const LintRule ***sorted)
{
	static int begins[UCHAR_MAX + 2];
	static const LintRule **rules = NULL;

	if (rules == NULL)
	{
		const LintRule **made =
			MemoryContextAlloc(TopMemoryContext, sizeof(LintRule *) * lint_rules_count);
		int count = 0;

		for (int letter = 0; letter <= UCHAR_MAX; letter++)
		{
			begins[letter] = count;
			for (int i = 0; i < lint_rules_count; i++)
				if ((unsigned char)lint_rules[i].words[lint_rules[i].words[0] == '^' ? 2 : 0] ==
					letter)
					made[count++] = &lint_rules[i];
		}

		begins[UCHAR_MAX + 1] = count;
		rules = made;
	}

	*sorted = rules;
	return begins;
}

/* Tries every rule of words at a lexeme. */
static void
CheckWords(Lint *lint, int place)
{
	const LintRule **rules;
	const int *begins = RulesByLetter(&rules);
	int letter = (unsigned char)lint->list->lexemes[place].text[0];

	/* only the rules whose first letter it is: each lexeme of a script asks */
	for (int i = begins[letter]; i < begins[letter + 1]; i++)
	{
		const LintRule *rule = rules[i];
		bool at_start = rule->words[0] == '^';

		/* ^ binds a rule to the statement's beginning */
		if (at_start && place != lint->statement->first)
			continue;
		if (rule->tag != NULL && strncmp(lint->statement->tag, rule->tag, strlen(rule->tag)) != 0)
			continue;

		/* a table or column may be called like a function that Redshift lacks */
		if (MatchWords(lint, place, rule->words + (at_start ? 2 : 0)) &&
			!(strcmp(rule->name, "function") == 0 &&
			  (IsRelation(lint, place) || IsTaken(lint, place))) &&
			!(IsLeaderCall(rule->words) && ReadsCatalog(lint)))
			LintAdd(lint, place, rule->name, rule->fatal, rule->hint, "%s", rule->message);
	}
}

/* Whether a name with parentheses behind it is a table's: INSERT INTO age (x). */
static bool
IsRelation(const Lint *lint, int place)
{
	static const char *const words[] = {"into", "table", "exists", "references", "copy", "view"};

	for (size_t i = 0; i < lengthof(words) && place > lint->statement->first; i++)
		if (LexemeIs(&lint->list->lexemes[place - 1], words[i]))
			return true;
	return false;
}

/*
 * Whether a call that Redshift has none of is one all the same where it stands:
 * UNNEST in FROM (AWS: r_FROM_clause30), NEXTVAL as a column's default.
 */
static bool
IsTaken(const Lint *lint, int place)
{
	const Lexeme *lexemes = lint->list->lexemes;

	/* a column's default is the one place where Redshift has it */
	if (LexemeIs(&lexemes[place], "nextval"))
		return strcmp(lint->statement->tag, "CREATE TABLE") == 0 &&
			   LexemeIs(&lexemes[place - 1], "default");
	if (!LexemeIs(&lexemes[place], "unnest"))
		return false;

	/* backwards to the clause that this belongs to, over what is in parentheses */
	for (int i = place - 1; i > lint->statement->first && !LexemeIs(&lexemes[i], "("); i--)
	{
		if (LexemeIs(&lexemes[i], "from") || LexemeIs(&lexemes[i], "join"))
			return true;
		if (LexemeIs(&lexemes[i], "select"))
			return false;
		if (LexemeIs(&lexemes[i], ")") && lexemes[i].match >= 0)
			i = lexemes[i].match;
	}

	return false;
}

/* Whether words are a call of a function that the leader node has, for its own tables. */
static bool
IsLeaderCall(const char *words)
{
	static const char *const calls[] = {"generate_series (", "array_to_string (",
										"string_to_array ("};

	for (size_t i = 0; i < lengthof(calls); i++)
		if (strcmp(words, calls[i]) == 0)
			return true;
	return false;
}

/* Whether a statement names a table of the catalog, such as pg_class: the leader node runs it. */
static bool
ReadsCatalog(const Lint *lint)
{
	for (int i = lint->statement->first; i < lint->statement->end; i++)
	{
		const Lexeme *lexeme = &lint->list->lexemes[i];

		if (lexeme->kind == LEXEME_WORD && strncmp(lexeme->text, "pg_", 3) == 0 &&
			!LexemeIs(lexeme, "pg_catalog") && !LexemeIs(lexeme + 1, "("))
			return true;
	}

	return false;
}

/* Whether a statement is a query without FROM. */
static bool
ReadsNothing(const Lint *lint)
{
	return strcmp(lint->statement->tag, "SELECT") == 0 && !HasWords(lint, "from");
}

/* Whether words stand at a lexeme, one after the other. */
static bool
MatchWords(const Lint *lint, int place, const char *words)
{
	return LexemesAre(lint->list, place, lint->statement->end, words) > 0;
}

/* A name has at most 127 bytes; the scanner cuts them, so the script is measured. */
static void
CheckName(Lint *lint, int place)
{
	const Lexeme *lexeme = &lint->list->lexemes[place];

	if (lexeme->kind == LEXEME_WORD &&
		lexeme->end - lexeme->start - (lexeme->quoted ? 2 : 0) > NAME_MAX_BYTES)
		LintAdd(lint, place, "name-length", true, "Choose a shorter one.",
				"a name has at most %d bytes on Redshift", NAME_MAX_BYTES);
}

/* Types that Redshift lacks, in x::type and CAST(x AS type). */
static void
CheckCast(Lint *lint, int place)
{
	static const char *const types[] = {"json", "jsonb", "uuid", "bytea", "money", "inet", "xml"};
	const Lexeme *lexeme = &lint->list->lexemes[place];

	/* a name of a type is one only behind :: */
	if (place == lint->statement->first || !LexemeIs(lexeme - 1, "::"))
		return;

	for (size_t i = 0; i < lengthof(types); i++)
		if (LexemeIs(lexeme, types[i]))
			LintAdd(lint, place, "type", true, "Use SUPER for documents, VARCHAR for the rest.",
					"Redshift has no type %s", types[i]);

	/* the leader node has PostgreSQL's own types; a query of the catalogue, or of no table, runs there */
	if (LexemeIs(lexeme, "regclass") && !ReadsCatalog(lint) && !ReadsNothing(lint))
		LintAdd(lint, place, "type", true, "Join pg_class and pg_namespace.",
				"Redshift has the type regclass on its leader node only");
	if (place + 1 < lint->statement->end && LexemeIs(lexeme + 1, "[") && !ReadsCatalog(lint))
		LintAdd(lint, place, "type", true, "Use SUPER.", "Redshift has no arrays of a type");
}

/* What Redshift can't run between BEGIN and COMMIT. */
static const struct
{
	const char *tag;
	const char *words; /* that have to be in it; NULL: none */
} not_in_transaction[] = {
	{"VACUUM", NULL},
	{"CREATE DATABASE", NULL},
	{"DROP DATABASE", NULL},
	{"CREATE EXTERNAL TABLE", NULL},
	{"CREATE LIBRARY", NULL},
	{"DROP LIBRARY", NULL},
	{"ALTER TABLE", "append from"},
	{"COPY JOB CREATE", NULL},
	{"COPY JOB DROP", NULL},
};

/* Whether Redshift can't run the statement in a transaction; *words are what makes it so, or NULL. */
static bool
CantBeInTransaction(const Lint *lint, const char **words)
{
	for (size_t i = 0; i < lengthof(not_in_transaction); i++)
	{
		*words = not_in_transaction[i].words;
		if (strcmp(lint->statement->tag, not_in_transaction[i].tag) == 0 &&
			(*words == NULL || HasWords(lint, *words)))
			return true;
	}

	return false;
}

/* Whether the statement changes the type of a column. */
static bool
ChangesType(const DialectStatement *statement)
{
	ListCell *cell;

	foreach (cell, statement->edits)
		if (((LexemeEdit *)lfirst(cell))->type != NULL)
			return strcmp(statement->tag, "ALTER TABLE") == 0;
	return false;
}

/* Whether Redshift runs a statement in no transaction, or ends one with it. */
bool
DialectStandsAlone(const DialectStatement *statement)
{
	Lint lint = {.list = statement->list, .statement = statement};
	const char *words;

	return strcmp(statement->tag, "TRUNCATE") == 0 || ChangesType(statement) ||
		   CantBeInTransaction(&lint, &words);
}

/* The tag alone, but for ALTER TABLE, of which most may stand in a transaction. */
const char *
DialectNotInTransaction(const DialectStatement *statement)
{
	Lint lint = {.list = statement->list, .statement = statement};
	const char *words;

	if (!CantBeInTransaction(&lint, &words))
		return NULL;
	return words != NULL ? psprintf("%s APPEND", statement->tag) : statement->tag;
}

/* Follows BEGIN and COMMIT, and checks what stands between them. */
static void
CheckTransaction(Lint *lint)
{
	const DialectStatement *statement = lint->statement;
	const char *tag = statement->tag;
	const char *name;

	if (strcmp(tag, "BEGIN") == 0)
		lint->in_transaction = true;
	else if (strcmp(tag, "COMMIT") == 0 || strcmp(tag, "ROLLBACK") == 0)
		lint->in_transaction = false;
	if (!lint->in_transaction)
		return;
	if (strcmp(tag, "TRUNCATE") == 0)
		LintAdd(lint, statement->first, "truncate-commits", lint->place == DIALECT_TRANSACTION,
				"Use DELETE FROM.", "TRUNCATE commits the transaction on Redshift");
	name = DialectNotInTransaction(statement);
	if (name != NULL)
		LintAdd(lint, statement->first, "transaction", true, "Put it before BEGIN or after COMMIT.",
				"%s can't run inside a transaction on Redshift", name);
}

/* A part of a script leaves transactions to the whole, and holds no secret. */
static void
CheckPart(Lint *lint)
{
	static const char *const boundaries[] = {"BEGIN", "COMMIT", "ROLLBACK"};
	const DialectStatement *statement = lint->statement;
	const Lexeme *lexemes = statement->list->lexemes;

	for (size_t i = 0; i < lengthof(boundaries); i++)
		if (strcmp(statement->tag, boundaries[i]) == 0)
			LintAdd(lint, statement->first, "transaction", true,
					"sparkify_etl() and the exported script begin and commit by themselves.",
					"%s in a definition would cut the transaction in two", boundaries[i]);
	for (int i = statement->first; i < statement->end; i++)
		if (VariableForSecret(statement, i) != NULL && lexemes[i].text[0] != '\0')
			LintAdd(lint, i, "credential", true,
					"Name an IAM role there; keys for this server belong to a user mapping of the "
					"store.",
					"a definition holds a credential");
}

/* Commands of psql's would run on the machine of whoever deploys. */
static void
CheckPsqlCommands(Lint *lint, const char *script)
{
	/* there need not be a statement: a command may be all there is */
	const LexemeList *list = lint->list != NULL ? lint->list : LexerScan(script);

	lint->list = list;
	for (int i = 0; i < list->count; i++)
		if (script[list->lexemes[i].start] == '\\')
			LintAdd(lint, i, "psql-command", true, "Write SQL only.",
					"a definition holds a command of psql's");
}

/* MERGE needs both WHEN clauses, or REMOVE DUPLICATES, and no WITH. */
static void
CheckMerge(Lint *lint)
{
	const DialectStatement *statement = lint->statement;

	if (strcmp(statement->tag, "MERGE") != 0)
	{
		if (MatchWords(lint, statement->first, "with") && HasWords(lint, "merge into"))
			LintAdd(lint, statement->first, "merge-with", true,
					"Put the rows into a temporary table first.", "MERGE goes without WITH");
		return;
	}

	/* Redshift's own form needs no WHEN */
	if (HasWords(lint, "remove duplicates"))
		return;
	if (!HasWords(lint, "when matched") || !HasWords(lint, "when not matched"))
		LintAdd(lint, statement->first, "merge-clauses", true,
				"Use UPDATE, DELETE or INSERT where one of them is enough.",
				"MERGE needs WHEN MATCHED and WHEN NOT MATCHED on Redshift");
}

/* ALTER TABLE does one thing a statement; columns change to VARCHAR only. */
static void
CheckAlter(Lint *lint)
{
	const DialectStatement *statement = lint->statement;
	const Lexeme *lexemes = lint->list->lexemes;

	/* sort key, distribution and encodings may be changed together (r_ALTER_TABLE) */
	if (strcmp(statement->tag, "ALTER TABLE") != 0 || statement->alters_design)
		return;

	for (int i = statement->first; i < statement->end; i++)
	{
		/* a comma in parentheses separates arguments, not actions */
		if (LexemeIs(&lexemes[i], "(") && lexemes[i].match > i)
			i = lexemes[i].match;
		else if (LexemeIs(&lexemes[i], ","))
			LintAdd(lint, i, "alter-one", true, "Write a statement for each.",
					"ALTER TABLE does one thing a statement on Redshift");
	}

	for (ListCell *cell = list_head(statement->edits); cell != NULL;
		 cell = lnext(statement->edits, cell))
	{
		const LexemeEdit *edit = lfirst(cell);

		/* AWS: r_ALTER_TABLE, ALTER COLUMN TYPE */
		if (edit->type != NULL && lint->in_transaction)
			LintAdd(lint, statement->first, "transaction", true,
					"Put it before BEGIN or after COMMIT.",
					"ALTER COLUMN TYPE can't run inside a transaction on Redshift");

		/* a type without a rule is one that Redshift lacks altogether */
		if (edit->type != NULL &&
			(edit->type->rule == NULL || strcmp(edit->type->rule->postgres, "varchar") != 0))
			LintAdd(lint, edit->first, "alter-type", true,
					"Add a column, fill it, drop the old one and rename.",
					"Redshift changes the length of VARCHAR columns only");
	}
}

/* Whether words stand anywhere in the statement. */
static bool
HasWords(const Lint *lint, const char *words)
{
	for (int i = lint->statement->first; i < lint->statement->end; i++)
		if (MatchWords(lint, i, words))
			return true;
	return false;
}

/* Orders findings by place, then by rule. */
static int
CompareFindings(const ListCell *one, const ListCell *other)
{
	const DialectFinding *left = lfirst(one);
	const DialectFinding *right = lfirst(other);

	return left->position != right->position ? left->position - right->position
											 : strcmp(left->rule, right->rule);
}
