/*
 * lint_table.c
 *		What Redshift refuses in a CREATE TABLE, from what the parser made of it.
 */
#include "postgres.h"

#include "dialect/check/lint.h"

/* AWS: r_CREATE_TABLE_NEW. */
#define TABLE_MAX_COLUMNS 1600
#define COMPOUND_MAX_COLUMNS 400
#define INTERLEAVED_MAX_COLUMNS 8

static void CheckColumn(Lint *lint, const ColumnDefinition *column);
static void CheckType(Lint *lint, const ColumnDefinition *column);
static void CheckIdentity(Lint *lint, const ColumnDefinition *column);
static void CheckSuperKeys(Lint *lint, const CreateTable *create);
static void CheckAttributes(Lint *lint, const CreateTable *create, int dist_keys, int sort_keys);

/* Checks a CREATE TABLE. */
void
LintTable(Lint *lint)
{
	const CreateTable *create = lint->statement->create;
	int dist_keys = create->dist_key != NULL;
	int sort_keys = 0;
	ListCell *cell;

	foreach (cell, create->elements)
	{
		const TableElement *element = lfirst(cell);

		if (element->kind == ELEMENT_CONSTRAINT && element->constraint->kind == TABLE_OTHER)
			LintAdd(lint, element->constraint->first, "check-constraint", true,
					"Test the rows where they are loaded.",
					"Redshift has no CHECK or EXCLUDE constraints");
		if (element->kind != ELEMENT_COLUMN)
			continue;
		CheckColumn(lint, element->column);
		dist_keys += element->column->dist_key;
		sort_keys += element->column->sort_key;
	}

	CheckAttributes(lint, create, dist_keys, sort_keys);
	CheckSuperKeys(lint, create);
	if (list_length(create->elements) > TABLE_MAX_COLUMNS)
		LintAdd(lint, lint->statement->first, "columns", true, "Split the table.",
				"a table has at most %d columns on Redshift", TABLE_MAX_COLUMNS);
	if (create->tail.first >= 0 && lint->statement->refusal == NULL)
		LintAdd(lint, create->tail.first, "table-clause", true, "Leave it out.",
				"Redshift has no such clause in CREATE TABLE");
	if (LintIsReserved(create->relation.name) && !lint->list->lexemes[create->relation.last].quoted)
		LintAdd(lint, create->relation.last, "reserved-word", true, "Quote it, or choose another.",
				"\"%s\" is a reserved word on Redshift", create->relation.name);
}

/* Checks a column. */
static void
CheckColumn(Lint *lint, const ColumnDefinition *column)
{
	ListCell *cell;

	if (LintIsReserved(column->name) && !lint->list->lexemes[column->first].quoted)
		LintAdd(lint, column->first, "reserved-word", true, "Quote it, or choose another.",
				"\"%s\" is a reserved word on Redshift", column->name);
	CheckType(lint, column);
	if (column->identity != IDENTITY_NONE)
		CheckIdentity(lint, column);
	foreach (cell, column->others)
	{
		const LexemeRange *range = lfirst(cell);

		if (LexemeIs(&lint->list->lexemes[range->first], "check"))
			LintAdd(lint, range->first, "check-constraint", true,
					"Test the rows where they are loaded.", "Redshift has no CHECK constraints");
		else
			LintAdd(lint, range->first, "generated-column", true, "Use a view.",
					"Redshift has no generated columns");
	}

	if (column->collate != NULL && strcmp(column->collate, "case_sensitive") != 0 &&
		strcmp(column->collate, "case_insensitive") != 0)
		LintAdd(lint, column->first, "collation", true,
				"Use COLLATE CASE_SENSITIVE or CASE_INSENSITIVE.",
				"Redshift has no collation \"%s\"", column->collate);
}

/* Types that Redshift lacks, and what to use there. */
static const struct
{
	const char *type;
	const char *hint;
} foreign_types[] = {
	{"serial", "Use INT IDENTITY(0, 1)."},
	{"serial4", "Use INT IDENTITY(0, 1)."},
	{"bigserial", "Use BIGINT IDENTITY(0, 1)."},
	{"serial8", "Use BIGINT IDENTITY(0, 1)."},
	{"smallserial", "Use INT IDENTITY(0, 1)."},
	{"json", "Use SUPER, or VARCHAR with the JSON functions."},
	{"jsonb", "Use SUPER, or VARCHAR with the JSON functions."},
	{"uuid", "Use VARCHAR(36)."},
	{"bytea", "Use VARBYTE."},
	{"money", "Use DECIMAL(18, 2)."},
	{"inet", "Use VARCHAR(64)."},
	{"xml", "Use VARCHAR."},
};

/* Checks the type of a column, its length included. */
static void
CheckType(Lint *lint, const ColumnDefinition *column)
{
	const TypeRule *rule = column->type.rule;
	const char *name = lint->list->lexemes[column->type.first].text;
	const char *hint = "Choose one of Redshift's types.";
	int place = column->type.first;

	if (rule == NULL)
	{
		/* an array of anything, Redshift keeps in a SUPER */
		if (LexemeIs(&lint->list->lexemes[column->type.last], "]"))
			hint = "Use SUPER.";
		for (size_t i = 0; i < lengthof(foreign_types); i++)
			if (strcmp(foreign_types[i].type, name) == 0)
				hint = foreign_types[i].hint;
		if (strcmp(name, "interval") != 0)
			LintAdd(lint, place, "type", true, hint, "Redshift has no type %s%s", name,
					LexemeIs(&lint->list->lexemes[column->type.last], "]") ? "[]" : "");
		return;
	}

	/* the type is fine, its length may not be */
	if (rule->maximum > 0 && column->type.modifier != NULL &&
		strtol(column->type.modifier, NULL, 10) > rule->maximum)
		LintAdd(lint, place, "type-length", true, NULL, "%s has at most %d on Redshift", rule->name,
				rule->maximum);
}

/* Checks an identity: its column is INT or BIGINT. */
static void
CheckIdentity(Lint *lint, const ColumnDefinition *column)
{
	const TypeRule *rule = column->type.rule;

	if (rule != NULL && strcmp(rule->postgres, "integer") != 0 &&
		strcmp(rule->postgres, "bigint") != 0)
		LintAdd(lint, column->type.first, "identity-type", true, "Use INT or BIGINT.",
				"an IDENTITY column is INT or BIGINT on Redshift");
}

/* A SUPER is no DISTKEY and no SORTKEY (AWS: limitations-super). */
static void
CheckSuperKeys(Lint *lint, const CreateTable *create)
{
	ListCell *cell;
	ListCell *key;

	foreach (cell, create->elements)
	{
		const ColumnDefinition *column = ((TableElement *)lfirst(cell))->column;
		bool is_key;

		if (((TableElement *)lfirst(cell))->kind != ELEMENT_COLUMN || column->type.rule == NULL ||
			strcmp(column->type.rule->name, "super") != 0)
			continue;
		is_key = column->dist_key || column->sort_key ||
				 (create->dist_key != NULL && strcmp(create->dist_key, column->name) == 0);
		foreach (key, create->sort_keys)
			is_key |= strcmp(lfirst(key), column->name) == 0;
		if (is_key)
			LintAdd(lint, column->first, "super-key", true,
					"Choose another column, or keep what is sorted by in one of its own.",
					"a SUPER column can't be a DISTKEY or SORTKEY");
	}
}

/* Checks the attributes of the table. */
static void
CheckAttributes(Lint *lint, const CreateTable *create, int dist_keys, int sort_keys)
{
	int first = lint->statement->first;

	/* an interleaved key has room for fewer (AWS: r_CREATE_TABLE_NEW) */
	int most = create->sort_kind != NULL && strcmp(create->sort_kind, "interleaved") == 0
				   ? INTERLEAVED_MAX_COLUMNS
				   : COMPOUND_MAX_COLUMNS;

	/* each of these is accepted by itself, and contradicts another */
	if (dist_keys > 1)
		LintAdd(lint, first, "distkey", true, "Keep the one that the biggest joins use.",
				"a table has at most one DISTKEY");
	if (dist_keys > 0 && create->dist_style != NULL && strcmp(create->dist_style, "key") != 0)
		LintAdd(lint, first, "distkey", true, "Leave one of them out.",
				"a DISTKEY goes with DISTSTYLE KEY only");
	if (dist_keys == 0 && create->dist_style != NULL && strcmp(create->dist_style, "key") == 0)
		LintAdd(lint, first, "distkey", true, "Name the column with DISTKEY (column).",
				"DISTSTYLE KEY needs a DISTKEY");
	if (sort_keys > 0 && (create->sort_keys != NIL || create->sort_auto))
		LintAdd(lint, first, "sortkey", true, "Leave one of them out.",
				"the sort key is given at a column and for the table");
	if (list_length(create->sort_keys) > most)
		LintAdd(lint, first, "sortkey", true, NULL, "a sort key has at most %d columns", most);
}
