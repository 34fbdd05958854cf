/*
 * schema.c
 *		Reads the tables that the definitions create.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "nodes/makefuncs.h"
#include "utils/formatting.h"

#include "dialect/text/statement.h"
#include "warehouse/definitions.h"
#include "warehouse/report/schema.h"

static bool Exists(const RelationName *relation);
static SchemaTable *ReadTable(const DialectStatement *statement);
static void AddColumn(SchemaTable *table, const DialectStatement *statement,
					  const ColumnDefinition *column);
static void AddConstraint(SchemaTable *table, const DialectStatement *statement,
						  const TableConstraint *constraint);
static void AddDesign(SchemaTable *table, const CreateTable *create);
static const char *Referenced(const LexemeList *list, LexemeRange references);
static SchemaColumn *FindColumn(SchemaTable *table, const char *name);

List *
SchemaRead(void)
{
	List *tables = NIL;
	ListCell *each, *cell;

	foreach (each, DefinitionsRead(PHASE_CREATE, PIPELINE_FULL))
		foreach (cell, DialectParse(((Definition *)lfirst(each))->statement))
		{
			DialectStatement *statement = lfirst(cell);

			if (statement->create && statement->create->has_elements &&
				Exists(&statement->create->relation))
				tables = lappend(tables, ReadTable(statement));
		}
	return tables;
}

/* Whether a table has been created, as the search_path finds it. */
static bool
Exists(const RelationName *relation)
{
	RangeVar *name = makeRangeVar((char *)relation->schema, (char *)relation->name, -1);

	return OidIsValid(RangeVarGetRelid(name, NoLock, true));
}

/* What a CREATE TABLE says of its table. */
static SchemaTable *
ReadTable(const DialectStatement *statement)
{
	const CreateTable *create = statement->create;
	SchemaTable *table = palloc0(sizeof(SchemaTable));
	ListCell *cell;

	table->name = create->relation.name;
	foreach (cell, create->elements)
	{
		const TableElement *element = lfirst(cell);

		if (element->kind == ELEMENT_COLUMN)
			AddColumn(table, statement, element->column);
		else if (element->kind == ELEMENT_CONSTRAINT)
			AddConstraint(table, statement, element->constraint);
	}

	AddDesign(table, create);

	return table;
}

/* Adds a column with the keys that stand beside it. */
static void
AddColumn(SchemaTable *table, const DialectStatement *statement, const ColumnDefinition *column)
{
	SchemaColumn *added = palloc0(sizeof(SchemaColumn));

	added->name = column->name;
	added->type = TypeRedshift(statement->list, &column->type);
	added->primary_key = column->primary_key;
	added->dist_key = column->dist_key;
	added->sort_key = column->sort_key;
	if (column->foreign_key)
		added->references = Referenced(statement->list, column->references);
	if (column->dist_key)
		table->dist_style = psprintf("DISTKEY (%s)", column->name);
	table->columns = lappend(table->columns, added);
}

/* Marks the columns of a key that stands behind the columns. */
static void
AddConstraint(SchemaTable *table, const DialectStatement *statement,
			  const TableConstraint *constraint)
{
	ListCell *cell;

	foreach (cell, constraint->columns)
	{
		SchemaColumn *column = FindColumn(table, lfirst(cell));

		if (column == NULL)
			continue;
		if (constraint->kind == TABLE_PRIMARY_KEY)
			column->primary_key = true;
		else if (constraint->kind == TABLE_FOREIGN_KEY)
			column->references = Referenced(statement->list, constraint->references);
	}
}

/* Marks the distribution and sort keys of the table's attributes. */
static void
AddDesign(SchemaTable *table, const CreateTable *create)
{
	ListCell *cell;

	if (create->dist_key)
	{
		SchemaColumn *column = FindColumn(table, create->dist_key);

		table->dist_style = psprintf("DISTKEY (%s)", create->dist_key);
		if (column != NULL)
			column->dist_key = true;
	}
	else if (table->dist_style == NULL)
		/* said at the column, unless the table says otherwise */
		table->dist_style =
			create->dist_style ? psprintf("DISTSTYLE %s", create->dist_style) : "DISTSTYLE auto";
	foreach (cell, create->sort_keys)
	{
		SchemaColumn *column = FindColumn(table, lfirst(cell));

		if (column != NULL)
			column->sort_key = true;
	}
}

/* The table of REFERENCES [schema.]table [(columns)]: the last name before the parenthesis. */
static const char *
Referenced(const LexemeList *list, LexemeRange references)
{
	const char *name = NULL;

	for (int i = references.first; i >= 0 && i <= references.last; i++)
	{
		if (LexemeIs(&list->lexemes[i], "("))
			break;
		if (LexemeIsName(&list->lexemes[i]))
			name = LexemeFold(list->lexemes[i].text);
	}

	return name;
}

/* The column of a name, NULL when the table hasn't it. */
static SchemaColumn *
FindColumn(SchemaTable *table, const char *name)
{
	ListCell *cell;

	foreach (cell, table->columns)
		if (strcmp(((SchemaColumn *)lfirst(cell))->name, name) == 0)
			return lfirst(cell);
	return NULL;
}
