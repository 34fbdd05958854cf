/*
 * parse_table.c
 *		CREATE TABLE in every form of Redshift's, and the columns of ALTER TABLE.
 *
 * Attributes of columns and of the table come in any order.  What only
 * PostgreSQL has (CHECK, PARTITION BY, TABLESPACE ...) is kept as it stands:
 * lint.c says that Redshift won't take it.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "dialect/parse/parse.h"

static bool IsTableAs(const Parser *parser);
static void ParseElements(Parser *parser, CreateTable *create);
static TableElement *ParseElement(Parser *parser);
static TableLike *ParseLike(Parser *parser);
static LexemeRange ParseReferences(Parser *parser, const char **referenced);
static bool ParseColumnAttribute(Parser *parser, ColumnDefinition *column);
static LexemeRange ParseDefault(Parser *parser);
static void ParseGenerated(Parser *parser, ColumnDefinition *column);
static void ParseIdentityArguments(Parser *parser, ColumnDefinition *column);
static const char *ParseSignedNumber(Parser *parser);
static void ParseSequenceOptions(Parser *parser, ColumnDefinition *column, int close);
static void ParseTableTail(Parser *parser, CreateTable *create);

/* Parses a CREATE TABLE; false where the statement is none, or a form that only PostgreSQL has. */
bool
ParseCreateTable(Parser *parser)
{
	CreateTable *create = palloc0(sizeof(CreateTable));

	/* -1: not written, which isn't the same as NO */
	create->backup = -1;
	create->query.first = create->tail.first = -1;
	if (!ParserTake(parser, "create"))
		return false;

	/* LOCAL is noise; TEMP and TEMPORARY are the same */
	if (ParserTake(parser, "local") || ParserIs(parser, "temp") || ParserIs(parser, "temporary"))
	{
		if (!ParserTake(parser, "temp") && !ParserTake(parser, "temporary"))
			return false;
		create->temporary = true;
	}

	if (!ParserTake(parser, "table"))
		return false;

	create->if_not_exists = ParserTakeWords(parser, "if not exists");
	ParserRelation(parser, &create->relation);

	/* # makes a temporary table, with the word or without */
	create->temporary |= create->relation.name[0] == '#';

	/* a typed table or a partition: PostgreSQL's own */
	if (ParserIs(parser, "of") || ParserIs(parser, "partition"))
		return false;

	/* columns, or the names of what a query gives */
	if (ParserIs(parser, "(") && !IsTableAs(parser))
		ParseElements(parser, create);
	else if (ParserIs(parser, "("))
		create->names = ParserNameList(parser);

	/* attributes in any order */
	while (ParseTableAttribute(parser, create))
		;
	ParseTableTail(parser, create);
	parser->statement->create = create;
	parser->statement->relation = create->relation;

	return true;
}

/* Whether the parentheses ahead hold names only, and AS follows later: CREATE TABLE t (a, b) AS. */
static bool
IsTableAs(const Parser *parser)
{
	const Lexeme *lexemes = parser->list->lexemes;
	int close = lexemes[parser->next].match;

	if (close < 0 || close >= parser->end)
		return false;

	for (int i = parser->next + 1; i < close; i += 2)
		if (!LexemeIsName(&lexemes[i]) || (i + 1 < close && !LexemeIs(&lexemes[i + 1], ",")))
			return false;
	return close > parser->next + 1;
}

/* Parses (column, constraint, LIKE ...). */
static void
ParseElements(Parser *parser, CreateTable *create)
{
	create->has_elements = true;
	ParserExpect(parser, "(");
	if (ParserTake(parser, ")"))
		return;

	do
	{
		CHECK_FOR_INTERRUPTS();
		create->elements = lappend(create->elements, ParseElement(parser));
	} while (ParserTake(parser, ","));
	ParserExpect(parser, ")");
}

/* Parses one of a table's elements. */
static TableElement *
ParseElement(Parser *parser)
{
	static const char *const constraints[] = {"constraint", "primary", "unique",
											  "foreign",	"check",   "exclude"};
	TableElement *element = palloc0(sizeof(TableElement));

	if (ParserIs(parser, "like"))
	{
		element->kind = ELEMENT_LIKE;
		element->like = ParseLike(parser);
		return element;
	}

	for (size_t i = 0; i < lengthof(constraints); i++)
		if (ParserIs(parser, constraints[i]) &&
			(ParserPeek(parser, 0)->reserved || ParserIsAt(parser, 1, "(")))
		{
			element->kind = ELEMENT_CONSTRAINT;
			element->constraint = ParseTableConstraint(parser);
			return element;
		}
	element->kind = ELEMENT_COLUMN;
	element->column = ParseColumnDefinition(parser);

	return element;
}

/* Parses LIKE parent [INCLUDING DEFAULTS | EXCLUDING DEFAULTS]. */
static TableLike *
ParseLike(Parser *parser)
{
	TableLike *like = palloc0(sizeof(TableLike));

	like->first = parser->next;
	ParserExpect(parser, "like");
	ParserRelation(parser, &like->parent);
	while (ParserIs(parser, "including") || ParserIs(parser, "excluding"))
	{
		bool including = ParserTake(parser, "including");

		if (!including)
			parser->next++;
		ParserExpect(parser, "defaults");
		like->including_defaults |= including;
		like->excluding_defaults |= !including;
	}

	like->last = parser->next - 1;

	return like;
}

/* Parses a constraint of the table. */
TableConstraint *
ParseTableConstraint(Parser *parser)
{
	TableConstraint *constraint = palloc0(sizeof(TableConstraint));

	constraint->first = parser->next;
	constraint->references.first = -1;
	if (ParserTake(parser, "constraint"))
		constraint->name = ParserName(parser);
	if (ParserTakeWords(parser, "primary key"))
		constraint->kind = TABLE_PRIMARY_KEY;
	else if (ParserTake(parser, "unique"))
		constraint->kind = TABLE_UNIQUE;
	else if (ParserTakeWords(parser, "foreign key"))
		constraint->kind = TABLE_FOREIGN_KEY;
	else if (ParserIs(parser, "check") || ParserIs(parser, "exclude"))
	{
		/* neither is of use to Redshift; their parentheses are skipped */
		constraint->kind = TABLE_OTHER;
		while (parser->next < parser->end && !ParserIs(parser, ",") && !ParserIs(parser, ")"))
			if (ParserIs(parser, "("))
				ParserSkipParentheses(parser);
			else
				parser->next++;
	}
	else
		ParserFail(parser);

	/* CHECK and EXCLUDE have no list of names */
	if (constraint->kind != TABLE_OTHER)
		constraint->columns = ParserNameList(parser);
	if (constraint->kind == TABLE_FOREIGN_KEY)
	{
		ParserExpect(parser, "references");
		constraint->references = ParseReferences(parser, &constraint->referenced);
	}

	constraint->last = parser->next - 1;

	return constraint;
}

/*
 * Parses what follows REFERENCES: a table, perhaps with columns; MATCH and actions change nothing, for keys
 * are informational.
 */
static LexemeRange
ParseReferences(Parser *parser, const char **referenced)
{
	LexemeRange range = {parser->next, parser->next};
	RelationName relation;
	StringInfoData text;
	ListCell *cell;

	ParserRelation(parser, &relation);
	initStringInfo(&text);
	appendStringInfoString(&text, quote_qualified_identifier(relation.schema, relation.name));
	if (ParserIs(parser, "("))
	{
		const char *separator = " (";

		foreach (cell, ParserNameList(parser))
		{
			appendStringInfo(&text, "%s%s", separator, quote_identifier(LexemeFold(lfirst(cell))));
			separator = ", ";
		}
		appendStringInfoChar(&text, ')');
	}

	range.last = parser->next - 1;
	*referenced = text.data;

	/* read, so that what follows is understood, and left out */
	if (ParserTake(parser, "match") && !ParserTake(parser, "simple") &&
		!ParserTake(parser, "partial"))
		ParserExpect(parser, "full");
	while (ParserTakeWords(parser, "on delete") || ParserTakeWords(parser, "on update"))
		if (!ParserTakeWords(parser, "no action") && !ParserTakeWords(parser, "set null") &&
			!ParserTakeWords(parser, "set default") && !ParserTake(parser, "cascade"))
			ParserExpect(parser, "restrict");
	return range;
}

/* Parses a column: name, type and attributes in any order. */
ColumnDefinition *
ParseColumnDefinition(Parser *parser)
{
	ColumnDefinition *column = palloc0(sizeof(ColumnDefinition));

	column->first = parser->next;
	column->default_value.first = column->references.first = -1;
	column->name = ParserName(parser);
	if (!TypeParse(parser->list, &parser->next, parser->end, &column->type))
		ParserFail(parser);
	while (ParseColumnAttribute(parser, column))
		;
	column->last = parser->next - 1;

	return column;
}

/* Parses the next attribute of a column; false when there is none. */
static bool
ParseColumnAttribute(Parser *parser, ColumnDefinition *column)
{
	if (ParserTakeWords(parser, "not null"))
		column->not_null = true;
	else if (ParserTake(parser, "null"))
		column->null = true;
	else if (ParserTake(parser, "default"))
		column->default_value = ParseDefault(parser);
	else if (ParserTake(parser, "identity"))
	{
		column->identity = IDENTITY_ALWAYS;
		ParseIdentityArguments(parser, column);
	}
	else if (ParserTake(parser, "generated"))
		ParseGenerated(parser, column);
	else if (ParserTake(parser, "encode"))
		column->encode = ParserWord(parser);
	else if (ParserTake(parser, "distkey"))
		column->dist_key = true;
	else if (ParserTake(parser, "sortkey"))
		column->sort_key = true;
	else if (ParserTake(parser, "unique"))
		column->unique = true;
	else if (ParserTakeWords(parser, "primary key"))
		column->primary_key = true;
	else if (ParserTake(parser, "references"))
	{
		column->foreign_key = true;
		column->references = ParseReferences(parser, &column->referenced);
	}
	else if (ParserTake(parser, "collate"))
		column->collate = ParserName(parser);
	else if (ParserTake(parser, "constraint"))
		/* the name of a column's constraint says nothing */
		ParserName(parser);
	else if (ParserIs(parser, "check"))
	{
		/* copied as it stands */
		LexemeRange *range = palloc(sizeof(LexemeRange));

		range->first = parser->next++;
		range->last = ParserSkipParentheses(parser);
		column->others = lappend(column->others, range);
	}
	else
		return false;
	return true;
}

/* Parses the expression behind DEFAULT: up to the next attribute, comma or parenthesis. */
static LexemeRange
ParseDefault(Parser *parser)
{
	static const char *const ends[] = {"not",	  "null",		"identity", "generated",
									   "encode",  "distkey",	"sortkey",	"unique",
									   "primary", "references", "collate",	"default",
									   "check",	  "constraint", ",",		")"};
	LexemeRange range = {parser->next, parser->next};

	/* an expression has one lexeme at least */
	if (parser->next >= parser->end || ParserIs(parser, ",") || ParserIs(parser, ")"))
		ParserFail(parser);
	while (parser->next < parser->end)
	{
		/* what is in parentheses belongs to the expression, whatever its words are */
		if (ParserIs(parser, "("))
			ParserSkipParentheses(parser);
		else
			parser->next++;
		range.last = parser->next - 1;
		for (size_t i = 0; i < lengthof(ends); i++)
			/* IS NULL and IS NOT NULL are part of it */
			if (ParserIs(parser, ends[i]) && !LexemeIs(&parser->list->lexemes[range.last], "is"))
				return range;
	}

	return range;
}

/* Parses what follows GENERATED. */
static void
ParseGenerated(Parser *parser, ColumnDefinition *column)
{
	if (ParserTake(parser, "always"))
		column->identity = IDENTITY_ALWAYS;
	else
	{
		ParserExpect(parser, "by");
		ParserExpect(parser, "default");
		column->identity = IDENTITY_BY_DEFAULT;
	}

	ParserExpect(parser, "as");
	if (column->identity == IDENTITY_ALWAYS && ParserIs(parser, "("))
	{
		LexemeRange *range = palloc(sizeof(LexemeRange));

		/* a generated column: PostgreSQL's */
		column->identity = IDENTITY_NONE;
		range->first = parser->next - 3;
		ParserSkipParentheses(parser);
		ParserTake(parser, "stored");
		range->last = parser->next - 1;
		column->others = lappend(column->others, range);
		return;
	}

	ParserExpect(parser, "identity");
	ParseIdentityArguments(parser, column);
}

/* Parses (seed, step), or (START WITH seed INCREMENT BY step) as PostgreSQL has it; both are 1 when absent. */
static void
ParseIdentityArguments(Parser *parser, ColumnDefinition *column)
{
	column->seed = column->step = "1";
	if (!ParserIs(parser, "("))
		return;
	if (ParserPeek(parser, 1)->kind == LEXEME_WORD)
	{
		int close = ParserPeek(parser, 0)->match;

		if (close < 0 || close >= parser->end)
			ParserFail(parser);
		parser->next++;
		ParseSequenceOptions(parser, column, close);
	}
	else
	{
		parser->next++;
		column->seed = ParseSignedNumber(parser);
		ParserExpect(parser, ",");
		column->step = ParseSignedNumber(parser);
	}

	ParserExpect(parser, ")");
}

/* Reads an integer with an optional sign. */
static const char *
ParseSignedNumber(Parser *parser)
{
	bool negative = ParserTake(parser, "-");
	const Lexeme *number = ParserPeek(parser, 0);

	if (!negative)
		ParserTake(parser, "+");
	number = ParserPeek(parser, 0);
	if (parser->next >= parser->end || number->kind != LEXEME_NUMBER ||
		strspn(number->text, "0123456789") != strlen(number->text))
		ParserFail(parser);
	parser->next++;

	return negative ? psprintf("-%s", number->text) : number->text;
}

/* Reads PostgreSQL's options of an identity. */
static void
ParseSequenceOptions(Parser *parser, ColumnDefinition *column, int close)
{
	while (parser->next < close)
	{
		if (ParserTake(parser, "start"))
		{
			ParserTake(parser, "with");
			column->seed = ParseSignedNumber(parser);
		}
		else if (ParserTake(parser, "increment"))
		{
			ParserTake(parser, "by");
			column->step = ParseSignedNumber(parser);
		}
		else if (ParserTake(parser, "minvalue") || ParserTake(parser, "maxvalue"))
			ParseSignedNumber(parser);
		else
			ParserFail(parser);
	}
}

/* Reads (column, column ...) into a list of char *; a column may be given by its position. */
static List *
ParseKeyColumns(Parser *parser)
{
	List *columns = NIL;

	ParserExpect(parser, "(");
	do
	{
		const char *column = ParserPeek(parser, 0)->kind == LEXEME_NUMBER
								 ? parser->list->lexemes[parser->next++].text
								 : ParserName(parser);

		columns = lappend(columns, (void *)column);
	} while (ParserTake(parser, ","));
	ParserExpect(parser, ")");

	return columns;
}

/* Parses the next attribute of a table; false when there is none. */
bool
ParseTableAttribute(Parser *parser, CreateTable *create)
{
	if (ParserTake(parser, "backup"))
	{
		/* YES or NO, nothing else */
		create->backup = ParserTake(parser, "yes");
		if (!create->backup)
			ParserExpect(parser, "no");
	}
	else if (ParserTake(parser, "diststyle"))
	{
		static const char *const styles[] = {"auto", "even", "key", "all"};

		for (size_t i = 0; i < lengthof(styles); i++)
			if (ParserIs(parser, styles[i]))
				create->dist_style = styles[i];
		parser->next += create->dist_style != NULL ? 1 : 0;
		if (create->dist_style == NULL)
			ParserFail(parser);
	}
	else if (ParserTake(parser, "distkey"))
	{
		/* parentheses are optional behind DISTKEY */
		bool parenthesis = ParserTake(parser, "(");

		/* a number is a column of CTAS, by its place */
		if (ParserPeek(parser, 0)->kind == LEXEME_NUMBER)
			create->dist_key = parser->list->lexemes[parser->next++].text;
		else
			create->dist_key = ParserName(parser);
		if (parenthesis)
			ParserExpect(parser, ")");
	}
	else if (ParserIs(parser, "compound") || ParserIs(parser, "interleaved") ||
			 ParserIs(parser, "sortkey"))
	{
		/* COMPOUND or INTERLEAVED comes first */
		if (!ParserIs(parser, "sortkey"))
			create->sort_kind = ParserWord(parser);
		ParserExpect(parser, "sortkey");
		create->sort_auto = ParserTake(parser, "auto");
		if (!create->sort_auto && ParserIs(parser, "("))
			create->sort_keys = ParseKeyColumns(parser);
		else if (!create->sort_auto)
			create->sort_keys = list_make1((void *)ParserName(parser));
	}
	else if (ParserTakeWords(parser, "encode auto"))
		create->encode_auto = true;
	else
		return false;
	return true;
}

/* Parses what follows a table's attributes: AS query, or clauses that are PostgreSQL's alone. */
static void
ParseTableTail(Parser *parser, CreateTable *create)
{
	static const char *const clauses[] = {"inherits", "partition", "tablespace",
										  "with",	  "using",	   "on"};
	DialectStatement *statement = parser->statement;

	/* clauses of PostgreSQL's stand between the attributes and AS, and are kept as they are */
	for (size_t i = 0; i < lengthof(clauses) && create->tail.first < 0; i++)
		if (ParserIs(parser, clauses[i]))
		{
			create->tail.first = parser->next;
			while (parser->next < parser->end && !ParserIs(parser, "as"))
				create->tail.last = parser->next++;
		}
	if (ParserTake(parser, "as"))
	{
		/* columns with types and a query exclude each other */
		if (parser->next >= parser->end || create->has_elements)
			ParserFail(parser);
		create->query.first = parser->next;
		create->query.last = parser->end - 1;
		statement->query = create->query;
		statement->tag = "CREATE TABLE AS";
		parser->next = parser->end;
	}
	else if (!create->has_elements)
		ParserFail(parser);
	ParserEnd(parser);
}
