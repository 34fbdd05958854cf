/*
 * design.h
 *		The physical design of a table: how Redshift would distribute, sort and
 *		encode it; and its keys, which Redshift doesn't enforce.
 *
 * PostgreSQL has no place for these facts but security labels, which fit: they
 * belong to a table or a column, follow it when it is renamed, go when it is
 * dropped, are part of the transaction, and pg_dump writes them by name.  A
 * label says what was written; what isn't there has Redshift's default.
 *
 *		SECURITY LABEL FOR sparkify_dwh ON TABLE t IS 'diststyle key sortkey compound'
 *		SECURITY LABEL FOR sparkify_dwh ON COLUMN t.c IS 'distkey sortkey 1 encode zstd'
 *		SECURITY LABEL FOR sparkify_dwh ON COLUMN t.c IS 'primarykey 1:%74_pkey'
 */
#ifndef SPARKIFY_DESIGN_H
#define SPARKIFY_DESIGN_H

#include "postgres.h"

#include "access/attnum.h"
#include "nodes/pg_list.h"

#define DESIGN_PROVIDER "sparkify_dwh"

/* How the label of a late-binding view begins, bound or unbound; its text follows (late_binding/late_view.h). */
#define DESIGN_LATE_BOUND "late binding bound "
#define DESIGN_LATE_UNBOUND "late binding unbound "

/* Columns in a sort key (r_CREATE_TABLE_NEW). */
#define DESIGN_MAX_COMPOUND 400
#define DESIGN_MAX_INTERLEAVED 8

typedef enum DistStyle
{
	DIST_AUTO,
	DIST_EVEN,
	DIST_KEY,
	DIST_ALL
} DistStyle;

typedef enum SortStyle
{
	SORT_AUTO,
	SORT_NONE,
	SORT_COMPOUND,
	SORT_INTERLEAVED
} SortStyle;

typedef enum KeyKind
{
	KEY_PRIMARY,
	KEY_UNIQUE,
	KEY_FOREIGN
} KeyKind;

/* A column's part in one of its table's keys. */
typedef struct KeyPart
{
	KeyKind kind;
	int number;				/* which of the table's keys of that kind, from 1 */
	int position;			/* of the column in the key, from 1 */
	const char *name;		/* the key's, as a word of a label; NULL: it has none */
	const char *referenced; /* of a foreign key: schema.table.column, each as a word of a label */
} KeyPart;

/* What is known of a column. */
typedef struct ColumnDesign
{
	bool dist_key;
	int sort_position;	  /* from 1; 0: not part of the sort key */
	const char *encoding; /* lower case; NULL: Redshift chooses */
	List *keys;			  /* KeyPart * */
} ColumnDesign;

/* What is known of a table, with all its columns. */
typedef struct TableDesign
{
	DistStyle dist_style;
	SortStyle sort_style;
	bool encode_auto; /* Redshift keeps choosing encodings */
	AttrNumber count; /* of columns, dropped ones included */
	ColumnDesign *columns;
} TableDesign;

/* Registers the labels' provider; to be called when the module is loaded. */
extern void DesignInstall(void);

/* The design of a table or materialized view; what isn't known has its default. */
extern TableDesign *DesignRead(Oid relid);

/* Keeps a design in place of the one before. */
extern void DesignWrite(Oid relid, const TableDesign *design);

/* The column that is the distribution key, or InvalidAttrNumber. */
extern AttrNumber DesignDistKey(const TableDesign *design);

/* The columns of the sort key, in order, as a list of integers. */
extern List *DesignSortKey(const TableDesign *design);

/*
 * A name as a word of a label: its first character, and what isn't a letter, a digit
 * or _, stand as %xx.
 */
extern char *DesignLabelWord(const char *name);

/*
 * Reads the label of a column into *column, whose strings are parts of it.
 * Returns false for a text that is no such label.
 */
extern bool DesignColumnLabelRead(char *label, ColumnDesign *column);

/* Whether an encoding of this name exists (c_Compression_encodings); lower case. */
extern bool DesignIsEncoding(const char *name);

#endif /* SPARKIFY_DESIGN_H */
