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

#include "redshift/lint.h"

/* AWS: r_names. */
#define NAME_MAX_BYTES 127

static void CheckStatement(Lint *lint);
static void CheckWords(Lint *lint, int place);
static bool IsRelation(const Lint *lint, int place);
static bool IsLeaderCall(const char *words);
static bool ReadsCatalog(const Lint *lint);
static bool MatchWords(const Lint *lint, int place, const char *words);
static void CheckName(Lint *lint, int place);
static void CheckCast(Lint *lint, int place);
static void CheckTransaction(Lint *lint);
static void CheckMerge(Lint *lint);
static void CheckAlter(Lint *lint);
static bool HasWords(const Lint *lint, const char *words);
static int CompareFindings(const ListCell *one, const ListCell *other);

/* A list of DialectFinding, in order of position. */
List *
DialectCheck(const char *script, const DialectContext *context)
{
	Lint lint = {0};
	ListCell *cell;

	foreach (cell, DialectParse(script))
	{
		CHECK_FOR_INTERRUPTS();
		lint.statement = lfirst(cell);
		lint.list = lint.statement->list;
		lint.number++;
		CheckStatement(&lint);
	}
	list_sort(lint.findings, CompareFindings);
	return lint.findings;
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
	CheckTransaction(lint);
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

	for (int i = begins[letter]; i < begins[letter + 1]; i++)
	{
		const LintRule *rule = rules[i];
		bool at_start = rule->words[0] == '^';

		if (at_start && place != lint->statement->first)
			continue;
		if (rule->tag != NULL && strncmp(lint->statement->tag, rule->tag, strlen(rule->tag)) != 0)
			continue;
		if (MatchWords(lint, place, rule->words + (at_start ? 2 : 0)) &&
			!(strcmp(rule->name, "function") == 0 && IsRelation(lint, place)) &&
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
	static const char *const types[] = {"json",	 "jsonb", "uuid", "bytea",
										"money", "inet",  "xml",  "regclass"};
	const Lexeme *lexeme = &lint->list->lexemes[place];

	if (place == lint->statement->first || !LexemeIs(lexeme - 1, "::"))
		return;
	for (size_t i = 0; i < lengthof(types); i++)
		if (LexemeIs(lexeme, types[i]))
			LintAdd(lint, place, "type", true, "Use SUPER for documents, VARCHAR for the rest.",
					"Redshift has no type %s", types[i]);
	if (place + 1 < lint->statement->end && LexemeIs(lexeme + 1, "[") && !ReadsCatalog(lint))
		LintAdd(lint, place, "type", true, "Use SUPER.", "Redshift has no arrays of a type");
}

/* What Redshift can't run, or what commits, between BEGIN and COMMIT. */
static const struct
{
	const char *tag;
	const char *words; /* that have to be in it; NULL: none */
	bool fatal;
} not_in_transaction[] = {
	{"VACUUM", NULL, true},
	{"CREATE DATABASE", NULL, true},
	{"DROP DATABASE", NULL, true},
	{"CREATE EXTERNAL TABLE", NULL, true},
	{"CREATE LIBRARY", NULL, true},
	{"DROP LIBRARY", NULL, true},
	{"ALTER TABLE", "append from", true},
};

/* Follows BEGIN and COMMIT, and checks what stands between them. */
static void
CheckTransaction(Lint *lint)
{
	const DialectStatement *statement = lint->statement;
	const char *tag = statement->tag;

	if (strcmp(tag, "BEGIN") == 0)
		lint->in_transaction = true;
	else if (strcmp(tag, "COMMIT") == 0 || strcmp(tag, "ROLLBACK") == 0)
		lint->in_transaction = false;
	if (!lint->in_transaction)
		return;
	if (strcmp(tag, "TRUNCATE") == 0)
		LintAdd(lint, statement->first, "truncate-commits", false, "Use DELETE FROM.",
				"TRUNCATE commits the transaction on Redshift");
	for (size_t i = 0; i < lengthof(not_in_transaction); i++)
		if (strcmp(tag, not_in_transaction[i].tag) == 0 &&
			(not_in_transaction[i].words == NULL || HasWords(lint, not_in_transaction[i].words)))
			LintAdd(lint, statement->first, "transaction", true,
					"Put it before BEGIN or after COMMIT.",
					"%s%s can't run inside a transaction on Redshift", tag,
					not_in_transaction[i].words != NULL ? " APPEND" : "");
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

	if (strcmp(statement->tag, "ALTER TABLE") != 0)
		return;
	for (int i = statement->first; i < statement->end; i++)
	{
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

		if (edit->type != NULL && lint->in_transaction)
			LintAdd(lint, statement->first, "transaction", true,
					"Put it before BEGIN or after COMMIT.",
					"ALTER COLUMN TYPE can't run inside a transaction on Redshift");
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

/* The line of a place in the statement: counted on from the last place, for most findings come in order. */
static int
LineOf(Lint *lint, int position)
{
	if (lint->line == 0 || lint->counted < DialectOffset(lint->statement) ||
		lint->counted > position)
	{
		lint->counted = DialectOffset(lint->statement);
		lint->line = DialectLine(lint->statement);
	}
	for (; lint->counted < position; lint->counted++)
		lint->line += lint->list->script[lint->counted] == '\n';
	return lint->line;
}

/* Adds a finding at a lexeme; hint may be NULL. */
void
LintAdd(Lint *lint, int place, const char *rule, bool fatal, const char *hint, const char *format,
		...)
{
	DialectFinding *finding = palloc0(sizeof(DialectFinding));
	StringInfoData message;

	initStringInfo(&message);
	for (;;)
	{
		va_list arguments;
		int missing;

		va_start(arguments, format);
		missing = appendStringInfoVA(&message, format, arguments);
		va_end(arguments);
		if (missing == 0)
			break;
		enlargeStringInfo(&message, missing);
	}
	finding->position = lint->list->lexemes[place].start;
	finding->line = LineOf(lint, finding->position);
	finding->statement = lint->number;
	finding->rule = rule;
	finding->fatal = fatal;
	finding->message = message.data;
	finding->hint = hint != NULL ? pstrdup(hint) : NULL;
	lint->findings = lappend(lint->findings, finding);
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
