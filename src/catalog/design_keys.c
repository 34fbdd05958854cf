/*
 * design_keys.c
 *		PRIMARY KEY, UNIQUE and FOREIGN KEY of Redshift's tables, in the design of
 *		their columns (r_CREATE_TABLE_NEW, r_ALTER_TABLE).
 *
 * A key is the parts that its columns have in it.  What a foreign key refers to
 * is kept by name, because labels are dumped as text; design_references.c keeps
 * those names true.
 */
#include "postgres.h"

#include "catalog/design_keys.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* The table that is given keys. */
typedef struct KeyTable
{
	Oid relid;
	TableDesign *design;
	bool created;
} KeyTable;

static void AddKey(const KeyTable *table, const Constraint *constraint);
static AttrNumber KeyColumn(const KeyTable *table, const char *name, const char *clause);
static bool IsNotNull(Oid relid, AttrNumber attnum);
static List *ReferencedColumns(const KeyTable *table, const Constraint *constraint);
static char *ReferencedTable(const KeyTable *table, const RangeVar *relation);
static List *PrimaryColumns(Oid relid, const TableDesign *design);
static const char *KeyName(const KeyTable *table, const Constraint *constraint, List *columns,
						   const char *suffix);
static bool HasKeyName(const TableDesign *design, const char *word);
static int NextNumber(const TableDesign *design, KeyKind kind);

/* What the parser calls each kind, and what the name of one ends in that was given none. */
static const struct
{
	ConstrType type;
	KeyKind kind;
	const char *clause;
	const char *suffix;
} kinds[] = {
	{CONSTR_PRIMARY, KEY_PRIMARY, "PRIMARY KEY", "pkey"},
	{CONSTR_UNIQUE, KEY_UNIQUE, "UNIQUE", "key"},
	{CONSTR_FOREIGN, KEY_FOREIGN, "FOREIGN KEY", "fkey"},
};

void
DesignKeysAdd(Oid relid, TableDesign *design, const char *clauses, bool created)
{
	KeyTable table = {relid, design, created};
	List *parsed = raw_parser(psprintf("ALTER TABLE t %s", clauses), RAW_PARSE_DEFAULT);
	ListCell *cell;

	foreach (cell, castNode(AlterTableStmt, linitial_node(RawStmt, parsed)->stmt)->cmds)
		AddKey(&table, castNode(Constraint, lfirst_node(AlterTableCmd, cell)->def));
}

bool
DesignKeyDrop(TableDesign *design, const char *name, List **columns)
{
	const char *word = DesignLabelWord(name);
	const KeyPart *found = NULL;
	ListCell *cell;

	*columns = NIL;
	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
		foreach (cell, design->columns[attnum - 1].keys)
		{
			const KeyPart *part = lfirst(cell);

			if (part->name == NULL || strcmp(part->name, word) != 0)
				continue;
			found = part;
			*columns = lappend_int(*columns, attnum);
		}

	if (found != NULL)
		DesignKeyDropNumber(design, found->kind, found->number);
	return found != NULL;
}

void
DesignKeysDropColumn(TableDesign *design, AttrNumber attnum)
{
	/* the list loses what is dropped, so it is begun anew each time */
	while (design->columns[attnum - 1].keys != NIL)
	{
		const KeyPart *part = linitial(design->columns[attnum - 1].keys);

		DesignKeyDropNumber(design, part->kind, part->number);
	}
}

void
DesignKeyDropNumber(TableDesign *design, KeyKind kind, int number)
{
	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
	{
		ColumnDesign *column = &design->columns[attnum - 1];
		ListCell *cell;

		foreach (cell, column->keys)
		{
			const KeyPart *part = lfirst(cell);

			if (part->kind == kind && part->number == number)
				column->keys = foreach_delete_current(column->keys, cell);
		}
	}
}

/* Adds one key. */
static void
AddKey(const KeyTable *table, const Constraint *constraint)
{
	size_t at = 0;
	List *names;
	List *referenced = NIL;
	const char *name;
	int number;
	int position = 0;
	ListCell *cell;

	while (at < lengthof(kinds) && kinds[at].type != constraint->contype)
		at++;
	if (at == lengthof(kinds))
		elog(ERROR, "unexpected constraint type %d", (int)constraint->contype);

	names = constraint->contype == CONSTR_FOREIGN ? constraint->fk_attrs : constraint->keys;
	if (constraint->contype == CONSTR_FOREIGN)
	{
		referenced = ReferencedColumns(table, constraint);
		if (list_length(referenced) != list_length(names))
			return;
	}

	number = NextNumber(table->design, kinds[at].kind);
	if (kinds[at].kind == KEY_PRIMARY && number > 1)
		ereport(ERROR, errcode(ERRCODE_INVALID_TABLE_DEFINITION),
				errmsg("multiple primary keys for table \"%s\" are not allowed",
					   get_rel_name(table->relid)));

	name = KeyName(table, constraint, names, kinds[at].suffix);
	foreach (cell, names)
	{
		AttrNumber attnum = KeyColumn(table, strVal(lfirst(cell)), kinds[at].clause);
		ColumnDesign *column = &table->design->columns[attnum - 1];
		KeyPart *part = palloc0(sizeof(KeyPart));

		part->kind = kinds[at].kind;
		part->number = number;
		part->position = ++position;
		part->name = name;
		if (referenced != NIL)
			part->referenced = list_nth(referenced, position - 1);
		column->keys = lappend(column->keys, part);
	}
}

/* A column that a key names; of an added primary key it may not be NULL (r_ALTER_TABLE). */
static AttrNumber
KeyColumn(const KeyTable *table, const char *name, const char *clause)
{
	AttrNumber attnum = get_attnum(table->relid, name);

	if (attnum <= 0)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("column \"%s\" named in %s does not exist", name, clause));
	if (!table->created && strcmp(clause, "PRIMARY KEY") == 0 && !IsNotNull(table->relid, attnum))
		ereport(ERROR, errcode(ERRCODE_INVALID_TABLE_DEFINITION),
				errmsg("column \"%s\" cannot be part of a primary key: it may be NULL", name),
				errhint("Only a column that was created NOT NULL can be."));
	return attnum;
}

/* Whether a column is NOT NULL. */
static bool
IsNotNull(Oid relid, AttrNumber attnum)
{
	HeapTuple tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));
	bool not_null;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for column %d of relation %u", attnum, relid);
	not_null = ((Form_pg_attribute)GETSTRUCT(tuple))->attnotnull;
	ReleaseSysCache(tuple);

	return not_null;
}

/* What a foreign key's columns refer to, each as the words of a label; NIL where that isn't known. */
static List *
ReferencedColumns(const KeyTable *table, const Constraint *constraint)
{
	Oid relid = RangeVarGetRelid(constraint->pktable, NoLock, true);
	const char *prefix = ReferencedTable(table, constraint->pktable);
	List *names = NIL;
	List *words = NIL;
	ListCell *cell;

	foreach (cell, constraint->pk_attrs)
		names = lappend(names, strVal(lfirst(cell)));
	if (names == NIL && OidIsValid(relid))
		names = PrimaryColumns(relid, relid == table->relid ? table->design : DesignRead(relid));

	foreach (cell, names)
		words = lappend(words, psprintf("%s.%s", prefix, DesignLabelWord(lfirst(cell))));
	return words;
}

/* A table as the words of a label; one that isn't there is taken to come beside the one that refers to it. */
static char *
ReferencedTable(const KeyTable *table, const RangeVar *relation)
{
	Oid relid = RangeVarGetRelid(relation, NoLock, true);
	Oid schema = get_rel_namespace(OidIsValid(relid) ? relid : table->relid);
	const char *schema_name =
		relation->schemaname != NULL ? relation->schemaname : get_namespace_name(schema);

	return psprintf("%s.%s", DesignLabelWord(schema_name), DesignLabelWord(relation->relname));
}

/* The columns of a table's primary key, in order. */
static List *
PrimaryColumns(Oid relid, const TableDesign *design)
{
	List *names = NIL;
	bool found = true;

	for (int position = 1; found; position++)
	{
		found = false;
		for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
		{
			ListCell *cell;

			foreach (cell, design->columns[attnum - 1].keys)
			{
				const KeyPart *part = lfirst(cell);

				if (part->kind != KEY_PRIMARY || part->position != position)
					continue;
				names = lappend(names, get_attname(relid, attnum, false));
				found = true;
			}
		}
	}
	return names;
}

/*
 * The name of a new key as a word of a label: the given one, or what PostgreSQL
 * would call it, with a number where that is taken.
 */
static const char *
KeyName(const KeyTable *table, const Constraint *constraint, List *columns, const char *suffix)
{
	const char *word;
	StringInfoData joined;
	ListCell *cell;

	if (constraint->conname != NULL)
	{
		word = DesignLabelWord(constraint->conname);
		if (HasKeyName(table->design, word))
			ereport(ERROR, errcode(ERRCODE_DUPLICATE_OBJECT),
					errmsg("constraint \"%s\" for relation \"%s\" already exists",
						   constraint->conname, get_rel_name(table->relid)));
		return word;
	}

	initStringInfo(&joined);
	foreach (cell, columns)
		/* a foreign key is called by its first column, as in PostgreSQL 8.0 */
		if (joined.len == 0 || constraint->contype != CONSTR_FOREIGN)
			appendStringInfo(&joined, "%s%s", joined.len > 0 ? "_" : "", strVal(lfirst(cell)));

	for (int pass = 0;; pass++)
	{
		const char *label = pass > 0 ? psprintf("%s%d", suffix, pass) : suffix;

		word = DesignLabelWord(
			makeObjectName(get_rel_name(table->relid),
						   constraint->contype == CONSTR_PRIMARY ? NULL : joined.data, label));
		if (!HasKeyName(table->design, word))
			return word;
	}
}

/* Whether a key of the table has a name. */
static bool
HasKeyName(const TableDesign *design, const char *word)
{
	ListCell *cell;

	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
		foreach (cell, design->columns[attnum - 1].keys)
		{
			const KeyPart *part = lfirst(cell);

			if (part->name != NULL && strcmp(part->name, word) == 0)
				return true;
		}
	return false;
}

/* The number of a table's next key of a kind. */
static int
NextNumber(const TableDesign *design, KeyKind kind)
{
	int last = 0;
	ListCell *cell;

	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
		foreach (cell, design->columns[attnum - 1].keys)
		{
			const KeyPart *part = lfirst(cell);

			if (part->kind == kind)
				last = Max(last, part->number);
		}
	return last + 1;
}
