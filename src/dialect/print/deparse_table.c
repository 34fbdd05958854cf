/*
 * deparse_table.c
 *		CREATE TABLE for either server.
 *
 * PostgreSQL gets distribution, sort order and encodings as options that the
 * module keeps (parse_design.c), and no keys: Redshift doesn't enforce them, so
 * data that it takes would be refused here.
 * What it does enforce stays: NOT NULL, also that of a primary key's columns.
 */
#include "postgres.h"

#include <ctype.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

#include "dialect/print/deparse.h"
#include "dialect/text/name_map.h"

static void AddElements(Deparser *deparser, const CreateTable *create);
static bool AddElement(Deparser *deparser, const NameMap *primary_key, const TableElement *element);
static void AddConstraint(Deparser *deparser, const TableConstraint *constraint);
static void AddLike(Deparser *deparser, const TableLike *like);
static bool IsCaseInsensitive(const Deparser *deparser, const ColumnDefinition *column);
static void AddColumnPostgres(Deparser *deparser, const ColumnDefinition *column, bool primary_key);
static void AddColumnRedshift(Deparser *deparser, const ColumnDefinition *column);
static void AddIdentityPostgres(Deparser *deparser, const ColumnDefinition *column);
static NameMap *PrimaryKey(const CreateTable *create);
static void AddNames(Deparser *deparser, int place, List *names);
static void AddAttributes(Deparser *deparser, const CreateTable *create);
static void AddDesign(Deparser *deparser, const CreateTable *create);

/* Prints a CREATE TABLE. */
void
DeparseCreateTable(Deparser *deparser)
{
	const CreateTable *create = deparser->statement->create;
	bool redshift = deparser->target == DIALECT_REDSHIFT;
	int place = DeparsePlace(deparser, deparser->statement->first);
	bool hash = create->relation.name[0] == '#';

	TextAddString(&deparser->text, place, "CREATE ");

	/* Redshift takes # for TEMP; PostgreSQL needs the word */
	if (create->temporary && !(redshift && hash))
		TextAddString(&deparser->text, place, "TEMP ");
	else if (!redshift && create->backup == 0)
		/* BACKUP NO: what needs no backup needs no write-ahead log either */
		TextAddString(&deparser->text, place, "UNLOGGED ");
	TextAddString(&deparser->text, place, "TABLE ");
	if (create->if_not_exists)
		TextAddString(&deparser->text, place, "IF NOT EXISTS ");
	DeparseRelation(deparser, &create->relation);
	if (create->has_elements)
		AddElements(deparser, create);
	else if (create->names != NIL)
	{
		TextAddString(&deparser->text, place, " ");
		AddNames(deparser, place, create->names);
	}

	/* the design is part of Redshift's statement, and a label of PostgreSQL's table */
	if (redshift)
		AddAttributes(deparser, create);
	else
		AddDesign(deparser, create);

	/* what was not understood stands at the end, as it was */
	if (create->tail.first >= 0)
	{
		TextAddString(&deparser->text, DeparsePlace(deparser, create->tail.first), "\n");
		DeparseRange(deparser, create->tail.first, create->tail.last);
	}

	if (create->query.first < 0)
		return;

	TextAddString(&deparser->text, DeparsePlace(deparser, create->query.first),
				  redshift ? "\nAS\n" : " AS\n");

	/* the query goes out as it came, or is rewritten */
	if (redshift)
		TextAddSource(&deparser->text, DeparsePlace(deparser, create->query.first),
					  deparser->statement->list->lexemes[create->query.last].end);
	else
	{
		deparser->result = RESULT_KEPT;
		DeparseQuery(deparser, create->query.first, create->query.last);
	}
}

/* Adds columns and constraints, one a line. */
static void
AddElements(Deparser *deparser, const CreateTable *create)
{
	int place = DeparsePlace(deparser, deparser->statement->first);
	const NameMap *primary_key = PrimaryKey(create);
	bool first = true;
	ListCell *cell;

	TextAddString(&deparser->text, place, " (");
	foreach (cell, create->elements)
	{
		int length = deparser->text.text.len;

		CHECK_FOR_INTERRUPTS();
		TextAddString(&deparser->text, place, first ? "\n    " : ",\n    ");
		if (AddElement(deparser, primary_key, lfirst(cell)))
			first = false;
		else
		{
			/* nothing of it is PostgreSQL's: take the separator back */
			deparser->text.map->count--;
			deparser->text.text.len = length;
			deparser->text.text.data[length] = '\0';
		}
	}

	TextAddString(&deparser->text, place, first ? ")" : "\n)");
}

/* Adds an element; false where there is nothing to add. */
static bool
AddElement(Deparser *deparser, const NameMap *primary_key, const TableElement *element)
{
	if (element->kind == ELEMENT_LIKE)
		AddLike(deparser, element->like);
	else if (element->kind == ELEMENT_COLUMN)
		DeparseColumn(deparser, element->column,
					  NameMapFind(primary_key, element->column->name) != NULL);
	else if (element->constraint->kind == TABLE_OTHER)
		DeparseRange(deparser, element->constraint->first, element->constraint->last);
	else if (deparser->target == DIALECT_REDSHIFT)
		AddConstraint(deparser, element->constraint);
	else
		return false;
	return true;
}

/* The names of the columns that a constraint of the table makes part of the primary key. */
static NameMap *
PrimaryKey(const CreateTable *create)
{
	NameMap *names = NameMapMake();
	ListCell *cell;
	ListCell *column;

	foreach (cell, create->elements)
	{
		const TableElement *element = lfirst(cell);

		if (element->kind != ELEMENT_CONSTRAINT || element->constraint->kind != TABLE_PRIMARY_KEY)
			continue;
		foreach (column, element->constraint->columns)
			NameMapAdd(names, lfirst(column), lfirst(column));
	}

	return names;
}

/* Adds (name, name). */
static void
AddNames(Deparser *deparser, int place, List *names)
{
	ListCell *cell;

	TextAddString(&deparser->text, place, "(");
	foreach (cell, names)
		TextAdd(&deparser->text, place, "%s%s", cell == list_head(names) ? "" : ", ",
				DeparseName(deparser, lfirst(cell)));
	TextAddString(&deparser->text, place, ")");
}

/* Adds a key of the table for Redshift. */
static void
AddConstraint(Deparser *deparser, const TableConstraint *constraint)
{
	static const char *const words[] = {
		[TABLE_PRIMARY_KEY] = "PRIMARY KEY ",
		[TABLE_UNIQUE] = "UNIQUE ",
		[TABLE_FOREIGN_KEY] = "FOREIGN KEY ",
	};
	int place = DeparsePlace(deparser, constraint->first);

	if (constraint->name != NULL)
		TextAdd(&deparser->text, place, "CONSTRAINT %s ", DeparseName(deparser, constraint->name));
	TextAddString(&deparser->text, place, words[constraint->kind]);
	AddNames(deparser, place, constraint->columns);
	if (constraint->references.first >= 0)
	{
		TextAddString(&deparser->text, place, " REFERENCES ");
		DeparseRange(deparser, constraint->references.first, constraint->references.last);
	}
}

/* Adds LIKE parent. */
static void
AddLike(Deparser *deparser, const TableLike *like)
{
	TextAddString(&deparser->text, DeparsePlace(deparser, like->first), "LIKE ");
	DeparseRelation(deparser, &like->parent);
	if (like->including_defaults)
		TextAddString(&deparser->text, DeparsePlace(deparser, like->first), " INCLUDING DEFAULTS");
	else if (like->excluding_defaults && deparser->target == DIALECT_REDSHIFT)
		TextAddString(&deparser->text, DeparsePlace(deparser, like->first), " EXCLUDING DEFAULTS");
}

/* Adds a column; primary_key says that the table's primary key has it. */
void
DeparseColumn(Deparser *deparser, const ColumnDefinition *column, bool primary_key)
{
	TextAdd(&deparser->text, DeparsePlace(deparser, column->first), "%s ",
			DeparseName(deparser, column->name));
	if (deparser->target == DIALECT_REDSHIFT)
		AddColumnRedshift(deparser, column);
	else
		AddColumnPostgres(deparser, column, primary_key);
}

/* Whether a column's text is compared whatever its case: by its own collation, else by the database's. */
static bool
IsCaseInsensitive(const Deparser *deparser, const ColumnDefinition *column)
{
	const TypeRule *rule = column->type.rule;

	if (column->collate != NULL)
		return strcmp(column->collate, "case_insensitive") == 0;

	return deparser->context->case_insensitive_database && rule != NULL &&
		   (strcmp(rule->postgres, "varchar") == 0 || strcmp(rule->postgres, "char") == 0);
}

/* Adds type and attributes of a column for PostgreSQL. */
static void
AddColumnPostgres(Deparser *deparser, const ColumnDefinition *column, bool primary_key)
{
	int place = DeparsePlace(deparser, column->type.first);
	ListCell *cell;

	TextAddString(&deparser->text, place, TypePostgres(deparser->statement->list, &column->type));
	if (IsCaseInsensitive(deparser, column))
		TextAddString(&deparser->text, place, " COLLATE " CASE_INSENSITIVE_COLLATION);
	if (column->identity != IDENTITY_NONE)
		AddIdentityPostgres(deparser, column);
	if (column->default_value.first >= 0)
	{
		TextAddString(&deparser->text, place, " DEFAULT ");
		DeparseExpression(deparser, column->default_value.first, column->default_value.last);
	}

	/* keys are informational, but their columns take no NULL on Redshift either */
	if (column->not_null || column->primary_key || primary_key)
		TextAddString(&deparser->text, place, " NOT NULL");
	foreach (cell, column->others)
	{
		const LexemeRange *range = lfirst(cell);

		TextAddString(&deparser->text, place, " ");
		DeparseRange(deparser, range->first, range->last);
	}
}

/*
 * Adds an identity for PostgreSQL, where a sequence has bounds: by default an
 * ascending one begins at 1 and a descending one at -1.
 */
static void
AddIdentityPostgres(Deparser *deparser, const ColumnDefinition *column)
{
	int place = DeparsePlace(deparser, column->type.first);
	bool descending = column->step[0] == '-';
	bool below_one = column->seed[0] == '-' || strspn(column->seed, "0") == strlen(column->seed);

	TextAdd(&deparser->text, place, " GENERATED %s AS IDENTITY (START WITH %s INCREMENT BY %s",
			column->identity == IDENTITY_ALWAYS ? "ALWAYS" : "BY DEFAULT", column->seed,
			column->step);
	if (!descending && below_one)
		TextAdd(&deparser->text, place, " MINVALUE %s", column->seed);
	else if (descending && column->seed[0] != '-')
		TextAdd(&deparser->text, place, " MAXVALUE %s", column->seed);
	TextAddString(&deparser->text, place, ")");
}

/* A collation's name, in capitals where it needs no quotes. */
static const char *
Collation(const Deparser *deparser, const char *name)
{
	const char *printed = DeparseName(deparser, name);

	return strcmp(printed, name) == 0 ? asc_toupper(name, strlen(name)) : printed;
}

/* Adds type and attributes of a column for Redshift. */
static void
AddColumnRedshift(Deparser *deparser, const ColumnDefinition *column)
{
	TextBuilder *text = &deparser->text;
	int place = DeparsePlace(deparser, column->type.first);
	ListCell *cell;

	TextAddString(text, place, TypeRedshift(deparser->statement->list, &column->type));
	if (column->collate != NULL)
		TextAdd(text, place, " COLLATE %s", Collation(deparser, column->collate));
	if (column->identity == IDENTITY_ALWAYS)
		TextAdd(text, place, " IDENTITY(%s, %s)", column->seed, column->step);
	else if (column->identity == IDENTITY_BY_DEFAULT)
		TextAdd(text, place, " GENERATED BY DEFAULT AS IDENTITY(%s, %s)", column->seed,
				column->step);

	/* an expression of Redshift's, copied as it came */
	if (column->default_value.first >= 0)
	{
		TextAddString(text, place, " DEFAULT ");
		TextAddSource(text, DeparsePlace(deparser, column->default_value.first),
					  deparser->statement->list->lexemes[column->default_value.last].end);
	}

	if (column->encode != NULL)
		TextAdd(text, place, " ENCODE %s", asc_toupper(column->encode, strlen(column->encode)));
	TextAddString(text, place, column->dist_key ? " DISTKEY" : "");
	TextAddString(text, place, column->sort_key ? " SORTKEY" : "");
	TextAddString(text, place, column->not_null ? " NOT NULL" : "");
	TextAddString(text, place, column->null ? " NULL" : "");
	TextAddString(text, place, column->unique ? " UNIQUE" : "");
	TextAddString(text, place, column->primary_key ? " PRIMARY KEY" : "");
	if (column->foreign_key)
	{
		TextAddString(text, place, " REFERENCES ");
		DeparseRange(deparser, column->references.first, column->references.last);
	}

	/* attributes that say the same to both */
	foreach (cell, column->others)
	{
		const LexemeRange *range = lfirst(cell);

		TextAddString(text, place, " ");
		DeparseRange(deparser, range->first, range->last);
	}
}

/* Adds the attributes of the table, one a line. */
static void
AddAttributes(Deparser *deparser, const CreateTable *create)
{
	TextBuilder *text = &deparser->text;
	int place = DeparsePlace(deparser, deparser->statement->first);

	if (create->backup >= 0)
		TextAdd(text, place, "\nBACKUP %s", create->backup ? "YES" : "NO");
	if (create->dist_style != NULL)
		TextAdd(text, place, "\nDISTSTYLE %s",
				asc_toupper(create->dist_style, strlen(create->dist_style)));
	if (create->dist_key != NULL)
		TextAdd(text, place, "\nDISTKEY (%s)",
				isdigit((unsigned char)create->dist_key[0])
					? create->dist_key
					: DeparseName(deparser, create->dist_key));
	if (create->sort_auto)
		TextAddString(text, place, "\nSORTKEY AUTO");
	else if (create->sort_keys != NIL)
	{
		TextAdd(text, place, "\n%s%sSORTKEY ",
				create->sort_kind != NULL
					? asc_toupper(create->sort_kind, strlen(create->sort_kind))
					: "",
				create->sort_kind != NULL ? " " : "");
		AddNames(deparser, place, create->sort_keys);
	}

	if (create->encode_auto)
		TextAddString(text, place, "\nENCODE AUTO");
}

/*
 * Adds the physical design as options of the table.  A statement with clauses
 * of PostgreSQL's own goes without: it is none of Redshift's.
 */
static void
AddDesign(Deparser *deparser, const CreateTable *create)
{
	if (deparser->statement->design != NULL && create->tail.first < 0)
		TextAdd(&deparser->text, DeparsePlace(deparser, deparser->statement->first), "\nWITH (%s)",
				deparser->statement->design);
}
