/*
 * design.c
 *		The physical design of tables in the words of security labels: reading,
 *		writing and checking them.
 *
 * Who changes a design is design_hook.c; here is only its form.
 */
#include "postgres.h"

#include "catalog/design.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "commands/seclabel.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* https://docs.aws.amazon.com/redshift/latest/dg/c_Compression_encodings.html */
static const char *const encodings[] = {"az64",	   "bytedict", "delta",	   "delta32k", "lzo",
										"mostly8", "mostly16", "mostly32", "raw",	   "runlength",
										"text255", "text32k",  "zstd"};

static const char *const dist_styles[] = {
	[DIST_AUTO] = "auto",
	[DIST_EVEN] = "even",
	[DIST_KEY] = "key",
	[DIST_ALL] = "all",
};

/* What a column is in a key, as its label says it. */
static const char *const key_words[] = {
	[KEY_PRIMARY] = "primarykey",
	[KEY_UNIQUE] = "unique",
	[KEY_FOREIGN] = "foreign",
};

static const char *const sort_styles[] = {
	[SORT_AUTO] = "auto",
	[SORT_NONE] = "none",
	[SORT_COMPOUND] = "compound",
	[SORT_INTERLEAVED] = "interleaved",
};

static bool IsLateBinding(const char *label);
static void CheckLabel(const ObjectAddress *object, const char *label);
static bool ParseTableLabel(const char *label, TableDesign *design);
static bool ReadKeyPart(KeyKind kind, char *value, ColumnDesign *column);
static KeyPart *KeyPartOf(const ColumnDesign *column, KeyKind kind, int number);
static int ReadPosition(char *text, char end, char **next);
static char *TableLabel(const TableDesign *design, char relkind);
static char *ColumnLabel(const ColumnDesign *column);
static void SetDefaults(TableDesign *design, char relkind);
static int IndexOf(const char *word, const char *const *words, int count);
static void PutLabel(Oid relid, AttrNumber attnum, const char *label);
static char *GetLabel(Oid relid, AttrNumber attnum);
static AttrNumber ColumnCount(Oid relid);

void
DesignInstall(void)
{
	register_label_provider(DESIGN_PROVIDER, CheckLabel);
}

TableDesign *
DesignRead(Oid relid)
{
	TableDesign *design = palloc0(sizeof(TableDesign));
	char *label = GetLabel(relid, 0);

	design->count = ColumnCount(relid);
	design->columns = palloc0((design->count + 1) * sizeof(ColumnDesign));
	SetDefaults(design, get_rel_relkind(relid));
	if (label != NULL && !IsLateBinding(label) && !ParseTableLabel(label, design))
		elog(ERROR, "unreadable design of relation %u: %s", relid, label);
	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
	{
		label = GetLabel(relid, attnum);
		if (label != NULL && !DesignColumnLabelRead(label, &design->columns[attnum - 1]))
			elog(ERROR, "unreadable design of column %d of relation %u: %s", attnum, relid, label);
	}

	return design;
}

void
DesignWrite(Oid relid, const TableDesign *design)
{
	CommandCounterIncrement();
	PutLabel(relid, 0, TableLabel(design, get_rel_relkind(relid)));
	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
		PutLabel(relid, attnum, ColumnLabel(&design->columns[attnum - 1]));
	CommandCounterIncrement();
}

AttrNumber
DesignDistKey(const TableDesign *design)
{
	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
		if (design->columns[attnum - 1].dist_key)
			return attnum;
	return InvalidAttrNumber;
}

List *
DesignSortKey(const TableDesign *design)
{
	List *key = NIL;

	/* Positions have gaps where a column of the key was dropped. */
	for (int position = 1; position <= DESIGN_MAX_COMPOUND; position++)
		for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
			if (design->columns[attnum - 1].sort_position == position)
				key = lappend_int(key, attnum);
	return key;
}

char *
DesignLabelWord(const char *name)
{
	StringInfoData word;

	initStringInfo(&word);
	for (const char *at = name; *at != '\0'; at++)
	{
		bool is_plain = *at == '_' || (isascii((unsigned char)*at) && isalnum((unsigned char)*at));

		/* never the first: no name may look like a word of the label's own */
		if (is_plain && at > name)
			appendStringInfoChar(&word, *at);
		else
			appendStringInfo(&word, "%%%02x", (unsigned char)*at);
	}
	return word.data;
}

/* Reads distkey, sortkey n, encode e, and the column's parts in keys, in any order. */
bool
DesignColumnLabelRead(char *label, ColumnDesign *column)
{
	char *rest = label;
	char *word;

	while ((word = strtok_r(rest, " ", &rest)) != NULL)
	{
		char *value = NULL;
		int kind;

		/* the only word without a value */
		if (strcmp(word, "distkey") == 0)
		{
			column->dist_key = true;
			continue;
		}

		value = strtok_r(rest, " ", &rest);
		if (value == NULL)
			return false;

		/* counted from 1, as the catalogue shows them */
		if (strcmp(word, "sortkey") == 0)
		{
			column->sort_position = ReadPosition(value, '\0', &value);
			if (column->sort_position < 1 || column->sort_position > DESIGN_MAX_COMPOUND)
				return false;
		}
		else if ((kind = IndexOf(word, key_words, lengthof(key_words))) >= 0)
		{
			if (!ReadKeyPart(kind, value, column))
				return false;
		}
		else if (strcmp(word, "encode") == 0 && DesignIsEncoding(value))
			column->encoding = value;
		else
			return false;
	}

	return true;
}

bool
DesignIsEncoding(const char *name)
{
	return IndexOf(name, encodings, lengthof(encodings)) >= 0;
}

/* Whether a label is that of a late-binding view, which says nothing of a design. */
static bool
IsLateBinding(const char *label)
{
	return strncmp(label, DESIGN_LATE_BOUND, strlen(DESIGN_LATE_BOUND)) == 0 ||
		   strncmp(label, DESIGN_LATE_UNBOUND, strlen(DESIGN_LATE_UNBOUND)) == 0;
}

/* Refuses a label that isn't a design: SECURITY LABEL takes any text, and a dump may have been edited. */
static void
CheckLabel(const ObjectAddress *object, const char *label)
{
	TableDesign design = {0};
	ColumnDesign column = {0};

	/* NULL takes the label away */
	if (label == NULL)
		return;

	if (object->classId == RelationRelationId && object->objectSubId == 0 &&
		get_rel_relkind(object->objectId) == RELKIND_VIEW && IsLateBinding(label))
		return;

	/* an index or a view has no rows of its own to lie anywhere */
	if (object->classId != RelationRelationId ||
		(get_rel_relkind(object->objectId) != RELKIND_RELATION &&
		 get_rel_relkind(object->objectId) != RELKIND_PARTITIONED_TABLE &&
		 get_rel_relkind(object->objectId) != RELKIND_MATVIEW))
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("only tables, materialized views and their columns have a physical design"));
	if (object->objectSubId == 0 ? !ParseTableLabel(label, &design)
								 : !DesignColumnLabelRead(pstrdup(label), &column))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("invalid physical design: \"%s\"", label),
				object->objectSubId == 0
					? errhint("A table's is of the form \"diststyle key sortkey compound encode "
							  "given\".")
					: errhint("A column's is of the form \"distkey sortkey 1 encode zstd\"."));
}

/* Reads a table's label: diststyle s, sortkey s, encode auto|given, each at most once in any order. */
static bool
ParseTableLabel(const char *label, TableDesign *design)
{
	char *rest = pstrdup(label);
	char *word;

	while ((word = strtok_r(rest, " ", &rest)) != NULL)
	{
		char *value = strtok_r(rest, " ", &rest);
		int found = -1;

		/* words come in pairs; one left over is no label of ours */
		if (value == NULL)
			return false;
		if (strcmp(word, "diststyle") == 0)
			design->dist_style = found = IndexOf(value, dist_styles, lengthof(dist_styles));
		else if (strcmp(word, "sortkey") == 0)
			design->sort_style = found = IndexOf(value, sort_styles, lengthof(sort_styles));
		else if (strcmp(word, "encode") == 0 &&
				 (strcmp(value, "auto") == 0 || strcmp(value, "given") == 0))
			design->encode_auto = (found = value[0] == 'a');

		/* an unknown word, and a value that no table of ours has, fail alike */
		if (found < 0)
			return false;
	}

	return true;
}

/* Reads a number that a character ends, and moves *next behind it; -1 when there is none. */
static int
ReadPosition(char *text, char end, char **next)
{
	long number = strtol(text, next, 10);

	if (*next == text || **next != end || number > MaxHeapAttributeNumber)
		return -1;

	(*next)++;
	return (int)number;
}

/*
 * Reads a column's part in a key: n[:name] of the primary key, k.n[:name] of a
 * unique one, k.n=schema.table.column[:name] of a foreign one.
 */
static bool
ReadKeyPart(KeyKind kind, char *value, ColumnDesign *column)
{
	KeyPart *part = palloc0(sizeof(KeyPart));
	char *name = strchr(value, ':');

	/* names are words of a label, so no colon is part of one */
	if (name != NULL)
	{
		*name++ = '\0';
		part->name = name;
	}

	/* there is one primary key only, whose number isn't written */
	part->kind = kind;
	part->number = kind == KEY_PRIMARY ? 1 : ReadPosition(value, '.', &value);
	if (part->number > 0)
		part->position = ReadPosition(value, kind == KEY_FOREIGN ? '=' : '\0', &value);
	if (part->position < 1 || (name != NULL && *name == '\0') ||
		KeyPartOf(column, kind, part->number) != NULL)
		return false;

	if (kind == KEY_FOREIGN)
		part->referenced = value;
	column->keys = lappend(column->keys, part);
	return true;
}

/* A column's part in the key of a kind and number; NULL: it has none. */
static KeyPart *
KeyPartOf(const ColumnDesign *column, KeyKind kind, int number)
{
	ListCell *cell;

	foreach (cell, column->keys)
	{
		KeyPart *part = lfirst(cell);

		if (part->kind == kind && part->number == number)
			return part;
	}
	return NULL;
}

/* A table's label, or NULL where all is as by default. */
static char *
TableLabel(const TableDesign *design, char relkind)
{
	TableDesign defaults = {0};
	StringInfoData label;

	SetDefaults(&defaults, relkind);
	initStringInfo(&label);
	if (design->dist_style != defaults.dist_style)
		appendStringInfo(&label, " diststyle %s", dist_styles[design->dist_style]);
	if (design->sort_style != defaults.sort_style)
		appendStringInfo(&label, " sortkey %s", sort_styles[design->sort_style]);
	if (design->encode_auto != defaults.encode_auto)
		appendStringInfo(&label, " encode %s", design->encode_auto ? "auto" : "given");
	return label.len > 0 ? label.data + 1 : NULL;
}

/* A column's label, or NULL where there is nothing to say. */
static char *
ColumnLabel(const ColumnDesign *column)
{
	StringInfoData label;
	ListCell *cell;

	initStringInfo(&label);
	if (column->dist_key)
		appendStringInfoString(&label, " distkey");
	if (column->sort_position > 0)
		appendStringInfo(&label, " sortkey %d", column->sort_position);
	foreach (cell, column->keys)
	{
		const KeyPart *part = lfirst(cell);

		appendStringInfo(&label, " %s ", key_words[part->kind]);
		if (part->kind != KEY_PRIMARY)
			appendStringInfo(&label, "%d.", part->number);
		appendStringInfo(&label, "%d", part->position);
		if (part->kind == KEY_FOREIGN)
			appendStringInfo(&label, "=%s", part->referenced);
		if (part->name != NULL)
			appendStringInfo(&label, ":%s", part->name);
	}
	if (column->encoding != NULL)
		appendStringInfo(&label, " encode %s", column->encoding);
	return label.len > 0 ? label.data + 1 : NULL;
}

/* What Redshift does when nothing is written (r_CREATE_TABLE_NEW, materialized-view-create-sql-command). */
static void
SetDefaults(TableDesign *design, char relkind)
{
	design->dist_style = relkind == RELKIND_MATVIEW ? DIST_EVEN : DIST_AUTO;
	design->sort_style = relkind == RELKIND_MATVIEW ? SORT_NONE : SORT_AUTO;
	design->encode_auto = true;
}

/* The place of a word in a list, or -1. */
static int
IndexOf(const char *word, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

/* Sets, changes or removes a label; touches nothing where it is there already. */
static void
PutLabel(Oid relid, AttrNumber attnum, const char *label)
{
	ObjectAddress object;
	char *old = GetLabel(relid, attnum);

	if (old == NULL && label == NULL)
		return;
	if (old != NULL && label != NULL && strcmp(old, label) == 0)
		return;

	ObjectAddressSubSet(object, RelationRelationId, relid, attnum);
	SetSecurityLabel(&object, DESIGN_PROVIDER, label);
}

/* The label of a table (attnum 0) or column, or NULL. */
static char *
GetLabel(Oid relid, AttrNumber attnum)
{
	ObjectAddress object;

	ObjectAddressSubSet(object, RelationRelationId, relid, attnum);
	return GetSecurityLabel(&object, DESIGN_PROVIDER);
}

/* How many columns a relation has, dropped ones included. */
static AttrNumber
ColumnCount(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	AttrNumber count;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	count = ((Form_pg_class)GETSTRUCT(tuple))->relnatts;
	ReleaseSysCache(tuple);

	return count;
}
