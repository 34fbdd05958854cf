/*
 * parse_design.c
 *		Distribution, sort order and encodings: what PostgreSQL is told of them.
 *
 * They are options of the table there, "sparkify_dwh.distkey" and the like,
 * which the module takes out again before PostgreSQL sees them (see
 * catalog/design_options.c): so the design travels in the statement's own text,
 * whoever runs it.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "dialect/parse/parse.h"

static void AddOption(StringInfo options, const char *name, const char *value);
static char *OptionNames(List *names);
static char *OptionName(const char *name);
static void AddTableOptions(StringInfo options, const CreateTable *create);
static void AddColumnOptions(StringInfo options, const CreateTable *create);
static void AddKeyOptions(StringInfo options, const CreateTable *create);
static void AddKey(StringInfo keys, TableConstraintKind kind, const char *name, List *columns,
				   const char *referenced);
static bool ParseAlterClause(Parser *parser, CreateTable *design, StringInfo encodings);
static bool ParseSortClause(Parser *parser, CreateTable *design);

/* The options of a table; NULL where it has Redshift's defaults. */
const char *
DesignOfTable(const CreateTable *create)
{
	StringInfoData options;

	initStringInfo(&options);
	AddTableOptions(&options, create);
	AddColumnOptions(&options, create);
	AddKeyOptions(&options, create);
	return options.len > 0 ? options.data : NULL;
}

/*
 * Parses what follows ALTER TABLE t when it changes the design: one clause or
 * several, with commas between.  Returns false, nothing read, when it doesn't.
 */
bool
ParseAlterDesign(Parser *parser)
{
	CreateTable design = {.backup = -1};
	int first = parser->next;
	StringInfoData encodings;
	StringInfoData options;

	initStringInfo(&encodings);
	do
	{
		if (!ParseAlterClause(parser, &design, &encodings))
		{
			parser->next = first;
			return false;
		}
	} while (ParserTake(parser, ","));
	ParserEnd(parser);

	initStringInfo(&options);
	AddTableOptions(&options, &design);
	if (encodings.len > 0)
		AddOption(&options, "encode", encodings.data);
	parser->statement->design = options.data;
	parser->statement->alters_design = true;
	StatementEdit(parser->statement, first, parser->end - 1, psprintf("SET (%s)", options.data));

	return true;
}

/* The end of ALTER TABLE t ADD COLUMN: its encoding; NULL where none is written. */
const char *
DesignOfColumn(const ColumnDefinition *column)
{
	StringInfoData options;

	if (column->encode == NULL)
		return NULL;

	initStringInfo(&options);
	AddOption(&options, "encode_new", psprintf("%s %s", OptionName(column->name), column->encode));
	return options.data;
}

/* A key that ALTER TABLE adds. */
const char *
DesignOfKey(const TableConstraint *constraint)
{
	StringInfoData keys;
	StringInfoData options;

	initStringInfo(&keys);
	initStringInfo(&options);
	AddKey(&keys, constraint->kind, constraint->name, constraint->columns, constraint->referenced);
	AddOption(&options, "keys", keys.data);
	return options.data;
}

/* Adds name = 'value'. */
static void
AddOption(StringInfo options, const char *name, const char *value)
{
	appendStringInfo(options, "%ssparkify_dwh.%s = %s", options->len > 0 ? ", " : "", name,
					 quote_literal_cstr(value));
}

/* Names with commas between. */
static char *
OptionNames(List *names)
{
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	foreach (cell, names)
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "", OptionName(lfirst(cell)));
	return text.data;
}

/* A name as an option has it; a position stays one. */
static char *
OptionName(const char *name)
{
	return strspn(name, "0123456789") == strlen(name) ? (char *)name
													  : (char *)quote_identifier(LexemeFold(name));
}

/* Adds what is written behind the columns. */
static void
AddTableOptions(StringInfo options, const CreateTable *create)
{
	if (create->dist_style != NULL)
		AddOption(options, "diststyle", create->dist_style);
	if (create->dist_key != NULL)
		AddOption(options, "distkey", OptionName(create->dist_key));

	/* the style says something only with a key */
	if (create->sort_kind != NULL && create->sort_keys != NIL)
		AddOption(options, "sortstyle", create->sort_kind);
	if (create->sort_auto)
		AddOption(options, "sortkey", "auto");
	else if (create->sort_none)
		AddOption(options, "sortkey", "none");
	else if (create->sort_keys != NIL)
		AddOption(options, "sortkey", OptionNames(create->sort_keys));
	if (create->encode_auto)
		AddOption(options, "encode", "auto");
}

/* Adds what is written with the columns. */
static void
AddColumnOptions(StringInfo options, const CreateTable *create)
{
	List *sort_keys = NIL;
	StringInfoData encodings;
	bool like = false;
	ListCell *cell;

	initStringInfo(&encodings);
	foreach (cell, create->elements)
	{
		const ColumnDefinition *column = ((TableElement *)lfirst(cell))->column;

		/* what LIKE copies is found when it runs, so it is only noted */
		if (((TableElement *)lfirst(cell))->kind == ELEMENT_LIKE)
			like = true;
		if (((TableElement *)lfirst(cell))->kind != ELEMENT_COLUMN)
			continue;
		if (column->dist_key)
			AddOption(options, "distkey", OptionName(column->name));
		if (column->sort_key)
			sort_keys = lappend(sort_keys, (void *)column->name);
		if (column->encode != NULL)
			appendStringInfo(&encodings, "%s%s %s", encodings.len > 0 ? ", " : "",
							 OptionName(column->name), column->encode);
	}

	/* LIKE copies BACKUP, unless the statement says otherwise */
	if (like)
		AddOption(options, "backup", "like");
	if (sort_keys != NIL)
		AddOption(options, "sortkey", OptionNames(sort_keys));
	if (encodings.len > 0)
		AddOption(options, "encode", encodings.data);
}

/* Adds the keys, written with a column or behind the columns. */
static void
AddKeyOptions(StringInfo options, const CreateTable *create)
{
	StringInfoData keys;
	ListCell *cell;

	initStringInfo(&keys);
	foreach (cell, create->elements)
	{
		const TableElement *element = lfirst(cell);
		const ColumnDefinition *column = element->column;

		/* one written with a column is of this column, and has no name */
		if (element->kind == ELEMENT_COLUMN && column->primary_key)
			AddKey(&keys, TABLE_PRIMARY_KEY, NULL, list_make1((void *)column->name), NULL);
		if (element->kind == ELEMENT_COLUMN && column->unique)
			AddKey(&keys, TABLE_UNIQUE, NULL, list_make1((void *)column->name), NULL);
		if (element->kind == ELEMENT_COLUMN && column->foreign_key)
			AddKey(&keys, TABLE_FOREIGN_KEY, NULL, list_make1((void *)column->name),
				   column->referenced);
		if (element->kind == ELEMENT_CONSTRAINT && element->constraint->kind != TABLE_OTHER)
			AddKey(&keys, element->constraint->kind, element->constraint->name,
				   element->constraint->columns, element->constraint->referenced);
	}

	if (keys.len > 0)
		AddOption(options, "keys", keys.data);
}

/* Adds a key as ALTER TABLE does, with a comma where there are others. */
static void
AddKey(StringInfo keys, TableConstraintKind kind, const char *name, List *columns,
	   const char *referenced)
{
	static const char *const words[] = {
		[TABLE_PRIMARY_KEY] = "PRIMARY KEY",
		[TABLE_UNIQUE] = "UNIQUE",
		[TABLE_FOREIGN_KEY] = "FOREIGN KEY",
	};

	appendStringInfo(keys, "%sADD ", keys->len > 0 ? ", " : "");
	if (name != NULL)
		appendStringInfo(keys, "CONSTRAINT %s ", OptionName(name));
	appendStringInfo(keys, "%s (%s)", words[kind], OptionNames(columns));
	if (kind == TABLE_FOREIGN_KEY)
		appendStringInfo(keys, " REFERENCES %s", referenced);
}

/* One clause: ALTER DISTKEY c, DISTSTYLE s [DISTKEY c], SORTKEY ..., ENCODE AUTO, [COLUMN] c ENCODE e. */
static bool
ParseAlterClause(Parser *parser, CreateTable *design, StringInfo encodings)
{
	const char *name;

	if (!ParserTake(parser, "alter"))
		return false;

	/* COMPOUND or INTERLEAVED may stand before SORTKEY */
	if (ParserIs(parser, "sortkey") || ParserIsAt(parser, 1, "sortkey"))
		return ParseSortClause(parser, design);
	if (ParserIs(parser, "distkey") || ParserIs(parser, "diststyle") || ParserIs(parser, "encode"))
	{
		bool style = ParserIs(parser, "diststyle");

		if (!ParseTableAttribute(parser, design))
			return false;

		/* DISTSTYLE KEY DISTKEY c is one clause */
		if (style && ParserIs(parser, "distkey"))
			ParseTableAttribute(parser, design);
		return true;
	}

	ParserTake(parser, "column");
	name = ParserName(parser);

	/* another ALTER COLUMN: PostgreSQL's own, or the check's to refuse */
	if (!ParserTake(parser, "encode"))
		return false;

	appendStringInfo(encodings, "%s%s %s", encodings->len > 0 ? ", " : "", OptionName(name),
					 ParserWord(parser));
	return true;
}

/* ALTER [COMPOUND] SORTKEY (columns) | AUTO | NONE. */
static bool
ParseSortClause(Parser *parser, CreateTable *design)
{
	if (ParserIs(parser, "sortkey") && ParserIsAt(parser, 1, "none"))
	{
		parser->next += 2;
		design->sort_none = true;
		return true;
	}

	return ParseTableAttribute(parser, design);
}
