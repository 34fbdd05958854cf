/*
 * parse_alter.c
 *		ALTER TABLE: what of it has a meaning in PostgreSQL.
 *
 * Distribution, sort order and encodings are parse_design.c's, and so is how a
 * key travels, which is informational: the module keeps it.  APPEND moves rows,
 * and is carried out as such.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "dialect/parse/parse.h"

static bool RefuseExternal(Parser *parser);
static void ParseClauses(Parser *parser);
static void ParseAdd(Parser *parser);
static void ParseAddKey(Parser *parser);
static void ParseAlter(Parser *parser);
static void ParseAppend(Parser *parser);

/* Parses what follows ALTER TABLE. */
void
ParseAlterTable(Parser *parser)
{
	ParserTakeWords(parser, "if exists");
	if (!ParserAtRelation(parser))
		return;

	ParserRelation(parser, &parser->statement->relation);

	/* the design is Redshift's alone; other ALTERs may be PostgreSQL's, too */
	if (ParserIs(parser, "alter") && ParseAlterDesign(parser))
		;
	else if (RefuseExternal(parser))
		;
	else if (ParserIs(parser, "add") || ParserIs(parser, "alter"))
		ParseClauses(parser);
	else if (ParserTakeWords(parser, "append from"))
		ParseAppend(parser);
	else if (ParserTakeWords(parser, "rename to") && ParserIsAt(parser, 1, "."))
	{
		/* AWS, r_ALTER_TABLE: the table stays in its schema, so its new name has none */
		parser->statement->refusal = "a table's new name has no schema";
		parser->statement->refusal_hint =
			"Write RENAME TO and the name alone; ALTER TABLE ... SET SCHEMA moves a table.";
	}
	else if (ParserIs(parser, "drop") && ParserIsAt(parser, 1, "constraint"))
		parser->statement->design = ""; /* the module knows which of them are keys */
	else
		ParseRowSecurity(parser);
}

/* Refuses what changes an external table: its files, its partitions (AWS: r_ALTER_TABLE_external-table). */
static bool
RefuseExternal(Parser *parser)
{
	static const char *const changes[] = {
		"set location",			"set file format",
		"set table properties", "add if not exists partition",
		"add partition (",		"drop partition (",
		"partition (",
	};

	for (size_t i = 0; i < lengthof(changes); i++)
		if (ParserTakeWords(parser, changes[i]))
		{
			parser->statement->refusal = "external tables are not supported here";
			parser->statement->refusal_hint = REFUSED_HINT;
			return true;
		}
	return false;
}

/* ADD and ALTER clauses with commas between, which is more than Redshift takes: the check says so. */
static void
ParseClauses(Parser *parser)
{
	do
	{
		if (ParserTake(parser, "add"))
			ParseAdd(parser);
		else if (ParserTake(parser, "alter"))
			ParseAlter(parser);
	} while (ParserTake(parser, ","));
}

/* ADD [COLUMN] definition; ADD [CONSTRAINT c] key. */
static void
ParseAdd(Parser *parser)
{
	static const char *const keys[] = {"constraint", "primary", "unique", "foreign"};
	ColumnDefinition *column;
	LexemeEdit *edit;
	int first;

	for (size_t i = 0; i < lengthof(keys); i++)
		if (ParserIs(parser, keys[i]))
		{
			ParseAddKey(parser);
			return;
		}
	ParserTake(parser, "column");
	ParserTakeWords(parser, "if not exists");
	if (ParserIs(parser, "check") || ParserIs(parser, "exclude"))
		return;

	first = parser->next;
	column = ParseColumnDefinition(parser);
	edit = StatementAddEdit(parser->statement, first, parser->next - 1);
	edit->column = column;
	if (DesignOfColumn(column) != NULL)
	{
		parser->statement->design = DesignOfColumn(column);
		edit->text = psprintf(", SET (%s)", parser->statement->design);
	}
}

/* [CONSTRAINT c] PRIMARY KEY, UNIQUE or FOREIGN KEY behind ADD, which is replaced with it. */
static void
ParseAddKey(Parser *parser)
{
	int first = parser->next - 1;
	TableConstraint *constraint = ParseTableConstraint(parser);

	/* CHECK and EXCLUDE are PostgreSQL's own, or the check's to refuse */
	if (constraint->kind == TABLE_OTHER)
		return;
	parser->statement->design = DesignOfKey(constraint);
	StatementEdit(parser->statement, first, constraint->last,
				  psprintf("SET (%s)", parser->statement->design));
}

/* ALTER [COLUMN] c TYPE t; what changes the design is none of ours. */
static void
ParseAlter(Parser *parser)
{
	DialectStatement *statement = parser->statement;
	int first;
	TypeUse *use;

	ParserTake(parser, "column");
	ParserName(parser);
	if (!ParserTakeWords(parser, "set data type") && !ParserTake(parser, "type"))
		return;

	first = parser->next;
	use = palloc(sizeof(TypeUse));
	if (!TypeParse(parser->list, &parser->next, parser->end, use))
		ParserFail(parser);
	StatementAddEdit(statement, first, parser->next - 1)->type = use;
}

/*
 * What ALTER TABLE APPEND does, for any two tables: columns are matched by
 * name, and the source is empty afterwards.  A DO block, because the columns
 * are known to the catalog only.
 */
static const char append_block[] =
	"DO $append$\n"
	"DECLARE\n"
	"    source CONSTANT pg_catalog.regclass := %s;\n"
	"    target CONSTANT pg_catalog.regclass := %s;\n"
	"    names text;\n"
	"    odd text;\n"
	"BEGIN\n"
	"    SELECT pg_catalog.string_agg(pg_catalog.quote_ident(t.attname), ', ' ORDER BY t.attnum)\n"
	"            FILTER (WHERE s.attname IS NOT NULL AND t.attname IS NOT NULL),\n"
	"        pg_catalog.string_agg(coalesce(s.attname, t.attname), ', ')\n"
	"            FILTER (WHERE %s)\n"
	"    INTO names, odd\n"
	"    FROM (SELECT * FROM pg_catalog.pg_attribute\n"
	"          WHERE attrelid = source AND attnum > 0 AND NOT attisdropped) AS s\n"
	"    FULL JOIN (SELECT * FROM pg_catalog.pg_attribute\n"
	"          WHERE attrelid = target AND attnum > 0 AND NOT attisdropped) AS t\n"
	"        ON s.attname = t.attname;\n"
	"    IF odd IS NOT NULL THEN\n"
	"        RAISE EXCEPTION 'cannot append table %% to %%: columns differ: %%', source, target, "
	"odd\n"
	"            USING HINT = 'Say IGNOREEXTRA or FILLTARGET.', ERRCODE = 'datatype_mismatch';\n"
	"    END IF;\n"
	"    EXECUTE pg_catalog.format('WITH moved AS (DELETE FROM %%s RETURNING *) '\n"
	"        'INSERT INTO %%s (%%s) OVERRIDING SYSTEM VALUE SELECT %%3$s FROM moved',\n"
	"        source, target, names);\n"
	"END\n"
	"$append$";

/* APPEND FROM source [IGNOREEXTRA | FILLTARGET]. */
static void
ParseAppend(Parser *parser)
{
	DialectStatement *statement = parser->statement;
	const char *odd = "s.attname IS NULL OR t.attname IS NULL";
	RelationName source;

	ParserRelation(parser, &source);
	if (ParserTake(parser, "ignoreextra"))
		odd = "s.attname IS NULL";
	else if (ParserTake(parser, "filltarget"))
		odd = "t.attname IS NULL";
	if (ParserIs(parser, "ignoreextra") || ParserIs(parser, "filltarget"))
	{
		statement->refusal = "IGNOREEXTRA and FILLTARGET exclude each other";
		statement->refusal_hint = "Leave one of them out (AWS: r_ALTER_TABLE_APPEND).";
		return;
	}
	ParserEnd(parser);
	StatementEdit(
		statement, statement->first, parser->end - 1,
		psprintf(append_block,
				 quote_literal_cstr(quote_qualified_identifier(source.schema, source.name)),
				 quote_literal_cstr(quote_qualified_identifier(statement->relation.schema,
															   statement->relation.name)),
				 odd));
}
