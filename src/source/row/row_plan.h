/*
 * row_plan.h
 *		What a load makes of a record: the columns' types and COPY's rules for
 *		them, and the layout of the tuples that come out.
 *
 * load/column_plan fills it in from the catalog; convert and tuple read it.
 * It is shared by all worker threads and never changes during a load.
 *
 * The tuples are laid out for a "wire" row type that has the table's own
 * attributes, but text where the conversion needs the server (COLUMN_SUPER,
 * COLUMN_SERVER).  Where nothing needs the server, the wire row type is the
 * table's, and the backend inserts the tuples as they are.
 */
#ifndef SPARKIFY_ROW_PLAN_H
#define SPARKIFY_ROW_PLAN_H

#include <stdbool.h>
#include <stdint.h>

typedef enum ColumnKind
{
	COLUMN_BOOLEAN,
	COLUMN_INT2,
	COLUMN_INT4,
	COLUMN_INT8,
	COLUMN_FLOAT4,
	COLUMN_FLOAT8,
	COLUMN_NUMERIC,
	COLUMN_CHAR,	/* blank-padded to its length */
	COLUMN_VARCHAR, /* and text */
	COLUMN_DATE,
	COLUMN_TIME,
	COLUMN_TIMETZ,
	COLUMN_TIMESTAMP,
	COLUMN_TIMESTAMPTZ,
	COLUMN_VARBYTE, /* hexadecimal text into bytea */
	COLUMN_SUPER,	/* checked here, made into jsonb by the server */
	COLUMN_SERVER	/* any other type: its text, for the type's input function */
} ColumnKind;

/* A column of the load: the i-th field of a record goes to the i-th of these. */
typedef struct ColumnTarget
{
	const char *name;
	const char *type_name;	 /* as stl_load_errors.type shows it: "varchar", "int4" */
	const char *type_length; /* as stl_load_errors.col_length shows it: "256", "18, 0", "0" */
	ColumnKind kind;
	int attribute; /* 0-based place in the tuple */
	int max_bytes; /* CHAR, VARCHAR, VARBYTE: declared length; 0 is no limit */
	int precision; /* NUMERIC; 0 is no limit */
	int scale;	   /* NUMERIC */
	bool not_null;
} ColumnTarget;

/* An attribute of the tuple, as pg_attribute has it. */
typedef struct TupleAttribute
{
	int16_t length; /* bytes, or -1 for varlena */
	char align;		/* 'c', 's', 'i' or 'd' */
	bool plain;		/* storage PLAIN: no one-byte varlena headers */
} TupleAttribute;

/* How JSON fractions and nested values become text (settings of this extension). */
typedef enum FractionText
{
	FRACTION_17_DIGITS, /* "%.17g" of the double, as Redshift prints it */
	FRACTION_SOURCE		/* as it stands in the object */
} FractionText;

typedef struct ConvertOptions
{
	bool truncate_columns;
	bool trim_blanks;
	bool blanks_as_null;
	bool empty_as_null;
	bool accept_any_date;
	bool round_decimals;	 /* ROUNDEC */
	char invalid_char;		 /* ACCEPTINVCHARS' replacement; 0: not accepted */
	const char *date_format; /* NULL: the default; or 'auto' or a format */
	const char *time_format; /* likewise; also 'epochsecs', 'epochmillisecs' */
	int timezone_offset;	 /* seconds east of UTC for TIMESTAMPTZ values without a zone */
	FractionText fraction_text;
} ConvertOptions;

typedef struct RowPlan
{
	const ColumnTarget *columns;
	int ncolumns;
	const TupleAttribute *attributes;
	int nattributes;
	ConvertOptions options;
} RowPlan;

#endif /* SPARKIFY_ROW_PLAN_H */
