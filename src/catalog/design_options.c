/*
 * design_options.c
 *		Reads the options of a physical design and changes the design by them,
 *		with the rules of CREATE TABLE and ALTER TABLE (r_CREATE_TABLE_NEW,
 *		r_ALTER_TABLE).
 *
 *		backup      like: that of the table it is LIKE
 *		diststyle   even, key, all, auto
 *		distkey     a column, or its position
 *		sortkey     columns; or auto, or none
 *		sortstyle   compound, interleaved
 *		keys        "ADD PRIMARY KEY (column), ADD CONSTRAINT name UNIQUE (column, column)"
 *		encode      auto; or "column encoding, column encoding"
 *		encode_new  likewise, of a column that is being added
 */
#include "postgres.h"

#include "catalog/design_options.h"

#include "commands/defrem.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"
#include "utils/varlena.h"

#include "catalog/design.h"
#include "catalog/design_keys.h"

/* The options of a statement and what they are to change. */
typedef struct Change
{
	Oid relid;
	TableDesign *design;
	bool created;		 /* else altered */
	bool is_interleaved; /* what sortstyle says */
	bool style_given;	 /* diststyle says something */
} Change;

static void SetBackup(Change *change, const char *value);
static void SetSortStyle(Change *change, const char *value);
static void SetDistStyle(Change *change, const char *value);
static void SetDistKey(Change *change, const char *value);
static void SetSortKey(Change *change, const char *value);
static void SetKeys(Change *change, const char *value);
static void SetEncode(Change *change, const char *value);
static void SetEncodeNew(Change *change, const char *value);

/* In the order in which they are applied. */
static const struct
{
	const char *name;
	void (*set)(Change *change, const char *value);
} settings[] = {
	{"backup", SetBackup},	 {"sortstyle", SetSortStyle},  {"diststyle", SetDistStyle},
	{"distkey", SetDistKey}, {"sortkey", SetSortKey},	   {"keys", SetKeys},
	{"encode", SetEncode},	 {"encode_new", SetEncodeNew},
};

static bool IsOurs(const DefElem *option);
static void CheckName(const DefElem *option);
static void SetKeyColumns(Change *change, const char *value);
static void SetEncodings(Change *change, const char *value);
static void SetEncoding(Change *change, char *pair);
static AttrNumber FindColumn(const Change *change, const char *name, const char *clause);
static AttrNumber ColumnAt(const Change *change, int position);
static void ClearDistKey(TableDesign *design);
static void ClearSortKey(TableDesign *design);
static void RefuseInterleaved(const Change *change, const char *what);
static void CheckDesign(const Change *change);

bool
DesignOptionsAny(List *options)
{
	ListCell *cell;

	foreach (cell, options)
		if (IsOurs(lfirst_node(DefElem, cell)))
			return true;
	return false;
}

List *
DesignOptionsTake(List **options)
{
	List *taken = NIL;
	List *left = NIL;
	ListCell *cell;

	foreach (cell, *options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (IsOurs(option))
		{
			CheckName(option);
			if (DesignOptionsHave(taken, option->defname))
				ereport(ERROR, errcode(ERRCODE_INVALID_TABLE_DEFINITION),
						errmsg("%s is given twice",
							   asc_toupper(option->defname, strlen(option->defname))),
						errhint("Write it with the column or behind the columns, once."));
			taken = lappend(taken, option);
		}
		else
			left = lappend(left, option);
	}

	*options = left;
	return taken;
}

bool
DesignOptionsHave(List *options, const char *name)
{
	ListCell *cell;

	foreach (cell, options)
		if (strcmp(lfirst_node(DefElem, cell)->defname, name) == 0)
			return true;
	return false;
}

void
DesignOptionsApply(Oid relid, List *options, bool created)
{
	Change change = {.relid = relid, .design = DesignRead(relid), .created = created};

	if (options == NIL)
		return;

	for (size_t i = 0; i < lengthof(settings); i++)
	{
		ListCell *cell;

		foreach (cell, options)
		{
			DefElem *option = lfirst_node(DefElem, cell);

			if (strcmp(option->defname, settings[i].name) == 0)
				settings[i].set(&change, defGetString(option));
		}
	}

	CheckDesign(&change);
	DesignWrite(relid, change.design);
}

/* Whether an option is of the design. */
static bool
IsOurs(const DefElem *option)
{
	return option->defnamespace != NULL && strcmp(option->defnamespace, DESIGN_PROVIDER) == 0;
}

/* Raises an error unless there is an option of this name. */
static void
CheckName(const DefElem *option)
{
	for (size_t i = 0; i < lengthof(settings); i++)
		if (strcmp(option->defname, settings[i].name) == 0)
			return;
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("unrecognized option \"%s.%s\"", option->defnamespace, option->defname),
			errhint("There are diststyle, distkey, sortkey, sortstyle and encode."));
}

/* backup: that of the table it is LIKE; design_hook.c has seen to it before the table was made. */
static void
SetBackup(Change *change, const char *value)
{
	if (strcmp(value, "like") != 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("invalid backup option \"%s\"", value),
				errhint("It is like; a table without backup is UNLOGGED."));
}

/* sortstyle: what kind of key sortkey makes. */
static void
SetSortStyle(Change *change, const char *value)
{
	change->is_interleaved = strcmp(value, "interleaved") == 0;
	if (!change->is_interleaved && strcmp(value, "compound") != 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("invalid sort style \"%s\"", value),
				errhint("It is compound or interleaved."));
	if (change->is_interleaved && !change->created)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("a sort key cannot be altered to an interleaved one"),
				errhint("Make a new table with INTERLEAVED SORTKEY and copy the rows."));
}

/* diststyle: any but key leaves no distribution key. */
static void
SetDistStyle(Change *change, const char *value)
{
	static const struct
	{
		const char *word;
		DistStyle style;
	} styles[] = {{"even", DIST_EVEN}, {"key", DIST_KEY}, {"all", DIST_ALL}, {"auto", DIST_AUTO}};

	RefuseInterleaved(change, "distribution style");
	change->style_given = true;
	for (size_t i = 0; i < lengthof(styles); i++)
		if (strcmp(value, styles[i].word) == 0)
		{
			change->design->dist_style = styles[i].style;
			if (styles[i].style != DIST_KEY)
				ClearDistKey(change->design);
			return;
		}
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("invalid distribution style \"%s\"", value),
			errhint("It is EVEN, KEY, ALL or AUTO."));
}

/* distkey: a column, or its position. */
static void
SetDistKey(Change *change, const char *value)
{
	char *end;
	long position = strtol(value, &end, 10);
	AttrNumber attnum;

	RefuseInterleaved(change, "distribution key");
	if (*end == '\0' && end > value)
		attnum = ColumnAt(change, position);
	else
	{
		List *names;

		if (!SplitIdentifierString(pstrdup(value), ',', &names) || list_length(names) != 1)
			ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					errmsg("a distribution key is one column"));
		attnum = FindColumn(change, linitial(names), "DISTKEY");
	}

	/* CheckDesign refuses what doesn't go with it: DISTSTYLE EVEN DISTKEY (c) */
	if (!change->style_given)
		change->design->dist_style = DIST_KEY;
	ClearDistKey(change->design);
	change->design->columns[attnum - 1].dist_key = true;
}

/* sortkey: columns, auto, or none. AUTO keeps the columns there are, until Redshift knows better. */
static void
SetSortKey(Change *change, const char *value)
{
	if (strcmp(value, "auto") == 0)
	{
		change->design->sort_style = SORT_AUTO;
		return;
	}

	ClearSortKey(change->design);
	change->design->sort_style = SORT_NONE;
	if (strcmp(value, "none") != 0)
		SetKeyColumns(change, value);
}

/* The columns of a sort key, by name or position. */
static void
SetKeyColumns(Change *change, const char *value)
{
	int limit = change->is_interleaved ? DESIGN_MAX_INTERLEAVED : DESIGN_MAX_COMPOUND;
	int position = 0;
	List *names;
	ListCell *cell;

	/* names as SQL folds them, quotes included */
	if (!SplitIdentifierString(pstrdup(value), ',', &names) || names == NIL)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("invalid sort key \"%s\"", value));

	/* limits of Redshift's (AWS: r_CREATE_TABLE_NEW) */
	if (list_length(names) > limit)
		ereport(ERROR, errcode(ERRCODE_TOO_MANY_COLUMNS),
				errmsg("%s sort key has at most %d columns",
					   change->is_interleaved ? "an interleaved" : "a compound", limit));
	change->design->sort_style = change->is_interleaved ? SORT_INTERLEAVED : SORT_COMPOUND;
	foreach (cell, names)
	{
		const char *name = lfirst(cell);

		/* by position, as an option's value may have it */
		AttrNumber attnum = strspn(name, "0123456789") == strlen(name)
								? ColumnAt(change, atoi(name))
								: FindColumn(change, name, "SORTKEY");
		ColumnDesign *column = &change->design->columns[attnum - 1];

		if (column->sort_position > 0)
			ereport(ERROR, errcode(ERRCODE_DUPLICATE_COLUMN),
					errmsg("column \"%s\" is in the sort key twice", name));
		column->sort_position = ++position;
		/* a column that becomes part of the key is no longer compressed (r_ALTER_TABLE) */
		if (!change->created)
			column->encoding = NULL;
	}
}

/* keys: as ALTER TABLE adds them, so it is PostgreSQL's parser that reads them. */
static void
SetKeys(Change *change, const char *value)
{
	DesignKeysAdd(change->relid, change->design, value, change->created);
}

/* encode: auto, or encodings; with one given, Redshift no longer chooses by itself. */
static void
SetEncode(Change *change, const char *value)
{
	if (strcmp(value, "auto") == 0)
	{
		change->design->encode_auto = true;
		return;
	}

	if (!change->created)
		RefuseInterleaved(change, "encoding of a column");
	change->design->encode_auto = false;
	SetEncodings(change, value);
}

/* encode_new: the encoding of an added column leaves ENCODE AUTO as it is. */
static void
SetEncodeNew(Change *change, const char *value)
{
	SetEncodings(change, value);
}

/* "column encoding, column encoding": commas in quotes are part of a name. */
static void
SetEncodings(Change *change, const char *value)
{
	char *text = pstrdup(value);
	char *start = text;
	bool quoted = false;

	for (char *at = text;; at++)
	{
		bool last = *at == '\0';

		quoted ^= *at == '"';
		if (!last && (*at != ',' || quoted))
			continue;
		*at = '\0';
		SetEncoding(change, start);
		if (last)
			return;
		start = at + 1;
	}
}

/* "column encoding". */
static void
SetEncoding(Change *change, char *pair)
{
	char *space;
	List *names;
	AttrNumber attnum;

	while (*pair == ' ')
		pair++;

	/* the encoding is the last word: a quoted name may have blanks in it */
	space = strrchr(pair, ' ');
	if (space == NULL || !DesignIsEncoding(space + 1))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("invalid encoding \"%s\"", space != NULL ? space + 1 : pair),
				errhint("There are AZ64, BYTEDICT, DELTA, DELTA32K, LZO, MOSTLY8, MOSTLY16, "
						"MOSTLY32, RAW, RUNLENGTH, TEXT255, TEXT32K and ZSTD."));
	*space = '\0';
	if (!SplitIdentifierString(pair, ',', &names) || list_length(names) != 1)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("invalid column name \"%s\"", pair));
	attnum = FindColumn(change, linitial(names), "ENCODE");
	change->design->columns[attnum - 1].encoding = space + 1;
}

/* The number of a column that a clause names. */
static AttrNumber
FindColumn(const Change *change, const char *name, const char *clause)
{
	AttrNumber attnum = get_attnum(change->relid, name);

	if (attnum <= 0)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("column \"%s\" named in %s does not exist", name, clause));
	return attnum;
}

/* The number of the column at a position, those that were dropped not counted. */
static AttrNumber
ColumnAt(const Change *change, int position)
{
	for (AttrNumber attnum = 1; attnum <= change->design->count; attnum++)
		if (get_attname(change->relid, attnum, true) != NULL && --position == 0)
			return attnum;
	ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
			errmsg("a key names a column by a position that the table doesn't have"));
}

/* Leaves no column as distribution key. */
static void
ClearDistKey(TableDesign *design)
{
	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
		design->columns[attnum - 1].dist_key = false;
}

/* Leaves no column in the sort key. */
static void
ClearSortKey(TableDesign *design)
{
	for (AttrNumber attnum = 1; attnum <= design->count; attnum++)
		design->columns[attnum - 1].sort_position = 0;
}

/* Raises an error for a change that Redshift refuses to a table with an interleaved sort key (r_ALTER_TABLE). */
static void
RefuseInterleaved(const Change *change, const char *what)
{
	if (!change->created && change->design->sort_style == SORT_INTERLEAVED)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("the %s of a table with an interleaved sort key cannot be altered", what),
				errhint("Change the sort key first: ALTER TABLE ... ALTER SORTKEY."));
}

/* Raises an error where distribution style and key don't go together. */
static void
CheckDesign(const Change *change)
{
	bool has_key = DesignDistKey(change->design) != InvalidAttrNumber;

	if (has_key && change->design->dist_style != DIST_KEY)
		ereport(ERROR, errcode(ERRCODE_INVALID_TABLE_DEFINITION),
				errmsg("a DISTKEY goes with DISTSTYLE KEY only"),
				errhint("Leave one of them out."));
	if (!has_key && change->design->dist_style == DIST_KEY)
		ereport(ERROR, errcode(ERRCODE_INVALID_TABLE_DEFINITION),
				errmsg("DISTSTYLE KEY needs a DISTKEY"),
				errhint("Name the column with DISTKEY (column)."));
}
