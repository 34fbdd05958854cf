/*
 * design_references.c
 *		Finds the foreign keys that refer to a table, and changes or drops them.
 *
 * They are in the labels of the columns that refer to it, by name, so each
 * search reads all labels there are: a table's are few, and only DDL asks.
 */
#include "postgres.h"

#include "catalog/design_references.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_seclabel.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "catalog/design.h"
#include "catalog/design_keys.h"

/* Where the words of schema.table.column are in a reference. */
enum
{
	WORD_SCHEMA,
	WORD_TABLE,
	WORD_COLUMN,
	WORD_COUNT
};

/* A name as the words of a label; NULL where any will do. */
typedef struct ReferencedWords
{
	const char *words[WORD_COUNT];
} ReferencedWords;

static List *ReferringTables(List *wanted);
static ReferencedWords *WordsOf(const ReferencedName *name);
static bool RefersTo(const char *referenced, const ReferencedWords *wanted);
static bool SplitReference(char *text, const char **words);
static bool OpenDesign(Oid relid, TableDesign **design);
static const char *Renamed(const char *referenced, const ReferencedWords *to);
static bool DropReferring(TableDesign *design, List *wanted);

void
DesignReferencesRename(const ReferencedName *from, const ReferencedName *to)
{
	ReferencedWords *wanted = WordsOf(from);
	ReferencedWords *becomes = WordsOf(to);
	ListCell *cell;

	foreach (cell, ReferringTables(list_make1(wanted)))
	{
		TableDesign *design;

		if (!OpenDesign(lfirst_oid(cell), &design))
			continue;
		for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
		{
			ListCell *key;

			foreach (key, design->columns[attnum - 1].keys)
			{
				KeyPart *part = lfirst(key);

				if (part->kind == KEY_FOREIGN && RefersTo(part->referenced, wanted))
					part->referenced = Renamed(part->referenced, becomes);
			}
		}
		DesignWrite(lfirst_oid(cell), design);
	}
}

void
DesignReferencesDrop(List *names)
{
	List *wanted = NIL;
	ListCell *cell;

	foreach (cell, names)
		wanted = lappend(wanted, WordsOf(lfirst(cell)));

	foreach (cell, ReferringTables(wanted))
	{
		TableDesign *design;

		if (!OpenDesign(lfirst_oid(cell), &design))
			continue;
		while (DropReferring(design, wanted))
			;
		DesignWrite(lfirst_oid(cell), design);
	}
}

/* The tables that have a foreign key to any of some names. */
static List *
ReferringTables(List *wanted)
{
	List *relids = NIL;
	Relation labels = table_open(SecLabelRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(labels, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		const FormData_pg_seclabel *form = (const FormData_pg_seclabel *)GETSTRUCT(tuple);
		ColumnDesign column = {0};
		bool is_null;
		ListCell *cell;
		ListCell *name;

		/* only columns have keys */
		if (form->classoid != RelationRelationId || form->objsubid == 0 ||
			strcmp(TextDatumGetCString(heap_getattr(tuple, Anum_pg_seclabel_provider,
													RelationGetDescr(labels), &is_null)),
				   DESIGN_PROVIDER) != 0 ||
			!DesignColumnLabelRead(
				TextDatumGetCString(heap_getattr(tuple, Anum_pg_seclabel_label,
												 RelationGetDescr(labels), &is_null)),
				&column))
			continue;

		foreach (cell, column.keys)
			foreach (name, wanted)
				if (((KeyPart *)lfirst(cell))->kind == KEY_FOREIGN &&
					RefersTo(((KeyPart *)lfirst(cell))->referenced, lfirst(name)))
					relids = list_append_unique_oid(relids, form->objoid);
	}

	systable_endscan(scan);
	table_close(labels, AccessShareLock);
	return relids;
}

/* A name as the words of a label. */
static ReferencedWords *
WordsOf(const ReferencedName *name)
{
	ReferencedWords *words = palloc0(sizeof(ReferencedWords));

	words->words[WORD_SCHEMA] = DesignLabelWord(name->schema);
	if (name->table != NULL)
		words->words[WORD_TABLE] = DesignLabelWord(name->table);
	if (name->column != NULL)
		words->words[WORD_COLUMN] = DesignLabelWord(name->column);
	return words;
}

/* Whether schema.table.column is, or is part of, what a name names. */
static bool
RefersTo(const char *referenced, const ReferencedWords *wanted)
{
	const char *words[WORD_COUNT];

	if (!SplitReference(pstrdup(referenced), words))
		return false;
	for (int i = 0; i < WORD_COUNT; i++)
		if (wanted->words[i] != NULL && strcmp(words[i], wanted->words[i]) != 0)
			return false;
	return true;
}

/* Splits schema.table.column, in place; false where it isn't of that form. */
static bool
SplitReference(char *text, const char **words)
{
	for (int i = 0; i < WORD_COUNT; i++)
	{
		words[i] = text;
		text = strchr(text, '.');
		if ((text != NULL) != (i < WORD_COUNT - 1))
			return false;
		if (text != NULL)
			*text++ = '\0';
	}
	return true;
}

/* Reads the design of a table that is to change, as one at a time may; false when it is gone. */
static bool
OpenDesign(Oid relid, TableDesign **design)
{
	LockRelationOid(relid, ShareUpdateExclusiveLock);
	if (get_rel_name(relid) == NULL)
		return false;
	*design = DesignRead(relid);
	return true;
}

/* A reference with the parts of a name that are given in place of its own. */
static const char *
Renamed(const char *referenced, const ReferencedWords *to)
{
	const char *words[WORD_COUNT];

	if (!SplitReference(pstrdup(referenced), words))
		return referenced;
	for (int i = 0; i < WORD_COUNT; i++)
		if (to->words[i] != NULL)
			words[i] = to->words[i];
	return psprintf("%s.%s.%s", words[WORD_SCHEMA], words[WORD_TABLE], words[WORD_COLUMN]);
}

/* Drops one foreign key of a design that refers to any of some names; false when there is none. */
static bool
DropReferring(TableDesign *design, List *wanted)
{
	ListCell *cell;
	ListCell *name;

	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
		foreach (cell, design->columns[attnum - 1].keys)
		{
			const KeyPart *part = lfirst(cell);

			foreach (name, wanted)
				if (part->kind == KEY_FOREIGN && RefersTo(part->referenced, lfirst(name)))
				{
					DesignKeyDropNumber(design, part->kind, part->number);
					return true;
				}
		}
	return false;
}
